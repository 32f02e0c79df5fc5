"""What contacts bring: purchases in the days after a contact, beside customers of the same grade left alone (spec 06).

A comparison, not a proof: whom one contacts is no accident. Few people say little, and then nothing is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from models import database
from models.kinds import Channel, Topic
from services.contact_words import channel_words, topic_words
from services.errors import Refused
from services.gift_checks import comparing
from services.gift_checks.comparing import fen
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules.contact_results import Beside, Cell, Verdict, beside, verdict
from services.shop import Shop
from services.words import N_, _

BY = {"topic": N_("事由"), "channel": N_("方式"), "clerk": N_("负责人"), "grade": N_("等级")}
VERDICT_WORDS = {
    Verdict.TOO_FEW: N_("人少，不下结论"),
    Verdict.NOBODY: N_("没有可比的人"),
    Verdict.MORE: N_("▲ 买的人更多"),
    Verdict.LESS: N_("▼ 买的人更少"),
    Verdict.UNCLEAR: N_("看不出差别"),
}
_MOST_DAYS = 366


@dataclass(frozen=True)
class ResultRow:
    """One topic, channel, clerk or grade. Money in fen; purchases within the window after a customer's first contact."""

    id: int
    key: str
    name: str
    contacts: int
    heads: int
    """Customers contacted"""
    open: int
    """Customers whose days are not over: not among the following"""
    judged: int
    buyers: int
    tickets: int
    paid: int
    per_head: int | None
    none_heads: int
    """Customers of the same grades not contacted; of the smallest group that was compared"""
    none_share: float | None
    none_per_head: int | None
    """fen; as if those not contacted had the same grades and days"""
    verdict: Verdict

    @property
    def share(self) -> float | None:
        return self.buyers / self.judged if self.judged else None

    @property
    def difference(self) -> int | None:
        """fen a head; None where nothing may be said."""
        if self.verdict in (Verdict.TOO_FEW, Verdict.NOBODY):
            return None
        assert self.per_head is not None and self.none_per_head is not None
        return self.per_head - self.none_per_head


@dataclass(frozen=True)
class Results:
    """The period's rows, all together, and what must be known before believing them."""

    first: date
    last: date
    by: str
    days: int
    few: int
    rows: tuple[ResultRow, ...]
    total: ResultRow
    words: tuple[str, ...]


@dataclass
class _Sums:
    heads: int = 0
    contacts: int = 0
    buyers: int = 0
    tickets: int = 0
    paid: int = 0


_Cell = tuple[str, str, date]
"""Key of the group, grade, day of the first contact."""


def month_span(month: str) -> tuple[date, date]:
    """First and last day of `YYYY-MM`. Raises Refused for anything else."""
    from services.gifts.due import month_span as span

    return span(month)


def results(
    shop: Shop,
    first: date,
    last: date,
    by: str = "topic",
    days: int | None = None,
    progress: Progress = silent,
) -> Results:
    """Contacts that reached the customer from `first` to `last`, and purchases within `days` (default: the policy's).

    The day of a call or message counts; after an incoming call or a talk in the shop only from the next day, since the
    customer came by themselves. A customer counts once a group, from the first contact. Returned goods are not
    counted. Those set beside have the same grade, were contacted by nobody in all these days, and are looked at over
    the same days. Grades are today's on both sides.
    """
    require(shop, Right.SCHEDULE)
    window = shop.policy.insight.contact_effect_days if days is None else days
    comparing.check(by, BY, first, last, window)
    if (last - first).days > _MOST_DAYS:
        raise Refused("开始日期要在结束日期之前，相隔不超过一年。", field="first")
    few = shop.policy.insight.contact_effect_people
    spans = _spans(first, min(last, shop.today()), window)
    progress(1, 4)
    groups = _contacted(by, spans)
    progress(2, 4)
    whole = _contacted("all", spans) if by in ("topic", "channel", "clerk") else groups
    progress(3, 4)
    none = _left_alone(spans, shop.today())
    names = _names(by, {key for key, _grade, _day in groups})
    keys = sorted({key for key, _grade, _day in groups}, key=lambda key: (_place(by, key), names[key]))
    judge = _Judge(window, few, shop.today(), none)
    rows = tuple(judge.row(n, key, names[key], _of(groups, key)) for n, key in enumerate(keys, 1))
    total = judge.row(0, "", _("合计"), [(cell, sums) for cell, sums in whole.items()])
    progress(4, 4)
    return Results(first, last, by, window, few, rows, total, _caution(rows, total, by, window, few))


