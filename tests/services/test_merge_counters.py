"""Two counters on one server: a merge never loses what the other one books, and refuses what it has not seen."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from models import database
from services import (
    allocation,
    allocation_log,
    duplicates,
    hand_over,
    merge_list,
    merging,
    purchases,
    schedule,
)
from services.clock import FixedClock
from services.errors import Refused
from services.purchases import LineIn
from services.setup import create_shop
from tests.conftest import CLOCK_MOMENT, OWNER_PIN, TODAY
from tests.services.merge_books import a_person, picture

pytestmark = pytest.mark.postgres


@pytest.fixture
def server(postgres_url: str) -> Any:
    yield create_shop(postgres_url, "店", "店主", OWNER_PIN, clock=FixedClock(TODAY, CLOCK_MOMENT))
    database.close()


def elsewhere(job: Any) -> tuple[threading.Thread, list[Any]]:
    """Starts `job` at another counter: a thread with a connection of its own."""
    said: list[Any] = []

    def run() -> None:
        try:
            said.append(job())
        except Exception as error:
            said.append(error)
        finally:
            database.database.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, said


def test_a_purchase_at_the_other_till_waits_and_is_told(server: Any) -> None:
    keep, other = a_person(server, [], [("buy", 3)]), a_person(server, [], [("buy", 3)])
    with database.database.atomic():
        merging.merge(server, keep, other)
        thread, said = elsewhere(lambda: purchases.buy(server, other, [LineIn("N1", 88_800)]))
        thread.join(0.5)
        assert thread.is_alive(), "the other till must wait for the merge"
    thread.join(10)
    assert isinstance(said[0], Refused) and "已经合并" in str(said[0])
    assert database.value_of("SELECT COUNT(*) FROM ticket WHERE customer_id = ?", (other,)) == 0


def test_a_merge_waits_for_the_purchase_and_refuses_what_it_has_not_seen(server: Any) -> None:
    keep, other = a_person(server, [], []), a_person(server, [], [])
    seen = merging.preview(server, keep, other)
    versions = {side.id: side.version for side in duplicates.sides(server, [keep, other])}
    with database.database.atomic():
        purchases.buy(server, other, [LineIn("N1", 88_800)])
        thread, said = elsewhere(lambda: merging.merge(server, keep, other, versions=seen.versions))
        thread.join(0.5)
        assert thread.is_alive(), "the merge must wait for the till"
    thread.join(10)
    assert isinstance(said[0], Refused) and "有人改过" in str(said[0])
    with pytest.raises(Refused, match="有人改过"):
        merging.merge_all(server, keep, [other], versions)
    merging.merge(server, keep, other)
    assert database.value_of("SELECT tickets FROM customer WHERE id = ?", (keep,)) == 1


def test_needs_fold_and_come_back_there_too(server: Any) -> None:
    keep, other = (a_person(server, [f"1380000000{n}"], [("buy", 3)]) for n in range(2))
    schedule.generate(server)
    before = picture()
    merging.merge(server, keep, other)
    planned = "SELECT topics, COUNT(*) FROM contact WHERE state = 'planned' GROUP BY topics"
    assert {count for _topics, count in database.rows(planned)} == {1}
    assert [row.may_undo for row in merge_list.merges(server)] == [True]
    merging.undo_merge(server, other)
    assert picture() == before
    merging.merge(server, keep, other)
    assert merging.forget(merging.records_of(keep)) == 2 and merge_list.merges(server)[0].forgotten


def test_allocations_and_hand_overs_come_back_there_too(server: Any) -> None:
    for _n in range(5):
        a_person(server, [], [("contact", 1)])
    database.execute("UPDATE customer SET group_id = 1, clerk_id = 1")
    database.execute("UPDATE contact SET assignee_id = 1")
    database.execute(
        "INSERT INTO staff_user (name, role, group_id, pin_hash, phone, active, failures, lockouts, locked_until,"
        " created_at) VALUES ('小李', 'clerk', 2, '', '', 1, 0, 0, 0, ?)",
        (CLOCK_MOMENT.replace(tzinfo=None),),
    )
    stands = "SELECT group_id, clerk_id FROM customer ORDER BY id"
    before = database.rows(stands)
    spread = allocation.apply(server)
    assert spread.moved == 2
    assert allocation_log.undo(server, spread.act).customers == 2 and database.rows(stands) == before
    given = hand_over.apply(server, "店主", {"小李": 1})
    assert database.rows(stands) == [(2, 2)] * 5
    back = allocation_log.undo(server, given.act)
    assert (back.customers, back.contacts) == (5, 5) and database.rows(stands) == before
    assert [act.undone for act in allocation_log.acts(server)] == [True, True]
