"""The next best answers for a line, each one key away: the same rule that proposed it, ranked (spec 03, step 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models import database
from models.kinds import LineStatus
from services import stock
from services.errors import Refused
from services.gifts.choose import choose_gifts, had_lately, limits_of, parts_of
from services.gifts.decide import line_of
from services.gifts.rows import LineRow
from services.rights import Right, require
from services.rules import gifts as rules
from services.rules.gift_choice import Chooser, Part
from services.shop import Shop

_OPEN = (LineStatus.DRAFT, LineStatus.RETURNED)


@dataclass(frozen=True)
class Pick:
    """One whole answer for the occasion of a line; cost in fen."""

    gift_ids: tuple[int, ...]
    names: tuple[str, ...]
    total: int
    liked: bool
    reason: str
    """Facts for `reason_words`"""

    @property
    def words(self) -> str:
        """`羊毛围巾 + 香皂礼盒`"""
        return " + ".join(self.names)


def picks(shop: Shop, line_id: int, most: int = 3) -> list[Pick]:
    """The best answers other than the present one, the best first.

    None for lines that are decided, for special customers (the owner chooses freely) and fixed standards.
    """
    require(shop, Right.SEE)
    line = line_of(line_id)
    parts = parts_of(line)
    limits = limits_of(shop, line)
    if line.special or limits.owner_decides or any(one.status not in _OPEN for one in parts):
        return []
    own = {one.gift_id for one in parts if one.gift_id is not None}
    items = stock.catalogue(shop)
    chooser = Chooser([item.facts() for item in items], shop.policy.gifts)
    free = chooser.mask(item.id for item in items if item.available > 0 or item.id in own)
    had = chooser.mask(had_lately(shop, line.customer_id) - own)
    found = [_pick(answer) for answer in chooser.ranked(limits, free, had, _likes(chooser, line), most + 1)]
    return [one for one in found if set(one.gift_ids) != own][:most]


def pick(shop: Shop, line_id: int, gift_ids: tuple[int, ...]) -> list[LineRow]:
    """Takes one of the `picks` for all parts of the line's occasion. Refused when it is none of them any more."""
    require(shop, Right.PLAN_GIFTS)
    line = line_of(line_id)
    rules.check_step("choose", line.status)
    for one in picks(shop, line_id, most=9):
        if set(one.gift_ids) == set(gift_ids):
            return choose_gifts(shop, line_id, one.gift_ids, one.reason)
    raise Refused("这个方案刚刚用不上了：库存或标准变了。请看新的方案。", field="gift")


def _pick(answer: tuple[Part, ...]) -> Pick:
    gifts = [part.gift for part in answer if part.gift is not None]
    total = sum(gift.cost for gift in gifts)
    liked = any('"liked"' in part.reason for part in answer)
    return Pick(
        tuple(one.id for one in gifts), tuple(one.name for one in gifts), total, liked, answer[0].reason
    )


def _likes(chooser: Chooser, line: LineRow) -> frozenset[str]:
    sql = "SELECT colours, styles, looks FROM customer WHERE id = ?"
    texts = database.row(sql, (line.customer_id,)) or ("", "", "")
    return chooser.suited(re.split(r"[、,，;；\s]+", " ".join(texts)))
