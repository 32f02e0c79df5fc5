"""What the shop changed about its prints: card texts, envelope places, label sheets. Versions are kept, never edited."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from models import database
from services import journal
from services.rights import Right, require
from services.shop import Shop

Body = Mapping[str, Any]


class Setup(str, Enum):
    """What can be set up; the value stands in the table and, with a dot, in the journal's act."""

    CARD_TEXT = "card_text"
    ENVELOPE = "envelope"
    LABEL_SHEET = "label_sheet"


@dataclass(frozen=True)
class Saved:
    """One version written: `before` is what undo writes again (None: as shipped)."""

    kind: Setup
    name: str
    before: dict[str, Any] | None


@dataclass(frozen=True)
class Version:
    """A version as the history shows it. `body` None: the shipped one was taken back."""

    id: int
    body: dict[str, Any] | None
    user: str
    at: str


def current(kind: Setup) -> dict[str, dict[str, Any]]:
    """The bodies in force, by name; what is as shipped is not among them. One query."""
    found = database.rows(
        "SELECT name, body FROM print_setup WHERE id IN"
        " (SELECT MAX(id) FROM print_setup WHERE kind = ? GROUP BY name) ORDER BY name",
        (kind.value,),
    )
    return {name: json.loads(body) for name, body in found if body}


def body_of(kind: Setup, name: str) -> dict[str, Any] | None:
    """The body in force; None when it is as shipped."""
    found = database.value_of(
        "SELECT body FROM print_setup WHERE kind = ? AND name = ? ORDER BY id DESC LIMIT 1",
        (kind.value, name),
    )
    return json.loads(found) if found else None


def history(shop: Shop, kind: Setup, name: str, limit: int = 20) -> list[Version]:
    """The newest versions first, with who wrote them."""
    require(shop, Right.PRINT)
    found = database.rows(
        "SELECT s.id, s.body, COALESCE(u.name, ''), s.created_at FROM print_setup s"
        " LEFT JOIN staff_user u ON u.id = s.user_id WHERE s.kind = ? AND s.name = ? ORDER BY s.id DESC LIMIT ?",
        (kind.value, name, limit),
    )
    return [Version(row[0], json.loads(row[1]) if row[1] else None, row[2], str(row[3])) for row in found]


def save(shop: Shop, kind: Setup, name: str, body: Body | None) -> Saved:
    """Writes a new version; None takes the shipped one back. The caller has checked the body. Undo: `back`."""
    require(shop, Right.PRINT_SETUP)
    with database.database.atomic():
        before = body_of(kind, name)
        after = dict(body) if body is not None else None
        if after != before:
            database.insert(
                "print_setup",
                kind=kind.value,
                name=name,
                body="" if after is None else json.dumps(after, ensure_ascii=False, sort_keys=True),
                user_id=shop.who,
                created_at=database.moment_value(shop.clock.now()),
            )
            note = {"name": name, "before": before, "after": after}
            journal.note(shop, f"print.{kind.value}", "print_setup", body=note)
    return Saved(kind, name, before)


def back(shop: Shop, saved: Saved) -> None:
    """Undo: the version before is written once more."""
    save(shop, saved.kind, saved.name, saved.before)
