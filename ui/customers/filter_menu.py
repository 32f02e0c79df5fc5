"""常用: the shipped filters and those the shop kept; choose, keep, rename, delete with undo."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMenu

from services.errors import Refused
from services.filters import saved
from services.filters.saved import Saved
from services.filters.usual import usual
from services.rules.filters import Filter
from services.words import _
from ui import dialogs
from ui.widgets.card import capital

if TYPE_CHECKING:
    from ui.customers.filter_bar import FilterBar


def open_menu(bar: FilterBar) -> None:
    """Reads what is kept, then shows the menu under its button."""
    shop = bar.context.shop
    bar.context.read(lambda _progress: saved.saved(shop), partial(_popup, bar))


def _popup(bar: FilterBar, kept: list[Saved]) -> None:
    menu = build(bar, kept)
    menu.popup(bar.kept.mapToGlobal(bar.kept.rect().bottomLeft()))


def build(bar: FilterBar, kept: list[Saved]) -> QMenu:
    """The menu: kept filters first, then the shipped ones, then what can be done."""
    menu = QMenu(bar)
    menu.setAccessibleName(_("常用筛选"))
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    for one in kept:
        action = menu.addAction(one.name.replace("&", "&&"))
        action.setToolTip(_("{name} 保存的").format(name=one.creator) if one.creator else "")
        action.triggered.connect(partial(_use_saved, bar, one))
    if kept:
        menu.addSeparator()
    for shipped in usual(bar.context.shop):
        action = menu.addAction(capital(_(shipped.words)))
        action.setToolTip(_(shipped.tip))
        action.triggered.connect(partial(_use, bar, shipped.filter))
    menu.addSeparator()
    keep = menu.addAction(_("保存现在的筛选…"), partial(_save, bar))
    keep.setEnabled(bool(bar.filter.conditions))
    mine = [one for one in kept if one.mine]
    for words, act in ((_("改名"), _rename), (_("删除"), _delete)):
        more = menu.addMenu(words)
        more.setEnabled(bool(mine))
        for one in mine:
            more.addAction(one.name.replace("&", "&&")).triggered.connect(partial(act, bar, one))
    return menu


def _use(bar: FilterBar, wanted: Filter, _on: bool = False) -> None:
    bar.wanted.emit(wanted)


def _use_saved(bar: FilterBar, one: Saved, _on: bool = False) -> None:
    try:
        bar.wanted.emit(one.filter)
    except Refused as no:
        bar.context.show_error(no)


def _save(bar: FilterBar) -> None:
    shop, wanted, name = bar.context.shop, bar.filter, ""
    name = dialogs.ask_text(bar.window(), _("保存筛选"), _("起个名字，店里每个人都能用。"), _("保存")) or ""
    if name:
        bar.context.write(
            lambda _progress: saved.save(shop, name, wanted),
            said=_("已保存筛选“{name}”").format(name=name),
            undo=lambda number: _take_back(bar, number),
        )


def _take_back(bar: FilterBar, number: int) -> None:
    shop = bar.context.shop
    bar.context.write(lambda _progress: saved.delete(shop, number), said=_("已恢复原来的内容"))


def _rename(bar: FilterBar, one: Saved, _on: bool = False) -> None:
    shop = bar.context.shop
    name = dialogs.ask_text(bar.window(), _("筛选改名"), _("现在叫“{name}”。").format(name=one.name))
    if name:
        bar.context.write(
            lambda _progress: saved.rename(shop, one.id, name),
            said=_("已改名为“{name}”").format(name=name),
            undo=lambda before: _name_back(bar, one.id, before),
        )


def _name_back(bar: FilterBar, number: int, name: str) -> None:
    shop = bar.context.shop
    bar.context.write(lambda _progress: saved.rename(shop, number, name), said=_("已恢复原来的内容"))


def _delete(bar: FilterBar, one: Saved, _on: bool = False) -> None:
    shop = bar.context.shop
    bar.context.write(
        lambda _progress: saved.delete(shop, one.id),
        said=_("已删除筛选“{name}”").format(name=one.name),
        undo=partial(_put_back, bar),
    )


def _put_back(bar: FilterBar, gone: Any) -> None:
    shop = bar.context.shop
    bar.context.write(lambda _progress: saved.restore(shop, gone), said=_("已恢复原来的内容"))
