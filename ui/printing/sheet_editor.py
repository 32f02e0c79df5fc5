"""A label sheet of the shop's own, in mm: rows, columns, size, margins, gaps; seen at once, kept under a name."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from services.errors import Refused
from services.rights import Right, may
from services.words import _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, Field, Form, NumberField, TextField
from ui.printing import printer as printing
from ui.printing.choices import offer
from ui.printing.millimetres import MillimetreField
from ui.printing.page_view import PageView, fit
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

_WAIT = 200
_FIRST = {
    "columns": 3,
    "rows": 8,
    "width": 63.5,
    "height": 33.9,
    "left": 7.2,
    "top": 12.9,
    "gap_x": 2.5,
    "gap_y": 0,
}
"""What a new sheet begins with: the usual one."""


class SheetEditor(Box):
    """Left the numbers as they stand on the packet, right the sheet with its labels numbered."""

    def __init__(self, context: Context, parent: QWidget | None = None, name: str = "") -> None:
        super().__init__(parent, _("自定义标签纸"), 860)
        self.context = context
        self.kept = ""
        """The sheet saved last."""
        self.pdf = b""
        self._wait = QTimer(self, singleShot=True, interval=_WAIT)
        self._wait.timeout.connect(self.draw)
        columns = QHBoxLayout()
        columns.setSpacing(theme.px(16))
        columns.addWidget(self._build_side(), 3)
        self.view = PageView()
        columns.addWidget(self.view, 4)
        self.body.addLayout(columns, 1)
        self.layout().setStretchFactor(self.body, 1)
        self._build_buttons()
        fit(self, 960, 640)
        self._offer(name)
        self.form.field("title").input.setFocus()

    def _build_side(self) -> QWidget:
        self.known = ChoiceField("known", _("已存的"), [("", _("新的标签纸"))])
        self.top = Form([self.known])
        fields: list[Field] = [
            TextField("title", _("名称"), required=True, length=30, tip=_("如纸包装上的型号")),
            NumberField("columns", _("每行几枚"), required=True),
            NumberField("rows", _("几行"), required=True),
            MillimetreField("width", _("标签宽（毫米）")),
            MillimetreField("height", _("标签高（毫米）")),
            MillimetreField("left", _("左边距")),
            MillimetreField("top", _("上边距")),
            MillimetreField("gap_x", _("横向间隙"), tip=_("左右两枚之间空多少")),
            MillimetreField("gap_y", _("纵向间隙"), tip=_("上下两枚之间空多少")),
        ]
        self.form = Form(fields)
        self.known.edited.connect(lambda: self._load(str(self.known.value() or "")))
        self.form.edited.connect(self._wait.start)
        self.form.submitted.connect(self.draw)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.top)
        column.addWidget(self.form)
        self.wrong = label("", "warn", wrap=True)
        column.addWidget(self.wrong)
        column.addWidget(label(_("可以把轮廓印在白纸上，叠着标签纸对光看。"), "caption", wrap=True))
        column.addStretch()
        return side

    def _build_buttons(self) -> None:
        self.test = KeyButton(_("印轮廓…"), "Ctrl+P", "", _("把标签的轮廓印在白纸上核对"), "printer")
        self.remove = KeyButton(_("删去"), "Ctrl+D", "", _("不再列出这种标签纸"))
        self.test.clicked.connect(self.print_outline)
        self.remove.clicked.connect(self._remove)
        self.buttons.insertWidget(0, self.test)
        self.buttons.insertWidget(1, self.remove)
        self.add_button(_("关闭"), self.reject)
        self.save = KeyButton(_("保存"), "Ctrl+S", "primary", _("以后打标签可以选它"))
        self.save.clicked.connect(self._save)
        self.buttons.addWidget(self.save)

    def _offer(self, name: str = "") -> None:
        from services.printing import label_sheets

        own = list(label_sheets.own())
        offer(self.known, [("", _("新的标签纸")), *((one, one) for one in own)], name)
        self._load(name if name in own else "")

    def _load(self, name: str) -> None:
        from services.printing import label_sheets

        values: dict[str, Any] = dict(_FIRST)
        if name:
            values = label_sheets.values_of(label_sheets.sheet(name))
            values["gap_x"] = round(values["pitch_x"] - values["width"], 2)
            values["gap_y"] = round(values["pitch_y"] - values["height"], 2)
        self.form.load({**values, "title": name})
        allowed = may(self.context.shop, Right.PRINT_SETUP)
        self.save.setEnabled(allowed)
        self.remove.setEnabled(allowed and bool(name))
        self.draw()

    def values(self) -> dict[str, Any] | None:
        """The sheet's numbers; None when something is wrong, which then is said."""
        from services.printing import label_sheets

        self.wrong.setText("")
        title = self.form.field("title")
        try:
            found = {one.name: one.checked() for one in self.form.fields if one is not title}
            found["pitch_x"] = found["width"] + found.pop("gap_x")
            found["pitch_y"] = found["height"] + found.pop("gap_y")
            label_sheets.custom(found)
        except Refused as error:
            if not self.form.show_error(error):
                self.wrong.setText(str(error))
            self.view.clear(str(error))
            return None
        return found

    def draw(self) -> None:
        """The outlines as the numbers say."""
        from services.printing import label_sheets

        self._wait.stop()
        found = self.values()
        if found is not None:
            self.pdf = label_sheets.outline(label_sheets.custom(found))
            self.view.show_pdf(self.pdf)

    def print_outline(self) -> None:
        self.draw()
        choice = printing.ask_printer(self)
        if choice is not None:
            pdf = self.pdf

            def job(_progress: Any) -> printing.Sent:
                return printing.send(pdf, choice, _("标签纸轮廓"))

            self.context.read(job, lambda _sent: self.context.say(_("试样已送去打印。")))

    def _save(self) -> None:
        found = self.values()
        name = str(self.form.field("title").value() or "")
        if found is not None:
            self._write(name, found, _("标签纸“{name}”已保存。").format(name=name))

    def _remove(self) -> None:
        name = str(self.known.value() or "")
        self._write(name, None, _("标签纸“{name}”已删去。").format(name=name))

    def _write(self, name: str, found: dict[str, Any] | None, words: str) -> None:
        from services.printing import label_sheets, setups

        shop = self.context.shop

        def undo(saved: setups.Saved) -> None:
            self.context.write(lambda _p: setups.back(shop, saved), said=_("已换回原来的标签纸。"))

        def done(saved: setups.Saved) -> None:
            self.kept = saved.name if found is not None else ""
            self._offer(self.kept)

        self.context.write(
            lambda _progress: label_sheets.save(shop, name, found),
            done,
            said=words,
            undo=undo,
            on_error=self._failed,
        )

    def _failed(self, error: Exception) -> None:
        if not (isinstance(error, Refused) and self.form.show_error(error)):
            self.context.show_error(error)

    def done(self, result: int) -> None:
        self._wait.stop()
        self.view.close_pdf()
        super().done(result)


def open_dialog(context: Context, parent: QWidget | None = None, name: str = "") -> str:
    """Opens the editor, with a sheet of the shop's own if `name` is one. Returns the sheet saved last, or nothing."""
    box = SheetEditor(context, parent, name)
    box.exec()
    return box.kept
