"""Saving a table of the gift ledger: ask where to, write it in the background, say it in the status line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from services.progress import Progress
from services.words import _
from ui import dialogs
from ui.context import Context

TABLES = "Excel (*.xlsx);;CSV (*.csv)"
PAPER = "PDF (*.pdf);;Excel (*.xlsx);;CSV (*.csv)"


def save(
    context: Context,
    parent: QWidget,
    name: str,
    write: Callable[[Path, Progress], int],
    kinds: str = TABLES,
) -> None:
    """`write(path, progress)` writes the file and returns the number of rows; `name` is suggested, without ending."""
    usual = ".pdf" if kinds == PAPER else ".xlsx"
    path = context.ask_path(_("导出到"), save=True, suggested=f"{name}{usual}", kinds=kinds)
    if not path:
        return
    known = tuple(part.rstrip(")") for part in kinds.split("*")[1:] for part in [part.split(";")[0]])
    target = Path(path) if path.lower().endswith(known) else Path(path + usual)

    def done(_rows: int) -> None:
        context.say(_("已存为 {file}").format(file=target.name))

    dialogs.work(
        context, parent.window(), _("正在导出{name}…").format(name=name), lambda p: write(target, p), done
    )
