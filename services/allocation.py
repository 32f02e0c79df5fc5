"""Groups: made, named, evenly filled; and the customers of somebody who leaves given to several others (交接)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from models import database
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.rules import allocation as rules
from services.rules import customer_data as data
from services.shop import Shop

GRADES = ("A", "B", "C")
_OPEN = ("planned", "postponed", "no_answer")
NAME_MAX = 30


@dataclass(frozen=True)
class GroupSize:
    """A group with its customers by grade, now and after an even distribution."""

    id: int
    name: str
    now: tuple[int, int, int]
    """A, B, C"""
    then: tuple[int, int, int]


@dataclass(frozen=True)
class Distribution:
    """What an even distribution does."""

    groups: tuple[GroupSize, ...]
    moved: int


@dataclass(frozen=True)
class Member:
    """One person of a group."""

    id: int
    name: str
    group: str
    customers: int
    open_contacts: int


@dataclass(frozen=True)
class Share:
    """What one successor is given."""

    id: int
    name: str
    customers: tuple[int, int, int]
    """A, B, C"""
    open_contacts: int


@dataclass(frozen=True)
class HandOver:
    """What a hand-over does, or did."""

    leaver: str
    shares: tuple[Share, ...]
    customers: int
    open_contacts: int


def add_group(shop: Shop, name: str) -> int:
    """A new group. Returns its id. Raises Refused for a taken name."""
    require(shop, Right.GROUPS)
    with database.database.atomic():
        words = _free_name(name, 0)
        number = database.insert("staff_group", name=words, active=1)
        journal.note(shop, "group.added", "staff_group", number, body={"name": words})
    return number


def rename_group(shop: Shop, group_id: int, name: str) -> None:
    """Another name for a group. Raises Refused."""
    require(shop, Right.GROUPS)
    with database.database.atomic():
        before = database.value_of("SELECT name FROM staff_group WHERE id = ?", (group_id,))
        if before is None:
            raise Refused("没有这个销售组。")
        words = _free_name(name, group_id)
        database.execute("UPDATE staff_group SET name = ? WHERE id = ?", (words, group_id))
        journal.note(shop, "group.renamed", "staff_group", group_id, body={"before": before, "after": words})


def place_member(shop: Shop, user_id: int, group_id: int | None) -> None:
    """Puts a person into a group, or into none. Their customers stay theirs. Raises Refused."""
    require(shop, Right.GROUPS)
    with database.database.atomic():
        name = database.value_of("SELECT name FROM staff_user WHERE id = ? AND active = 1", (user_id,))
        if name is None:
            raise Refused("没有这位员工，或账号已停用。")
        group = database.value_of("SELECT name FROM staff_group WHERE id = ? AND active = 1", (group_id,))
        if group_id is not None and group is None:
            raise Refused("没有这个销售组。")
        database.execute("UPDATE staff_user SET group_id = ? WHERE id = ?", (group_id, user_id))
        body = {"name": name, "group": group or ""}
        journal.note(shop, "group.member", "user", user_id, body=body)


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


def preview(shop: Shop) -> Distribution:
    """What an even distribution of all active customers would do. Changes nothing. Raises Refused."""
    require(shop, Right.GROUPS)
    return _distribution()[0]


def apply(shop: Shop) -> Distribution:
    """Spreads all active customers evenly over the groups, by count and by grade; as few as possible move.

    A clerk of another group is no longer responsible for a customer that moved. Raises Refused.
    """
    require(shop, Right.GROUPS)
    with database.database.atomic():
        done, moves = _distribution()
        database.execute_many(
            "UPDATE customer SET group_id = ?, version = version + 1,"
            " clerk_id = CASE WHEN clerk_id IN (SELECT id FROM staff_user WHERE group_id = ?) THEN clerk_id END"
            " WHERE id = ?",
            [(group, group, customer) for customer, group in moves],
        )
        body = {"changed": done.moved, "groups": {one.name: sum(one.then) for one in done.groups}}
        journal.note(shop, "group.allocated", "staff_group", body=body)
    return done


def hand_over_preview(shop: Shop, leaver: str, successors: Sequence[str]) -> HandOver:
    """How a leaver's customers and open contacts would be shared out. Changes nothing. Raises Refused."""
    require(shop, Right.GROUPS)
    return _hand_over(leaver, successors)[0]


