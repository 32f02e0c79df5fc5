"""Several counters at once, on a file and on a server: no change lost, nothing given twice, nothing below zero (19, 54, 73, 74)."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models import database
from models.kinds import Role
from services import customers, gifts, ledgers, points, rewards, stock
from services.clock import FixedClock
from services.customer_fields import snapshot
from services.customers import Conflict, NewCustomer
from services.errors import Refused
from services.setup import create_shop
from services.shop import Actor, Shop
from services.staff import add_user
from tests.acceptance.till import Till
from tests.conftest import CLERK_PIN, CLOCK_MOMENT, MANAGER_PIN, OWNER_PIN, TODAY
from tests.faults.conftest import LONG
from tests.services.test_gifts import a_customer

PINS = {"店主": OWNER_PIN, "店长": MANAGER_PIN, "小王": CLERK_PIN, "小李": "618394"}
THINK, SLOWEST = 0.010, 0.250
"""Seconds between two acts of one writer; what one act in a hundred may take (asserted in the long run only)."""

Race = list[list[Any]]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def people(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Shop]]:
    """A fresh shop on a file or on a server, and its people signed in."""
    url = str(tmp_path / "shop.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    owner = create_shop(url, "和平路店", "店主", OWNER_PIN, clock=FixedClock(TODAY, CLOCK_MOMENT))
    found = {"店主": owner}
    for name, role in (("店长", Role.MANAGER), ("小王", Role.CLERK), ("小李", Role.CLERK)):
        number = add_user(owner, name, role, PINS[name])
        found[name] = replace(owner, actor=Actor(number, name, role))
    yield found
    database.close()


def race(counters: int, tries: int, before: Callable[[int], None], act: Callable[[int, int], Any]) -> Race:
    """Lets the counters loose at the same instant, try after try, each on a connection of its own.

    `before(n)` runs while all wait. Returns of every try what each counter got: a result or a Refused. Any other
    exception ends the race and is raised.
    """
    number = iter(range(tries + 1))
    gate = threading.Barrier(counters, action=lambda: before(next(number)))
    got: Race = [[None] * counters for _ in range(tries)]

    def counter(mine: int) -> None:
        try:
            for n in range(tries):
                gate.wait(120)
                try:
                    got[n][mine] = act(mine, n)
                except Refused as why:
                    got[n][mine] = why
            gate.wait(120)
        except BaseException:
            gate.abort()
            raise
        finally:
            database.close()

    with ThreadPoolExecutor(counters) as pool:
        failed = [one.exception() for one in [pool.submit(counter, mine) for mine in range(counters)]]
    real = [one for one in failed if one and not isinstance(one, threading.BrokenBarrierError)]
    if real or any(failed):
        raise (real or [one for one in failed if one])[0]
    return got


def test_two_editors_of_one_customer_lose_nothing(people: dict[str, Shop]) -> None:
    pairs, chance = 10_000 if LONG else 500, random.Random(73)
    fields = ("address", "size", "note", "hobbies", "colours", "looks")
    editors = [people["小王"], people["店长"]]
    customer = customers.register(people["小王"], NewCustomer("王芳", "13812345678")).id
    wishes: list[list[dict[str, str]]] = [
        [dict.fromkeys(chance.sample(fields, chance.randint(1, 3)), f"{who}{n}") for who in "甲乙"]
        for n in range(pairs)
    ]
    seen: list[tuple[dict[str, Any], int]] = []

    def look(_n: int) -> None:
        seen.append(snapshot(customer, list(fields)))

    def edit(who: int, n: int) -> bool:
        before, version = seen[n]
        mine = wishes[n][who]
        customers.change(editors[who], customer, mine, version, {name: before[name] for name in mine})
        return True

    got = race(2, pairs, look, edit)
    for n, (first, second) in enumerate(got):
        before, after = seen[n][0], seen[n + 1][0]
        both = wishes[n][0].keys() & wishes[n][1].keys()
        done = [wish for wish, said in zip(wishes[n], (first, second), strict=True) if said is True]
        if both:
            assert len(done) == 1, (n, wishes[n], first, second)
            told = next(one for one in (first, second) if one is not True)
            assert isinstance(told, Conflict) and {one.field for one in told.clashes} == both, told
        else:
            assert len(done) == 2, (n, wishes[n], first, second)
        expected = dict(before)
        for wish in done:
            expected |= wish
        assert after == expected, (n, wishes[n])
    assert len([one for one in got if one.count(True) == 1]) > pairs / 5
    assert ledgers.proofs() == []


def test_no_gift_is_handed_out_twice(people: dict[str, Shop]) -> None:
    count = 1_000 if LONG else 60
    manager, counters = people["店长"], [people["小王"], people["小李"], people["小王"], people["小李"]]
    gift = stock.add_gift(manager, "钥匙扣", "小件", 1_800)
    stock.receive(manager, gift, count)
    for number in range(count):
        a_customer(f"K{number:04}", "A")
    plan = gifts.propose(manager, "2027-05")
    gifts.submit(manager, plan.id)
    gifts.approve(people["店主"], plan.id)
    lines = gifts.line_ids(manager, plan.id)
    assert len(lines) == count
    got = race(4, count, lambda _n: None, lambda who, n: gifts.issue(counters[who], lines[n]).issued_by)
    for each in got:
        refused = [one for one in each if isinstance(one, Refused)]
        assert len(refused) == 3 and all("已于" in str(one) for one in refused), each
    assert stock.item(manager, gift).stock == 0
    sql = "SELECT COUNT(*), COUNT(DISTINCT line_id), SUM(quantity) FROM stock_move WHERE line_id IS NOT NULL"
    assert database.row(sql) == (count, count, -count)
    assert ledgers.proofs() == []


def test_stock_and_points_never_go_below_zero(people: dict[str, Shop]) -> None:
    """Four counters want more than there is: points straight, pieces straight, a reward of the last piece and points."""
    rounds = (50_000 if LONG else 1_000) // 4
    owner, manager = people["店主"], people["店长"]
    counters = [people[name] for name in ("小王", "小李", "店长", "店主")]
    customer = customers.register(manager, NewCustomer("王芳", "13812345678")).id
    gift = stock.add_gift(manager, "丝巾", "服饰", 500)
    rewards.set_price(manager, gift, 2)
    lowest: list[tuple[int, int]] = []

    def standing() -> tuple[int, int]:
        return points.totals_of(owner, customer)[1], stock.item(owner, gift).stock

    def fill(n: int) -> None:
        """Five points, three pieces; of the reward's piece just one."""
        if n:
            lowest.append(standing())
        have, left = standing()
        if have != 5:
            points.adjust(manager, customer, 5 - have, "试")
        pieces = (5, 3, 1)[n % 3]
        if left > pieces:
            stock.write_off(owner, gift, left - pieces, "试")
        elif left < pieces:
            stock.receive(manager, gift, pieces - left)

    def take(who: int, n: int) -> bool:
        if n % 3 == 0:
            points.redeem(counters[who], customer, 2, "试")
        elif n % 3 == 1:
            stock.write_off(owner, gift, 2, "试")
        else:
            rewards.redeem_gift(counters[who], customer, gift)
        return True

    got = race(4, rounds, fill, take)
    assert len(lowest) == rounds
    for n, each in enumerate(got):
        assert each.count(True) == (2, 1, 1)[n % 3], (n, each)
        assert lowest[n] == ((1, 5), (5, 1), (3, 0))[n % 3], n
    assert ledgers.proofs() == []


