"""The print bench: one posting day with its letters, what is printed of each, what is missing, what goes in (spec 03.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import Calendar, Occasion, PrintKind, Topic
from services import calendar, contacts
from services.contact_words import facts
from services.gifts.due import festivals_of
from services.gifts.wording import occasion_words
from services.mailing import posting_bench
from services.printing import enclosures, recipients
from services.printing.recipients import Recipient
from services.rights import Right, require
from services.rules import birthdays
from services.rules import contacts as rules
from services.shop import Shop
from services.words import _

_AHEAD = 120
"""Days looked ahead for the next posting day with letters."""
_REMEMBERED = Occasion.REMEMBERED_DAY.value
LETTER_KINDS = (PrintKind.CARD, PrintKind.ENVELOPE, PrintKind.LABEL)


@dataclass(frozen=True)
class Out:
    """The newest print of a piece."""

    job_id: int
    position: int
    day: str
    user: str


@dataclass(frozen=True)
class Letter:
    """One envelope with its cards."""

    id: int
    """The contact's number; of a day ahead, which the schedule has not planned yet, the customer's with a minus."""
    customer_id: int
    card_no: str
    name: str
    cards: tuple[Recipient, ...]
    """One for each occasion; none for a brochure that goes out by rhythm."""
    cover: Recipient
    """What the envelope, the label and the packing list name: the first occasion, or the general greeting."""
    occasion: str
    """in words"""
    on: date | None
    due: date
    overdue: bool
    moved: bool
    """Posted earlier than the lead days say: that day is a Sunday or a holiday."""
    postcode: str
    address: str
    missing: tuple[str, ...]
    enclosed: tuple[str, ...]
    posted: bool
    vouchers: tuple[int, ...]
    """Plan lines whose gift is a voucher that goes along."""
    outs: dict[str, Out]
    """By kind: what has come out of a printer, newest."""

    @property
    def planned(self) -> bool:
        """It stands in the schedule, so it can be ticked."""
        return self.id > 0


@dataclass(frozen=True)
class Desk:
    """One posting day."""

    day: date
    letters: tuple[Letter, ...]
    before: date | None
    """The posting day with letters before this one, from today on."""
    after: date | None
    why: str
    """Why letters of a later day lie here: 移前的说明; empty when none does."""

    @property
    def open(self) -> tuple[Letter, ...]:
        return tuple(one for one in self.letters if not one.posted)


def desk(shop: Shop, day: date | None = None) -> Desk:
    """The letters of a posting day: today's with what is late and what was posted today, or those of a day ahead.

    A day ahead shows what the rules will plan, so that it can be printed early; it is ticked on its day.
    """
    require(shop, Right.SEE)
    today = shop.today()
    day = day or today
    found = _planned(shop, today) if day <= today else _ahead(shop, day)
    letters = tuple(_with_prints(found))
    days = _days(shop)
    before = max((one for one in (today, *days) if one < day), default=None)
    after = min((one for one in days if one > day), default=None)
    return Desk(day, letters, before, after, _why(shop, letters))


def pieces(shop: Shop, day: date, ids: Sequence[int], kind: PrintKind) -> list[Recipient]:
    """What is printed of these letters (none named: of all that are not posted), in the desk's order."""
    wanted = set(ids)
    letters = [one for one in desk(shop, day).letters if (one.id in wanted if wanted else not one.posted)]
    if kind == PrintKind.CARD:
        return [card for letter in letters for card in letter.cards]
    if kind == PrintKind.SLIP:
        return enclosures.with_vouchers([one.cover for one in letters])
    return [replace(one.cover, enclosed=_("、").join(one.enclosed), label=one.occasion) for one in letters]


