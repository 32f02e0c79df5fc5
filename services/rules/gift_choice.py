"""Which gift, or which gifts together, fit one customer and occasion: likes, cost, stock, not what they had lately."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.rules.gift_reasons import reason_text
from services.rules.gifts import CostLimits, GiftFacts, GiftPolicy, is_booklet


@dataclass(frozen=True, slots=True)
class Part:
    """One line: a gift, or what is missing for it."""

    gift: GiftFacts | None
    reason: str
    """Facts for `gifts.reason_words`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The parts for one customer and occasion, in order; a part without a gift stands on the shortage list."""

    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """fen"""
        return sum(part.gift.cost for part in self.parts if part.gift is not None)


class Chooser:
    """Chooses from one catalogue under one policy.

    Sets of gifts are bit masks over the catalogue, so that the same question, asked for many customers, is
    answered once.
    """

    def __init__(self, gifts: Sequence[GiftFacts], policy: GiftPolicy) -> None:
        self.gifts = tuple(sorted(gifts, key=lambda gift: gift.id))
        self.policy = policy
        self.bit = {gift.id: 1 << number for number, gift in enumerate(self.gifts)}
        self.free_choice = self.mask(
            gift.id
            for gift in self.gifts
            if gift.cost > 0 and not gift.face_value and not is_booklet(gift, policy.b_festival_class)
        )
        self._suited: frozenset[str] = frozenset().union(*(gift.suits for gift in self.gifts))
        self.choose = lru_cache(maxsize=65_536)(self._choose)

    def mask(self, ids: Iterable[int]) -> int:
        """The set of these gift ids; ids outside the catalogue are left out."""
        found = 0
        for gift_id in ids:
            found |= self.bit.get(gift_id, 0)
        return found

    @property
    def free_choice_ids(self) -> frozenset[int]:
        """Gifts that are chosen for a person; booklets and vouchers go to everybody and may come again."""
        return frozenset(gift.id for gift in self.gifts if self.bit[gift.id] & self.free_choice)

    def suited(self, likes: Iterable[str]) -> frozenset[str]:
        """Those likes of a customer that some gift suits."""
        return self._suited.intersection(likes)

    def _choose(
        self, limits: CostLimits, free: int, had: int = 0, likes: frozenset[str] = frozenset()
    ) -> Choice:
        """`free`: what stock is left; `had`: what the customer had lately; `likes`: as `suited` gives them."""
        if limits.owner_decides:
            return Choice((Part(None, reason_text(rule="owner")),))
        if limits.fixed:
            return Choice(tuple(self._fixed_parts(limits, free, had)))
        able = self._in(free & self.free_choice & ~had)
        liked = self.mask(gift.id for gift in able if gift.suits & likes)
        facts = _facts(limits)
        ids, facts["best"] = (
            self._together(able, limits, liked) if limits.min_fen else self._single(able, limits, liked)
        )
        if not ids:
            del facts["best"]
            return Choice((Part(None, reason_text(**facts, short=1)),))
        return Choice(self._parts(ids, facts, likes))

    def ranked(
        self, limits: CostLimits, free: int, had: int, likes: frozenset[str], most: int
    ) -> list[tuple[Part, ...]]:
        """The `most` best answers to one question, the best first; each costs something else, or is another gift."""
        if limits.owner_decides or limits.fixed:
            return []
        able = self._in(free & self.free_choice & ~had)
        liked = self.mask(gift.id for gift in able if gift.suits & likes)
        facts = _facts(limits)
        if limits.min_fen:
            loved = {gift.id for gift in able if self.bit[gift.id] & liked}
            ceiling = limits.max_fen if limits.max_fen is not None else sum(gift.cost for gift in able)
            full = _sets_reaching(able, limits, ceiling, loved)
            near = min((found[0] for found in full), default=0)
            near = near * (100 + self.policy.liked_may_cost_more_percent) // 100
            full.sort(key=lambda f: (-f[2] if f[0] <= near else 0, f[0], f[1], f[3]))
            sets = [found[3] for found in full[:most]]
        else:
            sets = [(gift.id,) for gift in self._by_choice(able, limits, liked)[:most]]
        return [self._parts(frozenset(ids), {**facts, "pick": n}, likes) for n, ids in enumerate(sets, 1)]

    def shared(self, limits: CostLimits, ids: Iterable[int], likes: frozenset[str], why: str) -> Choice:
        """The parts of a choice made for the whole plan's sake; `why` as in `gift_scarcity.Seat`."""
        return Choice(self._parts(frozenset(ids), {**_facts(limits), "best": why}, likes))

    def _parts(
        self, ids: frozenset[int], facts: dict[str, object], likes: frozenset[str]
    ) -> tuple[Part, ...]:
        """The lines of a choice, the dearest gift first."""
        chosen = sorted((gift for gift in self.gifts if gift.id in ids), key=lambda g: (-g.cost, g.id))
        facts = {**facts, "total": sum(gift.cost for gift in chosen)}
        if self.policy.not_again_within.amount:
            facts["span"] = str(self.policy.not_again_within)
        return tuple(Part(gift, _with_likes(facts, gift.suits & likes)) for gift in chosen)

    def _in(self, mask: int) -> list[GiftFacts]:
        return [gift for gift in self.gifts if self.bit[gift.id] & mask]

    def _fixed_parts(self, limits: CostLimits, free: int, had: int) -> list[Part]:
        parts = []
        able = self._in(free)
        if limits.gift_class:
            fitting = [gift for gift in able if is_booklet(gift, limits.gift_class)]
            # The newest issue that the customer does not have yet; the same one again rather than none.
            gift = min(fitting, key=lambda g: (bool(self.bit[g.id] & had), -g.id), default=None)
            short = {} if gift else {"short": 1}
            parts.append(Part(gift, reason_text(rule="class", name=limits.gift_class, **short)))
        if limits.voucher_fen:
            fitting = [gift for gift in able if gift.face_value == limits.voucher_fen]
            gift = min(fitting, key=lambda g: (g.cost, g.id), default=None)
            short = {} if gift else {"short": 1}
            parts.append(Part(gift, reason_text(rule="voucher", value=limits.voucher_fen, **short)))
        return parts

    def _by_choice(self, able: list[GiftFacts], limits: CostLimits, liked: int) -> list[GiftFacts]:
        """Under a ceiling alone: what suits the likes, then the finest that the standard allows, or the cheapest."""
        fitting = [gift for gift in able if limits.max_fen is None or gift.cost <= limits.max_fen]
        sign = 1 if self.policy.under_ceiling == "cheapest" else -1
        return sorted(fitting, key=lambda g: (not self.bit[g.id] & liked, sign * g.cost, g.id))

    def _single(self, able: list[GiftFacts], limits: CostLimits, liked: int) -> tuple[frozenset[int], str]:
        found = self._by_choice(able, limits, liked)
        best = "least" if self.policy.under_ceiling == "cheapest" else "finest"
        if not found:
            return frozenset(), ""
        return frozenset((found[0].id,)), "" if self.bit[found[0].id] & liked else best

    def _together(self, able: list[GiftFacts], limits: CostLimits, liked: int) -> tuple[frozenset[int], str]:
        """Reaching a floor: the least total cost; what suits the likes may cost the policy's percentage more."""
        most = limits.max_fen if limits.max_fen is not None else sum(gift.cost for gift in able)
        full = _sets_reaching(able, limits, most)
        if not full:
            return frozenset(), ""
        cheapest = min(found[0] for found in full)
        loved = {gift.id for gift in able if self.bit[gift.id] & liked}
        if loved:
            near = cheapest * (100 + self.policy.liked_may_cost_more_percent) // 100
            full = _sets_reaching(able, limits, min(most, near), loved)
        best = min(full, key=lambda found: (-found[2], found[0], found[1], found[3]))
        return frozenset(best[3]), "least" if best[0] == cheapest else "near"


