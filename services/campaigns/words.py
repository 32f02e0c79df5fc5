"""Campaigns in words: kinds, states, reasons, figures, and what the result means."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from models.kinds import CampaignKind, CampaignReply, CampaignState, Grade
from services import formats
from services.contact_words import channel_words
from services.rules.campaign_results import Verdict
from services.rules.campaigns import Left
from services.words import N_, _

if TYPE_CHECKING:
    from services.campaigns.looking import Look
    from services.campaigns.reading import Campaign
    from services.campaigns.results import Result

KINDS = {
    CampaignKind.NEW_GOODS: N_("新货"),
    CampaignKind.PROMOTION: N_("促销"),
    CampaignKind.NEWS: N_("新闻"),
    CampaignKind.EVENT: N_("客户活动"),
}
STATES = {
    CampaignState.DRAFT: N_("草稿"),
    CampaignState.RELEASED: N_("已发布"),
    CampaignState.RUNNING: N_("进行中"),
    CampaignState.CLOSED: N_("已结束"),
    CampaignState.CANCELLED: N_("已取消"),
}
LEFT = {
    Left.OPTED_OUT: N_("已退订"),
    Left.NO_CONSENT: N_("还没有同意这样联络"),
    Left.NUMBER_REFUSED: N_("同号码的另一位客户退订了"),
    Left.MINOR: N_("未满 14 岁"),
    Left.LOST: N_("已流失"),
    Left.GONE: N_("资料已合并或删除"),
    Left.GRADE: N_("这个等级不用这种方式"),
    Left.NO_NUMBER: N_("没有可用的号码"),
    Left.DOUBTFUL: N_("号码待核实"),
    Left.NO_ADDRESS: N_("没有地址"),
    Left.OTHER_WAY: N_("希望用别的方式联络"),
    Left.SPACING: N_("几天内刚联络过"),
    Left.MEETS: N_("那天已有别的联络"),
    Left.OTHER_CAMPAIGN: N_("几天内有另一个活动"),
    Left.SAME_NUMBER: N_("同一号码已有一位"),
    Left.FIELD: N_("缺内容里要的资料"),
    Left.TOO_LONG: N_("内容太长"),
}
REPLIES = {
    CampaignReply.COMING: (N_("有兴趣"), N_("来")),
    CampaignReply.MAYBE: (N_("再看看"), N_("可能来")),
    CampaignReply.NO: (N_("不需要"), N_("不来")),
}
"""In general, and to an invitation."""


def kind_words(kind: CampaignKind) -> str:
    return _(KINDS[kind])


def state_words(state: CampaignState) -> str:
    return _(STATES[state])


def reply_words(reply: CampaignReply, kind: CampaignKind) -> str:
    return _(REPLIES[reply][kind is CampaignKind.EVENT])


def left_words(left: Counter[Left]) -> str:
    """`已退订 3、没有可用的号码 1`: how many for each reason, the most frequent first."""
    return _("、").join(f"{_(LEFT[why])} {n:,}" for why, n in left.most_common() if n)


def grade_counts(grades: dict[Grade, int]) -> str:
    """`A 12、B 30、C 140`"""
    return _("、").join(f"{grade.value} {n:,}" for grade, n in grades.items() if n)


def span_words(seen: Campaign) -> str:
    """`2026-12-01 – 12-07`, one day alone."""
    if seen.first == seen.last:
        return formats.short_day(seen.first)
    if seen.first.year == seen.last.year:
        return f"{formats.short_day(seen.first)} – {seen.last:%m-%d}"
    return f"{formats.short_day(seen.first)} – {formats.short_day(seen.last)}"


def look_words(found: Look) -> list[str]:
    """A plan in sentences: how many, who not, what it takes."""
    lines = [
        _("会联络 {n} 位（{grades}），另留 {control} 位不联络作对照。").format(
            n=f"{found.people - found.uncontacted:,}",
            grades=grade_counts({grade: n - found.control[grade] for grade, n in found.grades.items()})
            or "0",
            control=f"{found.uncontacted:,}",
        )
    ]
    if found.left:
        lines.append(
            _("不在内 {n} 位：{why}。").format(n=f"{sum(found.left.values()):,}", why=left_words(found.left))
        )
    if found.parts > found.people:
        lines.append(_("长短信：平台按 {n} 条收费（全部发的话）。").format(n=f"{found.parts:,}"))
    if found.call_days > 1:
        lines.append(_("这些电话按每天的电话时段要打 {n} 天。").format(n=found.call_days))
    if found.promotion_heavy:
        lines.append(
            _("其中 {n} 位最近几次收到的都是促销：换个话题，或把他们筛掉。").format(
                n=f"{found.promotion_heavy:,}"
            )
        )
    return lines


def campaign_line(seen: Campaign) -> str:
    """A campaign in one line."""
    words = (
        f"{seen.id}  {seen.name}  {kind_words(seen.kind)}  {channel_words(seen.channel)}  {span_words(seen)}"
    )
    if seen.contacted or seen.control:
        words += "  " + _("联络 {n} 位，对照 {control} 位").format(
            n=f"{seen.contacted:,}", control=f"{seen.control:,}"
        )
    return f"{words}  {state_words(seen.state)}"


# ---- results


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f}%"


def points(value: float) -> str:
    """A difference of shares: `+3.2`"""
    return f"{value * 100:+.1f}"


def share_words(hits: int, heads: int, few: int) -> str:
    """`12 / 80  15.0%`; of few people only the count, for a percentage of them is noise."""
    if not heads:
        return "–"
    front = f"{hits:,} / {heads:,}"
    return front if heads < few else f"{front}  {percent(hits / heads)}"


def signed(fen: float) -> str:
    """`+￥12.00`"""
    whole = round(fen)
    return ("+" if whole > 0 else "") + formats.money(whole)


def result_words(found: Result) -> list[str]:
    """What may be said, in plain sentences, the most important first."""
    lines = [_(VERDICTS[found.verdict])]
    gap = found.share_gap
    if gap is not None and found.verdict in (Verdict.MORE, Verdict.LESS, Verdict.UNCLEAR):
        lines.append(
            _("购买的人相差 {value} 个百分点；真实的差别多半在 {low} 到 {high} 之间（95%）。").format(
                value=points(gap.value), low=points(gap.low), high=points(gap.high)
            )
        )
    lines += _spent(found)
    if found.verdict in (Verdict.TOO_FEW, Verdict.UNCLEAR):
        lines.append(_needed(found))
    lines += _cautions(found)
    return lines


VERDICTS = {
    Verdict.NO_CONTROL: N_("没有留对照组：不知道不联络会怎样，不下结论。"),
    Verdict.TOO_FEW: N_("人太少，这些数字看不出差别。"),
    Verdict.UNCLEAR: N_("这些数字看不出差别：可能只是碰巧。"),
    Verdict.MORE: N_("联络过的客户买的更多，不像是碰巧。"),
    Verdict.LESS: N_("联络过的客户反而买的更少，不像是碰巧。"),
}


def _spent(found: Result) -> list[str]:
    gap = found.spending_gap
    lines = []
    if gap is not None:
        lines.append(
            _("平均每人相差 {value}；真实的差别多半在 {low} 到 {high} 之间（95%）。").format(
                value=signed(gap.value), low=signed(gap.low), high=signed(gap.high)
            )
        )
        people = found.contacted.heads
        lines.append(
            _("按这个差别，{n} 位一共多买 {low} 到 {high}；花费 {cost}。毛利不知道，不能说赚了多少。").format(
                n=f"{people:,}",
                low=signed(gap.low * people),
                high=signed(gap.high * people),
                cost=formats.money(found.cost),
            )
        )
    elif found.none.heads:
        lines.append(
            _("买的人太少（一边不到 {few} 位），不比较金额；花费 {cost}。").format(
                few=found.few_buyers, cost=formats.money(found.cost)
            )
        )
    return lines


def _needed(found: Result) -> str:
    if found.enough:
        return _("人数够看出 {points} 个百分点的差别，却没有看到：效果多半比这小。").format(
            points=found.points
        )
    return _("要看出 {points} 个百分点的差别，两边大约各要 {n} 位客户。").format(
        points=found.points, n=f"{found.needed:,}"
    )


def _cautions(found: Result) -> list[str]:
    lines = []
    if not found.over:
        lines.append(_("购买算到 {day}，还没有到：数字还会变。").format(day=formats.day(found.until)))
    if found.reached < found.contacted.heads:
        lines.append(
            _("该联络的 {n} 位里有 {reached} 位联络到了；比较时仍按抽签时的两边算，才公平。").format(
                n=f"{found.contacted.heads:,}", reached=f"{found.reached:,}"
            )
        )
    if found.mixed:
        lines.append(_("{n} 位的资料合并后两边都有，没有算进去。").format(n=found.mixed))
    return lines
