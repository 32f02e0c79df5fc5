"""信号: what looks odd in a month's gifts, each with one sentence and the records behind it (spec 03 §7; 09, 65)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from models import database
from models.kinds import Occasion, StockKind
from services.formats import masked, money
from services.gift_checks.saving import save_table
from services.gifts.due import month_span
from services.gifts.rows import as_moment
from services.gifts.wording import occasion_words
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import gift_checks as rules
from services.rules.gift_checks import Found, IssuedGift, Loss
from services.rules.spans import add_months
from services.shop import Shop
from services.words import N_, _


@dataclass(frozen=True)
class Signal:
    """One thing to look at. `lines` are gift lines, `moves` are moves of the stock, `gift_id` the gift of the moves."""

    id: int
    kind: str
    tone: str
    """bad: cannot happen through the program, or a customer says so; warn; info"""
    title: str
    text: str
    lines: tuple[int, ...]
    moves: tuple[int, ...]
    gift_id: int | None = None


TITLES = {
    "unapproved": N_("未经批准发放"),
    "own_approval": N_("自己批准"),
    "no_move": N_("发放没有出库"),
    "undelivered": N_("客户说没收到"),
    "wrong": N_("客户收到的不对"),
    "twice": N_("同一事由领两次"),
    "staff_phone": N_("员工的电话"),
    "same_phone": N_("同一电话领两次"),
    "many_purchase": N_("随购礼品过多"),
    "split": N_("拆成几份"),
    "hours": N_("营业时间以外"),
    "dated": N_("日期不是当天"),
    "below_book": N_("盘点少于账面"),
    "small_losses": N_("多笔小额损耗"),
    "claims": N_("等店主确认"),
    "single": N_("单人审批"),
}
"""What is named, the worst first."""

_BAD = ("unapproved", "own_approval", "no_move", "undelivered", "wrong")
_SENTENCES = {
    "unapproved": N_("{customer} 的“{gift}”未经批准就发放了（{person}，{day}）。"),
    "own_approval": N_("{customer} 的“{gift}”由提交的 {person} 自己批准，没有单人审批的标记。"),
    "no_move": N_("{customer} 的“{gift}”记为已发放（{person}，{day}），库存却没有正好出一件。"),
    "undelivered": N_("抽查：{customer} 说没有收到“{gift}”（{person} 发放，{day}）。"),
    "wrong": N_("抽查：{customer} 说收到的不是“{gift}”（{person} 发放，{day}）。"),
    "twice": N_("{customer} 的{occasion}礼品领了两次：{first} 和 {day}。"),
    "staff_phone": N_("员工 {person} 的电话 {phone} 登记在客户 {customer} 名下，领了 {n} 件礼品。"),
    "same_phone": N_("电话 {phone} 在 {n} 天内领了两次：{other} 和 {customer}。"),
    "many_purchase": N_("{person} 送出随购礼品 {n} 份，平常是 {usual} 份。"),
    "split": N_("{person} 同一天提交并发给 {customer} 几份礼品，每份都低于要别人发放的金额，合计 {value}。"),
    "hours": N_("{person} 在营业时间以外发放了 {n} 件礼品。"),
    "dated": N_("{person} 发放的 {n} 件礼品，登记的日期不是电脑当天的日期。"),
    "below_book": N_("“{gift}”盘点比账面少 {n} 件，值 {value}。"),
    "small_losses": N_("{person} 这个月登记了 {n} 笔不用确认的损耗，合计 {value}。"),
    "claims": N_("{n} 笔损耗和盘点差额等店主确认，合计 {value}。"),
    "single": N_("{n} 条礼品由提交人自己批准（单人审批）。"),
}


def signals(shop: Shop, month: str, progress: Progress = silent) -> list[Signal]:
    """What looks odd in the gifts that left the shop in the month, and in its stock, the worst first."""
    require(shop, Right.CHECK_LINES)
    first, last = month_span(month)
    policy = shop.policy.gift_checks
    gifts = _issued(first, last)
    progress(1, 4)

    def of_the_month(one: IssuedGift) -> bool:
        return first <= one.day <= last

    earlier = _issued(first - timedelta(days=policy.same_phone_days), first - timedelta(days=1))
    progress(2, 4)
    found = rules.unapproved(gifts) + rules.alone_approved(gifts)
    found += rules.twice([*gifts, *_others_of_the_occasion(first, last)], of_the_month)
    found += rules.staff_phones(gifts, _staff_phones())
    found += rules.same_phone([*earlier, *gifts], policy.same_phone_days, of_the_month)
    found += _many_purchase(shop, gifts, first)
    found += rules.split_gifts(gifts, shop.policy.gifts.issuer_may_be_submitter_below_fen)
    if not shop.info.trial:  # a trial shop's days are chosen with --today
        found += rules.out_of_hours(
            gifts, time.fromisoformat(policy.opens), time.fromisoformat(policy.closes)
        )
    losses = _losses(first, last)
    found += rules.below_book(losses) + rules.small_losses(losses, policy.small_losses)
    found += _claims(first, last) + _told_by_customers(month)
    progress(3, 4)
    order = {kind: place for place, kind in enumerate(TITLES)}
    found.sort(key=lambda one: (order[one.kind], one.lines, one.moves))
    said = _said(found)
    progress(4, 4)
    return said


_ISSUED = (
    "SELECT l.id, l.customer_id, l.occasion, l.due, l.issued_on, l.cost, l.issued_by_id, l.submitted_by_id,"
    " l.decided_by_id, l.single_approver, l.ticket_id, l.issued_at,"
    " (SELECT COALESCE(SUM(m.quantity), 0) FROM stock_move m WHERE m.line_id = l.id), l.gift_id FROM plan_line l"
)


def _issued(first: date, last: date) -> list[IssuedGift]:
    span = (database.day_value(first), database.day_value(last))
    where = "l.status IN ('issued', 'checked') AND l.issued_on >= ? AND l.issued_on <= ?"
    phones: dict[int, list[str]] = defaultdict(list)
    sql = (
        "SELECT p.customer_id, p.number FROM phone p WHERE p.customer_id IN"
        f" (SELECT l.customer_id FROM plan_line l WHERE {where})"
    )
    for customer, number in database.rows(sql, span):
        phones[customer].append(number)
    return [_gift(row, tuple(phones[row[1]])) for row in database.rows(f"{_ISSUED} WHERE {where}", span)]


def _gift(row: Sequence[Any], phones: tuple[str, ...] = ()) -> IssuedGift:
    due, day = database.as_day(row[3]), database.as_day(row[4])
    assert due is not None
    moment = as_moment(row[11])
    return IssuedGift(
        line=row[0],
        customer=row[1],
        occasion=row[2],
        due=due,
        day=day or due,
        cost=int(row[5]),
        issuer=row[6] or 0,
        submitter=row[7],
        decider=row[8],
        single=bool(row[9]),
        ticket=row[10],
        at=_local(moment),
        phones=phones,
        moved=row[13] is None or int(row[12]) == -1,
    )


def _local(moment: datetime | None) -> datetime | None:
    """The moment by the shop's own clock."""
    return None if moment is None else moment.astimezone().replace(tzinfo=None)


