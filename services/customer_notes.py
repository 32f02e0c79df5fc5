"""What hangs on a customer: consent, notes, days to remember."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from models import database
from models.kinds import Channel, CustomerState
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.rules import birthdays
from services.rules import customer_data as data
from services.rules.birthdays import Birthday
from services.shop import Shop

NOTE_KINDS = ("note", "tried")
"""note: told us; tried: tried on and not bought"""


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
    """What the customer told us (note), or tried on and did not buy (tried). Returns its id."""
    require(shop, Right.REGISTER)
    value = data.short(text, "note", data.TEXT_MAX)
    if not value:
        raise Refused("备注是空的。", field="note")
    if kind not in NOTE_KINDS:
        raise Refused("没有“{kind}”这种备注。", kind=kind)
    with database.database.atomic():
        on_file_still(customer_id)
        number = database.insert(
            "note",
            customer_id=customer_id,
            day=day or shop.today(),
            kind=kind,
            text=value,
            user_id=shop.who,
            created_at=shop.clock.now(),
        )
        body = {"kind": kind, "text": value}
        journal.note(shop, "customer.noted", "note", number, customer_id=customer_id, body=body)
    return number


def remove_note(shop: Shop, note_id: int) -> None:
    """Takes a note away; the journal keeps it."""
    require(shop, Right.REGISTER)
    with database.database.atomic():
        found = database.row("SELECT customer_id, text FROM note WHERE id = ?", (note_id,))
        if found is None:
            return
        database.execute("DELETE FROM note WHERE id = ?", (note_id,))
        journal.note(
            shop, "customer.note_removed", "note", note_id, customer_id=found[0], body={"text": found[1]}
        )


def remember_day(shop: Shop, customer_id: int, label: str, day: Birthday) -> int:
    """A family birthday or another day to remember. Returns its id. Raises Refused for an impossible day."""
    require(shop, Right.REGISTER)
    words = data.short(label, "label", 40)
    if not words:
        raise Refused("请写明是什么日子，例如“女儿生日”。", field="label")
    birthdays.check(day, shop.today())
    with database.database.atomic():
        on_file_still(customer_id)
        number = database.insert(
            "remembered_day",
            customer_id=customer_id,
            label=words,
            calendar=day.calendar.value,
            month=day.month,
            day=day.day,
            leap=int(day.leap),
            year=day.year,
        )
        body = {"label": words, "calendar": day.calendar.value, "month": day.month, "day": day.day}
        journal.note(shop, "customer.day_added", "remembered_day", number, customer_id=customer_id, body=body)
    return number


def forget_day(shop: Shop, remembered_id: int) -> None:
    """Takes a day to remember away."""
    require(shop, Right.REGISTER)
    with database.database.atomic():
        found = database.row("SELECT customer_id, label FROM remembered_day WHERE id = ?", (remembered_id,))
        if found is None:
            return
        database.execute("DELETE FROM remembered_day WHERE id = ?", (remembered_id,))
        body = {"label": found[1]}
        journal.note(
            shop, "customer.day_removed", "remembered_day", remembered_id, customer_id=found[0], body=body
        )


def write_consent(shop: Shop, customer_id: int, channels: Sequence[Channel], given: bool, way: str) -> None:
    for channel in channels:
        database.insert(
            "consent",
            customer_id=customer_id,
            channel=channel.value,
            given=int(given),
            day=shop.today(),
            way=way,
            user_id=shop.who,
        )
        database.execute(
            "DELETE FROM opt_out WHERE customer_id = ? AND channel = ?", (customer_id, channel.value)
        )
        if not given:
            database.execute(
                "INSERT INTO opt_out (customer_id, channel) VALUES (?, ?)", (customer_id, channel.value)
            )


def on_file_still(customer_id: int) -> None:
    found = database.row("SELECT state, name FROM customer WHERE id = ?", (customer_id,))
    if found is None:
        raise Refused("没有这位客户。")
    if found[0] not in (CustomerState.ACTIVE, CustomerState.LOST):
        raise Refused("{name}的资料已经合并或删除，不能再修改。", name=found[1])
