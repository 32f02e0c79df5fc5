"""H-FAULT: the disk says full, broken or forbidden at one call, or from one call on (spec 09, 11, 13, 26, 27)."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

from tests.faults.acts import ACTS, Act, Yard, counted, traced
from tests.faults.inspecting import Tally
from tests.faults.killing import acknowledged, judged

ERRORS = {
    "pwrite64": ("ENOSPC", "EIO"),
    "write": ("ENOSPC", "EIO"),
    "fsync": ("EIO",),
    "fdatasync": ("EIO", "ENOSPC"),
    "ftruncate": ("EIO",),
    "sendfile": ("ENOSPC", "EIO"),
    "rename": ("EACCES", "ENOSPC"),
    "openat": ("EACCES", "ENOSPC"),
    "unlink": ("EACCES",),
}
"""What may go wrong at which call."""

OPERATIONS = tuple(one for one in ACTS if one.name not in ("submit", "sms confirm", "customer"))
"""Twelve: buy, import customers, import purchases, propose, approve, issue, sms batch, sms export, daily, backup, restore,
export."""
TEMPORARY = ".shuke-tmp-"
ENOUGH_OPENS = 6
"""The last opens of files are the act's own; the first ones are Python's."""


def at_calls(yard: Yard, tally: Tally, tries: int, seed: int, acts: tuple[Act, ...] = OPERATIONS) -> None:
    """Each operation fails once, or for ever, at chosen calls; afterwards it must work again."""
    chance = random.Random(seed)
    each = max(1, tries // len(acts))
    for act in acts:
        yard.expected(act)
        good = backups_of(yard.root / act.stage)
        counts = counted(yard, act)
        places = [
            (name, n, error, ever)
            for name, most in counts.items()
            for n in range(1, most + 1)
            for error in ERRORS.get(name, ())
            for ever in ("", "+")
            # Python itself opens files at the start, and modules later: no faults of an act.
            if name != "openat" or (n > most - ENOUGH_OPENS and not ever)
        ]
        for name, number, error, ever in places if each >= len(places) else chance.sample(places, each):
            here = yard.fresh(act.stage)
            child = yard.start(act, here, halt=True)
            tracer = traced(child, "-o", "/dev/null", "-e", f"trace={name}",
                            "-e", f"inject={name}:error={error}:when={number}{ever}")  # fmt: skip
            child.wait()
            tracer.communicate(timeout=60)
            tally.tries += 1
            tally.count("refused" if child.status else "done")
            wrong = unclear(child.status or 0, child.said, child.error)
            if name == "write" and child.status and not child.error:
                wrong = []  # the pipe it would have said it into is what failed
            wrong += judged(yard, act, here, child) if acknowledged(child) or child.status else []
            wrong += [f"the good backup {one} is gone" for one in good if not (here / one).exists()]
            wrong += left_over(yard, here)
            tally.wrong += [f"{one} ({act.name}: {error}{ever} at {name} {number})" for one in wrong]


def unclear(status: int, said: str, error: str) -> list[str]:
    """Exit 0, or 1 with one sentence for people."""
    if status == 0:
        return []
    if status != 1:
        return [f"exit {status}: {error[-200:]}"]
    if "Traceback" in error + said or "程序出了意外" in error or "程序出了错" in error:
        return [f"no clear sentence: {error[-200:]}"]
    return []


def backups_of(stage: Path) -> list[str]:
    return [str(path.relative_to(stage)) for path in stage.rglob("backups/**/*.db")]


def left_over(yard: Yard, here: Path) -> list[str]:
    """Temporary files that the next start does not remove. They are made old first: young ones may be in use."""
    for path in here.rglob(TEMPORARY + "*"):
        os.utime(path, (0, 0))
    began = time.monotonic()
    again = yard.run(here, "店主", "backup")
    if again.status != 0:
        return [f"does not work again: {again.error[-200:]}"]
    if time.monotonic() - began > 60:
        return ["slow afterwards"]
    kept = [path.name for path in (here / "backups").rglob(TEMPORARY + "*")]
    kept += [path.name for path in here.glob(TEMPORARY + "*")]
    return [f"left over: {', '.join(kept)}"] if kept else []
