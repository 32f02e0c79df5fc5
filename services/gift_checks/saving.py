"""Writing one of the gift checks' tables out as .xlsx or .csv, with its trail in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from models import database
from services import journal
from services.progress import Progress, silent
from services.rights import Right, require
from services.shop import Shop
from services.words import _


def save_table(
    shop: Shop,
    target: Path | str,
    act: str,
    name: str,
    titles: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    right: Right = Right.STOCK,
    progress: Progress = silent,
    **facts: Any,
) -> int:
    """Writes the table beside `target` and moves it into place. Returns the number of rows. The journal keeps who took
    what out, the number of rows and the file's SHA-256. `act`: `export.stock_card` …; `titles` are words already."""
    require(shop, right)
    from services.sheets import tables

    assert shop.actor is not None

    def keep_trail(number: int, sha256: str) -> None:
        body = {"rows": number, "file": Path(target).name, "sha256": sha256, **facts}
        with database.database.atomic():
            journal.note(shop, act, "gift", body=body)

    footer = _("熟客 导出 {day} {who}").format(day=shop.today().isoformat(), who=shop.actor.name)
    return tables.write(
        target, titles, rows, name=name, footer=footer, progress=progress, written=keep_trail
    )[0]
