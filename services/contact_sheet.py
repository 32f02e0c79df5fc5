"""检核表 and 沟通进度表 as facts: who stands on the paper, and with which contacts of the span (seeds/002 考核点三)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from models.kinds import Channel, ContactState
from services.rules.spans import month_days
from services.words import N_, _


class PaperKind(str, Enum):
    CHECK = "check"
    PROGRESS = "progress"


class Length(str, Enum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


TITLES = {PaperKind.CHECK: N_("客户沟通检核表"), PaperKind.PROGRESS: N_("客户沟通进度表")}
MARKS = {
    Channel.PHONE: N_("电"),
    Channel.SMS: N_("信"),
    Channel.POST: N_("卡"),
    Channel.VISIT: N_("访"),
    Channel.SHOP: N_("店"),
}
"""One character a way, for the month's narrow columns."""
DONE, FAILED = "√", "×"


@dataclass(frozen=True)
class Point:
    """沟通点: one contact of the span."""

    day: date
    """When it was done, else when it is due"""
    on: date
    """The day of the span under which it stands: what is overdue stands under today"""
    topics: str
    channel: Channel
    state: ContactState
    state_words: str
    note: str
    assignee: str
    checked_by: str
    checked_on: date | None
    closed: bool

    @property
    def mark(self) -> str:
        """`√` reached, `×` closed without a talk, empty for open."""
        if self.state is ContactState.DONE:
            return DONE
        return FAILED if self.closed else ""


@dataclass(frozen=True)
class Line:
    """A customer with the points of the span, by day."""

    customer_id: int
    card_no: str
    name: str
    grade: str
    clerk: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Part:
    """What one group works through."""

    group: str
    lines: tuple[Line, ...]

    @property
    def points(self) -> int:
        return sum(len(line.points) for line in self.lines)

    @property
    def done(self) -> int:
        return sum(point.closed for line in self.lines for point in line.points)

    @property
    def checked(self) -> int:
        return sum(point.checked_on is not None for line in self.lines for point in line.points)


@dataclass(frozen=True)
class Sheet:
    """One paper."""

    kind: PaperKind
    shop_name: str
    first: date
    last: date
    whom: str
    by: str
    day: date
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        return sum(part.points if self.kind is PaperKind.CHECK else len(part.lines) for part in self.parts)

    @property
    def title(self) -> str:
        return _(TITLES[self.kind])

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


def span_of(length: Length, day: date) -> tuple[date, date]:
    """The day, its week from Monday to Sunday, or its month."""
    if length is Length.DAY:
        return day, day
    if length is Length.WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    return day.replace(day=1), day.replace(day=month_days(day.year, day.month))
