"""`find`, `show`, `buy`, `visit`, `customer` on the command line: the keys of spec 07."""

import json

import pytest

from services import customers
from services.clock import SystemClock
from services.customers import NewCustomer
from tests.conftest import CLERK_PIN, MANAGER_PIN, OWNER_PIN, TODAY
from ui.cli.frame import main

PINS = {"小王": CLERK_PIN, "店长": MANAGER_PIN, "店主": OWNER_PIN}


@pytest.fixture
def run(books, capsys, monkeypatch, clerk):
    monkeypatch.setattr(SystemClock, "today", lambda _clock: TODAY)
    customers.register(clerk, NewCustomer("王小丽", "13812345678", card_no="K001"))

    def call(*command, user="小王", status=0):
        monkeypatch.setenv("SHUKE_PIN", PINS[user])
        assert main(["--db", books, "--user", user, "--json", *command]) == status
        said = capsys.readouterr()
        return json.loads(said.out) if said.out.strip() else {"error": said.err}

    return call


def test_find_answers_with_the_keys_of_the_contract(run):
    found = run("find", "5678")
    assert found["ms"] >= 0
    one = found["results"][0]
    assert (one["card_no"], one["name"], one["phones"]) == ("K001", "王小丽", ["138****5678"])
    assert (one["grade"], one["state"]) == ("C", "active")
    assert run("find", "wxl", user="店主")["results"][0]["phones"] == ["13812345678"]
    assert run("find", "nobody")["results"] == []
    run("find", "w", "--limit", "0", status=2)


def test_show_tells_one_customer(run):
    shown = run("show", "k001")
    assert {"card_no", "name", "phones", "grade", "base_grade", "state", "reason", "due"} <= shown.keys()
    assert (shown["points_earned"], shown["points_balance"], shown["state"]) == (0, 0, "active")
    assert "K999" in str(run("show", "K999", status=1))


def test_buy_takes_several_items_with_their_own_options(run):
    booked = run(
        *("buy", "K001", "--item", "A1", "--price", "359", "--size", "m"),
        *("--item", "T9", "--price", "59.90", "--special", "--qty", "2"),
    )
    assert (booked["to_pay"], booked["points"], booked["gift_due"]) == ("478.80", 4, True)
    lines = run("show", "K001")["purchases"]
    assert [(line["item"], line["quantity"], line["special"]) for line in lines] == [
        ("T9", 2, True),
        ("A1", 1, False),
    ]
    assert booked["ticket"] == lines[0]["ticket"]


def test_the_same_key_books_once(run):
    first = run("buy", "K001", "--item", "A", "--price", "100", "--key", "x1")
    again = run("buy", "K001", "--item", "A", "--price", "100", "--key", "x1")
    assert again["ticket"] == first["ticket"] and again["repeated"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--item", "A"], 2),
        (["--price", "3", "--item", "A"], 2),
        (["--item", "A", "--price", "x"], 2),
        (["--item", "A", "--price", "1.234"], 2),
        (["--item", "A", "--price", "1", "--price", "2"], 2),
        (["--item", "A", "--price", "0"], 1),
        (["--item", "A", "--price", "-5"], 1),
        (["--item", "A", "--price", "99999999"], 1),
        (["--item", "A", "--price", "1", "--qty", "0"], 1),
        (["--item", "A", "--price", "1", "--day", "2999-01-01"], 1),
        (["--item", "A", "--price", "nan"], 2),
        ([], 2),
    ],
)
def test_a_ticket_that_makes_no_sense_is_refused(run, words, status):
    assert run("buy", "K001", *words, status=status)["error"]
    assert run("show", "K001")["tickets"] == 0


def test_a_visit_is_one_a_day(run):
    assert run("visit", "K001")["repeated"] is False
    assert run("visit", "K001")["repeated"] is True


def test_special_and_hand_grades_need_the_right_person_and_a_reason(run):
    run("customer", "special", "K001", "--reason", "朋友", status=1)
    assert run("customer", "special", "K001", "--reason", "朋友", user="店主")["grade"] == "A"
    assert run("customer", "special", "K001", "--off", user="店主")["grade"] == "C"
    run("customer", "grade", "K001", "B", status=2, user="店长")
    assert run("customer", "grade", "K001", "B", "--reason", "潜力", user="店长")["grade"] == "B"
    assert run("customer", "grade", "K001", "auto", "--reason", "按规则", user="店长")["grade"] == "C"


def test_customers_are_added(run):
    done = run("customer", "add", "李小红", "--phone", "13812345678", "--consent", "phone", "--way", "口头")
    assert done["likely"][0]["card_no"] == "K001"
    run("customer", "add", "张三", "--phone", "12", status=1)


def test_days_notes_and_who_brought_whom_by_command(run, clerk):
    customers.register(clerk, NewCustomer("李四", "13987654321", card_no="K002"))
    days = run("customer", "day", "K001", "女儿生日", "2018-11-25")["days"]
    assert [(day["label"], day["in_days"], day["turns"]) for day in days] == [("女儿生日", 3, 8)]
    run("customer", "day", "K001", "开店", "2月30日", status=1)
    run("customer", "note", "K001", "儿子考上大学", "--kind", "family")
    run("customer", "note", "K001", "x", "--kind", "rumour", status=1)
    assert run("customer", "referrer", "K002", "K001")["referrer"] == "K001"
    assert "介绍来的" in run("customer", "referrer", "K001", "K002", status=1)["error"]
    shown = run("show", "K001")
    assert [one["card_no"] for one in shown["referred"]] == ["K002"]
    assert {"day", "thanks"} <= {due["kind"] for due in shown["due"]}
    assert (shown["notes"][0]["kind"], len(shown["months"]), shown["sizes"]["way"]) == (
        "family",
        12,
        "steady",
    )
    assert run("customer", "thanked", "K001")["thanked"] == ["K002"]
    assert run("customer", "thanked", "K001")["thanked"] == []
    assert run("customer", "referrer", "K002", "none")["referrer"] is None
    assert run("customer", "day", "K001", "--remove", str(days[0]["id"]))["days"] == []
    run("customer", "day", "K001", "--remove", "99", status=1)
