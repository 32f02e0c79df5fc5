"""The columns of the customer list."""

from __future__ import annotations

from services import formats
from services.words import N_, _
from ui.customers.words import grade_words
from ui.lazy_table import Column

COLUMNS = [
    Column("name", N_("姓名"), width=92, bold=True, hint=lambda row: f"{row.name}  {row.card_no}"),
    Column(
        "grade",
        N_("等级"),
        width=56,
        align="center",
        text=lambda row: _("流失") if row.grade == "lost" else row.grade,
        badge=lambda row: row.grade,
        hint=lambda row: grade_words(row.grade),
    ),
    Column("tail", N_("手机"), width=72, tone=lambda _row: "muted", hint=lambda row: row.phone),
    Column("hint", N_("近况"), width=110, stretch=True, tone=lambda row: row.hint_tone),
    Column("card_no", N_("卡号"), width=80, hidden=True),
    Column("birthday", N_("生日"), width=120, hidden=True),
    Column(
        "spent",
        N_("累计消费"),
        width=100,
        align="right",
        text=lambda row: formats.money(row.spent),
        hidden=True,
    ),
    Column("tickets", N_("消费次数"), width=72, align="right", hidden=True),
    Column("points", N_("可用积分"), width=72, align="right", hidden=True),
    Column("size", N_("尺码"), width=56, hidden=True),
    Column(
        "visit", N_("上次到店"), width=96, text=lambda row: formats.short_day(row.last_visit), hidden=True
    ),
    Column(
        "bought", N_("上次消费"), width=96, text=lambda row: formats.short_day(row.last_purchase), hidden=True
    ),
    Column(
        "contact", N_("上次联络"), width=96, text=lambda row: formats.short_day(row.last_contact), hidden=True
    ),
    Column(
        "registered",
        N_("登记日期"),
        width=96,
        text=lambda row: formats.short_day(row.registered_on),
        hidden=True,
    ),
    Column("group", N_("销售组"), width=80, hidden=True),
    Column("clerk", N_("负责店员"), width=80, hidden=True),
]
