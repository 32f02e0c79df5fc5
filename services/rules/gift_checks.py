"""The owner's checks as pure rules: what a stock is worth, whose yes a loss needs, who is asked, what is odd (spec 03)."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from models.kinds import StockKind

# ---- what the stock is worth


@dataclass(frozen=True, slots=True)
class Delivered:
    """One move for the valuation; `unit_cost` in fen, None where nobody noted it."""

    kind: StockKind
    quantity: int
    unit_cost: int | None


def worth(moves: Iterable[Delivered], catalogue_cost: int) -> tuple[int, int]:
    """(pieces, value in fen) after these moves in their order, at the moving weighted average (移动加权平均).

    What comes in from a supplier counts at its own cost; what goes out, comes back or is found leaves and enters at
    the average of that moment. The value of the last piece is all that is left, so nothing is lost to rounding.
    """
    pieces, value, last = 0, 0, catalogue_cost
    for one in moves:
        cost = catalogue_cost if one.unit_cost is None else one.unit_cost
        if one.kind is StockKind.RECEIVED:
            value += one.quantity * cost
        elif one.quantity > 0:
            value += _share(one.quantity * value, pieces) if pieces else one.quantity * last
        elif pieces:
            value -= _share(-one.quantity * value, pieces)
        pieces += one.quantity
        value = max(value, 0) if pieces > 0 else 0
        if pieces > 0:
            last = _share(value, pieces)
    return pieces, value


def _share(amount: int, parts: int) -> int:
    """`amount` / `parts` rounded half up, in whole numbers: floats lose fen above 2^53."""
    return (2 * amount + parts) // (2 * parts)


def to_buy(available: int, level: int, percent: int) -> int:
    """Pieces to buy so that a gift below its reorder level has `percent` % of it again; 0 where it needs none."""
    if level <= 0 or available >= level:
        return 0
    return max(-(-level * percent // 100), level) - available


def needs_owner(value: int, before: int, limit: int) -> bool:
    """Whether a loss of `value` fen waits for the owner, when the same person lost `before` this month unasked."""
    return value > 0 and value + before > limit


# ---- the monthly sample


def seed_of(secret: str, month: str, chain_hash: str) -> str:
    """The sample's seed: from the shop's secret and the journal as it stood at the month's end, so nobody chooses it."""
    return hmac.new(secret.encode(), f"sample:{month}:{chain_hash}".encode(), hashlib.sha256).hexdigest()


