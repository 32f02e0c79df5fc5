"""Beside the day's list: numbers to verify and mending them, a call with its next step, the question for the card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import Channel, Grade, Role, Topic
from services import contacts, customers, formats, journal, questions, schedule_upkeep
from services.contact_lists import Filters
from services.contact_words import channel_words, topic_words
from services.contacts import Outcome
from services.customer_due import Due
from services.customer_fields import numbers_of
from services.customers import Changed
from services.errors import Refused
from services.rights import Right, require
from services.rules.customer_data import clean
from services.schedule_fold import merge_same_day
from services.schedule_needs import OPEN
from services.shop import Shop
from services.words import _


@dataclass(frozen=True)
class VerifyRow:
    """A customer whose number turned out wrong. `id` is the customer's."""

    id: int
    card_no: str
    name: str
    grade: Grade
    customer_state: str
    phone: str
    """Masked for clerks."""
    since: date | None
    """The day of the call; None when the number was doubted otherwise"""
    by: str
    note: str
    clerk: str
    last_visit: date | None


@dataclass(frozen=True)
class Mended:
    """What the undo needs. `reopened`: contacts that came back, with the day they had been closed."""

    customer_id: int
    name: str
    changed: Changed | None
    reopened: tuple[tuple[int, date, date], ...]
    """Contact, the day it was due, the day it was closed"""


def to_verify(shop: Shop, filters: Filters | None = None) -> list[VerifyRow]:
    """Customers whose number is in doubt, the latest found out first. Two queries, however many."""
    require(shop, Right.CONTACT)
    filters = filters or Filters()
    pairs = (("c.group_id = ?", filters.group_id), ("c.clerk_id = ?", filters.clerk_id))
    where = "".join(f" AND {text}" for text, value in pairs if value is not None)
    params = [value for _text, value in pairs if value is not None]
    found = database.rows(
        "SELECT c.id, c.card_no, c.name, c.grade, c.state, COALESCE(r.name, ''), c.last_visit, k.done_on,"
        " COALESCE(d.name, ''), COALESCE(k.note, ''), COALESCE(p.number, '') FROM customer c"
        " LEFT JOIN staff_user r ON r.id = c.clerk_id LEFT JOIN contact k ON k.id = (SELECT MAX(w.id) FROM contact w"
        " WHERE w.customer_id = c.id AND w.state_reason = 'wrong_number')"
        " LEFT JOIN staff_user d ON d.id = k.done_by_id LEFT JOIN phone p ON p.id = (SELECT MIN(n.id) FROM phone n"
        " WHERE n.customer_id = c.id AND n.position = (SELECT MIN(m.position) FROM phone m WHERE m.customer_id = c.id))"
        f" WHERE c.phone_doubtful = 1 AND c.state IN ('active', 'lost'){where}"
        " ORDER BY CASE WHEN k.done_on IS NULL THEN 1 ELSE 0 END, k.done_on DESC, c.grade, c.id",
        params,
    )
    whole = shop.role in (Role.MANAGER, Role.OWNER)
    return [
        VerifyRow(
            *(row[0], row[1], row[2], Grade(row[3]), row[4]),
            phone=row[10] if whole or not row[10] else formats.masked(row[10]),
            since=database.as_day(row[7]),
            by=row[8],
            note=row[9],
            clerk=row[5],
            last_visit=database.as_day(row[6]),
        )
        for row in found
    ]


@dataclass(frozen=True)
class Load:
    """What lies before one person or group today."""

    still: int = 0
    """Open and due, the overdue among them"""
    overdue: int = 0
    done: int = 0
    """Closed today"""

    def words(self) -> str:
        """`待 12 · 逾期 3 · 已完成 5`; empty for nothing."""
        parts = [_("待 {n}").format(n=self.still)] if self.still else []
        parts += [_("逾期 {n}").format(n=self.overdue)] if self.overdue else []
        parts += [_("已完成 {n}").format(n=self.done)] if self.done else []
        return " · ".join(parts)


