"""The columns of the lists of campaigns and of the customers in one."""

from __future__ import annotations

from collections.abc import Callable

from models.kinds import CampaignKind, CampaignState, ContactState, SmsState
from services.campaigns.reading import Campaign, Member
from services.campaigns.words import kind_words, reply_words, span_words, state_words
from services.contact_words import channel_words
from services.contact_words import reason_words as contact_reason
from services.contact_words import state_words as contact_state
from services.sms.words import reason_words as sms_reason
from services.sms.words import state_words as sms_state
from services.words import N_, _, language
from ui.lazy_table import Column

_MARKS = {
    CampaignState.DRAFT: "quiet",
    CampaignState.RELEASED: "accent",
    CampaignState.RUNNING: "good",
    CampaignState.CLOSED: "quiet",
    CampaignState.CANCELLED: "bad",
}


def campaigns() -> list[Column]:
    """One line a campaign."""
    zh = language() == "zh"
    return [
        Column("name", N_("活动"), 150, sort=False, bold=True, stretch=True),
        Column("kind", N_("种类"), 72 if zh else 90, sort=False, text=lambda row: kind_words(row.kind)),
        Column("channel", N_("方式"), 56 if zh else 62, sort=False, text=lambda row: channel_words(row.channel)),
        Column("first", N_("日子"), 152, sort=False, text=span_words),
        Column("people", N_("联络 / 对照"), 96 if zh else 136, "right", sort=False, text=_people),
        Column(
            "state", N_("状态"), 76 if zh else 84, sort=False, text=lambda row: state_words(row.state),
            badge=lambda row: _MARKS[row.state],
        ),
    ]  # fmt: skip


def _words(row: Member) -> str:
    """The text behind the shop's name, which all of them have."""
    return row.text.partition("】")[2] or row.text or "–"


def _people(row: Campaign) -> str:
    return f"{row.contacted:,} / {row.control:,}" if row.contacted or row.control else "–"


def members(kind: Callable[[], CampaignKind]) -> list[Column]:
    """One line a customer. `kind`: of the campaign that is shown, for the words of an answer."""
    zh = language() == "zh"
    return [
        Column("name", N_("姓名"), 92, sort=False, bold=True),
        Column("card_no", N_("卡号"), 76, sort=False, tone=lambda _row: "muted"),
        Column("grade", N_("等级"), 48 if zh else 56, "center", sort=False, badge=lambda row: row.grade.value,
               text=lambda row: row.grade.value),
        Column("control", N_("抽签"), 64 if zh else 90, sort=False,
               text=lambda row: _("对照") if row.control else _("联络"),
               badge=lambda row: "quiet" if row.control else "accent"),
        Column("state", N_("进展"), 104, sort=False, text=_progress, tone=lambda row: "muted"),
        Column("answer", N_("回复"), 104, sort=False, text=lambda row: _answer(row, kind())),
        Column("came_on", N_("签到"), 92, sort=False, text=_came, tone=lambda _row: "good"),
        Column("number", N_("电话"), 112, sort=False, hidden=True),
        Column("text", N_("内容"), 260, sort=False, stretch=True, text=_words,
               hint=lambda row: row.text),
    ]  # fmt: skip


def _progress(row: Member) -> str:
    if row.control:
        return _("不联络")
    if row.state == "left_out":
        return sms_reason(row.reason)
    if row.state in set(SmsState):
        return (
            sms_reason(row.reason)
            if row.reason and row.state != SmsState.DELIVERED
            else sms_state(SmsState(row.state))
        )
    if row.state in set(ContactState):
        return contact_reason(row.reason) or contact_state(row.state)
    return _("待联络")


def _answer(row: Member, kind: CampaignKind) -> str:
    if row.answer is None:
        return row.note
    words = reply_words(row.answer, kind)
    return f"{words} +{row.guests}" if row.guests else words


def _came(row: Member) -> str:
    if row.came_on is None:
        return ""
    return _("到了") + (f" +{row.came_guests}" if row.came_guests else "")
