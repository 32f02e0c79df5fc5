"""The key of encrypted books: kept under a passphrase beside the books, on paper, and if wished for this account.

The key itself is 32 random bytes. `shuke-ID.key` beside the books (and beside each folder of backups) holds it wrapped
by the owner's passphrase; the recovery sheet is the key in letters; `remembered` is this PC's own copy.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shutil
from pathlib import Path

from models import cipher
from services import key_store, key_waits, recovery_key
from services.errors import NotOpened, Refused, Unavailable
from services.files import replacing
from services.words import N_

VARIABLE, BACKUP_VARIABLE = "SHUKE_KEY", "SHUKE_BACKUP_KEY"
"""Passphrase or recovery key for the command line; the second for a backup that has a key of its own."""
SHORTEST = 10
_COST, _BLOCK, _LANES = 2**17, 8, 1
"""scrypt with 128 MiB: a guess costs a thief most of a second (spec 09, M13)."""
_MEMORY = 256 * 1024 * 1024
_LABEL = b"shuke key file 1"


class KeyNeeded(NotOpened):
    """The books are whole, but nobody has told this process their key. `path` is the file, `id` names the key."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(
            "key",
            N_("账册 {file} 加了密。请输入口令或恢复密钥；命令行请放在环境变量 {variable} 里。"),
            file=path,
            variable=VARIABLE,
        )
        self.path = path
        self.id = name


class WrongKey(Refused):
    """The passphrase or recovery key is not this file's. The file itself is not damaged."""


def new_key() -> bytes:
    """A key that nobody else has."""
    return secrets.token_bytes(cipher.LENGTH)


def check_passphrase(text: str) -> None:
    """Refuses a passphrase that a thief's computer would find. Raises Refused."""
    if len(text) < SHORTEST:
        raise Refused("口令至少 {n} 个字符，例如几个不相干的词连在一起。", n=SHORTEST, field="passphrase")
    steps = {ord(b) - ord(a) for a, b in zip(text, text[1:], strict=False)}
    if len(set(text)) < 5 or steps in ({1}, {-1}) or text.isdigit():
        raise Refused(
            "这个口令太容易猜到：不要只用数字、连号或重复的字。几个不相干的词连在一起最好。",
            field="passphrase",
        )


# ---- the file with the wrapped key


def file_name(name: str) -> str:
    return f"shuke-{name}.key"


def write_file(folder: Path, key: bytes, passphrase: str) -> Path:
    """Writes the key, wrapped by the passphrase, into `folder`. The old file stays until the new one is whole."""
    check_passphrase(passphrase)
    salt = os.urandom(16)
    pad, seal = _derived(passphrase, salt, _COST, _BLOCK, _LANES)
    name = cipher.id_of(key)
    wrapped = bytes(a ^ b for a, b in zip(key, pad, strict=True))
    told = {
        "what": "Shuke key, wrapped by a passphrase 熟客账册的钥匙，用口令封着",
        "id": name,
        "kdf": f"scrypt${_COST}${_BLOCK}${_LANES}",
        "salt": salt.hex(),
        "wrapped": wrapped.hex(),
        "mac": _seal(seal, name, salt, wrapped).hex(),
    }
    path = folder / file_name(name)
    with replacing(path, exact=True) as temporary:
        temporary.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    return path


def _derived(passphrase: str, salt: bytes, n: int, r: int, p: int) -> tuple[bytes, bytes]:
    """A pad that is used once (each file has a new salt), and the key of the seal over it."""
    made = hashlib.scrypt(passphrase.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=64)
    return made[:32], made[32:]


def _seal(key: bytes, name: str, salt: bytes, wrapped: bytes) -> bytes:
    return hmac.digest(key, _LABEL + bytes.fromhex(name) + salt + wrapped, hashlib.sha256)


def find_file(path: Path, name: str) -> Path | None:
    """The key file for books or a backup: in its folder, or above it where the books of the backups lie."""
    for folder in list(path.resolve().parents)[:3]:
        found = folder / file_name(name)
        if found.is_file():
            return found
    return None


def carry(path: Path, folder: Path) -> None:
    """Backups travel with their key file, so that the passphrase opens them on another PC too."""
    name = cipher.needed(path)
    if not name or (folder / file_name(name)).exists():
        return
    source = find_file(path, name)
    if source is not None:
        with replacing(folder / source.name, exact=True) as temporary:
            shutil.copyfile(source, temporary)


