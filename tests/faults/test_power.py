"""The power goes after any system call: what was acknowledged is on the disk (spec 09, 2, 3, 7, 8)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import power
from tests.faults.acts import Yard, build
from tests.faults.conftest import times
from tests.faults.inspecting import Tally
from tests.faults.mutants import BY_NAME, mutated_tree
from tests.faults.nursery import Nursery

pytestmark = pytest.mark.usefixtures("strace")


def test_purchases_survive_a_power_cut_after_any_call(yard: Yard) -> None:
    tally = Tally("buying")
    power.buying(yard, tally, 60, times(900), seed=21)
    assert tally.wrong == [], str(tally)


@pytest.mark.parametrize("act", ["backup", "restore", "export"])
def test_files_survive_a_power_cut_after_any_call(yard: Yard, act: str) -> None:
    tally = Tally(act)
    power.acting(yard, tally, act, times(200), seed=22)
    assert tally.wrong == [], str(tally)


@pytest.mark.parametrize("mutant", ["synchronous normal", "log not flushed at all"])
def test_the_control_run_without_full_commits_does_lose_purchases(mutant: str, tmp_path: Path) -> None:
    tree = mutated_tree(tmp_path / "tree", BY_NAME[mutant])
    with Nursery(tmp_path, tree) as nursery:
        tally = Tally(mutant)
        power.buying(Yard(nursery, tmp_path), tally, 30, 250, seed=23)
    assert any("lost" in one for one in tally.wrong), str(tally)


def test_the_control_run_without_fsync_does_lose_a_backup(tmp_path: Path) -> None:
    tree = mutated_tree(tmp_path / "tree", BY_NAME["fsync does nothing"])
    with Nursery(tmp_path, tree) as nursery:
        yard = build(nursery, tmp_path)
        tally = Tally("no fsync")
        power.acting(yard, tally, "backup", 120, seed=24)
    assert tally.wrong, str(tally)
