"""The shop's care policy (客情标准): every number with its meaning; the owner changes them from today on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from services.errors import Refused, ShopError
from services.policy import shipped, values_of
from services.rights import Right, may
from services.shop import Shop
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import Form, Line, TextField
from ui.lazy_table import Column, LazyTable
from ui.settings import policy_words
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton


@dataclass(frozen=True)
class PolicyLine:
    id: int
    key: str
    group: str
    title: str
    value: Any
    own: bool
    """The shop has its own number instead of the rule book's."""


class PolicyBox(Box):
    """A list that can be filtered; Enter changes a number, for the owner."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("客情标准"), 760)
        self.context = context
        self.may = may(context.shop, Right.POLICY)
        words = (
            _("改动从今天起生效，以前的决定仍按当时的标准解释。")
            if self.may
            else _("这里的数值由店主决定。您可以查看，不能修改。")
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        self.filter = Line(_("筛选"))
        self.filter.setPlaceholderText(_("筛选，例如：积分、生日、备份"))
        self.filter.textChanged.connect(lambda _text: self._load())
        self.body.addWidget(self.filter)
        columns = [
            Column("group", N_("类别"), 110, tone=lambda _line: "muted"),
            Column("title", N_("标准"), 330, stretch=True, hint=lambda line: line.key),
            Column(
                "value",
                N_("数值"),
                130,
                align="right",
                text=lambda line: policy_words.shown(line.key, line.value),
                bold=True,
            ),
            Column(
                "own",
                N_("来源"),
                110,
                text=lambda line: _("本店改过") if line.own else _("规定"),
                badge=lambda line: "accent" if line.own else None,
                tone=lambda line: None if line.own else "muted",
            ),
        ]
        self.table = LazyTable(context, "policy", _("客情标准"), columns, multiple=False)
        self.table.setMinimumHeight(theme.px(340))
        self.table.set_empty(_("没有这样的标准"), _("换一个词筛选。"))
        self.table.opened.connect(lambda _id: self._change())
        self.body.addWidget(self.table)
        row = QHBoxLayout()
        self.edit = KeyButton(_("修改…"), "F6", "primary", _("改选中的数值（列表里按 Enter 也行）"))
        self.edit.setEnabled(self.may)
        self.edit.clicked.connect(self._change)
        row.addWidget(self.edit)
        row.addStretch()
        self.body.addLayout(row)
        self.add_button(_("关闭"), self.accept)
        self._load()
        self.table.select_first()
        self.table.setFocus()

    def _load(self) -> None:
        book = shipped()
        wanted = self.filter.text().strip().lower()
        lines = []
        for number, (key, value) in enumerate(values_of(self.context.shop.policy).items(), 1):
            title, group = policy_words.title(key), policy_words.group(key)
            if wanted in f"{title} {group} {key}".lower():
                lines.append(PolicyLine(number, key, group, title, value, book.get(key) != value))
        self.table.show_rows(lines)

    def _change(self) -> None:
        line = self.table.current_row()
        if line is not None and self.may and ChangeNumber(self.context, line, self).exec():
            self._load()


class ChangeNumber(Box):
    """One number, with the reason that the journal keeps."""

    def __init__(self, context: Context, line: PolicyLine, parent: QWidget | None = None) -> None:
        super().__init__(parent, line.title, 460)
        self.context, self.line = context, line
        before = _("现在是 {value}，规定是 {book}。").format(
            value=policy_words.shown(line.key, line.value),
            book=policy_words.shown(line.key, shipped()[line.key]),
        )
        self.body.addWidget(label(before, "muted", wrap=True))
        self.form = Form(
            [
                TextField("value", _("新的数值"), required=True),
                TextField("reason", _("原因"), hint=_("会写进操作记录。")),
            ]
        )
        self.form.load({"value": policy_words.to_type(line.key, line.value), "reason": ""})
        self.form.submitted.connect(self.keep)
        self.body.addWidget(self.form)
        self.add_button(_("取消"), self.reject)
        self.add_button(_("从今天起生效"), self.keep, "primary")
        first = self.form.field("value").input
        first.setFocus()
        if isinstance(first, Line):
            first.selectAll()

    def keep(self) -> None:
        try:
            values = self.form.values()
            changes = {self.line.key: policy_words.typed(self.line.key, values["value"])}
        except ShopError as error:
            self._failed(error)
            return
        self.context.tasks.write(partial(self._job, changes, values["reason"]), self._kept, self._failed)

    def _job(self, changes: dict[str, Any], reason: str, _progress: Any) -> Shop:
        from services import policies

        return policies.set_values(self.context.shop, changes, reason)

    def _kept(self, shop: Shop) -> None:
        self.context.use_shop(shop)
        self.context.say(_("客情标准已修改：{title}。").format(title=self.line.title))
        self.accept()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            if not self.form.show_error(error):
                self.form.field("value").tell_wrong(str(error))
        else:
            self.context.show_error(error)


def open_dialog(context: Context, parent: QWidget) -> None:
    PolicyBox(context, parent).exec()
