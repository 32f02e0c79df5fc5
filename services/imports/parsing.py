"""From a file to records: its sheet and columns found, and how each column's cells are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.errors import Refused, ShopError
from services.imports import columns, reader, records, values
from services.imports.columns import CUSTOMERS, Layout
from services.imports.plan import FROM_SHEET, Choice, Parsed, Reader
from services.imports.text import Cell, plain
from services.policy import Policy
from services.progress import Progress, silent
from services.rules import customer_data
from services.words import N_

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
        rows = _rows(parsed, setting, reading.date_1904)
        fill = {column for column, held in layout.columns.items() if held in _FILLED_DOWN}
        surplus: list[int] = []
        for chunk in reading.chunks(layout.head, fill, progress):
            if reading.encoding:
                surplus += _surplus(chunk, rows.number + 1, len(layout.titles))
            rows.take(chunk)
            progress(rows.number, layout.head.height)
        parsed.skipped = dict(rows.furniture.kinds)
        parsed.warnings = [*reading.warnings, *_of_surplus(surplus)]
    return parsed


def _surplus(chunk: Sequence[Sequence[Cell]], first: int, width: int) -> list[int]:
    """Rows of a text table with more filled cells than titles: a line break is missing, and a record with it."""
    return [
        number
        for number, row in enumerate(chunk, first)
        if len(row) > width and any(cell != "" for cell in row[width:])
    ]


def _of_surplus(rows: Sequence[int]) -> list[ShopError]:
    if not rows:
        return []
    sentence = N_(
        "有 {n} 行的格子比标题多（第一处是第 {row} 行），可能少了一个换行，后半行没有读。请核对这些行。"
    )
    return [Refused(sentence, n=len(rows), row=rows[0])]


def _rows(parsed: Parsed, setting: Setting, date_1904: bool) -> records.Rows:
    return records.Rows(
        parsed,
        readers(parsed.layout, setting, date_1904),
        variants(setting, date_1904),
        setting.today.year,
        reader.settings()["reading"]["preview_rows"],
    )


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
