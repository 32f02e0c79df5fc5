"""A batch through a gateway: nobody gets two, nobody is lost, whatever the provider and the line do."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

pytest.importorskip(
    "smpp.pdu", reason="the provider of the tests is installed with requirements-dev.txt only"
)

from smpp.pdu import pdu_types as kinds

from models import database
from models.customer import Customer, OptOut
from models.kinds import BatchState, Channel, SmsState, Topic
from services import consents
from services.clock import FixedClock
from services.errors import NotAllowed, Refused
from services.progress import Cancelled
from services.sms import (
    account as accounts,
)
from services.sms import batches, collecting, confirming, handing_over, reading, resolving, sending, templates
from services.sms.account import Account
from services.sms.gateway import Halt, LinkLost, NoEntry
from services.sms.pace import Pace
from services.sms.resolving import Way
from services.sms.smpp import Smpp
from tests.conftest import TODAY
from tests.services.test_sms import person
from tests.sms_provider import Provider

FAST = Pace(per_second=10_000, answer=20.0, report=5.0, tries=3, first_wait=0.001)
SHORT = replace(FAST, report=0.05)


@pytest.fixture
def provider() -> Any:
    with Provider() as made:
        yield made


def at(shop: Any, time: str) -> Any:
    """The same shop at this time by the clock on the wall."""
    hour, minute = map(int, time.split(":"))
    moment = datetime(TODAY.year, TODAY.month, TODAY.day, hour, minute).astimezone()
    return replace(shop, clock=FixedClock(TODAY, moment))


@pytest.fixture
def ready(owner: Any, manager: Any, provider: Provider) -> Any:
    """The manager at ten in the morning, with a gateway and a released text."""
    account = Account("127.0.0.1", provider.port, False, "shuke", "geheim", "10690000")
    accounts.keep(owner, account)
    templates.add(manager, "品牌", Topic.BRAND_SMS, "{title}您好，{shop}到了新款。")
    templates.release(manager, "品牌")
    return at(manager, "10:00")


def reviewed(shop: Any, people: int, at_time: str = "") -> int:
    for number in range(1, people + 1):
        person(number)
    made = batches.make_due(shop, at=at_time)
    return batches.review(shop, made.id).id


def states(batch: int) -> dict[str, int]:
    return dict(
        database.rows("SELECT state, COUNT(*) FROM sms_message WHERE batch_id = ? GROUP BY state", (batch,))
    )


def phones(provider: Provider) -> Counter[str]:
    return Counter(number.removeprefix("86") for number in provider.numbers())


def send(shop: Any, batch: int, pace: Pace = FAST, **how: Any) -> sending.Sent:
    return sending.send(shop, batch, pace=pace, **how)


# ---- the whole way


def test_everybody_gets_one_and_the_contacts_are_done(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 25)
    seen: list[tuple[int, int]] = []
    done = send(ready, batch, progress=lambda n, of: seen.append((n, of)))
    assert (done.halt, done.batch.state) == (None, BatchState.CLOSED)
    assert states(batch) == {"delivered": 25}
    assert set(phones(provider).values()) == {1} and len(phones(provider)) == 25
    assert database.value_of("SELECT COUNT(*) FROM contact WHERE channel = 'sms' AND state = 'done'") == 25
    assert Customer.get(Customer.card_no == "K001").last_contact == TODAY
    assert seen[-1] == (25, 25)
    acts = [
        row[0]
        for row in database.rows("SELECT act FROM journal_entry WHERE act LIKE 'sms.sending%' ORDER BY id")
    ]
    assert acts == ["sms.sending_begun", "sms.sending_ended"]


def test_the_books_say_handed_over_before_the_wire_hears_of_it(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 3)
    found: list[Any] = []

    class Watching(Smpp):
        def submit(self, piece: Any) -> None:
            found.append((database.database.in_transaction(), states(batch).get("queued", 0)))
            super().submit(piece)

    send(ready, batch, pace=replace(FAST, per_second=1.0 / 0.0001), opener=opener(Watching))
    assert found and all(not inside for inside, _queued in found)
    assert found[-1][1] == 0


def opener(kind: type[Smpp], window: int = 10) -> Any:
    return lambda account, policy: kind.open(account, 20.0, window, 30.0)


def test_a_long_message_is_delivered_only_when_every_part_is(ready: Any, provider: Provider) -> None:
    templates.change(ready, "品牌", company="长" * 150)
    templates.release(ready, "品牌")
    batch = reviewed(ready, 1)
    held: list[Any] = []

    def two_of_three(link: Any, pdu: Any, one: Any) -> None:
        number = len(provider.submitted)
        link.ok(pdu, f"m{number}")
        held.append((link, one.number, f"m{number}"))
        if number < 3:
            link.report(one.number, f"m{number}")

    provider.on_submit = two_of_three
    done = send(ready, batch, pace=replace(FAST, report=0.5))
    assert [one.header[-1] for one in provider.submitted] == [1, 2, 3]
    assert "".join(one.text for one in provider.submitted).startswith("【和平路店】长长")
    assert states(batch) == {"handed_over": 1} and done.batch.waiting == 1
    provider.on_query = {"m3": kinds.MessageState.DELIVERED}.get
    collecting.collect(ready, pace=FAST)
    assert states(batch) == {"delivered": 1}
    assert reading.batch(ready, batch).state is BatchState.CLOSED


def test_one_failed_part_fails_the_message_and_says_which(ready: Any, provider: Provider) -> None:
    templates.change(ready, "品牌", company="长" * 100)
    templates.release(ready, "品牌")
    batch = reviewed(ready, 1)

    def second_fails(link: Any, pdu: Any, one: Any) -> None:
        link.ok(pdu, f"m{one.header[-1]}")
        link.report(one.number, f"m{one.header[-1]}", "DELIVRD" if one.header[-1] == 1 else "UNDELIV", "011")

    provider.on_submit = second_fails
    send(ready, batch)
    assert database.row("SELECT state, reason FROM sms_message") == ("failed", "2/2 UNDELIV 011")
    assert "UNDELIV 011" in database.value_of("SELECT note FROM contact")
    assert database.value_of("SELECT state FROM contact") == "planned", "it stays in the schedule"


# ---- what the provider says


def test_a_report_before_the_answer_and_reports_twice_and_of_strangers_are_all_understood(
    ready: Any, provider: Provider
) -> None:
    batch = reviewed(ready, 2)

    def early(link: Any, pdu: Any, one: Any) -> None:
        number = f"m{len(provider.submitted)}"
        link.report(one.number, number)
        link.report(one.number, number)
        link.report("8613999999999", "stranger")
        link.ok(pdu, number)
        link.report(one.number, number, "UNDELIV", "001")

    provider.on_submit = early
    send(ready, batch)
    assert states(batch) == {"delivered": 2}
    assert database.rows("SELECT number, state FROM sms_report") == [("13999999999", "delivered")]


def test_an_id_reported_in_other_figures_is_the_same_id(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 1)

    def hexadecimal(link: Any, pdu: Any, one: Any) -> None:
        link.ok(pdu, "0000FF01")
        link.report(one.number, str(0xFF01))

    provider.on_submit = hexadecimal
    send(ready, batch)
    assert states(batch) == {"delivered": 1}


def test_wrong_numbers_go_to_the_list_to_be_verified(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 2)

    def wrong(link: Any, pdu: Any, one: Any) -> None:
        if one.number.endswith("1"):
            link.no(pdu, "ESME_RINVDSTADR")
        else:
            link.ok(pdu, "m2")
            link.report(one.number, "m2", "UNDELIV", "MK:0001")

    provider.on_submit = wrong
    send(ready, batch)
    assert states(batch) == {"failed": 2}
    assert Customer.select().where(Customer.phone_doubtful).count() == 2
    reasons = {one.reason for one in reading.messages(ready, batch)}
    assert reasons == {"no:number:0x0B", "UNDELIV MK:0001"}
    assert "不是有效的号码" in database.value_of("SELECT note FROM contact ORDER BY id LIMIT 1")


def test_too_fast_is_tried_again_and_nobody_gets_two(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 12)
    turned: set[str] = set()

    def throttled(link: Any, pdu: Any, one: Any) -> None:
        if one.number not in turned and len(turned) < 6:
            turned.add(one.number)
            link.no(pdu, "ESME_RTHROTTLED")
            return
        link.ok(pdu, one.number)
        link.report(one.number, one.number)

    provider.on_submit = throttled
    done = send(ready, batch)
    assert done.halt is None and states(batch) == {"delivered": 12}
    assert sum(phones(provider).values()) == 18


def test_always_too_fast_pauses_with_everything_still_queued(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 3)
    provider.on_submit = lambda link, pdu, one: link.no(pdu, "ESME_RTHROTTLED")
    done = send(ready, batch)
    assert done.halt is Halt.TOO_FAST and states(batch) == {"queued": 3}
    assert database.value_of("SELECT COUNT(*) FROM sms_part") == 0


def test_a_sender_that_is_not_the_shops_stops_everything(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 30)
    provider.on_submit = lambda link, pdu, one: link.no(pdu, "ESME_RINVSRCADR")
    done = send(ready, batch)
    assert done.halt is Halt.SENDER
    assert set(states(batch)) <= {"queued", "failed"} and states(batch)["queued"] >= 20
    assert len(provider.submitted) <= 10


# ---- what is not known


def test_a_cut_line_leaves_the_unanswered_unknown_and_goes_on_with_the_rest(
    ready: Any, provider: Provider
) -> None:
    batch = reviewed(ready, 9)

    def cut_once(link: Any, pdu: Any, one: Any) -> None:
        if len(provider.submitted) == 4:
            link.drop()
            return
        link.ok(pdu, one.number)
        link.report(one.number, one.number)

    provider.on_submit = cut_once
    done = send(ready, batch, pace=replace(FAST, per_second=1000))
    assert done.halt is None and provider.binds == 2
    found = states(batch)
    assert found["unknown"] >= 1 and found["delivered"] + found["unknown"] == 9
    assert set(phones(provider).values()) == {1}, "an unknown one is never sent again by itself"
    asked = resolving.unknown(ready, batch)
    assert len(asked) == found["unknown"] and all(one.parts == 1 for one in asked)


def test_a_late_answer_and_a_late_report_still_count(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 2)
    late: list[Any] = []

    def slow(link: Any, pdu: Any, one: Any) -> None:
        late.append((link, pdu, one))
        if len(late) == 2:
            link, pdu, one = late[0]
            link.provider.answer = lambda: (link.ok(pdu, "m1"), link.report(one.number, "m1"))

    provider.on_submit = slow
    done = send(ready, batch, pace=replace(SHORT, answer=0.05))
    assert states(batch) == {"unknown": 2} and done.batch.unknown == 2
    # The provider took it after all, and brings the report with our own id the next time.
    first = provider.submitted[0]
    provider.on_bind = lambda link: link.report(first.number, "m1", user_message_reference=first.reference)
    collecting.collect(ready, pace=FAST)
    assert states(batch) == {"delivered": 1, "unknown": 1}


def test_a_person_decides_about_the_unknown(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 3)
    provider.on_submit = lambda link, pdu, one: None
    send(ready, batch, pace=replace(SHORT, answer=0.05))
    one, two, three = (found.id for found in resolving.unknown(ready, batch))
    resolving.resolve(ready, batch, Way.SENT, [one])
    resolving.resolve(ready, batch, Way.LEAVE, [two])
    assert states(batch) == {"delivered": 1, "failed": 1, "unknown": 1}
    confirming.undo(ready, batch)
    confirming.undo(ready, batch)
    assert states(batch) == {"unknown": 3}
    assert database.value_of("SELECT COUNT(*) FROM contact WHERE state = 'done'") == 0
    resolving.resolve(ready, batch, Way.LEAVE, [one, two])
    resolving.resolve(ready, batch, Way.RESEND, [three])
    provider.on_submit = lambda link, pdu, one: (
        link.ok(pdu, one.number),
        link.report(one.number, one.number),
    )
    send(ready, batch, again=True)
    assert states(batch) == {"delivered": 1, "failed": 2}
    assert sorted(phones(provider).values()) == [1, 1, 2]
    assert reading.batch(ready, batch).state is BatchState.CLOSED


def test_what_is_to_be_sent_again_is_not_when_a_report_says_it_arrived(
    ready: Any, provider: Provider
) -> None:
    batch = reviewed(ready, 1)
    provider.on_submit = lambda link, pdu, one: None
    send(ready, batch, pace=replace(SHORT, answer=0.05))
    resolving.resolve(ready, batch, Way.RESEND)
    assert states(batch) == {"queued": 1}
    first = provider.submitted[0]
    provider.on_bind = lambda link: link.report(first.number, "m1", user_message_reference=first.reference)
    collecting.collect(ready, pace=FAST)
    assert states(batch) == {"delivered": 1}
    with pytest.raises(Refused):
        send(ready, batch, again=True)


def test_without_a_report_for_days_a_message_is_asked_about(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 1)
    provider.on_submit = lambda link, pdu, one: link.ok(pdu, "m1")
    send(ready, batch, pace=SHORT)
    assert collecting.look(ready) == 0 and states(batch) == {"handed_over": 1}
    later = replace(ready, clock=FixedClock(TODAY + timedelta(days=3), ready.clock.now() + timedelta(days=3)))
    assert collecting.look(later) == 1 and states(batch) == {"unknown": 1}
    provider.on_query = {"m1": kinds.MessageState.EXPIRED}.get
    collecting.collect(later, pace=FAST)
    assert database.row("SELECT state, reason FROM sms_message") == ("failed", "EXPIRED")


# ---- the last moment, the night, and pauses


def test_whoever_refuses_after_the_release_gets_none(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 4)
    gone = Customer.get(Customer.card_no == "K004").id

    def refuse(link: Any, pdu: Any, one: Any) -> None:
        if len(provider.submitted) == 1:
            link.reply(f"861380000000{3}", "Ｒ")
        link.ok(pdu, one.number)
        link.report(one.number, one.number)

    provider.on_submit = refuse
    consents.record(ready, gone, [Channel.SMS], False, "店内口头")
    done = send(ready, batch, opener=opener(Smpp, window=1))
    assert done.refused == 1 and done.dropped == 2
    assert set(phones(provider)) == {"13800000001", "13800000002"}
    assert states(batch) == {"delivered": 2, "dropped": 2}
    three = Customer.get(Customer.card_no == "K003").id
    assert {row.channel for row in OptOut.select().where(OptOut.customer == three)} == {"sms", "phone"}


def test_at_night_nothing_goes_and_the_rest_waits_for_a_person(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 4)
    with pytest.raises(Refused, match="不打扰"):
        send(at(ready, "07:59"), batch)
    assert provider.binds == 0 and reading.batch(ready, batch).state is BatchState.REVIEWED

    class Evening:
        """Eight o'clock strikes after the second message."""

        def today(self) -> Any:
            return TODAY

        def now(self) -> datetime:
            time = "20:00" if len(provider.submitted) >= 2 else "19:59"
            return at(ready, time).clock.now()

    done = send(replace(ready, clock=Evening()), batch, opener=opener(Smpp, window=1))
    assert done.halt is Halt.QUIET and states(batch) == {"delivered": 2, "queued": 2}
    with pytest.raises(Refused, match="继续发送"):
        send(ready, batch)
    send(ready, batch, again=True)
    assert states(batch) == {"delivered": 4} and set(phones(provider).values()) == {1}


