"""A shop moves to a server and back, and every row of it arrives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models import database
from services import checking, demo, find, purchases, staff, transfer
from services.clock import FixedClock
from services.errors import NotAllowed, Refused
from services.progress import Cancelled
from services.purchases import LineIn
from services.shop import open_shop
from services.transfer import moving, rows
from tests.conftest import CLOCK_MOMENT, OWNER_PIN, TODAY

CLOCK = FixedClock(TODAY, CLOCK_MOMENT)


def picture() -> dict[str, rows.Sum]:
    with database.database.atomic():
        found = {}
        for table in rows.names():
            found[table] = rows.Sum()
            for part in rows.read(database.database.obj, table):
                found[table] = found[table].plus(rows.sum_of(part))
        return found


@pytest.fixture
def demo_books(tmp_path: Path) -> Any:
    path = tmp_path / "shop" / "demo.db"
    made = demo.create(str(path), customers=60, years=2, seed=5, clock=CLOCK)
    pin = next(user.pin for user in made.users if user.role == "owner")
    owner = next(user.name for user in made.users if user.role == "owner")
    yield str(path), owner, pin
    database.close()


def signed_in(url: str, name: str, pin: str) -> Any:
    return staff.sign_in(open_shop(url, CLOCK), name, pin)


@pytest.mark.postgres
def test_there_and_back_every_row_is_the_same(
    demo_books: tuple[str, str, str], postgres_url: str, tmp_path: Path
) -> None:
    path, name, pin = demo_books
    shop = signed_in(path, name, pin)
    before = picture()
    there = transfer.move(shop, postgres_url, pin)
    assert there.rows > 1_000 and Path(there.left).name == "demo-moved.db" and not Path(path).exists()
    on_server = signed_in(postgres_url, name, pin)
    after = picture()
    moved = {table for table in before if before[table] != after[table]}
    assert moved <= {"journal_entry", "journal_body", "staff_user"}, moved
    assert checking.check(on_server).ok
    customer = next(iter(find.look_up("K00001")))
    purchases.buy(on_server, customer, [LineIn("N1", 19_900)])

    back = transfer.move(on_server, str(tmp_path / "back.db"), pin)
    at_home = signed_in(str(tmp_path / "back.db"), name, pin)
    assert back.left == "" and checking.check(at_home).ok
    assert picture()["ticket"].rows == before["ticket"].rows + 1
    assert next(iter(find.look_up("K00001"))) == customer


@pytest.mark.postgres
def test_a_place_that_is_taken_is_left_alone(owner: Any, postgres_url: str, books: str) -> None:
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("CREATE TABLE somebodys (id INTEGER)")
    with pytest.raises(Refused, match="已经有表"):
        transfer.move(owner, postgres_url, OWNER_PIN)
    assert Path(books).exists() and transfer.try_out(postgres_url)


@pytest.mark.postgres
def test_a_move_that_is_stopped_changes_nothing(owner: Any, postgres_url: str, books: str) -> None:
    before = picture()

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        transfer.move(owner, postgres_url, OWNER_PIN, stop)
    assert Path(books).exists() and not transfer.try_out(postgres_url)
    # Only that the PIN was proven stands in the journal.
    assert {t for t, sum_ in picture().items() if sum_ != before[t]} <= {"journal_entry", "journal_body"}


@pytest.mark.postgres
def test_a_row_that_does_not_arrive_stops_the_move(
    owner: Any, postgres_url: str, books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = moving.writing.insert
    monkeypatch.setattr(
        moving.writing,
        "insert",
        lambda table, part: real(table, part[1:] if table == "staff_group" else part),
    )
    with pytest.raises(Exception, match="不一样|references|violates|连不上|没有通过"):
        transfer.move(owner, postgres_url, OWNER_PIN)
    assert Path(books).exists() and not transfer.try_out(postgres_url)


def test_a_server_that_is_not_there_is_told(owner: Any, books: str) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(Exception, match="连不上"):
        transfer.move(owner, "postgresql://x:y@127.0.0.1:1/shop", OWNER_PIN)
    assert Path(books).exists()


def test_only_the_owner_moves_and_only_with_the_pin(owner: Any, manager: Any, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        transfer.move(manager, str(tmp_path / "new.db"), "730514")
    with pytest.raises(Refused, match="密码不对"):
        transfer.move(owner, str(tmp_path / "new.db"), "wrong-pin")


def test_from_file_to_file_is_the_same_road(owner: Any, tmp_path: Path) -> None:
    done = transfer.move(owner, str(tmp_path / "other" / ".." / "new.db"), OWNER_PIN)
    assert done.left.endswith("shop-moved.db") and checking.check(open_shop(done.url, CLOCK)).ok


@pytest.mark.parametrize(("field", "value"), [("host", " "), ("name", ""), ("user", "")])
def test_an_empty_field_of_the_place_is_named(field: str, value: str) -> None:
    fields = {"host": "pc", "name": "shop", "user": "shuke", field: value}
    with pytest.raises(Refused) as no:
        transfer.Place(**fields).url()
    assert no.value.field == field


def test_a_password_with_every_sign_comes_back_from_the_url() -> None:
    place = transfer.Place("192.168.1.9", "店", "u@x", "p:/@#% 密", 5433)
    assert transfer.place_of(place.url()) == place
    assert "p:" not in transfer.shown(place.url())


def test_the_password_lies_apart_and_is_found_again() -> None:
    from services.transfer import passwords

    url = transfer.Place("pc", "shop", "shuke", "secret").url()
    bare = transfer.keep(url)
    assert "secret" not in bare and passwords.filled(bare) == url
    assert passwords.filled("/tmp/shop.db") == "/tmp/shop.db"


def test_a_pc_without_the_driver_is_told_how_to_get_it() -> None:
    from peewee import ImproperlyConfigured

    from services.faults import explain

    assert "run.py postgres" in str(explain(ImproperlyConfigured("psycopg2 postgres driver not found.")))
