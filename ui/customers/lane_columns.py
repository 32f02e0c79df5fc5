"""The columns of the customer page's lanes."""

from __future__ import annotations

from services import formats
from services.contact_words import channel_words, occasion_words, state_words, topic_words
from services.customer_rows import DayRow, PurchaseRow
from services.find import SOON_DAYS
from services.words import N_, _
from ui.customers.words import LINE_WORDS, NOTE_WORDS, POINT_WORDS
from ui.lazy_table import Column

_DAY = Column("day", N_("日期"), width=104, text=lambda row: formats.short_day(row.day), sort=False)
_MUTED = {"tone": lambda _row: "muted", "sort": False}

PURCHASES = [
    _DAY,
    Column("item_no", N_("货号"), width=110, sort=False, tone=lambda row: "bad" if row.is_return else None),
    Column("size", N_("尺码"), width=52, sort=False),
    Column("quantity", N_("件"), width=40, align="right", sort=False),
    Column(
        "list_price",
        N_("吊牌价"),
        width=96,
        align="right",
        text=lambda row: formats.money(row.list_price),
        sort=False,
    ),
    Column(
        "paid",
        N_("实付"),
        width=100,
        align="right",
        text=lambda row: formats.money(row.paid),
        bold=True,
        sort=False,
        tone=lambda row: "bad" if row.paid < 0 else None,
    ),
    Column(
        "mark",
        "",
        width=104,
        text=lambda row: _mark(row),
        badge=lambda row: "warn" if _mark(row) else None,
        sort=False,
    ),
    Column(
        "ticket_points",
        N_("积分"),
        width=64,
        align="right",
        text=lambda row: "" if not row.ticket_points else f"+{row.ticket_points}",
        sort=False,
    ),
    Column(
        "running_points",
        N_("累计"),
        width=64,
        align="right",
        text=lambda row: "" if row.running_points is None else str(row.running_points),
        **_MUTED,  # type: ignore[arg-type]
    ),
    Column("clerk", N_("经手"), width=64, stretch=True, **_MUTED),  # type: ignore[arg-type]
]
VISITS = [
    _DAY,
    Column(
        "paid",
        N_("到店"),
        width=140,
        text=lambda row: (
            _("没有买") if row.paid is None else _("消费 {money}").format(money=formats.money(row.paid))
        ),
        tone=lambda row: "muted" if row.paid is None else None,
        sort=False,
    ),
    Column("note", N_("备注"), width=200, stretch=True, sort=False, hint=lambda row: row.note),
    Column("clerk", N_("经手"), width=80, **_MUTED),  # type: ignore[arg-type]
]
GIFTS = [
    Column("due", N_("日期"), width=104, text=lambda row: formats.short_day(row.due), sort=False),
    Column("occasion", N_("事宜"), width=120, text=lambda row: occasion_words(row.occasion), sort=False),
    Column("gift", N_("礼品"), width=160, stretch=True, sort=False, hint=lambda row: row.gift),
    Column(
        "status",
        N_("状态"),
        width=96,
        text=lambda row: _(LINE_WORDS[row.status]),
        badge=lambda row: "accent" if row.status == "approved" else "quiet",
        sort=False,
    ),
    Column("issued_on", N_("领取"), width=104, text=lambda row: formats.short_day(row.issued_on), sort=False),
]
CONTACTS = [
    _DAY,
    Column(
        "channel",
        N_("方式"),
        width=104,
        text=lambda row: _("客户来电") if row.incoming else channel_words(row.channel),
        hint=lambda row: channel_words(row.channel),
        sort=False,
    ),
    Column(
        "topics",
        N_("主题"),
        width=140,
        text=lambda row: _("、").join(map(topic_words, row.topics)),
        hint=lambda row: _("、").join(map(topic_words, row.topics)),
        sort=False,
    ),
    Column(
        "state",
        N_("结果"),
        width=104,
        text=lambda row: state_words(row.state),
        tone=lambda row: None if row.state == "done" else "warn",
        sort=False,
    ),
    Column("note", N_("记录"), width=160, stretch=True, sort=False, hint=lambda row: row.note),
    Column("by", N_("经手"), width=80, **_MUTED),  # type: ignore[arg-type]
]
POINTS = [
    _DAY,
    Column("kind", N_("事由"), width=120, text=lambda row: _(POINT_WORDS[row.kind]), sort=False),
    Column(
        "points",
        N_("积分"),
        width=64,
        align="right",
        text=lambda row: f"{row.points:+d}",
        tone=lambda row: "bad" if row.points < 0 else "good",
        sort=False,
    ),
    Column("balance", N_("可用"), width=72, align="right", sort=False),
    Column("reason", N_("说明"), width=160, stretch=True, hint=lambda row: row.reason, **_MUTED),  # type: ignore[arg-type]
]
NOTES = [
    _DAY,
    Column(
        "kind",
        N_("备注类别"),
        width=96,
        text=lambda row: _(NOTE_WORDS.get(row.kind, "")) or row.kind,
        badge=lambda _row: "quiet",
        sort=False,
    ),
    Column("text", N_("备注"), width=180, stretch=True, sort=False, hint=lambda row: row.text),
    Column("clerk", N_("经手"), width=64, **_MUTED),  # type: ignore[arg-type]
]
DAYS = [
    Column("label", N_("日子"), width=104, sort=False, hint=lambda row: row.label),
    Column("words", N_("哪一天"), width=160, stretch=True, sort=False, hint=lambda row: day_words(row)),
    Column(
        "in_days",
        N_("还有"),
        width=88,
        align="right",
        text=lambda row: _left_words(row),
        tone=lambda row: "accent" if row.in_days is not None and row.in_days <= SOON_DAYS else "muted",
        sort=False,
    ),
]


def day_words(row: DayRow) -> str:
    """Both calendars, and which year it will be."""
    return row.words + (_("（第{n}年）").format(n=row.turns) if row.turns else "")


def _left_words(row: DayRow) -> str:
    if row.in_days is None:
        return ""
    return _("{n} 天").format(n=row.in_days) if row.in_days else _("今天")


def _mark(row: PurchaseRow) -> str:
    if row.is_return:
        return _("退货")
    if row.left <= 0:
        return _("已退")
    return _("特价") if row.special else ""
