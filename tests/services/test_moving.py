"""Out of the cloud folder: at every moment the place that is remembered holds whole books; and the reserve on the disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models import cipher, database
from services import ballast, encryption, keys, moving, place, settings
from services.checking import check
from services.customers import NewCustomer, register
from services.errors import NotAllowed, Refused
from services.shop import Shop, open_shop

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cloudy(owner: Any, books: str, tmp_path: Path) -> str:
    """Books with a customer, in a cloud folder."""
    register(owner, NewCustomer("王小丽", ""))
    database.close()
    folder = tmp_path / "我的坚果云"
    folder.mkdir()
    for file in Path(books).parent.glob("shop.db*"):
        shutil.move(file, folder / file.name)
    settings.save(settings.load().changed(books_url=f"sqlite:///{folder.as_posix()}/shop.db"))
    return str(folder / "shop.db")


@pytest.fixture
def by(cloudy: str, owner: Shop) -> Shop:
    """The owner, signed in at the books in the cloud folder."""
    return replace(open_shop(cloudy, owner.clock), actor=owner.actor)


def moved() -> list[tuple[str, str]]:
    """(user, role) of every move in the journal of the open books."""
    found: list[tuple[str, str]] = database.rows(
        "SELECT user_name, role FROM journal_entry WHERE act = 'books.moved' ORDER BY id"
    )
    return found


def test_they_are_moved_remembered_and_gone_from_the_cloud(cloudy: str, by: Shop) -> None:
    assert place.warning_codes(Path(cloudy))[0] == "cloud"
    target = moving.move(by, cloudy)
    assert target == settings.data_folder() / "shop.db"
    assert not Path(cloudy).exists()
    assert settings.load().moved_from == ""
    shop = open_shop(settings.load().books_url)
    assert database.value_of("SELECT name FROM customer") == "王小丽"
    assert check(shop).ok
    assert "cloud" not in place.warning_codes(target)
    assert moved() == [("店主", "owner")]


@pytest.mark.parametrize("who", ["clerk", "manager", "nobody", "unknown"])
def test_books_that_can_be_opened_are_moved_by_the_owner_alone(
    cloudy: str, by: Shop, who: str, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(who).actor if who in ("clerk", "manager") else None
    with pytest.raises(NotAllowed):
        moving.move(None if who == "unknown" else replace(by, actor=actor), cloudy)
    assert Path(cloudy).exists() and not (settings.data_folder() / "shop.db").exists()
    assert moved() == []


def test_encrypted_books_stay_encrypted_and_take_their_key_file_along(
    cloudy: str, owner: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(keys, "_COST", 2**10)
    shop = replace(open_shop(cloudy, owner.clock), actor=owner.actor)
    encryption.encrypt(shop, bytes(range(32)), "旗袍 纽扣 春分 2680")
    target = moving.move(shop, cloudy)
    assert cipher.needed(target) == cipher.id_of(bytes(range(32)))
    assert (target.parent / keys.file_name(cipher.needed(target))).exists()
    cipher.forget(cipher.id_of(bytes(range(32))))


def test_other_books_at_the_new_place_are_not_replaced(cloudy: str, by: Shop, _empty_books: Path) -> None:
    other = settings.data_folder() / "shop.db"
    other.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_empty_books, other)
    whole = other.read_bytes()
    with database_changed(other):
        assert moving.suggested(cloudy).name == "shop2.db"
        with pytest.raises(Refused, match="已经存在"):
            moving.move(by, cloudy, other)
    assert Path(cloudy).exists() and len(other.read_bytes()) == len(whole)


def database_changed(other: Path) -> Any:
    """Another shop: its secret is not ours."""
    from contextlib import nullcontext

    connection = cipher.opened(other)
    connection.execute("UPDATE shop_info SET secret = 'another'")
    connection.close()
    return nullcontext()


def test_into_another_cloud_folder_nothing_is_moved(cloudy: str, by: Shop, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="云盘"):
        moving.move(by, cloudy, tmp_path / "Dropbox" / "shop.db")
    assert Path(cloudy).exists()


def test_off_a_network_share_they_are_fetched_with_their_log(
    owner: Any, books: str, tmp_path: Path, monkeypatch: Any
) -> None:
    register(owner, NewCustomer("王小丽", ""))
    share = tmp_path / "share"
    share.mkdir()
    for ending in ("", "-wal"):
        shutil.copyfile(books + ending, share / f"shop.db{ending}")
    database.close()
    monkeypatch.setattr(place, "on_network", lambda path: share in Path(path).parents)
    target = moving.move(None, str(share / "shop.db"))
    shop = open_shop(str(target))
    assert database.value_of("SELECT name FROM customer") == "王小丽"
    assert check(shop).ok
    assert not list(share.iterdir())
    assert moved() == [("", "system")]


_KILLED = """
import os, sys
sys.path.insert(0, {root!r})
from dataclasses import replace
from models.kinds import Role
from services import moving, switching, settings
from services.shop import Actor, open_shop
shop = replace(open_shop(sys.argv[1]), actor=Actor(1, "店主", Role.OWNER))
at, count = int(sys.argv[2]), 0
def dying(module, name):
    real = getattr(module, name)
    def step(*a, **k):
        global count
        for _side in range(2):
            count += 1
            if count == at:
                os.kill(os.getpid(), 9)
            if not _side:
                answer = real(*a, **k)
        return answer
    setattr(module, name, step)
