"""Acts on many customers: one transaction, one line in the journal, and back again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models import database
from services import call_list, customers, exports, list_export, selection
from services.customers import NewCustomer
from services.errors import NotAllowed, Refused
from services.filters import saved
from services.rules.filters import Condition, Filter
from tests.conftest import OWNER_PIN


@pytest.fixture
def people(clerk) -> list[int]:
    return [customers.register(clerk, NewCustomer(f"客户{n}", f"1381234560{n}")).id for n in range(5)]


def column(name: str) -> list[object]:
    return [row[0] for row in database.rows(f"SELECT {name} FROM customer ORDER BY id")]


def acts() -> list[str]:
    return [
        row[0] for row in database.rows("SELECT act FROM journal_entry WHERE act LIKE 'list.%' ORDER BY id")
    ]


def test_placing_goes_back_only_for_those_who_stayed_where_they_were_put(manager, people) -> None:
    other = database.value_of("SELECT MAX(id) FROM staff_group")
    before = column("group_id")
    moved = selection.place(manager, people, other)
    assert moved.count == sum(group != other for group in before) and set(column("group_id")) == {other}
    clerk = database.value_of("SELECT id FROM staff_user WHERE name = '小王'")
    selection.assign(manager, people[:1], clerk)
    database.execute("UPDATE customer SET group_id = NULL WHERE id = ?", (people[0],))
    selection.put_back(manager, moved)
    assert column("group_id") == [None, *before[1:]]
    assert acts() == ["list.placed", "list.assigned", "list.put_back"]


def test_an_assigned_customer_follows_the_clerk_into_the_group_and_back(manager, people) -> None:
    clerk = database.value_of("SELECT id FROM staff_user WHERE name = '小王'")
    database.execute("UPDATE customer SET clerk_id = NULL, group_id = NULL")
    moved = selection.assign(manager, people, clerk)
    assert column("clerk_id") == [clerk] * 5 and column("group_id") == [1] * 5
    assert selection.put_back(manager, moved) == 5
    assert column("clerk_id") == [None] * 5 == column("group_id")


def test_special_customers_are_graded_and_taken_back(owner, people) -> None:
    named = selection.name_special(owner, people[:3], True, "老板的朋友")
    assert column("base_grade")[:4] == ["A", "A", "A", "C"]
    assert selection.name_special(owner, people, True, "再来").ids == tuple(people[3:])
    selection.name_special(owner, named.ids, False, "")
    assert column("special") == [0, 0, 0, 1, 1]
    with pytest.raises(Refused, match="原因"):
        selection.name_special(owner, people, True, " ")


def test_too_many_at_once_are_refused_by_the_policy(owner, manager, people) -> None:
    few = replace(owner.policy, lists=replace(owner.policy.lists, special_most=2, erase_most=2))
    with pytest.raises(Refused, match="最多指定 2 位"):
        selection.name_special(replace(owner, policy=few), people, True, "x")
    with pytest.raises(Refused, match="1 到 2 位"):
        selection.ask_erase(replace(manager, policy=few), people, "x")


def test_an_erasure_is_asked_for_once_and_withdrawn(manager, people) -> None:
    first = selection.ask_erase(manager, people[:2], "客户要求")
    assert len(first.ids) == 2 and len(selection.ask_erase(manager, people[:3], "客户要求").ids) == 1
    selection.withdraw_erase(manager, first)
    open_ones = database.rows("SELECT customer_id FROM erase_request WHERE withdrawn = 0")
    assert [row[0] for row in open_ones] == [people[2]]


def test_a_clerk_may_write_notes_and_nothing_else(clerk, people, tmp_path: Path) -> None:
    assert selection.note(clerk, people, "店庆").count == 5
    for forbidden in (
        lambda: selection.place(clerk, people, 1),
        lambda: selection.assign(clerk, people, 1),
        lambda: selection.name_special(clerk, people, True, "x"),
        lambda: selection.ask_erase(clerk, people, "x"),
        lambda: list_export.export(clerk, people, ["name"], tmp_path / "x.csv"),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_a_managers_export_has_masked_phones_no_sizes_and_an_end(manager, people, tmp_path: Path) -> None:
    out = tmp_path / "seen.csv"
    list_export.export(manager, people, ["name", "tail", "size"], out)
    lines = out.read_text("utf-8-sig").splitlines()
    assert lines[0] == "姓名,手机" and lines[1] == "客户0,138****5600"
    few = replace(manager.policy, safety=replace(manager.policy.safety, manager_export_rows=4))
    with pytest.raises(Refused, match="最多导出 4 行"):
        list_export.export(replace(manager, policy=few), people, ["name"], out)
    with pytest.raises(Refused, match="最多打印 4 位"):
        call_list.write(replace(manager, policy=few), people, "店庆", tmp_path / "calls.pdf")


def test_the_command_line_exports_a_filter(owner, people, tmp_path: Path) -> None:
    database.execute("UPDATE customer SET size = 'L' WHERE id = ?", (people[3],))
    saved.save(owner, "大码", Filter((Condition("size", values=("L",)),)))
    from services import customer_list

    only = customer_list.ids(owner, saved.by_name(owner, "大码"))
    done = exports.export(owner, "customers", tmp_path / "c.csv", only=only, reason="对账", pin=OWNER_PIN)
    assert done.rows == 1 and "客户3" in (tmp_path / "c.csv").read_text("utf-8-sig")
