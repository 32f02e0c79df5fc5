"""The rows that a merge moves from one customer to another, and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from models import database
from models.customer import Customer
from services.errors import Refused
from services.rules import merging as rules

Record = dict[str, Any]
"""The columns of one customer as they stand in JSON: days as ISO text."""
Moved = dict[str, list[Any]]
"""Table → ids, or what was changed besides the customer."""

PLAIN = {"referred_by": "referred_by_id", "group": "group_id", "clerk": "clerk_id"}
BIRTH = ("birth_calendar", "birth_month", "birth_day", "birth_leap", "birth_year")
COLUMNS = tuple(
    field.column_name for field in Customer._meta.sorted_fields if field.column_name not in ("id", "version")
)
TOTALS = (*rules.SUMS, "first_purchase", "last_purchase", "last_visit", "last_contact")
GRADED = (*TOTALS, "grade", "base_grade", "state", "grade_rule", "hand_grade", "special")
"""Compared with what the merge left, to see whether anything happened since that must be counted or judged anew."""
_DAYS = frozenset(
    name for name in COLUMNS if name.endswith(("_on", "_purchase", "_visit")) or name == "last_contact"
)

SIMPLE = (
    *("consent", "note", "ticket", "purchase", "visit", "point_entry", "contact", "print_item"),
    *("erase_request", "voucher", "redemption", "asked_question", "shop_text_use"),
)
"""Tables whose rows just change the customer. The journal and the changes of grade stay: they tell each record's past."""
STAYING = (
    "grade_change",
    "customer_merge",
    "not_same",
    "allocation_move",
    "sms_message",
    "sms_left_out",
    "sms_incoming",
    "campaign_member",
    "campaign_answer",
)
"""Tables with a customer that a merge leaves alone (search tokens are written anew)."""
_CHUNK = 2_000


def record(customer_id: int) -> Record:
    """All columns of one customer. Raises Refused when there is none."""
    names = ", ".join(COLUMNS)
    found = database.row(f"SELECT id, version, {names} FROM customer WHERE id = ?", (customer_id,))
    if found is None:
        raise Refused("没有这位客户。")
    values = dict(zip(("id", "version", *COLUMNS), found, strict=True))
    for name in _DAYS:
        day = database.as_day(values[name])
        values[name] = day.isoformat() if day else None
    return values


def write(customer_id: int, values: Record) -> None:
    """Writes these columns and raises the version."""
    marks = ", ".join(f"{name} = ?" for name in values)
    stored = [
        date.fromisoformat(value) if name in _DAYS and value is not None else value
        for name, value in values.items()
    ]
    database.execute(
        f"UPDATE customer SET {marks}, version = version + 1 WHERE id = ?", (*stored, customer_id)
    )


def rows_of(keep_id: int, other_id: int) -> Moved:
    """Everything of the other record that moves. Doubles of what the kept one has stay where they are, unseen."""
    moved: Moved = {
        table: [
            row[0]
            for row in database.rows(f"SELECT id FROM {table} WHERE customer_id = ? ORDER BY id", (other_id,))
        ]
        for table in SIMPLE
    }
    both = (other_id, keep_id)
    moved["phone"] = _lists(
        "SELECT number, position FROM phone WHERE customer_id = ? AND number NOT IN"
        " (SELECT number FROM phone WHERE customer_id = ?) ORDER BY position, id",
        both,
    )
    moved["remembered_day"] = [
        row[0]
        for row in database.rows(
            "SELECT o.id FROM remembered_day o WHERE o.customer_id = ? AND NOT EXISTS (SELECT 1 FROM"
            " remembered_day k WHERE k.customer_id = ? AND k.label = o.label AND k.calendar = o.calendar"
            " AND k.month = o.month AND k.day = o.day) ORDER BY o.id",
            both,
        )
    ]
    moved["opt_out"] = [
        row[0]
        for row in database.rows(
            "SELECT channel FROM opt_out WHERE customer_id = ? AND channel NOT IN"
            " (SELECT channel FROM opt_out WHERE customer_id = ?) ORDER BY channel",
            both,
        )
    ]
    moved["plan_line"] = _lists("SELECT id, part FROM plan_line WHERE customer_id = ? ORDER BY id", both[:1])
    moved["referred"] = [
        row[0]
        for row in database.rows(
            "SELECT id FROM customer WHERE referred_by_id = ? AND id <> ? ORDER BY id", both
        )
    ]
    return moved


def _lists(sql: str, params: tuple[int, ...]) -> list[list[Any]]:
    return [list(row) for row in database.rows(sql, params)]


def double_gifts(keep_id: int, other_id: int) -> int:
    """Occasions of the same day for which both have a gift line that counts."""
    return int(
        database.value_of(
            "SELECT COUNT(*) FROM (SELECT DISTINCT o.occasion, o.due FROM plan_line o JOIN plan_line k"
            " ON k.occasion = o.occasion AND k.due = o.due AND k.customer_id = ? AND k.live = 1"
            " WHERE o.customer_id = ? AND o.live = 1) AS twice",
            (keep_id, other_id),
        )
        or 0
    )


