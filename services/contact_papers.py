"""检核表 and 沟通进度表: gathered for a day, a week or a month, a group or a clerk; drawn or written (seeds/002 考核点三)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from models import database
from models.kinds import Channel, ContactState, Role
from services import journal
from services.contact_lists import Filters, View, conditions
from services.contact_sheet import Line, PaperKind, Part, Point, Sheet
from services.contact_words import state_words, topic_words
from services.errors import NotAllowed, Refused
from services.rights import Right, require
from services.shop import Shop
from services.words import _

MOST = 3_000
"""Lines on one paper: nobody works through more by hand."""
KINDS = (".pdf", ".xlsx")


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
