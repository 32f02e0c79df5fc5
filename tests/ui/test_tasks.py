"""The read line and the write line."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import QObject

from services.errors import Refused
from ui.tasks import Tasks


@pytest.fixture
def tasks(qapp: Any) -> Any:
    made = Tasks()
    yield made
    made.shutdown()


def test_answers_come_back_on_the_ui_thread(tasks: Tasks, qtbot: Any) -> None:
    found: list[Any] = []
    tasks.read(
        lambda _p: threading.current_thread().name,
        lambda name: found.append((name, threading.current_thread())),
    )
    qtbot.waitUntil(lambda: bool(found))
    assert found[0][0].startswith("read")
    assert found[0][1] is threading.main_thread()


def test_writes_run_one_after_the_other_and_tell_that_something_changed(tasks: Tasks, qtbot: Any) -> None:
    order: list[int] = []
    changes: list[None] = []
    tasks.changed.connect(lambda: changes.append(None))
    inside = threading.Semaphore(1)

    def job(number: int) -> None:
        assert inside.acquire(blocking=False), "two writes at once"
        order.append(number)
        inside.release()

    for number in range(50):
        tasks.write(lambda _p, number=number: job(number))
    qtbot.waitUntil(tasks.idle)
    assert order == list(range(50))
    assert len(changes) == 50


def test_a_failed_write_changes_nothing_and_its_error_is_answered(tasks: Tasks, qtbot: Any) -> None:
    errors: list[Exception] = []
    changes: list[None] = []
    tasks.changed.connect(lambda: changes.append(None))

    def job(_p: Any) -> None:
        raise Refused("不行")

    tasks.write(job, on_error=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert str(errors[0]) == "不行"
    assert not changes


def test_an_error_that_nobody_expects_goes_to_the_window(qapp: Any, qtbot: Any) -> None:
    errors: list[Exception] = []
    tasks = Tasks(on_error=errors.append)
    tasks.read(lambda _p: 1 / 0)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], ZeroDivisionError)
    tasks.shutdown()


def test_stop_ends_a_job_at_its_next_report(tasks: Tasks, qtbot: Any) -> None:
    stopped: list[bool] = []
    begun = threading.Event()

    def job(progress: Any) -> None:
        begun.set()
        while True:
            progress(1, 0)

    task = tasks.write(job, on_stopped=lambda: stopped.append(True))
    assert begun.wait(5)
    task.stop()
    qtbot.waitUntil(lambda: bool(stopped))


def test_a_job_stopped_before_its_turn_never_runs(tasks: Tasks, qtbot: Any) -> None:
    gate = threading.Event()
    ran: list[bool] = []
    tasks.write(lambda _p: gate.wait(5))
    waiting = tasks.write(lambda _p: ran.append(True))
    waiting.stop()
    gate.set()
    qtbot.waitUntil(tasks.idle)
    assert not ran


def test_progress_is_passed_on_sparingly_but_the_last_report_arrives(tasks: Tasks, qtbot: Any) -> None:
    seen: list[tuple[int, int]] = []

    def job(progress: Any) -> None:
        for number in range(1, 20_001):
            progress(number, 20_000)

    tasks.read(job, on_progress=lambda done, total: seen.append((done, total)))
    qtbot.waitUntil(tasks.idle)
    assert seen[-1] == (20_000, 20_000)
    assert len(seen) < 200


def test_a_dropped_search_is_never_answered(tasks: Tasks, qtbot: Any) -> None:
    found: list[str] = []
    gate = threading.Event()
    old = tasks.read(lambda _p: gate.wait(5) and "old", found.append)
    old.drop()
    gate.set()
    tasks.read(lambda _p: "new", found.append)
    qtbot.waitUntil(tasks.idle)
    assert found == ["new"]


def test_a_closed_widget_is_not_called_back(tasks: Tasks, qtbot: Any) -> None:
    class Owner(QObject):
        called = False

        def done(self, _answer: object) -> None:
            Owner.called = True

    import shiboken6

    owner = Owner()
    gate = threading.Event()
    tasks.read(lambda _p: gate.wait(5), owner.done)
    shiboken6.delete(owner)
    gate.set()
    qtbot.waitUntil(tasks.idle)
    assert not Owner.called


def test_shutdown_finishes_what_is_being_written_and_closes_every_thread_once(qapp: Any) -> None:
    closed: list[str] = []
    written: list[int] = []
    tasks = Tasks(on_thread_end=lambda: closed.append(threading.current_thread().name))
    for number in range(5):
        tasks.read(lambda _p: None)
        tasks.write(lambda _p, number=number: written.append(number))
    tasks.shutdown()
    assert written == [0, 1, 2, 3, 4]
    assert sorted(closed) == ["read-1", "read-2", "write-1"]


def test_three_thousand_short_jobs(tasks: Tasks, qtbot: Any) -> None:
    total = [0]

    def add(number: int) -> None:
        total[0] += number

    for number in range(3_000):
        tasks.read(lambda _p, number=number: number, add)
    qtbot.waitUntil(tasks.idle, timeout=20_000)
    assert total[0] == 3_000 * 2_999 // 2
