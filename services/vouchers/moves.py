"""The vouchers' ledger: one line for every change of what a voucher is worth."""

from __future__ import annotations

from models import database
from models.kinds import VoucherMoveKind
from services.shop import Shop


def enter(
    shop: Shop,
    voucher_id: int,
    kind: VoucherMoveKind,
    amount: int,
    *,
    ticket: int | None = None,
    reason: str = "",
) -> None:
    """Writes one move inside the caller's transaction; the caller changes the voucher itself."""
    database.insert(
        "voucher_move",
        voucher_id=voucher_id,
        kind=kind.value,
        amount=amount,
        day=database.day_value(shop.today()),
        ticket_id=ticket,
        reason=reason,
        user_id=shop.who,
        created_at=database.moment_value(shop.clock.now()),
    )


def for_update() -> str:
    """The tail of a SELECT that holds its vouchers; SQLite's transaction does that by itself."""
    return " FOR UPDATE OF v" if database.is_postgres() else ""
