"""The contact schedule: the rule book's people on the right days, within the hour, and the same when asked again."""

from __future__ import annotations

from collections import Counter as Count
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

from tests.acceptance.almanac import is_birthday
from tests.acceptance.till import MANAGER, TODAY, Till, rows

FIRST, LAST = date.fromisoformat(TODAY), date(2026, 12, 5)
CAPACITY = 60 // 4
"""The hour of calls by the minutes a call (policy)."""


def table(till: Till) -> list[tuple[object, ...]]:
    return rows(till.books, "SELECT id, customer_id, due, channel, topics, state FROM contact ORDER BY id")


def test_making_the_schedule_again_changes_nothing(demo: Till) -> None:
    span = ("--from", FIRST, "--to", LAST)
    with demo.batch(MANAGER) as counter:
        first = counter.ask("schedule", *span)
        made = table(demo)
        again = counter.ask("schedule", *span)
        assert again["items"] == first["items"] and table(demo) == made
        assert counter.ask("daily") and counter.ask("daily")
        assert counter.ask("schedule", *span)["items"] == first["items"]
        moved = next(one for one in first["items"] if one["channel"] == "phone" and one["state"] == "planned")
        counter.ask("contact", "postpone", moved["id"], "2026-12-03")
        done = next(one for one in first["items"] if one["state"] == "planned" and one["id"] != moved["id"])
        counter.ask("contact", "done", done["id"], "--note", "聊过了")
        after = {one["id"]: one for one in counter.ask("schedule", *span, "--view", "all")["items"]}
        kept = {row[0]: row for row in table(demo)}
        assert kept[moved["id"]][2] == "2026-12-03"
        assert kept[done["id"]][5] == "done"
        counter.ask("schedule", *span)
        assert {row[0]: row for row in table(demo)} == kept and after


def test_c_customers_are_not_phoned_unless_a_gift_waits(demo: Till) -> None:
    items = demo.ok(MANAGER, "schedule", "--from", FIRST, "--to", LAST)["items"]
    assert {one["grade"] for one in items} == {"A", "B", "C"}
    waiting = {
        card
        for (card,) in rows(
            demo.books,
            "SELECT c.card_no FROM plan_line l JOIN customer c ON c.id = l.customer_id"
            " WHERE l.live = 1 AND l.status = 'approved'",
        )
    }
    asked_for = {
        card for (card,) in rows(demo.books, "SELECT card_no FROM customer WHERE preferred_channel = 'phone'")
    }
    called = {one["card_no"] for one in items if one["channel"] == "phone" and one["grade"] == "C"}
    assert called <= waiting | asked_for
    lost = {card for (card,) in rows(demo.books, "SELECT card_no FROM customer WHERE state = 'lost'")}
    assert all(one["topics"] == ["win_back"] for one in items if one["card_no"] in lost)


def test_calls_fit_the_hour_but_greetings_keep_their_day(demo: Till) -> None:
    items = demo.ok(MANAGER, "schedule", "--from", FIRST, "--to", LAST)["items"]
    calls = defaultdict(list)
    for one in items:
        if (
            one["channel"] == "phone"
            and one["state"] in ("planned", "no_answer", "postponed")
            and not one["overdue"]
        ):
            calls[one["due"]].append(one)
    for day, of_day in calls.items():
        fixed = [one for one in of_day if {"birthday", "festival"} & set(one["topics"])]
        by_hand = rows(demo.books, "SELECT COUNT(*) FROM contact WHERE due = ? AND by_hand = 1", day)[0][0]
        assert len(of_day) <= max(CAPACITY, len(fixed)) + by_hand, day


def test_each_birthday_of_a_and_b_is_greeted_on_its_day(demo: Till) -> None:
    items = demo.ok(MANAGER, "schedule", "--from", FIRST, "--to", LAST)["items"]
    greeted = {
        (one["card_no"], one["due"])
        for one in items
        if "birthday" in one["topics"] and one["channel"] != "post"
    }
    any_of = {one["card_no"] for one in items}
    out = {
        card
        for (card,) in rows(
            demo.books, "SELECT c.card_no FROM opt_out o JOIN customer c ON c.id = o.customer_id"
        )
    }
    sql = (
        "SELECT card_no, birth_calendar, birth_month, birth_day, birth_leap, birth_year FROM customer"
        " WHERE state = 'active' AND grade IN ('A', 'B')"
        " AND EXISTS (SELECT 1 FROM phone p WHERE p.customer_id = customer.id)"
    )
    wanted = 0
    for card, calendar, month, number, leap, year in rows(demo.books, sql):
        for offset in range((LAST - FIRST).days + 1):
            day = FIRST + timedelta(days=offset)
            if (
                is_birthday(day, calendar, month, number, bool(leap))
                and card not in out
                and (year or 1980) < 2008
            ):
                wanted += 1
                assert (card, day.isoformat()) in greeted, (card, day, card in any_of)
    assert wanted


