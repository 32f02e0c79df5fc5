"""联络标准表: topics by grades; a cell is chosen in the table and changed beside it, with what would come of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from models.kinds import Grade, Topic
from services import formats
from services.contact_words import channel_words, topic_words
from services.errors import Refused, ShopError
from services.matrix_preview import DAYS, cell_key, timing_keys
from services.matrix_words import CARD, LEVELS, cell_short, cell_title, cell_words
from services.policy import shipped, values_of
from services.rights import Right, may
from services.rules import contact_matrix
from services.rules.contact_matrix import GREETINGS, WAYS, Cell, Level
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.dialogs import TITLE_BAR, Box
from ui.form import ChoiceField, FlagField, Form, NumberField, TextField
from ui.lazy_table import Column, LazyTable
from ui.settings import policy_words
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.matrix_preview import Preview
    from services.progress import Progress
    from services.shop import Shop

_FRONT = "contacts.matrix."


@dataclass(frozen=True)
class Past:
    """One change of the matrix or of its days."""

    id: int
    day: Any
    user: str
    what: str
    reason: str


class MatrixBox(Box):
    """The table as one reads it, the chosen cell at the right; every change counts from today and can be undone."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("联络标准表"), 940)
        self.context = context
        self.may = may(context.shop, Right.POLICY)
        self.resize(theme.px(1120), theme.px(652))
        self.chosen = (Topic.FOLLOW_UP, Grade.A)
        words = (
            _(
                "谁、为什么事、用什么方式联络：没有写“可做”的都是必做，● 是本店改过的。点一格，在右边修改；改动从今天起生效，以前排好的不变。"
            )
            if self.may
            else _("这里由店主决定。您可以查看，不能修改。")
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(theme.px(16))
        row.addWidget(self._build_table(), 6)
        row.addWidget(self._build_side(), 4)
        self.body.addLayout(row)
        self._build_history()
        self._build_buttons()
        self._show_all()

    # ---- building

    def _build_table(self) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(4))
        grid.setVerticalSpacing(theme.px(4))
        self.group = QButtonGroup(self)
        self.cells: dict[tuple[Topic, Grade], QPushButton] = {}
        for place, grade in enumerate(Grade, 1):
            grid.addWidget(label(_("{grade} 级").format(grade=grade.value), "section"), 0, place)
            grid.setColumnStretch(place, 1)
        for line, topic in enumerate(Topic, 1):
            grid.addWidget(label(topic_words(topic), "section"), line, 0)
            for place, grade in enumerate(Grade, 1):
                button = theme.kind(QPushButton(), "chip")
                button.setCheckable(True)
                button.setAutoDefault(False)
                button.clicked.connect(partial(self.choose, topic, grade))
                self.group.addButton(button)
                self.cells[topic, grade] = button
                grid.addWidget(button, line, place)
        return table

    def _build_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.title = label("", "heading")
        ways = [(way.value, channel_words(way)) for way in WAYS]
        self.form = Form(
            [
                ChoiceField(
                    "level", _("要不要做"), [(level.value, _(words)) for level, words in LEVELS.items()]
                ),
                ChoiceField("first", _("平时用"), ways),
                *(FlagField(f"may_{way}", _("也可以用{way}").format(way=words)) for way, words in ways),
                FlagField("card", _("提前寄{card}").format(card=_(CARD))),
                NumberField("days", _("天数")),
                NumberField("more", _("天数")),
                TextField("reason", _("原因"), hint=_("会写进操作记录。")),
            ]
        )
        for name in ("days", "more"):  # long words: they break, so that the table has room at a large font
            self.form.field(name).label.setWordWrap(True)
            self.form.field(name).label.setFixedWidth(theme.px(136))
        self.form.submitted.connect(self.keep)
        self.form.edited.connect(self._forget_outlook)
        column.addWidget(self.title)
        column.addWidget(self.form)
        self.book = label("", "caption", wrap=True)
        self.outlook = label("", "muted", wrap=True, selectable=True)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        for one in (self.book, self.note, self.outlook):
            column.addWidget(one)
        column.addStretch()
        return side

    def _build_history(self) -> None:
        self.past = LazyTable(self.context, "matrix_past", _("改过的"), _past_columns(), multiple=False)
        self.past.setFixedHeight(theme.px(104))
        self.past.set_empty(_("还没有改过"), _("现在就是规定的样子。"))
        self.body.addWidget(self.past)

    def _build_buttons(self) -> None:
        self.look = KeyButton(_("以后 {n} 天会怎样").format(n=DAYS), "F8", "", _("只算给您看，什么都不改"))
        self.reset = KeyButton(_("恢复规定"), "F7", "flat", _("这一格回到规定的样子，可以撤销"))
        self.save = KeyButton(_("从今天起生效"), "F9", "primary", _("可以撤销"))
        for place, (button, do) in enumerate(((self.look, self.preview), (self.reset, self.restore))):
            button.clicked.connect(do)
            self.buttons.insertWidget(place, button)
        self.add_button(_("关闭"), self.accept)
        self.save.clicked.connect(self.keep)
        self.buttons.addWidget(self.save)
        for button in (self.save, self.reset):
            button.setEnabled(self.may)

    # ---- showing

    def showEvent(self, event: QShowEvent) -> None:
        # Large letters on a small screen: the table stays whole, what was changed is in the journal as well.
        room = self.screen().availableGeometry().height() - TITLE_BAR
        self.past.setVisible(self.minimumSizeHint().height() <= room)
        super().showEvent(event)

    def _show_all(self) -> None:
        values, book = values_of(self.context.shop.policy), shipped()
        for (topic, grade), button in self.cells.items():
            key = cell_key(topic, grade)
            words = cell_words(values[key])
            button.setText(cell_short(values[key]) + (" ●" if values[key] != book[key] else ""))
            button.setAccessibleName(f"{cell_title(key.removeprefix(_FRONT))}：{words}")
            tip = _("点开修改")
            if values[key] != book[key]:
                tip = _("本店改过，规定是{book}").format(book=cell_words(book[key]))
            button.setToolTip(f"{words}\n{tip}")
        self.past.show_rows(_history())
        self._show_cell()

    def choose(self, topic: Topic, grade: Grade, _on: bool = True) -> None:
        """Another cell."""
        self.chosen = (topic, grade)
        self._show_cell()

    def _show_cell(self) -> None:
        topic, grade = self.chosen
        values, book, key = values_of(self.context.shop.policy), shipped(), cell_key(*self.chosen)
        self.cells[self.chosen].setChecked(True)
        self.title.setText(cell_title(key.removeprefix(_FRONT)))
        cell = contact_matrix.read(values[key])
        shown: dict[str, Any] = {"level": cell.level.value, "card": cell.card, "reason": ""}
        shown["first"] = (cell.ways[0] if cell.ways else WAYS[0]).value
        shown |= {f"may_{way.value}": way in cell.ways for way in WAYS}
        timing = timing_keys(topic, grade)
        for place, name in enumerate(("days", "more")):
            field = self.form.field(name)
            known = place < len(timing)
            for part in (field.label, field.widget, field.note):
                part.setVisible(known)
            if known:
                field.label.setText(policy_words.title(timing[place]))
                field.input.setAccessibleName(policy_words.title(timing[place]))
                shown[name] = values[timing[place]]
        self.form.load(shown)
        for name in ("days", "more"):
            self.form.field(name).note.setVisible(False)
        self.form.field("card").widget.setVisible(topic in GREETINGS)
        for field in self.form.fields:
            field.input.setEnabled(self.may)
        self.book.setText(_("规定：{cell}").format(cell=cell_words(book[key])))
        self.note.hide()
        self.outlook.setText("")

    def changes(self) -> dict[str, Any]:
        """What the form says of the chosen cell, as values of the policy. Raises Refused."""
        topic, grade = self.chosen
        typed = self.form.values()
        level = Level(typed["level"])
        ways = contact_matrix.ordered(
            [way for way in WAYS if typed[f"may_{way.value}"] or way.value == typed["first"]],
            next(way for way in WAYS if way.value == typed["first"]),
        )
        cell = Cell(level, () if level is Level.OFF else ways, level is not Level.OFF and typed["card"])
        policy = self.context.shop.policy.contacts
        contact_matrix.check(topic, grade, cell.text(), c_phone_only_with_gift=policy.c_phone_only_with_gift)
        found: dict[str, Any] = {cell_key(topic, grade): cell.text()}
        for name, key in zip(("days", "more"), timing_keys(topic, grade), strict=False):
            if typed[name] is not None:
                found[key] = int(typed[name])
        return found

    def _forget_outlook(self) -> None:
        """What was counted no longer holds."""
        self.outlook.setText("")

    # ---- acts

    def keep(self) -> None:
        """Saves the cell from today on."""
        if not self.may:
            return
        try:
            changes = self.changes()
        except ShopError as error:
            self._no(error)
            return
        before = values_of(self.context.shop.policy)
        changes = {key: value for key, value in changes.items() if before[key] != value}
        if not changes:
            self._no(Refused("这一格本来就是这样，没有改动。"))
            return
        reason = str(self.form.field("reason").value() or "")
        self._write(changes, reason, {key: before[key] for key in changes})

    def restore(self) -> None:
        """The chosen cell as the rule book has it."""
        before, book = values_of(self.context.shop.policy), shipped()
        keys = (cell_key(*self.chosen), *timing_keys(*self.chosen))
        changes = {key: book[key] for key in keys if before[key] != book[key]}
        if not changes:
            self._no(Refused("这一格就是规定的样子。"))
            return
        self._write(changes, _("恢复规定"), {key: before[key] for key in changes})

    def _write(self, changes: dict[str, Any], reason: str, before: dict[str, Any]) -> None:
        self.context.write(
            partial(_set, self.context.shop, changes, reason),
            self._kept,
            on_error=self._no,
        )
        self._undoing = before

    def _kept(self, shop: Shop) -> None:
        before = self._undoing
        self.context.use_shop(shop)
        self.context.say(_("联络标准表已修改，从今天起生效。"), lambda: self._put_back(before))
        if self.isVisible():
            self._show_all()

    def _put_back(self, before: dict[str, Any]) -> None:
        self.context.write(
            partial(_set, self.context.shop, before, _("撤销")),
            self._was_put_back,
            on_error=self.context.show_error,
        )

    def _was_put_back(self, shop: Shop) -> None:
        self.context.use_shop(shop)
        self.context.say(_("已撤销。"))
        if self.isVisible():
            self._show_all()

    def preview(self) -> None:
        """Counts the next days with the cell as it stands in the form."""
        try:
            changes = self.changes()
        except ShopError as error:
            self._no(error)
            return
        self.note.hide()
        self.outlook.setText(_("正在算…"))
        self.context.read(
            partial(_preview, self.context.shop, changes), self._show_preview, on_error=self._no
        )

    def _show_preview(self, found: Preview) -> None:
        head = _("{first} 至 {last}：一共 {before} 项变成 {after} 项。").format(
            first=formats.short_day(found.first),
            last=formats.short_day(found.last),
            before=found.before,
            after=found.after,
        )
        lines = [
            _("{topic}（{way}）：{before} 变成 {after}").format(
                topic=topic_words(one.topic),
                way=channel_words(one.channel),
                before=one.before,
                after=one.after,
            )
            for one in found.changes
        ]
        self.outlook.setText("\n".join([head, *(lines or [_("没有变化。")])]))

    def _no(self, error: Exception) -> None:
        if isinstance(error, ShopError):
            self.outlook.setText("")
            self.note.setText(str(error))
            self.note.show()
            return
        self.context.show_error(error)


