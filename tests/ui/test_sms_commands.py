"""`sms send|status|resolve|stop|gateway` on the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip(
    "smpp.pdu", reason="the provider of the tests is installed with requirements-dev.txt only"
)

from models.kinds import Topic
from services import shop as shops
from services.sms import batches, templates
from services.sms.pace import Pace
from tests.conftest import CLERK_PIN, MANAGER_PIN, OWNER_PIN
from tests.services.test_sms import person
from tests.services.test_sms_sending import at
from tests.sms_provider import Provider
from ui.cli.frame import main

PINS = {"小王": CLERK_PIN, "店长": MANAGER_PIN, "店主": OWNER_PIN}


@pytest.fixture
def provider() -> Any:
    with Provider() as made:
        yield made


@pytest.fixture
def run(books: str, manager: Any, capsys: Any, monkeypatch: Any) -> Any:
    """The command line at ten in the morning, with a reviewed batch of three."""
    shop = at(manager, "10:00")
    templates.add(shop, "品牌", Topic.BRAND_SMS, "您好")
    templates.release(shop, "品牌")
    for number in range(1, 4):
        person(number)
    batches.review(shop, batches.make_due(shop).id)
    monkeypatch.setattr(shops, "SystemClock", lambda: shop.clock)
    monkeypatch.setattr(Pace, "of", staticmethod(lambda account, policy: Pace(1000, 0.2, 0.5, 1, 0.001)))

    def call(*command: object, user: str = "店长", status: int = 0, lang: str = "zh") -> Any:
        monkeypatch.setenv("SHUKE_PIN", PINS[user])
        words = ["--db", books, "--lang", lang, "--user", user, "--json", *map(str, command)]
        assert main(words) == status
        said = capsys.readouterr()
        return json.loads(said.out) if said.out.strip() and not status else {"error": said.err}

    return call


def set_up(run: Any, provider: Provider, monkeypatch: Any) -> None:
    monkeypatch.setenv("SHUKE_SMS_PASSWORD", "geheim")
    kept = run(
        *("sms", "gateway", "set", "--host", "127.0.0.1", "--port", provider.port, "--no-tls"),
        *("--system-id", "shuke", "--sender", "10690000"),
        user="店主",
    )["gateway"]
    assert kept["has_password"] and "geheim" not in json.dumps(kept)


def test_a_batch_is_sent_and_watched(run: Any, provider: Provider, monkeypatch: Any) -> None:
    assert run("sms", "gateway", "show", user="小王")["gateway"] is None
    assert "还没有设置短信网关" in run("sms", "send", 1, status=1)["error"]
    set_up(run, provider, monkeypatch)
    assert "连上了" in run("sms", "gateway", "test", user="店主")["said"]
    assert "请看手机" in run("sms", "gateway", "test", "--phone", "13900000009", user="店主")["said"]
    sent = run("sms", "send", 1)
    assert (sent["state"], sent["way"], sent["halt"]) == ("closed", "gateway", "")
    assert sent["by_state"]["delivered"] == 3 and sent["unknown"] == []
    assert run("sms", "status", 1, user="小王")["by_state"]["delivered"] == 3
    assert run("sms", "gateway", "remove", user="店主")["gateway"] is None


def test_the_unknown_are_listed_and_resolved_by_number(
    run: Any, provider: Provider, monkeypatch: Any
) -> None:
    set_up(run, provider, monkeypatch)
    provider.on_submit = lambda link, pdu, one: None
    sent = run("sms", "send", 1)
    assert sent["by_state"]["unknown"] == 3 and len(sent["unknown"]) == 3
    assert run("sms", "status", 1, user="小王")["unknown"][0]["phone"] == "138****0001"
    assert (
        "没有 13999999999" in run("sms", "resolve", 1, "--sent", "--phone", "13999999999", status=1)["error"]
    )
    one = run("sms", "resolve", 1, "--sent", "--phone", "138 0000 0001")
    assert one["by_state"]["delivered"] == 1 and one["by_state"]["unknown"] == 2
    run("sms", "resolve", 1, "--resend", "--phone", "13800000002")
    assert "--continue" in run("sms", "send", 1, status=1, lang="en")["error"]
    assert run("sms", "stop", 1)["by_state"]["dropped"] == 1
    assert run("sms", "resolve", 1, "--leave")["state"] == "closed"
    assert "权限" in run("sms", "resolve", 1, "--sent", user="小王", status=1)["error"]


def test_what_came_in_is_fetched(run: Any, provider: Provider, monkeypatch: Any) -> None:
    set_up(run, provider, monkeypatch)
    provider.on_submit = lambda link, pdu, one: link.ok(pdu, one.number)
    assert run("sms", "send", 1)["by_state"]["handed_over"] == 3

    def morning(link: Any) -> None:
        for number in ("8613800000001", "8613800000002", "8613800000003"):
            link.report(number, number)
        link.reply("8613800000001", "R")

    provider.on_bind = morning
    got = run("sms", "status", 1, "--fetch", user="小王")
    assert (got["reports"], got["refused"], got["state"]) == (3, 1, "closed")
    (reply,) = run("sms", "replies", user="小王")["replies"]
    assert (reply["text"], reply["refused"], reply["phone"]) == ("R", True, "138****0001")
    provider.password = "other"
    assert "密码不对" in run("sms", "status", 1, "--fetch", status=1)["error"]
