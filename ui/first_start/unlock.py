"""Encrypted books ask for their passphrase or recovery key before anything else is shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from services import key_store, keys
from services.errors import ShopError
from services.words import _
from ui import apart, dialogs, theme
from ui.dialogs import Box
from ui.form import Line
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

SECOND = 1_000


class Unlock(Box):
    """One field for both; wrong ones wait longer and longer. Nothing is changed here."""

    def __init__(self, path: Path, parent: QWidget | None = None, *, backup: bool = False) -> None:
        super().__init__(parent, _("这份备份加了密") if backup else _("账册加了密"), 520)
        self.path = path
        self.answer = ""
        told = _("备份 {file} 用的是它自己的钥匙。") if backup else _("打开 {file} 要用钥匙。")
        self.body.addWidget(label(told.format(file=path.name), "muted", wrap=True))
        title = _("口令或恢复密钥")
        self.body.addWidget(label(title))
        self.secret = Line(title, code=True)
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.secret.entered.connect(self._try)
        self.secret.textChanged.connect(self._typed)
        self.body.addWidget(self.secret)
        hint = _("恢复密钥在恢复单上，13 组，可以用扫码枪扫方形码；大小写和空格都不要紧。")
        self.body.addWidget(label(hint, "caption", wrap=True))
        self.shown = QCheckBox(_("显示输入的字"))
        self.shown.setAccessibleName(_("显示输入的字"))
        self.shown.toggled.connect(self._show_typed)
        self.body.addWidget(self.shown)
        self.remember = QCheckBox(_("这台电脑的这个账户以后不再问"))
        self.remember.setAccessibleName(self.remember.text())
        self.remember.setToolTip(_(keys.REMEMBER_WORDS[key_store.kind()]))
        self.remember.setVisible(not backup)
        self.worth = label(_(keys.REMEMBER_WORDS[key_store.kind()]), "caption", wrap=True)
        self.worth.hide()
        self.remember.toggled.connect(self.worth.setVisible)
        self.body.addWidget(self.remember)
        self.body.addWidget(self.worth)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        self.add_button(_("取消") if backup else _("退出"), self.reject)
        self.other = KeyButton(_("打开另一个账册…"), "F6")
        self.other.setVisible(not backup)
        self.other.clicked.connect(self._other)
        self.buttons.addWidget(self.other)
        self.go = self.add_button(_("打开"), self._try, "primary")
        self._waiting = QTimer(self)
        self._waiting.setInterval(SECOND)
        self._waiting.timeout.connect(self._tell_wait)
        self._typed()
        self._tell_wait()
        self.secret.setFocus()

    def _typed(self) -> None:
        self.go.setEnabled(bool(self.secret.text().strip()) and not self._wait())

    def _show_typed(self, on: bool) -> None:
        self.secret.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)

    def _wait(self) -> int:
        return keys.wait(self.path)

    def _tell_wait(self) -> None:
        """Counts down while a wait runs; then the field is there again."""
        seconds = self._wait()
        self.secret.setEnabled(not seconds)
        if seconds:
            self._say(_("输错的次数太多，请 {seconds} 秒后再试。").format(seconds=seconds))
            self._waiting.start()
        elif self._waiting.isActive():
            self._waiting.stop()
            self.note.hide()
            self.secret.setFocus()
        self._typed()

    def _try(self) -> None:
        if not self.go.isEnabled():
            return
        secret, path = self.secret.text().strip(), self.path
        try:
            apart.run(
                self, _("正在试钥匙…"), lambda: keys.unlock(path, secret), _("口令要算一会儿，这是故意的。")
            )
            if self.remember.isChecked():
                keys.remember(path)
        except ShopError as error:
            self._say(str(error))
            self.secret.selectAll()
            self.secret.setFocus()
            self._tell_wait()
            return
        self.answer = "again"
        self.accept()

    def _say(self, words: str) -> None:
        self.note.setText(words)
        theme.kind(self.note, "error")
        self.note.show()

    def _other(self) -> None:
        path = dialogs.ask_path(self, _("打开另一个账册"), kinds=_("账册 (*.db)"))
        if path:
            self.answer = path
            self.accept()


def ask(path: Path, parent: QWidget | None = None, *, backup: bool = False) -> str:
    """`again` (the key is known now), the path of other books, or empty: given up."""
    box = Unlock(path, parent, backup=backup)
    box.exec()
    return box.answer


def with_key(parent: QWidget | None, path: Path) -> bool:
    """Sees to the key of a backup that has one of its own. False: the person gave up. Raises WrongKey for SHUKE_KEY."""
    return keys.ready(path, keys.BACKUP_VARIABLE) or bool(ask(path, parent, backup=True))
