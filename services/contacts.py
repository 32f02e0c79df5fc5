"""What came of a contact: reached, no answer, moved, wrong number, refused; talks noted; opt-outs at once (spec 04)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import Channel, Code, ContactState
from services import journal, text_library_use
from services.contact_effects import NOTE_MAX, clean_note, recount, resume, stop, touched
from services.contact_notes import CHANNEL_WORDS, check, check_many, opt_out, plan, record, reveal_phone, talk
from services.errors import Refused
from services.rights import Right, require
from services.rules import contacts as rules
from services.schedule_upkeep import of_customer
from services.shop import Shop
from services.words import _

__all__ = [
    "CHANNEL_WORDS",
    "NOTE_MAX",
    "Outcome",
    "Recorded",
    "check",
    "check_many",
    "done",
    "done_many",
    "opt_out",
    "plan",
    "record",
    "reveal_phone",
    "talk",
    "undo",
    "undo_many",
]

MANY_MAX = 20_000
"""Contacts ticked in one go."""


class Outcome(Code):
    """What one key records."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    POSTPONED = "postponed"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"


@dataclass(frozen=True)
class Recorded:
    """What became of the contact."""

    id: int
    customer_id: int
    name: str
    outcome: Outcome
    state: ContactState
    again_on: date | None = None
    """When it comes back: next try, or the day it was moved to."""
    stopped: tuple[Channel, ...] = ()
    """Channels that the customer opted out of."""

    def words(self) -> str:
        """One sentence for the status line."""
        if self.outcome is Outcome.NO_ANSWER:
            if self.again_on:
                return _("{name}：无人接听，{day}再打。").format(name=self.name, day=_short(self.again_on))
            return _("{name}：多次无人接听，这次联络结束。").format(name=self.name)
        if self.outcome is Outcome.POSTPONED and self.again_on:
            return _("{name}：改到{day}。").format(name=self.name, day=_short(self.again_on))
        if self.outcome is Outcome.WRONG_NUMBER:
            return _("{name}：号码有误，已标记待核实。").format(name=self.name)
        if self.outcome is Outcome.REFUSED:
            if self.stopped:
                return _("{name}：已退订，不再打电话发短信。").format(name=self.name)
            return _("{name}：这次不愿联络，已记录。").format(name=self.name)
        return _("{name}：已联络。").format(name=self.name)


_KEPT = "state, due, tries, note, next_step, state_reason, done_on, done_by_id, done_at"
"""What an outcome changes, and undo brings back."""


def done(
    shop: Shop,
    contact_id: int,
    outcome: Outcome = Outcome.REACHED,
    note: str = "",
    *,
    until: date | None = None,
    opt_out: bool = False,
    next_step: str = "",
) -> Recorded:
    """Records what came of a planned contact. `until`: the day it is moved to, for POSTPONED.

    Raises Refused when it is already recorded, the day lies in the past, or the outcome does not suit the channel.
    """
    require(shop, Right.CONTACT)
    note = clean_note(note)
    with database.database.atomic():
        row = _open(contact_id)
        channel = Channel(row["channel"])
        if outcome in (Outcome.NO_ANSWER, Outcome.WRONG_NUMBER) and channel is Channel.POST:
            raise Refused("寄出的贺卡没有“无人接”：请选“已寄出”或“改期”。", field="outcome")
        again = _again(shop, row, outcome, until)
        state = _STATES[outcome]
        closed = again is None
        reason = (
            {Outcome.WRONG_NUMBER: "wrong_number", Outcome.NO_ANSWER: "tries"}.get(outcome, "")
            if closed
            else ""
        )
        changed = database.execute(
            "UPDATE contact SET state = ?, due = ?, tries = ?, note = ?, next_step = ?, state_reason = ?, done_on = ?,"
            " done_by_id = ?, done_at = ?, assignee_id = COALESCE(assignee_id, ?)"
            " WHERE id = ? AND state = ? AND tries = ? AND done_on IS NULL",
            (
                *(state.value, again or row["due"], row["tries"] + (outcome is Outcome.NO_ANSWER)),
                *(_joined(row["note"], note), clean_note(next_step) or row["next_step"], reason),
                *(
                    shop.today() if closed else None,
                    shop.who,
                    database.moment_value(shop.clock.now()),
                    shop.who,
                ),
                *(contact_id, row["state"], row["tries"]),
            ),
        )
        if not changed:
            raise Refused("这项联络刚刚被别人记录过了，请刷新再看。")
        customer = row["customer_id"]
        if outcome is Outcome.REACHED:
            touched(shop, customer)
            text_library_use.said(shop, [contact_id])
        if outcome is Outcome.WRONG_NUMBER:
            database.execute(
                "UPDATE customer SET phone_doubtful = 1, version = version + 1 WHERE id = ?", (customer,)
            )
        _journal(shop, contact_id, row, outcome, note)
        stopped = stop(shop, customer, channel.value, _("联络时拒绝")) if opt_out else ()
    return Recorded(contact_id, customer, row["name"], outcome, state, again, stopped)


