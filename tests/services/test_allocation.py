"""Groups are filled evenly, and a leaver's customers and contacts go to several successors."""

from __future__ import annotations

from typing import Any

import pytest

from models import database
from models.kinds import Role
from services import allocation, allocation_log, hand_over, journal, ledgers, staff
from services.errors import NotAllowed, Refused
from tests.conftest import CLERK_PIN
from tests.services.merge_books import a_contact, a_line, a_person


@pytest.fixture
def crowd(owner: Any, manager: Any) -> list[int]:
    """Nine customers, all in the first group and 小王's; two more clerks."""
    staff.add_user(owner, "小李", Role.CLERK, CLERK_PIN, group_id=2)
    staff.add_user(owner, "小赵", Role.CLERK, CLERK_PIN, group_id=1)
    found = [a_person(manager, [], [("contact", 1)], name=f"客户{n}") for n in range(9)]
    clerk = database.value_of("SELECT id FROM staff_user WHERE name = '小王'")
    database.execute("UPDATE customer SET group_id = 1, clerk_id = ?", (clerk,))
    database.execute("UPDATE customer SET grade = 'A' WHERE id IN (1, 2, 3)")
    database.execute("UPDATE contact SET assignee_id = ?", (clerk,))
    return found


def where() -> list[tuple[Any, ...]]:
    return database.rows("SELECT group_id, clerk_id FROM customer ORDER BY id")


def test_the_preview_changes_nothing_and_is_what_apply_does(manager: Any, crowd: list[int]) -> None:
    before = where()
    seen = allocation.preview(manager)
    assert where() == before and seen.moved == 4
    assert [sum(one.then) for one in seen.groups] == [5, 4]
    assert abs(seen.groups[0].then[0] - seen.groups[1].then[0]) == 1
    done = allocation.apply(manager, mark=seen.mark)
    assert (done.groups, done.moves) == (seen.groups, seen.moves)
    # 小王 is in the first group and is not responsible for those who moved to the second.
    assert {clerk for group, clerk in where() if group == 2} == {None}
    assert allocation.apply(manager).moved == 0
    assert ledgers.proofs() == [] and list(journal.problems()) == []


def test_a_leavers_customers_and_contacts_are_shared_out(manager: Any, crowd: list[int]) -> None:
    extra = a_person(manager, [], [], name="别人的")
    a_contact(manager, extra)
    database.execute("UPDATE contact SET assignee_id = (SELECT id FROM staff_user WHERE name = '小王')")
    database.execute("UPDATE customer SET clerk_id = NULL WHERE id = ?", (extra,))
    before = where()
    seen = hand_over.preview(manager, "小王", {"小李": 1, "小赵": 1})
    assert where() == before
    assert (seen.customers, seen.open_contacts) == (9, 10)
    assert sorted(sum(share.customers) for share in seen.shares) == [4, 5]
    assert sorted(share.customers[0] for share in seen.shares) == [1, 2]
    done = hand_over.apply(manager, "小王", {"小李": 1, "小赵": 1}, seen.mark)
    assert done.shares == seen.shares and done.act
    left = "SELECT COUNT(*) FROM {} WHERE {} = (SELECT id FROM staff_user WHERE name = '小王')"
    assert database.value_of(left.format("customer", "clerk_id")) == 0
    assert database.value_of(left.format("contact", "assignee_id")) == 0
    # Whoever takes the customer takes the customer's contact, and the customer joins that person's group.
    wrong = (
        "SELECT COUNT(*) FROM contact t JOIN customer c ON c.id = t.customer_id JOIN staff_user u ON u.id = c.clerk_id"
        " WHERE t.assignee_id <> c.clerk_id OR u.group_id <> c.group_id"
    )
    assert database.value_of(wrong) == 0


def test_groups_are_added_renamed_and_filled_with_people(manager: Any, clerk: Any) -> None:
    number = allocation.add_group(manager, "三组")
    with pytest.raises(Refused, match="已经有"):
        allocation.add_group(manager, " 三组 ")
    with pytest.raises(Refused):
        allocation.add_group(manager, " ")
    allocation.rename_group(manager, number, "晚班组")
    person = database.value_of("SELECT id FROM staff_user WHERE name = '小王'")
    allocation.place_member(manager, person, number)
    assert next(one.group for one in allocation.members(manager) if one.name == "小王") == "晚班组"
    allocation.place_member(manager, person, None)
    for refused in (
        lambda: allocation.rename_group(manager, 99, "x"),
        lambda: allocation.place_member(manager, 99, number),
        lambda: allocation.place_member(manager, person, 99),
    ):
        with pytest.raises(Refused):
            refused()
    with pytest.raises(NotAllowed):
        allocation.apply(clerk)


@pytest.mark.parametrize(
    ("leaver", "to"),
    [
        ("小王", {}), ("小王", {"小王": 1}), ("小王", {"谁": 1}), ("谁", {"店长": 1}), ("小王", {"店长": 0}),
        ("小王", {"店长": 10}), ("小王", {"店长": 1}),
    ],
)  # fmt: skip
def test_a_hand_over_needs_people_who_are_there(manager: Any, leaver: str, to: dict[str, int]) -> None:
    with pytest.raises(Refused):
        hand_over.apply(manager, leaver, to)


