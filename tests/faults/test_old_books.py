"""The kept books of every schema: brought up to date whole, or left as they were (spec 09, 5 and §3.6)."""

from __future__ import annotations

import json
import lzma
import random
import shutil
from pathlib import Path

import apsw
import pytest

from models import database, migrations
from services import backup, search_index
from services.checking import check
from services.shop import open_shop
from tests.faults.acts import CALLS, OWNER, Act, Yard, counted, traced
from tests.faults.conftest import LONG
from tests.faults.inspecting import backups, look, opened
from tests.faults.nursery import Nursery

KEPT = sorted((Path(__file__).parent / "old_books").glob("*.db.xz"))


def kept(file: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    books = folder / "shop.db"
    books.write_bytes(lzma.decompress(file.read_bytes()))
    return books


def counts(books: Path) -> dict[str, int]:
    connection = opened(books)
    try:
        return {
            table: next(connection.execute(f"SELECT COUNT(*) FROM {table}"))[0]
            for table in (
                "customer",
                "phone",
                "ticket",
                "purchase",
                "point_entry",
                "stock_move",
                "contact",
                "plan_line",
            )
        }
    finally:
        connection.close()


@pytest.mark.parametrize("file", KEPT, ids=lambda one: one.name[:4])
def test_kept_books_are_brought_up_to_date_after_a_proven_backup(file: Path, tmp_path: Path) -> None:
    books = kept(file, tmp_path)
    before = counts(books)
    shop = open_shop(str(books))
    try:
        assert migrations.applied() == migrations.newest()
        assert check(shop).problems == ()
        old = int(file.name[:4])
        reasons = [one.reason for one in backup.listed()]
        assert reasons == ([f"before-{old + 1:04}"] if old < migrations.newest() else [])
        assert backups(backup.folder()) == []
    finally:
        database.close()
    assert counts(books) == before


def test_a_migration_that_fails_at_the_end_leaves_the_old_books(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = kept(KEPT[0], tmp_path)
    before = look(books)

    def full() -> None:
        raise apsw.FullError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(search_index, "rebuild", full)
        with pytest.raises(Exception, match="磁盘已满"):
            open_shop(str(books))
    database.close()
    connection = opened(books)
    assert next(connection.execute("PRAGMA user_version"))[0] == int(KEPT[0].name[:4])
    connection.close()
    assert look(books) == before
    assert check(open_shop(str(books))).problems == ()
    database.close()


def yard_of(tmp_path: Path, nursery: Nursery, file: Path) -> Yard:
    yard = Yard(nursery, tmp_path)
    kept(file, tmp_path / "old")
    raw = json.loads(file.with_suffix("").with_suffix(".pins").read_text("utf-8"))
    yard.pins = {one["name"]: one["pin"] for one in raw["users"]}
    return yard


@pytest.mark.parametrize("file", KEPT if LONG else KEPT[:1], ids=lambda one: one.name[:4])
def test_a_first_start_killed_at_any_call_goes_on_at_the_next(
    file: Path, tmp_path: Path, strace: None
) -> None:
    if int(file.name[:4]) == migrations.newest():
        pytest.skip("nothing to bring up to date")
    with Nursery(tmp_path) as nursery:
        yard = yard_of(tmp_path, nursery, file)
        act = Act("open", "old", OWNER, ("check",))
        here = yard.fresh("old")
        before = counts(here / "shop.db")
        old, _wrong = look(here / "shop.db")
        whole = yard.fresh("old")
        child = yard.run(whole, OWNER, "check")
        assert child.status == 0, child.said
        new, _wrong = look(whole / "shop.db")
        calls = counted(yard, act)
        places = [(name, n) for name, most in calls.items() for n in range(1, most + 1) if name != "openat"]
        chosen = random.Random(5).sample(places, min(len(places), 400 if LONG else 16))
        wrong: list[str] = []
        for name, number in chosen:
            here = yard.fresh("old")
            child = yard.start(act, here, halt=True)
            tracer = traced(child, "-o", "/dev/null", "-e", f"trace={CALLS}",
                            "-e", f"inject={name}:signal=SIGKILL:when={number}")  # fmt: skip
            child.wait()
            tracer.communicate(timeout=60)
            shutil.copytree(here, tmp_path / "seen", dirs_exist_ok=True)
            state, found = look_old(tmp_path / "seen" / "shop.db")
            shutil.rmtree(tmp_path / "seen")
            again = yard.run(here, OWNER, "check")
            after, found_after = look(here / "shop.db")
            bad = [*found, *found_after, *backups(here / "backups" / "shop")]
            if state not in (old, new):
                bad.append("neither the old books nor the new ones")
            if again.status != 0 or after != new or counts(here / "shop.db") != before:
                bad.append(f"does not go on: {again.said[:200]}")
            wrong += [f"{one} (at {name} {number})" for one in bad]
    assert wrong == [], wrong[:5]


def look_old(books: Path) -> tuple[str, list[str]]:
    """Books that may still be of the old schema: their file and their content, without ledgers they do not have yet."""
    from tests.faults.inspecting import digest

    connection = opened(books)
    try:
        found = [text for (text,) in connection.execute("PRAGMA integrity_check(3)") if text != "ok"]
        return digest(connection), found
    finally:
        connection.close()
