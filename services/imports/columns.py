"""Finds the sheet, the row of titles and what each column holds; tells records from titles, totals and blank rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from services.errors import Refused
from services.imports.reader import Head, settings
from services.imports.text import Cell, half_width, plain
from services.words import N_, _

CUSTOMERS, PURCHASES = "customers", "purchases"
KINDS = (CUSTOMERS, PURCHASES)

FIELD_WORDS = {
    "name": N_("姓名"), "card_no": N_("卡号"), "phone": N_("电话"), "foreign": N_("境外号码"), "birthday": N_("生日"),
    "lunar": N_("历法"), "sex": N_("性别"), "height_cm": N_("身高"), "waist_cm": N_("腰围"), "size": N_("尺码"),
    "postcode": N_("邮编"), "address": N_("地址"), "colours": N_("喜欢的颜色"), "styles": N_("喜欢的款式"),
    "looks": N_("喜欢的风格"), "hobbies": N_("爱好"), "note": N_("备注"), "first_source": N_("来源"),
    "registered_on": N_("登记日期"), "preferred_time": N_("方便联系时间"), "group": N_("销售组"), "clerk": N_("责任店员"),
    "points": N_("积分"), "old_grade": N_("原等级（记为备注）"), "day": N_("日期"), "ticket_no": N_("小票号"),
    "item_no": N_("货号"), "quantity": N_("数量"), "list_price": N_("吊牌价"), "paid": N_("实付金额"),
    "special_price": N_("特价"),
}  # fmt: skip
"""What people read for a field; also the titles of our own exports."""

SEVERAL = frozenset({"phone"})
"""Fields that several columns may hold: 手机 and 座机."""
_KEYS = frozenset({"name", "card_no", "day", "paid", "item_no", "quantity", "points", "birthday"})
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
_DECORATION = re.compile(r"[\s*:：_\-./\\,，、。'\"“”#]+")
_LUNAR_TITLE = re.compile(r"农历|阴历|旧历|lunar", re.IGNORECASE)
_SOLAR_TITLE = re.compile(r"公历|阳历|新历|solar", re.IGNORECASE)
_CODE = re.compile(r"(?=.*\d)[\w\-./#]+", re.ASCII)


@dataclass(frozen=True)
class Layout:
    """Where the table lies. `columns`: column (from 0) -> field; `titles` of all columns; rows count from 0."""

    kind: str
    head: Head
    header_row: int
    titles: tuple[str, ...]
    columns: Mapping[int, str]
    ignored: tuple[str, ...] = ()
    """Titles no file may set, doubled ones, and ones nobody knows: named to the person."""
    lunar: bool = False
    """The title of the birthday column says 农历."""
    _header: frozenset[tuple[int, str]] = field(default_factory=frozenset)

    def column_of(self, name: str) -> int | None:
        """The first column that holds a field, or None."""
        return next((column for column, held in self.columns.items() if held == name), None)

    def title_of(self, column: int | None) -> str:
        if column is None or column >= len(self.titles):
            return ""
        return self.titles[column] or letter(column)


class NotRecognised(Refused):
    """The titles do not say enough. `layout` is how far it got and `sheets` what there is: the person may say the rest."""

    def __init__(self, text: str, layout: Layout, *, field: str = "", **facts: object) -> None:
        super().__init__(text, field=field, **facts)
        self.layout = layout
        self.sheets: tuple[str, ...] = ()


def letter(column: int) -> str:
    """The spreadsheet's name of a column counted from 0: A, B … AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@lru_cache(maxsize=4096)
def bare(title: str) -> str:
    """A title as the synonyms are written: `会员 卡号：` is 会员卡号, `身高(cm)` is 身高."""
    return _DECORATION.sub("", _IN_BRACKETS.sub("", half_width(title))).lower()


@lru_cache(maxsize=4)
def synonyms(kind: str) -> dict[str, str]:
    """Bare title -> field."""
    return {bare(word): name for name, words in settings()[kind].items() for word in words}


@lru_cache(maxsize=4)
def _not_settable(kind: str) -> frozenset[str]:
    return frozenset(bare(word) for word in settings()["ignored"][kind])


