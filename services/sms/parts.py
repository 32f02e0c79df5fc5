"""The books of a sending: what is handed over, what the provider says about it, and what nobody knows.

Each verb is one transaction. `claim` commits before anything goes over the wire, so a part whose answer is missing may
have gone or not: it becomes unknown and is asked about. Nothing here ever hands a part over a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models import database
from models.kinds import BatchState, SmsState
from services.rules import sms as sms_rules
from services.rules import sms_gateway as rules
from services.shop import Shop
from services.sms import last_look
from services.sms.confirming import close, handed, settle_failed, settle_sent
from services.sms.gateway import Accepted, Declined, Halt, No, Piece, Report
from services.sms.reading import exclusive
from services.sms.result_file import is_wrong_number


@dataclass(frozen=True)
class Claimed:
    """Parts that the books hold as handed over: they must be put on the wire now, or be put back."""

    pieces: tuple[Piece, ...] = ()
    dropped: int = 0
    halt: Halt | None = None
    empty: bool = False
    """Nothing of the batch waits any more."""


def quiet_now(shop: Shop) -> bool:
    """Whether nobody may be sent a message at this moment, by the clock on the shop's wall."""
    return sms_rules.quiet(shop.clock.now().astimezone().strftime("%H:%M"), shop.policy)


def claim(shop: Shop, batch_id: int, most: int) -> Claimed:
    """Takes up to `most` messages of the batch, looks at each once more, and holds their parts as handed over."""
    with database.database.atomic():
        exclusive()
        state = database.value_of("SELECT state FROM sms_batch WHERE id = ?", (batch_id,))
        if state != BatchState.SENDING:
            # The last report closes a batch; anything else was a person's doing.
            return Claimed(empty=True) if state == BatchState.CLOSED else Claimed(halt=Halt.STOPPED)
        if quiet_now(shop):
            return Claimed(halt=Halt.QUIET)
        found = database.rows(
            "SELECT id, number, text, attempt FROM sms_message WHERE batch_id = ? AND state = 'queued'"
            " ORDER BY id LIMIT ?",
            (batch_id, most),
        )
        if not found:
            close(batch_id)
            return Claimed(empty=True)
        ids = [row[0] for row in found]
        late = last_look.look(shop, f"s.id IN ({database.marks(ids)})", ids)
        last_look.drop(shop, late)
        pieces: list[Piece] = []
        for message, number, text, attempt in found:
            if message not in late:
                pieces += _hand_over(shop, message, number, text, attempt + 1)
    return Claimed(tuple(pieces), len(late))


def _hand_over(shop: Shop, message: int, number: str, text: str, attempt: int) -> list[Piece]:
    texts = rules.split(text, shop.policy.sms)
    database.execute(
        "UPDATE sms_message SET state = 'handed_over', attempt = ?, reason = '', handed_over_on = ? WHERE id = ?",
        (attempt, shop.today(), message),
    )
    made = []
    for place, words in enumerate(texts, 1):
        part = database.insert(
            "sms_part",
            message_id=message,
            attempt=attempt,
            number=place,
            state="handed_over",
            provider_id="",
            reason="",
        )
        made.append(Piece(part, number, words, place, len(texts), (message + attempt) % 256))
    return made


@dataclass(frozen=True)
class _Part:
    id: int
    message: int
    state: SmsState
    provider_id: str
    phone: str


_PART = (
    "SELECT p.id, p.message_id, p.state, p.provider_id, s.number FROM sms_part p"
    " JOIN sms_message s ON s.id = p.message_id WHERE "
)


def _parts(where: str, params: Sequence[Any]) -> list[_Part]:
    return [
        _Part(row[0], row[1], SmsState(row[2]), row[3], row[4])
        for row in database.rows(f"{_PART}{where} ORDER BY p.id DESC", params)
    ]


def apply(shop: Shop, events: Iterable[Accepted | Declined | Report]) -> None:
    """Writes what the provider said, and settles the messages whose parts now have their outcome."""
    with database.database.atomic():
        exclusive()
        touched: set[int] = set()
        for event in events:
            if isinstance(event, Accepted):
                touched |= _accepted(shop, event)
            elif isinstance(event, Declined):
                touched |= _declined(shop, event)
            else:
                touched |= _reported(shop, event)
        settle(shop, touched)


