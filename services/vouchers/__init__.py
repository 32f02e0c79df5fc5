"""Vouchers (礼金券): issued, used on a ticket, given back by a return, expired or void; every step in a ledger."""

from __future__ import annotations

from services.vouchers.issue import (
    Terms,
    cancel_for_line,
    for_points,
    issue,
    issue_for_line,
    make_void,
    terms_for,
)
from services.vouchers.lists import (
    MoveRow,
    VoucherRow,
    by_number,
    history,
    ids,
    of_customer,
    rows,
    usable_by,
)
from services.vouchers.state import expire, revive, void
from services.vouchers.use import Restored, Use, give_back, look, redeem, undo_use

__all__ = [
    "MoveRow",
    "Restored",
    "Terms",
    "Use",
    "VoucherRow",
    "by_number",
    "cancel_for_line",
    "expire",
    "for_points",
    "give_back",
    "history",
    "ids",
    "issue",
    "issue_for_line",
    "look",
    "make_void",
    "of_customer",
    "redeem",
    "revive",
    "rows",
    "terms_for",
    "undo_use",
    "usable_by",
    "void",
]