def _set(shop: Shop, changes: dict[str, Any], reason: str, _progress: Progress) -> Shop:
    from services import policies

    return policies.set_values(shop, changes, reason)


def _preview(shop: Shop, changes: dict[str, Any], progress: Progress) -> Preview:
    from services import matrix_preview

    return matrix_preview.preview(shop, changes, progress)


def _history() -> list[Past]:
    """The changes of the matrix and of its days, the newest first."""
    from services import policies

    days = {key for topic in Topic for grade in Grade for key in timing_keys(topic, grade)}
    found = []
    for version in policies.versions():
        about = {k: v for k, v in version.changes.items() if k.startswith(_FRONT) or k in days}
        if about:
            words = _("；").join(
                f"{policy_words.title(key)}：{policy_words.shown(key, value)}" for key, value in about.items()
            )
            found.append(Past(version.id, version.since, version.user, words, version.reason))
    return found


def _past_columns() -> list[Column]:
    return [
        Column("day", N_("日期"), 100, text=lambda one: formats.short_day(one.day), sort=False),
        Column("user", N_("谁"), 90, sort=False),
        Column("what", N_("改成"), 420, stretch=True, hint=lambda one: one.what, sort=False),
        Column("reason", N_("原因"), 200, sort=False),
    ]


def open_dialog(context: Context, parent: QWidget | None = None) -> None:
    """Shows the matrix."""
    MatrixBox(context, parent).exec()
