"""The fields of a customer that people edit: their words, their checks, their columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from models import database
from models.kinds import Calendar, Channel, Sex
from services.errors import Refused
from services.rules import birthdays
from services.rules import customer_data as data
from services.rules.birthdays import Birthday
from services.shop import Shop
from services.words import N_, _

EVERY_MAX_DAYS = 366


@dataclass(frozen=True)
class Number:
    """One telephone number of a customer, digits only."""

    number: str
    foreign: bool = False


FIELD_WORDS: dict[str, str] = {
    "name": N_("姓名"),
    "card_no": N_("卡号"),
    "sex": N_("性别"),
    "phones": N_("电话"),
    "birthday": N_("生日"),
    "height_cm": N_("身高"),
    "waist_cm": N_("腰围"),
    "size": N_("尺码"),
    "colours": N_("喜欢的颜色"),
    "styles": N_("喜欢的款式"),
    "looks": N_("喜欢的风格"),
    "postcode": N_("邮编"),
    "address": N_("邮寄地址"),
    "preferred_channel": N_("首选联络方式"),
    "preferred_time": N_("方便的时间"),
    "preferred_every_days": N_("联络间隔（天）"),
    "first_source": N_("从哪里知道本店"),
    "referred_by": N_("介绍人"),
    "hobbies": N_("爱好与生活"),
    "note": N_("备注"),
    "group": N_("销售组"),
    "clerk": N_("负责店员"),
}
FIELDS = frozenset(FIELD_WORDS)

_PLAIN = {"referred_by": "referred_by_id", "group": "group_id", "clerk": "clerk_id"}
_BIRTH = ("birth_calendar", "birth_month", "birth_day", "birth_leap", "birth_year")


def columns(shop: Shop, what: str, value: Any, customer_id: int = 0) -> dict[str, Any]:
    """The checked value of one field as the columns that hold it. Raises Refused. `phones` is not among them."""
    if what == "birthday":
        return _birthday(shop, value)
    if what == "referred_by":
        return _referrer(value, customer_id)
    if what in _PLAIN:
        return {_PLAIN[what]: _reference(what, value)}
    check = _CHECKS.get(what)
    if check is None:
        raise Refused("没有“{field}”这个栏目。", field=what)
    return {what: check(shop, value)}


def snapshot(customer_id: int, fields: Sequence[str]) -> tuple[dict[str, Any], int]:
    """The present values of these fields as faces show them, and the version of the record."""
    names = [_PLAIN.get(what, what) for what in fields if what not in ("birthday", "phones")]
    found = database.row(
        f"SELECT version, {', '.join(_BIRTH)}{''.join(', ' + name for name in names)} FROM customer WHERE id = ?",
        (customer_id,),
    )
    assert found is not None
    values: dict[str, Any] = {}
    plain = iter(found[6:])
    for what in fields:
        if what == "birthday":
            values[what] = as_birthday(found[1:6])
        elif what == "phones":
            values[what] = numbers_of(customer_id)
        else:
            values[what] = next(plain)
    return values, int(found[0])


def as_birthday(stored: Sequence[Any]) -> Birthday | None:
    """calendar, month, day, leap, year as stored."""
    if stored[0] is None or stored[1] is None or stored[2] is None:
        return None
    return Birthday(Calendar(stored[0]), stored[1], stored[2], bool(stored[3]), stored[4])


def numbers_of(customer_id: int) -> tuple[Number, ...]:
    rows = database.rows(
        'SELECT number, "foreign" FROM phone WHERE customer_id = ? ORDER BY position, id', (customer_id,)
    )
    return tuple(Number(row[0], bool(row[1])) for row in rows)


def write_numbers(customer_id: int, numbers: Sequence[Number]) -> None:
    """Replaces a customer's numbers inside the caller's transaction."""
    database.execute("DELETE FROM phone WHERE customer_id = ?", (customer_id,))
    database.execute_many(
        'INSERT INTO phone (customer_id, number, reversed, "foreign", position) VALUES (?, ?, ?, ?, ?)',
        [
            (customer_id, one.number, one.number[::-1], int(one.foreign), place)
            for place, one in enumerate(numbers)
        ],
    )


def _birthday(shop: Shop, value: Birthday | None) -> dict[str, Any]:
    if value is None:
        return dict(zip(_BIRTH, (None, None, None, 0, None), strict=True))
    birthdays.check(value, shop.today())
    parts = (value.calendar.value, value.month, value.day, int(value.leap), value.year)
    return dict(zip(_BIRTH, parts, strict=True))


def _reference(what: str, value: Any) -> int | None:
    """The id of another row that must be there."""
    if value in (None, 0, ""):
        return None
    table = {"referred_by": "customer", "group": "staff_group", "clerk": "staff_user"}[what]
    if database.row(f"SELECT 1 FROM {table} WHERE id = ?", (int(value),)) is None:
        raise Refused("选择的{what}已经不在了，请重新选择。", what=_(FIELD_WORDS[what]), field=what)
    return int(value)


def _referrer(value: Any, customer_id: int) -> dict[str, Any]:
    """Who introduced the customer: another person on file, no circle; thanks are due anew for somebody else."""
    found = _reference("referred_by", value)
    if found is not None:
        into = database.value_of("SELECT merged_into_id FROM customer WHERE id = ?", (found,))
        found = int(into) if into else found
    if found is not None and customer_id:
        if found == customer_id:
            raise Refused("介绍人不能是客户自己。", field="referred_by")
        if leads_to(found, (customer_id,)):
            name = database.value_of("SELECT name FROM customer WHERE id = ?", (found,))
            raise Refused("{name}是这位客户介绍来的，不能反过来做介绍人。", name=name, field="referred_by")
    before = database.value_of("SELECT referred_by_id FROM customer WHERE id = ?", (customer_id,))
    return (
        {"referred_by_id": found}
        if found == before
        else {"referred_by_id": found, "referral_thanked_on": None}
    )


def leads_to(start: int, those: Sequence[int]) -> bool:
    """Was `start` brought by one of these, directly or through others? Old circles end the walk."""
    seen: set[int] = set()
    at: int | None = start
    while at is not None and at not in seen:
        seen.add(at)
        at = database.value_of("SELECT referred_by_id FROM customer WHERE id = ?", (at,))
        if at in those:
            return True
    return False


def _short(field: str, most: int = data.SHORT_MAX) -> Callable[[Shop, Any], str]:
    return lambda _shop, value: data.short(value, field, most)


def _sex(_shop: Shop, value: Any) -> str:
    try:
        return Sex(value or "unknown").value
    except ValueError:
        raise Refused("性别只能选女、男或不详。", field="sex") from None


def _channel(_shop: Shop, value: Any) -> str:
    try:
        return Channel(value).value if value else ""
    except ValueError:
        raise Refused("没有“{value}”这种联络方式。", value=value, field="preferred_channel") from None


def _every(_shop: Shop, value: Any) -> int | None:
    if value in (None, "", 0, "0"):
        return None
    text = data.half_width(data.clean(value))
    if not text.isdigit() or not 1 <= int(text) <= EVERY_MAX_DAYS:
        raise Refused("联络间隔要填1到{most}天，或空着。", most=EVERY_MAX_DAYS, field="preferred_every_days")
    return int(text)


_CHECKS: dict[str, Callable[[Shop, Any], Any]] = {
    "name": lambda _shop, value: data.name(value),
    "card_no": lambda _shop, value: data.card_no(value),
    "sex": _sex,
    "height_cm": lambda shop, value: data.height("" if value is None else value, shop.policy.customers),
    "waist_cm": lambda shop, value: data.waist("" if value is None else value, shop.policy.customers),
    "size": lambda _shop, value: data.half_width(data.short(value, "size", 20)).upper(),
    "colours": lambda _shop, value: data.likes(value),
    "styles": lambda _shop, value: data.likes(value),
    "looks": lambda _shop, value: data.likes(value),
    "postcode": lambda _shop, value: data.postcode(value),
    "address": _short("address"),
    "preferred_channel": _channel,
    "preferred_time": _short("preferred_time", 60),
    "preferred_every_days": _every,
    "first_source": _short("first_source", 60),
    "hobbies": _short("hobbies"),
    "note": _short("note", data.TEXT_MAX),
}
