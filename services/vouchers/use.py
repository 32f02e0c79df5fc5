"""Vouchers on a ticket: looked at while it is typed, spent when it is booked, given back when goods come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import VoucherMoveKind, VoucherState
from services import formats
from services.errors import Refused
from services.rules import vouchers as rules
from services.rules.vouchers import Payable
from services.shop import Shop
from services.vouchers.moves import enter, for_update
from services.words import N_

_SELECT = (
    "SELECT v.id, v.number, v.state, v.value, v.worth, v.minimum, v.on_special, v.customer_id, c.name, c.card_no,"
    " v.valid_from, v.valid_to, v.ticket_id, t.day, v.reason FROM voucher v LEFT JOIN customer c ON c.id = v.customer_id"
    " LEFT JOIN ticket t ON t.id = v.ticket_id"
)


@dataclass(frozen=True)
class Use:
    """One voucher on a ticket. Money in fen."""

    number: str
    value: int
    worth: int
    parts: tuple[int, ...] = ()
    """What it pays of each line; empty when it is refused."""
    no: Refused | None = None
    """Why it cannot be used here."""
    id: int = 0

    @property
    def applied(self) -> int:
        return sum(self.parts)


@dataclass(frozen=True)
class Restored:
    """What a return gave back of a voucher, in fen, and until when it may be used. Below zero: taken again."""

    number: str
    amount: int
    worth: int
    valid_to: date


def look(
    shop: Shop,
    numbers: Sequence[str],
    customer_id: int,
    lines: Sequence[Payable],
    day: date,
    *,
    hold: bool = False,
) -> list[Use]:
    """Each voucher, with what it pays of each line, or why it cannot be used. Changes nothing.

    `hold`: until the transaction ends no other till changes them.
    """
    bare = [rules.tidy(number) for number in numbers]
    sql = f"{_SELECT} WHERE v.number IN ({database.marks(bare)}) ORDER BY v.id{for_update() if hold else ''}"
    known = {row[1]: row for row in database.rows(sql, bare)}
    found: list[Use] = []
    left = list(lines)
    for place, number in enumerate(bare):
        row = known.get(number)
        no = _refusal(shop, number, row, customer_id, lines, day)
        if no is None and number in bare[:place]:
            no = Refused(
                "礼金券{number}在这张小票上已经用了。", number=rules.grouped(number), field="voucher"
            )
        if no is None and place >= shop.policy.vouchers.most_a_ticket:
            no = Refused(
                "一张小票最多用{most}张礼金券。", most=shop.policy.vouchers.most_a_ticket, field="voucher"
            )
        if row is None or no is not None:
            found.append(Use(number, row[3] if row else 0, row[4] if row else 0, no=no))
            continue
        terms = rules.Terms(row[4], row[5], bool(row[6]))
        (parts,) = rules.used(left, [terms])
        if not sum(parts):
            no = Refused("礼金券{number}没有可抵的金额了。", number=rules.grouped(number), field="voucher")
            found.append(Use(number, row[3], row[4], no=no, id=row[0]))
            continue
        left = [Payable(line.paid - part, line.special) for line, part in zip(left, parts, strict=True)]
        found.append(Use(number, row[3], row[4], tuple(parts), id=row[0]))
    return found


def _refusal(
    shop: Shop, number: str, row: Sequence[Any] | None, customer_id: int, lines: Sequence[Payable], day: date
) -> Refused | None:
    shown = rules.grouped(number)
    if row is None:
        if not rules.looks_like_number(number):
            text = N_("“{number}”不是礼金券号：券号是99开头的13位数字。")
            return Refused(text, number=number, field="voucher")
        if not rules.is_number(number):
            text = N_("礼金券号{number}有一位不对：请重新扫码，或对着券再看一遍。")
            return Refused(text, number=shown, field="voucher")
        return Refused("没有号码是{number}的礼金券。", number=shown, field="voucher")
    return _refused_state(row, shown, day) or _refused_terms(row, shown, customer_id, lines)


def _refused_state(row: Sequence[Any], shown: str, day: date) -> Refused | None:
    state, since, until = row[2], database.as_day(row[10]), database.as_day(row[11])
    assert since is not None and until is not None
    if state == VoucherState.REDEEMED:
        used = database.as_day(row[13])
        return Refused(
            "礼金券{number}已在{day}的{ticket}号小票上用过，每张只能用一次。",
            number=shown,
            day=formats.short_day(used),
            ticket=row[12],
            field="voucher",
        )
    if state == VoucherState.VOID:
        return Refused(
            "礼金券{number}已作废：{reason}。", number=shown, reason=row[14].rstrip("。"), field="voucher"
        )
    if state == VoucherState.EXPIRED or not rules.still_valid(until, day):
        return Refused(
            "礼金券{number}已过期：{day}是最后一天。",
            number=shown,
            day=formats.short_day(until),
            field="voucher",
        )
    if day < since:
        return Refused(
            "礼金券{number}从{day}起才能用。", number=shown, day=formats.short_day(since), field="voucher"
        )
    return None


def _refused_terms(
    row: Sequence[Any], shown: str, customer_id: int, lines: Sequence[Payable]
) -> Refused | None:
    terms = rules.Terms(row[4], row[5], bool(row[6]))
    if row[7] is not None and row[7] != customer_id:
        return Refused(
            "礼金券{number}是{name}（{card}）的，不能用在别的客户的小票上。",
            number=shown,
            name=row[8],
            card=row[9],
            field="voucher",
        )
    if not sum(rules.eligible(lines, terms)):
        return Refused("礼金券{number}不能用来买特价商品。", number=shown, field="voucher")
    if missing := rules.missing_for(lines, terms):
        text = N_("礼金券{number}要买满{minimum}才能用，还差{missing}。")
        if not terms.on_special and any(line.special for line in lines):
            text = N_("礼金券{number}要买满{minimum}才能用（特价不算），还差{missing}。")
        return Refused(
            text,
            number=shown,
            minimum=formats.money(terms.minimum),
            missing=formats.money(missing),
            field="voucher",
        )
    return None


def redeem(shop: Shop, uses: Sequence[Use], ticket_id: int) -> None:
    """Spends the vouchers on this ticket, inside the caller's transaction. Raises Refused when another till was quicker."""
    for use in uses:
        changed = database.execute(
            "UPDATE voucher SET state = ?, worth = 0, ticket_id = ? WHERE id = ? AND state = ? AND worth = ?",
            (VoucherState.REDEEMED.value, ticket_id, use.id, VoucherState.ISSUED.value, use.worth),
        )
        if not changed:
            raise Refused(
                "礼金券{number}刚刚在另一张小票上用了。", number=rules.grouped(use.number), field="voucher"
            )
        enter(shop, use.id, VoucherMoveKind.REDEEMED, -use.worth, ticket=ticket_id)


