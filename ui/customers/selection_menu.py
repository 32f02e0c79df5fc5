"""What is done with the selected customers: print, export, copy, group, clerk, note, special, merge, ask to erase."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from services import call_list, list_export, selection
from services.errors import Refused
from services.filters.words import Names, names
from services.rights import Right, may
from services.rules import filters
from services.selection import Asked, Moved, Named, Noted
from services.words import N_, _
from ui import dialogs
from ui.widgets.card import capital

if TYPE_CHECKING:
    from ui.customers.list_panel import ListPanel
    from ui.exports.permission import Permission

PRINTS = (("cards", N_("贺卡…")), ("labels", N_("地址标签…")), ("envelopes", N_("信封…")))


class SelectionMenu(QMenu):
    """Filled when it opens: for those who are selected, or for everybody listed when nobody is."""

    def __init__(self, panel: ListPanel) -> None:
        super().__init__(panel)
        self.panel = panel
        self.context = panel.context
        self.known = Names()
        self.setAccessibleName(_("对所选客户操作"))
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    def open(self) -> None:
        """Reads the groups and people as they are now, then pops up above its button."""
        shop = self.context.shop
        self.context.read(lambda _progress: names(shop), self._open)

    def _open(self, known: Names) -> None:
        self.known = known
        button = self.panel.acts
        self.popup(button.mapToGlobal(button.rect().topLeft()))

    def fill(self) -> None:
        """The lines as the person at work may use them; what they may not is grey and says who may."""
        self.clear()
        ids = self.panel.acted_on()
        chosen = self.panel.table.selected_count()
        whom = _("已选 {n} 位") if chosen else _("列出的全部 {n} 位")
        self.addAction(whom.format(n=f"{len(ids):,}")).setEnabled(False)
        self.addSeparator()
        prints = self.addMenu(capital(_("打印")))
        for kind, words in PRINTS:
            self._line(prints, _(words), Right.PRINT, partial(self._print, kind, ids))
        self._line(prints, _("电话单…"), Right.PRINT, partial(self._call_list, ids))
        self._line(self, _("导出所见…"), Right.EXPORT, partial(self._export, ids))
        self._line(self, _("用这些客户做活动…"), Right.SCHEDULE, partial(self._campaign, ids, bool(chosen)))
        self.addSeparator()
        self._line(self, _("写备注…"), Right.REGISTER, partial(self._note, ids))
        self._teams(_("换销售组"), self.known.groups, partial(self._place, ids))
        self._teams(_("指定负责店员"), self.known.clerks, partial(self._assign, ids))
        self._line(self, _("指定为特殊客户…"), Right.NAME_SPECIAL, partial(self._special, ids, True))
        self._line(self, _("取消特殊客户…"), Right.NAME_SPECIAL, partial(self._special, ids, False))
        self.addSeparator()
        merge = self._line(self, _("合并这两位…"), Right.MERGE, partial(self._merge, ids))
        if chosen != 2:
            merge.setEnabled(False)
            merge.setToolTip(_("正好选中两位时可以合并"))
        self._line(self, _("申请删除资料…"), Right.ASK_ERASE, partial(self._ask_erase, ids))
        self.addSeparator()
        self.addAction(_("全选"), self.panel.table.view.selectAll).setShortcut("Ctrl+A")
        self.addAction(_("反选"), self.panel.table.invert_selection).setShortcut("Ctrl+Shift+A")
        self.addAction(_("选择列…"), self.panel.table.arrange_columns)
        if not len(ids):
            for action in self.actions():
                action.setEnabled(False)

    def _line(self, menu: QMenu, words: str, right: Right, do: Callable[[], None]) -> QAction:
        action = menu.addAction(words)
        action.triggered.connect(lambda _on=False: do())
        action.setEnabled(may(self.context.shop, right))
        if not action.isEnabled():
            action.setToolTip(_("要店长或店主登录后操作"))
        return action

    def _teams(self, words: str, teams: Any, do: Callable[[int], None]) -> None:
        menu = self.addMenu(words)
        menu.setEnabled(may(self.context.shop, Right.GROUPS) and bool(teams))
        for number, name in teams.items():
            menu.addAction(name.replace("&", "&&")).triggered.connect(
                lambda _on=False, number=number: do(int(number))
            )

    def _sure(self, title: str, ids: Sequence[int]) -> bool:
        """With nobody selected an act means everybody listed: that is asked first."""
        if self.panel.table.selected_count():
            return True
        words = _("没有选中客户：会对列出的全部 {n} 位一起做。").format(n=f"{len(ids):,}")
        return dialogs.ask(self.panel.window(), title, words)

    # ---- out of the shop

    def _print(self, kind: str, ids: array[int]) -> None:
        from ui.printing.dialog import open_for

        open_for(self.context, kind, ids.tolist(), self.panel.window())

    def _call_list(self, ids: array[int]) -> None:
        window = self.panel.window()
        reason = dialogs.ask_text(window, _("电话单"), _("为什么打这些电话？印在每一页上。"))
        path = (
            dialogs.ask_path(
                window, _("存为 PDF"), save=True, suggested=_("电话单") + ".pdf", kinds="PDF (*.pdf)"
            )
            if reason
            else ""
        )
        if not path or reason is None:
            return
        target = path if path.lower().endswith(".pdf") else path + ".pdf"
        job = partial(_call_list, self.context.shop, ids, reason, target)
        dialogs.work(self.context, window, _("正在存文件…"), job, self._list_written)

    def _list_written(self, done: call_list.CallList) -> None:
        self.context.say(
            _("电话单已存为 {file}：{n} 位，{pages} 页").format(
                file=Path(done.file).name, n=done.count, pages=done.pages
            )
        )

    def _export(self, ids: array[int]) -> None:
        window = self.panel.window()
        from ui.exports import permission

        given = permission.ask(self.context, window, _("客户名单"))
        if given is None:
            return
        suggested = f"{_('客户名单')}-{self.context.today().isoformat()}.xlsx"
        path = dialogs.ask_path(
            window, _("导出到"), save=True, suggested=suggested, kinds="Excel (*.xlsx);;CSV (*.csv)"
        )
        if not path:
            return
        target = path if path.lower().endswith((".xlsx", ".csv")) else path + ".xlsx"
        columns = [column.key for column in self.panel.table.visible_columns()]
        narrowed = filters.to_json(self.panel.filter)
        job = partial(_exported, self.context.shop, ids, columns, target, given, narrowed)
        dialogs.work(
            self.context, window, _("正在导出{name}…").format(name=_("客户名单")), job, self._written
        )

    def _written(self, done: Any) -> None:
        self.context.say(_("已导出 {n} 行到 {file}").format(n=f"{done.rows:,}", file=done.file))

    def _campaign(self, ids: array[int], chosen: bool) -> None:
        """A draft for the selected ones; with nobody selected, for the filter, which is asked anew at the release."""
        from services.campaigns.segment import Segment, of_ids
        from ui.contacts.campaigns_editor import open_editor

        try:
            segment = of_ids(ids.tolist()) if chosen else Segment(self.panel.filter)
        except Refused as error:
            dialogs.tell(self.panel.window(), str(error), tone="bad")
            return
        open_editor(
            self.context, self.panel.window(), segment=segment,
            saved=lambda _one: self.context.tab_wanted.emit("contacts"),
        )  # fmt: skip

    # ---- in the books

    def _note(self, ids: array[int]) -> None:
        if not self._sure(_("给所选客户写备注"), ids):
            return
        text = dialogs.ask_text(
            self.panel.window(), _("给所选客户写备注"), _("记到 {n} 位客户的档案里。").format(n=len(ids))
        )
        shop = self.context.shop
        if text:
            self.context.write(
                lambda _progress: selection.note(shop, ids, text),
                said=lambda done: _("已给 {n} 位写了备注").format(n=f"{done.count:,}"),
                undo=self._take_notes_back,
            )

    def _take_notes_back(self, noted: Noted) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: selection.take_notes_back(shop, noted), said=_("已恢复原来的内容")
        )

    def _place(self, ids: array[int], group: int) -> None:
        if self._sure(_("换销售组"), ids):
            name = self.known.groups[str(group)]
            self._move(partial(selection.place, self.context.shop, ids, group), name)

    def _assign(self, ids: array[int], clerk: int) -> None:
        if self._sure(_("指定负责店员"), ids):
            name = self.known.clerks[str(clerk)]
            self._move(partial(selection.assign, self.context.shop, ids, clerk), name)

    def _move(self, move: Callable[[], Moved], name: str) -> None:
        self.context.write(
            lambda _progress: move(),
            said=lambda done: _("{n} 位客户归到{name}").format(n=f"{done.count:,}", name=name),
            undo=self._put_back,
        )

    def _put_back(self, moved: Moved) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: selection.put_back(shop, moved), said=_("已恢复原来的内容"))

    def _special(self, ids: array[int], special: bool) -> None:
        title = _("指定为特殊客户") if special else _("取消特殊客户")
        if not self._sure(title, ids):
            return
        words = _("共 {n} 位。请写明原因；会记入操作记录。").format(n=len(ids))
        reason = dialogs.ask_text(self.panel.window(), title, words, required=special)
        shop = self.context.shop
        if reason is not None:
            self.context.write(
                lambda _progress: selection.name_special(shop, ids, special, reason),
                said=lambda done: _("{n} 位客户有变化").format(n=len(done.ids)),
                undo=self._special_back,
            )

    def _special_back(self, named: Named) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: selection.name_special(shop, named.ids, not named.special, _("撤销")),
            said=_("已恢复原来的内容"),
        )

    def _merge(self, ids: array[int]) -> None:
        from ui.customers.duplicates_dialog import open_dialog

        open_dialog(self.context, self.panel.window(), (ids[0], ids[1]))

    def _ask_erase(self, ids: array[int]) -> None:
        if not self._sure(_("申请删除资料"), ids):
            return
        words = _("客户要求删除资料时用。申请记在案上，由店主决定；现在什么都不会删。请写明原因。")
        reason = dialogs.ask_text(self.panel.window(), _("申请删除资料"), words, _("提出申请"))
        shop = self.context.shop
        if reason:
            self.context.write(
                lambda _progress: selection.ask_erase(shop, ids, reason),
                said=lambda done: _("已为 {n} 位客户提出申请，店主在“常用”筛选里能看到").format(
                    n=len(done.ids)
                ),
                undo=self._withdraw,
            )

    def _withdraw(self, asked: Asked) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: selection.withdraw_erase(shop, asked), said=_("已撤回申请"))


def _call_list(shop: Any, ids: Sequence[int], reason: str, target: str, progress: Any) -> call_list.CallList:
    return call_list.write(shop, ids, reason, target, progress)


def _exported(
    shop: Any,
    ids: Sequence[int],
    columns: Sequence[str],
    target: str,
    given: Permission,
    narrowed: str,
    progress: Any,
) -> Any:
    return list_export.export(
        shop, ids, columns, target, progress, reason=given.reason, pin=given.pin, filtered=narrowed
    )
