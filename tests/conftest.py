"""Fixtures: a fresh shop on a real SQLite file, with one person of each role at the counter."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from tests.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

TODAY = date(2026, 11, 22)
CLOCK_MOMENT = datetime(2026, 11, 22, 2, 30, tzinfo=timezone.utc)
OWNER_PIN, MANAGER_PIN, CLERK_PIN = "laoban-2680", "730514", "481926"


@pytest.fixture(autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings of the person who runs it."""
    monkeypatch.setenv("SHUKE_HOME", str(tmp_path_factory.mktemp("home")))
    for name in ("SHUKE_PIN", "SHUKE_NEW_PIN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    from services.words import use_language

    use_language("zh")
    yield
    use_language("zh")


@pytest.fixture(scope="session")
def _empty_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One set-up shop with its three people, copied for every test: hashing PINs is slow on purpose."""
    from models import database
    from models.kinds import Role
    from services.clock import FixedClock
    from services.setup import create_shop
    from services.staff import add_user

    path = tmp_path_factory.mktemp("empty") / "shop.db"
    clock = FixedClock(TODAY, CLOCK_MOMENT)
    shop = create_shop(
        str(path), "和平路店", "店主", OWNER_PIN, address="船山区和平路1号", postcode="629000", clock=clock
    )
    add_user(shop, "店长", Role.MANAGER, MANAGER_PIN)
    add_user(shop, "小王", Role.CLERK, CLERK_PIN, group_id=1)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def books(_empty_books: Path, tmp_path: Path) -> Iterator[str]:
    """The path of fresh books with the users 店主, 店长 and 小王."""
    from models import database

    path = tmp_path / "shop.db"
    shutil.copyfile(_empty_books, path)
    yield str(path)
    database.close()


@pytest.fixture
def shop(books: str):
    """The open shop on 22 Nov 2026 with nobody signed in."""
    from services.clock import FixedClock
    from services.shop import open_shop

    return open_shop(books, FixedClock(TODAY, CLOCK_MOMENT))


def _as(shop, name: str):
    from services.shop import Actor
    from services.staff import users

    user = next(user for user in users(shop) if user.name == name)
    return replace(shop, actor=Actor(user.id, user.name, user.role, user.group_id))


@pytest.fixture
def owner(shop):
    return _as(shop, "店主")


@pytest.fixture
def manager(shop):
    return _as(shop, "店长")


@pytest.fixture
def clerk(shop):
    return _as(shop, "小王")
