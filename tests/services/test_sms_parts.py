"""The states of the parts, whatever the order in which the provider says things, and however often."""

from __future__ import annotations

import random
from typing import Any

import pytest

from models import database
from models.kinds import BatchState, SmsState, Topic
from services.rules import sms_gateway as rules
from services.sms import batches, parts, templates
from services.sms.gateway import Accepted, Declined, No, Report
from tests.services.test_sms import person

pytest.importorskip("smpp.pdu", reason="the clock of the sending tests comes with their provider")

from tests.services.test_sms_sending import at, states

PEOPLE = 6
ENDS = (SmsState.DELIVERED, SmsState.DELIVERED, SmsState.FAILED, None)


@pytest.fixture
def sending(manager: Any) -> tuple[Any, int]:
    """A batch of long messages that is on its way."""
    shop = at(manager, "10:00")
    templates.add(shop, "品牌", Topic.BRAND_SMS, "好" * 100)
    templates.release(shop, "品牌")
    for number in range(1, PEOPLE + 1):
        person(number)
    batch = batches.review(shop, batches.make_due(shop).id).id
    database.execute("UPDATE sms_batch SET state = 'sending', way = 'gateway' WHERE id = ?", (batch,))
    return shop, batch


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_answers_and_reports_changes_nothing(seed: int, sending: tuple[Any, int]) -> None:
    shop, batch = sending
    dice = random.Random(seed)
    pieces = parts.claim(shop, batch, 100).pieces
    assert len(pieces) == 2 * PEOPLE
    events: list[Any] = []
    expected: dict[str, list[SmsState]] = {}
    for piece in pieces:
        mine, end = f"m{piece.id}", dice.choice(ENDS)
        expected.setdefault(piece.number, []).append(end or SmsState.HANDED_OVER)
        events += [Accepted(piece.id, mine)] * dice.randint(1, 2)
        if end is not None:
            own = rules.reference(piece.id) if dice.random() < 0.5 else None
            events += [Report(1, mine, piece.number, own, end, "X")] * dice.randint(1, 3)
    dice.shuffle(events)
    while events:
        size = dice.randint(1, 5)
        parts.apply(shop, events[:size])
        events = events[size:]
    found = dict(database.rows("SELECT number, state FROM sms_message WHERE batch_id = ?", (batch,)))
    assert found == {number: rules.whole(ends).value for number, ends in expected.items()}
    assert database.value_of("SELECT COUNT(*) FROM sms_report") == 0, "every early report found its part"


def test_what_was_put_back_leaves_no_trace(sending: tuple[Any, int]) -> None:
    shop, batch = sending
    claimed = parts.claim(shop, batch, 3)
    parts.put_back(shop, [piece.id for piece in claimed.pieces])
    assert states(batch) == {"queued": PEOPLE}
    assert database.value_of("SELECT COUNT(*) FROM sms_part") == 0
    assert database.value_of("SELECT MAX(attempt) FROM sms_message") == 0


def test_half_a_message_that_the_provider_took_is_not_put_back(sending: tuple[Any, int]) -> None:
    shop, batch = sending
    first, second = parts.claim(shop, batch, 1).pieces
    parts.apply(shop, [Accepted(first.id, "m1")])
    parts.put_back(shop, [second.id])
    assert states(batch) == {"queued": PEOPLE - 1, "handed_over": 1}
    parts.apply(shop, [Report(1, "m1", first.number, None, SmsState.DELIVERED, "")])
    assert states(batch) == {"queued": PEOPLE - 1, "failed": 1}


def test_a_batch_that_was_cancelled_hands_nothing_over(sending: tuple[Any, int]) -> None:
    shop, batch = sending
    database.execute("UPDATE sms_batch SET state = ? WHERE id = ?", (BatchState.CANCELLED.value, batch))
    assert parts.claim(shop, batch, 5).pieces == () and states(batch) == {"queued": PEOPLE}


def test_a_declined_part_is_final_for_its_message_once_the_other_is(sending: tuple[Any, int]) -> None:
    shop, batch = sending
    first, second = parts.claim(shop, batch, 1).pieces
    parts.apply(shop, [Declined(first.id, No.NUMBER, 0x0B), Accepted(second.id, "m2")])
    assert states(batch)["handed_over"] == 1, "the other part is still on its way"
    parts.apply(shop, [Report(1, "m2", second.number, None, SmsState.DELIVERED, "")])
    assert database.value_of("SELECT reason FROM sms_message WHERE state = 'failed'") == "1/2 no:number:0x0B"
