"""Damaged books: the newest proven backup comes back, nothing is thrown away, and it is no way around the rights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models import database
from services import backup, checking, journal, recovery
from services.errors import Refused, Unavailable
from services.shop import open_shop


@pytest.fixture
def damaged(owner: Any, books: str) -> str:
    """A shop with one backup, whose file was then overwritten in the middle of its first page."""
    backup.snapshot(owner, "manual")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    file = Path(books)
    file.write_bytes(b"rubbish" * 40 + file.read_bytes()[280:])
    return books


def test_whole_books_are_not_damaged_and_are_not_replaced(owner: Any, books: str) -> None:
    taken = backup.snapshot(owner, "manual")
    assert not recovery.is_damaged(books)
    with pytest.raises(Refused):
        recovery.put_back(books, taken.file)


def test_a_strangers_file_is_left_alone(tmp_path: Path) -> None:
    import apsw

    file = tmp_path / "other.db"
    connection = apsw.Connection(str(file))
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    assert not recovery.is_damaged(str(file))


@pytest.mark.parametrize("url", ["postgresql://user@host/shop"])
def test_a_server_has_its_own_tools(url: str) -> None:
    assert not recovery.is_damaged(url)
    assert recovery.choices(url) == []


def test_damaged_books_come_back_and_the_damaged_file_is_kept(damaged: str, owner: Any) -> None:
    assert recovery.is_damaged(damaged)
    with pytest.raises(Unavailable):
        open_shop(damaged)
    newest = recovery.choices(damaged)[0]
    kept = recovery.put_back(damaged, newest.file, owner.clock)
    assert kept.read_bytes().startswith(b"rubbish")
    shop = open_shop(damaged, owner.clock)
    assert shop.info.name == "和平路店"
    assert journal.entries(limit=1)[0].act == "restored"
    assert checking.check(shop).problems == ()


def test_missing_and_empty_books_count_as_damaged(damaged: str, owner: Any) -> None:
    newest = recovery.choices(damaged)[0]
    Path(damaged).write_bytes(b"")
    recovery.put_back(damaged, newest.file, owner.clock)
    database.close()
    for path in Path(damaged).parent.glob("shop.db*"):
        path.unlink()
    assert recovery.is_damaged(damaged)
    recovery.put_back(damaged, newest.file, owner.clock)
    assert open_shop(damaged, owner.clock).info.name == "和平路店"


def test_a_backup_that_was_changed_is_not_put_back(damaged: str, owner: Any) -> None:
    newest = recovery.choices(damaged)[0]
    with open(newest.file, "ab") as file:
        file.write(b"x")
    before = Path(damaged).read_bytes()
    with pytest.raises(Unavailable):
        recovery.put_back(damaged, newest.file, owner.clock)
    assert Path(damaged).read_bytes() == before


def test_later_purchases_of_the_damaged_file_are_listed_and_can_be_imported(owner: Any, books: str) -> None:
    from services import purchases
    from services.customers import NewCustomer, register
    from services.purchases import LineIn

    customer = register(owner, NewCustomer(name="王芳", phone="13912345678", card_no="K1")).id
    purchases.buy(owner, customer, [LineIn("Q1", 10_000)])
    backup.snapshot(owner, "manual")
    purchases.buy(owner, customer, [LineIn("=Q2", 19_900, size="M")])
    page = database.value_of("SELECT rootpage FROM sqlite_master WHERE name = 'visit'")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    data = bytearray(Path(books).read_bytes())
    data[(page - 1) * 4096 : (page - 1) * 4096 + 64] = b"\xff" * 64
    Path(books).write_bytes(bytes(data))
    kept = recovery.put_back(books, recovery.choices(books)[0].file, owner.clock)
    listed, rows = recovery.salvage(kept)
    assert listed is not None and rows == 1
    assert "'=Q2" in listed.read_text("utf-8-sig") and "199.00" in listed.read_text("utf-8-sig")
