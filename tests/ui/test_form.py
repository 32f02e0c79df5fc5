"""Typing the short way; the error beside the field it is about; input methods left in peace."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from services import formats
from services.errors import Refused
from ui.form import (
    ChoiceField,
    DayField,
    FlagField,
    Form,
    LongField,
    MoneyField,
    NumberField,
    PhoneField,
    TextField,
    day,
    fen,
)
from ui.widgets.line import Line, half_width

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("1122", date(2026, 11, 22)),
        ("11-22", date(2026, 11, 22)),
        ("11.22", date(2026, 11, 22)),
        ("11月22日", date(2026, 11, 22)),
        ("2026年1月3日", date(2026, 1, 3)),
        ("2026/1/3", date(2026, 1, 3)),
        ("20260103", date(2026, 1, 3)),
        ("1990.5.3", date(1990, 5, 3)),
        ("90-5-3", date(1990, 5, 3)),
        ("26-5-3", date(2026, 5, 3)),
        ("今天", TODAY),
        ("昨天", date(2026, 11, 21)),
        ("+3", date(2026, 11, 25)),
        ("-22", date(2026, 10, 31)),
        ("２０２６．１．３", date(2026, 1, 3)),
    ],
)
def test_a_day_is_understood(typed: str, found: date) -> None:
    assert day(typed, TODAY) == found


@pytest.mark.parametrize("typed", ["2026-02-29", "13-40", "abc", "2026", "1-2-3-4", "0000", "明年"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        day(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("1299", 129900),
        ("￥1,299.50", 129950),
        ("0.5", 50),
        ("12.3元", 1230),
        ("-3", -300),
        ("１２９９", 129900),
    ],
)
def test_money_is_understood_in_yuan(typed: str, found: int) -> None:
    assert fen(typed) == found


@pytest.mark.parametrize("typed", ["", "abc", "1.234", "1e5", "--3", "12 34", "9999999999"])
def test_what_is_no_money_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        fen(typed)


@given(some.integers(-99_999_999_999, 99_999_999_999))
def test_money_shown_is_money_read(amount: int) -> None:
    assert fen(formats.yuan(amount)) == amount


@given(some.text())
def test_half_width_is_stable(words: str) -> None:
    assert half_width(half_width(words)) == half_width(words)


@pytest.fixture
def form(qtbot: Any) -> Form:
    made = Form(
        [
            TextField("name", "姓名", required=True),
            PhoneField("phone", "手机"),
            MoneyField("price", "价格"),
            NumberField("count", "件数"),
            DayField("born", "生日", TODAY),
            ChoiceField("sex", "性别", [("f", "女"), ("m", "男")]),
            FlagField("ok", "同意"),
            LongField("note", "备注"),
        ]
    )
    qtbot.addWidget(made)
    made.show()
    return made


def test_what_was_loaded_is_what_is_read(form: Form) -> None:
    values = {
        "name": "王小丽",
        "phone": "13812345678",
        "price": 129900,
        "count": 2,
        "born": date(1990, 5, 3),
        "sex": "m",
        "ok": True,
        "note": "喜欢\n墨绿",
    }
    form.load(values)
    assert form.values() == values


def test_an_empty_required_field_is_said_beside_it(form: Form) -> None:
    form.load({})
    with pytest.raises(Refused):
        form.values()
    field = form.field("name")
    assert field.note.text() == "请填写姓名。"
    assert field.input.property("wrong") == "true"
    form.field("name").input.insert("单芳")
    field.edited.emit()
    assert field.input.property("wrong") == "false"


def test_a_refusal_finds_its_field_or_says_that_there_is_none(form: Form) -> None:
    assert form.show_error(Refused("号码已有。", field="phone"))
    assert form.field("phone").note.text() == "号码已有。"
    assert not form.show_error(Refused("别的。", field="elsewhere"))
    assert not form.show_error(Refused("没有栏目。"))


def test_enter_goes_through_the_fields_and_submits_at_the_last(form: Form, qtbot: Any) -> None:
    with qtbot.waitActive(form):
        form.activateWindow()
    form.field("name").input.setFocus()
    qtbot.keyClick(form.field("name").input, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is form.field("phone").input
    last = Form([TextField("only", "一")])
    qtbot.addWidget(last)
    last.show()
    with qtbot.waitSignal(last.submitted):
        qtbot.keyClick(last.field("only").input, Qt.Key.Key_Return)


def compose(widget: Line, preedit: str = "", commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(widget, event)


def test_enter_while_composing_submits_nothing(form: Form, qtbot: Any) -> None:
    line = form.field("name").input
    sent: list[bool] = []
    line.entered.connect(lambda: sent.append(True))
    line.setFocus()
    compose(line, preedit="wang")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert not sent
    assert QApplication.focusWidget() is line or not form.isActiveWindow()
    compose(line, commit="王")
    assert line.text() == "王"
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_full_width_digits_in_a_number_field_become_half_width(form: Form) -> None:
    line = form.field("phone").input
    compose(line, commit="１３８１２３４５６７８")
    assert line.text() == "13812345678"
