"""检核表 and 沟通进度表: gathered for a day, a week or a month, a group or a clerk; drawn or written (seeds/002 考核点三)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from models import database
from models.kinds import Channel, ContactState, Role
from services import journal
from services.contact_lists import Filters, View, conditions
from services.contact_words import channel_words, state_words, topic_words
from services.errors import NotAllowed, Refused
from services.rights import Right, require
from services.rules.spans import month_days
from services.shop import Shop
from services.words import N_, _

MOST = 3_000
"""Lines on one paper: nobody works through more by hand."""
KINDS = (".pdf", ".xlsx")


class PaperKind(str, Enum):
    CHECK = "check"
    PROGRESS = "progress"


class Length(str, Enum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


TITLES = {PaperKind.CHECK: N_("客户沟通检核表"), PaperKind.PROGRESS: N_("客户沟通进度表")}
MARKS = {
    Channel.PHONE: N_("电"),
    Channel.SMS: N_("信"),
    Channel.POST: N_("卡"),
    Channel.VISIT: N_("访"),
    Channel.SHOP: N_("店"),
}
"""One character a way, for the month's narrow columns."""
DONE, FAILED = "√", "×"


@dataclass(frozen=True)
class Point:
    """沟通点: one contact of the span."""

    day: date
    """When it was done, else when it is due"""
    on: date
    """The day of the span under which it stands: what is overdue stands under today"""
    topics: str
    channel: Channel
    state: ContactState
    state_words: str
    note: str
    assignee: str
    checked_by: str
    checked_on: date | None
    closed: bool

    @property
    def mark(self) -> str:
        """`√` reached, `×` closed without a talk, empty for open."""
        if self.state is ContactState.DONE:
            return DONE
        return FAILED if self.closed else ""


@dataclass(frozen=True)
class Line:
    """A customer with the points of the span, by day."""

    customer_id: int
    card_no: str
    name: str
    grade: str
    clerk: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Part:
    """What one group works through."""

    group: str
    lines: tuple[Line, ...]

    @property
    def points(self) -> int:
        return sum(len(line.points) for line in self.lines)

    @property
    def done(self) -> int:
        return sum(point.closed for line in self.lines for point in line.points)

    @property
    def checked(self) -> int:
        return sum(point.checked_on is not None for line in self.lines for point in line.points)


@dataclass(frozen=True)
class Sheet:
    """One paper."""

    kind: PaperKind
    shop_name: str
    first: date
    last: date
    whom: str
    by: str
    day: date
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        return sum(part.points if self.kind is PaperKind.CHECK else len(part.lines) for part in self.parts)

    @property
    def title(self) -> str:
        return _(TITLES[self.kind])

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


def span_of(length: Length, day: date) -> tuple[date, date]:
    """The day, its week from Monday to Sunday, or its month."""
    if length is Length.DAY:
        return day, day
    if length is Length.WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    return day.replace(day=1), day.replace(day=month_days(day.year, day.month))


def gather(shop: Shop, kind: PaperKind, first: date, last: date, filters: Filters | None = None) -> Sheet:
    """What stands on the paper. A clerk prints for their own group or themselves. Refused for nothing or too much."""
    require(shop, Right.CONTACT)
    filters = filters or Filters()
    _allowed(shop, filters)
    if not 0 <= (last - first).days <= 30:
        raise Refused("一张表最多一个月：请改日期。", field="day")
    where, params = conditions(shop, filters, View.ALL)
    more = "".join(f" AND {one}" for one in where)
    today = shop.today()
    # What is overdue is still to be done on a paper for now.
    since = date(1900, 1, 1) if first <= today <= last else first
    days = tuple(database.day_value(day) for day in (since, last, first, last))
    sql = (
        "SELECT c.id, c.card_no, c.name, c.grade, c.state, COALESCE(r.name, ''), COALESCE(g.name, ''), k.due, k.done_on,"
        " k.topics, k.channel, k.state, k.state_reason, k.note, COALESCE(a.name, ''), COALESCE(h.name, ''), k.checked_on"
        " FROM contact k JOIN customer c ON c.id = k.customer_id LEFT JOIN staff_user r ON r.id = c.clerk_id"
        " LEFT JOIN staff_group g ON g.id = c.group_id LEFT JOIN staff_user a ON a.id = k.assignee_id"
        " LEFT JOIN staff_user h ON h.id = k.checked_by_id"
        " WHERE ((k.done_on IS NULL AND k.due >= ? AND k.due <= ?) OR (k.done_on >= ? AND k.done_on <= ?))"
        f" AND k.state <> 'expired' AND c.state IN ('active', 'lost'){more}"
        f" ORDER BY COALESCE(g.name, ''), COALESCE(k.done_on, k.due), k.importance DESC, k.id LIMIT {MOST + 1}"
    )
    found = database.rows(sql, (*days, *params))
    if not found:
        raise Refused("这段时间没有要联络的客户，没有可打印的表。")
    if len(found) > MOST:
        raise Refused(
            "这段时间有 {most} 项以上的联络，一张表放不下：请按小组或负责人分开打印，或缩短时间。", most=MOST
        )
    assert shop.actor is not None
    return Sheet(
        *(kind, shop.info.name, first, last, _whom(filters), shop.actor.name, today),
        _parts(found, first, today),
    )


