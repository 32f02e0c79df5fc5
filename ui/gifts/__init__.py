"""The tab 礼品台账: the year's occasions, the month's plan, what waits, what to buy, the stock."""
