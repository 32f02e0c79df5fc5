"""Reading the gift ledger: a plan in figures, its lines page by page, what waits for a customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from models import database
from models.kinds import LineStatus
from services.gifts.due import month_span
from services.gifts.rows import LADDER, PROPOSED, SHOWN, ClassTotal, LineRow, PlanView, read_lines
from services.rights import Right, require
from services.shop import Shop

_ORDER = "ORDER BY l.due, l.occasion, c.card_no, l.customer_id, l.part, l.id"
_CHUNK = 5_000


def plan_id_of(shop: Shop, month: str) -> int | None:
    """The month's plan, if it was proposed."""
    month_span(month)
    found = database.value_of("SELECT id FROM gift_plan WHERE month = ?", (month,))
    return None if found is None else int(found)


def month_of(shop: Shop, plan_id: int) -> str | None:
    """The month (`YYYY-MM`) of a plan."""
    found = database.value_of("SELECT month FROM gift_plan WHERE id = ?", (plan_id,))
    return None if found is None else str(found)


def plan_view(shop: Shop, month: str, occasion: str = "") -> PlanView:
    """A month's plan in figures: states, budget, totals by class; of one `occasion` only, where given.

    Purchase gifts stand apart from the plan's state.
    """
    require(shop, Right.SEE)
    plan_id = plan_id_of(shop, month)
    if plan_id is None:
        return PlanView(None, month, None, {}, 0, 0, ())
    counts: dict[str, int] = defaultdict(int)
    lines, budget = 0, 0
    with_gift: set[str] = set()
    sql = (
        "SELECT l.status, l.special, CASE WHEN l.gift_id IS NULL THEN 1 ELSE 0 END, COUNT(*), COALESCE(SUM(l.cost), 0)"
        f" FROM plan_line l WHERE l.plan_id = ? AND l.live = 1 AND {PROPOSED}{_only(occasion)} GROUP BY 1, 2, 3"
    )
    for status, special, empty, number, cost in database.rows(sql, _with(plan_id, occasion)):
        counts[status] += number
        lines, budget = lines + number, budget + int(cost)
        if empty:
            counts["awaits_owner" if special else "short"] += number
        else:
            with_gift.add(status)
    ladder = [one for one in LADDER if one in (with_gift or counts)]
    status = ladder[0] if ladder else None
    return PlanView(plan_id, month, status, dict(counts), lines, budget, class_totals(plan_id, occasion))


def class_totals(plan_id: int, occasion: str = "") -> tuple[ClassTotal, ...]:
    """Pieces and cost by gift class, the foot of the sheet."""
    sql = (
        "SELECT k.name, COUNT(*), SUM(l.cost) FROM plan_line l JOIN gift g ON g.id = l.gift_id"
        " JOIN gift_class k ON k.id = g.gift_class_id WHERE l.plan_id = ? AND l.live = 1"
        f" AND {PROPOSED}{_only(occasion)} GROUP BY k.name ORDER BY k.name"
    )
    found = database.rows(sql, _with(plan_id, occasion))
    return tuple(ClassTotal(name, int(n), int(cost)) for name, n, cost in found)


def _only(occasion: str) -> str:
    return " AND l.occasion = ?" if occasion else ""


def _with(plan_id: int, occasion: str) -> tuple[Any, ...]:
    return (plan_id, occasion) if occasion else (plan_id,)


def line_ids(
    shop: Shop, plan_id: int, *, status: str = "", occasion: str = "", text: str = "", only: str = ""
) -> list[int]:
    """The ids of a plan's lines in the order of the sheet. `only`: `short`, `awaits_owner`, `waiting`.

    `text` is part of a name or the beginning of a card number.
    """
    require(shop, Right.SEE)
    where, params = _where(plan_id, status, occasion, text, only)
    sql = f"SELECT l.id FROM plan_line l JOIN customer c ON c.id = l.customer_id WHERE {where} {_ORDER}"
    return [found[0] for found in database.rows(sql, params)]


