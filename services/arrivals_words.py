"""New goods and their customers in words: reasons, who was left out, what to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from models.kinds import Topic
from services import contact_texts
from services.contact_words import channel_words
from services.rules.arrivals import Because, Goods
from services.words import N_, _

if TYPE_CHECKING:
    from services.arrivals_find import Found
    from services.arrivals_may import Left
    from services.arrivals_plan import Planned
    from services.arrivals_rows import Suited
    from services.shop import Shop

LEFT = {
    "just_bought": N_("刚买过同类"),
    "size": N_("没有合适的尺码"),
    "lately": N_("几天内刚联络过"),
    "planned": N_("已排了别的联络"),
    "told": N_("这批货已经说过"),
    "tired": N_("最近几次都是促销"),
    "opted_out": N_("已退订或还没有同意"),
    "no_number": N_("没有电话或号码待核实"),
    "minor": N_("未满14岁"),
    "by_rule": N_("按等级不需要"),
}


def reason_list(one: Suited) -> list[str]:
    """Each reason as a few words, the weightiest first."""
    return [_reason(one, because) for because in one.because]


def reasons(one: Suited) -> str:
    """`买过 3 次 M 码，喜欢墨绿`"""
    return _("，").join(reason_list(one))


def _reason(one: Suited, because: Because) -> str:
    goods = one.goods[0]
    return {
        Because.WISHED: lambda: _("说过想要{what}").format(what=goods.kind or goods.item_no),
        Because.KIND_LIKED: lambda: _("喜欢{what}").format(what=goods.kind),
        Because.COLOUR_LIKED: lambda: _("喜欢{what}").format(what=one.colour),
        Because.LOOK_LIKED: lambda: _("喜欢{what}风格").format(what=one.look or goods.look),
        Because.SIZE_BOUGHT: lambda: (
            _("买过 {n} 次 {size} 码").format(n=one.pieces, size=one.size)
            if one.pieces
            else _("买过到货的尺码")
        ),
        Because.KIND_BOUGHT: lambda: _("买过 {n} 件{what}").format(
            n=one.facts.pieces_of_kind, what=goods.kind or _("同系列")
        ),
        Because.TRIED: lambda: _("试过{what}没有买").format(what=goods.kind or goods.item_no),
        Because.SIZE_ON_FILE: lambda: (
            _("有 {size} 码").format(size=one.size) if one.size else _("均码，合身")
        ),
        Because.PRICE_NEAR: lambda: _("价位相近"),
    }[because]()


def goods(items: Iterable[Goods]) -> str:
    """`D-310 连衣裙、C-12 大衣`"""
    return _("、").join(" ".join(part for part in (one.item_no, one.kind) if part) for one in items)


def way(one: Suited) -> str:
    return channel_words(one.channel)


def left_words(left: Mapping[Left, int]) -> str:
    """`刚买过同类 12、几天内刚联络过 30`, the most frequent first; empty for nobody."""
    pairs = sorted(left.items(), key=lambda pair: (-pair[1], pair[0].value))
    return _("、").join(f"{_(LEFT[why.value])} {n}" for why, n in pairs if n)


def found_words(found: Found) -> str:
    """What a search brought, in one sentence."""
    words = _("适合 {n} 位，列出前 {shown} 位。").format(n=found.suited, shown=len(found.rows))
    left = left_words(found.left)
    return words + _("没有列出：{left}。").format(left=left) if left else words


def planned_words(done: Planned) -> str:
    """What came onto the schedule, in one sentence."""
    from services import formats

    parts = []
    if done.calls and done.last_day is not None:
        parts.append(_("{n} 个电话，排到{day}").format(n=done.calls, day=formats.short_day(done.last_day)))
    if done.messages:
        parts.append(_("{n} 条短信，今天可以成批发送").format(n=done.messages))
    if done.others:
        parts.append(_("{n} 项上门或邮寄").format(n=done.others))
    if done.already:
        parts.append(_("{n} 位已经排过").format(n=done.already))
    return _("已排进联络日程：{what}。").format(what=_("；").join(parts)) if parts else _("没有新排的联络。")


def text(one: Suited) -> str:
    """The words between greeting and farewell: what came in, and why it is told to this customer."""
    first = one.goods[0]
    what = " ".join(part for part in (first.kind, first.item_no) if part)
    parts = [_("店里新到了{what}").format(what=what)]
    if one.colour and Because.COLOUR_LIKED in one.because:
        parts.append(_("有您喜欢的{colour}").format(colour=one.colour))
    if one.size:
        parts.append(_("{size} 码也有").format(size=one.size))
    parts.append(_("喜欢的话先给您留一件"))
    return _("，").join(parts) + _("。")


def whole_text(shop: Shop, one: Suited, said: str = "") -> str:
    """The whole of what is said or written, as the call card will show it."""
    file = contact_texts.File(one.name, one.sex)
    caller = shop.actor.name if shop.actor else ""
    facts = [{"t": Topic.NEW_ARRIVALS.value, "text": said or text(one)}]
    return contact_texts.suggest(
        [Topic.NEW_ARRIVALS], one.channel, facts, file, shop=shop.info.name, caller=caller
    )


def heads() -> list[str]:
    """The head of the list."""
    return [_(one) for one in _HEADS]


_HEADS: Sequence[str] = (
    *(
        N_("卡号"),
        N_("姓名"),
        N_("等级"),
        N_("电话"),
        N_("方式"),
        N_("适合的新货"),
        N_("为什么"),
        N_("可以这样说"),
    ),
)
