"""Jobs for a span of days, as tests want them: one short call each."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from models.kinds import PrintKind
from services.printing import jobs
from services.printing.jobs import Prepared, PrintResult, Wanted


def _wanted(kind: PrintKind, first: date, last: date, occasion: str | None, more: dict[str, Any]) -> Wanted:
    return Wanted(kind, first=first, last=last, occasion=occasion or "", **more)


def prepare_cards(shop: Any, first: date, last: date, occasion: str | None = None, **more: Any) -> Prepared:
    return jobs.prepare(shop, _wanted(PrintKind.CARD, first, last, occasion, more))


def prepare_labels(shop: Any, first: date, last: date, occasion: str | None = None, **more: Any) -> Prepared:
    return jobs.prepare(shop, _wanted(PrintKind.LABEL, first, last, occasion, more))


def prepare_envelopes(
    shop: Any, first: date, last: date, occasion: str | None = None, **more: Any
) -> Prepared:
    return jobs.prepare(shop, _wanted(PrintKind.ENVELOPE, first, last, occasion, more))


def prepare_gift_labels(
    shop: Any, first: date, last: date, occasion: str | None = None, **more: Any
) -> Prepared:
    return jobs.prepare(shop, _wanted(PrintKind.GIFT_LABEL, first, last, occasion, more))


def prepare_rest(shop: Any, job_id: int, from_item: int = 0) -> Prepared:
    return jobs.prepare(shop, Wanted(PrintKind.LABEL, job_id=job_id, from_item=from_item))


def cards(shop: Any, *span: Any, out: Path | str, **more: Any) -> PrintResult:
    return jobs.save(shop, prepare_cards(shop, *span, **more), out)


def labels(shop: Any, *span: Any, out: Path | str, **more: Any) -> PrintResult:
    return jobs.save(shop, prepare_labels(shop, *span, **more), out)


def envelopes(shop: Any, *span: Any, out: Path | str, **more: Any) -> PrintResult:
    return jobs.save(shop, prepare_envelopes(shop, *span, **more), out)


def gift_labels(shop: Any, *span: Any, out: Path | str, **more: Any) -> PrintResult:
    return jobs.save(shop, prepare_gift_labels(shop, *span, **more), out)


def resume(shop: Any, job_id: int, out: Path | str, from_item: int = 0) -> PrintResult:
    return jobs.save(shop, prepare_rest(shop, job_id, from_item), out)
