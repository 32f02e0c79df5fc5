"""The same way of a batch on PostgreSQL: every statement of the short messages runs there too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from models import database
from models.contact import Contact
from models.customer import Customer, Phone
from models.kinds import BatchState, Channel, Role, Topic
from services import consents
from services.clock import FixedClock
from services.errors import Refused
from services.setup import create_shop
from services.shop import Actor, Shop
from services.sms import batches, confirming, handing_over, reading, templates
from services.sms.result_file import Outcome
from services.staff import add_user

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 23, 3, tzinfo=timezone.utc)


@pytest.fixture
def pg_shop(postgres_url: str) -> Iterator[Shop]:
    owner = create_shop(postgres_url, "店", "店主", "laoban-2680", clock=FixedClock(TODAY, NOW))
    number = add_user(owner, "店长", Role.MANAGER, "730514")
    yield replace(owner, actor=Actor(number, "店长", Role.MANAGER))
    database.close()


def test_a_batch_goes_its_whole_way(pg_shop: Shop, tmp_path: Path) -> None:
    last = TODAY - 20 * DAY
    ids = []
    for number in range(1, 7):
        who = Customer.create(
            card_no=f"K{number}", name=f"王{number}", sex="female", registered_on=TODAY - 200 * DAY,
            last_contact=last, last_visit=last,
        )  # fmt: skip
        Phone.create(customer=who, number=f"1380000000{number}", reversed=f"{number}")
        Contact.create(
            customer=who, due=TODAY, original_due=TODAY, channel="sms", topics="brand_sms",
            key=f"rhythm:{who.id}:{last}", created_at=NOW,
        )  # fmt: skip
        ids.append(who.id)
    consents.begin(pg_shop, ids[5], [])
    templates.add(pg_shop, "品牌", Topic.BRAND_SMS, "{title}您好，{shop}")
    templates.change(pg_shop, "品牌", variant="{title}您好")
    templates.release(pg_shop, "品牌")
    made = batches.make_due(pg_shop)
    assert (made.messages, made.left) == (5, 1)
    batches.review(pg_shop, made.id)
    consents.record(pg_shop, ids[4], [Channel.SMS], False, "店内口头")
    done = handing_over.export(pg_shop, made.id, tmp_path / "out.xlsx")
    assert (done.numbers, done.dropped) == (4, {"opted_out": 1})
    before = database.rows("SELECT id, state, note, done_on FROM contact ORDER BY id")
    answers = [Outcome(2, "13800000001", True), Outcome(3, "13800000002", False, "空号", True)]
    told = confirming.by_outcomes(pg_shop, made.id, answers)
    assert (told.delivered, told.failed, told.to_verify, told.waiting) == (1, 1, 1, 2)
    assert Customer.get_by_id(ids[0]).last_contact == TODAY
    confirming.undo(pg_shop, made.id)
    assert database.rows("SELECT id, state, note, done_on FROM contact ORDER BY id") == before
    assert Customer.get_by_id(ids[0]).last_contact == last
    assert handing_over.export(pg_shop, made.id, tmp_path / "again.xlsx").sha256 == done.sha256
    assert confirming.all_sent(pg_shop, made.id).batch.state is BatchState.CLOSED
    confirming.undo(pg_shop, made.id)
    confirming.all_sent(pg_shop, made.id)
    assert len(reading.messages(pg_shop, made.id)) == 6
    with pytest.raises(Refused):
        batches.make_for_filter(pg_shop, "今天过生日", "品牌")
    with pytest.raises(Refused):
        batches.make_for(pg_shop, ids, "品牌")