def tick(shop: Shop, ids: Sequence[int]) -> list[int]:
    """Ticks letters as posted: each counts as a contact. Returns those that were new. Undo: `untick`."""
    planned = [number for number in ids if number > 0]
    done: list[int] = []
    for at in range(0, len(planned), contacts.MANY_MAX):
        done += contacts.done_many(shop, planned[at : at + contacts.MANY_MAX])
    _mark(shop, done, shop.today())
    return done


def untick(shop: Shop, ids: Sequence[int]) -> None:
    """Takes `tick` back."""
    contacts.undo_many(shop, ids)
    _mark(shop, ids, None)


def _mark(shop: Shop, ids: Sequence[int], day: date | None) -> None:
    """Writes beside the printed pieces that they are at the post."""
    if not ids:
        return
    pairs = database.rows(
        f"SELECT customer_id, why FROM contact WHERE id IN ({database.marks(ids)})", list(ids)
    )
    keys = [(who, need["on"]) for who, why in pairs for need in facts(why) if "on" in need]
    sql = (
        "UPDATE print_item SET posted = ?, posted_on = ? WHERE customer_id = ? AND day = ? AND posted <> ?"
        " AND position <= (SELECT j.printed FROM print_job j WHERE j.id = print_item.job_id)"
    )
    flag, when = int(day is not None), database.day_value(day)
    with database.database.atomic():
        database.execute_many(sql, [(flag, when, who, _param(on), flag) for who, on in keys])


def _param(iso: str) -> Any:
    return database.day_value(date.fromisoformat(iso))


def _planned(shop: Shop, day: date) -> list[Letter]:
    """What the schedule holds for today, late ones first."""
    rows = posting_bench(shop, day)
    ids = [row.id for row in rows]
    why = (
        dict(database.rows(f"SELECT id, why FROM contact WHERE id IN ({database.marks(ids)})", ids))
        if ids
        else {}
    )
    people = recipients.known([row.customer_id for row in rows])
    inside = enclosures.of([row.customer_id for row in rows])
    lines = enclosures.voucher_lines([row.customer_id for row in rows])
    found = []
    for row in rows:
        person = replace(people[row.customer_id], day=row.due)
        cards = tuple(
            replace(person, occasion=code, day=on, label=label)
            for code, on, label in _occasions(why.get(row.id, ""))
        )
        found.append(
            Letter(
                *(
                    row.id,
                    row.customer_id,
                    row.card_no,
                    row.name,
                    cards,
                    cards[0] if cards else person,
                    row.occasion,
                    row.on,
                    row.due,
                    row.overdue,
                ),
                *(_moved(shop, row.on, row.due), row.postcode, row.address, row.missing),
                *(inside.get(row.customer_id, ()), row.posted, lines.get(row.customer_id, ()), {}),
            )
        )
    return found


def _ahead(shop: Shop, day: date) -> list[Letter]:
    """What the rules will plan for a later posting day."""
    targets = rules.card_days(day, shop.policy.posting)
    if not targets:
        return []
    by_customer: dict[int, list[Recipient]] = {}
    for one in recipients.in_span(shop, min(targets), max(targets)):
        if one.day in targets:
            by_customer.setdefault(one.customer_id, []).append(one)
    inside = enclosures.of(list(by_customer))
    lines = enclosures.voucher_lines(list(by_customer))
    found = []
    for who, cards in by_customer.items():
        first = cards[0]
        words = _("、").join(dict.fromkeys(one.label or occasion_words(one.occasion) for one in cards))
        lacking = tuple(
            what
            for what, value in (("address", first.address), ("postcode", first.postcode))
            if not value.strip()
        )
        found.append(
            Letter(
                *(-who, who, first.card_no, first.name, tuple(cards), first, words, first.day, day, False),
                *(
                    _moved(shop, first.day, day),
                    first.postcode,
                    first.address,
                    lacking,
                    inside.get(who, ()),
                    False,
                    lines.get(who, ()),
                    {},
                ),
            )
        )
    return found


