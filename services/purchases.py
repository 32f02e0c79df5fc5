"""The till: buying. One act is one transaction with its points, totals, grade and journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from peewee import IntegrityError

from models import database
from models.kinds import CustomerState, Grade, PointKind
from services import grades, journal, points, schedule_upkeep, search_index, standing
from services.errors import Refused
from services.rights import Right, require
from services.rules import points as point_rules
from services.rules import pricing
from services.rules.customer_data import clean, half_width
from services.rules.vouchers import Payable
from services.shop import Shop

if TYPE_CHECKING:
    from services.vouchers.use import Use

ITEM_MAX = 40
SIZE_MAX = 20
LINES_MAX = 200
_LINE_SQL = (
    "INSERT INTO purchase (ticket_id, customer_id, day, item_no, size, quantity, list_price, paid, special_price,"
    " returns_id, note, row_key, voucher) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True)
class LineIn:
    """One line as it is typed at the till. `price_fen`: list price a piece, or the special price."""

    item_no: str
    price_fen: int
    quantity: int = 1
    size: str = ""
    special: bool = False


@dataclass(frozen=True)
class TicketLine:
    item_no: str
    size: str
    quantity: int
    list_price: int
    paid: int
    """Without what vouchers pay."""
    special: bool
    voucher: int = 0
    """What vouchers pay."""


@dataclass(frozen=True)
class Preview:
    """What the till shows while the lines are typed. Amounts in fen."""

    to_pay: int
    """After discount and vouchers."""
    saved: int
    """By the grade's discount."""
    points: int
    gift_due: bool
    grade: str
    percent_off: int
    lines: tuple[TicketLine, ...]
    vouchers: tuple[Use, ...] = ()

    @property
    def by_vouchers(self) -> int:
        """What the vouchers pay together."""
        return sum(use.applied for use in self.vouchers)


@dataclass(frozen=True)
class TicketResult:
    """A booked ticket. Amounts in fen."""

    ticket_id: int
    customer_id: int
    to_pay: int
    points: int
    gift_due: bool
    grade_before: str
    grade_after: str
    came_back: bool
    """A lost customer is on file again."""
    repeated: bool = False
    """The same act was booked before under this key; nothing was written now."""
    by_vouchers: int = 0
    """What vouchers paid beside."""


def preview(shop: Shop, customer_id: int, lines: Sequence[LineIn], vouchers: Sequence[str] = ()) -> Preview:
    """Discount, vouchers, amount to pay, points and gift of a ticket that is not booked yet. Raises Refused.

    A voucher that cannot be used here pays nothing and says why (`Use.no`).
    """
    require(shop, Right.SELL)
    person = standing.person(customer_id, hold=False)
    priced = _priced(shop, _served_as(person), _checked(shop, lines))
    return _with_vouchers(shop, customer_id, priced, vouchers, shop.today()) if vouchers else priced


def buy(
    shop: Shop,
    customer_id: int,
    lines: Sequence[LineIn],
    *,
    key: str | None = None,
    day: date | None = None,
    number: str = "",
    vouchers: Sequence[str] = (),
) -> TicketResult:
    """Books one ticket. `key` is made by the caller before the first try: trying again books nothing twice.

    Raises Refused for a future day, an unknown customer, lines that make no sense, or a voucher that cannot be used;
    then nothing is written.
    """
    require(shop, Right.SELL)
    checked = _checked(shop, lines)
    day = standing.checked_day(shop, day)
    try:
        return _book(shop, customer_id, checked, day, key, number, vouchers)
    except IntegrityError:
        # PostgreSQL: another till booked the same act between our look and our write.
        if key and (known := _booked(customer_id, key)):
            return known
        raise


