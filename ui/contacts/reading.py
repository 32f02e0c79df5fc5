"""What the tab reads from the books for the list in front, in one go."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from datetime import date

from models.kinds import Channel
from services import contact_lists, contact_views, staff
from services.contact_lists import DayCount, Filters, PostRow, View
from services.contact_views import VerifyRow
from services.contact_words import occasion_words, topic_words
from services.shop import Shop
from ui.contacts.head import Person

_NAMES = 40
"""Calls named in a day of the week view."""


@dataclass(frozen=True)
class Loaded:
    """What one reading of the books brings home."""

    ids: array[int]
    counts: dict[str, int]
    verify: list[VerifyRow]
    calls: list[int]
    """The calls of today in their order, for the times beside them."""
    bench: list[PostRow]
    days: list[DayCount]
    names: dict[date, list[str]]
    festivals: dict[date, str]
    groups: list[Person]
    clerks: list[Person]


def load(
    shop: Shop, shown: str, filters: Filters, way: Channel | None, span: tuple[date, date], day: date | None
) -> Loaded:
    """`way` narrows the list, `span` is that of the week or month, `day` the one that was opened from it."""
    counts = contact_lists.counts(shop, filters) | {"verify": contact_views.verify_count(shop, filters)}
    listed = replace(filters, channel=way)
    ids: list[int] = []
    calls: list[int] = []
    days: list[DayCount] = []
    names: dict[date, list[str]] = {}
    festivals: dict[date, str] = {}
    if shown in ("week", "month"):
        first, last = span
        days = contact_lists.days(shop, first, last, listed)
        festivals = _festivals(shop, first, last)
        if shown == "week":
            names = _names(shop, first, last, listed)
    elif shown == "day" and day is not None:
        ids = contact_lists.find(shop, View.ALL, replace(listed, first=day, last=day))
    elif shown in {one.value for one in View}:
        ids = contact_lists.find(shop, View(shown), listed)
    if shown == "today":
        calls = contact_lists.find(
            shop, View.TODAY, replace(filters, channel=filters.channel or Channel.PHONE)
        )
    bench = contact_lists.posting_bench(shop)
    of_groups, of_clerks = contact_views.loads(shop)
    none = contact_views.Load()
    groups = [
        Person(number, name, of_groups.get(number, none).words()) for number, name in staff.group_names(shop)
    ]
    clerks = [Person(one.id, one.name, of_clerks.get(one.id, none).words()) for one in staff.users(shop)]
    verify = contact_views.to_verify(shop, filters) if shown == "verify" else []
    return Loaded(array("q", ids), counts, verify, calls, bench, days, names, festivals, groups, clerks)


def _festivals(shop: Shop, first: date, last: date) -> dict[date, str]:
    from services.gifts.due import festivals_of

    return {day: occasion_words(code) for day, code in festivals_of(shop, first, last)}


def _names(shop: Shop, first: date, last: date, filters: Filters) -> dict[date, list[str]]:
    """Who is called on each day of the week, in the order of the list."""
    wanted = replace(filters, first=first, last=last, channel=filters.channel or Channel.PHONE)
    found: dict[date, list[str]] = {}
    for row in contact_lists.rows(shop, contact_lists.find(shop, View.ALL, wanted)[: _NAMES * 7]):
        if row is not None and row.open and len(found.setdefault(row.due, [])) < _NAMES:
            found[row.due].append(f"{row.name} {topic_words(row.topics[0])}" if row.topics else row.name)
    return found