def _facts(limits: CostLimits) -> dict[str, object]:
    """The standard, as it is kept with the line."""
    facts: dict[str, object] = {"rule": "min", "min": limits.min_fen} if limits.min_fen else {"rule": "max"}
    if limits.max_fen is not None:
        facts["max"] = limits.max_fen
    return facts


def _with_likes(facts: dict[str, object], liked: frozenset[str]) -> str:
    return reason_text(**facts, liked="、".join(sorted(liked))) if liked else reason_text(**facts)


def _sets_reaching(
    able: list[GiftFacts], limits: CostLimits, most: int, loved: set[int] | None = None
) -> list[tuple[int, int, int, tuple[int, ...]]]:
    """Sets of at most `parts` gifts whose cost reaches the floor only with their last piece: the minimal ones.

    Each as (total, pieces, pieces that are loved, ids), up to `most` fen; for one total and number of pieces the
    most loved one. Without `loved` only the cheapest matter: each find lowers `most`. From the dearest gift down,
    so that a set is dropped once the cheaper rest cannot lift it over the floor: 1 ms with 40 gifts, not 16.
    """
    floor, pieces = limits.min_fen, limits.parts
    below: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {(0, 0): (0, ())}
    full: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {}
    for gift in sorted(able, key=lambda g: (-g.cost, g.id)):
        love = int(loved is not None and gift.id in loved)
        kept: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {}
        for (parts, total), (loves, ids) in below.items():
            if total + (pieces - parts) * gift.cost < floor:
                continue
            _keep(kept, (parts, total), (loves, ids))
            key = (parts + 1, total + gift.cost)
            if key[1] > most:
                continue
            entry = (loves + love, (*ids, gift.id))
            if key[1] < floor:
                if key[0] < pieces:
                    _keep(kept, key, entry)
                continue
            _keep(full, key, entry)
            if loved is None:
                most = key[1]
        below = kept
    return [(total, parts, loves, ids) for (parts, total), (loves, ids) in full.items()]


def _keep(
    shelf: dict[tuple[int, int], tuple[int, tuple[int, ...]]],
    key: tuple[int, int],
    entry: tuple[int, tuple[int, ...]],
) -> None:
    """Of two sets of the same cost and number, the more liked one stays."""
    if key not in shelf or shelf[key][0] < entry[0]:
        shelf[key] = entry
