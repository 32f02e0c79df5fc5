"""Everything about one customer for one screen, in few set-based queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import ContactState, CustomerState, Grade, Role
from services import contact_rhythm, formats, grade_history, grades
from services.contact_lists import NextContact, PastRow, history, next_for
from services.customer_due import Due, Facts, due_of
from services.customer_fields import Number, as_birthday, numbers_of
from services.customer_rows import (
    ConsentRow,
    DayRow,
    GiftRow,
    NoteRow,
    PurchaseRow,
    VisitRow,
    a_day,
    birthday_words,
    consents_of,
    days_of,
    gifts_of,
    in_days,
    months_of,
    notes_of,
    purchases_of,
    shown_likes,
    size_trend,
    visits_of,
)
from services.errors import Refused
from services.points import PointRow, ledger
from services.referrals import Referred, brought_by
from services.rights import Right, require
from services.rules.birthdays import Birthday
from services.rules.rhythm import Rhythm
from services.rules.sizes import SizeTrend
from services.shop import Shop


@dataclass(frozen=True)
class CustomerPage:
    """What the customer page shows. Money in fen."""

    id: int
    version: int
    card_no: str
    name: str
    pinyin: str
    sex: str
    state: str
    grade: str
    base_grade: str
    grade_rule: str
    reason: str
    percent_off: int
    special: bool
    special_reason: str
    hand_grade: str | None
    hand_reason: str
    phones: tuple[Number, ...]
    phones_shown: tuple[str, ...]
    """Masked for clerks until opened."""
    phone_doubtful: bool
    birthday: Birthday | None
    birthday_words: str
    birthday_in: int | None
    height_cm: int | None
    waist_cm: int | None
    size: str
    colours: str
    styles: str
    looks: str
    shown_likes: tuple[str, ...]
    """What the purchases show."""
    sizes: SizeTrend
    postcode: str
    address: str
    preferred_channel: str
    preferred_time: str
    preferred_every_days: int | None
    first_source: str
    referrer_id: int | None
    referrer: str
    referrer_card: str
    referral_thanked_on: date | None
    """When the introducer was thanked for bringing this customer."""
    referred: tuple[Referred, ...]
    """Whom this customer brought."""
    hobbies: str
    note: str
    old_grade: str
    group_id: int | None
    group: str
    clerk_id: int | None
    clerk: str
    registered_on: date
    verified_on: date | None
    data_source: str
    points_earned: int
    points_balance: int
    tickets: int
    paid_total: int
    last_visit: date | None
    last_purchase: date | None
    last_contact: PastRow | None
    next_contact: NextContact | None
    due: tuple[Due, ...]
    purchases: tuple[PurchaseRow, ...]
    visits: tuple[VisitRow, ...]
    gifts: tuple[GiftRow, ...]
    contacts: tuple[PastRow, ...]
    points: tuple[PointRow, ...]
    notes: tuple[NoteRow, ...]
    days: tuple[DayRow, ...]
    consents: tuple[ConsentRow, ...]
    opt_outs: frozenset[str]
    grades: tuple[grade_history.HistoryRow, ...]
    months: tuple[tuple[date, int], ...]
    """The first day of each of the last twelve months, and what was paid in it; oldest first."""
    rhythm: Rhythm | None = None
    """Where the customer stands in the cycle of contacts"""

    @property
    def on_file(self) -> bool:
        return self.state == CustomerState.ACTIVE

    @property
    def display_grade(self) -> str:
        """A, B, C or lost."""
        return "lost" if self.state == CustomerState.LOST else self.grade


_SQL = (
    "SELECT c.id, c.version, c.card_no, c.name, c.sort_key, c.sex, c.state, c.grade, c.base_grade, c.grade_rule,"
    " c.special, c.special_reason, c.hand_grade, c.hand_reason, c.phone_doubtful, c.birth_calendar, c.birth_month,"
    " c.birth_day, c.birth_leap, c.birth_year, c.height_cm, c.waist_cm, c.size, c.colours, c.styles, c.looks,"
    " c.postcode, c.address, c.preferred_channel, c.preferred_time, c.preferred_every_days, c.first_source,"
    " c.referred_by_id, r.name AS referrer, r.card_no AS referrer_card, c.referral_thanked_on,"
    " c.hobbies, c.note, c.old_grade, c.group_id, g.name AS group_name,"
    " c.clerk_id, u.name AS clerk, c.registered_on, c.verified_on, c.data_source, c.points_earned, c.points_balance,"
    " c.tickets, c.paid_total, c.last_visit, c.last_purchase, c.last_contact AS touched_on,"
    " c.merged_into_id"
    " FROM customer c LEFT JOIN customer r ON r.id = c.referred_by_id LEFT JOIN staff_group g ON g.id = c.group_id"
    " LEFT JOIN staff_user u ON u.id = c.clerk_id WHERE c.id = ?"
)
_NAMES = [part.split(" AS ")[-1].split(".")[-1].strip() for part in _SQL[7 : _SQL.index(" FROM ")].split(",")]


def customer_page(shop: Shop, customer_id: int) -> CustomerPage:
    """The whole page. Raises Refused when the customer is not there any more."""
    require(shop, Right.SEE)
    found = database.row(_SQL, (customer_id,))
    if found is None:
        raise Refused("没有这位客户。")
    c = dict(zip(_NAMES, found, strict=True))
    if c["merged_into_id"]:
        return customer_page(shop, c["merged_into_id"])
    phones = numbers_of(customer_id)
    birthday = as_birthday([c[f"birth_{part}"] for part in ("calendar", "month", "day", "leap", "year")])
    purchases = purchases_of(customer_id)
    contacts = tuple(history(shop, customer_id, 100))
    gifts = gifts_of(customer_id)
    consents, refused = consents_of(customer_id)
    days = days_of(shop, customer_id)
    referred = brought_by(customer_id)
    facts = Facts(c, phones, birthday, purchases, gifts, consents, days, referred)
    clerk = shop.role is Role.CLERK
    return CustomerPage(
        id=customer_id,
        pinyin=c["sort_key"].upper(),
        reason=grades.explain(shop, customer_id),
        percent_off=_percent_off(shop, c),
        special=bool(c["special"]),
        phones=phones,
        phones_shown=tuple(formats.masked(one.number) if clerk else one.number for one in phones),
        phone_doubtful=bool(c["phone_doubtful"]),
        birthday=birthday,
        birthday_words=birthday_words(shop, birthday),
        birthday_in=in_days(shop, birthday),
        shown_likes=shown_likes(purchases),
        sizes=size_trend(purchases),
        referred=referred,
        last_contact=next((one for one in contacts if one.state is ContactState.DONE), None),
        next_contact=next_for([customer_id]).get(customer_id),
        due=due_of(shop, facts),
        purchases=purchases,
        visits=visits_of(customer_id),
        gifts=gifts,
        contacts=contacts,
        points=tuple(ledger(customer_id)),
        notes=notes_of(customer_id),
        days=days,
        consents=consents,
        opt_outs=refused,
        grades=tuple(grade_history.history(customer_id)),
        months=months_of(shop, customer_id),
        rhythm=_rhythm_of(shop, c),
        **_standing_of(c),
        **{name: c[name] for name in _AS_IS},
    )


def _percent_off(shop: Shop, c: dict[str, Any]) -> int:
    return shop.policy.grades.discount_percent(c["grade"]) if c["state"] == CustomerState.ACTIVE else 0


def _rhythm_of(shop: Shop, c: dict[str, Any]) -> Rhythm | None:
    """Nobody keeps touch by a rhythm with those who are lost."""
    if c["state"] != CustomerState.ACTIVE:
        return None
    since = a_day(c["touched_on"] or c["registered_on"])
    return contact_rhythm.of(shop, Grade(c["grade"]), since, c["preferred_every_days"])


def _standing_of(c: dict[str, Any]) -> dict[str, Any]:
    """Whose customer this is, who sent them, and the days of their record."""
    days = ("referral_thanked_on", "verified_on", "last_visit", "last_purchase")
    return {
        "referrer_id": c["referred_by_id"],
        "referrer": c["referrer"] or "",
        "referrer_card": c["referrer_card"] or "",
        "group": c["group_name"] or "",
        "clerk": c["clerk"] or "",
        "registered_on": a_day(c["registered_on"]),
        **{name: database.as_day(c[name]) for name in days},
    }


_AS_IS = (
    *("version", "card_no", "name", "sex", "state", "grade", "base_grade", "grade_rule", "special_reason"),
    *("hand_grade", "hand_reason", "height_cm", "waist_cm", "size", "colours", "styles", "looks", "postcode"),
    *(
        "address",
        "preferred_channel",
        "preferred_time",
        "preferred_every_days",
        "first_source",
        "hobbies",
        "note",
    ),
    *(
        "old_grade",
        "group_id",
        "clerk_id",
        "data_source",
        "points_earned",
        "points_balance",
        "tickets",
        "paid_total",
    ),
)
