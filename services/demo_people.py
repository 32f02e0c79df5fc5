"""Invented customers: name, phone, address, birthday, measures, likes. The same seed gives the same people."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from models.kinds import Calendar, Channel, Sex
from services import calendar
from services import demo_words as words

_UNUSED_PREFIXES = ("154", "161", "163", "164", "168", "169")
"""Mobile prefixes that no carrier has: nobody real is ever called from a demo shop."""
_STEP = 15_485_863
_TAILS = 10**8
_FEMALE_PERCENT = 84
_SURNAMES = tuple(name for name, _weight in words.SURNAMES)
_WEIGHTS = tuple(accumulate(weight for _name, weight in words.SURNAMES))
_SIZES = ("S", "M", "M", "L", "L", "XL")


@dataclass(frozen=True, slots=True)
class Person:
    """One invented customer, before the first purchase."""

    name: str
    sex: Sex
    phones: tuple[str, ...]
    birthday: tuple[str, int, int, bool, int | None] | None
    height_cm: int | None
    waist_cm: int | None
    size: str
    colours: str
    styles: str
    looks: str
    postcode: str
    address: str
    preferred_channel: str
    preferred_time: str
    first_source: str
    hobbies: str


def phone(number: int, seed: int) -> str:
    """The `number`-th phone of a demo shop; all different for the first 600 million."""
    prefix = _UNUSED_PREFIXES[number % len(_UNUSED_PREFIXES)]
    tail = (number // len(_UNUSED_PREFIXES) * _STEP + seed * 104_729 + 20_468_013) % _TAILS
    return f"{prefix}{tail:08d}"


def person(rng: Random, number: int, seed: int, today: date) -> Person:
    """The `number`-th customer, counted from 0."""
    chance = rng.random
    female = chance() * 100 < _FEMALE_PERCENT
    name = words.SPECIAL_NAMES[number] if number < len(words.SPECIAL_NAMES) else _name(rng, female)
    phones: tuple[str, ...] = () if chance() < 0.02 else (phone(2 * number, seed),)
    if phones and chance() < 0.06:
        phones = (*phones, phone(2 * number + 1, seed))
    postcode, address = _address(rng)
    measured = chance() < 0.8
    base = 152 if female else 165
    return Person(
        name,
        Sex.FEMALE if female else Sex.MALE,
        phones,
        _birthday(rng, today) if chance() < 0.9 else None,
        base + int(chance() * 20) if measured else None,
        (62 if female else 74) + int(chance() * 26) if measured and chance() < 0.8 else None,
        _SIZES[int(chance() * len(_SIZES))],
        _some(rng, words.COLOURS, 2),
        _some(rng, words.STYLES, 2),
        _some(rng, words.LOOKS, 1),
        postcode,
        address,
        (Channel.PHONE.value, Channel.SMS.value)[int(chance() * 2)] if chance() < 0.15 else "",
        words.TIMES[int(chance() * len(words.TIMES))] if chance() < 0.15 else "",
        words.FIRST_SOURCES[int(chance() * len(words.FIRST_SOURCES))],
        _some(rng, words.HOBBIES, 1) if chance() < 0.3 else "",
    )


def _name(rng: Random, female: bool) -> str:
    chance = rng.random
    surname = _SURNAMES[bisect(_WEIGHTS, chance() * _WEIGHTS[-1])]
    given = words.GIVEN_FEMALE if female else words.GIVEN_MALE
    first = given[int(chance() * len(given))]
    if chance() < 0.22:
        return surname + first
    pool = words.RARE if chance() < 0.01 else given
    return surname + first + pool[int(chance() * len(pool))]


def _address(rng: Random) -> tuple[str, str]:
    """Postcode and address; now and then one of them is missing, as in every old list."""
    chance = rng.random
    luck = chance()
    if luck < 0.08:
        return "", ""
    city, postcode = (words.CITY, words.POSTCODE) if luck < 0.95 else words.FAR_CITIES[int(chance() * 3)]
    street = words.STREETS[int(chance() * len(words.STREETS))]
    estate = words.ESTATES[int(chance() * len(words.ESTATES))]
    block, entry, floor = int(chance() * 18) + 1, int(chance() * 3) + 1, int(chance() * 17) + 1
    address = f"{city}{street}{int(chance() * 300) + 1}号{estate}{block}栋{entry}单元{floor}0{int(chance() * 4) + 1}"
    return ("" if chance() < 0.05 else postcode), address


def _birthday(rng: Random, today: date) -> tuple[str, int, int, bool, int | None]:
    """From a true day between 19 and 66 years ago, so that every lunar day exists."""
    chance = rng.random
    born = today - timedelta(days=int((19 + chance() * 47) * 365.25))
    known = chance() < 0.6
    if chance() < 0.35:
        lunar = calendar.to_lunar(born)
        return Calendar.LUNAR.value, lunar.month, lunar.day, lunar.leap, lunar.year if known else None
    return Calendar.SOLAR.value, born.month, born.day, False, born.year if known else None


def _some(rng: Random, choices: Sequence[str], most: int) -> str:
    """None, one or several different ones, as the file keeps likes."""
    chance = rng.random
    if chance() < 0.25:
        return ""
    first = int(chance() * len(choices))
    if most > 1 and chance() < 0.4:
        return (
            choices[first] + "、" + choices[(first + 1 + int(chance() * (len(choices) - 1))) % len(choices)]
        )
    return choices[first]
