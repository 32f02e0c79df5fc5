"""The shop's account with an SMS provider, kept on this PC: the password apart from the rest, never in the books.

The books travel (backups, a copy for support); an account that costs money must not travel with them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from models import database
from services import journal, key_store
from services.errors import Refused, Unavailable
from services.files import replacing
from services.rights import Right, require
from services.settings import config_folder, file_of
from services.shop import Shop
from services.sms.gateway import NOT_SET_UP

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9])?|[0-9A-Fa-f:]+")
SYSTEM_ID_MAX, PASSWORD_MAX, SENDER_MAX = 15, 8, 20
"""What SMPP 3.4 has room for (5.2.1, 5.2.2, 5.2.8)."""
FASTEST = 100
WIDEST = 100


@dataclass(frozen=True)
class Account:
    """What the provider told the shop."""

    host: str = ""
    port: int = 2775
    tls: bool = True
    system_id: str = ""
    password: str = ""
    sender: str = ""
    """The number that the customers see, and answer to."""
    country_code: str = "86"
    """Put before every number; empty where the provider wants it plain."""
    per_second: int = 0
    """Parts a second; 0: as the policy says."""

    @property
    def ready(self) -> bool:
        return bool(self.host and self.system_id)


def read(shop: Shop) -> Account | None:
    """The account on this PC; None where none is set up, or the file is damaged."""
    try:
        raw = json.loads(_file(shop.url).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(raw, dict):
        return None
    known = {one.name: type(one.default) for one in fields(Account) if one.name != "password"}
    values = {name: raw[name] for name, kind in known.items() if type(raw.get(name)) is kind}
    found = Account(**values)
    secret = key_store.read(_name(shop.url))
    return (
        replace(found, password=secret.decode("utf-8", "replace") if secret else "") if found.ready else None
    )


def needed(shop: Shop) -> Account:
    """The account on this PC. Raises Refused where there is none."""
    found = read(shop)
    if found is None:
        raise Refused(NOT_SET_UP)
    return found


def protected() -> bool:
    """Whether the operating system seals the password; else only the rights of a file hide it."""
    return key_store.kind() == "account"


def keep(shop: Shop, account: Account) -> Account:
    """The owner sets the account up, or changes it. Raises Refused for what cannot be right, Unavailable."""
    require(shop, Right.POLICY)
    checked = check(account)
    with database.database.atomic():
        body = {"host": checked.host, "port": checked.port, "tls": int(checked.tls), "sender": checked.sender}
        journal.note(shop, "sms.gateway_set", "shop", body=body)
        key_store.write(_name(shop.url), checked.password.encode())
        _write(_file(shop.url), checked)
    return checked


def forget(shop: Shop) -> None:
    """No gateway any more: batches go out as files. Messages on their way stay as they are."""
    require(shop, Right.POLICY)
    with database.database.atomic():
        journal.note(shop, "sms.gateway_removed", "shop")
        key_store.remove(_name(shop.url))
        _file(shop.url).unlink(missing_ok=True)


def check(account: Account) -> Account:
    """The account with its blanks taken off. Raises Refused."""
    one = replace(
        account, host=account.host.strip(), system_id=account.system_id.strip(),
        sender=account.sender.strip().removeprefix("+"), country_code=account.country_code.strip().removeprefix("+"),
    )  # fmt: skip
    if not _HOST.fullmatch(one.host):
        raise Refused("服务器地址要写成 smpp.example.com 这样，不带网址前缀和空格。", field="host")
    if not 1 <= one.port <= 65535:
        raise Refused("端口是 1–65535 之间的数字，常用 2775；加密的多为 3550。", field="port")
    if not one.system_id or len(one.system_id) > SYSTEM_ID_MAX or not one.system_id.isascii():
        raise Refused("账号由服务商给出，最多 {most} 个字母和数字。", most=SYSTEM_ID_MAX, field="system_id")
    if len(one.password) > PASSWORD_MAX or not one.password.isascii():
        raise Refused(
            "这个协议的密码最多 {most} 个字母和数字。更长的请让服务商另发。",
            most=PASSWORD_MAX,
            field="password",
        )
    if len(one.sender) > SENDER_MAX or not one.sender.isascii():
        raise Refused("发送号码最多 {most} 位，由服务商给出。", most=SENDER_MAX, field="sender")
    if one.country_code and not (one.country_code.isdigit() and len(one.country_code) <= 3):
        raise Refused("国家代码是 1–3 位数字，中国是 86；不用就空着。", field="country_code")
    if not 0 <= one.per_second <= FASTEST:
        raise Refused("每秒条数在 1–{most} 之间；0 按客情标准。", most=FASTEST, field="per_second")
    return one


def _name(url: str) -> str:
    """Of these books on this PC: two books may have two accounts."""
    place = file_of(url)
    return "sms-" + hashlib.sha256(str(place or url).encode()).hexdigest()[:16]


def _file(url: str) -> Path:
    return config_folder() / f"{_name(url)}.json"


def _write(path: Path, account: Account) -> None:
    kept = {name: value for name, value in asdict(account).items() if name != "password"}
    try:
        # The temporary file is made with the rights of its owner only, and keeps them.
        with replacing(path, exact=True) as temporary:
            temporary.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
            if os.name == "posix":
                os.chmod(temporary, 0o600)
    except OSError as why:
        raise Unavailable("短信网关的设置没有存下：{why}。", why=why) from why
