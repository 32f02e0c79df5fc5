"""Groups: made, named, closed, and evenly filled with customers, by count and by grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models import database
from services import allocation_log, journal
from services.allocation_log import Kind, Move
from services.errors import Refused
from services.rights import Right, require
from services.rules import allocation as rules
from services.rules import customer_data as data
from services.shop import Shop

GRADES = ("A", "B", "C")
NAME_MAX = 30
_OPEN = ("planned", "postponed", "no_answer")
_CHUNK = 2_000


@dataclass(frozen=True)
class GroupSize:
    """A group with its customers by grade, now and after an even distribution."""

    id: int
    name: str
    now: tuple[int, int, int]
    """A, B, C"""
    then: tuple[int, int, int]
    takes_part: bool = True
    """False: its customers are given to the other groups."""


@dataclass(frozen=True)
class Distribution:
    """What an even distribution does, or did."""

    groups: tuple[GroupSize, ...]
    moved: int
    moves: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    """(customer, group) of everybody who changes group"""
    mark: str = ""
    """Stands for exactly these moves: `apply` refuses when they would be others by now"""
    act: int = 0
    """The number under which the act is kept and can be undone; 0 for a preview"""


@dataclass(frozen=True)
class Mover:
    """One customer who changes group, for the preview's list."""

    id: int
    card_no: str
    name: str
    grade: str
    group: str
    clerk: str


@dataclass(frozen=True)
class Member:
    """One person of a group."""

    id: int
    name: str
    group: str
    customers: int
    open_contacts: int


def add_group(shop: Shop, name: str) -> int:
    """A new group, or a closed one of that name opened again. Returns its id. Raises Refused for a taken name."""
    require(shop, Right.GROUPS)
    with database.database.atomic():
        closed = database.value_of(
            "SELECT id FROM staff_group WHERE name = ? AND active = 0", (data.short(name, "name", NAME_MAX),)
        )
        if closed is not None:
            _set_open(shop, int(closed), True)
            return int(closed)
        words = _free_name(name, 0)
        number = database.insert("staff_group", name=words, active=1)
        journal.note(shop, "group.added", "staff_group", number, body={"name": words})
    return number


def rename_group(shop: Shop, group_id: int, name: str) -> str:
    """Another name for a group. Returns the former one. Raises Refused."""
    require(shop, Right.GROUPS)
    with database.database.atomic():
        before = database.value_of("SELECT name FROM staff_group WHERE id = ?", (group_id,))
        if before is None:
            raise Refused("没有这个销售组。")
        words = _free_name(name, group_id)
        database.execute("UPDATE staff_group SET name = ? WHERE id = ?", (words, group_id))
        journal.note(shop, "group.renamed", "staff_group", group_id, body={"before": before, "after": words})
    return str(before)


def close_group(shop: Shop, group_id: int) -> None:
    """Takes an empty group off all lists; what it did is kept. Raises Refused while somebody belongs to it."""
    require(shop, Right.GROUPS)
    with database.database.atomic():
        found = database.row(
            "SELECT g.name, (SELECT COUNT(*) FROM customer c WHERE c.group_id = g.id AND c.state = 'active'),"
            " (SELECT COUNT(*) FROM staff_user u WHERE u.group_id = g.id AND u.active = 1),"
            " (SELECT COUNT(*) FROM staff_group o WHERE o.active = 1) FROM staff_group g"
            " WHERE g.id = ? AND g.active = 1",
            (group_id,),
        )
        if found is None:
            raise Refused("没有这个销售组。")
        name, customers, people, groups = found
        if groups <= 1:
            raise Refused("至少要留一个销售组：客户都在组里。请先添加另一个组。")
        if people:
            raise Refused(
                "“{name}”还有 {n} 位组员。请先在下面的名单里把他们换到别的组，再关闭。", name=name, n=people
            )
        if customers:
            raise Refused(
                "“{name}”还有 {n} 位客户。请先按“平均分配”，不选这一组，把客户分给别的组，再关闭。",
                name=name,
                n=customers,
            )
        _set_open(shop, group_id, False)


def reopen_group(shop: Shop, group_id: int) -> None:
    """The undo of `close_group`."""
    require(shop, Right.GROUPS)
    with database.database.atomic():
        _set_open(shop, group_id, True)


def _set_open(shop: Shop, group_id: int, opened: bool) -> None:
    database.execute("UPDATE staff_group SET active = ? WHERE id = ?", (int(opened), group_id))
    name = database.value_of("SELECT name FROM staff_group WHERE id = ?", (group_id,))
    act = "group.reopened" if opened else "group.closed"
    journal.note(shop, act, "staff_group", group_id, body={"name": name})


def place_member(shop: Shop, user_id: int, group_id: int | None) -> int | None:
    """Puts a person into a group, or into none. Their customers stay theirs. Returns the former group. Raises Refused."""
    require(shop, Right.GROUPS)
    with database.database.atomic():
        found = database.row("SELECT name, group_id FROM staff_user WHERE id = ? AND active = 1", (user_id,))
        if found is None:
            raise Refused("没有这位员工，或账号已停用。")
        name, before = found
        group = database.value_of("SELECT name FROM staff_group WHERE id = ? AND active = 1", (group_id,))
        if group_id is not None and group is None:
            raise Refused("没有这个销售组。")
        database.execute("UPDATE staff_user SET group_id = ? WHERE id = ?", (group_id, user_id))
        body = {"name": name, "group": group or ""}
        journal.note(shop, "group.member", "user", user_id, body=body)
    return None if before is None else int(before)


