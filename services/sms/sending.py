"""A batch through the gateway: claimed bit by bit, put on the wire, answered, reported; paused and taken up again.

The order that makes a crash harmless: the books say "handed over" and are committed, then the part goes over the wire,
then the answer is committed. Whoever is killed in between leaves parts without an answer; the next one to come makes
them unknown, and a person says what to do.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from models import database
from models.kinds import BatchState
from services import journal
from services.errors import Refused
from services.progress import Cancelled, Progress, silent
from services.rights import Right, require
from services.shop import Shop
from services.sms import account as accounts
from services.sms import parts, replies
from services.sms.account import Account
from services.sms.batches import wrong_state
from services.sms.gateway import (
    Accepted,
    Declined,
    Event,
    Gateway,
    Halt,
    LinkLost,
    No,
    NoEntry,
    Piece,
    Reply,
    Report,
)
from services.sms.handing_over import restored_since
from services.sms.pace import Opener, Pace, Slots, opened, rest
from services.sms.reading import Batch, batch, exclusive
from services.sms.turn import PATIENCE, turn

_DRAIN = 5.0
"""Seconds for which the answers are waited for after somebody pressed pause."""
_TURNED_AWAY = 8
"""How often in a row the provider may say "too fast" before the sending pauses."""


@dataclass(frozen=True)
class Sent:
    """How far one sending came."""

    batch: Batch
    halt: Halt | None
    why: str = ""
    """The provider's or the network's reason, as a sentence."""
    dropped: int = 0
    refused: int = 0
    """Replies that refused further messages."""


def send(
    shop: Shop,
    batch_id: int,
    *,
    again: bool = False,
    progress: Progress = silent,
    opener: Opener | None = None,
    pace: Pace | None = None,
) -> Sent:
    """Sends a reviewed batch; `again`: goes on with one that stopped on the way. Raises Refused, Unavailable.

    `progress` counts messages; pause (Cancelled out of it) ends the sending tidily: what is on its way is waited for,
    the rest stays queued. Nothing is sent in the quiet hours; what is left then waits until somebody goes on.
    """
    require(shop, Right.SCHEDULE)
    account = accounts.needed(shop)
    with turn(shop, PATIENCE):
        _may_begin(shop, batch_id, again)
        parts.recover(shop)
        run = _Run(shop, batch_id, account, pace or Pace.of(account, shop.policy.sms), progress, opener)
        try:
            run.connect()
        except Cancelled:
            return Sent(batch(shop, batch_id), Halt.STOPPED)
        # Only now: a wrong password leaves the batch as it was.
        _begin(shop, batch_id, again)
        return run.go()


def _may_begin(shop: Shop, batch_id: int, again: bool) -> None:
    state = database.value_of("SELECT state FROM sms_batch WHERE id = ?", (batch_id,))
    if state == BatchState.SENDING and not again:
        left = database.value_of(
            "SELECT COUNT(*) FROM sms_message WHERE batch_id = ? AND state = 'queued'", (batch_id,)
        )
        raise Refused(
            "第 {id} 批发到一半停下了，还有 {n} 条没发。确认要接着发，请选“继续发送”。", id=batch_id, n=left
        )
    if state not in (BatchState.REVIEWED, BatchState.SENDING):
        raise wrong_state(batch_id)
    if restored_since(batch_id):
        raise Refused(
            "第 {id} 批之后恢复过备份，它可能已经发过。请先问清楚平台，再取消这一批，重新准备。", id=batch_id
        )
    if parts.quiet_now(shop):
        raise quiet(shop)


def quiet(shop: Shop) -> Refused:
    """Why nothing is sent at this hour."""
    contacts, sms = shop.policy.contacts, shop.policy.sms
    return Refused(
        "现在是不打扰的时段（{start} 至次日 {end}；运营商只许 {first}–{last}），不发短信。到了时间再按发送。",
        **{"start": contacts.quiet_from, "end": contacts.quiet_to},
        **{"first": sms.never_before, "last": sms.never_after},
    )


def _begin(shop: Shop, batch_id: int, again: bool) -> None:
    with database.database.atomic():
        exclusive()
        state = BatchState.SENDING if again else BatchState.REVIEWED
        moment = database.moment_value(shop.clock.now())
        changed = database.execute(
            "UPDATE sms_batch SET state = 'sending', way = 'gateway', exported_by_id = COALESCE(exported_by_id, ?),"
            " exported_on = COALESCE(exported_on, ?), exported_at = COALESCE(exported_at, ?)"
            " WHERE id = ? AND state = ?",
            (shop.who, shop.today(), moment, batch_id, state.value),
        )
        if not changed and not again:
            raise wrong_state(batch_id)
        act = "sms.sending_resumed" if again else "sms.sending_begun"
        journal.note(shop, act, "sms_batch", batch_id)


class _Run:
    """One sending, from the first part to the last answer."""

    def __init__(
        self,
        shop: Shop,
        batch_id: int,
        account: Account,
        pace: Pace,
        progress: Progress,
        opener: Opener | None,
    ) -> None:
        self.shop, self.batch_id, self.account, self.pace = shop, batch_id, account, pace
        self.progress, self.opener = progress, opener
        self.gateway: Gateway | None = None
        self.slots = Slots(pace.per_second)
        self.pieces: list[Piece] = []
        """Claimed, and not on the wire yet."""
        self.waiting: dict[int, tuple[Piece, float]] = {}
        """On the wire without an answer, with the moment after which nobody waits any more."""
        self.turned_away = 0
        self.halt: Halt | None = None
        self.why = ""
        self.empty = False
        self.dropped = self.refused = self.done = 0
        self.total = self._left()
        self.resting = 0.0

    def _left(self) -> int:
        sql = "SELECT COUNT(*) FROM sms_message WHERE batch_id = ? AND state = 'queued'"
        return int(database.value_of(sql, (self.batch_id,)) or 0)

    def connect(self) -> None:
        """Raises NoEntry, LinkLost, Cancelled."""
        self.gateway = opened(self.account, self.shop.policy.sms, self.pace, self.progress, self.opener)

    def go(self) -> Sent:
        """Until nothing is left to hand over and no answer is owed."""
        until = float("inf")
        try:
            while not self._finished() and time.monotonic() < until:
                self._look_up()
                if self.halt is not None and until == float("inf"):
                    self._put_back_unsent()
                    until = time.monotonic() + min(self.pace.answer, _DRAIN)
                self._turn()
            self._wait_for_reports()
        finally:
            self._end()
        return Sent(batch(self.shop, self.batch_id), self.halt, self.why, self.dropped, self.refused)

    def _finished(self) -> bool:
        if self.waiting:
            return False
        return self.halt is not None or (self.empty and not self.pieces)

    def _look_up(self) -> None:
        """Has somebody pressed pause?"""
        try:
            self.progress(self.done, self.total)
        except Cancelled:
            self.halt = self.halt or Halt.STOPPED

    def _turn(self) -> None:
        """One round: claim, hand over, listen. A lost connection is opened again."""
        assert self.gateway is not None
        try:
            if self.halt is None:
                self._claim()
                self._submit()
            self._listen(self._patience())
        except LinkLost as lost:
            self._lost(lost)

    def _claim(self) -> None:
        assert self.gateway is not None
        room = self.gateway.room - len(self.waiting)
        if self.pieces or self.empty or room <= 0 or self.resting > time.monotonic():
            return
        # Not more than about a second's worth: what is claimed is unknown after a crash.
        most = max(1, min(room, int(self.pace.per_second)))
        got = parts.claim(self.shop, self.batch_id, most)
        self.dropped += got.dropped
        self.done = self.total - self._left()
        self.pieces = list(got.pieces)
        self.halt, self.empty = got.halt or self.halt, got.empty

    def _submit(self) -> None:
        assert self.gateway is not None
        while self.pieces and self.resting <= time.monotonic():
            if len(self.waiting) >= self.gateway.room or self.slots.left() > 0:
                return
            piece = self.pieces[0]
            self.slots.take()
            self.waiting[piece.id] = (piece, time.monotonic() + self.pace.answer)
            self.pieces.pop(0)
            self.gateway.submit(piece)

    def _patience(self) -> float:
        """How long to listen: until the next part may go, or the next answer is overdue."""
        now = time.monotonic()
        ends = [1.0]
        if self.waiting:
            ends.append(min(end for _piece, end in self.waiting.values()) - now)
        if self.halt is None:
            room = self.gateway is not None and len(self.waiting) < self.gateway.room
            if self.resting > now:
                ends.append(self.resting - now)
            elif room and self.pieces:
                ends.append(self.slots.left())
            elif room and not self.empty:
                ends.append(0.0)
        return max(min(ends), 0.0)

    def _listen(self, seconds: float) -> None:
        assert self.gateway is not None
        self._take(self.gateway.receive(seconds))
        now = time.monotonic()
        overdue = [number for number, (_piece, end) in self.waiting.items() if end <= now]
        if overdue:
            parts.not_known(self.shop, overdue)
            for number in overdue:
                del self.waiting[number]

    def _take(self, events: list[Event]) -> None:
        """Into the books first, then the provider may forget it."""
        assert self.gateway is not None
        said: list[Accepted | Declined | Report] = []
        for event in events:
            if isinstance(event, Declined) and self._held_back(event):
                continue
            if isinstance(event, Reply):
                self.refused += replies.take(self.shop, event)
            else:
                said.append(event)
        if said:
            parts.apply(self.shop, said)
        for one in said:
            if isinstance(one, (Accepted, Declined)):
                self.waiting.pop(one.id, None)
                self.turned_away = 0
        for event in events:
            if isinstance(event, (Report, Reply)):
                self.gateway.acknowledge(event)

    def _held_back(self, event: Declined) -> bool:
        """A part that was not taken through no fault of its own: it waits, or nothing of the batch would go."""
        if event.why not in (No.TOO_FAST, No.SENDER) or event.id not in self.waiting:
            return False
        piece, _end = self.waiting.pop(event.id)
        self.pieces.insert(0, piece)
        self.turned_away += 1
        self.resting = time.monotonic() + self.pace.wait(self.turned_away - 1)
        if event.why is No.SENDER:
            self.halt = self.halt or Halt.SENDER
        elif self.turned_away >= _TURNED_AWAY:
            self.halt = self.halt or Halt.TOO_FAST
        if self.halt is not None:
            self._put_back_unsent()
        return True

    def _put_back_unsent(self) -> None:
        parts.put_back(self.shop, [piece.id for piece in self.pieces])
        self.pieces = []

    def _lost(self, lost: LinkLost) -> None:
        """What was on the wire may have arrived; what was not goes on over a new connection."""
        parts.not_known(self.shop, list(self.waiting))
        self.waiting.clear()
        if self.halt is not None:
            return
        try:
            rest(self.pace.first_wait, self.progress, self.done, self.total)
            self.connect()
        except Cancelled:
            self.halt = Halt.STOPPED
        except (NoEntry, LinkLost) as why:
            self.halt = Halt.NO_ENTRY if isinstance(why, NoEntry) else Halt.LINK
            self.why = str(why)
        if self.halt is not None:
            self._put_back_unsent()

    def _wait_for_reports(self) -> None:
        """Most reports come within seconds; the others are fetched later."""
        until = time.monotonic() + self.pace.report
        while self.halt is None and time.monotonic() < until and parts.pending(self.shop, 1):
            self._look_up()
            try:
                self._listen(max(min(until - time.monotonic(), 0.5), 0.0))
            except LinkLost:
                return

    def _end(self) -> None:
        """However it ended: what is not answered is unknown, what was not sent waits, and the journal says how far it came."""
        parts.not_known(self.shop, list(self.waiting))
        self.waiting.clear()
        self._put_back_unsent()
        if self.gateway is not None:
            self.gateway.close()
        with database.database.atomic():
            now = batch(self.shop, self.batch_id)
            body = {
                "halt": self.halt.value if self.halt else "",
                **{"queued": now.queued, "waiting": now.waiting, "unknown": now.unknown},
                **{"delivered": now.delivered, "failed": now.failed, "dropped": now.dropped},
            }
            journal.note(self.shop, "sms.sending_ended", "sms_batch", self.batch_id, body=body)
