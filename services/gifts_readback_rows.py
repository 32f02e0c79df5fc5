"""Rows of an executed sheet held against the plan: accepted, asked about, refused, known, blank, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from models import database
from models.kinds import LineStatus
from services import gifts
from services.errors import NotAllowed
from services.gifts.rows import LineRow
from services.rules import gifts as rules
from services.rules import sheet_rows
from services.shop import Shop
from services.words import _

if TYPE_CHECKING:
    from services.sheets.readback import ReadLine

_CHUNK = 5_000


class Verdict(Enum):
    """What becomes of a row."""

    ACCEPTED = "accepted"
    QUESTION = "question"
    """Booked only if a person says yes to it."""
    REFUSED = "refused"
    KNOWN = "known"
    """Stands in the ledger just so."""
    BLANK = "blank"


@dataclass(frozen=True)
class SheetRow:
    """One row of the sheet with what becomes of it. `row` as Excel counts."""

    row: int
    line_id: int
    """0: not known"""
    card_no: str
    name: str
    occasion: str
    gift: str
    executor: str
    manager_signed: str
    customer_signed: str
    executed_on: date | None
    verdict: Verdict
    reason: str
    """In words: what will be done, what is asked, or why not."""
    issues: bool = False
    """Booking it also closes the line: handed out, stock −1."""

    @property
    def id(self) -> int:
        return self.row


def row_of(number: int, line_id: int, seen: dict[str, str], verdict: Verdict, reason: str) -> SheetRow:
    """A row by its cells as they stand in the file."""
    day = seen.get("executed_on", "")
    return SheetRow(
        row=number,
        line_id=line_id,
        card_no=seen.get("card_no", ""),
        name=seen.get("name", ""),
        occasion=seen.get("occasion", ""),
        gift=seen.get("gift", ""),
        executor=seen.get("executor", ""),
        manager_signed=seen.get("manager_signed", ""),
        customer_signed=seen.get("customer_signed", ""),
        executed_on=date.fromisoformat(day) if _is_day(day) else None,
        verdict=verdict,
        reason=reason,
    )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


class Judge:
    """Holds a row of the sheet against its line; what it needs is read once for all rows."""

    def __init__(self, shop: Shop, plan_id: int, ids: list[int]) -> None:
        self.shop, self.plan_id = shop, plan_id
        self.lines = {row.id: row for row in gifts.lines_by_id(shop, ids) if row is not None}
        users = database.rows("SELECT id, name FROM staff_user WHERE active = 1")
        self.users = {name: number for number, name in users}
        self.active = frozenset(self.users.values())
        self.hands = _hands(ids)
        sql = "SELECT gift_id, SUM(quantity) FROM stock_move GROUP BY gift_id"
        self.left = Counter({gift: int(pieces) for gift, pieces in database.rows(sql)})

    def row(self, one: ReadLine) -> SheetRow:
        made = replace(
            row_of(one.row, one.line_id, one.seen, Verdict.REFUSED, ""),
            executor=one.executor,
            manager_signed=one.manager_signed,
            customer_signed=one.customer_signed,
            executed_on=one.executed_on,
        )
        line = self.lines.get(one.line_id)
        why = sheet_rows.why_not(_read(one), kept(line, self.plan_id), self.shop.today())
        if why or line is None:
            return replace(made, reason=why)
        made = replace(made, gift=line.gift)
        issues, later = self.issues(line)
        if not issues and new_words(made, line) == old_words(line):
            return replace(made, verdict=Verdict.KNOWN, reason=_("已经登记过，没有新的内容。"))
        if asked := self._question(made, line):
            return replace(made, verdict=Verdict.QUESTION, reason=asked, issues=issues)
        words = _("登记签名并发放") if issues else _("登记签名")
        if made.executed_on is None:
            words += _("（表上没有写日期）")
        return replace(made, verdict=Verdict.ACCEPTED, reason=words + later, issues=issues)

    def issues(self, line: LineRow) -> tuple[bool, str]:
        """Whether this person may close the line with the signature, and why not."""
        if line.status != LineStatus.APPROVED or line.gift_id is None:
            return False, ""
        try:
            rules.check_issuer(
                self.shop.who or 0, self.hands[line.id][0], self.active, self.shop.policy.gifts
            )
        except NotAllowed:
            return False, _("；您提交或批准过这一条，发放由另一位店员登记")
        if self.left[line.gift_id] < 1:
            return False, _("；账上没有库存，请先入库或盘点再登记发放")
        self.left[line.gift_id] -= 1
        return True, ""

    def _question(self, made: SheetRow, line: LineRow) -> str:
        hands, opened = self.hands[line.id]
        person = self.users.get(made.executor)
        if person is None:
            return _("店里没有叫“{name}”的员工。执行人写对了吗？").format(name=made.executor)
        try:
            rules.check_issuer(person, hands, self.active, self.shop.policy.gifts)
        except NotAllowed:
            return _("执行人“{name}”自己提交或批准了这一条，应由另一位店员发放。照样登记吗？").format(
                name=made.executor
            )
        if made.executed_on and opened and made.executed_on < opened:
            return _("执行日期 {day} 早于报批的日期 {opened}。照样登记吗？").format(
                day=made.executed_on.isoformat(), opened=opened.isoformat()
            )
        return ""


def judged(shop: Shop, plan_id: int, lines: Collection[ReadLine]) -> list[SheetRow]:
    """All executed rows with what becomes of them."""
    judge = Judge(shop, plan_id, [one.line_id for one in lines])
    return [judge.row(one) for one in lines]


def _read(one: ReadLine) -> sheet_rows.OnSheet:
    return sheet_rows.OnSheet(
        one.seen, one.executor, one.manager_signed, one.customer_signed, one.executed_on
    )


def kept(line: LineRow | None, plan_id: int) -> sheet_rows.InLedger | None:
    """The line as the pure rule wants it; None when it is not of this plan."""
    if line is None or line.plan_id != plan_id:
        return None
    return sheet_rows.InLedger(
        line.status,
        line.card_no,
        line.name,
        line.gift,
        line.cost,
        line.due,
        line.executor,
        line.manager_signed,
        line.customer_signed,
        line.executed_on,
    )


def _hands(ids: list[int]) -> dict[int, tuple[rules.Hands, date | None]]:
    """Through whose hands each line went with all its parts, and the day on which it was laid before the owner."""
    found: dict[int, tuple[rules.Hands, date | None]] = {}
    for at in range(0, len(ids), _CHUNK):
        part = ids[at : at + _CHUNK]
        sql = (
            "SELECT l.id, l.submitted_by_id, l.decided_by_id, CASE WHEN l.round = g.round THEN g.round_on END, (SELECT SUM(p.cost) FROM plan_line p"
            " WHERE p.customer_id = l.customer_id AND p.occasion = l.occasion AND p.due = l.due AND p.live = 1)"
            f" FROM plan_line l JOIN gift_plan g ON g.id = l.plan_id WHERE l.id IN ({database.marks(part)})"
        )
        for number, submitted, decided, opened, cost in database.rows(sql, part):
            found[number] = (rules.Hands(submitted, decided, int(cost or 0)), database.as_day(opened))
    return found


def new_words(one: SheetRow, line: LineRow) -> tuple[Any, ...]:
    """Executor, signatures and day as they stand after the booking."""
    return (
        one.executor or line.executor,
        one.manager_signed or line.manager_signed,
        one.customer_signed or line.customer_signed,
        one.executed_on or line.executed_on,
    )


def old_words(line: LineRow) -> tuple[Any, ...]:
    """The same as the ledger keeps them now."""
    return line.executor, line.manager_signed, line.customer_signed, line.executed_on
