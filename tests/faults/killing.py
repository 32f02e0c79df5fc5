"""H-KILL: SIGKILL at random instants and at system calls (spec 09, 1, 4–9)."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

from tests.faults.acts import ACTS, CALLS, CLERK, Act, Yard, counted, traced
from tests.faults.inspecting import Tally, backups, look, opened, problems
from tests.faults.nursery import Child


def acknowledged(child: Child) -> bool:
    """Exit status 0 and the whole answer read."""
    return child.status == 0 and child.said.endswith("\n")


def judged(yard: Yard, act: Act, here: Path, child: Child) -> list[str]:
    """What is wrong after one try; empty is good."""
    before, after = yard.expected(act)
    found = _judged(yard, act, here, child, before, after)
    if "Traceback" in child.error + child.said:
        found.append("traceback: " + child.error[-300:])
    return [f"{act.name}: {one}" for one in found]


def _judged(yard: Yard, act: Act, here: Path, child: Child, before: str, after: str) -> list[str]:
    state, wrong = look(here / "shop.db")
    wrong += backups(here / "backups" / "shop")
    if wrong:
        return wrong
    if acknowledged(child) and state != after:
        return ["acknowledged and not there"]
    if state not in (before, after) and not act.parts:
        return ["half there"]
    if act.name == "restore" and state == after:
        kept = [json.loads(p.read_text("utf-8")) for p in (here / "backups" / "shop").glob("[0-9]*.json")]
        if not any(one["reason"] == "before-restore" for one in kept):
            return ["restored without a safety copy"]
    if act.target:
        wrong += whole_target(here / act.target)
    if act.again or state == before:
        again = yard.run(here, act.user, *act.words)
        if again.status not in (0, 1) or "Traceback" in again.error:
            return [f"again: {again.status} {again.error}"]
        now, wrong_now = look(here / "shop.db")
        wrong += wrong_now
        if act.parts and now != after and not wrong:
            # Grades are derived: when the kill fell between an import and its grading, the day's opening mends them.
            yard.ok(here, act.user, "daily")
            now, wrong = look(here / "shop.db")
            after = yard.opened_after(act)
        if again.status == 0 and now != after:
            wrong.append("done again it comes to something else")
        if again.status == 1 and state == before and "import" not in act.name:
            wrong.append(f"refused when done again: {again.error}")
    return wrong


def whole_target(path: Path) -> list[str]:
    """A file for people is whole or not there: all its lines have as many fields."""
    if not path.exists():
        return []
    import csv

    with open(path, encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    raw = path.read_bytes()
    if not rows or not raw.endswith(b"\n") or len({len(row) for row in rows}) != 1:
        return [f"{path.name} is half written"]
    return []


def at_calls(yard: Yard, tally: Tally, tries: int, seed: int, acts: tuple[Act, ...] = ACTS) -> None:
    """Kills each act at its n-th write, fsync, rename …: all of them when `tries` allows, else a fair choice."""
    chance = random.Random(seed)
    each = max(1, tries // len(acts))
    for act in acts:
        yard.expected(act)
        calls = counted(yard, act)
        places = [(name, n) for name, most in calls.items() for n in range(1, most + 1)]
        chosen = places if each >= len(places) else chance.sample(places, each)
        for name, number in chosen:
            here = yard.fresh(act.stage)
            child = yard.start(act, here, halt=True)
            tracer = traced(child, "-o", "/dev/null", "-e", f"trace={CALLS}",
                            "-e", f"inject={name}:signal=SIGKILL:when={number}")  # fmt: skip
            child.wait()
            tracer.communicate(timeout=30)
            tally.tries += 1
            tally.count("killed" if child.status == -9 else "finished")
            tally.wrong += [f"{one} (at {name} {number})" for one in judged(yard, act, here, child)]


def at_instants(yard: Yard, tally: Tally, tries: int, seed: int, acts: tuple[Act, ...] = ACTS) -> None:
    """Kills each act at random moments between its start and a little after its usual end."""
    chance = random.Random(seed)
    took: dict[str, float] = {}
    for number in range(tries):
        act = acts[number % len(acts)]
        if act.name not in took:
            yard.expected(act)
            here = yard.fresh(act.stage)
            began = time.perf_counter()
            yard.start(act, here).wait()
            took[act.name] = time.perf_counter() - began
        here = yard.fresh(act.stage)
        child = yard.start(act, here)
        time.sleep(chance.uniform(0.3, 1.05) * took[act.name])
        child.kill()
        child.wait()
        tally.tries += 1
        tally.count("killed" if child.status == -9 else "finished")
        tally.wrong += judged(yard, act, here, child)


def of_a_till(yard: Yard, tally: Tally, tries: int, seed: int) -> None:
    """One shop, killed again and again while a `batch` of purchases runs: the books live on from crash to crash."""
    chance = random.Random(seed)
    here = yard.fresh("open")
    home = yard.root / "till"
    here.rename(home)
    lines = yard.root / "requests.txt"
    acknowledged_ones: dict[str, int] = {}
    asked: set[str] = set()
    for round_number in range(tries):
        keys = [f"{seed}-{round_number}-{n}" for n in range(300)]
        asked.update(keys)
        lines.write_text(
            "".join(
                json.dumps({"args": ["buy", "K00001", "--item", key, "--price", "10", "--key", key]}) + "\n"
                for key in keys
            )
        )
        child = yard.nursery.start(yard.args(home, CLERK, "batch"), yard.pins[CLERK], home=home, lines=lines)
        until = time.monotonic() + 90
        while not child.out.exists() or not child.out.stat().st_size:  # under way
            assert time.monotonic() < until, child.error
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.06))
        child.kill()
        child.wait()
        tally.tries += 1
        answers = [json.loads(line) for line in child.said.splitlines(keepends=True) if line.endswith("\n")]
        wrong = [one for one in answers if "ticket" not in one]
        assert not wrong, wrong[:1]
        now = {key: int(one["ticket"]) for key, one in zip(keys, answers, strict=False)}
        tally.count("acknowledged", len(now))
        acknowledged_ones |= now
        connection = opened(home / "shop.db")
        try:
            kept = list(
                connection.execute(
                    "SELECT p.item_no, t.id FROM purchase p JOIN ticket t ON t.id = p.ticket_id WHERE p.item_no LIKE ?",
                    (f"{seed}-{round_number}-%",),
                )
            )
            if len(dict(kept)) != len(kept):
                tally.wrong.append(f"round {round_number}: a ticket twice")
            lost = [key for key, ticket in now.items() if dict(kept).get(key) != ticket]
            tally.wrong += [f"round {round_number}: {key} acknowledged and lost" for key in lost]
            if round_number % 10 == 0 or round_number == tries - 1:
                tally.wrong += problems(connection)
        finally:
            connection.close()
    connection = opened(home / "shop.db")
    try:
        every = {item: ticket for item, ticket in connection.execute(
            "SELECT p.item_no, t.id FROM purchase p JOIN ticket t ON t.id = p.ticket_id") if item in asked}  # fmt: skip
    finally:
        connection.close()
    missing = [key for key, ticket in acknowledged_ones.items() if every.get(key) != ticket]
    tally.wrong += [f"{key} lost later" for key in missing]
    tally.count("in the books", len(every))
