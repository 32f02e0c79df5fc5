"""Messages through a gateway: parts, reports, replies, and what a message is when its parts say different things (spec 04, 09).

Decisions where the rule book leaves room:
- A message is delivered only when every part is. While a part is still on its way the message is; a part of which nobody
  knows anything makes the whole message unknown, because sending it again would repeat the parts that arrived.
- The provider's first final word about a part counts; a later one that contradicts it changes nothing.
- A reply refuses only when it is nothing but the refusal ("R", "退订"), as the message asks for it; a sentence with the
  letter R in it is a reply to be read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.kinds import SmsState
from services.rules.sms import SmsRules

PART_FINAL = frozenset({SmsState.DELIVERED, SmsState.FAILED})
"""States of a part after which nothing is awaited."""
_REFERENCES = 65_535
_WIDTHS = (8, 10)
"""To which figures providers fill their ids up with noughts."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a delivery report says in its text."""

    provider_id: str
    state: str
    """`DELIVRD`, `UNDELIV` …; empty where the text is no report."""
    error: str


_FIELD = re.compile(r"(?<![a-z])(id|stat|err):(\S+)", re.IGNORECASE)
_STATES = {
    "DELIVRD": SmsState.DELIVERED,
    "DELIVERED": SmsState.DELIVERED,
    "EXPIRED": SmsState.FAILED,
    "DELETED": SmsState.FAILED,
    "UNDELIV": SmsState.FAILED,
    "REJECTD": SmsState.FAILED,
    "REJECTED": SmsState.FAILED,
    "UNKNOWN": SmsState.UNKNOWN,
}
_CODES = {
    2: SmsState.DELIVERED,
    3: SmsState.FAILED,
    4: SmsState.FAILED,
    5: SmsState.FAILED,
    7: SmsState.UNKNOWN,
    8: SmsState.FAILED,
}
"""message_state of SMPP 3.4, 5.2.28; enroute (1) and accepted (6) are still on their way."""
_NAMES = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 7: "UNKNOWN", 8: "REJECTD"}


def split(text: str, policy: SmsRules) -> list[str]:
    """The parts a text goes out in: one of `one_part` signs, or several of `part`; an emoji is never cut in two."""
    if units(text) <= policy.one_part:
        return [text] if text else []
    parts: list[str] = []
    held, room = "", policy.part
    for sign in text:
        need = units(sign)
        if need > room:
            parts.append(held)
            held, room = "", policy.part
        held, room = held + sign, room - need
    return [*parts, held]


def units(text: str) -> int:
    """Places that a text takes in UCS-2: two for a sign outside the basic plane."""
    return len(text.encode("utf-16-le")) // 2


def reference(part_id: int) -> int:
    """Our own id of a part as the wire carries it (user_message_reference, 16 bits, never 0)."""
    return part_id % _REFERENCES + 1


def receipt(text: str) -> Receipt:
    """The report that stands in `text` (SMPP 3.4, appendix B: `id:… sub:… stat:DELIVRD err:000 …`)."""
    # The first of each: what follows may be the customer's own text.
    found = {name.lower(): value for name, value in reversed(_FIELD.findall(text))}
    return Receipt(found.get("id", ""), found.get("stat", "").upper(), found.get("err", ""))


def state_of(code: int | None, word: str = "") -> SmsState:
    """What a report means for the part: delivered, failed, unknown, or still handed over."""
    if code is not None and code in (*_CODES, 1, 6):
        return _CODES.get(code, SmsState.HANDED_OVER)
    return _STATES.get(word.upper(), SmsState.HANDED_OVER)


def reason_of(code: int | None, word: str, error: str) -> str:
    """Why it failed, in the provider's own words: `UNDELIV 011`."""
    named = word or (_NAMES.get(code, "") if code is not None else "")
    meaningful = error if error.strip("0") else ""
    return " ".join(part for part in (named, meaningful) if part)


def whole(states: Sequence[SmsState]) -> SmsState:
    """What the message is, from its parts in any order."""
    found = set(states)
    if not found or SmsState.HANDED_OVER in found:
        return SmsState.HANDED_OVER
    for one in (SmsState.UNKNOWN, SmsState.FAILED):
        if one in found:
            return one
    return SmsState.DELIVERED


def learned(known: SmsState, said: SmsState) -> SmsState:
    """What a part is after a report: the first final word stays, anything is better than not knowing."""
    if known in PART_FINAL or said is SmsState.HANDED_OVER and known is not SmsState.UNKNOWN:
        return known
    return said


def same_ids(provider_id: str) -> tuple[str, ...]:
    """The ways in which providers write one id: some answer in hexadecimal and report in decimal figures."""
    text = provider_id.strip()
    plain = text.lstrip("0") or text
    found = [text, plain]
    if plain.isdigit():
        figures = f"{int(plain):x}"
        found += [form(one) for one in (figures, *map(figures.zfill, _WIDTHS)) for form in (str, str.upper)]
    if re.fullmatch(r"[0-9a-fA-F]{1,16}", plain):
        figures = str(int(plain, 16))
        found += [figures, *map(figures.zfill, _WIDTHS)]
    return tuple(dict.fromkeys(one for one in found if one))


def refuses(text: str, words: Sequence[str]) -> bool:
    """Whether a reply is a refusal: one of `words` and nothing else but punctuation."""
    plain = re.sub(r"[\W_]+", "", _narrow(text)).upper()
    return bool(plain) and plain in {_narrow(word).upper() for word in words}


def plain_number(address: str) -> str:
    """A phone number as the books write it: digits without the country's code."""
    digits = re.sub(r"\D", "", address)
    if digits.startswith("0086"):
        digits = digits[2:]
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def _narrow(text: str) -> str:
    """Full-width letters as ordinary ones: Ｒ counts like R."""
    return "".join(chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in text)
