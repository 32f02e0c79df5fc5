"""礼金券: all vouchers by state, found by number, name or card; issuing, making void, and the life of each."""

from __future__ import annotations

from array import array
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from models.kinds import VoucherState
from services import formats
from services.errors import Refused
from services.rights import Right, may
from services.rules.vouchers import grouped
from services.voucher_words import kind_words, move_words, state_words, terms_words
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop
    from services.vouchers import MoveRow, VoucherRow

SETTLE = 150
"""Milliseconds after the last key before the list is read."""
COLUMNS = [
    Column("number", N_("券号"), 150, text=lambda row: grouped(row.number), bold=True, sort=False),
    Column("value", N_("面值"), 90, align="right", text=lambda row: formats.money(row.value), sort=False),
    Column(
        "worth",
        N_("可抵"),
        90,
        align="right",
        text=lambda row: formats.money(row.worth) if row.worth else "",
        sort=False,
    ),
    Column(
        "state",
        N_("状态"),
        80,
        text=lambda row: state_words(row.state),
        badge=lambda row: "good" if row.state is VoucherState.ISSUED else "quiet",
        sort=False,
    ),
    Column("valid_to", N_("用到"), 100, text=lambda row: formats.short_day(row.valid_to), sort=False),
    Column("name", N_("客户"), 120, text=lambda row: row.name or _("不记名"), sort=False),
    Column("kind", N_("用途"), 120, text=lambda row: kind_words(row.kind), sort=False),
    Column(
        "terms",
        N_("条件"),
        160,
        stretch=True,
        text=lambda row: terms_words(row.minimum, row.on_special),
        tone=lambda _row: "muted",
        hint=lambda row: row.reason,
        sort=False,
    ),
]


