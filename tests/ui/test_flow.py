"""A line that goes on in the next one where the room is short."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.flow import Flow

Made = tuple[QWidget, Flow, list[QWidget]]


@pytest.fixture
def made(qtbot: Any) -> Made:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = Flow(6)
    parts = [QWidget() for _number in range(4)]
    for part in parts:
        part.setFixedSize(100, 30)
    for number, part in enumerate(parts[:3]):
        flow.add(part, 10 if number == 2 else 0)
    flow.add_right(parts[3])
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(flow)
    column.addWidget(QWidget(), 1)
    holder.show()
    return holder, flow, parts


def places(made: Made, width: int, qtbot: Any) -> list[tuple[int, int]]:
    holder, flow, parts = made
    holder.resize(width, 300)
    qtbot.waitUntil(lambda: flow.width() == width)
    return [(one.x(), one.y()) for one in parts]


def test_all_on_one_line_where_there_is_room(made: Made, qtbot: Any) -> None:
    assert places(made, 500, qtbot) == [(0, 0), (106, 0), (222, 0), (400, 0)]
    assert made[1].height() == 30


def test_what_keeps_to_the_right_goes_down_first(made: Made, qtbot: Any) -> None:
    assert places(made, 400, qtbot) == [(0, 0), (106, 0), (222, 0), (300, 36)]
    qtbot.waitUntil(lambda: made[1].height() == 66)


def test_then_the_others_go_on_in_the_next_line(made: Made, qtbot: Any) -> None:
    assert places(made, 210, qtbot) == [(0, 0), (106, 0), (0, 36), (110, 36)]


def test_what_is_hidden_takes_no_room(made: Made, qtbot: Any) -> None:
    places(made, 500, qtbot)
    made[2][1].hide()
    qtbot.waitUntil(lambda: made[2][2].x() == 116)
    made[2][1].show()
    qtbot.waitUntil(lambda: made[2][2].x() == 222)
