"""交接: the customers of somebody who leaves given to several others, with everything that is still to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from models import database
from models.kinds import LineStatus
from services import allocation_log, journal
from services.allocation import mix
from services.allocation_log import Call, Kind, Move
from services.errors import Refused
from services.rights import Right, require
from services.rules import allocation as rules
from services.schedule_needs import OPEN
from services.shop import Shop

WEIGHT_MAX = 9
_CHUNK = 5_000


@dataclass(frozen=True)
class Share:
    """What one successor is given."""

    id: int
    name: str
    weight: int
    customers: tuple[int, int, int]
    """A, B, C"""
    open_contacts: int
    open_gifts: int
    """Approved gifts of these customers that are still to be handed out"""
    people: tuple[int, ...] = field(default=(), repr=False)
    """The customers"""
    also: tuple[int, ...] = field(default=(), repr=False)
    """Customers of others with whom the leaver had something planned: the contact alone is given"""


@dataclass(frozen=True)
class HandOver:
    """What a hand-over does, or did."""

    leaver: str
    shares: tuple[Share, ...]
    customers: int
    open_contacts: int
    open_gifts: int
    mark: str = ""
    """Stands for exactly these moves: `apply` refuses when they would be others by now"""
    act: int = 0
    """The number under which the act is kept and can be undone; 0 for a preview"""


@dataclass(frozen=True)
class Burden:
    """What hangs on one person."""

    customers: int
    open_contacts: int

    @property
    def empty(self) -> bool:
        return not (self.customers or self.open_contacts)


def burden(shop: Shop, name: str) -> Burden:
    """What somebody would leave behind: asked before their account is stopped. Raises Refused for an unknown name."""
    require(shop, Right.SEE)
    one = _person(name)
    return Burden(
        int(
            database.value_of(
                "SELECT COUNT(*) FROM customer WHERE clerk_id = ? AND state IN ('active', 'lost')", (one,)
            )
        ),
        int(
            database.value_of(
                f"SELECT COUNT(*) FROM contact k WHERE k.assignee_id = ? AND {OPEN.format(k='k')}", (one,)
            )
        ),
    )


def preview(shop: Shop, leaver: str, successors: Mapping[str, int]) -> HandOver:
    """How a leaver's customers and open contacts would be shared out. Changes nothing. Raises Refused.

    `successors`: name → how many parts of the whole (1 each: evenly).
    """
    require(shop, Right.GROUPS)
    return _plan(leaver, successors)[0]


def apply(shop: Shop, leaver: str, successors: Mapping[str, int], mark: str = "") -> HandOver:
    """Gives a leaver's customers to several successors, by grade, with the open contacts of each customer.

    Customers go to the successor's group; their approved gifts and their notes hang on the customer and go along. Open
    contacts of customers who are not the leaver's are dealt in the same parts. The account stays as it is: the owner
    disables it. `mark` of a preview: refused when it would be another hand-over by now. The act can be undone
    (`allocation_log.undo`). Raises Refused.
    """
    require(shop, Right.GROUPS)
    from services import backup

    backup.before_mass(shop, "hand-over", int(database.value_of("SELECT COUNT(*) FROM customer") or 0))
    with database.database.atomic():
        done, moves, calls = _plan(leaver, successors)
        if not moves and not calls:
            raise Refused("{name}没有负责的客户，也没有待联络，不用交接。", name=done.leaver, field="name")
        if mark and mark != done.mark:
            raise Refused("刚才的预览以后，客户或待联络有了变化。请看一下新的预览，再执行。")
        gone = _person(leaver)
        figures = {
            share.name: {"customers": share.customers, "contacts": share.open_contacts}
            for share in done.shares
        }
        act = allocation_log.keep(shop, Kind.HAND_OVER, moves, calls, figures=figures, leaver=gone)
        body = {
            "name": done.leaver,
            "count": done.customers,
            "contacts": done.open_contacts,
            "gifts": done.open_gifts,
            "to": {share.name: sum(share.customers) for share in done.shares},
            "allocation": act,
        }
        journal.note(shop, "group.handed_over", "user", gone, body=body)
    return HandOver(
        done.leaver, done.shares, done.customers, done.open_contacts, done.open_gifts, done.mark, act
    )


def _plan(leaver: str, successors: Mapping[str, int]) -> tuple[HandOver, list[Move], list[Call]]:
    gone = _person(leaver)
    takers = _takers(gone, successors)
    people = database.rows(
        "SELECT id, grade, group_id FROM customer WHERE clerk_id = ? AND state IN ('active', 'lost') ORDER BY id",
        (gone,),
    )
    weights = {number: weight for number, (_name, weight, _group) in takers.items()}
    placed = rules.even([(number, grade, None) for number, grade, _group in people], list(takers), weights)
    contacts = database.rows(
        f"SELECT k.id, k.customer_id FROM contact k WHERE k.assignee_id = ? AND {OPEN.format(k='k')} ORDER BY k.id",
        (gone,),
    )
    given = {number: placed[customer] for number, customer in contacts if customer in placed}
    others = [(number, "", None) for number, _customer in contacts if number not in given]
    given |= rules.even(others, list(takers), weights)
    moves = [
        Move(number, group, takers[placed[number]][2] or group, gone, placed[number])
        for number, _grade, group in people
    ]
    calls = [Call(contact, gone, taker) for contact, taker in sorted(given.items())]
    grades = Counter((placed[number], grade) for number, grade, _group in people)
    work = Counter(given.values())
    gifts = Counter(placed[customer] for customer in _waiting_gifts(list(placed)))
    shares = tuple(
        Share(
            *(one, name, weight, mix(grades, one), work[one], gifts[one]),
            tuple(number for number, taker in placed.items() if taker == one),
            tuple(
                sorted({customer for number, customer in contacts if given[number] == one} - placed.keys())
            ),
        )
        for one, (name, weight, _group) in takers.items()
    )
    mark = allocation_log.mark_of((sorted(placed.items()), sorted(given.items())))
    return HandOver(leaver.strip(), shares, len(people), len(contacts), gifts.total(), mark), moves, calls


def _takers(gone: int, successors: Mapping[str, int]) -> dict[int, tuple[str, int, int | None]]:
    """Id → name, weight, group, in the order asked for."""
    takers: dict[int, tuple[str, int, int | None]] = {}
    for typed, weight in successors.items():
        name = typed.strip()
        if not name:
            continue
        found = database.row("SELECT id, group_id FROM staff_user WHERE name = ? AND active = 1", (name,))
        if found is None:
            raise Refused("没有叫“{name}”的员工，或账号已停用。", name=name, field="to")
        if found[0] == gone:
            raise Refused("不能交接给本人。", field="to")
        if not 1 <= weight <= WEIGHT_MAX:
            raise Refused("{name}的份数应在 1 到 {most} 之间。", name=name, most=WEIGHT_MAX, field="to")
        takers[int(found[0])] = (name, weight, found[1])
    if not takers:
        raise Refused("请选择接手的人。", field="to")
    return takers


def _waiting_gifts(customers: list[int]) -> list[int]:
    """The customer of every approved gift that is not handed out yet."""
    found: list[int] = []
    for start in range(0, len(customers), _CHUNK):
        part = customers[start : start + _CHUNK]
        found += [
            row[0]
            for row in database.rows(
                "SELECT customer_id FROM plan_line WHERE status = ? AND live = 1"
                f" AND customer_id IN ({database.marks(part)})",
                (LineStatus.APPROVED.value, *part),
            )
        ]
    return found


def _person(name: str) -> int:
    found = database.value_of("SELECT id FROM staff_user WHERE name = ?", (name.strip(),))
    if found is None:
        raise Refused("没有叫“{name}”的员工。", name=name, field="name")
    return int(found)
