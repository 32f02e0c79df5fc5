"""Writing the invented customers with everything that hangs on them: sales, visits, contacts, consent, grades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from random import Random

from models import database
from models.contact import Contact
from models.customer import Consent, Customer, Note, OptOut, Phone, RememberedDay, SearchToken
from models.kinds import Calendar, Channel, ContactState, Grade, PointKind, Role, Topic
from models.purchase import PointEntry, Purchase, Ticket, Visit
from services import demo_people, demo_sales, pinyin, search_index
from services import demo_words as words
from services.demo_books import Bulk
from services.demo_sales import Sale, Season
from services.demo_standing import Standing, Standings
from services.policy import Policy
from services.progress import Progress
from services.shop import Shop

_CHUNK = 5_000
_SPECIAL = {5: 0, 33: 1, 77: 2}
"""Customers whom the owner named, and the place of the reason."""
_BY_HAND = {20: Grade.B}
_TWIN_OF = {40: 8, 61: 12}
"""Customers registered a second time: the merge page has something to offer."""
_NOON = time(4, 0)
"""12:00 in China, in UTC."""
_FOLLOWED_FROM, _FOLLOWED_TO = 18, 50
"""Days back in which follow-ups are told as done: older than what the schedule still catches up."""
_GIFT_DUE_DAYS = 3


@dataclass(frozen=True)
class Written:
    tickets: int
    lines: int


@dataclass
class _Days:
    """Every day of the season as the open database wants it, made once."""

    values: list[object]
    moments: list[object]
    first: date

    @classmethod
    def of(cls, season: Season) -> _Days:
        moments = [database.moment_value(datetime.combine(day, _NOON)) for day in season.days]
        return cls([database.day_value(day) for day in season.days], moments, season.first)


class _Books:
    """The tables that are written, and who serves whom."""

    def __init__(self, shop: Shop) -> None:
        self.customers = Bulk(
            Customer,
            *("id", "card_no", "name", "sort_key", "sex", "state", "grade", "base_grade", "grade_rule"),
            *("hand_grade", "hand_reason", "special", "special_reason"),
            *("birth_calendar", "birth_month", "birth_day", "birth_leap", "birth_year"),
            *("height_cm", "waist_cm", "size", "colours", "styles", "looks", "postcode", "address"),
            *("preferred_channel", "preferred_time", "first_source", "hobbies", "group_id", "clerk_id"),
            *("registered_on", "verified_on", "points_earned", "points_balance", "tickets", "paid_total"),
            *("first_purchase", "last_purchase", "last_visit", "last_contact", "lost_on"),
        )
        self.phones = Bulk(Phone, "customer_id", "number", "reversed", "position")
        self.tokens = Bulk(SearchToken, "token", "rank", "customer_id")
        self.tickets = Bulk(
            Ticket,
            *(
                "id",
                "customer_id",
                "day",
                "number",
                "user_id",
                "paid",
                "points",
                "grade",
                "gift_due",
                "created_at",
            ),
        )
        self.lines = Bulk(
            Purchase,
            *("ticket_id", "customer_id", "day", "item_no", "size", "list_price", "paid", "special_price"),
        )
        self.points = Bulk(
            PointEntry, "customer_id", "day", "kind", "points", "ticket_id", "reason", "user_id"
        )
        self.visits = Bulk(Visit, "customer_id", "day", "user_id", "note", "created_at")
        self.consents = Bulk(Consent, "customer_id", "channel", "given", "day", "way", "user_id")
        self.opt_outs = Bulk(OptOut, "customer_id", "channel")
        self.days = Bulk(RememberedDay, "customer_id", "label", "calendar", "month", "day")
        self.notes = Bulk(Note, "customer_id", "day", "kind", "text", "user_id", "created_at")
        self.contacts = Bulk(
            Contact,
            *("customer_id", "due", "original_due", "channel", "topics", "state", "assignee_id", "note"),
            *("done_on", "done_by_id", "done_at", "ticket_id", "created_at"),
        )
        self.next_ticket = self.tickets.next_id()
        self.next_customer = self.customers.next_id()
        self.groups = [
            row[0] for row in database.rows("SELECT id FROM staff_group WHERE active = 1 ORDER BY id")
        ]
        self.clerks = _clerks(self.groups)

    @property
    def in_order(self) -> tuple[Bulk, ...]:
        """Parents before children."""
        return (
            *(self.customers, self.phones, self.tokens, self.tickets, self.lines, self.points, self.visits),
            *(self.consents, self.opt_outs, self.days, self.notes, self.contacts),
        )


def _clerks(groups: Sequence[int]) -> dict[int, list[int]]:
    """Who serves the customers of a group: its clerks, else anybody."""
    people = database.rows("SELECT id, group_id, role FROM staff_user WHERE active = 1 ORDER BY id")
    everybody = [row[0] for row in people]
    found = {}
    for group in groups:
        own = [row[0] for row in people if row[1] == group and row[2] == Role.CLERK]
        found[group] = own or everybody
    return found


def write(
    shop: Shop, rng: Random, season: Season, number: int, seed: int, *, history: bool, progress: Progress
) -> Written:
    """Writes `number` customers inside the caller's transaction. Returns how many tickets and lines they have."""
    books, days = _Books(shop), _Days.of(season)
    standings = Standings(shop, season.first, history=history)
    writer = _Writer(rng, season, days, books, shop.policy, standings)
    people: list[demo_people.Person] = []
    tickets = lines = 0
    for count in range(number):
        person = demo_people.person(rng, count, seed, shop.today())
        if count < max(_TWIN_OF) + 1:
            people.append(person)
            person = _twin(person, people, count)
        sold = demo_sales.sales(rng, season, demo_sales.shopping_days(rng, season), shop.policy)
        writer.one(count, person, sold)
        tickets += len(sold)
        lines += sum(len(sale.lines) for sale in sold)
        if count % _CHUNK == _CHUNK - 1:
            _flush(books, standings)
            progress(count + 1, number)
    _flush(books, standings)
    for table in books.in_order:
        table.finish()
    standings.finish()
    progress(number, number)
    return Written(tickets, lines)


