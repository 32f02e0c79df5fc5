"""更多: what the manager and the owner decide about a customer: grade by hand, special customer, points."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton

from models.kinds import Grade
from services import customers, points
from services.customer_page import CustomerPage
from services.errors import Refused
from services.progress import Progress
from services.rights import Right, may
from services.words import _
from ui import dialogs, theme
from ui.context import Context
from ui.widgets.card import capital


class MoreButton(QToolButton):
    """A small menu; what the person at work may not do is greyed out with who may."""

    consent = Signal()
    """What the customer agrees to."""
    walk_in = Signal()
    """Somebody buys who is not on file."""

    def __init__(self, context: Context, page: Callable[[], CustomerPage | None]) -> None:
        super().__init__()
        self.context = context
        self._page = page
        self.setIcon(theme.icon("menu"))
        self.setText(_("更多"))
        self.setAccessibleName(_("更多"))
        self.setToolTip(_("手工定级、特殊客户、调整积分、资料另存和删除、未登记的消费  Alt+M"))
        self.setShortcut("Alt+M")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        page = self._page()
        if page is None:
            return
        grades = menu.addMenu(capital(_("手工定级")))
        grades.setEnabled(may(self.context.shop, Right.GRADE_BY_HAND))
        for grade in Grade:
            action = grades.addAction(_("定为 {grade} 级…").format(grade=grade.value))
            action.triggered.connect(partial(self._grade, grade))
        if page.hand_grade:
            grades.addAction(_("恢复按规则定级…")).triggered.connect(partial(self._grade, None))
        special = menu.addAction(_("取消特殊客户…") if page.special else _("指定为特殊客户…"))
        special.setEnabled(may(self.context.shop, Right.NAME_SPECIAL))
        special.triggered.connect(self._special)
        adjust = menu.addAction(_("调整积分…"))
        adjust.setEnabled(may(self.context.shop, Right.ADJUST_POINTS))
        adjust.triggered.connect(self._adjust)
        menu.addSeparator()
        copy = menu.addAction(_("资料另存一份…"))
        copy.setEnabled(may(self.context.shop, Right.ASK_ERASE))
        copy.triggered.connect(self._copy)
        erase = menu.addAction(_("删除个人资料…"))
        erase.setEnabled(may(self.context.shop, Right.ERASE))
        erase.triggered.connect(self._erase)
        menu.addSeparator()
        menu.addAction(_("联络意愿…")).triggered.connect(lambda: self.consent.emit())
        skipped = menu.addAction(_("记一笔未登记客户的消费…") + "\tShift+F7")
        skipped.triggered.connect(lambda: self.walk_in.emit())

    def _copy(self, _on: bool = False) -> None:
        page = self._page()
        if page is not None:
            from ui.customers.erase_dialog import save_data

            save_data(self.context, page.id, self.window())

    def _erase(self, _on: bool = False) -> None:
        page = self._page()
        if page is not None:
            from ui.customers.erase_dialog import open_dialog

            open_dialog(self.context, page.id, self.window())

    def _grade(self, grade: Grade | None, _on: bool = False) -> None:
        page, shop = self._page(), self.context.shop
        if page is None:
            return
        title = (
            _("{name} 定为 {grade} 级").format(name=page.name, grade=grade.value)
            if grade
            else _("恢复按规则定级")
        )
        reason = dialogs.ask_text(self.window(), title, _("请写明原因；会记入操作记录。"))
        if reason:
            self.context.write(
                lambda _progress: customers.grade_by_hand(shop, page.id, grade, reason),
                said=lambda now: _("{name} 现在是 {grade} 级").format(name=page.name, grade=now),
                undo=lambda _now: self._set_grade_back(page),
            )

    def _set_grade_back(self, page: CustomerPage) -> None:
        shop = self.context.shop
        former = Grade(page.hand_grade) if page.hand_grade else None
        self.context.write(
            lambda _progress: customers.grade_by_hand(shop, page.id, former, page.hand_reason or _("撤销")),
            said=_("已恢复原来的内容"),
        )

    def _special(self, _on: bool = False) -> None:
        page, shop = self._page(), self.context.shop
        if page is None:
            return
        wanted = not page.special
        title = _("指定为特殊客户…") if wanted else _("取消特殊客户…")
        reason = dialogs.ask_text(self.window(), title.rstrip("…"), page.name, required=wanted)
        if reason is None:
            return
        self.context.write(
            lambda _progress: customers.name_special(shop, page.id, wanted, reason),
            said=lambda now: _("{name} 现在是 {grade} 级").format(name=page.name, grade=now),
            undo=lambda _now: self._set_special_back(page),
        )

    def _set_special_back(self, page: CustomerPage) -> None:
        shop, reason = self.context.shop, page.special_reason or _("撤销")
        self.context.write(
            lambda _progress: customers.name_special(shop, page.id, page.special, reason),
            said=_("已恢复原来的内容"),
        )

    def _adjust(self, _on: bool = False) -> None:
        page, shop = self._page(), self.context.shop
        if page is None:
            return
        text = _("可用积分 {n}。写“+5 补登”或“-3 错登”：先写分数，再写原因。").format(n=page.points_balance)
        typed = dialogs.ask_text(self.window(), _("调整积分"), text)
        if not typed:
            return
        try:
            number, reason = amount_and_reason(typed)
        except Refused as no:
            self.context.show_error(no)
            return

        def adjust(_progress: Progress) -> int:
            return points.adjust(shop, page.id, number, reason)

        self.context.write(
            adjust,
            said=lambda now: _("{name} 的可用积分现在是 {n}").format(name=page.name, n=now),
            undo=lambda _now: self._adjust_back(page.id, -number),
        )

    def _adjust_back(self, customer_id: int, number: int) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: points.adjust(shop, customer_id, number, _("撤销")), said=_("已恢复原来的内容")
        )


def amount_and_reason(typed: str) -> tuple[int, str]:
    """`+5 补登` as (5, 补登). Raises Refused."""
    number, _space, reason = typed.strip().partition(" ")
    try:
        return int(number), reason.strip()
    except ValueError:
        raise Refused("调整的积分要是不为0的整数。", field="points") from None
