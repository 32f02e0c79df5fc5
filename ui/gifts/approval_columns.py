"""The columns of the approval page in the order of the paper sheet, the owner's mark first."""

from __future__ import annotations

from services import formats, gifts
from services.gifts import ApprovalRow, Change
from services.words import N_, _
from ui import theme
from ui.gifts.approval_marks import Marks
from ui.gifts.columns import wide
from ui.lazy_table import Column
from ui.widgets.card import capital

LOOKS = {Change.ADDED: "good", Change.CHANGED: "warn", Change.SAME: "quiet", Change.REMOVED: "bad"}


def change_words(change: Change) -> str:
    """`新增`, `改动` …"""
    return {
        Change.ADDED: _("新增"),
        Change.CHANGED: _("改动"),
        Change.SAME: _("未改"),
        Change.REMOVED: _("去掉"),
    }[change]


def approval_columns(marks: Marks) -> list[Column]:
    """决定, 客户编号, 客户名, 等级, 赠送事宜, 日期, 礼品类别, 礼品, 成本, 交付方式, 变动, 说明."""
    return [_mark(marks), *_customer(), *_gift(), *_change()]


def _mark(marks: Marks) -> Column:
    def words(row: ApprovalRow) -> str:
        mark = marks.of(row.id)
        if mark is None:
            return ""
        return _("退回") if mark.reason else _("批准")

    def badge(row: ApprovalRow) -> str | None:
        mark = marks.of(row.id)
        if mark is None:
            return None
        return "bad" if mark.reason else "good"

    return Column("mark", N_("决定"), wide(64, 76), sort=False, text=words, badge=badge)


def _customer() -> list[Column]:
    return [
        Column("card_no", N_("客户编号"), wide(84, 108), sort=False, text=lambda row: row.line.card_no),
        Column("name", N_("客户名"), wide(88, 78), bold=True, sort=False, text=lambda row: row.line.name),
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
            wide(78, 124),
            sort=False,
            text=lambda row: capital(gifts.occasion_words(row.line.occasion)),
        ),
        Column(
            "due", N_("日期"), wide(102, 98), sort=False, text=lambda row: formats.short_day(row.line.due)
        ),
    ]


def _gift() -> list[Column]:
    return [
        Column(
            "gift_class", N_("礼品类别"), wide(104, 106), sort=False, text=lambda row: row.line.gift_class
        ),
        Column("gift", N_("礼品"), wide(132, 106), sort=False, text=lambda row: row.line.gift, tone=_tone),
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
            wide(76, 82),
            sort=False,
            text=lambda row: gifts.handover_words(row.line.handover),
        ),
    ]


def _change() -> list[Column]:
    return [
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
