"""The read line and the write line off the UI thread: jobs in plain Python threads, answers by one signal."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from services.progress import Cancelled, Progress

T = TypeVar("T")
Job = Callable[[Progress], T]
"""A job takes `progress(done, total)`, calls it in its loop, and returns its answer. It runs in a worker thread."""

READERS = 2
REPORT_EVERY = 0.05
"""Seconds between two progress reports passed on: each report is an event for the window."""


class Task:
    """One job on its way. A plain object: a QObject per job crashes (see the design's traps)."""

    def __init__(self, job: Job[Any], writes: bool) -> None:
        self.job = job
        self.writes = writes
        self.on_done: Callable[[Any], None] | None = None
        self.on_error: Callable[[Exception], None] | None = None
        self.on_progress: Callable[[int, int], None] | None = None
        self.on_stopped: Callable[[], None] | None = None
        self.finished = False
        self._stop = threading.Event()
        self._dropped = False
        self._reported = 0.0

    def stop(self) -> None:
        """Stop was pressed: the job's next `progress` call raises Cancelled, which rolls its transaction back."""
        self._stop.set()

    def drop(self) -> None:
        """Nobody wants the answer any more (a newer search is on its way): stop, and call nobody back."""
        self._dropped = True
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()


class Line:
    """A queue with its threads, started when first needed. Each thread says goodbye to the database as it ends."""

    def __init__(self, name: str, threads: int, on_thread_end: Callable[[], None] | None) -> None:
        self._name, self._most = name, threads
        self._on_thread_end = on_thread_end
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def submit(self, run: Callable[[], None]) -> None:
        if not self._threads:
            # A thread that still runs while Python ends would call into a Qt that is already gone.
            atexit.register(self._end)
        if len(self._threads) < self._most:
            number = len(self._threads) + 1
            thread = threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._queue.put(run)

    def _work(self) -> None:
        try:
            while (run := self._queue.get()) is not None:
                run()
        finally:
            if self._on_thread_end:
                self._on_thread_end()

    def finish(self) -> None:
        """Ends the threads after what is queued."""
        for _thread in self._threads:
            self._queue.put(None)

    def _end(self) -> None:
        self.finish()
        for thread in self._threads:
            thread.join(timeout=2)

    def wait(self) -> None:
        for thread in self._threads:
            thread.join()
        atexit.unregister(self._end)


class Tasks(QObject):
    """Two verbs: `read` on a small pool, `write` on one thread, so two writers never meet on this PC.

    Callbacks always run on the UI thread. Pass methods (or `functools.partial` of a method), not lambdas, where the
    widget may be closed meanwhile: a method is not called any more once its widget is gone.
    """

    changed = Signal()
    """After every job of the write line that ended well: tabs reload lazily."""
    busy = Signal(int)
    """How many jobs are under way."""
    _answer = Signal(object)

    def __init__(
        self,
        on_error: Callable[[Exception], None] | None = None,
        on_thread_end: Callable[[], None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`on_error` gets what no caller caught; `on_thread_end` closes a worker thread's database connection."""
        super().__init__(parent)
        self._default_error = on_error
        self._readers = Line("read", READERS, on_thread_end)
        self._writer = Line("write", 1, on_thread_end)
        self._alive: set[Task] = set()
        self._closed = False
        self._answer.connect(self._receive, Qt.ConnectionType.QueuedConnection)

    def read(
        self,
        job: Job[T],
        on_done: Callable[[T], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
        *,
        on_progress: Callable[[int, int], None] | None = None,
        on_stopped: Callable[[], None] | None = None,
    ) -> Task:
        """Runs a job that changes nothing. Several may run at once; `task.drop()` forgets an outdated one."""
        return self._start(Task(job, False), on_done, on_error, on_progress, on_stopped)

    def write(
        self,
        job: Job[T],
        on_done: Callable[[T], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
        *,
        on_progress: Callable[[int, int], None] | None = None,
        on_stopped: Callable[[], None] | None = None,
    ) -> Task:
        """Runs one verb of the services, after the writes asked for before; then `changed` is emitted."""
        return self._start(Task(job, True), on_done, on_error, on_progress, on_stopped)

    def _start(self, task: Task, done: Any, error: Any, progress: Any, stopped: Any) -> Task:
        task.on_done, task.on_error, task.on_progress, task.on_stopped = done, error, progress, stopped
        if self._closed:
            return task
        self._alive.add(task)
        (self._writer if task.writes else self._readers).submit(lambda: self._run(task))
        self.busy.emit(len(self._alive))
        return task

    def _run(self, task: Task) -> None:
        """In the worker thread."""

        def progress(done: int, total: int) -> None:
            if task.stopping:
                raise Cancelled
            now = time.monotonic()
            if task.on_progress and (now - task._reported >= REPORT_EVERY or done == total):
                task._reported = now
                self._send((task, "progress", (done, total)))

        try:
            if task.stopping:
                raise Cancelled
            answer = (task, "done", task.job(progress))
        except Cancelled:
            answer = (task, "stopped", None)
        except Exception as error:  # every failure is answered on the UI thread, where people can be told
            answer = (task, "error", error)
        self._send(answer)

    def _send(self, answer: tuple[Task, str, Any]) -> None:
        try:
            self._answer.emit(answer)
        except RuntimeError:
            """The window is already gone; nobody is left to be told."""

    def _receive(self, answer: tuple[Task, str, Any]) -> None:
        task, kind, payload = answer
        if kind == "progress":
            if not task.finished and not task._dropped:
                self._call(task.on_progress, *payload)
            return
        task.finished = True
        self._alive.discard(task)
        if kind == "done" and task.writes:
            self.changed.emit()
        if not task._dropped:
            if kind == "done":
                self._call(task.on_done, payload)
            elif kind == "stopped":
                self._call(task.on_stopped)
            elif not self._call(task.on_error, payload) and self._default_error:
                self._default_error(payload)
        self.busy.emit(len(self._alive))

    @staticmethod
    def _call(callback: Callable[..., None] | None, *args: Any) -> bool:
        """Calls back, unless the widget whose method it is has been closed. False: nobody was asked to answer."""
        if callback is None:
            return False
        owner = getattr(
            getattr(callback, "func", callback), "__self__", None
        )  # a method, or a partial of one
        if not isinstance(owner, QObject) or shiboken6.isValid(owner):
            callback(*args)
        return True

    def idle(self) -> bool:
        return not self._alive

    def writing(self) -> bool:
        """A write is on its way: closing the window waits for it."""
        return any(task.writes for task in self._alive)

    def shutdown(self) -> None:
        """Forgets the reads, lets the writes finish, closes every worker's connection. Call before the window dies."""
        if self._closed:
            return
        self._closed = True
        for task in self._alive:
            if not task.writes:
                task.drop()
        for line in (self._readers, self._writer):
            line.finish()
        for line in (self._readers, self._writer):
            line.wait()
