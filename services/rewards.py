"""What points buy: gifts of the catalogue at their points price, and vouchers (spec 06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from peewee import IntegrityError

from models import database
from models.kinds import StockKind, VoucherState
from services import formats, journal, points, stock, vouchers
from services.errors import Refused
from services.rights import Right, require
from services.rules import vouchers as voucher_rules
from services.shop import Shop
from services.words import _

PRICE_MAX = 1_000_000


@dataclass(frozen=True)
class Reward:
    """A gift of the catalogue; `points` 0: not to be had for points."""

    id: int
    name: str
    gift_class: str
    points: int
    available: int
    """Pieces that are not promised to others."""
    cost: int
    """fen"""


@dataclass(frozen=True)
class Redeemed:
    """What points were spent on."""

    id: int
    customer_id: int
    day: date
    points: int
    what: str
    """The gift's name, or the voucher's number"""
    value: int
    """fen of the voucher; 0 for a gift"""
    balance: int
    undone: bool = False
    repeated: bool = False
    """The same act was booked before under this key; nothing was written now."""


def rewards(shop: Shop, *, all_gifts: bool = False) -> list[Reward]:
    """What may be had for points, the cheapest first; with `all_gifts` every gift, for setting prices."""
    require(shop, Right.SEE)
    prices = dict(database.rows("SELECT id, points_price FROM gift WHERE active = 1"))
    found = [
        Reward(item.id, item.name, item.gift_class, prices.get(item.id, 0), item.available, item.cost)
        for item in stock.catalogue(shop)
        if not item.face_value and (all_gifts or prices.get(item.id))
    ]
    return sorted(found, key=lambda one: (not one.points, one.points, one.name))


def set_price(shop: Shop, gift_id: int, price: int) -> int:
    """Says for how many points a gift may be had; 0: not at all. Returns the former price. Raises Refused."""
    require(shop, Right.STOCK)
    if not 0 <= price <= PRICE_MAX:
        raise Refused("兑换所需的积分要在0到{most}之间，0是不能兑换。", most=PRICE_MAX, field="points")
    with database.database.atomic():
        found = database.row("SELECT name, points_price, face_value FROM gift WHERE id = ?", (gift_id,))
        if found is None:
            raise Refused("礼品目录里没有编号 {id} 的礼品。", id=gift_id, field="gift")
        if found[2] and price:
            raise Refused(
                "“{name}”是礼金券：用积分换礼金券不用定价，按客情标准折算。", name=found[0], field="gift"
            )
        database.execute("UPDATE gift SET points_price = ? WHERE id = ?", (price, gift_id))
        body = {"gift": found[0], "before": found[1], "after": price}
        journal.note(shop, "points.price_set", "gift", gift_id, body=body)
    return int(found[1])


def redeem_gift(shop: Shop, customer_id: int, gift_id: int, *, key: str | None = None) -> Redeemed:
    """A gift for points: it leaves the stock in the same transaction. Raises Refused.

    `key` is made by the caller before the first try: trying again spends nothing twice.
    """
    require(shop, Right.SELL)
    try:
        return _redeem_gift(shop, customer_id, gift_id, key)
    except IntegrityError:
        # PostgreSQL: another counter booked the same act between our look and our write.
        if key and (known := _booked(customer_id, key)):
            return known
        raise


def _redeem_gift(shop: Shop, customer_id: int, gift_id: int, key: str | None) -> Redeemed:
    with database.database.atomic():
        if key and (known := _booked(customer_id, key)):
            return known
        item = stock.item(shop, gift_id)
        price = int(database.value_of("SELECT points_price FROM gift WHERE id = ?", (gift_id,)) or 0)
        if not price or not item.active:
            raise Refused("“{name}”不能用积分兑换。", name=item.name, field="gift")
        if item.available < 1:
            raise Refused("“{name}”没有货，或者都留给别的客户了。", name=item.name, field="gift")
        balance = points.spend(shop, customer_id, price, _("兑换{what}").format(what=item.name))
        left = stock.move(shop, gift_id, StockKind.ISSUED, -1, reason=_("积分兑换"))
        number = _write(shop, customer_id, price, key, gift_id=gift_id)
        body = {"points": -price, "balance": balance, "gift": item.name, "stock": left}
        journal.note(shop, "points.redeemed", "redemption", number, customer_id=customer_id, body=body)
    return Redeemed(number, customer_id, shop.today(), price, item.name, 0, balance)


def redeem_voucher(shop: Shop, customer_id: int, spent: int, *, key: str | None = None) -> Redeemed:
    """A voucher for points at the policy's rate. Raises Refused."""
    require(shop, Right.SELL)
    try:
        return _redeem_voucher(shop, customer_id, spent, key)
    except IntegrityError:
        if key and (known := _booked(customer_id, key)):
            return known
        raise


