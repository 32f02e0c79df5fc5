"""The customer file: register, change, consent, notes, days to remember, grade by hand, special customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models import database
from models.kinds import Channel, CustomerState, Grade, Sex
from services import consents, contact_assignment, grades, journal, pinyin, search_index
from services.customer_fields import FIELD_WORDS, FIELDS, Number, columns, snapshot, write_numbers
from services.customer_notes import on_file_still
from services.errors import Refused
from services.rights import Right, require
from services.rules import customer_data as data
from services.rules.birthdays import Birthday
from services.shop import Shop
from services.words import N_, _


@dataclass(frozen=True)
class NewCustomer:
    """What is asked at the counter. Only name and phone are needed."""

    name: str
    phone: str = ""
    foreign: bool = False
    card_no: str = ""
    consent: tuple[Channel, ...] | None = None
    """The channels agreed to; empty: asked, none for now (nothing is used); None: nobody asked (old papers)."""
    consent_way: str = ""
    consent_day: date | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of `services.customer_fields.FIELDS`."""


@dataclass(frozen=True)
class Likeness:
    """Somebody on file who may be the same person."""

    id: int
    card_no: str
    name: str
    by_phone: bool
    lost: bool = False
    by_card: bool = False


@dataclass(frozen=True)
class Registered:
    id: int
    card_no: str
    likely: tuple[Likeness, ...]


@dataclass(frozen=True)
class Clash:
    """One field that two people changed at once."""

    field: str
    original: Any
    theirs: Any
    mine: Any


class Conflict(Refused):
    """Somebody else changed the same fields meanwhile; nothing of mine was written."""

    def __init__(self, clashes: Sequence[Clash], version: int) -> None:
        names = _("、").join(_(FIELD_WORDS[clash.field]) for clash in clashes)
        super().__init__(
            N_("别人刚刚也改了：{fields}。请看一下现在的内容，再决定要不要改。"),
            fields=names,
            field=clashes[0].field,
        )
        self.clashes = tuple(clashes)
        self.version = version


@dataclass(frozen=True)
class Changed:
    """`before` holds the former values of what was changed: `change` with it is the undo."""

    version: int
    before: dict[str, Any]
    after: dict[str, Any]


def by_card(card_no: str) -> int:
    """The id behind a card number; the card of a merged record means the one it was merged into. Raises Refused."""
    typed = data.half_width(data.clean(card_no))
    found = database.rows(
        "SELECT id, merged_into_id FROM customer WHERE card_no IN (?, ?) AND state <> 'erased' ORDER BY card_no = ? DESC",
        (typed, typed.upper(), typed),
    )
    if not found:
        raise Refused(
            "没有卡号为“{card_no}”的客户。请用“查找”核对卡号。", card_no=typed[:40], field="card_no"
        )
    number, into = found[0]
    while into is not None:
        number = into
        into = database.value_of("SELECT merged_into_id FROM customer WHERE id = ?", (number,))
    return int(number)


def on_file(
    shop: Shop,
    phone: str,
    foreign: bool = False,
    name: str = "",
    birthday: Birthday | None = None,
    card: str = "",
) -> list[Likeness]:
    """Who has this number or card already, and who has this name and birthday: asked while a registration is typed.

    Lost customers are named too. A number that is not finished yet has nobody.
    """
    require(shop, Right.SEE)
    try:
        digits = data.phone(phone, foreign)
    except Refused:
        digits = ""
    found: dict[int, Likeness] = {}
    if digits:
        for row in database.rows(
            f"{_ALIKE} JOIN phone p ON p.customer_id = c.id WHERE p.number = ?{_SOME}", (digits,)
        ):
            found[row[0]] = Likeness(row[0], row[1], row[2], True, row[3] == CustomerState.LOST)
    if wanted := data.half_width(data.clean(card)).replace(" ", ""):
        for row in database.rows(f"{_ALIKE} WHERE c.card_no = ?{_SOME}", (wanted,)):
            found.setdefault(
                row[0], Likeness(row[0], row[1], row[2], False, row[3] == CustomerState.LOST, by_card=True)
            )
    who = " ".join(data.clean(name).split())
    if who and birthday is not None:
        same = (pinyin.sort_key(who), who, birthday.calendar.value, birthday.month, birthday.day)
        for row in database.rows(
            f"{_ALIKE} WHERE c.sort_key = ? AND c.name = ? AND c.birth_calendar = ? AND c.birth_month = ?"
            f" AND c.birth_day = ?{_SOME}",
            same,
        ):
            found.setdefault(row[0], Likeness(row[0], row[1], row[2], False, row[3] == CustomerState.LOST))
    return list(found.values())


_ALIKE = "SELECT DISTINCT c.id, c.card_no, c.name, c.state FROM customer c"
_SOME = " AND c.state IN ('active', 'lost') ORDER BY c.id LIMIT 5"


