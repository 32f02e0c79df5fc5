"""New goods and the customer they suit: points for what the books tell, each with its reason (spec 04, 06 "Customise").

Decisions where the sources leave room:
- The size on file leads: where the goods came in sizes of the same kind (S M L, or numbers) and not in this one, they
  are no use to the customer, whatever was bought once. Without a size on file the bought ones speak.
- What somebody told us counts most, then what they like, then what they bought; a price near the usual one only helps.
- Points only order the list. A customer is named when they reach the policy's least number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from models.kinds import Code
from services.rules import sizes

_SERIES = re.compile(r"[A-Z]{1,3}(?=-?\d)")


class ArrivalRules(Protocol):
    """What these rules need of the policy (`policy.arrivals`): points, and how many pieces count."""

    @property
    def least(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def size_most(self) -> int: ...
    @property
    def size_on_file(self) -> int: ...
    @property
    def kind(self) -> int: ...
    @property
    def kind_most(self) -> int: ...
    @property
    def kind_liked(self) -> int: ...
    @property
    def colour_liked(self) -> int: ...
    @property
    def look_liked(self) -> int: ...
    @property
    def price_near(self) -> int: ...
    @property
    def wished(self) -> int: ...
    @property
    def tried(self) -> int: ...


class Fit(Code):
    """Whether the goods came in a size of this customer."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Because(Code):
    """Why goods suit somebody."""

    WISHED = "wished"
    KIND_LIKED = "kind_liked"
    COLOUR_LIKED = "colour_liked"
    LOOK_LIKED = "look_liked"
    SIZE_BOUGHT = "size_bought"
    KIND_BOUGHT = "kind_bought"
    TRIED = "tried"
    SIZE_ON_FILE = "size_on_file"
    PRICE_NEAR = "price_near"


@dataclass(frozen=True, slots=True)
class Goods:
    """One item number that came in."""

    item_no: str
    kind: str = ""
    look: str = ""
    colours: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    price: int = 0
    """fen; 0: not known"""

    @property
    def series(self) -> str:
        """The letters at the head of the number, as shops mark the kind of goods."""
        found = _SERIES.match(self.item_no.strip().upper())
        return found[0] if found else ""


class Facts(NamedTuple):
    """What the books say of one customer and one item."""

    size: Fit = Fit.UNKNOWN
    pieces_in_size: int = 0
    """Pieces bought in one of the sizes that came in, returns taken off"""
    pieces_of_kind: int = 0
    kind_liked: bool = False
    colour_liked: bool = False
    look_liked: bool = False
    price_near: bool = False
    wished: bool = False
    tried: bool = False
    just_bought: bool = False
    """The like was bought, or returned, a few days ago"""


def points(facts: Facts, policy: ArrivalRules) -> int:
    """The points of one customer for one item; 0 where it does not suit at all."""
    if facts.size is Fit.NO or facts.just_bought:
        return 0
    return sum(_parts(facts, policy).values())


def suits(facts: Facts, policy: ArrivalRules) -> bool:
    """Whether the customer is told: the size may fit, the like was not bought just now, and the reasons are enough."""
    return points(facts, policy) >= policy.least


def reasons(facts: Facts, policy: ArrivalRules) -> tuple[Because, ...]:
    """Why, the weightiest first; only what brought points."""
    parts = _parts(facts, policy)
    order = list(Because)
    return tuple(
        sorted((one for one in parts if parts[one] > 0), key=lambda one: (-parts[one], order.index(one)))
    )


def _parts(facts: Facts, policy: ArrivalRules) -> dict[Because, int]:
    return {
        Because.WISHED: policy.wished * facts.wished,
        Because.KIND_LIKED: policy.kind_liked * facts.kind_liked,
        Because.COLOUR_LIKED: policy.colour_liked * facts.colour_liked,
        Because.LOOK_LIKED: policy.look_liked * facts.look_liked,
        Because.SIZE_BOUGHT: policy.size * max(0, min(facts.pieces_in_size, policy.size_most)),
        Because.KIND_BOUGHT: policy.kind * max(0, min(facts.pieces_of_kind, policy.kind_most)),
        Because.TRIED: policy.tried * facts.tried,
        Because.SIZE_ON_FILE: policy.size_on_file * (facts.size is Fit.YES),
        Because.PRICE_NEAR: policy.price_near * facts.price_near,
    }


def fit(on_file: str, came_in: Sequence[str], bought: Mapping[str, int] | None = None) -> Fit:
    """Whether one of the sizes that came in fits: by the size on file, else by those bought."""
    offered = [plain(one) for one in came_in if plain(one)]
    if not offered:
        return Fit.UNKNOWN
    if any(not sizes.tells(one) for one in offered):
        return Fit.YES if on_file else Fit.UNKNOWN
    systems = {_system(one) for one in offered}
    own = plain(on_file)
    if own and sizes.tells(own) and _system(own) in systems:
        return Fit.YES if own in offered else Fit.NO
    known = {plain(one) for one, n in (bought or {}).items() if n > 0}
    alike = {one for one in known if sizes.tells(one) and _system(one) in systems}
    if not alike:
        return Fit.UNKNOWN
    return Fit.YES if alike & set(offered) else Fit.NO


@lru_cache(maxsize=4096)
def plain(size: str) -> str:
    """`m 码` as `M`."""
    return size.strip().upper().removesuffix("码").strip()


def _system(size: str) -> str:
    if size.replace(".", "", 1).isdigit():
        return "number"
    return "letter" if sizes.rank(size) is not None else "other"


def liked(likes: Iterable[str], values: Iterable[str]) -> str:
    """The first of `values` that one of the likes means: 墨绿 means 墨绿色, 连衣裙 means 长款连衣裙; empty for none."""
    wanted = [bare(like) for like in likes if bare(like)]
    for value in values:
        name = bare(value)
        if name and any(like == name or _within(like, name) for like in wanted):
            return value
    return ""


@lru_cache(maxsize=8192)
def bare(word: str) -> str:
    """A colour or kind without 色 behind it, lower case."""
    text = word.strip().lower()
    return text.removesuffix("色") if len(text) > 1 else text


def _within(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) > 1 and long.endswith(short)


def near(price: int, usual: int, percent: int) -> bool:
    """Whether a price lies within so many percent of the usual one; never where one of them is not known."""
    return price > 0 and usual > 0 and abs(price - usual) * 100 <= usual * percent


def mentioned(text: str, goods: Goods) -> bool:
    """Whether a note speaks of such goods: the number, the kind, or a colour together with the look."""
    words = text.lower()
    if goods.item_no and goods.item_no.lower() in words:
        return True
    return bool(bare(goods.kind)) and len(bare(goods.kind)) > 1 and bare(goods.kind) in words
