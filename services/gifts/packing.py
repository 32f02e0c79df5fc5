"""Packing (礼品的包装, seeds/002 四.3): what is to be packed by which day, ticked piece by piece, and the list on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from models import database
from models.kinds import Handover
from services import calendar, journal
from services.errors import Refused
from services.gifts.decide import _note
from services.gifts.parcels import ParcelRow, change, parcels
from services.rights import Right, require
from services.shop import Shop

_OPEN = "l.status = 'approved' AND l.live = 1 AND l.gift_id IS NOT NULL"
AHEAD = 60
"""Days looked ahead for days with gifts to pack."""


@dataclass(frozen=True)
class PackDay:
    """A posting or hand-out day. What should have gone out before today counts to today."""

    day: date
    pieces: int
    packed: int


def hand_out_day(shop: Shop, due: date, handover: str) -> date:
    """When a gift leaves: what goes by post is posted ahead, like the cards; all else on the day itself."""
    policy = shop.policy.posting
    if handover != Handover.POST:
        return due
    return calendar.posting_day(due, policy.lead_days, policy.skip_sundays_and_holidays)


def pack_days(shop: Shop) -> list[PackDay]:
    """The days with gifts to pack, from today on."""
    require(shop, Right.SEE)
    sums: dict[date, list[int]] = {}
    for due, handover, pieces, packed in _groups(shop):
        day = max(shop.today(), hand_out_day(shop, due, handover))
        one = sums.setdefault(day, [0, 0])
        one[0] += pieces
        one[1] += packed
    return [PackDay(day, *sums[day]) for day in sorted(sums)]


def _groups(shop: Shop) -> list[tuple[date, str, int, int]]:
    last = shop.today() + timedelta(days=AHEAD)
    sql = (
        "SELECT l.due, l.handover, COUNT(*), COUNT(p.packed_on) FROM plan_line l"
        f" LEFT JOIN gift_parcel p ON p.line_id = l.id WHERE {_OPEN} AND l.due <= ? GROUP BY l.due, l.handover"
    )
    found = database.rows(sql, (database.day_value(last),))
    return [(database.as_day(row[0]) or last, row[1], int(row[2]), int(row[3])) for row in found]


def to_pack(shop: Shop, day: date) -> list[ParcelRow]:
    """The gifts that leave on `day`, and on today also those that should have left before; by way, then name."""
    wanted = [
        (due, handover)
        for due, handover, _pieces, _packed in _groups(shop)
        if max(shop.today(), hand_out_day(shop, due, handover)) == day
    ]
    ids: list[int] = []
    for due, handover in wanted:
        sql = f"SELECT l.id FROM plan_line l WHERE {_OPEN} AND l.due = ? AND l.handover = ?"
        ids += [found[0] for found in database.rows(sql, (database.day_value(due), handover))]
    rows = [row for row in parcels(shop, ids) if row is not None]
    return sorted(rows, key=lambda row: (row.handover, row.due, row.card_no, row.part))


def pack(shop: Shop, line_ids: Sequence[int]) -> list[int]:
    """Ticks gifts as packed. Returns those that were not ticked before."""
    require(shop, Right.ISSUE_GIFT)
    with database.database.atomic():
        rows = [row for row in parcels(shop, line_ids) if row is not None]
        ids = [row.id for row in rows if row.packed_on is None and row.status == "approved"]
        if not ids:
            raise Refused("这几件已经装好，或已经发放。")
        today = database.day_value(shop.today())
        change(ids, "packed_on = ?, packed_by_id = ?", (today, shop.who), "packed_on IS NULL")
        _note(shop, "gift.packed", None, ids)
    return ids


def unpack(shop: Shop, line_ids: Sequence[int]) -> None:
    """Takes ticks back."""
    require(shop, Right.ISSUE_GIFT)
    with database.database.atomic():
        rows = [row for row in parcels(shop, line_ids) if row is not None]
        ids = [row.id for row in rows if row.packed_on is not None]
        if not ids:
            raise Refused("这几件还没有装好。")
        change(ids, "packed_on = NULL, packed_by_id = NULL", ())
        _note(shop, "gift.unpacked", None, ids)


def pdf(shop: Shop, day: date) -> bytes:
    """The check-list of a day as an A4 PDF. Refused when nothing leaves on it."""
    from services.printing import gift_packing

    require(shop, Right.PRINT)
    rows = to_pack(shop, day)
    if not rows:
        raise Refused("{day} 没有要装的礼品。", day=day.isoformat(), field="day")
    drawn = gift_packing.draw(
        rows, shop.policy.gifts.packing, shop_name=shop.info.name, day=day, printed_on=shop.today()
    )
    return drawn.paper.bytes()


def printed(shop: Shop, day: date) -> None:
    """Writes to the journal that the list went to a printer or a file."""
    require(shop, Right.PRINT)
    with database.database.atomic():
        journal.note(shop, "gift.packing_printed", "gift_plan", None, body={"day": day.isoformat()})


def write(shop: Shop, day: date, out: Path | str) -> int:
    """Saves the check-list as PDF. Returns its gifts. Raises Refused, Unavailable."""
    from services.files import replacing

    made = pdf(shop, day)
    with replacing(out) as temporary:
        temporary.write_bytes(made)
    printed(shop, day)
    return len(to_pack(shop, day))
