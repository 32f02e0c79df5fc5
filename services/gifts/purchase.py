"""The gift that goes with a purchase: C customers, goods that are not special-price (seeds/002 五)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from models import database
from models.kinds import CustomerState, LineStatus, Occasion, StockKind
from services import journal, staff, stock
from services.errors import Refused
from services.formats import money
from services.gifts import new_line
from services.gifts.decide import line_of
from services.gifts.issue import daily_limit
from services.gifts.proposal import plan_for
from services.gifts.rows import LineRow
from services.rights import Right, require
from services.rules import gifts as rules
from services.rules.gift_reasons import reason_text
from services.shop import Shop
from services.stock import GiftItem


@dataclass(frozen=True)
class GiftDue:
    """A ticket whose purchase gift has not been given."""

    ticket_id: int
    day: date


def purchase_gifts_due(shop: Shop, customer_id: int) -> list[GiftDue]:
    """The customer's tickets of the last days that a gift belongs to and that have none yet, newest first."""
    since = shop.today() - timedelta(days=shop.policy.gifts.uncollected_days)
    sql = (
        "SELECT t.id, t.day FROM ticket t WHERE t.customer_id = ? AND t.day >= ? AND t.gift_due = 1 AND t.counts = 1"
        " AND NOT EXISTS (SELECT 1 FROM plan_line l WHERE l.customer_id = t.customer_id AND l.ticket_id = t.id"
        " AND l.live = 1) ORDER BY t.day DESC, t.id DESC"
    )
    found = []
    for ticket_id, day in database.rows(sql, (customer_id, database.day_value(since))):
        when = database.as_day(day)
        assert when is not None
        found.append(GiftDue(ticket_id, when))
    return found


def purchase_gift_choices(shop: Shop) -> list[GiftItem]:
    """What may be handed over with a purchase: within the limit and not promised to others, the dearest first."""
    limits = rules.limits_for("C", Occasion.PURCHASE, False, shop.policy.gifts)
    if limits is None:
        return []
    most = limits.max_fen or 0
    fitting = [
        item
        for item in stock.catalogue(shop)
        if item.available > 0
        and item.cost <= most
        and not item.face_value
        and not rules.is_booklet(item.facts(), shop.policy.gifts.b_festival_class)
    ]
    return sorted(fitting, key=lambda item: (-item.cost, item.name))


@dataclass(frozen=True)
class Override:
    """The owner at the counter lets one more through: who, with their PIN, and why."""

    owner: str
    pin: str
    reason: str


def purchase_gift(
    shop: Shop, ticket_id: int, customer_id: int, gift_id: int, over: Override | None = None
) -> LineRow:
    """Hands a gift out with a ticket: no plan needed, but a daily number and cost per person. One gift a ticket.

    `over` lets one beyond the limit through. Returns the line, already issued. Refused with the reason otherwise;
    beyond the limit with the field `limit`.
    """
    require(shop, Right.ISSUE_GIFT)
    allowed = _allowed_by(shop, over) if over is not None else None
    with database.database.atomic():
        day = _check_ticket(ticket_id, customer_id)
        grade = _check_customer(customer_id)
        gift = stock.item(shop, gift_id)
        if over is None:
            _check_limits(shop, gift)
        limits = rules.limits_for(grade, Occasion.PURCHASE, False, shop.policy.gifts)
        if limits is None:
            raise Refused("现行客情标准没有随购买赠礼。", field="gift")
        rules.check_gifts(limits, [gift.facts()])
        if not gift.active or gift.available < 1:
            raise Refused("“{name}”没有可送的库存，请选别的礼品。", name=gift.name, field="gift")
        line_id = _insert(shop, ticket_id, customer_id, gift, day, grade, str(limits.handover))
        left = stock.move(shop, gift_id, StockKind.ISSUED, -1, line_id=line_id)
        body: dict[str, object] = {"gift": gift.name, "cost": gift.cost, "ticket": ticket_id, "stock": left}
        if over is not None:
            body.update(allowed_by=allowed, reason=over.reason)
        journal.note(shop, "gift.purchase_gift", "plan_line", line_id, customer_id=customer_id, body=body)
    return line_of(line_id)