def _book(
    shop: Shop,
    customer_id: int,
    checked: Sequence[LineIn],
    day: date,
    key: str | None,
    number: str,
    vouchers: Sequence[str],
) -> TicketResult:
    with database.database.atomic():
        if key and (known := _booked(customer_id, key)):
            return known
        person = standing.person(customer_id)
        priced = _priced(shop, _served_as(person), checked)
        if vouchers:
            priced = _with_vouchers(shop, customer_id, priced, vouchers, day, hold=True)
        ticket = _write_ticket(shop, customer_id, day, priced, key, clean(number)[:ITEM_MAX])
        if priced.vouchers:
            _spend_vouchers(shop, priced.vouchers, ticket)
        _add_to_totals(customer_id, person, priced, day)
        schedule_upkeep.restarted(shop.today(), customer_id)
        verdict = grades.regrade_one(shop, customer_id)
        seen = max(day, database.as_day(person[3]) or day)
        search_index.moved(customer_id, standing.place(person), search_index.place(verdict.state, seen))
        body: dict[str, Any] = {
            "paid": priced.to_pay,
            "points": priced.points,
            "lines": [
                [line.item_no, line.size, line.quantity, line.list_price, line.paid, int(line.special)]
                for line in priced.lines
            ],
        }
        if priced.vouchers:
            body["vouchers"] = [[use.number, use.applied] for use in priced.vouchers]
        journal.note(shop, "ticket.booked", "ticket", ticket, customer_id=customer_id, body=body)
    return TicketResult(
        ticket,
        customer_id,
        priced.to_pay,
        priced.points,
        priced.gift_due,
        person[0],
        verdict.grade.value,
        person[1] == CustomerState.LOST and verdict.state is CustomerState.ACTIVE,
        by_vouchers=priced.by_vouchers,
    )


def _served_as(person: Sequence[Any]) -> str:
    """The grade that counts at the till: a lost customer is served as C by the ticket that brings them back."""
    return Grade.C.value if person[1] == CustomerState.LOST else str(person[0])


def _checked(shop: Shop, lines: Sequence[LineIn]) -> list[LineIn]:
    """The lines, cleaned. Refused with the line's number and field."""
    if not lines:
        raise Refused("小票上还没有商品：请至少填一行货号和价格。", field="item_no")
    if len(lines) > LINES_MAX:
        raise Refused("一张小票最多{most}行。", most=LINES_MAX, field="item_no")
    bounds = shop.policy.customers
    found = []
    for place, line in enumerate(lines, 1):
        item = half_width(clean(line.item_no))
        if not item or len(item) > ITEM_MAX:
            raise Refused(
                "第{n}行的货号不对：要填，最多{most}个字。", n=place, most=ITEM_MAX, field="item_no"
            )
        if not 1 <= line.quantity <= bounds.max_quantity:
            raise Refused(
                "第{n}行的数量是{value}：要在1到{most}之间；退货请用“退货”。",
                n=place,
                value=line.quantity,
                most=bounds.max_quantity,
                field="quantity",
            )
        if not 0 < line.price_fen <= bounds.max_amount_fen // line.quantity:
            raise Refused(
                "第{n}行的价格是{value}元：要大于0，一行不超过{most}元，请核对小数点。",
                n=place,
                value=f"{line.price_fen / 100:.2f}",
                most=bounds.max_amount_fen // 100,
                field="price",
            )
        size = half_width(clean(line.size)).upper()
        if len(size) > SIZE_MAX:
            raise Refused("第{n}行的尺码太长：最多{most}个字。", n=place, most=SIZE_MAX, field="size")
        found.append(LineIn(item, line.price_fen, line.quantity, size, line.special))
    return found


def _priced(shop: Shop, grade: str, lines: Sequence[LineIn]) -> Preview:
    policy = shop.policy
    percent = policy.grades.discount_percent(grade)
    priced = [pricing.Priced(line.price_fen, line.quantity, line.special) for line in lines]
    paid = pricing.to_pay(priced, percent)
    special = sum(part for part, line in zip(paid, lines, strict=True) if line.special)
    total = sum(paid)
    return Preview(
        total,
        sum(line.gross for line in priced) - total,
        point_rules.for_ticket(total - special, special, grade, policy.points),
        pricing.gift_due(priced, grade, policy.gifts.c_gift_with_purchase),
        grade,
        percent,
        tuple(
            TicketLine(line.item_no, line.size, line.quantity, line.price_fen, part, line.special)
            for line, part in zip(lines, paid, strict=True)
        ),
    )