for module, name in ((os, "replace"), (os, "fsync"), (switching, "copied"), (switching, "wipe"), (settings, "save")):
    dying(module, name)
moving.move(shop, sys.argv[1])
"""


def test_killed_at_any_step_the_remembered_books_are_whole(
    cloudy: str, owner: Shop, tmp_path: Path, monkeypatch: Any
) -> None:
    folder, code = Path(cloudy).parent, _KILLED.format(root=str(ROOT))
    whole = tmp_path / "whole"
    shutil.copytree(folder, whole)
    for at in range(1, 60, 2):
        home = tmp_path / f"home{at}"
        monkeypatch.setenv("SHUKE_HOME", str(home))
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole, folder)
        settings.save(settings.load().changed(books_url=f"sqlite:///{Path(cloudy).as_posix()}"))
        done = subprocess.run(
            [sys.executable, "-c", code, cloudy, str(at)], env={**os.environ}, capture_output=True, text=True
        )
        shop = open_shop(settings.load().books_url)
        moving.finish(shop)
        assert settings.load().moved_from == ""
        assert not moved() or "坚果云" not in shop.url
        assert moved() or "坚果云" in shop.url
        assert database.value_of("SELECT name FROM customer") == "王小丽"
        assert check(shop).ok
        database.close()
        if done.returncode == 0:
            assert not Path(cloudy).exists()
            return
        assert done.returncode == -9, done.stderr
        if "坚果云" in shop.url:
            moving.move(replace(open_shop(shop.url), actor=owner.actor), shop.url)
        open_shop(settings.load().books_url)
        database.close()
    pytest.fail("never came to its end")


def test_the_reserve_is_laid_in_only_where_wished_and_given_up_at_once(owner: Any, books: str) -> None:
    assert not ballast.keep(books)
    settings.save(settings.load().changed(ballast=True))
    assert ballast.keep(books)
    assert ballast.file_of(Path(books)).stat().st_size == ballast.SIZE
    assert ballast.there(books)
    ballast.give_up(books)
    assert not ballast.there(books)


def test_a_small_disk_gets_no_reserve(books: str, monkeypatch: Any) -> None:
    settings.save(settings.load().changed(ballast=True))
    usage = type("Usage", (), {"free": ballast.SIZE * 2})()
    monkeypatch.setattr(ballast.shutil, "disk_usage", lambda _path: usage)
    assert not ballast.keep(books)
