"""装礼品: the gifts that leave on a day, ticked by key as they are packed, and the check-list on paper."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from services import formats, gifts
from services.gifts import packing
from services.gifts.packing import PackDay
from services.gifts.parcels import ParcelRow
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.gifts.line_actions import place_words
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop


class PackingBox(Box):
    """One day at a time; Space ticks the gift under the cursor and goes on to the next."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("装礼品"), 860)
        self.context = context
        self.days: list[PackDay] = []
        steps = _("、").join(_(one) for one in context.shop.policy.gifts.packing)
        self.body.addWidget(
            label(_("每一件：{steps}。空格键登记装好。").format(steps=steps), "muted", wrap=True)
        )
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        self.choice = QComboBox()
        self.choice.setAccessibleName(_("哪一天"))
        self.choice.setToolTip(_("寄出或交给客户的日子；早该装的算在今天"))
        self.choice.setMinimumWidth(theme.px(280))
        self.figures = label("", "section")
        top.addWidget(self.choice)
        top.addWidget(self.figures)
        top.addStretch()
        self.body.addLayout(top)
        self.table = LazyTable(context, "gifts_to_pack", _("要装的礼品"), _columns())
        self.table.setMinimumHeight(theme.px(320))
        self.table.set_empty(_("没有要装的礼品"), _("店主批准的礼品会按寄出或交付的日子列在这里。"))
        self.body.addWidget(self.table, 1)
        self.place = label("", "muted", wrap=True)
        self.body.addWidget(self.place)
        self.add_button(_("关闭"), self.accept)
        self.print_button = KeyButton(_("装礼清单…"), "Ctrl+P", "", _("打印这一天的核对清单"), "printer")
        self.tick = KeyButton(_("装好"), "P", "primary", _("登记选中的礼品已装好；再按一次撤销"))
        for button, do in ((self.print_button, self._print), (self.tick, self._tick)):
            button.clicked.connect(do)
            self.buttons.addWidget(button)
        QShortcut(QKeySequence(Qt.Key.Key_Space), self.table.view, self._tick).setContext(
            Qt.ShortcutContext.WidgetShortcut
        )
        self.table.opened.connect(lambda _id: self._tick())
        self.choice.activated.connect(lambda _at: self._read_rows())
        self.table.current_changed.connect(lambda _id: self._tell())
        self.table.selection_changed.connect(lambda _n: self._tell())
        self._read_days()

    def day(self) -> date | None:
        at = self.choice.currentIndex()
        return self.days[at].day if 0 <= at < len(self.days) else None

    def _read_days(self) -> None:
        shop = self.context.shop
        self.context.read(lambda _progress: packing.pack_days(shop), self._show_days)

    def _show_days(self, days: list[PackDay]) -> None:
        before = self.day()
        self.days = days
        self.choice.blockSignals(True)
        self.choice.clear()
        for one in days:
            self.choice.addItem(
                _("{day}：{n} 件，已装 {packed} 件").format(
                    day=formats.short_day(one.day), n=one.pieces, packed=one.packed
                )
            )
        known = [one.day for one in days]
        open_days = [at for at, one in enumerate(days) if one.packed < one.pieces]
        at = known.index(before) if before in known else (open_days[0] if open_days else 0)
        self.choice.setCurrentIndex(at if days else -1)
        self.choice.blockSignals(False)
        self._read_rows()

    def _read_rows(self) -> None:
        day = self.day()
        if day is None:
            self._show([])
            return
        self.context.read(partial(_rows, self.context.shop, day), self._show)

    def _show(self, rows: list[ParcelRow]) -> None:
        self.table.show_rows(rows)
        packed = sum(1 for one in rows if one.packed_on)
        self.figures.setText(_("已装 {m} / {n}").format(m=packed, n=len(rows)) if rows else "")
        self.print_button.setEnabled(bool(rows))
        if rows and not self.table.current_id():
            self.table.select_first()
        self.table.setFocus()
        self._tell()

    def _chosen(self) -> list[ParcelRow]:
        wanted = set(self.table.selected_ids()) or {self.table.current_id()}
        found = [self.table.model.row(at) for at, one in enumerate(self.table.model.ids) if one in wanted]
        return [row for row in found if row is not None]

    def _tell(self) -> None:
        row = self.table.current_row()
        self.place.setText(place_words(row) if row is not None else "")
        self.tick.setEnabled(row is not None)
        self.tick.tell(_("撤销装好") if row is not None and row.packed_on else _("装好"))

    def _tick(self) -> None:
        chosen = self._chosen()
        if not chosen:
            return
        shop = self.context.shop
        new = [row.id for row in chosen if row.packed_on is None]
        if new:
            self._go_on(new)
            self.context.write(
                lambda _progress: packing.pack(shop, new),
                lambda _ids: self._read_days(),
                said=lambda ids: _("已装好 {n} 件。").format(n=len(ids)),
                undo=self._untick,
            )
            return
        self._untick([row.id for row in chosen])

    def _untick(self, ids: list[int]) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: packing.unpack(shop, ids),
            lambda _none: self._read_days() if self.isVisible() else None,
            said=_("已撤销装好。"),
        )

    def _go_on(self, done: list[int]) -> None:
        """The cursor stands on the next gift before the table is read anew."""
        ids = list(self.table.model.ids)
        after = [one for one in ids[ids.index(done[-1]) + 1 :] if one not in done]
        if after:
            self.table.select_id(after[0])

    def _print(self) -> None:
        day, shop = self.day(), self.context.shop
        if day is None:
            return
        name = _("装礼清单") + f"-{day.isoformat()}.pdf"

        def save(path: Path) -> int:
            return packing.write(shop, day, path)

        def ready(pdf: bytes) -> None:
            from ui.printing import preview

            preview.show(
                self.context,
                self,
                pdf,
                _("装礼清单"),
                file_name=name,
                save=save,
                printed=lambda: packing.printed(shop, day),
            )

        title = _("正在排装礼清单…")
        dialogs.work(self.context, self, title, lambda _progress: packing.pdf(shop, day), ready, reads=True)


def _rows(shop: Shop, day: date, _progress: Progress) -> list[ParcelRow]:
    return packing.to_pack(shop, day)


def _columns() -> list[Column]:
    return [
        Column("card_no", N_("客户编号"), 108, sort=False),
        Column("name", N_("客户名"), 96, bold=True, sort=False),
        Column(
            "occasion", N_("赠送事宜"), 104, sort=False, text=lambda row: gifts.occasion_words(row.occasion)
        ),
        Column("due", N_("日期"), 104, sort=False, text=lambda row: formats.short_day(row.due)),
        Column("gift", N_("礼品"), 150, sort=False, stretch=True),
        Column(
            "handover", N_("交付方式"), 104, sort=False, text=lambda row: gifts.handover_words(row.handover)
        ),
        Column("packed_by", N_("包装"), 150, sort=False, text=packed_words, badge=_badge),
    ]


def packed_words(row: ParcelRow) -> str:
    """Whether it is packed, and by whom."""
    if row.packed_on is None:
        return _("没有装")
    return _("装好 {who}").format(who=row.packed_by)


def _badge(row: ParcelRow) -> str:
    return "good" if row.packed_on else "quiet"
