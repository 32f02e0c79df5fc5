"""The columns of a plan, in the order of the paper sheet; shared by the plan and the list of waiting gifts."""

from __future__ import annotations

from models.kinds import LineStatus
from services import formats, gifts
from services.gifts import LineRow
from services.rules.gifts import status_words
from services.words import N_, _, language
from ui import theme
from ui.gifts.occasions import LOOKS
from ui.lazy_table import Column


def wide(chinese: int, english: int) -> int:
    """The width of a column whose English words are longer."""
    return chinese if language() == "zh" else english


def gift_words(row: LineRow) -> str:
    """The gift, or what it waits for."""
    if row.gift:
        return row.gift
    return _("待店主选定") if row.special else _("缺货，待采购")


def _gift_tone(row: LineRow) -> str | None:
    if row.gift:
        return None
    return "accent" if row.special else "bad"


def _grade_words(row: LineRow) -> str:
    return _("特殊") if row.special else row.grade


def _why(row: LineRow) -> str:
    return row.status_reason or row.reason


def plan_columns() -> list[Column]:
    """客户编号, 客户名, 等级, 赠送事宜, 日期, 礼品类别, 礼品, 成本, 交付, 状态, 说明."""
    return [
        Column("card_no", N_("客户编号"), wide(84, 104), sort=False),
        Column("name", N_("客户名"), 88, bold=True, sort=False),
        Column(
            "grade",
            N_("等级"),
            wide(56, 68),
            sort=False,
            text=_grade_words,
            badge=lambda row: "A" if row.special else theme.grade_badge(row.grade),
        ),
        Column(
            "occasion",
            N_("赠送事宜"),
            wide(78, 118),
            sort=False,
            text=lambda row: gifts.occasion_words(row.occasion),
        ),
        Column("due", N_("日期"), 102, sort=False, text=lambda row: formats.short_day(row.due)),
        Column("gift_class", N_("礼品类别"), 104, sort=False),
        Column("gift", N_("礼品"), wide(132, 116), sort=False, text=gift_words, tone=_gift_tone),
        Column(
            "cost",
            N_("成本"),
            76,
            "right",
            sort=False,
            text=lambda row: formats.money(row.cost) if row.gift_id else "",
        ),
        Column(
            "handover",
            N_("交付方式"),
            wide(76, 84),
            sort=False,
            text=lambda row: gifts.handover_words(row.handover),
        ),
        Column(
            "status",
            N_("状态"),
            wide(76, 84),
            sort=False,
            text=lambda row: status_words(row.status),
            badge=lambda row: LOOKS[LineStatus(row.status)],
        ),
        Column(
            "reason",
            N_("说明"),
            120,
            sort=False,
            stretch=True,
            text=_why,
            hint=_why,
            tone=lambda row: "bad" if row.status == LineStatus.RETURNED else "muted",
        ),
    ]