def sample_size(population: int, percent: int, at_least: int) -> int:
    """How many of `population` are asked about: the percentage rounded up, at least so many, never more than all."""
    return min(population, max(-(-population * percent // 100), at_least))


def drawn(ids: Iterable[int], seed: str, number: int) -> list[int]:
    """`number` of the ids, in the order in which they are called: each is as likely as any other, and the same seed
    and ids give the same list."""
    key = bytes.fromhex(seed)

    def lot(one: int) -> bytes:
        return hmac.new(key, str(one).encode(), hashlib.sha256).digest()

    return sorted(ids, key=lot)[:number]


# ---- signals


@dataclass(frozen=True, slots=True)
class IssuedGift:
    """One gift that left the shop, as the signals see it. `at` is the moment by the shop's clock."""

    line: int
    customer: int
    occasion: str
    due: date
    day: date
    cost: int
    issuer: int
    submitter: int | None = None
    decider: int | None = None
    single: bool = False
    ticket: int | None = None
    at: datetime | None = None
    phones: tuple[str, ...] = ()
    moved: bool = True
    """Exactly one piece left the stock for it"""


@dataclass(frozen=True, slots=True)
class Loss:
    """A piece broken or counted off: `value` in fen without its sign; `confirmed` by the owner."""

    id: int
    gift: int
    kind: StockKind
    quantity: int
    value: int
    person: int
    day: date
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: the lines (or moves) behind it, and the facts for its sentence."""

    kind: str
    lines: tuple[int, ...] = ()
    moves: tuple[int, ...] = ()
    person: int | None = None
    phone: str = ""
    number: int = 0
    other: int = 0
    value: int = 0


def unapproved(gifts: Iterable[IssuedGift]) -> list[Found]:
    """Issued without anybody's approval, approved by the one who submitted it, or without a move of the stock."""
    found = []
    for one in gifts:
        purchase = one.occasion == "purchase"
        if not purchase and one.decider is None:
            found.append(Found("unapproved", (one.line,), person=one.issuer))
        elif not purchase and one.decider == one.submitter and not one.single:
            found.append(Found("own_approval", (one.line,), person=one.decider))
        if not one.moved:
            found.append(Found("no_move", (one.line,), person=one.issuer))
    return found


def alone_approved(gifts: Iterable[IssuedGift]) -> list[Found]:
    """Lines with the mark 单人审批: allowed in a shop with one person above clerk, and named every month."""
    lines = tuple(one.line for one in gifts if one.single)
    return [Found("single", lines, number=len(lines))] if lines else []


def twice(gifts: Iterable[IssuedGift], month_of_interest: Callable[[IssuedGift], bool]) -> list[Found]:
    """The same customer twice for one occasion of one year: two days of it, where each year has one.

    Parts of one gift share their day. Purchase gifts, the owner's choice, seasons and remembered days come more often.
    """
    by: dict[tuple[int, str], list[IssuedGift]] = defaultdict(list)
    for one in gifts:
        if one.occasion not in MANY_A_YEAR:
            by[one.customer, one.occasion].append(one)
    found = []
    for same in by.values():
        same.sort(key=lambda one: (one.due, one.line))
        for place, later in enumerate(same):
            if not month_of_interest(later):
                continue
            near = [one for one in same[:place] if 0 < (later.due - one.due).days < SAME_OCCASION_DAYS]
            if near and not any(one.due == later.due for one in same[:place]):
                found.append(Found("twice", (near[-1].line, later.line)))
    return found


MANY_A_YEAR = frozenset({"purchase", "owner_choice", "season", "remembered_day"})
SAME_OCCASION_DAYS = 300
"""Two days of one yearly occasion lie at least 353 days apart (a lunar year); nearer ones are the same one twice."""


def staff_phones(gifts: Iterable[IssuedGift], staff: Mapping[str, int]) -> list[Found]:
    """Handed to a customer whose phone belongs to somebody of the staff (`staff`: phone → person)."""
    by: dict[str, list[int]] = defaultdict(list)
    for one in gifts:
        for phone in one.phones:
            if phone in staff:
                by[phone].append(one.line)
    return [
        Found("staff_phone", tuple(lines), person=staff[phone], phone=phone, number=len(lines))
        for phone, lines in sorted(by.items())
    ]


def same_phone(
    gifts: Iterable[IssuedGift], days: int, month_of_interest: Callable[[IssuedGift], bool]
) -> list[Found]:
    """One phone twice within `days` days: two customers of one phone, or two purchase gifts of it.

    Festival and birthday of one customer may well fall into one week; that is no sign of anything.
    """
    by: dict[str, list[IssuedGift]] = defaultdict(list)
    for one in gifts:
        for phone in set(one.phones):
            by[phone].append(one)
    found: list[Found] = []
    told: set[frozenset[int]] = set()
    for phone, some in sorted(by.items()):
        some.sort(key=lambda one: (one.day, one.line))
        for place, later in enumerate(some):
            if not month_of_interest(later):
                continue
            near = [
                one
                for one in some[:place]
                if (later.day - one.day).days < days
                and (
                    one.customer != later.customer
                    or (one.occasion == later.occasion == "purchase" and one.ticket != later.ticket)
                )
            ]
            if near and (lines := frozenset((near[-1].line, later.line))) not in told:
                told.add(lines)
                gap = (later.day - near[-1].day).days
                found.append(Found("same_phone", (near[-1].line, later.line), phone=phone, number=gap))
    return found


def many_purchase_gifts(
    given: Mapping[int, Sequence[int]], own_before: Mapping[int, float], percent: int, at_least: int
) -> list[Found]:
    """Persons with unusually many purchase gifts: above `percent` % of the others' mean; alone: of their own before."""
    found = []
    for person, lines in sorted(given.items()):
        others = [len(some) for one, some in given.items() if one != person]
        usual = sum(others) / len(others) if others else own_before.get(person, 0.0)
        if len(lines) >= at_least and usual > 0 and len(lines) * 100 > percent * usual:
            found.append(
                Found("many_purchase", tuple(lines), person=person, number=len(lines), other=round(usual))
            )
    return found


def out_of_hours(gifts: Iterable[IssuedGift], opens: time, closes: time) -> list[Found]:
    """Handed over outside the opening hours, or on another day than the clock's."""
    late: dict[int, list[int]] = defaultdict(list)
    dated: dict[int, list[int]] = defaultdict(list)
    for one in gifts:
        if one.at is None:
            continue
        if not opens <= one.at.time() <= closes:
            late[one.issuer].append(one.line)
        if one.at.date() != one.day:
            dated[one.issuer].append(one.line)
    found = [
        Found("hours", tuple(lines), person=who, number=len(lines)) for who, lines in sorted(late.items())
    ]
    found += [
        Found("dated", tuple(lines), person=who, number=len(lines)) for who, lines in sorted(dated.items())
    ]
    return found


def split_gifts(gifts: Iterable[IssuedGift], limit: int) -> list[Found]:
    """Cut up under the limit: one person submitted and issued to one customer on one day, each gift below the value
    where somebody else has to hand it over, together not."""
    by: dict[tuple[int, int, date], list[IssuedGift]] = defaultdict(list)
    for one in gifts:
        if one.issuer == one.submitter:
            by[one.issuer, one.customer, one.day].append(one)
    found = []
    for (person, _customer, _day), some in sorted(by.items()):
        occasions = {(one.occasion, one.due) for one in some}
        value = sum(one.cost for one in some)
        if len(occasions) > 1 and value >= limit:
            found.append(Found("split", tuple(one.line for one in some), person=person, value=value))
    return found


def small_losses(losses: Iterable[Loss], number: int) -> list[Found]:
    """One person with many losses a month that nobody had to confirm."""
    by: dict[int, list[Loss]] = defaultdict(list)
    for one in losses:
        if one.kind is StockKind.BROKEN and not one.confirmed:
            by[one.person].append(one)
    return [
        Found(
            "small_losses",
            moves=tuple(one.id for one in some),
            person=person,
            number=len(some),
            value=sum(one.value for one in some),
        )
        for person, some in sorted(by.items())
        if len(some) >= number
    ]


def below_book(losses: Iterable[Loss]) -> list[Found]:
    """Counted below book: one signal a gift."""
    by: dict[int, list[Loss]] = defaultdict(list)
    for one in losses:
        if one.kind is StockKind.COUNTED and one.quantity < 0:
            by[one.gift].append(one)
    return [
        Found(
            "below_book",
            moves=tuple(one.id for one in some),
            number=-sum(one.quantity for one in some),
            value=sum(one.value for one in some),
        )
        for _gift, some in sorted(by.items())
    ]


# ---- what came after


def per_head(paid: int, heads: int) -> int | None:
    """fen a head, None without heads."""
    return _share(paid, heads) if heads else None


def mixed(per_grade: Mapping[str, tuple[int, int]], mix: Mapping[str, int]) -> int | None:
    """fen a head of those without a gift, as if they were spread over the grades like `mix`; None where a grade of the
    mix has nobody to compare with. `per_grade`: (heads, fen paid)."""
    total = sum(mix.values())
    if not total or any(number and not per_grade.get(grade, (0, 0))[0] for grade, number in mix.items()):
        return None
    return round(
        sum(number * per_grade[grade][1] / per_grade[grade][0] for grade, number in mix.items() if number)
        / total
    )


def month_before(day: date) -> str:
    """The last month that is over on `day`, as `YYYY-MM`: the one to check."""
    year, month = divmod(day.year * 12 + day.month - 2, 12)
    return f"{year}-{month + 1:02d}"
