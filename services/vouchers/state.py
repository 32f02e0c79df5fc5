"""Vouchers that may not be used any more: void by the manager, expired by the day."""

from __future__ import annotations

from models import database
from models.kinds import VoucherMoveKind, VoucherState
from services import formats, journal
from services.errors import Refused
from services.rights import Right, require
from services.rules import vouchers as rules
from services.rules.customer_data import clean
from services.shop import Shop
from services.vouchers.issue import REASON_MAX, make_void
from services.vouchers.moves import enter, for_update


def void(shop: Shop, number: str, reason: str) -> None:
    """Stops a voucher (lost, stolen, a slip), with the reason. Raises Refused."""
    require(shop, Right.VOUCHERS)
    reason = clean(reason)[:REASON_MAX]
    if not reason:
        raise Refused("作废礼金券要写明原因。", field="reason")
    with database.database.atomic():
        voucher, state, worth, customer = _held(number)
        if state != VoucherState.ISSUED:
            raise Refused(
                "礼金券{number}不能作废：它已经用过、过期或作废了。", number=rules.grouped(rules.tidy(number))
            )
        make_void(shop, voucher, worth, reason)
        body = {"number": rules.tidy(number), "worth": worth, "reason": reason}
        journal.note(shop, "voucher.voided", "voucher", voucher, customer_id=customer, body=body)


def revive(shop: Shop, number: str) -> None:
    """Takes back a `void` of today. Raises Refused."""
    require(shop, Right.VOUCHERS)
    with database.database.atomic():
        voucher, state, _worth, customer = _held(number)
        last = database.row(
            "SELECT amount, day FROM voucher_move WHERE voucher_id = ? AND kind = ? ORDER BY id DESC LIMIT 1",
            (voucher, VoucherMoveKind.VOIDED.value),
        )
        if state != VoucherState.VOID or last is None or database.as_day(last[1]) != shop.today():
            raise Refused("只能撤销今天的作废；以后请另发一张礼金券。")
        database.execute(
            "UPDATE voucher SET state = ?, worth = ?, reason = '' WHERE id = ?",
            (VoucherState.ISSUED.value, -last[0], voucher),
        )
        enter(shop, voucher, VoucherMoveKind.REVIVED, -last[0])
        body = {"number": rules.tidy(number), "worth": -last[0]}
        journal.note(shop, "voucher.revived", "voucher", voucher, customer_id=customer, body=body)


def expire(shop: Shop) -> int:
    """The day's opening: vouchers whose last day is over are worth nothing any more. Returns how many.

    Needs no sign-in; doing it twice changes nothing.
    """
    today = database.day_value(shop.today())
    over = "state = 'issued' AND valid_to < ?"
    if database.row(f"SELECT 1 FROM voucher WHERE {over} LIMIT 1", (today,)) is None:
        return 0
    with database.database.atomic():
        if database.is_postgres():
            database.rows(f"SELECT v.id FROM voucher v WHERE {over} ORDER BY v.id FOR UPDATE", (today,))
        count, worth = database.row(f"SELECT COUNT(*), SUM(worth) FROM voucher WHERE {over}", (today,)) or (
            0,
            0,
        )
        database.execute(
            "INSERT INTO voucher_move (voucher_id, kind, amount, day, reason, created_at)"
            f" SELECT id, 'expired', -worth, ?, '', ? FROM voucher WHERE {over}",
            (today, database.moment_value(shop.clock.now()), today),
        )
        database.execute(f"UPDATE voucher SET state = 'expired', worth = 0 WHERE {over}", (today,))
        body = {"count": int(count), "worth": int(worth or 0), "worth_words": formats.yuan(int(worth or 0))}
        journal.note(shop, "voucher.expired", "voucher", body=body)
    return int(count)


def _held(number: str) -> tuple[int, str, int, int | None]:
    row = database.row(
        f"SELECT v.id, v.state, v.worth, v.customer_id FROM voucher v WHERE v.number = ?{for_update()}",
        (rules.tidy(number),),
    )
    if row is None:
        raise Refused(
            "没有号码是{number}的礼金券。", number=rules.grouped(rules.tidy(number)), field="voucher"
        )
    return row[0], row[1], int(row[2]), row[3]
