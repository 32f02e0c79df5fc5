"""Who works here: users, groups, signing in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from models import database
from models.kinds import Role
from services import journal, lockout, pins
from services.errors import Refused
from services.rights import Right, require
from services.shop import Actor, Shop


@dataclass(frozen=True)
class UserRow:
    id: int
    name: str
    role: Role
    group_id: int | None
    group: str
    active: bool


@dataclass(frozen=True)
class GroupRow:
    id: int
    name: str
    members: int
    customers: int


def users(shop: Shop, *, active_only: bool = True) -> list[UserRow]:
    """Everybody who may sign in, the owner first. Needs no sign-in: the sign-in page shows the names."""
    sql = (
        "SELECT u.id, u.name, u.role, u.group_id, COALESCE(g.name, ''), u.active FROM staff_user u"
        " LEFT JOIN staff_group g ON g.id = u.group_id WHERE u.active >= ?"
        " ORDER BY CASE u.role WHEN 'owner' THEN 0 WHEN 'manager' THEN 1 ELSE 2 END, u.id"
    )
    return [
        UserRow(r[0], r[1], Role(r[2]), r[3], r[4], bool(r[5]))
        for r in database.rows(sql, (int(active_only),))
    ]


def groups(shop: Shop) -> list[GroupRow]:
    sql = (
        "SELECT g.id, g.name, (SELECT COUNT(*) FROM staff_user u WHERE u.group_id = g.id AND u.active = 1),"
        " (SELECT COUNT(*) FROM customer c WHERE c.group_id = g.id AND c.state = 'active')"
        " FROM staff_group g WHERE g.active = 1 ORDER BY g.id"
    )
    return [GroupRow(*r) for r in database.rows(sql)]


def group_names(shop: Shop) -> list[tuple[int, str]]:
    """Id and name of the groups, without counting anybody: for choosing one."""
    return [
        (row[0], row[1])
        for row in database.rows("SELECT id, name FROM staff_group WHERE active = 1 ORDER BY id")
    ]


def sign_in(shop: Shop, name: str, pin: str) -> Shop:
    """The shop with `name` at the counter. Refused for a wrong PIN; after 5 wrong ones locked for 1 → 60 growing minutes,
    with one try behind each.

    The lock is kept in the books, shared by window and command line, and survives restarts.
    """
    sql = "SELECT id, name, role, group_id, pin_hash, active FROM staff_user WHERE name = ?"
    found = database.row(sql, (name.strip(),))
    if found is None or not found[5]:
        raise Refused("没有叫“{name}”的员工，或账号已停用。", name=name, field="name")
    left = lockout.spend(shop, found[0])
    if not pins.matches(pin, found[4]):
        raise lockout.tell(shop, found[0], left)
    with database.database.atomic():
        lockout.forgive(found[0])
        signed = replace(shop, actor=Actor(found[0], found[1], Role(found[2]), found[3]))
        journal.note(signed, "signed_in", "user", found[0])
    return signed


def add_user(
    shop: Shop, name: str, role: Role, pin: str, *, group_id: int | None = None, phone: str = ""
) -> int:
    """The owner adds a person. Returns the id. Refused for a taken name or a weak PIN."""
    require(shop, Right.USERS)
    name = name.strip()
    if not name:
        raise Refused("请填写员工姓名。", field="name")
    pins.check(pin, role, about=(phone, shop.info.phone))
    with database.database.atomic():
        if database.value_of("SELECT id FROM staff_user WHERE name = ?", (name,)) is not None:
            raise Refused("已经有叫“{name}”的员工，请加上区别，例如工号。", name=name, field="name")
        user = database.insert(
            "staff_user",
            name=name,
            role=str(role),
            group_id=group_id,
            pin_hash=pins.hashed(pin),
            phone=phone.strip(),
            active=1,
            failures=0,
            lockouts=0,
            locked_until=0,
            lock_seconds=0,
            lock_tick=0,
            created_at=database.moment_value(shop.clock.now()),
        )
        journal.note(
            shop, "user.added", "user", user, body={"name": name, "role": str(role), "group": group_id}
        )
    return user


def disable_user(shop: Shop, name: str) -> None:
    """Stops an account at once; the last active owner cannot be stopped."""
    require(shop, Right.USERS)
    with database.database.atomic():
        found = database.row("SELECT id, role FROM staff_user WHERE name = ? AND active = 1", (name.strip(),))
        if found is None:
            raise Refused("没有叫“{name}”的员工，或账号已停用。", name=name, field="name")
        owners = database.value_of("SELECT COUNT(*) FROM staff_user WHERE role = 'owner' AND active = 1")
        if found[1] == str(Role.OWNER) and owners <= 1:
            raise Refused("至少要留一位店主。请先添加另一位店主。", field="name")
        database.execute("UPDATE staff_user SET active = 0 WHERE id = ?", (found[0],))
        journal.note(shop, "user.disabled", "user", found[0], body={"name": name.strip()})


def change_pin(shop: Shop, name: str, pin: str, *, old: str = "") -> None:
    """One's own PIN with the old one, or anybody's by the owner."""
    found = database.row(
        "SELECT id, role, pin_hash, phone FROM staff_user WHERE name = ? AND active = 1", (name,)
    )
    if found is None:
        raise Refused("没有叫“{name}”的员工，或账号已停用。", name=name, field="name")
    if shop.who != found[0]:
        require(shop, Right.USERS)
    else:
        left = lockout.spend(shop, found[0])
        if not pins.matches(old, found[2]):
            why = lockout.tell(shop, found[0], left)
            raise Refused("原来的密码不对。", field="old") from why
        lockout.forgive(found[0])
    pins.check(pin, Role(found[1]), about=(found[3], shop.info.phone))
    with database.database.atomic():
        database.execute("UPDATE staff_user SET pin_hash = ? WHERE id = ?", (pins.hashed(pin), found[0]))
        journal.note(shop, "user.pin_changed", "user", found[0])


def still_active(shop: Shop) -> bool:
    """Whether the signed-in account still works: a disabled one loses its open session."""
    if shop.actor is None:
        return True
    found = database.row("SELECT active, role FROM staff_user WHERE id = ?", (shop.actor.id,))
    return found is not None and bool(found[0]) and found[1] == str(shop.actor.role)
