"""Killed, run side by side, done twice: what was acknowledged is there exactly once, the rest wholly not (spec 09)."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance import old_books
from tests.acceptance.old_books import Writer
from tests.acceptance.till import CLERK, MANAGER, OWNER, Till, dump, rows

KILLS = 4


def contents(till: Till) -> dict[str, list[tuple[Any, ...]]]:
    """What the shop owns; the log of who signed in grows with every try."""
    return {name: found for name, found in dump(till.books).items() if not name.startswith("journal")}


def test_a_killed_till_loses_no_acknowledged_ticket_and_doubles_none(demo: Till) -> None:
    chance = random.Random(4)
    acknowledged: dict[str, int] = {}
    asked: list[str] = []
    for round_number in range(KILLS):
        counter = demo.batch(CLERK)
        ends = float("inf")
        for number in range(10_000):
            key = f"{round_number}-{number}"
            asked.append(key)
            counter.send("buy", "K00001", "--item", key, "--price", "10", "--key", key)
            if time.monotonic() > ends:
                counter.kill()
            answer = counter.answer()
            if answer is None:
                break
            acknowledged[key] = answer["ticket"]
            if number == 1:  # it is well under way now, however long it took to start
                ends = time.monotonic() + chance.uniform(0.01, 0.3)
        counter.gone()
    assert len(acknowledged) > KILLS
    found = rows(
        demo.books,
        "SELECT t.id, p.item_no FROM purchase p JOIN ticket t ON t.id = p.ticket_id WHERE t.key IS NOT NULL",
    )
    kept = {item: ticket for ticket, item in found if item in set(asked)}
    assert len(kept) == len([one for one in found if one[1] in set(asked)]), "no ticket twice"
    assert acknowledged.items() <= kept.items()
    assert demo.ok(OWNER, "check")["ok"] is True
    # What nobody acknowledged may be asked again by its key, and is there once.
    with demo.batch(CLERK) as counter:
        for key in asked[-3:]:
            counter.ask("buy", "K00001", "--item", key, "--price", "10", "--key", key)
            again = counter.ask("buy", "K00001", "--item", key, "--price", "10", "--key", key)
            assert again["repeated"] is True
    assert rows(demo.books, "SELECT COUNT(*) FROM purchase WHERE item_no = ?", asked[-1]) == [(1,)]


def test_a_killed_import_leaves_the_former_state_and_a_second_one_completes_it(
    trial: Till, tmp_path: Path
) -> None:
    writer = Writer(11)
    customers = old_books.xlsx(tmp_path / "顾客.xlsx", writer.customers(150))
    purchases = old_books.xlsx(tmp_path / "消费.xlsx", writer.purchases())
    trial.run(MANAGER, "import", "customers", customers)
    clean = trial.copy(tmp_path / "clean")
    started = time.monotonic()
    clean.run(MANAGER, "import", "purchases", purchases)
    took = time.monotonic() - started
    before = contents(trial)
    cut = 0
    for part in (0.5, 0.7, 0.85):
        process = subprocess.Popen(
            trial.command(MANAGER, "import", "purchases", purchases),
            env=trial.environment(MANAGER), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=trial.home,
        )  # fmt: skip
        time.sleep(took * part)
        if process.poll() is None:
            cut += 1
        process.kill()
        process.wait()
        now = contents(trial)
        if now != before:
            assert now["purchase"] == contents(clean)["purchase"], "neither the former state nor the whole"
            break
    assert cut
    trial.run(MANAGER, "import", "purchases", purchases)
    same = "SELECT card_no, paid_total, tickets, points_earned, grade, state FROM customer ORDER BY card_no"
    assert rows(trial.books, same) == rows(clean.books, same)
    assert rows(trial.books, "SELECT COUNT(*) FROM purchase") == rows(
        clean.books, "SELECT COUNT(*) FROM purchase"
    )
    assert trial.ok(OWNER, "check")["ok"] is True


def test_two_who_import_the_same_file_at_once_import_it_once(trial: Till, tmp_path: Path) -> None:
    writer = Writer(12)
    files = {
        "customers": old_books.xlsx(tmp_path / "顾客.xlsx", writer.customers(60)),
        "purchases": old_books.xlsx(tmp_path / "消费.xlsx", writer.purchases()),
    }
    for kind, file in files.items():
        running = [
            subprocess.Popen(
                trial.command(user, "import", kind, file), env=trial.environment(user), cwd=trial.home,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )
            for user in (MANAGER, OWNER)
        ]  # fmt: skip
        added = []
        for process in running:
            out, err = process.communicate(timeout=120)
            assert b"Traceback" not in err and process.returncode == 1, err.decode()
            assert "added" in json.loads(out), out.decode()
            added.append(json.loads(out)["added"])
        number = rows(
            trial.books, f"SELECT COUNT(*) FROM {'customer' if kind == 'customers' else 'purchase'}"
        )[0][0]
        assert sorted(added) == [0, number], added
    truth = writer.truth
    assert number == truth.purchase_rows - len(truth.purchases_refused)
    assert trial.ok(OWNER, "check")["ok"] is True


def test_a_killed_backup_leaves_no_half_copy_among_the_backups(demo: Till, tmp_path: Path) -> None:
    before = contents(demo)
    place = tmp_path / "usb"
    for wait in (0.35, 0.45, 0.55):
        process = subprocess.Popen(
            demo.command(OWNER, "backup", "--to", place),
            env=demo.environment(OWNER), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=demo.home,
        )  # fmt: skip
        time.sleep(wait)
        process.kill()
        process.wait()
    for left in place.glob(".*"):
        os.utime(left, (0, 0))  # a young one could be another program's work
    made = demo.ok(OWNER, "backup", "--to", place)
    assert contents(demo).keys() == before.keys()
    assert contents(demo)["purchase"] == before["purchase"]
    offered = [one for one in place.iterdir() if one.suffix == ".db"]
    assert Path(made["file"]) in offered
    for one in offered:
        other = demo.copy(tmp_path / f"r-{one.stem}")
        moved = tmp_path / f"r-{one.stem}"
        for file in (one, *place.glob(f"{one.stem}*.json"), *place.glob(f"{one.name}.json")):
            shutil.copy(file, moved)
        assert other.ok(OWNER, "restore", moved / one.name)["ok"] is True
    assert not [one for one in place.iterdir() if one.suffix in (".tmp", ".part") or one.name.startswith(".")]


def test_four_counters_writing_at_once_lose_nothing(demo: Till) -> None:
    (paid_before,) = rows(demo.books, "SELECT paid_total FROM customer WHERE card_no = 'K00001'")[0]
    each = 25
    requests = "".join(
        f'{{"args":["buy","K00001","--item","P{n}","--price","10","--special"]}}\n' for n in range(each)
    )
    running = [
        subprocess.Popen(
            demo.command(user, "batch"), env=demo.environment(user), cwd=demo.home,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for user in (CLERK, MANAGER, OWNER, "小王")
    ]  # fmt: skip
    for process in running:
        assert process.stdin
        process.stdin.write(requests.encode())
        process.stdin.close()
        process.stdin = None
    for process in running:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0 and err == b"", err
        assert out.count(b'"ticket"') == each, out
    paid = rows(demo.books, "SELECT paid_total FROM customer WHERE card_no = 'K00001'")[0][0]
    assert paid - paid_before == 4 * each * 1000
    assert (
        rows(demo.books, "SELECT COUNT(*) FROM purchase WHERE item_no LIKE 'P_' OR item_no LIKE 'P__'")[0][0]
        >= 4 * each
    )
    assert demo.ok(OWNER, "check")["ok"] is True


def test_one_gift_asked_for_at_six_counters_is_handed_out_once(demo: Till) -> None:
    with demo.batch(MANAGER) as manager, demo.batch(OWNER) as owner:
        plan = manager.ask("gifts", "propose", "--month", "2026-12")
        manager.ask("gifts", "submit", plan["plan"])
        done = owner.ask("gifts", "approve", plan["plan"])
    line = next(one for one in done["lines"] if one["status"] == "approved" and one["gift"])
    running = [
        subprocess.Popen(
            demo.command(user, "gifts", "issue", line["id"]), env=demo.environment(user), cwd=demo.home,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for user in (CLERK, "小王", "小李") * 2
    ]  # fmt: skip
    ended = [(process.communicate(timeout=60), process.returncode) for process in running]
    assert sorted(code for _text, code in ended) == [0, 1, 1, 1, 1, 1]
    for (_out, err), code in ended:
        assert b"Traceback" not in err
        assert code == 0 or "已于" in err.decode()
    moves = rows(demo.books, "SELECT COUNT(*), SUM(quantity) FROM stock_move WHERE line_id = ?", line["id"])
    assert moves == [(1, -1)]
    assert demo.ok(OWNER, "check")["ok"] is True


def test_the_last_piece_goes_to_one_of_two(demo: Till) -> None:
    card_c = rows(demo.books, "SELECT card_no FROM customer WHERE grade = 'C' AND state = 'active' LIMIT 2")
    demo.ok(MANAGER, "gifts", "stock", "add", "最后一件", "--class", "小礼品", "--cost", "5", "--qty", "1")
    running = []
    for (card,), user in zip(card_c, (CLERK, "小王"), strict=True):
        ticket = demo.ok(user, "buy", card, "--item", "Q1", "--price", "50")["ticket"]
        running.append((user, ticket, card))
    started = [
        subprocess.Popen(
            demo.command(user, "gifts", "purchase", ticket, card, "最后一件"), env=demo.environment(user),
            cwd=demo.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for user, ticket, card in running
    ]  # fmt: skip
    ended = [(process.communicate(timeout=60)[1].decode(), process.returncode) for process in started]
    assert sorted(code for _err, code in ended) == [0, 1], ended
    stock = demo.ok(CLERK, "gifts", "stock", "list")["gifts"]
    assert next(one for one in stock if one["name"] == "最后一件")["stock"] == 0


def test_an_export_that_is_killed_leaves_the_old_file_or_the_whole_new_one(
    demo: Till, tmp_path: Path
) -> None:
    target = tmp_path / "客户.xlsx"
    demo.ok(OWNER, "export", "customers", "--out", target)
    old = target.read_bytes()
    for wait in (0.4, 0.55):
        process = subprocess.Popen(
            demo.command(OWNER, "export", "customers", "--out", target), env=demo.environment(OWNER),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=demo.home,
        )  # fmt: skip
        time.sleep(wait)
        process.kill()
        process.wait()
        if target.read_bytes() != old:
            from openpyxl import load_workbook

            load_workbook(target)


@pytest.mark.parametrize("user", [CLERK, MANAGER])
def test_opening_the_day_twice_at_once_opens_it_once(demo: Till, user: str) -> None:
    running = [
        subprocess.Popen(
            demo.command(user, "daily"), env=demo.environment(user), cwd=demo.home,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _n in range(2)
    ]  # fmt: skip
    for process in running:
        _out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err.decode()
    assert rows(
        demo.books,
        "SELECT COUNT(*) FROM (SELECT key FROM contact WHERE key IS NOT NULL GROUP BY key HAVING COUNT(*) > 1)",
    ) == [(0,)]
    assert demo.ok(OWNER, "check")["ok"] is True
