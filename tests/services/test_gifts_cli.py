"""`gifts` on the command line: the JSON contract of spec 07."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CLERK_PIN, MANAGER_PIN, OWNER_PIN
from tests.services.test_gifts import MAY, a_customer

PINS = {"店主": OWNER_PIN, "店长": MANAGER_PIN, "小王": CLERK_PIN}


@pytest.fixture
def call(books: str, shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs one command as somebody and gives (exit status, JSON, stderr)."""
    from ui.cli import frame

    def run(who: str, *words: str) -> tuple[int, Any, str]:
        monkeypatch.setenv("SHUKE_PIN", PINS[who])
        status = frame.main(["--db", books, "--lang", "zh", "--user", who, "--json", *words])
        out, err = capsys.readouterr()
        return status, json.loads(out), err

    return run


def test_the_month_s_work_by_commands(call, tmp_path: Path) -> None:
    one = a_customer("K1", "A")
    assert one
    status, answer, _err = call("店长", "gifts", "stock", "add", "香皂", "--class", "小件", "--cost", "18.50")
    assert (status, answer["gifts"][0]["cost"], answer["gifts"][0]["stock"]) == (0, "18.50", 0)
    status, answer, _err = call("店长", "gifts", "propose", "--month", MAY)
    assert (status, answer["status"], answer["lines"][0]["gift"]) == (0, "draft", None)
    assert answer["shortage"][0]["gift"] == "香皂"
    assert call("店长", "gifts", "stock", "receive", "香皂", "--qty", "3")[1]["gifts"][0]["stock"] == 3
    status, answer, _err = call("店长", "gifts", "propose", "--month", MAY)
    (line,) = answer["lines"]
    assert {k: line[k] for k in ("card_no", "occasion", "gift", "class", "cost", "due", "status")} == {
        "card_no": "K1",
        "occasion": "may_day",
        "gift": "香皂",
        "class": "小件",
        "cost": "18.50",
        "due": "2027-05-01",
        "status": "draft",
    }
    plan = str(answer["plan"])
    assert answer["shortage"] == []
    assert call("店长", "gifts", "submit", plan)[1]["status"] == "submitted"
    status, answer, err = call("店长", "gifts", "approve", plan)
    assert (status, answer["exit"]) == (1, 1) and "店长不能" in err
    assert call("店主", "gifts", "return", plan, "--reason", "再想想")[1]["status"] == "returned"
    assert call("店长", "gifts", "choose", str(line["id"]), "香皂")[0] == 0
    call("店长", "gifts", "submit", plan)
    status, answer, _err = call("店主", "gifts", "approve", plan, "--line", str(line["id"]))
    assert (status, answer["status"], answer["done"]) == (0, "approved", 1)
    code = answer["lines"][0]["code"]
    assert call("小王", "gifts", "issue", str(line["id"]), "--code", "x")[0] == 1
    status, answer, _err = call("小王", "gifts", "issue", str(line["id"]), "--code", code)
    assert (status, answer["line"]["status"], answer["line"]["signed"]) == (0, "issued", "code")
    status, answer, err = call("小王", "gifts", "issue", str(line["id"]))
    assert status == 1 and "已于" in answer["error"]
    assert call("店长", "gifts", "check", str(line["id"]))[1]["done"] == 1
    assert call("店长", "gifts", "stock", "count", "香皂", "--qty", "2")[1]["gifts"][0]["stock"] == 2
    out = tmp_path / "一览表.xlsx"
    assert call("店长", "gifts", "sheet", "--month", MAY, "--out", str(out))[1]["lines"] == 1
    status, answer, _err = call("店长", "gifts", "read-back", str(out))
    assert (status, answer["lines"], answer["matched"], answer["unmatched"]) == (0, 1, 0, [])


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["propose", "--month", "2027-13"], 2),
        (["propose"], 2),
        (["submit", "99"], 1),
        (["issue", "99"], 1),
        (["stock", "receive", "没有", "--qty", "1"], 1),
        (["stock", "add", "杯", "--class", "杯", "--cost", "1e9"], 1),
        (["stock", "add", "杯", "--class", "杯", "--cost", "-5"], 1),
        (["sheet", "--month", MAY, "--out", "a.docx"], 1),
        (["read-back", "没有.xlsx"], 1),
        (["year", "99999"], 1),
    ],
)
def test_what_is_wrong_is_said_with_the_right_status(call, words: list[str], status: int) -> None:
    found, answer, err = call("店长", "gifts", *words)
    assert (found, answer["exit"]) == (status, status)
    assert "Traceback" not in err


def test_reading_commands_answer_on_an_empty_shop(call) -> None:
    assert call("小王", "gifts", "list", "--month", MAY)[1]["lines"] == []
    assert call("小王", "gifts", "stock", "list")[1] == {"gifts": []}
    assert call("小王", "gifts", "uncollected")[1] == {"lines": []}
    assert len(call("小王", "gifts", "year", "2027")[1]["occasions"]) == 15
