"""From a file's rows to records: each cell by its column's reader, each row taken, skipped or refused with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from services import formats
from services.errors import Refused, ShopError
from services.imports import columns, reader, values
from services.imports.columns import CUSTOMERS, Furniture, Layout
from services.imports.plan import FROM_SHEET, Choice, Parsed, Reader, Record, RowError
from services.imports.text import Cell, plain
from services.policy import Policy
from services.progress import Progress, silent
from services.rules import birthdays, customer_data
from services.words import N_, _

_MEMO = 50_000
"""Values remembered per column: old sheets repeat their dates, amounts and measures."""
_UNIQUE = frozenset({"name", "card_no", "phone"})
"""Columns whose values hardly repeat are not worth remembering."""
_FILLED_DOWN = frozenset({"card_no", "name", "phone", "day", "ticket_no", "group", "clerk"})
"""Merged downwards, these belong to each row; an amount merged over two rows does not."""


@dataclass(frozen=True)
class Setting:
    """What reading depends on beside the file."""

    policy: Policy
    today: date
    choice: Choice


def parse(path: Path | str, kind: str, setting: Setting, progress: Progress = silent) -> Parsed:
    """Reads the whole file. Raises Refused for a file or table that cannot be read, Cancelled; never for a row."""
    choice = setting.choice
    with reader.open_file(path, progress, encoding=choice.encoding) as reading:
        layout = columns.find(
            reading.heads, kind, sheet=choice.sheet, header_row=choice.header_row, columns=choice.columns
        )
        names = tuple(head.name for head in reading.heads)
        parsed = Parsed(reading.path, reading.sha256, layout, choice, names, reading.encoding)
        rows = _Rows(parsed, setting, reading.date_1904)
        fill = {column for column, held in layout.columns.items() if held in _FILLED_DOWN}
        for chunk in reading.chunks(layout.head, fill, progress):
            rows.take(chunk)
            progress(rows.number, layout.head.height)
        parsed.skipped = dict(rows.furniture.kinds)
        parsed.warnings = list(reading.warnings)
    return parsed


class _Rows:
    """Goes through the rows once."""

    def __init__(self, parsed: Parsed, setting: Setting, date_1904: bool) -> None:
        self.parsed = parsed
        self.layout = parsed.layout
        self.furniture = Furniture(parsed.layout)
        self.number = 0
        self.year = setting.today.year
        self.preview_rows = reader.settings()["reading"]["preview_rows"]
        found = readers(parsed.layout, setting, date_1904)
        self.early = [each for each in found if each[1] in ("lunar", "foreign")]
        rest = [each for each in found if each not in self.early]
        self.plain: list[tuple[int, str, Reader, dict[Cell, Any]]] = [
            (column, name, read, {}) for column, name, read in rest if name not in _UNIQUE
        ]
        self.unique = [(column, name, read) for column, name, read in rest if name in _UNIQUE]
        self.variants = variants(setting, date_1904) if self.early else {}
        held = set(parsed.layout.columns.values())
        self.needed = [
            name for name in ("name", "day", "paid") if name in held and _is_needed(parsed.layout.kind, name)
        ]

    def take(self, chunk: Sequence[list[Cell]]) -> None:
        header, furniture = self.layout.header_row + 1, self.furniture
        for row in chunk:
            self.number += 1
            if self.number <= header or furniture.kind_of(row):
                continue
            self.parsed.read += 1
            if self.early or not self._ordinary(row):
                self._record(row)

    def _ordinary(self, row: list[Cell]) -> bool:
        """Takes a row in which nothing is wrong or unusual, as nearly all are. False: it must be looked at closely."""
        found: dict[str, Any] = {}
        try:
            for column, name, read, memo in self.plain:
                cell = row[column]
                if cell == "":
                    continue
                if cell is True or cell is False:  # True == 1.0, yet they may mean different things
                    return False
                if cell in memo:
                    value = memo[cell]
                else:
                    value = read(cell)
                    if len(memo) < _MEMO:
                        memo[cell] = value
                if value is not None and value != "":
                    found[name] = value
            for column, name, read in self.unique:
                cell = row[column]
                if cell == "":
                    continue
                value = read(cell)
                if name == "phone":
                    found["phones"] = (*found["phones"], *value) if "phones" in found else value
                elif value != "":
                    found[name] = value
        except (ShopError, IndexError):
            return False
        if len(self.parsed.previewed) < self.preview_rows:
            return False
        _tidy(found)
        for name in self.needed:
            if name not in found:
                return False
        self.parsed.records.append(Record(self.number, found))
        return True

    def _record(self, row: list[Cell]) -> None:
        found: dict[str, Any] = {}
        wrong: list[tuple[int, Cell, ShopError]] = []
        width = len(row)
        swaps = self._read_early(row, found, wrong) if self.early else None
        for column, name, read, memo in self.plain:
            cell = row[column] if column < width else ""
            if cell == "":
                continue
            try:
                if swaps and name in swaps:
                    value = swaps[name](cell)
                elif cell.__class__ is bool:  # True == 1.0, yet they may mean different things
                    value = read(cell)
                elif cell in memo:
                    value = memo[cell]
                else:
                    value = read(cell)
                    if len(memo) < _MEMO:
                        memo[cell] = value
            except ShopError as why:
                wrong.append((column, cell, why))
                continue
            if value is not None and value != "":
                found[name] = value
        for column, name, read in self.unique:
            cell = row[column] if column < width else ""
            if cell == "":
                continue
            try:
                value = swaps[name](cell) if swaps and name in swaps else read(cell)
            except ShopError as why:
                wrong.append((column, cell, why))
                continue
            if name == "phone":
                found["phones"] = (*found.get("phones", ()), *value)
            elif value != "":
                found[name] = value
        self._finish(row, found, wrong)

    def _read_early(
        self, row: list[Cell], found: dict[str, Any], wrong: list[tuple[int, Cell, ShopError]]
    ) -> dict[str, Reader]:
        """历法 and 境外号码 say how birthday and phones of this row are meant: the readers to take instead."""
        swaps: dict[str, Reader] = {}
        for column, name, read in self.early:
            cell = row[column] if column < len(row) else ""
            try:
                mark = read(cell)
            except ShopError as why:
                wrong.append((column, cell, why))
                continue
            if name == "lunar" and mark is not None:
                swaps["birthday"] = self.variants[f"birthday:{mark}"]
            elif name == "foreign" and mark:
                swaps["phone"] = self.variants["phone:foreign"]
                found["foreign"] = True
        return swaps

    def _finish(
        self, row: list[Cell], found: dict[str, Any], wrong: list[tuple[int, Cell, ShopError]]
    ) -> None:
        parsed, layout = self.parsed, self.layout
        _tidy(found)
        for name in self.needed:
            if name not in found and all(layout.columns.get(column) != name for column, _cell, _why in wrong):
                wrong.append((layout.column_of(name) or 0, "", _missing(name)))
        if len(parsed.previewed) < self.preview_rows:
            parsed.previewed.append(
                (self.number, {name: shown(name, value, self.year) for name, value in found.items()})
            )
        if not wrong:
            parsed.records.append(Record(self.number, found))
            return
        wrong.sort(key=lambda each: each[0])
        column, cell, _why = wrong[0]
        parsed.errors.append(
            RowError(self.number, layout.title_of(column), _text(cell), tuple(why for _c, _v, why in wrong))
        )


def _tidy(found: dict[str, Any]) -> None:
    """An address gives its postcode where no column does; a number in two columns is one number."""
    if "address" in found:
        front, address = found["address"]
        if front:
            found.setdefault("postcode", front)
        if address:
            found["address"] = address
        else:
            del found["address"]
    phones = found.get("phones")
    if phones is not None and len(phones) != 1:
        if phones:
            found["phones"] = tuple(dict.fromkeys(phones))
        else:
            del found["phones"]


def _text(cell: Cell) -> str:
    try:
        return plain(cell)[:200]
    except ShopError:
        return ""


def _is_needed(kind: str, name: str) -> bool:
    return name == "name" if kind == CUSTOMERS else name != "name"


def _missing(name: str) -> Refused:
    sentences = {
        "name": N_("没有姓名。请补上姓名。"),
        "day": N_("没有日期。请补上日期。"),
        "paid": N_("没有金额。请补上金额。"),
    }
    return Refused(sentences[name], field=name)


def shown(name: str, value: Any, year: int) -> str:
    """A value as it was understood, for the preview."""
    if name in ("paid", "list_price"):
        return formats.money(value)
    if name == "birthday":
        return birthdays.describe(value, year)
    if isinstance(value, bool):
        return _("是") if value else ""
    if isinstance(value, tuple):
        return "、".join(part for part in map(str, value) if part)
    return str(value)


def readers(layout: Layout, setting: Setting, date_1904: bool) -> list[tuple[int, str, Reader]]:
    """(column, field, reader) for every column that is read, in the sheet's order."""
    table = (
        _customer_readers(setting, date_1904, layout.lunar)
        if layout.kind == CUSTOMERS
        else _purchase_readers(setting, date_1904)
    )
    return [(column, name, table[name]) for column, name in sorted(layout.columns.items()) if name in table]


