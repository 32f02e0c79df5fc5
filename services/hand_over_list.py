"""The hand-over list: gathered from the books, drawn or written, and its way out of the shop kept in the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from models import database
from models.kinds import Calendar, LineStatus, Role
from services import formats, journal
from services.contact_words import topic_words
from services.errors import Refused
from services.gifts.wording import occasion_words
from services.hand_over import HandOver
from services.rights import Right, require
from services.rules import birthdays
from services.rules.birthdays import Birthday
from services.schedule_needs import OPEN
from services.sheets.hand_over import HandOverSheet, ListLine, ListPart
from services.shop import Shop
from services.words import _

KINDS = (".pdf", ".xlsx")
_NOTE_MAX = 40
"""Characters of the newest note that stand on the list."""
_CHUNK = 2_000


def sheet_of(shop: Shop, done: HandOver) -> HandOverSheet:
    """The list of a preview or of what was just done. Refused above the limit of a manager's exports."""
    takers = [(share.id, share.people, share.also) for share in done.shares]
    return _sheet(shop, done.leaver, takers, planned=not done.act)


def sheet_of_act(shop: Shop, number: int) -> HandOverSheet:
    """The list of a hand-over that was made earlier: its customers as they stand today. Refused for another act."""
    require(shop, Right.GROUPS)
    found = database.row(
        "SELECT l.name FROM allocation a JOIN staff_user l ON l.id = a.leaver_id WHERE a.id = ?", (number,)
    )
    if found is None:
        raise Refused("没有编号为 {number} 的交接。", number=number)
    people: dict[int, list[int]] = {}
    for taker, customer in database.rows(
        "SELECT to_clerk_id, customer_id FROM allocation_move WHERE allocation_id = ? ORDER BY customer_id",
        (number,),
    ):
        people.setdefault(taker, []).append(customer)
    also: dict[int, list[int]] = {}
    for taker, customer in database.rows(
        "SELECT DISTINCT t.to_user_id, k.customer_id FROM allocation_contact t JOIN contact k ON k.id = t.contact_id"
        " WHERE t.allocation_id = ? AND NOT EXISTS (SELECT 1 FROM allocation_move m"
        " WHERE m.allocation_id = t.allocation_id AND m.customer_id = k.customer_id) ORDER BY 1, 2",
        (number,),
    ):
        also.setdefault(taker, []).append(customer)
    takers = [(one, people.get(one, ()), also.get(one, ())) for one in sorted({*people, *also})]
    return _sheet(shop, found[0], takers, planned=False)


def draw(shop: Shop, sheet: HandOverSheet) -> bytes:
    """The list as a PDF to look at and print. That it was drawn is kept: paper leaves the shop like a file."""
    from services.sheets import hand_over_pdf

    require(shop, Right.GROUPS)
    data = hand_over_pdf.draw(sheet).bytes()
    _keep_trail(shop, sheet, "", data)
    return data


def write(shop: Shop, sheet: HandOverSheet, out: Path | str) -> int:
    """Writes the list as .pdf or .xlsx. Returns its customers. Raises Refused for another ending, Unavailable."""
    require(shop, Right.GROUPS)
    out = Path(out)
    if out.suffix.lower() not in KINDS:
        raise Refused("交接清单只能存为 .pdf 或 .xlsx，“{file}”不行。", file=out.name, field="list")
    if out.suffix.lower() == ".pdf":
        from services.sheets import hand_over_pdf

        hand_over_pdf.draw(sheet).save(out)
    else:
        from services.sheets import hand_over_xlsx

        hand_over_xlsx.write(sheet, out)
    _keep_trail(shop, sheet, out.name, out.read_bytes())
    return sheet.rows


def _keep_trail(shop: Shop, sheet: HandOverSheet, file: str, data: bytes) -> None:
    with database.database.atomic():
        body = {
            "name": sheet.leaver,
            "rows": sheet.rows,
            "file": file,
            "sha256": hashlib.sha256(data).hexdigest(),
            "full": int(not sheet.masked),
        }
        journal.note(shop, "group.hand_over_listed", "staff_group", body=body)


def _sheet(
    shop: Shop, leaver: str, takers: Sequence[tuple[int, Sequence[int], Sequence[int]]], *, planned: bool
) -> HandOverSheet:
    require(shop, Right.GROUPS)
    full = shop.role is Role.OWNER
    count = sum(len(people) + len(also) for _one, people, also in takers)
    most = shop.policy.safety.manager_export_rows
    if not full and count > most:
        raise Refused("清单上有 {n} 位客户，店长一次最多 {most} 位。请店主登录后打印。", n=count, most=most)
    gone = database.value_of("SELECT id FROM staff_user WHERE name = ?", (leaver,))
    lines = _lines(shop, {one for _t, people, also in takers for one in (*people, *also)}, gone, full)
    names = {
        row[0]: row[1:]
        for row in database.rows(
            "SELECT u.id, u.name, COALESCE(g.name, '') FROM staff_user u LEFT JOIN staff_group g ON g.id = u.group_id"
        )
    }
    parts = []
    for taker, people, also in takers:
        ours = [lines[one] for one in (*people, *also) if one in lines]
        ours.sort(key=lambda found: found[0])
        parts.append(
            ListPart(
                names[taker][0],
                names[taker][1],
                tuple(found[1] for found in ours),
                _mix_words([found[1].grade for found in ours]),
                sum(found[2] for found in ours),
                sum(found[3] for found in ours),
            )
        )
    seq, head = journal.head()
    return HandOverSheet(
        leaver,
        shop.info.name,
        shop.today(),
        shop.actor.name if shop.actor else "",
        tuple(part for part in parts if part.lines),
        planned,
        not full,
        f"{head[:16]}@{seq}",
    )


