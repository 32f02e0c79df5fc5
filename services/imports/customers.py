"""Customers from a sheet: matched with those on file, added or changed, and never made poorer by an empty cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models import database
from models.kinds import Calendar, CustomerState
from services.errors import Refused, ShopError
from services.imports import bulk
from services.imports.nobody import Nobody
from services.imports.plan import FROM_SHEET, Comparison, Outcome, Parsed, Record, Tally
from services.imports.text import joined
from services.progress import Progress, silent
from services.rules.birthdays import Birthday
from services.words import N_

PLAIN = (
    *("name", "sex", "height_cm", "waist_cm", "size", "postcode", "address", "colours", "styles", "looks"),
    *("hobbies", "note", "first_source", "preferred_time", "old_grade"),
)
"""Fields that are columns as they are."""
_SELECTED = (
    "id, card_no, state, merged_into_id, group_id, clerk_id, registered_on,"
    f" birth_calendar, birth_month, birth_day, birth_leap, birth_year, {', '.join(PLAIN)}"
)
_PLACE = {name: number for number, name in enumerate(PLAIN, 12)}
_ON_FILE = (CustomerState.ACTIVE.value, CustomerState.LOST.value)


OLD_BOOKS = N_("老账册积分")
"""The reason of points taken over from a sheet."""


def taken_over(ids: Sequence[int]) -> dict[int, int]:
    """Points that earlier imports of customers took over from the old books, by customer."""
    sql = (
        "SELECT customer_id, SUM(points) FROM point_entry WHERE customer_id IN ({marks})"
        " AND reason = ? AND ticket_id IS NULL GROUP BY customer_id"
    )
    return {row[0]: int(row[1]) for row in bulk.select_in(sql, ids, (OLD_BOOKS,))}


class Known:
    """A customer on file: the row of `_SELECTED`, the phones, and points taken over from old books before."""

    __slots__ = ("phones", "row", "taken_over")

    def __init__(self, row: tuple[Any, ...]) -> None:
        self.row = row
        self.phones: tuple[str, ...] = ()
        self.taken_over = 0

    @property
    def id(self) -> int:
        return int(self.row[0])

    @property
    def name(self) -> str:
        return str(self.row[_PLACE["name"]])

    def value(self, name: str) -> Any:
        """A field as the file's values are compared with it."""
        if name == "birthday":
            return self.birthday
        if name == "points":
            return self.taken_over
        if name == "group":
            return self.row[4]
        if name == "clerk":
            return self.row[5]
        if name == "registered_on":
            return database.as_day(self.row[6])
        return self.row[_PLACE[name]]

    @property
    def birthday(self) -> Birthday | None:
        calendar, month, day, leap, year = self.row[7:12]
        return (
            Birthday(Calendar(calendar), month, day, bool(leap), year) if calendar and month and day else None
        )


class Person:
    """One customer of the file: the values of all its rows put together, and who that is on file."""

    __slots__ = ("card_no", "known", "row", "values")

    def __init__(self, row: int, values: dict[str, Any], known: Known | None) -> None:
        self.row = row
        self.values = values
        self.known = known
        self.card_no = str(values.get("card_no", ""))


@dataclass
class Work:
    """What to write."""

    added: list[Person] = field(default_factory=list)
    changed: list[tuple[Person, dict[str, Any]]] = field(default_factory=list)
    """The person, and the fields that differ from those on file; `phones` are those to add"""
    points: list[tuple[Person, int]] = field(default_factory=list)
    """What the sheet says are a person's points from the old books"""
    warnings: list[ShopError] = field(default_factory=list)


def compare(parsed: Parsed, *, keep: bool, progress: Progress = silent) -> Comparison:
    """Holds the records against the customers on file.

    `keep`: this very file was read before; what was changed on file since then stays as it is.
    """
    tally = Tally(frozenset(row for row, _texts in parsed.previewed))
    staff = _Staff()
    file = _Register(parsed.records, progress)
    if parsed.choice.points == FROM_SHEET:
        file.load_points()
    people: dict[Any, Person] = {}
    work = Work()
    nobody = Nobody()
    for number, record in enumerate(parsed.records):
        if number % bulk.EVERY == 0:
            progress(0, 0)
        try:
            outcome = _place(record, file, people, staff, keep, nobody)
        except Refused as why:
            column = parsed.layout.column_of(why.field) if why.field else None
            value = record.values.get(why.field, "")
            tally.refuse(record.row, parsed.layout.title_of(column), _flat(value), why)
        else:
            tally.add(record.row, outcome)
    for person in people.values():
        if person.known is None:
            work.added.append(person)
        elif not keep and (news := _news(person.values, person.known, staff)):
            work.changed.append((person, news))
    _give_cards(work.added, people.values())
    work.points = [(person, person.values["points"]) for person in work.added if person.values.get("points")]
    work.points += [(person, news["points"]) for person, news in work.changed if "points" in news]
    work.warnings = staff.warnings()
    return tally.done(work)


