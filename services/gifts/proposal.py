"""Proposing a month's gifts: everyone due, each with the gift that fits limits, stock and likes (spec 03, step 2).

Set-based: a handful of selects, the allocation in memory, bulk inserts. Running it again changes nothing that was
decided, keeps drafts that still hold, and mends those that do not.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from models import database
from models.kinds import Occasion
from services import journal, stock
from services.errors import Refused
from services.gifts.due import Due, due_in, month_span
from services.gifts.existing import Draft, Existing, given_birthdays, read_existing
from services.gifts.rows import Plan
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules.gift_choice import Choice, Chooser, Part
from services.rules.gift_scarcity import Seat, Sharing
from services.rules.gifts import CostLimits, check_gifts, limits_for
from services.shop import Shop
from services.words import N_

_REPORT_EVERY = 2_000
TAKEN_BACK = N_("重新提议时不再符合")
"""Why a draft was dropped; such lines are not shown."""

_COLUMNS = (
    "plan_id, customer_id, occasion, due, gift_id, part, cost, grade, special, handover, reason, pc,"
    " status, status_reason, single_approver, code, signed, executor, manager_signed, customer_signed, live, version"
)
_INSERT = (
    f"INSERT INTO plan_line ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,'draft','',0,'','','','','',1,1)"
)
_UPDATE = (
    "UPDATE plan_line SET gift_id = ?, part = ?, cost = ?, grade = ?, special = ?, handover = ?, reason = ?, pc = ?,"
    " status_reason = '', version = version + 1 WHERE id = ? AND status = 'draft'"
)
_DROP = (
    "UPDATE plan_line SET status = 'cancelled', live = NULL, status_reason = ?, cancelled_at = ?,"
    " version = version + 1"
    " WHERE id = ? AND status = 'draft'"
)


@dataclass
class _Work:
    """One customer and occasion to be given (other) gifts, with the drafts that may be written over."""

    due: Due
    limits: CostLimits
    drafts: list[Draft]


def propose(shop: Shop, month: str, progress: Progress = silent) -> Plan:
    """Proposes everything due in `month` (`YYYY-MM`). Idempotent; decided lines stay as they are.

    Raises Refused for a wrong month; Cancelled (nothing changed) when stopped through `progress`.
    """
    require(shop, Right.PLAN_GIFTS)
    first, last = month_span(month)
    with database.database.atomic():
        plan_id = plan_for(shop, month)
        plan = _Proposal(shop, plan_id, month, progress).run(first, last)
        body = {
            name: getattr(plan, name) for name in ("month", "added", "changed", "dropped", "kept", "short")
        }
        journal.note(shop, "gift.proposed", "gift_plan", plan_id, body=body)
    return plan


def plan_for(shop: Shop, month: str) -> int:
    """The month's plan, made if need be, inside the caller's transaction; locked until its end."""
    database.execute(
        "INSERT INTO gift_plan (month, created_at, created_by_id) VALUES (?, ?, ?) ON CONFLICT (month) DO NOTHING",
        (month, database.moment_value(shop.clock.now()), shop.who),
    )
    tail = " FOR UPDATE" if database.is_postgres() else ""
    return int(database.value_of(f"SELECT id FROM gift_plan WHERE month = ?{tail}", (month,)))


class _Proposal:
    """One run of `propose`."""

    def __init__(self, shop: Shop, plan_id: int, month: str, progress: Progress) -> None:
        self.shop, self.plan_id, self.month, self.progress = shop, plan_id, month, progress
        items = stock.catalogue(shop)
        self.chooser = Chooser([item.facts() for item in items], shop.policy.gifts)
        self.gift = {gift.id: gift for gift in self.chooser.gifts}
        self.free = {item.id: item.available for item in items}
        self.had: dict[int, int] = defaultdict(int)
        self.kept = 0
        self.short = 0
        self.choices: dict[tuple[CostLimits, int, int, frozenset[str]], Choice] = {}
        self.likes = lru_cache(maxsize=65_536)(self._likes)
        self.fits = lru_cache(maxsize=4_096)(self._fits)

    def run(self, first: date, last: date) -> Plan:
        existing = read_existing(self.plan_id)
        work, left_over = self._sort_out(list(due_in(self.shop, first, last)), existing, first, last)
        if work:
            self._read_had(first)
        inserts, updates, surplus = self._allocate(work)
        drops = [draft.id for drafts in left_over for draft in drafts] + surplus
        now = database.moment_value(self.shop.clock.now())
        inserts.sort(key=lambda row: (row[2], row[1], row[3]))
        database.execute_many(_DROP, [(TAKEN_BACK, now, number) for number in drops])
        database.execute_many(_UPDATE, updates)
        database.execute_many(_INSERT, inserts)
        self.progress(len(work), len(work))
        lines, budget, awaiting = _figures(self.plan_id)
        changed = len(updates)
        return Plan(
            self.plan_id,
            self.month,
            len(inserts),
            changed,
            len(drops),
            self.kept,
            self.short,
            awaiting,
            lines,
            budget,
        )

    # --- what is to be done

    def _sort_out(
        self, due: list[Due], existing: Existing, first: date, last: date
    ) -> tuple[list[_Work], list[list[Draft]]]:
        """What needs gifts, and the drafts of people who are not due any more; both release what they held back."""
        given = given_birthdays(self.plan_id, first, last)
        limits = _Limits(self.shop)
        work, drafts = [], existing.drafts
        existing.cover(due)
        for one in due:
            if existing.has(one.customer_id, one.occasion, one.day):
                self.kept += 1
                drafts.pop((one.customer_id, one.occasion, one.day), None)
                continue
            if one.occasion == Occasion.BIRTHDAY and one.customer_id in given:
                self.kept += 1
                continue
            standard = limits.of(one)
            if standard is None:
                continue
            mine = drafts.pop((one.customer_id, one.occasion, one.day), None) if drafts else None
            if mine and self._holds(one, standard, mine):
                self.kept += 1
                self.had[one.customer_id] |= self.chooser.mask(
                    d.gift_id for d in mine if d.gift_id is not None
                )
                continue
            self._release(mine or ())
            work.append(_Work(one, standard, mine or []))
        left_over = [mine for key, mine in drafts.items() if not existing.has(*key)]
        for mine in left_over:
            self._release(mine)
        work.sort(key=lambda w: (w.due.day, w.due.grade, w.due.customer_id))
        return work, left_over

    def _holds(self, due: Due, limits: CostLimits, mine: Sequence[Draft]) -> bool:
        """Whether a draft still stands: the same grade, gifts that are there and within the standard."""
        if any(draft.grade != due.grade or draft.special != due.special for draft in mine):
            return False
        if limits.owner_decides:
            return True
        if any(draft.gift_id is None or self.free.get(draft.gift_id, -1) < 0 for draft in mine):
            return False
        return self.fits(limits, tuple(draft.gift_id for draft in mine if draft.gift_id is not None))

    def _fits(self, limits: CostLimits, gift_ids: tuple[int, ...]) -> bool:
        if limits.fixed and len(gift_ids) != limits.parts:
            return False
        try:
            check_gifts(limits, [self.gift[number] for number in gift_ids])
        except Refused:
            return False
        return True

    def _release(self, drafts: Iterable[Draft]) -> None:
        for draft in drafts:
            if draft.gift_id is not None and draft.gift_id in self.free:
                self.free[draft.gift_id] += 1

    def _read_had(self, first: date) -> None:
        """What each customer had, or is promised elsewhere, within the policy's span; one select."""
        ids = sorted(self.chooser.free_choice_ids)
        if not ids or not self.shop.policy.gifts.not_again_within.amount:
            return
        since = self.shop.policy.gifts.not_again_within.before(first)
        sql = (
            "SELECT customer_id, gift_id FROM plan_line WHERE due >= ? AND live = 1"
            f" AND gift_id IN ({database.marks(ids)}) AND (status <> 'draft' OR plan_id <> ?)"
        )
        bit = self.chooser.bit
        for customer_id, gift_id in database.rows(sql, (database.day_value(since), *ids, self.plan_id)):
            self.had[customer_id] |= bit[gift_id]

    # --- the allocation

    def _allocate(self, work: list[_Work]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[int]]:
        inserts: list[tuple[Any, ...]] = []
        updates: list[tuple[Any, ...]] = []
        surplus: list[int] = []
        mask = before = self.chooser.mask(number for number, left in self.free.items() if left > 0)
        pc = journal.pc_name()
        choices: list[Choice] = []
        for number, one in enumerate(work):
            if number % _REPORT_EVERY == 0:
                self.progress(number, len(work))
            choice = self._choice(one, mask)
            for part in choice.parts:
                if part.gift is not None:
                    mask = self._take(part.gift.id, one.due.customer_id, mask)
            choices.append(choice)
        if before & ~mask & self.chooser.free_choice:
            # Nobody did worse than alone until something ran out: only then is there anything to share.
            self._share(work, choices)
        for one, choice in zip(work, choices, strict=True):
            if not one.limits.owner_decides:
                self.short += sum(1 for part in choice.parts if part.gift is None)
            _write(self.plan_id, one, choice.parts, pc, inserts, updates, surplus)
        return inserts, updates, surplus

    def _share(self, work: list[_Work], choices: list[Choice]) -> None:
        """Scarce gifts go round so that most customers have one and the plan costs least (`gift_scarcity`)."""
        free = [
            (number, one)
            for number, one in enumerate(work)
            if not one.limits.fixed and not one.limits.owner_decides
        ]
        times = Counter(one.due.customer_id for _number, one in free)
        at, seats, waiting = [], [], set()
        for number, one in free:
            who = one.due.customer_id
            ids = tuple(sorted(part.gift.id for part in choices[number].parts if part.gift is not None))
            # Who is due twice in this month keeps what they have, and is helped once: the one bears on the other.
            if not ids and who in waiting:
                continue
            had = self.had.get(who, 0) & ~self.chooser.mask(ids)
            at.append(number)
            seats.append(Seat(one.limits, had, self.likes(one.due.likes), ids, movable=times[who] == 1))
            if not ids:
                waiting.add(who)
        for found in Sharing(self.chooser, seats, self.free).run():
            seat = seats[found]
            choices[at[found]] = self.chooser.shared(seat.limits, seat.ids, seat.likes, seat.why)

    def _choice(self, one: _Work, mask: int) -> Choice:
        key = (one.limits, mask, self.had.get(one.due.customer_id, 0), self.likes(one.due.likes))
        found = self.choices.get(key)
        if found is None:
            found = self.choices[key] = self.chooser.choose(*key)
        return found

    def _take(self, gift_id: int, customer_id: int, mask: int) -> int:
        self.free[gift_id] -= 1
        self.had[customer_id] |= self.chooser.bit[gift_id]
        return mask if self.free[gift_id] > 0 else mask & ~self.chooser.bit[gift_id]

    def _likes(self, texts: tuple[str, str, str]) -> frozenset[str]:
        return self.chooser.suited(re.split(r"[、,，;；\s]+", " ".join(texts)))


