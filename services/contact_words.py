"""The schedule in words: topics, channels, states, and why a contact is here, why today and why me (spec 04)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.kinds import Channel, ContactState, Occasion, Topic
from services import formats
from services.contact_notes import CHANNEL_WORDS
from services.rules.contacts import ROUTINE, Expired, Skip
from services.schedule import Generated
from services.words import N_, _

TOPIC_WORDS = {
    Topic.FOLLOW_UP: N_("售后回访"),
    Topic.BIRTHDAY: N_("生日祝福"),
    Topic.FESTIVAL: N_("节日祝福"),
    Topic.NEW_ARRIVALS: N_("新货到店"),
    Topic.PROMOTION: N_("促销信息"),
    Topic.COMPANY_NEWS: N_("公司新闻"),
    Topic.PERSONAL: N_("个性沟通"),
    Topic.BRAND_SMS: N_("品牌短信"),
    Topic.EARLY_NOTICE: N_("预警关怀"),
    Topic.WIN_BACK: N_("流失挽回"),
    Topic.GIFT_WAITING: N_("礼品待领"),
}
STATE_WORDS = {
    ContactState.PLANNED: N_("待联络"),
    ContactState.DONE: N_("已联络"),
    ContactState.NO_ANSWER: N_("无人接"),
    ContactState.POSTPONED: N_("已改期"),
    ContactState.REFUSED: N_("不愿联络"),
    ContactState.EXPIRED: N_("已取消"),
}
EXPIRED_WORDS = {
    Expired.LATE_GREETING: N_("日子已过，祝福没有意义了"),
    Expired.LATE_CARD: N_("贺卡来不及在当天寄到"),
    Expired.HAPPENED: N_("降级或流失已经发生"),
    Expired.CAME_IN: N_("客户已经来过店"),
    Expired.RESTARTED: N_("已有别的联络，周期重新起算"),
    Expired.GIFT_GONE: N_("礼品已领取或取消"),
    Expired.RETURNED: N_("客户已经回来了"),
    Expired.LOST: N_("客户已列入流失名录"),
    Expired.GONE: N_("客户资料已合并或删除"),
    Expired.OPTED_OUT: N_("客户已退订"),
    Expired.MOVED: N_("日子改过或删掉了"),
    Expired.CAMPAIGN_OVER: N_("活动已经结束"),
    Expired.CAMPAIGN_CANCELLED: N_("活动取消了"),
}
_CLOSED_WORDS = {"wrong_number": N_("号码有误"), "tries": N_("多次无人接听")}
SKIP_WORDS = {
    Skip.GRADE: N_("按等级不需要"),
    Skip.NO_PHONE: N_("没有电话"),
    Skip.DOUBTFUL: N_("号码待核实"),
    Skip.OPTED_OUT: N_("客户已退订"),
    Skip.LOST: N_("已流失"),
    Skip.MINOR: N_("未满14岁"),
}
_OCCASIONS = {
    Occasion.MAY_DAY: N_("五一节"),
    Occasion.NATIONAL_DAY: N_("国庆节"),
    Occasion.SPRING_FESTIVAL: N_("春节"),
    Occasion.BIRTHDAY: N_("生日"),
    Occasion.PURCHASE: N_("购物赠礼"),
    Occasion.SEASON: N_("换季"),
    Occasion.OWNER_CHOICE: N_("店主特赠"),
    Occasion.REMEMBERED_DAY: N_("纪念日"),
    Occasion.NEW_YEAR: N_("元旦"),
    Occasion.LANTERN: N_("元宵节"),
    Occasion.WOMENS_DAY: N_("妇女节"),
    Occasion.DRAGON_BOAT: N_("端午节"),
    Occasion.QIXI: N_("七夕"),
    Occasion.MID_AUTUMN: N_("中秋节"),
    Occasion.ANNIVERSARY: N_("店庆"),
}


@dataclass(frozen=True)
class Why:
    """The three questions of a line, each in a sentence."""

    here: str
    """Why is this contact on the list"""
    today: str
    """Why on this day"""
    me: str
    """Why this person"""

    def text(self) -> str:
        return _("；").join(part for part in (self.here, self.today, self.me) if part)


def topic_words(topic: Topic | str) -> str:
    return _(TOPIC_WORDS[Topic(topic)])


def channel_words(channel: Channel | str) -> str:
    return _(CHANNEL_WORDS[Channel(channel)])


def state_words(state: ContactState | str, reason: str = "") -> str:
    """`已取消：日子已过，祝福没有意义了`."""
    words = _(STATE_WORDS[ContactState(state)])
    why = reason_words(reason)
    return _("{state}：{why}").format(state=words, why=why) if why else words


def reason_words(reason: str) -> str:
    """Why a contact closed without a talk; empty for none."""
    if reason in _CLOSED_WORDS:
        return _(_CLOSED_WORDS[reason])
    return _(EXPIRED_WORDS[Expired(reason)]) if reason in set(Expired) else ""


def occasion_words(occasion: str) -> str:
    found = _OCCASIONS.get(Occasion(occasion)) if occasion in set(Occasion) else None
    return _(found) if found else occasion


def facts(why: str) -> list[dict[str, Any]]:
    """The needs kept in `contact.why`; none for one made by hand."""
    if not why:
        return []
    found: list[dict[str, Any]] = json.loads(why).get("needs", [])
    return found


def explain(
    why: str,
    *,
    due: date,
    original_due: date,
    by_hand: bool = False,
    state: str = "planned",
    channel: str = "phone",
    assignee: str = "",
    note: str = "",
) -> Why:
    """Why this contact is here, why today, why this person."""
    needs = facts(why)
    reasons = [need for need in needs if Topic(need["t"]) not in ROUTINE]
    here = _("；").join(_need_words(need, channel) for need in reasons or needs)
    if not needs and state == ContactState.DONE:
        here = _("店里登记的联络")
    elif by_hand or not needs:
        here = _("手工安排") + (_("：{note}").format(note=note) if note else "")
    when = _when_words(due, original_due, state, by_hand)
    if not when and state != ContactState.DONE:
        when = _("；").join(dict.fromkeys(_today_words(need, due, channel) for need in reasons or needs))
    return Why(here, when, _who_words(channel, assignee))


def _on(day: date | str, *, year: bool = False) -> str:
    """A day inside a sentence, without its weekday."""
    words = formats.day(date.fromisoformat(day) if isinstance(day, str) else day, year=year)
    return words.split(" 周")[0].split(", ")[0]


def _when_words(due: date, original_due: date, state: str, by_hand: bool) -> str:
    if by_hand and state != ContactState.DONE:
        return _("日子是手工定的")
    if due == original_due or by_hand:
        return ""
    if state == ContactState.POSTPONED:
        return _("原定{day}，客户改期").format(day=_on(original_due))
    if state == ContactState.NO_ANSWER:
        return _("上次无人接听，再打一次")
    return _("原定{day}，电话时段排满顺延").format(day=_on(original_due))


def _who_words(channel: str, assignee: str) -> str:
    if not assignee:
        return _("尚未指定负责人")
    if channel == Channel.PHONE:
        return _("电话由{name}用业务电话拨打").format(name=assignee)
    return _("由责任人{name}完成").format(name=assignee)


def _need_words(need: Mapping[str, Any], channel: str) -> str:
    """One reason in words."""
    topic = Topic(need["t"])
    on = _on(need["on"]) if "on" in need else ""
    if topic is Topic.FOLLOW_UP:
        return _("{day}买过衣服，售后回访").format(day=_on(need["bought"]))
    if topic is Topic.BIRTHDAY:
        label = need.get("label") or _("生日")
        if channel == Channel.POST:
            return _("{on}是{label}，提前寄贺卡").format(on=on, label=label)
        return _("{on}是{label}").format(on=on, label=label)
    if topic is Topic.FESTIVAL:
        festival = occasion_words(need["occasion"])
        if channel == Channel.POST:
            return _("{on}是{label}，提前寄贺卡").format(on=on, label=festival)
        return _("{on}是{label}").format(on=on, label=festival)
    if topic is Topic.GIFT_WAITING:
        gift = _("{occasion}礼品待领取").format(occasion=occasion_words(need["occasion"]))
        return _("{gift}，已等了很久").format(gift=gift) if need.get("again") else gift
    if topic is Topic.EARLY_NOTICE:
        since = _on(need["since"], year=True)
        if need["rule"] == "no_purchase":
            return _("{since}以后没有购买，{on}起算流失").format(since=since, on=on)
        return _("{since}以后没有来店，{on}起降级").format(since=since, on=on)
    if topic is Topic.WIN_BACK:
        return _("{day}列入流失名录").format(day=_on(need["lost_on"], year=True))
    if need.get("items"):
        items = _("、").join(need["items"])
        reasons = _("，").join(need.get("reasons", ()))
        words = _("新到{items}").format(items=items)
        return _("{what}：{reasons}").format(what=words, reasons=reasons) if reasons else words
    if "campaign" in need:
        return _("活动“{name}”").format(name=need["name"])
    if "since" in need:
        since = _on(need["since"])
        if "tried" in need:
            return _("上次联络{day}，{tried}试过没有联络成，每{n}天联络一次").format(
                day=since, tried=_on(need["tried"]), n=need["every"]
            )
        return _("上次联络{day}，每{n}天联络一次").format(day=since, n=need["every"])
    return topic_words(topic)


def _today_words(need: Mapping[str, Any], due: date, channel: str) -> str:
    """Why the rules chose just this day."""
    topic = Topic(need["t"])
    if topic is Topic.FOLLOW_UP:
        return _("购买后第{n}天回访").format(n=(due - date.fromisoformat(need["bought"])).days)
    if topic in (Topic.BIRTHDAY, Topic.FESTIVAL):
        if channel == Channel.POST:
            return _("今天寄出，{on}前收到").format(on=_on(need["on"]))
        return _("祝福要在当天说")
    if topic is Topic.GIFT_WAITING:
        if need.get("again"):
            return _("从{on}等到现在，再提醒一次").format(on=_on(need["on"]))
        return _("礼品从{on}起可以领").format(on=_on(need["on"]))
    if topic is Topic.EARLY_NOTICE:
        return _("离{on}还有{n}天，来得及挽留").format(
            on=_on(need["on"]), n=(date.fromisoformat(need["on"]) - due).days
        )
    if topic is Topic.WIN_BACK:
        return _("趁早挽回，越久越难")
    if "since" in need:
        days = (due - date.fromisoformat(need["since"])).days
        if "tried" in need:
            again = (due - date.fromisoformat(need["tried"])).days
            return _("到这一天已有{n}天没有联络，离上次试过有{again}天").format(n=days, again=again)
        return _("到这一天已有{n}天没有联络").format(n=days)
    if "came_on" in need:
        return _("{day}刚到的货").format(day=_on(need["came_on"]))
    return _("发布的这一天")


def generated_words(found: Generated) -> list[str]:
    """What a run did and why, as lines for people."""
    lines = [
        _("新排 {new} 项，合并 {folded} 项，顺延 {moved} 个电话，取消 {expired} 项。").format(
            new=found.new, folded=found.folded, moved=found.moved, expired=found.expired
        )
    ]
    for topic, n in sorted(found.topics.items()):
        lines.append(_("  {topic}：{n} 项").format(topic=topic_words(topic), n=n))
    for reason, n in sorted(found.expired_why.items()):
        lines.append(_("  取消 {n} 项：{why}").format(n=n, why=reason_words(reason)))
    for pair, n in sorted(found.skipped.items()):
        topic, _colon, why = pair.partition(":")
        words = _(SKIP_WORDS[Skip(why)])
        lines.append(_("  {topic}未排 {n} 位：{why}").format(topic=topic_words(topic), n=n, why=words))
    return lines
