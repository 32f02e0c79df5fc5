"""Thinning backups out by class and count (spec 09 §3.4): never the newest proven ones, never many at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from models import database
from services import backup_manifest as manifest
from services.backup_manifest import Backup
from services.shop import Shop

_KEEP_PROVEN = 3
"""These newest ones are never thinned out, and at most two files at once (spec 09 §3.4)."""
_MOST_AT_ONCE = 2
_SAFETY = "before-"
"""Taken before something that somebody may want to take back."""


def to_remove(backups: list[Backup], today: date, days: int, weeks: int, months: int) -> list[Backup]:
    """Which of `backups` (newest first) may go: kept are the newest of the last days, weeks and months.

    Of each day the newest safety copy (before an import, a restore, an upgrade) stays as long as the day does.
    Nothing goes while the clock is suspect (a backup from a later day than today).
    """
    if any(b.day > today for b in backups):
        return []
    keep: set[Path] = {b.file for b in backups[:_KEEP_PROVEN]}
    spans = (("%Y-%m-%d", days), ("%G-%V", weeks), ("%Y-%m", months))
    for kind in (backups, [b for b in backups if b.reason.startswith(_SAFETY)]):
        # A safety copy follows the days only: the weeks and months have their newest backup anyway.
        for pattern, most in spans if kind is backups else spans[:1]:
            seen: list[str] = []
            for backup in kind:
                label = backup.day.strftime(pattern)
                if label not in seen and len(seen) < most:
                    seen.append(label)
                    keep.add(backup.file)
    return [b for b in reversed(backups) if b.file not in keep][:_MOST_AT_ONCE]


def thin_out(shop: Shop, place: Path | None = None) -> list[Path]:
    """Removes what the policy does not keep; called only after a new backup was proven. Returns the removed files.

    Nothing goes when the books know a later day than this PC's clock: then the clock is wrong.
    """
    last = str(database.value_of("SELECT last_day FROM shop_info WHERE id = 1") or "")
    if last and date.fromisoformat(last) > shop.today():
        return []
    safety = shop.policy.safety
    gone = []
    kept = (safety.backups_daily, safety.backups_weekly, safety.backups_monthly)
    for backup in to_remove(manifest.listed(place), shop.today(), *kept):
        # The file first: a manifest alone is no backup, a backup alone would never be thinned out.
        backup.file.unlink(missing_ok=True)
        manifest.path_of(backup.file).unlink(missing_ok=True)
        gone.append(backup.file)
    return gone
