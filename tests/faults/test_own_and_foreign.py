"""One's own and others' records on the command line: four eyes, the day's own acts, one's own lists (spec 09 §3.9, 52)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import pytest

from tests.acceptance.till import CLERK, MANAGER, OWNER, TODAY, Counter, Till, rows

SECOND_OWNER, SECOND_MANAGER, OTHER_CLERK = "老板娘", "副店长", "小王"
PINS = {SECOND_OWNER: "pipa-2680-x", SECOND_MANAGER: "840613"}
ROLE = "请让有权限的人登录后操作"

Desks = dict[str, Counter]


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Till:
    """A demo shop with two owners, two managers and its clerks."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "home").mkdir()
    till = Till(str(folder / "shop.db"), folder / "home", {}, TODAY)
    made = till.ok("", "demo", "--customers", 80, "--years", 1, "--seed", 7)
    till.pins.update({one["name"]: one["pin"] for one in made["users"]})
    for name, role in ((SECOND_OWNER, "owner"), (SECOND_MANAGER, "manager")):
        till.ok(OWNER, "user", "add", name, "--role", role, env={"SHUKE_NEW_PIN": PINS[name]})
    till.pins.update(PINS)
    return till


@pytest.fixture
def desks(till: Till, tmp_path: Path) -> Iterator[Desks]:
    """Everybody at a counter of their own, in the same shop."""
    shop = till.copy(tmp_path / "shop")
    with ExitStack() as stack:
        names = (OWNER, SECOND_OWNER, MANAGER, SECOND_MANAGER, CLERK, OTHER_CLERK)
        yield {name: stack.enter_context(shop.batch(name)) for name in names}


def yes(desks: Desks, who: str, *words: Any) -> Any:
    answer = desks[who].ask(*words)
    assert answer is not None and "error" not in answer, (who, words, answer)
    return answer


def no(desks: Desks, who: str, because: str, *words: Any) -> None:
    answer = desks[who].ask(*words)
    assert answer and answer.get("exit") == 1 and because in answer["error"], (who, words, answer)


def drafts(desks: Desks) -> tuple[int, dict[str, int]]:
    """A plan with a dear line (50 yuan and more, with all parts of its occasion) and cheap ones."""
    plan = yes(desks, MANAGER, "gifts", "propose", "--month", "2027-02")
    cheap = [one["id"] for one in plan["lines"] if float(one["cost"]) < 20]
    january = yes(desks, MANAGER, "gifts", "propose", "--month", "2027-01")
    dear = next(one for one in january["lines"] if float(one["cost"]) >= 50)
    return plan["plan"], {"dear_plan": january["plan"], "dear": dear["id"], "a": cheap[0], "b": cheap[1]}


def test_nobody_approves_what_they_submitted_and_everybody_else_s_owner_may(desks: Desks) -> None:
    plan, line = drafts(desks)
    for submitter, other in ((OWNER, SECOND_OWNER), (SECOND_OWNER, OWNER)):
        number = line["a" if submitter == OWNER else "b"]
        yes(desks, submitter, "gifts", "submit", plan, "--line", number)
        no(desks, submitter, "自己提交", "gifts", "approve", plan, "--line", number)
        for role in (MANAGER, SECOND_MANAGER, CLERK):
            no(desks, role, ROLE, "gifts", "approve", plan, "--line", number)
        assert yes(desks, other, "gifts", "approve", plan, "--line", number)["lines"]
    sql = "SELECT COUNT(*) FROM plan_line WHERE decided_by_id = submitted_by_id AND single_approver = 0"
    assert rows(desks_books(desks), sql) == [(0,)]


def desks_books(desks: Desks) -> str:
    command = cast(list[str], desks[OWNER].process.args)
    return command[command.index("--db") + 1]


def test_submitter_approver_and_issuer_of_a_dear_gift_are_three_people(desks: Desks) -> None:
    plan, line = drafts(desks)
    yes(desks, MANAGER, "gifts", "submit", line["dear_plan"])
    yes(desks, MANAGER, "gifts", "submit", plan, "--line", line["a"], "--line", line["b"])
    yes(desks, OWNER, "gifts", "approve", line["dear_plan"])
    yes(desks, OWNER, "gifts", "approve", plan)
    for number in (line["dear"], line["a"]):
        no(desks, OWNER, "批准这份礼品的人不能自己发放", "gifts", "issue", number)
    no(desks, MANAGER, "提交的人不能自己发放", "gifts", "issue", line["dear"])
    yes(desks, MANAGER, "gifts", "issue", line["a"])  # below the limit the submitter may
    yes(desks, CLERK, "gifts", "issue", line["dear"])
    yes(desks, SECOND_OWNER, "gifts", "issue", line["b"])
    # Ticking off: not by who handed it out, never by a clerk.
    no(desks, CLERK, ROLE, "gifts", "check", line["dear"])
    no(desks, MANAGER, "自己发放", "gifts", "check", line["a"])
    no(desks, SECOND_OWNER, "自己发放", "gifts", "check", line["b"])
    yes(desks, SECOND_MANAGER, "gifts", "check", line["a"])
    yes(desks, MANAGER, "gifts", "check", line["b"])


