"""Choosing gifts by hand for a line that is not submitted, and replacing an approved one (spec 03, steps 2 and 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as changed

from models import database
from models.kinds import LineStatus
from services import journal, stock
from services.errors import Refused
from services.gifts import new_line
from services.gifts.decide import _needed, _take_out, line_of
from services.gifts.rows import LineRow, read_lines
from services.rights import Right, require
from services.rules import gifts as rules
from services.rules.gift_reasons import reason_text
from services.rules.gifts import CostLimits, GiftFacts
from services.shop import Shop
from services.stock import GiftItem

_EDITABLE = (LineStatus.DRAFT, LineStatus.RETURNED)


def choose_gift(shop: Shop, line_id: int, gift_id: int, reason: str = "") -> LineRow:
    """Another gift for one line, by the manager within the limits; for a special customer by the owner with a reason.

    The limits hold for all parts of the occasion together. Returns the line as it is then (a draft).
    """
    line = line_of(line_id)
    _may_choose(shop, line, reason)
    with database.database.atomic():
        line = line_of(line_id)
        rules.check_step("choose", line.status)
        gift = _gift_for(shop, gift_id, {line.gift_id} if line.gift_id else set())
        others = [_facts(shop, one.gift_id) for one in parts_of(line) if one.id != line_id and one.gift_id]
        rules.check_gifts(limits_of(shop, line), [*others, gift.facts()])
        _put(shop, line, gift, reason)
    return line_of(line_id)


def choose_gifts(shop: Shop, line_id: int, gift_ids: Sequence[int], reason: str = "") -> list[LineRow]:
    """Other gifts for the whole occasion of that line: one part a gift. All its parts must still be open."""
    line = line_of(line_id)
    _may_choose(shop, line, reason)
    with database.database.atomic():
        line = line_of(line_id)
        parts = parts_of(line)
        for one in parts:
            rules.check_step("choose", one.status)
        own = {one.gift_id for one in parts if one.gift_id}
        gifts = [_gift_for(shop, number, own) for number in gift_ids]
        rules.check_gifts(limits_of(shop, line), [gift.facts() for gift in gifts])
        for one in parts[len(gifts) :]:
            _drop(shop, one)
        for number, gift in enumerate(gifts):
            old = parts[number] if number < len(parts) else _another_part(parts[0], number + 1)
            _put(shop, old, gift, reason)
    return parts_of(line)


def replace(shop: Shop, line_id: int, gift_id: int, reason: str) -> LineRow:
    """Cancels an approved line and puts a draft with another gift in its place, to be approved anew.

    Both stay visible. Returns the draft.
    """
    line = line_of(line_id)
    _may_choose(shop, line, reason)
    reason = _needed(reason)
    with database.database.atomic():
        line = line_of(line_id)
        rules.check_step("replace", line.status)
        gift = _gift_for(shop, gift_id, set())
        others = [_facts(shop, one.gift_id) for one in parts_of(line) if one.id != line_id and one.gift_id]
        rules.check_gifts(limits_of(shop, line), [*others, gift.facts()])
        _take_out(shop, line, reason)
        new_id = _insert(line, gift.id, gift.cost, reason, replaces=line.id, part=line.part)
        body = {"replaces": line.id, "from": line.gift, "to": gift.name, "reason": reason}
        journal.note(shop, "gift.replaced", "plan_line", new_id, customer_id=line.customer_id, body=body)
    return line_of(new_id)


def alternatives(shop: Shop, line_id: int) -> list[GiftItem]:
    """The gifts that could stand in this line: in stock, and within the limits together with the other parts.

    For a special customer everything in stock. What this customer had lately comes last.
    """
    line = line_of(line_id)
    limits = limits_of(shop, line)
    others = [_facts(shop, one.gift_id) for one in parts_of(line) if one.id != line_id and one.gift_id]
    had = had_lately(shop, line.customer_id)
    found = []
    for item in stock.catalogue(shop):
        if item.available < 1 and item.id != line.gift_id:
            continue
        try:
            rules.check_gifts(limits, [*others, item.facts()])
        except Refused:
            continue
        found.append(item)
    return sorted(found, key=lambda item: (item.id in had, -item.cost, item.name))


@dataclass(frozen=True)
class Options:
    """What may be chosen for a line. With `whole` the gifts of all its parts are chosen together."""

    line: LineRow
    limits: CostLimits
    whole: bool
    items: tuple[GiftItem, ...]
    chosen: frozenset[int]
    """Gift ids as they are now."""
    had: frozenset[int]
    """Gift ids this customer had lately."""


def options(shop: Shop, line_id: int) -> Options:
    """Everything the person who chooses wants to see: limits, what is in stock, what this customer had lately."""
    line = line_of(line_id)
    limits = limits_of(shop, line)
    parts = parts_of(line)
    open_parts = all(one.status in _EDITABLE for one in parts)
    whole = limits.parts > 1 and not limits.fixed and open_parts
    own = {one.gift_id for one in parts if one.gift_id} if whole else {line.gift_id} - {None}
    items = alternatives(shop, line_id)
    if whole:
        items = [item for item in stock.catalogue(shop) if item.available > 0 or item.id in own]
    had = had_lately(shop, line.customer_id) - own
    chosen = frozenset(number for number in own if number is not None)
    return Options(line, limits, whole, tuple(items), chosen, frozenset(had))


def had_lately(shop: Shop, customer_id: int) -> set[int]:
    """The gifts this customer had, or is promised, within the policy's span."""
    since = shop.policy.gifts.not_again_within.before(shop.today())
    sql = "SELECT DISTINCT gift_id FROM plan_line WHERE customer_id = ? AND live = 1 AND due >= ? AND gift_id IS NOT NULL"
    return {found[0] for found in database.rows(sql, (customer_id, database.day_value(since)))}