def calls() -> list[tuple[Any, ...]]:
    return database.rows("SELECT id, assignee_id FROM contact ORDER BY id")


def test_a_distribution_comes_back_whole_also_days_later(manager: Any, crowd: list[int]) -> None:
    before = where()
    done = allocation.apply(manager)
    assert where() != before
    back = allocation_log.undo(manager, done.act)
    assert where() == before and (back.customers, back.stayed) == (done.moved, 0)
    with pytest.raises(Refused, match="已经撤销"):
        allocation_log.undo(manager, done.act)
    assert [act.undone for act in allocation_log.acts(manager)] == [True]
    assert list(journal.problems()) == []


def test_who_was_moved_on_since_stays_where_they_are(manager: Any, crowd: list[int]) -> None:
    done = allocation.apply(manager)
    first, second = (customer for customer, _group in done.moves[:2])
    database.execute("UPDATE customer SET group_id = 1 WHERE id = ?", (first,))
    third = allocation.add_group(manager, "三组")
    later = allocation.apply(manager)
    moved_on = {customer for customer, _group in later.moves}
    back = allocation_log.undo(manager, done.act)
    stayed = {first} | (moved_on & {customer for customer, _group in done.moves})
    assert back.stayed == len(stayed)
    assert database.value_of("SELECT COUNT(*) FROM customer WHERE group_id = ?", (third,)) == len(
        [1 for _customer, group in later.moves if group == third]
    )
    if second not in moved_on:
        assert database.value_of("SELECT group_id FROM customer WHERE id = ?", (second,)) == 1


def test_a_hand_over_comes_back_with_its_open_calls(manager: Any, crowd: list[int]) -> None:
    before, open_before = where(), calls()
    done = hand_over.apply(manager, "小王", {"小李": 2, "小赵": 1})
    assert [sum(share.customers) for share in done.shares] == [6, 3]
    closed = database.value_of("SELECT MIN(id) FROM contact")
    database.execute("UPDATE contact SET state = 'done', done_on = ? WHERE id = ?", (manager.today(), closed))
    back = allocation_log.undo(manager, done.act)
    assert where() == before and (back.customers, back.contacts) == (9, 8)
    assert calls()[1:] == open_before[1:] and calls()[0] != open_before[0]


def test_customers_do_not_go_back_to_somebody_who_left(owner: Any, manager: Any, crowd: list[int]) -> None:
    done = hand_over.apply(manager, "小王", {"小李": 1})
    staff.disable_user(owner, "小王")
    stands = where()
    with pytest.raises(Refused, match="已经停用"):
        allocation_log.undo(manager, done.act)
    assert where() == stands


def test_another_counter_changed_something_since_the_preview(manager: Any, crowd: list[int]) -> None:
    seen = allocation.preview(manager)
    shared = hand_over.preview(manager, "小王", {"小李": 1})
    a_person(manager, [], [], name="新来的")
    database.execute("UPDATE customer SET clerk_id = 3, group_id = 1 WHERE name = '新来的'")
    for late in (
        lambda: allocation.apply(manager, mark=seen.mark),
        lambda: hand_over.apply(manager, "小王", {"小李": 1}, shared.mark),
    ):
        with pytest.raises(Refused, match="预览以后"):
            late()


def test_a_group_closes_when_it_is_empty_and_its_name_opens_it_again(manager: Any, crowd: list[int]) -> None:
    with pytest.raises(Refused, match="组员"):
        allocation.close_group(manager, 1)
    for person in (row[0] for row in database.rows("SELECT id FROM staff_user WHERE group_id = 1")):
        assert allocation.place_member(manager, person, 2) == 1
    with pytest.raises(Refused, match="客户"):
        allocation.close_group(manager, 1)
    done = allocation.apply(manager, groups=[2])
    assert [one.takes_part for one in done.groups] == [False, True] and done.moved == 9
    allocation.close_group(manager, 1)
    assert [group.name for group in staff.groups(manager)] == ["销售二组"]
    with pytest.raises(Refused, match="至少"):
        allocation.close_group(manager, 2)
    with pytest.raises(Refused, match="已经关闭"):
        allocation_log.undo(manager, done.act)
    assert allocation.add_group(manager, "销售一组") == 1
    assert allocation_log.undo(manager, done.act).customers == 9


def test_everybody_gets_what_hangs_on_their_customers(manager: Any, crowd: list[int]) -> None:
    for customer in crowd[:4]:
        a_line(manager, customer, "birthday", 2)
    a_line(manager, crowd[5], "birthday", 0)
    seen = hand_over.preview(manager, "小王", {"小李": 1, "小赵": 1})
    assert seen.open_gifts == 4 == sum(share.open_gifts for share in seen.shares)
    assert sorted(sum((share.people for share in seen.shares), ())) == sorted(crowd)
    left = hand_over.burden(manager, "小王")
    assert (left.customers, left.open_contacts, left.empty) == (9, 9, False)
    assert hand_over.burden(manager, "小李").empty
    with pytest.raises(Refused):
        hand_over.burden(manager, "谁")
