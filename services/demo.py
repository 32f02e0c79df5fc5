"""The demo shop: believable invented people, sales, gifts and contacts; the same seed gives the same shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from models import database
from models.kinds import Role
from services import demo_customers, demo_gifts, demo_people, grades, journal, pins, search_index
from services.clock import Clock
from services.demo_sales import Season
from services.errors import Refused
from services.progress import Progress, silent
from services.rights import Right, require
from services.setup import create_shop
from services.shop import Shop

SHOP_NAME = "熟客演示店"
MOST_CUSTOMERS = 2_000_000
MOST_YEARS = 20
_HISTORY_UP_TO = 20_000
"""Customers up to which twelve months of grade runs are told; above that only the present standing."""
_GIFTS_GIVEN_UP_TO = 2_000
"""Customers up to which two months of gifts pass through every hand; each line is an act of its own."""
_CACHE_A_CUSTOMER, _CACHE_LEAST, _CACHE_MOST = 4, 16_000, 2_000_000
"""KiB"""

_OWNER = ("店主", Role.OWNER, "shuke-2680", None)
_STAFF = (
    ("店长", Role.MANAGER, "730514", None),
    ("店员", Role.CLERK, "481926", 0),
    ("小王", Role.CLERK, "294617", 0),
    ("小李", Role.CLERK, "618394", 1),
)
"""Name, role, PIN and place of the sales group. These PINs open invented data only."""


@dataclass(frozen=True)
class DemoUser:
    name: str
    role: Role
    pin: str
    """Empty for a user who was there before."""


@dataclass(frozen=True)
class DemoFigures:
    customers: int
    purchases: int
    tickets: int
    users: tuple[DemoUser, ...]


def create(
    url: str,
    customers: int = 800,
    years: int = 3,
    seed: int = 1,
    *,
    clock: Clock | None = None,
    progress: Progress = silent,
) -> DemoFigures:
    """Makes new books at `url` with the demo shop in them and leaves them open.

    Raises Refused when the place is taken or the numbers make no sense, Unavailable when it cannot be written.
    """
    _check(customers, years)
    name, _role, pin, _group = _OWNER
    address, postcode = "四川省遂宁市船山区和平路188号", "629000"
    shop = create_shop(url, SHOP_NAME, name, pin, address=address, postcode=postcode, trial=True, clock=clock)
    try:
        figures = fill(shop, customers, years, seed, progress=progress)
    except BaseException:
        _remove(url)
        raise
    owner = DemoUser(name, Role.OWNER, pin)
    return replace(figures, users=(owner, *(user for user in figures.users if user.name != name)))


def _remove(url: str) -> None:
    """A half-made demo shop is no shop: its file goes. A database on a server stays, with its owner."""
    database.close()
    path = database.sqlite_path(url)
    if path is not None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)


def fill(
    shop: Shop, customers: int = 800, years: int = 3, seed: int = 1, *, progress: Progress = silent
) -> DemoFigures:
    """Fills an empty trial shop, as of its own today, in one transaction; ends with grades applied.

    Refused for a shop that is not on trial or that has customers: invented people never mix with real ones.
    """
    require(shop, Right.USERS)
    _check(customers, years)
    if not shop.info.trial:
        raise Refused("正式账册里不能放演示资料。请用“demo”另建一个演示店铺。")
    if database.value_of("SELECT 1 FROM customer LIMIT 1") is not None:
        raise Refused("这个账册里已经有客户，没有放入演示资料。请用“demo”另建一个演示店铺。")
    rng = Random(seed)
    season = Season.of(shop.today(), years, rng)
    with database.database.atomic():
        users = _staff(shop)
        with _wide_cache(customers):
            written = demo_customers.write(
                shop, rng, season, customers, seed, history=customers <= _HISTORY_UP_TO, progress=progress
            )
        demo_gifts.stock(shop, customers)
        grades.apply(shop, system=True)
        database.execute(
            "UPDATE shop_info SET anniversary = '05-18', last_day = ?", (shop.today().isoformat(),)
        )
        body = {"customers": customers, "tickets": written.tickets, "purchases": written.lines, "seed": seed}
        journal.note(shop, "demo.filled", "shop", 1, body=body)
        if customers <= _GIFTS_GIVEN_UP_TO:
            demo_gifts.give(shop)
    search_index.tidy()
    return DemoFigures(customers, written.lines, written.tickets, users)


@contextmanager
def _wide_cache(customers: int) -> Iterator[None]:
    """Keeps the pages of the indexes in memory while millions of rows go into them in no order."""
    if database.is_postgres():
        yield
        return
    before = database.value_of("PRAGMA cache_size")
    kibibytes = min(max(_CACHE_A_CUSTOMER * customers, _CACHE_LEAST), _CACHE_MOST)
    database.execute(f"PRAGMA cache_size = -{kibibytes}")
    try:
        yield
    finally:
        database.execute(f"PRAGMA cache_size = {before}")


def _check(customers: int, years: int) -> None:
    if not 0 <= customers <= MOST_CUSTOMERS:
        raise Refused("演示客户的数目要在0到{most}之间。", most=MOST_CUSTOMERS, field="customers")
    if not 1 <= years <= MOST_YEARS:
        raise Refused("演示资料的年数要在1到{most}之间。", most=MOST_YEARS, field="years")


def _staff(shop: Shop) -> tuple[DemoUser, ...]:
    """Adds the staff that is missing. Those who are there keep their own PIN."""
    known = {row[0]: Role(row[1]) for row in database.rows("SELECT name, role FROM staff_user ORDER BY id")}
    groups = [row[0] for row in database.rows("SELECT id FROM staff_group WHERE active = 1 ORDER BY id")]
    found = [DemoUser(name, role, "") for name, role in known.items()]
    for number, (name, role, pin, group) in enumerate(_STAFF):
        if name in known:
            continue
        database.insert(
            "staff_user",
            name=name,
            role=role.value,
            group_id=groups[group % len(groups)] if groups and group is not None else None,
            pin_hash=pins.hashed(pin),
            phone=demo_people.phone(900_000_000 + number, 0),
            active=1,
            failures=0,
            lockouts=0,
            locked_until=0,
            lock_seconds=0,
            lock_tick=0,
            created_at=database.moment_value(shop.clock.now()),
        )
        found.append(DemoUser(name, role, pin))
    return tuple(found)
