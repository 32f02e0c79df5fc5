"""Reading an old sheet in: choose the file, see how it is read, correct it, import, save what was refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from services.errors import Refused, ShopError
from services.rights import Right, may
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.imports.result import Result, figures_text, skipped_text
from ui.imports.tables import Mapping, preview_table, refused_table
from ui.widgets.card import label
from ui.widgets.choices import big_choices
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.imports.plan import Choice, ColumnView, ImportPlan, ImportResult

KINDS = (
    ("customers", N_("客户资料"), N_("一行一位客户：姓名、电话、生日、尺码、地址……")),
    ("purchases", N_("消费记录"), N_("一行一件商品：卡号、日期、货号、金额……先导入客户资料")),
)
FILES = N_("表格 (*.xlsx *.xls *.ods *.csv *.xlsm *.txt *.tsv)")


class Import(Box):
    """Three pages: what to read, how it is read, what came of it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("导入旧表格"), 960)
        self.context = context
        self.plan: ImportPlan | None = None
        self.path = self.encoding = ""
        self.place = ("", 1)
        """Sheet and row of titles that the columns on screen belong to"""
        self.pages = QStackedWidget()
        self.pages.addWidget(self._build_start())
        self.pages.addWidget(self._build_look())
        self.body.addWidget(self.pages)
        self.back = self.add_button(_("换一个文件"), self._start_again)
        self.again = KeyButton(_("按改过的重读"), "F5", tip=_("按上面改过的对应再读一次文件"))
        self.again.clicked.connect(self._read_again)
        self.buttons.addWidget(self.again)
        self.leave = self.add_button(_("取消"), self.reject)
        self.go = KeyButton(_("导入"), "F8", "primary", _("写进账册；中途停止不会留下一半"))
        self.go.clicked.connect(self._import)
        self.buttons.addWidget(self.go)
        self._show_page(0)

    # ---- the first page

    def _build_start(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        words = _("表格、标题行和各列会自动认出来，先给您看，再写进账册。读过的文件再读一次不会重复。")
        column.addWidget(label(words, "muted", wrap=True))
        self.kinds = big_choices(self, KINDS, column)
        row = QHBoxLayout()
        self.choose = KeyButton(_("选择文件…"), "F6", "primary", _("选一个 .xlsx、.xls、.ods 或 .csv 文件"))
        self.choose.clicked.connect(self._choose)
        row.addWidget(self.choose)
        row.addStretch()
        column.addLayout(row)
        self.trouble = label("", "bad", wrap=True)
        self.trouble.hide()
        column.addWidget(self.trouble)
        column.addStretch()
        return page

    @property
    def kind(self) -> str:
        return str(self.kinds.checkedButton().property("code"))

    def _choose(self) -> None:
        path = dialogs.ask_path(self, _("选择旧表格"), kinds=_(FILES))
        if path:
            self.encoding = ""
            self.read(path)

    # ---- reading

    def read(self, path: str, choice: Choice | None = None) -> None:
        """Reads the file in the background and shows what was found."""
        self.path = path
        self.trouble.hide()
        shop, kind = self.context.shop, self.kind

        def job(progress: Any) -> Any:
            from services.imports import run

            return run.plan(shop, path, kind, choice, progress)

        dialogs.work(
            self.context, self, _("正在读 {file}…").format(file=Path(path).name), job, self._found,
            reads=True, on_error=self._no, on_stopped=self._stopped,
        )  # fmt: skip

    def _no(self, error: Exception) -> None:
        readings = getattr(error, "readings", None)
        if readings:
            encoding = ask_encoding(self, readings)
            if encoding:
                from services.imports.plan import Choice

                self.encoding = encoding
                self.read(self.path, Choice(encoding=encoding))
            return
        if not isinstance(error, ShopError):
            self.context.show_error(error)
            return
        if hasattr(error, "layout"):
            self._ask_for_columns(error)
            return
        where = self.trouble if self.pages.currentIndex() == 0 else self.wrong
        where.setText(str(error))
        where.show()

    def _stopped(self) -> None:
        self.trouble.setText(_("已停止，什么也没有改动。"))
        self.trouble.show()

    # ---- the second page

    def _build_look(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.figures = label("", "number", wrap=True)
        self.notes = label("", "muted", wrap=True)
        column.addWidget(self.figures)
        column.addWidget(self.notes)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        self.sheets = QComboBox()
        self.sheets.setAccessibleName(_("工作表"))
        self.sheets.setMinimumWidth(theme.px(180))
        self.header = QSpinBox()
        self.header.setRange(1, 40)
        self.header.setAccessibleName(_("标题行"))
        self.points = QCheckBox(_("积分照抄表格（老账册积分），不按消费计算"))
        for words, widget in ((_("工作表"), self.sheets), (_("标题行"), self.header)):
            row.addWidget(label(words, "muted"))
            row.addWidget(widget)
        row.addSpacing(theme.px(12))
        row.addWidget(self.points)
        row.addStretch()
        column.addLayout(row)
        self.tabs = QTabWidget()
        self.tabs.setMinimumHeight(theme.px(330))
        self.mapping = Mapping(self._touched)
        self.tabs.addTab(self.mapping, _("列的对应"))
        column.addWidget(self.tabs)
        self.wrong = label("", "bad", wrap=True)
        self.wrong.hide()
        column.addWidget(self.wrong)
        self.sheets.currentIndexChanged.connect(self._touched)
        self.header.valueChanged.connect(self._touched)
        self.points.toggled.connect(self._touched)
        return page

    def _found(self, plan: ImportPlan) -> None:
        self.plan = plan
        self.figures.setText(figures_text(plan, planned=True))
        self.notes.setText(skipped_text(plan))
        self.notes.setVisible(bool(self.notes.text()))
        self.wrong.setVisible(bool(plan.warnings))
        self.wrong.setText("\n".join(plan.warnings))
        self._show_place(plan.kind, plan.sheets, plan.sheet, plan.header_row)
        self.points.setVisible(any(column.field == "points" for column in plan.columns))
        _quietly(self.points, lambda: self.points.setChecked(plan.parsed.choice.points == "sheet"))
        self._fill_tabs(plan.kind, plan.columns, plan)
        self.again.setEnabled(False)
        self._show_page(1)

    def _ask_for_columns(self, error: Any) -> None:
        """The titles did not say enough: the person says which column is what."""
        from services.imports.plan import column_views

        layout = error.layout
        self.plan = None
        self.figures.setText(_("请指定各列是什么，然后按 F5 重读"))
        self.notes.hide()
        self.wrong.setText(str(error))
        self.wrong.show()
        self.points.hide()
        self._show_place(layout.kind, error.sheets, layout.head.name, layout.header_row + 1)
        self._fill_tabs(layout.kind, column_views(layout), None)
        self.again.setEnabled(True)
        self._show_page(1)

    def _show_place(self, kind: str, sheets: tuple[str, ...], sheet: str, header_row: int) -> None:
        words = next(name for code, name, _what in KINDS if code == kind)
        self.heading.setText(_("{kind}：{file}").format(kind=_(words), file=Path(self.path).name))
        self.place = (sheet, header_row)

        def fill() -> None:
            self.sheets.clear()
            for name in sheets:
                self.sheets.addItem(name or _("（文本）"), name)
            self.sheets.setCurrentIndex(self.sheets.findData(sheet))

        _quietly(self.sheets, fill)
        _quietly(self.header, lambda: self.header.setValue(header_row))
        self.sheets.setEnabled(len(sheets) > 1)

    def _fill_tabs(self, kind: str, columns: tuple[ColumnView, ...], plan: ImportPlan | None) -> None:
        at = max(0, self.tabs.currentIndex())
        while self.tabs.count() > 1:
            old = self.tabs.widget(1)
            self.tabs.removeTab(1)
            old.deleteLater()
        self.mapping.show_columns(kind, columns)
        if plan is None:
            return
        self.tabs.addTab(preview_table(plan), _("前几行的读法"))
        if plan.errors:
            self.tabs.addTab(refused_table(plan.errors), _("不导入的行 {n}").format(n=f"{plan.refused:,}"))
        self.tabs.setCurrentIndex(min(at, self.tabs.count() - 1))

    def _touched(self) -> None:
        self.again.setEnabled(True)
        self.go.setEnabled(False)

    def _read_again(self) -> None:
        from services.imports.plan import FROM_PURCHASES, FROM_SHEET, Choice

        same = self.place == (self.sheets.currentData(), self.header.value())
        choice = Choice(
            self.sheets.currentData(),
            self.header.value() - 1,
            self.mapping.chosen() if same else None,
            self.encoding,
            FROM_SHEET if self.points.isChecked() else FROM_PURCHASES,
        )
        self.wrong.hide()
        self.read(self.path, choice)

    # ---- the import

    def _import(self) -> None:
        plan, shop = self.plan, self.context.shop
        if plan is None:
            return

        def job(progress: Any) -> Any:
            from services.imports import run

            return run.apply(shop, plan, progress)

        words = _("可以随时停止，停止后账册和原来一样。")
        dialogs.work(
            self.context,
            self,
            _("正在导入 {file}…").format(file=plan.file),
            job,
            self._imported,
            text=words,
            on_error=self._no,
        )

    def _imported(self, result: ImportResult) -> None:
        self.context.say(figures_text(result, planned=False))
        page = Result(self.context, result, self)
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        self._show_page(2)

    def _start_again(self) -> None:
        if self.plan is not None and self.plan.kind == "customers" and self.pages.currentIndex() > 1:
            self.kinds.button(1).setChecked(True)
        self._show_page(0)

    def _show_page(self, number: int) -> None:
        if number < 2:
            self.pages.setCurrentIndex(number)
        if number == 0:
            self.heading.setText(_("导入旧表格"))
            self.choose.setFocus()
        self.back.setVisible(number > 0)
        self.back.setText(_("再导入一个") if number == 2 else _("换一个文件"))
        self.again.setVisible(number == 1)
        self.go.setVisible(number == 1)
        if number == 1:
            self.go.setEnabled(self.plan is not None and self.plan.added + self.plan.changed > 0)
            (self.go if self.go.isEnabled() else self.mapping).setFocus()
        self.leave.setText(_("关闭") if number == 2 else _("取消"))


def _quietly(widget: QWidget, do: Callable[[], Any]) -> None:
    """Changes a widget without its signals: nobody touched it."""
    blocked = widget.blockSignals(True)
    do()
    widget.blockSignals(blocked)


def ask_encoding(parent: QWidget, readings: dict[str, list[str]]) -> str:
    """The first lines by each encoding; the person sees which one makes sense. Empty for neither."""
    box = Box(parent, _("哪一种读得通？"), 560)
    box.body.addWidget(label(_("这个文本文件有两种读法，请选文字正常的那一种。"), "muted", wrap=True))
    chosen: list[str] = []

    def take(encoding: str) -> None:
        chosen.append(encoding)
        box.accept()

    for encoding, lines in readings.items():
        name = "GBK" if encoding == "gb18030" else encoding.upper()
        button = QPushButton(f"{name}\n" + "\n".join(line[:60] for line in lines))
        button.setAccessibleName(name)
        button.setAutoDefault(False)
        theme.kind(button, "big")
        button.clicked.connect(lambda _on=False, encoding=encoding: take(encoding))
        box.body.addWidget(button)
    box.add_button(_("都不对"), box.reject).setFocus()
    box.exec()
    return chosen[0] if chosen else ""


def open_dialog(context: Context, parent: QWidget) -> None:
    """From the menu. Somebody without the right is told so at once."""
    if not may(context.shop, Right.IMPORT):
        context.say(str(Refused(N_("导入资料要店长或店主登录后操作。"))), tone="bad")
        return
    box = Import(context, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.exec()
