"""Filters kept by name, for everybody in the shop: listed, saved, renamed, deleted with undo."""

from __future__ import annotations

from dataclasses import dataclass

from models import database
from models.kinds import Role
from services import journal
from services.errors import NotAllowed, Refused
from services.filters.usual import usual
from services.rights import Right, require
from services.rules import customer_data as data
from services.rules import filters as rules
from services.rules.filters import Filter
from services.shop import Shop
from services.words import _

NAME_MAX = 30


@dataclass(frozen=True)
class Saved:
    """One kept filter."""

    id: int
    name: str
    conditions: str
    """JSON; `filter` reads it."""
    creator: str
    mine: bool
    """The person at work made it, or may tidy up everybody's."""

    @property
    def filter(self) -> Filter:
        """Raises Refused where a newer program wrote what this one does not understand."""
        return rules.from_json(self.conditions)


def saved(shop: Shop) -> list[Saved]:
    """All kept filters of the shop, by name."""
    require(shop, Right.SEE)
    found = database.rows(
        "SELECT f.id, f.name, f.conditions, COALESCE(u.name, ''), f.user_id FROM saved_filter f"
        " LEFT JOIN staff_user u ON u.id = f.user_id ORDER BY f.name"
    )
    return [Saved(row[0], row[1], row[2], row[3], _may_change(shop, row[4])) for row in found]


def by_name(shop: Shop, name: str) -> Filter:
    """The filter of that name: a kept one, else a shipped one by its words or code. Raises Refused."""
    require(shop, Right.SEE)
    wanted = name.strip()
    kept = database.value_of("SELECT conditions FROM saved_filter WHERE name = ?", (wanted,))
    if kept is not None:
        return rules.from_json(str(kept))
    for one in usual(shop):
        if wanted in (one.code, one.words, _(one.words)):
            return one.filter
    known = [one.name for one in saved(shop)] + [_(one.words) for one in usual(shop)]
    raise Refused(
        "没有叫“{name}”的筛选；可选 {known}。", name=wanted, known=_("、").join(known), field="filter"
    )


def save(shop: Shop, name: str, wanted: Filter) -> int:
    """Keeps a filter under a new name. Returns its id. Raises Refused for a taken name or an empty filter."""
    require(shop, Right.SEE)
    rules.check(wanted)
    if not wanted.conditions:
        raise Refused("还没有筛选条件，没有什么可保存。")
    with database.database.atomic():
        words = _free_name(shop, name)
        number = database.insert(
            "saved_filter",
            name=words,
            conditions=rules.to_json(wanted),
            user_id=shop.who,
            created_at=shop.clock.now(),
        )
        journal.note(shop, "filter.saved", "saved_filter", number, body={"name": words})
    return number


def rename(shop: Shop, filter_id: int, name: str) -> str:
    """Another name. Returns the former one. Raises Refused."""
    require(shop, Right.SEE)
    with database.database.atomic():
        before, _conditions, _user, _at = _row(shop, filter_id)
        words = _free_name(shop, name, filter_id)
        database.execute("UPDATE saved_filter SET name = ? WHERE id = ?", (words, filter_id))
        body = {"before": before, "after": words}
        journal.note(shop, "filter.renamed", "saved_filter", filter_id, body=body)
    return before


def delete(shop: Shop, filter_id: int) -> Saved:
    """Takes a kept filter away. Returns it: `restore` with it is the undo. Raises Refused."""
    require(shop, Right.SEE)
    with database.database.atomic():
        name, conditions, _user, _at = _row(shop, filter_id)
        database.execute("DELETE FROM saved_filter WHERE id = ?", (filter_id,))
        body = {"name": name, "conditions": conditions}
        journal.note(shop, "filter.deleted", "saved_filter", filter_id, body=body)
    return Saved(filter_id, name, conditions, "", True)


def restore(shop: Shop, gone: Saved) -> int:
    """Puts a deleted filter back. Raises Refused where its name was taken meanwhile."""
    return save(shop, gone.name, gone.filter)


def _row(shop: Shop, filter_id: int) -> tuple[str, str, int | None, object]:
    found = database.row(
        "SELECT name, conditions, user_id, created_at FROM saved_filter WHERE id = ?", (filter_id,)
    )
    if found is None:
        raise Refused("这个筛选已经被删除了。")
    if not _may_change(shop, found[2]):
        raise NotAllowed("“{name}”是别人保存的，请本人或店长来改。", name=found[0])
    return str(found[0]), str(found[1]), found[2], found[3]


def _may_change(shop: Shop, creator: int | None) -> bool:
    """One's own, and for the manager everybody's."""
    return shop.role is not Role.CLERK or creator == shop.who


def _free_name(shop: Shop, name: str, own: int = 0) -> str:
    words = data.short(name, "name", NAME_MAX)
    if not words:
        raise Refused("请给筛选起个名字。", field="name")
    shipped = {text for one in usual(shop) for text in (one.code, one.words, _(one.words))}
    taken = database.row("SELECT 1 FROM saved_filter WHERE name = ? AND id <> ?", (words, own))
    if taken or words in shipped:
        raise Refused("已经有叫“{name}”的筛选，请换个名字。", name=words, field="name")
    return words
