"""The schedule as an iCalendar file, for the calendar of a phone (RFC 5545, written by the library `icalendar`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from models import database
from models.kinds import Channel
from services import contact_lists, journal
from services.contact_lists import ContactRow, Filters, View
from services.contact_words import topic_words
from services.errors import Refused
from services.files import replacing
from services.rights import Right, require
from services.shop import Shop
from services.words import _

MOST = 20_000


def write(shop: Shop, target: Path | str, first: date, last: date, filters: Filters | None = None) -> int:
    """Writes what is open and due from `first` to `last`. Returns how many contacts; Unavailable when it can't be written.

    Calls stand one behind the other in the manager's hour, cards and messages as one all-day entry a day. Phones are
    masked for clerks; the export is journalled.
    """
    require(shop, Right.CONTACT)
    if last < first:
        raise Refused(
            "结束日期 {to} 早于开始日期 {start}。", to=last.isoformat(), start=first.isoformat(), field="to"
        )
    from dataclasses import replace

    wanted = replace(filters or Filters(), first=first, last=last)
    ids = contact_lists.find(shop, View.ALL, wanted)[:MOST]
    found = [row for row in contact_lists.rows(shop, ids) if row is not None and row.open]
    text = calendar(shop, found)
    with replacing(target) as beside:
        beside.write_bytes(text)
    with database.database.atomic():
        body = {
            "from": first.isoformat(),
            "to": last.isoformat(),
            "rows": len(found),
            "file": Path(target).name,
        }
        journal.note(shop, "contacts.calendar", "file", body=body)
    return len(found)


def calendar(shop: Shop, found: Sequence[ContactRow]) -> bytes:
    """The file's bytes. Times are the shop's own (floating): a phone shows them as they are."""
    from icalendar import Calendar, Event

    book = Calendar()
    book.add("prodid", "-//Shuke//Contact schedule//ZH")
    book.add("version", "2.0")
    book.add("x-wr-calname", _("熟客 联络日程"))
    stamp = shop.clock.now()
    slot = timedelta(minutes=shop.policy.contacts.minutes_a_call)
    opens = time.fromisoformat(shop.policy.contacts.call_from)
    by_day: dict[date, list[ContactRow]] = {}
    for row in found:
        by_day.setdefault(row.due, []).append(row)
    for day, rows in sorted(by_day.items()):
        start = datetime.combine(day, opens)
        for row in rows:
            if row.channel not in (Channel.PHONE, Channel.VISIT):
                continue
            event = Event()
            event.add("uid", f"contact-{row.id}@{_shop_id()}")
            event.add("dtstamp", stamp)
            event.add("dtstart", start)
            event.add("dtend", start + slot)
            event.add("summary", _summary(row))
            event.add(
                "description", "\n".join(part for part in (row.phone, row.why.text(), row.text) if part)
            )
            book.add_component(event)
            start += slot
        for channel, words in ((Channel.POST, _("寄贺卡 {n} 张")), (Channel.SMS, _("发短信 {n} 条"))):
            some = [row for row in rows if row.channel is channel]
            if some:
                event = Event()
                event.add("uid", f"{channel}-{day.isoformat()}@{_shop_id()}")
                event.add("dtstamp", stamp)
                event.add("dtstart", day)
                event.add("dtend", day + timedelta(days=1))
                event.add("summary", words.format(n=len(some)))
                event.add("description", _("、").join(row.name for row in some[:50]))
                book.add_component(event)
    return bytes(book.to_ical())


def _summary(row: ContactRow) -> str:
    topics = _("、").join(topic_words(topic) for topic in row.topics)
    return _("{name}（{grade}）{topics}").format(name=row.name, grade=row.grade, topics=topics)


def _shop_id() -> str:
    """Part of each entry's id: stable for the shop, says nothing about it."""
    import hashlib

    secret = str(database.value_of("SELECT secret FROM shop_info WHERE id = 1") or "")
    return hashlib.sha256(f"calendar:{secret}".encode()).hexdigest()[:16] + ".shuke"