def move(moved: Moved, keep_id: int, other_id: int) -> None:
    """Gives the rows to the kept record, inside the caller's transaction."""
    for table in (*SIMPLE, "remembered_day"):
        _give(table, moved[table], other_id, keep_id)
    after = int(
        database.value_of("SELECT COALESCE(MAX(position), -1) FROM phone WHERE customer_id = ?", (keep_id,))
    )
    database.execute_many(
        "UPDATE phone SET customer_id = ?, position = ? WHERE customer_id = ? AND number = ?",
        [
            (keep_id, after + place, other_id, number)
            for place, (number, _position) in enumerate(moved["phone"], 1)
        ],
    )
    database.execute_many(
        "UPDATE opt_out SET customer_id = ? WHERE customer_id = ? AND channel = ?",
        [(keep_id, other_id, channel) for channel in moved["opt_out"]],
    )
    database.execute_many(
        "UPDATE customer SET referred_by_id = ? WHERE id = ?", [(keep_id, one) for one in moved["referred"]]
    )
    _move_lines(keep_id, other_id)


def _move_lines(keep_id: int, other_id: int) -> None:
    taken = {
        (row[0], str(row[1]), row[2])
        for row in database.rows(
            "SELECT occasion, due, part FROM plan_line WHERE customer_id = ? AND live = 1", (keep_id,)
        )
    }
    lines = [
        (row[0], (row[1], str(row[2])), row[3], bool(row[4]))
        for row in database.rows(
            "SELECT id, occasion, due, part, live FROM plan_line WHERE customer_id = ? ORDER BY id",
            (other_id,),
        )
    ]
    parts = rules.free_parts(taken, lines)
    database.execute_many(
        "UPDATE plan_line SET customer_id = ?, part = ? WHERE id = ?",
        [(keep_id, part, number) for number, part in parts.items()],
    )


def hold(*customer_ids: int) -> None:
    """Until the transaction ends no other counter books anything for these customers; SQLite sees to that by itself."""
    if database.is_postgres():
        database.execute(
            f"SELECT id FROM customer WHERE id IN ({database.marks(customer_ids)}) ORDER BY id FOR UPDATE",
            customer_ids,
        )


def without_gone(merge_id: int, moved: Moved) -> Moved:
    """What moved, without rows that were deleted since: their numbers may belong to younger rows by now."""
    gone: dict[str, set[int]] = {}
    for table, number in database.rows(
        "SELECT table_name, row_id FROM merge_gone WHERE merge_id = ?", (merge_id,)
    ):
        gone.setdefault(table, set()).add(number)
    left = dict(moved)
    for table, numbers in gone.items():
        left[table] = [
            one for one in moved.get(table, []) if (one[0] if isinstance(one, list) else one) not in numbers
        ]
    return left


def pass_on_gone(merge_id: int, customer_id: int) -> None:
    """A merge comes apart: what was deleted under it is gone for the earlier merges of this customer, too."""
    database.execute(
        "INSERT INTO merge_gone (merge_id, table_name, row_id) SELECT m.id, g.table_name, g.row_id FROM merge_gone g"
        " JOIN customer_merge m ON m.kept_id = ? AND m.undone = 0 AND m.id <> g.merge_id WHERE g.merge_id = ?"
        " ON CONFLICT DO NOTHING",
        (customer_id, merge_id),
    )


def move_back(moved: Moved, keep_id: int, other_id: int) -> None:
    """Gives the rows back, with what was written to them since: returned lines, points and gifts of their tickets.

    Rows deleted since are gone. Purchases go with their tickets, telephone numbers by the number itself.
    """
    for table in (*(name for name in SIMPLE if name != "purchase"), "remembered_day"):
        _give(table, moved.get(table, []), keep_id, other_id)
    for table in ("purchase", "point_entry"):
        _follow(table, "ticket_id", "ticket", keep_id, other_id)
    database.execute_many(
        "UPDATE plan_line SET customer_id = ?, part = ? WHERE id = ? AND customer_id = ?",
        [(other_id, part, number, keep_id) for number, part in moved["plan_line"]],
    )
    _follow("plan_line", "ticket_id", "ticket", keep_id, other_id)
    while _follow("plan_line", "replaces_id", "plan_line", keep_id, other_id):
        pass
    _follow("contact", "plan_line_id", "plan_line", keep_id, other_id)
    _follow("contact", "ticket_id", "ticket", keep_id, other_id)
    database.execute_many(
        "UPDATE phone SET customer_id = ?, position = ? WHERE customer_id = ? AND number = ?",
        [(other_id, position, keep_id, number) for number, position in moved["phone"]],
    )
    database.execute_many(
        "DELETE FROM opt_out WHERE customer_id = ? AND channel = ?",
        [(keep_id, channel) for channel in moved["opt_out"]],
    )
    database.execute_many(
        "INSERT INTO opt_out (customer_id, channel) VALUES (?, ?)",
        [(other_id, channel) for channel in moved["opt_out"]],
    )
    database.execute_many(
        "UPDATE customer SET referred_by_id = ? WHERE id = ? AND referred_by_id = ?",
        [(other_id, one, keep_id) for one in moved["referred"]],
    )


def _give(table: str, ids: list[Any], giver: int, taker: int) -> None:
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        database.execute(
            f"UPDATE {table} SET customer_id = ? WHERE customer_id = ? AND id IN ({database.marks(part)})",
            (taker, giver, *part),
        )


def _follow(table: str, column: str, parent: str, giver: int, taker: int) -> int:
    return database.execute(
        f"UPDATE {table} SET customer_id = ? WHERE customer_id = ? AND {column} IN"
        f" (SELECT id FROM {parent} WHERE customer_id = ?)",
        (taker, giver, taker),
    )