def loads(shop: Shop) -> tuple[dict[int, Load], dict[int, Load]]:
    """By group and by clerk: what is open today, overdue, done. A clerk's are those assigned to them or of their
    customers, like the filter by clerk; done is whose hand did it. Three queries, however many people."""
    require(shop, Right.SEE)
    today = database.day_value(shop.today())
    due = f"k.due <= ? AND {OPEN.format(k='k')}"
    late = "CASE WHEN k.due < ? THEN 1 ELSE 0 END"
    sums = "COUNT(*), COALESCE(SUM(late), 0)"
    join = "contact k JOIN customer c ON c.id = k.customer_id"
    groups = {
        row[0]: Load(int(row[1]), int(row[2]))
        for row in database.rows(
            f"SELECT who, {sums} FROM (SELECT c.group_id AS who, {late} AS late FROM {join} WHERE {due}"
            " AND c.group_id IS NOT NULL) AS open_ones GROUP BY who",
            (today, today),
        )
    }
    clerks = {
        row[0]: Load(int(row[1]), int(row[2]))
        for row in database.rows(
            f"SELECT who, {sums} FROM (SELECT k.assignee_id AS who, {late} AS late FROM {join} WHERE {due}"
            f" AND k.assignee_id IS NOT NULL UNION ALL SELECT c.clerk_id AS who, {late} AS late FROM {join} WHERE {due}"
            " AND c.clerk_id IS NOT NULL AND (k.assignee_id IS NULL OR k.assignee_id <> c.clerk_id)) AS open_ones"
            " GROUP BY who",
            (today, today, today, today),
        )
    }
    for who, group, n in database.rows(
        f"SELECT k.done_by_id, c.group_id, COUNT(*) FROM {join} WHERE k.done_on = ?"
        " AND k.state IN ('done', 'refused', 'no_answer') GROUP BY k.done_by_id, c.group_id",
        (today,),
    ):
        for found, key in ((clerks, who), (groups, group)):
            if key is not None:
                before = found.get(key, Load())
                found[key] = Load(before.still, before.overdue, before.done + int(n))
    return groups, clerks


def verify_count(shop: Shop, filters: Filters | None = None) -> int:
    """How many numbers are in doubt: for the list's chip."""
    require(shop, Right.CONTACT)
    filters = filters or Filters()
    pairs = (("group_id = ?", filters.group_id), ("clerk_id = ?", filters.clerk_id))
    where = "".join(f" AND {text}" for text, value in pairs if value is not None)
    params = [value for _text, value in pairs if value is not None]
    sql = f"SELECT COUNT(*) FROM customer WHERE phone_doubtful = 1 AND state IN ('active', 'lost'){where}"
    return int(database.value_of(sql, params) or 0)


def mend_number(shop: Shop, customer_id: int, number: str = "") -> Mended:
    """The right number, or (empty) the one on file is right after all: one act.

    The calls that ended at the wrong number in the last days (`contacts.catch_up_days`) come back for today. Raises
    Refused for a number that cannot be, or where nothing is in doubt any more.
    """
    require(shop, Right.REGISTER)
    words = clean(number)
    with database.database.atomic():
        found = database.row(
            "SELECT name FROM customer WHERE id = ? AND phone_doubtful = 1 AND state IN ('active', 'lost')",
            (customer_id,),
        )
        if found is None:
            raise Refused("这位客户的号码已经核实过了。")
        changed = None
        if words:
            foreign = words.startswith("+") and not words.startswith("+86")
            changed = customers.change(
                shop, customer_id, {"phones": [(words, foreign), *numbers_of(customer_id)[1:]]}
            )
        else:
            _doubt(shop, customer_id, False)
        reopened = _reopen(shop, customer_id)
    return Mended(customer_id, str(found[0]), changed, reopened)


