"""Writing the invented customers with everything that hangs on them: sales, visits, contacts, consent, grades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from random import Random
from typing import TypeVar

from models import database
from models.kinds import Calendar, Channel, ContactState, Grade, PointKind, Topic
from services import demo_people, demo_sales, pinyin, search_index
from services import demo_words as words
from services.demo_sales import Sale, Season
from services.demo_standing import Standing, Standings
from services.demo_tables import Tables
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
_FOLLOW_UP_DAYS = 3
_GIFT_DUE_DAYS = 3
_T = TypeVar("_T")


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


def write(
    shop: Shop, rng: Random, season: Season, number: int, seed: int, *, history: bool, progress: Progress
) -> Written:
    """Writes `number` customers inside the caller's transaction. Returns how many tickets and lines they have."""
    books, days = Tables(), _Days.of(season)
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


def _flush(books: Tables, standings: Standings) -> None:
    for table in books.in_order:
        table.write()
    search_index.put(books.found)
    books.found.clear()
    standings.write()


def _twin(person: demo_people.Person, people: list[demo_people.Person], count: int) -> demo_people.Person:
    if count not in _TWIN_OF:
        return person
    other = people[_TWIN_OF[count]]
    return replace(person, name=other.name, birthday=other.birthday, sex=other.sex, phones=other.phones)


@dataclass
class _Story:
    """What is told of one customer; days as places in the season."""

    count: int
    number: int
    person: demo_people.Person
    sold: list[Sale]
    group: int | None
    clerk: int | None
    registered: int
    visits: list[int]
    talked: int | None = None
    """The day of a contact by phone."""
    earned: int = 0
    spent: int = 0
    tickets: list[int] = field(default_factory=list)
    """Ids, in the order of `sold`."""

    @property
    def special(self) -> bool:
        return self.count in _SPECIAL

    @property
    def seen(self) -> int | None:
        """The last day in the shop."""
        return max((*self.visits, *(sale.day for sale in self.sold[-1:])), default=None)


