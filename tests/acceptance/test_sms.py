"""Short messages killed between two steps: nobody is sent two, nobody is lost (spec 09, 66 and 67)."""

from __future__ import annotations

import csv
import random
import signal
import subprocess
import time
from pathlib import Path

from tests.acceptance.till import CLERK, MANAGER, OWNER, Till, rows

ROUNDS = 4


def a_reviewed_batch(demo: Till) -> int:
    demo.ok(MANAGER, "schedule")
    for name, topic in (("问候", "personal"), ("品牌", "brand_sms")):
        demo.ok(MANAGER, "sms", "template", "add", name, "--topic", topic, "--text", "{title}您好")
        demo.ok(MANAGER, "sms", "template", "release", name)
    batch = demo.ok(MANAGER, "sms", "batch")["batch"]
    demo.ok(MANAGER, "sms", "review", batch)
    return int(batch)


def killed(demo: Till, wait: float, *words: object) -> None:
    process = subprocess.Popen(
        demo.command(MANAGER, *words), env=demo.environment(MANAGER), cwd=demo.home,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    process.wait()


def numbers(path: Path) -> list[str]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [row[0] for row in csv.reader(file)][1:]


def test_a_killed_export_never_leaves_a_file_the_books_do_not_know(demo: Till, tmp_path: Path) -> None:
    batch = a_reviewed_batch(demo)
    chance = random.Random(5)
    clean = demo.copy(tmp_path / "clean")
    started = time.monotonic()
    clean.ok(MANAGER, "sms", "export", batch, "--out", tmp_path / "clean.csv")
    took = time.monotonic() - started
    whole = numbers(tmp_path / "clean.csv")
    for number in range(ROUNDS):
        shop = demo.copy(tmp_path / f"round{number}")
        file = tmp_path / f"{number}.csv"
        killed(shop, took * chance.uniform(0.5, 1.0), "sms", "export", batch, "--out", file)
        states = dict(rows(shop.books, "SELECT state, COUNT(*) FROM sms_message GROUP BY 1"))
        states.pop("dropped", 0)
        assert states in ({"queued": len(whole)}, {"handed_over": len(whole)}), "all or none"
        if file.exists():
            assert states == {"handed_over": len(whole)} and numbers(file) == whole
        said = shop.ok(MANAGER, "sms", "export", batch, "--out", file)
        assert said["again"] is ("handed_over" in states)
        assert numbers(file) == whole == numbers(tmp_path / "clean.csv")
        assert file.read_bytes() == (tmp_path / "clean.csv").read_bytes()
        # What is handed over is in no other batch until somebody says what came of it.
        assert "没有" in shop.no(MANAGER, "sms", "batch")
        assert shop.ok(OWNER, "check")["ok"] is True


def test_a_killed_confirmation_is_whole_or_not_there(demo: Till, tmp_path: Path) -> None:
    batch = a_reviewed_batch(demo)
    demo.ok(MANAGER, "sms", "export", batch, "--out", tmp_path / "out.csv")
    n = len(numbers(tmp_path / "out.csv"))
    chance = random.Random(6)
    clean = demo.copy(tmp_path / "clean")
    started = time.monotonic()
    clean.ok(MANAGER, "sms", "confirm", batch, "--all")
    took = time.monotonic() - started
    done = "SELECT COUNT(*) FROM contact WHERE state = 'done' AND channel = 'sms' AND note LIKE '【%'"
    for number in range(ROUNDS):
        shop = demo.copy(tmp_path / f"round{number}")
        killed(shop, took * chance.uniform(0.5, 1.0), "sms", "confirm", batch, "--all")
        sent = rows(shop.books, "SELECT COUNT(*) FROM sms_message WHERE state = 'delivered'")[0][0]
        assert sent in (0, n) and rows(shop.books, done) == [(sent,)]
        again = shop.run(MANAGER, "sms", "confirm", batch, "--all")
        assert again.status == (1 if sent else 0)
        assert rows(shop.books, done) == [(n,)], "each once"
        assert shop.ok(OWNER, "check")["ok"] is True


def test_only_managers_send_and_the_trail_names_the_file(demo: Till, tmp_path: Path) -> None:
    batch = a_reviewed_batch(demo)
    assert "店员不能" in demo.no(CLERK, "sms", "export", batch, "--out", tmp_path / "out.csv")
    said = demo.ok(MANAGER, "sms", "export", batch, "--out", tmp_path / "out.csv")
    trail = rows(
        demo.books,
        "SELECT b.body FROM journal_entry e JOIN journal_body b ON b.entry_id = e.id WHERE e.act = 'export.sms'",
    )
    assert said["sha256"] in trail[0][0]
    demo.ok(MANAGER, "sms", "confirm", batch, "--all")
    assert not (tmp_path / "out.csv").exists()