def _others_of_the_occasion(first: date, last: date) -> list[IssuedGift]:
    """Issued before the month, to customers who were given one for the same occasion in it."""
    sql = (
        f"{_ISSUED} WHERE l.status IN ('issued', 'checked') AND l.issued_on < ? AND l.due >= ? AND EXISTS"
        " (SELECT 1 FROM plan_line o WHERE o.customer_id = l.customer_id AND o.occasion = l.occasion AND o.due > l.due"
        " AND o.status IN ('issued', 'checked') AND o.issued_on >= ? AND o.issued_on <= ?)"
    )
    oldest = first - timedelta(days=2 * rules.SAME_OCCASION_DAYS)
    days = [database.day_value(day) for day in (first, oldest, first, last)]
    return [_gift(row) for row in database.rows(sql, days)]


def _staff_phones() -> dict[str, int]:
    found = {}
    for person, phone in database.rows("SELECT id, phone FROM staff_user WHERE phone <> ''"):
        digits = re.sub(r"\D", "", phone)
        found[digits.removeprefix("86") if len(digits) == 13 else digits] = person
    return found


def _many_purchase(shop: Shop, gifts: Sequence[IssuedGift], first: date) -> list[Found]:
    given: dict[int, list[int]] = defaultdict(list)
    for one in gifts:
        if one.occasion == Occasion.PURCHASE:
            given[one.issuer].append(one.line)
    sql = (
        "SELECT issued_by_id, COUNT(*) FROM plan_line WHERE occasion = ? AND status IN ('issued', 'checked')"
        " AND issued_on >= ? AND issued_on < ? AND issued_by_id IS NOT NULL GROUP BY issued_by_id"
    )
    since = add_months(first, -_USUAL_MONTHS)
    span = (Occasion.PURCHASE.value, database.day_value(since), database.day_value(first))
    before = {person: int(number) / _USUAL_MONTHS for person, number in database.rows(sql, span)}
    policy = shop.policy.gift_checks
    return rules.many_purchase_gifts(
        given, before, policy.purchase_gifts_percent, policy.purchase_gifts_at_least
    )


_USUAL_MONTHS = 3
"""What is usual for somebody who gives purchase gifts alone: the mean of the quarter before."""


def _losses(first: date, last: date) -> list[Loss]:
    sql = (
        "SELECT m.id, m.gift_id, m.kind, m.quantity, ABS(m.quantity) * g.cost, COALESCE(m.user_id, 0), m.day, k.id"
        " FROM stock_move m JOIN gift g ON g.id = m.gift_id LEFT JOIN stock_move r ON r.reverses_id = m.id"
        " LEFT JOIN stock_claim k ON k.move_id = m.id WHERE m.kind IN ('broken', 'counted') AND m.day >= ?"
        " AND m.day <= ? AND m.reverses_id IS NULL AND r.id IS NULL ORDER BY m.id"
    )
    found = []
    for row in database.rows(sql, (database.day_value(first), database.day_value(last))):
        day = database.as_day(row[6])
        assert day is not None
        found.append(
            Loss(row[0], row[1], StockKind(row[2]), row[3], int(row[4]), row[5], day, row[7] is not None)
        )
    return found


