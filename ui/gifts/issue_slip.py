"""The button 签收单: the receipt of the chosen gifts on the screen, then on a till roll or A6."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from services.words import N_, _
from ui import dialogs
from ui.context import Context
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress

_PAPERS = (("roll", N_("80 毫米小票纸")), ("a6", N_("A6 纸")))


class SlipButton(KeyButton):
    """S shows the slips of what is chosen; a right click (or the menu key) chooses the paper of this PC."""

    def __init__(
        self, context: Context, ids: Callable[[], list[int]], key: str = "S", parent: QWidget | None = None
    ) -> None:
        tip = _("客户签名的小票，80 毫米或 A6；右键选纸")
        super().__init__(_("签收单"), key, "", tip, "printer", parent)
        self.context = context
        self._ids = ids
        self.clicked.connect(self.show_slips)
        menu = QMenu(self)
        group = QActionGroup(menu)
        self.papers: dict[str, QAction] = {}
        for code, words in _PAPERS:
            action = menu.addAction(_(words), partial(self._take, code))
            action.setCheckable(True)
            group.addAction(action)
            self.papers[code] = action
        menu.addSeparator()
        self.opens = menu.addAction(_("发放后自动打开签收单"))
        self.opens.setCheckable(True)
        self.opens.toggled.connect(lambda on: self.context.change_settings(gift_slip_opens=on))
        self.menu_of_papers = menu

    def contextMenuEvent(self, event: object) -> None:
        settings = self.context.settings
        self.papers[
            settings.gift_slip_paper if settings.gift_slip_paper in self.papers else "roll"
        ].setChecked(True)
        self.opens.blockSignals(True)
        self.opens.setChecked(settings.gift_slip_opens)
        self.opens.blockSignals(False)
        self.menu_of_papers.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _take(self, code: str) -> None:
        self.context.change_settings(gift_slip_paper=code)
        self.show_slips()

    def show_slips(self) -> None:
        if ids := self._ids():
            show(self.context, self.window(), ids)


def show(context: Context, parent: QWidget | None, ids: Sequence[int]) -> None:
    """Draws the slips off the UI thread and shows them on this PC's paper."""
    shop = context.shop
    paper = context.settings.gift_slip_paper or "roll"

    def job(_progress: Progress) -> bytes:
        from services.gifts import slips

        return slips.pdf(shop, ids, paper)

    def ready(pdf: bytes) -> None:
        from services.gifts import slips
        from ui.printing import preview

        def save(path: Path) -> int:
            return slips.write(shop, ids, path, paper)

        preview.show(
            context,
            parent,
            pdf,
            _("礼品签收单"),
            file_name=_("签收单") + ".pdf",
            save=save,
            printed=lambda: slips.printed(shop, ids, paper),
        )

    dialogs.work(context, parent, _("正在排签收单…"), job, ready, reads=True)
