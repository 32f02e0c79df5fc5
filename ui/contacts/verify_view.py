"""号码待核实: whose number turned out wrong; the right one typed and Enter, or one key when the old one holds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from services import contact_views, formats
from services.contact_lists import Filters
from services.contact_views import Mended, VerifyRow
from services.errors import Refused
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop


class VerifyView(QWidget):
    """The list above, below it the line for the number of whom the cursor is on."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.table = LazyTable(context, "verify", _("号码待核实"), _columns(), multiple=False)
        self.table.set_empty(
            _("没有要核实的号码"), _("打电话时按“号码错”（4）的客户会列在这里，改好之前不再拨打。")
        )
        self.who = label("", "heading")
        self.number = Line(_("正确的号码"), code=True)
        self.number.setPlaceholderText(_("问到的号码，Enter 记下（N 键写）"))
        self.number.setMinimumWidth(theme.px(260))
        self.mend = KeyButton(_("记下新号码"), "Enter", "primary", _("改好号码，打错的电话回到今天"))
        self.mend.setShortcut("")  # Enter in the line does it
        self.mend.setText(_("记下新号码") + "  Enter")
        self.right = KeyButton(_("号码没有错"), "K", "", _("原来的号码核实过，可以再打"))
        self.page = KeyButton(_("客户页"), "O", "flat", _("打开这位客户的资料"), "user")
        self.wrong = label("", "error")
        self.wrong.hide()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        for part in (self.who, self.number, self.mend, self.right):
            line.addWidget(part)
        line.addStretch()
        line.addWidget(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(
            label(_("打电话时发现有误的号码：不再拨打，改好以后，打错的电话回到今天。"), "muted", wrap=True)
        )
        column.addWidget(self.table, 1)
        column.addLayout(line)
        column.addWidget(self.wrong)

    def _connect(self) -> None:
        self.table.current_changed.connect(lambda _id: self._current())
        self.table.opened.connect(lambda _id: self.number.setFocus())
        self.number.entered.connect(self._mend)
        self.number.textEdited.connect(lambda _text: self.wrong.hide())
        self.mend.clicked.connect(self._mend)
        self.right.clicked.connect(lambda: self._write(""))
        self.page.clicked.connect(self._open)

    def show_rows(self, rows: list[VerifyRow]) -> None:
        self.table.show_rows(rows)
        if rows and not self.table.current_id():
            self.table.select_first()
        self._current()

    def _current(self) -> None:
        row = self.table.current_row()
        shown = row is not None
        for part in (self.who, self.number, self.mend, self.right, self.page):
            part.setVisible(shown)
        self.wrong.hide()
        if row is not None:
            self.who.setText(row.name)

    def _open(self) -> None:
        if self.table.current_id():
            self.context.open_customer(self.table.current_id())

    def _mend(self) -> None:
        if not self.number.text().strip():
            self.number.setFocus()
            return
        self._write(self.number.text())

    def _write(self, number: str) -> None:
        row = self.table.current_row()
        if row is None:
            return
        self.context.write(
            partial(_mended, self.context.shop, row.id, number),
            self._done,
            said=_said,
            undo=self._undo,
            on_error=self._no,
        )

    def _done(self, _mended: Mended) -> None:
        self.number.clear()
        self.wrong.hide()
        self.table.setFocus()

    def _no(self, error: Exception) -> None:
        """A number that cannot be is said below it; what was typed stays."""
        if isinstance(error, Refused):
            self.wrong.setText(str(error))
            self.wrong.show()
            self.number.setFocus()
        else:
            self.context.show_error(error)

    def _undo(self, done: Mended) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: contact_views.undo_mend(shop, done), said=_("已恢复原来的内容"))


def read(shop: Shop, filters: Filters, _progress: Progress) -> list[VerifyRow]:
    return contact_views.to_verify(shop, filters)


def _mended(shop: Shop, customer_id: int, number: str, _progress: Progress) -> Mended:
    return contact_views.mend_number(shop, customer_id, number)


def _said(done: Mended) -> str:
    if done.reopened:
        return _("{name}：号码已核实，{n} 个电话回到今天。").format(name=done.name, n=len(done.reopened))
    return _("{name}：号码已核实。").format(name=done.name)


def _columns() -> list[Column]:
    return [
        Column(
            "since",
            N_("发现"),
            width=110,
            text=lambda row: formats.short_day(row.since) or "–",
            tone=lambda _row: "muted",
            sort=False,
        ),
        Column("card_no", N_("卡号"), width=90, sort=False),
        Column("name", N_("姓名"), width=110, bold=True, sort=False),
        Column(
            "grade",
            N_("等级"),
            width=64,
            align="center",
            text=lambda row: _("流失") if row.customer_state == "lost" else row.grade.value,
            badge=lambda row: theme.grade_badge(row.grade.value, row.customer_state),
            sort=False,
        ),
        Column("phone", N_("电话"), width=130, sort=False),
        Column("by", N_("谁打的"), width=100, sort=False),
        Column("note", N_("备注"), width=200, stretch=True, sort=False),
        Column("clerk", N_("负责人"), width=110, sort=False),
        Column(
            "last_visit",
            N_("最近到店"),
            width=110,
            text=lambda row: formats.short_day(row.last_visit),
            sort=False,
        ),
    ]
