"""Short messages in words: states, reasons, warnings, figures."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from models.kinds import BatchState, SmsState
from services import formats
from services.rules.sms import FIELDS, Length, SmsSkip
from services.sms.gateway import Halt, No
from services.words import N_, _

if TYPE_CHECKING:
    from services.sms.collecting import Collected
    from services.sms.confirming import Confirmed
    from services.sms.handing_over import HandedOver
    from services.sms.reading import Batch
    from services.sms.sending import Sent

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
    SmsSkip.TIRED: N_("最近几次都是促销"),
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
    SmsSkip.NOT_KNOWN: N_("说不清发没发，没有再发"),
}
DECLINED = {
    No.NUMBER: N_("服务商说这不是有效的号码"),
    No.SENDER: N_("服务商不认发送号码"),
    No.TOO_FAST: N_("服务商太忙，没有收"),
    No.TEXT: N_("服务商说内容太长"),
    No.OTHER: N_("服务商没有收"),
}
"""What a provider answers instead of taking a part."""
HALTS = {
    Halt.STOPPED: N_("已暂停"),
    Halt.QUIET: N_("到了不打扰的时段，先停下，不会自己再发"),
    Halt.LINK: N_("和服务商的连接断了"),
    Halt.TOO_FAST: N_("服务商一直说太快，先停下；可以把每秒条数调小"),
    Halt.SENDER: N_("服务商不认发送号码，请核对网关设置"),
    Halt.NO_ENTRY: N_("服务商没有让登录"),
}
STATES = {
    SmsState.QUEUED: N_("待发"),
    SmsState.HANDED_OVER: N_("已交出，待结果"),
    SmsState.UNKNOWN: N_("说不清发没发"),
    SmsState.DELIVERED: N_("已发出"),
    SmsState.FAILED: N_("没发成"),
    SmsState.DROPPED: N_("已去掉"),
}
BATCHES = {
    BatchState.DRAFT: N_("待审核"),
    BatchState.REVIEWED: N_("已审核，待导出"),
    BatchState.EXPORTED: N_("已导出，待确认"),
    BatchState.SENDING: N_("通过网关发送"),
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
        return _provider_words(reason)
    what = _(FIELDS[detail]) if detail in FIELDS else detail
    return _(SKIPS[SmsSkip(reason)]).format(what=what)


_NO = re.compile(r"(?:(\d+)/(\d+) )?no:(\w+):(\w*)")


def _provider_words(reason: str) -> str:
    """`2/3 no:number:0x0B` in words; anything else as the provider wrote it."""
    found = _NO.fullmatch(reason)
    if found is None or found[3] not in set(No):
        return reason
    words = declined_words(No(found[3]), found[4])
    return _("第 {n}/{of} 条：{why}").format(n=found[1], of=found[2], why=words) if found[1] else words


def declined_words(why: No, code: str = "") -> str:
    """`服务商说这不是有效的号码（代码 0x0B）`"""
    words = _(DECLINED[why])
    return _("{why}（代码 {code}）").format(why=words, code=code) if code else words


def halted_words(halt: Halt | None, why: str = "") -> str:
    """Why a sending stopped, as a sentence; empty where it came to its end."""
    if halt is None:
        return ""
    return why or _("{why}。").format(why=_(HALTS[halt]))


def sent_words(done: Sent) -> str:
    """How far a sending came, as a sentence."""
    one = done.batch
    words = _("第 {id} 批：送达 {delivered}，没发成 {failed}，等回报 {waiting}，还没发 {queued}。").format(
        id=one.id, delivered=one.delivered, failed=one.failed, waiting=one.waiting, queued=one.queued
    )
    if one.unknown:
        words += _("{n} 条说不清发没发，请决定怎么办。").format(n=one.unknown)
    return halted_words(done.halt, done.why) + words


def collected_words(done: Collected) -> str:
    """What a visit to the provider brought, as a sentence."""
    words = _("收到回报 {reports} 份、回复 {replies} 条。").format(reports=done.reports, replies=done.replies)
    if done.refused:
        words += _("{n} 个号码退订，已经停止联络。").format(n=done.refused)
    return words + left_words(done)


def left_words(done: Collected) -> str:
    """What waits for a person: messages nobody knows of, and batches that stopped on their way; empty for nothing."""
    words = _("{n} 条说不清发没发，请决定怎么办。").format(n=done.unknown) if done.unknown else ""
    if done.queued:
        words += _("上次停在半路的短信还有 {n} 条没发，要接着发请到“短信”里按“继续发送”。").format(
            n=done.queued
        )
    return words


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
    if source.get("kind") == "campaign":
        return _("活动“{name}”").format(name=source["name"])
    if source.get("kind") == "filter":
        return _("筛选“{name}”").format(name=source["name"]) if source.get("name") else _("选出的客户")
    return _("日程里到期的短信")


def batch_line(one: Batch) -> str:
    """A batch in one line: number, where from, how many, how far."""
    words = _("第 {id} 批  {day} {time}  {source}  {n} 人 {parts} 条，不发 {left} 人  {state}").format(
        id=one.id,
        day=one.day.isoformat(),
        time=one.send_at,
        source=source_words(one.source),
        n=one.messages,
        parts=one.parts,
        left=one.left,
        state=batch_words(one.state),
    )
    return words + (
        _("（{n} 人导出后退订，请在平台上去掉）").format(n=one.refused_since) if one.refused_since else ""
    )


def exported_words(done: HandedOver) -> str:
    """What became of an export, in one sentence."""
    if done.again:
        words = _("第 {id} 批在 {day} 已经导出过，这是同一个文件：上传过就不要再传。").format(
            id=done.batch.id, day=formats.day(done.first_on)
        )
        if done.left_since:
            words += _("{n} 人后来退订，已不在文件里，请在平台上去掉。").format(n=done.left_since)
        return words
    return _("第 {id} 批已写成文件：{n} 个号码。请在平台上定 {time} 发送，发完回来确认。").format(
        id=done.batch.id, n=done.numbers, time=done.batch.send_at
    )


def confirmed_words(done: Confirmed) -> str:
    """What a confirmation did, in one sentence."""
    words = _("第 {id} 批：发出 {sent}，没发成 {failed}。").format(
        id=done.batch.id, sent=done.delivered, failed=done.failed
    )
    if done.to_verify:
        words += _("{n} 个号码待核实。").format(n=done.to_verify)
    if done.waiting:
        words += _("还有 {n} 条没有结果。").format(n=done.waiting)
    if done.unread:
        words += _("{n} 行看不懂，没有用。").format(n=len(done.unread))
    if done.file_removed:
        words += _("导出的文件已删除。")
    return words
