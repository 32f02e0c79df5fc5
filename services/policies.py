"""Changing the care policy: only new versions, each with its day, author and reason."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from models import database
from services import journal
from services.errors import Refused
from services.policy import changes_json, load, parse_value, values_of
from services.rights import Right, require
from services.shop import Shop, policy_on


@dataclass(frozen=True)
class Version:
    id: int
    since: date
    changes: dict[str, Any]
    reason: str
    user: str


def set_value(shop: Shop, key: str, text: str, reason: str = "") -> Shop:
    """The owner changes one number from today on. Returns the shop with the new policy. Refused where it makes no sense."""
    require(shop, Right.POLICY)
    return set_values(shop, {key: parse_value(key, text)}, reason)


def set_values(shop: Shop, changes: dict[str, Any], reason: str = "") -> Shop:
    """Several numbers at once, checked together."""
    require(shop, Right.POLICY)
    before = values_of(shop.policy)
    new = {key: value for key, value in changes.items() if before.get(key) != value}
    if not new:
        raise Refused("这些数值本来就是这样，没有改动。")
    load({**before, **new})
    with database.database.atomic():
        version = database.insert(
            "policy_version",
            since=shop.today(),
            changes=changes_json(new),
            reason=reason.strip(),
            user_id=shop.who,
            created_at=shop.clock.now(),
        )
        body = {"before": {key: before.get(key) for key in new}, "after": new, "reason": reason.strip()}
        journal.note(shop, "policy.changed", "policy", version, body=body)
    return replace(shop, policy=policy_on(shop.today()))


def versions() -> list[Version]:
    """Every change of the policy, newest first."""
    rows = database.rows(
        "SELECT v.id, v.since, v.changes, v.reason, COALESCE(u.name, '') FROM policy_version v"
        " LEFT JOIN staff_user u ON u.id = v.user_id ORDER BY v.id DESC"
    )
    found = []
    for number, since, changes, reason, user in rows:
        day = database.as_day(since)
        assert day is not None
        found.append(Version(number, day, json.loads(changes), reason, user))
    return found
