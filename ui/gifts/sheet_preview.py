"""The approval sheet on the screen, page by page, before it is printed or saved."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from services import gifts_sheet
from services.words import _
from ui import dialogs
from ui.context import Context

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop


def preview(context: Context, parent: QWidget, month: str, columns: Sequence[str]) -> None:
    """Draws the month's sheet off the UI thread and shows it."""

    def show(pdf: bytes) -> None:
        from ui.printing import preview as window

        name = _("礼品一览表") + f"-{month}.pdf"
        save = partial(gifts_sheet.write_sheet, context.shop, month, extras=columns)
        window.show(context, parent, pdf, _("一览表"), file_name=name, save=save)

    title = _("正在排一览表…")
    dialogs.work(context, parent, title, partial(_draw, context.shop, month, columns), show, reads=True)


def _draw(shop: Shop, month: str, columns: Sequence[str], _progress: Progress) -> bytes:
    from services.sheets import approval_pdf

    sheet = gifts_sheet.sheet_of(shop, month, columns)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.pdf"
        approval_pdf.write(sheet, path)
        return path.read_bytes()
