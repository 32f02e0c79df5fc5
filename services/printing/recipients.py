"""To whom a card goes in a span of days: by the standards, without those who refuse letters. One query a topic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from models import database
from models.kinds import Calendar, Channel, CustomerState, Grade, Occasion, Sex
from services.errors import Refused
from services.gifts.due import due_in
from services.gifts.wording import occasion_words
from services.printing import fonts
from services.rules import birthdays
from services.rules import contacts as rules
from services.shop import Shop
from services.words import language

_CHUNK = 5_000
MOST_DAYS = 400
"""A span longer than a year and a bit is a slip of the pen."""
_REMEMBERED = Occasion.REMEMBERED_DAY.value
_FEW_MONTHS = 8
"""Up to so many months the index of remembered days helps; beyond that all of them are read."""


@dataclass(frozen=True)
class Recipient:
    """One letter: a customer, an occasion, its day."""

    customer_id: int
    card_no: str
    name: str
    sex: str
    postcode: str
    address: str
    occasion: str
    day: date
    gift: str = ""
    """What the gift label names."""
    label: str = ""
    """A remembered day in the customer's words: 女儿生日."""
    grade: str = ""
    birth_year: int | None = None
    enclosed: str = ""
    """What else goes into the envelope."""

    @property
    def salutation(self) -> str:
        """先生, 女士 or nothing: it stands after the name, as on every Chinese letter."""
        return {Sex.MALE.value: "先生", Sex.FEMALE.value: "女士"}.get(self.sex, "")

    @property
    def title(self) -> str:
        """The form of address in the language of the cards."""
        if language() == "en":
            return {Sex.MALE.value: "Mr ", Sex.FEMALE.value: "Ms "}.get(self.sex, "")
        return self.salutation

    @property
    def age(self) -> int | None:
        """The age reached on a birthday of one's own; None where the year is not known."""
        if self.occasion != Occasion.BIRTHDAY.value or not self.birth_year:
            return None
        return self.day.year - self.birth_year


@dataclass(frozen=True)
class MissingGlyphs:
    """A customer whose name or address holds characters that can't be printed."""

    card_no: str
    name: str
    characters: str


def check_span(first: date, last: date) -> None:
    """Refuses a span that ends before it begins, or is far too long."""
    if last < first:
        raise Refused("结束日期 {last} 早于开始日期 {first}。", field="to", first=first, last=last)
    if (last - first).days > MOST_DAYS:
        raise Refused("日期范围太长：最多 {most} 天。", field="to", most=MOST_DAYS)


def check_occasion(occasion: str | None) -> None:
    """Refuses a word that is no occasion."""
    if occasion and occasion not in {one.value for one in Occasion}:
        raise Refused("没有“{occasion}”这种赠送事宜；可选 {known}。", field="occasion", occasion=occasion,
                      known=" ".join(one.value for one in Occasion))  # fmt: skip


def _check_greeting(shop: Shop, occasion: str | None) -> None:
    """Refuses an occasion that no card is posted for, rather than finding nobody."""
    check_occasion(occasion)
    posted = {Occasion.BIRTHDAY.value, _REMEMBERED, *shop.policy.gifts.festivals}
    if occasion and occasion not in posted:
        raise Refused("“{occasion}”不寄贺卡：现在寄的是 {known}。要加节日，请店主在“客情标准”里加。",
                      field="occasion", occasion=occasion_words(occasion),
                      known="、".join(occasion_words(one) for one in sorted(posted)))  # fmt: skip


