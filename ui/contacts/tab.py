"""The tab 联络日程: left the day's work in order, right the call card; week, month and the mailing bench beside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from models.kinds import Channel
from services import contact_lists, contact_views, contacts, formats
from services.contact_lists import ContactRow, Filters, PastRow
from services.contacts import Outcome, Recorded
from services.progress import Progress
from services.rights import Right, may
from services.words import _
from ui import theme
from ui.contacts import day_list
from ui.contacts.asking import Asking, NextBox
from ui.contacts.bench import Bench
from ui.contacts.call_card import CallCard
from ui.contacts.head import Head, Ways
from ui.contacts.hour import HourBar, slot
from ui.contacts.reading import Loaded, load
from ui.contacts.span_view import SpanView, month_of, week_of
from ui.context import Context
from ui.lazy_table import LazyTable
from ui.tasks import Task
from ui.widgets.card import label, page
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.customer_due import Due
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
        self._span_day = context.today()
        self._slots: dict[int, str] = {}
        self._loading: Task | None = None
        self._past: Task | None = None
        self._place = 0
        self.head = Head()
        self.hour = HourBar()
        self.ways = Ways()
        self.span_ways = Ways()
        self.title = label("", "muted")
        self.table = LazyTable(
            context, "contacts", _("联络名单"), day_list.columns(context.today, self._slot)
        )
        self.many = KeyButton("", "A", "", _("把选中的一起登记为已完成"))
        self.many.hide()
        self.messages = KeyButton(
            _("成批发送…"), "S", "flat", _("模板、成批准备、给短信平台的文件、确认结果")
        )
        self.card = CallCard()
        self.bench = Bench(context)
        self._results: ResultsView | None = None
        self._verify: VerifyView | None = None
        self._asking = Asking(context)
        self.span = SpanView()
        self.span_title = label("", "heading")
        self.pages = QStackedWidget()
        self._build()
        self._connect()

    # ---- building

    def _build(self) -> None:
        column = page(self, 12, 10)
        column.addWidget(self.head)
        self.pages.addWidget(self._work_page())
        self.pages.addWidget(self.bench)
        self.pages.addWidget(self._span_page())
        column.addWidget(self.pages, 1)
        self.setFocusProxy(self.table)

    def _work_page(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self.hour)
        ways = QHBoxLayout()
        ways.addWidget(self.ways, 1)
        ways.addWidget(self.messages)
        column.addLayout(ways)
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

    def _span_page(self) -> QWidget:
        widget = QWidget()
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        line = QHBoxLayout()
        before = KeyButton(_("上一段"), "PgUp", "flat", _("前一周或前一月"))
        now = KeyButton(_("回到今天"), "T", "flat", _("显示今天所在的周或月"))
        after = KeyButton(_("下一段"), "PgDown", "flat", _("后一周或后一月"))
        before.clicked.connect(lambda: self._turn(-1))
        after.clicked.connect(lambda: self._turn(1))
        now.clicked.connect(lambda: self._turn(0))
        line.addWidget(self.span_title)
        line.addWidget(self.span_ways)
        line.addStretch()
        for button in (self.head.calendar, before, now, after):
            line.addWidget(button)
        column.addLayout(line)
        column.addWidget(self.span, 1)
        return widget

    def _connect(self) -> None:
        self.head.list_wanted.connect(self.show_list)
        self.head.filters_changed.connect(self.reload)
        self.ways.changed.connect(self._way_chosen)
        self.span_ways.changed.connect(self.reload)
        self.head.calendar_wanted.connect(self._calendar)
        self.head.papers_wanted.connect(self._papers)
        self.table.current_changed.connect(self._current)
        self.table.opened.connect(lambda _id: self._open_customer())
        self.table.selection_changed.connect(self._tell_many)
        self.many.clicked.connect(self._tick_many)
        self.messages.clicked.connect(self._messages)
        self.card.outcome.connect(self._record)
        self.card.postpone_wanted.connect(self._postpone)
        self.card.opt_out_wanted.connect(self._opt_out)
        self.card.phone_wanted.connect(self._reveal)
        self.card.customer_wanted.connect(self.context.open_customer)
        self.card.check_wanted.connect(self._check)
        self.card.undo_wanted.connect(self._undo_shown)
        self.card.talk_wanted.connect(self._talk)
        self.card.next_wanted.connect(self._next)
        self.card.answered.connect(self._asking.answer)
        self.card.put_off.connect(self._asking.put_off)
        self.card.copied.connect(lambda: self.context.say(_("已复制这段话。"), tone="info"))
        self.card.note.entered.connect(self.table.setFocus)
        self.bench.customer_wanted.connect(self.context.open_customer)
        self.span.day_opened.connect(self._open_day)
        self.span.left_span.connect(self._turn)
        self.context.shop_changed.connect(self._somebody_else)
        note = QShortcut(QKeySequence("N"), self)
        note.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        note.activated.connect(self._to_note)

    def _to_note(self) -> None:
        """N: where one writes in the shown list."""
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
        if name == "results":
            self.pages.setCurrentWidget(self.results())
        elif name == "verify":
            self.pages.setCurrentWidget(self.verify())
        self.reload()
        self._front().setFocus()

    def _front(self) -> QWidget:
        """What has the keys in the shown list."""
        if self.shown == "results":
            return self.results()
        if self.shown == "verify":
            return self.verify()
        return {"post": self.bench, "week": self.span, "month": self.span}.get(self.shown, self.table)

    def results(self) -> ResultsView:
        """Made when it is first asked for: most days nobody does."""
        if self._results is None:
            from ui.contacts.results_view import ResultsView

            self._results = ResultsView(self.context)
            self.pages.addWidget(self._results)
        return self._results

    def verify(self) -> VerifyView:
        """Made when it is first asked for."""
        if self._verify is None:
            from ui.contacts.verify_view import VerifyView

            self._verify = VerifyView(self.context)
            self.pages.addWidget(self._verify)
        return self._verify

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
        span, day = self._span(), self._day
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
        if self.shown == "results":
            self.results().reload()
            return
        if self.shown == "verify":
            self.verify().show_rows(found.verify)
            return
        if self.shown in ("week", "month"):
            self._show_span(found)
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

    # ---- week and month

    def _span(self) -> tuple[date, date]:
        return week_of(self._span_day) if self.shown == "week" else month_of(self._span_day)

    def _show_span(self, found: Loaded) -> None:
        month = self._span_day.month if self.shown == "month" else 0
        first, last = self._span()
        if month:
            words = _("{year}年{month}月").format(year=self._span_day.year, month=self._span_day.month)
        else:
            words = _("{first} 至 {last}").format(first=formats.day(first, year=True), last=formats.day(last))
        self.span_title.setText(words)
        self.span.show_days(
            found.days, self.context.today(), month=month, names=found.names, festivals=found.festivals
        )

    def _turn(self, step: int) -> None:
        """The span before or after; 0 is today's."""
        if step == 0:
            self._span_day = self.context.today()
        elif self.shown == "week":
            self._span_day += timedelta(days=7 * step)
        else:
            first = self._span_day.replace(day=1)
            self._span_day = (
                (first + timedelta(days=32)).replace(day=1) if step > 0 else first - timedelta(days=1)
            )
            self._span_day = self._span_day.replace(day=1)
        self.reload()

    def _open_day(self, day: date) -> None:
        self._day = day
        self.show_list("today" if day == self.context.today() else "day")

    # ---- doing

    def _record(self, outcome: Outcome, note: str, until: date | None = None, opt_out: bool = False) -> None:
        row = self.card.row
        if row is None or not row.open:
            return
        shop = self.context.shop
        self.card.note.clear()
        self.context.write(
            lambda _progress: contacts.done(shop, row.id, outcome, note, until=until, opt_out=opt_out),
            said=Recorded.words,
            undo=lambda found: self._undo([found.id]),
        )
        self.table.setFocus()

    def _postpone(self, days: int) -> None:
        note = self.card.note.text()
        today = self.context.today()
        day = today + timedelta(days=days) if days else self._ask_day()
        if day is not None:
            self._record(Outcome.POSTPONED, note, until=day)

    def _ask_day(self) -> date | None:
        from services.errors import Refused
        from ui import dialogs
        from ui.form import day as read_day

        text = dialogs.ask_text(self, _("改到哪一天"), _("如 11-25、明天、+3"), _("改期"))
        if text is None:
            return None
        try:
            return read_day(text, self.context.today())
        except Refused as error:
            self.context.show_error(error)
            return None

    def _opt_out(self) -> None:
        self._record(Outcome.REFUSED, self.card.note.text(), opt_out=True)

    def _messages(self) -> None:
        from ui.contacts.sms_dialog import open_dialog

        open_dialog(self.context, self)

    def _talk(self) -> None:
        from ui.contacts.talk import open_dialog

        if self.card.row is not None:
            open_dialog(self.context, self.card.row.customer_id, self.card.row.name, self)

    def _next(self) -> None:
        """6: reached, and the next contact agreed on."""
        row = self.card.row
        if row is not None and row.open:
            box = NextBox(self.context, row.id, row.name, self.card.note.text(), self)
            if box.exec():
                self.card.note.clear()
            self.table.setFocus()

    def _undo_shown(self) -> None:
        if self.card.row is not None:
            self._undo([self.card.row.id])

    def _undo(self, ids: list[int]) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: contacts.undo_many(shop, ids), said=_("已撤销，回到待联络。"))

    def _check_many(self, ids: list[int]) -> None:
        """The manager's tick for all that is selected and not ticked yet; undo takes just these away."""
        shop = self.context.shop

        def take_back(ticked: list[int]) -> None:
            self.context.write(
                lambda _progress: contacts.check(shop, ticked, False), said=_("已取消检查记号。")
            )

        self.context.write(
            lambda _progress: contacts.check_many(shop, ids),
            said=lambda ticked: _("已记为检查过：{n} 项。").format(n=len(ticked)),
            undo=take_back,
        )

    def _check(self, ticked: bool) -> None:
        shop, row = self.context.shop, self.card.row
        if row is not None:
            said = _("已记为检查过。") if ticked else _("已取消检查记号。")
            self.context.write(lambda _progress: contacts.check(shop, [row.id], ticked), said=said)

    def _reveal(self) -> None:
        shop, row = self.context.shop, self.card.row
        if row is not None:
            self.context.tasks.read(
                lambda _progress: contacts.reveal_phone(shop, row.customer_id),
                partial(self._show_phone, row.id),
            )

    def _show_phone(self, contact_id: int, numbers: tuple[str, ...]) -> None:
        if self.card.row is not None and self.card.row.id == contact_id:
            self.card.show_phone(numbers[0])

    def _open_customer(self) -> None:
        if self.card.row is not None:
            self.context.open_customer(self.card.row.customer_id)

    def _tell_many(self, n: int) -> None:
        """Messages and cards are ticked together; calls are made one by one."""
        together = n > 1 and self.ways.channel() in (Channel.SMS, Channel.POST)
        checks = n > 1 and self.shown == "done" and may(self.context.shop, Right.SCHEDULE)
        self.many.setVisible(together or checks)
        if checks:
            self.many.tell(_("选中的 {n} 项已检查").format(n=n), _("记下是谁、哪一天检查的"))
        elif together:
            self.many.tell(_("选中的 {n} 项已完成").format(n=n))

    def _tick_many(self) -> None:
        if self.shown == "done" and may(self.context.shop, Right.SCHEDULE):
            self._check_many(list(self.table.selected_ids()))
        elif self.ways.channel() in (Channel.SMS, Channel.POST):
            self._tick(list(self.table.selected_ids()))

    def _tick(self, ids: list[int]) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: contacts.done_many(shop, ids),
            said=lambda ticked: _("已登记 {n} 项。").format(n=len(ticked)),
            undo=lambda ticked: self._undo(ticked),
        )

    def _papers(self) -> None:
        """The check-list or the progress sheet of the shown span."""
        from services.contact_papers import Length
        from ui.contacts.papers_box import PapersBox

        length = Length(self.shown) if self.shown in ("week", "month") else Length.DAY
        chosen = str(self.head.who.currentData() or "")
        actor = self.context.shop.actor
        if not chosen and actor is not None and not may(self.context.shop, Right.SCHEDULE):
            # A clerk prints what is theirs.
            chosen = f"group:{actor.group_id}" if actor.group_id else f"clerk:{actor.id}"
        PapersBox(self.context, self.head.people(), chosen, length, self).exec()

    def _calendar(self) -> None:
        """The shown week or month (else the week of today) for a phone's calendar."""
        first, last = self._span() if self.shown in ("week", "month") else week_of(self.context.today())
        path = self.context.ask_path(
            _("日历文件"), save=True, suggested=f"shuke-{first}.ics", kinds="iCalendar (*.ics)"
        )
        if not path:
            return
        shop, filters = self.context.shop, self.head.filters()
        self.context.write(
            partial(_calendar_job, shop, path, first, last, filters),
            said=lambda n: _("{n} 项联络已写成日历文件。").format(n=n),
        )


def _calendar_job(
    shop: Any, path: str, first: date, last: date, filters: Filters, _progress: Progress
) -> int:
    from services import icalendar

    return icalendar.write(shop, path, first, last, filters)
