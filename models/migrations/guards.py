"""Triggers that stop casual changes of ledgers and decided lines (spec 09 §3.8). Frozen: later ones get new names."""

from __future__ import annotations

_LEDGERS = ("journal_entry", "stock_move", "point_entry")
_FIXED = ("occasion", "due", "gift_id", "cost")
_POINT_FIXED = ("id", "day", "kind", "points", "ticket_id", "reason", "user_id")
"""A merge of two records moves entries to another customer; nothing else of them ever changes."""


def _differ(names: tuple[str, ...], operator: str) -> str:
    return " OR ".join(f"OLD.{name} {operator} NEW.{name}" for name in names)


def _decided_differ(operator: str) -> str:
    # A merge may number a decided line anew among the gifts of its new customer; only then.
    same = "IS" if operator == "IS NOT" else "IS NOT DISTINCT FROM"
    moved = f"OLD.part {operator} NEW.part AND OLD.customer_id {same} NEW.customer_id"
    return f"{_differ(_FIXED, operator)} OR ({moved})"


def _sqlite() -> list[str]:
    found = []
    for table in _LEDGERS:
        for act in ("UPDATE", "DELETE"):
            when = ""
            if table == "point_entry" and act == "UPDATE":
                when = f" WHEN {_differ(_POINT_FIXED, 'IS NOT')}"
            found.append(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}{when}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    found.append(
        "CREATE TRIGGER plan_line_decided BEFORE UPDATE ON plan_line"
        f" WHEN OLD.status IN ('approved', 'issued', 'checked') AND ({_decided_differ('IS NOT')})"
        " BEGIN SELECT RAISE(ABORT, 'a decided line is cancelled and replaced, not edited'); END"
    )
    found.append(
        "CREATE TRIGGER plan_line_kept BEFORE DELETE ON plan_line WHEN OLD.status <> 'draft'"
        " BEGIN SELECT RAISE(ABORT, 'a submitted line is never deleted'); END"
    )
    return found


def _postgres() -> list[str]:
    found = [
        "CREATE FUNCTION shuke_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$"
    ]
    for table in _LEDGERS:
        acts = "DELETE" if table == "point_entry" else "UPDATE OR DELETE"
        found.append(
            f"CREATE TRIGGER {table}_append_only BEFORE {acts} ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION shuke_append_only()"
        )
    found.append(
        "CREATE TRIGGER point_entry_no_update BEFORE UPDATE ON point_entry FOR EACH ROW"
        f" WHEN ({_differ(_POINT_FIXED, 'IS DISTINCT FROM')}) EXECUTE FUNCTION shuke_append_only()"
    )
    found += [
        "CREATE FUNCTION shuke_decided() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'a decided line is cancelled and replaced, not edited'; END $$",
        "CREATE TRIGGER plan_line_decided BEFORE UPDATE ON plan_line FOR EACH ROW"
        f" WHEN (OLD.status IN ('approved', 'issued', 'checked') AND ({_decided_differ('IS DISTINCT FROM')}))"
        " EXECUTE FUNCTION shuke_decided()",
        "CREATE TRIGGER plan_line_kept BEFORE DELETE ON plan_line FOR EACH ROW"
        " WHEN (OLD.status <> 'draft') EXECUTE FUNCTION shuke_decided()",
    ]
    return found


SQLITE_GUARDS_1 = tuple(_sqlite())
POSTGRES_GUARDS_1 = tuple(_postgres())
