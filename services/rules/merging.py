"""Which value of two records the merged one gets: pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

KEEP, OTHER, BOTH = "keep", "other", "both"

LIKES = ("colours", "styles", "looks")
WORDS = ("hobbies", "note")
JOINED = LIKES + WORDS
"""Fields in which both values can stand."""
EARLIEST = ("registered_on", "first_purchase")
LATEST = ("verified_on", "last_purchase", "last_visit", "last_contact")
SUMS = ("points_earned", "points_balance", "tickets", "paid_total")


def is_empty(value: Any) -> bool:
    """Nothing is known: empty, none, or a sex not told."""
    value = value.value if isinstance(value, Enum) else value
    return value in (None, "", (), "unknown")


def default(field: str, keep: Any, other: Any) -> str:
    """What is proposed: the one that says something; where both do, both or the kept record's."""
    if keep == other or is_empty(other):
        return KEEP
    if is_empty(keep):
        return OTHER
    return BOTH if field in JOINED else KEEP


def together(field: str, keep: str, other: str, most: int) -> str:
    """Both texts in one: likes each once, words one after the other, cut at `most` characters."""
    if field in LIKES:
        return "、".join(dict.fromkeys(part for text in (keep, other) for part in text.split("、") if part))[
            :most
        ]
    return "；".join(dict.fromkeys(text for text in (keep, other) if text))[:most]


def totals(keep: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Sums added, first days the earlier, last days the later. Days in any form that sorts."""
    found: dict[str, Any] = {name: keep[name] + other[name] for name in SUMS}
    for names, pick in ((EARLIEST, min), (LATEST, max)):
        for name in names:
            days = [record[name] for record in (keep, other) if record[name]]
            found[name] = pick(days) if days else None
    return found


def free_parts(
    taken: set[tuple[Any, ...]], lines: list[tuple[int, tuple[Any, ...], int, bool]]
) -> dict[int, int]:
    """The part number of each moving gift line so that no two live lines of one occasion share one.

    `taken`: (occasion, due, part) of the live lines of the kept record. `lines`: id, (occasion, due), part, live.
    """
    used = set(taken)
    # A line that finds its number free keeps it, so those of the moving record are known before any is renumbered.
    used |= {(*key, part) for _id, key, part, live in lines if live}
    held = set(taken)
    found = {}
    for number, key, part, live in lines:
        if live and (*key, part) in held:
            part = 1
            while (*key, part) in used:
                part += 1
        if live:
            held.add((*key, part))
            used.add((*key, part))
        found[number] = part
    return found


def rekeyed(key: str, giver: int, taker: int) -> str:
    """The key of a planned need as it is called for another customer: `birthday:2026-12-01:7` → `…:12`.

    The customer stands in it once, before any words of people; days and occasions never look like a number alone.
    """
    parts = key.split(":")
    if str(giver) in parts:
        parts[parts.index(str(giver))] = str(taker)
    return ":".join(parts)


ROUTINE = ("personal", "brand_sms")
_WHAT = ("on", "bought", "occasion", "label")


def need_of(need: Mapping[str, Any], by_post: bool) -> tuple[Any, ...]:
    """What makes two needs of one person the same one: the topic and what it is about; a card is not a call."""
    topic = need["t"]
    if topic in ROUTINE:
        return ("routine", by_post)
    if topic == "early_notice":
        return (topic, by_post, need.get("rule"))
    if topic == "win_back":
        return (topic, by_post)
    return (topic, by_post, *(need.get(name) for name in _WHAT))


def not_covered(
    needs: list[dict[str, Any]], by_post: bool, covered: set[tuple[Any, ...]]
) -> list[dict[str, Any]]:
    """Those of `needs` that no other planned contact of the person answers already."""
    return [need for need in needs if need_of(need, by_post) not in covered]
