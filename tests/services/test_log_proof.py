"""The log beside the books: damaged, cut, missing or another shop's, it is said before anything is lost (09, 21)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models import cipher, database
from services import encryption, keys, log_proof
from services.checking import check
from services.customers import NewCustomer, register
from services.shop import open_shop

FILES = ("", "-wal", "-shm")


def acts(shop: Any, number: int, name: str = "新客") -> None:
    for one in range(number):
        register(shop, NewCustomer(f"{name}{one}", ""))


def snatched(books: str, place: Path) -> Path:
    """The three files as a kill leaves them."""
    place.mkdir(parents=True)
    for ending in FILES:
        shutil.copyfile(books + ending, place / f"shop.db{ending}")
    return place / "shop.db"


@pytest.fixture(params=["plain", "encrypted"])
def killed(request: pytest.FixtureRequest, owner: Any, books: str, tmp_path: Path, monkeypatch: Any) -> Path:
    """Books whose program was killed: four customers in the file, six more in the log."""
    monkeypatch.setattr(keys, "_COST", 2**10)
    shop = owner
    if request.param == "encrypted":
        encryption.encrypt(owner, bytes(range(32)), "旗袍 纽扣 春分 2680")
        shop = replace(open_shop(books, owner.clock), actor=owner.actor)
    acts(shop, 4)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    acts(shop, 6, "后来的客")
    place = snatched(books, tmp_path / "killed")
    database.close()
    yield place
    database.close()
    cipher.forget(cipher.id_of(bytes(range(32))))


def customers() -> int:
    return int(database.value_of("SELECT COUNT(*) FROM customer"))


def log_of(path: Path) -> Path:
    return Path(f"{path}-wal")


def test_a_kill_alone_is_no_problem(killed: Path) -> None:
    shop = open_shop(str(killed))
    assert customers() == 10
    assert check(shop).ok


def test_without_its_index_the_log_is_taken_up_as_well(killed: Path) -> None:
    Path(f"{killed}-shm").unlink()
    open_shop(str(killed))
    assert customers() == 10


def refused(path: Path, kind: str) -> None:
    before = {
        ending: Path(f"{path}{ending}").read_bytes()
        for ending in ("", "-wal")
        if Path(f"{path}{ending}").exists()
    }
    for _again in range(2):
        with pytest.raises(log_proof.LogProblem) as no:
            open_shop(str(path))
        assert no.value.kind == kind
        # The file itself is never touched; a log keeps its bytes for whoever can still read them.
        assert {e: Path(f"{path}{e}").read_bytes() for e in before} == before


def test_a_log_that_was_taken_away_is_missed(killed: Path) -> None:
    log_of(killed).unlink()
    refused(killed, log_proof.MISSING)
    kept = log_proof.open_as_is(killed)
    assert kept.exists()
    open_shop(str(killed))
    assert customers() == 4


def test_a_log_cut_at_any_block_is_noticed(killed: Path, tmp_path: Path) -> None:
    size = log_of(killed).stat().st_size
    for cut in range(0, size, max(512, size // 12 // 512 * 512)):
        place = tmp_path / f"cut{cut}"
        shutil.copytree(killed.parent, place)
        with open(place / "shop.db-wal", "rb+") as log:
            log.truncate(cut)
        with pytest.raises(log_proof.LogProblem):
            open_shop(str(place / "shop.db"))
        shutil.rmtree(place)


@pytest.mark.parametrize("where", [0, 5, 17, 26, 40, 60, 500, 5_000, 20_000])
def test_a_flipped_bit_in_the_log_is_noticed(killed: Path, where: int) -> None:
    raw = bytearray(log_of(killed).read_bytes())
    raw[where] ^= 16
    log_of(killed).write_bytes(raw)
    refused(killed, log_proof.DAMAGED)


def test_also_without_the_index_an_act_in_the_middle_is_missed(killed: Path) -> None:
    raw = bytearray(log_of(killed).read_bytes())
    raw[5_000] ^= 1
    log_of(killed).write_bytes(raw)
    Path(f"{killed}-shm").unlink()
    with pytest.raises(log_proof.LogProblem):
        open_shop(str(killed))


def test_the_damaged_rest_can_be_left_behind_with_all_files_kept(killed: Path) -> None:
    raw = bytearray(log_of(killed).read_bytes())
    raw[-3_000] ^= 1
    log_of(killed).write_bytes(raw)
    with pytest.raises(log_proof.LogProblem):
        open_shop(str(killed))
    kept = log_proof.open_as_is(killed)
    assert Path(f"{kept}-wal").read_bytes() == raw
    shop = open_shop(str(killed))
    assert 4 <= customers() < 10
    assert check(shop).ok


def test_a_last_act_torn_by_a_power_cut_is_no_damage(killed: Path) -> None:
    """It was not acknowledged: the index is of before it, or is not there at all."""
    raw = log_of(killed).read_bytes()
    log_of(killed).write_bytes(raw[:-2_000])
    Path(f"{killed}-shm").unlink()
    shop = open_shop(str(killed))
    assert customers() == 9
    assert check(shop).ok


@pytest.mark.parametrize("with_index", [True, False])
def test_another_shops_log_is_never_merged(
    killed: Path,
    with_index: bool,
    owner: Any,
    _empty_books: Path,
    tmp_path: Path,
    make_shop: Callable[..., Any],
) -> None:
    other = make_shop(tmp_path / "other")
    for ending in FILES[1:] if with_index else FILES[1:2]:
        shutil.copyfile(f"{other}{ending}", f"{killed}{ending}")
    if not with_index:
        Path(f"{killed}-shm").unlink()
    before = killed.read_bytes()
    with pytest.raises(log_proof.LogProblem) as no:
        open_shop(str(killed))
    assert no.value.kind == log_proof.FOREIGN
    assert killed.read_bytes() == before
    log_proof.open_as_is(killed)
    shop = open_shop(str(killed))
    assert customers() == 4
    assert check(shop).ok


@pytest.fixture
def make_shop() -> Callable[[Path], Path]:
    def make(place: Path) -> Path:
        """Another shop with another history, killed as well."""
        from datetime import date

        from services.clock import FixedClock
        from services.setup import create_shop

        place.mkdir()
        file = place / "first.db"
        shop = create_shop(
            str(file), "另一家店", "钱老板", "qianlb-8462", clock=FixedClock(date(2026, 11, 20))
        )
        acts(shop, 8, "别家的客")
        return snatched(str(file), place / "killed")

    return make


def test_while_another_window_works_nothing_is_suspected(owner: Any, books: str) -> None:
    import subprocess
    import sys

    acts(owner, 3)
    code = (
        "import sys; from services.shop import open_shop\n"
        "for n in range(20): open_shop(sys.argv[1]); from models import database; database.close()\n"
        "print('fine')"
    )
    root = Path(__file__).resolve().parents[2]
    other = subprocess.Popen([sys.executable, "-c", code, books], cwd=root, stdout=subprocess.PIPE, text=True)
    while other.poll() is None:
        acts(owner, 1)
    assert other.stdout is not None
    with other.stdout:
        assert other.stdout.read() == "fine\n"
