"""Every field of the customer, edited in place: leaving a field saves it, Ctrl+Z takes it back."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from models.kinds import Channel, Role
from services import consents, customers, formats, referrals
from services.consents import ConsentChange
from services.contact_words import channel_words
from services.customer_fields import FIELD_WORDS, Number
from services.customer_page import CustomerPage
from services.customers import Changed, Conflict
from services.errors import ShopError
from services.referrals import Brought
from services.words import _
from ui import theme
from ui.context import Context
from ui.customers import facts_fields
from ui.customers.facts_fields import split_numbers
from ui.customers.facts_fields import typed as typed_in
from ui.customers.referrer_field import ReferrerField
from ui.customers.words import birthday_as_typed
from ui.form import ChoiceField, Field, Form, TextField
from ui.widgets.card import label, scrolled

CONSENT_CHANNELS = (Channel.PHONE, Channel.SMS, Channel.POST, Channel.VISIT)
LARGE = 16
"""Letters larger than this leave room for two columns of fields only."""
YOUNGEST = 10
"""Two-digit years of birth are read as the latest that make the customer at least so old."""


class FactsForm(QWidget):
    """Fields in columns, consent below them."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.page: CustomerPage | None = None
        self._shown: dict[str, Any] = {}
        """What stood in a field when it was filled: a field is saved when it is left with other words."""
        self._seen: dict[str, tuple[Any, int]] = {}
        """The value on file and the version of the record behind those words: what the services compare."""
        self._saving: set[str] = set()
        columns = 3 if theme.font_size() <= LARGE else 2
        self.form = Form([self._make(name) for name in facts_fields.ORDER], columns=columns)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, theme.px(8), theme.px(8), 0)
        column.addWidget(self.form)
        column.addLayout(self._build_consent())
        column.addStretch()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.area = scrolled(inside)
        outer.addWidget(self.area)

    def _make(self, name: str) -> Field:
        field = facts_fields.make(self.context, name)
        if isinstance(field, TextField):
            field.line.editingFinished.connect(partial(self._save, name))
        elif isinstance(field, ChoiceField):
            field.combo.activated.connect(partial(self._save, name))
        return field

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
        if other:
            self._saving.clear()
        for field in self.form.fields:
            if not other and self._half_done(field):
                # The words stay, and with them what they were typed over: somebody else's change is then noticed.
                continue
            field.show_value(self._words(field.name))
            if isinstance(field, TextField):
                field.line.setCursorPosition(0)
            if field.note.text() not in ("", field.hint):
                field.tell_wrong("")
            self._shown[field.name] = typed_in(field)
            self._seen[field.name] = (self._raw(field.name), page.version)
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

    def _half_done(self, field: Field) -> bool:
        """Somebody is typing in it, it is being saved, or it was refused and waits to be mended."""
        if field.name in self._saving or field.note.text() not in ("", field.hint):
            return True
        return field.input.hasFocus() and typed_in(field) != self._shown.get(field.name)

    def focus_field(self, name: str) -> None:
        """Puts the cursor where a question is to be answered, and brings the field into sight."""
        if name == "consent":
            place: QWidget = self.consents[Channel.PHONE]
        else:
            place = next(
                (field.input for field in self.form.fields if field.name == name), self.form.fields[0].input
            )
        place.setFocus(Qt.FocusReason.OtherFocusReason)
        self.area.ensureWidgetVisible(place)
        if isinstance(place, QLineEdit):
            place.selectAll()

    def _words(self, name: str) -> Any:
        """What stands in the field for the present value."""
        page = self.page
        assert page is not None
        if name == "phones":
            return "  ".join(page.phones_shown)
        if name == "birthday":
            return birthday_as_typed(page.birthday)
        if name == "referred_by":
            return f"{page.referrer} {page.referrer_card}".strip()
        return self._raw(name)

    def _raw(self, name: str) -> Any:
        """The present value as the services compare it."""
        page = self.page
        assert page is not None
        attribute = {"group": "group_id", "clerk": "clerk_id", "referred_by": "referrer_id"}.get(name, name)
        return getattr(page, attribute)

    # ---- saving

    def _save(self, name: str, _index: int = 0) -> None:
        field = self.form.field(name)
        typed = typed_in(field)
        if self.page is None or name in self._saving:
            return
        if typed == self._shown.get(name):
            field.tell_wrong("")
            return
        if isinstance(field, ReferrerField):
            field.look_up(self.page.id, self._save_referrer, field.tell_wrong)
            return
        try:
            value = self._value(name, typed)
        except ShopError as no:
            field.tell_wrong(str(no))
            return
        self._write(name, value, *self._seen[name])

    def _write(self, name: str, value: Any, seen: Any, version: int) -> None:
        """Only this one field goes to the file; what others changed beside it stays."""
        page, shop = self.page, self.context.shop
        assert page is not None
        self._saving.add(name)
        said = _("已保存 {name} 的{field}").format(name=page.name, field=_(FIELD_WORDS[name]))
        typed = typed_in(self.form.field(name))
        done, failed = partial(self._saved, page.id, name, typed), partial(self._failed, page.id, name, value)
        if name == "referred_by":
            self.context.write(
                lambda _progress: referrals.set_referrer(shop, page.id, value, version, seen),
                done,
                on_error=failed,
                said=said,
                undo=self._undo_referrer,
            )
            return
        self.context.write(
            lambda _progress: customers.change(shop, page.id, {name: value}, version, {name: seen}),
            done,
            on_error=failed,
            said=said,
            undo=partial(self._undo, page.id),
        )

    def _save_referrer(self, chosen: int | None) -> None:
        seen, version = self._seen["referred_by"]
        field = self.form.field("referred_by")
        field.tell_wrong("")
        if chosen == seen:
            field.show_value(self._shown["referred_by"])
            return
        self._write("referred_by", chosen, seen, version)

    def _value(self, name: str, typed: Any) -> Any:
        if name == "phones":
            return self._numbers(str(typed))
        if name == "birthday":
            from services.imports.days import birthday

            return birthday(str(typed), today=self.context.today(), youngest=YOUNGEST)
        return typed

    def _numbers(self, words: str) -> list[Any]:
        """Numbers as typed; one still masked is the one on file behind it."""
        assert self.page is not None
        masked = dict(zip(self.page.phones_shown, self.page.phones, strict=True))
        return [
            masked[part]
            if "*" in part and part in masked
            else (part, part.startswith("+") and not part.startswith("+86"))
            for part in split_numbers(words)
        ]

    def _saved(self, customer_id: int, name: str, sent: Any, done: Changed | Brought) -> None:
        if self.page is None or self.page.id != customer_id:
            return
        self._saving.discard(name)
        changed = done.changed if isinstance(done, Brought) else done
        self._seen[name] = (changed.after.get(name, self._seen[name][0]), changed.version)
        field = self.form.field(name)
        field.tell_wrong("")
        if typed_in(field) == sent:
            self._shown[name] = sent
            if self.page.version >= changed.version:
                self.show_page(self.page)
        elif not field.input.hasFocus():
            self._save(name)

    def _failed(self, customer_id: int, name: str, value: Any, error: Exception) -> None:
        if self.page is None or self.page.id != customer_id:
            self.context.show_error(error)
            return
        self._saving.discard(name)
        field = self.form.field(name)
        if isinstance(error, Conflict):
            self._settle(customer_id, name, value, error)
        elif isinstance(error, ShopError):
            field.tell_wrong(str(error))
        else:
            self.context.show_error(error)

    def _settle(self, customer_id: int, name: str, value: Any, error: Conflict) -> None:
        """Somebody was faster: the person decides, and nothing is overwritten before that."""
        from ui.customers import conflict_dialog
        from ui.customers.conflict_dialog import ClashWords, Pick

        page = self.page
        assert page is not None
        field, clash = self.form.field(name), error.clashes[0]
        theirs = self._plain(name, clash.theirs)
        field.tell_wrong(_("别人刚改成了“{theirs}”，您的还没有保存。").format(theirs=theirs or _("（空）")))
        mine = field.combo.currentText() if isinstance(field, ChoiceField) else str(typed_in(field))
        words = ClashWords(name, _(FIELD_WORDS[name]), self._plain(name, clash.original), theirs, mine)
        pick = conflict_dialog.ask(self.window(), page.name, [words])[name]
        if self.page is None or self.page.id != customer_id:
            return
        if pick is Pick.MINE:
            field.tell_wrong("")
            self._seen[name] = (clash.theirs, error.version)
            self._write(name, value, clash.theirs, error.version)
        elif pick is Pick.THEIRS:
            field.tell_wrong("")
            self._shown[name] = typed_in(field)
        self.context.changed.emit()

    def _plain(self, name: str, value: Any) -> str:
        """A value of the services in words; telephone numbers as this person may see them."""
        if name == "birthday":
            return birthday_as_typed(value)
        if name == "phones":
            numbers = [one.number for one in value or () if isinstance(one, Number)]
            hidden = self.context.shop.role is Role.CLERK
            return " ".join(formats.masked(one) if hidden else one for one in numbers)
        field = self.form.field(name)
        if isinstance(field, ChoiceField):
            place = field.combo.findData(value)
            return field.combo.itemText(place) if place >= 0 else ""
        if name == "referred_by" and value:
            return referrals.name_of(int(value))
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

    def _undo_referrer(self, done: Brought) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: referrals.undo_referrer(shop, done), said=_("已恢复原来的内容"))

    def _consent(self, channel: Channel, given: bool) -> None:
        if self.page is None:
            return
        page, shop = self.page, self.context.shop
        what = _("同意") if given else _("不愿意")
        self.context.write(
            lambda _progress: consents.record(shop, page.id, [channel], given, _("店内口头")),
            said=_("已记下：{name} {what}（{channel}）").format(
                name=page.name, what=what, channel=channel_words(channel)
            ),
            undo=self._undo_consent,
        )

    def _undo_consent(self, done: ConsentChange) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: consents.undo(shop, done), said=_("已恢复原来的内容"))