def _place(
    record: Record,
    file: _Register,
    people: dict[Any, Person],
    staff: _Staff,
    keep: bool,
    nobody: Nobody,
) -> Outcome:
    """Finds whose row it is. Raises Refused where that cannot be said, or the card is somebody else's."""
    values = record.values
    staff.look_up(values)
    known = file.who(values)
    key = known.id if known else _key(values)
    first = people.get(key)
    if first is not None:
        return _again(first, record, staff, keep)
    if (
        known is not None
        and joined(known.name) != values["name"]
        and not set(values.get("phones", ())) & set(known.phones)
    ):
        raise Refused(
            N_("卡号 {card_no} 已被{name}占用，姓名和电话都不同。请核对卡号。"),
            field="card_no",
            card_no=values.get("card_no", ""),
            name=known.name,
        )
    if known is None:
        nobody.refuse(values)
    people[key] = Person(record.row, values, known)
    if known is None:
        return Outcome.ADDED
    return Outcome.CHANGED if not keep and _news(values, known, staff) else Outcome.UNCHANGED


def _key(values: Mapping[str, Any]) -> Any:
    """How rows of one person who is not on file yet find each other."""
    if card := values.get("card_no"):
        return card
    return values["name"], values.get("phones") or values.get("birthday")


def _again(first: Person, record: Record, staff: _Staff, keep: bool) -> Outcome:
    """A further row of a person the file named before: it may add, not contradict. Raises Refused."""
    values = record.values
    if first.values["name"] != values["name"] and not set(values.get("phones", ())) & set(
        first.values.get("phones", ())
    ):
        raise Refused(
            N_("卡号 {card_no} 已被{name}占用（本表第 {row} 行）。请核对卡号。"),
            field="card_no",
            card_no=values.get("card_no", ""),
            name=first.values["name"],
            row=first.row,
        )
    for name, value in values.items():
        if name in first.values and name not in ("phones", "foreign") and first.values[name] != value:
            raise Refused(
                N_("与本表第 {row} 行是同一位客户，内容却不同：“{one}”和“{two}”。请只留一行。"),
                field=name,
                row=first.row,
                one=_flat(first.values[name]),
                two=_flat(value),
            )
    news = {name: value for name, value in values.items() if name not in first.values}
    phones = tuple(one for one in values.get("phones", ()) if one not in first.values.get("phones", ()))
    if phones:
        news["phones"] = phones
    if first.known is not None:
        news = {} if keep else _news(news, first.known, staff)
    if not news:
        return Outcome.UNCHANGED
    both = {**values, **first.values}
    both["phones"] = tuple(dict.fromkeys((*first.values.get("phones", ()), *values.get("phones", ()))))
    first.values = both
    return Outcome.CHANGED


def _news(values: Mapping[str, Any], known: Known, staff: _Staff) -> dict[str, Any]:
    """What the file says otherwise than the books. Empty cells say nothing."""
    news: dict[str, Any] = {}
    for name, value in values.items():
        if name == "phones":
            if more := tuple(one for one in value if one not in known.phones):
                news["phones"] = more
        elif name in ("group", "clerk"):
            number = staff.id_of(name, value)
            if number is not None and number != known.value(name):
                news[name] = number
        elif name in ("card_no", "foreign"):
            continue
        elif known.value(name) != value and not _reads_alike(known.value(name), value):
            news[name] = value
    return news


def _reads_alike(on_file: Any, value: Any) -> bool:
    """Texts that differ only in blanks are not news."""
    return isinstance(on_file, str) and isinstance(value, str) and joined(on_file) == joined(value)