def limits_of(shop: Shop, line: LineRow) -> CostLimits:
    """The standard of a line."""
    found = rules.limits_for(line.grade, line.occasion, line.special, shop.policy.gifts)
    if found is None:
        raise Refused("{grade} 级客户在这个日子没有礼品标准。请重新提议这个月的计划。", grade=line.grade)
    return found


def parts_of(line: LineRow) -> list[LineRow]:
    """All live lines of the same customer, occasion and day, in order."""
    return read_lines(
        "WHERE l.customer_id = ? AND l.occasion = ? AND l.due = ? AND l.live = 1 ORDER BY l.part",
        (line.customer_id, line.occasion, database.day_value(line.due)),
    )


def _may_choose(shop: Shop, line: LineRow, reason: str) -> None:
    require(shop, Right.APPROVE if line.special else Right.PLAN_GIFTS)
    if line.special:
        _needed(reason)


def _gift_for(shop: Shop, gift_id: int, already_held: set[int]) -> GiftItem:
    """The gift, if there is one left beyond what is promised to others."""
    gift = stock.item(shop, gift_id)
    if not gift.active:
        raise Refused("“{name}”已停用，请选别的礼品。", name=gift.name, field="gift")
    if gift.available + (gift_id in already_held) < 1:
        raise Refused(
            "“{name}”库存 {stock} 件都已安排给别人，请选别的礼品或先入库。",
            name=gift.name,
            stock=gift.stock,
            field="gift",
        )
    return gift


def _facts(shop: Shop, gift_id: int | None) -> GiftFacts:
    assert gift_id is not None
    return stock.item(shop, gift_id).facts()


def _put(shop: Shop, line: LineRow, gift: GiftItem, reason: str) -> None:
    """Writes the choice into an open line; a line with id 0 is a further part."""
    words = " ".join(reason.split())[:500] or reason_text(rule="hand")
    if not line.id:
        line_id = _insert(line, gift.id, gift.cost, words, part=line.part)
    else:
        line_id = line.id
        done = database.execute(
            "UPDATE plan_line SET gift_id = ?, cost = ?, reason = ?, status = 'draft', pc = ?, version = version + 1"
            " WHERE id = ? AND status = ? AND version = ?",
            (gift.id, gift.cost, words, journal.pc_name(), line.id, str(line.status), line.version),
        )
        if done != 1:
            raise Refused("这一条刚刚被别人改过，请刷新后再看。")
    body = {"from": line.gift, "to": gift.name, "cost": gift.cost, "reason": reason}
    journal.note(shop, "gift.chosen", "plan_line", line_id, customer_id=line.customer_id, body=body)


def _drop(shop: Shop, line: LineRow) -> None:
    database.execute(
        "UPDATE plan_line SET status = 'cancelled', live = NULL, pc = ?, cancelled_at = ?, version = version + 1"
        " WHERE id = ? AND version = ?",
        (journal.pc_name(), database.moment_value(shop.clock.now()), line.id, line.version),
    )
    body = {"from": line.gift, "to": None}
    journal.note(shop, "gift.chosen", "plan_line", line.id, customer_id=line.customer_id, body=body)


def _another_part(line: LineRow, part: int) -> LineRow:
    return changed(line, id=0, part=part, gift_id=None, gift="", cost=0)


def _insert(
    line: LineRow, gift_id: int, cost: int, reason: str, *, part: int, replaces: int | None = None
) -> int:
    return new_line.write(
        plan_id=line.plan_id,
        customer_id=line.customer_id,
        occasion=line.occasion,
        day=line.due,
        gift_id=gift_id,
        part=part,
        cost=cost,
        grade=line.grade,
        special=line.special,
        handover=line.handover,
        reason=reason,
        replaces_id=replaces,
    )