def save(
    shop: Shop,
    first: date,
    last: date,
    by: str,
    target: Path | str,
    days: int | None = None,
    progress: Progress = silent,
) -> int:
    """The comparison as .xlsx or .csv. Returns the number of rows. Kept in the journal."""
    from services.gift_checks.saving import save_table

    found = results(shop, first, last, by, days, progress)

    titles = [
        *(_(BY[by]), _("联络次数"), _("联络人数"), _("未满期"), _("已满期"), _("购买人数"), _("购买比例")),
        *(_("小票"), _("购买金额"), _("每人购买"), _("没联络的人数"), _("没联络的购买比例")),
        *(_("没联络的每人购买"), _("相差"), _("结论")),
    ]
    rows = [
        [
            *(row.name, row.contacts, row.heads, row.open, row.judged, row.buyers, percent(row.share)),
            *(row.tickets, fen(row.paid), fen(row.per_head), row.none_heads, percent(row.none_share)),
            *(fen(row.none_per_head), fen(row.difference), _(VERDICT_WORDS[row.verdict])),
        ]
        for row in (*found.rows, found.total)
    ]
    return save_table(
        *(shop, target, "export.contact_results", _("联络成效"), titles, rows),
        right=Right.SCHEDULE,
        progress=progress,
        first=first.isoformat(),
        last=last.isoformat(),
    )


def percent(share: float | None) -> str:
    """`12.5%`; a dash for none."""
    return "–" if share is None else f"{share * 100:.1f}%"


# ---- reading

_Span = tuple[date, date, date]
"""A day, the day after it, and the last day of its window."""


def _spans(first: date, last: date, window: int) -> list[_Span]:
    """The days of the period: date arithmetic in Python, so that both databases agree."""
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        found.append((day, day + timedelta(days=1), day + timedelta(days=window)))
    return found


def _values(rows: Sequence[Sequence[date]]) -> tuple[str, list[Any]]:
    cast = "CAST(? AS DATE)" if database.is_postgres() else "?"
    mark = f"({', '.join([cast] * len(rows[0]))})"
    return ", ".join([mark] * len(rows)), [database.day_value(day) for row in rows for day in row]


_KEYS = {
    "all": "CAST('' AS TEXT)",
    "channel": "k.channel",
    "clerk": "COALESCE(CAST(k.done_by_id AS TEXT), '')",
    "grade": "c.grade",
    "topic": "topic.code",
}


def _contacted(by: str, spans: list[_Span]) -> dict[_Cell, _Sums]:
    """Who was reached, by group, grade and day of the customer's first contact, and what they bought after."""
    if not spans:
        return {}
    marks, days = _values(spans)
    topics, join = "", ""
    params: list[Any] = list(days)
    if by == "topic":
        # One contact may stand for several topics: each of them is given it.
        topics = f", topic (code, inside) AS (VALUES {', '.join(['(?, ?)'] * len(Topic))})"
        join = " JOIN topic ON ',' || k.topics || ',' LIKE topic.inside"
        params += [text for topic in Topic for text in (topic.value, f"%,{topic.value},%")]
    sql = (
        f"WITH span (day, later, until) AS (VALUES {marks}){topics},"
        f" met AS (SELECT k.customer_id, {_KEYS[by]} AS key, c.grade, k.done_on AS day, COUNT(*) AS contacts,"
        # Their own coming is no effect of a talk: then only later days count.
        " MIN(CASE WHEN k.incoming = 1 OR k.channel = 'shop' THEN 1 ELSE 0 END) AS came,"
        f" ROW_NUMBER() OVER (PARTITION BY k.customer_id, {_KEYS[by]} ORDER BY k.done_on) AS place,"
        f" SUM(COUNT(*)) OVER (PARTITION BY k.customer_id, {_KEYS[by]}) AS times"
        f" FROM contact k JOIN customer c ON c.id = k.customer_id{join} WHERE k.state = 'done' AND k.done_on >= ?"
        " AND k.done_on <= ? AND c.state IN ('active', 'lost')"
        f" GROUP BY k.customer_id, {_KEYS[by]}, c.grade, k.done_on),"
        " judged AS (SELECT m.customer_id, m.key, m.grade, m.day, m.times, s.until,"
        " CASE WHEN m.came = 1 THEN s.later ELSE s.day END AS since FROM met m JOIN span s ON s.day = m.day"
        " WHERE m.place = 1),"
        " after AS (SELECT j.customer_id, j.key, COUNT(*) AS tickets, SUM(t.paid) AS paid FROM judged j"
        " JOIN ticket t ON t.customer_id = j.customer_id AND t.counts = 1 AND t.day >= j.since AND t.day <= j.until"
        " GROUP BY j.customer_id, j.key)"
        " SELECT j.key, j.grade, j.day, COUNT(*), SUM(j.times), COUNT(a.tickets), COALESCE(SUM(a.tickets), 0),"
        " COALESCE(SUM(a.paid), 0) FROM judged j LEFT JOIN after a ON a.customer_id = j.customer_id AND a.key = j.key"
        " GROUP BY j.key, j.grade, j.day"
    )
    params += [database.day_value(spans[0][0]), database.day_value(spans[-1][0])]
    return {
        (str(key), str(grade), _day(day)): _Sums(*(int(number) for number in numbers))
        for key, grade, day, *numbers in database.rows(sql, params)
    }


_None = dict[tuple[str, date], _Sums]


