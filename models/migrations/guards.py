"""Triggers that stop casual changes of ledgers and decided lines (spec 09 §3.8). Frozen: later ones get new names."""

from __future__ import annotations

_LEDGERS = ("journal_entry", "stock_move", "point_entry")
_FIXED = ("customer_id", "occasion", "due", "gift_id", "cost", "part")


def _sqlite() -> list[str]:
    found = []
    for table in _LEDGERS:
        for act in ("UPDATE", "DELETE"):
            found.append(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _FIXED if name != "customer_id")
    found.append(
        "CREATE TRIGGER plan_line_decided BEFORE UPDATE ON plan_line"
        f" WHEN OLD.status IN ('approved', 'issued', 'checked') AND ({differs})"
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
        found.append(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION shuke_append_only()"
        )
    differs = " OR ".join(
        f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _FIXED if name != "customer_id"
    )
    found += [
        "CREATE FUNCTION shuke_decided() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'a decided line is cancelled and replaced, not edited'; END $$",
        "CREATE TRIGGER plan_line_decided BEFORE UPDATE ON plan_line FOR EACH ROW"
        f" WHEN (OLD.status IN ('approved', 'issued', 'checked') AND ({differs}))"
        " EXECUTE FUNCTION shuke_decided()",
        "CREATE TRIGGER plan_line_kept BEFORE DELETE ON plan_line FOR EACH ROW"
        " WHEN (OLD.status <> 'draft') EXECUTE FUNCTION shuke_decided()",
    ]
    return found


SQLITE_GUARDS_1 = tuple(_sqlite())
POSTGRES_GUARDS_1 = tuple(_postgres())
