"""What stands in the cells of 检核表 and 沟通进度表, whatever the file: columns, lines, small print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.contact_sheet import DONE, FAILED, MARKS, Line, PaperKind, Part, Point, Sheet
from services.contact_words import channel_words
from services.words import N_, _

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
    said = _("；").join(part for part in (point.state_words, point.note) if part)
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
