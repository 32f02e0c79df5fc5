"""A key as people write it down: 13 groups of five signs, each group with a check sign of its own."""

from __future__ import annotations

import hashlib

from services.errors import Refused

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are misread."""
GROUPS = 13
_DATA, _GROUP = 4, 5
_LENGTH = GROUPS * _GROUP
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BITS = 256
_FILL = GROUPS * _DATA * 5 - _BITS


def groups(key: bytes) -> tuple[str, ...]:
    """The 13 groups of a 32-byte key."""
    number = int.from_bytes(key, "big") << _FILL
    data = "".join(SIGNS[(number >> 5 * place) & 31] for place in range(GROUPS * _DATA - 1, -1, -1))
    parts = (data[at : at + _DATA] for at in range(0, len(data), _DATA))
    return tuple(part + _check(number, part) for number, part in enumerate(parts))


def written(key: bytes) -> str:
    return " ".join(groups(key))


def _check(number: int, part: str) -> str:
    return SIGNS[hashlib.sha256(f"{number}:{part}".encode()).digest()[0] & 31]


def looks_like_one(text: str) -> bool:
    """Whether somebody typed a recovery key rather than a passphrase: long, and only its signs in the usual groups."""
    plain = _plain(text)
    return _LENGTH - 5 <= len(plain) <= _LENGTH + 5 and set(plain) <= set(SIGNS)


def _plain(text: str) -> str:
    return "".join(sign for sign in text.upper().translate(_ALIKE) if sign.isalnum())


def read(text: str) -> bytes:
    """The key behind typed or scanned groups; small letters, spaces and dashes do not matter.

    Raises Refused naming the group that was copied wrongly.
    """
    plain = _plain(text)
    if len(plain) != _LENGTH or not set(plain) <= set(SIGNS):
        raise Refused(
            "恢复密钥是 {groups} 组、每组 5 个字符，这里有 {n} 个。请照恢复单再抄一遍。",
            groups=GROUPS,
            n=len(plain),
            field="recovery",
        )
    number = 0
    for place in range(GROUPS):
        part = plain[place * _GROUP : place * _GROUP + _DATA]
        if plain[place * _GROUP + _DATA] != _check(place, part):
            raise Refused(
                "恢复密钥的第 {n} 组抄错了（{part}）。请对照恢复单改正。",
                n=place + 1,
                part=plain[place * _GROUP : (place + 1) * _GROUP],
                field="recovery",
            )
        for sign in part:
            number = number << 5 | SIGNS.index(sign)
    return (number >> _FILL).to_bytes(_BITS // 8, "big")
