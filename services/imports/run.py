"""Reading a file into the books: `plan` says what would happen, `apply` makes it happen, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from models import database
from services import backup, grades, journal, search_index
from services.errors import Refused
from services.imports import (
    bulk,
    columns,
    customers,
    customers_write,
    parsing,
    purchases,
    purchases_write,
    reader,
)
from services.imports.columns import CUSTOMERS, KINDS, PURCHASES
from services.imports.parsing import Setting
from services.imports.plan import (
    FROM_PURCHASES,
    FROM_SHEET,
    Choice,
    Comparison,
    ImportPlan,
    ImportResult,
    Outcome,
    Parsed,
    PreviewRow,
    RowError,
    column_views,
)
from services.progress import Progress, silent
from services.rights import Right, require
from services.shop import Shop
from services.words import N_, _


def plan(
    shop: Shop, path: Path | str, kind: str, choice: Choice | None = None, progress: Progress = silent
) -> ImportPlan:
    """Reads the file and says what an import would do, without writing anything.

    Raises Refused for a file or table that cannot be read, NotAllowed, Cancelled; refused rows are in the answer.
    """
    require(shop, Right.IMPORT)
    if kind not in KINDS:
        raise Refused(N_("不能导入“{kind}”：只有 customers 和 purchases。"), kind=kind)
    with bulk.many_objects():
        parsed = _parsed(shop, path, kind, choice or Choice(), progress)
        return _planned(parsed, *_compared(parsed, progress))


def _parsed(shop: Shop, path: Path | str, kind: str, choice: Choice, progress: Progress) -> Parsed:
    """The file read, with the columns as the person once told them for a sheet with these very titles."""

    def read(how: Choice) -> Parsed:
        return parsing.parse(path, kind, Setting(shop.policy, shop.today(), how), progress)

    try:
        parsed = read(choice)
        layout = parsed.layout
    except columns.NotRecognised as why:
        if choice.columns is not None or (told := _told(kind, why.layout.titles)) is None:
            raise
        return read(
            replace(choice, sheet=why.layout.head.name, header_row=why.layout.header_row, columns=told)
        )
    if choice.columns is not None:
        return parsed
    told = _told(kind, layout.titles)
    if told is None or told == dict(layout.columns):
        return parsed
    return read(replace(choice, sheet=layout.head.name, header_row=layout.header_row, columns=told))


def _told(kind: str, titles: tuple[str, ...]) -> dict[int, str] | None:
    """The columns that a person told for a sheet with these titles when it was last imported; None for none."""
    sql = "SELECT figures FROM import_run WHERE kind = ? ORDER BY id DESC LIMIT 100"
    for (figures,) in database.rows(sql, (kind,)):
        found = json.loads(figures)
        if found.get("told") and found.get("titles") == list(titles):
            return {int(column): name for column, name in found["told"].items()}
    return None


def apply(shop: Shop, planned: ImportPlan, progress: Progress = silent) -> ImportResult:
    """Writes what `plan` read, held against the books anew, in one transaction; purchases and points also grade everyone.

    A verified backup is taken first for more than `backup_above` rows. Raises Cancelled, Unavailable: then nothing was
    written. Reading the same file again changes nothing.
    """
    require(shop, Right.IMPORT)
    parsed = planned.parsed
    saved = ""
    if (
        planned.added + planned.changed > reader.settings()["reading"]["backup_above"]
        and not database.is_postgres()
    ):
        saved = backup.snapshot(shop, "before-import").file.name
        progress(0, 0)
    with bulk.many_objects(), database.database.atomic():
        # Nothing happened in the shop since the plan: its comparison still holds.
        same = planned.head == journal.head()
        comparison = planned.comparison if same else _compare(parsed, progress)
        counts = _counts(parsed, comparison)
        run_id, graded = None, False
        if counts["added"] or counts["changed"]:
            run_id, moved = _write(shop, parsed, comparison, counts, progress)
            # Customers alone are not graded: with their purchases still to come, all would count as lost and won back.
            graded = parsed.layout.kind == PURCHASES or parsed.choice.points == FROM_SHEET
            if graded:
                _figures, also = grades.within(shop, lambda _done, _total: progress(0, 0))
                moved = sorted({*moved, *also})
            search_index.refresh_many(moved)
    errors = _errors(parsed, comparison)
    layout = parsed.layout
    return ImportResult(
        layout.kind,
        parsed.path.name,
        parsed.sha256,
        counts["read"],
        counts["added"],
        counts["changed"],
        counts["unchanged"],
        counts["refused"],
        parsed.skipped,
        layout.ignored,
        _cannot_be_set(parsed),
        _warnings(parsed, comparison),
        errors,
        run_id,
        parsed,
        saved,
        graded,
    )


def _compared(parsed: Parsed, progress: Progress) -> tuple[Comparison, tuple[int, str]]:
    """The comparison, and the journal's end before it was made."""
    head = journal.head()
    return _compare(parsed, progress), head


