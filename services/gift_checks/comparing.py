"""What every comparison of a period asks first: how it is grouped, from when to when, and over how many days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.errors import Refused

_MOST_WINDOW = 366
"""Days: more than a year after says nothing about a gift or a call any more."""


def check(by: str, known: Iterable[str], first: date, last: date, window: int) -> None:
    """Refuses a grouping that there is not, a period that ends before it begins, and absurd days."""
    if by not in known:
        raise Refused("只能按 {known} 分组。", known=" ".join(known), field="by")
    if first > last:
        raise Refused("开始日期要在结束日期之前。", field="first")
    if not 1 <= window <= _MOST_WINDOW:
        raise Refused("天数不对：{n}。请填 1 到 {most}。", n=window, most=_MOST_WINDOW, field="days")


def fen(value: int | None) -> Any:
    """An amount as a cell of a table; nothing where there is none."""
    from services.sheets.tables import Fen

    return None if value is None else Fen(value)
