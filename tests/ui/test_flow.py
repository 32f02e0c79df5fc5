"""A line that goes on in the next one where the room is short."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from ui.widgets.flow import Flow


@pytest.fixture
def made(qtbot: Any) -> tuple[QWidget, Flow, list[QWidget]]:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = Flow(6, holder)
    buttons = [QWidget() for _number in range(4)]
    for button in buttons:
        button.setFixedSize(100, 30)
    for number, button in enumerate(buttons[:3]):
        flow.add(button, 10 if number == 2 else 0)
    flow.add_right(buttons[3])
    holder.show()
    return holder, flow, buttons


def places(flow: Flow, buttons: list[QWidget], width: int) -> list[tuple[int, int]]:
    flow.setGeometry(QRect(0, 0, width, 200))
    return [(one.x(), one.y()) for one in buttons]


def test_all_on_one_line_where_there_is_room(made: tuple[QWidget, Flow, list[QWidget]]) -> None:
    _holder, flow, buttons = made
    assert places(flow, buttons, 500) == [(0, 0), (106, 0), (222, 0), (400, 0)]
    assert flow.heightForWidth(500) == 30


def test_what_keeps_to_the_right_goes_down_first(made: tuple[QWidget, Flow, list[QWidget]]) -> None:
    _holder, flow, buttons = made
    assert places(flow, buttons, 400) == [(0, 0), (106, 0), (222, 0), (300, 36)]
    assert flow.heightForWidth(400) == 66


def test_then_the_others_go_on_in_the_next_line(made: tuple[QWidget, Flow, list[QWidget]]) -> None:
    _holder, flow, buttons = made
    assert places(flow, buttons, 210) == [(0, 0), (106, 0), (0, 36), (110, 36)]


def test_what_is_hidden_takes_no_room(made: tuple[QWidget, Flow, list[QWidget]]) -> None:
    _holder, flow, buttons = made
    buttons[1].hide()
    assert places(flow, buttons, 500)[2] == (116, 0)
    assert flow.count() == 4 and flow.itemAt(9) is None