def done_many(shop: Shop, contact_ids: Sequence[int], note: str = "") -> list[int]:
    """Ticks many at once: messages sent, cards posted. Those recorded meanwhile are left alone. Returns the ids ticked."""
    require(shop, Right.CONTACT)
    if len(contact_ids) > MANY_MAX:
        raise Refused("一次最多登记 {n} 项。", n=MANY_MAX)
    note = clean_note(note)
    now, today = database.moment_value(shop.clock.now()), shop.today()
    ticked: list[int] = []
    with database.database.atomic():
        for contact_id in dict.fromkeys(contact_ids):
            row = _look(contact_id)
            if row is None or not _is_open(row):
                continue
            database.execute(
                "UPDATE contact SET state = 'done', note = ?, done_on = ?, done_by_id = ?, done_at = ?,"
                " assignee_id = COALESCE(assignee_id, ?) WHERE id = ?",
                (_joined(row["note"], note), today, shop.who, now, shop.who, contact_id),
            )
            touched(shop, row["customer_id"])
            _journal(shop, contact_id, row, Outcome.REACHED, note)
            ticked.append(contact_id)
        text_library_use.said(shop, ticked)
    return ticked


def undo(shop: Shop, contact_id: int) -> None:
    """Takes the last outcome of a contact back, or a contact made by hand as a whole.

    An opt-out stays: only the customer can take that back.
    """
    require(shop, Right.CONTACT)
    with database.database.atomic():
        customer = database.value_of("SELECT customer_id FROM contact WHERE id = ?", (contact_id,))
        entry = database.row(
            "SELECT e.act, b.body FROM journal_entry e LEFT JOIN journal_body b ON b.entry_id = e.id"
            " WHERE e.customer_id = ? AND e.entity = 'contact' AND e.entity_id = ? AND e.act IN"
            " ('contact.recorded', 'contact.undone', 'contact.noted', 'contact.planned') ORDER BY e.id DESC LIMIT 1",
            (customer, contact_id),
        )
        act = entry[0] if entry else ""
        if act in ("contact.noted", "contact.planned"):
            database.execute("DELETE FROM contact WHERE id = ?", (contact_id,))
            _counted_anew(shop, contact_id, int(customer))
            return
        before = json.loads(entry[1] or "{}").get("before") if entry and act == "contact.recorded" else None
        if before is None:
            raise Refused("这项联络没有可以撤销的记录。")
        text_library_use.unsaid([contact_id])
        names = [name.strip() for name in _KEPT.split(",")]
        values = [before[name] for name in names]
        database.execute(
            "UPDATE contact SET checked_by_id = NULL, checked_on = NULL WHERE id = ?", (contact_id,)
        )
        database.execute(
            f"UPDATE contact SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",
            (*(_stored(name, value) for name, value in zip(names, values, strict=True)), contact_id),
        )
        if before.get("verified"):
            database.execute(
                "UPDATE customer SET phone_doubtful = 0, version = version + 1 WHERE id = ?", (customer,)
            )
        _counted_anew(shop, contact_id, int(customer))