def _flush(books: _Books, standings: Standings) -> None:
    for table in books.in_order:
        table.write()
    standings.write()


def _twin(person: demo_people.Person, people: list[demo_people.Person], count: int) -> demo_people.Person:
    if count not in _TWIN_OF:
        return person
    other = people[_TWIN_OF[count]]
    return replace(person, name=other.name, birthday=other.birthday, sex=other.sex, phones=other.phones)


class _Writer:
    """One customer at a time."""

    def __init__(
        self, rng: Random, season: Season, days: _Days, books: _Books, policy: Policy, standings: Standings
    ) -> None:
        self.rng, self.chance, self.season, self.days = rng, rng.random, season, days
        self.books, self.policy, self.standings = books, policy, standings
        self.today = len(season.days) - 1

    def one(self, count: int, person: demo_people.Person, sold: list[Sale]) -> None:
        books, chance = self.books, self.chance
        number = books.next_customer
        books.next_customer += 1
        group = books.groups[count % len(books.groups)] if books.groups else None
        clerks = books.clerks.get(group or 0) or [0]
        clerk = clerks[count // max(1, len(books.groups)) % len(clerks)] or None
        registered = self._registered(sold)
        visits = self._visits(registered, sold)
        earned = self._tickets(number, clerk, person, sold)
        spent = self._redeemed(number, clerk, earned)
        for visit in visits:
            note = words.TRIED[int(chance() * len(words.TRIED))] if chance() < 0.2 else ""
            books.visits.add(number, self.days.values[visit], clerk, note, self.days.moments[visit])
        talked = self._contact(number, clerk, person, sold)
        self._consent(number, clerk, registered)
        self._extras(number, clerk, registered)
        for position, phone in enumerate(person.phones):
            books.phones.add(number, phone, phone[::-1], position)
        hand = _BY_HAND.get(count)
        standing = self.standings.of(
            number,
            self.season.days[registered],
            [(self.season.days[sale.day], sale.points) for sale in sold],
            [self.season.days[visit] for visit in visits],
            special=count in _SPECIAL,
            hand_grade=hand,
        )
        self._customer(
            count, number, person, standing, group, clerk, registered, sold, visits, talked, earned, spent
        )

    def _registered(self, sold: list[Sale]) -> int:
        if not sold:
            return max(0, self.today - int(self.chance() * 280))
        early = int(self.chance() * 25) if self.chance() < 0.2 else 0
        return max(0, sold[0].day - early)

    def _visits(self, registered: int, sold: list[Sale]) -> list[int]:
        """Days on which the customer came in without buying."""
        recent = max(registered, self.today - 270)
        if sold and (sold[-1].day < recent or self.chance() > 0.35):
            return []
        bought = {sale.day for sale in sold}
        wanted = {
            self.season.pick(self.rng, recent, self.today) for _visit in range(1 + int(self.chance() * 3))
        }
        return sorted(wanted - bought)

    def _tickets(self, number: int, clerk: int | None, person: demo_people.Person, sold: list[Sale]) -> int:
        books, days, earned = self.books, self.days, 0
        for sale in sold:
            day, ticket = days.values[sale.day], books.next_ticket
            books.next_ticket += 1
            fresh = self.today - sale.day <= _GIFT_DUE_DAYS and sale.grade == Grade.C
            due = int(
                fresh
                and self.policy.gifts.c_gift_with_purchase
                and any(not one.special for one in sale.lines)
            )
            books.tickets.add(
                *(ticket, number, day, f"{sale.day % 1000:03d}{ticket % 10000:04d}", clerk),
                *(sale.paid, sale.points, sale.grade, due, days.moments[sale.day]),
            )
            for line in sale.lines:
                books.lines.add(
                    *(ticket, number, day, line.item_no, person.size, line.list_price, line.paid),
                    int(line.special),
                )
            if sale.points:
                earned += sale.points
                books.points.add(number, day, PointKind.EARNED.value, sale.points, ticket, "", clerk)
        return earned

    def _redeemed(self, number: int, clerk: int | None, earned: int) -> int:
        """Points already spent: the balance is lower than what was earned."""
        if earned < 20 or self.chance() > 0.1:
            return 0
        spent = 10 * (1 + int(self.chance() * (earned // 20)))
        day = self.days.values[max(0, self.today - int(self.chance() * 20))]
        self.books.points.add(number, day, PointKind.REDEEMED.value, -spent, None, "积分换礼", clerk)
        return spent

    def _contact(
        self, number: int, clerk: int | None, person: demo_people.Person, sold: list[Sale]
    ) -> int | None:
        """A talk of the last weeks, done and noted. Returns its day."""
        if not person.phones or not sold or self.chance() > 0.5:
            return None
        place = len(sold) - 1
        ago = self.today - sold[place].day - 3
        topic, day, ticket = Topic.FOLLOW_UP, sold[place].day + 3, None
        if _FOLLOWED_FROM <= ago <= _FOLLOWED_TO:
            ticket = self.books.next_ticket - 1
        elif ago < 300 and self.chance() < 0.3:
            topic = Topic.PERSONAL
            day = self.today - _FOLLOWED_FROM - int(self.chance() * (_FOLLOWED_TO - _FOLLOWED_FROM))
        else:
            return None
        said = words.CONTACT_NOTES[topic.value]
        note = said[int(self.chance() * len(said))]
        when, moment = self.days.values[max(0, day)], self.days.moments[max(0, day)]
        self.books.contacts.add(
            *(number, when, when, Channel.PHONE.value, topic.value, ContactState.DONE.value, clerk, note),
            *(when, clerk, moment, ticket, moment),
        )
        return max(0, day)

    def _consent(self, number: int, clerk: int | None, registered: int) -> None:
        if self.chance() > 0.9:
            return
        day = self.days.values[registered]
        for channel in (Channel.PHONE.value, Channel.SMS.value, Channel.POST.value):
            self.books.consents.add(number, channel, 1, day, "登记表", clerk)
        if self.chance() < 0.05:
            refused = (Channel.PHONE.value, Channel.SMS.value)[int(self.chance() * 2)]
            later = self.days.values[registered + int(self.chance() * (self.today - registered + 1))]
            self.books.consents.add(number, refused, 0, later, "电话里说的", clerk)
            self.books.opt_outs.add(number, refused)

    def _extras(self, number: int, clerk: int | None, registered: int) -> None:
        if self.chance() < 0.12:
            label = words.REMEMBERED[int(self.chance() * len(words.REMEMBERED))]
            kind = (Calendar.SOLAR, Calendar.SOLAR, Calendar.LUNAR)[int(self.chance() * 3)]
            month, day = 1 + int(self.chance() * 12), 1 + int(self.chance() * 28)
            self.books.days.add(number, label, kind.value, month, day)
        if self.chance() < 0.1:
            place = registered + int(self.chance() * (self.today - registered + 1))
            text = words.NOTES[int(self.chance() * len(words.NOTES))]
            self.books.notes.add(
                number, self.days.values[place], "note", text, clerk, self.days.moments[place]
            )

    def _customer(
        self,
        count: int,
        number: int,
        person: demo_people.Person,
        standing: Standing,
        group: int | None,
        clerk: int | None,
        registered: int,
        sold: list[Sale],
        visits: list[int],
        talked: int | None,
        earned: int,
        spent: int,
    ) -> None:
        days = self.days.values
        seen = max((*visits, *(sale.day for sale in sold[-1:])), default=None)
        touched = max((day for day in (seen, talked) if day is not None), default=None)
        born = person.birthday
        reason = words.SPECIAL_REASONS[_SPECIAL[count]] if count in _SPECIAL else ""
        hand = _BY_HAND.get(count)
        self.books.customers.add(
            *(number, f"K{number:05d}", person.name, pinyin.sort_key(person.name), person.sex.value),
            *(standing.state.value, standing.grade.value, standing.base.value, standing.rule.value),
            *(
                hand.value if hand else None,
                "新搬来的老主顾，店长定为B" if hand else "",
                int(count in _SPECIAL),
                reason,
            ),
            *(
                (born[0].value, born[1], born[2], int(born[3]), born[4])
                if born
                else (None, None, None, 0, None)
            ),
            *(person.height_cm, person.waist_cm, person.size, person.colours, person.styles, person.looks),
            *(person.postcode, person.address, person.preferred_channel, person.preferred_time),
            *(person.first_source, person.hobbies, group, clerk, days[registered], days[registered]),
            *(earned, earned - spent, len(sold), sum(sale.paid for sale in sold)),
            *((days[sold[0].day], days[sold[-1].day]) if sold else (None, None)),
            None if seen is None else days[seen],
            None if touched is None else days[touched],
            database.day_value(standing.lost_on),
        )
        last = self.season.days[registered if seen is None else seen]
        self.books.tokens.rows.extend(search_index.rows_for(number, person.name, standing.state, last))
