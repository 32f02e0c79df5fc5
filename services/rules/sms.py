"""Short messages: how they are counted and made, and who may get one (seeds/002 六.2; spec 04, 09).

Decisions where the rule book leaves room:
- Every message carries the signature 【店名】, which no 7-bit alphabet knows, and the platforms bill by characters: 70 in
  one part, 67 in each part of a longer one, Latin letters like Chinese ones. A sign outside the basic plane (an emoji)
  takes two places.
- A number is refused together with whoever refused it: where two customers share one, the refusal of either counts.
- Spacing holds for what only keeps touch; a greeting on its day and what has a reason of its own may come closer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from models.kinds import Channel, Code, Topic
from services.errors import Refused
from services.rules import contacts
from services.words import N_

FIELDS: dict[str, str] = {
    "name": N_("姓名"),
    "title": N_("称呼（王女士）"),
    "shop": N_("店名"),
    "item": N_("上次买的货号"),
    "bought": N_("上次购买的日子"),
    "likes": N_("喜欢的颜色款式"),
    "gift": N_("待领的礼品"),
    "festival": N_("节日"),
    "label": N_("家人的日子"),
    "tip": N_("文案库里的一段话"),
}
"""What a text may name, with its words. Sizes and amounts never stand in a message that others may read."""

_FIELD = re.compile(r"\{([^{}]*)\}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_PERSONAL = frozenset({"name", "title", "item", "bought", "likes"})


class SmsSkip(Code):
    """Why somebody gets no message now."""

    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    NUMBER_REFUSED = "number_refused"
    """Somebody else with the same number refused."""
    NO_MOBILE = "no_mobile"
    DOUBTFUL = "doubtful"
    LOST = "lost"
    GONE = "gone"
    MINOR = "minor"
    OTHER_WAY = "other_way"
    """Asked to be contacted in another way."""
    TIRED = "tired"
    """Heard nothing but promotion lately."""
    SPACING = "spacing"
    TODAY = "today"
    """Was sent a message today."""
    IN_BATCH = "in_batch"
    SAME_NUMBER = "same_number"
    NO_TEMPLATE = "no_template"
    FIELD = "field"
    """A field of the text is not known of this customer."""
    TOO_LONG = "too_long"
    CLOSED = "closed"
    """The contact was done or became needless meanwhile."""
    NEW_NUMBER = "new_number"
    CANCELLED = "cancelled"
    NOT_UPLOADED = "not_uploaded"
    """The file never went to the platform."""
    NOT_KNOWN = "not_known"
    """Nobody could say whether it went, and a person left it at that."""


class SmsRules(Protocol):
    """The part of the policy that these rules need."""

    @property
    def signature(self) -> str: ...
    @property
    def opt_out(self) -> str: ...
    @property
    def one_part(self) -> int: ...
    @property
    def part(self) -> int: ...
    @property
    def most_parts(self) -> int: ...
    @property
    def warn_words(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Length:
    """How long a message is as the platforms bill it."""

    characters: int
    parts: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may get a message, with what decides it."""

    customer: int
    number: str = ""
    """The mobile number the message would go to; empty: none."""
    state: str = "active"
    minor: bool = False
    barred: bool = False
    consented: bool = True
    """False: barred because nobody has asked them yet."""
    number_refused: bool = False
    doubtful: bool = False
    preferred: str = ""
    last_contact: date | None = None
    every_days: int | None = None
    """How often at most they want to hear from the shop."""
    messaged_on: date | None = None
    in_batch: bool = False