def draw(shop: Shop, sheet: Sheet) -> bytes:
    """The paper as a PDF to look at and print. That it was drawn is kept."""
    from services import contact_paper_pdf

    require(shop, Right.CONTACT)
    data = contact_paper_pdf.draw(sheet).bytes()
    _keep_trail(shop, sheet, "", data)
    return data


def write(shop: Shop, sheet: Sheet, out: Path | str) -> int:
    """Writes .pdf or .xlsx. Returns its lines. A manager's workbook has the limit of every export; Unavailable."""
    require(shop, Right.CONTACT)
    out = Path(out)
    ending = out.suffix.lower()
    if ending not in KINDS:
        raise Refused("检核表和进度表只能存为 .pdf 或 .xlsx，“{file}”不行。", file=out.name, field="out")
    if ending == ".pdf":
        from services import contact_paper_pdf

        contact_paper_pdf.draw(sheet).save(out)
    else:
        from services import contact_paper_xlsx

        most = shop.policy.safety.manager_export_rows
        if shop.role is not Role.OWNER and sheet.rows > most:
            raise Refused(
                "共有 {n} 行，店长一次最多导出 {most} 行。请店主登录后导出。", n=sheet.rows, most=most
            )
        contact_paper_xlsx.write(sheet, out)
    _keep_trail(shop, sheet, out.name, out.read_bytes())
    return sheet.rows


def _keep_trail(shop: Shop, sheet: Sheet, file: str, data: bytes) -> None:
    body = {
        **{"kind": sheet.kind.value, "from": sheet.first.isoformat(), "to": sheet.last.isoformat()},
        **{"rows": sheet.rows, "file": file, "sha256": hashlib.sha256(data).hexdigest()},
    }
    with database.database.atomic():
        journal.note(shop, "contact.papers", "contact", body=body)


def _allowed(shop: Shop, filters: Filters) -> None:
    """Clerks carry out of the shop what is theirs."""
    assert shop.actor is not None
    if shop.role is not Role.CLERK or filters.clerk_id == shop.actor.id:
        return
    if filters.group_id is None or filters.group_id != shop.actor.group_id:
        raise NotAllowed("店员只能打印自己或自己小组的表：请在“负责人”里选。")


def _whom(filters: Filters) -> str:
    table, number = (
        ("staff_group", filters.group_id) if filters.group_id else ("staff_user", filters.clerk_id)
    )
    if not number:
        return _("全店")
    return str(database.value_of(f"SELECT name FROM {table} WHERE id = ?", (number,)) or "")


def _parts(found: Sequence[Sequence[Any]], first: date, today: date) -> tuple[Part, ...]:
    groups: dict[str, dict[int, tuple[Sequence[Any], list[Point]]]] = {}
    for row in found:
        lines = groups.setdefault(row[6], {})
        lines.setdefault(row[0], (row, []))[1].append(_point(row, first, today))
    return tuple(
        Part(
            group or _("没有分组"),
            tuple(
                Line(row[0], row[1], row[2], _("流失") if row[4] == "lost" else row[3], row[5], tuple(points))
                for row, points in lines.values()
            ),
        )
        for group, lines in groups.items()
    )


def _point(row: Sequence[Any], first: date, today: date) -> Point:
    done = database.as_day(row[8])
    day = done or database.as_day(row[7])
    assert day is not None
    state = ContactState(row[11])
    said = "" if state is ContactState.PLANNED else state_words(state, row[12])
    topics = _("、").join(topic_words(code) for code in row[9].split(",") if code)
    return Point(
        *(
            day,
            today if day < first else day,
            topics,
            Channel(row[10]),
            state,
            said,
            row[13],
            row[14],
            row[15],
            database.as_day(row[16]),
        ),
        closed=done is not None,
    )


# ---- what stands in the cells, whatever the file