def undo_mend(shop: Shop, done: Mended) -> None:
    """The former number, in doubt again; the calls that came back are closed as they were."""
    require(shop, Right.REGISTER)
    with database.database.atomic():
        if done.changed is not None and done.changed.before:
            customers.change(
                shop, done.customer_id, done.changed.before, done.changed.version, done.changed.after
            )
        _doubt(shop, done.customer_id, True)
        for contact_id, due, closed in done.reopened:
            database.execute(
                "UPDATE contact SET state = 'no_answer', state_reason = 'wrong_number', due = ?, done_on = ?"
                " WHERE id = ? AND state = 'planned' AND done_on IS NULL",
                (due, closed, contact_id),
            )


def _doubt(shop: Shop, customer_id: int, doubtful: bool) -> None:
    database.execute(
        "UPDATE customer SET phone_doubtful = ?, version = version + 1 WHERE id = ?",
        (int(doubtful), customer_id),
    )
    act = "phone.doubted" if doubtful else "phone.confirmed"
    journal.note(shop, act, "customer", customer_id, customer_id=customer_id)


def _reopen(shop: Shop, customer_id: int) -> tuple[tuple[int, date, date], ...]:
    since = shop.today() - timedelta(days=shop.policy.contacts.catch_up_days)
    rows = database.rows(
        "SELECT id, due, done_on FROM contact WHERE customer_id = ? AND state = 'no_answer'"
        " AND state_reason = 'wrong_number' AND done_on >= ? ORDER BY id",
        (customer_id, since),
    )
    found = tuple((row[0], _day(row[1]), _day(row[2])) for row in rows)
    for contact_id, _due, _closed in found:
        database.execute(
            "UPDATE contact SET state = 'planned', state_reason = '', done_on = NULL, due = ? WHERE id = ?",
            (shop.today(), contact_id),
        )
        journal.note(shop, "contact.undone", "contact", contact_id, customer_id=customer_id)
    schedule_upkeep.of_customer(shop, customer_id)
    merge_same_day([contact_id for contact_id, _due, _closed in found], shop.today())
    return found


def reached_and_next(
    shop: Shop, contact_id: int, note: str, day: date, topic: Topic, channel: Channel = Channel.PHONE
) -> tuple[int, int]:
    """Reached, and the next contact agreed on, as one act. Returns both ids, for the undo. Refused as each alone."""
    require(shop, Right.CONTACT)
    if day <= shop.today():
        raise Refused("约定的日子要在今天以后。", field="day")
    step = f"{day.isoformat()} {channel_words(channel)} {topic_words(topic)}"
    with database.database.atomic():
        done = contacts.done(shop, contact_id, Outcome.REACHED, note, next_step=step)
        again = contacts.plan(shop, done.customer_id, day, channel, topic, note)
    return done.id, again


_FACTS = (
    *("id", "state", "size", "colours", "address", "styles", "looks", "height_cm", "waist_cm", "hobbies"),
    *(
        "preferred_channel",
        "preferred_time",
        "first_source",
        "phone_doubtful",
        "verified_on",
        "birth_calendar",
    ),
)


def question_for(shop: Shop, customer_id: int) -> Due | None:
    """The one question to put in this call; None when nothing is worth asking now."""
    require(shop, Right.SEE)
    row = database.row(
        f"SELECT {', '.join(_FACTS)}, (SELECT COUNT(*) FROM phone p WHERE p.customer_id = customer.id),"
        " (SELECT COUNT(*) FROM consent s WHERE s.customer_id = customer.id) FROM customer WHERE id = ?",
        (customer_id,),
    )
    if row is None:
        return None
    c: dict[str, Any] = dict(zip(_FACTS, row, strict=False))
    if c["state"] not in ("active", "lost"):
        return None
    known = questions.known_of(
        c, phones=bool(row[-2]), consent=bool(row[-1]), birthday=bool(c["birth_calendar"])
    )
    codes = questions.open_for(shop, customer_id, known, database.as_day(c["verified_on"]))
    if not codes:
        return None
    words = _("问一下：{question}").format(question=questions.words_of(codes[0]))
    return Due("ask", words, customer_id, field=codes[0])


def _day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
