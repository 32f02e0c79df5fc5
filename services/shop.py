"""The open shop: its clock, its policy, and who is at the counter."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date

from models import database
from models.kinds import Role
from services.clock import Clock, FixedClock, SystemClock
from services.errors import Refused, Unavailable
from services.policy import Policy, load


@dataclass(frozen=True)
class Actor:
    """Who is signed in."""

    id: int
    name: str
    role: Role
    group_id: int | None = None


@dataclass(frozen=True)
class ShopFacts:
    """The shop's own card."""

    name: str
    phone: str
    address: str
    postcode: str
    trial: bool


@dataclass(frozen=True)
class Shop:
    """Handed to every verb. Signing in makes a new one."""

    url: str
    clock: Clock
    policy: Policy
    info: ShopFacts
    actor: Actor | None = None

    def today(self) -> date:
        return self.clock.today()

    @property
    def role(self) -> Role | None:
        return self.actor.role if self.actor else None

    @property
    def who(self) -> int | None:
        """Id of the signed-in user."""
        return self.actor.id if self.actor else None

    def at(self, day: date) -> Shop:
        """The same shop on another business day (`--today`)."""
        return replace(self, clock=FixedClock(day))


def open_shop(url: str, clock: Clock | None = None, *, day: date | None = None) -> Shop:
    """Opens existing books. Raises Unavailable when they are missing, damaged, newer than this program, or locked.

    `day`: `--today`; reading only, unless the shop is a trial shop (`must_write` guards that).
    """
    from services import start

    start.open_books(url)
    shop = Shop(url, clock or (FixedClock(day) if day else SystemClock()), load(), read_facts())
    return replace(shop, policy=policy_on(shop.today()))


def with_policy_in_force(shop: Shop) -> Shop:
    """The same shop under the policy as it is now: another session may have changed it since this one began."""
    day = shop.today()
    newest = database.value_of(
        "SELECT id FROM policy_version WHERE since <= ? ORDER BY since DESC, id DESC LIMIT 1",
        (database.day_value(day),),
    )
    return shop if (newest or 0) == shop.policy.version else replace(shop, policy=policy_on(day))


def read_facts() -> ShopFacts:
    found = database.row("SELECT name, phone, address, postcode, trial FROM shop_info WHERE id = 1")
    if found is None:
        raise Unavailable("这个账册还没有建好。请先运行“init”，或在窗口里走完开店向导。")
    return ShopFacts(found[0], found[1], found[2], found[3], bool(found[4]))


def policy_on(day: date) -> Policy:
    """The policy in force on `day`: later versions replace earlier ones key by key."""
    changes: dict[str, object] = {}
    version = 0
    sql = "SELECT id, changes FROM policy_version WHERE since <= ? ORDER BY since, id"
    for number, text in database.rows(sql, (database.day_value(day),)):
        changes.update(json.loads(text))
        version = int(number)
    return load(changes, version)


def must_write(shop: Shop, *, dated: bool) -> None:
    """Writing with `--today` is back-dating: allowed only in a trial or demo shop (spec 09, 53)."""
    if dated and not shop.info.trial:
        raise Refused("“--today”只能用来查看；正式账册不能补记到别的日期。请去掉“--today”再做这一步。")
