"""One cell of the contact matrix, topic by grade: must, may or not at all, and by which ways (seeds/002 六; spec 04).

A cell stands in the policy as words in a fixed order, so that the owner's sheet and the file say the same:
`must card phone sms` = it must be done, a card goes by post before, by phone, else by message. The first way is the
usual one; the others serve whoever asks for them or refuses the first. Letters and visits are never a second best:
they are chosen only when they stand first or the customer wishes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from models.kinds import Channel, Code, Grade, Topic
from services.errors import Refused

CARD = "card"
GREETINGS = frozenset({Topic.BIRTHDAY, Topic.FESTIVAL})
WAYS = (Channel.PHONE, Channel.SMS, Channel.POST, Channel.VISIT)
"""What a cell can name; a talk in the shop is not planned."""


class Level(Code):
    """How binding a cell is."""

    MUST = "must"
    """The schedule plans it."""
    MAY = "may"
    """Nobody plans it; who wants to may."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Cell:
    """What happens for one topic and grade."""

    level: Level
    ways: tuple[Channel, ...] = ()
    card: bool = False

    def text(self) -> str:
        """As the policy keeps it."""
        if self.level is Level.OFF:
            return Level.OFF.value
        return " ".join([self.level.value, *([CARD] if self.card else []), *(way.value for way in self.ways)])


def name(topic: Topic, grade: Grade) -> str:
    """The cell's name in the policy: `follow_up_a`."""
    return f"{topic.value}_{grade.value.lower()}"


def names() -> tuple[str, ...]:
    """All cells, topic by topic."""
    return tuple(name(topic, grade) for topic in Topic for grade in Grade)


@lru_cache(maxsize=1024)
def read(text: str) -> Cell:
    """The cell out of the policy's words. Raises ValueError for anything else."""
    first, *rest = text.split()
    level = Level(first)
    card = bool(rest) and rest[0] == CARD
    ways = tuple(Channel(word) for word in rest[card:])
    if len(set(ways)) != len(ways) or not set(ways) <= set(WAYS):
        raise ValueError(text)
    if (level is Level.OFF) != (not rest):
        raise ValueError(text)
    return Cell(level, ways, card)


def check(topic: Topic, grade: Grade, text: str, *, c_phone_only_with_gift: bool) -> Cell:
    """The cell, if it makes sense. Raises Refused with what does not, and how to mend it."""
    key = f"contacts.matrix.{name(topic, grade)}"
    try:
        cell = read(" ".join(text.split()))
    except ValueError:
        raise Refused(
            "“{key}”要写成“must phone sms”这样：must、may 或 off，再写方式 phone、sms、post、visit；贺卡写 card。",
            key=key,
            field=key,
        ) from None
    if cell.level is not Level.OFF and not cell.ways:
        raise Refused("要做的事至少选一种方式；不做就选“不联络”。", field=key)
    if cell.card and topic not in GREETINGS:
        raise Refused("贺卡只用于生日和节日。", field=key)
    if topic is Topic.BRAND_SMS and set(cell.ways) - {Channel.SMS}:
        raise Refused("品牌短信只能用短信发。", field=key)
    if (
        *(grade is Grade.C, c_phone_only_with_gift, Channel.PHONE in cell.ways),
        topic is not Topic.GIFT_WAITING,
    ) == (True, True, True, True):
        raise Refused(
            "C 级客户只在有礼品时才打电话。要改，请先关掉客情标准里的“C 级只在有礼品时打电话”。", field=key
        )
    return cell


def ordered(ways: Iterable[Channel], first: Channel | None = None) -> tuple[Channel, ...]:
    """The ways in the order of the sheet, the usual one in front."""
    wanted = set(ways)
    rest = [way for way in WAYS if way in wanted and way is not first]
    return (first, *rest) if first is not None and first in wanted else tuple(rest)
