"""Opening a new shop: empty books with their owner."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from models import database, migrations
from models.kinds import Role
from services import journal, pins, text_library, upgrade
from services.clock import Clock, SystemClock
from services.errors import Refused, Unavailable
from services.faults import explain
from services.files import PREFIX
from services.shop import Actor, Shop, open_shop
from services.words import _

DEFAULT_GROUPS = 2
"""seeds/002 一: 营业员分二组"""


def create_shop(
    url: str,
    shop_name: str,
    owner_name: str,
    pin: str,
    *,
    phone: str = "",
    address: str = "",
    postcode: str = "",
    trial: bool = False,
    clock: Clock | None = None,
) -> Shop:
    """Makes empty books with one owner and two groups, and opens them with the owner at the counter.

    Raises Refused when the place is taken or the PIN is too weak, Unavailable when it cannot be written.
    An SQLite file is built beside its place and moved there whole.
    """
    clock = clock or SystemClock()
    if not shop_name.strip():
        raise Refused("请填写店名。", field="shop_name")
    if not owner_name.strip():
        raise Refused("请填写店主的姓名。", field="owner_name")
    pins.check(pin, Role.OWNER, about=(phone,))
    values = (shop_name.strip(), phone.strip(), address.strip(), postcode.strip(), trial)
    path = database.sqlite_path(url)
    if path is None:
        _fill(url, values, owner_name.strip(), pin, clock)
    else:
        _build_file(path, values, owner_name.strip(), pin, clock)
    shop = open_shop(url, clock)
    found = database.row("SELECT id FROM staff_user WHERE name = ?", (owner_name.strip(),))
    assert found is not None
    return Shop(shop.url, shop.clock, shop.policy, shop.info, Actor(found[0], owner_name.strip(), Role.OWNER))


def _build_file(
    path: Path, values: tuple[str, str, str, str, bool], owner: str, pin: str, clock: Clock
) -> None:
    if path.exists():
        raise Refused("{file} 已经存在，没有改动它。请换一个文件名，或直接打开它。", file=path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as why:
        raise Unavailable("不能建立文件夹 {folder}：{why}", folder=path.parent, why=why) from why
    temporary = path.with_name(f"{PREFIX}{secrets.token_hex(4)}.db")
    try:
        _fill(str(temporary), values, owner, pin, clock)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        os.link(temporary, path) if hasattr(os, "link") and os.name != "nt" else os.rename(temporary, path)
    except FileExistsError:
        raise Refused("{file} 已经存在，没有改动它。请换一个文件名，或直接打开它。", file=path) from None
    finally:
        database.close()
        for ending in ("", "-wal", "-shm"):
            Path(str(temporary) + ending).unlink(missing_ok=True)


def _fill(url: str, values: tuple[str, str, str, str, bool], owner: str, pin: str, clock: Clock) -> None:
    try:
        database.use(url)
        database.database.connect(reuse_if_open=True)
        with database.database.atomic():
            if migrations.applied():
                raise Refused("这个数据库里已经有一个账册，没有改动它。")
            upgrade.run()
            _first_rows(url, values, owner, pin, clock)
    except Exception as why:
        sentence = explain(why)
        if sentence is None:
            raise
        raise sentence from why


def _first_rows(
    url: str, values: tuple[str, str, str, str, bool], owner: str, pin: str, clock: Clock
) -> None:
    from services.policy import load
    from services.shop import ShopFacts

    name, phone, address, postcode, trial = values
    database.execute(
        "INSERT INTO shop_info (id, name, phone, address, postcode, trial, secret, last_day, epoch, anniversary, backed_up_on)"
        " VALUES (1, ?, ?, ?, ?, ?, ?, ?, 1, '', '')",
        (name, phone, address, postcode, int(trial), secrets.token_hex(32), clock.today().isoformat()),
    )
    for number in range(1, DEFAULT_GROUPS + 1):
        group = _("销售{n}组").format(n="一二三四五六"[number - 1])
        database.insert("staff_group", name=group, active=1)
    user = database.insert(
        "staff_user",
        name=owner,
        role=str(Role.OWNER),
        pin_hash=pins.hashed(pin),
        phone=phone,
        active=1,
        failures=0,
        lockouts=0,
        locked_until=0,
        lock_seconds=0,
        lock_tick=0,
        created_at=database.moment_value(clock.now()),
    )
    shop = Shop(
        url, clock, load(), ShopFacts(name, phone, address, postcode, trial), Actor(user, owner, Role.OWNER)
    )
    text_library.lay_starters(shop)
    journal.note(shop, "shop.opened", "shop", 1, body={"name": name, "trial": trial, "owner": owner})
