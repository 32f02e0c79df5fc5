"""What the window benchmark measures, in a process of its own: `window_child.py empty|start|work BEGAN BOOKS`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

HEAVY = ("openpyxl", "reportlab", "python_calamine", "pypinyin", "pypdfium2", "psycopg", "PIL")
PATIENCE = 20.0
"""Seconds after which a window that does not get ready counts as broken."""


def main(mode: str, began: str, path: str) -> None:
    """`began`: time.monotonic() of the parent just before it started this process."""
    answer = empty(float(began)) if mode == "empty" else start(float(began), path, work=mode == "work")
    print(json.dumps(answer), flush=True)


def empty(began: float) -> dict[str, Any]:
    """The floor: a bare window of the same kind, a field in front and a list behind."""
    from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QStackedWidget, QTableView

    app = QApplication(["empty"])
    window = QMainWindow()
    pages = QStackedWidget()
    pages.addWidget(QLineEdit())
    pages.addWidget(QTableView())
    window.setCentralWidget(pages)
    window.resize(1280, 720)
    painted = Painted(window)
    window.show()
    wait(app, lambda: painted.at > 0)
    return {"seconds": painted.at - began}


def start(began: float, path: str, *, work: bool) -> dict[str, Any]:
    """Our window until the sign-in page is painted; with `work` on to the list, its memory, and key presses."""
    import main as program

    arguments = ["--db", path]
    program.leave_out_unused_drivers(arguments)
    from ui import app as face
    from ui.cli.frame import read_options

    options = read_options(arguments)
    app = face.make_app(options)
    face.start(options, path)
    # Not a dialog with a report: a benchmark that fails says so to its parent.
    sys.excepthook = sys.__excepthook__
    window = face._kept["window"]
    painted = Painted(window)
    window.update()
    wait(app, lambda: painted.at > 0)
    answer: dict[str, Any] = {
        "seconds": painted.at - began,
        "heavy": [name for name in HEAVY if sys.modules.get(name)],
    }
    # The page is there at once and takes the PIN; the books open behind it.
    wait(app, lambda: window.context.has_shop)
    answer["opened"] = time.monotonic() - began
    if work:
        answer |= _work(app, window, began)
    return answer


def _work(app: Any, window: Any, began: float) -> dict[str, Any]:
    from benchmarks import books, measure
    from services.staff import sign_in

    context = window.context
    measure.forget_peak()
    context.use_shop(sign_in(context.shop, books.OWNER, books.PINS[books.OWNER]))
    began_work = time.monotonic()
    window.begin_work("customers")
    wait(app, context.tasks.idle)
    listed = time.monotonic() - began_work
    # Hashing the PIN takes 32 MiB for a moment; what stays is what counts.
    return {"listed": listed, "memory": measure.memory()[0], "keys": keys(app, window)}


def keys(app: Any, window: Any) -> list[float]:
    """Seconds from each key press in the search box until its rows are painted."""
    from benchmarks.lookups import queries

    box = window.work.search
    painted = Painted(box.popup.view.viewport())
    taken = []
    for words in [text for texts in queries(20, seed=5).values() for text in texts]:
        box.clear()
        app.processEvents()
        for number in range(1, len(words) + 1):
            painted.at = 0.0
            pressed = time.monotonic()
            box.setText(words[:number])
            wait(app, lambda: bool(painted.at) or (_idle(window) and not box.popup.view.isVisible()))
            if painted.at and box.popup.rows.rowCount():
                taken.append(painted.at - pressed)
    return taken


def _idle(window: Any) -> bool:
    return bool(window.context.tasks.idle())


class Painted:
    """When a widget was last painted."""

    def __new__(cls, widget: Any) -> Any:
        from PySide6.QtCore import QEvent, QObject, QTimer

        class Filter(QObject):
            at = 0.0

            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint:
                    # The timer fires when this paint is over.
                    QTimer.singleShot(0, self.stamp)
                return False

            def stamp(self) -> None:
                self.at = time.monotonic()

        found = Filter(widget)
        widget.installEventFilter(found)
        return found


def wait(app: Any, ready: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not ready():
        app.processEvents()
        if time.monotonic() > until:
            raise TimeoutError("the window did not get ready")
        time.sleep(0.0005)


if __name__ == "__main__":
    main(*sys.argv[1:4])
