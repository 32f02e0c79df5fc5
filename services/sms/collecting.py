"""Reports and replies fetched without sending anything; what nobody reported on is asked about by its id."""

from __future__ import annotations

import time
from dataclasses import dataclass

from models import database
from services.progress import Cancelled, Progress, silent
from services.rights import Right, require
from services.shop import Shop
from services.sms import account as accounts
from services.sms import parts, replies
from services.sms.gateway import Accepted, Declined, Gateway, LinkLost, Reply, Report
from services.sms.pace import Opener, Pace, opened
from services.sms.turn import PATIENCE, Busy, turn

_QUIET = 1.0
"""Seconds of silence after which the provider has no more to bring."""


@dataclass(frozen=True)
class Collected:
    """What a visit to the provider brought."""

    reports: int = 0
    replies: int = 0
    refused: int = 0
    unknown: int = 0
    """Messages of which nobody knows anything: a person decides."""
    waiting: int = 0
    """Taken by the provider, and no outcome yet."""
    queued: int = 0
    """Not sent yet in batches that stopped on their way: they go on only when somebody says so."""


def collect(
    shop: Shop, *, progress: Progress = silent, opener: Opener | None = None, pace: Pace | None = None
) -> Collected:
    """Fetches what came in since the last time. Raises Refused (no gateway, or somebody is sending), Unavailable.

    Everybody at the counter may: a refusal that came in must count at once, whoever is signed in.
    """
    require(shop, Right.CONTACT)
    account = accounts.needed(shop)
    pace = pace or Pace.of(account, shop.policy.sms)
    with turn(shop, PATIENCE):
        parts.recover(shop)
        gateway = opened(account, shop.policy.sms, pace, progress, opener)
        try:
            return _listen(shop, gateway, pace, progress)
        finally:
            gateway.close()


def look(shop: Shop) -> int:
    """What is unknown now, without going to the provider; a dead sending is cleared up on the way. Never raises Busy."""
    require(shop, Right.SEE)
    try:
        with turn(shop):
            return parts.recover(shop)
    except Busy:
        return int(database.value_of("SELECT COUNT(*) FROM sms_message WHERE state = 'unknown'") or 0)


def _listen(shop: Shop, gateway: Gateway, pace: Pace, progress: Progress) -> Collected:
    reports = came = refused = 0
    asked = parts.pending(shop)
    until = time.monotonic() + max(pace.report, _QUIET)
    heard = time.monotonic()
    try:
        for provider_id in asked:
            gateway.ask(provider_id)
        while time.monotonic() < until and time.monotonic() - heard < min(_QUIET, pace.report):
            progress(reports + came, 0)
            events = gateway.receive(min(0.25, pace.report))
            for event in events:
                heard = time.monotonic()
                if isinstance(event, Reply):
                    came += 1
                    refused += replies.take(shop, event)
                elif isinstance(event, (Accepted, Declined, Report)):
                    reports += 1
                    parts.apply(shop, [event])
                if isinstance(event, (Report, Reply)):
                    gateway.acknowledge(event)
    except (LinkLost, Cancelled):
        """What came is in the books; the rest is brought next time."""
    unknown, waiting = (
        int(database.value_of("SELECT COUNT(*) FROM sms_message WHERE state = ?", (state,)) or 0)
        for state in ("unknown", "handed_over")
    )
    queued = database.value_of(
        "SELECT COUNT(*) FROM sms_message s JOIN sms_batch b ON b.id = s.batch_id AND b.state = 'sending'"
        " WHERE s.state = 'queued'"
    )
    return Collected(reports, came, refused, unknown, waiting, int(queued or 0))
