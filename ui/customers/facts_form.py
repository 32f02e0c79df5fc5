"""Every field of the customer, edited in place: leaving a field saves it, Ctrl+Z takes it back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from models.kinds import Calendar, Channel, Sex
from services import customer_notes, customers, formats
from services.contact_words import channel_words
from services.customer_fields import FIELD_WORDS, Number
from services.customer_page import CustomerPage
from services.customers import Changed, Conflict
from services.errors import ShopError
from services.rules import birthdays
from services.rules.birthdays import Birthday
from services.words import N_, _, language
from ui import theme
from ui.context import Context
from ui.customers.words import SEX_WORDS
from ui.form import ChoiceField, Field, Form, TextField
from ui.widgets.card import label, scrolled

CONSENT_CHANNELS = (Channel.PHONE, Channel.SMS, Channel.POST, Channel.VISIT)
YOUNGEST = 10
"""Two-digit years of birth are read as the latest that make the customer at least so old."""

_TEXTS = {
    "name": {"length": 60},
    "phones": {"code": True, "hint": N_("几个号码用空格隔开；境外号码以 + 开头")},
    "card_no": {"code": True, "length": 32},
    "birthday": {"hint": N_("如 5月3日、1990-5-3、农历八月十五")},
    "size": {"code": True, "length": 20},
    "height_cm": {"code": True, "length": 8},
    "waist_cm": {"length": 8, "hint": N_("厘米，或 2尺1")},
    "colours": {},
    "styles": {},
    "looks": {},
    "postcode": {"code": True, "length": 12},
    "address": {},
    "preferred_time": {"length": 60},
    "preferred_every_days": {"code": True, "length": 4},
    "first_source": {"length": 60},
    "hobbies": {},
    "note": {"length": 2000},
}
_ORDER = (
    *("name", "phones", "card_no", "sex", "birthday", "size", "height_cm", "waist_cm"),
    *("colours", "styles", "looks", "hobbies", "first_source", "postcode", "address", "note"),
    *("preferred_channel", "preferred_time", "preferred_every_days", "group", "clerk"),
)


class FactsForm(QWidget):
    """Fields in columns, consent below them."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.page: CustomerPage | None = None
        self._shown: dict[str, Any] = {}
        self._saving: set[str] = set()
        self.form = Form([self._make(name) for name in _ORDER], columns=3)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, theme.px(8), theme.px(8), 0)
        column.addWidget(self.form)
        column.addLayout(self._build_consent())
        column.addStretch()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inside))

    def _make(self, name: str) -> Field:
        words = _(FIELD_WORDS[name])
        if name == "sex":
            field: Field = ChoiceField(name, words, [(sex.value, _(SEX_WORDS[sex])) for sex in Sex])
        elif name == "preferred_channel":
            choices = [("", _("不限"))] + [(c.value, channel_words(c)) for c in Channel]
            field = ChoiceField(name, words, choices)
        elif name in ("group", "clerk"):
            field = ChoiceField(name, words, self._people(name))
        else:
            more = dict(_TEXTS[name])
            if "hint" in more:
                more["tip"] = _(str(more.pop("hint")))
            field = TextField(name, words, **more)  # type: ignore[arg-type]
            if more.get("tip"):
                field.line.setPlaceholderText(str(more["tip"]))
        if isinstance(field, TextField):
            field.line.editingFinished.connect(partial(self._save, name))
        elif isinstance(field, ChoiceField):
            field.combo.activated.connect(partial(self._save, name))
        return field

    def _people(self, name: str) -> list[tuple[Any, str]]:
        from services import staff

        shop = self.context.shop
        rows: Sequence[Any] = staff.groups(shop) if name == "group" else staff.users(shop)
        return [(None, _("（未定）")), *((row.id, row.name) for row in rows)]

    def _build_consent(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, theme.px(8), 0, 0)
        grid.addWidget(label(_("同意联络"), "section"), 0, 0)
        row = QHBoxLayout()
        row.setSpacing(theme.px(16))
        self.consents: dict[Channel, QCheckBox] = {}
        for channel in CONSENT_CHANNELS:
            box = QCheckBox(channel_words(channel))
            box.setToolTip(_("勾上：客户同意；去掉：客户不愿意，马上停止这种联络"))
            box.clicked.connect(lambda on=False, channel=channel: self._consent(channel, on))
            self.consents[channel] = box
            row.addWidget(box)
        row.addStretch()
        grid.addLayout(row, 0, 1)
        self.consent_note = label("", "muted", wrap=True)
        grid.addWidget(self.consent_note, 1, 1)
        grid.setColumnStretch(1, 1)
        return grid

    # ---- showing

    def show_page(self, page: CustomerPage) -> None:
        """Shows what is on file; a field somebody is typing in keeps what is typed."""
        other = self.page is None or self.page.id != page.id
        self.page = page
        for field in self.form.fields:
            words = self._words(field.name)
            dirty = field.input.hasFocus() and _typed(field) != self._shown.get(field.name)
            if not other and (
                dirty or field.name in self._saving or field.note.text() not in ("", field.hint)
            ):
                self._shown[field.name] = words
                continue
            field.show_value(words)
            field.tell_wrong("")
            self._shown[field.name] = _typed(field)
        known = {row.channel: row for row in page.consents}
        for channel, box in self.consents.items():
            row = known.get(channel)
            box.setChecked(row is not None and row.given and channel.value not in page.opt_outs)
        parts = [
            _("{channel}：{day} {what} {way}")
            .format(
                channel=channel_words(row.channel),
                day=formats.short_day(row.day),
                what=_("同意") if row.given else _("不愿意"),
                way=row.way,
            )
            .strip()
            for row in page.consents
        ]
        self.consent_note.setText("　".join(parts) or _("还没有问过是否愿意被联络。"))

    def focus_field(self, name: str) -> None:
        """Puts the cursor where a question is to be answered."""
        if name == "consent":
            self.consents[Channel.PHONE].setFocus()
        else:
            self.form.field(name).input.setFocus()

    def _words(self, name: str) -> Any:
        """What stands in the field for the present value."""
        page = self.page
        assert page is not None
        if name == "phones":
            return " ".join(page.phones_shown)
        if name == "birthday":
            return birthday_words(page.birthday)
        if name in ("group", "clerk"):
            return getattr(page, f"{name}_id")
        return getattr(page, name)

    def _raw(self, name: str) -> Any:
        """The present value as the services compare it."""
        page = self.page
        assert page is not None
        if name in ("group", "clerk"):
            return getattr(page, f"{name}_id")
        return getattr(page, name)

    # ---- saving

    def _save(self, name: str, _index: int = 0) -> None:
        field = self.form.field(name)
        typed = _typed(field)
        if self.page is None or name in self._saving or typed == self._shown.get(name):
            return
        try:
            value = self._value(name, typed)
        except ShopError as no:
            field.tell_wrong(str(no))
            return
        page, shop = self.page, self.context.shop
        self._saving.add(name)
        seen = {name: self._raw(name)}
        self.context.write(
            lambda _progress: customers.change(shop, page.id, {name: value}, page.version, seen),
            partial(self._saved, name),
            on_error=partial(self._failed, name),
            said=_("已保存 {name} 的{field}").format(name=page.name, field=_(FIELD_WORDS[name])),
            undo=partial(self._undo, page.id),
        )

    def _value(self, name: str, typed: Any) -> Any:
        if name == "phones":
            return [
                (part, part.startswith("+") and not part.startswith("+86")) for part in _numbers(str(typed))
            ]
        if name == "birthday":
            from services.imports.days import birthday

            return birthday(str(typed), today=self.context.today(), youngest=YOUNGEST)
        return typed

    def _saved(self, name: str, _changed: Changed) -> None:
        self._saving.discard(name)
        field = self.form.field(name)
        field.tell_wrong("")
        self._shown[name] = _typed(field)

    def _failed(self, name: str, error: Exception) -> None:
        self._saving.discard(name)
        field = self.form.field(name)
        if isinstance(error, Conflict):
            theirs = self._plain(name, error.clashes[0].theirs)
            words = _("别人刚改成了“{theirs}”。再改一次就用您的。").format(theirs=theirs)
            field.tell_wrong(words)
            self.context.changed.emit()
        elif isinstance(error, ShopError):
            field.tell_wrong(str(error))
        else:
            self.context.show_error(error)

    def _plain(self, name: str, value: Any) -> str:
        if name == "birthday":
            return birthday_words(value)
        if name == "phones":
            return " ".join(one.number for one in value if isinstance(one, Number))
        return "" if value is None else str(value)

    def _undo(self, customer_id: int, changed: Changed) -> None:
        shop = self.context.shop
        if changed.before:
            self.context.write(
                lambda _progress: customers.change(
                    shop, customer_id, changed.before, changed.version, changed.after
                ),
                said=_("已恢复原来的内容"),
            )

    def _consent(self, channel: Channel, given: bool) -> None:
        if self.page is None:
            return
        page, shop = self.page, self.context.shop
        what = _("同意") if given else _("不愿意")
        self.context.write(
            lambda _progress: customer_notes.consent(shop, page.id, [channel], given, _("店内口头")),
            said=_("已记下：{name} {what}（{channel}）").format(
                name=page.name, what=what, channel=channel_words(channel)
            ),
        )


def birthday_words(birthday: Birthday | None) -> str:
    """The birthday as it can be typed again: `农历八月十五`, `1990-5-3`, `5月3日`."""
    if birthday is None:
        return ""
    if language() == "en" and birthday.calendar is Calendar.LUNAR:
        front = f"{birthday.year}-" if birthday.year else ""
        return f"lunar {front}{'闰' if birthday.leap else ''}{birthday.month}-{birthday.day}"
    return birthdays.describe(birthday, 2000).split(" = ")[0].split("（")[0].split(" (")[0]


def _typed(field: Field) -> Any:
    value = field.value()
    return "" if value is None and isinstance(field, TextField) else value


def _numbers(words: str) -> list[str]:
    """Several numbers in one field; spaces inside one number do not part it."""
    parts = [part for part in re.split(r"[,，、;；/]+|\s{2,}|(?<=\d{7}) ", words) if part.strip()]
    return [part.strip() for part in parts]
