"""A new customer in half a minute: phone first (shows at once who has it already), then the name.

手机 Enter 姓名 Enter (空格) Enter: the tick for consent comes last, all else may stay empty and is asked later. What is
typed stays until it is registered or thrown away; a scanner's burst is the card number.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from models.kinds import Channel, Sex
from services.consents import WAYS
from services.contact_words import channel_words
from services.customers import Likeness, NewCustomer, Registered
from services.errors import Refused, ShopError
from services.words import _
from ui import dialogs, theme
from ui.context import Context
from ui.customers.words import SEX_WORDS
from ui.form import ChoiceField, DayField, FlagField, Form, PhoneField, TextField
from ui.widgets.card import Card, label, scrolled
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

AGREED = (Channel.PHONE, Channel.SMS, Channel.POST)
"""What the one tick means; the dialog behind it chooses each channel."""
YOUNGEST = 10
PAUSE = 60
"""Milliseconds without a key before the file is asked."""
WIDE_UNTIL = 17
"""Pixels of letters up to which the form has two columns."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PERSON = ("birthday", "sex", "size", "address", "first_source")


class RegisterPanel(QWidget):
    """The registration in the place of the customer page."""

    registered = Signal(int)
    """The new customer."""
    open_wanted = Signal(int)
    """Somebody who is on file already."""
    taken_back = Signal(int)
    """The registration was undone."""
    left = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._busy = False
        self._channels: tuple[Channel, ...] = AGREED
        self.known_people: tuple[Likeness, ...] = ()
        self._answered: tuple[Any, ...] = ()
        self._open_when_known = False
        card = Card(_("新客户"))
        self.state = label("", "muted", wrap=True)
        card.body.addWidget(self.state)
        self.known = QVBoxLayout()
        self.known.setSpacing(theme.px(4))
        card.body.addLayout(self.known)
        self.form = self._build_form()
        card.body.addWidget(self.form)
        self.trouble = label("", "error", wrap=True)
        self.trouble.hide()
        card.body.addWidget(self.trouble)
        card.body.addWidget(label(_("手机和姓名就够了，其余以后每次问一两样。"), "muted", wrap=True))
        card.body.addLayout(self._build_foot())
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        card.setMaximumWidth(theme.px(960))
        column.addWidget(card, 0, Qt.AlignmentFlag.AlignTop)
        column.addStretch()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inside))
        self._inside = inside
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._look)
        self._blank()

    def _build_form(self) -> Form:
        today = self.context.today()
        form = Form(
            [
                PhoneField("phone", _("手机"), tip=_("先输手机：已经登记过的马上会显示出来")),
                FlagField("foreign", _("境外号码"), tip=_("不是内地的号码：连国家区号一起填")),
                TextField("name", _("姓名"), required=True, length=60),
                FlagField(
                    "consent", self._consent_words(), tip=_("客户亲口同意了才勾；空格勾上，Enter 登记")
                ),
                ChoiceField("consent_way", _("怎样同意的"), [(_(w), _(w)) for w in WAYS], edit=True),
                DayField("consent_day", _("哪一天同意的"), today),
                TextField("birthday", _("生日"), length=40, tip=_("如 5月3日、1990-5-3、农历八月十五")),
                ChoiceField("sex", _("性别"), [(sex.value, _(SEX_WORDS[sex])) for sex in Sex]),
                TextField("size", _("尺码"), code=True, length=20),
                TextField("address", _("邮寄地址"), length=200),
                TextField("first_source", _("从哪里知道本店"), length=60),
                TextField("card_no", _("卡号"), code=True, length=32, tip=_("扫会员卡，或空着自动编号")),
            ],
            # Large letters on a small screen: one column that scrolls.
            columns=2 if theme.font_size() <= WIDE_UNTIL else 1,
        )
        form.field("birthday").input.setPlaceholderText(_("如 5月3日、1990-5-3、农历八月十五"))
        form.field("card_no").input.setPlaceholderText(_("扫卡，或空着自动编号"))
        form.submitted.connect(self.submit)
        form.edited.connect(self._edited)
        for field in form.fields:
            # After the form's own filter: ours is asked first.
            field.input.installEventFilter(self)
        return form

    def _build_foot(self) -> QHBoxLayout:
        self.which = KeyButton(_("逐项选择联络方式…"), "", "link", _("只同意其中几种时"))
        self.which.clicked.connect(self._choose_channels)
        self.back = KeyButton(_("取消"), "", "flat", _("不登记  Esc"))
        self.back.clicked.connect(self.leave)
        self.save = KeyButton(_("登记"), "Ctrl+Return", "primary", _("登记这位客户"))
        self.save.clicked.connect(self.submit)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(8))
        foot.addWidget(self.which)
        foot.addStretch()
        foot.addWidget(self.back)
        foot.addWidget(self.save)
        return foot

    # ---- what is typed stays

    @property
    def typed(self) -> bool:
        """Something stands in the form that is not registered yet."""
        return self._raw() != self._empty

    def _raw(self) -> tuple[Any, ...]:
        found: list[Any] = []
        for field in self.form.fields:
            found.append(field.line.text().strip() if isinstance(field, TextField) else field.value())
        return (*found, self._channels)

    def _blank(self) -> None:
        self._busy = False
        self._open_when_known = False
        self._channels = AGREED
        self._tell_consent()
        self.form.load(
            {"sex": Sex.FEMALE.value, "consent_way": _(WAYS[0]), "consent_day": self.context.today()}
        )
        self._empty = self._raw()
        self._show_known(())
        self._tell_state("")
        self.trouble.hide()
        self._tell_way()

    def begin(self, phone: str = "") -> None:
        """The form, empty but for the phone; what was typed before and not registered is still there."""
        field = self.form.field("phone")
        if self.typed and phone and field.value() and field.value() != phone:
            self._tell_state(_("上一位还没有登记完：先登记，或按 Esc 放弃。"), "warn")
            self._focus_first_empty()
            return
        if not self.typed:
            self._blank()
        elif not phone:
            self.context.say(_("上次没有登记完的还在。"), tone="info")
        if phone:
            field.show_value(phone)
        self._focus_first_empty()
        self._look()

    def type_on(self, digits: str) -> None:
        """The first digits were typed before the form was there."""
        self.begin()
        line = self.form.field("phone").input
        assert isinstance(line, Line)
        line.setFocus()
        line.setText(line.text() + digits)
        self._edited()

    def leave(self) -> None:
        """Esc: asks only when there is something to lose."""
        if self.typed:
            words = _("已经填的会丢掉。也可以先去做别的：填的内容会留在这里。")
            if not dialogs.ask(self, _("放弃这次登记？"), words, _("放弃"), _("接着填"), danger=True):
                return
        self._blank()
        self.left.emit()

    def take_scan(self, code: str) -> bool:
        """A scanner's burst anywhere in the form is the card."""
        focused = self.window().focusWidget()
        if not self.isVisible() or focused is None or not self.isAncestorOf(focused):
            return False
        self.form.field("card_no").show_value(code)
        self._edited()
        self.context.say(_("卡号 {card_no}").format(card_no=code), tone="info")
        return True

    def _focus_first_empty(self) -> None:
        for name in ("phone", "name"):
            if not self.form.field(name).value():
                self.form.field(name).input.setFocus()
                return
        self.form.field("consent").input.setFocus()

    # ---- keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() not in _ENTER or (isinstance(watched, Line) and watched.composing):
            return False
        if watched is self.form.field("phone").input:
            self._phone_done()
        elif watched is self.form.field("name").input:
            self.form.field("consent").input.setFocus(Qt.FocusReason.TabFocusReason)
        elif watched is self.form.field("consent").input:
            self.submit()
        else:
            return False
        return True

    def _phone_done(self) -> None:
        """Enter behind the phone: who has it already is opened; else on to the name."""
        if self._answered != self._question():
            self._open_when_known = True
            self._look()
            return
        owner = next((one for one in self.known_people if one.by_phone), None)
        if owner is not None:
            self._open(owner.id)
        else:
            self.form.field("name").input.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    # ---- consent

    def _consent_words(self) -> str:
        ways = _("、").join(channel_words(channel) for channel in self._channels)
        return _("客户同意联络：{ways}").format(ways=ways)

    def _tell_consent(self) -> None:
        box = self.form.field("consent").input
        box.setProperty("text", self._consent_words())
        box.setAccessibleName(self._consent_words())

    def _tell_way(self) -> None:
        """Way and day belong to the tick."""
        on = bool(self.form.field("consent").value())
        self.form.set_enabled("consent_way", on)
        self.form.set_enabled("consent_day", on)

    def _choose_channels(self) -> None:
        from ui.customers.consent_dialog import ConsentBox

        ticked = self._channels if self.form.field("consent").value() else ()
        box = ConsentBox(self, _("客户同意哪些联络"), self.context.today(), ticked)
        if box.exec() != dialogs.Box.DialogCode.Accepted:
            return
        left = [one for one in ticked if one not in box.refused]
        self._channels = tuple(dict.fromkeys((*left, *box.agreed))) or AGREED
        self.form.field("consent").show_value(bool(left or box.agreed))
        self.form.field("consent_way").show_value(box.way)
        self.form.field("consent_day").show_value(box.day)
        self._tell_consent()
        self._tell_way()

    # ---- already on file?

    def _edited(self) -> None:
        self.trouble.hide()
        self._tell_way()
        if self._question() != self._answered:
            self._open_when_known = False
            if self._question()[:2] != self._answered[:2]:
                self._tell_state("")
            self._pause.start()

    def _question(self) -> tuple[Any, ...]:
        value = self.form.field
        return (
            str(value("phone").value()),
            bool(value("foreign").value()),
            str(value("name").value()),
            str(value("birthday").value()),
            str(value("card_no").value()),
        )

    def _look(self) -> None:
        from services import customers

        self._pause.stop()
        question = self._question()
        phone, foreign, name, words, card = question
        shop = self.context.shop
        try:
            birthday = self._birthday(words)
        except ShopError:
            birthday = None
        self.context.read(
            lambda _progress: customers.on_file(shop, phone, foreign, name, birthday, card),
            partial(self._found, question),
        )

    def _found(self, question: tuple[Any, ...], known: list[Likeness]) -> None:
        if question != self._question():
            return
        self._answered = question
        self._show_known(tuple(known))
        self._tell_number(question[0], question[1])
        if self._open_when_known:
            self._open_when_known = False
            self._phone_done()

    def _tell_number(self, phone: str, foreign: bool) -> None:
        """Says at once that a finished number is new."""
        from services.rules import customer_data

        if any(one.by_phone for one in self.known_people):
            self._tell_state(_("这个号码已经登记过：Enter 打开那位客户。"), "warn")
            return
        try:
            customer_data.phone(phone, foreign)
        except Refused:
            self._tell_state("")
        else:
            self._tell_state(_("这个号码还没有登记过。"), "good")

    def _tell_state(self, words: str, kind: str = "muted") -> None:
        self.state.setText(words or _("先打手机：登记过没有，马上就知道。"))
        theme.kind(self.state, kind)

    def _show_known(self, known: tuple[Likeness, ...]) -> None:
        self.known_people = known
        while (item := self.known.takeAt(0)) is not None:
            if item.widget():
                item.widget().hide()
                item.widget().deleteLater()
        for one in known:
            if one.by_phone:
                words = _("这个号码已经登记：{name}（{card_no}），打开")
            elif one.by_card:
                words = _("这个卡号已经是{name}的（{card_no}），打开")
            else:
                words = _("姓名和生日相同：{name}（{card_no}），打开")
            text = words.format(name=one.name, card_no=one.card_no)
            if one.lost:
                text += _("（流失客户）")
            button = theme.kind(QPushButton(text), "link")
            button.setIcon(theme.icon("user", "accent_text"))
            button.setAutoDefault(False)
            button.setAccessibleName(text)
            button.clicked.connect(lambda _on=False, number=one.id: self._open(number))
            self.known.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _open(self, customer_id: int) -> None:
        """Somebody on file: a form with nothing but their number is done with; more than that is kept."""
        raw, empty = self._raw(), self._empty
        if all(now == was for now, was in zip(raw[2:], empty[2:], strict=True)):
            self._blank()
        self.open_wanted.emit(customer_id)

    # ---- saving

    def _birthday(self, words: str) -> Any:
        if not words:
            return None
        from services.imports.days import birthday

        try:
            return birthday(words, today=self.context.today(), youngest=YOUNGEST)
        except Refused as no:
            no.field = "birthday"
            raise

    def submit(self) -> None:
        """Registers; a refusal is told beside its field."""
        from services import customers

        if self._busy:
            return
        self.trouble.hide()
        try:
            values = self.form.values()
            values["birthday"] = self._birthday(values["birthday"])
        except ShopError as no:
            self.form.show_error(no)
            return
        agreed = bool(values["consent"])
        new = NewCustomer(
            values["name"],
            values["phone"],
            values["foreign"],
            values["card_no"],
            self._channels if agreed else (),
            str(values["consent_way"] or "") if agreed else "",
            values["consent_day"] if agreed else None,
            {name: values[name] for name in _PERSON if values[name]},
        )
        self._busy = True
        shop = self.context.shop
        self.context.write(
            lambda _progress: customers.register(shop, new),
            self._done,
            on_error=self._failed,
            said=partial(_said, new.name, agreed),
            undo=partial(self._take_back, new.name),
        )

    def _done(self, done: Registered) -> None:
        self._blank()
        self.registered.emit(done.id)

    def _take_back(self, name: str, done: Registered) -> None:
        from services.unregister import unregister

        shop = self.context.shop
        self.context.write(
            lambda _progress: unregister(shop, done.id),
            lambda _nothing: self.taken_back.emit(done.id),
            said=_("已撤销 {name} 的登记").format(name=name),
        )

    def _failed(self, error: Exception) -> None:
        self._busy = False
        names = {"way": "consent_way", "day": "consent_day"}
        if isinstance(error, ShopError):
            field = names.get(error.field, error.field)
            if any(one.name == field for one in self.form.fields):
                self.form.field(field).tell_wrong(str(error))
                self.form.field(field).input.setFocus()
                return
            self.trouble.setText(str(error))
            self.trouble.show()
            return
        self.context.show_error(error)


def _said(name: str, agreed: bool, done: Registered) -> str:
    words = _("已登记 {name}，卡号 {card_no}。").format(name=name, card_no=done.card_no)
    if not agreed:
        words += _("还没有同意联络，日程里不会有。")
    if done.likely:
        other = done.likely[0]
        words += _("可能是同一个人：{name} {card_no}").format(name=other.name, card_no=other.card_no)
    return words