class _Limits:
    """The standards, each looked up once."""

    def __init__(self, shop: Shop) -> None:
        self.policy = shop.policy.gifts
        self.known: dict[tuple[str, str, bool], CostLimits | None] = {}

    def of(self, due: Due) -> CostLimits | None:
        key = (due.grade, due.occasion, due.special)
        if key not in self.known:
            self.known[key] = limits_for(*key, policy=self.policy)
        return self.known[key]


def _write(
    plan_id: int,
    one: _Work,
    parts: Sequence[Part],
    pc: str,
    inserts: list[tuple[Any, ...]],
    updates: list[tuple[Any, ...]],
    surplus: list[int],
) -> None:
    """The parts of one customer's occasion: over the old drafts first, then as new lines."""
    due, old = one.due, {draft.part: draft for draft in one.drafts}
    handover, special = str(one.limits.handover), int(due.special)
    day = database.day_value(due.day)
    for number, part in enumerate(parts, 1):
        gift_id, cost = (part.gift.id, part.gift.cost) if part.gift else (None, 0)
        draft = old.pop(number, None)
        if draft is None:
            row = (
                plan_id,
                due.customer_id,
                due.occasion,
                day,
                gift_id,
                number,
                cost,
                due.grade,
                special,
                handover,
            )
            inserts.append((*row, part.reason, pc))
        elif (draft.gift_id, draft.grade, draft.special) != (gift_id, due.grade, due.special):
            updates.append((gift_id, number, cost, due.grade, special, handover, part.reason, pc, draft.id))
    surplus.extend(draft.id for draft in old.values())


def _figures(plan_id: int) -> tuple[int, int, int]:
    """(live lines, cost in fen, lines that wait for the owner's choice)"""
    found = database.row(
        "SELECT COUNT(*), COALESCE(SUM(cost), 0),"
        " COALESCE(SUM(CASE WHEN special = 1 AND gift_id IS NULL THEN 1 ELSE 0 END), 0)"
        " FROM plan_line WHERE plan_id = ? AND live = 1",
        (plan_id,),
    )
    assert found is not None
    return int(found[0]), int(found[1]), int(found[2])
