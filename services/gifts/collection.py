"""After the approval: who received what was sent, what nobody collected, and what goes back to stock (spec 03, step 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models import database
from models.kinds import Handover, LineStatus, Occasion, StockKind, VoucherState
from services import journal, stock
from services.errors import Refused
from services.gifts import parcels
from services.gifts.decide import _needed, _note, _take_out, line_of
from services.gifts.rows import LineRow, read_lines
from services.rights import Right, require
from services.rules import gifts as rules
from services.shop import Shop
from services.stock.ledger import lock
from services.words import _

SENT = ("posted", "delivery")
"""`plan_line.signed` of what left the shop and has no receipt yet."""
_WAITING = f"l.status = 'approved' AND l.live = 1 AND l.handover = '{Handover.COLLECT.value}'"


@dataclass(frozen=True)
class LookedAfter:
    """What the day's opening did with gifts that nobody collected."""

    reminded: int = 0
    returned: int = 0


# ---- what was sent


def under_way_ids(shop: Shop, text: str = "") -> list[int]:
    """Posted or brought to the door, and nobody has noted who received it; the earliest first.

    `text`: part of a name or of the tracking number, or the beginning of a card number.
    """
    require(shop, Right.SEE)
    where, params = "", list(SENT)
    if text := text.strip():
        plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        where = " AND (c.name LIKE ? ESCAPE '\\' OR c.card_no LIKE ? ESCAPE '\\' OR p.tracking LIKE ? ESCAPE '\\')"
        params += [f"%{plain}%", f"{plain}%", f"%{plain}%"]
    sql = (
        "SELECT l.id FROM plan_line l JOIN customer c ON c.id = l.customer_id"
        " LEFT JOIN gift_parcel p ON p.line_id = l.id WHERE l.status = 'issued'"
        f" AND l.signed IN ({database.marks(SENT)}) AND p.received_on IS NULL{where} ORDER BY l.issued_on, l.id"
    )
    return [found[0] for found in database.rows(sql, params)]


def received(shop: Shop, line_ids: Sequence[int], by: str, day: date | None = None) -> int:
    """Notes who took what was sent, and when; `by` in words (本人, 家人, 门卫 …). Returns the lines.

    Refused for what was not sent, what was received before, and for a day outside issue and today.
    """
    require(shop, Right.ISSUE_GIFT)
    by = " ".join(by.split())[:100]
    if not by:
        raise Refused("请写明是谁签收的。", field="by")
    day = day or shop.today()
    if day > shop.today():
        raise Refused("签收日期 {day} 还没有到。", day=day.isoformat(), field="day")
    with database.database.atomic():
        rows = [row for row in parcels.parcels(shop, line_ids) if row is not None]
        for row in rows:
            if row.status != LineStatus.ISSUED or row.signed not in SENT:
                raise Refused("“{gift}”不是寄出或送上门的礼品，不用登记签收。", gift=row.gift)
            if row.received_on:
                raise Refused(
                    "“{gift}”已于 {day} 由 {by} 签收。",
                    gift=row.gift,
                    day=row.received_on.isoformat(),
                    by=row.received_by,
                )
            if row.issued_on and day < row.issued_on:
                raise Refused(
                    "签收日期早于寄出的 {day}，请改一下。", day=row.issued_on.isoformat(), field="day"
                )
        if not rows:
            raise Refused("请先选一件礼品。", field="line")
        what = "received_by = ?, received_on = ?, noted_by_id = ?"
        ids = [row.id for row in rows]
        parcels.change(ids, what, (by, database.day_value(day), shop.who))
        database.execute(
            "UPDATE plan_line SET customer_signed = ?, version = version + 1 WHERE customer_signed = ''"
            f" AND id IN ({database.marks(ids)})",
            (by, *ids),
        )
        _note(shop, "gift.received", None, ids, by=by, day=day.isoformat())
    return len(rows)


