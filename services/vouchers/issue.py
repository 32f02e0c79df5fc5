"""New vouchers: by the manager, one or many; for a line of the gift plan; for points."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from models import database
from models.kinds import CustomerState, VoucherKind, VoucherMoveKind, VoucherState
from services import formats, journal
from services.errors import Refused
from services.rights import Right, require
from services.rules import vouchers as rules
from services.rules.customer_data import clean
from services.shop import Shop
from services.vouchers.moves import enter
from services.words import _

_DRAWS = 20
"""Tries to draw a number nobody has: with ten thousand million of them the first one does it."""
REASON_MAX = 200


@dataclass(frozen=True)
class Terms:
    """What a new voucher is worth, and its conditions. Money in fen."""

    value: int
    minimum: int
    on_special: bool
    valid_from: date
    valid_to: date
    """The last day on which it may be used."""


def terms_for(shop: Shop, value: int) -> Terms:
    """The conditions that the policy gives a voucher of this value, from today on."""
    policy, today = shop.policy.vouchers, shop.today()
    return Terms(
        value,
        rules.default_minimum(value, policy.minimum_percent),
        policy.on_special_price,
        today,
        policy.valid_for.after(today),
    )


def issue(
    shop: Shop,
    terms: Terms,
    *,
    kind: VoucherKind = VoucherKind.GIFT,
    customer_id: int | None = None,
    count: int = 1,
    occasion: str = "",
    reason: str = "",
) -> list[str]:
    """Makes `count` vouchers, for one customer or to bearer. Returns their numbers. Raises Refused.

    Several at once are to bearer: who brings one uses it.
    """
    require(shop, Right.VOUCHERS)
    _check(shop, terms)
    most = shop.policy.vouchers.max_batch
    if not 1 <= count <= most:
        raise Refused("张数{n}不对：一次可以发行1到{most}张。", n=count, most=most, field="count")
    if customer_id is not None and count > 1:
        raise Refused("给一位客户的礼金券一次发一张；一批礼金券不记名。", field="count")
    with database.database.atomic():
        if customer_id is not None:
            _check_customer(customer_id)
        numbers = [
            _write(shop, terms, kind, customer_id, occasion=occasion, reason=clean(reason)[:REASON_MAX])[1]
            for _one in range(count)
        ]
        body = {
            "value": terms.value,
            "count": count,
            "numbers": numbers[:20],
            "until": terms.valid_to.isoformat(),
        }
        body["reason"] = clean(reason)[:REASON_MAX]
        journal.note(shop, "voucher.issued", "voucher", customer_id=customer_id, body=body)
    return numbers


def issue_for_line(shop: Shop, line_id: int) -> str:
    """The number of the voucher that this line of the gift plan gives; made when it has none yet.

    Joins the caller's transaction, and needs no right of its own: the line was approved. Asked again it gives the
    same number. Refused for a line whose gift is no voucher.
    """
    with database.database.atomic():
        tail = " FOR UPDATE OF l" if database.is_postgres() else ""
        line = database.row(
            "SELECT l.customer_id, l.occasion, g.face_value, g.name FROM plan_line l JOIN gift g ON g.id = l.gift_id"
            f" WHERE l.id = ?{tail}",
            (line_id,),
        )
        if line is None or not line[2]:
            raise Refused("这一条礼品不是礼金券，不用券号。", field="gift")
        known = database.value_of(
            "SELECT number FROM voucher WHERE line_id = ? AND state <> ? ORDER BY id DESC LIMIT 1",
            (line_id, VoucherState.VOID.value),
        )
        if known is not None:
            return str(known)
        kind = VoucherKind.BIRTHDAY if line[1] == "birthday" else VoucherKind.GIFT
        made = _write(
            shop, terms_for(shop, line[2]), kind, line[0], occasion=line[1], reason=line[3], line_id=line_id
        )
        body = {"value": line[2], "count": 1, "numbers": [made[1]], "line": line_id}
        journal.note(shop, "voucher.issued", "voucher", made[0], customer_id=line[0], body=body)
    return made[1]


def cancel_for_line(shop: Shop, line_id: int) -> bool:
    """The line's gift was not handed out after all: its voucher is void. Joins the caller's transaction.

    True when there was one. Refused when it has been used.
    """
    with database.database.atomic():
        found = database.row(
            "SELECT v.id, v.number, v.state, v.worth, v.customer_id FROM voucher v WHERE v.line_id = ? AND v.state <> ?"
            " ORDER BY v.id DESC LIMIT 1",
            (line_id, VoucherState.VOID.value),
        )
        if found is None:
            return False
        if found[2] == VoucherState.REDEEMED:
            raise Refused("礼金券{number}已经用过，不能收回。", number=rules.grouped(found[1]))
        make_void(shop, found[0], found[3], _("礼品收回"))
        body = {"number": found[1], "line": line_id}
        journal.note(shop, "voucher.voided", "voucher", found[0], customer_id=found[4], body=body)
    return True


def for_points(shop: Shop, customer_id: int, value: int, points: int) -> tuple[int, str]:
    """A voucher bought with points, inside the caller's transaction. Returns its id and number."""
    terms = terms_for(shop, value)
    _check(shop, terms)
    reason = _("{n} 积分兑换").format(n=points)
    return _write(shop, terms, VoucherKind.POINTS, customer_id, reason=reason)