def register(shop: Shop, new: NewCustomer) -> Registered:
    """Puts a person on file, grade C until they buy. Raises Refused with the field that is wrong.

    A likely double (same phone, or same name and birthday) is named in the answer, not refused: a family may share
    a telephone.
    """
    require(shop, Right.REGISTER)
    name = data.name(new.name)
    numbers = [Number(data.phone(new.phone, new.foreign), new.foreign)] if data.clean(new.phone) else []
    values: dict[str, Any] = {}
    for what, value in new.more.items():
        values |= columns(shop, what, value)
    with database.database.atomic():
        card = _free_card(new.card_no)
        customer = database.insert("customer", **_blank(shop), **_named(name), card_no=card)
        if values:
            _set(customer, values)
        write_numbers(customer, numbers)
        resting: tuple[str, ...] = ()
        if new.consent is not None:
            resting = consents.begin(shop, customer, new.consent, new.consent_way, new.consent_day)
        search_index.refresh(customer)
        likely = _alike(customer, name, numbers)
        body = {"card_no": card, "name": name, "phones": [one.number for one in numbers]}
        if new.consent is not None:
            body["consent"], body["resting"] = list(map(str, new.consent)), list(resting)
        journal.note(shop, "customer.registered", "customer", customer, customer_id=customer, body=body)
    return Registered(customer, card, likely)


def change(
    shop: Shop,
    customer_id: int,
    changes: Mapping[str, Any],
    version: int | None = None,
    seen: Mapping[str, Any] | None = None,
) -> Changed:
    """Changes fields of one customer. Raises Refused for a wrong value, Conflict where somebody was faster.

    `version` and `seen` are what the editor had on screen. Fields that nobody else touched meanwhile are merged in;
    a field with two new values is told one by one and nothing is written.
    """
    require(shop, Right.REGISTER)
    for what in changes:
        if what not in FIELDS:
            raise Refused("没有“{field}”这个栏目。", field=what)
    with database.database.atomic():
        on_file_still(customer_id)
        before, stands = snapshot(customer_id, list(changes))
        if version is not None and version != stands:
            _refuse_clashes(before, changes, seen or {}, stands)
        values: dict[str, Any] = {}
        for what, value in changes.items():
            if what == "phones":
                continue
            values |= columns(shop, what, value, customer_id)
        if "card_no" in values:
            _unused_card(values["card_no"], customer_id)
        if "name" in values:
            values["sort_key"] = pinyin.sort_key(values["name"])
        if "phones" in changes:
            write_numbers(customer_id, _numbers(changes["phones"]))
            values["phone_doubtful"] = 0
        _set(customer_id, values | {"verified_on": shop.today()})
        if "name" in values or "phones" in changes:
            search_index.refresh(customer_id)
        after, stands = snapshot(customer_id, list(changes))
        changed = {what for what in changes if before[what] != after[what]}
        body = {"before": {k: before[k] for k in changed}, "after": {k: after[k] for k in changed}}
        if changed:
            journal.note(
                shop, "customer.changed", "customer", customer_id, customer_id=customer_id, body=body
            )
        if "birthday" in changed:
            _greet_anew(shop, customer_id)
        if "clerk" in changed:
            contact_assignment.follow([(customer_id, before["clerk"], after["clerk"])])
    return Changed(stands, {k: before[k] for k in changed}, {k: after[k] for k in changed})


def _greet_anew(shop: Shop, customer_id: int) -> None:
    """What was planned for the old birthday goes."""
    from services import schedule_days

    schedule_days.corrected(shop, customer_id)


def name_special(shop: Shop, customer_id: int, special: bool, reason: str) -> str:
    """The owner names a special customer (base grade A), or takes it back. Returns the new grade."""
    require(shop, Right.NAME_SPECIAL)
    reason = data.short(reason, "reason")
    if special and not reason:
        raise Refused("指定特殊客户要写明原因。", field="reason")
    return _regraded(
        shop,
        customer_id,
        {"special": int(special), "special_reason": reason if special else ""},
        "customer.special",
        reason,
    )


def grade_by_hand(shop: Shop, customer_id: int, grade: Grade | None, reason: str) -> str:
    """The manager sets the base grade by hand, or lets the rules decide again (None). Returns the new grade."""
    require(shop, Right.GRADE_BY_HAND)
    reason = data.short(reason, "reason")
    if not reason:
        raise Refused("手工定级要写明原因。", field="reason")
    values = {"hand_grade": grade.value if grade else None, "hand_reason": reason if grade else ""}
    return _regraded(shop, customer_id, values, "customer.graded_by_hand", reason)


