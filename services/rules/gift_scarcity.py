"""Sharing scarce gifts over a whole plan: as many customers as possible by the rule, then the least total cost.

Gifts are the knots of a graph; whoever holds one gift and could as well take another is a way between the two. A
customer without a gift is served along a chain of such changes that ends at a gift still in stock; a dear piece is
saved along a chain that ends at a cheaper one. For single gifts both are exact: chains of this kind lead to the most
customers (Berge), never take a gift from somebody for good, and the cost of a plan is the cost of the pieces it uses,
so that no better plan is left once no single exchange helps (pieces that can be handed out together form a matroid).
For gifts put together to reach a floor the problem is hard in general; there the same chains only improve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from services.rules.gift_choice import Chooser
from services.rules.gifts import CostLimits

_MOST_CHAINS = 5_000
"""Chains looked for in one plan: what a shop meets stays far below; it bounds the time of a hopeless one."""

_Kind = tuple[CostLimits, int, frozenset[str], tuple[int, ...]]
"""Seats that are alike: standard, what they had lately, likes, the gifts they hold."""
_Way = tuple[int, int]
"""One gift given away, another taken."""
_Step = tuple[int, _Kind, int]
"""Somebody of that kind gives the first gift away and takes the second."""


@dataclass(slots=True)
class Seat:
    """One customer's occasion: `had` without the gifts of this seat; `ids` empty where nothing was left."""

    limits: CostLimits
    had: int
    likes: frozenset[str]
    ids: tuple[int, ...]
    movable: bool = True
    """Whether its gifts may be changed for others' sake."""
    why: str = ""
    """made: served along a chain; share: changed so that somebody else is served; save: changed for the total."""


@dataclass(slots=True)
class _Taken:
    """What one attempt changed, to be taken back."""

    moves: list[tuple[int, int, int]] = field(default_factory=list)
    """(seat, gift given away, gift taken)"""
    pieces: list[int] = field(default_factory=list)


