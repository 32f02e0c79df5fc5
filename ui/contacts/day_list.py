"""The columns of the day's list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from models.kinds import Channel, ContactState
from services import contact_rhythm, formats
from services.contact_lists import ContactRow
from services.contact_words import channel_words, state_words, topic_words
from services.rules.contacts_balance import is_promotion
from services.words import N_, _
from ui import theme
from ui.lazy_table import Column


def columns(today: Callable[[], date], slot: Callable[[int], str]) -> list[Column]:
    """`slot(id)`: the time of a call within the hour, empty for none."""
    return [*_who(today, slot), *_what(), *_more()]


def _who(today: Callable[[], date], slot: Callable[[int], str]) -> list[Column]:
    return [
        Column(
            "due",
            N_("时间"),
            width=80,
            text=lambda row: when(row, today(), slot(row.id)),
            tone=lambda row: "warn" if row.overdue else "muted",
            sort=False,
        ),
        Column("name", N_("姓名"), width=82, bold=True, sort=False, hint=lambda row: row.card_no),
        Column(
            "grade",
            N_("等级"),
            width=60,
            align="center",
            text=lambda row: _("流失") if row.customer_state == "lost" else row.grade.value,
            badge=lambda row: theme.grade_badge(row.grade.value, row.customer_state),
            sort=False,
        ),
    ]


def _what() -> list[Column]:
    return [
        Column(
            "topics",
            N_("事由"),
            width=130,
            stretch=True,
            text=about,
            hint=_hint,
            tone=lambda row: "warn" if again_promotion(row) else None,
            sort=False,
        ),
        Column(
            "channel",
            N_("方式"),
            width=62,
            text=lambda row: channel_words(row.channel),
            tone=_quiet,
            sort=False,
        ),
        Column(
            "rhythm",
            N_("周期"),
            width=88,
            text=lambda row: contact_rhythm.short(row.rhythm) if row.open else "",
            tone=lambda row: "warn" if row.rhythm is not None and row.rhythm.over else "muted",
            hint=lambda row: contact_rhythm.words(row.rhythm) if row.rhythm is not None else "",
            sort=False,
        ),
        Column("state", N_("结果"), width=96, text=result, tone=_tone, hint=result, sort=False),
    ]


def _more() -> list[Column]:
    """What is shown on wish."""
    return [
        Column(
            "checked",
            N_("检查记号"),
            width=120,
            hidden=True,
            text=lambda row: f"✓ {row.checked_by} {formats.short_day(row.checked_on)}" if row.checked else "",
            sort=False,
        ),
        Column("phone", N_("电话"), width=112, hidden=True, sort=False),
        Column("assignee", N_("负责人"), width=80, hidden=True, sort=False),
        Column("group", N_("小组"), width=80, hidden=True, sort=False),
    ]


def again_promotion(row: ContactRow) -> bool:
    """Promotion again, after the last contacts were nothing else."""
    return row.open and row.only_promotion and is_promotion(row.topics)


def about(row: ContactRow) -> str:
    """The topics; a mark and a word where it would be promotion once more."""
    words = _("、").join(topic_words(topic) for topic in row.topics)
    return _("⚠ {topics}（连着促销）").format(topics=words) if again_promotion(row) else words


def _hint(row: ContactRow) -> str:
    if again_promotion(row):
        return _("最近几次都是促销，这次换个内容。") + "\n" + row.why.text()
    return row.why.text()


def when(row: ContactRow, today: date, slot: str) -> str:
    """15:04, 逾期3天, 11月25日: what matters of the time."""
    if not row.open and row.done_on:
        return _plain(row.done_on)
    if row.due < today:
        return _("逾期{n}天").format(n=(today - row.due).days)
    if row.due > today:
        return _plain(row.due)
    return slot or _("今天")


def result(row: ContactRow) -> str:
    """What was noted so far; nothing for a fresh one."""
    if row.state is ContactState.PLANNED:
        return ""
    if row.state is ContactState.NO_ANSWER and row.open:
        return _("无人接 {n} 次").format(n=row.tries)
    return state_words(row.state, row.state_reason)


def _plain(day: date) -> str:
    return formats.day(day).split(" 周")[0].split(", ")[0]


def _quiet(row: ContactRow) -> str | None:
    return None if row.channel is Channel.PHONE else "muted"


def _tone(row: ContactRow) -> str | None:
    if row.state is ContactState.DONE:
        return "good"
    return "warn" if row.state in (ContactState.NO_ANSWER, ContactState.REFUSED) else "muted"
