"""The rules of automatic backups, line by line (spec 09 §3.4)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models import database
from services import backup, backup_drill, backup_files, backup_restore, backup_take, backup_times, journal
from services.clock import FixedClock
from services.errors import Unavailable
from services.files import PREFIX, replacing
from tests.faults.flipping import flip


def on(shop: Any, days: int) -> Any:
    """The same shop some days later."""
    moment = shop.clock.now() + timedelta(days=days)
    return replace(shop, clock=FixedClock(shop.today() + timedelta(days=days), moment))


def write(shop: Any) -> None:
    with database.database.atomic():
        journal.note(shop, "something", "shop")


@pytest.fixture
def week(owner: Any) -> Iterator[Any]:
    """A shop with eight backups of eight days, policy: none is kept but what must be."""
    policy = replace(
        owner.policy,
        safety=replace(owner.policy.safety, backups_daily=0, backups_weekly=0, backups_monthly=0),
    )
    for day in range(8):
        write(owner)
        backup_take.take(on(owner, day - 7).clock, "daily", None, "店")
    yield replace(owner, policy=policy)


def damaging(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is damaged on its way to the disk."""
    whole = backup_files.copy

    def copy(source: Any, target: Path) -> None:
        whole(source, target)
        data = target.read_bytes()
        target.write_bytes(data[:4096] + b"\xff" * 4096 + data[8192:])

    monkeypatch.setattr(backup_files, "copy", copy)


