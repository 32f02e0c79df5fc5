"""A row of an executed sheet held against its line: why it can't be taken (fault 56). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.kinds import LineStatus
from services.formats import yuan
from services.rules.gifts import status_words
from services.words import _

EXECUTABLE = (LineStatus.APPROVED, LineStatus.ISSUED, LineStatus.CHECKED)


@dataclass(frozen=True, slots=True)
class OnSheet:
    """What stands in the row; `seen`: column code → text."""

    seen: dict[str, str]
    executor: str
    manager_signed: str
    customer_signed: str
    executed_on: date | None


@dataclass(frozen=True, slots=True)
class InLedger:
    """What the ledger keeps of the line; cost in fen."""

    status: LineStatus
    card_no: str
    name: str
    gift: str
    cost: int
    due: date
    executor: str
    manager_signed: str
    customer_signed: str
    executed_on: date | None


def why_not(one: OnSheet, line: InLedger | None, today: date) -> str:
    """Why the row is not taken, in words; empty when it is. Only executor, signatures and the day ever are."""
    if line is None:
        return _("礼品台账里没有这一条明细。")
    if line.status not in EXECUTABLE:
        return _("这一条现在是“{now}”，没有批准，不能登记执行。").format(now=status_words(line.status))
    for code, here, what in (
        ("card_no", line.card_no, _("客户编号")),
        ("name", line.name, _("客户名")),
        ("gift", line.gift, _("礼品")),
        ("cost", yuan(line.cost), _("成本")),
        ("due", line.due.isoformat(), _("日期")),
    ):
        there = one.seen.get(code)
        if there is not None and not _same(code, there, here):
            return _("{what}与台账不符：表上是“{there}”，台账是“{here}”。").format(
                what=what, there=there, here=here
            )
    if one.executed_on is not None and one.executed_on > today:
        return _("执行日期 {day} 还没有到。").format(day=one.executed_on.isoformat())
    return _contradiction(one, line)


def _same(code: str, there: str, here: str) -> bool:
    if code != "cost":
        return there.strip() == here
    try:
        return round(float(there.replace(",", "")) * 100) == round(float(here) * 100)
    except ValueError:
        return False


def _contradiction(one: OnSheet, line: InLedger) -> str:
    """An older sheet never writes over what is kept already."""
    for there, here, what in (
        (one.executor, line.executor, _("执行人")),
        (one.manager_signed, line.manager_signed, _("店长签名")),
        (one.customer_signed, line.customer_signed, _("客户签名")),
        (one.executed_on, line.executed_on, _("执行日期")),
    ):
        if there and here and there != here:
            return _("{what}已登记为“{here}”，表上是“{there}”，没有改动。").format(
                what=what, here=here, there=there
            )
    return ""
