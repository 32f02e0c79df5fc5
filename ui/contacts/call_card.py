"""The call card: who, why, what was said last, words to say, and one big key for each outcome."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from models.kinds import Channel
from services import contact_rhythm, formats
from services.contact_lists import ContactRow, PastRow
from services.contact_words import channel_words, state_words, topic_words
from services.contacts import NOTE_MAX, Outcome
from services.customer_due import Due
from services.words import N_, _
from ui import theme
from ui.contacts.outcome_keys import OutcomeKeys
from ui.customers.ask_row import AskRow
from ui.lazy_table import copy_text
from ui.widgets.badge import Badge
from ui.widgets.card import Card, label, scrolled
from ui.widgets.empty import EmptyState
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

_DONE_WORDS = {
    Channel.PHONE: N_("接通"),
    Channel.SMS: N_("已发送"),
    Channel.POST: N_("已寄出"),
    Channel.VISIT: N_("见到了"),
    Channel.SHOP: N_("谈过了"),
}


class CallCard(QWidget):
    """Shows one contact. It only asks; the tab does the work."""

    outcome = Signal(object, str)
    """An Outcome, and the note."""
    postpone_wanted = Signal(int)
    """Move by so many days; 0 asks for the day."""
    opt_out_wanted = Signal()
    phone_wanted = Signal()
    customer_wanted = Signal(int)
    check_wanted = Signal(bool)
    undo_wanted = Signal()
    talk_wanted = Signal()
    copied = Signal()
    next_wanted = Signal()
    answered = Signal(object, str)
    """The question (a `Due`) and what the customer said."""
    put_off = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: ContactRow | None = None
        self.inside = QWidget()
        self._column = QVBoxLayout(self.inside)
        self._column.setContentsMargins(0, 0, theme.px(4), 0)
        self._column.setSpacing(theme.px(12))
        self._build_who()
        self._build_words()
        self._build_question()
        self._build_past()
        self._column.addStretch()
        self.area = scrolled(self.inside)
        self.area.setAccessibleName(_("联络卡片"))
        self.keys = self._build_keys()
        self.empty = EmptyState(picture="phone")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(12))
        layout.addWidget(self.area, 1)
        layout.addWidget(self.keys)
        layout.addWidget(self.empty, 1)
        self.show_row(None)

    # ---- building

    def _build_who(self) -> None:
        card = Card()
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        self.name = label("", "title", selectable=True)
        self.grade = Badge()
        self.card_no = label("", "muted", selectable=True)
        self.open_page = KeyButton(_("客户页"), "Return", "flat", _("打开这位客户的资料"), "user")
        self.open_page.setShortcut("")  # Enter in the list does it
        self.open_page.setText(_("客户页") + "  Enter")
        self.open_page.clicked.connect(self._open_page)
        self.talk = KeyButton(_("记一笔"), "M", "flat", _("记下没有安排的联络：来电、店里的谈话"), "note")
        self.talk.clicked.connect(self.talk_wanted)
        for widget in (self.name, self.grade, self.card_no):
            head.addWidget(widget)
        head.addStretch()
        head.addWidget(self.talk)
        head.addWidget(self.open_page)
        card.body.addLayout(head)
        line = QHBoxLayout()
        line.setSpacing(theme.px(12))
        self.channel = Badge()
        self.phone = label("", "heading", selectable=True)
        self.reveal = KeyButton(_("显示号码"), "V", "", _("显示完整号码；每次查看都有记录"), "phone")
        self.reveal.clicked.connect(self.phone_wanted)
        self.doubtful = Badge()
        self.prefers = label("", "muted")
        for part in (self.channel, self.phone, self.reveal, self.doubtful, self.prefers):
            line.addWidget(part)
        line.addStretch()
        card.body.addLayout(line)
        self.gift = self._strip("gift")
        card.body.addWidget(self.gift)
        self.about = label("", "muted", wrap=True, selectable=True)
        card.body.addWidget(self.about)
        self.cycle = QProgressBar()
        self.cycle.setRange(0, 100)
        self.cycle.setTextVisible(False)
        self.cycle.setFixedSize(theme.px(120), theme.px(6))
        self.cycle.setAccessibleName(_("联络周期"))
        self.cycle_words = label("", "muted", wrap=True)
        cycle = QHBoxLayout()
        cycle.setSpacing(theme.px(8))
        cycle.addWidget(self.cycle)
        cycle.addWidget(self.cycle_words, 1)
        card.body.addLayout(cycle)
        self.why = label("", "section", wrap=True, selectable=True)
        self.why_more = label("", "muted", wrap=True, selectable=True)
        card.body.addWidget(self.why)
        card.body.addWidget(self.why_more)
        self._column.addWidget(card)

    def _strip(self, picture: str) -> QFrame:
        """A tinted line for what must not be forgotten."""
        strip = QFrame()
        strip.setObjectName("card")
        strip.setProperty("tone", "warn")
        row = QHBoxLayout(strip)
        row.setContentsMargins(theme.px(8), theme.px(4), theme.px(8), theme.px(4))
        icon = QLabel()
        icon.setPixmap(theme.pixmap(picture, "warn", 18))
        self.gift_words = label("", "warn", wrap=True)
        row.addWidget(icon)
        row.addWidget(self.gift_words, 1)
        return strip

    def _build_words(self) -> None:
        card = Card(_("可以这样说"), "accent")
        self.copy = KeyButton(_("复制"), "C", "flat", _("复制这段话，可以粘贴到短信里"))
        self.copy.clicked.connect(self._copy)
        card.top.addWidget(self.copy)
        self.words = label("", wrap=True, selectable=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.only_promotion = label(_("⚠ 最近几次都是促销内容，这次聊点别的。"), "warn", wrap=True)
        card.body.addWidget(self.words)
        card.body.addWidget(self.only_promotion)
        self.words_card = card
        self._column.addWidget(card)

    def _build_question(self) -> None:
        """One question a call, answered in a line beside it."""
        self.question_card = Card()
        self.question: AskRow | None = None
        self.question_card.hide()
        self._column.addWidget(self.question_card)

    def _build_past(self) -> None:
        card = Card(_("最近三次联络"))
        self.past = QGridLayout()
        self.past.setHorizontalSpacing(theme.px(12))
        self.past.setVerticalSpacing(theme.px(4))
        self.past.setColumnStretch(2, 1)
        card.body.addLayout(self.past)
        self._column.addWidget(card)

    def _build_keys(self) -> QWidget:
        area = QWidget()
        column = QVBoxLayout(area)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.note = Line(_("备注"))
        self.note.setMaxLength(NOTE_MAX)
        self.note.setPlaceholderText(_("备注：客户说了什么（N 键写备注，写完按 Enter，再按结果键）"))
        column.addWidget(self.note)
        self.reached = KeyButton("", "1", "primary", _("联络上了，这项完成"))
        self.no_answer = KeyButton(_("无人接"), "2", "", _("明天再打，共试三次"))
        self.later = KeyButton(_("改期"), "3", "", _("换一天再联络"))
        self.wrong = KeyButton(_("号码错"), "4", "", _("标记号码待核实，不再拨打"))
        self.refused = KeyButton(_("拒绝"), "5", "", _("客户不愿联络；可以同时退订"))
        self.next = KeyButton(_("约下次"), "6", "", _("联络上了，并约好下次哪一天、什么事"))
        self.outcomes = OutcomeKeys(
            (self.reached, self.next, self.no_answer, self.later, self.wrong, self.refused)
        )
        column.addWidget(self.outcomes)
        self.next.clicked.connect(self.next_wanted)
        self.reached.clicked.connect(lambda: self._say(Outcome.REACHED))
        self.no_answer.clicked.connect(lambda: self._say(Outcome.NO_ANSWER))
        self.wrong.clicked.connect(lambda: self._say(Outcome.WRONG_NUMBER))
        self.later.clicked.connect(self._ask_later)
        self.refused.clicked.connect(self._ask_refused)
        closed = QHBoxLayout()
        self.closed = label("", "muted", wrap=True)
        self.check = KeyButton(_("店长已检查"), "K", "", _("店长检查沟通的执行情况"))
        self.check.setCheckable(True)
        self.check.clicked.connect(lambda on: self.check_wanted.emit(on))
        self.undo = KeyButton(_("撤销这次结果"), "", "", _("回到待联络"), "undo")
        self.undo.clicked.connect(self.undo_wanted)
        closed.addWidget(self.closed, 1)
        closed.addWidget(self.check)
        closed.addWidget(self.undo)
        column.addLayout(closed)
        return area

    # ---- showing

    def show_row(self, row: ContactRow | None, *, may_check: bool = False) -> None:
        """Another contact, or none. The note is kept while the same contact is shown again."""
        if row is None or self.row is None or row.id != self.row.id:
            self.note.clear()
            self.show_past([])
            self.show_question(None)
        self.row = row
        shown = row is not None
        self.area.setVisible(shown)
        self.keys.setVisible(shown)
        self.empty.setVisible(not shown)
        if row is None:
            return
        self._show_who(row)
        self.words.setText(row.text)
        self.words_card.setVisible(row.open)
        self.words_card.title.setText(_("可以这样写") if row.channel is Channel.SMS else _("可以这样说"))
        self.only_promotion.setVisible(row.only_promotion)
        self._show_keys(row, may_check)

    def _show_who(self, row: ContactRow) -> None:
        self.name.setText(row.name)
        lost = row.customer_state == "lost"
        words = _("流失") if lost else _("{grade} 级").format(grade=row.grade.value)
        self.grade.tell(words, theme.grade_badge(row.grade.value, row.customer_state))
        self.card_no.setText(row.card_no)
        self.channel.tell(channel_words(row.channel), "accent")
        self.show_phone(row.phone)
        self.doubtful.tell(_("号码待核实") if row.doubtful else "", "bad")
        prefers = _("习惯时间：{time}").format(time=row.preferred_time) if row.preferred_time else ""
        self.prefers.setText(prefers)
        self.gift.setVisible(bool(row.gift))
        self.gift_words.setText(_("礼品待领：{gift}").format(gift=row.gift))
        self.about.setText(row.about)
        self.about.setVisible(bool(row.about))
        self._show_cycle(row)
        self.why.setText(row.why.here)
        more = _("；").join(part for part in (row.why.today, row.why.me) if part)
        self.why_more.setText(more)
        self.why_more.setVisible(bool(more))

    def _show_cycle(self, row: ContactRow) -> None:
        """How long ago the last contact was, against the cycle: a calm bar and the words."""
        known = row.rhythm is not None
        self.cycle.setVisible(known)
        self.cycle_words.setVisible(known)
        if row.rhythm is not None:
            words = contact_rhythm.words(row.rhythm)
            self.cycle.setValue(row.rhythm.percent)
            self.cycle.setToolTip(words)
            self.cycle.setAccessibleDescription(words)
            self.cycle_words.setText(words)
            theme.kind(self.cycle_words, "warn" if row.rhythm.over else "muted")

    def show_phone(self, words: str) -> None:
        """The number as this person may see it; opened, the key goes."""
        self.phone.setText(_spaced(words) if words else _("没有电话"))
        self.reveal.setVisible("*" in words)

    def _show_keys(self, row: ContactRow, may_check: bool) -> None:
        phone = row.channel in (Channel.PHONE, Channel.VISIT)
        self.reached.tell(_(_DONE_WORDS[row.channel]), _("这项完成"))
        for button in (self.reached, self.later, self.refused):
            button.setVisible(row.open)
        self.next.setVisible(row.open and phone)
        self.no_answer.setVisible(row.open and phone)
        self.wrong.setVisible(row.open and row.channel in (Channel.PHONE, Channel.SMS))
        self.refused.setVisible(row.open and row.channel is not Channel.POST)
        self.note.setVisible(row.open)
        self.outcomes.suit()
        self.outcomes.setVisible(row.open)
        # Nothing of the card is cut at a large font: the list beside it has a bar to scroll.
        self.area.setMinimumWidth(min(self.inside.minimumSizeHint().width() + theme.px(16), theme.px(600)))
        state = state_words(row.state, row.state_reason)
        when = formats.day(row.done_on)
        parts = [state, when, row.done_by, row.note]
        if row.checked:
            parts.append(
                _("已检查：{name} {day}").format(name=row.checked_by, day=formats.day(row.checked_on))
            )
        self.closed.setText("　".join(part for part in parts if part))
        self.closed.setVisible(not row.open)
        self.undo.setVisible(not row.open and row.state.value != "expired")
        self.check.setVisible(not row.open and may_check and row.state.value != "expired")
        self.check.setChecked(row.checked)

    def show_question(self, due: Due | None) -> None:
        """What to ask in this call; None takes it away. What is half typed to the same question stays."""
        typed = ""
        if self.question is not None:
            if due is not None and self.question.due == due and self.question.line is not None:
                typed = self.question.line.text()
            self.question_card.body.removeWidget(self.question)
            self.question.deleteLater()
            self.question = None
        self.question_card.setVisible(due is not None and self.row is not None)
        if due is None:
            return
        self.question = AskRow(due, "Q", typed)
        self.question.answered.connect(self.answered)
        self.question.put_off.connect(self.put_off)
        self.question.opened.connect(lambda _due: self._open_page())
        self.question_card.body.addWidget(self.question)

    def show_past(self, rows: Sequence[PastRow]) -> None:
        """The last contacts, the newest first."""
        while (item := self.past.takeAt(0)) is not None:
            item.widget().deleteLater()
        if not rows:
            self.past.addWidget(label(_("还没有联络记录。"), "muted"), 0, 0, 1, 3)
        for number, row in enumerate(rows):
            topics = _("、").join(topic_words(topic) for topic in row.topics)
            way = channel_words(row.channel) + (_("（来电）") if row.incoming else "")
            result = "" if row.state.value == "done" else state_words(row.state, row.state_reason)
            said = _("；").join(part for part in (topics, result, row.note, row.by) if part)
            self.past.addWidget(label(formats.day(row.day), "muted"), number, 0, Qt.AlignmentFlag.AlignTop)
            self.past.addWidget(label(way, "muted"), number, 1, Qt.AlignmentFlag.AlignTop)
            self.past.addWidget(label(said, wrap=True, selectable=True), number, 2)

    # ---- asking

    def _say(self, outcome: Outcome) -> None:
        if self.row is not None and self.row.open:
            self.outcome.emit(outcome, self.note.text())

    def _ask_later(self) -> None:
        menu = QMenu(self)
        choices = ((_("明天"), 1), (_("后天"), 2), (_("三天后"), 3), (_("一周后"), 7), (_("两周后"), 14))
        for number, (words, days) in enumerate(choices, 1):
            menu.addAction(f"&{number}  {words}", partial(self.postpone_wanted.emit, days))
        menu.addSeparator()
        menu.addAction(_("&D  选日期…"), partial(self.postpone_wanted.emit, 0))
        self._popup(menu, self.later)

    def _ask_refused(self) -> None:
        menu = QMenu(self)
        menu.addAction(_("&1  这次不愿联络"), partial(self._say, Outcome.REFUSED))
        menu.addAction(_("&2  以后都不要打电话发短信（立即退订）"), self.opt_out_wanted.emit)
        self._popup(menu, self.refused)

    def _popup(self, menu: QMenu, button: QWidget) -> None:
        """Above its button, with the first line chosen, so that arrows and Enter work at once."""
        menu.setActiveAction(menu.actions()[0])
        menu.popup(button.mapToGlobal(button.rect().topLeft()) - menu.rect().topLeft())
        corner = button.mapToGlobal(button.rect().topLeft())
        corner.setY(corner.y() - menu.sizeHint().height() - theme.px(4))
        menu.move(corner)

    def _open_page(self) -> None:
        if self.row is not None:
            self.customer_wanted.emit(self.row.customer_id)

    def _copy(self) -> None:
        if self.row is not None:
            copy_text(self.row.text)
            self.copied.emit()


def _spaced(phone: str) -> str:
    """138 1234 5678: easier to dial."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}" if len(phone) == 11 else phone
