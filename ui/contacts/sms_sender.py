"""The sending in the background, one for the whole window: it goes on while people work, and says how it ended."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from services.rights import Right, may
from ui.contacts import sms_jobs
from ui.context import Context

if TYPE_CHECKING:
    from services.sms.collecting import Collected
    from services.sms.sending import Sent
    from ui.tasks import Task

FIRST_LOOK = 15_000
"""Milliseconds after the window opened: what came in over night is fetched soon, but not before people can work."""


class Sender(QObject):
    """Sends, fetches, and tells whoever looks on. `of(context)` is the same one for all."""

    changed = Signal()
    """The progress, or whether anything is under way."""
    ended = Signal()
    """A sending or a fetching came to its end."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.context = context
        self.batch_id = 0
        """The batch that is being sent; 0: none."""
        self.done = self.total = 0
        self.stopping = False
        self.fetching = False
        self.trouble = ""
        """Why the last one could not even begin."""
        self._told = ""
        """What waits for a person, as it was said last: once is enough."""
        self._task: Task | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)

    @staticmethod
    def of(context: Context) -> Sender:
        """The one of this window."""
        found = context.findChild(Sender)
        return found if isinstance(found, Sender) else Sender(context)

    @property
    def busy(self) -> bool:
        return bool(self.batch_id) or self.fetching

    def send(self, batch_id: int, again: bool) -> None:
        """Begins, or goes on, in the background."""
        if self.busy:
            return
        self.batch_id, self.done, self.total, self.stopping, self.trouble = batch_id, 0, 0, False, ""
        # Not on the write line: saving a sale must not wait for a thousand messages.
        self._task = self.context.read(
            partial(sms_jobs.send, self.context.shop, batch_id, again),
            self._sent,
            on_error=self._failed,
            on_progress=self._tell,
            on_stopped=self._stopped,
        )
        self.changed.emit()

    def pause(self) -> None:
        """What is on its way is waited for; the rest stays queued."""
        if self._task is not None and self.batch_id:
            self.stopping = True
            self._task.stop()
            self.changed.emit()

    def fetch(self, *, quietly: bool = False) -> None:
        """Reports and replies. `quietly`: without a word where nothing came, or the line is down."""
        if self.busy:
            return
        self.fetching, self.trouble = True, ""
        self._task = self.context.read(
            partial(sms_jobs.collect, self.context.shop),
            partial(self._fetched, quietly),
            on_error=partial(self._not_fetched, quietly),
            on_stopped=self._stopped,
        )
        self.changed.emit()

    def keep_fetching(self) -> None:
        """From now on every few minutes, where a gateway is set up: a refusal counts as soon as it is here."""
        self._timer.start(FIRST_LOOK)

    def _look(self) -> None:
        shop = self.context.shop if self.context.has_shop else None
        if shop is None:
            return
        self._timer.setInterval(shop.policy.sms.collect_minutes * 60_000)
        if self.context.signed_in and may(shop, Right.CONTACT) and sms_jobs.has_gateway(shop):
            self.fetch(quietly=True)

    # ---- answers

    def _tell(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        self.changed.emit()

    def _sent(self, done: Sent) -> None:
        from services.sms.words import sent_words

        tone = "warn" if done.halt or done.batch.unknown else "done"
        self._over()
        self.context.say(sent_words(done), tone=tone)
        self.context.changed.emit()

    def _failed(self, error: Exception) -> None:
        self.trouble = _explained(error)
        self._over()
        if not self.trouble:
            self.context.show_error(error)
            return
        self.context.say(self.trouble, tone="bad")

    def _stopped(self) -> None:
        self._over()

    def _fetched(self, quietly: bool, got: Collected) -> None:
        from services.sms.words import collected_words, left_words

        self._over()
        left = left_words(got)
        if got.reports or got.replies or not quietly:
            self.context.say(collected_words(got), tone="warn" if left else "info")
        elif left and left != self._told:
            self.context.say(left, tone="warn")
        self._told = left
        if got.reports or got.replies:
            self.context.changed.emit()

    def _not_fetched(self, quietly: bool, error: Exception) -> None:
        words = _explained(error)
        self.trouble = "" if quietly else words
        self._over()
        if quietly and words:
            return
        if not self.trouble:
            self.context.show_error(error)
            return
        self.context.say(self.trouble, tone="bad")

    def _over(self) -> None:
        self.batch_id, self.fetching, self.stopping, self._task = 0, False, False, None
        self.changed.emit()
        self.ended.emit()


def _explained(error: Exception) -> str:
    """Why it did not work, as a sentence; empty for a fault of the program."""
    from services.faults import explain

    return str(explain(error) or "")


def keep_fetching(context: Context) -> None:
    """Called once when a window opens."""
    Sender.of(context).keep_fetching()