def test_a_pause_leaves_no_half_states_and_the_rest_can_be_given_up(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 20)

    def stop(_done: int, _total: int) -> None:
        if len(provider.submitted) >= 5:
            raise Cancelled

    done = send(
        ready, batch, progress=stop, pace=replace(SHORT, per_second=1000), opener=opener(Smpp, window=2)
    )
    assert done.halt is Halt.STOPPED
    found = states(batch)
    assert set(found) <= {"delivered", "queued", "handed_over"} and found["queued"] > 0
    assert sum(found.values()) == 20
    collecting.collect(ready, pace=FAST)
    gone = resolving.stop(ready, batch)
    assert gone.state is BatchState.CLOSED or gone.waiting
    assert "queued" not in states(batch)


def test_two_senders_at_once_are_kept_apart(ready: Any, provider: Provider, monkeypatch: Any) -> None:
    batch = reviewed(ready, 1)
    refused: list[str] = []

    def second(link: Any, pdu: Any, one: Any) -> None:
        link.ok(pdu, "m1")
        link.report(one.number, "m1")

    monkeypatch.setattr(sending, "PATIENCE", 0.05)

    def try_again(_done: int, _total: int) -> None:
        if refused:
            return
        with pytest.raises(Refused, match="另一个窗口"):
            send(ready, batch, again=True)
        refused.append("")

    provider.on_submit = second
    send(ready, batch, progress=try_again)
    assert refused and states(batch) == {"delivered": 1}