def in_span(shop: Shop, first: date, last: date, occasion: str | None = None) -> list[Recipient]:
    """Everyone whose occasion falls in the span and to whom a card is posted: by day, then by card number.

    A and B and the special ones, active, of age, who do not refuse letters (spec 04); the days they asked to
    remember count like birthdays. Raises Refused.
    """
    check_span(first, last)
    _check_greeting(shop, occasion)
    found: list[tuple[int, str, date, str]] = []
    if occasion != _REMEMBERED:
        due = (one for one in due_in(shop, first, last) if not occasion or one.occasion == occasion)
        found += [(one.customer_id, one.occasion, one.day, "") for one in due]
    if occasion in (None, "", _REMEMBERED):
        found += [(who, _REMEMBERED, day, label) for who, day, label in _remembered(shop, first, last)]
    people = _people(sorted({who for who, *_more in found}))
    wanted = {who for who in people if _gets_letters(shop, people[who], standard=True)}
    pieces = [
        _recipient(who, people[who], code, day, label) for who, code, day, label in found if who in wanted
    ]
    return sorted(pieces, key=lambda one: (one.day, one.occasion, one.card_no, one.customer_id, one.label))


def of_customers(
    shop: Shop, ids: Sequence[int], occasion: str = "", day: date | None = None
) -> tuple[list[Recipient], list[Recipient]]:
    """Named customers in the given order, each once, and those of them who are left out: they want no letters.

    `occasion` (default: the general greeting) says which card, `day` (default today) what stands on it. Who was
    erased or merged is not found. Raises Refused for an unknown occasion.
    """
    check_occasion(occasion)
    people = _people(sorted(set(ids)))
    code, on = occasion or Occasion.OWNER_CHOICE.value, day or shop.today()
    pieces = [_recipient(who, people[who], code, on) for who in dict.fromkeys(ids) if who in people]
    gone = (CustomerState.ERASED.value, CustomerState.MERGED.value)
    pieces = [one for one in pieces if people[one.customer_id].state not in gone]
    kept = [one for one in pieces if _gets_letters(shop, people[one.customer_id])]
    return kept, [one for one in pieces if one not in kept]


def known(ids: Sequence[int]) -> dict[int, Recipient]:
    """Name and address of each, with the general greeting of no day yet."""
    people = _people(sorted(set(ids)))
    return {who: _recipient(who, one, Occasion.OWNER_CHOICE.value, date.min) for who, one in people.items()}


def _gets_letters(shop: Shop, one: _Person, *, standard: bool = False) -> bool:
    """Whether a letter may be posted; `standard`: and the standards promise one."""
    person = rules.Person(
        Grade.A if one.special or not standard else Grade(one.grade),
        refused=frozenset({Channel.POST.value}) if one.no_post else frozenset(),
        minor=rules.is_minor(one.birth_year, shop.today()),
    )
    way = rules.card(person, shop.policy.contacts)
    return way is Channel.POST or (way is rules.Skip.GRADE and not standard)


def _remembered(shop: Shop, first: date, last: date) -> Iterator[tuple[int, date, str]]:
    """(customer, day, label) of every day to remember in the span, of those who are cared for."""
    keys = birthdays.keys_between(first, last, shop.policy.birthdays)
    sql = (
        "SELECT d.customer_id, d.calendar, d.month, d.day, d.leap, d.label FROM remembered_day d"
        " JOIN customer c ON c.id = d.customer_id WHERE c.state = 'active' AND (c.grade IN ('A', 'B') OR c.special = 1)"
    )
    months = sorted({(kind.value, month) for kind, month, _day, _leap in keys})
    few = len(months) <= _FEW_MONTHS
    if few:
        sql += " AND (" + " OR ".join(["(d.calendar = ? AND d.month = ?)"] * len(months)) + ")"
    for who, kind, month, number, leap, label in database.rows(
        sql, [x for pair in months for x in pair] if few else ()
    ):
        for when in keys.get((Calendar(kind), month, number, bool(leap)), ()):
            yield who, when, label


