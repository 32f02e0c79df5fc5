"""整店盘点: print the sheet, count, type the numbers down the column, see the differences, book them in one act."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from services import formats, stock
from services.progress import Progress
from services.rights import Right, may
from services.shop import Shop
from services.stock import Closed, CountLine, StocktakeView
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import Form, TextField
from ui.gifts.checks_save import PAPER, save
from ui.gifts.stock_count_table import CountTable
from ui.gifts.stock_dialogs import FormBox
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton


def open_count(context: Context, parent: QWidget) -> None:
    """Goes on with the stocktake under way, or begins one."""
    if not may(context.shop, Right.STOCK):
        return
    shop = context.shop

    def begin(_progress: Progress) -> StocktakeView:
        found = stock.open_stocktake(shop)
        return found if found is not None else stock.stocktake(shop, stock.begin_stocktake(shop))

    context.write(begin, lambda view: CountBox(context, parent.window(), view).open())


class CountBox(Box):
    """What is typed is kept at once: the box may be closed and opened again, also after a power cut."""

    def __init__(self, context: Context, parent: QWidget | None, view: StocktakeView) -> None:
        super().__init__(parent, _("整店盘点"), 940)
        self.context, self.view = context, view
        words = _(
            "先打印盘点表到货架前数；回来键入件数，按 Enter 到下一种。数过的才显示账面和差额；空着的不入账。"
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        self.figures = label("", "section")
        self.body.addWidget(self.figures)
        self.table = CountTable()
        self.table.setMinimumHeight(theme.px(220))
        self.body.addWidget(self.table, 1)
        self.wrong = label("", "bad", wrap=True)
        self.body.addWidget(self.wrong)
        self.layout().setStretchFactor(self.body, 1)
        self.print_button = KeyButton(
            _("盘点表…"), "Ctrl+P", "", _("预览、打印盘点表，或存为 PDF"), "printer"
        )
        self.save_button = KeyButton(_("导出…"), "Ctrl+S", "", _("盘点表存成 PDF、Excel 或 CSV"))
        self.recount = KeyButton(_("重新数"), "F5", "", _("光标所在的礼品在盘点中有进出：按现在的账面重新数"))
        self.cancel = KeyButton(_("作废盘点"), "Ctrl+Del", "flat", _("结束这次盘点，什么都不入账"))
        self.later = self.add_button(_("先关上"), self.accept)
        self.later.setToolTip(_("填的数都在，下次接着填  Esc"))
        self.book = KeyButton(_("差额入账…"), "F8", "primary", _("列出差额，确认后一次入账"))
        for place, button in enumerate((self.print_button, self.save_button, self.recount, self.cancel)):
            self.buttons.insertWidget(place, button)
        self.buttons.addWidget(self.book)
        self.print_button.clicked.connect(self._preview)
        self.save_button.clicked.connect(self._save)
        self.recount.clicked.connect(self._recount)
        self.cancel.clicked.connect(self._cancel)
        self.book.clicked.connect(self._book)
        self.table.count_model.typed.connect(self._keep)
        self.table.count_model.wrong.connect(self.wrong.setText)
        room = self.screen().availableSize()
        self.resize(min(theme.px(1000), room.width()), min(theme.px(640), room.height()))
        self._show(view)
        self.table.go_to(self.table.first_empty())
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- reading and keeping

    def _show(self, view: StocktakeView) -> None:
        self.view = view
        self.table.count_model.show(view.lines)
        short = -sum(line.value for line in view.differences if line.value < 0)
        over = sum(line.value for line in view.differences if line.value > 0)
        words = _("盘点 {id} · {day} · 已数 {done} / {n} 种").format(
            id=view.id, day=formats.short_day(view.day), done=view.counted, n=len(view.lines)
        )
        if view.differences:
            words += " · " + _("少 {lost}，多 {found}").format(
                lost=formats.money(short), found=formats.money(over)
            )
        self.figures.setText(words)
        self.book.setEnabled(bool(view.counted))

    def _read(self, *_any: object) -> None:
        self.context.read(partial(_view, self.context.shop, self.view.id), self._show)

    def _keep(self, gift_id: int, number: int | None) -> None:
        shop, which = self.context.shop, self.view.id
        self.context.write(
            lambda _progress: stock.enter_counts(shop, which, {gift_id: number}),
            self._read,
            on_error=self._no,
        )

    def _no(self, error: Exception) -> None:
        self.context.show_error(error)
        self._read()

    # ---- the sheet

    def _preview(self) -> None:
        shop, which = self.context.shop, self.view.id

        def job(_progress: Progress) -> bytes:
            from services.gift_checks import stock_files

            return stock_files.draw_count_sheet(shop, which).bytes()

        def show(pdf: bytes) -> None:
            from ui.printing import preview

            preview.show(self.context, self, pdf, _("礼品盘点表"), file_name=_("盘点表") + f"-{which}.pdf")

        dialogs.work(self.context, self, _("正在排盘点表…"), job, show, reads=True)

    def _save(self) -> None:
        shop, which = self.context.shop, self.view.id

        def write(path: Path, progress: Progress) -> int:
            from services.gift_checks import stock_files

            return stock_files.count_sheet(shop, which, path, progress=progress)

        save(self.context, self, _("盘点表") + f"-{which}", write, PAPER)

    # ---- ending it

    def _recount(self) -> None:
        row = self.table.currentIndex().row()
        if row < 0:
            return
        shop, which, gift = self.context.shop, self.view.id, self.view.lines[row].gift_id
        self.context.write(lambda _progress: stock.recount(shop, which, [gift]), self._read)

    def _cancel(self) -> None:
        reason = dialogs.ask_text(self, _("作废这次盘点"), _("为什么作废？填的数不会入账。"), _("作废"))
        if not reason:
            return
        shop, which = self.context.shop, self.view.id
        self.context.write(
            lambda _progress: stock.cancel_stocktake(shop, which, reason),
            lambda _none: self.accept(),
            said=_("盘点 {id} 已作废，库存没有动。").format(id=which),
        )

    def _book(self) -> None:
        self.context.read(partial(_view, self.context.shop, self.view.id), self._ask)

    def _ask(self, view: StocktakeView) -> None:
        self._show(view)
        Differences(self.context, self, view).open()


class Differences(FormBox):
    """The differences before they are booked, who counted, and whether the owner has to confirm."""

    def __init__(self, context: Context, parent: CountBox, view: StocktakeView) -> None:
        form = Form(
            [TextField("counted_by", _("盘点人"), required=True, length=100), TextField("note", _("备注"))]
        )
        super().__init__(context, parent, _("盘点差额"), form, _("入账"))
        self.view, self._parent = view, parent
        self.setMinimumWidth(theme.px(680))
        table = LazyTable(context, "count_differences", _("盘点差额"), _columns(), multiple=False)
        table.set_empty(_("没有差额"), _("数过的都和账面一样。"))
        table.setMinimumHeight(theme.px(220))
        table.show_rows(view.differences)
        left = len(view.lines) - view.counted
        if left:
            words = _("还有 {n} 种没有数，它们的库存不变。").format(n=left)
            self.body.insertWidget(0, label(words, "warn", wrap=True))
        self.body.insertWidget(0, table)
        if not may(context.shop, Right.CONFIRM_LOSS):
            most = formats.money(context.shop.policy.gift_checks.loss_confirm_above_fen)
            words = _("一个月累计超过 {value} 的损耗和差额要店主确认。").format(value=most)
            self.body.addWidget(label(words, "muted", wrap=True))
        form.load({"counted_by": view.counted_by, "note": ""})
        self.save = self._write

    def _write(self, values: dict[str, str]) -> None:
        shop, which = self.context.shop, self.view.id
        self.context.write(
            lambda _progress: stock.close_stocktake(shop, which, values["counted_by"], values["note"]),
            self._closed,
            said=_closed_words,
            undo=partial(_undo, self.context),
            on_error=self.fail,
        )

    def _closed(self, _done: Closed) -> None:
        self.accept()
        self._parent.accept()


def _closed_words(done: Closed) -> str:
    if done.waits:
        return _("盘点 {id}：差额超过限额，等店主确认，库存还没有动。").format(id=done.id)
    return _("盘点 {id} 已入账：少 {short} 件，多 {over} 件。").format(
        id=done.id, short=done.short, over=done.over
    )


def _undo(context: Context, done: Closed) -> None:
    shop = context.shop
    context.write(
        lambda _progress: stock.undo_stocktake(shop, done.id),
        said=_("盘点 {id} 的入账已撤销。").format(id=done.id),
    )


def _view(shop: Shop, stocktake_id: int, _progress: Progress) -> StocktakeView:
    return stock.stocktake(shop, stocktake_id)


def _difference(row: CountLine) -> str:
    return f"{row.difference or 0:+,}"


def _columns() -> list[Column]:
    return [
        Column("gift", N_("礼品"), 150, sort=False, bold=True, stretch=True),
        Column("book", N_("账面"), 72, "right", sort=False),
        Column("counted", N_("实数"), 72, "right", sort=False),
        Column(
            "difference",
            N_("相差"),
            72,
            "right",
            sort=False,
            text=_difference,
            tone=lambda row: "bad" if (row.difference or 0) < 0 else "good",
        ),
        Column("value", N_("金额"), 110, "right", sort=False, text=lambda row: formats.money(row.value)),
    ]
