"""What a plan would cost against the policy's limits: of the month, the year, each occasion."""

from __future__ import annotations

from dataclasses import dataclass

from models import database
from models.kinds import Occasion
from services.errors import Refused
from services.formats import money
from services.gifts.rows import PROPOSED
from services.gifts.wording import occasion_words
from services.policy import GiftPolicy
from services.rights import Right, require
from services.rules.gifts import FESTIVALS
from services.shop import Shop
from services.words import _

MONTH, YEAR = "month", "year"
_SPENT = "('approved', 'issued', 'checked')"


@dataclass(frozen=True)
class Budget:
    """One limit and what counts against it; money in fen. `scope`: month, year, or an occasion's code."""

    scope: str
    planned: int
    """All live lines: what it would cost"""
    approved: int
    """Of it approved or already given"""
    limit: int
    """0: none"""

    @property
    def over(self) -> int:
        """By how much the plan is over its limit; 0 when it is not."""
        return max(0, self.planned - self.limit) if self.limit else 0

    @property
    def overspent(self) -> int:
        """The same of what is approved."""
        return max(0, self.approved - self.limit) if self.limit else 0


def budget(shop: Shop, month: str, occasion: str = "") -> list[Budget]:
    """Month and year, and the month's occasions that have a limit (or only `occasion`). Purchase gifts stand apart."""
    require(shop, Right.SEE)
    return _budget(shop.policy.gifts, month, occasion)


def check_budget(policy: GiftPolicy, month: str, reason: str) -> None:
    """After an approval, in its transaction: Refused where a limit is passed and nobody says why."""
    if reason.strip():
        return
    for one in _budget(policy, month, ""):
        if one.overspent:
            raise Refused(
                "批准后{scope}的礼品共 {cost}，超出限额 {limit} 有 {over}。要批准，请写明原因；或先退回一部分。",
                scope=scope_words(one.scope, month),
                cost=money(one.approved),
                limit=money(one.limit),
                over=money(one.overspent),
                field="over_budget",
            )


def scope_words(scope: str, month: str) -> str:
    """`2027年2月`, `2027年`, `春节`"""
    if scope == YEAR:
        return _("{year}年").format(year=month[:4])
    if scope == MONTH:
        return _("{year}年{month}月").format(year=month[:4], month=int(month[5:]))
    return occasion_words(scope)


def limit_of(policy: GiftPolicy, scope: str) -> int:
    """fen; 0: none"""
    limits = {
        MONTH: policy.month_budget_fen,
        YEAR: policy.year_budget_fen,
        Occasion.BIRTHDAY.value: policy.birthdays_budget_fen,
        Occasion.SEASON.value: policy.season_budget_fen,
        Occasion.REMEMBERED_DAY.value: policy.remembered_budget_fen,
    }
    if scope in {one.value for one in FESTIVALS}:
        return policy.festival_budget_fen
    return limits.get(scope, 0)


def _budget(policy: GiftPolicy, month: str, occasion: str) -> list[Budget]:
    sums = _sums(month, month)
    found = []
    if not occasion:
        found.append(Budget(MONTH, *_total(sums), policy.month_budget_fen))
        year = _sums(f"{month[:4]}-01", f"{month[:4]}-12") if policy.year_budget_fen else {}
        found.append(Budget(YEAR, *_total(year), policy.year_budget_fen))
    for code, (planned, approved) in sorted(sums.items()):
        limit = limit_of(policy, code)
        if limit and occasion in ("", code):
            found.append(Budget(code, planned, approved, limit))
    return found


def _total(sums: dict[str, tuple[int, int]]) -> tuple[int, int]:
    return sum(one[0] for one in sums.values()), sum(one[1] for one in sums.values())


def _sums(first: str, last: str) -> dict[str, tuple[int, int]]:
    """{occasion: (planned, approved)} of the plans from one month to another."""
    sql = (
        f"SELECT l.occasion, SUM(l.cost), SUM(CASE WHEN l.status IN {_SPENT} THEN l.cost ELSE 0 END)"
        " FROM plan_line l JOIN gift_plan p ON p.id = l.plan_id"
        f" WHERE p.month BETWEEN ? AND ? AND l.live = 1 AND {PROPOSED} GROUP BY l.occasion"
    )
    return {occasion: (int(all_), int(done)) for occasion, all_, done in database.rows(sql, (first, last))}