class Vouchers(Box):
    """Everybody may look one up; the manager issues and makes void."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("礼金券"), 640)
        self.context = context
        self.may = may(context.shop, Right.VOUCHERS)
        self.states = QComboBox()
        self.states.setAccessibleName(_("状态"))
        self.states.setToolTip(_("只看这种状态的礼金券"))
        self.states.addItem(_("全部"), None)
        for state in VoucherState:
            self.states.addItem(state_words(state), state)
        self.states.currentIndexChanged.connect(lambda _i: self._load())
        self.search = Line(_("查券号、姓名或卡号"), code=True)
        self.search.setPlaceholderText(_("扫码，或输入券号、姓名、卡号"))
        self.search.setProperty("takes_scan", True)
        self.search.entered.connect(self._load)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(SETTLE)
        self._rest.timeout.connect(self._load)
        self.search.textChanged.connect(lambda _text: self._rest.start())
        self._rest_life = QTimer(self)
        self._rest_life.setSingleShot(True)
        self._rest_life.setInterval(60)
        self._rest_life.timeout.connect(self._read_life)
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self.search, 1)
        top.addWidget(self.states)
        self.body.addLayout(top)
        self.table = LazyTable(context, "vouchers", _("礼金券名单"), COLUMNS, multiple=False)
        self.table.setMinimumHeight(theme.px(220))
        self.table.current_changed.connect(lambda _id: self._rest_life.start())
        self.table.opened.connect(lambda _id: self._open_customer())
        self.body.addWidget(self.table, 1)
        self.life = label("", "muted", wrap=True, selectable=True)
        self.life.setAccessibleName(_("这张券的经过"))
        self.body.addWidget(self.life)
        self._build_buttons()
        room = parent.window().size() if parent else QSize(1366, 768)
        self.resize(min(theme.px(1080), room.width()), min(theme.px(600), room.height() - theme.px(48)))
        self._load()
        self.search.setFocus()

    def _build_buttons(self) -> None:
        self.new = KeyButton(_("发行…"), "Ins", "primary", _("发行一张或一批礼金券；要店长"))
        self.stop = KeyButton(_("作废…"), "Del", "danger", _("作废选中的礼金券；当天可以撤销"))
        self.prices = KeyButton(_("兑换积分…"), "F6", "", _("哪些礼品能用积分换，各要几分；要店长"))
        self.out = KeyButton(_("导出…"), "Ctrl+E", "", _("礼金券名单存成表格"))
        for place, (button, do) in enumerate(
            (
                (self.new, self._issue),
                (self.stop, self._void),
                (self.prices, self._prices),
                (self.out, self._export),
            )
        ):
            button.clicked.connect(do)
            self.buttons.insertWidget(place, button)
        self.new.setEnabled(self.may)
        self.prices.setEnabled(may(self.context.shop, Right.STOCK))
        self.out.setEnabled(may(self.context.shop, Right.EXPORT))
        self.add_button(_("关闭"), self.accept)

    def _load(self) -> None:
        self._rest.stop()
        chosen, text = self.states.currentData(), self.search.text()
        state = VoucherState(chosen) if chosen else None
        self.context.read(
            partial(_ids, self.context.shop, state, text), partial(self._show, bool(state or text.strip()))
        )

    def _show(self, filtered: bool, ids: array[int]) -> None:
        from services import vouchers

        shop = self.context.shop
        if filtered:
            self.table.set_empty(_("没有符合的礼金券"), _("换一个状态，或核对券号。"))
        else:
            self.table.set_empty(
                _("还没有礼金券"), _("按 Ins 发行第一张。") if self.may else _("由店长发行。")
            )
        kept = self.table.current_id()
        self.table.show_ids(ids, lambda some: vouchers.rows(shop, some))
        if not self.table.select_id(kept):
            self.table.select_first()
        self._read_life()

    def _row(self) -> VoucherRow | None:
        row: VoucherRow | None = self.table.current_row()
        return row

    def _read_life(self) -> None:
        row = self._row()
        self.stop.setEnabled(self.may and row is not None and row.state is VoucherState.ISSUED)
        if row is None:
            self.life.setText("")
            return
        self.context.read(partial(_life, self.context.shop, row.id), partial(self._show_life, row.id))

    def _show_life(self, voucher_id: int, moves: list[MoveRow]) -> None:
        if self.table.current_id() == voucher_id:
            self.life.setText("　".join(map(_move, moves)))

    def _open_customer(self) -> None:
        row = self._row()
        if row is not None and row.customer_id is not None:
            self.context.open_customer(row.customer_id)
            self.accept()

    def _issue(self) -> None:
        from ui.vouchers import issue_dialog

        issue_dialog.open_dialog(self.context, self)
        self._load()

    def _prices(self) -> None:
        from ui.vouchers import prices_dialog

        prices_dialog.open_dialog(self.context, self)

    def _void(self) -> None:
        from services import vouchers

        row = self._row()
        if row is None:
            return
        title = _("作废礼金券 {number}").format(number=grouped(row.number))
        reason = dialogs.ask_text(self, title, _("请写明原因；会记入操作记录。"))
        if not reason:
            return
        shop = self.context.shop
        self.context.write(
            lambda _progress: vouchers.void(shop, row.number, reason),
            lambda _done: self._load(),
            said=_("礼金券 {number} 已作废").format(number=grouped(row.number)),
            undo=lambda _done: self._revive(row.number),
        )

    def _revive(self, number: str) -> None:
        from services import vouchers

        context = self.context
        context.write(lambda _progress: vouchers.revive(context.shop, number), said=_("已撤销作废"))

    def _export(self) -> None:
        from ui.exports import permission

        given = permission.ask(self.context, self, _("礼金券"))
        if given is None:
            return
        suggested = f"{_('礼金券')}-{self.context.today().isoformat()}.xlsx"
        path = dialogs.ask_path(
            self, _("导出到"), save=True, suggested=suggested, kinds="Excel (*.xlsx);;CSV (*.csv)"
        )
        if not path:
            return
        target = path if path.lower().endswith((".xlsx", ".csv")) else path + ".xlsx"
        shop = self.context.shop

        def job(progress: Any) -> Any:
            from services import exports

            return exports.export(shop, "vouchers", target, progress, reason=given.reason, pin=given.pin)

        dialogs.work(self.context, self, _("正在导出{name}…").format(name=_("礼金券")), job, self._exported)

    def _exported(self, done: Any) -> None:
        self.context.say(_("已导出 {n} 行到 {file}").format(n=f"{done.rows:,}", file=done.file))


def _ids(shop: Shop, state: VoucherState | None, text: str, _progress: Progress) -> array[int]:
    from services import vouchers

    return vouchers.ids(shop, state, text)


def _life(shop: Shop, voucher_id: int, _progress: Progress) -> list[MoveRow]:
    from services import vouchers

    return vouchers.history(shop, voucher_id)


def _move(move: MoveRow) -> str:
    parts = [formats.short_day(move.day), move_words(move.kind)]
    if move.ticket_id:
        parts.append(_("小票 {n}").format(n=move.ticket_id))
    parts += [part for part in (move.reason, move.user) if part]
    return " ".join(parts)


def open_dialog(context: Context, parent: QWidget) -> None:
    """From the menu."""
    if not may(context.shop, Right.SEE):
        context.say(str(Refused("请先登录。")), tone="bad")
        return
    box = Vouchers(context, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.exec()