def test_a_copy_that_was_damaged_on_its_way_is_no_backup(owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    good = backup.snapshot(owner, "manual")
    damaging(monkeypatch)
    with pytest.raises(Unavailable):
        backup.snapshot(owner, "manual")
    assert [one.file for one in backup.listed()] == [good.file]
    assert not [p for p in good.file.parent.iterdir() if p.suffix in (".pending", ".waiting")]


def test_of_damaged_books_no_backup_is_made_and_none_is_thinned_out(week: Any, books: str) -> None:
    before = [one.file for one in backup.listed()]
    page = database.value_of("SELECT rootpage FROM sqlite_master WHERE name = 'visit'")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    data = bytearray(Path(books).read_bytes())
    data[(page - 1) * 4096 : (page - 1) * 4096 + 64] = b"\xff" * 64
    Path(books).write_bytes(bytes(data))
    with pytest.raises(Unavailable, match="账册文件有损坏"):
        backup.daily(on(week, 1))
    assert [one.file for one in backup.listed()] == before


def test_books_whose_ledger_does_not_add_up_are_no_backup(
    owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services import ledgers

    good = backup.snapshot(owner, "manual")
    monkeypatch.setattr(ledgers, "_PROOFS", (("points", "{n}", "SELECT COUNT(*) FROM staff_user"),))
    with pytest.raises(Unavailable, match="账对不上"):
        backup.snapshot(owner, "manual")
    assert [one.file for one in backup.listed()] == [good.file]


def test_the_newest_three_stay_whatever_the_policy_says(week: Any) -> None:
    before = [one.file for one in backup.listed()]
    gone: list[Path] = []
    while found := backup.thin_out(week):
        assert len(found) <= 2
        gone += found
    assert gone == before[:2:-1]
    assert [one.file for one in backup.listed()] == before[:3]


def test_nothing_is_thinned_out_while_the_clock_is_behind_the_books(week: Any) -> None:
    later = (week.today() + timedelta(days=1)).isoformat()
    database.execute("UPDATE shop_info SET last_day = ? WHERE id = 1", (later,))
    assert backup.thin_out(week) == []
    assert backup.thin_out(on(week, 1))


def test_nothing_is_thinned_out_when_the_newest_copy_failed(
    week: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [one.file for one in backup.listed()]
    damaging(monkeypatch)
    with pytest.raises(Unavailable):
        backup.daily(on(week, 1))
    assert [one.file for one in backup.listed()] == before


def test_the_manifest_tells_hash_totals_head_schema_and_epoch(owner: Any) -> None:
    write(owner)
    made = backup.snapshot(owner, "manual")
    raw = json.loads(made.file.with_suffix(".json").read_text("utf-8"))
    assert raw["sha256"] == backup_files.sha256(made.file)
    assert raw["head"] == "{}:{}".format(*journal.head())
    assert raw["epoch"] == 1 and raw["schema"] > 12 and raw["sums"]["rows"] > 10 and raw["reason"] == "manual"


def test_the_copy_is_of_one_moment_though_others_write_meanwhile(
    owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = backup_files.copy
    written: list[int] = []

    def copy(source: Any, target: Path) -> None:
        write(owner)  # nobody has to wait
        written.append(1)
        whole(source, target)

    monkeypatch.setattr(backup_files, "copy", copy)
    end = "{}:{}".format(*journal.head())
    made = backup.snapshot(owner, "manual")
    assert written and made.head == end
    assert "{}:{}".format(*journal.head()) != end


def test_while_the_shop_works_a_backup_is_taken_every_half_hour_if_something_changed(owner: Any) -> None:
    assert backup.now_and_then(owner) is not None
    assert backup.now_and_then(owner) is None

    def later(minutes: int) -> Any:
        moment = owner.clock.now() + timedelta(minutes=minutes)
        return replace(owner, clock=FixedClock(owner.today(), moment))

    assert backup.now_and_then(later(31)) is None
    write(owner)
    assert backup.now_and_then(later(29)) is None
    assert backup.now_and_then(later(31)) is not None


def test_on_closing_only_the_quick_half_is_done_and_the_next_start_proves_it(owner: Any) -> None:
    backup.on_closing(owner)
    assert backup.listed() == [] and backup_take.unfinished()
    backup.on_closing(owner)  # nothing changed since
    assert len(list(backup.folder().glob("*.waiting"))) == 1
    assert backup.daily(owner) is not None
    assert sorted(one.reason for one in backup.listed()) == ["closing", "daily"]
    assert not backup_take.unfinished()


def test_a_closing_copy_that_went_bad_is_removed_and_never_offered(owner: Any) -> None:
    backup.on_closing(owner)
    (pending,) = backup.folder().glob("*.pending")
    data = pending.read_bytes()
    pending.write_bytes(data[:5000])
    assert backup_take.settle() == []
    assert backup.listed() == [] and not pending.exists()


def test_before_a_mass_change_a_backup_is_taken_and_not_before_a_small_one(owner: Any) -> None:
    most = owner.policy.safety.backup_mass_rows
    assert backup.before_mass(owner, "allocation", most) is None
    assert backup.before_mass(owner, "allocation", most + 1).reason == "before-allocation"  # type: ignore[union-attr]


def test_the_second_place_gets_the_same_proven_backup(owner: Any, tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    made = backup.daily(owner, usb)
    (there,) = backup.listed(usb)
    assert made is not None
    assert (there.sha256, there.head, there.sums) == (made.sha256, made.head, made.sums)
    backup.prove(there)


def test_a_second_place_that_fails_leaves_the_first_and_is_said_after_some_days(
    owner: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    real = shutil.copyfile

    def pulled(source: Any, target: Any, **how: Any) -> Any:
        if str(target).startswith(str(usb)):
            raise OSError(5, "Input/output error")
        return real(source, target, **how)

    monkeypatch.setattr(shutil, "copyfile", pulled)
    assert backup.daily(owner, usb) is not None
    assert len(backup.listed()) == 1 and backup.listed(usb) == [] and list(usb.iterdir()) == []
    assert backup_times.warnings(owner, str(usb)) == []
    (said,) = backup_times.warnings(on(owner, owner.policy.safety.second_place_warn_days), str(usb))
    assert str(usb) in said


def test_the_weekly_drill_restores_the_newest_backup_and_counts(owner: Any) -> None:
    assert backup_drill.run(owner) is None
    backup.snapshot(owner, "manual")
    assert backup_drill.is_due(owner)
    done = backup_drill.run(owner)
    assert done is not None and done.ok and done.sums["customers"] == 0 and done.sums["rows"] > 10
    assert backup_drill.last() == done and not backup_drill.is_due(owner)
    assert "最近一次恢复演练" in backup_drill.words(owner) and backup_drill.warning(owner) == []
    assert backup_drill.is_due(on(owner, owner.policy.safety.drill_days))
    assert not [one for one in backup.folder().iterdir() if one.name.startswith(PREFIX)]


def test_a_drill_that_fails_says_so_until_one_passes(owner: Any) -> None:
    made = backup.snapshot(owner, "manual")
    flip(made.file, 5)
    done = backup_drill.run(owner)
    assert done is not None and not done.ok
    assert "没有通过" in backup_drill.warning(owner)[0] and backup_drill.is_due(owner)


def test_what_a_restore_would_lose_is_told_beforehand(owner: Any, clerk: Any) -> None:
    from services.customers import NewCustomer, register
    from services.errors import NotAllowed

    register(owner, NewCustomer(name="王芳", phone="13912345678"))
    made = backup.snapshot(owner, "manual")
    assert set(backup.lost_by(owner, made).counts.values()) == {0}
    register(owner, NewCustomer(name="李娜", phone="13912345679"))
    lost = backup.lost_by(owner, made)
    assert lost.counts["customers"] == 1 and lost.counts["tickets"] == 0 and lost.counts["acts"] >= 1
    with pytest.raises(NotAllowed):
        backup.lost_by(clerk, made)


def test_after_a_restore_the_approved_gifts_are_asked_about(owner: Any) -> None:
    assert backup_restore.reminders(owner) == []


def test_no_temporary_file_stays_after_a_failed_write(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    target.write_text("old")
    with pytest.raises(RuntimeError), replacing(target) as path:
        path.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old" and list(tmp_path.iterdir()) == [target]


def test_an_import_that_fails_in_its_last_step_leaves_nothing(
    manager: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.imports import run

    sheet = tmp_path / "customers.csv"
    sheet.write_text(
        "卡号,姓名,手机\n" + "".join(f"N{n},李{chr(0x4E00 + n)},139{n:08}\n" for n in range(9)), "utf-8"
    )
    planned = run.plan(manager, sheet, "customers")
    real = journal.note

    def fails(shop: Any, act: str, *rest: Any, **more: Any) -> int:
        if act.startswith("import."):
            raise OSError(28, "No space left on device")
        return real(shop, act, *rest, **more)

    monkeypatch.setattr(journal, "note", fails)
    with pytest.raises(OSError):
        run.apply(manager, planned)
    assert database.value_of("SELECT COUNT(*) FROM customer") == 0
    assert database.value_of("SELECT COUNT(*) FROM import_run") == 0
