"""Stock and checks on the command line: JSON for programs, sentences for people, refusals with exit 1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services import stock
from services.clock import SystemClock
from tests.conftest import CLERK_PIN, MANAGER_PIN, OWNER_PIN, TODAY
from tests.services.test_gift_checks import OCTOBER, a_line
from tests.services.test_gifts import a_customer, shelf  # noqa: F401 - a fixture
from ui.cli import frame

PINS = {"店主": OWNER_PIN, "店长": MANAGER_PIN, "小王": CLERK_PIN}


@pytest.fixture
def call(books: str, shelf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # noqa: F811
    monkeypatch.setattr(SystemClock, "today", lambda _clock: TODAY)

    def run(user: str, *words: str, today: bool = True) -> tuple[int, Any, str]:
        monkeypatch.setenv("SHUKE_PIN", PINS[user])
        day = ["--today", "2026-11-22"] if today else []
        status = frame.main(["--db", books, "--user", user, "--json", *day, "gifts", *words])
        said = capsys.readouterr()
        return status, json.loads(said.out) if said.out else None, said.err

    return run


def test_a_large_loss_waits_and_the_owner_confirms_it(call) -> None:
    status, answer, _err = call(
        "店长", "stock", "breakage", "香薰", "--qty", "3", "--reason", "水淹", today=False
    )
    assert (status, answer["waits"], answer["gifts"][0]["stock"], answer["difference"]) == (0, True, 10, -3)
    (claim,) = call("店主", "stock", "waiting")[1]["claims"]
    assert (claim["gift"], claim["quantity"], claim["value"], claim["by"]) == ("香薰", -3, "84.00", "店长")
    assert call("店长", "stock", "confirm", str(claim["id"]), today=False)[0] == 1
    assert call("店主", "stock", "confirm", str(claim["id"]), today=False)[1] == {"confirmed": 1}
    card = call("店主", "stock", "card", "香薰")[1]
    assert (card["stock"], card["moves"][0]["balance"], card["moves"][0]["confirmed_by"]) == (7, 7, "店主")


def test_a_stocktake_from_begin_to_undo(call, tmp_path: Path) -> None:
    assert call("店长", "stock", "stocktake", "show")[0] == 1
    assert len(call("店长", "stock", "stocktake", "begin", today=False)[1]["lines"]) == 7
    out = str(tmp_path / "盘点表.pdf")
    assert call("店长", "stock", "stocktake", "sheet", "--out", out)[1] == {"file": out, "pages": 1}
    status, _answer, err = call("店长", "stock", "stocktake", "enter", "香薰", today=False)
    assert status == 1 and "名称=件数" in err
    shown = call("店长", "stock", "stocktake", "enter", "香薰=9", "钥匙扣=11", today=False)[1]
    assert [line["difference"] for line in shown["lines"] if line["counted"] is not None] == [-1, 1]
    closed = call("店长", "stock", "stocktake", "close", "--by", "小王", today=False)[1]
    assert (closed["short"], closed["over"], closed["lost"], closed["waits"]) == (1, 1, "28.00", False)
    undone = call("店长", "stock", "stocktake", "undo", str(closed["stocktake"]), today=False)
    assert undone[0] == 0 and call("店长", "stock", "card", "香薰")[1]["stock"] == 10


def test_worth_reorder_and_undo_answer_in_json(call, tmp_path: Path) -> None:
    move = call("店长", "stock", "receive", "香薰", "--qty", "10", "--cost", "38", today=False)[1]["move"]
    value = call("店主", "stock", "value", "--out", str(tmp_path / "v.csv"))[1]
    assert next(one for one in value["gifts"] if one["name"] == "香薰")["value"] == "660.00"
    assert (tmp_path / "v.csv").exists()
    assert call("店长", "stock", "undo", str(move), today=False)[1]["stock"] == 10
    assert call("店长", "stock", "reorder")[1] == {"reorder": []}
    assert call("店长", "stock", "receive", "香薰", "--qty", "1", "--cost", "x", today=False)[0] == 1


def test_a_gift_that_came_back_is_put_into_stock(call, manager, shelf) -> None:  # noqa: F811
    line = a_line(a_customer("K1", "B"), shelf["香薰"])
    answer = call("店长", "stock", "return", str(line), "--reason", "客户退回", today=False)[1]
    assert answer["gifts"][0]["stock"] == 10


def test_the_checks_answer_in_json(call, shelf, tmp_path: Path) -> None:  # noqa: F811
    lines = [a_line(a_customer(f"K{n}", "B"), shelf["香薰"]) for n in range(6)]
    a_line(a_customer("K9", "B"), shelf["香薰"], decided_by_id=None)
    found = call("店主", "reconcile", "--month", OCTOBER)[1]
    assert (found["total"]["issued"], found["gifts"][0]["gift"], found["total"]["off"]) == (7, "香薰", 0)
    behind = call("店主", "reconcile", "--month", OCTOBER, "--gift", "香薰", "--which", "signed")[1]
    assert [one["id"] for one in behind["lines"]][:6] == lines
    assert call("店主", "reconcile", "--month", OCTOBER, "--gift", "香薰", "--which", "x")[0] == 1
    (signal,) = call("店主", "signals", "--month", OCTOBER)[1]["signals"]
    assert (signal["kind"], signal["tone"]) == ("unapproved", "bad")
    assert call("店主", "sample", "--month", OCTOBER)[1]["drawn"] is False
    drawn = call("店主", "sample-draw", "--month", OCTOBER, today=False)[1]
    assert (drawn["population"], len(drawn["rows"])) == (7, 5)
    noted = call("店主", "sample-note", "--month", OCTOBER, "2", "missing", "--note", "没见过", today=False)[
        1
    ]
    assert (noted["asked"], noted["rows"][1]["note"]) == (1, "没见过")
    effect = call("店主", "effect", "--from", "2026-10-01", "--to", "2026-10-31", "--days", "10")[1]
    assert (effect["total"]["heads"], effect["total"]["cost"], effect["days"]) == (7, "140.00", 10)
    for words in (("reconcile",), ("signals",), ("sample",)):
        assert call("小王", *words, "--month", OCTOBER)[0] == 1
    assert stock.stock_of(shelf["香薰"]) == 3