def _unwrap(file: Path, name: str, passphrase: str) -> bytes:
    try:
        told = json.loads(file.read_text("utf-8"))
        kind, n, r, p = str(told["kdf"]).split("$")
        salt, wrapped, mac = (bytes.fromhex(told[part]) for part in ("salt", "wrapped", "mac"))
        cost = int(n), int(r), int(p)
        if kind != "scrypt" or told["id"] != name or cost[0] * cost[1] * 128 > _MEMORY or len(wrapped) != 32:
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise Unavailable("口令文件 {file} 读不出来，口令用不上了。请用恢复密钥打开。", file=file) from why
    pad, seal = _derived(passphrase, salt, *cost)
    if not hmac.compare_digest(_seal(seal, name, salt, wrapped), mac):
        raise WrongKey(N_("口令不对。账册没有损坏；忘了口令，请用恢复单上的恢复密钥。"), field="key")
    return bytes(a ^ b for a, b in zip(wrapped, pad, strict=True))


# ---- opening


def unlock(path: Path, secret: str) -> None:
    """Gives this process the key of `path` by its passphrase or its recovery key.

    Raises WrongKey (counted, and each further one waits longer), Refused while a wait runs, Unavailable when the
    passphrase cannot be tried because its file is gone.
    """
    name = cipher.needed(path)
    if not name or cipher.has(name):
        return
    key_waits.check(name)
    try:
        key = _key(path, name, secret)
        if cipher.id_of(key) != name:
            raise WrongKey(
                N_("这不是这个账册的密钥。账册没有损坏；请找编号 {id} 的恢复单。"), id=name[:8], field="key"
            )
    except WrongKey:
        key_waits.failed(name)
        raise
    key_waits.clear(name)
    cipher.give(key)


def _key(path: Path, name: str, secret: str) -> bytes:
    if recovery_key.looks_like_one(secret):
        return recovery_key.read(secret)
    file = find_file(path, name)
    if file is None:
        raise Unavailable(
            "没有找到口令文件 {file}，口令用不上。请用恢复密钥打开，或把这个文件放回账册旁边。",
            file=file_name(name),
        )
    return _unwrap(file, name, secret)


def ready(path: Path, variable: str = VARIABLE) -> bool:
    """Whether this process can open `path`: it needs no key, has it, this account remembers it, or the variable says it.

    Raises WrongKey when the variable is wrong.
    """
    name = cipher.needed(path)
    if not name or cipher.has(name):
        return True
    kept = key_store.read(name)
    if kept is not None and len(kept) == cipher.LENGTH and cipher.id_of(kept) == name:
        cipher.give(kept)
        return True
    # Taken out of the environment: no child process needs it.
    secret = os.environ.pop(variable, "")
    if not secret and variable != VARIABLE:
        secret = os.environ.get(VARIABLE, "")
    if secret:
        unlock(path, secret)
    return bool(secret)


def is_encrypted(path: Path) -> bool:
    return bool(cipher.needed(path))


def wait(path: Path) -> int:
    """Seconds until the next try at this file's key; 0: now."""
    return key_waits.left(cipher.needed(path))


def id_of(key: bytes) -> str:
    """Eight signs that name a key on paper and on the screen."""
    return cipher.id_of(key)[:8].upper()


def need(path: Path, variable: str = VARIABLE) -> None:
    """Raises KeyNeeded unless `ready`."""
    if not ready(path, variable):
        raise KeyNeeded(path, cipher.needed(path))


def remember(path: Path) -> None:
    """This account of this PC opens `path` without asking from now on. Raises Unavailable."""
    name = cipher.needed(path)
    key = cipher.key(name)
    if key is not None:
        key_store.write(name, key)


def is_remembered(path: Path) -> bool:
    name = cipher.needed(path)
    return bool(name) and key_store.read(name) is not None


def forget(path: Path) -> None:
    """From the next start on the passphrase is asked for again."""
    key_store.remove(cipher.needed(path))


REMEMBER_WORDS = {
    "account": N_("钥匙由 Windows 为这个账户封存：盘拆走、文件拷走都打不开；能登录这个账户的人可以打开。"),
    "file": N_(
        "钥匙会以只有您的账户能读的文件存在这台电脑上：文件拷走打不开，但整台电脑或硬盘被拿走就能打开。"
    ),
}
"""What remembering is worth here, by `key_store.kind()`."""
