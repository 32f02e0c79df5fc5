"""文案库: the shop's texts at the left, the chosen one as a form at the right; read in from a file, put away, undone."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.kinds import Grade
from services import text_library
from services.errors import ShopError
from services.rights import Right, may
from services.rules.shop_texts import Season, TextKind
from services.text_library import kind_words, when_words
from services.words import N_, _
from ui import theme
from ui.contacts.arrivals_columns import plain_day
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, FlagField, Form, LongField, TextField
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop
    from services.text_library import ShopText
    from services.text_library_files import Read


class TextsDialog(Box):
    """Everything is in place: write, save, put away, and undo in the status line."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("文案库"), 940)
        self.context = context
        self.may = may(context.shop, Right.CONTACT)
        self.resize(theme.px(980), theme.px(600))
        self.shown: ShopText | None = None
        self.with_retired = False
        days = context.shop.policy.texts.not_again_days
        self.body.addWidget(
            label(
                _(
                    "个性沟通和品牌短信里用的话，按季节、日子和等级自动挑选；{n} 天内不对同一位客户再说同一段。"
                ).format(n=days),
                "muted",
                wrap=True,
            )
        )
        self.table = LazyTable(context, "shop_texts", _("文案库"), _columns())
        self.table.set_empty(
            _("文案库还是空的"),
            _("可以先放入程序带的入门文案，再慢慢换成自己的。"),
            _("放入入门文案"),
            self._starters,
        )
        self.table.current_changed.connect(lambda _id: self._show_one())
        row = QHBoxLayout()
        row.setSpacing(theme.px(16))
        row.addWidget(self.table, 6)
        row.addWidget(self._build_side(), 4)
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
                ChoiceField("kind", _("类别"), [(kind.value, kind_words(kind)) for kind in TextKind]),
                LongField("body", _("内容"), required=True),
                LongField("gloss", _("英文")),
                TextField("day", _("讲哪个日子"), hint=_("如 11-07；空着就是随时都能用")),
            ]
        )
        seasons = [FlagField(one.value, _(words)) for one, words in text_library.SEASONS.items()]
        grades = [FlagField(one.value, _("{grade} 级").format(grade=one.value)) for one in Grade]
        self.when, self.whom = Form(seasons, columns=2), Form(grades, columns=3)
        self.form.edited.connect(self._count)
        for part in (self.form, self.when, self.whom):
            column.addWidget(part)
        column.addWidget(label(_("季节和等级都不勾，就是不限。"), "caption", wrap=True))
        self.length = label("", "caption")
        self.note = label("", "error", wrap=True)
        self.note.hide()
        column.addWidget(self.length)
        column.addWidget(self.note)
        column.addStretch()
        return side

    def _build_buttons(self) -> None:
        self.new = KeyButton(_("新写一段"), "F6", "", _("空白的一段"))
        self.retire = KeyButton("", "F7", "", _("选中的几段一起；可以撤销"))
        self.read = KeyButton(_("读入文件…"), "F4", "", _("一行一段的 .txt，或有表头的 .xlsx、.csv"))
        self.old = KeyButton(_("显示停用的"), "F5", "flat", _("停用的可以重新启用"))
        self.old.setCheckable(True)
        self.save = KeyButton(_("保存"), "F9", "primary", _("从现在起就用"))
        for place, (button, do) in enumerate(
            (
                (self.new, self._new),
                (self.retire, self._retire),
                (self.read, self._read),
                (self.old, self._toggle_old),
            )
        ):
            button.clicked.connect(do)
            self.buttons.insertWidget(place, button)
        self.add_button(_("关闭"), self.accept)
        self.save.clicked.connect(self._save)
        self.buttons.addWidget(self.save)
        for button in (self.new, self.retire, self.read, self.save):
            button.setEnabled(self.may)

    # ---- showing

    def _load(self, wanted: int = 0) -> None:
        self.context.read(
            partial(_texts, self.context.shop, self.with_retired),
            partial(self._show, wanted),
            on_error=self._failed,
        )

    def _show(self, wanted: int, found: list[ShopText]) -> None:
        self.table.show_rows(found)
        if not (wanted and self.table.select_id(wanted)) and not self.table.current_id():
            self.table.select_first()
        self._show_one()

    def _show_one(self) -> None:
        one = self.shown = self.table.current_row()
        values: dict[str, Any] = {"kind": TextKind.FASHION.value, "body": "", "gloss": "", "day": ""}
        if one is not None:
            values = {"kind": one.kind.value, "body": one.body, "gloss": one.gloss, "day": one.day}
        values |= {season.value: one is not None and season in one.seasons for season in Season}
        values |= {grade.value: one is not None and grade in one.grades for grade in Grade}
        for part in (self.form, self.when, self.whom):
            part.load(values)
        self.note.hide()
        retired = one is not None and one.retired
        self.retire.tell(_("重新启用") if retired else _("停用这段"), _("选中的几段一起；可以撤销"))
        self.retire.setEnabled(self.may and one is not None)
        self._count()

    def _count(self) -> None:
        n = len(" ".join(str(self.form.field("body").value() or "").split()))
        most = self.context.shop.policy.texts.longest
        self.length.setText(_("{n} 字，最多 {most} 字").format(n=n, most=most))
        theme.kind(self.length, "warn" if n > most else "caption")

    # ---- acts

    def _new(self) -> None:
        self.table.view.clearSelection()
        self.table.view.setCurrentIndex(self.table.model.index(-1, -1))
        self._show_one()
        self.form.field("body").input.setFocus()

    def _save(self) -> None:
        self.note.hide()
        try:
            values = self.form.values() | self.when.values() | self.whom.values()
        except ShopError:
            return
        how = {
            **{"kind": TextKind(values["kind"]), "body": values["body"], "gloss": values["gloss"] or ""},
            "day": values["day"] or "",
            "seasons": [one for one in Season if values[one.value]],
            "grades": [one for one in Grade if values[one.value]],
        }
        seen = self.shown
        self.context.write(
            partial(_kept, self.context.shop, seen, how),
            lambda one: self._load(one.id),
            said=_("文案已保存。"),
            undo=partial(self._undo_save, seen),
            on_error=self._failed,
        )

    def _undo_save(self, seen: ShopText | None, made: ShopText) -> None:
        job = partial(_put_back, self.context.shop, seen, made)
        self.context.write(
            job, lambda _done: self._load(made.id), said=_("已恢复原来的内容"), on_error=self._failed
        )

    def _retire(self) -> None:
        one = self.shown
        ids = [int(each) for each in self.table.selected_ids()] or ([one.id] if one else [])
        if one is None or not ids:
            return
        self._settle(ids, not one.retired)

    def _settle(self, ids: list[int], retired: bool) -> None:
        words = _("停用了 {n} 段。") if retired else _("重新启用了 {n} 段。")
        self.context.write(
            partial(_retired, self.context.shop, ids, retired),
            lambda _done: self._load(),
            said=lambda done: words.format(n=len(done)),
            undo=lambda done: self._settle(done, not retired),
            on_error=self._failed,
        )

    def _toggle_old(self) -> None:
        self.with_retired = self.old.isChecked()
        self._load()

    def _starters(self) -> None:
        self.context.write(
            partial(_starters, self.context.shop),
            lambda _n: self._load(),
            said=lambda n: _("放入了 {n} 段入门文案。").format(n=n),
            on_error=self._failed,
        )

    def _read(self) -> None:
        path = self.context.ask_path(_("文案文件"), kinds=_("文字或表格 (*.txt *.xlsx *.csv)"))
        if not path:
            return
        kind = TextKind(self.form.field("kind").value())
        self.context.write(
            partial(_read, self.context.shop, path, kind),
            self._was_read,
            said=lambda done: done.words(),
            undo=lambda done: self._settle(list(done.added), True),
            on_error=self._failed,
        )

    def _was_read(self, done: Read) -> None:
        self._load()
        if done.refused:
            row, _text, reason = done.refused[0]
            self.note.setText(done.words() + _("第 {row} 行：{reason}").format(row=row, reason=reason))
            self.note.show()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, ShopError):
            if not self.form.show_error(error):  # type: ignore[arg-type]
                self.note.setText(str(error))
                self.note.show()
            return
        self.context.show_error(error)