def _redeem_voucher(shop: Shop, customer_id: int, spent: int, key: str | None) -> Redeemed:
    policy = shop.policy.vouchers
    if spent <= 0 or spent % policy.points_step:
        raise Refused("积分换礼金券要是{step}的倍数。", step=policy.points_step, field="points")
    with database.database.atomic():
        if key and (known := _booked(customer_id, key)):
            return known
        value = voucher_rules.points_value(spent, policy.fen_per_point)
        reason = _("兑换{what}").format(what=_("{value}礼金券").format(value=formats.money(value)))
        balance = points.spend(shop, customer_id, spent, reason)
        voucher, name = vouchers.for_points(shop, customer_id, value, spent)
        number = _write(shop, customer_id, spent, key, voucher_id=voucher)
        body = {"points": -spent, "balance": balance, "voucher": name, "value": value}
        journal.note(shop, "points.redeemed", "redemption", number, customer_id=customer_id, body=body)
    return Redeemed(number, customer_id, shop.today(), spent, name, value, balance)


def undo(shop: Shop, redemption_id: int) -> Redeemed:
    """Takes back a redemption of today: points, stock and voucher are as before. Raises Refused."""
    require(shop, Right.SELL)
    with database.database.atomic():
        _hold_customer_of(redemption_id)
        found = database.row(
            "SELECT customer_id, day, points, gift_id, voucher_id, undone FROM redemption WHERE id = ?",
            (redemption_id,),
        )
        if found is None or found[5]:
            raise Refused("这次兑换已经撤销了。")
        customer, day = found[0], database.as_day(found[1])
        assert day is not None
        if day != shop.today():
            raise Refused("只能撤销今天的兑换；以前的请店长调整积分。")
        if found[3] is not None:
            stock.move(shop, found[3], StockKind.RETURNED, 1, reason=_("撤销积分兑换"))
            what, value = str(database.value_of("SELECT name FROM gift WHERE id = ?", (found[3],))), 0
        else:
            what, value = _void_bought(shop, found[4])
        balance = points.unspend(shop, customer, found[2], _("撤销兑换{what}").format(what=what))
        database.execute("UPDATE redemption SET undone = 1 WHERE id = ?", (redemption_id,))
        body = {"points": found[2], "balance": balance, "what": what}
        act = "points.redeeming_undone"
        journal.note(shop, act, "redemption", redemption_id, customer_id=customer, body=body)
    return Redeemed(redemption_id, customer, day, found[2], what, value, balance, undone=True)


def history(customer_id: int, limit: int = 200) -> list[Redeemed]:
    """What this customer spent points on, newest first; `balance` is not told here."""
    found = database.rows(
        "SELECT r.id, r.customer_id, r.day, r.points, COALESCE(g.name, v.number, ''), COALESCE(v.value, 0), r.undone"
        " FROM redemption r LEFT JOIN gift g ON g.id = r.gift_id LEFT JOIN voucher v ON v.id = r.voucher_id"
        " WHERE r.customer_id = ? ORDER BY r.day DESC, r.id DESC LIMIT ?",
        (customer_id, limit),
    )
    rows = []
    for number, customer, day, spent, what, value, undone in found:
        when = database.as_day(day)
        assert when is not None
        rows.append(Redeemed(number, customer, when, spent, what, int(value), 0, bool(undone)))
    return rows


def _hold_customer_of(redemption_id: int) -> None:
    """Always the customer first, then gift and voucher: two counters never wait for each other."""
    if database.is_postgres():
        sql = "SELECT c.id FROM customer c JOIN redemption r ON r.customer_id = c.id WHERE r.id = ? FOR UPDATE OF c"
        database.rows(sql, (redemption_id,))


def _void_bought(shop: Shop, voucher_id: int) -> tuple[str, int]:
    """The voucher goes back with its points. Refused once it was used."""
    tail = " FOR UPDATE" if database.is_postgres() else ""
    found = database.row(f"SELECT number, value, worth, state FROM voucher WHERE id = ?{tail}", (voucher_id,))
    assert found is not None
    if found[3] != VoucherState.ISSUED or found[2] != found[1]:
        raise Refused("礼金券{number}已经用过，不能撤销兑换。", number=voucher_rules.grouped(found[0]))
    vouchers.make_void(shop, voucher_id, found[2], _("撤销积分兑换"))
    return str(found[0]), int(found[1])


def _write(
    shop: Shop,
    customer_id: int,
    spent: int,
    key: str | None,
    *,
    gift_id: int | None = None,
    voucher_id: int | None = None,
) -> int:
    return database.insert(
        "redemption",
        customer_id=customer_id,
        day=database.day_value(shop.today()),
        points=spent,
        gift_id=gift_id,
        voucher_id=voucher_id,
        undone=0,
        key=key,
        user_id=shop.who,
        created_at=database.moment_value(shop.clock.now()),
    )


def _booked(customer_id: int, key: str) -> Redeemed | None:
    """The redemption that this key booked before, if it did."""
    found = database.row(
        "SELECT r.id, r.customer_id, r.day, r.points, COALESCE(g.name, v.number, ''), COALESCE(v.value, 0),"
        " c.points_balance, r.undone FROM redemption r JOIN customer c ON c.id = r.customer_id"
        " LEFT JOIN gift g ON g.id = r.gift_id LEFT JOIN voucher v ON v.id = r.voucher_id WHERE r.key = ?",
        (key,),
    )
    if found is None:
        return None
    day = database.as_day(found[2])
    assert day is not None
    if found[1] != customer_id:
        raise Refused("这一单已经登记在另一位客户名下，没有重复登记。", field="key")
    return Redeemed(
        found[0], found[1], day, found[3], found[4], int(found[5]), found[6], bool(found[7]), repeated=True
    )
