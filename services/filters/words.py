"""A filter in words: what each condition asks, and the whole as one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models import database
from models.kinds import CustomerState, Grade, Sex
from services import calendar as almanac
from services import formats
from services.contact_notes import CHANNEL_WORDS
from services.rights import Right, require
from services.rules.filters import FIELDS, Condition, Filter, Kind
from services.shop import Shop
from services.words import N_, _, language

GRADE_WORDS = {Grade.A: N_("A 级"), Grade.B: N_("B 级"), Grade.C: N_("C 级")}
STATE_WORDS = {CustomerState.ACTIVE: N_("在册"), CustomerState.LOST: N_("流失")}
SEX_WORDS = {Sex.FEMALE: N_("女"), Sex.MALE: N_("男"), Sex.UNKNOWN: N_("不详")}
SOON_WORDS = {"no_visit": N_("降一级"), "no_purchase": N_("列为流失")}
MISSING_WORDS = {
    "birthday": N_("生日"),
    "phone": N_("电话"),
    "address": N_("邮寄地址"),
    "postcode": N_("邮编"),
    "sex": N_("性别"),
    "height": N_("身高"),
    "waist": N_("腰围"),
    "size": N_("尺码"),
    "colours": N_("喜欢的颜色"),
    "styles": N_("喜欢的款式"),
    "looks": N_("喜欢的风格"),
    "channel": N_("首选联络方式"),
    "first_source": N_("从哪里知道本店"),
    "group": N_("销售组"),
    "clerk": N_("负责店员"),
    "consent": N_("联络同意"),
}
_CLOSED: dict[str, Mapping[str, str]] = {
    "grade": {key.value: words for key, words in GRADE_WORDS.items()},
    "state": {key.value: words for key, words in STATE_WORDS.items()},
    "sex": {key.value: words for key, words in SEX_WORDS.items()},
    "soon": SOON_WORDS,
    "missing": MISSING_WORDS,
    **dict.fromkeys(
        ("consent", "opt_out", "channel"), {key.value: words for key, words in CHANNEL_WORDS.items()}
    ),
}


@dataclass(frozen=True)
class Names:
    """The groups and people of the books, by id: what a choice of them is called."""

    groups: Mapping[str, str] = field(default_factory=dict)
    clerks: Mapping[str, str] = field(default_factory=dict)


def names(shop: Shop) -> Names:
    """Active groups first, then everybody who works or worked here."""
    require(shop, Right.SEE)
    groups = database.rows("SELECT id, name FROM staff_group ORDER BY active DESC, id")
    clerks = database.rows("SELECT id, name FROM staff_user ORDER BY active DESC, id")
    return Names({str(row[0]): row[1] for row in groups}, {str(row[0]): row[1] for row in clerks})


def choices(code: str, known: Names) -> list[tuple[str, str]]:
    """What can be chosen for a field: codes with their words."""
    if code == "group":
        return list(known.groups.items())
    if code == "clerk":
        return list(known.clerks.items())
    return [(value, _(_CLOSED[code][value])) for value in FIELDS[code].choices]


def describe(asked: Condition, known: Names) -> str:
    """One condition: `等级：A 级、B 级`, `不是：上次到店：最近6个月内`."""
    words = _SAID[FIELDS[asked.field].kind](asked, known)
    return _("不是：{words}").format(words=words) if asked.negated else words


def sentence(wanted: Filter, known: Names) -> str:
    """What the list shows, in one sentence; empty for all active customers."""
    return _("；").join(describe(one, known) for one in wanted.conditions)


def month_words(month: int, lunar: bool) -> str:
    """`11月`, `八月` (lunar)."""
    if lunar:
        return almanac.lunar_month_text(month)
    return _("{month}月").format(month=month) if language() == "zh" else formats._MONTH_EN[month - 1]


def _field(asked: Condition) -> str:
    return _(FIELDS[asked.field].words)


def _says(asked: Condition, value: str) -> str:
    return _("{field}：{value}").format(field=_field(asked), value=value)


def _choice(asked: Condition, known: Names) -> str:
    there = dict(choices(asked.field, known))
    return _says(asked, _("、").join(there.get(value, "?") for value in asked.values))


def _number(asked: Condition, _known: Names) -> str:
    return _says(asked, _between(asked, str))


def _money(asked: Condition, _known: Names) -> str:
    return _says(asked, _between(asked, formats.money))


def _between(asked: Condition, show: Callable[[Any], str]) -> str:

    if asked.low is None:
        return _("到 {high}").format(high=show(asked.high))
    if asked.high is None:
        return _("{low} 起").format(low=show(asked.low))
    if asked.low == asked.high:
        return show(asked.low)
    return _("{low}–{high}").format(low=show(asked.low), high=show(asked.high))


def _spent(asked: Condition, _known: Names) -> str:
    assert asked.span is not None
    return _("最近{span}消费：{range}").format(span=asked.span.words(), range=_between(asked, formats.money))


def _days(first: date | None, last: date | None) -> str:
    if first is None:
        return _("到 {high}").format(high=formats.short_day(last))
    if last is None:
        return _("{low} 起").format(low=formats.short_day(first))
    return _("{low}–{high}").format(low=formats.short_day(first), high=formats.short_day(last))


def _day(asked: Condition, _known: Names) -> str:
    if asked.way == "never":
        return _says(asked, _("从来没有"))
    if asked.way == "between":
        return _says(asked, _days(asked.first, asked.last))
    assert asked.span is not None
    words = _("最近{span}内") if asked.way == "within" else _("早于{span}前")
    return _says(asked, words.format(span=asked.span.words()))


def _birthday(asked: Condition, _known: Names) -> str:
    if asked.way == "ahead":
        return _says(asked, _("{n}天内").format(n=asked.high) if asked.high else _("今天"))
    if asked.way == "between":
        return _says(asked, _days(asked.first, asked.last))
    months = [month_words(int(month), asked.way == "lunar_month") for month in asked.values]
    words = _("、").join(months)
    return _says(asked, _("农历 {months}").format(months=words) if asked.way == "lunar_month" else words)


def _words(asked: Condition, _known: Names) -> str:
    return _("{field}含：{value}").format(field=_field(asked), value=_("、").join(asked.values))


def _soon(asked: Condition, _known: Names) -> str:
    what = _("、").join(_(SOON_WORDS[value]) for value in asked.values)
    return _("{n}天内将{what}").format(n=asked.high, what=what)


_SAID = {
    Kind.CHOICE: _choice,
    Kind.FLAG: lambda asked, _known: _field(asked),
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.SPENT: _spent,
    Kind.DAY: _day,
    Kind.BIRTHDAY: _birthday,
    Kind.WORDS: _words,
    Kind.EXACT: lambda asked, _known: _says(asked, _("、").join(asked.values)),
    Kind.SOON: _soon,
}
