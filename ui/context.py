"""What every tab is given: the shop as the person at the counter sees it, the task lines, and the status line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from services import settings as pc_settings
from services.errors import Refused, Unavailable
from services.settings import Settings
from ui.tasks import Job, T, Task, Tasks

if TYPE_CHECKING:
    from services.shop import Shop


@dataclass(frozen=True)
class Said:
    """One sentence for the status line. `tone`: done, info, warn or bad."""

    text: str
    tone: str = "done"
    undo: Callable[[], None] | None = None


class Context(QObject):
    """Shared by all tabs of one window. Tabs keep a reference and read `context.shop` anew for every job."""

    shop_changed = Signal()
    """Another person signed in, or the policy changed: rights and `shop` are new."""
    changed = Signal()
    """Something was written: visible tabs reload, hidden ones when they are shown."""
    said = Signal(object)
    """A `Said` for the status line."""
    customer_wanted = Signal(int)
    """Somebody wants to see this customer's page."""
    tab_wanted = Signal(str)
    """`customers`, `gifts` or `contacts` should come to the front."""
    appearance_changed = Signal()
    """Theme or font size changed: custom painting repaints."""

    def __init__(
        self,
        shop: Shop | None = None,
        settings: Settings | None = None,
        parent: QObject | None = None,
        *,
        url: str = "",
        opener: Callable[[], Shop] | None = None,
    ) -> None:
        """`opener` opens the books behind `url` when they are first needed: after the first paint."""
        super().__init__(parent)
        self._shop = shop
        self._opener = opener
        self.url = url or (shop.url if shop else "")
        self.settings = settings or Settings()
        self.tasks = Tasks(on_error=self.show_error, on_thread_end=_close_connection, parent=self)
        self.tasks.changed.connect(self.changed)
        self._undo: Callable[[], None] | None = None

    # ---- the shop

    @property
    def shop(self) -> Shop:
        """The shop with the person now at work. Frozen; take it fresh for every job."""
        if self._shop is None:
            assert self._opener is not None, "no books are open"
            self._shop = self._opener()
        return self._shop

    @property
    def has_shop(self) -> bool:
        """The books are open already."""
        return self._shop is not None

    @property
    def signed_in(self) -> bool:
        return self._shop is not None and getattr(self._shop, "actor", None) is not None

    def use_shop(self, shop: Shop) -> None:
        """Another person is at work, or the policy changed. The last undo belonged to the former person."""
        self._shop = shop
        self._undo = None
        self.shop_changed.emit()

    def today(self) -> date:
        return self.shop.today()

    # ---- work

    def read(self, job: Job[T], on_done: Callable[[T], None] | None = None, **more: Any) -> Task:
        """Short for `tasks.read`: `context.read(lambda progress: customers.card(context.shop, 7), self._show)`."""
        return self.tasks.read(job, on_done, **more)

    def write(
        self,
        job: Job[T],
        on_done: Callable[[T], None] | None = None,
        *,
        said: str | Callable[[T], str] = "",
        undo: Callable[[T], None] | None = None,
        **more: Any,
    ) -> Task:
        """`tasks.write`, and afterwards a sentence in the status line.

        `said` is the sentence or makes it from the answer; `undo(answer)` is what Ctrl+Z does (start another write).
        """

        def done(answer: T) -> None:
            if said:
                back = (lambda: undo(answer)) if undo else None
                self.say(said(answer) if callable(said) else said, back)
            if on_done:
                Tasks._call(on_done, answer)

        return self.tasks.write(job, done, **more)

    # ---- words for the person

    def say(self, message: str, undo: Callable[[], None] | None = None, tone: str = "done") -> None:
        """One line in the status bar. With `undo`, Ctrl+Z (and the link in the line) runs it, once."""
        from services import files

        if undo or tone == "done":
            self._undo = undo
            message = " ".join((message, *files.elsewhere()))
        self.said.emit(Said(message, tone, undo))

    def undo_last(self) -> None:
        """Ctrl+Z: runs the undo of the last sentence, if it has one."""
        undo, self._undo = self._undo, None
        if undo:
            undo()

    def show_error(self, error: Exception) -> None:
        """Says no in the right loudness.

        Refused: its sentence in the status line. Unavailable: a message with what to do. Anything else is our bug:
        a dialog with a report to copy, and a line in the log.
        """
        if isinstance(error, Refused):
            self.say(str(error), tone="bad")
            return
        from services.faults import explain
        from ui import dialogs

        sentence = explain(error)
        if sentence is not None:
            dialogs.tell(self._window(), str(sentence), tone="bad")
        else:
            dialogs.report_bug(self._window(), error)

    def _window(self) -> QWidget | None:
        from PySide6.QtWidgets import QApplication

        return QApplication.activeWindow()

    # ---- moving about

    def open_customer(self, customer_id: int) -> None:
        """Shows this customer's page in the tab 客户."""
        self.customer_wanted.emit(customer_id)

    def open_tab(self, name: str) -> None:
        """Brings `customers`, `gifts` or `contacts` to the front."""
        self.tab_wanted.emit(name)

    def ask_path(self, title: str, *, save: bool = False, suggested: str = "", kinds: str = "") -> str:
        """Asks for a file; empty when the person changed their mind. `kinds`: `Excel (*.xlsx);;CSV (*.csv)`."""
        from ui import dialogs

        return dialogs.ask_path(self._window(), title, save=save, suggested=suggested, kinds=kinds)

    # ---- this PC

    def change_settings(self, **what: Any) -> None:
        """Remembers something about this PC (theme, font size, hidden columns …)."""
        self.settings = self.settings.changed(**what)
        try:
            pc_settings.save(self.settings)
        except Unavailable as error:
            self.say(str(error), tone="warn")

    def close(self) -> None:
        """Ends both task lines; what is being written is finished first."""
        self.tasks.shutdown()


def _close_connection() -> None:
    """Runs in each worker thread as it ends."""
    from services import start

    start.close_books()
