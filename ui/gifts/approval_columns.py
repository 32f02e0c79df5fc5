"""The columns of the approval page in the order of the paper sheet, and the owner's marks on it."""

from __future__ import annotations

from collections.abc import Iterable

from services import formats, gifts
from services.gifts import ApprovalRow, Change
from services.words import N_, _
from ui import theme
from ui.gifts.columns import wide
from ui.lazy_table import Column
from ui.widgets.card import capital

LOOKS = {Change.ADDED: "good", Change.CHANGED: "warn", Change.SAME: "quiet", Change.REMOVED: "bad"}


class Marks:
    """What the owner has decided and not yet signed: yes, or the reason for a return."""

    def __init__(self) -> None:
        self.yes: set[int] = set()
        self.no: dict[int, str] = {}

    def has(self, number: int) -> bool:
        return number in self.yes or number in self.no

    def put(self, number: int, reason: str) -> None:
        """Without a reason it is a yes."""
        self.drop(number)
        if reason:
            self.no[number] = reason
        else:
            self.yes.add(number)

    def drop(self, number: int) -> None:
        self.yes.discard(number)
        self.no.pop(number, None)

    def keep(self, ids: Iterable[int]) -> None:
        """Only those that still wait."""
        there = set(ids)
        self.yes &= there
        self.no = {number: why for number, why in self.no.items() if number in there}

    def forget(self) -> None:
        self.yes.clear()
        self.no.clear()

    def counts(self) -> tuple[int, int]:
        return len(self.yes), len(self.no)


def change_words(change: Change) -> str:
    """`新增`, `改动` …"""
    return {
        Change.ADDED: _("新增"),
        Change.CHANGED: _("改动"),
        Change.SAME: _("未改"),
        Change.REMOVED: _("去掉"),
    }[change]


def approval_columns(marks: Marks) -> list[Column]:
    """决定, 客户编号, 客户名, 等级, 赠送事宜, 礼品类别, 礼品, 成本, 日期, 交付方式, 变动, 原来."""

    def mark(row: ApprovalRow) -> str:
        if row.id in marks.yes:
            return _("批准")
        return _("退回") if row.id in marks.no else ""

    return [
        Column(
            "mark",
            N_("决定"),
            wide(64, 76),
            sort=False,
            text=mark,
            badge=lambda row: "good" if row.id in marks.yes else "bad" if row.id in marks.no else None,
        ),
        Column("card_no", N_("客户编号"), wide(84, 104), sort=False, text=lambda row: row.line.card_no),
        Column("name", N_("客户名"), wide(88, 84), bold=True, sort=False, text=lambda row: row.line.name),
        Column(
            "grade",
            N_("等级"),
            wide(56, 58),
            sort=False,
            text=lambda row: _("特殊") if row.line.special else row.line.grade,
            badge=lambda row: "A" if row.line.special else theme.grade_badge(row.line.grade),
        ),
        Column(
            "occasion",
            N_("赠送事宜"),
            wide(78, 112),
            sort=False,
            text=lambda row: capital(gifts.occasion_words(row.line.occasion)),
        ),
        Column("due", N_("日期"), 102, sort=False, text=lambda row: formats.short_day(row.line.due)),
        Column("gift_class", N_("礼品类别"), wide(104, 82), sort=False, text=lambda row: row.line.gift_class),
        Column("gift", N_("礼品"), wide(132, 98), sort=False, text=lambda row: row.line.gift, tone=_tone),
        Column(
            "cost",
            N_("成本"),
            76,
            "right",
            sort=False,
            text=lambda row: formats.money(row.line.cost) if row.line.gift_id else "",
            tone=_tone,
        ),
        Column(
            "handover",
            N_("交付方式"),
            wide(76, 86),
            sort=False,
            text=lambda row: gifts.handover_words(row.line.handover),
        ),
        Column(
            "change",
            N_("变动"),
            wide(60, 84),
            sort=False,
            text=lambda row: change_words(row.change) if row.change else "",
            badge=lambda row: LOOKS[row.change] if row.change else None,
        ),
        Column("was", N_("说明"), 130, sort=False, stretch=True, text=_was, hint=_was, tone=_was_tone),
    ]


def _tone(row: ApprovalRow) -> str | None:
    return {Change.REMOVED: "muted", Change.CHANGED: "warn"}.get(row.change) if row.change else None


def _was(row: ApprovalRow) -> str:
    """What stood there before, or why this gift."""
    if row.own:
        return _("您自己提交的，要由别人批准")
    if row.change is Change.REMOVED:
        return row.line.status_reason or _("从计划里去掉了")
    if row.change is Change.CHANGED and row.was_gift:
        cost = formats.money(row.was_cost)
        return _("原来是 {gift} {cost}").format(gift=row.was_gift, cost=cost)
    if row.change is Change.SAME:
        return _("退回后原样再交")
    return row.line.reason


def _was_tone(row: ApprovalRow) -> str | None:
    return "bad" if row.own else "warn" if row.change is Change.CHANGED else "muted"
