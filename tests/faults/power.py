"""H-POWER: the power goes after any system call of buying, backup, restore and export (spec 09, 2, 3, 7, 8)."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import apsw

from tests.faults.acts import ACTS, Yard, traced
from tests.faults.disk import CALLS, Disk, events
from tests.faults.inspecting import Tally, backups, look, opened, problems
from tests.faults.killing import whole_target

VARIANTS = 5
Judge = Callable[[Path, str], list[str]]
"""Takes the rebuilt folder and what had been printed by then."""


def recorded(
    yard: Yard, here: Path, args: list[str], user: str, lines: Path | None = None
) -> tuple[Path, int, Disk]:
    """Runs once under strace. Returns its log, its process, and the disk before it."""
    disk = Disk.of(here)
    log = yard.root / "power.txt"
    child = yard.nursery.start(args, yard.pins.get(user, ""), home=here, lines=lines, halt=True)
    tracer = traced(
        child, "-o", str(log), "-xx", "-s", "8388608", "-e", f"trace={CALLS}", "-e", "signal=none"
    )
    assert child.wait() == 0, child.error
    tracer.communicate(timeout=60)
    return log, child.pid, disk


def replayed(
    tally: Tally, log: Path, pid: int, disk: Disk, judge: Judge, states: int, seed: int, scratch: Path
) -> None:
    """Cuts the power `states` times, spread over all calls, in five variants each."""
    chance = random.Random(seed)
    calls = list(events(log, pid))
    relevant = max(1, sum(1 for name, _a, r in calls if name not in ("openat", "close") and r >= 0))
    share = states / relevant
    owed = 0.0
    seen: set[int] = set()
    for number, (name, args, result) in enumerate(calls):
        if not disk.call(name, args, result):
            continue
        owed += share
        while owed >= 1:
            owed -= 1
            variant = chance.randrange(VARIANTS)
            files = disk.states(chance, variant)
            seen.add(hash(tuple(sorted(files.items()))))
            tally.tries += 1
            for path in scratch.rglob("*"):
                if path.is_file():
                    path.unlink()
            for path, data in files.items():
                target = scratch / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            wrong = refused_start(scratch / "shop.db") or judge(
                scratch, disk.printed.decode("utf-8", "replace")
            )
            tally.wrong += [f"{one} (after call {number} {name}, variant {variant})" for one in wrong]
    tally.count("different states", len(seen))
    tally.count("calls", relevant)


def refused_start(books: Path) -> list[str]:
    """A power cut is no damage: what the start looks at before it opens the books must let every such state pass."""
    from services import log_proof
    from services.errors import ShopError

    try:
        if books.exists():
            log_proof.check(books)
    except ShopError as why:
        return [f"refused after a power cut: {why}"]
    return []


def small_shop(yard: Yard) -> Path:
    """Books of one customer: every state is opened and proven whole, so they should be small."""
    here = yard.root / "small"
    if not here.exists():
        here.mkdir()
        owner = "laoban-2680"
        yard.pins["小店主"] = owner
        made = yard.nursery.run(
            ["--db", str(here / "shop.db"), "--json", "init", "--shop", "小店", "--owner", "小店主", "--trial"],
            owner, home=here,
        )  # fmt: skip
        assert made.status == 0, made.error
        yard.ok(here, "小店主", "customer", "add", "王芳", "--card", "K1")
    return here


def buying(yard: Yard, tally: Tally, acts: int, states: int, seed: int) -> None:
    """A `batch` of purchases: every acknowledged one is on the disk, whole, once."""
    small_shop(yard)
    here = yard.fresh("small")
    lines = yard.root / "power-lines.txt"
    lines.write_text(
        "".join(
            json.dumps({"args": ["buy", "K1", "--item", f"P{n}", "--price", "10", "--key", f"k{n}"]}) + "\n"
            for n in range(acts)
        )
    )
    log, pid, disk = recorded(yard, here, yard.args(here, "小店主", "batch"), "小店主", lines)

    def judge(folder: Path, printed: str) -> list[str]:
        answers = [json.loads(one) for one in printed.splitlines(keepends=True) if one.endswith("\n")]
        try:
            connection = opened(folder / "shop.db")
            try:
                wrong = problems(connection)
                kept = [row[0] for row in connection.execute("SELECT item_no FROM purchase ORDER BY id")]
            finally:
                connection.close()
        except apsw.Error as why:
            return [f"corrupt: {why}"]
        if len(set(kept)) != len(kept):
            wrong.append("a ticket twice")
        lost = [n for n in range(len(answers)) if f"P{n}" not in kept]
        return wrong + ([f"lost {len(lost)} acknowledged"] if lost else [])

    replayed(tally, log, pid, disk, judge, states, seed, _scratch(yard))


def acting(yard: Yard, tally: Tally, name: str, states: int, seed: int) -> None:
    """Backup, restore or export: the books are the old or the new ones; what is offered as a backup is one."""
    act = next(one for one in ACTS if one.name == name)
    before, after = yard.expected(act)
    here = yard.fresh(act.stage)
    log, pid, disk = recorded(yard, here, yard.args(here, act.user, *act.words), act.user)

    def judge(folder: Path, printed: str) -> list[str]:
        done = printed.endswith("\n")
        if not (folder / "shop.db").exists():
            return ["the books are gone"]
        state, wrong = look(folder / "shop.db")
        wrong += backups(folder / "backups" / "shop")
        if not wrong and state not in (before, after):
            wrong.append("neither the old nor the new books")
        if done and state != after:
            wrong.append("acknowledged and lost")
        offered = [
            p for p in (folder / "backups" / "shop").glob("[0-9]*.json") if p.with_suffix(".db").exists()
        ]
        if act.name == "backup" and done and not offered:
            wrong.append("the acknowledged backup is lost")
        if act.name == "restore" and not wrong and before != after and state == after and not offered:
            wrong.append("restored without a safety copy")
        if act.target:
            wrong += whole_target(folder / act.target)
            if done and not (folder / act.target).exists():
                wrong.append("the acknowledged file is lost")
        return wrong

    replayed(tally, log, pid, disk, judge, states, seed, _scratch(yard))


def _scratch(yard: Yard) -> Path:
    """In memory where that is possible: a state is written, judged and thrown away."""
    shm = Path("/dev/shm")
    place = (shm if shm.is_dir() else yard.root) / f"shuke-power-{yard.nursery.process.pid}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    return place
