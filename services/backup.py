"""Backups that are proven by opening them: taken by themselves, thinned out, restored with a safety copy.

The face of the `backup_*` modules: files, manifest, proof, take, rotation, times, drill, restore.
"""

from __future__ import annotations

from pathlib import Path

from services import backup_take as taking
from services.backup_files import folder
from services.backup_manifest import Backup, listed
from services.backup_proof import prove
from services.backup_restore import Lost, lost_by, read, restore
from services.backup_rotation import thin_out, to_remove
from services.backup_times import before_mass, daily, now_and_then, on_closing
from services.rights import Right, require
from services.shop import Shop

__all__ = [
    "Backup",
    "Lost",
    "before_mass",
    "before_migration",
    "begin",
    "daily",
    "finish",
    "folder",
    "listed",
    "lost_by",
    "now_and_then",
    "on_closing",
    "prove",
    "read",
    "require_backup",
    "restore",
    "snapshot",
    "thin_out",
    "to_remove",
]


def snapshot(shop: Shop, reason: str, to: Path | None = None) -> Backup:
    """A verified copy of the open books, in the backup folder or in `to`.

    The source is proven first and the copy is opened and compared before it counts. Raises Unavailable.
    """
    require_backup(shop, elsewhere=to is not None)
    return taking.take(shop.clock, reason, to, shop.info.name)


def begin(shop: Shop, reason: str, to: Path | None = None) -> Path:
    """The half of `snapshot` that the person waits for: a copy of this moment. `finish` proves it, beside the work."""
    require_backup(shop, elsewhere=to is not None)
    return taking.copy(shop.clock, reason, to, shop.info.name)


def finish(waiting: Path) -> Backup:
    """Proves what `begin` copied. Raises Unavailable: then it is no backup, and is removed."""
    return taking.settle_one(waiting)


def require_backup(shop: Shop, *, elsewhere: bool = False) -> None:
    """`elsewhere`: into a folder of one's choice. That is the whole customer list in a pocket: an export."""
    if elsewhere:
        require(shop, Right.EXPORT)
    elif shop.actor is not None:  # the program's own copies are taken before anybody has signed in
        require(shop, Right.BACKUP)


def before_migration(path: Path | None, schema: int) -> None:
    """Called at start, before the tables are changed: proven like every other. PostgreSQL: the server's own tools."""
    from services.clock import SystemClock

    if path is not None:
        taking.take(SystemClock(), f"before-{schema + 1:04d}", None, "")