def make_void(shop: Shop, voucher_id: int, worth: int, reason: str) -> None:
    """Stops a voucher that is worth so much, inside the caller's transaction."""
    database.execute(
        "UPDATE voucher SET state = ?, worth = 0, reason = ? WHERE id = ?",
        (VoucherState.VOID.value, reason, voucher_id),
    )
    enter(shop, voucher_id, VoucherMoveKind.VOIDED, -worth, reason=reason)


def _write(
    shop: Shop,
    terms: Terms,
    kind: VoucherKind,
    customer_id: int | None,
    *,
    occasion: str = "",
    reason: str = "",
    line_id: int | None = None,
) -> tuple[int, str]:
    number = _free_number()
    voucher = database.insert(
        "voucher",
        number=number,
        kind=kind.value,
        occasion=occasion,
        value=terms.value,
        worth=terms.value,
        minimum=terms.minimum,
        on_special=int(terms.on_special),
        customer_id=customer_id,
        valid_from=database.day_value(terms.valid_from),
        valid_to=database.day_value(terms.valid_to),
        state=VoucherState.ISSUED.value,
        reason=reason,
        line_id=line_id,
        user_id=shop.who,
        created_at=database.moment_value(shop.clock.now()),
    )
    enter(shop, voucher, VoucherMoveKind.ISSUED, terms.value, reason=reason)
    return voucher, number


def _free_number() -> str:
    """Drawn, not counted: nobody can tell the next voucher's number from this one's."""
    for _try in range(_DRAWS):
        number = rules.number_of(secrets.randbelow(10**rules.RANDOM_DIGITS))
        if database.row("SELECT 1 FROM voucher WHERE number = ?", (number,)) is None:
            return number
    raise Refused("没有空的礼金券号了。")


def _check(shop: Shop, terms: Terms) -> None:
    most = shop.policy.vouchers.max_value_fen
    if not 0 < terms.value <= most:
        raise Refused(
            "面值{value}不对：要大于0，最多{most}。客情标准里可以改。",
            value=formats.money(terms.value),
            most=formats.money(most),
            field="value",
        )
    if not 0 <= terms.minimum <= shop.policy.customers.max_amount_fen:
        raise Refused("最低消费不对：要是0或更大的金额。", field="minimum")
    if terms.valid_to < terms.valid_from:
        raise Refused("有效期的最后一天早于第一天。", field="valid_to")
    if terms.valid_to < shop.today():
        raise Refused("有效期的最后一天{day}已经过去了。", day=terms.valid_to.isoformat(), field="valid_to")


def _check_customer(customer_id: int) -> None:
    state = database.value_of("SELECT state FROM customer WHERE id = ?", (customer_id,))
    if state not in (CustomerState.ACTIVE, CustomerState.LOST):
        raise Refused("没有这位客户。", field="customer")
