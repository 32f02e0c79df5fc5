"""The file on the disk: where it lies, whether it is encrypted, and what the owner can do about both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QWidget

from services import encryption, keys
from services.errors import ShopError
from services.rights import Right, may, require
from services.settings import file_of
from services.words import _
from ui import apart, dialogs
from ui.context import Context
from ui.dialogs import Box
from ui.widgets.card import Card, label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from ui.main_window import MainWindow


class FileBox(Box):
    """`wanted` is what shall be done once all windows on the books are closed."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("账册文件与加密"), 600)
        self.context = context
        self.wanted: Callable[[MainWindow], None] | None = None
        self.url = context.shop.url
        self.path = file_of(self.url)
        self._tell_place()
        self._tell_key()
        self._tell_reserve()
        self.add_button(_("关闭"), self.reject).setFocus()
        # Wrapped lines inside cards: Qt asks for their height at another width than they get.
        self.setMinimumHeight(self.layout().totalHeightForWidth(self.minimumWidth()))

    # ---- the place

    def _tell_place(self) -> None:
        card = Card(_("放在哪里"))
        if self.path is None:
            card.body.addWidget(label(_("账册在数据库服务器上，它的磁盘由服务器自己加密和备份。"), wrap=True))
            self.body.addWidget(card)
            return
        from services import place

        card.body.addWidget(label(str(self.path), wrap=True, selectable=True))
        for sentence in place.warnings(self.path):
            card.body.addWidget(label(sentence, "warn", wrap=True))
        if "cloud" in place.warning_codes(self.path):
            button = KeyButton(_("替我搬出云盘…"), "F6", "primary", _("先复制、核对，再切换"))
            button.clicked.connect(lambda: self._want(move))
            button.setEnabled(may(self.context.shop, Right.ENCRYPT))
            card.body.addWidget(button)
        self.body.addWidget(card)

    # ---- the key

    def _tell_key(self) -> None:
        if self.path is None:
            return
        now = encryption.state(self.url)
        card = Card(_("账册加密"))
        if now.encrypted:
            told = _("已加密，钥匙编号 {id}。文件、日志和备份没有钥匙都打不开。").format(
                id=now.id[:8].upper()
            )
            card.body.addWidget(label(told, "good", wrap=True))
            if not now.passphrase:
                gone = _("口令文件不见了，只能用恢复密钥打开。请换一次口令，它会重新写好。")
                card.body.addWidget(label(gone, "warn", wrap=True))
        else:
            told = _(
                "没有加密：拿到这个文件或备份的人都能读。加密后每次打开要口令或由这台电脑记住，速度几乎不变。"
            )
            card.body.addWidget(label(told, wrap=True))
        limits = _(
            "加密保护丢失的电脑、U 盘和云盘里的文件；保护不了正开着的熟客，也不包括导出的表格和打印的纸。"
        )
        card.body.addWidget(label(limits, "caption", wrap=True))
        owner = may(self.context.shop, Right.ENCRYPT)
        if now.encrypted:
            ways: list[tuple[str, str, Callable[[], Any], str]] = [
                (_("换口令…"), "F7", self._passphrase, _("钥匙和恢复单不变")),
                (_("换钥匙…"), "F8", self._new_key, _("新的恢复单；旧的口令和恢复单不再能打开账册")),
                (_("去掉加密…"), "F9", self._decrypt, _("账册变回普通文件")),
            ]
        else:
            ways = [(_("加密…"), "F8", self._new_key, _("三步：口令、恢复单、照着输入一遍"))]
        for words, key, do, tip in ways:
            button = KeyButton(words, key, tip=tip)
            button.clicked.connect(do)
            button.setEnabled(owner)
            card.body.addWidget(button)
        if now.encrypted:
            self.remembered = QCheckBox(_("这台电脑的这个账户打开时不用输口令"))
            self.remembered.setAccessibleName(self.remembered.text())
            self.remembered.setChecked(now.remembered)
            self.remembered.setEnabled(owner)
            self.remembered.toggled.connect(self._remember)
            card.body.addWidget(self.remembered)
        if not owner:
            card.body.addWidget(label(_("只有店主能改。"), "muted"))
        self.body.addWidget(card)
        others = encryption.other_backups()
        if owner and others:
            self._tell_backups(len(others), now.encrypted)

    def _tell_backups(self, number: int, encrypted: bool) -> None:
        if not encrypted:
            return
        card = Card(tone="warn")
        told = _("还有 {n} 份旧备份没有用现在的钥匙加密，拿到的人也许能读。").format(n=number)
        card.body.addWidget(label(told, wrap=True))
        button = KeyButton(_("清除这些旧备份…"), "F4", "danger", _("现在的钥匙已有验证过的备份时才清除"))
        button.clicked.connect(self._wipe)
        card.body.addWidget(button)
        self.body.addWidget(card)

    def _tell_reserve(self) -> None:
        if self.path is None:
            return
        self.reserve = QCheckBox(_("在账册旁边留 32 MB 备用空间，磁盘满时可以马上腾出来"))
        self.reserve.setAccessibleName(self.reserve.text())
        self.reserve.setChecked(self.context.settings.ballast)
        self.reserve.toggled.connect(self._keep_reserve)
        self.body.addWidget(self.reserve)

    # ---- acts

    def _want(self, act: Callable[[MainWindow], None]) -> None:
        self.wanted = act
        self.accept()

    def _new_key(self) -> None:
        from ui.settings.key_setup import KeySetup

        if not pin_again(self.context, self):
            return
        shop = self.context.shop
        setup = KeySetup(shop.info.name, shop.today(), self)
        if not setup.exec():
            return
        key, passphrase, remember = setup.key, setup.passphrase, setup.remember
        self._want(
            lambda window: change(
                window,
                _("正在加密账册…"),
                lambda shop: encryption.encrypt(shop, key, passphrase, remember=remember),
                _("账册已加密，并做好了一份加密的备份。"),
            )
        )

    def _decrypt(self) -> None:
        words = _("账册会变回普通文件，拿到的人都能读。以前加密的备份仍要原来的口令或恢复单，请继续留着。")
        if not pin_again(self.context, self):
            return
        if dialogs.ask(self, _("去掉加密？"), words, _("去掉加密"), danger=True):
            self._want(
                lambda window: change(window, _("正在去掉加密…"), encryption.decrypt, _("账册不再加密。"))
            )

    def _passphrase(self) -> None:
        from ui.settings.key_setup import ask_passphrase

        if not pin_again(self.context, self):
            return
        passphrase, shop = ask_passphrase(self), self.context.shop
        if passphrase:
            self.context.write(
                lambda _progress: encryption.set_passphrase(shop, passphrase),
                said=_("口令已换。恢复单照旧有效。"),
            )
            self.accept()

    def _remember(self, on: bool) -> None:
        assert self.path is not None
        try:
            if on:
                keys.remember(self.path)
            else:
                keys.forget(self.path)
        except ShopError as error:
            dialogs.tell(self, str(error), tone="bad")

    def _wipe(self) -> None:
        words = _("会覆盖并删除这些文件，找不回来。固态硬盘和云盘里可能还留着旧的副本。")
        if dialogs.ask(self, _("清除没有用现在的钥匙加密的备份？"), words, _("清除"), danger=True):
            shop = self.context.shop
            self.context.write(
                lambda _progress: encryption.wipe_other_backups(shop),
                said=lambda gone: _("已清除 {n} 份旧备份。").format(n=gone),
            )
            self.accept()

    def _keep_reserve(self, on: bool) -> None:
        from services import ballast

        url = self.url
        self.context.change_settings(ballast=on)
        self.context.read(lambda _progress: ballast.keep(url) if on else ballast.give_up(url))


