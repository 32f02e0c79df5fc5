"""Handing gifts out: the conditional update is the lock, stock moves with it (faults 54 and 74)."""

from __future__ import annotations

from collections.abc import Sequence

from models import database
from models.kinds import LineStatus, Occasion, Role, StockKind
from services import journal, stock
from services.errors import NotAllowed, Refused
from services.gifts import codes, parcels
from services.gifts.choose import parts_of
from services.gifts.decide import _chunks, _needed, _note, _take_out, line_of, refuse_aloud, users_above_clerk
from services.gifts.parcels import Way
from services.gifts.rows import Done, LineRow
from services.rights import Right, require
from services.rules import gifts as rules
from services.shop import Shop

SIGNED = ("paper", "code", "sheet", "posted", "delivery")
"""How the customer's receipt is proven; `posted` and `delivery` have left the shop and wait for their receipt."""


def issue(
    shop: Shop, line_id: int, code: str | None = None, signed: str = "paper", way: Way | None = None
) -> LineRow:
    """Hands one approved gift out: line closed, stock −1, in one transaction. Returns the line.

    With a `code` the customer proves who they are by it; without one they signed (`paper`, `sheet`) or it was
    `posted` or brought to the door (`delivery`), `way` says by whom. A second attempt is told when and by whom it was
    done; too many wrong codes of a day leave only the signature.
    """
    return issue_many(shop, [line_id], code, signed, way)[0]


def issue_many(
    shop: Shop,
    line_ids: Sequence[int],
    code: str | None = None,
    signed: str = "paper",
    way: Way | None = None,
) -> list[LineRow]:
    """All parts of an occasion, or the lines of an executed sheet, at once: all or none."""
    require(shop, Right.ISSUE_GIFT)
    lines = [line_of(number) for number in line_ids]
    if not lines:
        raise Refused("请先选要发放的礼品。", field="line")
    for line in lines:
        _before_issue(shop, line, code, signed)
    with database.database.atomic():
        for line in lines:
            _issue(shop, line.id, code, signed)
        if way is not None:
            _sent(line_ids, way)
    return [line_of(line.id) for line in lines]


def _sent(line_ids: Sequence[int], way: Way) -> None:
    words = [" ".join(one.split())[:60] for one in (way.carrier, way.tracking, way.courier)]
    parcels.change(line_ids, "carrier = ?, tracking = ?, courier = ?", words)


def _before_issue(shop: Shop, line: LineRow, code: str | None, signed: str) -> None:
    """What can be refused before the transaction, so that the attempt can be written to the journal."""
    _refuse_done(line)
    rules.check_step("issue", line.status)
    if signed not in SIGNED:
        raise Refused("签收方式“{signed}”不对。", signed=signed, field="signed")
    if line.gift_id is None:
        raise Refused("这一条还没有选定礼品。", field="gift")
    found = database.row("SELECT submitted_by_id, decided_by_id FROM plan_line WHERE id = ?", (line.id,))
    assert found is not None and shop.who is not None
    together = sum(one.cost for one in parts_of(line))
    active = frozenset(row[0] for row in database.rows("SELECT id FROM staff_user WHERE active = 1"))
    try:
        rules.check_issuer(shop.who, rules.Hands(found[0], found[1], together), active, shop.policy.gifts)
    except NotAllowed as why:
        refuse_aloud(shop, "issue_own_line", why)
    if code is not None:
        codes.check(shop, line, code)


def _refuse_done(line: LineRow) -> None:
    if line.status not in (LineStatus.ISSUED, LineStatus.CHECKED) or line.issued_at is None:
        return
    here = line.issued_at.astimezone()
    raise Refused(
        "“{gift}”已于 {day} {time} 由 {who} 发放，没有再发一次。",
        gift=line.gift,
        day=line.issued_on.isoformat() if line.issued_on else "",
        time=f"{here:%H:%M}",
        who=line.issued_by,
    )


def _issue(shop: Shop, line_id: int, code: str | None, signed: str) -> None:
    done = database.execute(
        "UPDATE plan_line SET status = 'issued', issued_by_id = ?, issued_at = ?, issued_on = ?, signed = ?, code = ?,"
        " pc = ?, version = version + 1 WHERE id = ? AND status = 'approved' AND live = 1 AND gift_id IS NOT NULL",
        (
            shop.who,
            database.moment_value(shop.clock.now()),
            database.day_value(shop.today()),
            "code" if code is not None else signed,
            codes.typed(code or ""),
            journal.pc_name(),
            line_id,
        ),
    )
    line = line_of(line_id)
    if done != 1:
        _refuse_done(line)
        rules.check_step("issue", line.status)
        raise Refused("这一条刚刚被别人改过，请刷新后再看。")
    assert line.gift_id is not None
    left = stock.move(shop, line.gift_id, StockKind.ISSUED, -1, line_id=line_id)
    number_voucher(shop, line)
    body = {"gift": line.gift, "cost": line.cost, "signed": line.signed, "stock": left}
    journal.note(shop, "gift.issued", "plan_line", line_id, customer_id=line.customer_id, body=body)


