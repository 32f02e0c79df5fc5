"""Printing for the shop: prepare, record for whom, print or save, resume after a jam."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from services.files import replacing
from services.printing.ledger import job_of, posted, printed, recent, record
from services.printing.prepare import (
    card_texts,
    prepare_cards,
    prepare_envelopes,
    prepare_gift_labels,
    prepare_labels,
    prepare_rest,
)
from services.printing.rows import JobRow, Prepared, PrintResult
from services.progress import Progress, silent
from services.rights import Right, require
from services.shop import Shop

__all__ = [
    "JobRow",
    "PrintResult",
    "Prepared",
    "card_texts",
    "cards",
    "envelopes",
    "gift_labels",
    "job_of",
    "labels",
    "posted",
    "prepare_cards",
    "prepare_envelopes",
    "prepare_gift_labels",
    "prepare_labels",
    "prepare_rest",
    "printed",
    "recent",
    "record",
    "resume",
    "save",
]


def save(shop: Shop, job: Prepared, out: Path | str, progress: Progress = silent) -> PrintResult:
    """Records the job and writes its PDF; without pieces nothing is written. Raises Unavailable, Refused."""
    require(shop, Right.PRINT)
    number = 0
    if job.count:
        number = record(shop, job, str(out))
        with replacing(out) as temporary:
            temporary.write_bytes(job.pdf)
        printed(shop, number, len(job.recipients))
    progress(job.pages, job.pages)
    return PrintResult(job.count, job.pages, job.missing_glyphs, job.missing_addresses, number,
                       str(out) if job.count else "", job.cut, job.copies)  # fmt: skip


def cards(
    shop: Shop,
    first: date,
    last: date,
    occasion: str | None = None,
    layout: str = "A6",
    out: Path | str = "cards.pdf",
    *,
    progress: Progress = silent,
) -> PrintResult:
    """Saves the greeting cards of a span as PDF (seeds/002 四.4, 四.5)."""
    return save(shop, prepare_cards(shop, first, last, occasion, layout, progress=progress), out, progress)


def labels(
    shop: Shop,
    first: date,
    last: date,
    occasion: str | None = None,
    layout: str = "3x8",
    out: Path | str = "labels.pdf",
    *,
    start: int = 1,
    progress: Progress = silent,
) -> PrintResult:
    """Saves the address labels of a span as PDF."""
    return save(
        shop,
        prepare_labels(shop, first, last, occasion, layout, start=start, progress=progress),
        out,
        progress,
    )


def gift_labels(
    shop: Shop,
    first: date,
    last: date,
    occasion: str | None = None,
    layout: str = "3x7",
    out: Path | str = "gift-labels.pdf",
    *,
    start: int = 1,
    progress: Progress = silent,
) -> PrintResult:
    """Saves a label for each approved gift of a span as PDF."""
    job = prepare_gift_labels(shop, first, last, occasion, layout, start=start, progress=progress)
    return save(shop, job, out, progress)


def envelopes(
    shop: Shop,
    first: date,
    last: date,
    occasion: str | None = None,
    layout: str = "DL",
    out: Path | str = "envelopes.pdf",
    *,
    boxes: bool = True,
    progress: Progress = silent,
) -> PrintResult:
    """Saves the envelopes of a span as PDF."""
    return save(
        shop,
        prepare_envelopes(shop, first, last, occasion, layout, boxes=boxes, progress=progress),
        out,
        progress,
    )


def resume(
    shop: Shop,
    job_id: int,
    out: Path | str,
    from_item: int | None = None,
    *,
    start: int = 1,
    progress: Progress = silent,
) -> PrintResult:
    """Saves the rest of a recorded job as PDF, from piece `from_item` on, with no overlap."""
    return save(shop, prepare_rest(shop, job_id, from_item, start=start, progress=progress), out, progress)
