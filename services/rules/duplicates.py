"""How likely two records are one person: pure scoring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from services.rules import addresses
from services.words import N_


class Reason(Enum):
    """What speaks for one person, with its words for the list."""

    SAME_PHONE = N_("电话相同")
    SAME_NAME = N_("姓名相同")
    LIKE_NAME = N_("姓名相近")
    SAME_BIRTHDAY = N_("生日相同")
    SAME_ADDRESS = N_("地址相同")
    LIKE_ADDRESS = N_("地址相近")


WEIGHTS = {
    Reason.SAME_PHONE: 50,
    Reason.SAME_NAME: 30,
    Reason.LIKE_NAME: 20,
    Reason.SAME_BIRTHDAY: 30,
    Reason.SAME_ADDRESS: 25,
    Reason.LIKE_ADDRESS: 15,
}
"""Only their order matters: pairs are listed by the sum. They are no rule of the shop."""
OFFERED_FROM = 35
"""Below it a pair is not worth a look: the same name with a like address is, a like name alone is not."""


@dataclass(frozen=True, slots=True)
class Person:
    """What the comparison reads of one record."""

    name: str
    sort_key: str = ""
    phones: frozenset[str] = frozenset()
    birthday: tuple[str, int, int, bool] | None = None
    """calendar, month, day, leap"""
    birth_year: int | None = None
    address: str = ""


def like_name(one: str, two: str, key_one: str = "", key_two: str = "") -> bool:
    """Sounds the same, or differs in one character or one left out (not in the surname alone of two)."""
    if one == two:
        return True
    if key_one and key_one == key_two:
        return True
    if abs(len(one) - len(two)) > 1 or min(len(one), len(two)) < 2:
        return False
    if len(one) == len(two):
        return len(one) > 2 and sum(a != b for a, b in zip(one, two, strict=True)) == 1
    short, long = sorted((one, two), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def reasons(one: Person, two: Person) -> tuple[Reason, ...]:
    """Everything that speaks for the two being one person, the heaviest first."""
    found = []
    if one.phones & two.phones:
        found.append(Reason.SAME_PHONE)
    if one.name == two.name:
        found.append(Reason.SAME_NAME)
    elif like_name(one.name, two.name, one.sort_key, two.sort_key):
        found.append(Reason.LIKE_NAME)
    years_fit = one.birth_year is None or two.birth_year is None or one.birth_year == two.birth_year
    if one.birthday is not None and one.birthday == two.birthday and years_fit:
        found.append(Reason.SAME_BIRTHDAY)
    ours, theirs = addresses.parse(one.address), addresses.parse(two.address)
    if addresses.same(ours, theirs):
        found.append(Reason.SAME_ADDRESS)
    elif addresses.like(ours, theirs):
        found.append(Reason.LIKE_ADDRESS)
    return tuple(sorted(found, key=lambda reason: -WEIGHTS[reason]))


def score(found: tuple[Reason, ...]) -> int:
    """The weight of these reasons together; the higher, the likelier one person."""
    return sum(WEIGHTS[reason] for reason in found)


def worth_a_look(found: tuple[Reason, ...]) -> bool:
    """Same phone; same name and birthday; like name and address: and whatever weighs as much."""
    named = Reason.SAME_NAME in found or Reason.LIKE_NAME in found
    return Reason.SAME_PHONE in found or (named and score(found) >= OFFERED_FROM)


def clusters(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Records that hang together by their pairs, each group in order: three records of one person are one group."""
    home: dict[int, int] = {}

    def head(one: int) -> int:
        while home.setdefault(one, one) != one:
            home[one] = home[home[one]]
            one = home[one]
        return one

    for one, two in pairs:
        home[max(head(one), head(two))] = min(head(one), head(two))
    groups: dict[int, list[int]] = {}
    for one in sorted(home):
        groups.setdefault(head(one), []).append(one)
    return [tuple(group) for group in groups.values()]
