"""Money, dates and phones as the clerk reads them, in both languages."""

from __future__ import annotations

from datetime import date

from services.words import language

_WEEK_ZH = "一二三四五六日"
_WEEK_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def yuan(fen: int) -> str:
    """Plain yuan with two decimals, for JSON and cells: `1299.00`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def money(fen: int) -> str:
    """For people: `￥1,299.00` (Chinese) or `¥1,299.00` (English)."""
    sign = "-" if fen < 0 else ""
    mark = "￥" if language() == "zh" else "¥"
    return f"{sign}{mark}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def day(value: date | None, *, year: bool = False) -> str:
    """`11月22日 周日` / `22 Nov, Sun`; with the year `2026年11月22日 周日` / `22 Nov 2026, Sun`. Empty for None."""
    if value is None:
        return ""
    if language() == "zh":
        front = f"{value.year}年" if year else ""
        return f"{front}{value.month}月{value.day}日 周{_WEEK_ZH[value.weekday()]}"
    back = f" {value.year}" if year else ""
    return f"{value.day} {_MONTH_EN[value.month - 1]}{back}, {_WEEK_EN[value.weekday()]}"


def short_day(value: date | None) -> str:
    """`2026-11-22`, for tables. Empty for None."""
    return value.isoformat() if value else ""


def masked(phone: str) -> str:
    """`138****5678` (spec 08): the first three and the last four digits."""
    if len(phone) <= 7:
        return "*" * max(0, len(phone) - 4) + phone[-4:]
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]
