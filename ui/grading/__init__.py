"""客户整理: who changes and why, the lost list, the month's movement."""