def undo_use(shop: Shop, ticket_id: int) -> list[str]:
    """The ticket was never booked: its vouchers are as before. Returns their numbers."""
    spent = database.rows(
        "SELECT v.id, v.number, -SUM(m.amount) FROM voucher_move m JOIN voucher v ON v.id = m.voucher_id"
        " WHERE m.ticket_id = ? GROUP BY v.id, v.number HAVING SUM(m.amount) < 0 ORDER BY v.id",
        (ticket_id,),
    )
    for voucher, _number, amount in spent:
        database.execute(
            "UPDATE voucher SET state = ?, worth = worth + ?, ticket_id = NULL WHERE id = ?",
            (VoucherState.ISSUED.value, int(amount), voucher),
        )
        enter(shop, voucher, VoucherMoveKind.UNDONE, int(amount), ticket=ticket_id)
    return [str(row[1]) for row in spent]


def give_back(shop: Shop, ticket_id: int, paid_by_vouchers: int, returned: int) -> list[Restored]:
    """Makes the ticket's vouchers worth what their share of the returned goods says; inside the caller's transaction.

    `returned` and `paid_by_vouchers`: fen that vouchers paid of the goods returned so far, and of the whole ticket.
    Fewer returned than before (a return was undone) takes it again: Refused when it has been spent meanwhile.
    """
    spent = database.rows(
        "SELECT m.voucher_id, SUM(CASE WHEN m.kind = 'redeemed' THEN -m.amount ELSE 0 END),"
        " SUM(CASE WHEN m.kind = 'restored' THEN m.amount ELSE 0 END) FROM voucher_move m"
        " WHERE m.ticket_id = ? AND m.kind IN ('redeemed', 'restored') GROUP BY m.voucher_id ORDER BY m.voucher_id",
        (ticket_id,),
    )
    found = []
    for voucher, worth, before in spent:
        amount = rules.given_back(int(worth), paid_by_vouchers, returned) - int(before)
        if amount and (one := _restore(shop, voucher, amount, ticket_id)):
            found.append(one)
    return found


def _restore(shop: Shop, voucher: int, amount: int, ticket_id: int) -> Restored | None:
    row = database.row(
        f"SELECT v.number, v.state, v.worth, v.valid_to FROM voucher v WHERE v.id = ?{for_update()}",
        (voucher,),
    )
    assert row is not None
    number, state, worth, until = row[0], row[1], int(row[2]) + amount, database.as_day(row[3])
    assert until is not None
    if state == VoucherState.VOID:
        return None
    if worth < 0:
        raise Refused("退回的礼金券{number}已经用掉了，不能撤销这次退货。", number=rules.grouped(number))
    if amount > 0:
        until = max(until, shop.today() + timedelta(days=shop.policy.vouchers.restored_days))
    now = VoucherState.ISSUED if worth else VoucherState.REDEEMED
    database.execute(
        "UPDATE voucher SET state = ?, worth = ?, valid_to = ? WHERE id = ?",
        (now.value, worth, database.day_value(until), voucher),
    )
    enter(shop, voucher, VoucherMoveKind.RESTORED, amount, ticket=ticket_id)
    return Restored(number, amount, worth, until)
