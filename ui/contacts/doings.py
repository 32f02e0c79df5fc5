"""What is done with the contact on the card, with those selected, and with the shown span."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from models.kinds import Channel
from services import contacts
from services.contacts import Outcome, Recorded
from services.progress import Progress
from services.rights import Right, may
from services.words import _
from ui.contacts.asking import NextBox
from ui.contacts.span_view import week_of

if TYPE_CHECKING:
    from services.contact_lists import Filters
    from ui.contacts.tab import ContactsTab


class Doings(QObject):
    """The acts of the tab: each one writes, says so, and can be taken back."""

    def __init__(self, tab: ContactsTab) -> None:
        super().__init__(tab)
        self.tab = tab
        self.context = tab.context

    def record(self, outcome: Outcome, note: str, until: date | None = None, opt_out: bool = False) -> None:
        row = self.tab.card.row
        if row is None or not row.open:
            return
        shop = self.context.shop
        self.tab.card.note.clear()
        self.context.write(
            lambda _progress: contacts.done(shop, row.id, outcome, note, until=until, opt_out=opt_out),
            said=Recorded.words,
            undo=lambda found: self.undo([found.id]),
        )
        self.tab.table.setFocus()

    def postpone(self, days: int) -> None:
        note = self.tab.card.note.text()
        today = self.context.today()
        day = today + timedelta(days=days) if days else self.ask_day()
        if day is not None:
            self.record(Outcome.POSTPONED, note, until=day)

    def ask_day(self) -> date | None:
        from services.errors import Refused
        from ui import dialogs
        from ui.form import day as read_day

        text = dialogs.ask_text(self.tab, _("改到哪一天"), _("如 11-25、明天、+3"), _("改期"))
        if text is None:
            return None
        try:
            return read_day(text, self.context.today())
        except Refused as error:
            self.context.show_error(error)
            return None

    def opt_out(self) -> None:
        self.record(Outcome.REFUSED, self.tab.card.note.text(), opt_out=True)

    def messages(self) -> None:
        from ui.contacts.sms_dialog import open_dialog

        open_dialog(self.context, self.tab)

    def talk(self) -> None:
        from ui.contacts.talk import open_dialog

        if self.tab.card.row is not None:
            open_dialog(self.context, self.tab.card.row.customer_id, self.tab.card.row.name, self.tab)

    def next(self) -> None:
        """6: reached, and the next contact agreed on."""
        row = self.tab.card.row
        if row is not None and row.open:
            box = NextBox(self.context, row.id, row.name, self.tab.card.note.text(), self.tab)
            if box.exec():
                self.tab.card.note.clear()
            self.tab.table.setFocus()

    def undo_shown(self) -> None:
        if self.tab.card.row is not None:
            self.undo([self.tab.card.row.id])

    def undo(self, ids: list[int]) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: contacts.undo_many(shop, ids), said=_("已撤销，回到待联络。"))

    def check_many(self, ids: list[int]) -> None:
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

    def check(self, ticked: bool) -> None:
        shop, row = self.context.shop, self.tab.card.row
        if row is not None:
            said = _("已记为检查过。") if ticked else _("已取消检查记号。")
            self.context.write(lambda _progress: contacts.check(shop, [row.id], ticked), said=said)

    def reveal(self) -> None:
        shop, row = self.context.shop, self.tab.card.row
        if row is not None:
            self.context.tasks.read(
                lambda _progress: contacts.reveal_phone(shop, row.customer_id),
                partial(self.show_phone, row.id),
            )

    def show_phone(self, contact_id: int, numbers: tuple[str, ...]) -> None:
        if self.tab.card.row is not None and self.tab.card.row.id == contact_id:
            self.tab.card.show_phone(numbers[0])

    def open_customer(self) -> None:
        if self.tab.card.row is not None:
            self.context.open_customer(self.tab.card.row.customer_id)

    def tell_many(self, n: int) -> None:
        """Messages and cards are ticked together; calls are made one by one."""
        together = n > 1 and self.tab.ways.channel() in (Channel.SMS, Channel.POST)
        checks = n > 1 and self.tab.shown == "done" and may(self.context.shop, Right.SCHEDULE)
        self.tab.many.setVisible(together or checks)
        if checks:
            self.tab.many.tell(_("选中的 {n} 项已检查").format(n=n), _("记下是谁、哪一天检查的"))
        elif together:
            self.tab.many.tell(_("选中的 {n} 项已完成").format(n=n))

    def tick_many(self) -> None:
        if self.tab.shown == "done" and may(self.context.shop, Right.SCHEDULE):
            self.check_many(list(self.tab.table.selected_ids()))
        elif self.tab.ways.channel() in (Channel.SMS, Channel.POST):
            self.tick(list(self.tab.table.selected_ids()))

    def tick(self, ids: list[int]) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: contacts.done_many(shop, ids),
            said=lambda ticked: _("已登记 {n} 项。").format(n=len(ticked)),
            undo=lambda ticked: self.undo(ticked),
        )

    def papers(self) -> None:
        """The check-list or the progress sheet of the shown span."""
        from services.contact_sheet import Length
        from ui.contacts.papers_box import PapersBox

        length = Length(self.tab.shown) if self.tab.shown in ("week", "month") else Length.DAY
        chosen = str(self.tab.head.who.currentData() or "")
        actor = self.context.shop.actor
        if not chosen and actor is not None and not may(self.context.shop, Right.SCHEDULE):
            # A clerk prints what is theirs.
            chosen = f"group:{actor.group_id}" if actor.group_id else f"clerk:{actor.id}"
        PapersBox(self.context, self.tab.head.people(), chosen, length, self.tab).exec()

    def calendar(self) -> None:
        """The shown week or month (else the week of today) for a phone's calendar."""
        first, last = (
            self.tab.weeks.span() if self.tab.shown in ("week", "month") else week_of(self.context.today())
        )
        path = self.context.ask_path(
            _("日历文件"), save=True, suggested=f"shuke-{first}.ics", kinds="iCalendar (*.ics)"
        )
        if not path:
            return
        shop, filters = self.context.shop, self.tab.head.filters()
        self.context.write(
            partial(_calendar_job, shop, path, first, last, filters),
            said=lambda n: _("{n} 项联络已写成日历文件。").format(n=n),
        )


def _calendar_job(
    shop: Any, path: str, first: date, last: date, filters: Filters, _progress: Progress
) -> int:
    from services import icalendar

    return icalendar.write(shop, path, first, last, filters)
