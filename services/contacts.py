"""What came of a contact: reached, no answer, moved, wrong number, refused; talks noted; opt-outs at once (spec 04)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import Channel, Code, ContactState, CustomerState, Grade, Role, Topic
from services import customers, journal, schedule_upkeep
from services.errors import NotAllowed, Refused
from services.rights import Right, require
from services.rules import contacts as rules
from services.rules.contacts import Expired
from services.rules.customer_data import clean
from services.shop import Shop
from services.words import N_, _

NOTE_MAX = 500
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
    note = _note(note)
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
                *(_joined(row["note"], note), clean(next_step)[:NOTE_MAX] or row["next_step"], reason),
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
            _touched(shop, customer)
        if outcome is Outcome.WRONG_NUMBER:
            database.execute(
                "UPDATE customer SET phone_doubtful = 1, version = version + 1 WHERE id = ?", (customer,)
            )
        _journal(shop, contact_id, row, outcome, note)
        stopped = _stop(shop, customer, channel.value, _("联络时拒绝")) if opt_out else ()
    return Recorded(contact_id, customer, row["name"], outcome, state, again, stopped)


def done_many(shop: Shop, contact_ids: Sequence[int], note: str = "") -> list[int]:
    """Ticks many at once: messages sent, cards posted. Those recorded meanwhile are left alone. Returns the ids ticked."""
    require(shop, Right.CONTACT)
    if len(contact_ids) > MANY_MAX:
        raise Refused("一次最多登记 {n} 项。", n=MANY_MAX)
    note = _note(note)
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
            _touched(shop, row["customer_id"])
            _journal(shop, contact_id, row, Outcome.REACHED, note)
            ticked.append(contact_id)
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
        names = [name.strip() for name in _KEPT.split(",")]
        values = [before[name] for name in names]
        database.execute("UPDATE contact SET checked_by_id = NULL WHERE id = ?", (contact_id,))
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


def record(
    shop: Shop,
    customer_id: int,
    channel: Channel,
    topic: Topic = Topic.PERSONAL,
    note: str = "",
    incoming: bool = False,
) -> int:
    """Notes a talk that nobody had planned: in the shop, an incoming call, a message. It counts as a contact. Returns its id."""
    require(shop, Right.CONTACT)
    with database.database.atomic():
        _reachable(customer_id)
        moment = database.moment_value(shop.clock.now())
        number = database.insert(
            "contact",
            **_blank(shop, customer_id, channel, (topic,), shop.today()),
            state=ContactState.DONE.value,
            incoming=int(incoming),
            note=_note(note),
            done_on=shop.today(),
            done_by_id=shop.who,
            done_at=moment,
            assignee_id=shop.who,
        )
        _touched(shop, customer_id)
        body = {"channel": channel.value, "topic": topic.value, "incoming": incoming}
        journal.note(shop, "contact.noted", "contact", number, customer_id=customer_id, body=body)
    return number


def plan(
    shop: Shop, customer_id: int, due: date, channel: Channel, topic: Topic = Topic.PERSONAL, note: str = ""
) -> int:
    """Puts a contact on the schedule by hand; the rules never move it. Refused against an opt-out or a past day."""
    require(shop, Right.CONTACT)
    if due < shop.today():
        raise Refused("联络日期 {day} 已经过去，请选今天或以后。", day=due.isoformat(), field="due")
    with database.database.atomic():
        _reachable(customer_id)
        refused = database.value_of(
            "SELECT 1 FROM opt_out WHERE customer_id = ? AND channel = ?", (customer_id, channel.value)
        )
        if refused:
            raise Refused("这位客户不接受{channel}联络。", channel=_(CHANNEL_WORDS[channel]), field="channel")
        number = database.insert(
            "contact",
            **_blank(shop, customer_id, channel, (topic,), due),
            state=ContactState.PLANNED.value,
            incoming=0,
            note=_note(note),
            assignee_id=shop.who,
        )
        body = {"channel": channel.value, "topic": topic.value, "due": due.isoformat()}
        journal.note(shop, "contact.planned", "contact", number, customer_id=customer_id, body=body)
    return number


def opt_out(shop: Shop, customer_id: int, channel: str = "sms", way: str = "") -> tuple[Channel, ...]:
    """The customer wants no more of it: at once, and refusing messages stops calls too. `channel`: a code or `all`."""
    require(shop, Right.CONTACT)
    with database.database.atomic():
        return _stop(shop, customer_id, channel, way or _("客户提出"))


def check(shop: Shop, contact_ids: Sequence[int], ticked: bool = True) -> None:
    """The manager's tick: this contact was checked (店长检查沟通的执行情况)."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        for contact_id in contact_ids:
            customer = database.value_of("SELECT customer_id FROM contact WHERE id = ?", (contact_id,))
            if customer is None:
                raise Refused("没有这项联络。")
            database.execute(
                "UPDATE contact SET checked_by_id = ? WHERE id = ?",
                (shop.who if ticked else None, contact_id),
            )
            act = "contact.checked" if ticked else "contact.unchecked"
            journal.note(shop, act, "contact", contact_id, customer_id=customer)