def _accepted(shop: Shop, event: Accepted) -> set[int]:
    found = _parts("p.id = ?", (event.id,))
    if not found or found[0].provider_id:
        return set()
    part = found[0]
    state = rules.learned(part.state, SmsState.HANDED_OVER)
    database.execute(
        "UPDATE sms_part SET provider_id = ?, state = ? WHERE id = ?",
        (event.provider_id, state.value, part.id),
    )
    early = _early(event.provider_id, part.phone)
    if early is not None:
        _learn(shop, part, early)
    return {part.message}


def _early(provider_id: str, phone: str) -> Report | None:
    """A report that came before this answer."""
    ids = rules.same_ids(provider_id)
    if not ids:
        return None
    where = f"provider_id IN ({database.marks(ids)}) AND number = ?"
    found = database.row(
        f"SELECT state, reason FROM sms_report WHERE {where} ORDER BY id DESC LIMIT 1", (*ids, phone)
    )
    if found is None:
        return None
    database.execute(f"DELETE FROM sms_report WHERE {where}", (*ids, phone))
    return Report(0, provider_id, phone, None, SmsState(found[0]), found[1])


def _declined(shop: Shop, event: Declined) -> set[int]:
    found = _parts("p.id = ?", (event.id,))
    if not found or found[0].provider_id:
        return set()
    reason = f"no:{event.why.value}:0x{event.status:02X}"
    _learn(shop, found[0], Report(0, "", found[0].phone, None, SmsState.FAILED, reason))
    return {found[0].message}


def _reported(shop: Shop, event: Report) -> set[int]:
    part = _part_of(event)
    if part is not None:
        if event.provider_id and not part.provider_id:
            database.execute("UPDATE sms_part SET provider_id = ? WHERE id = ?", (event.provider_id, part.id))
        _learn(shop, part, event)
        return {part.message}
    if event.state is not SmsState.HANDED_OVER and event.number:
        values = (event.provider_id, event.number, event.state.value)
        known = database.value_of(
            "SELECT 1 FROM sms_report WHERE provider_id = ? AND number = ? AND state = ?", values
        )
        if not known:
            database.execute(
                "INSERT INTO sms_report (provider_id, number, reference, state, reason, received_on)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*values[:2], event.reference, values[2], event.reason[:200], shop.today()),
            )
    return set()


def _part_of(event: Report) -> _Part | None:
    """The part a report is about: by the provider's id and the phone, or by our own id where it comes back."""
    if event.provider_id:
        exact = _parts("p.provider_id = ?", (event.provider_id,))
        for part in exact:
            if event.number in ("", part.phone):
                return part
    ids = rules.same_ids(event.provider_id)
    if ids and event.number:
        alike = _parts(f"p.provider_id IN ({database.marks(ids)}) AND s.number = ?", (*ids, event.number))
        if alike:
            return alike[0]
    if event.reference and event.number:
        unanswered = _parts("s.number = ? AND p.provider_id = ''", (event.number,))
        return next((one for one in unanswered if rules.reference(one.id) == event.reference), None)
    return None


def _learn(shop: Shop, part: _Part, said: Report) -> None:
    state = rules.learned(part.state, said.state)
    if state is not part.state:
        settled = shop.today() if state in rules.PART_FINAL else None
        database.execute(
            "UPDATE sms_part SET state = ?, reason = ?, settled_on = ? WHERE id = ?",
            (state.value, said.reason[:200], settled, part.id),
        )


def put_back(shop: Shop, part_ids: Sequence[int]) -> None:
    """Parts that certainly were not taken: their messages wait again. Where another part may have gone, they failed."""
    if not part_ids:
        return
    marks = database.marks(part_ids)
    with database.database.atomic():
        exclusive()
        where = f"SELECT p.message_id FROM sms_part p WHERE p.id IN ({marks})"
        messages = {row[0] for row in database.rows(where, part_ids)}
        begun = {
            row[0]
            for row in database.rows(
                "SELECT p.message_id FROM sms_part p JOIN sms_message s ON s.id = p.message_id AND s.attempt = p.attempt"
                f" WHERE p.id NOT IN ({marks}) AND p.message_id IN ({database.marks(list(messages))})",
                (*part_ids, *messages),
            )
        }
        database.execute_many(
            "UPDATE sms_message SET state = 'queued', attempt = attempt - 1 WHERE id = ? AND state = 'handed_over'",
            [(message,) for message in messages - begun],
        )
        database.execute_many(
            "DELETE FROM sms_part WHERE message_id = ? AND attempt > (SELECT attempt FROM sms_message WHERE id = ?)",
            [(message, message) for message in messages - begun],
        )
        database.execute(
            f"UPDATE sms_part SET state = 'failed', reason = ?, settled_on = ? WHERE id IN ({marks})",
            (f"no:{No.TOO_FAST.value}:", shop.today(), *part_ids),
        )
        settle(shop, begun)


