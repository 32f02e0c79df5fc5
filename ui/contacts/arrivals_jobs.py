"""What the page of new arrivals asks of the services, imported when it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.arrivals import Arrival
    from services.arrivals_find import Found
    from services.arrivals_plan import Planned
    from services.arrivals_rows import Suited
    from services.progress import Progress
    from services.shop import Shop
    from services.sms.reading import Batch


@dataclass(frozen=True)
class Shown:
    """What came in lately, and the texts a batch may use."""

    arrivals: list[Arrival]
    templates: list[str]


def load(shop: Shop, _progress: Progress) -> Shown:
    from models.kinds import Topic
    from services import arrivals
    from services.sms import templates

    names = [one.name for one in templates.in_use(shop) if one.topic is Topic.NEW_ARRIVALS]
    return Shown(arrivals.recent(shop), names)


def last(shop: Shop, item_no: str, _progress: Progress) -> Arrival | None:
    from services import arrivals

    return arrivals.last(shop, item_no)


def add(shop: Shop, values: Mapping[str, Any], _progress: Progress) -> Arrival:
    from services import arrivals

    return arrivals.add(shop, **values)


def remove(shop: Shop, arrival_id: int, removed: bool, _progress: Progress) -> Arrival:
    from services import arrivals

    return arrivals.remove(shop, arrival_id, removed)


def find(shop: Shop, arrival_ids: Sequence[int], keep_tired: bool, progress: Progress) -> Found:
    from services import arrivals_find

    return arrivals_find.find(shop, arrival_ids, keep_tired=keep_tired, progress=progress)


def plan(shop: Shop, rows: Sequence[Suited], texts: Mapping[int, str], _progress: Progress) -> Planned:
    from services import arrivals_plan

    return arrivals_plan.plan(shop, rows, texts)


def unplan(shop: Shop, done: Planned, _progress: Progress) -> int:
    from services import arrivals_plan

    return arrivals_plan.unplan(shop, done)


def batch(shop: Shop, rows: Sequence[Suited], template: str, keep_tired: bool, progress: Progress) -> Batch:
    from services.sms import batches
    from services.words import _

    return batches.make_for(
        shop,
        [one.id for one in rows],
        template,
        named=_("新货找人"),
        keep_tired=keep_tired,
        progress=progress,
    )


def paper(shop: Shop, rows: Sequence[Suited], goods: Sequence[Any], _progress: Progress) -> bytes:
    from services import arrivals_list_pdf

    return arrivals_list_pdf.paper(shop, rows, goods)


def export(
    shop: Shop, path: str, rows: Sequence[Suited], texts: Mapping[int, str], _progress: Progress
) -> int:
    from services import arrivals_plan

    return arrivals_plan.export(shop, path, rows, texts)
