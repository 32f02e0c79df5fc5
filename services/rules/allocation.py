"""Even distribution over groups or people, by count and by grade: pure and always the same."""

from __future__ import annotations

from collections.abc import Sequence


def even(members: Sequence[tuple[int, str, int | None]], takers: Sequence[int]) -> dict[int, int]:
    """Member id → taker id for (id, grade, present taker), evenly by grade and in all, moving as few as possible.

    Every taker keeps those they have up to their share of a grade; only the rest is dealt anew.
    """
    if not takers:
        return {}
    found: dict[int, int] = {}
    quota = _shares(members, takers)
    held: dict[tuple[int, str], int] = {}
    rest = []
    for member, grade, taker in sorted(members, key=lambda one: one[0]):
        if taker is not None and held.get((taker, grade), 0) < quota.get((taker, grade), 0):
            found[member] = taker
            held[taker, grade] = held.get((taker, grade), 0) + 1
        else:
            rest.append((member, grade))
    for member, grade in rest:
        taker = next(t for t in takers if held.get((t, grade), 0) < quota[t, grade])
        found[member] = taker
        held[taker, grade] = held.get((taker, grade), 0) + 1
    return found


def _shares(
    members: Sequence[tuple[int, str, int | None]], takers: Sequence[int]
) -> dict[tuple[int, str], int]:
    """How many of each grade each taker ends with. The ones left over go first to who has most of them, in turn."""
    counts: dict[str, int] = {}
    has: dict[tuple[int, str], int] = {}
    for _member, grade, taker in members:
        counts[grade] = counts.get(grade, 0) + 1
        if taker is not None:
            has[taker, grade] = has.get((taker, grade), 0) + 1
    extra = dict.fromkeys(takers, 0)
    order = {taker: place for place, taker in enumerate(takers)}
    quota = {}
    for grade in sorted(counts):
        each, left = divmod(counts[grade], len(takers))
        # One more for whoever had fewest extras so far, so that the totals stay within one as well.
        lucky = sorted(takers, key=lambda t: (extra[t], -has.get((t, grade), 0), order[t]))[:left]
        for taker in takers:
            quota[taker, grade] = each + (taker in lucky)
            extra[taker] += taker in lucky
    return quota