def _left_alone(spans: list[_Span], today: date) -> _None:
    """By grade and first day: customers on the books then whom nobody reached from the first day to the last one
    looked at, and what they bought over the same days."""
    spans = [span for span in spans if span[2] <= today]
    if not spans:
        return {}
    first, end = database.day_value(spans[0][0]), database.day_value(spans[-1][2])
    alone = (
        "alone AS (SELECT c.id, c.grade, c.registered_on FROM customer c WHERE c.state IN ('active', 'lost')"
        " AND NOT EXISTS (SELECT 1 FROM contact k WHERE k.customer_id = c.id AND k.state = 'done'"
        " AND k.done_on >= ? AND k.done_on <= ?))"
    )
    marks, days = _values(spans)
    found: _None = defaultdict(_Sums)
    by_day = database.rows(
        f"WITH {alone} SELECT grade, registered_on, COUNT(*) FROM alone GROUP BY grade, registered_on",
        (first, end),
    )
    for grade, registered, heads in by_day:
        since = database.as_day(registered)
        for day, _later, _until in spans:
            if since is None or since <= day:
                found[str(grade), day].heads += int(heads)
    sql = (
        f"WITH span (day, later, until) AS (VALUES {marks}), {alone},"
        " bought AS (SELECT a.grade, a.registered_on, t.customer_id, t.day, t.paid FROM ticket t"
        " JOIN alone a ON a.id = t.customer_id WHERE t.counts = 1 AND t.day >= ? AND t.day <= ?)"
        " SELECT b.grade, s.day, COUNT(DISTINCT b.customer_id), COUNT(*), SUM(b.paid) FROM span s"
        " JOIN bought b ON b.day >= s.day AND b.day <= s.until AND b.registered_on <= s.day GROUP BY b.grade, s.day"
    )
    for grade, day, buyers, tickets, paid in database.rows(sql, (*days, first, end, first, end)):
        sums = found[str(grade), _day(day)]
        sums.buyers, sums.tickets, sums.paid = int(buyers), int(tickets), int(paid)
    return found


# ---- judging


@dataclass(frozen=True)
class _Judge:
    window: int
    few: int
    today: date
    none: _None

    def row(self, number: int, key: str, name: str, cells: list[tuple[_Cell, _Sums]]) -> ResultRow:
        over = [(cell, s) for cell, s in cells if cell[2] + timedelta(days=self.window) <= self.today]
        heads = sum(sums.heads for _cell, sums in cells)
        judged = sum(sums.heads for _cell, sums in over)
        buyers = sum(sums.buyers for _cell, sums in over)
        paid = sum(sums.paid for _cell, sums in over)
        others = self._beside(over)
        return ResultRow(
            *(number, key, name, sum(sums.contacts for _cell, sums in cells), heads, heads - judged, judged),
            *(buyers, sum(sums.tickets for _cell, sums in over), paid),
            round(paid / judged) if judged else None,
            others.heads,
            others.share,
            others.per_head,
            verdict(buyers, judged, others, self.few),
        )

    def _beside(self, over: list[tuple[_Cell, _Sums]]) -> Beside:
        cells = []
        for (_key, grade, day), sums in over:
            alone = self.none.get((grade, day), _Sums())
            cells.append(Cell(sums.heads, alone.heads, alone.buyers, alone.paid))
        return beside(cells)


def _of(groups: dict[_Cell, _Sums], key: str) -> list[tuple[_Cell, _Sums]]:
    return [(cell, sums) for cell, sums in groups.items() if cell[0] == key]


def _names(by: str, keys: set[str]) -> dict[str, str]:
    if by == "topic":
        return {key: topic_words(key) for key in keys}
    if by == "channel":
        return {key: channel_words(key) for key in keys}
    if by == "clerk":
        known = {str(row[0]): row[1] for row in database.rows("SELECT id, name FROM staff_user")}
        return {key: known.get(key, _("没有记下是谁")) for key in keys}
    return {key: _("{grade} 级").format(grade=key) for key in keys}


def _place(by: str, key: str) -> int:
    order = {"topic": [t.value for t in Topic], "channel": [c.value for c in Channel]}.get(by, [])
    return order.index(key) if key in order else 0


def _caution(
    rows: tuple[ResultRow, ...], total: ResultRow, by: str, window: int, few: int
) -> tuple[str, ...]:
    if not total.heads:
        return ()
    words = [_("常联络的客户本来就买得多：两边的差别不等于联络的功劳。")]
    if by == "topic":
        words.append(_("一次联络可以有几个事由，每个事由都算一次；合计里只算一次。"))
    if total.open:
        words.append(_("{n} 位客户联络后还不满 {days} 天，没有算进购买。").format(n=total.open, days=window))
    few_rows = sum(row.verdict is Verdict.TOO_FEW for row in rows)
    if few_rows:
        words.append(
            _("{n} 组的一边少于 {few} 人：一两位大客户就能改变结果，不下结论。").format(n=few_rows, few=few)
        )
    if any(row.verdict is Verdict.NOBODY for row in rows):
        words.append(_("有的等级人人都联络过，没有可以比较的人。"))
    return tuple(words)


def _day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
