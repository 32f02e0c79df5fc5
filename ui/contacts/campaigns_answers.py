"""What customers say to a campaign, by one key each; and the counter of an event: a card scanned is a guest that came."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.kinds import CampaignKind, CampaignReply, CampaignState
from services.campaigns.words import reply_words
from services.errors import ShopError
from services.words import _
from ui import theme
from ui.contacts import campaigns_jobs as jobs
from ui.context import Context
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

if TYPE_CHECKING:
    from services.campaigns.answers import Answered
    from services.campaigns.reading import Member

_KEYS = {CampaignReply.COMING: "1", CampaignReply.MAYBE: "2", CampaignReply.NO: "3"}


class AnswerBar(QWidget):
    """Three keys for the customer under the cursor; for an event the number of guests, and the line of the counter."""

    done = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.shown: jobs.Shown | None = None
        self.member: Member | None = None
        self.keys = {reply: KeyButton("", key, "", _("选中的客户这样说")) for reply, key in _KEYS.items()}
        self.guests = Line(_("同来几人"), code=True)
        self.guests.setPlaceholderText(_("同来几人"))
        self.guests.setToolTip(_("客户带几位朋友，不算本人"))
        self.guests.setFixedWidth(theme.px(96))
        self.card = Line(_("签到的卡号"), code=True)
        self.card.setPlaceholderText(_("签到：扫卡或输入卡号，Enter"))
        self.card.setToolTip(_("到场的客户：扫卡或输入卡号，Enter 记下；没有邀请的也可以"))
        self.card.setProperty("takes_scan", True)
        self.figures = label("", "muted", wrap=True)
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        for button in self.keys.values():
            line.addWidget(button)
        line.addWidget(self.guests)
        line.addWidget(self.card, 1)
        line.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addLayout(line)
        column.addWidget(self.figures)
        column.addWidget(self.wrong)
        for reply, button in self.keys.items():
            button.clicked.connect(partial(self.say, reply))
        self.card.entered.connect(self.attend)
        self.card.textEdited.connect(lambda _text: self.wrong.hide())

    def show_campaign(self, found: jobs.Shown | None) -> None:
        self.shown = found
        one = found.campaign if found else None
        event = one is not None and one.kind is CampaignKind.EVENT
        self.setVisible(one is not None and one.released)
        self.wrong.hide()
        for reply, button in self.keys.items():
            button.tell(
                reply_words(reply, one.kind if one else CampaignKind.PROMOTION), _("选中的客户这样说")
            )
        self.guests.setVisible(event)
        today = self.context.today() if self.context.signed_in else None
        here = (
            one is not None and today is not None and one.state is CampaignState.RUNNING and today <= one.last
        )
        self.card.setVisible(event and here)
        self.figures.setVisible(event)
        if found is not None and event:
            sums = found.attendance
            self.figures.setText(
                _("来 {coming}（连同来的 {expected} 人），可能来 {maybe}，不来 {no}；到场 {came} 位，同来 {guests} 人，没邀请的 {walk} 位").format(
                    coming=sums.coming, expected=sums.expected, maybe=sums.maybe, no=sums.declined,
                    came=sums.came, guests=sums.came_guests, walk=sums.walk_ins,
                )
            )  # fmt: skip

    def show_member(self, member: Member | None) -> None:
        self.member = member
        for button in self.keys.values():
            button.setEnabled(member is not None)

    def say(self, reply: CampaignReply) -> None:
        """The customer under the cursor said this."""
        if self.shown is None or self.member is None:
            return
        guests = self._guests()
        if guests is None:
            return
        member = self.member
        words = reply_words(reply, self.shown.campaign.kind)
        job = partial(
            jobs.answer, self.context.shop, self.shown.campaign.id, member.customer_id, reply, guests, ""
        )
        self._write(job, _("{name}：{words}").format(name=member.name, words=words))

    def attend(self) -> None:
        """The holder of the card came."""
        if self.shown is None or not self.card.text().strip():
            return
        guests = self._guests()
        if guests is not None:
            job = partial(jobs.attend, self.context.shop, self.shown.campaign.id, self.card.text(), guests)
            self._write(job, "")

    def _guests(self) -> int | None:
        """The typed number; None with the mistake told."""
        words = self.guests.text().strip() if self.guests.isVisibleTo(self) else ""
        if words and not words.isdigit():
            self._say_wrong(_("“{value}”不是整数。").format(value=words))
            return None
        return int(words or 0)

    def _write(self, job: Any, said: str) -> None:
        def words(done: Answered) -> str:
            if said:
                return said
            kind = "" if done.invited else _("（没有邀请的）")
            return _("{name} 到了{kind}。").format(name=done.name, kind=kind)

        self.context.write(job, self._kept, said=words, undo=self._undo, on_error=self._no)

    def _kept(self, _done: Answered) -> None:
        at_the_counter = self.card.hasFocus()
        self.card.clear()
        self.guests.clear()
        self.wrong.hide()
        if not at_the_counter:
            self.done.emit()

    def _undo(self, done: Answered) -> None:
        self.context.write(partial(jobs.put_back, self.context.shop, done), said=_("已撤销。"))

    def _no(self, error: Exception) -> None:
        if isinstance(error, ShopError):
            self._say_wrong(str(error))
            self.card.selectAll()
        else:
            self.context.show_error(error)

    def _say_wrong(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.show()
