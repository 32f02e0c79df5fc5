"""The books could not be opened: what happened, and the ways on."""

from __future__ import annotations

from services.words import _
from ui import dialogs
from ui.dialogs import Box
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton


class Trouble(Box):
    """Nothing was changed. Try again, open another file, begin a shop, or leave."""

    def __init__(self, words: str) -> None:
        super().__init__(None, _("账册没有打开"), 520)
        self.answer = ""
        self.body.addWidget(label(words, wrap=True, selectable=True))
        again = KeyButton(_("再试一次"), "F5", "primary")
        again.clicked.connect(lambda: self._take("again"))
        other = KeyButton(_("打开另一个账册…"), "F6")
        other.clicked.connect(self._other)
        new = KeyButton(_("开一家新店…"), "F7")
        new.clicked.connect(lambda: self._take("new"))
        for button in (again, other, new):
            self.body.addWidget(button)
        self.add_button(_("退出"), self.reject)
        again.setFocus()

    def _take(self, answer: str) -> None:
        self.answer = answer
        self.accept()

    def _other(self) -> None:
        path = dialogs.ask_path(self, _("打开另一个账册"), kinds=_("账册 (*.db)"))
        if path:
            self._take(path)


def ask(words: str) -> str:
    """`again`, `new`, the path of other books, or empty: leave."""
    box = Trouble(words)
    box.exec()
    return box.answer
