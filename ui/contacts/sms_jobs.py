"""What the windows of short messages ask of the services, imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop
    from services.sms.collecting import Collected
    from services.sms.confirming import Confirmed
    from services.sms.handing_over import HandedOver
    from services.sms.reading import Batch, Message
    from services.sms.replies import Answer
    from services.sms.resolving import Unknown
    from services.sms.sending import Sent
    from services.sms.templates import Template


def batches(shop: Shop, _progress: Progress) -> list[Batch]:
    from services.sms import reading

    return reading.batches(shop)


def messages(shop: Shop, batch_id: int, _progress: Progress) -> list[Message]:
    from services.sms import reading

    return reading.messages(shop, batch_id)


def prepare(shop: Shop, source: str, template: str, at: str, keep_tired: bool, progress: Progress) -> Batch:
    """`source`: the name of a filter; empty: the schedule's messages that are due."""
    from services.sms import batches

    if source:
        return batches.make_for_filter(shop, source, template, at, progress, keep_tired=keep_tired)
    return batches.make_due(shop, template, at, progress)


def tired(shop: Shop, source: str, template: str, progress: Progress) -> int:
    """How many of the filter heard nothing but promotion lately, if the text is promotion."""
    from services.sms import batches

    return batches.tired_of(shop, source, template, progress) if source and template else 0


def starters(shop: Shop, _progress: Progress) -> list[Template]:
    from services.sms import templates

    return templates.starters(shop)


def review(shop: Shop, batch_id: int, _progress: Progress) -> Batch:
    from services.sms import batches

    return batches.review(shop, batch_id)


def unreview(shop: Shop, batch_id: int, _progress: Progress) -> Batch:
    from services.sms import batches

    return batches.unreview(shop, batch_id)


def cancel(shop: Shop, batch_id: int, _progress: Progress) -> Batch:
    from services.sms import batches

    return batches.cancel(shop, batch_id)


def export(shop: Shop, batch_id: int, path: str, _progress: Progress) -> HandedOver:
    """In the form of the first time, where the batch was exported before."""
    from services.sms import handing_over

    return handing_over.export(shop, batch_id, Path(path))


def all_sent(shop: Shop, batch_id: int, _progress: Progress) -> Confirmed:
    from services.sms import confirming

    return confirming.all_sent(shop, batch_id)


def none_sent(shop: Shop, batch_id: int, _progress: Progress) -> Confirmed:
    from services.sms import confirming

    return confirming.none_sent(shop, batch_id)


def by_file(shop: Shop, batch_id: int, path: str, progress: Progress) -> Confirmed:
    from services.sms import confirming

    return confirming.by_file(shop, batch_id, path, progress)


def undo(shop: Shop, batch_id: int, _progress: Progress) -> Batch:
    from services.sms import confirming

    return confirming.undo(shop, batch_id)


def templates(shop: Shop, _progress: Progress) -> list[Template]:
    from services.sms import templates

    return templates.templates(shop)


def choices(shop: Shop) -> tuple[list[str], list[str]]:
    """The names of the filters and of the texts in use, for a new batch."""
    from services.filters import saved, usual
    from services.sms import templates
    from services.words import _

    filters = [one.name for one in saved.saved(shop)] + [_(one.words) for one in usual.usual(shop)]
    return filters, [one.name for one in templates.in_use(shop)]


# ---- through the gateway


def has_gateway(shop: Shop) -> bool:
    """Whether batches can go out by themselves."""
    from services.sms import account

    return account.read(shop) is not None


def send(shop: Shop, batch_id: int, again: bool, progress: Progress) -> Sent:
    """`again`: goes on with one that stopped on its way."""
    from services.sms import sending

    return sending.send(shop, batch_id, again=again, progress=progress)


def collect(shop: Shop, progress: Progress) -> Collected:
    from services.sms import collecting

    return collecting.collect(shop, progress=progress)


def look(shop: Shop, _progress: Progress) -> int:
    """A sending that died is cleared up: what it left without an answer is unknown."""
    from services.sms import collecting

    return collecting.look(shop)


def unknown(shop: Shop, batch_id: int, _progress: Progress) -> list[Unknown]:
    from services.sms import resolving

    return resolving.unknown(shop, batch_id)


def resolve(shop: Shop, batch_id: int, way: str, messages: list[int], _progress: Progress) -> Batch:
    from services.sms import resolving

    return resolving.resolve(shop, batch_id, resolving.Way(way), messages)


def stop(shop: Shop, batch_id: int, _progress: Progress) -> Batch:
    from services.sms import resolving

    return resolving.stop(shop, batch_id)


def replies(shop: Shop, _progress: Progress) -> list[Answer]:
    from services.sms import replies

    return replies.recent(shop)
