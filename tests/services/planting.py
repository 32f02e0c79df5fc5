"""Books in which one person stands in every table, with a word of its own in every column that may hold personal data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models import database
from models.kinds import Calendar, Channel
from models.tables import TABLES
from services import customers
from services.customers import NewCustomer
from services.data_classes import CLASSES
from services.rules.birthdays import Birthday

NAME, PINYIN = "欧阳璟瑄", "ouyangjingxuan"
PHONE, SECOND = "13907219843", "13655807421"
ADDRESS = "遂宁市船山区凤台巷七号三单元"
CARD = "VIP7788"


@dataclass
class Planted:
    """Who was planted, and every marker: `(table, column)` → word."""

    id: int
    other: int
    markers: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """Whatever must not be found in any file afterwards."""
        return [NAME, PINYIN, PHONE, PHONE[::-1], SECOND, SECOND[::-1], ADDRESS, CARD, *self.markers.values()]


def fields_of(table: str) -> dict[str, Any]:
    model = next(one for one in TABLES if one._meta.table_name == table)
    return {one.column_name: one for one in model._meta.sorted_fields}


def plant(shop: Any) -> Planted:
    """A person with a row in every table, and a neighbour whose notes name them."""
    new = NewCustomer(
        NAME, PHONE, card_no=CARD, consent=(Channel.PHONE,), consent_way="口头", more={"address": ADDRESS}
    )
    person = customers.register(shop, new).id
    birthday = Birthday(Calendar.SOLAR, 5, 3, year=1990)
    customers.change(shop, person, {"phones": [SECOND, PHONE], "birthday": birthday, "height_cm": 165})
    neighbour = customers.register(shop, NewCustomer("邻居", "13312345678")).id
    planted = Planted(person, neighbour)
    if not database.is_postgres():
        database.execute("PRAGMA foreign_keys = 0")
    with database.database.atomic():
        if database.is_postgres():
            database.execute("SET LOCAL session_replication_role = replica")
        for table, classes in CLASSES.items():
            if table in {one._meta.table_name for one in TABLES}:
                _plant_in(planted, table, classes)
    if not database.is_postgres():
        database.execute("PRAGMA foreign_keys = 1")
    return planted


def _plant_in(planted: Planted, table: str, classes: Any) -> None:
    fields = fields_of(table)
    if table == "customer":
        for column in classes.text:
            if fields[column].field_type in ("TEXT", "VARCHAR"):
                word = _word(planted, table, column)
                database.execute(f"UPDATE customer SET {column} = ? WHERE id = ?", (word, planted.id))
        return
    if table in ("journal_entry", "shop_info", "staff_user", "staff_group", "policy_version"):
        return
    if table == "journal_body":
        return
    if classes.owner:
        _insert(planted, table, classes, fields, planted.id, own=True)
    if classes.text:
        _insert(planted, table, classes, fields, planted.other, own=False)


def _word(planted: Planted, table: str, column: str) -> str:
    word = f"ZZ{table}QQ{column}ZZ".replace("_", "")
    planted.markers[table, column] = word
    return word


def _insert(
    planted: Planted, table: str, classes: Any, fields: dict[str, Any], customer: int, *, own: bool
) -> None:
    values: dict[str, Any] = {}
    number = 990_000 + (0 if own else 1)
    for column, one in fields.items():
        kind = one.field_type
        if column in ("customer_id", "kept_id", "low_id"):
            values[column] = customer
        elif column in ("other_id", "high_id"):
            values[column] = planted.other if own else 1
        elif column == "id":
            values[column] = number
        elif (
            column in ("line_id", "voucher_id", "message_id") and classes.owner and "SELECT" in classes.owner
        ):
            values[column] = 990_000 if own else 990_001
        elif column.endswith("_id"):
            values[column] = None if one.null else (1 if own else 2)
        elif kind in ("TEXT", "VARCHAR"):
            if column in classes.text:
                word = _word(planted, table, column) if own else f"和{NAME}一起，{PHONE}"
                values[column] = word
            elif column in classes.emptied and own and table != "phone":
                values[column] = _word(planted, table, column)
            elif one.null:
                values[column] = None
            else:
                values[column] = _code(table, column) + ("" if own or not one.unique else "2")
        elif kind == "DATE":
            values[column] = None if one.null else database.day_value(date(2026, 11, 1))
        elif kind in ("DATETIME", "TIMESTAMP"):
            values[column] = None if one.null else "2026-11-01 00:00:00"
        elif column in ("points", "paid", "quantity", "amount", "worth", "value"):
            values[column] = 0
        else:
            values[column] = None if one.null else (1 if own else 2)
    if table in ("phone", "opt_out"):
        return
    if table == "customer_merge":
        for column in ("before", "after", "moved"):
            values[column] = '{"note": "' + str(values[column]) + '"}' if own else "{}"
        values["undone"] = 1
    names = ", ".join(f'"{name}"' for name in values)
    sql = f"INSERT INTO {table} ({names}) VALUES ({database.marks(list(values))})"
    database.execute(sql, tuple(values.values()))


_CODES = {
    ("contact", "state"): "planned",
    ("plan_line", "status"): "cancelled",
    ("sms_message", "state"): "delivered",
    ("voucher", "state"): "void",
    ("stocktake", "state"): "closed",
}


def _code(table: str, column: str) -> str:
    return _CODES.get((table, column), "x")


def found_in(data: bytes, words: list[str]) -> list[str]:
    """Which words stand in these bytes, also as JSON in ASCII or UTF-16."""
    found = []
    for word in words:
        forms = {word.encode(), word.encode("utf-16-le"), re.escape(word).encode()}
        forms.add(word.encode("unicode_escape"))
        if any(form in data for form in forms if form):
            found.append(word)
    return found
