"""Groups are filled evenly, and a leaver's customers and contacts go to several successors."""

from __future__ import annotations

from typing import Any

import pytest

from models import database
from models.kinds import Role
from services import allocation, journal, ledgers, staff
from services.errors import NotAllowed, Refused
from tests.conftest import CLERK_PIN
from tests.services.merge_books import a_contact, a_person


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
    assert allocation.apply(manager) == seen
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
    seen = allocation.hand_over_preview(manager, "小王", ["小李", "小赵"])
    assert where() == before
    assert (seen.customers, seen.open_contacts) == (9, 10)
    assert sorted(sum(share.customers) for share in seen.shares) == [4, 5]
    assert sorted(share.customers[0] for share in seen.shares) == [1, 2]
    assert allocation.hand_over(manager, "小王", ["小李", "小赵"]) == seen
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
    ("leaver", "to"), [("小王", []), ("小王", ["小王"]), ("小王", ["谁"]), ("谁", ["店长"])]
)
def test_a_hand_over_needs_people_who_are_there(manager: Any, leaver: str, to: list[str]) -> None:
    with pytest.raises(Refused):
        allocation.hand_over(manager, leaver, to)
