"""Whether two addresses are one home, as people write them: pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

SHORTEST = 6
"""Characters of an address that say anything: 和平路 alone is a street, not a home."""
_MAY_DIFFER = 4
"""From so many characters of the street on, one of them may be a slip."""
_NOISE = dict.fromkeys(map(ord, " \t\r\n\u3000,，.。、;；:：()（）#-—–_/·"))
_NUMBER = re.compile(r"(\d+)(\D?)")
_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_WORDS = re.compile("[零〇一二三四五六七八九两十百]+(?=[号栋幢座楼层室弄巷组排院门单])")


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart."""

    plain: str
    """Without blanks and punctuation, digits as digits, lower case"""
    head: str
    """Everything before the first number: province, town, street or estate"""
    numbers: tuple[tuple[str, str], ...]
    """Each number with the sign behind it: (12, 号), (3, 单)"""


def parse(text: str) -> Address:
    """Takes an address apart; 十二号 is 12号, １２ is 12."""
    plain = unicodedata.normalize("NFKC", text).translate(_NOISE).lower()
    plain = _WORDS.sub(lambda found: _as_digits(found[0]), plain)
    numbers = tuple((found[1].lstrip("0") or "0", found[2]) for found in _NUMBER.finditer(plain))
    first = _NUMBER.search(plain)
    return Address(plain, plain[: first.start()] if first else plain, numbers)


def _as_digits(words: str) -> str:
    """十二 → 12, 一百零三 → 103, 三〇二 → 302."""
    if not set(words) & {"十", "百"}:
        return "".join(str(_DIGITS[char]) for char in words)
    whole, digit = 0, 0
    for char in words:
        if char in "十百":
            whole += (digit or 1) * (100 if char == "百" else 10)
            digit = 0
        else:
            digit = _DIGITS[char]
    return str(whole + digit)


def same(one: Address, two: Address) -> bool:
    """Written alike but for blanks, signs and the way of writing numbers."""
    return len(one.plain) >= SHORTEST and one.plain == two.plain


def like(one: Address, two: Address) -> bool:
    """One may leave out the town in front or the flat behind, or have a slip in the street; never another number."""
    if min(len(one.plain), len(two.plain)) < SHORTEST:
        return False
    if one.plain == two.plain:
        return True
    short, long = sorted((one.numbers, two.numbers), key=len)
    if not short:
        return not long and _continues(one.plain, two.plain)
    for (number, sign), (other, other_sign) in zip(short, long, strict=False):
        if number != other or (sign and other_sign and sign != other_sign):
            return False
    return like_street(one.head, two.head)


def like_street(one: str, two: str) -> bool:
    """The ends are the same, or differ in one character of four or more; what stands in front may be missing."""
    most = min(len(one), len(two))
    slips = sum(a != b for a, b in zip(one[len(one) - most :], two[len(two) - most :], strict=True))
    return most >= 2 and slips <= (most >= _MAY_DIFFER)


def _continues(one: str, two: str) -> bool:
    short, long = sorted((one, two), key=len)
    return long.startswith(short) or long.endswith(short)


def block_keys(address: Address, sound: str) -> tuple[tuple[str, str, str], ...]:
    """Under what somebody called `sound` (pinyin) is looked for: like homes of like names share one of these.

    The first number with the street's end and the surname; and, for a slip in the street, with the whole name.
    """
    if len(address.plain) < SHORTEST or not sound:
        return ()
    if not address.numbers:
        return (
            ("", address.head[-SHORTEST:], sound.split()[0]),
            (address.head[:SHORTEST], "", sound.split()[0]),
        )
    number = address.numbers[0][0]
    return ((number, address.head[-2:], sound.split()[0]), (number, "", sound))