def _with_vouchers(
    shop: Shop, customer_id: int, priced: Preview, numbers: Sequence[str], day: date, *, hold: bool = False
) -> Preview:
    """The same ticket when these vouchers pay part of it: points are for what is paid beside them.

    `hold`: for booking: a voucher that cannot be used is refused.
    """
    from services.vouchers import use

    payable = [Payable(line.paid, line.special) for line in priced.lines]
    uses = use.look(shop, numbers, customer_id, payable, day, hold=hold)
    for one in uses if hold else ():
        if one.no is not None:
            raise one.no
    parts = [sum(part) for part in zip(*(one.parts for one in uses if one.parts), strict=True)]
    lines = tuple(
        replace(line, paid=line.paid - part, voucher=part)
        for line, part in zip(priced.lines, parts or [0] * len(payable), strict=True)
    )
    total = sum(line.paid for line in lines)
    special = sum(line.paid for line in lines if line.special)
    earned = point_rules.for_ticket(total - special, special, priced.grade, shop.policy.points)
    return replace(priced, to_pay=total, points=earned, lines=lines, vouchers=tuple(uses))


def _spend_vouchers(shop: Shop, uses: Sequence[Use], ticket: int) -> None:
    from services.vouchers import use

    use.redeem(shop, uses, ticket)


def _write_ticket(
    shop: Shop, customer_id: int, day: date, priced: Preview, key: str | None, number: str
) -> int:
    ticket = database.insert(
        "ticket",
        customer_id=customer_id,
        day=day,
        number=number,
        user_id=shop.who,
        paid=priced.to_pay,
        points=priced.points,
        grade=priced.grade,
        gift_due=int(priced.gift_due),
        counts=1,
        key=key,
        import_run_id=None,
        created_at=shop.clock.now(),
    )
    database.execute_many(
        _LINE_SQL,
        [
            (ticket, customer_id, day, line.item_no, line.size, line.quantity, line.list_price, line.paid)
            + (int(line.special), None, "", None, line.voucher)
            for line in priced.lines
        ],
    )
    if priced.points:
        points.enter(shop, customer_id, PointKind.EARNED, priced.points, day, ticket=ticket)
    return ticket


def _add_to_totals(customer_id: int, person: Sequence[Any], priced: Preview, day: date) -> None:
    first = database.as_day(person[5])
    size = next((line.size for line in reversed(priced.lines) if line.size), "")
    latest = standing.later(person[6], day) == day
    database.execute(
        "UPDATE customer SET points_earned = points_earned + ?, points_balance = points_balance + ?,"
        " tickets = tickets + 1, paid_total = paid_total + ?, first_purchase = ?, last_purchase = ?, last_visit = ?,"
        " last_contact = ?, size = CASE WHEN ? = '' THEN size ELSE ? END, version = version + 1 WHERE id = ?",
        (
            priced.points,
            priced.points,
            priced.to_pay,
            min(first, day) if first else day,
            standing.later(person[6], day),
            standing.later(person[3], day),
            standing.later(person[7], day),
            size if latest else "",
            size,
            customer_id,
        ),
    )


def _booked(customer_id: int, key: str) -> TicketResult | None:
    """The ticket that this key booked before, if it did."""
    found = database.row(
        "SELECT t.id, t.customer_id, t.paid, t.points, t.gift_due, t.grade, c.grade FROM ticket t"
        " JOIN customer c ON c.id = t.customer_id WHERE t.key = ?",
        (key,),
    )
    if found is None:
        return None
    if found[1] != customer_id:
        raise Refused("这一单已经登记在另一位客户名下，没有重复登记。", field="key")
    return TicketResult(
        found[0], found[1], found[2], found[3], bool(found[4]), found[5], found[6], False, True
    )
