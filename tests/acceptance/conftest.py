"""Shops made once a session through the program itself, and copied for every test that writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.till import CLERK, MANAGER, OWNER, TODAY, Till


@pytest.fixture(scope="session")
def _demo(tmp_path_factory: pytest.TempPathFactory) -> Till:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "home").mkdir()
    till = Till(str(folder / "shop.db"), folder / "home", {}, TODAY)
    made = till.ok("", "demo", "--customers", 150, "--years", 2, "--seed", 7)
    till.pins.update({one["name"]: one["pin"] for one in made["users"]})
    return till


@pytest.fixture(scope="session")
def reading(_demo: Till, tmp_path_factory: pytest.TempPathFactory) -> Till:
    """A demo shop for tests that only read; shared."""
    return _demo.copy(tmp_path_factory.mktemp("reading"))


@pytest.fixture
def demo(_demo: Till, tmp_path: Path) -> Till:
    """A demo shop of one's own."""
    return _demo.copy(tmp_path / "demo")


@pytest.fixture(scope="session")
def _empty(tmp_path_factory: pytest.TempPathFactory) -> Till:
    folder = tmp_path_factory.mktemp("trial")
    (folder / "home").mkdir()
    pins = {OWNER: "laoban-2680", MANAGER: "730514", CLERK: "481926"}
    till = Till(str(folder / "shop.db"), folder / "home", pins, TODAY)
    till.ok("", "init", "--shop", "和平路店", "--trial", env={"SHUKE_PIN": pins[OWNER]})
    for name, role in ((MANAGER, "manager"), (CLERK, "clerk")):
        till.ok(OWNER, "user", "add", name, "--role", role, env={"SHUKE_NEW_PIN": pins[name]})
    return till


@pytest.fixture
def trial(_empty: Till, tmp_path: Path) -> Till:
    """An empty trial shop with its three people."""
    return _empty.copy(tmp_path / "trial")