def undo_received(shop: Shop, line_ids: Sequence[int]) -> None:
    """Takes a receipt back that was noted by mistake: the gift is under way again."""
    require(shop, Right.ISSUE_GIFT)
    with database.database.atomic():
        rows = [row for row in parcels.parcels(shop, line_ids) if row is not None and row.received_on]
        rows = [row for row in rows if row.status == LineStatus.ISSUED]
        if not rows:
            raise Refused("这几件没有可以撤销的签收。")
        for row in rows:
            database.execute(
                "UPDATE plan_line SET customer_signed = '', version = version + 1 WHERE id = ? AND customer_signed = ?",
                (row.id, row.received_by),
            )
        ids = [row.id for row in rows]
        parcels.change(ids, "received_by = '', received_on = NULL, noted_by_id = NULL", ())
        _note(shop, "gift.receipt_undone", None, ids)


# ---- what nobody collects


def uncollected(shop: Shop) -> list[LineRow]:
    """Approved gifts to be collected whose day lies longer back than the policy's days: remind, then to stock."""
    require(shop, Right.SEE)
    before = shop.today() - timedelta(days=shop.policy.gifts.uncollected_days)
    return read_lines(f"WHERE {_WAITING} AND l.due < ? ORDER BY l.due, l.id", (database.day_value(before),))


def look_after_uncollected(shop: Shop) -> LookedAfter:
    """The day's opening: marks what is to be reminded of, returns to stock what was reminded of long enough ago.

    The reminder itself stands in the contact schedule (topic gift waiting). Nothing returns without its days since
    the reminder, however long the shop was closed. Needs no sign-in; a second time on a day does nothing.
    """
    policy, today = shop.policy.gifts, shop.today()
    with database.database.atomic():
        late = database.day_value(today - timedelta(days=policy.uncollected_days))
        sql = (
            "SELECT l.id FROM plan_line l LEFT JOIN gift_parcel p ON p.line_id = l.id"
            f" WHERE {_WAITING} AND l.due <= ? AND p.reminded_on IS NULL ORDER BY l.id"
        )
        remind = [found[0] for found in database.rows(sql, (late,))]
        if remind:
            parcels.change(remind, "reminded_on = ?", (database.day_value(today),))
            _note(shop, "gift.uncollected_reminded", None, remind)
        returned = _return_long_reminded(shop) if policy.back_to_stock_days else []
    return LookedAfter(len(remind), len(returned))


def _return_long_reminded(shop: Shop) -> list[int]:
    today = shop.today()
    before = today - timedelta(days=shop.policy.gifts.back_to_stock_days)
    sql = (
        "SELECT l.id FROM plan_line l JOIN gift_parcel p ON p.line_id = l.id"
        f" WHERE {_WAITING} AND p.reminded_on <= ? ORDER BY l.id"
    )
    ids = _without_used_vouchers(
        shop, [found[0] for found in database.rows(sql, (database.day_value(before),))]
    )
    moment = database.moment_value(shop.clock.now())
    for part in parcels.chunks(ids):
        database.execute(
            "UPDATE plan_line SET status = 'cancelled', live = NULL, status_reason = ?, pc = ?, cancelled_at = ?,"
            f" version = version + 1 WHERE status = 'approved' AND id IN ({database.marks(part)})",
            (_("逾期未领，已回库"), journal.pc_name(), moment, *part),
        )
    if ids:
        _remember(shop, ids, LineStatus.APPROVED)
        _note(shop, "gift.uncollected_returned", None, ids)
    return ids


def _without_used_vouchers(shop: Shop, ids: list[int]) -> list[int]:
    """Voids the numbers that were printed for these lines; a line whose voucher was used stays as it is."""
    from services import vouchers

    kept = set()
    for part in parcels.chunks(ids):
        sql = f"SELECT line_id FROM voucher WHERE state <> ? AND line_id IN ({database.marks(part)})"
        for (number,) in database.rows(sql, (VoucherState.VOID.value, *part)):
            try:
                vouchers.cancel_for_line(shop, number)
            except Refused:
                kept.add(number)
    return [number for number in ids if number not in kept]


