"""Three years of a small shop: nobody is forgotten, nobody pestered, whatever customers, clerks and the owner do.

The dice fall by a seed that is printed with every failure. `SHUKE_SEEDS=7,8,9` plays these seeds, `SHUKE_YEARS=3` so many
years; `python -m benchmarks.simulation` plays many by hand.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from services.shop import Shop
from tests.services.schedule_watch import Watch
from tests.services.schedule_years import DAY, START, Years

SEEDS = [int(text) for text in os.environ.get("SHUKE_SEEDS", "2027").split(",")]
YEARS = float(os.environ.get("SHUKE_YEARS", "3"))
CUSTOMERS = int(os.environ.get("SHUKE_CUSTOMERS", "30"))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_promises_hold_for_years(owner: Shop, manager: Shop, tmp_path: Path, seed: int) -> None:
    play(owner, manager, tmp_path, seed, YEARS, CUSTOMERS)


def play(owner: Shop, manager: Shop, folder: Path, seed: int, years: float, customers: int) -> dict[str, int]:
    """Plays one seed to its end. Returns how many contacts of each topic were owed. Raises AssertionError with the seed."""
    life = Years(owner, manager, random.Random(seed))
    watch = Watch(life, folder)
    life.begin(customers)
    last = START + int(years * 365) * DAY
    try:
        while life.today < last:
            _a_day(life, watch)
            life.today += DAY
            if life.dice.random() < 0.03:
                _closed(life, watch)
        watch.end()
    except Exception as error:
        told = "\n  ".join(life.acts[-12:])
        raise AssertionError(f"seed {seed}, {life.today}: {error}\n  {told}") from error
    return watch.figures


def _a_day(life: Years, watch: Watch) -> None:
    watch.before()
    life.morning()
    watch.morning()
    if life.dice.random() < 0.1:
        watch.twice()
    life.live(watch.act)


def _closed(life: Years, watch: Watch) -> None:
    """Some days closed. Planned late they come to the same as if the program had been opened on each of them."""
    first = life.today
    days = life.dice.choice((1, 1, 2, 3, 7, 7, 12, 25))
    copy = watch.copied()
    before = watch.standing()
    life.tell(f"closed for {days} days")
    life.today += days * DAY
    watch.before()
    life.morning()
    watch.morning()
    if days <= life.manager.policy.contacts.catch_up_days:
        watch.late(copy, first, before)
    life.live(watch.act)
    life.today += DAY
