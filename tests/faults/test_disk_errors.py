"""Disks that are full, broken or forbidden: a clear sentence, nothing lost, works again (spec 09, 10–14, 26, 27)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import injecting
from tests.faults.acts import CLERK, MANAGER, OWNER, Yard
from tests.faults.conftest import times
from tests.faults.inspecting import Tally, backups, look


def test_twelve_operations_meet_a_failing_disk(yard: Yard, strace: None) -> None:
    assert len(injecting.OPERATIONS) == 12
    tally = Tally("errors")
    injecting.at_calls(yard, tally, times(72), seed=31)
    assert tally.wrong == [], f"{tally}\n" + "\n".join(tally.wrong[:10])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    if os.getuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small file system can only be mounted by root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def seen(here: Path, tmp_path: Path) -> tuple[str, list[str]]:
    """The books looked at elsewhere: looking needs some room too."""
    place = tmp_path / "seen"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for path in here.glob("shop.db*"):
        if not path.name.endswith("-shm"):
            shutil.copy(path, place)
    return look(place / "shop.db")


@pytest.mark.parametrize("left", [0, 40, 400, 1_200])
def test_a_disk_with_so_many_kilobytes_left(yard: Yard, small_disk: Path, tmp_path: Path, left: int) -> None:
    here = small_disk / "shop"
    made = yard.fresh("open")
    subprocess.run(["cp", "-r", str(made), str(here)], check=True)
    yard.ok(here, OWNER, "backup")
    before, wrong = seen(here, tmp_path)
    good = sorted((here / "backups").rglob("*.db"))
    filler = small_disk / "filler"
    free = os.statvfs(small_disk)
    filler.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - left * 1024)))
    for user, words in (
        (MANAGER, ("import", "customers", "{here}/customers.csv")),
        (OWNER, ("backup",)),
        (OWNER, ("restore", "{here}/old.db")),
        (OWNER, ("export", "customers", "--out", "{here}/list.xlsx")),
    ):
        child = yard.run(here, user, *words)
        assert injecting.unclear(child.status or 0, child.said, child.error) == [], (words, child.error)
        if child.status:
            state, wrong = seen(here, tmp_path)
            assert wrong == [] and state == before, words
        before = seen(here, tmp_path)[0]
    assert all(one.exists() for one in good), "the last good backup stays"
    assert backups(here / "backups" / "shop") == []
    filler.unlink()
    assert yard.ok(here, CLERK, "buy", "K00001", "--item", "Q", "--price", "9")["ticket"]
    assert yard.ok(here, OWNER, "check")["ok"] is True
