"""Contacts outside the plan: talks noted, contacts planned by hand, opt-outs, the manager's tick, numbers shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from models import database
from models.kinds import Channel, ContactState, CustomerState, Grade, Role, Topic
from services import journal
from services.contact_effects import clean_note, stop, touched
from services.errors import NotAllowed, Refused
from services.rights import Right, require
from services.rules import contacts as rules
from services.shop import Shop
from services.words import N_, _

CHANNEL_WORDS = {
    Channel.PHONE: N_("电话"),
    Channel.SMS: N_("短信"),
    Channel.POST: N_("邮寄"),
    Channel.VISIT: N_("登门"),
    Channel.SHOP: N_("到店面谈"),
}


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
            note=clean_note(note),
            done_on=shop.today(),
            done_by_id=shop.who,
            done_at=moment,
            assignee_id=shop.who,
        )
        touched(shop, customer_id)
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
            note=clean_note(note),
            assignee_id=shop.who,
        )
        body = {"channel": channel.value, "topic": topic.value, "due": due.isoformat()}
        journal.note(shop, "contact.planned", "contact", number, customer_id=customer_id, body=body)
    return number


def talk(
    shop: Shop,
    customer_id: int,
    channel: Channel,
    topic: Topic = Topic.PERSONAL,
    note: str = "",
    incoming: bool = False,
    again: date | None = None,
) -> list[int]:
    """A talk, and the call agreed on for the day `again`, as one act. Returns the ids, for the undo."""
    require(shop, Right.CONTACT)
    with database.database.atomic():
        made = [record(shop, customer_id, channel, topic, note, incoming)]
        if again is not None:
            made.append(plan(shop, customer_id, again, Channel.PHONE, topic, note))
    return made


def opt_out(shop: Shop, customer_id: int, channel: str = "sms", way: str = "") -> tuple[Channel, ...]:
    """The customer wants no more of it: at once, and refusing messages stops calls too. `channel`: a code or `all`."""
    require(shop, Right.CONTACT)
    with database.database.atomic():
        return stop(shop, customer_id, channel, way or _("客户提出"))


def check(shop: Shop, contact_ids: Sequence[int], ticked: bool = True) -> None:
    """The manager's tick: this contact was checked (店长检查沟通的执行情况)."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        for contact_id in contact_ids:
            customer = database.value_of("SELECT customer_id FROM contact WHERE id = ?", (contact_id,))
            if customer is None:
                raise Refused("没有这项联络。")
            database.execute(
                "UPDATE contact SET checked_by_id = ?, checked_on = ? WHERE id = ?",
                (shop.who if ticked else None, shop.today() if ticked else None, contact_id),
            )
            act = "contact.checked" if ticked else "contact.unchecked"
            journal.note(shop, act, "contact", contact_id, customer_id=customer)


def check_many(shop: Shop, contact_ids: Sequence[int]) -> list[int]:
    """The manager's tick on all of these that are closed and not ticked yet. Returns those ticked, for the undo."""
    require(shop, Right.SCHEDULE)
    ticked: list[int] = []
    with database.database.atomic():
        for start in range(0, len(contact_ids), _PAGE):
            some = list(contact_ids[start : start + _PAGE])
            found = database.rows(
                f"SELECT id, customer_id FROM contact WHERE id IN ({database.marks(some)}) AND done_on IS NOT NULL"
                " AND state <> 'expired' AND checked_by_id IS NULL ORDER BY id",
                some,
            )
            if not found:
                continue
            ids = [row[0] for row in found]
            database.execute(
                f"UPDATE contact SET checked_by_id = ?, checked_on = ? WHERE id IN ({database.marks(ids)})",
                (shop.who, shop.today(), *ids),
            )
            for contact_id, customer in found:
                journal.note(shop, "contact.checked", "contact", contact_id, customer_id=customer)
            ticked += ids
    return ticked


_PAGE = 2_000


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
            journal.refused(shop, "reveal_over_quota")
            raise NotAllowed("今天已查看 {n} 位客户的完整号码，到了上限。请店长登录后查看。", n=quota)
    with database.database.atomic():
        found = database.rows(
            "SELECT number FROM phone WHERE customer_id = ? ORDER BY position, id", (customer_id,)
        )
        if not found:
            raise Refused("这位客户没有登记电话。")
        journal.note(shop, "phone.revealed", "customer", customer_id, customer_id=customer_id)
    return tuple(row[0] for row in found)


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