def test_a_wrong_password_leaves_the_batch_as_it_was(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 1)
    provider.password = "other"
    with pytest.raises(NoEntry, match="密码不对"):
        send(ready, batch)
    assert reading.batch(ready, batch).state is BatchState.REVIEWED and states(batch) == {"queued": 1}


def test_a_provider_that_is_away_is_tried_and_then_named(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 1)
    provider.close()
    tries: list[int] = []

    def count(account: Any, policy: Any) -> Any:
        tries.append(1)
        return Smpp.open(account, 5.0)

    with pytest.raises(LinkLost, match="没有在"):
        send(ready, batch, opener=count)
    assert len(tries) == FAST.tries and states(batch) == {"queued": 1}


# ---- who may, and which way


def test_a_clerk_sees_and_fetches_but_does_not_send(ready: Any, clerk: Any, provider: Provider) -> None:
    batch = reviewed(ready, 1)
    clerk = replace(clerk, clock=ready.clock)
    for verb in (
        lambda: send(clerk, batch),
        lambda: resolving.resolve(clerk, batch, Way.SENT),
        lambda: resolving.stop(clerk, batch),
        lambda: accounts.keep(clerk, Account()),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert collecting.collect(clerk, pace=SHORT).reports == 0
    assert reading.batch(clerk, batch).messages == 1


def test_a_batch_goes_one_way_only(ready: Any, provider: Provider, tmp_path: Any) -> None:
    batch = reviewed(ready, 2)
    provider.on_submit = lambda link, pdu, one: link.ok(pdu, one.number)
    send(ready, batch, pace=SHORT)
    with pytest.raises(Refused, match="短信网关"):
        handing_over.export(ready, batch, tmp_path / "out.xlsx")
    with pytest.raises(Refused, match="短信网关"):
        confirming.all_sent(ready, batch)
    person(9)
    other = batches.make_due(ready).id
    batches.review(ready, other)
    handing_over.export(ready, other, tmp_path / "out.xlsx")
    with pytest.raises(Refused, match="已经导出"):
        send(ready, other)


def test_without_a_gateway_the_way_to_set_one_up_is_said(manager: Any) -> None:
    with pytest.raises(Refused, match="还没有设置短信网关"):
        sending.send(at(manager, "10:00"), 1)


def test_after_a_restore_nothing_of_before_is_sent(ready: Any, provider: Provider) -> None:
    from services import journal

    batch = reviewed(ready, 1)
    with database.database.atomic():
        journal.note(ready, "restored", "shop")
    with pytest.raises(Refused, match="恢复过备份"):
        send(ready, batch)
    assert provider.binds == 0


def test_a_message_on_its_way_keeps_its_customer_out_of_other_batches(ready: Any, provider: Provider) -> None:
    batch = reviewed(ready, 1)
    provider.on_submit = lambda link, pdu, one: None
    send(ready, batch, pace=replace(SHORT, answer=0.05))
    assert states(batch) == {"unknown": 1}
    with pytest.raises(Refused, match="已在另一批里 1"):
        batches.make_due(ready)
    assert SmsState.UNKNOWN.value in states(batch)
