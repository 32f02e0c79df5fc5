"""What came of a batch: messages sent become done contacts, failed ones go back to the schedule, undone the same day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models import database
from models.kinds import BatchState, SmsState
from services import journal, schedule_upkeep
from services.contact_effects import NOTE_MAX
from services.errors import Refused
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules.contacts import Expired
from services.rules.sms import SmsSkip
from services.schedule_needs import OPEN
from services.shop import Shop
from services.sms.batches import wrong_state
from services.sms.reading import Batch, batch, exclusive
from services.sms.result_file import NOT_OURS, Outcome, Unread
from services.words import _

NOT_UPLOADED = SmsSkip.NOT_UPLOADED.value


@dataclass(frozen=True)
class Confirmed:
    """What one confirmation did."""

    batch: Batch
    delivered: int
    failed: int
    to_verify: int
    """Numbers that go to the list to be verified."""
    waiting: int
    """Still without an answer."""
    unread: tuple[Unread, ...] = ()
    file_removed: bool = False


@dataclass(frozen=True)
class Handed:
    """A message that went out, with all that its settling changes."""

    id: int
    customer: int
    contact: int | None
    number: str
    text: str
    topics: str
    key: str
    on: date
    open: bool
    """The contact is still to be done."""
    state: str
    note: str
    assignee: int | None
    doubtful: bool


def all_sent(shop: Shop, batch_id: int) -> Confirmed:
    """Everything that is handed over and not settled yet was sent."""
    require(shop, Right.SCHEDULE)
    return _confirm(shop, batch_id, lambda one: (True, "", False))


def none_sent(shop: Shop, batch_id: int) -> Confirmed:
    """The file was never uploaded: the contacts stay in the schedule for another batch."""
    require(shop, Right.SCHEDULE)
    return _confirm(shop, batch_id, lambda one: (False, NOT_UPLOADED, False))


def by_file(shop: Shop, batch_id: int, path: Path | str, progress: Progress = silent) -> Confirmed:
    """Reads the platform's result file: number and state, line by line. What it does not name stays without an answer.

    Lines that cannot be understood, or whose number the batch does not know, come back with their reason.
    """
    require(shop, Right.SCHEDULE)
    from services.sms import result_file

    outcomes, unread = result_file.read(path, progress)
    return by_outcomes(shop, batch_id, outcomes, unread)


def by_outcomes(
    shop: Shop, batch_id: int, outcomes: Sequence[Outcome], unread: Sequence[Unread] = ()
) -> Confirmed:
    """What the platform says, however it was read. A later line about a number replaces an earlier one."""
    require(shop, Right.SCHEDULE)
    said = {one.number: one for one in outcomes}
    ours = {row[0] for row in database.rows("SELECT number FROM sms_message WHERE batch_id = ?", (batch_id,))}
    strangers = [Unread(one.row, one.number, _(NOT_OURS)) for one in outcomes if one.number not in ours]

    def judged(one: Handed) -> tuple[bool, str, bool] | None:
        found = said.get(one.number)
        if found is None or found.sent is None:
            return None
        return found.sent, found.reason, found.wrong_number

    return _confirm(shop, batch_id, judged, (*unread, *strangers))


def _confirm(shop: Shop, batch_id: int, judge: Any, unread: tuple[Unread, ...] = ()) -> Confirmed:
    with database.database.atomic():
        exclusive()
        state = database.value_of("SELECT state FROM sms_batch WHERE id = ?", (batch_id,))
        if state != BatchState.EXPORTED:
            raise wrong_state(batch_id)
        judged = [
            (one, judge(one)) for one in handed("s.batch_id = ? AND s.state = 'handed_over'", (batch_id,))
        ]
        sent = [one for one, answer in judged if answer and answer[0]]
        failed = [(one, answer[1], answer[2]) for one, answer in judged if answer and not answer[0]]
        if not sent and not failed:
            if unread:
                raise Refused(
                    "文件里没有这一批的结果：第 {row} 行“{value}”{reason}。", row=unread[0].row,
                    value=unread[0].value, reason=unread[0].reason,
                )  # fmt: skip
            raise Refused("文件里没有这一批的结果。", field="file")
        wrong = [one for one, _reason, is_wrong in failed if is_wrong and not one.doubtful]
        body = {"delivered": len(sent), "failed": len(failed), "to_verify": len(wrong)}
        act = journal.note(shop, "sms.confirmed", "sms_batch", batch_id, body=body)
        settle_sent(shop, sent, act)
        settle_failed(shop, failed, act)
        close(batch_id)
    found = batch(shop, batch_id)
    removed = found.state is BatchState.CLOSED and _remove_file(batch_id)
    return Confirmed(found, len(sent), len(failed), len(wrong), found.waiting, unread, removed)


def handed(where: str, params: Sequence[Any]) -> list[Handed]:
    """The messages (`s`) that `where` means, in their order."""
    is_open = OPEN.format(k="k")
    found = database.rows(
        "SELECT s.id, CASE WHEN c.state = 'merged' AND c.merged_into_id IS NOT NULL THEN c.merged_into_id ELSE c.id END,"
        " s.contact_id, s.number, s.text, s.topics, s.key, s.handed_over_on,"
        f" CASE WHEN k.id IS NOT NULL AND {is_open} THEN 1 ELSE 0 END, COALESCE(k.state, ''), COALESCE(k.note, ''),"
        " k.assignee_id, c.phone_doubtful FROM sms_message s JOIN customer c ON c.id = s.customer_id"
        f" LEFT JOIN contact k ON k.id = s.contact_id WHERE {where} ORDER BY s.id",
        params,
    )
    made = []
    for row in found:
        day = database.as_day(row[7])
        assert day is not None
        made.append(
            Handed(
                id=row[0],
                customer=row[1],
                contact=row[2],
                number=row[3],
                text=row[4],
                topics=row[5],
                key=row[6],
                on=day,
                open=bool(row[8]),
                state=row[9],
                note=row[10],
                assignee=row[11],
                doubtful=bool(row[12]),
            )
        )
    return made


def settle_sent(shop: Shop, sent: Sequence[Handed], act: int | None) -> None:
    """The contacts are done on the day of the hand-over; where there was none, or it was closed meanwhile, one is made."""
    now, today = database.moment_value(shop.clock.now()), shop.today()
    planned = [one for one in sent if one.open]
    database.execute_many(
        "UPDATE contact SET state = 'done', note = ?, done_on = ?, done_by_id = ?, done_at = ?,"
        " assignee_id = COALESCE(assignee_id, ?) WHERE id = ?",
        [(_joined(one.note, one.text), one.on, shop.who, now, shop.who, one.contact) for one in planned],
    )
    made = [one for one in sent if not one.open]
    database.execute_many(
        "INSERT INTO contact (customer_id, due, original_due, channel, topics, state, why, key, importance,"
        " assignee_id, by_hand, incoming, tries, note, next_step, state_reason, done_on, done_by_id, done_at,"
        " created_at) VALUES (?,?,?,'sms',?,'done','',?,0,?,1,0,0,?,'','',?,?,?,?)",
        [
            (
                *(one.customer, one.on, one.on, one.topics, _contact_key(one), shop.who),
                *(one.text[:NOTE_MAX], one.on, shop.who, now, now),
            )
            for one in made
        ],
    )
    database.execute_many(
        "UPDATE sms_message SET state = 'delivered', reason = '', settled_on = ?, act = ?, before = ?,"
        " contact_id = COALESCE((SELECT id FROM contact WHERE key = ?), contact_id) WHERE id = ?",
        [(today, act, _before(one), _contact_key(one), one.id) for one in sent],
    )
    database.execute_many(
        "UPDATE customer SET last_contact = ? WHERE id = ? AND (last_contact IS NULL OR last_contact < ?)",
        [(one.on, one.customer, one.on) for one in sent],
    )
    for one in sent:
        schedule_upkeep.restarted(today, one.customer)


def settle_failed(shop: Shop, failed: Sequence[tuple[Handed, str, bool]], act: int | None) -> None:
    """The contacts stay open with the reason in their note; wrong numbers go to the list to be verified."""
    from services.sms.words import reason_words

    database.execute_many(
        "UPDATE sms_message SET state = 'failed', reason = ?, settled_on = ?, act = ?, before = ? WHERE id = ?",
        [
            (reason, shop.today(), act, _before(one, verified=wrong and not one.doubtful), one.id)
            for one, reason, wrong in failed
        ],
    )
    database.execute_many(
        "UPDATE contact SET note = ? WHERE id = ?",
        [
            (_joined(one.note, _("短信没有发成：{why}").format(why=reason_words(reason))), one.contact)
            for one, reason, _wrong in failed
            if one.open and reason != NOT_UPLOADED
        ],
    )
    database.execute_many(
        "UPDATE customer SET phone_doubtful = 1, version = version + 1 WHERE id = ?",
        [(one.customer,) for one, _reason, wrong in failed if wrong and not one.doubtful],
    )


def close(batch_id: int) -> None:
    """The batch is done once every message of it has its outcome."""
    database.execute(
        "UPDATE sms_batch SET state = 'closed' WHERE id = ? AND state IN ('exported', 'sending') AND NOT EXISTS"
        " (SELECT 1 FROM sms_message s WHERE s.batch_id = sms_batch.id"
        " AND s.state IN ('queued', 'handed_over', 'unknown'))",
        (batch_id,),
    )


def _contact_key(one: Handed) -> str | None:
    """The own key of a contact that a message makes; none where the schedule planned it."""
    return None if one.open else f"sms:{one.key}"


def _before(one: Handed, *, verified: bool = False) -> str:
    kept = {"open": one.open, "state": one.state, "note": one.note, "assignee": one.assignee}
    return json.dumps({**kept, "verified": verified, "contact": one.contact}, ensure_ascii=False)


def _joined(old: str, new: str) -> str:
    return (f"{old}；{new}" if old else new)[:NOTE_MAX]


def _remove_file(batch_id: int) -> bool:
    """The hand-over file is a list of customers: it goes once it is not needed (spec 09, 79). Only the file we wrote."""
    found = database.row("SELECT file, sha256 FROM sms_batch WHERE id = ?", (batch_id,))
    if not found or not found[0]:
        return False
    path = Path(found[0])
    with suppress(OSError):
        if hashlib.sha256(path.read_bytes()).hexdigest() == found[1]:
            path.unlink()
            return True
    return False


def undo(shop: Shop, batch_id: int) -> Batch:
    """Takes the last confirmation of today back: contacts, rhythms and numbers stand as before. Raises Refused."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        exclusive()
        last = database.row(
            "SELECT act, settled_on FROM sms_message WHERE batch_id = ? AND act IS NOT NULL ORDER BY act DESC LIMIT 1",
            (batch_id,),
        )
        if last is None:
            raise Refused("第 {id} 批没有可以撤销的确认。", id=batch_id)
        if database.as_day(last[1]) != shop.today():
            raise Refused("只能撤销今天的确认。")
        through = database.value_of("SELECT way FROM sms_batch WHERE id = ?", (batch_id,)) == "gateway"
        _take_back(batch_id, int(last[0]), SmsState.UNKNOWN if through else SmsState.HANDED_OVER)
        state = BatchState.SENDING if through else BatchState.EXPORTED
        database.execute("UPDATE sms_batch SET state = ? WHERE id = ?", (state.value, batch_id))
        journal.note(shop, "sms.confirm_undone", "sms_batch", batch_id)
    return batch(shop, batch_id)