def with_gifts(shop: Shop, first: date, last: date, occasion: str | None = None) -> list[Recipient]:
    """Every approved gift that is due in the span and not handed out yet: by day, then by card number."""
    check_span(first, last)
    check_occasion(occasion)
    where, params = "l.due BETWEEN ? AND ?", [database.day_value(first), database.day_value(last)]
    if occasion:
        where += " AND l.occasion = ?"
        params.append(occasion)
    rows = database.rows(f"{_GIFTS} AND {where} ORDER BY l.due, l.occasion, c.card_no, l.part", params)
    people = _people(sorted({row[0] for row in rows}))
    return [
        replace(_recipient(number, people[number], code, database.as_day(due) or first), gift=gift)
        for number, code, due, gift in rows
    ]


_GIFTS = (
    "SELECT c.id, l.occasion, l.due, g.name"
    " FROM plan_line l JOIN customer c ON c.id = l.customer_id JOIN gift g ON g.id = l.gift_id"
    " WHERE l.live = 1 AND l.status = 'approved'"
)


def of_items(
    shop: Shop, items: Sequence[tuple[int, str, date | None]], *, gifts: bool = False
) -> list[Recipient]:
    """The pieces of a recorded job, in its order, with names, addresses, gifts and labels as they are today."""
    people = _people(sorted({customer for customer, _occasion, _day in items}))
    days = [day for _customer, _occasion, day in items if day]
    waiting: dict[tuple[int, str, date], list[str]] = {}
    if gifts and days:
        for one in with_gifts(shop, min(days), max(days)):
            waiting.setdefault((one.customer_id, one.occasion, one.day), []).append(one.gift)
    kept = [day for _customer, occasion, day in items if day and occasion == _REMEMBERED]
    if kept and not gifts:
        for who, when, label in _remembered(shop, min(kept), max(kept)):
            waiting.setdefault((who, _REMEMBERED, when), []).append(label)
    found = []
    for customer, occasion, day in items:
        left = waiting.get((customer, occasion, day or date.min), [])
        words = left.pop(0) if left else ""
        one = _recipient(customer, people[customer], occasion, day or date.min, "" if gifts else words)
        found.append(replace(one, gift=words) if gifts else one)
    return found


@dataclass(frozen=True)
class _Person:
    """What a letter needs to know of a customer."""

    card_no: str
    name: str
    sex: str
    postcode: str
    address: str
    birth_year: int | None
    grade: str
    special: bool
    state: str
    no_post: bool


def _person(row: Sequence[Any]) -> _Person:
    card_no, name, sex, postcode, address, birth_year, grade, special, state, no_post = row[1:]
    return _Person(
        card_no, name, sex, postcode, address, birth_year, grade, bool(special), state, bool(no_post)
    )


def _people(ids: Sequence[int]) -> dict[int, _Person]:
    found: dict[int, _Person] = {}
    for at in range(0, len(ids), _CHUNK):
        part = ids[at : at + _CHUNK]
        sql = (
            "SELECT c.id, c.card_no, c.name, c.sex, c.postcode, c.address, c.birth_year, c.grade, c.special, c.state,"
            " EXISTS (SELECT 1 FROM opt_out o WHERE o.customer_id = c.id AND o.channel = 'post')"
            f" FROM customer c WHERE c.id IN ({database.marks(part)})"
        )
        found.update((row[0], _person(row)) for row in database.rows(sql, part))
    return found


def _recipient(who: int, one: _Person, occasion: str, day: date, label: str = "") -> Recipient:
    return Recipient(who, one.card_no, one.name, one.sex, one.postcode, one.address, occasion, day,
                     label=label, grade=one.grade, birth_year=one.birth_year)  # fmt: skip


def missing_glyphs(recipients: Sequence[Recipient], *, addresses: bool) -> tuple[MissingGlyphs, ...]:
    """Whose name (and address) holds characters that the font lacks, each customer once."""
    found: dict[str, MissingGlyphs] = {}
    for one in recipients:
        lacking = fonts.missing_glyphs(
            one.name + one.gift + (one.address + one.postcode if addresses else "")
        )
        if lacking:
            found.setdefault(one.card_no, MissingGlyphs(one.card_no, one.name, lacking))
    return tuple(found.values())
