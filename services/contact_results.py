"""What contacts bring: purchases in the days after a contact, beside customers of the same grade not contacted so (spec 06).

Everybody hears something every two weeks, so hardly anybody is left alone by all. Set beside are those who were not
reached in the same way about the same thing: a call beside those who only got messages. A comparison, not a proof: whom
one contacts is no accident. Few people say little, and then nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from models import database
from models.kinds import Channel, Topic
from services.contact_results_read import Alone, Group, Sums, contacted, left_alone, spans_of
from services.contact_words import channel_words, topic_words
from services.errors import Refused
from services.gift_checks import comparing
from services.gift_checks.comparing import fen
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules.contact_results import Beside, Cell, Verdict, beside, verdict
from services.shop import Shop
from services.words import N_, _

BY = {
    "way": N_("事由和方式"),
    "topic": N_("事由"),
    "channel": N_("方式"),
    "clerk": N_("负责人"),
    "grade": N_("等级"),
}
AGAINST = {
    "way": N_("没有为这件事、用这种方式联络到的客户（可能有别的联络，比如只收到短信）"),
    "topic": N_("没有为这件事联络到的客户（可能有别的联络）"),
    "channel": N_("没有用这种方式联络到的客户（打电话的一组，就是和只收到短信的比）"),
    "clerk": N_("这位员工没有联络到的客户（别人可能联络过）"),
    "grade": N_("谁也没有联络到的客户"),
}
"""Whom each grouping is set beside."""
VERDICT_WORDS = {
    Verdict.TOO_FEW: N_("人少，不下结论"),
    Verdict.NOBODY: N_("没有可比的人"),
    Verdict.MORE: N_("▲ 买的人更多"),
    Verdict.LESS: N_("▼ 买的人更少"),
    Verdict.UNCLEAR: N_("看不出差别"),
}
_MOST_DAYS = 366
_LATELY = 30
"""Days of contacts that are shown where the next ones are planned."""


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
    """Customers of the same grades not contacted so (`AGAINST`); of the smallest group that was compared"""
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

    @property
    def against(self) -> str:
        """Whom the contacted are set beside, in one sentence."""
        return _("联络后 {days} 天内的购买，与同等级、同样日子里{whom}相比。").format(
            days=self.days, whom=_(AGAINST[self.by])
        )


def month_span(month: str) -> tuple[date, date]:
    """First and last day of `YYYY-MM`. Raises Refused for anything else."""
    from services.gifts.due import month_span as span

    return span(month)


def results(
    shop: Shop,
    first: date,
    last: date,
    by: str = "way",
    days: int | None = None,
    progress: Progress = silent,
) -> Results:
    """Contacts that reached the customer from `first` to `last`, and purchases within `days` (default: the policy's).

    The day of a call or message counts; after an incoming call or a talk in the shop only from the next day, since the
    customer came by themselves. A customer counts once a group, from the first contact. Returned goods are not
    counted. Those set beside have the same grade, were not contacted so (`AGAINST`) in all these days, and are looked at
    over the same days; the row of all together is set beside those whom nobody contacted. Grades are today's on both sides.
    """
    require(shop, Right.SCHEDULE)
    window = shop.policy.insight.contact_effect_days if days is None else days
    comparing.check(by, BY, first, last, window)
    if (last - first).days > _MOST_DAYS:
        raise Refused("开始日期要在结束日期之前，相隔不超过一年。", field="first")
    few = shop.policy.insight.contact_effect_people
    spans = spans_of(first, min(last, shop.today()), window)
    progress(1, 4)
    groups = contacted(by, spans)
    progress(2, 4)
    whole = groups if by == "grade" else contacted("all", spans)
    progress(3, 4)
    none = left_alone(by, spans, shop.today())
    names = _names(by, {key for key, _grade, _day in groups})
    keys = sorted({key for key, _grade, _day in groups}, key=lambda key: (_place(by, key), names[key]))
    judge = _Judge(window, few, shop.today(), none)
    rows = tuple(judge.row(n, key, names[key], _of(groups, key)) for n, key in enumerate(keys, 1))
    total = judge.row(0, "", _("合计"), list(whole.items()))
    progress(4, 4)
    return Results(first, last, by, window, few, rows, total, _caution(rows, total, by, window, few))


def of_topic(shop: Shop, topic: Topic, progress: Progress = silent) -> tuple[ResultRow, ...]:
    """What contacts about `topic` brought lately, way by way, for the plan of the next ones; empty for none."""
    require(shop, Right.SCHEDULE)
    window, today = shop.policy.insight.contact_effect_days, shop.today()
    last = today - timedelta(days=window)
    spans = spans_of(last - timedelta(days=_LATELY - 1), last, window)
    groups = contacted("way", spans, topic)
    if not groups:
        return ()
    progress(1, 2)
    judge = _Judge(
        window, shop.policy.insight.contact_effect_people, today, left_alone("way", spans, today, topic)
    )
    keys = sorted({key for key, _grade, _day in groups}, key=lambda key: _place("way", key))
    names = _names("way", set(keys))
    return tuple(judge.row(n, key, names[key], _of(groups, key)) for n, key in enumerate(keys, 1))


def row_words(row: ResultRow) -> str:
    """A row as one sentence; without shares where few people would make them noise."""
    if row.verdict in (Verdict.TOO_FEW, Verdict.NOBODY):
        return _("{name}：{judged} 人中 {buyers} 人买了；{verdict}。").format(
            name=row.name, judged=row.judged, buyers=row.buyers, verdict=_(VERDICT_WORDS[row.verdict])
        )
    return _("{name}：{judged} 人中 {share} 买了，没有这样联络的 {none}；{verdict}。").format(
        name=row.name,
        judged=row.judged,
        share=percent(row.share),
        none=percent(row.none_share),
        verdict=_(VERDICT_WORDS[row.verdict]),
    )


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
        *(_("小票"), _("购买金额"), _("每人购买"), _("对比：人数"), _("对比：购买比例")),
        *(_("对比：每人购买"), _("相差"), _("结论")),
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


# ---- judging


@dataclass(frozen=True)
class _Judge:
    window: int
    few: int
    today: date
    none: Alone

    def row(self, number: int, key: str, name: str, cells: list[tuple[Group, Sums]]) -> ResultRow:
        over = [(cell, s) for cell, s in cells if cell[2] + timedelta(days=self.window) <= self.today]
        heads = sum(sums.heads for _cell, sums in cells)
        judged = sum(sums.heads for _cell, sums in over)
        buyers = sum(sums.buyers for _cell, sums in over)
        paid = sum(sums.paid for _cell, sums in over)
        others = self._beside(key if number else None, over)
        return ResultRow(
            *(number, key, name, sum(sums.contacts for _cell, sums in cells), heads, heads - judged, judged),
            *(buyers, sum(sums.tickets for _cell, sums in over), paid),
            round(paid / judged) if judged else None,
            others.heads,
            others.share,
            others.per_head,
            verdict(buyers, judged, others, self.few),
        )

    def _beside(self, key: str | None, over: list[tuple[Group, Sums]]) -> Beside:
        cells = []
        for (_key, grade, day), sums in over:
            alone = self.none.of(key, grade, day)
            cells.append(Cell(sums.heads, alone.heads, alone.buyers, alone.paid))
        return beside(cells)


def _of(groups: dict[Group, Sums], key: str) -> list[tuple[Group, Sums]]:
    return [(cell, sums) for cell, sums in groups.items() if cell[0] == key]


def _names(by: str, keys: set[str]) -> dict[str, str]:
    if by == "way":
        parts = {key: key.split(":") for key in keys}
        return {
            key: f"{topic_words(topic)} · {channel_words(channel)}" for key, (topic, channel) in parts.items()
        }
    if by == "topic":
        return {key: topic_words(key) for key in keys}
    if by == "channel":
        return {key: channel_words(key) for key in keys}
    if by == "clerk":
        known = {str(row[0]): row[1] for row in database.rows("SELECT id, name FROM staff_user")}
        return {key: known.get(key, _("没有记下是谁")) for key in keys}
    return {key: _("{grade} 级").format(grade=key) for key in keys}


def _place(by: str, key: str) -> int:
    ways = [f"{topic.value}:{channel.value}" for topic in Topic for channel in Channel]
    order = {"way": ways, "topic": [t.value for t in Topic], "channel": [c.value for c in Channel]}.get(
        by, []
    )
    return order.index(key) if key in order else 0


def _caution(
    rows: tuple[ResultRow, ...], total: ResultRow, by: str, window: int, few: int
) -> tuple[str, ...]:
    if not total.heads:
        return ()
    words = [_("常联络的客户本来就买得多：两边的差别不等于联络的功劳。")]
    if by != "grade":
        words.append(_("合计与谁也没有联络到的客户相比。"))
    if by in ("way", "topic"):
        words.append(_("一次联络可以有几个事由，每个事由都算一次；合计里只算一次。"))
    if total.open:
        words.append(_("{n} 位客户联络后还不满 {days} 天，没有算进购买。").format(n=total.open, days=window))
    few_rows = sum(row.verdict is Verdict.TOO_FEW for row in rows)
    if few_rows:
        words.append(
            _("{n} 组的一边少于 {few} 人：一两位大客户就能改变结果，不下结论。").format(n=few_rows, few=few)
        )
    if any(row.verdict is Verdict.NOBODY for row in rows):
        words.append(_("人人都联络到的，就没有可以比较的人。"))
    return tuple(words)
