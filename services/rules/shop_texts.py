"""Which text of the library suits a customer on a day: by season, day and grade, never the same again too soon.

The choice needs no dice: the texts that fit best are taken in turn, each customer beginning at another place, so the
same books on the same day give the same text, and two neighbours in the shop do not hear the same joke.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from models.kinds import Code, Grade, Topic


class TextKind(Code):
    """What a text is about."""

    FASHION = "fashion"
    """穿搭小贴士"""
    CARE = "care"
    """洗护"""
    JOKE = "joke"
    """轻松一笑"""
    SEASON = "season"
    """节气、天气"""
    BRAND = "brand"
    """品牌消息"""


class Season(Code):
    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"


SUITS = {
    Topic.PERSONAL: (TextKind.SEASON, TextKind.FASHION, TextKind.CARE, TextKind.JOKE),
    Topic.BRAND_SMS: (TextKind.BRAND, TextKind.SEASON, TextKind.FASHION, TextKind.CARE),
}
"""The kinds for each topic; the shop's news comes first in the brand's message, and no joke in it."""


class TextRules(Protocol):
    """What this rule needs of the policy (`policy.texts`)."""

    @property
    def not_again_days(self) -> int: ...
    @property
    def around_days(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the rule sees it."""

    id: int
    kind: TextKind
    seasons: frozenset[Season] = frozenset()
    """Empty: always"""
    days: tuple[date, ...] = ()
    """The days of this and the neighbouring years that it is about; empty: no day in particular"""
    dated: bool = False
    """About a day, even when that day does not fall near"""
    grades: frozenset[Grade] = frozenset()
    """Empty: everybody"""


def season_of(day: date) -> Season:
    """The season by the month, as people dress: March to May is spring."""
    return (Season.WINTER, Season.SPRING, Season.SUMMER, Season.AUTUMN)[day.month % 12 // 3]


def fits(text: Text, topic: Topic, grade: Grade, day: date, policy: TextRules) -> bool:
    """Whether the text can be said at all."""
    if text.kind not in SUITS.get(topic, SUITS[Topic.PERSONAL]):
        return False
    if text.grades and grade not in text.grades:
        return False
    if text.seasons and season_of(day) not in text.seasons:
        return False
    near = timedelta(days=policy.around_days)
    return not text.dated or any(abs(one - day) <= near for one in text.days)


def pick(
    texts: Sequence[Text],
    *,
    customer: int,
    topic: Topic,
    grade: Grade,
    day: date,
    heard: Mapping[int, date],
    policy: TextRules,
) -> int | None:
    """The text for this customer and day; None when each that fits was heard too lately.

    `heard`: text -> the last day this customer heard it. What is about the day comes before what is about the season,
    that before what fits always; among equals those never heard, then those heard longest ago, then in turn.
    """
    since = day - timedelta(days=policy.not_again_days)
    able = [
        text
        for text in texts
        if fits(text, topic, grade, day, policy) and (text.id not in heard or heard[text.id] <= since)
    ]
    if not able:
        return None
    best = min(_rank(text, topic, heard) for text in able)
    equal = sorted(text.id for text in able if _rank(text, topic, heard) == best)
    return equal[customer % len(equal)]


def _rank(text: Text, topic: Topic, heard: Mapping[int, date]) -> tuple[int, int, date]:
    brand_first = 0 if topic is Topic.BRAND_SMS and text.kind is TextKind.BRAND else 1
    about = 0 if text.dated else 1 if text.seasons else 2
    return (brand_first, about, heard.get(text.id, date.min))