def variants(setting: Setting, date_1904: bool) -> dict[str, Reader]:
    """The readers of birthdays and phones in rows where another column says how they are meant."""
    return {
        "birthday:True": _birthdays(setting, date_1904, True),
        "birthday:False": _birthdays(setting, date_1904, False),
        "phone:foreign": lambda cell: values.phones(cell, foreign=True),
    }


def _birthdays(setting: Setting, date_1904: bool, lunar: bool | None) -> Reader:
    youngest = reader.settings()["reading"]["youngest"]
    return lambda cell: values.birthday(
        cell, today=setting.today, youngest=youngest, lunar=lunar, base_1904=date_1904
    )


def _days(setting: Setting, date_1904: bool) -> Reader:
    earliest = date.fromisoformat(reader.settings()["reading"]["earliest_day"])
    return lambda cell: values.day(cell, today=setting.today, earliest=earliest, base_1904=date_1904)


def card_no(cell: Cell) -> str:
    """A card number as the shop allows it, empty for an empty cell. Raises Refused."""
    if isinstance(cell, str) and cell.isascii() and cell.isalnum() and len(cell) <= 32:
        return cell
    text = values.code(cell, 200)
    return customer_data.card_no(text) if text else ""


def _calendar(cell: Cell) -> bool | None:
    text = values.half_width(plain(cell)).lower()
    if not text:
        return None
    if any(word in text for word in ("农", "阴", "旧", "lunar")):
        return True
    if any(word in text for word in ("公", "阳", "新历", "solar")):
        return False
    return values.tick(cell)