def reveal_phone(shop: Shop, customer_id: int) -> tuple[str, ...]:
    """The customer's whole numbers. Each opening is journalled; a clerk has so many customers a day (spec 09, 61)."""
    require(shop, Right.SEE)
    quota = shop.policy.safety.clerk_reveals_a_day
    assert shop.actor is not None
    if shop.role is Role.CLERK:
        opened = {
            row[0]
            for row in database.rows(
                "SELECT DISTINCT customer_id FROM journal_entry WHERE act = 'phone.revealed' AND day = ? AND user_name = ?",
                (shop.today(), shop.actor.name),
            )
        }
        if customer_id not in opened and len(opened) >= quota:
            raise NotAllowed("今天已查看 {n} 位客户的完整号码，到了上限。请店长登录后查看。", n=quota)
    with database.database.atomic():
        found = database.rows(
            "SELECT number FROM phone WHERE customer_id = ? ORDER BY position, id", (customer_id,)
        )
        if not found:
            raise Refused("这位客户没有登记电话。")
        journal.note(shop, "phone.revealed", "customer", customer_id, customer_id=customer_id)
    return tuple(row[0] for row in found)


CHANNEL_WORDS = {
    Channel.PHONE: N_("电话"),
    Channel.SMS: N_("短信"),
    Channel.POST: N_("邮寄"),
    Channel.VISIT: N_("登门"),
    Channel.SHOP: N_("到店面谈"),
}

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


def _touched(shop: Shop, customer_id: int) -> None:
    """A real contact restarts the rhythm: what only kept touch is not needed any more."""
    today = shop.today()
    database.execute(
        "UPDATE customer SET last_contact = ? WHERE id = ? AND (last_contact IS NULL OR last_contact < ?)",
        (today, customer_id, today),
    )
    schedule_upkeep.restarted(today, customer_id)


def _counted_anew(shop: Shop, contact_id: int, customer_id: int) -> None:
    """After an undo: the rhythm counts from the contact before."""
    _recount(customer_id)
    _resume(customer_id)
    journal.note(shop, "contact.undone", "contact", contact_id, customer_id=customer_id)


def _recount(customer_id: int) -> None:
    """The last real contact, from what is left of it."""
    found = database.row(
        "SELECT c.last_visit, c.last_purchase, (SELECT MAX(k.done_on) FROM contact k WHERE k.customer_id = c.id"
        " AND k.state = 'done') FROM customer c WHERE c.id = ?",
        (customer_id,),
    )
    days = [day for day in map(database.as_day, found or ()) if day]
    database.execute(
        "UPDATE customer SET last_contact = ? WHERE id = ?", (max(days, default=None), customer_id)
    )


def _resume(customer_id: int) -> None:
    """A routine contact that an undone one had made needless is needed again."""
    database.execute(
        "UPDATE contact AS k SET state = 'planned', state_reason = '', done_on = NULL WHERE k.customer_id = ?"
        " AND k.state = 'expired' AND k.state_reason = ? AND k.key = (SELECT 'rhythm:' || CAST(c.id AS TEXT) || ':' ||"
        " CAST(COALESCE(c.last_contact, c.registered_on) AS TEXT) FROM customer c WHERE c.id = k.customer_id)",
        (customer_id, Expired.RESTARTED.value),
    )


def _stop(shop: Shop, customer_id: int, channel: str, way: str) -> tuple[Channel, ...]:
    try:
        stopped = tuple(way for way in Channel if way in rules.stopped_by(channel))
    except ValueError:
        raise Refused("没有“{channel}”这种联络方式。", channel=channel, field="channel") from None
    customers.consent(shop, customer_id, stopped, False, way)
    codes = [one.value for one in stopped]
    database.execute(
        f"UPDATE contact SET state = 'expired', state_reason = ?, done_on = ? WHERE customer_id = ?"
        f" AND channel IN ({database.marks(codes)}) AND state IN ('planned', 'no_answer', 'postponed')"
        " AND done_on IS NULL",
        (Expired.OPTED_OUT.value, shop.today(), customer_id, *codes),
    )
    return stopped


def _reachable(customer_id: int) -> None:
    state = database.value_of("SELECT state FROM customer WHERE id = ?", (customer_id,))
    if state not in (CustomerState.ACTIVE.value, CustomerState.LOST.value):
        raise Refused("没有这位客户，或资料已合并、删除。")


def _blank(
    shop: Shop, customer_id: int, channel: Channel, topics: Sequence[Topic], due: date
) -> dict[str, Any]:
    grade = Grade(database.value_of("SELECT grade FROM customer WHERE id = ?", (customer_id,)))
    return {
        **{"customer_id": customer_id, "due": due, "original_due": due, "channel": channel.value, "why": ""},
        **{
            "topics": ",".join(topics),
            "importance": rules.importance(topics, grade),
            "by_hand": 1,
            "tries": 0,
        },
        **{"next_step": "", "state_reason": "", "created_at": database.moment_value(shop.clock.now())},
    }


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


def _note(text: str) -> str:
    return clean(text)[:NOTE_MAX]


def _joined(old: str, new: str) -> str:
    """Every try leaves its words: the newest behind."""
    return f"{old}；{new}" if old and new else new or old


def _short(day: date) -> str:
    from services.formats import day as day_words

    return day_words(day)