def number_voucher(shop: Shop, line: LineRow) -> None:
    """A gift that is a voucher gets its number as it is handed out, if it has none yet; in the caller's transaction."""
    if database.value_of("SELECT face_value FROM gift WHERE id = ?", (line.gift_id,)):
        from services import vouchers

        vouchers.issue_for_line(shop, line.id)


def _void_voucher(shop: Shop, line: LineRow) -> None:
    """The voucher that came back is void. Refused when it has been used."""
    from services import vouchers

    vouchers.cancel_for_line(shop, line.id)


def undo_issue(shop: Shop, line_id: int, reason: str = "") -> LineRow:
    """Takes an issue back while the gift is still here: by who issued it on the same day, later by the manager.

    The piece returns to stock; an approved line waits again, a purchase gift's line is cancelled.
    """
    require(shop, Right.ISSUE_GIFT)
    line = line_of(line_id)
    issuer = database.value_of("SELECT issued_by_id FROM plan_line WHERE id = ?", (line_id,))
    if issuer != shop.who or line.issued_on != shop.today():
        require(shop, Right.CHECK_LINES)
        reason = _needed(reason)
    with database.database.atomic():
        line = line_of(line_id)
        rules.check_step("undo_issue", line.status)
        if line.occasion == Occasion.PURCHASE:
            _take_out(shop, line, reason or "undo")
        else:
            _open_again(shop, line)
        assert line.gift_id is not None
        _not_sent(line_id)
        _void_voucher(shop, line)
        stock.move(shop, line.gift_id, StockKind.RETURNED, 1, line_id=line_id, reason=reason)
        body = {"gift": line.gift, "reason": reason}
        journal.note(shop, "gift.issue_undone", "plan_line", line_id, customer_id=line.customer_id, body=body)
    return line_of(line_id)


def _not_sent(line_id: int) -> None:
    """The gift never left: no carrier, no receipt."""
    database.execute(
        "UPDATE plan_line SET customer_signed = '' WHERE id = ? AND customer_signed ="
        " (SELECT p.received_by FROM gift_parcel p WHERE p.line_id = plan_line.id)",
        (line_id,),
    )
    database.execute(
        "UPDATE gift_parcel SET carrier = '', tracking = '', courier = '', received_by = '', received_on = NULL,"
        " noted_by_id = NULL WHERE line_id = ?",
        (line_id,),
    )


def _open_again(shop: Shop, line: LineRow) -> None:
    done = database.execute(
        "UPDATE plan_line SET status = 'approved', issued_by_id = NULL, issued_at = NULL, issued_on = NULL,"
        " signed = '', code = '', pc = ?, version = version + 1 WHERE id = ? AND status = 'issued' AND version = ?",
        (journal.pc_name(), line.id, line.version),
    )
    if done != 1:
        raise Refused("这一条刚刚被别人改过，请刷新后再看。")


def check(shop: Shop, line_ids: Sequence[int]) -> Done:
    """The manager ticks issued lines off against the signatures; not those they issued themselves."""
    require(shop, Right.CHECK_LINES)
    above = users_above_clerk()
    found: list[tuple[int, int | None]] = []
    for part in _chunks(list(line_ids)):
        sql = f"SELECT id, issued_by_id FROM plan_line WHERE status = 'issued' AND id IN ({database.marks(part)})"
        found += [(row[0], row[1]) for row in database.rows(sql, part)]
    ids = [number for number, issuer in found if issuer != shop.who or above == 1]
    if not ids:
        if found:
            try:
                rules.check_checker(shop.who or 0, shop.who, above)
            except NotAllowed as why:
                refuse_aloud(shop, "check_own_issue", why)
        raise Refused("这里没有已发放、等待核对的礼品。")
    with database.database.atomic():
        done = 0
        for part in _chunks(ids):
            done += database.execute(
                "UPDATE plan_line SET status = 'checked', checked_by_id = ?, checked_at = ?, pc = ?,"
                f" version = version + 1 WHERE status = 'issued' AND id IN ({database.marks(part)})",
                (shop.who, database.moment_value(shop.clock.now()), journal.pc_name(), *part),
            )
        _note(shop, "gift.checked", None, ids)
    return Done(done, len(found) - done)


def daily_limit(shop: Shop) -> tuple[int, int] | None:
    """Purchase gifts, and their cost in fen, that the signed-in person may give a day (礼品的使用权限); None: no limit."""
    gifts = shop.policy.gifts
    limits = {
        Role.CLERK: (gifts.clerk_purchase_gifts_a_day, gifts.clerk_purchase_cost_a_day_fen),
        Role.MANAGER: (gifts.manager_purchase_gifts_a_day, gifts.manager_purchase_cost_a_day_fen),
    }
    return limits.get(shop.role) if shop.role else (0, 0)
