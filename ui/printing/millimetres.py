"""A field for a measure: millimetres or points with one or two decimals."""

from __future__ import annotations

import re
from typing import Any

from services.errors import Refused
from ui.form import TextField


class MillimetreField(TextField):
    """The value is a float; `,` and `，` are taken for a decimal point."""

    def __init__(self, name: str, label: str, **more: Any) -> None:
        super().__init__(name, label, code=True, length=8, **more)

    def value(self) -> float:
        words = str(super().value()).replace("，", ".").replace(",", ".")
        if not re.fullmatch(r"-?\d{1,4}(\.\d{1,2})?", words):
            raise Refused("“{value}”不是毫米数，请写成 0.5 或 -1.2。", field=self.name, value=words)
        return float(words)

    def show_value(self, value: Any) -> None:
        super().show_value("" if value is None else f"{value:g}")