class _Writer:
    """One customer at a time."""

    def __init__(
        self, rng: Random, season: Season, days: _Days, books: Tables, policy: Policy, standings: Standings
    ) -> None:
        self.rng, self.chance, self.season, self.days = rng, rng.random, season, days
        self.books, self.policy, self.standings = books, policy, standings
        self.today = len(season.days) - 1

    def one(self, count: int, person: demo_people.Person, sold: list[Sale]) -> None:
        """Writes the `count`-th customer with all that hangs on them."""
        group, clerk = self.books.server(count)
        number = self.books.next_customer
        self.books.next_customer += 1
        registered = self._registered(sold)
        visits = self._visits(registered, sold)
        story = _Story(count, number, person, sold, group, clerk, registered, visits)
        self._tickets(story)
        self._redeem(story)
        self._come_in(story)
        self._talk(story)
        self._consent(story)
        self._extras(story)
        for position, phone in enumerate(person.phones):
            self.books.phones.add(number, phone, phone[::-1], position)
        self._customer(story, self._standing(story))

    def _one_of(self, choices: Sequence[_T]) -> _T:
        return choices[int(self.chance() * len(choices))]

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
        times = 1 + int(self.chance() * 3)
        return sorted({self.season.pick(self.rng, recent, self.today) for _time in range(times)} - bought)

    def _tickets(self, story: _Story) -> None:
        books, days, number, clerk = self.books, self.days, story.number, story.clerk
        for sale in story.sold:
            day, ticket = days.values[sale.day], books.next_ticket
            books.next_ticket += 1
            story.tickets.append(ticket)
            books.tickets.add(
                *(ticket, number, day, f"{sale.day % 1000:03d}{ticket % 10000:04d}", clerk),
                *(sale.paid, sale.points, sale.grade, self._gift_due(sale), days.moments[sale.day]),
            )
            for line in sale.lines:
                books.lines.add(
                    *(ticket, number, day, line.item_no, story.person.size, line.list_price, line.paid),
                    int(line.special),
                )
            if sale.points:
                story.earned += sale.points
                books.points.add(number, day, PointKind.EARNED.value, sale.points, ticket, "", clerk)

    def _gift_due(self, sale: Sale) -> int:
        """Only the newest tickets still owe their gift."""
        if self.today - sale.day > _GIFT_DUE_DAYS or sale.grade != Grade.C:
            return 0
        return int(self.policy.gifts.c_gift_with_purchase and any(not line.special for line in sale.lines))

    def _redeem(self, story: _Story) -> None:
        """Points already spent: the balance is lower than what was earned."""
        if story.earned < 20 or self.chance() > 0.1:
            return
        story.spent = 10 * (1 + int(self.chance() * (story.earned // 20)))
        place = max(story.sold[-1].day, self.today - int(self.chance() * 20))
        self.books.points.add(
            *(
                story.number,
                self.days.values[place],
                PointKind.REDEEMED.value,
                -story.spent,
                None,
                "积分换礼",
            ),
            story.clerk,
        )

    def _come_in(self, story: _Story) -> None:
        for visit in story.visits:
            note = self._one_of(words.TRIED) if self.chance() < 0.2 else ""
            day, moment = self.days.values[visit], self.days.moments[visit]
            self.books.visits.add(story.number, day, story.clerk, note, moment)

    def _talk(self, story: _Story) -> None:
        """A call of the last weeks, done and noted."""
        if not story.person.phones or not story.sold or self.chance() > 0.5:
            return
        called = story.sold[-1].day + _FOLLOW_UP_DAYS
        topic, ticket = Topic.FOLLOW_UP, None
        if _FOLLOWED_FROM <= self.today - called <= _FOLLOWED_TO:
            ticket = story.tickets[-1]
        elif self.today - called < 300 and self.chance() < 0.3:
            topic = Topic.PERSONAL
            ago = _FOLLOWED_FROM + int(self.chance() * (_FOLLOWED_TO - _FOLLOWED_FROM))
            called = max(self.today - ago, story.registered)
        else:
            return
        story.talked = called
        when, moment = self.days.values[called], self.days.moments[called]
        self.books.contacts.add(
            *(story.number, when, when, Channel.PHONE.value, topic.value, ContactState.DONE.value),
            *(story.clerk, self._one_of(words.CONTACT_NOTES[topic.value])),
            *(when, story.clerk, moment, ticket, moment),
        )

    def _consent(self, story: _Story) -> None:
        if self.chance() > 0.9:
            return
        day, clerk = self.days.values[story.registered], story.clerk
        for channel in (Channel.PHONE.value, Channel.SMS.value, Channel.POST.value):
            self.books.consents.add(story.number, channel, 1, day, "登记表", clerk)
        if self.chance() < 0.05:
            refused = self._one_of((Channel.PHONE.value, Channel.SMS.value))
            later = self.days.values[self._some_day(story)]
            self.books.consents.add(story.number, refused, 0, later, "电话里说的", clerk)
            self.books.opt_outs.add(story.number, refused)

    def _extras(self, story: _Story) -> None:
        """Days to remember, and what the customer told."""
        if self.chance() < 0.12:
            kind = self._one_of((Calendar.SOLAR, Calendar.SOLAR, Calendar.LUNAR))
            month, day = 1 + int(self.chance() * 12), 1 + int(self.chance() * 28)
            self.books.days.add(story.number, self._one_of(words.REMEMBERED), kind.value, month, day)
        if self.chance() < 0.1:
            place = self._some_day(story)
            day_value, moment = self.days.values[place], self.days.moments[place]
            self.books.notes.add(
                *(story.number, day_value, "note", self._one_of(words.NOTES), story.clerk, moment)
            )

    def _some_day(self, story: _Story) -> int:
        """Any day since the registration."""
        return story.registered + int(self.chance() * (self.today - story.registered + 1))

    def _standing(self, story: _Story) -> Standing:
        days = self.season.days
        return self.standings.of(
            story.number,
            days[story.registered],
            [(days[sale.day], sale.points) for sale in story.sold],
            [days[visit] for visit in story.visits],
            special=story.special,
            hand_grade=_BY_HAND.get(story.count),
        )

    def _customer(self, story: _Story, standing: Standing) -> None:
        days, person, sold, seen = self.days.values, story.person, story.sold, story.seen
        touched = max((day for day in (seen, story.talked) if day is not None), default=None)
        hand = _BY_HAND.get(story.count)
        born = person.birthday
        birthday = (*born[:3], int(born[3]), born[4]) if born else (None, None, None, 0, None)
        self.books.customers.add(
            *(story.number, f"K{story.number:05d}", person.name, pinyin.sort_key(person.name)),
            *(person.sex.value, standing.state.value, standing.grade.value, standing.base.value),
            *(standing.rule.value, hand and hand.value, words.BY_HAND_REASON if hand else ""),
            *(int(story.special), words.SPECIAL_REASONS[_SPECIAL[story.count]] if story.special else ""),
            *birthday,
            *(person.height_cm, person.waist_cm, person.size, person.colours, person.styles, person.looks),
            *(person.postcode, person.address, person.preferred_channel, person.preferred_time),
            *(person.first_source, person.hobbies, story.group, story.clerk),
            *(days[story.registered], days[story.registered]),
            *(story.earned, story.earned - story.spent, len(sold), sum(sale.paid for sale in sold)),
            *((days[sold[0].day], days[sold[-1].day]) if sold else (None, None)),
            None if seen is None else days[seen],
            None if touched is None else days[touched],
            database.day_value(standing.lost_on),
        )
        last = self.season.days[story.registered if seen is None else seen]
        place = search_index.place(standing.state, last)
        self.books.found.append(search_index.Entry(story.number, person.name, person.phones, place))