def lines(
    shop: Shop,
    plan_id: int,
    *,
    status: str = "",
    occasion: str = "",
    text: str = "",
    only: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> list[LineRow]:
    """The lines themselves, in the order of the sheet."""
    require(shop, Right.SEE)
    where, params = _where(plan_id, status, occasion, text, only)
    tail = "" if limit is None else f" LIMIT {int(limit)} OFFSET {int(offset)}"
    return read_lines(f"WHERE {where} {_ORDER}{tail}", params)


def lines_by_id(shop: Shop, ids: Sequence[int]) -> list[LineRow | None]:
    """The lines of these ids, in their order; None for one that is gone."""
    require(shop, Right.SEE)
    found: dict[int, LineRow] = {}
    for at in range(0, len(ids), _CHUNK):
        part = ids[at : at + _CHUNK]
        found.update((row.id, row) for row in read_lines(f"WHERE l.id IN ({database.marks(part)})", part))
    return [found.get(number) for number in ids]


def ids_in_state(shop: Shop, ids: Sequence[int], status: LineStatus) -> list[int]:
    """Those of these lines that are in the state, in their order."""
    require(shop, Right.SEE)
    found: set[int] = set()
    for at in range(0, len(ids), _CHUNK):
        part = ids[at : at + _CHUNK]
        sql = f"SELECT id FROM plan_line WHERE status = ? AND live = 1 AND id IN ({database.marks(part)})"
        found.update(row[0] for row in database.rows(sql, (str(status), *part)))
    return [number for number in ids if number in found]


def line(shop: Shop, line_id: int) -> LineRow:
    """One line. Refused when there is none of that number."""
    from services.gifts.decide import line_of

    require(shop, Right.SEE)
    return line_of(line_id)


def _where(plan_id: int, status: str, occasion: str, text: str, only: str) -> tuple[str, list[Any]]:
    where, params = [f"l.plan_id = ? AND {SHOWN}"], [plan_id]  # type: list[str], list[Any]
    if status:
        where.append("l.status = ?")
        params.append(str(status))
    if occasion:
        where.append("l.occasion = ?")
        params.append(str(occasion))
    else:
        where.append(PROPOSED)
    if only == "short":
        where.append("l.gift_id IS NULL AND l.special = 0 AND l.live = 1")
    elif only == "awaits_owner":
        where.append("l.gift_id IS NULL AND l.special = 1 AND l.live = 1")
    _match(text, where, params)
    return " AND ".join(where), params


def _match(text: str, where: list[str], params: list[Any]) -> None:
    if text := text.strip():
        plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        where.append("(c.name LIKE ? ESCAPE '\\' OR c.card_no LIKE ? ESCAPE '\\')")
        params += [f"%{plain}%", f"{plain}%"]


def waiting_for(shop: Shop, customer_id: int) -> list[LineRow]:
    """Approved gifts that wait to be handed to this customer, the earliest first."""
    require(shop, Right.SEE)
    return read_lines(
        "WHERE l.customer_id = ? AND l.status = 'approved' AND l.live = 1 ORDER BY l.due, l.part",
        (customer_id,),
    )


def waiting_ids(shop: Shop, text: str = "", *, overdue: bool = False) -> list[int]:
    """Approved gifts of all months that wait to be handed over, the earliest first.

    `text`: part of a name, or the beginning of a card number. `overdue`: not collected within the policy's days.
    """
    require(shop, Right.SEE)
    where, params = ["l.status = 'approved'", "l.live = 1"], []  # type: list[str], list[Any]
    if overdue:
        where.append("l.due < ? AND l.handover = 'collect'")
        days = timedelta(days=shop.policy.gifts.uncollected_days)
        params.append(database.day_value(shop.today() - days))
    _match(text, where, params)
    sql = (
        "SELECT l.id FROM plan_line l JOIN customer c ON c.id = l.customer_id"
        f" WHERE {' AND '.join(where)} {_ORDER}"
    )
    return [found[0] for found in database.rows(sql, params)]


def history_of(shop: Shop, customer_id: int, limit: int = 100) -> list[LineRow]:
    """All gift lines of one customer that are past a draft, the newest first."""
    require(shop, Right.SEE)
    return read_lines(
        f"WHERE l.customer_id = ? AND l.status <> 'draft' AND {SHOWN} ORDER BY l.due DESC, l.id DESC LIMIT ?",
        (customer_id, limit),
    )
