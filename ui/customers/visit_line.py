"""试过没买: one optional line after the visit's key; what stands in it stays with its customer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from services.customer_notes import add_note, remove_note
from services.words import _
from ui import theme
from ui.context import Context
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line


class VisitLine(QFrame):
    """Opens behind F8: the visit itself is kept already."""

    left = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.context = context
        self.customer_id = 0
        self._half: dict[int, str] = {}
        self.line = Line(_("试过没买"))
        self.line.setPlaceholderText(_("货号、尺码或一句话，如 A1203 M 码袖子长"))
        self.line.setMaxLength(200)
        self.line.setProperty("takes_scan", True)
        self.line.entered.connect(self._save)
        self.skip = KeyButton(_("没有试"), "", "flat", _("到店已经记下，不用再写  Esc"))
        self.skip.clicked.connect(self.leave)
        self.keep = KeyButton(_("记下  Enter"), "", "", _("记在备注里：下次到货好告诉客户"))
        self.keep.clicked.connect(self._save)
        row = QHBoxLayout(self)
        edge = theme.px(8)
        row.setContentsMargins(theme.px(12), edge, edge, edge)
        row.setSpacing(theme.px(8))
        row.addWidget(label(_("到店记下了。试过什么没买？"), "section"))
        row.addWidget(self.line, 1)
        row.addWidget(self.skip)
        row.addWidget(self.keep)
        self.hide()

    def begin(self, customer_id: int) -> None:
        """The line for this customer, with what was left half typed."""
        self.show_for(customer_id)
        self.customer_id = customer_id
        self.line.setText(self._half.pop(customer_id, ""))
        self.show()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_for(self, customer_id: int) -> None:
        """Another customer is shown: the line goes, its words wait for F8."""
        if self.customer_id and self.customer_id != customer_id:
            if words := self.line.text().strip():
                self._half[self.customer_id] = words
            self.customer_id = 0
            self.hide()

    def leave(self) -> None:
        """Nothing was tried on."""
        self._half.pop(self.customer_id, None)
        self.customer_id = 0
        self.line.clear()
        self.hide()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def _save(self) -> None:
        words, customer, shop = self.line.text().strip(), self.customer_id, self.context.shop
        if not words:
            self.leave()
            return
        self.context.write(
            lambda _progress: add_note(shop, customer, words, "tried"),
            partial(self._saved, customer, words),
            said=_("已记下试过没买：{what}").format(what=words),
            undo=self._undo,
        )

    def _saved(self, customer: int, words: str, _id: int) -> None:
        if self.customer_id == customer and self.line.text().strip() == words:
            self.leave()

    def _undo(self, note_id: int) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: remove_note(shop, note_id), said=_("已撤销试穿记录"))
