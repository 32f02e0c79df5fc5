"""What is known of a backup without opening it: a small JSON file beside it."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from services import backup_files as files
from services.files import PREFIX

ENDING = ".json"
WAITING = ".waiting"
"""The manifest of a copy that nobody has proven yet: such a copy is no backup."""


@dataclass(frozen=True)
class Backup:
    """One backup as its manifest describes it."""

    file: Path
    taken_at: str
    """UTC, ISO"""
    day: date
    reason: str
    shop: str
    schema: int
    sha256: str
    sums: dict[str, int]
    head: str
    """Newest journal number and hash: `123:ab12…`"""
    epoch: int = 0
    """How often these books had been restored before."""


def path_of(file: Path) -> Path:
    """The manifest beside a backup."""
    return file.with_suffix(ENDING)


def write(backup: Backup, to: Path | None = None) -> None:
    """Beside the backup or to `to`, whole or not at all."""
    plain = asdict(backup) | {"file": backup.file.name, "day": backup.day.isoformat()}
    path = to or path_of(backup.file)
    temporary = path.with_name(f"{PREFIX}{secrets.token_hex(4)}.json")
    try:
        temporary.write_text(json.dumps(plain, ensure_ascii=False, indent=1), "utf-8")
        files.flush(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def read(path: Path) -> Backup | None:
    """The backup of a manifest; None when it is unreadable."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        return Backup(
            path.with_suffix(".db"),
            str(raw["taken_at"]),
            date.fromisoformat(raw["day"]),
            str(raw["reason"]),
            str(raw["shop"]),
            int(raw["schema"]),
            str(raw["sha256"]),
            {str(k): int(v) for k, v in raw["sums"].items()},
            str(raw["head"]),
            int(raw.get("epoch", 0)),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def listed(where: Path | None = None) -> list[Backup]:
    """The backups that have a manifest and a file, newest first. Their bytes are proven when one is chosen."""
    found = []
    for path in (where or files.folder()).glob("*" + ENDING):
        backup = read(path)
        if backup is not None and backup.file.exists():
            found.append(backup)
    return sorted(found, key=lambda b: (b.taken_at, b.file.name), reverse=True)
