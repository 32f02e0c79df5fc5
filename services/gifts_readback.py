"""An executed approval sheet taken in: every row judged and explained first, then booked in one act (spec 03, fault 56)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from models import database
from models.kinds import LineStatus
from services import gifts, journal
from services.errors import Refused
from services.gifts_readback_rows import Judge, SheetRow, Verdict, judged, kept, new_words, old_words, row_of
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import sheet_rows
from services.shop import Shop
from services.words import _

__all__ = [
    "Booked",
    "ReadBack",
    "Reading",
    "SheetRow",
    "Unmatched",
    "Verdict",
    "book",
    "preview",
    "read_back",
    "write_refused",
]


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
    left: tuple[int, ...] = ()
    """Signed for on the sheet, and to be closed by somebody else: who read the sheet handed them in or approved them"""


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
    rows = judged(shop, found.plan_id, found.lines)
    for blank in found.blanks:
        rows.append(row_of(blank.row, blank.line_id, blank.seen, Verdict.BLANK, _("还没有填写。")))
    for problem in found.problems:
        rows.append(row_of(problem.row, problem.line_id, problem.seen, Verdict.REFUSED, problem.reason))
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
        left = _approved([one.line_id for one in wanted]) if issue else ()
    return Booked(tuple(registered), tuple(issued), left)


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


# ---- booking


def _approved(ids: Sequence[int]) -> tuple[int, ...]:
    """Those of the lines that still wait to be handed out."""
    found: list[int] = []
    for at in range(0, len(ids), 5_000):
        part = ids[at : at + 5_000]
        sql = f"SELECT id FROM plan_line WHERE status = 'approved' AND live = 1 AND id IN ({database.marks(part)})"
        found += (row[0] for row in database.rows(sql, part))
    return tuple(sorted(found))


def _register(shop: Shop, reading: Reading, wanted: list[SheetRow]) -> tuple[list[int], list[int]]:
    """Writes what is new; returns the lines written and the lines to be issued. Refused when anything changed since."""
    ids = [one.line_id for one in wanted]
    judge = Judge(shop, reading.plan_id, ids)
    registered, to_issue, updates = [], [], []
    for one in wanted:
        line = judge.lines.get(one.line_id)
        ledger = kept(line, reading.plan_id)
        on_sheet = sheet_rows.OnSheet(
            {}, one.executor, one.manager_signed, one.customer_signed, one.executed_on
        )
        if line is None or sheet_rows.why_not(on_sheet, ledger, shop.today()):
            raise Refused(
                "第 {row} 行 {name} 的礼品在预览以后被别人改过，这一次什么都没有登记。请重新读一次。",
                row=one.row,
                name=one.name,
            )
        if new_words(one, line) != old_words(line):
            new = new_words(one, line)
            updates.append((*new[:3], database.day_value(new[3]) if new[3] else None, line.id))
            registered.append(line.id)
        if one.issues and line.status == LineStatus.APPROVED and judge.issues(line)[0]:
            to_issue.append(line.id)
    if updates:
        database.execute_many(
            "UPDATE plan_line SET executor = ?, manager_signed = ?, customer_signed = ?, executed_on = ?,"
            " version = version + 1 WHERE id = ?",
            updates,
        )
    return registered, to_issue
