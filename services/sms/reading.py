"""Batches as they are read: their figures, their messages, and who was left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import BatchState, Role, SmsState, Topic
from services import formats
from services.errors import Refused
from services.rights import Right, require
from services.shop import Shop

_LOCK = 7450031


@dataclass(frozen=True)
class Batch:
    """One batch with how far it is."""

    id: int
    day: date
    send_at: str
    state: BatchState
    source: dict[str, Any]
    made_by: str
    reviewed_by: str
    exported_on: date | None
    exported_by: str
    file: str
    messages: int
    """Without those dropped."""
    parts: int
    """What the platform will bill."""
    left: int
    dropped: int
    waiting: int
    """Handed over, and nobody has said what came of them."""
    delivered: int
    failed: int
    refused_since: int
    """Handed over, and opted out since: they must be taken out on the platform."""
    queued: int = 0
    unknown: int = 0
    """Nobody can say whether they went: a person decides."""
    through_gateway: bool = False


@dataclass(frozen=True)
class Message:
    """One line of a batch: a recipient, or somebody left out (then `id` is 0)."""

    id: int
    customer_id: int
    card_no: str
    name: str
    number: str
    """Masked for clerks."""
    topics: tuple[Topic, ...]
    text: str
    parts: int
    state: SmsState | None
    """None: left out."""
    reason: str
    detail: str
    key: str = ""


def exclusive() -> None:
    """One writer of messages at a time; SQLite's IMMEDIATE transaction does that by itself."""
    if database.is_postgres():
        database.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")


_BATCH = (
    "SELECT b.id, b.day, b.send_at, b.state, b.source, COALESCE(m.name, ''), COALESCE(r.name, ''), b.exported_on,"
    " COALESCE(e.name, ''), b.file, b.way FROM sms_batch b LEFT JOIN staff_user m ON m.id = b.made_by_id"
    " LEFT JOIN staff_user r ON r.id = b.reviewed_by_id LEFT JOIN staff_user e ON e.id = b.exported_by_id"
)


def batch(shop: Shop, batch_id: int) -> Batch:
    """One batch. Raises Refused."""
    found = batches(shop, [batch_id])
    if not found:
        raise Refused("没有第 {id} 批短信。用“sms list”查看全部。", id=batch_id)
    return found[0]


def batches(shop: Shop, only: Sequence[int] | None = None, limit: int = 200) -> list[Batch]:
    """The newest batches first: four queries, however many."""
    require(shop, Right.SEE)
    where = f" WHERE b.id IN ({database.marks(only)})" if only else ""
    found = database.rows(f"{_BATCH}{where} ORDER BY b.id DESC LIMIT ?", (*(only or ()), limit))
    ids = [row[0] for row in found]
    if not ids:
        return []
    marks = database.marks(ids)
    counts: dict[tuple[int, str], tuple[int, int]] = {
        (number, state): (n, parts)
        for number, state, n, parts in database.rows(
            f"SELECT batch_id, state, COUNT(*), SUM(parts) FROM sms_message WHERE batch_id IN ({marks}) GROUP BY 1, 2",
            ids,
        )
    }
    left = dict(
        database.rows(
            f"SELECT batch_id, COUNT(*) FROM sms_left_out WHERE batch_id IN ({marks}) GROUP BY 1", ids
        )
    )
    refused = dict(
        database.rows(
            "SELECT s.batch_id, COUNT(*) FROM sms_message s JOIN opt_out o ON o.customer_id = s.customer_id"
            f" AND o.channel = 'sms' WHERE s.state = 'handed_over' AND s.batch_id IN ({marks}) GROUP BY 1",
            ids,
        )
    )
    return [_batch(row, counts, left.get(row[0], 0), refused.get(row[0], 0)) for row in found]


def _batch(row: Any, counts: dict[tuple[int, str], tuple[int, int]], left: int, refused: int) -> Batch:
    def of(state: SmsState) -> int:
        return counts.get((row[0], state.value), (0, 0))[0]

    going = [one for one in SmsState if one is not SmsState.DROPPED]
    day = database.as_day(row[1])
    assert day is not None
    return Batch(
        id=row[0],
        day=day,
        send_at=row[2],
        state=BatchState(row[3]),
        source=json.loads(row[4] or "{}"),
        made_by=row[5],
        reviewed_by=row[6],
        exported_on=database.as_day(row[7]),
        exported_by=row[8],
        file=row[9],
        messages=sum(of(state) for state in going),
        parts=sum(int(counts.get((row[0], state.value), (0, 0))[1]) for state in going),
        left=left,
        dropped=of(SmsState.DROPPED),
        waiting=of(SmsState.HANDED_OVER),
        delivered=of(SmsState.DELIVERED),
        failed=of(SmsState.FAILED),
        refused_since=0 if row[10] == "gateway" else refused,
        queued=of(SmsState.QUEUED),
        unknown=of(SmsState.UNKNOWN),
        through_gateway=row[10] == "gateway",
    )


def messages(shop: Shop, batch_id: int) -> list[Message]:
    """All recipients of a batch in their order, then those left out."""
    require(shop, Right.SEE)
    full = shop.role in (Role.MANAGER, Role.OWNER)
    lines = [
        Message(
            id=row[0],
            customer_id=row[1],
            card_no=row[2],
            name=row[3],
            number=row[4] if full else formats.masked(row[4]),
            topics=_topics(row[5]),
            text=row[6],
            parts=row[7],
            state=SmsState(row[8]),
            reason=row[9],
            detail="",
            key=row[10],
        )
        for row in database.rows(
            "SELECT s.id, s.customer_id, c.card_no, c.name, s.number, s.topics, s.text, s.parts, s.state, s.reason, s.key"
            " FROM sms_message s JOIN customer c ON c.id = s.customer_id WHERE s.batch_id = ? ORDER BY s.id",
            (batch_id,),
        )
    ]
    lines += [
        Message(0, row[0], row[1], row[2], "", _topics(row[3]), "", 0, None, row[4], row[5])
        for row in database.rows(
            "SELECT l.customer_id, c.card_no, c.name, COALESCE(k.topics, ''), l.reason, l.detail FROM sms_left_out l"
            " JOIN customer c ON c.id = l.customer_id LEFT JOIN contact k ON k.id = l.contact_id"
            " WHERE l.batch_id = ? ORDER BY l.id",
            (batch_id,),
        )
    ]
    return lines


def _topics(text: str) -> tuple[Topic, ...]:
    return tuple(Topic(code) for code in text.split(",") if code)
