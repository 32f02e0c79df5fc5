"""The whole way of a campaign on PostgreSQL: every statement and every guard runs there too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from models import database
from models.customer import Customer, Phone
from models.kinds import CampaignKind, CampaignReply, CampaignState, Channel, Role, Topic
from models.purchase import Ticket
from services import consents, contacts, schedule
from services.campaigns import answers, costs, drafts, ending, looking, reading, release, results, sending
from services.campaigns.drafts import Draft
from services.clock import FixedClock
from services.contact_lists import View, find, rows
from services.rules.campaign_results import Verdict
from services.setup import create_shop
from services.shop import Actor, Shop
from services.sms import confirming, templates
from services.staff import add_user

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 23, 3, tzinfo=timezone.utc)


@pytest.fixture
def pg_shop(postgres_url: str) -> Iterator[Shop]:
    owner = create_shop(postgres_url, "店", "店主", "laoban-2680", clock=FixedClock(TODAY, NOW))
    number = add_user(owner, "主人", Role.OWNER, "laoban-7305")
    last = TODAY - 20 * DAY
    for place in range(1, 101):
        who = Customer.create(
            card_no=f"K{place}", name=f"王{place}", sex="female", grade="AB"[place % 2], registered_on=TODAY - 200 * DAY,
            last_contact=last, last_visit=last,
        )  # fmt: skip
        Phone.create(customer=who, number=f"138{place:08}", reversed=f"{place}")
    templates.add(owner, "茶会", Topic.COMPANY_NEWS, "{title}，周六茶会")
    templates.release(owner, "茶会")
    yield replace(owner, actor=Actor(number, "主人", Role.OWNER))
    database.close()


def test_an_event_by_messages_goes_its_whole_way(pg_shop: Shop, tmp_path: Path) -> None:
    draft = Draft("茶会", CampaignKind.EVENT, TODAY, TODAY + 2 * DAY, template="茶会")
    consents.record(pg_shop, 1, [Channel.SMS], False, "店内口头")
    assert looking.look(pg_shop, draft).people == 99
    made = release.release(pg_shop, drafts.new(pg_shop, draft).id)
    assert (made.state, made.contacted, made.control) == (CampaignState.RUNNING, 69, 30)
    for sql in (
        "UPDATE campaign_member SET control = 1 - control",
        "DELETE FROM campaign_member",
        "UPDATE campaign SET seed = 'x'",
        "INSERT INTO campaign_member (campaign_id, customer_id, grade, control, number, text) VALUES (1, 1, 'A', 1, '', '')",
        "DELETE FROM campaign_cost",
    ):
        if "cost" in sql:
            costs.add(pg_shop, made.id, "点心", 900)
        with pytest.raises(Exception, match="frozen|not edited"), database.database.atomic():
            database.execute(sql)
    members = [one for one in reading.members(pg_shop, reading.member_ids(pg_shop, made.id)) if one]
    first = next(one for one in members if not one.control)
    consents.record(pg_shop, first.customer_id, [Channel.SMS], False, "店内口头")
    (done,) = sending.export(pg_shop, made.id, tmp_path / "out.csv")
    assert done.numbers == 68
    confirming.all_sent(pg_shop, done.batch.id)
    said = answers.answer(pg_shop, made.id, members[1].customer_id, CampaignReply.COMING, 1)
    answers.put_back(pg_shop, said)
    answers.answer(pg_shop, made.id, members[1].customer_id, CampaignReply.COMING, 1)
    answers.attend(pg_shop, made.id, members[1].card_no)
    for one in members[:40]:
        Ticket.create(customer=one.customer_id, day=TODAY + DAY, paid=20_000, created_at=NOW)
    found = results.result(pg_shop, made.id)
    assert (found.reached, found.replied, found.contacted.hits, found.none.hits) == (68, 1, 40, 0)
    assert found.verdict is Verdict.MORE and found.cost == 900
    assert answers.attendance(pg_shop, made.id).came == 1
    assert ending.close(pg_shop, made.id).state is CampaignState.CLOSED
    assert ending.reopen(pg_shop, made.id).state is CampaignState.RUNNING


def test_calls_enter_the_schedule_and_leave_it(pg_shop: Shop) -> None:
    draft = Draft("新货", CampaignKind.NEW_GOODS, TODAY, TODAY + 2 * DAY, Channel.PHONE, script="新货到了。")
    made = release.release(pg_shop, drafts.new(pg_shop, draft).id)
    today = rows(pg_shop, find(pg_shop, View.TODAY))
    assert len(today) == 15 and today[0] is not None and "新货到了。" in today[0].text
    contacts.done(pg_shop, today[0].id)
    assert results.result(pg_shop, made.id).reached == 1
    ending.cancel(pg_shop, made.id, "货没到")
    assert find(pg_shop, View.TODAY) == []
    ending.reopen(pg_shop, made.id)
    assert len(find(pg_shop, View.TODAY)) == 14
    schedule.daily(replace(pg_shop, clock=FixedClock(TODAY + 3 * DAY, NOW + 3 * DAY)))
    reasons = database.rows(
        "SELECT DISTINCT state_reason FROM contact WHERE key LIKE ? AND state = 'expired'", ("campaign:%",)
    )
    assert reasons == [("campaign_over",)]
