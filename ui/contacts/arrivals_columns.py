"""The columns of the page of new arrivals: the goods, and the customers they suit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from services import arrivals_words as words
from services import formats
from services.words import N_, _
from ui import theme
from ui.lazy_table import Column

if TYPE_CHECKING:
    from services.arrivals import Arrival


def goods() -> list[Column]:
    """What came in, the newest first."""
    return [
        Column(
            "came_on",
            N_("日期"),
            86,
            text=lambda one: plain_day(one.came_on),
            tone=lambda _one: "muted",
            sort=False,
        ),
        Column("item_no", N_("货号"), 84, bold=True, sort=False),
        Column("kind", N_("款式"), 76, sort=False),
        Column("what", N_("颜色、尺码"), 120, text=_what, hint=_what, stretch=True, sort=False),
    ]


def plain_day(day: date | None) -> str:
    """11月22日: without weekday and year, for narrow columns."""
    return formats.day(day).split(" 周")[0].split(", ")[0] if day else ""


def _what(one: Arrival) -> str:
    price = formats.money(one.price) if one.price else ""
    return " · ".join(part for part in (one.colours, one.sizes, one.look, price) if part)


def people() -> list[Column]:
    """Whom it suits, the best first."""
    return [
        Column("name", N_("姓名"), 84, bold=True, sort=False, hint=lambda one: one.card_no),
        Column(
            "grade",
            N_("等级"),
            60,
            align="center",
            text=lambda one: one.grade.value,
            badge=lambda one: theme.grade_badge(one.grade.value, "active"),
            sort=False,
        ),
        Column("channel", N_("方式"), 62, text=words.way, sort=False),
        Column(
            "because", N_("为什么"), 280, text=words.reasons, hint=words.reasons, stretch=True, sort=False
        ),
        Column(
            "goods",
            N_("适合的新货"),
            130,
            text=lambda one: words.goods(one.goods),
            hint=lambda one: words.goods(one.goods),
            sort=False,
        ),
        Column(
            "last_contact",
            N_("上次联络"),
            104,
            text=lambda one: plain_day(one.last_contact),
            tone=lambda _one: "muted",
            sort=False,
        ),
        Column(
            "tired",
            N_("提醒"),
            92,
            text=lambda one: _("⚠ 连着促销") if one.tired else "",
            tone=lambda _one: "warn",
            sort=False,
        ),
        Column("phone", N_("电话"), 112, hidden=True, sort=False),
        Column(
            "points", N_("分数"), 60, align="right", hidden=True, text=lambda one: str(one.points), sort=False
        ),
        Column("clerk", N_("负责人"), 80, hidden=True, sort=False),
    ]