def undo_many(shop: Shop, contact_ids: Sequence[int]) -> None:
    """Takes back what `done_many` ticked."""
    require(shop, Right.CONTACT)
    with database.database.atomic():
        for contact_id in contact_ids:
            undo(shop, contact_id)


_STATES = {
    Outcome.REACHED: ContactState.DONE,
    Outcome.NO_ANSWER: ContactState.NO_ANSWER,
    Outcome.POSTPONED: ContactState.POSTPONED,
    Outcome.WRONG_NUMBER: ContactState.NO_ANSWER,
    Outcome.REFUSED: ContactState.REFUSED,
}


def _open(contact_id: int) -> dict[str, Any]:
    """An open contact with what an outcome needs. Refused when there is none, or it is recorded already."""
    row = _look(contact_id)
    if row is None:
        raise Refused("没有编号为 {id} 的联络。", id=contact_id)
    if not _is_open(row):
        raise Refused("{name} 的这项联络已经有结果了。要改请先撤销。", name=row["name"])
    return row


def _look(contact_id: int) -> dict[str, Any] | None:
    names = [name.strip() for name in f"id, customer_id, channel, {_KEPT}".split(",")]
    found = database.row(
        f"SELECT {', '.join('k.' + name for name in names)}, c.name, c.phone_doubtful"
        " FROM contact k JOIN customer c ON c.id = k.customer_id WHERE k.id = ?",
        (contact_id,),
    )
    if found is None:
        return None
    row = dict(zip([*names, "name", "doubtful"], found, strict=True))
    row["due"] = database.as_day(row["due"])
    return row


def _is_open(row: dict[str, Any]) -> bool:
    return row["done_on"] is None and row["state"] in ("planned", "no_answer", "postponed")


def _again(shop: Shop, row: dict[str, Any], outcome: Outcome, until: date | None) -> date | None:
    """The day on which the contact comes back; None when it is closed."""
    if outcome is Outcome.NO_ANSWER:
        return rules.next_try(row["tries"] + 1, shop.today(), shop.policy.contacts)
    if outcome is not Outcome.POSTPONED:
        return None
    if until is None:
        raise Refused("改到哪一天？请给出日期。", field="until")
    if until <= shop.today():
        raise Refused("改期要选今天以后的日期，{day} 不行。", day=until.isoformat(), field="until")
    if (until - shop.today()).days > _FAR_DAYS:
        raise Refused("改期最远一年，{day} 太远了。", day=until.isoformat(), field="until")
    return until


_FAR_DAYS = 366


def _counted_anew(shop: Shop, contact_id: int, customer_id: int) -> None:
    """After an undo: the rhythm counts from the contact before."""
    recount(customer_id)
    resume(customer_id)
    of_customer(shop, customer_id)
    journal.note(shop, "contact.undone", "contact", contact_id, customer_id=customer_id)


def _journal(shop: Shop, contact_id: int, row: dict[str, Any], outcome: Outcome, note: str) -> None:
    before = {name.strip(): row[name.strip()] for name in _KEPT.split(",")}
    if outcome is Outcome.WRONG_NUMBER and not row["doubtful"]:
        before["verified"] = True
    body = {"outcome": outcome.value, "note": note, "before": before}
    journal.note(shop, "contact.recorded", "contact", contact_id, customer_id=row["customer_id"], body=body)


def _stored(name: str, value: Any) -> Any:
    """A value out of the journal's JSON as its column wants it."""
    if name == "done_at" and value is not None:
        from datetime import datetime

        return database.moment_value(datetime.fromisoformat(str(value)))
    return database.as_day(value) if name in ("due", "done_on") else value


def _joined(old: str, new: str) -> str:
    """Every try leaves its words: the newest behind."""
    return f"{old}；{new}" if old and new else new or old


def _short(day: date) -> str:
    from services.formats import day as day_words

    return day_words(day)
