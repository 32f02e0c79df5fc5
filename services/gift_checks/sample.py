"""抽查: each month some gifts, drawn by the program, whose customers are asked by telephone (spec 03 §7, 09 §3.9)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import database, kinds
from models.kinds import Role
from services import journal
from services.errors import NotAllowed, Refused
from services.formats import day as day_words
from services.formats import masked
from services.gift_checks.saving import save_table
from services.gifts.due import month_span
from services.gifts.wording import handover_words, occasion_words
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules.gift_checks import drawn, sample_size, seed_of
from services.shop import Shop
from services.words import N_, _

if TYPE_CHECKING:
    from services.printing.paper import Paper

OUTCOMES = {
    "received": N_("收到了"),
    "wrong": N_("收到的不对"),
    "missing": N_("没有收到"),
    "no_answer": N_("没打通"),
    "declined": N_("不愿回答"),
}
"""What a customer may say; the codes stand in JSON and in the books."""


@dataclass(frozen=True)
class SampleRow:
    """One gift to ask about."""

    id: int
    position: int
    line_id: int
    customer_id: int
    card_no: str
    name: str
    phones: tuple[str, ...]
    """In full: only for the call list; lists show them masked"""
    gift: str
    occasion: str
    handover: str
    day: date | None
    issued_by: str
    issued_by_id: int | None
    outcome: str
    note: str
    recorded_by: str
    version: int

    @property
    def question(self) -> str:
        """What to ask, in words."""
        return _("{day}我们送您的“{gift}”（{occasion}），您收到了吗？").format(
            day=day_words(self.day), gift=self.gift, occasion=occasion_words(self.occasion)
        )

    @property
    def masked_phones(self) -> str:
        return "、".join(masked(phone) for phone in self.phones)


@dataclass(frozen=True)
class Sample:
    """A month's sample. `seed` empty: not drawn yet."""

    month: str
    seed: str
    anchor: int
    """Number of the journal entry that the seed comes from"""
    population: int
    drawn_on: date | None
    drawn_by: str
    rows: tuple[SampleRow, ...]

    @property
    def asked(self) -> int:
        return sum(bool(row.outcome) for row in self.rows)

    def count(self, outcome: str) -> int:
        return sum(row.outcome == outcome for row in self.rows)


def sample(shop: Shop, month: str) -> Sample:
    """The month's sample as it was drawn; an empty one before that."""
    require(shop, Right.CHECK_LINES)
    month_span(month)
    found = database.row(
        "SELECT s.id, s.seed, s.anchor, s.population, s.drawn_on, COALESCE(u.name, '') FROM gift_sample s"
        " LEFT JOIN staff_user u ON u.id = s.user_id WHERE s.month = ?",
        (month,),
    )
    if found is None:
        return Sample(month, "", 0, len(_population(month)), None, "", ())
    return Sample(month, found[1], found[2], found[3], database.as_day(found[4]), found[5], _rows(found[0]))


def draw_sample(shop: Shop, month: str) -> Sample:
    """Draws the month's sample, once: the policy's percentage of all gifts issued in it, none by choice.

    The seed comes from the shop's secret and the journal at the month's end: it is settled before anybody draws, and
    the same books give the same sample. Refused before the month is over, without gifts, and a second time.
    """
    require(shop, Right.CHECK_LINES)
    _first, last = month_span(month)
    if last >= shop.today():
        raise Refused("{month} 还没有过完，月底以后再抽。", month=month, field="month")
    with database.database.atomic():
        if database.value_of("SELECT id FROM gift_sample WHERE month = ?", (month,)) is not None:
            raise Refused("{month} 已经抽过了，每月只抽一次。", month=month, field="month")
        lines = _population(month)
        if not lines:
            raise Refused("{month} 没有发放过礼品，没有可抽查的。", month=month, field="month")
        anchor, chain = _anchor(last)
        secret = str(database.value_of("SELECT secret FROM shop_info WHERE id = 1"))
        seed = seed_of(secret, month, chain)
        policy = shop.policy.gift_checks
        chosen = drawn(lines, seed, sample_size(len(lines), policy.sample_percent, policy.sample_at_least))
        made = database.insert(
            "gift_sample",
            month=month,
            seed=seed,
            anchor=anchor,
            population=len(lines),
            drawn_on=database.day_value(shop.today()),
            user_id=shop.who,
            created_at=database.moment_value(shop.clock.now()),
        )
        database.execute_many(
            "INSERT INTO sample_line (sample_id, position, line_id, outcome, note, version) VALUES (?, ?, ?, '', '', 1)",
            [(made, place, line) for place, line in enumerate(chosen, 1)],
        )
        body = {
            "month": month,
            "count": len(chosen),
            "population": len(lines),
            "seed": seed,
            "anchor": anchor,
        }
        journal.note(shop, "gifts.sample_drawn", "gift_sample", made, body=body)
    return sample(shop, month)


