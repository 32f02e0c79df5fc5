"""Forms: fields bound to the names of a dataclass, the error beside the field it is about.

form = Form([
    TextField("name", _("姓名"), required=True),
    PhoneField("phone", _("手机")),
    DayField("birthday", _("生日")),
    ChoiceField("sex", _("性别"), [("female", _("女")), ("male", _("男"))]),
])
form.load(card)                      # any object with those attributes, or a dict
try: customers.change(shop, **form.values())
except Refused as error: form.show_error(error)      # True when it could be shown beside its field
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from services import formats
from services.errors import Refused, ShopError
from services.words import _
from ui import theme
from ui.widgets.line import Line, half_width


class Field(QObject):
    """One input with its label and its place for an error. `name` is the attribute of the dataclass."""

    edited = Signal()
    """The person changed it."""

    def __init__(
        self, name: str, label: str, *, required: bool = False, hint: str = "", tip: str = ""
    ) -> None:
        super().__init__()
        self.name, self.words, self.required = name, label, required
        self.input = self.make()
        self.widget = self.around(self.input)
        self.input.setAccessibleName(label)
        if tip:
            self.input.setToolTip(tip)
        self.label = QLabel(label + (" *" if required else ""))
        self.label.setBuddy(self.input)
        self.hint = hint
        self.note = QLabel(hint)
        self.note.setWordWrap(True)
        theme.kind(self.note, "caption")
        self.note.setVisible(bool(hint))

    def make(self) -> QWidget:
        """Builds the input and connects its signal to `edited`."""
        raise NotImplementedError

    def around(self, made: QWidget) -> QWidget:
        """What is laid out: the input itself, or something that holds it (a button beside it)."""
        return made

    def value(self) -> Any:
        """What was typed, as a value. Raises Refused with `field` when it cannot be understood."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        raise NotImplementedError

    def checked(self) -> Any:
        """The value; Refused when a required field is empty."""
        value = self.value()
        if self.required and value in (None, ""):
            raise Refused("请填写{label}。", field=self.name, label=self.words)
        return value

    def tell_wrong(self, words: str) -> None:
        """The sentence below the input, the input framed; empty takes it away."""
        self.note.setText(words or self.hint)
        self.note.setVisible(bool(words or self.hint))
        theme.kind(self.note, "error" if words else "caption")
        self.input.setProperty("wrong", "true" if words else "false")
        self.input.setAccessibleDescription(words or self.hint)
        theme.restyle(self.input)


class TextField(Field):
    """Words; `code=True` for numbers and codes (input method off, half-width)."""

    def __init__(
        self,
        name: str,
        label: str,
        *,
        code: bool = False,
        secret: bool = False,
        length: int = 500,
        **more: Any,
    ) -> None:
        self._code, self._secret, self._length = code, secret, length
        super().__init__(name, label, **more)

    def make(self) -> QWidget:
        line = Line(code=self._code)
        line.setMaxLength(self._length)
        if self._secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        line.textEdited.connect(self.edited)
        self.line = line
        return line

    def value(self) -> Any:
        words = self.line.text() if self._secret else self.line.text().strip()
        return half_width(words) if self._code else words

    def show_value(self, value: Any) -> None:
        self.line.setText("" if value is None else str(value))


class PhoneField(TextField):
    """A phone number: digits, half-width; spaces and hyphens are taken out."""

    def __init__(self, name: str, label: str, **more: Any) -> None:
        super().__init__(name, label, code=True, length=40, **more)

    def value(self) -> str:
        return re.sub(r"[\s\-]", "", super().value())


class LongField(Field):
    """Several lines of words; Tab leaves it."""

    def make(self) -> QWidget:
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setMaximumHeight(theme.px(72))
        self.text.textChanged.connect(self.edited)
        return self.text

    def value(self) -> str:
        return self.text.toPlainText().strip()

    def show_value(self, value: Any) -> None:
        self.text.setPlainText("" if value is None else str(value))


