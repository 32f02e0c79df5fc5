"""To whom a card goes in a span of days: by the standards, without those who refuse letters. One query a topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models import database
from models.kinds import Channel, Grade, Occasion, Sex
from services.errors import Refused
from services.gifts.due import due_in
from services.gifts.wording import occasion_words
from services.printing import fonts
from services.rules import contacts as rules
from services.shop import Shop
from services.words import language

_CHUNK = 5_000
MOST_DAYS = 400
"""A span longer than a year and a bit is a slip of the pen."""


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
    posted = {Occasion.BIRTHDAY.value, *shop.policy.gifts.festivals}
    if occasion and occasion not in posted:
        raise Refused("“{occasion}”不寄贺卡：现在寄的是 {known}。要加节日，请店主在“客情标准”里加。",
                      field="occasion", occasion=occasion_words(occasion),
                      known="、".join(occasion_words(one) for one in sorted(posted)))  # fmt: skip


def in_span(shop: Shop, first: date, last: date, occasion: str | None = None) -> list[Recipient]:
    """Everyone whose occasion falls in the span and to whom a card is posted: by day, then by card number.

    A and B and the special ones, active, of age, who do not refuse letters (spec 04). Raises Refused.
    """
    check_span(first, last)
    _check_greeting(shop, occasion)
    due = [one for one in due_in(shop, first, last) if not occasion or one.occasion == occasion]
    refused = {
        row[0]
        for row in database.rows("SELECT customer_id FROM opt_out WHERE channel = ?", (Channel.POST.value,))
    }
    known = _people(sorted({one.customer_id for one in due}))
    no_post = frozenset({Channel.POST.value})
    found = []
    for one in due:
        card_no, name, sex, postcode, address, birth_year = known[one.customer_id]
        person = rules.Person(
            Grade.A if one.special else Grade(one.grade),
            refused=no_post if one.customer_id in refused else frozenset(),
            minor=rules.is_minor(birth_year, shop.today()),
        )
        if rules.card(person) is Channel.POST:
            found.append(
                Recipient(one.customer_id, card_no, name, sex, postcode, address, one.occasion, one.day)
            )
    return sorted(found, key=lambda one: (one.day, one.occasion, one.card_no, one.customer_id))


def with_gifts(shop: Shop, first: date, last: date, occasion: str | None = None) -> list[Recipient]:
    """Every approved gift that is due in the span and not handed out yet: by day, then by card number."""
    check_span(first, last)
    check_occasion(occasion)
    where, params = "l.due BETWEEN ? AND ?", [database.day_value(first), database.day_value(last)]
    if occasion:
        where += " AND l.occasion = ?"
        params.append(occasion)
    rows = database.rows(f"{_GIFTS} AND {where} ORDER BY l.due, l.occasion, c.card_no, l.part", params)
    return [
        Recipient(number, card_no, name, sex, postcode, address, code, database.as_day(due) or first, gift)
        for number, card_no, name, sex, postcode, address, code, due, gift in rows
    ]


_GIFTS = (
    "SELECT c.id, c.card_no, c.name, c.sex, c.postcode, c.address, l.occasion, l.due, g.name"
    " FROM plan_line l JOIN customer c ON c.id = l.customer_id JOIN gift g ON g.id = l.gift_id"
    " WHERE l.live = 1 AND l.status = 'approved'"
)


def of_items(
    shop: Shop, items: Sequence[tuple[int, str, date | None]], *, gifts: bool = False
) -> list[Recipient]:
    """The pieces of a recorded job, in its order, with names, addresses and gifts as they are today."""
    known = _people(sorted({customer for customer, _occasion, _day in items}))
    days = [day for _customer, _occasion, day in items if day]
    waiting: dict[tuple[int, str, date], list[str]] = {}
    if gifts and days:
        for one in with_gifts(shop, min(days), max(days)):
            waiting.setdefault((one.customer_id, one.occasion, one.day), []).append(one.gift)
    found = []
    for customer, occasion, day in items:
        left = waiting.get((customer, occasion, day or date.min), [])
        gift = left.pop(0) if left else ""
        found.append(Recipient(customer, *known[customer][:5], occasion, day or date.min, gift))
    return found


def _people(ids: Sequence[int]) -> dict[int, tuple[str, str, str, str, str, int | None]]:
    found: dict[int, tuple[str, str, str, str, str, int | None]] = {}
    for at in range(0, len(ids), _CHUNK):
        part = ids[at : at + _CHUNK]
        sql = (
            "SELECT id, card_no, name, sex, postcode, address, birth_year FROM customer"
            f" WHERE id IN ({database.marks(part)})"
        )
        found.update(
            (row[0], (row[1], row[2], row[3], row[4], row[5], row[6])) for row in database.rows(sql, part)
        )
    return found


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
