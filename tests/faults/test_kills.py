"""Killed at random instants and at system calls: nothing acknowledged is lost, nothing is half there (spec 09, 1, 4–9)."""

from __future__ import annotations

from tests.faults import killing
from tests.faults.acts import Yard
from tests.faults.conftest import times
from tests.faults.inspecting import Tally


def test_a_till_killed_again_and_again_loses_no_acknowledged_purchase(yard: Yard) -> None:
    tally = Tally("till")
    killing.of_a_till(yard, tally, times(350), seed=11)
    assert tally.wrong == [] and tally.notes["acknowledged"] > tally.tries, str(tally)


def test_every_act_killed_at_random_instants_is_wholly_there_or_not(yard: Yard) -> None:
    tally = Tally("instants")
    killing.at_instants(yard, tally, times(45), seed=12)
    assert tally.wrong == [] and tally.notes["killed"] > tally.tries // 3, str(tally)


def test_every_act_killed_at_its_writes_and_renames_is_wholly_there_or_not(yard: Yard, strace: None) -> None:
    tally = Tally("calls")
    killing.at_calls(yard, tally, times(105), seed=13)
    assert tally.wrong == [] and tally.notes["killed"] > tally.tries * 0.9, str(tally)


def test_a_restore_and_a_backup_killed_five_times_in_a_row_still_come_out_whole(yard: Yard) -> None:
    from tests.faults.acts import ACTS, OWNER
    from tests.faults.inspecting import backups, look

    restore = next(one for one in ACTS if one.name == "restore")
    before, after = yard.expected(restore)
    here = yard.fresh("open")
    for part in (0.02, 0.05, 0.1, 0.15, 0.2):
        import time

        child = yard.start(restore, here)
        time.sleep(part)
        child.kill()
        child.wait()
    state, wrong = look(here / "shop.db")
    assert wrong == [] and state in (before, after)
    assert backups(here / "backups" / "shop") == []
    assert yard.run(here, OWNER, *restore.words).status == 0
    assert look(here / "shop.db") == (after, [])
