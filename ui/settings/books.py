"""Other books: open another file, begin a shop, look around in the demo shop, share one on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from services.words import _
from ui import dialogs
from ui.context import Context
from ui.dialogs import Box
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from ui.main_window import MainWindow


class Books(Box):
    """The ways to other books; each ends with somebody signing in."""

    def __init__(self, context: Context, parent: MainWindow) -> None:
        super().__init__(parent, _("账册"), 480)
        self.answer = ""
        self.path = ""
        now = _("现在打开的是：{shop}").format(shop=context.shop.info.name)
        self.body.addWidget(label(now, "muted", wrap=True))
        for words, tip, do in (
            (_("打开另一个账册…"), _("选一个 .db 文件"), self._other),
            (_("开一家新店，或看看演示店…"), _("走一遍开店向导；现在的账册不变"), self._new),
            (_("几台电脑一起用…"), _("把账册搬到数据库服务器上，或打开那里的店"), self._server),
        ):
            button = KeyButton(words, look="big", tip=tip)
            button.clicked.connect(do)
            self.body.addWidget(button)
        self.add_button(_("取消"), self.reject)

    def _other(self) -> None:
        self.path = dialogs.ask_path(self, _("打开另一个账册"), kinds=_("账册 (*.db)"))
        if self.path:
            self.accept()

    def _new(self) -> None:
        self.answer = "new"
        self.accept()

    def _server(self) -> None:
        self.answer = "server"
        self.accept()


def open_dialog(context: Context, parent: MainWindow) -> None:
    box = Books(context, parent)
    if not box.exec():
        return
    if box.answer == "server":
        from ui.settings import server

        QTimer.singleShot(0, parent, lambda: server.open_dialog(context, parent))
        return
    path = box.path
    QTimer.singleShot(0, parent, lambda: _go(parent, path))


def _go(window: MainWindow, path: str) -> None:
    from ui import app

    if path:
        app.change_books(window, path)
    else:
        app.another_shop(window)
