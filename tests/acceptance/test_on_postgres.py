"""The same shop on PostgreSQL by URL alone: the main job gives the same answers as on SQLite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance import old_books
from tests.acceptance.old_books import Writer
from tests.acceptance.till import CLERK, MANAGER, OWNER, Till

pytestmark = pytest.mark.postgres

PLAIN = ("phones", "grade", "base_grade", "state", "reason", "points_earned", "paid", "birthday", "purchases")


def whole_job(till: Till, folder: Path, customers: Path, purchases: Path) -> dict[str, Any]:
    """From the old workbooks to a gift in the customer's hand; what each step answered."""
    found: dict[str, Any] = {}
    with till.batch(MANAGER) as manager, till.batch(OWNER) as owner, till.batch(CLERK) as clerk:
        for kind, file in (("customers", customers), ("purchases", purchases)):
            made = manager.ask("import", kind, file)
            found[kind] = {k: made[k] for k in ("read", "added", "changed", "unchanged", "refused", "errors")}
            again = manager.ask("import", kind, file)
            assert (again["added"], again["changed"]) == (0, 0)
        found["grade"] = manager.ask("grade")
        cards = [f"HP{n:05d}" for n in range(1, 41)]
        shown = [manager.ask("show", card) for card in cards]
        found["people"] = [{key: one[key] for key in PLAIN if key != "purchases"} for one in shown]
        for name, kind, cost in (("皮带", "皮具", "130"), ("茶具", "家居", "30"), ("手帕", "小件", "20")):
            manager.ask("gifts", "stock", "add", name, "--class", kind, "--cost", cost, "--qty", "200")
        manager.ask(
            "gifts", "stock", "add", "资讯手册", "--class", "时尚资讯手册", "--cost", "5", "--qty", "200"
        )
        manager.ask(
            "gifts",
            "stock",
            "add",
            "百元券",
            "--class",
            "礼金券",
            "--cost",
            "30",
            "--face",
            "100",
            "--qty",
            "200",
        )
        plan = manager.ask("gifts", "propose", "--month", "2027-02")
        found["plan"] = [
            {k: line[k] for k in ("card_no", "occasion", "gift", "class", "cost", "due", "grade")}
            for line in plan["lines"]
        ]
        assert manager.ask("gifts", "propose", "--month", "2027-02")["lines"] == plan["lines"]
        manager.ask("gifts", "submit", plan["plan"])
        assert manager.ask("gifts", "approve", plan["plan"])["exit"] == 1
        done = owner.ask("gifts", "approve", plan["plan"])
        line = next(one for one in done["lines"] if one["status"] == "approved")
        assert clerk.ask("gifts", "issue", line["id"])["line"]["status"] == "issued"
        assert clerk.ask("gifts", "issue", line["id"])["exit"] == 1
        found["sheet"] = manager.ask("gifts", "sheet", "--month", "2027-02", "--out", folder / "s.xlsx")[
            "lines"
        ]
        for command in ("cards", "labels"):
            made = manager.ask(
                command, "--from", "2027-02-01", "--to", "2027-02-28", "--out", folder / "c.pdf"
            )
            found[command] = (made["count"], made["pages"], made["missing_glyphs"])
        items = manager.ask("schedule", "--from", "2026-11-22", "--to", "2026-12-05")["items"]
        found["schedule"] = [
            (one["card_no"], one["due"], one["channel"], one["topics"], one["why"], one["text"])
            for one in items
        ]
        again = manager.ask("schedule", "--from", "2026-11-22", "--to", "2026-12-05")["items"]
        assert [one["id"] for one in again] == [one["id"] for one in items]
        bought = clerk.ask(
            "buy",
            "HP00001",
            "--item",
            "Q1",
            "--price",
            "199.99",
            "--item",
            "Q2",
            "--price",
            "50",
            "--special",
        )
        found["buy"] = {k: bought[k] for k in ("to_pay", "points", "gift_due")}
        found["find"] = [one["card_no"] for one in clerk.ask("find", "HP00001")["results"]]
        found["check"] = owner.ask("check")["ok"]
        found["exported"] = owner.ask("export", "customers", "--out", folder / "c.csv")["rows"]
        assert "error" not in owner.ask("daily")
    return found


def test_the_main_job_gives_the_same_on_both(trial: Till, postgres_server: Any, tmp_path: Path) -> None:
    writer = Writer(21)
    customers = old_books.xlsx(tmp_path / "顾客.xlsx", writer.customers(60))
    purchases = old_books.xlsx(tmp_path / "消费.xlsx", writer.purchases())
    other = Till(postgres_server.fresh_database(), trial.home, dict(trial.pins), trial.today)
    other.ok("", "init", "--shop", "和平路店", "--trial", env={"SHUKE_PIN": trial.pins[OWNER]})
    for name, role in ((MANAGER, "manager"), (CLERK, "clerk")):
        other.ok(OWNER, "user", "add", name, "--role", role, env={"SHUKE_NEW_PIN": trial.pins[name]})
    wanted = whole_job(trial, tmp_path, customers, purchases)
    found = whole_job(other, tmp_path, customers, purchases)
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        assert found[key] == value or (key == "schedule" and sorted(found[key]) == sorted(value)), key
    assert wanted["check"] is True and wanted["plan"] and wanted["schedule"]


def test_a_server_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="the driver for servers is not installed")
    till = Till("postgresql://nobody:x@127.0.0.1:9/shop", tmp_path, {OWNER: "x" * 9})
    said = till.no(OWNER, "find", "李")
    assert "服务器" in said and "\n" not in said
