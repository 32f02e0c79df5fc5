"""Demo shops of a given size, made once and copied for every measurement that writes."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timezone
from pathlib import Path

from models import database
from services import demo
from services.clock import FixedClock
from services.shop import Shop, open_shop
from services.staff import sign_in

WORK = Path(__file__).resolve().parent / "work"
TODAY = date(2026, 11, 22)
CLOCK = FixedClock(TODAY, datetime(2026, 11, 22, 2, 30, tzinfo=timezone.utc))
YEARS = 3
OWNER, MANAGER, CLERK = "店主", "店长", "店员"


def shop_file(customers: int) -> Path:
    """The file of a shop of this size. It is made anew when the tables or the demo's people changed."""
    WORK.mkdir(exist_ok=True)
    path = WORK / f"shop-{customers}-{_fingerprint()}.db"
    if not path.exists():
        for old in WORK.glob(f"shop-{customers}-*.db*"):
            old.unlink()
        making = path.with_suffix(f".{os.getpid()}.making")
        making.unlink(missing_ok=True)
        demo.create(str(making), customers, YEARS, 1, clock=CLOCK)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        making.replace(path)
        remove(making)
    return path


def _fingerprint() -> str:
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for pattern in (
        "models/migrations/*.py",
        "services/demo*.py",
        "services/search_index.py",
        "services/pinyin*.py",
    ):
        for path in sorted(root.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def copy(customers: int, name: str = "copy") -> Path:
    """A copy to write in, without side files; each process has its own."""
    path = WORK / f"{name}-{os.getpid()}.db"
    remove(path)
    shutil.copyfile(shop_file(customers), path)
    return path


def remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


@contextmanager
def opened(path: Path, who: str = OWNER) -> Iterator[Shop]:
    """The open shop with `who` signed in, on the demo's day; closed afterwards."""
    shop = open_shop(str(path), CLOCK)
    try:
        yield sign_in(shop, who, PINS[who])
    finally:
        database.close()


PINS = {demo._OWNER[0]: demo._OWNER[2], **{name: pin for name, _role, pin, _group in demo._STAFF}}
