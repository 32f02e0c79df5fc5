"""客户整理: what today's rules would change, the lost list, the month's movement."""

from __future__ import annotations

from array import array
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from models.kinds import GradeRule
from services import formats
from services.rights import Right, may
from services.rules.grading import RULE_WORDS
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.grade_history import Movement
    from services.grades import Figures
    from services.progress import Progress
    from services.shop import Shop


def grade_words(grade: str) -> str:
    return _("流失") if grade == "lost" else grade


CHANGES = [
    Column("card_no", N_("卡号"), 90, sort=False),
    Column("name", N_("姓名"), 120, bold=True, sort=False),
    Column(
        "from_grade",
        N_("现在等级"),
        90,
        text=lambda r: grade_words(r.from_grade),
        badge=lambda r: r.from_grade,
        sort=False,
    ),
    Column(
        "to_grade",
        N_("整理以后"),
        90,
        text=lambda r: grade_words(r.to_grade),
        badge=lambda r: r.to_grade,
        sort=False,
    ),
    Column(
        "rule", N_("依据"), 200, text=lambda r: _(RULE_WORDS[GradeRule(r.rule)]), sort=False, stretch=True
    ),
    Column(
        "last_visit",
        N_("上次到店"),
        110,
        text=lambda r: formats.short_day(r.last_visit),
        tone=lambda _r: "muted",
        sort=False,
    ),
    Column(
        "last_purchase",
        N_("上次购买"),
        110,
        text=lambda r: formats.short_day(r.last_purchase),
        tone=lambda _r: "muted",
        sort=False,
    ),
]
LOST = [
    Column("card_no", N_("卡号"), 90, sort=False),
    Column("name", N_("姓名"), 120, bold=True, sort=False, stretch=True),
    Column("grade", N_("原等级"), 80, badge=lambda r: r.grade, sort=False),
    Column("lost_on", N_("流失日期"), 110, text=lambda r: formats.short_day(r.lost_on), sort=False),
    Column(
        "last_purchase",
        N_("上次购买"),
        110,
        text=lambda r: formats.short_day(r.last_purchase) or _("从未购买"),
        sort=False,
    ),
    Column("tickets", N_("小票"), 70, align="right", sort=False),
    Column(
        "paid_total",
        N_("累计消费"),
        120,
        align="right",
        text=lambda r: formats.money(r.paid_total),
        sort=False,
    ),
]
MOVEMENT = [
    Column("grade", N_("等级"), 90, badge=lambda r: r.grade, sort=False, stretch=True),
    Column("opening", N_("期初"), 80, align="right", sort=False),
    Column("added", N_("新增"), 80, align="right", sort=False),
    Column("up", N_("升级"), 80, align="right", sort=False),
    Column("down", N_("降级"), 80, align="right", sort=False),
    Column("lost", N_("转流失"), 80, align="right", sort=False),
    Column("returned", N_("回归"), 80, align="right", sort=False),
    Column("closing", N_("期末"), 80, align="right", bold=True, sort=False),
]


