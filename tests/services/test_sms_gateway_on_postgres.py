"""The states of a sending on PostgreSQL: claims, answers, reports, replies, what is unknown and what a person decides."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

pytest.importorskip(
    "smpp.pdu", reason="the provider of the tests is installed with requirements-dev.txt only"
)

from models import database
from models.contact import Contact
from models.customer import Customer, Phone
from models.kinds import BatchState, Role, Topic
from services.clock import FixedClock
from services.errors import Refused
from services.setup import create_shop
from services.shop import Actor, Shop
from services.sms import account as accounts
from services.sms import batches, collecting, confirming, reading, replies, resolving, sending, templates
from services.sms.account import Account
from services.sms.resolving import Way
from services.sms.turn import turn
from services.staff import add_user
from tests.services.test_sms_sending import FAST, phones, states
from tests.sms_provider import Provider

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10).astimezone()


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as made:
        yield made


@pytest.fixture
def pg_shop(postgres_url: str, provider: Provider) -> Iterator[Shop]:
    owner = create_shop(postgres_url, "店", "店主", "laoban-2680", clock=FixedClock(TODAY, NOW))
    number = add_user(owner, "店长", Role.MANAGER, "730514")
    accounts.keep(owner, Account("127.0.0.1", provider.port, False, "shuke", "geheim", "10690000"))
    yield replace(owner, actor=Actor(number, "店长", Role.MANAGER))
    database.close()


def a_batch(shop: Shop, people: int) -> int:
    last = TODAY - timedelta(days=20)
    for number in range(1, people + 1):
        who = Customer.create(
            card_no=f"K{number}", name=f"王{number}", sex="female", registered_on=TODAY - timedelta(days=200),
            last_contact=last, last_visit=last,
        )  # fmt: skip
        Phone.create(customer=who, number=f"138000000{number:02}", reversed=f"{number}")
        Contact.create(
            customer=who, due=TODAY, original_due=TODAY, channel="sms", topics="brand_sms",
            key=f"rhythm:{who.id}:{last}", created_at=NOW,
        )  # fmt: skip
    templates.add(shop, "品牌", Topic.BRAND_SMS, "{title}您好")
    templates.release(shop, "品牌")
    return batches.review(shop, batches.make_due(shop).id).id


def test_a_sending_goes_its_whole_way(pg_shop: Shop, provider: Provider) -> None:
    batch = a_batch(pg_shop, 8)

    def mixed(link: Any, pdu: Any, one: Any) -> None:
        last = one.number[-1]
        if last == "1":
            link.no(pdu, "ESME_RINVDSTADR")
        elif last == "2":
            return
        elif last == "3":
            link.report(one.number, "early")
            link.ok(pdu, "early")
        elif last == "4":
            link.ok(pdu, "0000FF01")
            link.report(one.number, str(0xFF01), "UNDELIV", "011")
        else:
            link.ok(pdu, one.number)
            link.report(one.number, one.number)
            link.reply(one.number, "R" if last == "5" else "好的")

    provider.on_submit = mixed
    done = sending.send(pg_shop, batch, pace=replace(FAST, answer=1.0, report=1.0))
    assert states(batch) == {"failed": 2, "unknown": 1, "delivered": 5} and done.refused == 1
    assert set(phones(provider).values()) == {1}
    (asked,) = resolving.unknown(pg_shop, batch)
    assert (asked.number, asked.parts, asked.taken, asked.reported) == ("13800000002", 1, 0, False)
    resolving.resolve(pg_shop, batch, Way.SENT)
    confirming.undo(pg_shop, batch)
    assert states(batch)["unknown"] == 1
    first = next(one for one in provider.submitted if one.number.endswith("2"))
    provider.on_bind = lambda link: link.report(first.number, "late", user_message_reference=first.reference)
    collecting.collect(pg_shop, pace=FAST)
    assert reading.batch(pg_shop, batch).state is BatchState.CLOSED
    assert states(batch) == {"failed": 2, "delivered": 6}
    assert len(reading.messages(pg_shop, batch)) == 8
    assert sorted(one.text for one in replies.recent(pg_shop)) == ["R", "好的", "好的", "好的"]
    assert [one.refused for one in replies.recent(pg_shop)].count(True) == 1


def test_the_turn_is_one_sessions_only(pg_shop: Shop) -> None:
    refused: list[Exception] = []

    def other() -> None:
        try:
            with turn(pg_shop):
                pass
        except Refused as no:
            refused.append(no)
        finally:
            database.close()

    with turn(pg_shop):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(refused) == 1
    with turn(pg_shop):
        pass


def test_what_is_left_is_given_up_or_sent_again(pg_shop: Shop, provider: Provider) -> None:
    batch = a_batch(pg_shop, 3)
    provider.on_submit = lambda link, pdu, one: None
    sending.send(pg_shop, batch, pace=replace(FAST, answer=0.1, report=0.1))
    assert states(batch) == {"unknown": 3}
    one, _two, _three = (found.id for found in resolving.unknown(pg_shop, batch))
    resolving.resolve(pg_shop, batch, Way.RESEND, [one])
    resolving.stop(pg_shop, batch)
    resolving.resolve(pg_shop, batch, Way.LEAVE)
    assert states(batch) == {"dropped": 1, "failed": 2}
    assert reading.batch(pg_shop, batch).state is BatchState.CLOSED
