"""Reading the audit trail: by who, what, about whom and when; and its head of a month, for paper (spec 08, 09 §3.8)."""

from __future__ import annotations

import calendar
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.shop import Shop
from services.words import N_

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "customers": (N_("客户资料"), ("customer.", "question.", "referral.", "list.", "filter.", "import.")),
    "sales": (
        N_("消费、积分和券"),
        ("ticket.", "line.", "visit.", "sale.", "points.", "voucher.", "grades.", "redemption."),
    ),
    "gifts": (N_("礼品和库存"), ("gift.", "gifts.", "stock.")),
    "contacts": (N_("联络和短信"), ("contact.", "schedule.", "sms.", "campaign.", "arrival.", "text.")),
    "out": (
        N_("查看、导出和打印"),
        ("export.", "print.", "phone.revealed", "contacts.calendar", "contact.papers", "customer.data_given"),
    ),
    "access": (N_("登录和越权"), ("signed_in", "sign_in_failed", "locked_out", "refused")),
    "shop": (N_("员工、标准和分组"), ("user.", "policy.", "group.", "shop.", "gateway.")),
    "safety": (
        N_("备份、恢复和删除"),
        ("restored", "backup", "books.", "customer.erase", "retention.", "day.", "clock.", "demo."),
    ),
}
"""Kind → its words, and how its acts begin."""


@dataclass(frozen=True)
class Search:
    """What of the trail is wanted; everything empty is all of it."""

    about: str = ""
    """A card number"""
    who: str = ""
    """Name of a person; `-` for the program itself"""
    act: str = ""
    kind: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""
    """Words that stand in the body"""


@dataclass(frozen=True)
class Head:
    """The chain as it stood at the end of a month: what is printed and kept outside the shop."""

    month: str
    first: int
    """Number of the month's first entry; 0 when nothing was written"""
    last: int
    hash: str
    entries: int
    """In the month"""
    acts: tuple[tuple[str, int], ...]
    """Act → how often, the most frequent first"""

    @property
    def anchor(self) -> str:
        """`143:036f43d0bfbc7837`, for `check --anchor`"""
        return f"{self.last}:{self.hash[:16]}"


def read(
    shop: Shop,
    search: Search | None = None,
    *,
    about: str = "",
    limit: int = 200,
    before: int | None = None,
) -> list[journal.Entry]:
    """The newest entries first; `about` a card number gives one customer's. Refused for clerks and unknown cards."""
    require(shop, Right.AUDIT)
    wanted = search or Search()
    where, params = _where(wanted, about or wanted.about)
    if before is not None:
        where.append("e.id < ?")
        params.append(before)
    sql = (
        "SELECT e.id, e.at, e.day, e.pc, e.user_name, e.role, e.act, e.entity, e.entity_id, e.customer_id, b.body, e.hash"
        " FROM journal_entry e LEFT JOIN journal_body b ON b.entry_id = e.id"
        f" WHERE {' AND '.join(where) or '1 = 1'} ORDER BY e.id DESC LIMIT ?"
    )
    found = []
    for row in database.rows(sql, (*params, max(1, min(limit, 100_000)))):
        day = database.as_day(row[2])
        assert day is not None
        facts = row[3:10]
        found.append(
            journal.Entry(
                seq=row[0],
                at=row[1],
                day=day,
                pc=facts[0],
                user=facts[1],
                role=facts[2],
                act=facts[3],
                entity=facts[4],
                entity_id=facts[5],
                customer_id=facts[6],
                body=json.loads(row[10] or "{}"),
                hash=row[11],
            )
        )
    return found


def _where(wanted: Search, about: str) -> tuple[list[str], list[Any]]:
    where: list[str] = []
    params: list[Any] = []
    if about.strip():
        customer = database.value_of("SELECT id FROM customer WHERE card_no = ?", (about.strip(),))
        if customer is None:
            raise Refused("没有卡号为“{card_no}”的客户。", card_no=about, field="card_no")
        where.append("e.customer_id = ?")
        params.append(customer)
    if wanted.who:
        where.append("e.user_name = ?")
        params.append("" if wanted.who == "-" else wanted.who)
    if wanted.act:
        where.append("e.act = ?")
        params.append(wanted.act)
    if wanted.kind:
        if wanted.kind not in KINDS:
            raise Refused("没有“{kind}”这一类：可以用 {kinds}。", kind=wanted.kind, kinds="、".join(KINDS))
        starts = KINDS[wanted.kind][1]
        where.append("(" + " OR ".join("e.act LIKE ?" for _start in starts) + ")")
        params += [f"{start}%" for start in starts]
    for day, compare in ((wanted.first, ">="), (wanted.last, "<=")):
        if day is not None:
            where.append(f"e.day {compare} ?")
            params.append(database.day_value(day))
    if wanted.text.strip():
        like = "ILIKE" if database.is_postgres() else "LIKE"
        where.append(f"b.body {like} ? ESCAPE '!'")
        plain = wanted.text.strip().replace("!", "!!").replace("%", "!%").replace("_", "!_")
        params.append(f"%{plain}%")
    return where, params


def people(shop: Shop) -> list[str]:
    """Everybody who stands in the trail, also those who left."""
    require(shop, Right.AUDIT)
    return [
        row[0]
        for row in database.rows(
            "SELECT DISTINCT user_name FROM journal_entry WHERE user_name <> '' ORDER BY user_name"
        )
    ]


def head_of(shop: Shop, month: str) -> Head:
    """The head at the end of a month (`YYYY-MM`), by the order of entries. Raises NotAllowed."""
    require(shop, Right.AUDIT)
    first = date.fromisoformat(f"{month}-01")
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    days = (database.day_value(first), database.day_value(last))
    newest = database.row(
        "SELECT id, hash FROM journal_entry WHERE day <= ? ORDER BY id DESC LIMIT 1", (days[1],)
    )
    span = database.row("SELECT MIN(id), COUNT(*) FROM journal_entry WHERE day >= ? AND day <= ?", days)
    acts = database.rows(
        "SELECT act, COUNT(*) FROM journal_entry WHERE day >= ? AND day <= ? GROUP BY act ORDER BY 2 DESC, act",
        days,
    )
    assert span is not None
    return Head(
        month,
        int(span[0] or 0),
        int(newest[0]) if newest else 0,
        str(newest[1]) if newest else journal.START,
        int(span[1]),
        tuple((row[0], int(row[1])) for row in acts),
    )
