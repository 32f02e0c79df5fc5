"""Who is at work: the names, the PIN. Also what covers everything while the window is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from services import formats
from services.errors import Refused
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.widgets.card import capital, label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

if TYPE_CHECKING:
    from services.shop import Shop

FACES_KEPT = 5
ROLE_WORDS = {"owner": N_("店主"), "manager": N_("店长"), "clerk": N_("店员")}
_NAME = Qt.ItemDataRole.UserRole
_SAID = Qt.ItemDataRole.AccessibleTextRole


class SignIn(QWidget):
    """Arrow keys choose the person, digits go to the PIN at once, Enter signs in."""

    signed_in = Signal()
    cancelled = Signal()
    """Back to work as before: possible only when somebody changes the person, not when the window is locked."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.context = context
        self._waiting = False
        self.pin = Line(_("密码"), code=True)
        self.card = QFrame()
        self.card.setObjectName("card")
        self.card.setFixedWidth(theme.px(400))
        self._build_card()
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(self.card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)

    def _build_card(self) -> None:
        self.shop_name = label("", "title")
        self.day = label("", "muted")
        self.who = label(_("谁在上班？"), "section")
        self.names = _Names()
        self.names.setObjectName("names")
        self.names.setAccessibleName(_("员工"))
        self.names.setMouseTracking(True)
        self.names.currentItemChanged.connect(lambda *_two: self._tell(""))
        self.names.itemClicked.connect(lambda _item: self.pin.setFocus())
        self.names.typed.connect(self._typed)
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setPlaceholderText(_("密码"))
        self.pin.entered.connect(self._sign_in)
        self.note = label("", "error", wrap=True)
        self.go = KeyButton(_("开始工作"), look="primary", tip=_("用密码登录"))
        self.go.setMinimumHeight(theme.px(36))
        self.go.clicked.connect(self._sign_in)
        self.back = KeyButton(_("返回"), "Esc", tip=_("继续由现在的人工作"))
        self.back.clicked.connect(self.cancelled)
        body = QVBoxLayout(self.card)
        edge = theme.px(24)
        body.setContentsMargins(edge, edge, edge, edge)
        body.setSpacing(theme.px(8))
        top = QHBoxLayout()
        top.setSpacing(theme.px(12))
        logo = QLabel()
        logo.setPixmap(theme.app_icon().pixmap(theme.px(40)))
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        words.addWidget(self.shop_name)
        words.addWidget(self.day)
        top.addWidget(logo)
        top.addLayout(words, 1)
        body.addLayout(top)
        body.addSpacing(theme.px(12))
        for widget in (self.who, self.names, self.pin, self.note):
            body.addWidget(widget)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.go, 1)
        body.addLayout(row)

    def show_people(self, *, locked: bool = False, may_return: bool = False) -> None:
        """Fills the names; puts the cursor into the PIN of the one who worked here last.

        While the books are being opened it shows what was seen the last time; the PIN may be typed already.
        """
        self.who.setText(_("已锁定，请输入密码继续") if locked else _("谁在上班？"))
        self.back.setVisible(may_return)
        self.pin.clear()
        self._tell("")
        if self.context.has_shop:
            self._show_shop()
        else:
            self._show_face(self.context.settings.faces.get(self.context.url) or {})
        self.pin.setFocus()

    def books_opened(self) -> None:
        """The books are there: the real names; what was typed meanwhile stays."""
        self._show_shop()
        waiting, self._waiting = self._waiting, False
        if waiting:
            self._sign_in()

    def _show_shop(self) -> None:
        from services import staff

        shop = self.context.shop
        people = [[person.name, str(person.role)] for person in staff.users(shop)]
        face = {"shop": shop.info.name, "people": people}
        self.day.setText(formats.day(shop.today(), year=True))
        item = self.names.currentItem()
        chosen = item.data(_NAME) if item is not None else ""
        self._fill(face, shop.actor.name if shop.actor else chosen or self.context.settings.last_user)
        faces = self.context.settings.faces
        if _is_secret(self.context.url):
            # Encrypted books: no names of the shop and its people in a file that anybody can read.
            if self.context.url in faces:
                kept = {url: old for url, old in faces.items() if url != self.context.url}
                self.context.change_settings(faces=kept)
        elif faces.get(self.context.url) != face:
            newest = {self.context.url: face} | {
                url: old for url, old in faces.items() if url != self.context.url
            }
            self.context.change_settings(faces=dict(list(newest.items())[:FACES_KEPT]))

    def _show_face(self, face: dict[str, Any]) -> None:
        self.day.setText(_("正在打开账册…"))
        self._fill(face, self.context.settings.last_user)

    def _fill(self, face: dict[str, Any], wanted: str) -> None:
        self.shop_name.setText(str(face.get("shop") or _("熟客")))
        self.names.clear()
        for name, role in face.get("people") or []:
            item = QListWidgetItem()
            item.setData(_NAME, name)
            item.setData(_SAID, f"{name}, {role_words(role)}")
            item.setSizeHint(QSize(10, theme.px(34)))
            self.names.addItem(item)
            self.names.setItemWidget(item, _person(name, role_words(role)))
            if name == wanted:
                self.names.setCurrentItem(item)
        if self.names.currentRow() < 0:
            self.names.setCurrentRow(0)
        rows = min(max(self.names.count(), 3), 6)
        self.names.setFixedHeight(rows * theme.px(34) + theme.px(8))

    def _typed(self, words: str) -> None:
        self.pin.setFocus()
        self.pin.insert(words)

    def _sign_in(self) -> None:
        if not self.context.has_shop:
            self._waiting = True
            return
        from services import staff

        item = self.names.currentItem()
        if item is None or not self.go.isEnabled():
            return
        shop, name, pin = self.context.shop, item.data(_NAME), self.pin.text()
        if not pin:
            self._tell(_("请输入 {name} 的密码。").format(name=name))
            return
        self.go.setEnabled(False)
        self.context.tasks.write(
            lambda _progress: staff.sign_in(shop, name, pin), self._welcome, self._refused
        )

    def _welcome(self, shop: Shop) -> None:
        self.go.setEnabled(True)
        self.pin.clear()
        assert shop.actor is not None
        self.context.change_settings(last_user=shop.actor.name)
        self.context.use_shop(shop)
        self.signed_in.emit()

    def _refused(self, error: Exception) -> None:
        self.go.setEnabled(True)
        self.pin.clear()
        self.pin.setFocus()
        if isinstance(error, Refused):
            self._tell(str(error))
        else:
            self.context.show_error(error)

    def tell_done(self, words: str) -> None:
        """Something went well before anybody signed in (a restore): said here, where people look."""
        self.note.setText(words)
        theme.kind(self.note, "good")
        self.note.setVisible(True)

    def _tell(self, words: str) -> None:
        self.note.setText(words)
        theme.kind(self.note, "error")
        self.note.setVisible(bool(words))
        self.pin.setProperty("wrong", "true" if words else "false")
        theme.restyle(self.pin)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            rows = self.names.count()
            self.names.setCurrentRow((self.names.currentRow() + step) % rows if rows else -1)
        else:
            super().keyPressEvent(event)


class _Names(QListWidget):
    """The list of people; a digit typed here belongs to the PIN."""

    typed = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() and event.text().isprintable() and not event.text().isspace():
            self.typed.emit(event.text())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.typed.emit("")
        else:
            super().keyPressEvent(event)


def _person(name: str, role: str) -> QWidget:
    """The name at the left, what they are at the right and quieter."""
    row = QWidget()
    row.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
    layout.addWidget(label(name))
    layout.addStretch()
    layout.addWidget(label(role, "muted"))
    return row


def role_words(role: object) -> str:
    """店主 / 店长 / 店员 in the language in use."""
    return capital(_(ROLE_WORDS.get(str(role), "")))


def _is_secret(url: str) -> bool:
    from services import keys
    from services.settings import file_of

    path = file_of(url)
    return path is not None and keys.is_encrypted(path)
