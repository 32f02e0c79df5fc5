"""For whom a job is: the pieces that `Wanted` names, in the order of printing, and who is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from models import database
from models.kinds import PrintKind
from services.errors import Refused
from services.printing import bench, enclosures, ledger, recipients
from services.printing.recipients import Recipient
from services.printing.rows import JobRow, Prepared, Wanted
from services.shop import Shop

LAYOUTS = {
    PrintKind.CARD: "A6",
    PrintKind.LABEL: "3x8",
    PrintKind.ENVELOPE: "DL",
    PrintKind.GIFT_LABEL: "3x7",
    PrintKind.SHEET: "packing",
    PrintKind.SLIP: enclosures.VOUCHERS,
}
"""What is taken when nobody said otherwise."""
TO_ADDRESSES = (PrintKind.LABEL, PrintKind.ENVELOPE)


def job_of(shop: Shop, wanted: Wanted) -> Prepared:
    """The job with its pieces, not drawn yet. Raises Refused for a span, a piece or a job that makes no sense."""
    if wanted.job_id and not wanted.only:
        return _rest(shop, wanted)
    first, last = wanted.first or date.min, wanted.last or date.min
    layout = wanted.layout or LAYOUTS[wanted.kind]
    left_out: tuple[Recipient, ...] = ()
    if wanted.job_id:
        row = ledger.job_of(shop, wanted.job_id)
        pieces = _pieces(shop, row)
        _check_pieces(wanted.only, row)
        pieces = [pieces[position - 1] for position in wanted.only]
        first, last, layout = row.first or first, row.last or last, wanted.layout or row.layout
    elif wanted.customers:
        pieces, refusing = recipients.of_customers(shop, wanted.customers, wanted.occasion, wanted.first)
        first = last = wanted.first or shop.today()
        left_out = tuple(refusing)
    elif wanted.letters or wanted.letters_on:
        pieces = bench.pieces(shop, wanted.letters_on or shop.today(), wanted.letters, wanted.kind)
        days = [one.day for one in pieces] or [shop.today()]
        first, last = min(days), max(days)
    elif wanted.kind == PrintKind.GIFT_LABEL:
        pieces = recipients.with_gifts(shop, first, last, wanted.occasion)
    else:
        pieces = recipients.in_span(shop, first, last, wanted.occasion)
    job = Prepared(wanted.kind, layout, first, last, wanted.occasion, tuple(pieces), left_out=left_out,
                   start=wanted.start, boxes=wanted.boxes)  # fmt: skip
    return _slice(_addressed(job), wanted)


def _addressed(job: Prepared) -> Prepared:
    """Who has no address gets no label and no envelope, and is listed."""
    if job.kind not in TO_ADDRESSES:
        return job
    lacking = tuple(one for one in job.recipients if not one.address.strip())
    if not lacking:
        return job
    kept = tuple(one for one in job.recipients if one.address.strip())
    return replace(job, recipients=kept, missing_addresses=lacking)


def _slice(job: Prepared, wanted: Wanted) -> Prepared:
    """Pieces `from_item` to `to_item` of a new job: only these are printed and recorded."""
    last = len(job.recipients)
    begin, end = wanted.from_item or 1, wanted.to_item or last
    if not last or (begin == 1 and end >= last):
        return job
    if not 1 <= begin <= min(end, last):
        raise Refused("一共 {n} 份，不能从第 {begin} 份印到第 {end} 份。", field="from_item", n=last, begin=begin,
                      end=end)  # fmt: skip
    return replace(job, recipients=job.recipients[begin - 1 : end])


def _rest(shop: Shop, wanted: Wanted) -> Prepared:
    """What a recorded job still lacks: from piece `from_item`, else from the first unprinted."""
    row = ledger.job_of(shop, wanted.job_id)
    if row.kind not in LAYOUTS:
        raise Refused("这种打印任务不能续印，请重新打印。")
    begin = wanted.from_item or row.printed + 1
    if not 1 <= begin <= row.pieces:
        raise Refused("第 {id} 号打印任务共 {n} 份，已全部印完；要重印请指定从第几份开始。", field="from_item",
                      id=row.id, n=row.pieces)  # fmt: skip
    first, last = row.first or date.min, row.last or date.min
    return Prepared(row.kind, row.layout, first, last, row.occasion, tuple(_pieces(shop, row)), start=wanted.start,
                    from_item=begin, job_id=row.id, boxes=wanted.boxes)  # fmt: skip


def _pieces(shop: Shop, row: JobRow) -> list[Recipient]:
    sql = "SELECT customer_id, occasion, day FROM print_item WHERE job_id = ? ORDER BY position"
    items = [(r[0], r[1], database.as_day(r[2])) for r in database.rows(sql, (row.id,))]
    found = recipients.of_items(shop, items, gifts=row.kind == PrintKind.GIFT_LABEL)
    if row.kind == PrintKind.SLIP:
        return enclosures.with_vouchers(found)
    return enclosures.with_enclosures(found) if row.kind == PrintKind.SHEET else found


def _check_pieces(positions: Sequence[int], row: JobRow) -> None:
    wrong = [position for position in positions if not 1 <= position <= row.pieces]
    if wrong:
        raise Refused("第 {id} 号打印任务只有 {n} 份，没有第 {piece} 份。", field="from_item", id=row.id, n=row.pieces,
                      piece=wrong[0])  # fmt: skip
