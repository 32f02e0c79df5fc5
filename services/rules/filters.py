"""Filters of the customer list: conditions joined by "and", as data (spec 07 "Tables", spec 01). Pure.

A condition names a field and what is asked of it; `negated` turns it round, and customers of whom the field is unknown
then belong to the answer. Whoever is not asked for the state sees only active customers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from typing import Any

from models.kinds import Channel, CustomerState, Grade, Sex
from services.errors import Refused
from services.rules.spans import Span
from services.words import N_

DAYS_MAX = 366
"""So many days of birthdays: with more everybody is meant."""
WORDS_MAX = 200
CONDITIONS_MAX = 30


class Kind(Enum):
    """How a field is asked."""

    CHOICE = "choice"
    """values: any of these codes"""
    FLAG = "flag"
    """nothing to fill in"""
    NUMBER = "number"
    """low to high, both included, each may be missing"""
    MONEY = "money"
    """as NUMBER, in fen"""
    SPENT = "spent"
    """as MONEY, within the last `span`"""
    DAY = "day"
    """ways within, ago, between, never"""
    BIRTHDAY = "birthday"
    """ways ahead (0 to `high` days from today), month and lunar_month (values), between"""
    WORDS = "words"
    """values: any of these texts stands somewhere in it"""
    EXACT = "exact"
    """values: any of these, whole, whatever the case of the letters"""
    SOON = "soon"
    """values: what happens (no_visit, no_purchase) within `high` days"""


@dataclass(frozen=True, slots=True)
class Field:
    """Something on file that can be asked for."""

    code: str
    words: str
    kind: Kind
    choices: tuple[str, ...] = ()
    """The codes of a closed CHOICE; groups and clerks come from the books."""


def _fields() -> Iterator[Field]:
    channels = tuple(one.value for one in Channel)
    yield Field("grade", N_("等级"), Kind.CHOICE, tuple(one.value for one in Grade))
    yield Field("state", N_("状态"), Kind.CHOICE, (CustomerState.ACTIVE.value, CustomerState.LOST.value))
    yield Field("group", N_("销售组"), Kind.CHOICE)
    yield Field("clerk", N_("负责店员"), Kind.CHOICE)
    yield Field("birthday", N_("生日"), Kind.BIRTHDAY)
    yield Field("last_visit", N_("上次到店"), Kind.DAY)
    yield Field("last_purchase", N_("上次消费"), Kind.DAY)
    yield Field("registered", N_("登记日期"), Kind.DAY)
    yield Field("last_contact", N_("上次联络"), Kind.DAY)
    yield Field("soon", N_("将降级/流失"), Kind.SOON, ("no_visit", "no_purchase"))
    yield Field("gift_waiting", N_("礼品待领"), Kind.FLAG)
    yield Field("spent", N_("累计消费"), Kind.MONEY)
    yield Field("spent_lately", N_("近期消费"), Kind.SPENT)
    yield Field("tickets", N_("消费次数"), Kind.NUMBER)
    yield Field("points", N_("可用积分"), Kind.NUMBER)
    yield Field("points_earned", N_("累计积分"), Kind.NUMBER)
    yield Field("item", N_("买过的货号"), Kind.EXACT)
    yield Field("special_price_only", N_("只买特价"), Kind.FLAG)
    yield Field("size", N_("尺码"), Kind.EXACT)
    yield Field("height", N_("身高（厘米）"), Kind.NUMBER)
    yield Field("waist", N_("腰围（厘米）"), Kind.NUMBER)
    yield Field("colours", N_("喜欢的颜色"), Kind.WORDS)
    yield Field("styles", N_("喜欢的款式"), Kind.WORDS)
    yield Field("looks", N_("喜欢的风格"), Kind.WORDS)
    yield Field("hobbies", N_("爱好与生活"), Kind.WORDS)
    yield Field("notes", N_("备注"), Kind.WORDS)
    yield Field("special", N_("特殊客户"), Kind.FLAG)
    yield Field("consent", N_("同意联络"), Kind.CHOICE, channels)
    yield Field("opt_out", N_("拒绝联络"), Kind.CHOICE, channels)
    yield Field("channel", N_("首选联络方式"), Kind.CHOICE, channels)
    yield Field("phone_doubtful", N_("电话可疑"), Kind.FLAG)
    yield Field("has_address", N_("有地址"), Kind.FLAG)
    yield Field("has_postcode", N_("有邮编"), Kind.FLAG)
    yield Field("address", N_("邮寄地址"), Kind.WORDS)
    yield Field("first_source", N_("从哪里知道本店"), Kind.WORDS)
    yield Field("referred", N_("由人介绍来"), Kind.FLAG)
    yield Field("sex", N_("性别"), Kind.CHOICE, tuple(one.value for one in Sex))
    yield Field("name", N_("姓名"), Kind.WORDS)
    yield Field("missing", N_("还缺资料"), Kind.CHOICE, MISSING)
    yield Field("erase_asked", N_("申请删除资料"), Kind.FLAG)


MISSING = (
    *("birthday", "phone", "address", "postcode", "sex", "height", "waist", "size", "colours", "styles"),
    *("looks", "channel", "first_source", "group", "clerk", "consent"),
)
"""What may be missing on a customer's file."""
FIELDS: dict[str, Field] = {field.code: field for field in _fields()}
WAYS: dict[Kind, tuple[str, ...]] = {
    Kind.DAY: ("within", "ago", "between", "never"),
    Kind.BIRTHDAY: ("ahead", "month", "lunar_month", "between"),
}
"""The ways to ask; the other kinds have one."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold. Which parts are used depends on the field's kind."""

    field: str
    way: str = ""
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    first: date | None = None
    last: date | None = None
    span: Span | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """All conditions must hold; none: every active customer."""

    conditions: tuple[Condition, ...] = ()

    def of(self, field: str) -> Condition | None:
        """The first condition on this field."""
        return next((one for one in self.conditions if one.field == field), None)

    def without(self, *fields: str) -> Filter:
        """The same, asking nothing of these fields."""
        return Filter(tuple(one for one in self.conditions if one.field not in fields))

    def plus(self, *more: Condition) -> Filter:
        """The same and these; what was asked already is not asked twice."""
        return Filter((*self.conditions, *(one for one in more if one not in self.conditions)))