def to_stock_again(shop: Shop, line_id: int, reason: str) -> None:
    """A gift nobody collected, or that the post brought back: the line is cancelled, the piece is free again."""
    from services import vouchers

    require(shop, Right.PLAN_GIFTS)
    reason = _needed(reason)
    with database.database.atomic():
        line = line_of(line_id)
        if line.status not in (LineStatus.APPROVED, LineStatus.ISSUED):
            rules.check_step("issue", line.status)
        _take_out(shop, line, reason)
        vouchers.cancel_for_line(shop, line.id)
        if line.status == LineStatus.ISSUED and line.gift_id is not None:
            stock.move(shop, line.gift_id, StockKind.RETURNED, 1, line_id=line_id, reason=reason)
        _remember(shop, [line_id], line.status)
        body = {"gift": line.gift, "status": str(line.status), "reason": reason}
        journal.note(shop, "gift.to_stock", "plan_line", line_id, customer_id=line.customer_id, body=body)


def _remember(shop: Shop, ids: Sequence[int], before: LineStatus) -> None:
    what = "returned_on = ?, returned_from = ?"
    parcels.change(ids, what, (database.day_value(shop.today()), str(before)))


def undo_to_stock(shop: Shop, line_ids: Sequence[int]) -> list[LineRow]:
    """The gift waits for its customer again (or is with them), as before it went back to stock: all or none.

    Refused when the piece was promised elsewhere meanwhile, or the occasion got another gift.
    """
    require(shop, Right.PLAN_GIFTS)
    with database.database.atomic():
        for line_id in line_ids:
            _wait_again(shop, line_of(line_id))
    return [line_of(line_id) for line_id in line_ids]


def _wait_again(shop: Shop, line: LineRow) -> None:
    before = database.value_of("SELECT returned_from FROM gift_parcel WHERE line_id = ?", (line.id,))
    if line.status != LineStatus.CANCELLED or not before or line.gift_id is None:
        raise Refused("“{gift}”不是从待领退回库存的，不能撤销。", gift=line.gift or _("礼品"))
    twin = database.value_of(
        "SELECT id FROM plan_line WHERE customer_id = ? AND occasion = ? AND due = ? AND part = ? AND live = 1",
        (line.customer_id, line.occasion, database.day_value(line.due), line.part),
    )
    if twin is not None or line.occasion == Occasion.PURCHASE:
        raise Refused("这位客户的这份礼品已经另有安排，不能恢复。")
    lock(line.gift_id)
    if stock.stock_of(line.gift_id) - stock.reserved_of(line.gift_id) < 1:
        raise Refused("“{gift}”已经留给别的客户，没有多余的了。请先入库。", gift=line.gift)
    done = database.execute(
        "UPDATE plan_line SET status = ?, live = 1, status_reason = '', cancelled_at = NULL, pc = ?,"
        " version = version + 1 WHERE id = ? AND status = 'cancelled' AND version = ?",
        (before, journal.pc_name(), line.id, line.version),
    )
    if done != 1:
        raise Refused("这一条刚刚被别人改过，请刷新后再看。")
    if before == LineStatus.ISSUED:
        from services.gifts.issue import number_voucher

        stock.move(shop, line.gift_id, StockKind.ISSUED, -1, line_id=line.id, reason=_("撤销回库"))
        number_voucher(shop, line)
    # The days until it returns by itself begin anew.
    today = database.day_value(shop.today())
    what = "returned_on = NULL, returned_from = '', reminded_on = CASE WHEN reminded_on IS NULL THEN NULL ELSE ? END"
    database.execute(f"UPDATE gift_parcel SET {what} WHERE line_id = ?", (today, line.id))
    body = {"gift": line.gift, "status": str(before)}
    journal.note(shop, "gift.to_stock_undone", "plan_line", line.id, customer_id=line.customer_id, body=body)
