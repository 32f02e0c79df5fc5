"""Sales without a customer: each skipped with a reason, counted for the registration rate (seeds/002, spec 05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from models import database
from models.kinds import SkipReason
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.rules.customer_data import clean
from services.shop import Shop
from services.words import N_, _

NOTE_MAX = 200
REASON_WORDS: dict[SkipReason, str] = {
    SkipReason.HURRY: N_("赶时间"),
    SkipReason.UNWILLING: N_("不愿意登记"),
    SkipReason.TOURIST: N_("外地游客"),
    SkipReason.OTHER: N_("其他原因"),
    SkipReason.DAY_COUNT: N_("打烊时补记"),
}


@dataclass(frozen=True)
class MonthFigures:
    """The registration rate of a month: for new buyers and for all buyers (spec 05). Rates are None without buyers."""

    month: str
    registered_new: int
    """Customers whose first purchase fell in the month: new buyers who are on file."""
    registered: int
    """Customers on file who bought in the month, however often."""
    unregistered: int
    """Sales without a customer."""
    by_reason: Mapping[str, int]

    @property
    def rate_new(self) -> float | None:
        """New buyers on file among all new buyers; every sale without a customer counts as a new buyer lost."""
        return _share(self.registered_new, self.unregistered)

    @property
    def rate_all(self) -> float | None:
        return _share(self.registered, self.unregistered)


def reason_words(code: str) -> str:
    """The reason in the language of the window."""
    return _(REASON_WORDS[SkipReason(code)])


def skip(shop: Shop, reason: SkipReason | str, note: str = "", count: int = 1) -> int:
    """A sale without a customer was skipped with a reason: counted for the registration rate. Returns its id.

    `note` says another reason in words. Raises Refused.
    """
    require(shop, Right.SELL)
    try:
        code = SkipReason(reason)
    except ValueError:
        raise Refused("没有登记客户的消费要选一个原因。", field="reason") from None
    words = clean(note)[:NOTE_MAX]
    if code is SkipReason.OTHER and not words:
        raise Refused("请写明是什么原因没有登记。", field="note")
    if not 1 <= count <= shop.policy.customers.max_quantity:
        raise Refused(
            "笔数{n}不对：要在1到{most}之间。",
            n=count,
            most=shop.policy.customers.max_quantity,
            field="count",
        )
    with database.database.atomic():
        number = database.insert(
            "unregistered_sale",
            day=shop.today(),
            reason=code.value,
            count=count,
            user_id=shop.who,
            note=words,
            undone=0,
        )
        body = {"reason": code.value, "note": words, "count": count}
        journal.note(shop, "sale.unregistered", "unregistered_sale", number, body=body)
    return number


def undo(shop: Shop, sale_id: int) -> None:
    """Takes back what was counted today by mistake. Raises Refused."""
    require(shop, Right.SELL)
    with database.database.atomic():
        found = database.row(
            "SELECT day, reason, count FROM unregistered_sale WHERE id = ? AND undone = 0", (sale_id,)
        )
        if found is None:
            raise Refused("这一笔已经撤销了。")
        if database.as_day(found[0]) != shop.today():
            raise Refused("只能撤销今天记的。")
        database.execute("UPDATE unregistered_sale SET undone = 1 WHERE id = ?", (sale_id,))
        body = {"reason": found[1], "count": found[2]}
        journal.note(shop, "sale.unregistered_undone", "unregistered_sale", sale_id, body=body)


def today_count(shop: Shop) -> int:
    """How many sales without a customer were counted today."""
    require(shop, Right.SEE)
    return int(
        database.value_of(
            "SELECT COALESCE(SUM(count), 0) FROM unregistered_sale WHERE day = ? AND undone = 0",
            (shop.today(),),
        )
        or 0
    )


def month_figures(shop: Shop, month: str = "") -> MonthFigures:
    """The figures of a month `YYYY-MM` (this one when empty), for the registration rate of spec 05. Raises Refused."""
    require(shop, Right.SEE)
    first, last = _span(shop, month)
    reasons = {
        row[0]: int(row[1])
        for row in database.rows(
            "SELECT reason, SUM(count) FROM unregistered_sale WHERE day >= ? AND day <= ? AND undone = 0"
            " GROUP BY reason ORDER BY reason",
            (first, last),
        )
    }
    # A merged record's tickets have moved to the one that stayed; an erased person's sums still count as a buyer.
    new = database.value_of(
        "SELECT COUNT(*) FROM customer WHERE first_purchase >= ? AND first_purchase <= ? AND state <> 'merged'",
        (first, last),
    )
    bought = database.value_of(
        "SELECT COUNT(DISTINCT customer_id) FROM ticket WHERE day >= ? AND day <= ? AND counts = 1",
        (first, last),
    )
    return MonthFigures(
        f"{first.year}-{first.month:02d}", int(new or 0), int(bought or 0), sum(reasons.values()), reasons
    )


def _span(shop: Shop, month: str) -> tuple[date, date]:
    try:
        first = date.fromisoformat(f"{month}-01") if month else shop.today().replace(day=1)
    except ValueError:
        raise Refused("“{month}”不是 2026-11 这样的月份。", month=month, field="month") from None
    coming = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first, coming - timedelta(days=1)


def _share(registered: int, missed: int) -> float | None:
    return registered / (registered + missed) if registered + missed else None
