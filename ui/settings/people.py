"""Who works here: the owner adds people and stops accounts; everybody may change their own PIN."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from models.kinds import Role
from services.errors import Refused, ShopError
from services.rights import Right, may
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, Form, PhoneField, TextField
from ui.lazy_table import Column, LazyTable
from ui.sign_in import role_words
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

PIN_HINT = N_("店员、店长：至少 6 位数字；店主：至少 8 个字符。不要连号、重复、生日或电话。")


class People(Box):
    """The list of people; buttons below it are grey for those who may not."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("员工账号"), 640)
        self.context = context
        self.may = may(context.shop, Right.USERS)
        if not self.may:
            words = _("只有店主能添加或停用员工。您可以在这里看名单，或修改自己的密码。")
            self.body.addWidget(label(words, "muted", wrap=True))
        columns = [
            Column("name", N_("姓名"), 150, bold=True, tone=lambda u: None if u.active else "muted"),
            Column("role", N_("职务"), 90, text=lambda u: role_words(u.role)),
            Column("group", N_("销售组"), 130, stretch=True),
            Column(
                "active",
                N_("状态"),
                90,
                text=lambda u: _("在用") if u.active else _("已停用"),
                badge=lambda u: "good" if u.active else "quiet",
            ),
        ]
        self.table = LazyTable(context, "people", _("员工名单"), columns, multiple=False)
        self.table.setMinimumHeight(theme.px(240))
        self.table.current_changed.connect(lambda _id: self._enable())
        self.body.addWidget(self.table)
        row = QHBoxLayout()
        self.add = KeyButton(_("添加员工…"), "Ins", "primary", _("添加一位能登录的员工"))
        self.pin = KeyButton(_("改密码…"), "F6", tip=_("给选中的人换一个密码"))
        self.stop = KeyButton(_("停用"), "Del", "danger", _("马上不能再登录；做过的事都还在"))
        self.add.clicked.connect(self._add)
        self.pin.clicked.connect(self._pin)
        self.stop.clicked.connect(self._stop)
        for button in (self.add, self.pin, self.stop):
            row.addWidget(button)
        row.addStretch()
        self.body.addLayout(row)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        self.add_button(_("关闭"), self.accept)
        self._load()

    def _load(self) -> None:
        from services import staff

        self.table.show_rows(staff.users(self.context.shop, active_only=False))
        self.table.select_first()
        self._enable()

    def _enable(self) -> None:
        person = self.table.current_row()
        mine = person is not None and person.id == self.context.shop.who
        self.add.setEnabled(self.may)
        self.stop.setEnabled(self.may and person is not None and person.active and not mine)
        self.pin.setEnabled(person is not None and person.active and (self.may or mine))

    def _add(self) -> None:
        if AddPerson(self.context, self).exec():
            self._load()

    def _pin(self) -> None:
        person = self.table.current_row()
        if person is not None:
            ChangePin(self.context, person.name, person.id == self.context.shop.who, self).exec()

    def _stop(self) -> None:
        person = self.table.current_row()
        from ui.settings.hand_over_box import first_hand_over

        if first_hand_over(self.context, person.name, self):
            from services import staff

            shop = self.context.shop
            self.context.write(
                lambda _progress: staff.disable_user(shop, person.name),
                self._stopped,
                said=_("已停用 {name} 的账号。").format(name=person.name),
                on_error=self._failed,
            )

    def _stopped(self, _nothing: None) -> None:
        self._load()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self.note.setText(str(error))
            self.note.show()
        else:
            self.context.show_error(error)


class _PinBox(Box):
    """A form with a PIN typed twice; hashing it takes a moment and runs in the background."""

    form: Form
    context: Context

    def _finish_box(self, yes: str) -> None:
        self.form.submitted.connect(self.keep)
        self.body.addWidget(self.form)
        self.note = QLabel()
        self.note.setWordWrap(True)
        theme.kind(self.note, "error")
        self.note.hide()
        self.body.addWidget(self.note)
        self.add_button(_("取消"), self.reject)
        self.go = self.add_button(yes, self.keep, "primary")
        self.form.fields[0].input.setFocus()

    def keep(self) -> None:
        try:
            values = self.form.values()
            if values["pin"] != values.pop("again"):
                raise Refused("两次输入的密码不一样。", field="again")
        except ShopError as error:
            self.form.show_error(error)
            return
        self.go.setEnabled(False)
        self.context.tasks.write(partial(self._job, values), self._kept, self._failed)

    def _job(self, values: dict[str, Any], _progress: Any) -> None:
        raise NotImplementedError

    def _words(self) -> str:
        raise NotImplementedError

    def _kept(self, _nothing: None) -> None:
        self.context.say(self._words())
        self.accept()

    def _failed(self, error: Exception) -> None:
        self.go.setEnabled(True)
        if isinstance(error, Refused):
            if not self.form.show_error(error):
                self.note.setText(str(error))
                self.note.show()
        else:
            self.context.show_error(error)


def pin_fields() -> list[TextField]:
    """The PIN and its repetition."""
    return [
        TextField("pin", _("密码"), code=True, secret=True, required=True, length=64, hint=_(PIN_HINT)),
        TextField("again", _("再输一次"), code=True, secret=True, required=True, length=64),
    ]


class AddPerson(_PinBox):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        from services import staff

        super().__init__(parent, _("添加员工"), 460)
        self.context = context
        groups = [(None, _("不分组")), *((group.id, group.name) for group in staff.groups(context.shop))]
        self.form = Form(
            [
                TextField("name", _("姓名"), required=True, length=40),
                ChoiceField("role", _("职务"), [(role, role_words(role)) for role in Role]),
                ChoiceField("group_id", _("销售组"), groups),
                PhoneField("phone", _("手机")),
                *pin_fields(),
            ]
        )
        self.form.load({"role": Role.CLERK, "group_id": None})
        self._finish_box(_("添加"))

    def _job(self, values: dict[str, Any], _progress: Any) -> None:
        from services import staff

        self._name = values["name"]
        staff.add_user(
            self.context.shop,
            values["name"],
            values["role"],
            values["pin"],
            group_id=values["group_id"],
            phone=values["phone"],
        )

    def _words(self) -> str:
        return _("已添加 {name}。").format(name=self._name)


class ChangePin(_PinBox):
    """One's own PIN with the old one; anybody else's by the owner."""

    def __init__(self, context: Context, name: str, mine: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("修改 {name} 的密码").format(name=name), 460)
        self.context, self._name = context, name
        old = [TextField("old", _("原来的密码"), code=True, secret=True, required=True)] if mine else []
        self.form = Form([*old, *pin_fields()])
        self._finish_box(_("修改"))

    def _job(self, values: dict[str, Any], _progress: Any) -> None:
        from services import staff

        staff.change_pin(self.context.shop, self._name, values["pin"], old=values.get("old", ""))

    def _words(self) -> str:
        return _("{name} 的密码已修改。").format(name=self._name)


def open_dialog(context: Context, parent: QWidget) -> None:
    People(context, parent).exec()


def change_my_pin(context: Context, parent: QWidget) -> None:
    actor = context.shop.actor
    if actor is not None:
        ChangePin(context, actor.name, True, parent).exec()