def _population(month: str) -> list[int]:
    """Gifts that left the shop in the month and were not taken back, by their number."""
    first, last = month_span(month)
    sql = (
        "SELECT l.id FROM plan_line l JOIN customer c ON c.id = l.customer_id WHERE l.status IN ('issued', 'checked')"
        " AND l.issued_on >= ? AND l.issued_on <= ? AND c.state <> ? ORDER BY l.id"
    )
    params = (database.day_value(first), database.day_value(last), str(kinds.CustomerState.ERASED))
    return [row[0] for row in database.rows(sql, params)]


def _anchor(last: date) -> tuple[int, str]:
    """(number, hash) of the last journal entry of the days up to the month's end."""
    sql = "SELECT id, hash FROM journal_entry WHERE day <= ? ORDER BY id DESC LIMIT 1"
    found = database.row(sql, (database.day_value(last),))
    return (int(found[0]), str(found[1])) if found else (0, journal.START)


def _rows(sample_id: int) -> tuple[SampleRow, ...]:
    sql = (
        "SELECT s.id, s.position, s.line_id, c.id, c.card_no, c.name, COALESCE(g.name, ''), l.occasion, l.handover,"
        " l.issued_on, COALESCE(i.name, ''), l.issued_by_id, s.outcome, s.note, COALESCE(u.name, ''), s.version"
        " FROM sample_line s JOIN plan_line l ON l.id = s.line_id JOIN customer c ON c.id = l.customer_id"
        " LEFT JOIN gift g ON g.id = l.gift_id LEFT JOIN staff_user i ON i.id = l.issued_by_id"
        " LEFT JOIN staff_user u ON u.id = s.user_id WHERE s.sample_id = ? ORDER BY s.position"
    )
    phones: dict[int, list[str]] = defaultdict(list)
    for customer, number in database.rows(
        "SELECT p.customer_id, p.number FROM phone p WHERE p.customer_id IN (SELECT l.customer_id FROM sample_line s"
        " JOIN plan_line l ON l.id = s.line_id WHERE s.sample_id = ?) ORDER BY p.position, p.id",
        (sample_id,),
    ):
        phones[customer].append(number)
    found = []
    for row in database.rows(sql, (sample_id,)):
        values: list[Any] = [*row[:6], tuple(phones[row[3]]), *row[6:9], database.as_day(row[9]), *row[10:]]
        found.append(SampleRow(*values))
    return tuple(found)


def note_outcome(
    shop: Shop, row_id: int, outcome: str, note: str = "", version: int | None = None
) -> SampleRow:
    """Keeps what the customer said; an empty outcome takes it back. Not by who handed that gift out themselves.

    `version`: as it was seen; Refused when somebody else has noted something since.
    """
    require(shop, Right.CHECK_LINES)
    if outcome and outcome not in OUTCOMES:
        raise Refused("抽查结果“{outcome}”不对。可选：{known}。", outcome=outcome, known=" ".join(OUTCOMES),
                      field="outcome")  # fmt: skip
    before = _row(row_id)
    if before.issued_by_id == shop.who and _above_clerk() > 1:
        journal.refused(shop, "sample_own_issue")
        raise NotAllowed("这件礼品是您自己发放的，请别人打这个电话。")
    note = " ".join(note.split())[:500]
    with database.database.atomic():
        done = database.execute(
            "UPDATE sample_line SET outcome = ?, note = ?, user_id = ?, recorded_at = ?, version = version + 1"
            " WHERE id = ? AND version = ?",
            (
                outcome,
                note,
                shop.who,
                database.moment_value(shop.clock.now()),
                row_id,
                before.version if version is None else version,
            ),
        )
        if done != 1:
            raise Refused("这一条刚刚被别人改过，请刷新后再看。")
        body = {"line": before.line_id, "before": [before.outcome, before.note], "after": [outcome, note]}
        journal.note(
            shop, "gifts.sample_noted", "sample_line", row_id, customer_id=before.customer_id, body=body
        )
    return _row(row_id)


