"""Consent to be contacted, given or withdrawn by channel, with its day and way; by one act with an undo (spec 01, 08).

`opt_out` holds the channels that must not be used now: what the customer refused, and, while the policy wants consent
first, what somebody newly registered has not agreed to. The schedule, the printing and the messages all look there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models import database
from models.kinds import Channel
from services import journal
from services.customer_notes import on_file_still, write_consent
from services.errors import Refused
from services.rights import Right, require
from services.rules import customer_data as data
from services.rules.contacts import Expired
from services.shop import Shop
from services.words import N_

CHANNELS = (Channel.PHONE, Channel.SMS, Channel.POST, Channel.VISIT)
"""What needs consent. Talking to somebody who stands in the shop does not."""
WAYS = (N_("店内口头"), N_("登记表签字"), N_("电话里说的"), N_("短信回复"), N_("微信"))
"""The usual ways; any other words may be written."""
_OPEN = "('planned', 'no_answer', 'postponed')"


@dataclass(frozen=True)
class ConsentChange:
    """What was written: all that the undo needs."""

    customer_id: int
    given: bool
    channels: tuple[Channel, ...]
    rows: tuple[int, ...]
    barred_before: frozenset[str]
    """Which of the channels must not be used before."""
    stopped: tuple[int, ...]
    """Open contacts that a withdrawal ended."""


def record(
    shop: Shop,
    customer_id: int,
    channels: Sequence[Channel],
    given: bool,
    way: str = "",
    day: date | None = None,
) -> ConsentChange:
    """Consent for these channels, or its withdrawal, which stops their open contacts at once. Raises Refused."""
    require(shop, Right.REGISTER)
    wanted = tuple(dict.fromkeys(channels))
    if not wanted:
        raise Refused("请选择联络方式。", field="channel")
    day = _checked_day(shop, day)
    way = _checked_way(way)
    codes = [one.value for one in wanted]
    with database.database.atomic():
        on_file_still(customer_id)
        barred = frozenset(
            row[0]
            for row in database.rows(
                f"SELECT channel FROM opt_out WHERE customer_id = ? AND channel IN ({database.marks(codes)})",
                (customer_id, *codes),
            )
        )
        rows = write_consent(shop, customer_id, wanted, given, way, day)
        stopped = () if given else _stop_open(shop, customer_id, codes)
        body = {"channels": codes, "given": given, "way": way, "day": day.isoformat()}
        journal.note(shop, "customer.consent", "customer", customer_id, customer_id=customer_id, body=body)
    return ConsentChange(customer_id, given, wanted, rows, barred, stopped)


def undo(shop: Shop, change: ConsentChange) -> None:
    """Takes the act back as if it had not been; the journal keeps both. Raises Refused where more was said since."""
    require(shop, Right.REGISTER)
    codes = [one.value for one in change.channels]
    with database.database.atomic():
        on_file_still(change.customer_id)
        newest = {
            row[0]
            for row in database.rows(
                f"SELECT MAX(id) FROM consent WHERE customer_id = ? AND channel IN ({database.marks(codes)})"
                " GROUP BY channel",
                (change.customer_id, *codes),
            )
        }
        if newest != set(change.rows):
            raise Refused("这位客户的联络意愿后来又改过，不能再撤销。请直接登记现在的意愿。")
        marks = database.marks(change.rows)
        database.execute(f"DELETE FROM consent WHERE id IN ({marks})", change.rows)
        database.execute(
            f"DELETE FROM opt_out WHERE customer_id = ? AND channel IN ({database.marks(codes)})",
            (change.customer_id, *codes),
        )
        bar(change.customer_id, change.barred_before)
        if change.stopped:
            database.execute(
                "UPDATE contact SET state = 'planned', state_reason = '', done_on = NULL"
                f" WHERE id IN ({database.marks(change.stopped)}) AND state = 'expired' AND state_reason = ?",
                (*change.stopped, Expired.OPTED_OUT.value),
            )
        body = {"channels": codes, "given": change.given}
        journal.note(
            shop,
            "customer.consent_undone",
            "customer",
            change.customer_id,
            customer_id=change.customer_id,
            body=body,
        )


def settle(
    shop: Shop,
    customer_id: int,
    agreed: Sequence[Channel],
    refused: Sequence[Channel],
    way: str = "",
    day: date | None = None,
) -> tuple[ConsentChange, ...]:
    """What the customer agrees to and what they refuse, told at once: both or neither. Raises Refused."""
    require(shop, Right.REGISTER)
    if not agreed and not refused:
        raise Refused("请选择联络方式。", field="channel")
    with database.database.atomic():
        return tuple(
            record(shop, customer_id, channels, given, way, day)
            for channels, given in ((agreed, True), (refused, False))
            if channels
        )


def undo_all(shop: Shop, changes: Sequence[ConsentChange]) -> None:
    """Takes back what `settle` wrote: all or nothing."""
    require(shop, Right.REGISTER)
    with database.database.atomic():
        for change in reversed(changes):
            undo(shop, change)


def begin(
    shop: Shop, customer_id: int, agreed: Sequence[Channel], way: str = "", day: date | None = None
) -> tuple[str, ...]:
    """What somebody newly registered agreed to; all other channels rest until they do. Inside the caller's transaction.

    Returns the codes of the channels that rest. With `consent_first` switched off nothing rests.
    """
    if agreed:
        write_consent(shop, customer_id, agreed, True, _checked_way(way), _checked_day(shop, day))
    if not shop.policy.contacts.consent_first:
        return ()
    resting = tuple(channel.value for channel in CHANNELS if channel not in agreed)
    bar(customer_id, resting)
    return resting


def bar(customer_id: int, codes: Iterable[str]) -> None:
    """These channels must not be used from now on. Inside the caller's transaction."""
    database.execute_many(
        "INSERT INTO opt_out (customer_id, channel) VALUES (?, ?)",
        [(customer_id, code) for code in sorted(codes)],
    )


def _stop_open(shop: Shop, customer_id: int, codes: Sequence[str]) -> tuple[int, ...]:
    where = (
        f"customer_id = ? AND channel IN ({database.marks(codes)}) AND state IN {_OPEN} AND done_on IS NULL"
    )
    found = tuple(
        row[0] for row in database.rows(f"SELECT id FROM contact WHERE {where}", (customer_id, *codes))
    )
    if found:
        database.execute(
            f"UPDATE contact SET state = 'expired', state_reason = ?, done_on = ? WHERE id IN ({database.marks(found)})",
            (Expired.OPTED_OUT.value, shop.today(), *found),
        )
    return found


def _checked_way(way: str) -> str:
    words = data.short(way, "way", 60)
    if not words:
        raise Refused("请写明客户是怎样表示的，例如“店内口头”。", field="way")
    return words


def _checked_day(shop: Shop, day: date | None) -> date:
    today = shop.today()
    if day is not None and day > today:
        raise Refused(
            "日期{day}还没有到：请填客户表示同意或不愿意的那一天。", day=day.isoformat(), field="day"
        )
    return day or today