def hand_over(shop: Shop, leaver: str, successors: Sequence[str]) -> HandOver:
    """Gives a leaver's customers to several successors, evenly by grade, with the open contacts of each customer.

    Customers go to the successor's group. Open contacts of customers who are not the leaver's are dealt evenly.
    The account stays as it is: the owner disables it. Raises Refused.
    """
    require(shop, Right.GROUPS)
    with database.database.atomic():
        done, customers, contacts = _hand_over(leaver, successors)
        groups = dict(database.rows("SELECT id, group_id FROM staff_user"))
        database.execute_many(
            "UPDATE customer SET clerk_id = ?, group_id = COALESCE(?, group_id), version = version + 1 WHERE id = ?",
            [(taker, groups[taker], customer) for customer, taker in sorted(customers.items())],
        )
        database.execute_many(
            "UPDATE contact SET assignee_id = ? WHERE id = ?",
            [(taker, contact) for contact, taker in sorted(contacts.items())],
        )
        body = {
            "name": leaver.strip(),
            "count": done.customers,
            "contacts": done.open_contacts,
            "to": {share.name: sum(share.customers) for share in done.shares},
        }
        journal.note(shop, "group.handed_over", "user", _person(leaver), body=body)
    return done


def _free_name(name: str, own: int) -> str:
    words = data.short(name, "name", NAME_MAX)
    if not words:
        raise Refused("请填写销售组的名称。", field="name")
    if database.row("SELECT 1 FROM staff_group WHERE name = ? AND id <> ?", (words, own)):
        raise Refused("已经有叫“{name}”的销售组。", name=words, field="name")
    return words


def _distribution() -> tuple[Distribution, list[tuple[int, int]]]:
    groups = database.rows("SELECT id, name FROM staff_group WHERE active = 1 ORDER BY id")
    if not groups:
        raise Refused("还没有销售组。请先添加一个。")
    people = database.rows("SELECT id, grade, group_id FROM customer WHERE state = 'active' ORDER BY id")
    placed = rules.even(people, [group for group, _name in groups])
    now = Counter((group, grade) for _id, grade, group in people)
    then = Counter((placed[number], grade) for number, grade, _group in people)
    moves = [(number, placed[number]) for number, _grade, group in people if placed[number] != group]
    sizes = tuple(GroupSize(group, name, _mix(now, group), _mix(then, group)) for group, name in groups)
    return Distribution(sizes, len(moves)), moves


def _hand_over(leaver: str, successors: Sequence[str]) -> tuple[HandOver, dict[int, int], dict[int, int]]:
    gone = _person(leaver)
    takers = []
    for name in dict.fromkeys(one.strip() for one in successors if one.strip()):
        found = database.value_of("SELECT id FROM staff_user WHERE name = ? AND active = 1", (name,))
        if found is None:
            raise Refused("没有叫“{name}”的员工，或账号已停用。", name=name, field="to")
        if found == gone:
            raise Refused("不能交接给本人。", field="to")
        takers.append(int(found))
    if not takers:
        raise Refused("请选择接手的人。", field="to")
    people = database.rows(
        "SELECT id, grade FROM customer WHERE clerk_id = ? AND state IN ('active', 'lost') ORDER BY id",
        (gone,),
    )
    placed = rules.even([(number, grade, None) for number, grade in people], takers)
    contacts = database.rows(
        f"SELECT id, customer_id FROM contact WHERE assignee_id = ? AND state IN ({database.marks(_OPEN)}) ORDER BY id",
        (gone, *_OPEN),
    )
    given = {number: placed[customer] for number, customer in contacts if customer in placed}
    others = [(number, "", None) for number, _customer in contacts if number not in given]
    given |= rules.even(others, takers)
    mix = Counter((placed[number], grade) for number, grade in people)
    work = Counter(given.values())
    names = dict(database.rows("SELECT id, name FROM staff_user"))
    shares = tuple(Share(one, names[one], _mix(mix, one), work[one]) for one in takers)
    return HandOver(leaver.strip(), shares, len(people), len(contacts)), placed, given


def _person(name: str) -> int:
    found = database.value_of("SELECT id FROM staff_user WHERE name = ?", (name.strip(),))
    if found is None:
        raise Refused("没有叫“{name}”的员工。", name=name, field="name")
    return int(found)


def _mix(counts: Counter[tuple[int, str]], one: int) -> tuple[int, int, int]:
    return (counts[one, "A"], counts[one, "B"], counts[one, "C"])
