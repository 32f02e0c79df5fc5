"""`points`, `voucher` and `buy --voucher` on the command line."""

import json

import pytest

from services import customers
from services.customers import NewCustomer
from tests.conftest import CLERK_PIN, MANAGER_PIN, OWNER_PIN
from ui.cli.frame import main

PINS = {"小王": CLERK_PIN, "店长": MANAGER_PIN, "店主": OWNER_PIN}


@pytest.fixture
def run(books, capsys, monkeypatch, clerk):
    customers.register(clerk, NewCustomer("王小丽", "13812345678", card_no="K001"))

    def call(*command, user="店长", status=0):
        monkeypatch.setenv("SHUKE_PIN", PINS[user])
        assert main(["--db", books, "--user", user, "--json", *command]) == status
        said = capsys.readouterr()
        return json.loads(said.out) if said.out.strip() else {"error": said.err}

    return call


def test_a_voucher_is_issued_used_and_shown(run):
    made = run(
        "voucher", "issue", "--value", "100", "--card", "K001", "--until", "2099-12-31", "--reason", "五一"
    )
    assert (made["value"], made["minimum"], made["valid_to"]) == ("100.00", "100.00", "2099-12-31")
    number = made["numbers"][0]
    bought = run("buy", "K001", "--item", "A", "--price", "359", "--voucher", number, user="小王")
    assert (bought["to_pay"], bought["by_vouchers"], bought["points"]) == ("259.00", "100.00", 2)
    again = run("buy", "K001", "--item", "A", "--price", "359", "--voucher", number, user="小王", status=1)
    assert "每张只能用一次" in again["error"]
    shown = run("voucher", "show", number, user="小王")
    assert (shown["state"], shown["worth"], shown["ticket"]) == ("redeemed", "0.00", bought["ticket"])
    assert [move["kind"] for move in shown["moves"]] == ["issued", "redeemed"]
    assert run("voucher", "list", "--state", "redeemed", "--find", "小丽")["count"] == 1
    assert run("voucher", "list", "--state", "void")["vouchers"] == []


def test_a_batch_is_to_bearer_and_one_is_made_void(run):
    numbers = run("voucher", "issue", "--value", "20", "--count", "3", "--minimum", "0", "--on-special")[
        "numbers"
    ]
    assert len(numbers) == 3
    assert run("voucher", "void", numbers[0], "--reason", "丢了")["state"] == "void"
    listed = run("voucher", "list", "--state", "issued")["vouchers"]
    assert [one["card_no"] for one in listed] == [None, None] and listed[0]["on_special"]


@pytest.mark.parametrize(
    ("words", "user", "status"),
    [
        (("voucher", "issue", "--value", "100"), "小王", 1),
        (("voucher", "issue", "--value", "0"), "店长", 1),
        (("voucher", "issue", "--value", "x"), "店长", 2),
        (("voucher", "issue"), "店长", 2),
        (("voucher", "issue", "--value", "9", "--until", "2020-01-01"), "店长", 1),
        (("voucher", "show", "123"), "小王", 1),
        (("voucher", "void", "123", "--reason", "x"), "店长", 1),
        (("voucher", "void", "123"), "店长", 2),
        (("points", "K999"), "小王", 1),
        (("points", "adjust", "K001", "5"), "店长", 1),
        (("points", "adjust", "K001", "5", "--reason", "补"), "小王", 1),
        (("points", "adjust", "K001", "x", "--reason", "补"), "店长", 2),
        (("points", "adjust", "K001"), "店长", 2),
        (("points", "redeem", "K001"), "小王", 2),
        (("points", "redeem", "K001", "--voucher", "10"), "小王", 1),
        (("points", "redeem", "K001", "--gift", "没有"), "小王", 1),
        (("points", "undo", "99"), "小王", 1),
        (("points", "undo", "x"), "小王", 2),
        (("points", "price", "没有", "3"), "店长", 1),
    ],
)
def test_what_cannot_be_is_refused(run, words, user, status):
    assert run(*words, user=user, status=status)["error"]


def test_points_are_shown_adjusted_and_spent(run):
    run("gifts", "stock", "add", "丝巾", "--class", "饰品", "--cost", "25")
    run("gifts", "stock", "receive", "丝巾", "--qty", "2")
    assert run("points", "price", "丝巾", "4")["points"] == 4
    assert [one["gift"] for one in run("points", "list", user="小王")["rewards"]] == ["丝巾"]
    assert run("points", "adjust", "K001", "30", "--reason", "旧卡")["points_balance"] == 30
    assert run("points", "adjust", "K001", "-3", "--reason", "错登")["points_balance"] == 27
    spent = run("points", "redeem", "K001", "--gift", "丝巾", "--key", "k", user="小王")
    assert spent["points_balance"] == 23 and not spent["repeated"]
    assert run("points", "redeem", "K001", "--gift", "丝巾", "--key", "k", user="小王")["repeated"]
    voucher = run("points", "redeem", "K001", "--voucher", "20", user="小王")
    assert (voucher["value"], voucher["points_balance"]) == ("20.00", 3)
    assert run("points", "undo", str(spent["id"]), user="小王")["points_balance"] == 7
    shown = run("points", "K001", user="小王")
    assert (shown["points_earned"], shown["points_balance"], shown["points_owed"]) == (0, 7, 0)
    assert [one["undone"] for one in shown["redemptions"]] == [False, True]
    assert sum(entry["points"] for entry in shown["entries"]) == 7
    assert run("check", user="店主")["ok"]