def check(wanted: Filter) -> None:
    """Refuses a filter that cannot be understood, with what is wrong and its `field`."""
    if len(wanted.conditions) > CONDITIONS_MAX:
        raise Refused("筛选条件太多：最多 {most} 个。", most=CONDITIONS_MAX)
    for condition in wanted.conditions:
        check_condition(condition)


def check_condition(asked: Condition) -> None:
    """Refuses a condition that asks for nothing, or for what cannot be."""
    field = FIELDS.get(asked.field)
    if field is None or (asked.way and asked.way not in WAYS.get(field.kind, ())):
        raise Refused("这个程序不认识筛选条件“{name}”：可能是更新的版本保存的。", name=asked.field)
    _CHECKS[field.kind](field, asked)


def _check_choice(field: Field, asked: Condition) -> None:
    if not asked.values:
        raise Refused("请选择至少一项。", field="values")
    if field.choices and not set(asked.values) <= set(field.choices):
        raise Refused("没有“{value}”这个选项。", field="values", value=asked.values[0])


def _check_words(_field: Field, asked: Condition) -> None:
    if not asked.values or not all(one.strip() for one in asked.values):
        raise Refused("请填写要找的文字。", field="values")
    if sum(map(len, asked.values)) > WORDS_MAX:
        raise Refused("要找的文字太长：最多 {most} 个字。", field="values", most=WORDS_MAX)


def _check_number(_field: Field, asked: Condition) -> None:
    if asked.low is None and asked.high is None:
        raise Refused("请填写从多少到多少，可以只填一头。", field="low")
    if asked.low is not None and asked.high is not None and asked.low > asked.high:
        raise Refused(
            "从 {low} 到 {high}：前面的数比后面的大。", field="high", low=asked.low, high=asked.high
        )


