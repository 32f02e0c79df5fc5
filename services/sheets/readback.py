"""An executed approval sheet read back: who carried a line out, who signed, when; and everything that does not match."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from services.errors import Refused
from services.imports import reader
from services.progress import Progress, silent
from services.sheets import marks
from services.sheets.approval import known_heads
from services.words import _

_HEADER_WITHIN = 30
"""Rows from the top in which the header must stand."""


@dataclass(frozen=True)
class ReadLine:
    """One executed line. The plan's cells are given as seen, for the caller to hold against the plan."""

    row: int
    """as Excel counts, from 1"""
    line_id: int
    intact: bool
    """The plan's cells stand as they were printed."""
    seen: dict[str, str]
    """column code → text, as it stands in the sheet"""
    executor: str
    manager_signed: str
    customer_signed: str
    executed_on: date | None


@dataclass(frozen=True)
class Problem:
    """A row that was not taken, and why."""

    row: int
    card_no: str
    name: str
    reason: str
    line_id: int = 0
    """0: not known"""
    seen: dict[str, str] = field(default_factory=dict)
    """All cells as they stand there, column code → text"""


@dataclass(frozen=True)
class Blank:
    """A line that nobody has filled in yet."""

    row: int
    line_id: int
    seen: dict[str, str]


@dataclass(frozen=True)
class ReadBack:
    """What a sheet holds."""

    plan_id: int
    edition: int
    lines: tuple[ReadLine, ...]
    """executed and in order"""
    blanks: tuple[Blank, ...]
    problems: tuple[Problem, ...]

    @property
    def blank(self) -> tuple[int, ...]:
        """Ids of lines that nobody has filled in yet."""
        return tuple(one.line_id for one in self.blanks)

    @property
    def rows(self) -> int:
        """How many lines of the table were read."""
        return len(self.lines) + len(self.blanks) + len(self.problems)


def read(path: Path | str, key: bytes, progress: Progress = silent) -> ReadBack:
    """Reads an executed sheet as saved by Excel, WPS or LibreOffice. `key`: the shop's secret.

    Raises Refused when the file can't be read or is no approval sheet of this shop, Cancelled; all that is smaller
    is a Problem.
    """
    path = Path(path)
    with reader.open_file(path, progress) as reading:
        for head in reading.heads:
            found = _header(head.rows, key)
            if found is None:
                continue
            at, codes, mark_column, (plan_id, edition, genuine) = found
            if not genuine:
                raise Refused(
                    "“{file}”不是本店打印的一览表（校验码不符），没有读取任何内容。", file=path.name
                )
            rows = [row for chunk in reading.chunks(head, set(), progress) for row in chunk]
            return _Reader(rows, at, codes, mark_column, plan_id, edition, key).read()
    raise Refused(
        "“{file}”不是熟客打印的一览表：找不到隐藏的编号列。请用程序导出的表格填写后再读回。", file=path.name
    )


def _header(
    rows: Sequence[Sequence[Any]], key: bytes
) -> tuple[int, dict[str, int], int, tuple[int, int, bool]] | None:
    """(row index, column code → index, index of the mark column, (plan, edition, genuine)); None: not such a sheet."""
    heads = {marks.plain(head): code for head, code in known_heads().items()}
    for at, row in enumerate(rows[:_HEADER_WITHIN]):
        for column, value in enumerate(row):
            found = marks.read_head(key, str(value))
            if found is None:
                continue
            codes: dict[str, int] = {}
            for number, one in enumerate(row):
                code = heads.get(marks.plain(str(one)))
                if code:
                    codes.setdefault(code, number)
            return at, codes, column, found
    return None