def _compare(parsed: Parsed, progress: Progress) -> Comparison:
    if parsed.layout.kind == CUSTOMERS:
        return customers.compare(parsed, keep=_read_before(parsed), progress=progress)
    return purchases.compare(parsed, progress=progress)


def _read_before(parsed: Parsed) -> bool:
    """Whether this very file was read with the same columns before: then later changes on file are not undone by it."""
    sql = "SELECT figures FROM import_run WHERE sha256 = ? AND kind = ?"
    now = _columns_text(parsed)
    return any(
        json.loads(row[0]).get("columns") == now
        for row in database.rows(sql, (parsed.sha256, parsed.layout.kind))
    )


def _columns_text(parsed: Parsed) -> str:
    held = [f"{columns.letter(column)}={name}" for column, name in sorted(parsed.layout.columns.items())]
    return " ".join([parsed.layout.head.name, str(parsed.layout.header_row + 1), parsed.choice.points, *held])


def _counts(parsed: Parsed, comparison: Comparison) -> dict[str, int]:
    return {
        "read": parsed.read,
        **{
            outcome.value: number + (len(parsed.errors) if outcome is Outcome.REFUSED else 0)
            for outcome, number in comparison.outcomes.items()
        },
    }


def _write(
    shop: Shop, parsed: Parsed, comparison: Comparison, counts: Mapping[str, int], progress: Progress
) -> tuple[int, list[int]]:
    """Returns the number of the import, and whose place in the search is another now."""
    kind = parsed.layout.kind
    figures: dict[str, Any] = {**counts, "skipped": parsed.skipped, "columns": _columns_text(parsed)}
    if parsed.choice.columns is not None:
        figures |= {"titles": list(parsed.layout.titles), "told": dict(parsed.choice.columns)}
    run_id = database.insert(
        "import_run",
        kind=kind,
        file_name=parsed.path.name,
        sha256=parsed.sha256,
        day=database.day_value(shop.today()),
        user_id=shop.who,
        figures=json.dumps(figures, ensure_ascii=False),
        created_at=shop.clock.now(),
    )
    moved: list[int] = []
    body: dict[str, Any] = {"file": parsed.path.name, "sha256": parsed.sha256, **counts}
    if kind == CUSTOMERS:
        source = _("导入：{file}").format(file=parsed.path.name)[:200]
        body |= customers_write.write(shop, comparison.work, source, progress)
    else:
        more, moved = purchases_write.write(shop, comparison.work, run_id, parsed.choice.points, progress)
        body |= more
    journal.note(shop, f"import.{kind}", "import_run", run_id, body=body)
    return run_id, moved


def _errors(parsed: Parsed, comparison: Comparison) -> tuple[RowError, ...]:
    return tuple(sorted((*parsed.errors, *comparison.errors), key=lambda error: error.row))


def _cannot_be_set(parsed: Parsed) -> tuple[str, ...]:
    """Titles of columns a file may not set: grades are kept as a note, points are computed, approvals not read."""
    layout = parsed.layout
    named = {"old_grade"} if parsed.choice.points == FROM_SHEET else {"old_grade", "points"}
    own = [layout.title_of(column) for column, held in sorted(layout.columns.items()) if held in named]
    return (*own, *columns.cannot_be_set(layout))


def _warnings(parsed: Parsed, comparison: Comparison) -> tuple[str, ...]:
    work = comparison.work
    return tuple(str(each) for each in (*parsed.warnings, *getattr(work, "warnings", ())))


def _planned(parsed: Parsed, comparison: Comparison, head: tuple[int, str]) -> ImportPlan:
    layout = parsed.layout
    counts = _counts(parsed, comparison)
    errors = _errors(parsed, comparison)
    return ImportPlan(
        layout.kind,
        parsed.path.name,
        layout.head.name,
        parsed.sheets,
        layout.header_row + 1,
        column_views(layout),
        layout.ignored,
        _cannot_be_set(parsed),
        counts["read"],
        counts["added"],
        counts["changed"],
        counts["unchanged"],
        counts["refused"],
        parsed.skipped,
        errors,
        _warnings(parsed, comparison),
        _preview(parsed, comparison, errors),
        parsed.encoding,
        parsed,
        comparison,
        head,
    )


def _preview(parsed: Parsed, comparison: Comparison, errors: tuple[RowError, ...]) -> tuple[PreviewRow, ...]:
    reasons = {error.row: error.reason for error in errors}
    rows = []
    for row, texts in parsed.previewed:
        outcome = Outcome.REFUSED if row in reasons else comparison.by_row.get(row, Outcome.REFUSED)
        rows.append(PreviewRow(row, outcome, texts, reasons.get(row, "")))
    return tuple(rows)


__all__ = ["FROM_PURCHASES", "FROM_SHEET", "Choice", "apply", "plan"]