def field_of(title: str, kind: str) -> str:
    """The field a title means, or empty. A lunar birthday's title is a birthday's."""
    word = bare(title)
    found = synonyms(kind).get(word, "")
    if not found and kind == CUSTOMERS and _LUNAR_TITLE.search(word):
        found = synonyms(kind).get(_LUNAR_TITLE.sub("", word), "")
    return found


def fields(kind: str) -> tuple[str, ...]:
    """The fields of a kind, for the list in the window."""
    return tuple(settings()[kind])


def find(
    heads: Sequence[Head],
    kind: str,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    columns: Mapping[int, str] | None = None,
) -> Layout:
    """The table in the file. What the person chose (`sheet`, `header_row` and `columns` from 0) is taken as it is.

    Raises Refused when no row holds the titles needed, or one of them stands twice.
    """
    best: tuple[int, Head, int] | None = None
    for head in heads:
        if sheet is not None and head.name != sheet:
            continue
        for number, row in enumerate(head.rows[: settings()["reading"]["header_rows"]]):
            if header_row is not None and number != header_row:
                continue
            score = _score(row, kind)
            if best is None or score > best[0]:
                best = (score, head, number)
    if best is None:
        raise Refused(
            N_("文件里没有名为“{sheet}”、有第 {row} 行的工作表。"),
            sheet=sheet or "",
            row=(header_row or 0) + 1,
        )
    try:
        return _layout(kind, best[1], best[2], columns)
    except NotRecognised as why:
        why.sheets = tuple(head.name for head in heads)
        raise


def _score(row: Sequence[Cell], kind: str) -> int:
    """How much a row looks like the titles: known ones count, needed ones count more, long texts count against it."""
    found = {
        field_of(plain_title(cell), kind) for cell in row if isinstance(cell, str) and len(cell) < 40
    } - {""}
    needed = {"name"} if kind == CUSTOMERS else {"day", "paid"}
    return len(found) + 3 * len(found & needed)


def plain_title(cell: Cell) -> str:
    try:
        return plain(cell)
    except Refused:
        return ""


def _layout(kind: str, head: Head, number: int, chosen: Mapping[int, str] | None) -> Layout:
    titles = tuple(plain_title(cell) for cell in head.rows[number])
    columns: dict[int, str] = {}
    ignored: list[str] = []
    lunar = False
    for column, title in enumerate(titles):
        name = chosen.get(column, "") if chosen is not None else field_of(title, kind)
        if not name:
            if title:
                ignored.append(title)
            continue
        if name in columns.values() and name not in SEVERAL:
            first = next(place for place, held in columns.items() if held == name)
            if name in _KEYS:
                raise NotRecognised(
                    N_(
                        "“{name}”出现在两列：{first} 列“{one}”和 {second} 列“{two}”。请只留一列，或指定用哪一列。"
                    ),
                    Layout(kind, head, number, titles, columns),
                    field=name,
                    name=_(FIELD_WORDS[name]),
                    first=letter(first),
                    one=titles[first],
                    second=letter(column),
                    two=title,
                )
            ignored.append(title)
            continue
        columns[column] = name
        if name == "birthday":
            lunar = bool(_LUNAR_TITLE.search(title)) and not _SOLAR_TITLE.search(title)
    _check_needed(Layout(kind, head, number, titles, columns))
    header = frozenset((column, bare(titles[column])) for column in columns)
    return Layout(kind, head, number, titles, columns, tuple(ignored), lunar, header)


def _check_needed(layout: Layout) -> None:
    held = set(layout.columns.values())
    missing: list[str] = []
    if layout.kind == CUSTOMERS:
        missing = [] if "name" in held else ["name"]
    else:
        missing = [name for name in ("day", "paid") if name not in held]
        if not held & {"card_no", "phone", "name"}:
            missing.insert(0, "card_no")
    if not missing:
        return
    seen = "、".join(title for title in layout.titles if title)[:200]
    raise NotRecognised(
        N_("没有找到“{missing}”一列。这一行读到的标题是：{seen}。请改好标题，或指定哪一列是它。"),
        layout,
        missing="”“".join(_(FIELD_WORDS[name]) for name in missing),
        seen=seen or _("（空）"),
    )


def cannot_be_set(layout: Layout) -> list[str]:
    """Of the ignored titles those that a file may not set: approvals, balances …"""
    return [title for title in layout.ignored if bare(title) in _not_settable(layout.kind)]


