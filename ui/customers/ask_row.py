"""A question of 现在要做 with its answer beside it: Enter writes it to the file, one key says not now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from models.kinds import Channel
from services.contact_words import channel_words
from services.customer_due import Due
from services.rules.questions import VERIFIED
from services.words import N_, _
from ui import theme
from ui.widgets.fact import Elided
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

QUESTION, ANSWER = 88, 96
"""Pixels at font size 14 that question and answer keep where the room is short."""
_CODES = ("phones", "size", "height_cm")
_HINTS = {
    "birthday": N_("如 5月3日、1990-5-3、农历八月十五"),
    "height_cm": N_("厘米，如 165"),
    "waist_cm": N_("厘米，或 2尺1"),
    "phones": N_("手机号码"),
}


class AskRow(QWidget):
    """One question."""

    answered = Signal(object, str)
    """The `Due` and what the customer said."""
    put_off = Signal(object)
    opened = Signal(object)
    """The answer needs more than a line (consent)."""

    def __init__(self, due: Due, key: str, half_typed: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.due = due
        self.line: Line | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        picture = QLabel()
        picture.setPixmap(theme.pixmap("help", "muted", 18))
        row.addWidget(picture)
        words = Elided(least=QUESTION)
        words.tell(due.text)
        row.addWidget(words)
        self.do = self._build_answer(row, key, half_typed)
        skip_tip = _("客户不想说：这一项过一阵再问（{question}）").format(question=due.text)
        self.skip = KeyButton(_("先不问"), "", "link", skip_tip)
        self.skip.setAccessibleName(f"{_('先不问')}: {due.text}")
        self.skip.clicked.connect(lambda: self.put_off.emit(self.due))
        row.addStretch()
        row.addWidget(self.do)
        row.addWidget(self.skip)

    def _build_answer(self, row: QHBoxLayout, key: str, half_typed: str) -> KeyButton:
        due = self.due
        if due.field in ("consent", VERIFIED):
            words = _("登记意愿…") if due.field == "consent" else _("没有变")
            button = self._button(words, key)
            button.clicked.connect(
                lambda: self.opened.emit(due) if due.field == "consent" else self.answered.emit(due, "")
            )
            return button
        button = self._button(_("记下"), key)
        if due.field == "preferred_channel":
            combo = QComboBox()
            combo.setAccessibleName(due.text)
            for channel in (Channel.PHONE, Channel.SMS, Channel.POST, Channel.SHOP):
                combo.addItem(channel_words(channel), channel.value)
            button.clicked.connect(lambda: self.answered.emit(due, str(combo.currentData())))
            row.addWidget(combo)
            return button
        self.line = Line(due.text, code=due.field in _CODES)
        self.line.setPlaceholderText(
            _(_HINTS[due.field]) if due.field in _HINTS else _("客户的回答，Enter 记下")
        )
        self.line.setMinimumWidth(theme.px(ANSWER))
        self.line.setText(half_typed)
        self.line.entered.connect(self._give)
        button.clicked.connect(self._give)
        row.addWidget(self.line, 1)
        return button

    def _button(self, words: str, key: str) -> KeyButton:
        button = KeyButton(words, key, "link", self.due.text)
        button.setAccessibleName(f"{words}: {self.due.text}")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _give(self) -> None:
        """The key goes to the line first; with words in it, it writes them."""
        assert self.line is not None
        if self.line.text().strip():
            self.answered.emit(self.due, self.line.text())
        else:
            self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
