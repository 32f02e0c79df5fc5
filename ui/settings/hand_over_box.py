"""交接: who takes over and how many parts; what each would get stands there before anything happens."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QSpinBox, QWidget

from services.errors import Refused
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.settings.allocate_box import undo_act
from ui.widgets.card import label, scrolled
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.allocation import Member
    from services.hand_over import HandOver
    from services.progress import Progress
    from services.sheets.hand_over import HandOverSheet
    from services.shop import Shop

HEADS = (N_("接手的人"), N_("份数"), N_("客户"), N_("待联络"), N_("待发礼品"))
PARTS_MOST = 9


def mix_words(counts: tuple[int, int, int]) -> str:
    """`15：A 3  B 2  C 10`."""
    return _("{n}：A {a}  B {b}  C {c}").format(n=sum(counts), a=counts[0], b=counts[1], c=counts[2])


class Taker:
    """One person who may take over: a tick, their parts, and what they would get."""

    def __init__(self, member: Member) -> None:
        self.name = member.name
        self.tick = QCheckBox(f"{member.name}（{member.group}）" if member.group else member.name)
        self.tick.setAccessibleName(_("{name}接手").format(name=member.name))
        self.tick.setToolTip(self.tick.accessibleName())
        self.parts = QSpinBox()
        self.parts.setRange(1, PARTS_MOST)
        self.parts.setAccessibleName(_("{name}的份数").format(name=member.name))
        self.parts.setToolTip(_("2 份的人分到的客户是 1 份的人的两倍"))
        self.parts.setEnabled(False)
        self.tick.toggled.connect(self.parts.setEnabled)
        self.cells = [label(""), label(""), label("")]

    def clear(self) -> None:
        for cell in self.cells:
            cell.setText("")


class HandOverBox(Box):
    """Closes with True when the hand-over was made."""

    def __init__(self, context: Context, leaver: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("交接 {name} 的客户").format(name=leaver), 680)
        self.context = context
        self.leaver = leaver
        self.seen: HandOver | None = None
        self.takers: list[Taker] = []
        words = _(
            "勾选接手的人，可以几位。客户按份数、人数和等级分，待联络、待发礼品和备注跟着客户走，客户进接手人的组。"
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        inside = QWidget()
        self.grid = QGridLayout(inside)
        self.grid.setContentsMargins(0, 0, theme.px(8), 0)
        self.grid.setHorizontalSpacing(theme.px(16))
        self.grid.setVerticalSpacing(theme.px(8))
        for column, words in enumerate(HEADS):
            self.grid.addWidget(label(_(words), "muted"), 0, column)
        self.grid.setColumnStretch(0, 1)
        area = scrolled(inside)
        area.setAccessibleName(_("接手的人"))
        area.setMinimumHeight(theme.px(200))
        self.body.addWidget(area, 1)
        self.said: QLabel = label("", wrap=True)
        self.body.addWidget(self.said)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        self.list = KeyButton(_("清单预览…"), "Ctrl+P", "", _("每位接手人一份：客户、电话、待办、签名处"))
        self.save = KeyButton(_("存清单…"), "Ctrl+S", "", _("存为 Excel 表格或 PDF"))
        self.go = KeyButton(_("交接"), "F8", "primary", _("一次完成，可以撤销"))
        for button, do in ((self.list, self._list), (self.save, self._save), (self.go, self._apply)):
            button.clicked.connect(do)
            button.setEnabled(False)
        self.buttons.insertWidget(0, self.list)
        self.buttons.insertWidget(1, self.save)
        self.add_button(_("取消"), self.reject)
        self.buttons.addWidget(self.go)
        self.resize(theme.px(700), theme.px(480))
        context.read(partial(_members, context.shop), self._fill, on_error=self._failed)

    def wanted(self) -> dict[str, int]:
        """Name → parts of those who are ticked."""
        return {one.name: one.parts.value() for one in self.takers if one.tick.isChecked()}

    def _fill(self, members: list[Member]) -> None:
        others = [one for one in members if one.name != self.leaver]
        for row, member in enumerate(others, 1):
            taker = Taker(member)
            taker.tick.toggled.connect(lambda _on: self._preview())
            taker.parts.valueChanged.connect(lambda _n: self._preview())
            for column, widget in enumerate((taker.tick, taker.parts, *taker.cells)):
                self.grid.addWidget(widget, row, column)
            self.takers.append(taker)
        self.grid.setRowStretch(len(others) + 1, 1)
        if self.takers:
            self.takers[0].tick.setFocus()
        else:
            self.said.setText(_("没有别的员工可以接手。请店主先添加一位。"))

    def _preview(self) -> None:
        self.seen = None
        self._enable()
        self.note.hide()
        if self.wanted():
            self.context.read(
                partial(_seen, self.context.shop, self.leaver, self.wanted()),
                self._show,
                on_error=self._failed,
            )
        else:
            self.said.setText("")
            for taker in self.takers:
                taker.clear()

    def _show(self, seen: HandOver) -> None:
        if {one.name: one.weight for one in seen.shares} != self.wanted():
            return  # an older answer
        self.seen = seen
        given = {share.name: share for share in seen.shares}
        for taker in self.takers:
            share = given.get(taker.name)
            taker.clear()
            if share is not None:
                words = (mix_words(share.customers), str(share.open_contacts), str(share.open_gifts))
                for cell, text in zip(taker.cells, words, strict=True):
                    cell.setText(text)
        self.said.setText(
            _("{name} 的 {n} 位客户、{m} 个待联络、{k} 件待发礼品").format(
                name=seen.leaver, n=seen.customers, m=seen.open_contacts, k=seen.open_gifts
            )
            if seen.customers or seen.open_contacts
            else _("{name} 没有负责的客户，也没有待联络，不用交接。").format(name=seen.leaver)
        )
        self._enable()

    def _enable(self) -> None:
        ready = self.seen is not None and bool(self.seen.customers or self.seen.open_contacts)
        for button in (self.list, self.save, self.go):
            button.setEnabled(ready)

    def _apply(self) -> None:
        if self.seen is None or not self.go.isEnabled():
            return
        self.go.setEnabled(False)
        context = self.context
        words = _("{name} 的客户和待办已交接；清单在“分配与交接记录”里打印。").format(name=self.leaver)
        context.write(
            partial(_applied, context.shop, self.leaver, self.wanted(), self.seen.mark),
            lambda _done: self.accept(),
            said=words,
            undo=lambda done: undo_act(context, done.act),
            on_error=self._failed,
        )

    def _list(self) -> None:
        if self.seen is not None and self.list.isEnabled():
            show_list(self.context, self, partial(_sheet, self.context.shop, self.seen), self.leaver)

    def _save(self) -> None:
        if self.seen is not None and self.save.isEnabled():
            save_list(self.context, self, partial(_sheet, self.context.shop, self.seen), self.leaver)

    def _failed(self, error: Exception) -> None:
        self._enable()
        if not isinstance(error, Refused):
            self.context.show_error(error)
            return
        words = str(error)
        self._preview()
        self.note.setText(words)
        self.note.show()


def file_name(leaver: str, ending: str) -> str:
    """What the list is called when nobody says otherwise."""
    return _("交接清单") + f"-{leaver}{ending}"


def show_list(context: Context, parent: QWidget, make: Any, leaver: str) -> None:
    """Draws the list off the UI thread and shows it page by page. `make()` gathers it."""
    shop = context.shop

    def show(pdf: bytes) -> None:
        from ui.printing import preview as window

        def save(path: Path) -> None:
            from services import hand_over_list

            hand_over_list.write(shop, make(), path)

        window.show(context, parent, pdf, _("交接清单"), file_name=file_name(leaver, ".pdf"), save=save)

    dialogs.work(context, parent, _("正在排交接清单…"), partial(_drawn, shop, make), show)


def save_list(context: Context, parent: QWidget, make: Any, leaver: str) -> None:
    """Asks for a file and writes the list as a workbook or PDF."""
    path = context.ask_path(
        _("存交接清单"),
        save=True,
        suggested=file_name(leaver, ".xlsx"),
        kinds="Excel (*.xlsx);;PDF (*.pdf)",
    )
    if path:
        words = _("已存为 {file}").format(file=Path(path).name)
        dialogs.work(
            context,
            parent,
            _("正在存文件…"),
            partial(_written, context.shop, make, path),
            lambda _n: context.say(words),
        )


def _drawn(shop: Shop, make: Any, _progress: Progress) -> bytes:
    from services import hand_over_list

    return hand_over_list.draw(shop, make())


def _written(shop: Shop, make: Any, path: str, _progress: Progress) -> int:
    from services import hand_over_list

    return hand_over_list.write(shop, make(), path)


def _sheet(shop: Shop, seen: HandOver) -> HandOverSheet:
    from services import hand_over_list

    return hand_over_list.sheet_of(shop, seen)


def _members(shop: Shop, _progress: Progress) -> list[Member]:
    from services import allocation

    return allocation.members(shop)


def _seen(shop: Shop, leaver: str, to: dict[str, int], _progress: Progress) -> HandOver:
    from services import hand_over

    return hand_over.preview(shop, leaver, to)


def _applied(shop: Shop, leaver: str, to: dict[str, int], mark: str, _progress: Progress) -> HandOver:
    from services import hand_over

    return hand_over.apply(shop, leaver, to, mark)


def first_hand_over(context: Context, name: str, parent: QWidget) -> bool:
    """Before an account is stopped: asks for the hand-over where customers hang on it. True: go on and stop it."""
    from services import hand_over

    left = hand_over.burden(context.shop, name)
    if left.empty:
        return dialogs.ask(
            parent,
            _("停用这个账号？"),
            _("{name} 马上不能再登录。做过的登记和记录都会保留。").format(name=name),
            _("停用"),
            danger=True,
        )
    box = Box(parent, _("停用以前先交接？"), 520)
    words = _(
        "{name} 还负责 {n} 位客户、{m} 个待联络。先交给别人，客户就不会没人管。停用以后也还能交接。"
    ).format(name=name, n=left.customers, m=left.open_contacts)
    box.body.addWidget(label(words, wrap=True))
    chosen: list[str] = []

    def choose(what: str) -> None:
        chosen.append(what)
        box.accept()

    box.add_button(_("取消"), box.reject)
    box.add_button(_("马上停用"), lambda: choose("stop"), "danger")
    box.add_button(_("先交接…"), lambda: choose("hand"), "primary").setFocus()
    if not box.exec():
        return False
    return chosen == ["stop"] or bool(HandOverBox(context, name, parent).exec())