def _texts(shop: Shop, retired: bool, _progress: Progress) -> list[ShopText]:
    return text_library.texts(shop, retired=retired)


def _kept(shop: Shop, seen: ShopText | None, how: dict[str, Any], _progress: Progress) -> ShopText:
    if seen is not None:
        return text_library.change(shop, seen, **how)
    kind, body = how.pop("kind"), how.pop("body")
    return text_library.add(shop, kind, body, **how)


def _put_back(shop: Shop, seen: ShopText | None, made: ShopText, _progress: Progress) -> None:
    if seen is None:
        text_library.retire(shop, [made.id])
        return
    text_library.change(
        shop,
        made,
        **{
            "kind": seen.kind,
            "body": seen.body,
            "gloss": seen.gloss,
            "seasons": seen.seasons,
            "day": seen.day,
        },
        grades=seen.grades,
    )


def _retired(shop: Shop, ids: list[int], retired: bool, _progress: Progress) -> list[int]:
    return text_library.retire(shop, ids, retired)


def _starters(shop: Shop, _progress: Progress) -> int:
    return text_library.add_starters(shop)


def _read(shop: Shop, path: str, kind: TextKind, _progress: Progress) -> Read:
    from services import text_library_files

    return text_library_files.read(shop, Path(path), kind)


def _columns() -> list[Column]:
    return [
        Column("kind", N_("类别"), 104, text=lambda one: kind_words(one.kind), sort=False),
        Column(
            "body",
            N_("内容"),
            300,
            text=lambda one: one.shown,
            hint=lambda one: one.shown,
            stretch=True,
            sort=False,
        ),
        Column("when", N_("什么时候"), 104, text=when_words, tone=lambda _one: "muted", sort=False),
        Column(
            "last_used",
            N_("最近用过"),
            92,
            text=lambda one: plain_day(one.last_used),
            tone=lambda _one: "muted",
            sort=False,
        ),
        Column(
            "retired",
            N_("情况"),
            80,
            hidden=True,
            text=lambda one: _("已停用") if one.retired else "",
            tone=lambda _one: "muted",
            sort=False,
        ),
    ]


def open_dialog(context: Context, parent: QWidget | None = None) -> None:
    """Shows the library."""
    TextsDialog(context, parent).exec()
