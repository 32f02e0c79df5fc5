"""The next best answers for the line under the cursor: one key takes one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from models.kinds import LineStatus
from services import formats, gifts
from services.gifts import LineRow, Pick
from services.rights import Right, may
from services.words import _
from ui import theme
from ui.context import Context
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress

_SHOWN = 3
_REST = 120
"""Milliseconds the cursor must rest on a line: nothing is asked while it runs down the list."""


class PicksBar(QWidget):
    """`换成  1 羊毛围巾 ￥88.00   2 …   3 …`; hidden where there is nothing to change."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.row: LineRow | None = None
        self.picks: list[Pick] = []
        self._task: Task | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST)
        self._rest.timeout.connect(self._ask)
        self.words = label(_("换成"), "muted")
        self.buttons = [KeyButton(_("换成"), str(number)) for number in range(1, _SHOWN + 1)]
        bar = QHBoxLayout(self)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(theme.px(8))
        bar.addWidget(self.words)
        for number, button in enumerate(self.buttons):
            button.clicked.connect(partial(self._take, number))
            bar.addWidget(button)
        bar.addStretch()
        self.show_row(None)

    def show_row(self, row: LineRow | None) -> None:
        """Another line; its answers come when the cursor rests on it."""
        open_line = row is not None and row.status in (LineStatus.DRAFT, LineStatus.RETURNED)
        self.row = row if open_line and may(self.context.shop, Right.PLAN_GIFTS) else None
        if self._task:
            self._task.drop()
            self._task = None
        self._show([])
        self.setVisible(self.row is not None)
        if self.row is None:
            self._rest.stop()
        else:
            self._rest.start()

    def _ask(self) -> None:
        if self.row is not None:
            shop, number = self.context.shop, self.row.id
            self._task = self.context.read(
                lambda _progress: gifts.picks(shop, number, _SHOWN),
                self._show,
                on_error=lambda _error: self._show([]),
            )

    def _show(self, found: list[Pick]) -> None:
        self.picks = found
        # The bar keeps its height while it is empty, so that the table does not jump.
        self.words.setText(_("换成") if found else "")
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(found))
            if number < len(found):
                pick = found[number]
                names = pick.words if len(pick.words) <= 18 else f"{pick.names[0]} +{len(pick.names) - 1}"
                cost = formats.money(pick.total).removesuffix(".00")
                tip = f"{pick.words}  {formats.money(pick.total)}"
                if pick.liked:
                    tip += "  " + _("合其喜好")
                button.tell(f"{names} {cost}", tip)
        self.setFixedHeight(self.buttons[0].sizeHint().height())

    def _take(self, number: int) -> None:
        row = self.row
        if row is None or number >= len(self.picks):
            return
        shop, pick = self.context.shop, self.picks[number]

        def job(progress: Progress) -> list[int]:
            before = [one.gift_id for one in gifts.parts_of(row) if one.gift_id is not None]
            gifts.pick(shop, row.id, pick.gift_ids)
            return before

        def back(before: list[int]) -> None:
            words = _("改回原来的礼品")
            self.context.write(
                lambda _progress: gifts.choose_gifts(shop, row.id, before, words),
                said=_("已改回原来的礼品。"),
            )

        said = _("{name} 换成 {gift}。").format(name=row.name, gift=pick.words)
        self.context.write(job, said=said, undo=lambda before: back(before) if before else None)
