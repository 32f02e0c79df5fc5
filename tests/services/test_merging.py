"""Two records made one keep everything of both, and come apart exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import database
from models.kinds import Channel
from models.tables import TABLES
from services import (
    checking,
    customer_notes,
    customers,
    find,
    ledgers,
    merge_rows,
    merging,
    purchases,
    returns,
    search_index,
)
from services.clock import FixedClock
from services.errors import NotAllowed, Refused
from services.purchases import LineIn
from services.setup import create_shop
from tests.conftest import CLOCK_MOMENT, OWNER_PIN, TODAY
from tests.services.merge_books import a_line, a_person, picture

PHONES = ("13800000001", "13800000002", "13800000003")
KINDS = ("buy", "buy", "visit", "note", "refuse", "day", "redeem", "gift", "gift", "contact", "print")
histories = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 400)), max_size=8)
phones = st.lists(st.sampled_from(PHONES), unique=True, max_size=3)


def grown(before: dict[str, int]) -> dict[str, int]:
    return {name: n for name, n in ledgers.sums().items() if n != before[name]}


@given(histories, histories, phones, phones, st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_stay_and_undo_restores_every_row(
    manager: Any, first: Any, second: Any, ours: list[str], theirs: list[str], swap_cards: bool
) -> None:
    keep = a_person(manager, ours, first, size="M", note="喜欢安静", colours="红、蓝")
    other = a_person(manager, theirs, second, address="和平路12号", note="怕热", colours="蓝、绿")
    friend = a_person(manager, [], [], name="介绍来的", referred_by=other)
    before, sums = picture(), ledgers.sums()
    merging.merge(manager, keep, other, {"card_no": "other"} if swap_cards else None)
    assert grown(sums) == {} and ledgers.proofs() == [] and search_index.problems() == []
    for table in ("ticket", "purchase", "visit", "point_entry", "contact", "plan_line", "print_item", "note"):
        assert database.value_of(f"SELECT COUNT(*) FROM {table} WHERE customer_id = ?", (other,)) == 0
    row = database.row("SELECT colours, note, address, size FROM customer WHERE id = ?", (keep,))
    assert row == ("红、蓝、绿", "喜欢安静；怕热", "和平路12号", "M")
    assert database.value_of("SELECT referred_by_id FROM customer WHERE id = ?", (friend,)) == keep
    assert merging.undo_merge(manager, other) == keep
    assert picture() == before
    assert grown(sums) == {} and ledgers.proofs() == [] and search_index.problems() == []


def test_every_table_with_a_customer_is_thought_of() -> None:
    """A new table that points at customers must be moved by a merge, or named as staying."""
    known = {
        *merge_rows.SIMPLE,
        *merge_rows.STAYING,
        "phone",
        "remembered_day",
        "opt_out",
        "plan_line",
        "customer",
    }
    found = {
        table._meta.table_name
        for table in TABLES
        for field in table._meta.refs
        if field.rel_model._meta.table_name == "customer"
    }
    assert found <= known, found - known


@pytest.fixture
def two(manager: Any) -> tuple[int, int]:
    keep = a_person(manager, [PHONES[0], PHONES[1]], [("buy", 3), ("visit", 0)])
    other = a_person(manager, [PHONES[1], PHONES[2]], [("buy", 40), ("buy", 10), ("buy", 9), ("redeem", 1)])
    return keep, other


def test_the_merged_record_is_found_by_everything_of_both(manager: Any, two: tuple[int, int]) -> None:
    keep, other = two
    card = database.value_of("SELECT card_no FROM customer WHERE id = ?", (other,))
    merging.merge(manager, keep, other)
    assert customers.by_card(card) == keep
    assert list(find.look_up("0003")) == list(find.look_up("0001")) == [keep]
    assert list(find.look_up("zhangxiaofang")) == [keep]
    assert checking.check(manager).problems == ()


def test_the_preview_says_what_the_merge_then_does(manager: Any, two: tuple[int, int]) -> None:
    keep, other = two
    shown = merging.preview(manager, keep, other)
    done = merging.merge(manager, keep, other, versions=shown.versions)
    row = database.row(
        "SELECT points_balance, tickets, paid_total, grade FROM customer WHERE id = ?", (keep,)
    )
    assert row == (shown.points_balance, shown.tickets, shown.paid_total, shown.grade)
    assert done.grade == shown.grade and done.moved == shown.moves
    assert done.moved["ticket"] == 3 and done.moved["phone"] == 1


def test_a_record_changed_since_the_preview_is_not_merged(manager: Any, two: tuple[int, int]) -> None:
    shown = merging.preview(manager, *two)
    customers.change(manager, two[1], {"size": "L"})
    with pytest.raises(Refused, match="有人改过"):
        merging.merge(manager, *two, versions=shown.versions)


def test_what_happened_since_stays_with_the_kept_record(manager: Any, two: tuple[int, int]) -> None:
    keep, other = two
    merging.merge(manager, keep, other)
    purchases.buy(manager, keep, [LineIn("N1", 88_800)])
    customers.change(manager, keep, {"address": "新街88号", "phones": [PHONES[2], "13811112222"]})
    sold = database.value_of("SELECT id FROM purchase WHERE item_no = 'A9'")
    returns.return_line(manager, sold)
    sums = ledgers.sums()
    merging.undo_merge(manager, other)
    assert grown(sums) == {} and ledgers.proofs() == []
    assert database.row("SELECT tickets, address FROM customer WHERE id = ?", (keep,)) == (2, "新街88号")
    assert database.value_of("SELECT tickets FROM customer WHERE id = ?", (other,)) == 3
    assert database.value_of("SELECT customer_id FROM purchase WHERE returns_id = ?", (sold,)) == other
    assert [row[0] for row in database.rows("SELECT number FROM phone WHERE customer_id = ?", (keep,))] == [
        "13811112222"
    ]


def test_points_of_the_other_spent_since_stop_the_undo(manager: Any) -> None:
    keep = a_person(manager, [], [])
    other = a_person(manager, [], [("buy", 9), ("buy", 19)])
    merging.merge(manager, keep, other)
    from services import points

    points.redeem(manager, keep, 2, "丝巾")
    before = picture()
    with pytest.raises(Refused, match="不能撤销"):
        merging.undo_merge(manager, other)
    assert picture() == before


def test_merges_come_apart_newest_first(manager: Any, two: tuple[int, int]) -> None:
    third = a_person(manager, [], [("buy", 5)])
    before = picture()
    merging.merge(manager, two[0], two[1])
    between = picture()
    merging.merge(manager, third, two[0])
    with pytest.raises(Refused, match="请先撤销"):
        merging.undo_merge(manager, two[1])
    merging.undo_merge(manager, two[0])
    assert picture() == between
    merging.undo_merge(manager, two[1])
    assert picture() == before


def test_decided_gifts_of_one_occasion_get_another_part(manager: Any) -> None:
    keep, other = a_person(manager, [], []), a_person(manager, [], [])
    for one in (keep, other, other):
        a_line(manager, one, "birthday", 2)
    assert merging.preview(manager, keep, other).double_gifts == 1
    merging.merge(manager, keep, other)
    parts = database.rows("SELECT part FROM plan_line WHERE customer_id = ? ORDER BY part", (keep,))
    assert [part for (part,) in parts] == [1, 2, 3]
    with pytest.raises(Exception, match="not edited"):
        database.execute("UPDATE plan_line SET part = 9 WHERE customer_id = ?", (keep,))


def test_a_point_entry_never_changes_otherwise(manager: Any, two: tuple[int, int]) -> None:
    for what in ("points = 99", "day = '2020-01-01'", "reason = 'x'"):
        with pytest.raises(Exception, match="append-only"):
            database.execute(f"UPDATE point_entry SET {what}")
    with pytest.raises(Exception, match="append-only"):
        database.execute("DELETE FROM point_entry")


def test_only_the_manager_merges_and_only_two_on_file(clerk: Any, manager: Any, two: tuple[int, int]) -> None:
    with pytest.raises(NotAllowed):
        merging.merge(clerk, *two)
    with pytest.raises(NotAllowed):
        merging.undo_merge(clerk, two[1])
    with pytest.raises(Refused):
        merging.merge(manager, two[0], two[0])
    with pytest.raises(Refused):
        merging.merge(manager, two[0], two[1], {"grade": "other"})
    merging.merge(manager, *two)
    with pytest.raises(Refused, match="已经合并"):
        merging.merge(manager, *two)
    with pytest.raises(Refused):
        merging.undo_merge(manager, two[0])


@pytest.mark.postgres
def test_merge_and_undo_on_postgresql(postgres_url: str) -> None:
    try:
        owner = create_shop(postgres_url, "店", "店主", OWNER_PIN, clock=FixedClock(TODAY, CLOCK_MOMENT))
        shop = replace(owner)
        history = [("buy", 9), ("buy", 80), ("visit", 1), ("note", 2), ("gift", 2), ("redeem", 1)]
        keep = a_person(shop, list(PHONES[:2]), history, note="喜欢安静")
        other = a_person(
            shop, list(PHONES[1:]), [*history, ("contact", 1), ("print", 1), ("day", 1), ("refuse", 1)]
        )
        customer_notes.consent(shop, keep, [Channel.SMS], False, "电话")
        before, sums = picture(), ledgers.sums()
        from services import duplicates

        assert [(pair.keep.id, pair.other.id) for pair in duplicates.pairs(shop)] == [(keep, other)]
        merging.merge(shop, keep, other, {"card_no": "other"})
        assert grown(sums) == {} and ledgers.proofs() == [] and search_index.problems() == []
        assert duplicates.pairs(shop) == []
        merging.undo_merge(shop, other)
        assert picture() == before and checking.check(shop).problems == ()
        duplicates.dismiss(shop, other, keep)
        assert duplicates.pairs(shop) == []
        with pytest.raises(Exception, match="append-only"), database.database.atomic():
            database.execute("UPDATE point_entry SET points = 99")
    finally:
        database.close()