def members(shop: Shop) -> list[Member]:
    """Everybody who works here, with their customers on file and open contacts."""
    require(shop, Right.SEE)
    return [
        Member(*row)
        for row in database.rows(
            "SELECT u.id, u.name, COALESCE(g.name, ''),"
            " (SELECT COUNT(*) FROM customer c WHERE c.clerk_id = u.id AND c.state = 'active'),"
            " (SELECT COUNT(*) FROM contact t WHERE t.assignee_id = u.id"
            f" AND t.state IN ({database.marks(_OPEN)}))"
            " FROM staff_user u LEFT JOIN staff_group g ON g.id = u.group_id WHERE u.active = 1 ORDER BY u.id",
            _OPEN,
        )
    ]


def preview(shop: Shop, groups: Iterable[int] | None = None) -> Distribution:
    """What an even distribution of all active customers would do. Changes nothing. Raises Refused.

    `groups`: those that take part, all if not said; customers of the others are given to them.
    """
    require(shop, Right.GROUPS)
    return _distribution(groups)[0]


def apply(shop: Shop, groups: Iterable[int] | None = None, mark: str = "") -> Distribution:
    """Spreads all active customers evenly over the groups, by count and by grade; as few as possible move.

    A clerk of another group is no longer responsible for a customer that moved. The act can be undone
    (`allocation_log.undo`). `mark` of a preview: refused when it would be another distribution by now. Raises Refused.
    """
    require(shop, Right.GROUPS)
    from services import backup

    backup.before_mass(shop, "allocation", int(database.value_of("SELECT COUNT(*) FROM customer") or 0))
    with database.database.atomic():
        done, moves = _distribution(groups)
        if mark and mark != done.mark:
            raise Refused("刚才的预览以后，客户或销售组有了变化。请看一下新的预览，再执行。")
        figures = {one.name: {"now": one.now, "then": one.then} for one in done.groups}
        act = allocation_log.keep(shop, Kind.EVEN, moves, figures=figures)
        body = {
            "changed": done.moved,
            "groups": {one.name: sum(one.then) for one in done.groups},
            "allocation": act,
        }
        journal.note(shop, "group.allocated", "staff_group", body=body)
    return Distribution(done.groups, done.moved, done.moves, done.mark, act)


def movers(shop: Shop, ids: Sequence[int]) -> list[Mover | None]:
    """These customers as the preview lists them, in their order; None for one that is gone."""
    require(shop, Right.GROUPS)
    found: dict[int, Mover] = {}
    for start in range(0, len(ids), _CHUNK):
        part = list(ids[start : start + _CHUNK])
        for row in database.rows(
            "SELECT c.id, c.card_no, c.name, c.grade, COALESCE(g.name, ''), COALESCE(u.name, '') FROM customer c"
            " LEFT JOIN staff_group g ON g.id = c.group_id LEFT JOIN staff_user u ON u.id = c.clerk_id"
            f" WHERE c.id IN ({database.marks(part)})",
            part,
        ):
            found[row[0]] = Mover(*row)
    return [found.get(one) for one in ids]


def _free_name(name: str, own: int) -> str:
    words = data.short(name, "name", NAME_MAX)
    if not words:
        raise Refused("请填写销售组的名称。", field="name")
    if database.row("SELECT 1 FROM staff_group WHERE name = ? AND id <> ?", (words, own)):
        raise Refused("已经有叫“{name}”的销售组。", name=words, field="name")
    return words


def _distribution(wanted: Iterable[int] | None) -> tuple[Distribution, list[Move]]:
    groups = database.rows("SELECT id, name FROM staff_group WHERE active = 1 ORDER BY id")
    if not groups:
        raise Refused("还没有销售组。请先添加一个。")
    takers = [group for group, _name in groups if wanted is None or group in set(wanted)]
    if not takers:
        raise Refused("请至少选一个销售组参加分配。")
    people = database.rows(
        "SELECT c.id, c.grade, c.group_id, c.clerk_id FROM customer c WHERE c.state = 'active' ORDER BY c.id"
    )
    placed = rules.even([row[:3] for row in people], takers)
    home = dict(database.rows("SELECT id, group_id FROM staff_user"))
    now = Counter((row[2], row[1]) for row in people)
    then = Counter((placed[row[0]], row[1]) for row in people)
    moves = [
        Move(number, group, placed[number], clerk, clerk if home.get(clerk) == placed[number] else None)
        for number, _grade, group, clerk in people
        if placed[number] != group
    ]
    sizes = tuple(
        GroupSize(group, name, mix(now, group), mix(then, group), group in takers) for group, name in groups
    )
    short = tuple((move.customer, move.to_group or 0) for move in moves)
    return Distribution(sizes, len(moves), short, allocation_log.mark_of(short)), moves


def mix(counts: Counter[tuple[int, str]], one: int) -> tuple[int, int, int]:
    """A, B, C of one group or person."""
    return (counts[one, "A"], counts[one, "B"], counts[one, "C"])