def _blank(shop: Shop) -> dict[str, Any]:
    """Every column of a customer of whom nothing is known yet."""
    return {
        "sex": Sex.UNKNOWN.value,
        "state": CustomerState.ACTIVE.value,
        "grade": Grade.C.value,
        "base_grade": Grade.C.value,
        "grade_rule": "prospect",
        "hand_reason": "",
        "special": 0,
        "special_reason": "",
        "birth_leap": 0,
        **dict.fromkeys(("size", "colours", "styles", "looks", "postcode", "address"), ""),
        **dict.fromkeys(
            ("preferred_channel", "preferred_time", "first_source", "hobbies", "note", "old_grade"), ""
        ),
        "group_id": _group_for(shop),
        "clerk_id": shop.who if shop.actor and shop.actor.group_id else None,
        "registered_on": shop.today(),
        "verified_on": shop.today(),
        "data_source": _("柜台登记"),
        "phone_doubtful": 0,
        **dict.fromkeys(("points_earned", "points_balance", "tickets", "paid_total"), 0),
        "version": 1,
    }


def _named(name: str) -> dict[str, Any]:
    return {"name": name, "sort_key": pinyin.sort_key(name)}


def _group_for(shop: Shop) -> int | None:
    """The group of whoever registers; else the smaller one."""
    if shop.actor and shop.actor.group_id:
        return shop.actor.group_id
    found = database.row(
        "SELECT g.id FROM staff_group g WHERE g.active = 1"
        " ORDER BY (SELECT COUNT(*) FROM customer c WHERE c.group_id = g.id), g.id LIMIT 1"
    )
    return int(found[0]) if found else None


def _free_card(wanted: str) -> str:
    if data.clean(wanted):
        card = data.card_no(wanted)
        _unused_card(card, 0)
        return card
    number = int(database.value_of("SELECT COALESCE(MAX(id), 0) FROM customer") or 0) + 1
    while database.row("SELECT 1 FROM customer WHERE card_no = ?", (f"K{number:05d}",)):
        number += 1
    return f"K{number:05d}"


def _unused_card(card_no: str, own: int) -> None:
    found = database.row("SELECT name FROM customer WHERE card_no = ? AND id <> ?", (card_no, own))
    if found:
        raise Refused(
            "卡号 {card_no} 已经是{name}的：请换一个卡号，或打开那位客户。",
            card_no=card_no,
            name=found[0],
            field="card_no",
        )


def _set(customer_id: int, values: Mapping[str, Any]) -> None:
    marks = ", ".join(f"{name} = ?" for name in values)
    database.execute(
        f"UPDATE customer SET {marks}, version = version + 1 WHERE id = ?", (*values.values(), customer_id)
    )


def _refuse_clashes(
    now: Mapping[str, Any], mine: Mapping[str, Any], seen: Mapping[str, Any], version: int
) -> None:
    clashes = [
        Clash(what, seen.get(what), now[what], value)
        for what, value in mine.items()
        if what not in seen or (now[what] != seen[what] and now[what] != value)
    ]
    if clashes:
        raise Conflict(clashes, version)


def _numbers(value: Any) -> list[Number]:
    """Phones as typed: `Number`s, pairs (text, foreign), or texts. Each once, in order."""
    found: dict[str, Number] = {}
    for one in value:
        text, foreign = (
            (one.number, one.foreign)
            if isinstance(one, Number)
            else (one if isinstance(one, tuple) else (one, False))
        )
        if data.clean(text):
            number = data.phone(text, bool(foreign))
            found.setdefault(number, Number(number, bool(foreign)))
    return list(found.values())


def _regraded(shop: Shop, customer_id: int, values: Mapping[str, Any], act: str, reason: str) -> str:
    with database.database.atomic():
        on_file_still(customer_id)
        _set(customer_id, values)
        verdict = grades.regrade_one(shop, customer_id)
        body = {**values, "reason": reason, "grade": verdict.grade.value}
        journal.note(shop, act, "customer", customer_id, customer_id=customer_id, body=body)
    return verdict.grade.value


def _alike(customer_id: int, name: str, numbers: Sequence[Number]) -> tuple[Likeness, ...]:
    """Others with the same number, or the same name and birthday."""
    found: dict[int, Likeness] = {}
    for one in numbers:
        for row in database.rows(
            "SELECT c.id, c.card_no, c.name FROM phone p JOIN customer c ON c.id = p.customer_id"
            " WHERE p.number = ? AND c.id <> ? AND c.state IN ('active', 'lost') ORDER BY c.id LIMIT 5",
            (one.number, customer_id),
        ):
            found.setdefault(row[0], Likeness(row[0], row[1], row[2], True))
    for row in database.rows(
        "SELECT o.id, o.card_no, o.name FROM customer c JOIN customer o ON o.sort_key = c.sort_key"
        " WHERE c.id = ? AND o.id <> c.id AND o.name = c.name AND o.state IN ('active', 'lost')"
        " AND c.birth_month IS NOT NULL AND o.birth_calendar = c.birth_calendar AND o.birth_month = c.birth_month"
        " AND o.birth_day = c.birth_day ORDER BY o.id LIMIT 5",
        (customer_id,),
    ):
        found.setdefault(row[0], Likeness(row[0], row[1], row[2], False))
    return tuple(found.values())
