"""PINs: rules, memory-hard hashes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable

from models.kinds import Role
from services.errors import Refused

DIGITS = 6
OWNER_CHARACTERS = 8
_COST, _BLOCK, _LANES = 2**15, 8, 1
_MEMORY = 64 * 1024 * 1024
"""scrypt refuses n=2**15 with its default limit; 32 MiB are used."""


def check(pin: str, role: Role, about: Iterable[str] = ()) -> None:
    """Refuses a PIN that is too short or that anybody would try first. `about`: texts it must not repeat."""
    if role is Role.OWNER:
        if len(pin) < OWNER_CHARACTERS:
            raise Refused("店主的密码至少 {n} 个字符。", n=OWNER_CHARACTERS, field="pin")
    elif len(pin) < DIGITS or not pin.isdigit():
        raise Refused("密码是至少 {n} 位数字。", n=DIGITS, field="pin")
    steps = {ord(b) - ord(a) for a, b in zip(pin, pin[1:], strict=False)}
    repeated = any(pin == pin[:n] * (len(pin) // n) for n in (1, 2, 3) if len(pin) % n == 0)
    date_like = pin.isdigit() and len(pin) == 8 and pin[:2] in ("19", "20") and "01" <= pin[4:6] <= "12"
    in_text = any(pin in "".join(c for c in text if c.isalnum()) for text in about if text)
    if steps in ({1}, {-1}, {0}) or repeated or date_like or in_text:
        raise Refused("这个密码太容易猜到，请换一个：不要连号、重复、生日或电话。", field="pin")


def hashed(pin: str) -> str:
    """`scrypt$n$r$p$salt$hash`"""
    salt = os.urandom(16)
    return _encode(salt, _digest(pin, salt, _COST, _BLOCK, _LANES), _COST, _BLOCK, _LANES)


def matches(pin: str, stored: str) -> bool:
    try:
        kind, n, r, p, salt, want = stored.split("$")
        if kind != "scrypt":
            return False
        got = _digest(pin, base64.b64decode(salt), int(n), int(r), int(p))
    except ValueError as why:
        if "malloc" in str(why).lower():
            raise MemoryError from why  # nobody typed anything wrong
        return False
    return hmac.compare_digest(got, base64.b64decode(want))


def _digest(pin: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)


def _encode(salt: bytes, digest: bytes, n: int, r: int, p: int) -> str:
    return f"scrypt${n}${r}${p}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