class _Reader:
    """Walks down the table, row by row."""

    def __init__(
        self,
        rows: Sequence[Sequence[Any]],
        header: int,
        codes: dict[str, int],
        mark_column: int,
        plan_id: int,
        edition: int,
        key: bytes,
    ) -> None:
        self.rows = rows
        self.header = header
        self.codes = codes
        self.mark_column = mark_column
        self.plan_id = plan_id
        self.edition = edition
        self.key = key
        self.lines: list[ReadLine] = []
        self.blanks: list[Blank] = []
        self.problems: list[Problem] = []
        self.first_row: dict[int, int] = {}
        self._line_id = 0
        """Of the row being read, once its mark is proven"""

    def read(self) -> ReadBack:
        missing = [
            code for code in (*marks.PROTECTED, "executor", "customer_signed") if code not in self.codes
        ]
        if missing:
            heads = {code: head for head, code in reversed(known_heads().items())}
            raise Refused("一览表缺少栏目：{columns}。请不要删除或改名表头。",
                          columns="、".join(heads[code] for code in missing))  # fmt: skip
        for index in range(self.header + 1, len(self.rows)):
            row = self.rows[index]
            mark = str(row[self.mark_column]) if self.mark_column < len(row) else ""
            if mark.strip() == marks.END:
                break
            if any(str(value).strip() for value in row):
                self._row(index + 1, row, mark)
        return ReadBack(
            self.plan_id, self.edition, tuple(self.lines), tuple(self.blanks), tuple(self.problems)
        )

    def _text(self, row: Sequence[Any], code: str) -> str:
        column = self.codes.get(code)
        if column is None or column >= len(row):
            return ""
        return text_of(row[column])

    def _row(self, number: int, row: Sequence[Any], mark: str) -> None:
        self._line_id = 0
        seen = {code: self._text(row, code) for code in self.codes}
        if not mark.strip():
            self._refuse(number, seen, _("这一行没有隐藏编号：是手工添加的，程序不认。"))
            return
        found = marks.read_line(self.key, mark, [seen[code] for code in marks.PROTECTED])
        if found is None or not found.genuine:
            self._refuse(number, seen, _("隐藏编号的校验码不符：这一行不是本表打印的，或编号被改动过。"))
            return
        if found.plan_id != self.plan_id:
            self._refuse(number, seen, _("这一行是从另一份计划的一览表抄来的，请读那一份表。"))
            return
        self._line_id = found.line_id
        if found.line_id in self.first_row:
            self._double(number, seen, found.line_id)
            return
        self.first_row[found.line_id] = number
        self._executed(number, row, seen, found)

    def _double(self, number: int, seen: dict[str, str], line_id: int) -> None:
        """The same line twice: which of the two is right is not guessed, neither is taken."""
        first = self.first_row[line_id]
        reason = _("同一条明细出现了两次（第 {first} 行和第 {second} 行），两行都没有采用。").format(
            first=first, second=number
        )
        earlier: list[ReadLine | Blank] = [*self.lines, *self.blanks]
        for one in earlier:
            if one.line_id == line_id:
                self._refuse(one.row, one.seen, reason)
        self.lines = [one for one in self.lines if one.line_id != line_id]
        self.blanks = [one for one in self.blanks if one.line_id != line_id]
        self._refuse(number, seen, reason)

    def _executed(self, number: int, row: Sequence[Any], seen: dict[str, str], mark: marks.Mark) -> None:
        executor, day1 = split_date(self._value(row, "executor"))
        manager, day2 = split_date(self._value(row, "manager_signed"))
        customer, day3 = split_date(self._value(row, "customer_signed"))
        column_day, unread = self._day(row)
        signed = executor or manager or column_day or day1 or day2 or day3 or unread
        if not mark.intact:
            self._refuse(
                number, seen, _("客户编号、客户名、赠送事宜或礼品类别与打印时不同，这一行没有采用。")
            )
            return
        if not signed and (not customer or _preprinted(customer)):
            self.blanks.append(Blank(number, mark.line_id, seen))
            return
        if unread:
            self._refuse(
                number, seen, _("执行日期“{value}”看不懂，请写成 2026-12-03 这样。").format(value=unread)
            )
            return
        if not executor or not customer:
            lacking = _("执行人") if not executor else _("客户签名")
            self._refuse(number, seen, _("只填了一半：缺少{what}。").format(what=lacking))
            return
        # The manager may sign the whole sheet at the month's end: their day never contradicts the customer's.
        days = {day for day in (day1, day3) if day is not None}
        if len(days) > 1 and column_day is None:
            self._refuse(
                number,
                seen,
                _("同一行写了不同的日期：{days}。").format(days="、".join(map(str, sorted(days)))),
            )
            return
        day = column_day or next(iter(days), day2)
        self.lines.append(ReadLine(number, mark.line_id, True, seen, executor, manager, customer, day))

    def _value(self, row: Sequence[Any], code: str) -> Any:
        column = self.codes.get(code)
        return row[column] if column is not None and column < len(row) else ""

    def _day(self, row: Sequence[Any]) -> tuple[date | None, str]:
        """The day in the column 执行日期, and its text where it can't be read as a day."""
        value = self._value(row, "executed_on")
        rest, day = split_date(value)
        return (day, "") if day is not None else (None, rest)

    def _refuse(self, number: int, seen: dict[str, str], reason: str) -> None:
        card_no, name = seen.get("card_no", ""), seen.get("name", "")
        self.problems.append(Problem(number, card_no, name, reason, self._line_id, seen))


_DATE = re.compile(r"(?<!\d)(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?!\d)")


def _preprinted(text: str) -> bool:
    """（邮寄） and the like: printed by the program where no customer can sign."""
    return text.startswith(("（", "(")) and text.endswith(("）", ")"))


def text_of(value: Any) -> str:
    """A cell as text: whole numbers without `.0`, days as ISO."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def split_date(value: Any) -> tuple[str, date | None]:
    """The words of a cell and the day written among them; a day without its year stays words: nothing is guessed."""
    if isinstance(value, datetime):
        return "", value.date()
    if isinstance(value, date):
        return "", value
    text = marks.plain(text_of(value))
    found = _DATE.search(text)
    if not found:
        return text, None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return text, None
    return " ".join((text[: found.start()] + " " + text[found.end() :]).split()), day
