"""What hangs on a customer: consent, notes, days to remember."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import Calendar, Channel, CustomerState
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.rules import birthdays
from services.rules import customer_data as data
from services.rules.birthdays import Birthday
from services.shop import Shop

NOTE_KINDS = ("note", "family", "wish", "opinion", "tried")
"""note: told us; family: about the family; wish: looks for; opinion: praise or blame; tried: tried on, not bought"""
LABEL_MAX = 40


@dataclass(frozen=True)
class NoteKept:
    """A note as it stood: what the undo of a change or a removal writes again."""

    id: int
    customer_id: int
    day: date
    kind: str
    text: str


@dataclass(frozen=True)
class DayKept:
    """A day to remember as it stood."""

    id: int
    customer_id: int
    label: str
    day: Birthday


def consent(shop: Shop, customer_id: int, channels: Sequence[Channel], given: bool, way: str) -> None:
    """Consent to be contacted by these channels, or its withdrawal, with its day and way (told in the shop, by phone)."""
    require(shop, Right.REGISTER)
    if not channels:
        raise Refused("请选择联络方式。", field="channel")
    with database.database.atomic():
        on_file_still(customer_id)
        write_consent(shop, customer_id, channels, given, data.short(way, "way"))
        body = {"channels": [str(channel) for channel in channels], "given": given, "way": way}
        journal.note(shop, "customer.consent", "customer", customer_id, customer_id=customer_id, body=body)


def add_note(shop: Shop, customer_id: int, text: str, kind: str = "note", day: date | None = None) -> int:
    """What the customer told us, of one of `NOTE_KINDS`. Returns its id. Raises Refused."""
    require(shop, Right.REGISTER)
    value, day = _checked_note(shop, text, kind, day)
    with database.database.atomic():
        on_file_still(customer_id)
        number = database.insert(
            "note",
            customer_id=customer_id,
            day=day,
            kind=kind,
            text=value,
            user_id=shop.who,
            created_at=shop.clock.now(),
        )
        body = {"kind": kind, "text": value}
        journal.note(shop, "customer.noted", "note", number, customer_id=customer_id, body=body)
    return number


def change_note(
    shop: Shop, note_id: int, text: str, kind: str, day: date | None = None, seen: str | None = None
) -> NoteKept:
    """Writes a note anew; `seen` is the text the editor had on screen. Returns the note as it was. Raises Refused."""
    require(shop, Right.REGISTER)
    with database.database.atomic():
        was = _note(note_id)
        if was is None:
            raise Refused("这条备注已经被删除了。")
        on_file_still(was.customer_id)
        if seen is not None and was.text != seen:
            raise Refused("别人刚刚把这条备注改成了“{now}”。请看一下再改。", now=was.text[:60], field="note")
        value, day = _checked_note(shop, text, kind, day or was.day)
        database.execute(
            "UPDATE note SET text = ?, kind = ?, day = ? WHERE id = ?",
            (value, kind, database.day_value(day), note_id),
        )
        body = {"before": {"kind": was.kind, "text": was.text}, "after": {"kind": kind, "text": value}}
        journal.note(shop, "customer.note_changed", "note", note_id, customer_id=was.customer_id, body=body)
    return was


def remove_note(shop: Shop, note_id: int) -> NoteKept | None:
    """Takes a note away; the journal keeps it. Returns it for the undo (`add_note` with it), None if it was gone."""
    require(shop, Right.REGISTER)
    with database.database.atomic():
        was = _note(note_id)
        if was is None:
            return None
        database.execute("DELETE FROM note WHERE id = ?", (note_id,))
        body = {"text": was.text}
        journal.note(shop, "customer.note_removed", "note", note_id, customer_id=was.customer_id, body=body)
    return was


def remember_day(shop: Shop, customer_id: int, label: str, day: Birthday) -> int:
    """A family birthday or another day to remember. Returns its id. Raises Refused for an impossible day."""
    require(shop, Right.REGISTER)
    words = _checked_day(shop, label, day)
    with database.database.atomic():
        on_file_still(customer_id)
        _not_twice(customer_id, words, day, 0)
        number = database.insert("remembered_day", customer_id=customer_id, label=words, **_columns(day))
        body = {"label": words, "calendar": day.calendar.value, "month": day.month, "day": day.day}
        journal.note(shop, "customer.day_added", "remembered_day", number, customer_id=customer_id, body=body)
        _greet_anew(shop, customer_id)
    return number


def change_day(
    shop: Shop, remembered_id: int, label: str, day: Birthday, seen: DayKept | None = None
) -> DayKept:
    """Writes a day to remember anew; `seen` is what the editor had on screen. Returns it as it was. Raises Refused."""
    require(shop, Right.REGISTER)
    words = _checked_day(shop, label, day)
    with database.database.atomic():
        was = _day(remembered_id)
        if was is None:
            raise Refused("这个日子已经被删除了。")
        on_file_still(was.customer_id)
        if seen is not None and (was.label, was.day) != (seen.label, seen.day):
            text = f"{was.label} {birthdays.describe(was.day, shop.today().year, shop.policy.birthdays)}"
            raise Refused("别人刚刚把这个日子改成了“{now}”。请看一下再改。", now=text, field="label")
        _not_twice(was.customer_id, words, day, remembered_id)
        values = {"label": words, **_columns(day)}
        marks = ", ".join(f"{name} = ?" for name in values)
        database.execute(f"UPDATE remembered_day SET {marks} WHERE id = ?", (*values.values(), remembered_id))
        body = {"before": {"label": was.label, **_columns(was.day)}, "after": values}
        journal.note(
            shop,
            "customer.day_changed",
            "remembered_day",
            remembered_id,
            customer_id=was.customer_id,
            body=body,
        )
        _greet_anew(shop, was.customer_id)
    return was


def forget_day(shop: Shop, remembered_id: int) -> DayKept | None:
    """Takes a day to remember away. Returns it for the undo (`remember_day` with it), None if it was gone."""
    require(shop, Right.REGISTER)
    with database.database.atomic():
        was = _day(remembered_id)
        if was is None:
            return None
        database.execute("DELETE FROM remembered_day WHERE id = ?", (remembered_id,))
        body = {"label": was.label}
        journal.note(
            shop,
            "customer.day_removed",
            "remembered_day",
            remembered_id,
            customer_id=was.customer_id,
            body=body,
        )
        _greet_anew(shop, was.customer_id)
    return was


def _checked_note(shop: Shop, text: str, kind: str, day: date | None) -> tuple[str, date]:
    value = data.short(text, "note", data.TEXT_MAX)
    if not value:
        raise Refused("备注是空的。", field="note")
    if kind not in NOTE_KINDS:
        raise Refused("没有“{kind}”这种备注。", kind=kind)
    if day is not None and day > shop.today():
        raise Refused("备注的日期 {day} 还没有到：请核对。", day=day.isoformat(), field="day")
    return value, day or shop.today()


def _checked_day(shop: Shop, label: str, day: Birthday) -> str:
    words = data.short(label, "label", LABEL_MAX)
    if not words:
        raise Refused("请写明是什么日子，例如“女儿生日”。", field="label")
    birthdays.check(day, shop.today())
    return words


def _not_twice(customer_id: int, label: str, day: Birthday, own: int) -> None:
    if database.row(
        "SELECT 1 FROM remembered_day WHERE customer_id = ? AND label = ? AND calendar = ? AND month = ?"
        " AND day = ? AND leap = ? AND id <> ?",
        (customer_id, label, day.calendar.value, day.month, day.day, int(day.leap), own),
    ):
        raise Refused("“{label}”已经记过了。", label=label, field="label")


def _greet_anew(shop: Shop, customer_id: int) -> None:
    """What was planned for the old day goes."""
    from services import schedule_days

    schedule_days.corrected(shop, customer_id)


def _columns(day: Birthday) -> dict[str, Any]:
    return {
        "calendar": day.calendar.value,
        "month": day.month,
        "day": day.day,
        "leap": int(day.leap),
        "year": day.year,
    }


def _note(note_id: int) -> NoteKept | None:
    found = database.row("SELECT id, customer_id, day, kind, text FROM note WHERE id = ?", (note_id,))
    if found is None:
        return None
    day = database.as_day(found[2])
    assert day is not None
    return NoteKept(found[0], found[1], day, found[3], found[4])


def _day(remembered_id: int) -> DayKept | None:
    found = database.row(
        "SELECT id, customer_id, label, calendar, month, day, leap, year FROM remembered_day WHERE id = ?",
        (remembered_id,),
    )
    if found is None:
        return None
    day = Birthday(Calendar(found[3]), found[4], found[5], bool(found[6]), found[7])
    return DayKept(found[0], found[1], found[2], day)


def write_consent(
    shop: Shop,
    customer_id: int,
    channels: Sequence[Channel],
    given: bool,
    way: str,
    day: date | None = None,
) -> tuple[int, ...]:
    """The rows of consent and what follows for the channels. Returns the ids, in the order of `channels`."""
    made = []
    for channel in channels:
        number = database.insert(
            "consent",
            customer_id=customer_id,
            channel=channel.value,
            given=int(given),
            day=day or shop.today(),
            way=way,
            user_id=shop.who,
        )
        made.append(number)
        database.execute(
            "DELETE FROM opt_out WHERE customer_id = ? AND channel = ?", (customer_id, channel.value)
        )
        if not given:
            database.execute(
                "INSERT INTO opt_out (customer_id, channel) VALUES (?, ?)", (customer_id, channel.value)
            )
    return tuple(made)


def on_file_still(customer_id: int) -> None:
    """Raises Refused for a merged or erased customer; else she stays as she is until the transaction ends.

    SQLite lets one writer in at a time. On a server two editors would both read the record before either has written.
    """
    tail = " FOR UPDATE" if database.is_postgres() else ""
    found = database.row(f"SELECT state, name FROM customer WHERE id = ?{tail}", (customer_id,))
    if found is None:
        raise Refused("没有这位客户。")
    if found[0] not in (CustomerState.ACTIVE, CustomerState.LOST):
        raise Refused("{name}的资料已经合并或删除，不能再修改。", name=found[1])