_CHECK = (
    ("done", N_("完成"), 12.0),
    ("day", N_("日期"), 19.0),
    ("card_no", N_("卡号"), 20.0),
    ("name", N_("客户名"), 27.0),
    ("grade", N_("等级"), 12.0),
    ("topics", N_("沟通事由"), 45.0),
    ("channel", N_("方式"), 18.0),
    ("assignee", N_("责任人"), 22.0),
    ("result", N_("结果与备注"), 60.0),
    ("checked_by", N_("检查人"), 22.0),
    ("checked_on", N_("检查日期"), 20.0),
)
_PROGRESS = (
    ("card_no", N_("卡号"), 19.0),
    ("name", N_("客户名"), 24.0),
    ("grade", N_("等级"), 11.0),
    ("clerk", N_("责任人"), 20.0),
)
_PROGRESS_SUM = 16.0
WIDTH = 277.0
"""mm between the margins of A4 landscape."""
WIDE_DAYS = 7
"""Up to so many days there is room for words."""


@dataclass(frozen=True)
class Column:
    """Code, heading and width in mm. A day's code is its ISO date."""

    code: str
    head: str
    width: float


def columns(sheet: Sheet) -> tuple[Column, ...]:
    if sheet.kind is PaperKind.CHECK:
        return tuple(Column(code, _(head), width) for code, head, width in _CHECK)
    fixed = [Column(code, _(head), width) for code, head, width in _PROGRESS]
    days = sheet.days
    each = (WIDTH - sum(column.width for column in fixed) - _PROGRESS_SUM) / len(days)
    return (
        *fixed,
        *(Column(day.isoformat(), _day_head(day, len(days)), each) for day in days),
        Column("sum", _("完成"), _PROGRESS_SUM),
    )


def cells(sheet: Sheet, part: Part) -> list[dict[str, str]]:
    """The lines of a part, as text by column code."""
    if sheet.kind is PaperKind.CHECK:
        return sorted(
            (_check_cells(line, point) for line in part.lines for point in line.points),
            key=lambda one: one["day"],
        )
    return [_progress_cells(line, len(sheet.days)) for line in part.lines]


def facts(sheet: Sheet, part: Part) -> tuple[str, ...]:
    """The small print under the title."""
    first, last = sheet.first.isoformat(), sheet.last.isoformat()
    span = first if first == last else _("{first} 至 {last}").format(first=first, last=last)
    return (
        _("店铺：{shop}").format(shop=sheet.shop_name),
        _("小组：{group}").format(group=part.group),
        _("范围：{whom}").format(whom=sheet.whom),
        span,
        _("{n} 位客户，{points} 个沟通点，完成 {done}，已检查 {checked}").format(
            n=len(part.lines), points=part.points, done=part.done, checked=part.checked
        ),
    )


def signatures() -> tuple[str, ...]:
    return (_("组长："), _("店长检查："), _("检查日期："), _("发现的问题和改进："))


def foot_note(sheet: Sheet) -> str:
    """Who made it, and what the marks mean."""
    made = _("制表：{name} {day}").format(name=sheet.by, day=sheet.day.isoformat())
    if sheet.kind is PaperKind.CHECK:
        return made
    ways = "　".join(f"{_(mark)} {channel_words(way)}" for way, mark in MARKS.items())
    return f"{made}　　{ways}　{DONE} {_('已联络')}　{FAILED} {_('没联络上')}"


def _day_head(day: date, days: int) -> str:
    if days > WIDE_DAYS:
        return str(day.day)
    from services import formats

    return formats.day(day)


def _check_cells(line: Line, point: Point) -> dict[str, str]:
    said = "；".join(part for part in (point.state_words, point.note) if part)
    return {
        **{
            "done": point.mark,
            "day": point.day.strftime("%m-%d"),
            "card_no": line.card_no,
            "name": line.name,
        },
        **{"grade": line.grade, "topics": point.topics, "channel": channel_words(point.channel)},
        **{"assignee": point.assignee or line.clerk, "result": said, "checked_by": point.checked_by},
        "checked_on": point.checked_on.strftime("%m-%d") if point.checked_on else "",
    }


def _progress_cells(line: Line, days: int) -> dict[str, str]:
    found = {"card_no": line.card_no, "name": line.name, "grade": line.grade, "clerk": line.clerk}
    for point in line.points:
        code = point.on.isoformat()
        if days > WIDE_DAYS:
            words = point.mark or _(MARKS[point.channel])
        else:
            late = "" if point.on == point.day else point.day.strftime(" %m-%d")
            words = f"{point.mark}{_(MARKS[point.channel])} {point.topics}{late}"
        found[code] = "\n".join(part for part in (found.get(code, ""), words) if part)
    done = sum(point.closed for point in line.points)
    return {**found, "sum": f"{done} / {len(line.points)}"}
