"""An executed approval sheet taken in: every row judged and explained first, then booked in one act (spec 03, fault 56)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import database
from models.kinds import LineStatus
from services import gifts, journal
from services.errors import NotAllowed, Refused
from services.gifts.rows import LineRow
from services.progress import Progress, silent
from services.rights import Right, require
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


@dataclass(frozen=True)
class Reading:
    """A sheet as read, nothing booked yet."""

    file: str
    plan_id: int
    month: str
    edition: int
    rows: tuple[SheetRow, ...]
    missing: int
    """Lines of the plan that could have been executed and do not stand on the sheet."""

    def of(self, *verdicts: Verdict) -> tuple[SheetRow, ...]:
        return tuple(one for one in self.rows if one.verdict in verdicts)


@dataclass(frozen=True)
class Booked:
    """What the booking did; line ids."""

    registered: tuple[int, ...]
    issued: tuple[int, ...]


@dataclass(frozen=True)
class Unmatched:
    """A row of the executed sheet that was not taken, and why. `row` as Excel counts."""

    row: int
    card_no: str
    name: str
    reason: str


@dataclass(frozen=True)
class ReadBack:
    """What came of reading an executed sheet."""

    lines: int
    matched: int
    blank: int
    """Rows nobody has filled in yet."""
    unmatched: tuple[Unmatched, ...]
    to_issue: tuple[int, ...]
    """Approved lines whose sheet names executor and signature: they can now be issued with `signed="sheet"`."""
    issued: tuple[int, ...] = ()
    questions: tuple[Unmatched, ...] = ()
    """Rows that wait for a yes."""


def preview(shop: Shop, path: Path | str, progress: Progress = silent) -> Reading:
    """Reads an executed sheet and judges every row; writes nothing.

    Raises Refused for a file that is no sheet of this shop, Cancelled.
    """
    from services.gifts_sheet import sheet_key
    from services.sheets import readback

    require(shop, Right.PLAN_GIFTS)
    found = readback.read(path, sheet_key(), progress)
    month = gifts.month_of(shop, found.plan_id)
    if month is None:
        raise Refused(
            "“{file}”的计划不在这本账里：可能是恢复备份以前打印的。没有读取任何内容。", file=Path(path).name
        )
    rows = _judged(shop, found.plan_id, found.lines)
    for blank in found.blanks:
        rows.append(_row(blank.row, blank.line_id, blank.seen, Verdict.BLANK, _("还没有填写。")))
    for problem in found.problems:
        rows.append(_row(problem.row, problem.line_id, problem.seen, Verdict.REFUSED, problem.reason))
    rows.sort(key=lambda one: one.row)
    on_sheet = {one.line_id for one in rows}
    sql = "SELECT id FROM plan_line WHERE plan_id = ? AND status IN ('approved', 'issued') AND live = 1"
    there = {number for (number,) in database.rows(sql, (found.plan_id,))}
    return Reading(Path(path).name, found.plan_id, month, found.edition, tuple(rows), len(there - on_sheet))


def book(shop: Shop, reading: Reading, yes: Collection[int] = (), *, issue: bool = True) -> Booked:
    """Books the accepted rows, and those questions whose row number is in `yes`, in one act: all or nothing.

    Executor, signatures and the day are kept; with `issue` the approved lines that this person may close are issued
    too. Refused when the ledger changed since the preview. Booking the same again changes nothing.
    """
    require(shop, Right.PLAN_GIFTS)
    wanted = [
        one
        for one in reading.rows
        if one.verdict is Verdict.ACCEPTED or (one.verdict is Verdict.QUESTION and one.row in yes)
    ]
    with database.database.atomic():
        registered, to_issue = _register(shop, reading, wanted)
        issued = []
        if issue and to_issue:
            issued = [line.id for line in gifts.issue_many(shop, to_issue, signed="sheet")]
        body = {
            "file": reading.file,
            "edition": reading.edition,
            "matched": len(wanted) + len(reading.of(Verdict.KNOWN)),
            "unmatched": len(reading.of(Verdict.REFUSED)),
            "registered": len(registered),
            "issued": len(issued),
        }
        journal.note(shop, "gift.sheet_read", "gift_plan", reading.plan_id, body=body)
    return Booked(tuple(registered), tuple(issued))


def read_back(
    shop: Shop, path: Path | str, progress: Progress = silent, *, yes: bool = False, issue: bool = False
) -> ReadBack:
    """Preview and booking in one go, for the command line: questions are answered all alike by `yes`.

    Reading the same file again changes nothing. Raises Refused for a file that is no sheet of this shop.
    """
    reading = preview(shop, path, progress)
    questions = reading.of(Verdict.QUESTION)
    done = book(shop, reading, {one.row for one in questions} if yes else (), issue=issue)
    taken = [*reading.of(Verdict.ACCEPTED, Verdict.KNOWN), *(questions if yes else ())]
    lines = gifts.lines_by_id(shop, [one.line_id for one in taken])
    return ReadBack(
        len(reading.rows),
        len(taken),
        len(reading.of(Verdict.BLANK)),
        tuple(_unmatched(one) for one in reading.of(Verdict.REFUSED)),
        tuple(line.id for line in lines if line is not None and line.status == LineStatus.APPROVED),
        done.issued,
        () if yes else tuple(_unmatched(one) for one in questions),
    )


def write_refused(shop: Shop, reading: Reading, out: Path | str) -> int:
    """Writes the rows that were refused or asked about to a workbook, to be mended. Returns how many."""
    from services.sheets import tables

    require(shop, Right.PLAN_GIFTS)
    rows = reading.of(Verdict.REFUSED, Verdict.QUESTION)
    if not rows:
        raise Refused("没有不符的行，不用导出。")
    titles = (
        _("行"), _("原因"), _("客户编号"), _("客户名"), _("赠送事宜"), _("礼品"), _("执行人"), _("店长签名"),
        _("客户签名"), _("执行日期"),
    )  # fmt: skip
    cells = (
        (one.row, one.reason, one.card_no, one.name, one.occasion, one.gift, one.executor, one.manager_signed,
         one.customer_signed, one.executed_on)
        for one in rows
    )  # fmt: skip

    def trail(number: int, digest: str) -> None:
        body = {"file": Path(out).name, "lines": number, "sha256": digest}
        journal.note(shop, "gift.sheet_refused", "gift_plan", reading.plan_id, body=body)

    number, _digest = tables.write(out, titles, cells, name=_("不符的行"), written=trail)
    return number


def _unmatched(one: SheetRow) -> Unmatched:
    return Unmatched(one.row, one.card_no, one.name, one.reason)


def _row(number: int, line_id: int, seen: dict[str, str], verdict: Verdict, reason: str) -> SheetRow:
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


# ---- judging


class _Judge:
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
            _row(one.row, one.line_id, one.seen, Verdict.REFUSED, ""),
            executor=one.executor,
            manager_signed=one.manager_signed,
            customer_signed=one.customer_signed,
            executed_on=one.executed_on,
        )
        line = self.lines.get(one.line_id)
        why = sheet_rows.why_not(_read(one), _kept(line, self.plan_id), self.shop.today())
        if why or line is None:
            return replace(made, reason=why)
        made = replace(made, gift=line.gift)
        issues, later = self._issues(line)
        if not issues and _new(made, line) == _old(line):
            return replace(made, verdict=Verdict.KNOWN, reason=_("已经登记过，没有新的内容。"))
        if asked := self._question(made, line):
            return replace(made, verdict=Verdict.QUESTION, reason=asked, issues=issues)
        words = _("登记签名并发放") if issues else _("登记签名")
        if made.executed_on is None:
            words += _("（表上没有写日期）")
        return replace(made, verdict=Verdict.ACCEPTED, reason=words + later, issues=issues)

    def _issues(self, line: LineRow) -> tuple[bool, str]:
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


def _judged(shop: Shop, plan_id: int, lines: Collection[ReadLine]) -> list[SheetRow]:
    judge = _Judge(shop, plan_id, [one.line_id for one in lines])
    return [judge.row(one) for one in lines]


def _read(one: ReadLine) -> sheet_rows.OnSheet:
    return sheet_rows.OnSheet(
        one.seen, one.executor, one.manager_signed, one.customer_signed, one.executed_on
    )


def _kept(line: LineRow | None, plan_id: int) -> sheet_rows.InLedger | None:
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


# ---- booking


def _register(shop: Shop, reading: Reading, wanted: list[SheetRow]) -> tuple[list[int], list[int]]:
    """Writes what is new; returns the lines written and the lines to be issued. Refused when anything changed since."""
    ids = [one.line_id for one in wanted]
    judge = _Judge(shop, reading.plan_id, ids)
    registered, to_issue, updates = [], [], []
    for one in wanted:
        line = judge.lines.get(one.line_id)
        kept = _kept(line, reading.plan_id)
        on_sheet = sheet_rows.OnSheet(
            {}, one.executor, one.manager_signed, one.customer_signed, one.executed_on
        )
        if line is None or sheet_rows.why_not(on_sheet, kept, shop.today()):
            raise Refused(
                "第 {row} 行 {name} 的礼品在预览以后被别人改过，这一次什么都没有登记。请重新读一次。",
                row=one.row,
                name=one.name,
            )
        if _new(one, line) != _old(line):
            new = _new(one, line)
            updates.append((*new[:3], database.day_value(new[3]) if new[3] else None, line.id))
            registered.append(line.id)
        if one.issues and line.status == LineStatus.APPROVED and judge._issues(line)[0]:
            to_issue.append(line.id)
    if updates:
        database.execute_many(
            "UPDATE plan_line SET executor = ?, manager_signed = ?, customer_signed = ?, executed_on = ?,"
            " version = version + 1 WHERE id = ?",
            updates,
        )
    return registered, to_issue


def _new(one: SheetRow, line: LineRow) -> tuple[Any, ...]:
    return (
        one.executor or line.executor,
        one.manager_signed or line.manager_signed,
        one.customer_signed or line.customer_signed,
        one.executed_on or line.executed_on,
    )


def _old(line: LineRow) -> tuple[Any, ...]:
    return line.executor, line.manager_signed, line.customer_signed, line.executed_on