class Grading(Box):
    """Everybody may look; the manager applies and undoes."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("客户整理"), 880)
        self.context = context
        self.may = may(context.shop, Right.APPLY_GRADES)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(_("客户整理"))
        self.tabs.setMinimumHeight(theme.px(420))
        self.tabs.addTab(self._changes_page(), _("等级变化"))
        self.tabs.addTab(self._lost_page(), _("流失名录"))
        self.tabs.addTab(self._movement_page(), _("升降报表"))
        self.body.addWidget(self.tabs)
        self.back = KeyButton(_("撤销上次整理"), "", "", _("恢复上次整理以前的等级"), "undo")
        self.back.clicked.connect(self._undo)
        self.buttons.insertWidget(0, self.back)
        self.add_button(_("关闭"), self.accept)
        self.go = KeyButton(_("执行整理"), "F7", "primary", _("把这些变化记到客户资料里"))
        self.go.clicked.connect(self._apply)
        self.buttons.addWidget(self.go)
        QShortcut(QKeySequence("F7"), self, activated=self._apply)
        for button in (self.back, self.go):
            button.setVisible(self.may)
        self._load()

    def _changes_page(self) -> QWidget:
        self.figures = label("", "muted", wrap=True)
        self.changes = LazyTable(self.context, "grade_changes", _("等级变化"), CHANGES)
        self.changes.set_empty(
            _("今天没有变化"), _("每位客户的等级都符合客情标准。每天开店时程序会自动整理。")
        )
        self.changes.opened.connect(self._open)
        return _page(self.figures, self.changes)

    def _lost_page(self) -> QWidget:
        words = _("一年没有购买的客户。不送礼、不做日常联络，只供研究和挽回；再来购买就自动回到名册。")
        self.lost = LazyTable(self.context, "grade_lost", _("流失名录"), LOST)
        self.lost.set_empty(_("没有流失的客户"))
        self.lost.opened.connect(self._open)
        return _page(label(words, "muted", wrap=True), self.lost)

    def _movement_page(self) -> QWidget:
        from services.grade_lists import months_back

        self.month = QComboBox()
        self.month.setAccessibleName(_("月份"))
        for first in months_back(self.context.today()):
            self.month.addItem(first.strftime("%Y-%m"), first)
        self.month.currentIndexChanged.connect(lambda _n: self._load_movement())
        self.movement = LazyTable(self.context, "grade_movement", _("升降报表"), MOVEMENT)
        row = QHBoxLayout()
        row.addWidget(label(_("月份"), "muted"))
        row.addWidget(self.month)
        row.addStretch()
        holder = QWidget()
        row.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(row)
        return _page(holder, self.movement)

    def _load(self) -> None:
        shop = self.context.shop
        self.figures.setText(_("正在按今天的日期核对全部客户…"))
        self.go.setEnabled(False)
        self.context.read(partial(_preview, shop), self._show)
        self.context.read(partial(_lost, shop), self._show_lost)
        self.context.read(partial(_last, shop), self._show_last)
        self._load_movement()

    def _load_movement(self) -> None:
        self.context.read(
            partial(_movement, self.context.shop, self.month.currentData()), self._show_movement
        )

    def _show(self, figures: Figures) -> None:
        from services import grade_lists

        n = len(figures.changes)
        self.figures.setText(
            _("{n} 位有变化。整理以后：A {a} 位，B {b} 位，C {c} 位，流失 {lost} 位。").format(
                n=n, a=figures.a, b=figures.b, c=figures.c, lost=figures.lost
            )
        )
        by_id = {change.customer_id: change for change in figures.changes}
        self.changes.show_ids(array("q", by_id), partial(grade_lists.named, self.context.shop, by_id))
        self.go.setEnabled(self.may and n > 0)

    def _show_lost(self, ids: array[int]) -> None:
        from services import grade_lists

        self.lost.show_ids(ids, partial(grade_lists.lost_rows, self.context.shop))
        self.tabs.setTabText(1, _("流失名录 {n}").format(n=len(ids)))

    def _show_movement(self, rows: list[Movement]) -> None:
        self.movement.show_rows(rows, ids=range(1, len(rows) + 1))

    def _show_last(self, found: object) -> None:
        self.back.setEnabled(found is not None)
        if isinstance(found, tuple):
            day, n = found
            self.back.setToolTip(_("{day} 的整理：{n} 位客户").format(day=formats.short_day(day), n=n))

    def _apply(self) -> None:
        if not self.go.isEnabled() or not self.go.isVisible():
            return
        shop = self.context.shop

        def job(progress: Progress) -> Figures:
            from services import grades

            return grades.apply(shop, progress)

        dialogs.work(self.context, self, _("正在整理客户等级"), job, self._applied)

    def _applied(self, figures: Figures) -> None:
        words = _("已整理：{n} 位客户的等级有变化。").format(n=len(figures.changes))
        self.context.say(words, undo=self._undo)
        self._load()

    def _undo(self) -> None:
        self.context.write(partial(_undo_run, self.context.shop), self._undone)

    def _undone(self, n: int) -> None:
        self.context.say(_("已撤销，恢复了 {n} 位客户的等级。").format(n=n))
        if self.isVisible():
            self._load()

    def _open(self, customer_id: int) -> None:
        self.accept()
        self.context.open_customer(customer_id)


def _page(*parts: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, theme.px(8), 0, 0)
    column.setSpacing(theme.px(8))
    for part in parts[:-1]:
        column.addWidget(part)
    column.addWidget(parts[-1], 1)
    return page


def _preview(shop: Shop, progress: Progress) -> Figures:
    from services import grades

    return grades.preview(shop, progress)


def _lost(shop: Shop, _progress: Progress) -> array[int]:
    from services import grade_lists

    return grade_lists.lost_ids(shop)


def _last(shop: Shop, _progress: Progress) -> object:
    from services import grade_lists

    return grade_lists.last_run(shop)


def _movement(shop: Shop, month: object, _progress: Progress) -> list[Movement]:
    from datetime import date

    from services import grade_history

    assert isinstance(month, date)
    return grade_history.movement(shop, month)


def _undo_run(shop: Shop, _progress: Progress) -> int:
    from services import grades

    return grades.undo(shop)


def open_dialog(context: Context, parent: QWidget | None = None) -> None:
    """Shows the grading dialog."""
    box = Grading(context, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
