"""The tab 客户: the list, the customer page, the till, registration."""
