"""Work on the file itself while no books are open: a thread of its own, and a box that says what goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from services.words import _
from ui.dialogs import Box
from ui.widgets.card import label

T = TypeVar("T")
LOOK = 30
"""Milliseconds between two looks whether it is done."""


class Apart(Box):
    """Cannot be closed: what it shows ends by itself, and stopping in the middle would help nobody."""

    def __init__(self, parent: QWidget | None, title: str, text: str = "") -> None:
        super().__init__(parent, title)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.body.addWidget(label(text or _("请不要关电脑，很快就好。"), "muted", wrap=True))
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(title)
        self.body.addWidget(bar)

    def reject(self) -> None:
        pass

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()


def run(parent: QWidget | None, title: str, job: Callable[[], T], text: str = "") -> T:
    """The job's answer, or what it raised. The job opens and closes its own connection; the window stays alive."""
    from services import start

    answers: list[T] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            answers.append(job())
        except BaseException as error:  # handed to the caller below
            failures.append(error)
        finally:
            start.close_books()

    box = Apart(parent, title, text)
    loop, timer = QEventLoop(), QTimer()
    thread = threading.Thread(target=work, name="apart")
    timer.timeout.connect(lambda: None if thread.is_alive() else loop.quit())
    timer.start(LOOK)
    QTimer.singleShot(300, box, lambda: box.show() if thread.is_alive() else None)
    thread.start()
    loop.exec()
    timer.stop()
    thread.join()
    box.hide()
    box.deleteLater()
    if failures:
        raise failures[0]
    return answers[0]
