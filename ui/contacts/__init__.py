"""The tab 联络日程: the day's work, the call card, the mailing bench, week and month."""
