"""From cells to records: each row taken, or refused with its reason; nearly all of them a column at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services import formats
from services.errors import Refused, ShopError
from services.imports.columns import CUSTOMERS, Furniture
from services.imports.plan import Parsed, Reader, Record, RowError
from services.imports.text import Cell, plain
from services.rules import birthdays
from services.words import N_, _

_MEMO = 50_000
"""Values remembered per column: old sheets repeat their dates, amounts and measures."""
_UNIQUE = frozenset({"name", "card_no", "phone", "address"})
"""Columns whose values hardly repeat are not worth remembering."""
_ODD = object()
"""In a column that was read: this cell's row must be looked at closely."""


class Rows:
    """Goes through the rows once."""

    def __init__(
        self,
        parsed: Parsed,
        readers: Sequence[tuple[int, str, Reader]],
        variants: Mapping[str, Reader],
        year: int,
        preview_rows: int,
    ) -> None:
        """`readers`: (column, field, reader). `variants`: those that a row's own marks ask for instead."""
        self.parsed = parsed
        self.layout = parsed.layout
        self.furniture = Furniture(parsed.layout)
        self.number = 0
        self.year, self.preview_rows = year, preview_rows
        self.early = [each for each in readers if each[1] in ("lunar", "foreign")]
        rest = [each for each in readers if each not in self.early]
        self.plain: list[tuple[int, str, Reader, dict[Cell, Any]]] = [
            (column, name, read, {}) for column, name, read in rest if name not in _UNIQUE
        ]
        self.unique = [(column, name, read) for column, name, read in rest if name in _UNIQUE]
        self.variants = variants
        self.widest = max((column for column, _name, _read in rest), default=0)
        held = set(parsed.layout.columns.values())
        self.needed = [
            name for name in ("name", "day", "paid") if name in held and _is_needed(parsed.layout.kind, name)
        ]

    def take(self, chunk: Sequence[list[Cell]]) -> None:
        """The next rows of the sheet."""
        above = max(0, self.layout.header_row + 1 - self.number)
        numbered = self.furniture.records(self.number + above + 1, chunk[above:] if above else chunk)
        self.number += len(chunk)
        self.parsed.read += len(numbered)
        if numbered and not self._by_column(numbered):
            for number, row in numbered:
                self._record(number, row)

    def _by_column(self, numbered: Sequence[tuple[int, list[Cell]]]) -> bool:
        """Takes rows a column at a time, which costs half; what is odd in them is looked at row by row.

        False, and nothing taken, where rows of this sheet have to be read one by one.
        """
        rows = [row for _number, row in numbered]
        if self.early or len(self.parsed.previewed) < self.preview_rows:
            return False
        if min(map(len, rows)) <= self.widest:
            return False
        odd: set[int] = set()
        names: list[str] = []
        columns: list[Sequence[Any]] = []
        for column, name, read, memo in self.plain:
            cells = [row[column] for row in rows]
            if bool in set(map(type, cells)):  # True == 1.0, yet they may mean different things
                return False
            names.append(name)
            columns.append(_remembered(cells, read, memo, odd))
        phones: Sequence[Any] = ()
        for column, name, read in self.unique:
            values = _read([row[column] for row in rows], read, odd)
            if name == "address":
                values = _addresses(values, odd)
            elif name == "phone":
                values = phones = _joined(phones, values) if phones else values
                if "phones" in names:
                    columns[names.index("phones")] = values
                    continue
                name = "phones"
            names.append(name)
            columns.append(values)
        if phones:
            columns[names.index("phones")] = _numbers(phones)
        self._keep(numbered, names, columns, odd)
        return True

    def _keep(
        self,
        numbered: Sequence[tuple[int, list[Cell]]],
        names: Sequence[str],
        columns: Sequence[Sequence[Any]],
        odd: set[int],
    ) -> None:
        records, needed = self.parsed.records, self.needed
        for at, ((number, row), values) in enumerate(zip(numbered, zip(*columns, strict=True), strict=True)):
            if odd and at in odd:
                self._record(number, row)
                continue
            found = {name: value for name, value in zip(names, values, strict=True) if value is not None}
            if all(name in found for name in needed):
                records.append(Record(number, found))
            else:
                self._record(number, row)

    def _record(self, number: int, row: list[Cell]) -> None:
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
                elif memo.get(cell, _ODD) is not _ODD:
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
        self._finish(number, found, wrong)

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

    def _finish(self, number: int, found: dict[str, Any], wrong: list[tuple[int, Cell, ShopError]]) -> None:
        parsed, layout = self.parsed, self.layout
        _tidy(found)
        for name in self.needed:
            if name not in found and all(layout.columns.get(column) != name for column, _cell, _why in wrong):
                wrong.append((layout.column_of(name) or 0, "", _missing(name)))
        if len(parsed.previewed) < self.preview_rows:
            parsed.previewed.append(
                (number, {name: shown(name, value, self.year) for name, value in found.items()})
            )
        if not wrong:
            parsed.records.append(Record(number, found))
            return
        wrong.sort(key=lambda each: each[0])
        column, cell, _why = wrong[0]
        parsed.errors.append(
            RowError(number, layout.title_of(column), _text(cell), tuple(why for _c, _v, why in wrong))
        )


def _remembered(cells: Sequence[Cell], read: Reader, memo: dict[Cell, Any], odd: set[int]) -> list[Any]:
    """The values of a column whose cells repeat; None for nothing."""
    if len(memo) > _MEMO:
        memo.clear()
    for cell in set(cells).difference(memo):
        try:
            value = read(cell) if cell != "" else None
            memo[cell] = None if value == "" else value
        except ShopError:
            memo[cell] = _ODD
    values = [memo[cell] for cell in cells]
    odd.update([at for at, value in enumerate(values) if value is _ODD])
    return values


def _read(cells: Sequence[Cell], read: Reader, odd: set[int]) -> list[Any]:
    """The values of a column whose cells hardly repeat; None for nothing."""
    try:
        return [(read(cell) or None) if cell != "" else None for cell in cells]
    except ShopError:
        pass
    values: list[Any] = []
    for at, cell in enumerate(cells):
        try:
            values.append((read(cell) or None) if cell != "" else None)
        except ShopError:
            values.append(None)
            odd.add(at)
    return values


def _addresses(values: Sequence[Any], odd: set[int]) -> list[Any]:
    """Addresses without the postcodes before them: a row that has one is looked at closely."""
    odd.update([at for at, value in enumerate(values) if value is not None and value[0]])
    return [value and (value[1] or None) for value in values]


def _joined(phones: Sequence[Any], more: Sequence[Any]) -> list[Any]:
    return [(*(one or ()), *(two or ())) for one, two in zip(phones, more, strict=True)]


def _numbers(phones: Sequence[Any]) -> list[Any]:
    """A number in two columns is one number; None for nobody's."""
    return [tuple(dict.fromkeys(each)) if each and len(each) > 1 else (each or None) for each in phones]


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
