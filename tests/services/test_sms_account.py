"""The gateway's account, test messages, and replies: nothing leaks, a refusal counts for everybody with the number."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip(
    "smpp.pdu", reason="the provider of the tests is installed with requirements-dev.txt only"
)

from models import database
from models.contact import Contact
from models.customer import Customer, OptOut, Phone
from models.kinds import Channel, Topic
from services import backup, consents
from services.errors import NotAllowed, Refused
from services.settings import config_folder
from services.sms import account as accounts
from services.sms import batches, collecting, replies, templates, trying_out
from services.sms.account import Account
from services.sms.gateway import NoEntry, Reply
from tests.services.test_sms import person
from tests.services.test_sms_sending import FAST, SHORT, at
from tests.sms_provider import Provider

SECRET = "pw5Zq8xx"


@pytest.fixture
def provider() -> Any:
    with Provider() as made:
        made.password = SECRET
        yield made


def account(provider: Provider, **more: Any) -> Account:
    return replace(Account("127.0.0.1", provider.port, False, "shuke", SECRET, "10690000"), **more)


# ---- the account


def test_the_password_is_nowhere_but_in_its_own_file(
    owner: Any, provider: Provider, books: str, caplog: Any
) -> None:
    accounts.keep(owner, account(provider))
    assert accounts.read(owner) == account(provider)
    taken = backup.snapshot(owner, "manual")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in (Path(books), taken.file):
        assert SECRET.encode() not in path.read_bytes(), path
    assert SECRET not in caplog.text
    journal = "".join(str(row) for row in database.rows("SELECT body FROM journal_body"))
    assert SECRET not in journal and "127.0.0.1" in journal
    holding = [
        path for path in config_folder().rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert holding == [], "not in plain sight"
    if os.name == "posix":
        for path in config_folder().rglob("*sms-*"):
            assert path.stat().st_mode & 0o077 == 0, path


def test_a_copy_of_the_books_has_no_account(
    owner: Any, provider: Provider, books: str, tmp_path: Path
) -> None:
    accounts.keep(owner, account(provider))
    copy = tmp_path / "copy" / "shop.db"
    copy.parent.mkdir()
    shutil.copyfile(books, copy)
    assert accounts.read(replace(owner, url=str(copy))) is None


def test_a_damaged_file_counts_as_none(owner: Any, provider: Provider) -> None:
    accounts.keep(owner, account(provider))
    (file,) = config_folder().glob("sms-*.json")
    file.write_text("{", "utf-8")
    assert accounts.read(owner) is None
    file.write_text('{"host": 5, "system_id": "a"}', "utf-8")
    assert accounts.read(owner) is None
    accounts.forget(owner)
    assert list(config_folder().rglob("*sms-*")) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "https://smpp.example.com"),
        ("host", ""),
        ("port", 0),
        ("port", 70000),
        ("system_id", "x" * 16),
        ("system_id", "账号"),
        ("password", "123456789"),
        ("password", "密码"),
        ("sender", "1" * 21),
        ("country_code", "+8a"),
        ("per_second", 101),
    ],
)
def test_what_the_protocol_has_no_room_for_is_refused_beside_its_field(
    owner: Any, provider: Provider, field: str, value: Any
) -> None:
    with pytest.raises(Refused) as no:
        accounts.keep(owner, account(provider, **{field: value}))
    assert no.value.field == field and accounts.read(owner) is None


def test_only_the_owner_changes_it(manager: Any, provider: Provider) -> None:
    for verb in (
        lambda: accounts.keep(manager, account(provider)),
        lambda: accounts.forget(manager),
        lambda: trying_out.connection(manager, account(provider)),
        lambda: trying_out.message(manager, "13900000009"),
    ):
        with pytest.raises(NotAllowed):
            verb()


# ---- trying it out


def test_a_connection_is_tried_without_sending(owner: Any, provider: Provider) -> None:
    assert trying_out.connection(owner, account(provider)) == "连上了，账号和密码都对。"
    with pytest.raises(NoEntry):
        trying_out.connection(owner, account(provider, password="other"))
    assert provider.submitted == []


def test_test_messages_are_few_and_never_for_customers(owner: Any, provider: Provider) -> None:
    owner = at(owner, "10:00")
    accounts.keep(owner, account(provider))
    person(1)
    with pytest.raises(Refused, match="客户的号码"):
        trying_out.message(owner, "13800000001", pace=FAST)
    with pytest.raises(Refused, match="不是手机号"):
        trying_out.message(owner, "0825-2222222", pace=FAST)
    with pytest.raises(Refused, match="不打扰"):
        trying_out.message(at(owner, "22:00"), "13900000009", pace=FAST)
    for _number in range(3):
        assert "请看手机" in trying_out.message(owner, "139 0000 0009", pace=FAST)
    with pytest.raises(Refused, match="已经发过 3 条"):
        trying_out.message(owner, "13900000009", pace=FAST)
    assert provider.numbers() == ["8613900000009"] * 3
    assert provider.submitted[0].text.startswith("【和平路店】") and provider.submitted[0].text.endswith(
        "拒收请回复R"
    )
    provider.on_submit = lambda link, pdu, one: link.no(pdu, "ESME_RINVSRCADR")


def test_a_refused_test_message_says_why(owner: Any, provider: Provider) -> None:
    owner = at(owner, "10:00")
    accounts.keep(owner, account(provider))
    provider.on_submit = lambda link, pdu, one: link.no(pdu, "ESME_RINVSRCADR")
    assert trying_out.message(owner, "13900000009", pace=FAST) == "服务商不认发送号码（代码 0x0A）"


# ---- replies


def barred(customer: int) -> set[str]:
    return {row.channel for row in OptOut.select().where(OptOut.customer == customer)}


def test_a_refusal_holds_for_everybody_with_the_number_and_stops_calls_too(clerk: Any) -> None:
    one, two = person(1), person(2)
    Phone.create(customer=two, number="13800000001", reversed="1", position=2)
    other = person(3)
    assert replies.take(clerk, Reply(1, "13800000001", " td. "))
    assert barred(one) == barred(two) == {"sms", "phone"} and barred(other) == set()
    assert {row.state for row in Contact.select().where(Contact.customer.in_([one, two]))} == {"expired"}
    acts = [row[0] for row in database.rows("SELECT act FROM journal_entry WHERE act LIKE 'sms.re%'")]
    assert acts == ["sms.refused"]
    assert "td" not in "".join(row[0] for row in database.rows("SELECT body FROM journal_body"))


def test_a_reply_brought_twice_is_kept_once(clerk: Any) -> None:
    one = person(1)
    for _again in range(3):
        assert not replies.take(clerk, Reply(1, "13800000001", "好的，周末来"))
    (kept,) = Contact.select().where(Contact.incoming)
    assert (kept.customer_id, kept.channel, kept.state, kept.note) == (one, "sms", "done", "好的，周末来")
    assert database.value_of("SELECT COUNT(*) FROM sms_incoming") == 1


def test_a_stranger_who_refuses_is_not_written_to_when_they_become_a_customer(manager: Any) -> None:
    assert replies.take(manager, Reply(1, "13800000001", "退订"))
    assert not replies.take(manager, Reply(1, "13800000002", "你是谁？"))
    templates.add(manager, "品牌", Topic.BRAND_SMS, "您好")
    templates.release(manager, "品牌")
    one = person(1)
    with pytest.raises(Refused, match="同号码的另一位客户退订了 1"):
        batches.make_due(manager)
    consents.record(manager, one, [Channel.SMS], True, "登记表签字")
    assert batches.make_due(manager).messages == 1


def test_replies_of_the_night_count_when_they_are_fetched(owner: Any, clerk: Any, provider: Provider) -> None:
    accounts.keep(owner, account(provider))
    one = person(1)
    Customer.update(last_contact=None).execute()

    def night(link: Any) -> None:
        link.reply("8613800000001", "R")
        link.reply("8613900000000", "好")

    provider.on_bind = night
    got = collecting.collect(clerk, pace=replace(SHORT, report=2.0))
    assert (got.replies, got.refused) == (2, 1)
    assert barred(one) == {"sms", "phone"}
    assert len(provider.acknowledged) == 2
