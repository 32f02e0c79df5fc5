"""Short messages in words: states, reasons, warnings, figures."""

from __future__ import annotations

from collections import Counter

from models.kinds import BatchState, SmsState
from services.rules.sms import FIELDS, Length, SmsSkip
from services.words import N_, _

SKIPS = {
    SmsSkip.OPTED_OUT: N_("已退订"),
    SmsSkip.NO_CONSENT: N_("还没有同意收短信"),
    SmsSkip.NUMBER_REFUSED: N_("同号码的另一位客户退订了"),
    SmsSkip.NO_MOBILE: N_("没有手机号"),
    SmsSkip.DOUBTFUL: N_("号码待核实"),
    SmsSkip.LOST: N_("流失客户只发挽回短信"),
    SmsSkip.GONE: N_("资料已合并或删除"),
    SmsSkip.MINOR: N_("未满 14 岁"),
    SmsSkip.OTHER_WAY: N_("希望用别的方式联络"),
    SmsSkip.SPACING: N_("几天内刚联络过"),
    SmsSkip.TODAY: N_("今天发过短信"),
    SmsSkip.IN_BATCH: N_("已在另一批里"),
    SmsSkip.SAME_NUMBER: N_("同一号码已有一条"),
    SmsSkip.NO_TEMPLATE: N_("这个事由没有发布的模板"),
    SmsSkip.FIELD: N_("缺“{what}”"),
    SmsSkip.TOO_LONG: N_("要分 {what} 条，太长"),
    SmsSkip.CLOSED: N_("这项联络已经有结果"),
    SmsSkip.NEW_NUMBER: N_("换了号码"),
    SmsSkip.CANCELLED: N_("这一批取消了，或被店长去掉"),
    SmsSkip.NOT_UPLOADED: N_("没有上传，一条也没发"),
}
STATES = {
    SmsState.QUEUED: N_("待发"),
    SmsState.HANDED_OVER: N_("已导出，待确认"),
    SmsState.DELIVERED: N_("已发出"),
    SmsState.FAILED: N_("没发成"),
    SmsState.DROPPED: N_("已去掉"),
}
BATCHES = {
    BatchState.DRAFT: N_("待审核"),
    BatchState.REVIEWED: N_("已审核，待导出"),
    BatchState.EXPORTED: N_("已导出，待确认"),
    BatchState.CLOSED: N_("已完成"),
    BatchState.CANCELLED: N_("已取消"),
}


def state_words(state: SmsState | None) -> str:
    return _("不发") if state is None else _(STATES[state])


def batch_words(state: BatchState) -> str:
    return _(BATCHES[state])


def reason_words(reason: str, detail: str = "") -> str:
    """Why somebody gets none: our code in words, or the platform's own words as they are."""
    if reason not in set(SmsSkip):
        return reason
    what = _(FIELDS[detail]) if detail in FIELDS else detail
    return _(SKIPS[SmsSkip(reason)]).format(what=what)


def counted(why: Counter[SmsSkip]) -> str:
    """`已退订 3、没有手机号 1`: how many for each reason, the most frequent first."""
    words = []
    for skip, n in why.most_common():
        text = _("缺模板里的内容") if skip is SmsSkip.FIELD else reason_words(skip.value, "…")
        words.append(f"{text} {n}")
    return _("、").join(words)


def length_words(length: Length) -> str:
    """`58 字，1 条`"""
    return _("{n} 字，{parts} 条").format(n=length.characters, parts=length.parts)


def warning_words(code: str) -> str:
    """What a platform may refuse, as a sentence."""
    kind, _colon, word = code.partition(":")
    if kind == "word":
        return _("平台不收含“{word}”的短信。").format(word=word)
    return _("平台的促销模板一般不许带客户的名字等内容，建议去掉。")


def source_words(source: dict[str, str]) -> str:
    """Where the recipients come from."""
    if source.get("kind") == "filter":
        return _("筛选“{name}”").format(name=source["name"]) if source.get("name") else _("选出的客户")
    return _("日程里到期的短信")