def pin_again(context: Context, parent: QWidget | None, right: Right = Right.ENCRYPT) -> bool:
    """The PIN of the person at the counter once more, before the file itself is changed. Says what was wrong."""
    from services import again

    pin = dialogs.ask_text(
        parent, _("请再输入一次您的密码"), _("这一步会改动整个账册文件。"), _("继续"), secret=True
    )
    if not pin:
        return False
    try:
        again.prove(context.shop, pin, right)
    except ShopError as error:
        dialogs.tell(parent, str(error), tone="bad")
        return False
    return True


def open_dialog(context: Context, parent: MainWindow) -> None:
    box = FileBox(context, parent)
    box.exec()
    if box.wanted is not None:
        act = box.wanted
        QTimer.singleShot(0, parent, lambda: act(parent))


def change(window: MainWindow, title: str, act: Callable[[Any], Path | None], done: str) -> None:
    """Ends all work on the open books, changes the file, and lets somebody sign in anew."""
    from services import start
    from services.shop import open_shop
    from ui import app

    shop = window.context.shop
    window.hide()
    window.context.close()
    start.close_books()

    def job() -> Path | None:
        # A connection of this thread: the act reads rights and ledgers before it takes the file for itself.
        open_shop(shop.url, shop.clock)
        return act(shop)

    try:
        left = apart.run(None, title, job)
        words, tone = done, "done"
        if left is not None:
            words += _("以前的文件 {file} 没有删掉，请手工删除。").format(file=left)
    except ShopError as error:
        words, tone = str(error), "bad"
    new = app.reopen(window, shop.url)
    if tone == "bad":
        dialogs.tell(new, words, tone="bad")
    elif new is not None:
        new.sign_in.tell_done(words)


def move(window: MainWindow) -> None:
    """Out of the cloud folder, by the owner with the PIN; giving up opens the books where they were."""
    from services import start
    from ui import app
    from ui.first_start import trouble

    shop = window.context.shop
    url = shop.url
    try:
        require(shop, Right.ENCRYPT)
    except ShopError as error:
        window.context.show_error(error)
        return
    if not pin_again(window.context, window):
        return
    window.hide()
    window.context.close()
    start.close_books()
    moved = trouble.move(None, url, shop)
    new = app.reopen(window, moved or url)
    if moved and new is not None:
        new.sign_in.tell_done(_("账册已搬到 {file}。").format(file=file_of(moved)))