class FolderField(TextField):
    """A folder, typed or chosen with the button beside it."""

    def around(self, made: QWidget) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(made, 1)
        self.browse = QPushButton(_("选择…"))
        self.browse.setAutoDefault(False)
        self.browse.setAccessibleName(_("选择{label}").format(label=self.words))
        self.browse.clicked.connect(self._browse)
        row.addWidget(self.browse)
        return holder

    def _browse(self) -> None:
        from ui import dialogs

        chosen = dialogs.ask_path(self.browse, self.words, suggested=self.line.text(), folder=True)
        if chosen:
            self.line.setText(chosen)
            self.edited.emit()


class NumberField(TextField):
    """A whole number, or None when empty."""

    def __init__(self, name: str, label: str, **more: Any) -> None:
        super().__init__(name, label, code=True, length=12, **more)

    def value(self) -> int | None:
        words = super().value()
        if not words:
            return None
        if not re.fullmatch(r"[+-]?\d+", words):
            raise Refused("“{value}”不是整数。", field=self.name, value=words)
        return int(words)


class MoneyField(TextField):
    """Yuan as typed (`1299`, `￥1,299.50`); the value is whole fen, None when empty."""

    def __init__(self, name: str, label: str, **more: Any) -> None:
        super().__init__(name, label, code=True, length=16, **more)

    def make(self) -> QWidget:
        widget = super().make()
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        return widget

    def value(self) -> int | None:
        words = super().value()
        return None if not words else fen(words, self.name)

    def show_value(self, value: Any) -> None:
        self.line.setText("" if value is None else formats.yuan(value))


def fen(words: str, field: str = "") -> int:
    """Typed yuan as fen. Raises Refused for anything that is not money with at most two decimals."""
    bare = half_width(words).replace(",", "").strip().lstrip("￥¥").removesuffix("元").strip()
    found = re.fullmatch(r"([+-]?)(\d{1,9})(?:\.(\d{1,2}))?", bare)
    if not found:
        raise Refused("“{value}”不是金额，请写成 1299 或 1299.50。", field=field, value=words)
    amount = int(found[2]) * 100 + int((found[3] or "0").ljust(2, "0"))
    return -amount if found[1] == "-" else amount


class DayField(TextField):
    """A day, typed the short way: `1122`, `11-22`, `2026.11.22`, `今天`, `+3`. The value is a date or None."""

    def __init__(self, name: str, label: str, today: date | None = None, **more: Any) -> None:
        self._today = today
        super().__init__(name, label, code=True, length=20, **more)

    def make(self) -> QWidget:
        widget = super().make()
        self.line.setPlaceholderText(_("如 11-22 或 2026-11-22"))
        self.line.editingFinished.connect(self._tidy)
        return widget

    def value(self) -> date | None:
        words = super().value()
        return None if not words else day(words, self._today, self.name)

    def show_value(self, value: Any) -> None:
        self.line.setText(value.isoformat() if value else "")

    def _tidy(self) -> None:
        try:
            self.show_value(self.value())
        except Refused:
            return


def day(words: str, today: date | None = None, field: str = "") -> date:
    """A typed day. Without a year it is the one of `today`. Raises Refused when there is no such day."""
    bare = half_width(words).strip().replace("年", "-").replace("月", "-").removesuffix("日")
    if today:
        near = {"今天": 0, "today": 0, "明天": 1, "tomorrow": 1, "昨天": -1, "yesterday": -1}.get(
            bare.lower()
        )
        if near is not None:
            return today + timedelta(days=near)
        if re.fullmatch(r"[+-]\d{1,3}", bare):
            return today + timedelta(days=int(bare))
    parts = re.split(r"[-./ ]+", bare)
    if len(parts) == 1 and parts[0].isdigit():
        digits = parts[0]
        cut = {8: (4, 6), 6: (2, 4), 4: (0, 2)}.get(len(digits))
        if cut:
            parts = [digits[: cut[0]], digits[cut[0] : cut[1]], digits[cut[1] :]]
    numbers = [int(part) for part in parts if part.isdigit()]
    if len(numbers) == 2 and today:
        numbers.insert(0, today.year)
    try:
        year, month, number = numbers
        if year < 100:
            year += 1900 if today and year > today.year % 100 else 2000
        return date(year, month, number)
    except ValueError as why:
        raise Refused("“{value}”不是日期，请写成 2026-11-22。", field=field, value=words) from why


