"""Whom a campaign is for: the conditions of a filter, or chosen customers, kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from models import database
from services.errors import Refused
from services.filters import saved
from services.filters.sql import clause
from services.rules import filters as rules
from services.rules.filters import Filter
from services.shop import Shop
from services.words import _

_CHUNK = 5_000
CHOSEN_MOST = 20_000
"""Customers chosen one by one; more are better described by a filter."""


@dataclass(frozen=True)
class Segment:
    """A filter with its name, or ids. Empty: everybody on file and not lost."""

    filter: Filter = Filter()
    name: str = ""
    ids: tuple[int, ...] = ()

    @property
    def chosen(self) -> bool:
        return bool(self.ids)

    def words(self) -> str:
        """`筛选“生日本月”`, `选出的 12 位客户`."""
        if self.chosen:
            return _("选出的 {n} 位客户").format(n=f"{len(self.ids):,}")
        if self.name:
            return _("筛选“{name}”").format(name=self.name)
        return _("按条件筛选的客户") if self.filter.conditions else _("全部有效客户")


def of_filter(shop: Shop, name: str) -> Segment:
    """The customers of a kept or shipped filter, as its conditions stand now. Raises Refused."""
    return Segment(saved.by_name(shop, name), name.strip())


def of_ids(ids: Sequence[int]) -> Segment:
    """Chosen customers, each once. Raises Refused for none or too many."""
    found = tuple(dict.fromkeys(int(one) for one in ids))
    if not found:
        raise Refused("没有选中客户。", field="segment")
    if len(found) > CHOSEN_MOST:
        raise Refused("一次最多选 {most} 位客户；更多的请用筛选。", most=CHOSEN_MOST, field="segment")
    return Segment(ids=found)


def to_json(segment: Segment) -> str:
    if segment.chosen:
        return json.dumps({"ids": segment.ids}, separators=(",", ":"))
    found: dict[str, Any] = {"filter": json.loads(rules.to_json(segment.filter))}
    return json.dumps({**found, "name": segment.name}, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Segment:
    """Raises Refused where a newer program wrote what this one does not understand."""
    plain = json.loads(text or "{}")
    if plain.get("ids"):
        return Segment(ids=tuple(plain["ids"]))
    wanted = rules.from_json(json.dumps(plain["filter"])) if plain.get("filter") else Filter()
    return Segment(wanted, str(plain.get("name", "")))


def parts(shop: Shop, segment: Segment) -> Iterator[tuple[str, list[Any]]]:
    """Conditions over `customer c` that together name the segment, each customer in one of them."""
    if not segment.chosen:
        yield clause(shop, segment.filter)
        return
    for at in range(0, len(segment.ids), _CHUNK):
        some = segment.ids[at : at + _CHUNK]
        yield f"c.id IN ({database.marks(some)})", list(some)