def test_four_writers_lose_nothing_and_wait_little(
    people: dict[str, Shop], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four processes at the same customer and the same gift, 10 ms between two acts: every sum comes out."""
    each = 2_000 if LONG else 150
    cards = [customers.register(people["小王"], NewCustomer(f"客{n}")).card_no for n in range(2)]
    gift = stock.add_gift(people["店长"], "丝巾", "服饰", 500)
    home = tmp_path / "home"
    home.mkdir()
    till = Till(people["店主"].url, home, PINS)
    took: list[float] = []
    wrong: list[Any] = []

    def write(who: str) -> None:
        with till.batch(who) as counter:
            counter.ask("find", "客")
            for n in range(each):
                stocking = n % 3 == 2 and who in ("店主", "店长")
                act = (
                    ("gifts", "stock", "receive", "丝巾", "--qty", "1")
                    if stocking
                    else ("buy", cards[n % 2], "--item", f"{who}{n}", "--price", "10", "--special")
                )
                began = time.perf_counter()
                answer = counter.ask(*act)
                took.append(time.perf_counter() - began)
                if answer is None or "error" in answer:
                    wrong.append((who, n, answer))
                time.sleep(THINK)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, PINS))
    assert not wrong, wrong[:5]
    pieces = 2 * len(range(2, each, 3))
    assert stock.item(people["店主"], gift).stock == pieces
    bought = 4 * each - pieces
    assert database.row("SELECT COUNT(*), SUM(paid) FROM purchase") == (bought, bought * 1_000)
    assert database.value_of("SELECT SUM(paid_total) FROM customer") == bought * 1_000
    assert ledgers.proofs() == []
    took.sort()
    slow = took[len(took) * 99 // 100]
    with capsys.disabled():
        print(
            f"\n4 x {each} acts: median {took[len(took) // 2] * 1000:.0f} ms, p99 {slow * 1000:.0f} ms,"
            f" slowest {took[-1] * 1000:.0f} ms"
        )
    if LONG:
        assert slow <= SLOWEST