def _customer_readers(setting: Setting, date_1904: bool, lunar: bool) -> dict[str, Reader]:
    bounds, limits = setting.policy.customers, reader.settings()["reading"]
    short, text = limits["short"], limits["text"]
    free = lambda cell: values.words(cell, short)  # noqa: E731 - seven columns read alike
    likes = lambda cell: values.items(cell, short)  # noqa: E731
    table: dict[str, Reader] = {
        "name": lambda cell: values.name(cell, limits["name"]),
        "card_no": card_no,
        "phone": values.phones,
        "foreign": values.tick,
        "birthday": _birthdays(setting, date_1904, True if lunar else None),
        "lunar": _calendar,
        "sex": values.sex,
        "height_cm": lambda cell: values.height(cell, bounds.height_min_cm, bounds.height_max_cm),
        "waist_cm": lambda cell: values.waist(cell, bounds.waist_min_cm, bounds.waist_max_cm),
        "size": lambda cell: values.half_width(values.words(cell, limits["code"])).upper(),
        "postcode": values.postcode,
        "address": lambda cell: values.address(cell, short),
        "colours": likes,
        "styles": likes,
        "looks": likes,
        "hobbies": free,
        "note": lambda cell: values.words(cell, text),
        "first_source": free,
        "registered_on": _days(setting, date_1904),
        "preferred_time": free,
        "group": free,
        "clerk": free,
        "old_grade": free,
    }
    if setting.choice.points == FROM_SHEET:
        table["points"] = lambda cell: values.count(cell, bounds.max_amount_fen)
    return table


def _purchase_readers(setting: Setting, date_1904: bool) -> dict[str, Reader]:
    bounds, limits = setting.policy.customers, reader.settings()["reading"]
    code = limits["code"]
    table: dict[str, Reader] = {
        "card_no": card_no,
        "name": lambda cell: values.name(cell, limits["name"]),
        "phone": values.phones,
        "day": _days(setting, date_1904),
        "ticket_no": lambda cell: values.code(cell, code),
        "item_no": lambda cell: values.half_width(values.words(cell, limits["item"])),
        "size": lambda cell: values.half_width(values.words(cell, limits["size"])).upper(),
        "quantity": lambda cell: values.count(cell, bounds.max_quantity),
        "list_price": lambda cell: values.money(cell, bounds.max_amount_fen),
        "paid": lambda cell: values.money(cell, bounds.max_amount_fen),
        "special_price": values.tick,
        "note": lambda cell: values.words(cell, limits["short"]),
    }
    if setting.choice.points == FROM_SHEET:
        table["points"] = lambda cell: values.count(cell, bounds.max_amount_fen)
    return table