def _allowed_by(shop: Shop, over: Override) -> str:
    """The owner's name, once their PIN is proven: their role counts, not that of who stands at the counter."""
    over_reason = " ".join(over.reason.split())
    if not over_reason:
        raise Refused("请写明放行的原因。", field="reason")
    owner = staff.sign_in(shop, over.owner, over.pin)
    require(owner, Right.APPROVE)
    assert owner.actor is not None
    return owner.actor.name


def _check_ticket(ticket_id: int, customer_id: int) -> date:
    tail = " FOR UPDATE" if database.is_postgres() else ""
    sql = f"SELECT customer_id, day, gift_due, counts FROM ticket WHERE id = ?{tail}"
    found = database.row(sql, (ticket_id,))
    if found is None or found[0] != customer_id:
        raise Refused("这位客户没有编号 {id} 的小票。", id=ticket_id, field="ticket")
    if not found[2] or not found[3]:
        raise Refused("这张小票没有随购买的赠礼：特价商品、已退货，或客户等级不在此列。", field="ticket")
    given = database.row(
        "SELECT l.id, g.name FROM plan_line l JOIN gift g ON g.id = l.gift_id"
        " WHERE l.customer_id = ? AND l.ticket_id = ? AND l.live = 1",
        (customer_id, ticket_id),
    )
    if given is not None:
        raise Refused("这张小票已经送过“{gift}”，每张小票一份。", gift=given[1], field="ticket")
    day = database.as_day(found[1])
    assert day is not None
    return day


def _check_customer(customer_id: int) -> str:
    found = database.row("SELECT grade, state FROM customer WHERE id = ?", (customer_id,))
    if found is None or found[1] in (CustomerState.MERGED, CustomerState.ERASED):
        raise Refused("客户档案里没有这位客户。", field="customer")
    return str(found[0])


def _check_limits(shop: Shop, gift: GiftItem) -> None:
    """The person's pieces and cost of today (礼品的使用权限)."""
    most = daily_limit(shop)
    if most is None:
        return
    sql = (
        "SELECT COUNT(*), COALESCE(SUM(cost), 0) FROM plan_line"
        " WHERE occasion = ? AND issued_by_id = ? AND issued_on = ? AND live = 1"
        " AND status IN ('issued', 'checked') AND due >= ?"
    )
    today = shop.today()
    since = today - timedelta(days=shop.policy.gifts.uncollected_days)
    values = (Occasion.PURCHASE.value, shop.who, database.day_value(today), database.day_value(since))
    pieces, cost = database.row(sql, values) or (0, 0)
    if pieces >= most[0]:
        raise Refused(
            "今天您已经送出 {n} 份随购礼品，到了每天的限额。请店长发放，或请店主放行。",
            n=most[0],
            field="limit",
        )
    if cost + gift.cost > most[1]:
        raise Refused(
            "今天您送出的随购礼品已值 {spent}，加上这一件会超过每天的 {limit}。请店长发放，或请店主放行。",
            spent=money(int(cost)),
            limit=money(most[1]),
            field="limit",
        )


def _insert(
    shop: Shop, ticket_id: int, customer_id: int, gift: GiftItem, day: date, grade: str, handover: str
) -> int:
    return new_line.write(
        plan_id=plan_for(shop, f"{day:%Y-%m}"),
        customer_id=customer_id,
        occasion=Occasion.PURCHASE.value,
        day=day,
        gift_id=gift.id,
        part=new_line.parts_there(customer_id, Occasion.PURCHASE.value, day) + 1,
        cost=gift.cost,
        grade=grade,
        handover=handover,
        status=LineStatus.ISSUED,
        reason=reason_text(rule="purchase"),
        issued_by_id=shop.who,
        issued_at=database.moment_value(shop.clock.now()),
        issued_on=database.day_value(shop.today()),
        signed="paper",
        ticket_id=ticket_id,
    )
