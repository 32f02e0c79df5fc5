"""What is done with the selected customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from ui.customers.list_panel import ListPanel


class SelectionMenu(QMenu):
    """Filled when it opens."""

    def __init__(self, panel: ListPanel) -> None:
        super().__init__(panel)
