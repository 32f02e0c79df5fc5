"""The strip under the header that stays until it is mended: looking only, a damaged file, a cloud folder, little room."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.widgets.card import label

WAYS = {
    "reserve": (N_("腾出备用空间"), N_("删掉留着的 32 MB，再试一次")),
    "again": (N_("再试一次"), N_("重新打开账册")),
    "restore": (N_("恢复备份…"), N_("店主登录后选一份备份  Ctrl+B")),
    "move": (N_("替我搬走…"), N_("先复制、核对，再切换到这台电脑的普通文件夹")),
}


class SafetyStrip(QFrame):
    """Looks once in the background after somebody signed in; shows the worst it found."""

    wanted = Signal(str)
    """A way that somebody chose: reserve, again, restore or move."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.context = context
        self._looked = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(2), theme.px(16), theme.px(2))
        self.sign = label("⚠", "bad")
        self.words = label("", wrap=True)
        row.addWidget(self.sign)
        row.addWidget(self.words, 1)
        self.ways: dict[str, QPushButton] = {}
        for name, (text, tip) in WAYS.items():
            button = theme.kind(QPushButton(_(text)), "link")
            button.setAutoDefault(False)
            button.setAccessibleName(_(text))
            button.setToolTip(_(tip))
            button.clicked.connect(lambda _on=False, name=name: self.wanted.emit(name))
            self.ways[name] = button
            row.addWidget(button)
        self.hide()

    def look(self) -> None:
        """Once for each opening of the books, by whoever signs in first."""
        if not self.context.signed_in or self._looked == self.context.url:
            return
        self._looked = self.context.url
        url = self.context.url

        def job(_progress: Any) -> Any:
            from services import notices

            return notices.look(url)

        self.context.read(job, self.show_notices)

    def show_notices(self, found: Any) -> None:
        self.setVisible(bool(found))
        if not found:
            return
        worst = found[0]
        self.words.setText("  ".join(one.text for one in found))
        theme.kind(self.sign, "warn" if worst.kind in ("cloud", "space", "clock") else "bad")
        ways = {way for one in found for way in one.ways}
        for name, button in self.ways.items():
            button.setVisible(name in ways)
