"""Whose data should go: those who asked for it, and those lost for longer than the policy keeps them (spec 08)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models import database
from services import journal
from services.errors import Refused
from services.rights import Right, may, require
from services.rules import customer_data as data
from services.shop import Shop
from services.words import N_, _

ASKED, LOST = "asked", "lost"
_KEPT = "retention.kept"


@dataclass(frozen=True)
class Candidate:
    """One customer about whom the owner is asked. Money in fen."""

    id: int
    card_no: str
    name: str
    why: str
    """asked: they want it; lost: nothing bought for longer than the policy keeps people"""
    since: date | None
    """The day of the request, or since when they count as lost"""
    reason: str
    asked_by: str
    request: int | None
    last_purchase: date | None
    tickets: int
    paid_total: int


def candidates(shop: Shop) -> list[Candidate]:
    """Requests first, the oldest in front; then the lost, the longest first. Raises NotAllowed."""
    require(shop, Right.ERASE)
    asked = database.rows(
        "SELECT c.id, c.card_no, c.name, r.day, r.reason, COALESCE(u.name, ''), r.id, c.last_purchase, c.tickets,"
        " c.paid_total FROM erase_request r JOIN customer c ON c.id = r.customer_id"
        " LEFT JOIN staff_user u ON u.id = r.user_id"
        " WHERE r.withdrawn = 0 AND c.state IN ('active', 'lost') ORDER BY r.day, r.id"
    )
    found = [
        Candidate(
            row[0], row[1], row[2], ASKED, database.as_day(row[3]), row[4], row[5], row[6], *_sums(row[7:])
        )
        for row in asked
    ]
    there = {one.id for one in found}
    sql, params = _lost(shop)
    for row in database.rows(
        "SELECT c.id, c.card_no, c.name, c.lost_on, c.last_purchase, c.tickets, c.paid_total FROM customer c"
        f" WHERE {sql} ORDER BY c.lost_on, c.id",
        params,
    ):
        if row[0] not in there:
            found.append(
                Candidate(
                    row[0], row[1], row[2], LOST, database.as_day(row[3]), "", "", None, *_sums(row[4:])
                )
            )
    return found


def _sums(row: Sequence[object]) -> tuple[date | None, int, int]:
    return database.as_day(row[0]), int(str(row[1])), int(str(row[2]))


def _lost(shop: Shop) -> tuple[str, list[object]]:
    policy, today = shop.policy.privacy, shop.today()
    since = policy.erase_lost_after.before(today)
    asked = policy.ask_again_after.before(today)
    sql = (
        "c.state = 'lost' AND c.lost_on <= ? AND c.id NOT IN"
        " (SELECT customer_id FROM journal_entry WHERE act = ? AND day > ? AND customer_id IS NOT NULL)"
    )
    return sql, [database.day_value(since), _KEPT, database.day_value(asked)]


def keep(shop: Shop, ids: Sequence[int], reason: str = "") -> int:
    """The lost who stay on file nevertheless: the owner is asked again after the policy's time. Returns how many."""
    require(shop, Right.ERASE)
    words = data.short(reason, "reason")
    with database.database.atomic():
        for one in ids:
            journal.note(
                shop, _KEPT, "customer", one, customer_id=one, body={"reason": words} if words else None
            )
    return len(ids)


def decline(shop: Shop, request: int, reason: str) -> None:
    """The owner does not erase somebody who was asked for, and says why. Raises Refused."""
    require(shop, Right.ERASE)
    words = data.short(reason, "reason")
    if not words:
        raise Refused("请写明为什么不删除。", field="reason")
    with database.database.atomic():
        found = database.row(
            "SELECT customer_id FROM erase_request WHERE id = ? AND withdrawn = 0", (request,)
        )
        if found is None:
            raise Refused("这条申请已经撤回或处理过了。")
        database.execute("UPDATE erase_request SET withdrawn = 1 WHERE id = ?", (request,))
        journal.note(
            shop,
            "customer.erase_declined",
            "customer",
            found[0],
            customer_id=found[0],
            body={"reason": words},
        )


def undo_decline(shop: Shop, request: int) -> None:
    """The request stands again."""
    require(shop, Right.ERASE)
    with database.database.atomic():
        database.execute("UPDATE erase_request SET withdrawn = 0 WHERE id = ?", (request,))
        customer = database.value_of("SELECT customer_id FROM erase_request WHERE id = ?", (request,))
        journal.note(shop, "customer.erase_asked_again", "customer", customer, customer_id=customer)


def reminders(shop: Shop) -> list[str]:
    """For the day's opening: what waits for the owner. Nobody else is told."""
    if shop.actor is not None and not may(shop, Right.ERASE):
        return []
    found = []
    asked = int(
        database.value_of(
            "SELECT COUNT(*) FROM erase_request r JOIN customer c ON c.id = r.customer_id"
            " WHERE r.withdrawn = 0 AND c.state IN ('active', 'lost')"
        )
    )
    if asked:
        found.append(_("{n} 位客户要求删除资料，等店主处理。").format(n=asked))
    sql, params = _lost(shop)
    if lost := int(database.value_of(f"SELECT COUNT(*) FROM customer c WHERE {sql}", params)):
        words = _("{n} 位客户流失已超过{span}，请店主决定是否删除资料。")
        found.append(words.format(n=lost, span=span_words(shop)))
    return found


def span_words(shop: Shop) -> str:
    """`3 年`, `18 个月`"""
    span = shop.policy.privacy.erase_lost_after
    words = {"days": N_("{n} 天"), "weeks": N_("{n} 周"), "months": N_("{n} 个月"), "years": N_("{n} 年")}
    return _(words[span.unit.value]).format(n=span.amount)
