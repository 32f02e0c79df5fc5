"""`visit --tried`, `customer add|consent|ask`, `sale …` on the command line."""

import json

import pytest

from tests.conftest import CLERK_PIN
from ui.cli import frame


@pytest.fixture
def run(books, monkeypatch, capsys):
    monkeypatch.setenv("SHUKE_PIN", CLERK_PIN)

    def call(*words, status=0, as_json=True):
        head = ["--db", books, "--user", "小王", "--lang", "zh"] + (["--json"] if as_json else [])
        assert frame.main([*head, *words]) == status
        out = capsys.readouterr().out.strip()
        return json.loads(out) if as_json and out else out

    return call


def test_a_visit_keeps_what_was_tried_on(run):
    run("customer", "add", "王小丽", "--card", "K1")
    done = run("visit", "K1", "--tried", "A1203 M")
    assert done["visit"] and done["tried"] and not done["repeated"]
    assert run("visit", "K1")["repeated"]
    assert "试过没买" in run("visit", "K1", "--tried", "B7", as_json=False)


def test_consent_is_asked_for_given_and_withdrawn(run):
    run("customer", "add", "王小丽", "--card", "K1", "--no-consent")
    assert sorted(run("show", "K1")["opt_outs"]) == ["phone", "post", "sms", "visit"]
    done = run("customer", "consent", "K1", "--give", "sms", "--give", "phone", "--way", "登记表签字")
    assert done["opt_outs"] == ["post", "visit"]
    assert [row["given"] for row in done["consents"]] == [True, True]
    assert run("customer", "consent", "K1", "--withdraw", "sms", "--way", "短信")["opt_outs"] == [
        "post",
        "sms",
        "visit",
    ]
    run("customer", "consent", "K1", "--way", "短信", status=1)
    run("customer", "add", "李", "--consent", "sms", status=1)
    run("customer", "add", "李", "--consent", "sms", "--no-consent", "--way", "口头", status=2)


def test_questions_are_listed_answered_and_put_off(run):
    run("customer", "add", "王小丽", "--card", "K1", "--phone", "13812345678")
    assert [one["field"] for one in run("customer", "ask", "K1")["questions"]] == ["consent", "birthday"]
    done = run("customer", "ask", "K1", "--answer", "birthday", "农历八月十五")
    assert [one["field"] for one in done["questions"]] == ["consent"]
    assert run("customer", "ask", "K1", "--skip", "consent")["questions"] == []
    assert run("show", "K1")["birthday"]["calendar"] == "lunar"
    run("customer", "ask", "K1", "--answer", "birthday", "2月30日", status=1)


def test_sales_without_a_customer_give_the_months_rate(run):
    run("customer", "add", "王小丽", "--card", "K1")
    run("buy", "K1", "--item", "A1", "--price", "100")
    one = run("sale", "skip", "--reason", "hurry")
    assert one["today"] == 1
    run("sale", "skip", "--reason", "other", "--note", "替别人买", "--count", "2")
    run("sale", "skip", "--reason", "other", status=1)
    run("sale", "skip", "--reason", "rain", status=2)
    assert run("sale", "undo", str(one["id"]))["undone"]
    found = run("sale", "figures")
    assert (found["registered_new"], found["unregistered"], found["by_reason"]) == (1, 2, {"other": 2})
    assert found["rate_new"] == pytest.approx(1 / 3)
    assert "登记率" in run("sale", "figures", "--month", "2026-01", as_json=False)
