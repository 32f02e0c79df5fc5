"""What the list benchmark measures in a window of its own: `lists_child.py BOOKS`."""

from __future__ import annotations

import json
import random
import sys
import time
from typing import Any

STEPS = 300


def main(path: str) -> None:
    import main as program

    program.leave_out_unused_drivers(["--db", path])
    from benchmarks import books, lists, measure
    from services.shop import open_shop
    from services.staff import sign_in
    from ui import app as face
    from ui.cli.frame import read_options
    from ui.context import Context
    from ui.customers.list_panel import ListPanel

    app = face.make_app(read_options(["--db", path]))
    shop = sign_in(open_shop(path, books.CLOCK), books.OWNER, books.PINS[books.OWNER])
    context = Context(shop)
    panel = ListPanel(context)
    panel.table.show_columns([column.key for column in panel.table.columns[:8]])
    panel.resize(760, 700)
    panel.show()
    panel.load()
    wait(app, context)
    view = panel.table.view
    memory = [measure.memory()[0]]
    answer: dict[str, Any] = scrolled(app, view)
    memory.append(measure.memory()[0])
    answer["stalls"] = []
    for wanted in lists.filters().values():
        panel.use(wanted)
        while not context.tasks.idle():
            began = time.perf_counter()
            app.processEvents()
            answer["stalls"].append(time.perf_counter() - began)
            time.sleep(0.002)
    panel.show_all()
    wait(app, context)
    answer["memory"] = [*memory, measure.memory()[0]]
    print(json.dumps(answer), flush=True)
    context.close()
    sys.stdout.flush()
    import os

    os._exit(0)


def scrolled(app: Any, view: Any) -> dict[str, Any]:
    """Seconds of each frame by wheel, by page and by dragging the bar to a place of chance."""
    from PySide6.QtCore import QPoint, QPointF, Qt
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtTest import QTest

    def frame(move: Any) -> float:
        began = time.perf_counter()
        move()
        app.processEvents()  # the paint event of this step
        return time.perf_counter() - began

    middle = QPointF(100, 100)

    def wheel() -> None:
        event = QWheelEvent(
            middle, view.viewport().mapToGlobal(middle), QPoint(0, 0), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        app.sendEvent(view.viewport(), event)

    bar, dice = view.verticalScrollBar(), random.Random(1)
    places = [dice.randrange(bar.maximum() + 1) for _step in range(STEPS)]
    return {
        "wheel": [frame(wheel) for _step in range(STEPS)],
        "pages": [frame(lambda: QTest.keyClick(view, Qt.Key.Key_PageDown)) for _step in range(STEPS)],
        "drag": [frame(lambda place=place: bar.setValue(place)) for place in places],
    }


def wait(app: Any, context: Any) -> None:
    until = time.monotonic() + 60
    app.processEvents()
    while not context.tasks.idle():
        app.processEvents()
        time.sleep(0.005)
        if time.monotonic() > until:
            raise TimeoutError


if __name__ == "__main__":
    main(sys.argv[1])