def _claims(first: date, last: date) -> list[Found]:
    sql = "SELECT COUNT(*), COALESCE(SUM(value), 0) FROM stock_claim WHERE state = 'waiting' AND day >= ? AND day <= ?"
    found = database.row(sql, (database.day_value(first), database.day_value(last)))
    assert found is not None
    return [Found("claims", number=int(found[0]), value=int(found[1]))] if found[0] else []


def _told_by_customers(month: str) -> list[Found]:
    sql = (
        "SELECT l.line_id, l.outcome FROM sample_line l JOIN gift_sample s ON s.id = l.sample_id"
        " WHERE s.month = ? AND l.outcome IN ('missing', 'wrong') ORDER BY l.position"
    )
    kinds = {"missing": "undelivered", "wrong": "wrong"}
    return [Found(kinds[outcome], (line,)) for line, outcome in database.rows(sql, (month,))]


@dataclass(frozen=True)
class _Line:
    customer: str
    gift: str
    occasion: str
    day: date | None
    issuer: str


def _said(found: Sequence[Found]) -> list[Signal]:
    """The sentences, with names looked up for all of them at once."""
    lines = _lines(sorted({line for one in found for line in (one.lines[:1] + one.lines[-1:])}))
    people = dict(database.rows("SELECT id, name FROM staff_user"))
    moved = _gifts_of_moves([one.moves[0] for one in found if one.kind == "below_book"])
    return [_sentence(number, one, lines, people, moved) for number, one in enumerate(found, 1)]


def _sentence(
    number: int,
    one: Found,
    lines: dict[int, _Line],
    people: dict[int, str],
    moved: dict[int, tuple[int, str]],
) -> Signal:
    line = lines.get(one.lines[-1]) if one.lines else None
    earlier = lines.get(one.lines[0]) if one.lines else None
    gift_id, gift = moved.get(one.moves[0], (None, "")) if one.moves else (None, "")
    person = people.get(one.person, "") if one.person else ""
    words = _(_SENTENCES[one.kind]).format(
        customer=line.customer if line else "",
        other=earlier.customer if earlier else "",
        gift=line.gift if line else gift,
        occasion=occasion_words(line.occasion) if line else "",
        day=line.day.isoformat() if line and line.day else "",
        first=earlier.day.isoformat() if earlier and earlier.day else "",
        person=person or (line.issuer if line else ""),
        phone=masked(one.phone),
        n=one.number,
        usual=one.other,
        value=money(one.value),
    )
    tone = "bad" if one.kind in _BAD else "info" if one.kind == "single" else "warn"
    return Signal(number, one.kind, tone, _(TITLES[one.kind]), words, one.lines, one.moves, gift_id)


_CHUNK = 5_000


def _lines(ids: Sequence[int]) -> dict[int, _Line]:
    found = {}
    for at in range(0, len(ids), _CHUNK):
        part = ids[at : at + _CHUNK]
        sql = (
            "SELECT l.id, c.name, COALESCE(g.name, ''), l.occasion, l.issued_on, COALESCE(u.name, '')"
            " FROM plan_line l JOIN customer c ON c.id = l.customer_id LEFT JOIN gift g ON g.id = l.gift_id"
            f" LEFT JOIN staff_user u ON u.id = l.issued_by_id WHERE l.id IN ({database.marks(part)})"
        )
        for row in database.rows(sql, part):
            found[row[0]] = _Line(row[1], row[2], row[3], database.as_day(row[4]), row[5])
    return found


def _gifts_of_moves(ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    if not ids:
        return {}
    sql = (
        "SELECT m.id, g.id, g.name FROM stock_move m JOIN gift g ON g.id = m.gift_id"
        f" WHERE m.id IN ({database.marks(ids)})"
    )
    return {row[0]: (row[1], row[2]) for row in database.rows(sql, ids)}


def counts(found: Sequence[Signal]) -> Counter[str]:
    """How many of each tone."""
    return Counter(one.tone for one in found)


def save(shop: Shop, month: str, target: Path | str, progress: Progress = silent) -> int:
    """The month's signals as a table. Returns the number of rows."""
    rows = [
        [one.title, one.text, "、".join(map(str, one.lines)), "、".join(map(str, one.moves))]
        for one in signals(shop, month, progress)
    ]
    titles = [_("信号"), _("说明"), _("明细编号"), _("流水编号")]
    return save_table(
        shop,
        target,
        "export.signals",
        _("信号"),
        titles,
        rows,
        right=Right.CHECK_LINES,
        progress=progress,
        month=month,
    )
