"""The tab 联络日程: left the day's work in order, right the call card; week, month and the mailing bench beside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from models.kinds import Channel
from services import contact_lists, contact_views, formats
from services.contact_lists import ContactRow, PastRow
from services.progress import Progress
from services.rights import Right, may
from services.words import _
from ui import theme
from ui.contacts import day_list
from ui.contacts.bench import Bench
from ui.contacts.call_card import CallCard
from ui.contacts.doings import Doings
from ui.contacts.head import Head, Ways
from ui.contacts.hour import HourBar, slot
from ui.contacts.late_pages import LATE
from ui.contacts.reading import Loaded, load
from ui.contacts.span_page import SpanPage
from ui.context import Context
from ui.lazy_table import LazyTable
from ui.questions import Asking
from ui.tasks import Task
from ui.widgets.card import label, page
from ui.widgets.flow import Flow
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.customer_due import Due
    from ui.contacts.campaigns import CampaignsPage
    from ui.contacts.results_view import ResultsView
    from ui.contacts.verify_view import VerifyView


class ContactsTab(QWidget):
    """One list at a time; everything is a key."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.shown = "today"
        self._day: date | None = None
        """The single day that the week or month view opened."""
        self._slots: dict[int, str] = {}
        self._loading: Task | None = None
        self._past: Task | None = None
        self._place = 0
        self.head = Head()
        self.hour = HourBar()
        self.ways = Ways()
        self.title = label("", "muted")
        self.table = LazyTable(
            context, "contacts", _("联络名单"), day_list.columns(context.today, self._slot)
        )
        self.many = KeyButton("", "A", "", _("把选中的一起登记为已完成"))
        self.many.hide()
        self.messages = KeyButton(
            _("成批发送…"), "S", "flat", _("模板、成批准备、给短信平台的文件、确认结果")
        )
        self.arrivals = KeyButton(_("新货找人…"), "W", "flat", _("登记到货，找出适合的客户"))
        self.card = CallCard()
        self.bench = Bench(context)
        self._late: dict[str, QWidget] = {}
        self._asking = Asking(context)
        self.weeks = SpanPage(context, self.head.calendar)
        self.span, self.span_title, self.span_ways = self.weeks.view, self.weeks.title, self.weeks.ways
        self.doings = Doings(self)
        self.pages = QStackedWidget()
        self._build()
        self._connect()

    # ---- building

    def _build(self) -> None:
        column = page(self, 12, 10)
        column.addWidget(self.head)
        self.pages.addWidget(self._work_page())
        self.pages.addWidget(self.bench)
        self.pages.addWidget(self.weeks)
        column.addWidget(self.pages, 1)
        self.setFocusProxy(self.table)

    def _work_page(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self.hour)
        ways = Flow(theme.px(6))
        ways.add(self.ways)
        ways.add_right(self.arrivals)
        ways.add_right(self.messages)
        column.addWidget(ways)
        column.addWidget(self.title)
        column.addWidget(self.table, 1)
        column.addWidget(self.many)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.card)
        self.splitter.setStretchFactor(0, 5)
        self.splitter.setStretchFactor(1, 6)
        self.splitter.setSizes([theme.px(590), theme.px(720)])
        return self.splitter

    def _connect(self) -> None:
        self.head.list_wanted.connect(self.show_list)
        self.head.filters_changed.connect(self.reload)
        self.ways.changed.connect(self._way_chosen)
        self.span_ways.changed.connect(self.reload)
        self.head.calendar_wanted.connect(self.doings.calendar)
        self.head.papers_wanted.connect(self.doings.papers)
        self.table.current_changed.connect(self._current)
        self.table.opened.connect(lambda _id: self.doings.open_customer())
        self.table.selection_changed.connect(self.doings.tell_many)
        self.many.clicked.connect(self.doings.tick_many)
        self.messages.clicked.connect(self.doings.messages)
        self.arrivals.clicked.connect(lambda: self.show_list("arrivals"))
        self.card.outcome.connect(self.doings.record)
        self.card.postpone_wanted.connect(self.doings.postpone)
        self.card.opt_out_wanted.connect(self.doings.opt_out)
        self.card.phone_wanted.connect(self.doings.reveal)
        self.card.customer_wanted.connect(self.context.open_customer)
        self.card.check_wanted.connect(self.doings.check)
        self.card.undo_wanted.connect(self.doings.undo_shown)
        self.card.talk_wanted.connect(self.doings.talk)
        self.card.next_wanted.connect(self.doings.next)
        self.card.answered.connect(self._asking.answer)
        self.card.put_off.connect(self._asking.put_off)
        self.card.copied.connect(lambda: self.context.say(_("已复制这段话。"), tone="info"))
        self.card.note.entered.connect(self.table.setFocus)
        self.bench.customer_wanted.connect(self.context.open_customer)
        self.span.day_opened.connect(self._open_day)
        self.weeks.turned.connect(self.reload)
        self.context.shop_changed.connect(self._somebody_else)
        note = QShortcut(QKeySequence("N"), self)
        note.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        note.activated.connect(self._to_note)

    def _to_note(self) -> None:
        """N: where one writes in the shown list; a new one among the campaigns."""
        if self.shown == "campaigns":
            self.campaigns().plan()
        elif self.shown == "arrivals":
            self.late("arrivals").setFocus()
        else:
            (self.verify().number if self.shown == "verify" else self.card.note).setFocus()

    # ---- showing

    def activate(self) -> None:
        """The tab comes to the front: the list has the keys."""
        self.reload()
        self._front().setFocus()

    def show_list(self, name: str) -> None:
        """today, overdue, upcoming, done, post, week, month, or day (with `_day`)."""
        self.shown = name
        if name != "day":
            self._day = None
        self._place = 0
        self.pages.setCurrentIndex(1 if name == "post" else 2 if name in ("week", "month") else 0)
        self.weeks.by_month = name == "month"
        if name in LATE:
            self.pages.setCurrentWidget(self.late(name))
        self.reload()
        self._front().setFocus()

    def _front(self) -> QWidget:
        """What has the keys in the shown list."""
        if self.shown in LATE:
            return self.late(self.shown)  # type: ignore[no-any-return]
        return {"post": self.bench, "week": self.span, "month": self.span}.get(self.shown, self.table)

    def late(self, name: str) -> Any:
        """A page that is made when it is first asked for: most days nobody does."""
        if name not in self._late:
            self._late[name] = LATE[name](self.context)
            self.pages.addWidget(self._late[name])
        return self._late[name]

    def results(self) -> ResultsView:
        found: ResultsView = self.late("results")
        return found

    def verify(self) -> VerifyView:
        found: VerifyView = self.late("verify")
        return found

    def campaigns(self) -> CampaignsPage:
        found: CampaignsPage = self.late("campaigns")
        return found

    def reload(self) -> None:
        """Reads the shown list anew; the cursor stays where the work is."""
        if not self.context.signed_in:
            return
        self.head.show_rights(may(self.context.shop, Right.SCHEDULE))
        self.head.show_list(self.shown)
        if self._loading is not None:
            self._loading.drop()
        self._loading = self.context.read(self._job(), self._show)

    def _job(self) -> Callable[[Progress], Loaded]:
        """The reading, with everything it needs taken now: it runs in another thread."""
        shop, shown, filters, way = self.context.shop, self.shown, self.head.filters(), self.ways.channel()
        if shown in ("week", "month"):
            way = self.span_ways.channel()
        span, day = self.weeks.span(), self._day
        return lambda _progress: load(shop, shown, filters, way, span, day)

    def _show(self, found: Loaded) -> None:
        self._loading = None
        policy = self.context.shop.policy.contacts
        open_today = sum(found.counts[channel.value] for channel in Channel)
        waiting = sum(not row.posted for row in found.bench)
        self.head.show_counts(
            {"today": open_today, "post": waiting}
            | {name: found.counts[name] for name in ("overdue", "upcoming", "done", "verify")}
        )
        self.head.show_people(found.groups, found.clerks)
        if self.shown == "post":
            self.bench.reload()
            return
        if self.shown in LATE and self.shown != "verify":
            self.late(self.shown).reload()
            return
        if self.shown == "verify":
            self.verify().show_rows(found.verify)
            return
        if self.shown in ("week", "month"):
            self.weeks.show_span(found)
            return
        made = found.counts["calls_done"]
        self._slots = {number: slot(policy, made + place) for place, number in enumerate(found.calls)}
        self.hour.setVisible(self.shown == "today")
        self.hour.tell(policy, made, found.counts[Channel.PHONE.value])
        self.ways.show_counts(found.counts if self.shown == "today" else None)
        self._tell_title(len(found.ids))
        self._tell_empty(found.counts["done"])
        self.table.show_ids(found.ids, self._fetch)
        if len(found.ids) and not self.table.current_id():
            self.table.view.selectRow(min(self._place, len(found.ids) - 1))
        self._current(self.table.current_id())

    def _fetch(self, ids: list[int]) -> list[ContactRow | None]:
        return contact_lists.rows(self.context.shop, ids)

    def _slot(self, contact_id: int) -> str:
        return self._slots.get(contact_id, "")

    def _tell_title(self, n: int) -> None:
        words = {
            "upcoming": _("以后要联络的，按日期排列"),
            "overdue": _("过了日子还没有联络的，最早的在前"),
            "done": _("已有结果的，最新的在前"),
        }.get(self.shown, "")
        if self.shown == "day" and self._day:
            words = _("{day}：{n} 项").format(day=formats.day(self._day, year=True), n=n)
        self.title.setText(words)
        self.title.setVisible(bool(words))

    def _tell_empty(self, done: int) -> None:
        words: tuple[str, str, str, Callable[[], None] | None]
        if self.head.filtered() or self.ways.channel():
            words = (_("没有符合筛选的联络"), _("放宽上面的筛选再看。"), _("清除筛选"), self._clear)
        else:
            words = {
                "today": (_("今天的联络都做完了"), _("看看以后的安排，或者按 F2 去客户页。"), "", None)
                if done
                else (_("今天没有要联络的客户"), _("有了客户和消费，日程每天开店时按规则排好。"), "", None),
                "overdue": (_("没有逾期的联络"), _("每一项都在当天做了。"), "", None),
                "upcoming": (
                    _("还没有排以后的联络"),
                    _("日程每天开店时按规则排好；也可以看本周。"),
                    "",
                    None,
                ),
                "done": (_("还没有联络记录"), _("从“今天”开始第一个电话。"), "", None),
            }.get(self.shown, (_("这一天没有联络"), "", "", None))
        self.table.set_empty(*words)
        self.card.empty.tell(_("没有选中的联络"), _("在左边选一位，这里显示是谁、为什么联络、怎么说。"))

    def _clear(self) -> None:
        self.ways.choose(None)
        self.head.clear()

    def _way_chosen(self) -> None:
        self._place = 0
        self.reload()
        self.table.setFocus()

    def _current(self, contact_id: int) -> None:
        """Another line under the cursor: its card, and in a moment what was said last."""
        row = self.table.current_row() if contact_id else None
        self._place = max(0, self.table.view.currentIndex().row())
        self.card.show_row(row, may_check=may(self.context.shop, Right.SCHEDULE))
        if self._past is not None:
            self._past.drop()
            self._past = None
        if row is not None:
            self._past = self.context.read(partial(self._load_past, row.customer_id), self._show_past)

    def _load_past(self, customer_id: int, _progress: Progress) -> tuple[list[PastRow], Due | None]:
        shop = self.context.shop
        return contact_lists.history(shop, customer_id), contact_views.question_for(shop, customer_id)

    def _show_past(self, found: tuple[list[PastRow], Due | None]) -> None:
        rows, question = found
        self.card.show_past(rows)
        self.card.show_question(question)

    def _somebody_else(self) -> None:
        if self.shown == "results":  # the next person may not see it
            self.shown = "today"
            self.pages.setCurrentIndex(0)
        self.card.show_row(None)

    def _open_day(self, day: date) -> None:
        self._day = day
        self.show_list("today" if day == self.context.today() else "day")
