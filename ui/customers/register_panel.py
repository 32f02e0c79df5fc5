"""A new customer in half a minute: phone first (shows at once who has it already), then the name. The rest is asked later."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from models.kinds import Channel, Sex
from services.customers import Likeness, NewCustomer, Registered
from services.errors import ShopError
from services.words import _
from ui import theme
from ui.context import Context
from ui.customers.words import SEX_WORDS
from ui.form import ChoiceField, FlagField, Form, PhoneField, TextField
from ui.widgets.card import Card, label
from ui.widgets.key_button import KeyButton

CONSENT_CHANNELS = (Channel.PHONE, Channel.SMS, Channel.POST)


class RegisterPanel(QWidget):
    """The registration in the place of the customer page."""

    registered = Signal(int)
    """The new customer."""
    open_wanted = Signal(int)
    """Somebody who is on file already."""
    left = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._busy = False
        self.form = Form(
            [
                PhoneField("phone", _("手机"), tip=_("先输手机：已经登记过的马上会显示出来")),
                TextField("name", _("姓名"), required=True, length=60),
                ChoiceField("sex", _("性别"), [(sex.value, _(SEX_WORDS[sex])) for sex in Sex]),
                TextField("card_no", _("卡号"), code=True, length=32, hint=_("空着就自动编号")),
                FlagField("consent", _("同意我们打电话、发短信、寄贺卡")),
                TextField("consent_way", _("怎样同意的"), length=60),
                FlagField("foreign", _("境外号码")),
            ]
        )
        self.form.submitted.connect(self.submit)
        phone = self.form.field("phone")
        phone.edited.connect(self._look)
        self.known = QVBoxLayout()
        self.known.setSpacing(theme.px(4))
        self.trouble = label("", "error", wrap=True)
        self.trouble.hide()
        card = Card(_("新客户"))
        card.body.addWidget(label(_("只要手机和姓名；生日、尺码和喜好下次来再问。"), "muted", wrap=True))
        card.body.addWidget(self.form)
        card.body.addLayout(self.known)
        card.body.addWidget(self.trouble)
        foot = QHBoxLayout()
        self.back = KeyButton(_("取消"), "", "flat", _("不登记  Esc"))
        self.back.clicked.connect(self.left)
        self.save = KeyButton(_("登记"), "Ctrl+Return", "primary", _("登记这位客户"))
        self.save.clicked.connect(self.submit)
        foot.addStretch()
        foot.addWidget(self.back)
        foot.addWidget(self.save)
        card.body.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        card.setMaximumWidth(theme.px(560))
        column.addWidget(card, 0, Qt.AlignmentFlag.AlignTop)
        column.addStretch()

    def begin(self, phone: str = "") -> None:
        """An empty form, the cursor in the phone field."""
        self._busy = False
        blank = {"phone": phone, "sex": Sex.FEMALE.value, "consent_way": _("店内口头")}
        self.form.load(blank)
        self._show_known([])
        self.trouble.hide()
        self.form.field("name" if phone else "phone").input.setFocus()
        if phone:
            self._look()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # ---- already on file?

    def _look(self) -> None:
        from services import customers

        shop, number = self.context.shop, str(self.form.field("phone").value())
        self.context.read(lambda _progress: customers.on_file(shop, number), partial(self._found, number))

    def _found(self, number: str, known: list[Likeness]) -> None:
        if number == self.form.field("phone").value():
            self._show_known(known)

    def _show_known(self, known: list[Likeness]) -> None:
        while (item := self.known.takeAt(0)) is not None:
            if item.widget():
                item.widget().hide()
                item.widget().deleteLater()
        for one in known:
            words = _("这个号码已经登记：{name}（{card_no}），打开").format(
                name=one.name, card_no=one.card_no
            )
            button = theme.kind(QPushButton(words), "link")
            button.setIcon(theme.icon("user", "accent_text"))
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, number=one.id: self.open_wanted.emit(number))
            self.known.addWidget(button)

    # ---- saving

    def submit(self) -> None:
        """Registers; a refusal is told beside its field."""
        from services import customers

        if self._busy:
            return
        self.trouble.hide()
        try:
            values = self.form.values()
        except ShopError:
            return
        new = NewCustomer(
            values["name"],
            values["phone"],
            values["foreign"],
            values["card_no"],
            CONSENT_CHANNELS if values["consent"] else (),
            values["consent_way"] if values["consent"] else "",
            {"sex": values["sex"] or Sex.UNKNOWN.value},
        )
        self._busy = True
        shop = self.context.shop
        self.context.write(
            lambda _progress: customers.register(shop, new),
            self._done,
            on_error=self._failed,
            said=partial(_said, new.name),
        )

    def _done(self, done: Registered) -> None:
        self._busy = False
        self.registered.emit(done.id)

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, ShopError) and self.form.show_error(error):
            return
        if isinstance(error, ShopError):
            self.trouble.setText(str(error))
            self.trouble.show()
            return
        self.context.show_error(error)


def _said(name: str, done: Registered) -> str:
    words = _("已登记 {name}，卡号 {card_no}。").format(name=name, card_no=done.card_no)
    if done.likely:
        other = done.likely[0]
        words += _("可能是同一个人：{name} {card_no}").format(name=other.name, card_no=other.card_no)
    return words