def _row(row_id: int) -> SampleRow:
    sample_id = database.value_of("SELECT sample_id FROM sample_line WHERE id = ?", (row_id,))
    found = next((row for row in _rows(sample_id) if row.id == row_id), None) if sample_id else None
    if found is None:
        raise Refused("抽查里没有编号 {id} 的一条。", id=row_id)
    return found


def _above_clerk() -> int:
    sql = "SELECT COUNT(*) FROM staff_user WHERE active = 1 AND role IN (?, ?)"
    return int(database.value_of(sql, (str(Role.MANAGER), str(Role.OWNER))))


# ---- the call list


def draw_call_list(shop: Shop, month: str) -> Paper:
    """The list to telephone from, on A4 landscape, with room for the answer. Full numbers: kept in the journal."""
    require(shop, Right.CHECK_LINES)
    from services.gift_checks.paper import PaperColumn, PaperTable, draw

    found = _drawn(shop, month)
    columns = (
        PaperColumn(_("序号"), 10, "right"),
        PaperColumn(_("客户名"), 24),
        PaperColumn(_("客户编号"), 20),
        PaperColumn(_("电话"), 28),
        PaperColumn(_("礼品"), 30),
        PaperColumn(_("发放"), 30),
        PaperColumn(_("问什么"), 66),
        PaperColumn(_("回答"), 40),
        PaperColumn(_("打电话的人、日期"), 26),
    )
    rows = [
        [
            str(row.position),
            row.name,
            row.card_no,
            " ".join(row.phones),
            row.gift,
            f"{day_words(row.day)}\n{row.issued_by} {handover_words(row.handover)}",
            row.question,
            f"{_(OUTCOMES[row.outcome])} {row.note}".strip() if row.outcome else "",
            row.recorded_by,
        ]
        for row in found.rows
    ]
    facts = (
        shop.info.name,
        month,
        _("发放 {all} 件，抽查 {n} 件").format(all=found.population, n=len(found.rows)),
        _("由程序抽取，印记 {seed}").format(seed=f"{found.seed[:12]}@{found.anchor}"),
    )
    with database.database.atomic():
        body = {"month": month, "count": len(rows)}
        journal.note(shop, "gifts.sample_listed", "gift_sample", body=body)
    table = PaperTable(
        _("礼品抽查电话单"),
        facts,
        columns,
        rows,
        (_("打电话的人："), _("店主：")),
        row_height=11.0,
        landscape=True,
        shop_name=shop.info.name,
        day=shop.today(),
        small=_("收到了 / 收到的不对 / 没有收到 / 没打通 / 不愿回答"),
    )
    return draw(table)


def write_call_list(shop: Shop, month: str, target: Path | str, progress: Progress = silent) -> int:
    """The call list as .pdf, .xlsx or .csv. Returns the number of gifts on it."""
    if Path(target).suffix.lower() == ".pdf":
        draw_call_list(shop, month).save(target)
        return len(_drawn(shop, month).rows)
    found = _drawn(shop, month)
    titles = [
        *(_("序号"), _("客户编号"), _("客户名"), _("电话"), _("礼品"), _("赠送事宜"), _("发放日期")),
        *(_("发放人"), _("问什么"), _("回答"), _("备注"), _("记录人")),
    ]
    rows = [
        [
            *(
                row.position,
                row.card_no,
                row.name,
                "、".join(row.phones),
                row.gift,
                occasion_words(row.occasion),
            ),
            *(row.day, row.issued_by, row.question),
            *(_(OUTCOMES[row.outcome]) if row.outcome else "", row.note, row.recorded_by),
        ]
        for row in found.rows
    ]
    return save_table(
        shop,
        target,
        "export.call_list",
        _("抽查"),
        titles,
        rows,
        right=Right.CHECK_LINES,
        progress=progress,
        month=month,
    )


def _drawn(shop: Shop, month: str) -> Sample:
    found = sample(shop, month)
    if not found.seed:
        raise Refused("{month} 还没有抽查，请先抽取。", month=month, field="month")
    return found
