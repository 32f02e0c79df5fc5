"""The columns of the short messages: batches, their recipients, the texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.kinds import BatchState, SmsState
from services import formats
from services.contact_words import topic_words
from services.sms.words import batch_words, reason_words, source_words, state_words
from services.words import N_, _
from ui.lazy_table import Column

if TYPE_CHECKING:
    from services.sms.reading import Batch, Message
    from services.sms.templates import Template

_BADGES = {
    BatchState.DRAFT: "warn",
    BatchState.REVIEWED: "accent",
    BatchState.EXPORTED: "warn",
    BatchState.SENDING: "warn",
    BatchState.CLOSED: "good",
    BatchState.CANCELLED: "quiet",
}


def batches() -> list[Column]:
    """A batch a row, the newest first."""
    return [
        Column("id", N_("批"), 60, bold=True, sort=False),
        Column("day", N_("日期"), 104, text=lambda one: formats.day(one.day), sort=False),
        Column("send_at", N_("发送时间"), 80, sort=False),
        Column(
            "source", N_("收件人"), 150, text=lambda one: source_words(one.source), sort=False, stretch=True
        ),
        Column("messages", N_("人数"), 70, align="right", sort=False),
        Column("parts", N_("短信条数"), 74, align="right", sort=False),
        Column("left", N_("略去"), 74, align="right", sort=False),
        Column("outcome", N_("结果"), 124, text=_outcome, sort=False),
        Column(
            "state",
            N_("情况"),
            150,
            text=lambda one: batch_words(one.state),
            badge=lambda one: _BADGES[one.state],
            sort=False,
        ),
    ]


def _outcome(one: Batch) -> str:
    if one.unknown:
        return _("说不清 {n}").format(n=one.unknown)
    if not one.delivered and not one.failed:
        return ""
    return _("发出 {sent}，没发成 {failed}").format(sent=one.delivered, failed=one.failed)


def messages() -> list[Column]:
    """A recipient a row, then those left out."""
    return [
        Column("name", N_("姓名"), 86, bold=True, sort=False, hint=lambda one: one.card_no),
        Column("number", N_("手机"), 110, sort=False),
        Column("topics", N_("事由"), 110, text=_topics, sort=False),
        Column("parts", N_("条"), 54, align="right", text=lambda one: str(one.parts or ""), sort=False),
        Column("text", N_("短信内容"), 300, sort=False, stretch=True, hint=lambda one: one.text),
        Column("state", N_("情况"), 190, text=_state, tone=_tone, hint=_state, sort=False),
    ]


def _topics(one: Message) -> str:
    return _("、").join(topic_words(topic) for topic in one.topics)


def _state(one: Message) -> str:
    words = state_words(one.state)
    return f"{words}：{reason_words(one.reason, one.detail)}" if one.reason else words


def _tone(one: Message) -> str | None:
    if one.state in (None, SmsState.DROPPED):
        return "muted"
    return {
        SmsState.DELIVERED: "good",
        SmsState.FAILED: "bad",
        SmsState.HANDED_OVER: "warn",
        SmsState.UNKNOWN: "bad",
    }.get(one.state)


def templates() -> list[Column]:
    """A text a row."""
    return [
        Column("name", N_("模板"), 100, bold=True, sort=False, stretch=True),
        Column("topic", N_("事由"), 110, text=lambda one: topic_words(one.topic), sort=False),
        Column("number", N_("版"), 48, align="right", sort=False),
        Column("released", N_("情况"), 80, text=_release, badge=_release_badge, sort=False),
    ]


def _release(one: Template) -> str:
    return _("已发布") if one.released else _("待发布")


def _release_badge(one: Template) -> str:
    return "good" if one.released else "warn"