def _flat(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


class _Staff:
    """Names of groups and clerks; those that nobody knows are counted, not refused: old sheets name people long gone."""

    def __init__(self) -> None:
        self.ids = {
            "group": dict(database.rows("SELECT name, id FROM staff_group WHERE active = 1")),
            "clerk": dict(database.rows("SELECT name, id FROM staff_user WHERE active = 1")),
        }
        self.unknown: dict[str, dict[str, int]] = {"group": {}, "clerk": {}}

    def id_of(self, what: str, name: str) -> int | None:
        return self.ids[what].get(name)

    def look_up(self, values: Mapping[str, Any]) -> None:
        for what in ("group", "clerk"):
            name = values.get(what)
            if name and name not in self.ids[what]:
                self.unknown[what][name] = self.unknown[what].get(name, 0) + 1

    def warnings(self) -> list[ShopError]:
        sentences = {
            "group": N_("{n} 行的销售组（{names}）不在本店，没有导入这一项。"),
            "clerk": N_("{n} 行的店员（{names}）不在员工名单里，没有导入这一项。"),
        }
        return [
            Refused(sentences[what], n=sum(names.values()), names="、".join(list(names)[:5]))
            for what, names in self.unknown.items()
            if names
        ]


class _Register:
    """The customers on file whom the records may mean."""

    def __init__(self, records: Sequence[Record], progress: Progress) -> None:
        self.by_id: dict[int, Known] = {}
        self.by_card: dict[str, Known] = {}
        self.by_phone: dict[str, list[Known]] = {}
        self.by_name: dict[str, list[Known]] = {}
        if not database.value_of("SELECT 1 FROM customer LIMIT 1"):
            return
        cards = list({record.values["card_no"] for record in records if "card_no" in record.values})
        without = [record.values for record in records if "card_no" not in record.values]
        for part in bulk.chunked(cards):
            progress(0, 0)
            self._load(f"SELECT {_SELECTED} FROM customer WHERE card_no IN ({database.marks(part)})", part)
        for known in list(self.by_id.values()):
            self.by_card[str(known.row[1])] = known
        self._resolve_merged()
        self._load_without_card(without, progress)
        self._load_phones(progress)

    def _load(self, sql: str, params: Sequence[Any]) -> list[Known]:
        found = []
        for row in database.rows(sql, params):
            known = self.by_id.get(row[0])
            if known is None:
                known = self.by_id[row[0]] = Known(row)
            found.append(known)
        return found

    def _resolve_merged(self) -> None:
        """The card of a merged customer means the one it was merged into."""
        for card, known in list(self.by_card.items()):
            while known.row[2] == CustomerState.MERGED and known.row[3]:
                found = self._load(f"SELECT {_SELECTED} FROM customer WHERE id = ?", (known.row[3],))
                known = found[0]
            self.by_card[card] = known

    def _load_without_card(self, records: Sequence[Mapping[str, Any]], progress: Progress) -> None:
        numbers = list({number for values in records for number in values.get("phones", ())})
        for part in bulk.chunked(numbers):
            progress(0, 0)
            marks = database.marks(part)
            owners = database.rows(f"SELECT number, customer_id FROM phone WHERE number IN ({marks})", part)
            ids = list({row[1] for row in owners})
            for ids_part in bulk.chunked(ids):
                self._load(
                    f"SELECT {_SELECTED} FROM customer WHERE id IN ({database.marks(ids_part)})", ids_part
                )
            for number, customer in owners:
                self.by_phone.setdefault(number, []).append(self.by_id[customer])
        names = list({values["name"] for values in records if not values.get("phones")})
        for part in bulk.chunked(names):
            progress(0, 0)
            for known in self._load(
                f"SELECT {_SELECTED} FROM customer WHERE name IN ({database.marks(part)})", part
            ):
                self.by_name.setdefault(known.name, []).append(known)

    def _load_phones(self, progress: Progress) -> None:
        for part in bulk.chunked(list(self.by_id)):
            progress(0, 0)
            sql = f"SELECT customer_id, number FROM phone WHERE customer_id IN ({database.marks(part)}) ORDER BY position, id"
            for customer, number in database.rows(sql, part):
                known = self.by_id[customer]
                known.phones = (*known.phones, number)

    def load_points(self) -> None:
        for customer, points in taken_over(list(self.by_id)).items():
            self.by_id[customer].taken_over = points

    def who(self, values: Mapping[str, Any]) -> Known | None:
        """The customer on file whom a row means; None for a new one. Raises Refused where several may be meant."""
        if card := values.get("card_no"):
            return self.by_card.get(card)
        name, phones = values["name"], values.get("phones", ())
        if phones:
            found = {
                known.id: known
                for number in phones
                for known in self.by_phone.get(number, ())
                if joined(known.name) == name and known.row[2] in _ON_FILE
            }
        else:
            same = [known for known in self.by_name.get(name, ()) if known.row[2] in _ON_FILE]
            birthday = values.get("birthday")
            if birthday is not None:
                same = [known for known in same if known.birthday == birthday]
            found = {known.id: known for known in same}
        if len(found) > 1:
            raise Refused(
                N_("有 {n} 位叫{name}的客户，看不出是哪一位。请补上卡号。"),
                field="name",
                n=len(found),
                name=name,
            )
        return next(iter(found.values()), None)


def _give_cards(added: Sequence[Person], everybody: Iterable[Person]) -> None:
    """A number of the shop's own for those whose row has none: K00001, the next free ones."""
    without = [person for person in added if not person.card_no]
    if not without:
        return
    own = {person.card_no for person in everybody}
    number = int(database.value_of("SELECT COALESCE(MAX(id), 0) FROM customer") or 0)
    free = _free_cards(number, len(without), own)
    for person, card in zip(without, free, strict=False):
        person.card_no = card


def _free_cards(number: int, wanted: int, own: set[str]) -> Iterator[str]:
    while True:
        part = [f"K{each:05d}" for each in range(number + 1, number + 1 + max(wanted, 100))]
        taken = {
            row[0] for row in bulk.select_in("SELECT card_no FROM customer WHERE card_no IN ({marks})", part)
        }
        yield from (card for card in part if card not in taken and card not in own)
        number += len(part)