def test_cards_leave_four_days_before(demo: Till) -> None:
    items = demo.ok(MANAGER, "schedule", "--from", FIRST, "--to", LAST)["items"]
    posted = [one for one in items if one["channel"] == "post" and "birthday" in one["topics"]]
    assert posted
    people = {
        row[0]: row[1:]
        for row in rows(
            demo.books, "SELECT card_no, birth_calendar, birth_month, birth_day, birth_leap FROM customer"
        )
    }
    for one in posted:
        sent = date.fromisoformat(one["original_due"])
        calendar, month, number, leap = people[one["card_no"]]
        ahead = [
            n
            for n in range(0, 10)
            if is_birthday(sent + timedelta(days=n), calendar, month, number, bool(leap))
        ]
        # Sundays and holidays move it back, never forward.
        assert ahead and 4 <= ahead[0] <= 7, one
        assert sent.weekday() != 6


def test_no_second_routine_contact_within_three_days(demo: Till) -> None:
    items = demo.ok(MANAGER, "schedule", "--from", FIRST, "--to", LAST)["items"]
    routine = defaultdict(list)
    for one in items:
        if set(one["topics"]) <= {"personal", "brand_sms"} and one["state"] == "planned":
            routine[one["card_no"]].append(date.fromisoformat(one["due"]))
    for card, found in routine.items():
        found.sort()
        gaps = [(b - a).days for a, b in zip(found, found[1:], strict=False)]
        assert all(gap >= 3 for gap in gaps), (card, found)
    same_day = Count(
        (one["card_no"], one["due"], one["channel"]) for one in items if one["state"] == "planned"
    )
    assert set(same_day.values()) == {1}


def test_the_calendar_file_parses_and_holds_the_same_days(demo: Till, tmp_path: Path) -> None:
    from icalendar import Calendar

    out = tmp_path / "联络.ics"
    made = demo.ok(MANAGER, "schedule", "--from", FIRST, "--to", LAST, "--ics", out)
    calendar = Calendar.from_ical(out.read_bytes())
    events = list(calendar.walk("VEVENT"))
    assert made["events"] == len(made["items"])
    calls = [one for one in made["items"] if one["channel"] in ("phone", "visit")]
    # A call has its own minutes; what is posted or sent is one entry a day and kind.
    timed = [one for one in events if hasattr(one.decoded("DTSTART"), "hour")]
    assert len(timed) == len(calls) > 0
    letters = {(one["due"], one["channel"]) for one in made["items"] if one["channel"] in ("post", "sms")}
    assert 0 < len(events) - len(timed) <= len(letters)
    uids = [str(one["UID"]) for one in events]
    assert len(set(uids)) == len(uids)
    days = {one["due"] for one in made["items"]}
    for event in events:
        start = event.decoded("DTSTART")
        day = start.date() if hasattr(start, "date") else start
        assert day.isoformat() in days
    demo.ok(MANAGER, "schedule", "--from", FIRST, "--to", LAST, "--ics", out)
    again = [str(one["UID"]) for one in Calendar.from_ical(out.read_bytes()).walk("VEVENT")]
    assert again == uids


def test_the_day_is_opened_once_however_often_it_is_asked(demo: Till) -> None:
    with demo.batch(MANAGER) as counter:
        assert "error" not in counter.ask("daily")
        before = table(demo)
        changes = rows(demo.books, "SELECT COUNT(*) FROM grade_change")
        for _again in range(3):
            assert "error" not in counter.ask("daily")
        assert table(demo) == before and rows(demo.books, "SELECT COUNT(*) FROM grade_change") == changes
        assert counter.ask("check")["ok"] is True