def _days(shop: Shop) -> list[date]:
    """The posting days from tomorrow on that have letters: by the calendar alone, whoever they are for."""
    today, policy = shop.today(), shop.policy.posting
    first = today + timedelta(days=policy.lead_days)
    last = first + timedelta(days=_AHEAD)
    keys = birthdays.keys_between(first, last, shop.policy.birthdays)
    targets = {day for day, _occasion in festivals_of(shop, first, last)}
    for kind, month, number, leap in database.rows(_KEPT_DAYS):
        targets.update(keys.get((Calendar(kind), month, number, bool(leap)), ()))
    days = {calendar.posting_day(one, policy.lead_days, policy.skip_sundays_and_holidays) for one in targets}
    return sorted(one for one in days if one > today)


_CARED = "c.state = 'active' AND (c.grade IN ('A', 'B') OR c.special = 1)"
_KEPT_DAYS = (
    "SELECT DISTINCT c.birth_calendar, c.birth_month, c.birth_day, c.birth_leap FROM customer c"
    f" WHERE c.birth_calendar IS NOT NULL AND {_CARED} UNION"
    " SELECT DISTINCT d.calendar, d.month, d.day, d.leap FROM remembered_day d"
    f" JOIN customer c ON c.id = d.customer_id WHERE {_CARED}"
)


def _moved(shop: Shop, on: date | None, due: date) -> bool:
    policy = shop.policy.posting
    if on is None or due >= on - timedelta(days=policy.lead_days):
        return False
    return due == calendar.posting_day(on, policy.lead_days, policy.skip_sundays_and_holidays)


def _why(shop: Shop, letters: Iterable[Letter]) -> str:
    """Which days' letters were moved back to this one."""
    lead = timedelta(days=shop.policy.posting.lead_days)
    days = sorted({one.on - lead for one in letters if one.moved and one.on and not one.posted})
    if not days:
        return ""
    from services import formats

    named = _("、").join(formats.day(day) for day in days[:3]) + ("…" if len(days) > 3 else "")
    return _("原定 {days} 寄的，因周日或节假日提前到今天寄。").format(days=named)


def _occasions(why: str) -> list[tuple[str, date, str]]:
    """(occasion, day, label) of each card in one envelope."""
    return [
        (
            _REMEMBERED if need.get("label") else need.get("occasion", Topic.BIRTHDAY.value),
            date.fromisoformat(need["on"]),
            need.get("label", ""),
        )
        for need in facts(why)
        if "on" in need
    ]


def _with_prints(letters: Sequence[Letter]) -> list[Letter]:
    """Each letter with its newest print of every kind; a letter's cards count when all of them are out."""
    customers = sorted({one.customer_id for one in letters})
    if not customers:
        return []
    out: dict[tuple[int, str, date | None, str], Out] = {}
    kinds = ", ".join(f"'{kind.value}'" for kind in LETTER_KINDS)
    for who, occasion, day, kind, job, position, user, at in database.rows(
        "SELECT i.customer_id, i.occasion, i.day, j.kind, j.id, i.position, COALESCE(u.name, ''), j.created_at"
        " FROM print_item i JOIN print_job j ON j.id = i.job_id LEFT JOIN staff_user u ON u.id = j.user_id"
        f" WHERE i.customer_id IN ({database.marks(customers)}) AND i.position <= j.printed AND j.kind IN ({kinds})"
        " ORDER BY j.id",
        customers,
    ):
        out[who, occasion, database.as_day(day), kind] = Out(job, position, str(at)[:10], user)
    found = []
    for letter in letters:
        outs: dict[str, Out] = {}
        for kind in LETTER_KINDS:
            needed = letter.cards if kind == PrintKind.CARD else (letter.cover,)
            there = [out.get((letter.customer_id, one.occasion, one.day, kind.value)) for one in needed]
            if there and all(there):
                outs[kind.value] = [one for one in there if one][-1]
        found.append(replace(letter, outs=outs))
    return found