class ChoiceField(Field):
    """One of a few: `[(value, words), …]`. `edit=True` lets people type another word."""

    def __init__(
        self, name: str, label: str, choices: Sequence[tuple[Any, str]], *, edit: bool = False, **more: Any
    ) -> None:
        self._choices, self._edit = list(choices), edit
        super().__init__(name, label, **more)

    def make(self) -> QWidget:
        self.combo = QComboBox()
        self.combo.setEditable(self._edit)
        for value, words in self._choices:
            self.combo.addItem(words, value)
        self.combo.currentIndexChanged.connect(lambda _i: self.edited.emit())
        if self._edit:
            self.combo.editTextChanged.connect(lambda _t: self.edited.emit())
        return self.combo

    def value(self) -> Any:
        if self._edit and self.combo.currentText() != self.combo.itemText(self.combo.currentIndex()):
            return self.combo.currentText().strip()
        return self.combo.currentData()

    def show_value(self, value: Any) -> None:
        place = next((i for i, (known, _words) in enumerate(self._choices) if known == value), -1)
        self.combo.setCurrentIndex(place)
        if place < 0 and self._edit:
            self.combo.setEditText("" if value is None else str(value))


class FlagField(Field):
    """Yes or no; the words stand beside the box."""

    def make(self) -> QWidget:
        self.box = QCheckBox(self.words)
        self.box.toggled.connect(lambda _on: self.edited.emit())
        return self.box

    def value(self) -> bool:
        return self.box.isChecked()

    def show_value(self, value: Any) -> None:
        self.box.setChecked(bool(value))


class Form(QWidget):
    """Labels at the left, inputs at the right; Enter goes to the next field, and from the last one submits."""

    submitted = Signal()
    edited = Signal()

    def __init__(self, fields: Sequence[Field], columns: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = list(fields)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(4))
        rows = -(-len(self.fields) // columns)
        for number, field in enumerate(self.fields):
            field.setParent(self)
            at, row = number // rows * 3, number % rows * 2
            if not isinstance(field, FlagField):
                grid.addWidget(
                    field.label, row, at, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                )
            grid.addWidget(field.widget, row, at + 1)
            grid.addWidget(field.note, row + 1, at + 1)
            grid.setColumnStretch(at + 1, 1)
            field.edited.connect(self._edited)
            field.input.installEventFilter(self)
        grid.setRowStretch(rows * 2, 1)

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def load(self, source: Any) -> None:
        """Shows the attributes of an object, or the values of a dict; forgets errors."""
        for field in self.fields:
            value = (
                source.get(field.name) if isinstance(source, Mapping) else getattr(source, field.name, None)
            )
            field.show_value(value)
            field.tell_wrong("")

    def values(self) -> dict[str, Any]:
        """Everything typed, by name. Raises the first Refused after marking every wrong field."""
        found: dict[str, Any] = {}
        first: Refused | None = None
        for field in self.fields:
            field.tell_wrong("")
            try:
                found[field.name] = field.checked()
            except Refused as error:
                field.tell_wrong(str(error))
                first = first or error
        if first:
            self.field(first.field).input.setFocus()
            raise first
        return found

    def show_error(self, error: ShopError) -> bool:
        """Shows a refusal beside the field it names. False when it names none of ours: then the page must show it."""
        field = next((one for one in self.fields if error.field and one.name == error.field), None)
        if field is None:
            return False
        field.tell_wrong(str(error))
        field.input.setFocus()
        return True

    def set_enabled(self, name: str, on: bool) -> None:
        self.field(name).input.setEnabled(on)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        composing = isinstance(watched, Line) and watched.composing
        if not enter or composing or isinstance(watched, QPlainTextEdit):
            return False
        self._next(watched)
        return True

    def _next(self, watched: QObject) -> None:
        usable = [field.input for field in self.fields if field.input.isEnabled()]
        place = usable.index(watched) if watched in usable else len(usable) - 1
        if place + 1 < len(usable):
            usable[place + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.submitted.emit()

    def _edited(self) -> None:
        sender = self.sender()
        if isinstance(sender, Field):
            sender.tell_wrong("")
        self.edited.emit()
