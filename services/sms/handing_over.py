"""The file for the shop's SMS platform: written once, the trail before the file, the same file when asked again.

A batch is exported in one transaction that turns its messages from queued to handed over and keeps the file's SHA-256;
the file is moved into place only then. Whoever is killed between the two has an exported batch without a file and gets
the very same file by exporting again; nobody can hold a file of which the books do not know.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models import database
from models.kinds import BatchState, Code, Role, SmsState
from services import journal
from services.errors import Refused
from services.files import replacing
from services.rights import Right, require
from services.shop import Shop
from services.sms import last_look
from services.sms.batches import wrong_state
from services.sms.platform_file import Line, Paper, write
from services.sms.reading import Batch, batch, exclusive
from services.words import N_

ENDINGS = (".xlsx", ".csv")


class Layout(Code):
    """How the platform wants its file."""

    ROWS = "rows"
    """One line a number: number, text, group of the same text."""
    GROUPED = "grouped"
    """One line a text: its numbers together."""


@dataclass(frozen=True)
class HandedOver:
    """What was written."""

    batch: Batch
    file: str
    sha256: str
    numbers: int
    texts: int
    dropped: dict[str, int]
    """Who was taken out at the last moment, by `SmsSkip`."""
    again: bool
    """The batch was exported before: this is the same file, and must not be uploaded twice."""
    first_on: date
    left_since: int
    """Refused since the first export: not in this file, and to be taken out on the platform."""


def export(shop: Shop, batch_id: int, target: Path | str, layout: Layout | None = None) -> HandedOver:
    """Writes the file of a reviewed batch, .xlsx or .csv. Raises Refused, Unavailable.

    What changed since the batch was made is looked at once more: who refused, was contacted or has another number is
    dropped. A batch exported before gives the same file again, in the form of the first time.
    """
    require(shop, Right.EXPORT)
    target = Path(target)
    with replacing(target, exact=True) as beside, database.database.atomic():
        exclusive()
        found = _row(batch_id)
        again = found.state is BatchState.EXPORTED
        if not again and found.state is not BatchState.REVIEWED:
            raise wrong_state(batch_id)
        if restored_since(batch_id):
            raise Refused(
                "第 {id} 批之后恢复过备份，它可能已经发过。请先问清楚平台，再取消这一批，重新准备。",
                id=batch_id,
            )
        ending = _checked_ending(target)
        form = layout or found.layout or Layout.ROWS
        if again and (form is not found.layout or ending != found.ending):
            raise Refused(
                "第 {id} 批已经导出为 {layout}{ending}；再导出只能是同样的文件，免得发两遍。",
                id=batch_id,
                layout=(found.layout or form).value,
                ending=found.ending,
            )
        dropped = {} if again else _drop_late(shop, batch_id)
        lines, refused = _lines(batch_id, again)
        if not lines:
            raise Refused("第 {id} 批里已经没有可以发的人了。请取消它，重新准备。", id=batch_id)
        _within_limit(shop, len(lines))
        paper = Paper(batch_id, found.send_at, found.by if again else _name(shop), found.on or shop.today())
        write(beside, ending, lines, grouped=form is Layout.GROUPED, paper=paper)
        digest = hashlib.sha256(beside.read_bytes()).hexdigest()
        if not again:
            _hand_over(shop, batch_id, form)
        database.execute(
            "UPDATE sms_batch SET file = ?, sha256 = ? WHERE id = ?",
            (str(target.resolve()), digest, batch_id),
        )
        body = {
            "rows": len(lines),
            "file": target.name,
            "sha256": digest,
            "again": int(again),
            "layout": form.value,
        }
        journal.note(shop, "export.sms", "sms_batch", batch_id, body={**body, "dropped": dropped})
    texts = len({line.text for line in lines})
    first_on = found.on or shop.today()
    seen = batch(shop, batch_id)
    return HandedOver(seen, str(target), digest, len(lines), texts, dropped, again, first_on, refused)


@dataclass(frozen=True)
class _Row:
    state: BatchState
    send_at: str
    layout: Layout | None
    ending: str
    on: date | None
    by: str


def _row(batch_id: int) -> _Row:
    found = database.row(
        "SELECT b.state, b.send_at, b.layout, b.file, b.exported_on, COALESCE(u.name, '') FROM sms_batch b"
        " LEFT JOIN staff_user u ON u.id = b.exported_by_id WHERE b.id = ?",
        (batch_id,),
    )
    if found is None:
        raise wrong_state(batch_id)
    layout = Layout(found[2]) if found[2] else None
    ending = Path(found[3]).suffix.lower()
    return _Row(BatchState(found[0]), found[1], layout, ending, database.as_day(found[4]), found[5])


def _name(shop: Shop) -> str:
    return shop.actor.name if shop.actor else ""


def _checked_ending(target: Path) -> str:
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise Refused(N_("只能导出为 .xlsx 或 .csv，请改文件名“{file}”的扩展名。"), file=target.name)
    return ending


def _within_limit(shop: Shop, n: int) -> None:
    """A manager takes no more numbers out of the shop by this way than by an export (spec 09, 79)."""
    most = shop.policy.safety.manager_export_rows
    if shop.role is not Role.OWNER and n > most:
        raise Refused(N_("共有 {n} 行，店长一次最多导出 {most} 行。请店主登录后导出。"), n=n, most=most)


def restored_since(batch_id: int) -> bool:
    """The books went back to a backup after this batch was made: what was sent since is not known here."""
    return bool(
        database.row(
            "SELECT 1 FROM journal_entry WHERE act = 'restored' AND id > (SELECT MAX(id) FROM journal_entry"
            " WHERE act = 'sms.batch_made' AND entity_id = ?)",
            (batch_id,),
        )
    )


def _drop_late(shop: Shop, batch_id: int) -> dict[str, int]:
    """Looks at every recipient once more, at the last moment. Returns how many were dropped for which reason."""
    dropped = last_look.look(shop, "s.batch_id = ? AND s.state = 'queued'", (batch_id,))
    last_look.drop(shop, dropped)
    return dict(Counter(skip.value for skip in dropped.values()))


def _lines(batch_id: int, again: bool) -> tuple[list[Line], int]:
    """What stands in the file; and how many of a batch exported before refused since."""
    state = SmsState.HANDED_OVER if again else SmsState.QUEUED
    found = database.rows(
        "SELECT s.number, s.text, EXISTS (SELECT 1 FROM opt_out o WHERE o.customer_id = s.customer_id"
        " AND o.channel = 'sms') FROM sms_message s WHERE s.batch_id = ? AND s.state = ? ORDER BY s.id",
        (batch_id, state.value),
    )
    return [Line(row[0], row[1]) for row in found if not row[2]], sum(bool(row[2]) for row in found)


def _hand_over(shop: Shop, batch_id: int, layout: Layout) -> None:
    today = shop.today()
    database.execute(
        "UPDATE sms_batch SET state = 'exported', exported_by_id = ?, exported_on = ?, exported_at = ?, layout = ?"
        " WHERE id = ?",
        (shop.who, today, database.moment_value(shop.clock.now()), layout.value, batch_id),
    )
    database.execute(
        "UPDATE sms_message SET state = 'handed_over', handed_over_on = ? WHERE batch_id = ? AND state = 'queued'",
        (today, batch_id),
    )
