"""Who may be told of new goods, and how: opt-outs, the matrix, spacing, what stands on the schedule (spec 04)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from models import database
from models.kinds import Channel, Code, Grade, Topic
from services import contact_balance
from services.arrivals import Arrival
from services.rules import contacts as contact_rules
from services.rules.contacts import Person, Skip
from services.schedule_needs import OPEN
from services.shop import Shop


class Left(Code):
    """Why somebody whom goods would suit is not named."""

    OPTED_OUT = "opted_out"
    NO_NUMBER = "no_number"
    MINOR = "minor"
    BY_RULE = "by_rule"
    """The contact matrix has no new arrivals for the grade."""
    LATELY = "lately"
    """Contacted within the spacing, or less often wished."""
    PLANNED = "planned"
    """Another contact stands on the schedule for these days."""
    TOLD = "told"
    """Was told of just these goods."""
    TIRED = "tired"
    """Heard nothing but promotion lately."""
    JUST_BOUGHT = "just_bought"
    SIZE = "size"


JOINABLE = (
    "k.topics IN ('personal', 'brand_sms', 'personal,brand_sms') AND k.state = 'planned' AND k.by_hand = 0"
    " AND NOT EXISTS (SELECT 1 FROM sms_message m WHERE m.contact_id = k.id)"
)
"""What only keeps touch and is on nobody's way yet: the goods are told with it."""
_TOLD = (
    "SELECT customer_id FROM contact WHERE key LIKE ? AND state <> 'expired'",
    "SELECT k.customer_id FROM folded_need f JOIN contact k ON k.id = f.contact_id WHERE f.key LIKE ?"
    " AND k.state <> 'expired'",
)


class May:
    """Who may be told, and how: opt-outs, spacing, what stands on the schedule, what they heard."""

    def __init__(
        self, shop: Shop, arrivals: Sequence[Arrival], candidates: Sequence[int], keep_tired: bool
    ) -> None:
        self.shop, self.keep_tired = shop, keep_tired
        self.today = shop.today()
        self.near = shop.policy.contacts.spacing_days
        refused: dict[int, set[str]] = defaultdict(set)
        for customer, channel in database.rows("SELECT customer_id, channel FROM opt_out"):
            refused[customer].add(channel)
        self.refused = {customer: frozenset(channels) for customer, channels in refused.items()}
        soon = self.today + timedelta(days=self.near)
        self.planned = {
            row[0]
            for row in database.rows(
                f"SELECT DISTINCT k.customer_id FROM contact k WHERE {OPEN.format(k='k')} AND k.due < ?"
                f" AND k.channel <> 'post' AND NOT ({JOINABLE})",
                (soon,),
            )
        }
        self.told = {
            row[0]
            for one in arrivals
            for sql in _TOLD
            for row in database.rows(sql, (f"arrival:{one.id}:%",))
        }
        self.tired = contact_balance.tired(shop, candidates)
        self._ways: dict[Any, Channel | Skip] = {}

    def be_told(self, row: tuple[Any, ...]) -> Channel | Left:
        customer, grade = row[0], row[1]
        if customer in self.told:
            return Left.TOLD
        refused = self.refused.get(customer, frozenset())
        kind = (grade, refused, row[7], row[8], row[9], row[11])
        way = self._ways.get(kind)
        if way is None:
            way = self._ways[kind] = channel_for(self.shop, Grade(grade), refused, row)
        if isinstance(way, Skip):
            return _LEFT.get(way, Left.BY_RULE)
        if row[12] or (row[10] and self._wants_rest(row)):
            return Left.LATELY
        if customer in self.planned:
            return Left.PLANNED
        if customer in self.tired and not self.keep_tired:
            return Left.TIRED
        return way

    def _wants_rest(self, row: tuple[Any, ...]) -> bool:
        """Whether the customer wishes to hear from the shop less often than that."""
        last = database.as_day(row[6]) if row[6] else None
        return last is not None and last > self.today - timedelta(days=row[10])


_LEFT = {
    Skip.OPTED_OUT: Left.OPTED_OUT,
    Skip.NO_PHONE: Left.NO_NUMBER,
    Skip.DOUBTFUL: Left.NO_NUMBER,
    Skip.MINOR: Left.MINOR,
    Skip.GRADE: Left.BY_RULE,
}


def channel_for(shop: Shop, grade: Grade, refused: frozenset[str], row: Sequence[Any]) -> Channel | Skip:
    """Goods chosen for one person are told by phone where the matrix lets the grade be phoned, else by message; the
    customer's own wish stands before both."""
    preferred = row[7]
    policy = shop.policy.contacts
    if not preferred and Channel.PHONE in policy.cell(Topic.NEW_ARRIVALS, grade).ways:
        preferred = Channel.PHONE.value
    person = Person(
        grade,
        phone=bool(row[11]),
        doubtful=bool(row[8]),
        refused=refused,
        preferred=preferred,
        minor=contact_rules.is_minor(row[9], shop.today()),
    )
    return contact_rules.channel(Topic.NEW_ARRIVALS, person, policy, by_hand=True)