class Sharing:
    """Seats in the order of their claim; `free` is what stock is left, and is changed."""

    def __init__(self, chooser: Chooser, seats: Sequence[Seat], free: dict[int, int]) -> None:
        self.chooser, self.seats, self.free = chooser, seats, free
        self.cost = {gift.id: gift.cost for gift in chooser.gifts}
        self.suits = {gift.id: gift.suits for gift in chooser.gifts}
        self.members: dict[_Kind, list[int]] = {}
        self.takers: dict[_Way, tuple[dict[_Kind, None], ...]] = {}
        """Who could change so, in the order in which they are asked: `_rank`"""
        self._targets: dict[tuple[_Kind, int], int] = {}
        self._ways: dict[tuple[int, bool], int] = {}
        self.chains = 0
        for number, seat in enumerate(seats):
            if seat.ids and seat.movable:
                self._put(number)

    def run(self) -> list[int]:
        """Serves, then saves. Returns the numbers of the seats that changed, in order."""
        before = [seat.ids for seat in self.seats]
        self._serve_all()
        self._save_all()
        return [number for number, seat in enumerate(self.seats) if seat.ids != before[number]]

    # ---- most customers

    def _serve_all(self) -> None:
        hungry = [number for number, seat in enumerate(self.seats) if not seat.ids]
        hopeless: set[_Kind] = set()
        for kind, run in groupby(hungry, key=lambda number: _kind(self.seats[number])):
            for number in run:
                if kind in hopeless or self.chains >= _MOST_CHAINS:
                    break
                if not self._serve(number):
                    # A chain that is not there now will not be there later: serving others only uses stock up.
                    hopeless.add(kind)

    def _serve(self, number: int) -> bool:
        seat = self.seats[number]
        within = self._obtainable()
        for _attempt in range(seat.limits.parts):
            choice = self.chooser.choose(seat.limits, within, seat.had, seat.likes)
            ids = tuple(part.gift.id for part in choice.parts if part.gift is not None)
            if not ids:
                return False
            failed = self._fetch(ids)
            if failed is None:
                seat.ids, seat.why = tuple(sorted(ids)), "made"
                if seat.movable:
                    self._put(number)
                return True
            within &= ~self.chooser.bit[failed]
        return False

    def _fetch(self, ids: Sequence[int]) -> int | None:
        """Takes one piece of each from stock, along chains where need be: all or none. Returns what was not to be had."""
        taken = _Taken()
        for gift_id in sorted(ids, key=lambda one: self.free.get(one, 0) <= 0):
            if self.free.get(gift_id, 0) <= 0 and not self._make_free(gift_id, taken):
                self._take_back(taken)
                return gift_id
            self.free[gift_id] -= 1
            taken.pieces.append(gift_id)
        return None

    def _make_free(self, gift_id: int, taken: _Taken) -> bool:
        """Frees a piece along the chain that ends at the cheapest gift in stock."""
        steps = self._chain(gift_id, saving=False)
        return steps is not None and self._walk(steps, "share", taken)

    def _obtainable(self) -> int:
        """Gifts in stock, and gifts that a chain could free."""
        found = self.chooser.mask(number for number, left in self.free.items() if left > 0)
        rest = [gift.id for gift in self.chooser.gifts if not self.chooser.bit[gift.id] & found]
        grown = True
        while grown:
            grown = False
            for gift_id in rest:
                bit = self.chooser.bit[gift_id]
                if not bit & found and self._way(gift_id, saving=False) & found:
                    found, grown = found | bit, True
        return found

    # ---- least cost

    def _save_all(self) -> None:
        """The dearest piece in use against the cheapest that a chain reaches, until no exchange helps."""
        dearest = sorted(self.cost, key=lambda one: (-self.cost[one], one))
        saved = 1
        while saved and self.chains < _MOST_CHAINS:
            saved = sum(self._save(gift_id) for gift_id in dearest)

    def _save(self, gift_id: int) -> bool:
        saved = False
        while self.chains < _MOST_CHAINS:
            steps = self._chain(gift_id, saving=True)
            if steps is None or self.cost[steps[-1][2]] >= self.cost[gift_id]:
                break
            if not self._walk(steps, "save", _Taken()):
                break
            saved = True
        return saved

    # ---- the graph

    def _chain(self, start: int, *, saving: bool) -> list[_Step] | None:
        """The shortest chain from a gift to the cheapest one in stock that can be reached at all."""
        self.chains += 1
        came: dict[int, int] = {start: 0}
        queue = [start]
        for gift_id in queue:
            new = self._way(gift_id, saving=saving)
            for other in self._ids(new):
                if other not in came:
                    came[other] = gift_id
                    queue.append(other)
        ends = [one for one in queue[1:] if self.free.get(one, 0) > 0]
        if not ends:
            return None
        at = min(ends, key=lambda one: (self.cost[one], one))
        steps: list[_Step] = []
        while at != start:
            steps.append((came[at], self._who(came[at], at), at))
            at = came[at]
        return steps[::-1]

    def _way(self, gift_id: int, *, saving: bool) -> int:
        """Into which gifts somebody who holds this one could change."""
        found = self._ways.get((gift_id, saving))
        if found is None:
            found = 0
            for other in self.cost:
                takers = self.takers.get((gift_id, other))
                if takers is not None and any(takers[:1] if saving else takers):
                    found |= self.chooser.bit[other]
            self._ways[gift_id, saving] = found
        return found

    def _who(self, gift_id: int, other: int) -> _Kind:
        """Who changes: rather somebody whose likes the gift does not suit."""
        return next(kind for takers in self.takers[gift_id, other] for kind in takers)

    def _rank(self, kind: _Kind, gift_id: int) -> int:
        """0: the rule asks for the least cost, and the gift suits no like; 1: only a ceiling holds; 2: it is liked."""
        if self.suits[gift_id] & kind[2]:
            return 2
        return 0 if kind[0].min_fen else 1

    def _into(self, kind: _Kind, gift_id: int) -> int:
        """By which gifts one of this kind could have it replaced, within the standard and without a needless piece."""
        found = self._targets.get((kind, gift_id))
        if found is None:
            limits, had, _likes, ids = kind
            rest = [self.cost[one] for one in ids if one != gift_id]
            able = self.chooser.free_choice & ~had & ~self.chooser.mask(ids)
            found = self.chooser.mask(
                one for one in self._ids(able) if _within(limits, [*rest, self.cost[one]])
            )
            self._targets[kind, gift_id] = found
        return found

    def _ids(self, mask: int) -> Iterator[int]:
        for gift in self.chooser.gifts:
            if self.chooser.bit[gift.id] & mask:
                yield gift.id

    # ---- moving

    def _walk(self, steps: list[_Step], why: str, taken: _Taken) -> bool:
        """From the end of the chain to its start; False, and nothing changed, where one seat would move twice."""
        kinds = [kind for _from, kind, _to in steps]
        if any(kinds.count(kind) > len(self.members[kind]) for kind in kinds):
            return False
        for gift_id, kind, other in reversed(steps):
            number = self.members[kind][-1]
            self._change(number, gift_id, other)
            self.seats[number].why = self.seats[number].why or why
            taken.moves.append((number, gift_id, other))
        return True

    def _change(self, number: int, gift_id: int, other: int) -> None:
        self._out(number)
        seat = self.seats[number]
        seat.ids = tuple(sorted(other if one == gift_id else one for one in seat.ids))
        self.free[gift_id] = self.free.get(gift_id, 0) + 1
        self.free[other] -= 1
        self._put(number)

    def _take_back(self, taken: _Taken) -> None:
        for gift_id in taken.pieces:
            self.free[gift_id] += 1
        for number, gift_id, other in reversed(taken.moves):
            self._change(number, other, gift_id)

    def _put(self, number: int) -> None:
        kind = _kind(self.seats[number])
        if kind not in self.members:
            self.members[kind] = []
            for gift_id in kind[3]:
                rank = self._rank(kind, gift_id)
                for other in self._ids(self._into(kind, gift_id)):
                    self.takers.setdefault((gift_id, other), ({}, {}, {}))[rank][kind] = None
                self._forget(gift_id)
        self.members[kind].append(number)

    def _out(self, number: int) -> None:
        kind = _kind(self.seats[number])
        members = self.members[kind]
        if members[-1] == number:
            members.pop()
        else:
            members.remove(number)
        if not members:
            del self.members[kind]
            for gift_id in kind[3]:
                rank = self._rank(kind, gift_id)
                for other in self._ids(self._into(kind, gift_id)):
                    del self.takers[gift_id, other][rank][kind]
                self._forget(gift_id)

    def _forget(self, gift_id: int) -> None:
        for saving in (False, True):
            self._ways.pop((gift_id, saving), None)


def _kind(seat: Seat) -> _Kind:
    return seat.limits, seat.had, seat.likes, seat.ids


def _within(limits: CostLimits, costs: Sequence[int]) -> bool:
    total = sum(costs)
    if total < limits.min_fen or (limits.max_fen is not None and total > limits.max_fen):
        return False
    return not limits.min_fen or total - min(costs) < limits.min_fen