class Furniture:
    """Tells the rows that are no records: `blank`, `section`, `header`, `total`; empty for a record."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.kinds = {"blank": 0, "section": 0, "header": 0, "total": 0}
        words = settings()["furniture"]
        self._total = re.compile(
            rf"^.{{0,12}}?(?:{'|'.join(map(re.escape, words['totals']))})(?:金额|人数|件数)?[\s:：]*$",
            re.IGNORECASE,
        )
        self._note = re.compile(rf"^(?:{'|'.join(map(re.escape, words['notes']))})\s*[:：]", re.IGNORECASE)
        self._marks = frozenset(layout.titles) | {
            each for word in words["totals"] for each in (word, word.title())
        }
        self._name = layout.column_of("name")
        self._card = layout.column_of("card_no")
        self._needed = layout.column_of("day") if layout.kind == PURCHASES else self._name
        self._first_title = next(iter(sorted(layout.columns)), 0)

    def kind_of(self, row: Sequence[Cell]) -> str:
        """What the row is; empty for a record. Counts it."""
        kind = self._kind(row)
        if kind:
            self.kinds[kind] += 1
        return kind

    def records(self, first: int, rows: Sequence[list[Cell]]) -> list[tuple[int, list[Cell]]]:
        """Those of some rows that are records, with their numbers from `first` on; the others are counted."""
        needed, title, marks, kind_of = self._needed, self._first_title, self._marks, self.kind_of
        if needed is None or min(map(len, rows), default=0) <= max(needed, title):
            return [(number, row) for number, row in enumerate(rows, first) if not kind_of(row)]
        found = []
        for number, row in enumerate(rows, first):
            # The common case, in one look: a code at the front, the needed cell and a few more are filled.
            mark = row[title]
            if not (
                row[needed] != ""
                and mark.__class__ is str
                and mark.isascii()
                and mark != ""
                and mark not in marks
                and len(row) - row.count("") > 3
            ) and kind_of(row):
                continue
            found.append((number, row))
        return found

    def _kind(self, row: Sequence[Cell]) -> str:
        filled = len(row) - row.count("")
        if not filled:
            return "blank"
        needed = self._needed
        has_needed = needed is not None and needed < len(row) and row[needed] != ""
        first = row[self._first_title] if self._first_title < len(row) else ""
        if filled > 3 and has_needed and first != "" and not self._stands_out(first):
            return ""  # the common case, without looking at the other cells
        return self._slow(row, has_needed)

    def _stands_out(self, first: Cell) -> bool:
        if not isinstance(first, str):
            return False
        return (
            first in self._marks
            or not first.isascii()
            and bool(self._total.match(first) or self._note.match(first))
        )

    def _slow(self, row: Sequence[Cell], has_needed: bool) -> str:
        texts = [
            (column, plain_title(cell)) for column, cell in enumerate(row) if isinstance(cell, str) and cell
        ]
        texts = [(column, text) for column, text in texts if text]
        filled = sum(1 for cell in row if not isinstance(cell, str) and cell is not None) + len(texts)
        if not filled:
            return "blank"
        same = sum((column, bare(text)) in self.layout._header for column, text in texts)
        if same >= 2 and same * 2 >= len(self.layout._header):
            return "header"
        if texts and self._note.match(texts[0][1]):
            return "section"
        complete = (
            has_needed and self._needed is not None and not self._is_total(plain_title(row[self._needed]))
        )
        if any(self._is_total(text) for _column, text in texts[:3]) and not (complete and filled > 3):
            return "total"
        if filled == 1 and self._is_section(texts):
            return "section"
        return ""

    def _is_total(self, text: str) -> bool:
        return bool(self._total.match(text))

    def _is_section(self, texts: list[tuple[int, str]]) -> bool:
        """One filled cell: a heading, unless it is a lone name (of customers) or a lone card number."""
        if len(self.layout.columns) < 3 or not texts:
            return False
        column, text = texts[0]
        if column == self._name and self.layout.kind == CUSTOMERS:
            return bool(re.search(r"\d|客户|顾客|会员|名单|资料|[ABC]\s*[类级]|组$", text))
        return not (_CODE.fullmatch(text) and column in self.layout.columns)
