"""Whom new goods suit: one pass over customers, one over purchases, however many (spec 04, "New arrivals")."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from models import database
from models.kinds import Channel
from services.arrivals import Arrival, some
from services.arrivals_may import Left, May
from services.arrivals_rows import Suited, close
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import arrivals as rules
from services.rules.arrivals import Facts, Fit, Goods
from services.shop import Shop


@dataclass(frozen=True)
class Found:
    """The customers, the best first, and who was left out for which reason."""

    rows: tuple[Suited, ...]
    left: dict[Left, int] = field(default_factory=dict)
    suited: int = 0
    """All whom the goods suit and who may be told, more than `rows` where there are many"""
    looked_at: int = 0


def find(
    shop: Shop,
    arrival_ids: Sequence[int] = (),
    *,
    most: int = 0,
    keep_tired: bool = False,
    progress: Progress = silent,
) -> Found:
    """Whom these goods suit (default: all that came in today). `most`: the policy's number where 0.

    Two passes over the whole shop in SQL, then only the best are looked at closely.
    """
    require(shop, Right.SEE)
    arrivals = some(shop, arrival_ids)
    policy = shop.policy.arrivals
    most = most or policy.most
    progress(0, 3)
    bought = _bought(shop, arrivals)
    told = _told_wishes(shop, arrivals)
    progress(1, 3)
    left: Counter[Left] = Counter()
    found: list[tuple[int, int, tuple[Any, ...], list[tuple[int, int, Facts]]]] = []
    people = _people(shop)
    judge = _Judge(shop, arrivals)
    for row in people:
        fits, why = judge.of(row, bought.get(row[0]), told.get(row[0]))
        if fits:
            found.append((fits[0][0], row[0], row, fits))
        elif why is not None:
            left[why] += 1
    progress(2, 3)
    found.sort(key=lambda one: (-one[0], -len(one[3]), one[1]))
    may = May(shop, arrivals, [one[1] for one in found], keep_tired)
    named: list[tuple[tuple[Any, ...], list[tuple[int, int, Facts]], Channel]] = []
    for _points, _customer, row, fits in found:
        way = may.be_told(row)
        if isinstance(way, Left):
            left[way] += 1
        else:
            named.append((row, fits, way))
    rows = close(shop, arrivals, named[:most], may.tired)
    progress(3, 3)
    return Found(tuple(rows), dict(left), len(named), len(people))


_PEOPLE = (
    "SELECT c.id, c.grade, c.size, c.styles, c.colours, c.looks, c.last_contact, c.preferred_channel,"
    " c.phone_doubtful, c.birth_year, c.preferred_every_days,"
    " CASE WHEN EXISTS (SELECT 1 FROM phone p WHERE p.customer_id = c.id) THEN 1 ELSE 0 END,"
    " CASE WHEN c.last_contact > ? THEN 1 ELSE 0 END FROM customer c WHERE c.state = 'active'"
)


def _people(shop: Shop) -> list[tuple[Any, ...]]:
    near = timedelta(days=shop.policy.contacts.spacing_days)
    return database.rows(_PEOPLE, (shop.today() - near,))


def _bought(shop: Shop, arrivals: Sequence[Arrival]) -> dict[int, tuple[Any, ...]]:
    """customer -> usual price, then for each goods: pieces in its sizes, pieces of the kind, whether just now."""
    columns, params = [], []  # type: list[str], list[Any]
    fresh = shop.today() - timedelta(days=shop.policy.arrivals.bought_like_days)
    for one in arrivals:
        sizes = [rules.plain(size) for size in one.goods.sizes] or [""]
        columns.append(
            f"SUM(CASE WHEN p.size <> '' AND UPPER(p.size) IN ({database.marks(sizes)}) THEN p.quantity ELSE 0 END)"
        )
        params += sizes
        like, values = _like(shop, one)
        columns.append(f"SUM(CASE WHEN {like} THEN p.quantity ELSE 0 END)")
        columns.append(f"MAX(CASE WHEN p.day > ? AND {like} THEN 1 ELSE 0 END)")
        params += [*values, fresh, *values]
    since = shop.policy.arrivals.look_back.before(shop.today())
    rows = database.rows(
        "SELECT p.customer_id, SUM(p.list_price * p.quantity), SUM(p.quantity),"
        f" {', '.join(columns)} FROM purchase p WHERE p.day >= ? GROUP BY p.customer_id",
        (*params, since),
    )
    return {row[0]: (_round(int(row[1]) // int(row[2])) if row[2] > 0 else 0, *row[3:]) for row in rows}


def _round(price: int) -> int:
    """To whole yuan: the band is wide, and customers become alike."""
    return price // 100 * 100


_CATALOGUE = 500
"""Numbers of the same kind that are compared: more would be a shop of nothing else."""


def _like(shop: Shop, one: Arrival) -> tuple[str, list[Any]]:
    """The condition on a purchase line `p` that it was of the same kind."""
    numbers = {one.item_no}
    if one.kind:
        numbers |= {
            row[0]
            for row in database.rows(
                "SELECT DISTINCT item_no FROM arrival WHERE kind = ? AND removed = 0 ORDER BY item_no LIMIT ?",
                (one.kind, _CATALOGUE),
            )
        }
    wanted = sorted(numbers)
    text, params = f"p.item_no IN ({database.marks(wanted)})", [*wanted]  # type: str, list[Any]
    if series := one.goods.series:
        n = len(series)
        digits = ", ".join(f"'{sign}'" for sign in "0123456789-")
        text += f" OR (SUBSTR(p.item_no, 1, {n}) = ? AND SUBSTR(p.item_no, {n + 1}, 1) IN ({digits}))"
        params.append(series)
    return f"({text})", params


def _told_wishes(shop: Shop, arrivals: Sequence[Arrival]) -> dict[int, tuple[list[str], list[str]]]:
    """customer -> what they said they look for, and what they tried without buying; only what speaks of the goods."""
    words = {rules.bare(one.kind) for one in arrivals if len(rules.bare(one.kind)) > 1}
    words |= {one.item_no.lower() for one in arrivals}
    likes = " OR ".join("LOWER(n.text) LIKE ?" for _word in words)
    since = shop.policy.arrivals.look_back.before(shop.today())
    found: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for customer, kind, text in database.rows(
        f"SELECT n.customer_id, n.kind, n.text FROM note n WHERE n.kind IN ('wish', 'tried') AND n.day >= ? AND ({likes})",
        (since, *(f"%{word}%" for word in sorted(words))),
    ):
        found[customer][kind == "tried"].append(text)
    return found


class _Judge:
    """The facts of each customer for each of the goods; customers are alike in many of them."""

    def __init__(self, shop: Shop, arrivals: Sequence[Arrival]) -> None:
        self.policy = shop.policy.arrivals
        self.goods = [one.goods for one in arrivals]
        percent = self.policy.price_band_percent
        self._near = lru_cache(maxsize=100_000)(
            lambda usual: [rules.near(one.price, usual, percent) for one in self.goods]
        )
        self._kinds = lru_cache(maxsize=100_000)(lambda likes: self._liked(likes, lambda one: (one.kind,)))
        self._colours = lru_cache(maxsize=100_000)(lambda likes: self._liked(likes, lambda one: one.colours))
        self._looks = lru_cache(maxsize=100_000)(
            lambda likes: self._liked(likes, lambda one: one.look.split("、"))
        )
        self._fits = lru_cache(maxsize=100_000)(self._fits_of)
        self._points = lru_cache(maxsize=100_000)(lambda facts: rules.points(facts, self.policy))
        self._nothing = (0, *(0, 0, 0) * len(self.goods))
        self._numbers = range(len(self.goods))

    def of(
        self, row: tuple[Any, ...], bought: tuple[Any, ...] | None, told: tuple[list[str], list[str]] | None
    ) -> tuple[list[tuple[int, int, Facts]], Left | None]:
        """(points, number of the goods, facts) of those that suit, the best first; else why not, if it nearly did."""
        bought = bought or self._nothing
        kinds, colours, looks = self._kinds(row[3]), self._colours(row[4]), self._looks(row[5])
        near, fits = self._near(bought[0]), self._fits(row[2])
        size_most, kind_most = self.policy.size_most, self.policy.kind_most
        wishes, tried = told or ((), ())
        suited: list[tuple[int, int, Facts]] = []
        why: Left | None = None
        for number in self._numbers:
            pieces, of_kind, fresh = bought[1 + number * 3], bought[2 + number * 3], bought[3 + number * 3]
            facts = Facts(
                fits[number][pieces > 0],
                pieces if pieces < size_most else size_most,
                of_kind if of_kind < kind_most else kind_most,
                kinds[number],
                colours[number],
                looks[number],
                near[number],
                bool(wishes) and any(rules.mentioned(text, self.goods[number]) for text in wishes),
                bool(tried) and any(rules.mentioned(text, self.goods[number]) for text in tried),
                fresh > 0,
            )
            points = self._points(facts)
            if points >= self.policy.least:
                suited.append((points, number, facts))
            elif (facts.just_bought or facts.size is Fit.NO) and self._points(
                facts._replace(size=Fit.UNKNOWN, just_bought=False)
            ) >= self.policy.least:
                why = Left.JUST_BOUGHT if facts.just_bought else why or Left.SIZE
        if len(suited) > 1:
            suited.sort(key=lambda one: (-one[0], one[1]))
        return suited, why

    def _liked(self, likes: str, values: Callable[[Goods], Sequence[str]]) -> list[bool]:
        told = likes.split("、")
        return [bool(likes) and bool(rules.liked(told, values(one))) for one in self.goods]

    def _fits_of(self, size: str) -> list[tuple[Fit, Fit]]:
        """For each of the goods: without and with pieces bought in one of its sizes."""
        return [
            (rules.fit(size, one.sizes), rules.fit(size, one.sizes, dict.fromkeys(one.sizes[:1], 1)))
            for one in self.goods
        ]
