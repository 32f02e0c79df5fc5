"""短信模板: the company's words and the shop's variant, counted while typing, released by the manager."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.kinds import Topic
from services.contact_words import topic_words
from services.errors import Refused, ShopError
from services.rights import Right, may
from services.rules.sms import FIELDS
from services.sms import templates
from services.sms.words import length_words, warning_words
from services.words import _
from ui import theme
from ui.contacts import sms_columns, sms_jobs
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, Form, LongField, TextField
from ui.lazy_table import LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop
    from services.sms.templates import Template


class TemplatesDialog(Box):
    """Left the texts, right the chosen one as a form with the message as a customer would get it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("短信模板"), 860)
        self.context = context
        self.may_release = may(context.shop, Right.SCHEDULE)
        self.resize(theme.px(860), theme.px(560))
        self.shown: Template | None = None
        self.table = LazyTable(
            context, "sms_templates", _("短信模板"), sms_columns.templates(), multiple=False
        )
        self.table.set_empty(
            _("还没有模板"),
            _("在右边写第一条，或先放入程序带的入门模板：店长看过、发布以后才用。"),
            _("放入入门模板"),
            self._starters,
        )
        self.table.current_changed.connect(lambda _id: self._show_one())
        row = QHBoxLayout()
        row.setSpacing(theme.px(16))
        row.addWidget(self.table, 4)
        row.addWidget(self._build_side(), 5)
        self.body.addLayout(row, 1)
        self._build_buttons()
        self._show_one()
        self._load()

    def _build_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.form = Form(
            [
                TextField("name", _("名字"), required=True, length=templates.NAME_MAX),
                ChoiceField("topic", _("事由"), [(topic.value, topic_words(topic)) for topic in Topic]),
                LongField("company", _("公司的内容")),
                LongField("variant", _("本店改写"), hint=_("空着就用公司的内容")),
            ]
        )
        self.form.edited.connect(self._count)
        column.addWidget(self.form)
        known = "  ".join("{" + name + "} " + _(words) for name, words in FIELDS.items())
        column.addWidget(label(_("可以写：{known}").format(known=known), "caption", wrap=True))
        self.length = label("", "section")
        self.sample = label("", wrap=True, selectable=True)
        self.warning = label("", "warn", wrap=True)
        for one in (self.length, self.sample, self.warning):
            column.addWidget(one)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        column.addWidget(self.note)
        column.addStretch()
        return side

    def _build_buttons(self) -> None:
        self.new = KeyButton(_("新模板"), "F6", "", _("写一条新的"))
        self.retire = KeyButton(_("不再使用"), "F7", "", _("不再用这条，可以撤销"))
        self.save = KeyButton(_("保存"), "F9", "", _("存成新的一版，发布以后才用"))
        self.release = KeyButton(_("发布"), "F8", "primary", _("店长看过，从现在起用这一版"))
        for place, (button, do) in enumerate(
            ((self.new, self._new), (self.retire, self._retire), (self.save, self._save))
        ):
            button.clicked.connect(do)
            self.buttons.insertWidget(place, button)
        self.add_button(_("关闭"), self.accept)
        self.release.clicked.connect(self._release)
        self.buttons.addWidget(self.release)

    # ---- showing

    def _load(self, name: str = "") -> None:
        self.context.read(
            partial(sms_jobs.templates, self.context.shop), partial(self._show, name), on_error=self._failed
        )

    def _show(self, name: str, found: list[Template]) -> None:
        self.table.show_rows(found)
        wanted = next((one.id for one in found if one.name == name), 0)
        if not (wanted and self.table.select_id(wanted)):
            self.table.select_first()
        self._show_one()

    def _show_one(self) -> None:
        self.shown = self.table.current_row()
        one = self.shown
        empty = {"name": "", "topic": Topic.BRAND_SMS.value, "company": "", "variant": ""}
        self.form.load(
            empty
            if one is None
            else {"name": one.name, "topic": one.topic.value, "company": one.company, "variant": one.variant}
        )
        # A text keeps its name and topic: batches of the past speak of it.
        for name in ("name", "topic"):
            self.form.set_enabled(name, one is None)
        self.note.hide()
        self._count()

    def _starters(self) -> None:
        self.context.write(
            partial(sms_jobs.starters, self.context.shop),
            lambda made: self._load(made[0].name if made else ""),
            said=lambda made: _("放入了 {n} 条入门模板，请看过再发布。").format(n=len(made)),
            on_error=self._failed,
        )

    def _values(self) -> dict[str, Any]:
        return {field.name: field.value() for field in self.form.fields}

    def _changed(self) -> bool:
        values, one = self._values(), self.shown
        if one is None:
            return bool(values["company"] or values["variant"])
        return bool((values["company"], values["variant"]) != (one.company, one.variant))

    def _count(self) -> None:
        """The message as it would go out, while it is being typed."""
        values = self._values()
        body = values["variant"] or values["company"]
        seen = templates.preview(self.context.shop, body, Topic(values["topic"]))
        self.length.setText(length_words(seen.length) if body else "")
        self.sample.setText(seen.text if body else "")
        self.warning.setText(" ".join(warning_words(code) for code in seen.warnings) if body else "")
        self.warning.setVisible(bool(self.warning.text()))
        self.save.setEnabled(self._changed())
        one = self.shown
        self.release.setEnabled(
            self.may_release and one is not None and not one.released and not self._changed()
        )
        self.retire.setEnabled(self.may_release and one is not None)

    # ---- acts

    def _new(self) -> None:
        self.table.view.clearSelection()
        self.table.view.setCurrentIndex(self.table.view.rootIndex())
        self._show_one()
        self.form.field("name").input.setFocus()

    def _save(self) -> None:
        try:
            values = self.form.values()
        except Refused as error:
            self._failed(error)
            return
        self._write(partial(_saved, self.context.shop, self.shown, values), _("已保存，等店长发布。"))

    def _release(self) -> None:
        one = self.shown
        if one is not None:
            self._write(
                partial(_released, self.context.shop, one.name), _("“{name}”已发布。").format(name=one.name),
                undo=partial(_withdrawn, self.context.shop, one.name),
            )  # fmt: skip

    def _retire(self) -> None:
        one = self.shown
        if one is not None:
            self._write(
                partial(_retired, self.context.shop, one.name, True), _("“{name}”已停用。").format(name=one.name),
                undo=partial(_retired, self.context.shop, one.name, False),
            )  # fmt: skip

    def _write(self, job: Any, said: str, undo: Any = None) -> None:
        self.note.hide()
        self.context.write(
            job,
            lambda one: self._load(one.name),
            said=said,
            undo=(lambda _one: self._write(undo, _("已撤销。"))) if undo else None,
            on_error=self._failed,
        )

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, ShopError):
            self.context.show_error(error)
            return
        if not self.form.show_error(error):
            self.note.setText(str(error))
            self.note.show()


def _saved(shop: Shop, shown: Template | None, values: dict[str, Any], _progress: Progress) -> Template:
    if shown is None:
        return templates.add(
            shop, values["name"], Topic(values["topic"]), values["company"], values["variant"]
        )
    return templates.change(
        shop, shown.name, company=values["company"], variant=values["variant"], number=shown.number
    )


def _released(shop: Shop, name: str, _progress: Progress) -> Template:
    return templates.release(shop, name)


def _withdrawn(shop: Shop, name: str, _progress: Progress) -> Template:
    return templates.withdraw(shop, name)


def _retired(shop: Shop, name: str, retired: bool, _progress: Progress) -> Template:
    return templates.retire(shop, name, retired)