def _check_spent(field: Field, asked: Condition) -> None:
    _check_span(asked)
    _check_number(field, asked)


def _check_span(asked: Condition) -> None:
    if asked.span is None or asked.span.amount < 1:
        raise Refused("请填写多长时间，例如 6 个月。", field="span")


def _check_between(asked: Condition) -> None:
    if asked.first is None and asked.last is None:
        raise Refused("请填写从哪天到哪天，可以只填一头。", field="first")
    if asked.first and asked.last and asked.last < asked.first:
        raise Refused(
            "结束日期 {last} 早于开始日期 {first}。", field="last", first=asked.first, last=asked.last
        )


def _check_day(_field: Field, asked: Condition) -> None:
    if asked.way in ("within", "ago"):
        _check_span(asked)
    elif asked.way == "between":
        _check_between(asked)
    elif asked.way != "never":
        raise Refused("请选择怎样比较日期。", field="way")


def _check_birthday(_field: Field, asked: Condition) -> None:
    if asked.way == "ahead":
        if asked.high is None or not 0 <= asked.high < DAYS_MAX:
            raise Refused("天数要在 0 到 {most} 之间。", field="high", most=DAYS_MAX - 1)
    elif asked.way in ("month", "lunar_month"):
        if not asked.values or not set(asked.values) <= {str(month) for month in range(1, 13)}:
            raise Refused("请选择 1 到 12 的月份。", field="values")
    elif asked.way == "between":
        if asked.first is None or asked.last is None:
            raise Refused("请填写生日从哪天到哪天。", field="first")
        _check_between(asked)
        if (asked.last - asked.first).days >= DAYS_MAX:
            raise Refused("生日的日期范围最长一年。", field="last")
    else:
        raise Refused("请选择怎样比较日期。", field="way")


def _check_soon(field: Field, asked: Condition) -> None:
    _check_choice(field, asked)
    if asked.high is None or not 1 <= asked.high < DAYS_MAX:
        raise Refused("天数要在 {least} 到 {most} 之间。", field="high", least=1, most=DAYS_MAX - 1)


_CHECKS = {
    Kind.CHOICE: _check_choice,
    Kind.FLAG: lambda _field, _asked: None,
    Kind.NUMBER: _check_number,
    Kind.MONEY: _check_number,
    Kind.SPENT: _check_spent,
    Kind.DAY: _check_day,
    Kind.BIRTHDAY: _check_birthday,
    Kind.WORDS: _check_words,
    Kind.EXACT: _check_words,
    Kind.SOON: _check_soon,
}


def to_json(wanted: Filter) -> str:
    """A filter as text: what is asked, nothing that is left at its default."""
    return json.dumps([_plain(one) for one in wanted.conditions], ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Filter:
    """The filter behind such a text. Raises Refused for one that this program does not understand."""
    try:
        plain = json.loads(text)
        wanted = Filter(tuple(_condition(one) for one in (plain if isinstance(plain, list) else [plain])))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Refused("保存的筛选读不出来。请删除它，再重新保存一次。") from None
    check(wanted)
    return wanted


def _plain(condition: Condition) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(condition):
        value = getattr(condition, field.name)
        if value == field.default:
            continue
        if isinstance(value, date):
            value = value.isoformat()
        found[field.name] = str(value) if isinstance(value, Span) else value
    return found


def _condition(plain: dict[str, Any]) -> Condition:
    known = {field.name for field in fields(Condition)}
    if set(plain) - known or not isinstance(plain["field"], str):
        raise ValueError
    values = dict(plain)
    for name in ("first", "last"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    for name in ("low", "high"):
        if name in values and type(values[name]) is not int:
            raise ValueError
    if "span" in values:
        values["span"] = Span.parse(values["span"])
    values["values"] = tuple(_texts(values.get("values", ())))
    return Condition(**values)


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if not isinstance(value, str):
            raise ValueError
        yield value
