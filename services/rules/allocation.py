"""Even distribution over groups or people, by count and by grade: pure and always the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Member = tuple[int, str, int | None]
"""Id, grade, present taker."""


def even(
    members: Sequence[Member], takers: Sequence[int], weights: Mapping[int, int] | None = None
) -> dict[int, int]:
    """Member id → taker id, evenly by grade and in all, moving as few as possible.

    `weights`: how many parts each taker gets, one each if not said; nobody is given to a taker of weight 0.
    Every taker keeps those they have up to their share of a grade; only the rest is dealt anew.
    """
    parts = {taker: (weights or {}).get(taker, 1) for taker in takers}
    if not any(parts.values()):
        return {}
    found: dict[int, int] = {}
    quota = shares(members, parts)
    held: dict[tuple[int, str], int] = {}
    rest: dict[str, list[int]] = {}
    for member, grade, taker in sorted(members, key=lambda one: one[0]):
        if taker is not None and held.get((taker, grade), 0) < quota.get((taker, grade), 0):
            found[member] = taker
            held[taker, grade] = held.get((taker, grade), 0) + 1
        else:
            rest.setdefault(grade, []).append(member)
    for grade, waiting in rest.items():
        places = [taker for taker in parts for _n in range(quota[taker, grade] - held.get((taker, grade), 0))]
        found.update(zip(waiting, places, strict=True))
    return found


def shares(members: Sequence[Member], parts: Mapping[int, int]) -> dict[tuple[int, str], int]:
    """How many of each grade each taker ends with: the exact share rounded, down or up by less than one.

    What is left over of a grade goes to whoever is furthest behind in all grades so far, so that the totals stay
    fair as well; among those alike to who would have to give one away, then in the takers' order.
    """
    counts: dict[str, int] = {}
    has: dict[tuple[int, str], int] = {}
    for _member, grade, taker in members:
        counts[grade] = counts.get(grade, 0) + 1
        if taker is not None:
            has[taker, grade] = has.get((taker, grade), 0) + 1
    whole = sum(parts.values())
    behind = dict.fromkeys(parts, 0)
    """Share not given so far, in parts of `whole`: whole numbers only."""
    order = {taker: place for place, taker in enumerate(parts)}
    quota = {}
    for grade in sorted(counts):
        left = counts[grade]
        for taker, part in parts.items():
            quota[taker, grade] = counts[grade] * part // whole
            behind[taker] += counts[grade] * part % whole
            left -= quota[taker, grade]
        broken = [taker for taker, part in parts.items() if counts[grade] * part % whole]
        broken.sort(key=lambda t: (-behind[t], has.get((t, grade), 0) <= quota[t, grade], order[t]))
        for taker in broken[:left]:
            quota[taker, grade] += 1
            behind[taker] -= whole
    return quota