_Found = tuple[tuple[Any, ...], ListLine, int, int]
"""Place in the list, the line, its open contacts and its waiting gifts."""


def _lines(shop: Shop, customers: set[int], gone: int | None, full: bool) -> dict[int, _Found]:
    tasks, calls, gifts = _tasks(customers)
    phones = dict(
        _chunked(
            "SELECT customer_id, number FROM phone WHERE customer_id IN ({marks}) ORDER BY position DESC, id DESC",
            customers,
        )
    )
    served = dict(
        _chunked(
            "SELECT customer_id, COUNT(*) FROM ticket WHERE customer_id IN ({marks}) AND counts = 1 AND user_id = ?"
            " GROUP BY customer_id",
            customers,
            gone,
        )
    )
    found: dict[int, _Found] = {}
    for row in _chunked(
        "SELECT id, card_no, name, grade, state, last_contact, birth_calendar, birth_month, birth_day, birth_leap,"
        " birth_year, sort_key FROM customer WHERE id IN ({marks}) AND state IN ('active', 'lost')",
        customers,
    ):
        number = row[0]
        grade = _("流失") if row[4] == "lost" else row[3]
        phone = phones.get(number, "")
        line = ListLine(
            row[1],
            row[2],
            grade,
            phone if full else formats.masked(phone) if phone else "",
            database.as_day(row[5]),
            "；".join(tasks.get(number, ())),
            _birthday(shop, row[6:11]),
            served.get(number, 0),
        )
        place = (row[4] == "lost", row[3], -line.served, row[11], number)
        found[number] = (place, line, calls.get(number, 0), gifts.get(number, 0))
    return found


def _tasks(customers: set[int]) -> tuple[dict[int, list[str]], dict[int, int], dict[int, int]]:
    """What is still to be done for each: planned contacts, approved gifts, and the newest thing they told us."""
    tasks: dict[int, list[str]] = {}
    calls: dict[int, int] = {}
    gifts: dict[int, int] = {}
    for customer, due, topics in _chunked(
        "SELECT k.customer_id, k.due, k.topics FROM contact k WHERE k.customer_id IN ({marks})"
        f" AND {OPEN.format(k='k')} ORDER BY k.due, k.id",
        customers,
    ):
        words = _("、").join(topic_words(topic) for topic in topics.split(",") if topic)
        tasks.setdefault(customer, []).append(f"{_month_day(due)} {words}")
        calls[customer] = calls.get(customer, 0) + 1
    for customer, occasion, due, gift in _chunked(
        "SELECT l.customer_id, l.occasion, l.due, COALESCE(g.name, '') FROM plan_line l"
        " LEFT JOIN gift g ON g.id = l.gift_id WHERE l.customer_id IN ({marks}) AND l.status = ? AND l.live = 1"
        " ORDER BY l.due, l.id",
        customers,
        LineStatus.APPROVED.value,
    ):
        words = _("待发礼品：{gift}（{occasion} {day}）").format(
            gift=gift or _("（未定礼品）"), occasion=occasion_words(occasion), day=_month_day(due)
        )
        tasks.setdefault(customer, []).append(words)
        gifts[customer] = gifts.get(customer, 0) + 1
    for customer, text in _chunked(
        "SELECT n.customer_id, n.text FROM note n JOIN (SELECT MAX(id) AS id FROM note WHERE customer_id IN ({marks})"
        " GROUP BY customer_id) AS newest ON newest.id = n.id",
        customers,
    ):
        shown = text if len(text) <= _NOTE_MAX else text[:_NOTE_MAX] + "…"
        tasks.setdefault(customer, []).append(_("备注：{text}").format(text=" ".join(shown.split())))
    return tasks, calls, gifts


def _month_day(value: Any) -> str:
    day = database.as_day(value)
    return day.strftime("%m-%d") if day else ""


def _birthday(shop: Shop, stored: Sequence[Any]) -> str:
    if not stored[0]:
        return ""
    one = Birthday(Calendar(stored[0]), stored[1], stored[2], bool(stored[3]), stored[4])
    day = birthdays.next_day(one, shop.today(), shop.policy.birthdays)
    if day is None:
        return ""
    lunar = _("农历") if one.calendar is Calendar.LUNAR else ""
    return f"{day.isoformat()} {lunar}".strip()


def _mix_words(grades: Sequence[str]) -> str:
    words = [f"{one} {grades.count(one)}" for one in ("A", "B", "C")]
    lost = len(grades) - sum(grades.count(one) for one in "ABC")
    return " ".join([*words, *([f"{_('流失')} {lost}"] if lost else [])])


def _chunked(sql: str, ids: Iterable[int], *more: Any) -> Iterator[tuple[Any, ...]]:
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        yield from database.rows(sql.format(marks=database.marks(part)), (*part, *more))
