"""What an import would do, or has done: figures, refused rows, and the records between reading and writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from services.errors import ShopError
from services.imports import columns
from services.imports.columns import Layout

FROM_PURCHASES, FROM_SHEET = "computed", "sheet"
"""Where points come from: the policy's rule, or the old books' own column (`--points sheet`)."""


FIGURES = ("read", "added", "changed", "unchanged", "refused")


class Outcome(Enum):
    """Every row that was read ends in exactly one of these."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowError:
    """One refused row. `row` as the workbook counts, from 1; `reason` is a sentence in the language of the moment."""

    row: int
    column: str
    value: str
    why: tuple[ShopError, ...]

    @property
    def reason(self) -> str:
        return " ".join(str(each) for each in self.why)


class Record(NamedTuple):
    """One row as it was read: `values` holds only the fields that were filled. A bare tuple: there are very many."""

    row: int
    values: dict[str, Any]


@dataclass(frozen=True)
class ColumnView:
    """One column for the person to look at: field is empty for an ignored one."""

    index: int
    letter: str
    title: str
    field: str
    sample: str


def column_views(layout: Layout) -> tuple[ColumnView, ...]:
    """Every column with its title, the first value below it, and what it is taken for."""
    below = layout.head.rows[layout.header_row + 1 :]
    views = []
    for column, title in enumerate(layout.titles):
        cells = (columns.plain_title(row[column]) for row in below if column < len(row))
        sample = next((cell for cell in cells if cell), "")
        views.append(
            ColumnView(column, columns.letter(column), title, layout.columns.get(column, ""), sample[:60])
        )
    return tuple(views)


@dataclass(frozen=True)
class PreviewRow:
    """One of the first rows: the cells as they were read, by field, and what becomes of it."""

    row: int
    outcome: Outcome
    texts: Mapping[str, str]
    reason: str = ""


@dataclass(frozen=True)
class Choice:
    """What the person decided beyond what was found. Columns and header row count from 0."""

    sheet: str | None = None
    header_row: int | None = None
    columns: Mapping[int, str] | None = None
    encoding: str = ""
    points: str = FROM_PURCHASES


@dataclass
class Parsed:
    """A file read and understood; nothing of it depends on the books."""

    path: Path
    sha256: str
    layout: Layout
    choice: Choice
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    records: list[Record] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    read: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    warnings: list[ShopError] = field(default_factory=list)
    previewed: list[tuple[int, dict[str, str]]] = field(default_factory=list)


@dataclass
class Comparison:
    """The records held against the books: what to write. `Work` is the kind's own."""

    outcomes: dict[Outcome, int]
    errors: list[RowError]
    by_row: dict[int, Outcome]
    """For the first rows only, for the preview."""
    work: Any = None


@dataclass(frozen=True)
class ImportPlan:
    """A dry run's answer; `apply` writes it."""

    kind: str
    file: str
    sheet: str
    sheets: tuple[str, ...]
    header_row: int
    """As the workbook counts, from 1"""
    columns: tuple[ColumnView, ...]
    ignored: tuple[str, ...]
    cannot_be_set: tuple[str, ...]
    """Of the ignored: grades, points, approvals, that no file may set"""
    read: int
    added: int
    changed: int
    unchanged: int
    refused: int
    skipped: Mapping[str, int]
    """blank, section, header, total: rows that are no records"""
    errors: tuple[RowError, ...]
    warnings: tuple[str, ...]
    preview: tuple[PreviewRow, ...]
    encoding: str
    parsed: Parsed
    comparison: Comparison
    head: tuple[int, str]
    """The journal's end when the books were looked at"""

    def figures(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in FIGURES}


@dataclass(frozen=True)
class ImportResult:
    """What an import did. The errors are those of the rows that were not taken."""

    kind: str
    file: str
    sha256: str
    read: int
    added: int
    changed: int
    unchanged: int
    refused: int
    skipped: Mapping[str, int]
    ignored: tuple[str, ...]
    cannot_be_set: tuple[str, ...]
    warnings: tuple[str, ...]
    errors: tuple[RowError, ...]
    run_id: int | None
    parsed: Parsed
    backup: str = ""
    graded: bool = False
    """Everyone was graded anew"""

    def figures(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in FIGURES}


class Tally:
    """Counts outcomes, keeping those of the first rows."""

    def __init__(self, first_rows: frozenset[int]) -> None:
        self._counts = {outcome.value: 0 for outcome in Outcome}  # by text: an enum's hash is slow
        self.errors: list[RowError] = []
        self.by_row: dict[int, Outcome] = {}
        self._first = first_rows

    def add(self, row: int, outcome: Outcome) -> None:
        self._counts[outcome._value_] += 1
        if row in self._first:
            self.by_row[row] = outcome

    def refuse(self, row: int, column: str, value: object, why: ShopError) -> None:
        self.add(row, Outcome.REFUSED)
        self.errors.append(RowError(row, column, str(value), (why,)))

    def done(self, work: Any) -> Comparison:
        outcomes = {outcome: self._counts[outcome.value] for outcome in Outcome}
        return Comparison(outcomes, self.errors, self.by_row, work)


Reader = Callable[[Any], Any]
"""A cell's value, or Refused"""

__all__ = [
    "Choice",
    "ColumnView",
    "Comparison",
    "FROM_PURCHASES",
    "FROM_SHEET",
    "ImportPlan",
    "ImportResult",
    "Outcome",
    "Parsed",
    "PreviewRow",
    "Reader",
    "Record",
    "RowError",
    "Tally",
    "replace",
]