def length(text: str, policy: SmsRules) -> Length:
    """Characters and parts of a whole message (signature and opt-out wording included)."""
    characters = len(text.encode("utf-16-le")) // 2
    if characters <= policy.one_part:
        return Length(characters, 1 if characters else 0)
    return Length(characters, -(-characters // policy.part))


def whole(body: str, shop: str, policy: SmsRules) -> str:
    """The message as it goes out: signature first, opt-out wording last, each once however it was typed."""
    signature, wording = policy.signature.replace("{shop}", shop), policy.opt_out.strip()
    body = body.strip().removeprefix(signature).strip()
    if body.endswith(wording):
        body = body.removesuffix(wording).rstrip()
    # The wording is closed off from the sentence before it, as the platforms want to find it.
    if body and body[-1] not in "。！？!?.…，,；;":
        body += "。"
    return f"{signature}{body}{wording}"


def fields_of(body: str) -> tuple[str, ...]:
    """The fields a text names, each once, in their order."""
    return tuple(dict.fromkeys(_FIELD.findall(body)))


def is_chinese(text: str) -> bool:
    """Whether the text's fields should speak Chinese."""
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def check_body(body: str, topic: Topic) -> str:
    """The text as it is kept. Raises Refused: empty, an unknown field, brackets that the platform takes as a signature."""
    text = " ".join(body.split())
    if not text:
        raise Refused("请写短信的内容。", field="text")
    for name in fields_of(text):
        if name not in FIELDS:
            raise Refused(
                "没有“{mark}”这一项。可以写：{known}。",
                mark="{" + name + "}",
                known=" ".join("{" + one + "}" for one in FIELDS),
                field="text",
            )
    if "{" in _FIELD.sub("", text) or "}" in _FIELD.sub("", text):
        raise Refused("大括号没有配对：字段要写成 {mark} 这样。", mark="{title}", field="text")
    if "【" in text or "】" in text:
        raise Refused("【】由程序加在最前面写店名，内容里不能再写。", field="text")
    if "festival" in fields_of(text) and topic is not Topic.FESTIVAL:
        raise Refused("只有节日祝福里能写 {mark}。", mark="{festival}", field="text")
    if "label" in fields_of(text) and topic is not Topic.BIRTHDAY:
        raise Refused("只有生日祝福里能写 {mark}。", mark="{label}", field="text")
    return text


def warnings(body: str, topic: Topic, policy: SmsRules) -> tuple[str, ...]:
    """What the platform may refuse, as codes: `word:抽奖`, or `personal` for a promotion that names the customer."""
    found = [f"word:{word}" for word in policy.warn_words if word and word in body]
    if topic in contacts.PROMOTION and _PERSONAL & set(fields_of(body)):
        found.append("personal")
    return tuple(found)


def filled(body: str, values: Mapping[str, str]) -> tuple[str, str]:
    """The text with its fields, and the first field that is not known (then the text is of no use)."""
    missing = next((name for name in fields_of(body) if not values.get(name, "").strip()), "")
    # Angle and square brackets of a name would look like another sender's signature.
    return _FIELD.sub(lambda found: _plain(values.get(found[1], "")), body), missing


def _plain(value: str) -> str:
    return " ".join(value.replace("【", "").replace("】", "").split())


def mobile(numbers: Sequence[tuple[str, bool]]) -> str:
    """The first mobile number of (number, foreign) in their order; empty for none."""
    return next((one for one, foreign in numbers if not foreign and _MOBILE.fullmatch(one)), "")


def judge(
    who: Candidate, topics: Sequence[Topic], today: date, spacing_days: int, *, planned: bool = False
) -> SmsSkip | None:
    """Why this candidate gets no message about `topics` today; None: the message may go. Refusals come first.

    `planned`: the schedule has chosen the message already, with the way the customer asked for in mind.
    """
    found = _by_law(who) or _by_file(who, topics, planned)
    if found is not None:
        return found
    if who.in_batch:
        return SmsSkip.IN_BATCH
    if who.messaged_on == today:
        return SmsSkip.TODAY
    near = max(spacing_days, who.every_days or 0)
    routine = all(topic in contacts.ROUTINE for topic in topics)
    if routine and who.last_contact is not None and who.last_contact > today - timedelta(days=near):
        return SmsSkip.SPACING
    return None


def _by_law(who: Candidate) -> SmsSkip | None:
    """What the law forbids, whatever the topic."""
    if who.state in ("merged", "erased"):
        return SmsSkip.GONE
    if who.barred:
        return SmsSkip.OPTED_OUT if who.consented else SmsSkip.NO_CONSENT
    if who.minor:
        return SmsSkip.MINOR
    return SmsSkip.NUMBER_REFUSED if who.number_refused else None


def _by_file(who: Candidate, topics: Sequence[Topic], planned: bool) -> SmsSkip | None:
    if who.state == "lost" and Topic.WIN_BACK not in topics:
        return SmsSkip.LOST
    if not who.number:
        return SmsSkip.NO_MOBILE
    if who.doubtful:
        return SmsSkip.DOUBTFUL
    if not planned and who.preferred in (Channel.PHONE, Channel.POST, Channel.VISIT, Channel.SHOP):
        return SmsSkip.OTHER_WAY
    return None


def quiet(time: str, policy: Any) -> bool:
    """Whether nothing may be sent at `time` (`HH:MM`): the shop's quiet hours, and the carriers' rule around them."""
    at = minutes(time)
    if not minutes(policy.sms.never_before) <= at < minutes(policy.sms.never_after):
        return True
    start, end = minutes(policy.contacts.quiet_from), minutes(policy.contacts.quiet_to)
    return start <= at < end if start <= end else at >= start or at < end


def minutes(time: str) -> int:
    """`HH:MM` as minutes of the day. Raises ValueError."""
    hour, _colon, minute = time.strip().replace("：", ":").partition(":")
    number = int(hour) * 60 + int(minute)
    if not (0 <= int(minute) < 60 and 0 <= number < 24 * 60):
        raise ValueError(time)
    return number