def test_an_issue_is_taken_back_by_who_made_it_or_by_a_manager(desks: Desks) -> None:
    plan, line = drafts(desks)
    yes(desks, MANAGER, "gifts", "submit", plan, "--line", line["a"])
    yes(desks, OWNER, "gifts", "approve", plan)
    yes(desks, CLERK, "gifts", "issue", line["a"])
    no(desks, OTHER_CLERK, ROLE, "gifts", "undo-issue", line["a"], "--reason", "错了")
    yes(desks, CLERK, "gifts", "undo-issue", line["a"])
    yes(desks, CLERK, "gifts", "issue", line["a"])
    no(desks, MANAGER, "原因", "gifts", "undo-issue", line["a"])
    yes(desks, MANAGER, "gifts", "undo-issue", line["a"], "--reason", "错了")


def test_a_stock_move_is_taken_back_by_who_made_it_or_by_the_owner(desks: Desks) -> None:
    def received() -> str:
        gift = yes(desks, MANAGER, "gifts", "stock", "list")["gifts"][0]["name"]
        yes(desks, MANAGER, "gifts", "stock", "receive", gift, "--qty", "2")
        return str(rows(desks_books(desks), "SELECT MAX(id) FROM stock_move")[0][0])

    first, second = received(), received()
    no(desks, SECOND_MANAGER, "当天由本人可以撤销", "gifts", "stock", "undo", second, "--reason", "错了")
    no(desks, CLERK, ROLE, "gifts", "stock", "undo", second, "--reason", "错了")
    yes(desks, MANAGER, "gifts", "stock", "undo", second, "--reason", "错了")
    yes(desks, OWNER, "gifts", "stock", "undo", first, "--reason", "错了")


def test_a_loss_that_a_manager_enters_waits_for_an_owner(desks: Desks) -> None:
    gift = next(one for one in yes(desks, MANAGER, "gifts", "stock", "list")["gifts"] if one["stock"] > 3)
    yes(desks, MANAGER, "gifts", "stock", "breakage", gift["name"], "--qty", "2", "--reason", "受潮")
    claim = str(rows(desks_books(desks), "SELECT MAX(id) FROM stock_claim")[0][0])
    left = "SELECT SUM(quantity) FROM stock_move m JOIN gift g ON g.id = m.gift_id WHERE g.name = ?"
    assert rows(desks_books(desks), left, gift["name"]) == [(gift["stock"],)]
    for role in (MANAGER, SECOND_MANAGER, CLERK):
        no(desks, role, ROLE, "gifts", "stock", "confirm", claim)
    yes(desks, SECOND_OWNER, "gifts", "stock", "confirm", claim)
    assert rows(desks_books(desks), left, gift["name"]) == [(gift["stock"] - 2,)]


def test_papers_of_another_group_and_dear_campaigns_are_not_the_clerk_s_and_the_manager_s(
    desks: Desks, tmp_path: Path
) -> None:
    yes(desks, OWNER, "daily")
    sheet = ("contact", "sheet", "progress", "--span", "month", "--out", tmp_path / "表.xlsx")
    no(desks, CLERK, "只能打印自己或自己小组的表", *sheet)
    no(desks, CLERK, "只能打印自己或自己小组的表", *sheet, "--clerk", MANAGER)
    groups = "SELECT name, id = (SELECT group_id FROM staff_user WHERE name = ?) FROM staff_group"
    for group, own in rows(desks_books(desks), groups, CLERK):
        if own:
            yes(desks, CLERK, *sheet, "--group", group)
        else:
            no(desks, CLERK, "只能打印自己或自己小组的表", *sheet, "--group", group)
    yes(desks, MANAGER, *sheet)
    words = ("--kind", "news", "--channel", "visit", "--from", "2026-12-01", "--script", "新装到了")
    dear = yes(desks, MANAGER, "campaign", "new", "大活动", *words, "--budget", "900000")["campaign"]
    no(desks, MANAGER, "由店主发布", "campaign", "release", dear)
    yes(desks, OWNER, "campaign", "release", dear)