def _take_back(batch_id: int, act: int, state: SmsState) -> None:
    settled = [
        (number, customer, contact, was, json.loads(before or "{}"))
        for number, customer, contact, was, before in database.rows(
            "SELECT s.id, CASE WHEN c.state = 'merged' AND c.merged_into_id IS NOT NULL THEN c.merged_into_id"
            " ELSE c.id END, s.contact_id, s.state, s.before FROM sms_message s JOIN customer c ON c.id = s.customer_id"
            " WHERE s.batch_id = ? AND s.act = ? ORDER BY s.id",
            (batch_id, act),
        )
    ]
    database.execute_many(
        "UPDATE sms_message SET state = ?, reason = '', settled_on = NULL, act = NULL, before = '',"
        " contact_id = ? WHERE id = ?",
        [
            (state.value, before.get("contact"), number)
            for number, _customer, _contact, _was, before in settled
        ],
    )
    sent = [one for one in settled if one[3] == SmsState.DELIVERED]
    database.execute_many(
        "DELETE FROM contact WHERE id = ?", [(one[2],) for one in sent if not one[4].get("open")]
    )
    database.execute_many(
        "UPDATE contact SET state = ?, note = ?, assignee_id = ?, done_on = NULL, done_by_id = NULL, done_at = NULL,"
        " checked_by_id = NULL WHERE id = ?",
        [(one[4]["state"], one[4]["note"], one[4]["assignee"], one[2]) for one in sent if one[4].get("open")],
    )
    failed = [one for one in settled if one[3] == SmsState.FAILED]
    database.execute_many(
        "UPDATE contact SET note = ? WHERE id = ?",
        [(one[4]["note"], one[2]) for one in failed if one[4].get("open")],
    )
    database.execute_many(
        "UPDATE customer SET phone_doubtful = 0, version = version + 1 WHERE id = ?",
        [(one[1],) for one in failed if one[4].get("verified")],
    )
    _recount(sorted({one[1] for one in sent}))


def _recount(customers: Sequence[int]) -> None:
    """The last real contact from what is left, and the routine contacts that the undone ones had made needless."""
    database.execute_many(
        "UPDATE customer SET last_contact = (SELECT MAX(d.day) FROM (SELECT c.last_visit AS day FROM customer c"
        " WHERE c.id = ? UNION ALL SELECT c.last_purchase FROM customer c WHERE c.id = ? UNION ALL"
        " SELECT k.done_on FROM contact k WHERE k.customer_id = ? AND k.state = 'done') AS d) WHERE id = ?",
        [(number, number, number, number) for number in customers],
    )
    database.execute_many(
        "UPDATE contact AS k SET state = 'planned', state_reason = '', done_on = NULL WHERE k.customer_id = ?"
        " AND k.state = 'expired' AND k.state_reason = ? AND k.key = (SELECT 'rhythm:' || CAST(c.id AS TEXT) || ':' ||"
        " CAST(COALESCE(c.last_contact, c.registered_on) AS TEXT) FROM customer c WHERE c.id = k.customer_id)",
        [(number, Expired.RESTARTED.value) for number in customers],
    )
