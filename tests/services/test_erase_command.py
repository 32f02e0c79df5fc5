"""`erase`, `erase --list` and `customer data` on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models import database
from services import customers, selection
from services.customers import NewCustomer
from tests.conftest import CLERK_PIN, MANAGER_PIN, OWNER_PIN
from ui.cli import frame

PINS = {"店主": OWNER_PIN, "店长": MANAGER_PIN, "小王": CLERK_PIN}


@pytest.fixture
def call(
    manager: Any, books: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    one = customers.register(manager, NewCustomer("林悦", "13900003333", card_no="V100")).id
    selection.ask_erase(manager, [one], "本人来店要求")
    database.close()

    def run(who: str, *words: str) -> tuple[int, dict[str, Any]]:
        monkeypatch.setenv("SHUKE_PIN", PINS[who])
        status = frame.main(["--db", books, "--user", who, "--json", *words])
        return status, json.loads(capsys.readouterr().out)

    return run


def test_the_owner_sees_who_waits_what_would_go_and_erases(call: Any, tmp_path: Path) -> None:
    status, found = call("店主", "erase", "--list")
    assert (status, [(one["card_no"], one["why"]) for one in found["waiting"]]) == (0, [("V100", "asked")])
    status, seen = call("店主", "erase", "V100", "--dry-run")
    assert status == 0 and seen["goes"]["phone"] == 1 and seen["stays"]["paid"] == "0.00"
    paper = tmp_path / "证明.pdf"
    status, done = call("店主", "erase", "V100", "--reason", "本人要求", "--certificate", str(paper))
    assert status == 0 and done["erased"][0].startswith("#") and paper.read_bytes().startswith(b"%PDF")
    assert call("店主", "show", "V100")[0] == 1
    assert call("店主", "erase", "--list")[1] == {"waiting": []}
    assert call("店主", "check")[1]["ok"] is True


@pytest.mark.parametrize("who", ["店长", "小王"])
def test_nobody_else_erases(call: Any, who: str) -> None:
    for words in (("erase", "V100", "--reason", "x"), ("erase", "V100", "--dry-run"), ("erase", "--list")):
        assert call(who, *words)[0] == 1
    assert call("店主", "show", "V100")[0] == 0


def test_a_reason_is_wanted_and_a_card(call: Any) -> None:
    assert call("店主", "erase", "V100") == (1, {"error": "请写明为什么删除，例如“本人要求”。", "exit": 1})
    assert call("店主", "erase")[0] == 2


def test_a_persons_data_come_as_a_file(call: Any, tmp_path: Path) -> None:
    out = tmp_path / "资料.json"
    status, done = call("店长", "customer", "data", "V100", "--out", str(out))
    assert status == 0 and done["rows"] >= 1
    assert json.loads(out.read_text("utf-8"))["phone"][0]["number"] == "13900003333"
    assert call("小王", "customer", "data", "V100", "--out", str(out))[0] == 1
