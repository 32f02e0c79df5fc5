"""Proof that totals are the sums of their ledgers, and that nothing half-done stands in the books."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from models import database
from services.words import N_, _

_PROOFS: tuple[tuple[str, str, str], ...] = (
    (
        "points",
        N_("{n} 位客户的积分合计与积分明细不符"),
        "SELECT COUNT(*) FROM (SELECT c.id FROM customer c LEFT JOIN point_entry p ON p.customer_id = c.id"
        " GROUP BY c.id, c.points_balance, c.points_earned HAVING c.points_balance <> COALESCE(SUM(p.points), 0)"
        " OR c.points_earned <> COALESCE(SUM(CASE WHEN p.kind IN ('earned', 'returned') THEN p.points ELSE 0 END), 0)) AS bad",
    ),
    (
        "owed",
        N_("{n} 位客户退货所欠的积分抵得太多"),
        "SELECT COUNT(*) FROM (SELECT customer_id FROM point_entry WHERE kind = 'owed' GROUP BY customer_id"
        " HAVING SUM(points) < 0) AS bad",
    ),
    (
        "vouchers",
        N_("{n} 张礼金券的余额与记录不符，或与状态不符"),
        "SELECT COUNT(*) FROM (SELECT v.id FROM voucher v LEFT JOIN voucher_move m ON m.voucher_id = v.id"
        " GROUP BY v.id, v.worth, v.value, v.state HAVING v.worth <> COALESCE(SUM(m.amount), 0) OR v.worth < 0"
        " OR v.worth > v.value OR (v.state = 'issued' AND v.worth = 0) OR (v.state <> 'issued' AND v.worth <> 0)) AS bad",
    ),
    (
        "voucher_twice",
        N_("{n} 张小票用券的金额与礼金券的记录不符"),
        "SELECT COUNT(*) FROM (SELECT p.ticket_id FROM purchase p WHERE p.voucher <> 0 GROUP BY p.ticket_id"
        " HAVING SUM(CASE WHEN p.returns_id IS NULL THEN p.voucher ELSE 0 END) > COALESCE((SELECT -SUM(m.amount)"
        " FROM voucher_move m WHERE m.ticket_id = p.ticket_id AND m.kind = 'redeemed'), 0)) AS bad",
    ),
    (
        "tickets",
        N_("{n} 位客户的消费次数或金额与小票不符"),
        "SELECT COUNT(*) FROM (SELECT c.id FROM customer c LEFT JOIN ticket t ON t.customer_id = c.id"
        " GROUP BY c.id, c.tickets, c.paid_total HAVING c.tickets <> COALESCE(SUM(t.counts), 0)"
        " OR c.paid_total <> COALESCE(SUM(t.paid), 0)) AS bad",
    ),
    (
        "lines",
        N_("{n} 张小票的金额与明细不符"),
        "SELECT COUNT(*) FROM (SELECT t.id FROM ticket t LEFT JOIN purchase p ON p.ticket_id = t.id"
        " GROUP BY t.id, t.paid HAVING t.paid <> COALESCE(SUM(p.paid), 0)) AS bad",
    ),
    (
        "stock",
        N_("{n} 种礼品的库存小于零"),
        "SELECT COUNT(*) FROM (SELECT gift_id FROM stock_move GROUP BY gift_id HAVING SUM(quantity) < 0) AS bad",
    ),
    (
        "issued",
        N_("{n} 条已发放的礼品没有对应的出库记录，或有多次出库"),
        "SELECT COUNT(*) FROM (SELECT l.id FROM plan_line l LEFT JOIN stock_move m ON m.line_id = l.id"
        " WHERE l.status IN ('issued', 'checked') AND l.gift_id IS NOT NULL"
        " GROUP BY l.id HAVING COALESCE(SUM(m.quantity), 0) <> -1) AS bad",
    ),
    (
        "claims",
        N_("{n} 笔已确认的损耗或差额与库存流水不符"),
        "SELECT COUNT(*) FROM stock_claim k LEFT JOIN stock_move m ON m.id = k.move_id WHERE k.state = 'confirmed'"
        " AND (m.id IS NULL OR m.gift_id <> k.gift_id OR m.kind <> k.kind OR m.quantity <> k.quantity)",
    ),
    (
        "taken_back",
        N_("{n} 笔撤销的库存流水与原来的不符"),
        "SELECT COUNT(*) FROM stock_move r JOIN stock_move m ON m.id = r.reverses_id"
        " WHERE r.gift_id <> m.gift_id OR r.kind <> m.kind OR r.quantity <> -m.quantity",
    ),
    (
        "unapproved",
        N_("{n} 条礼品未经批准就发放"),
        "SELECT COUNT(*) FROM plan_line WHERE status IN ('issued', 'checked') AND decided_by_id IS NULL"
        " AND occasion <> 'purchase'",
    ),
    (
        "four_eyes",
        N_("{n} 条礼品由提交人自己批准而没有单人审批标记"),
        "SELECT COUNT(*) FROM plan_line WHERE decided_by_id = submitted_by_id AND single_approver = 0"
        " AND status IN ('approved', 'issued', 'checked')",
    ),
)


@dataclass(frozen=True)
class Problem:
    code: str
    text: str


def proofs() -> list[Problem]:
    """Runs every proof over the whole books; an empty list is good."""
    found = []
    for code, text, sql in _PROOFS:
        n = int(database.value_of(sql) or 0)
        if n:
            found.append(Problem(code, _(text).format(n=n)))
    return found


def broken(value_of: Callable[[str], int]) -> Iterator[str]:
    """The codes of the proofs that fail, asked through `value_of`: for books other than the open ones."""
    for code, _text, sql in _PROOFS:
        if value_of(sql):
            yield code


SUMS = {
    "customers": "SELECT COUNT(*) FROM customer",
    "tickets": "SELECT COUNT(*) FROM ticket",
    "purchases": "SELECT COUNT(*) FROM purchase",
    "paid": "SELECT COALESCE(SUM(paid), 0) FROM ticket",
    "points": "SELECT COALESCE(SUM(points), 0) FROM point_entry",
    "vouchers": "SELECT COALESCE(SUM(worth), 0) FROM voucher",
    "stock": "SELECT COALESCE(SUM(quantity), 0) FROM stock_move",
    "contacts": "SELECT COUNT(*) FROM contact",
    "plan_lines": "SELECT COUNT(*) FROM plan_line",
}
"""The business totals that a backup must show again."""


def sums() -> dict[str, int]:
    """Those of the open books."""
    return {name: int(database.value_of(sql) or 0) for name, sql in SUMS.items()}