def not_known(shop: Shop, part_ids: Sequence[int]) -> None:
    """Parts without an answer: they may have gone or not."""
    if part_ids:
        _lose(shop, f"p.id IN ({database.marks(part_ids)}) AND p.provider_id = ''", part_ids)


def recover(shop: Shop) -> int:
    """Whatever was handed over without an answer becomes unknown; so does what nobody reported on for days.

    Only inside a `turn`: nobody else is waiting for those answers. Returns how many messages are unknown now.
    """
    _lose(shop, "p.provider_id = ''", ())
    last = shop.today() - timedelta(days=shop.policy.sms.report_days)
    _lose(shop, "s.handed_over_on <= ? AND s.state = 'handed_over'", (last,))
    database.execute("DELETE FROM sms_report WHERE received_on < ?", (last - timedelta(days=30),))
    return int(database.value_of("SELECT COUNT(*) FROM sms_message WHERE state = 'unknown'") or 0)


def _lose(shop: Shop, where: str, params: Sequence[Any]) -> None:
    with database.database.atomic():
        exclusive()
        found = _parts(f"{where} AND p.state = 'handed_over'", params)
        database.execute_many(
            "UPDATE sms_part SET state = 'unknown' WHERE id = ?", [(part.id,) for part in found]
        )
        settle(shop, {part.message for part in found})


def pending(shop: Shop, limit: int = 500) -> list[str]:
    """What the provider calls the parts whose outcome is still open: those to be asked about."""
    return [
        row[0]
        for row in database.rows(
            "SELECT p.provider_id FROM sms_part p JOIN sms_message s ON s.id = p.message_id AND s.attempt = p.attempt"
            " WHERE p.provider_id <> '' AND p.state IN ('handed_over', 'unknown')"
            " AND s.state IN ('handed_over', 'unknown') ORDER BY p.id LIMIT ?",
            (limit,),
        )
    ]


def settle(shop: Shop, messages: Iterable[int]) -> None:
    """Brings messages to the state that their parts make. Inside the caller's transaction.

    A message that a person wants sent again, and of which a late report says that it arrived, is not sent again.
    """
    ids = sorted(set(messages))
    if not ids:
        return
    marks = database.marks(ids)
    parts: dict[int, list[tuple[int, SmsState, str]]] = {}
    for message, number, state, reason in database.rows(
        "SELECT p.message_id, p.number, p.state, p.reason FROM sms_part p JOIN sms_message s ON s.id = p.message_id"
        f" AND s.attempt = p.attempt WHERE s.id IN ({marks}) ORDER BY p.message_id, p.number",
        ids,
    ):
        parts.setdefault(message, []).append((number, SmsState(state), reason))
    states = dict(database.rows(f"SELECT id, state FROM sms_message WHERE id IN ({marks})", ids))
    wanted = {message: rules.whole([one[1] for one in found]) for message, found in parts.items()}
    moving = ("handed_over", "unknown")
    for one in (SmsState.HANDED_OVER, SmsState.UNKNOWN):
        database.execute_many(
            "UPDATE sms_message SET state = ? WHERE id = ?",
            [(one.value, number) for number, to in wanted.items() if to is one and states[number] in moving],
        )
    sent = [n for n, to in wanted.items() if to is SmsState.DELIVERED and states[n] in (*moving, "queued")]
    failed = [n for n, to in wanted.items() if to is SmsState.FAILED and states[n] in moving]
    if sent:
        settle_sent(shop, handed(f"s.id IN ({database.marks(sent)})", sent), None)
    if failed:
        why = {number: _reason(parts[number]) for number in failed}
        settle_failed(
            shop,
            [
                (one, why[one.id], _is_wrong(why[one.id]))
                for one in handed(f"s.id IN ({database.marks(failed)})", failed)
            ],
            None,
        )
    for row in database.rows(f"SELECT DISTINCT batch_id FROM sms_message WHERE id IN ({marks})", ids):
        close(row[0])


def _reason(parts: Sequence[tuple[int, SmsState, str]]) -> str:
    """Why the message failed: the first part that did, with its place where there are several."""
    number, _state, reason = next(one for one in parts if one[1] is SmsState.FAILED)
    return f"{number}/{len(parts)} {reason}".strip() if len(parts) > 1 else reason


def _is_wrong(reason: str) -> bool:
    return f"no:{No.NUMBER.value}" in reason or is_wrong_number(reason)
