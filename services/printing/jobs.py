"""Printing for the shop: prepare, record for whom, print or save, resume after a jam."""

from __future__ import annotations

from pathlib import Path

from services.files import replacing
from services.printing.ledger import items, job_of, posted, printed, recent, record
from services.printing.prepare import prepare
from services.printing.rows import ItemRow, JobRow, Prepared, PrintResult, Wanted
from services.progress import Progress, silent
from services.rights import Right, require
from services.shop import Shop

__all__ = [
    "ItemRow",
    "JobRow",
    "Prepared",
    "PrintResult",
    "Wanted",
    "items",
    "job_of",
    "make",
    "posted",
    "prepare",
    "printed",
    "recent",
    "record",
    "save",
]


def make(shop: Shop, wanted: Wanted, out: Path | str, progress: Progress = silent) -> PrintResult:
    """Draws what is wanted and saves it as PDF, recorded. Raises Refused, Unavailable, Cancelled."""
    return save(shop, prepare(shop, wanted, progress), out, progress)


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
                       str(out) if job.count else "", job.cut, job.copies, job.left_out)  # fmt: skip
