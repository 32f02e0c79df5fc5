"""Several counters: the shop moved onto a database server, a shop there opened, or the way back into a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from services import transfer
from services.errors import ShopError
from services.rights import Right, may
from services.words import _
from ui import apart, dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import Form, NumberField, TextField
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from ui.main_window import MainWindow


class ServerBox(Box):
    """`wanted` is what shall be done once all windows on the books are closed."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("数据库服务器"), 520)
        self.context = context
        self.wanted: Callable[[MainWindow], None] | None = None
        told = _("几台收银电脑一起用时，账册放在一台数据库服务器（PostgreSQL）上。只有一台电脑，就不需要。")
        self.body.addWidget(label(told, wrap=True))
        self.form = Form(
            [
                TextField("host", _("服务器"), required=True, hint=_("名字或地址，例如 192.168.1.20")),
                NumberField("port", _("端口")),
                TextField("name", _("数据库"), required=True, hint=_("先在服务器上建一个空的数据库")),
                TextField("user", _("用户名"), required=True),
                TextField("password", _("数据库密码"), hint=_("只记在这台电脑的这个账户里")),
            ]
        )
        self.secret = self.form.fields[4].input
        assert isinstance(self.secret, QLineEdit)
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.form.load({"host": "", "port": 5432, "name": "shuke", "user": "shuke", "password": ""})
        self.body.addWidget(self.form)
        self.answer = label("", "muted", wrap=True)
        self.answer.hide()
        self.body.addWidget(self.answer)
        self.test = KeyButton(_("试连接"), "F5", tip=_("看看服务器在不在、数据库是不是空的"))
        self.test.clicked.connect(self._try)
        self.go = KeyButton(_("搬过去…"), "F8", "primary", _("逐表核对；原来的文件改名留着"))
        self.go.clicked.connect(self._move)
        self.there = KeyButton(_("打开那里的店"), "F7", tip=_("另一台收银电脑已经搬过去了"))
        self.there.clicked.connect(self._open)
        for button in (self.test, self.there, self.go):
            self.body.addWidget(button)
        if not may(context.shop, Right.RESTORE):
            self.go.setEnabled(False)
            self.body.addWidget(label(_("搬账册只有店主能做。"), "muted"))
        self.add_button(_("关闭"), self.reject)

    def place(self) -> transfer.Place | None:
        """What was filled in; None where a field is wrong, which is then told."""
        try:
            place = transfer.Place(**self.form.values())
            place.url()
        except ShopError as error:
            if not self.form.show_error(error):
                self._tell(str(error), "bad")
            return None
        return place

    def _tell(self, words: str, kind: str) -> None:
        self.answer.setText(words)
        theme.kind(self.answer, kind)
        self.answer.setVisible(bool(words))

    def _try(self) -> None:
        if place := self.place():
            self._tell(_("正在连接…"), "muted")
            url = place.url()
            self.context.tasks.read(
                lambda _progress: transfer.try_out(url),
                lambda there: self._tell(
                    _("连上了。那里已经有表：可以打开那里的店，不能往里搬。")
                    if there
                    else _("连上了。数据库是空的，可以搬过去。"),
                    "good",
                ),
                lambda error: self._tell(str(error), "bad"),
            )

    def _move(self) -> None:
        if not (place := self.place()):
            return
        pin = dialogs.ask_text(
            self,
            _("请再输入一次您的密码"),
            _("整个店会搬到服务器上，别的电脑请先退出熟客。"),
            _("搬过去"),
            secret=True,
        )
        if pin:
            url = place.url()
            self.wanted = lambda window: move(window, url, pin)
            self.accept()

    def _open(self) -> None:
        if place := self.place():
            url = place.url()
            self.wanted = lambda window: open_there(window, url)
            self.accept()


def open_dialog(context: Context, parent: MainWindow) -> None:
    """The form; or, where the books are on a server already, the way back."""
    if transfer.on_server(context.shop.url):
        _back(context, parent)
        return
    box = ServerBox(context, parent)
    box.exec()
    if box.wanted is not None:
        act = box.wanted
        QTimer.singleShot(0, parent, lambda: act(parent))


def _back(context: Context, parent: MainWindow) -> None:
    words = _("账册在 {place}。要搬回这台电脑的文件吗？别的电脑请先退出熟客。").format(
        place=transfer.shown(context.shop.url)
    )
    if not dialogs.ask(parent, _("数据库服务器"), words, _("搬回文件…")):
        return
    path = dialogs.ask_path(parent, _("新的账册文件"), kinds=_("账册 (*.db)"), save=True)
    pin = path and dialogs.ask_text(
        parent, _("请再输入一次您的密码"), _("服务器上的账册留着不动。"), _("搬回来"), secret=True
    )
    if path and pin:
        QTimer.singleShot(0, parent, lambda: move(parent, path, pin))


def move(window: MainWindow, to: str, pin: str) -> None:
    """Ends all work on the open books, moves them, and lets somebody sign in anew, there or, where it failed, here."""
    from services import start
    from services.shop import open_shop
    from ui import app

    context, shop = window.context, window.context.shop
    window.hide()
    context.close()
    start.close_books()

    def job() -> transfer.Moved:
        open_shop(shop.url, shop.clock)
        done = transfer.move(shop, to, pin)
        transfer.keep(done.url)
        return done

    try:
        done = apart.run(None, _("正在搬账册…"), job, _("每一张表都会核对，请不要关电脑。"))
    except ShopError as error:
        new = app.reopen(window, shop.url)
        dialogs.tell(new, str(error), tone="bad")
        return
    url = transfer.keep(done.url)
    context.change_settings(books_url=url)
    new = app.reopen(window, url)
    if new is not None:
        words = _("已搬到 {to}：{tables} 张表、{rows} 行，逐表核对过。").format(
            to=transfer.shown(url), tables=done.tables, rows=done.rows
        )
        new.sign_in.tell_done(words)


def open_there(window: MainWindow, url: str) -> None:
    """Another counter's shop: opened here from now on."""
    from ui import app

    app.change_books(window, transfer.keep(url))
