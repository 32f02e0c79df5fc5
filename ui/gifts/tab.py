"""The tab 礼品台账: left the year's occasions, right the plan, what waits, what to buy, the stock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTabBar, QVBoxLayout, QWidget

from models.kinds import LineStatus, Role
from services import gifts
from services.gifts import Budget, OccasionRow
from services.words import _
from ui import theme
from ui.context import Context
from ui.gifts.approval_page import ApprovalPage
from ui.gifts.checks_page import ChecksPage
from ui.gifts.occasions import OccasionPanel
from ui.gifts.plan_page import PlanPage
from ui.gifts.shortage_page import ShortagePage
from ui.gifts.stock_page import StockPage
from ui.gifts.waiting_page import WaitingPage
from ui.gifts.year_page import YearPage
from ui.tasks import Task
from ui.widgets.card import page

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop

_WANTED = {
    Role.MANAGER: (LineStatus.RETURNED, LineStatus.DRAFT),
    Role.CLERK: (LineStatus.APPROVED,),
}
"""What each role looks for first when the tab opens."""


@dataclass(frozen=True)
class Page:
    """One page of the tab: its words on the bar, what it is for, where the cursor goes. `reload` reads it anew."""

    words: str
    tip: str
    widget: QWidget
    focus: QWidget
    reload: Callable[[], None]
    always: bool = True
    """Read with the tab; else only while it is in front."""


@dataclass(frozen=True)
class _Year:
    year: int
    rows: list[OccasionRow]
    limit: Budget
    waiting: dict[str, int]
    """Months whose lines wait for the owner"""


class GiftsTab(QWidget):
    """Made once; `activate` when it comes to the front, `reload` when the books changed."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._task: Task | None = None
        self._chosen = False
        self.occasions = OccasionPanel(context)
        self.year = YearPage(context)
        self.plan = PlanPage(context)
        self.approval = ApprovalPage(context)
        self.waiting = WaitingPage(context)
        self.shortage = ShortagePage(context)
        self.stock = StockPage(context)
        self.checks = ChecksPage(context)
        self.pages = self._pages()
        self._lay_out()
        self.occasions.chosen.connect(self._choose)
        self.occasions.year_wanted.connect(self.show_year)
        self.year.chosen.connect(self._open_plan)
        self.year.year_wanted.connect(self.show_year)
        self.plan.proposed.connect(self._proposed)
        self.plan.plan_wanted.connect(self.open_month)
        self.plan.approval_wanted.connect(partial(self.show_page, self.approval))
        self.approval.counted.connect(partial(self._count, self.approval))
        self.shortage.propose_wanted.connect(self._propose_again)
        self.waiting.counted.connect(partial(self._count, self.waiting))
        self.shortage.counted.connect(partial(self._count, self.shortage))
        self._shown_for: tuple[int | None, str] = (None, "")

    def _pages(self) -> list[Page]:
        """The pages in the order of the bar; Alt+1, Alt+2 … by their place."""
        plan, waiting, short, stock = self.plan, self.waiting, self.shortage, self.stock
        year, approval, checks = self.year, self.approval, self.checks
        return [
            Page(_("全年"), _("十二个月的赠送事宜、人数、预算和进度"), year, year, year.reload),
            Page(_("计划"), _("一个月的礼品计划"), plan, plan.table, plan.reload),
            Page(_("审批"), _("等店主批准的礼品，逐条看"), approval, approval.table, approval.reload),
            Page(_("待发放"), _("已批准、等客户来领的礼品"), waiting, waiting.text, waiting.reload),
            Page(_("采购清单"), _("计划里缺的礼品"), short, short.table, short.reload),
            Page(_("库存"), _("礼品目录和库存流水"), stock, stock.table, stock.reload, always=False),
            Page(_("检查"), _("对账、信号、抽查、投入产出"), checks, checks, checks.reload, always=False),
        ]

    def _lay_out(self) -> None:
        self.bar = QTabBar()
        self.bar.setAccessibleName(_("礼品台账的页"))
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        for number, one in enumerate(self.pages, 1):
            self.bar.setTabToolTip(self.bar.addTab(one.words), f"{one.tip}  Alt+{number}")
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(theme.px(8), 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self.bar)
        for one in self.pages:
            column.addWidget(one.widget, 1)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.occasions)
        self.split.addWidget(right)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([theme.px(264), theme.px(1060)])
        layout = page(self, 12, 8)
        row = QHBoxLayout()
        row.addWidget(self.split)
        layout.addLayout(row)
        self.bar.setCurrentIndex(self._place(self.plan))
        self.bar.currentChanged.connect(self._show_page)
        self._show_page(self.bar.currentIndex())
        self._add_keys()

    def _add_keys(self) -> None:
        from PySide6.QtGui import QKeySequence, QShortcut

        for number in range(len(self.pages)):
            shortcut = QShortcut(QKeySequence(f"Alt+{number + 1}"), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self.bar.setCurrentIndex, number))

    # ---- coming to the front

    def activate(self) -> None:
        """The tab was shown: read what is new, and look where the next work is."""
        self.reload()
        self._focus()

    def reload(self) -> None:
        """The books or the person at work changed."""
        person = (self.context.shop.who, str(self.context.shop.role))
        if person != self._shown_for:
            self._shown_for, self._chosen = person, False
        clerk = self.context.shop.role == Role.CLERK
        self.bar.setTabVisible(self._place(self.approval), not clerk)
        self.bar.setTabVisible(self._place(self.checks), not clerk)
        if clerk and self.pages[self.bar.currentIndex()].widget is self.approval:
            self.show_page(self.plan)
        self.show_year(self.occasions.year if self._chosen else _next_month(self.context.today()).year)
        for one in self.pages:
            if one.always or one.widget.isVisible():
                one.reload()

    def _focus(self) -> None:
        self.pages[self.bar.currentIndex()].focus.setFocus()

    def show_page(self, widget: QWidget) -> None:
        """Brings a page to the front."""
        self.bar.setCurrentIndex(self._place(widget))

    def _place(self, widget: QWidget) -> int:
        return next(number for number, one in enumerate(self.pages) if one.widget is widget)

    # ---- the year

    def show_year(self, year: int) -> None:
        if self._task:
            self._task.drop()
        self._task = self.context.read(partial(_read, self.context.shop, year), self._show)

    def _show(self, found: _Year) -> None:
        self._task = None
        month, occasion = self.plan.month, self.plan.occasion
        if not self._chosen:
            self._chosen = True
            if self.context.shop.role == Role.OWNER and found.waiting:
                self._to_approval(next(iter(found.waiting)))
                return
            month, occasion = _first_work(found.rows, self.context.shop.role, self.context.today())
        elif found.rows and not any(row.month == month for row in found.rows):
            month, occasion = found.rows[0].month, ""
        self.occasions.show_year(found.year, found.rows, month, occasion)
        self.year.show_year(found.year, found.rows, found.limit)
        if (month, occasion) != (self.plan.month, self.plan.occasion):
            self._choose(month, occasion)

    def _to_approval(self, month: str) -> None:
        """What the owner came for, in whichever year it lies."""
        self._choose(month, "")
        self.show_page(self.approval)
        self.show_year(int(month[:4]))

    def _choose(self, month: str, occasion: str) -> None:
        self.plan.show_plan(month, occasion)
        self.approval.show_plan(month, occasion)
        self.shortage.show_month(month)
        self.year.focus_month(month)
        by_month = (self.plan, self.approval, self.shortage)
        front = self.pages[self.bar.currentIndex()].widget
        if front not in by_month and self._shown_for[0] is not None and self.occasions.view.hasFocus():
            self.show_page(self.plan)

    def open_month(self, month: str) -> None:
        """The plan of a month, wherever the tab stands: its number was scanned or typed."""
        self._chosen = True
        self.show_year(int(month[:4]))
        self._open_plan(month, "")

    def _open_plan(self, month: str, occasion: str) -> None:
        """From the year: that plan, with its row chosen on the left."""
        self._choose(month, occasion)
        self.occasions.select(month, occasion)
        self.show_page(self.plan)

    def _proposed(self, month: str) -> None:
        """All of the month is new: show all of it."""
        self.show_page(self.plan)
        self.occasions.select(month, "")

    def _propose_again(self) -> None:
        self.plan.propose()

    # ---- the pages

    def _show_page(self, number: int) -> None:
        for place, one in enumerate(self.pages):
            one.widget.setVisible(place == number)
        self.occasions.setVisible(self.pages[number].widget not in (self.year, self.stock, self.checks))
        if not self.pages[number].always:
            self.pages[number].reload()
        self._focus()

    def _count(self, widget: QWidget, number: int) -> None:
        place = self._place(widget)
        words = self.pages[place].words
        self.bar.setTabText(place, f"{words} {number}" if number else words)


def _read(shop: Shop, year: int, _progress: Progress) -> _Year:
    limit = next(one for one in gifts.budget(shop, f"{year}-01") if one.scope == "year")
    return _Year(year, gifts.year_overview(shop, year), limit, gifts.waiting_months(shop))


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _first_work(rows: list[OccasionRow], role: Role | None, today: date) -> tuple[str, str]:
    """Where this person's next work is: what waits for them, else the whole of next month."""
    now = f"{today:%Y-%m}"
    for state in _WANTED.get(role, ()) if role else ():
        for row in rows:
            if row.state == state and row.month >= now:
                return row.month, ""
    month = f"{_next_month(today):%Y-%m}"
    return month, ""
