"""Every command × role, as spec 09 §3.9 says it: the table stands here in words of its own, not in the program's."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.till import CLERK, MANAGER, OWNER, TODAY, Till, dump, rows

NOBODY = ""
ROLES = (NOBODY, CLERK, MANAGER, OWNER)
RANK = {role: number for number, role in enumerate(ROLES)}

ALLOWED = {
    NOBODY: """
        backup
        daily
        check
    """,
    CLERK: """
        gifts picks {draft}
        sms template starters
        gifts stock reorder
        gifts stock value
        gifts stock card 保温杯
        gifts stock stocktake show
        user list
        policy history
        policy show
        arrivals add Q1
        arrivals list
        arrivals remove 1
        arrivals customers
        arrivals schedule
        campaign list
        campaign show 1
        campaign answer 1 K00001 coming
        campaign attend 1 K00001
        schedule
        contact done 1
        contact no-answer 2
        contact postpone 3
        contact wrong-number 4
        contact refused 5
        contact undo 1
        contact note K00001 --note x
        contact plan K00001 --on 2026-12-01
        contact opt-out K00001 --channel sms
        contact sheet check --out {out}.pdf
        visit K00001
        buy K00001 --item Q1 --price 10
        find 李
        show K00001
        customer add 新客 --card K90001
        customer consent K00001 --give sms --way 登记表
        customer ask K00001
        customer day K00001 结婚 05-20
        customer note K00001 喜欢安静
        customer referrer K00001 K00002
        customer thanked K00001
        gifts list --month 2026-12
        gifts changes --month 2026-12
        gifts budget --month 2026-12
        gifts year 2027
        gifts issue {line}
        gifts undo-issue {line} --reason x
        gifts purchase 1 K00001 保温杯
        gifts uncollected
        gifts send {line}
        gifts received {line} --by 本人
        gifts undo-received {line}
        gifts pack {line}
        gifts unpack {line}
        gifts slip {line} --out {out}.pdf
        gifts packing
        gifts under-way
        gifts sheet --month 2026-12 --out {out}.pdf
        gifts stock list
        group list
        points K00001
        points list
        points redeem K00001 --gift 保温杯
        points undo 1
        cards --from 2026-12-01 --to 2026-12-31 --out {out}.pdf
        labels --from 2026-12-01 --to 2026-12-02 --out {out}.pdf
        envelopes --from 2026-12-01 --to 2026-12-31 --out {out}.pdf
        sale skip --reason hurry
        sale undo 1
        sale figures
        sms template list
        sms template add 祝福 --topic birthday --text 您好
        sms template change 祝福 --text 您好
        sms batch
        sms list
        sms replies
        sms status 1
        sms gateway show
        texts list
        texts add 今天降温
        texts retire 1
        texts restore 1
        texts import {file}
        texts starters
        texts pick K00001
        voucher show 1
        voucher list
    """,
    MANAGER: """
        gifts picks {draft} 1
        campaign new 春装 --kind news --channel visit --from 2026-12-01
        customer unmerge K00004
        gifts stock reorder --out {out}.xlsx
        gifts stock value --out {out}.xlsx
        gifts stock card 保温杯 --out {out}.xlsx
        backup --to {out}-usb
        campaign look 1
        campaign release 1
        campaign close 1
        campaign reopen 1
        campaign again 1
        campaign cancel 1 --reason x
        campaign export 1 --out {out}.xlsx
        campaign cost 1 --what 海报 --amount 10
        campaign result 1
        contact results --month 2026-11
        customer grade K00001 A --reason x
        customer duplicates
        customer merge K00001 K00002 --dry-run
        customer merges
        customer data K00001 --out {out}.json
        gifts propose --month 2026-12
        gifts submit {plan}
        gifts cancel {line} --reason x
        gifts to-stock {line} --reason x
        gifts choose {line} 保温杯
        gifts replace {line} 保温杯 --reason x
        gifts check {line}
        gifts undo-to-stock {line}
        gifts read-back {file} --dry-run
        gifts stock add 新礼品 --class 小礼品 --cost 5
        gifts stock receive 保温杯 --qty 1
        gifts stock count 保温杯 --qty 3
        gifts stock breakage 保温杯 --qty 1 --reason x
        gifts stock return {line} --reason x
        gifts stock undo 1 --reason x
        gifts stock waiting
        gifts stock stocktake begin
        gifts stock stocktake sheet --out {out}.pdf
        gifts stock stocktake enter 保温杯=3
        gifts stock stocktake close --by 店长
        gifts stock stocktake cancel --reason x
        gifts stock stocktake undo 1 --reason x
        gifts reconcile --month 2026-11
        gifts signals --month 2026-11
        gifts sample --month 2026-11
        gifts sample-draw --month 2026-11
        gifts sample-note 1 received --month 2026-11
        gifts effect --from 2026-01-01 --to 2026-11-01
        grade --apply
        grade --undo
        group add 三组
        group rename {group} 甲组
        group close {group}
        group place 店员 {group}
        group allocate
        group hand-over 店员 --to 小王
        group acts
        group undo 1
        import customers {file} --dry-run
        export customers --out {out}.xlsx --filter A --reason x
        points adjust K00001 5 --reason x
        points price 保温杯 5
        audit
        sms template release 祝福
        sms template withdraw 祝福
        sms template retire 祝福
        sms template restore 祝福
        sms review 1
        sms cancel 1
        sms undo 1
        sms export 1 --out {out}.xlsx
        sms confirm 1 --all
        sms send 1
        sms resolve 1 --leave
        sms stop 1
        voucher issue --value 50
        voucher void 1 --reason x
    """,
    OWNER: """
        customer special K00001 --reason x
        gifts approve {plan}
        gifts return {plan} --reason x
        gifts extra K00001 保温杯 --day 2026-12-01 --reason x
        gifts stock confirm 1
        gifts stock refuse 1 --reason x
        erase K00002 --dry-run
        key sheet --to {out}.pdf
        key remember
        key forget
        key wipe-backups
        user add 新人 --role clerk
        user disable 小李
        policy set grades.a.points 60
        sms gateway set --host 127.0.0.1 --system-id x
        sms gateway test
        sms gateway remove
        key passphrase
        key on
        key off
        transfer --to {out}.db
    """,
}
"""The lowest role that may, with one plausible call each: nobody < clerk < manager < owner.

Commands that the program itself does day by day (open the day, copy the books, prove them) need nobody signed in.
"""

ALONE = {
    OWNER: """
        restore {backup}
        move --to {out}.db
    """,
}
"""What a `batch` does not take: each in a process of its own."""

NO_SHOP = {"batch", "init", "demo", "key status"}
"""Open no shop, or are only the way to the others."""

SIGN_IN, ROLE = "请先登录", "请让有权限的人登录后操作"
SECRETS = {"SHUKE_NEW_PIN": "583920", "SHUKE_NEW_PASSPHRASE": "长而难猜的一句口令"}
POINTS = {"adjust", "redeem", "undo", "price", "list"}


class Counted(Till):
    """A till whose people have typed what the program would ask them for."""

    def environment(self, user: str = "", **more: str) -> dict[str, str]:
        return super().environment(user, **SECRETS, SHUKE_RECOVERY=self.recovery, **more)

    recovery = ""


def leaves(parser: Any) -> Iterator[Any]:
    """The parsers that run something."""
    children = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not children:
        yield parser
    for one in children:
        for name, child in one.choices.items():
            if name in child.prog.split():  # not its second names
                yield from leaves(child)


def of_command(words: str) -> str:
    """The leaf's name out of a call: `gifts stock add 新礼品 …` -> `gifts stock add`."""
    names = {one.prog.split(maxsplit=1)[1] for one in all_leaves()}
    parts = words.split()
    return next(" ".join(parts[:n]) for n in range(len(parts), 0, -1) if " ".join(parts[:n]) in names)


def all_leaves() -> list[Any]:
    from ui.cli import frame

    if not _LEAVES:
        _LEAVES.extend(leaves(frame.commands_parser()))
    return _LEAVES


_LEAVES: list[Any] = []


def calls(table: dict[str, str]) -> list[tuple[str, str]]:
    """(lowest role, call) of the whole table."""
    return [(low, line.strip()) for low, text in table.items() for line in text.strip().splitlines()]


def by_role(answer: dict[str, Any] | None) -> bool:
    """Whether it was the role that was refused, in the one sentence of the rights table."""
    said = str((answer or {}).get("error", ""))
    return said.startswith(SIGN_IN) or ROLE in said


def test_every_command_has_its_row() -> None:
    known = {of_command(line) for _low, line in [*calls(ALLOWED), *calls(ALONE)]} | NO_SHOP
    found = {one.prog.split(maxsplit=1)[1] for one in all_leaves()}
    assert found == known, (found - known, known - found)
    points = {line.split()[1] for _low, line in calls(ALLOWED) if line.startswith("points ")}
    assert points >= POINTS


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Till, dict[str, str]]:
    """A demo shop with something of everything to act on, and what the calls name."""
    folder = tmp_path_factory.mktemp("roles")
    (folder / "home").mkdir()
    till = Till(str(folder / "shop.db"), folder / "home", {}, TODAY)
    made = till.ok("", "demo", "--customers", 80, "--years", 1, "--seed", 7)
    till.pins.update({one["name"]: one["pin"] for one in made["users"]})
    with till.batch(MANAGER) as manager:
        words = ("--kind", "news", "--channel", "visit", "--from", "2026-12-01", "--script", "新装到了")
        campaign = manager.ask("campaign", "new", "新装", *words)
        merged = manager.ask("customer", "merge", "K00003", "K00004")
        draft = manager.ask("gifts", "propose", "--month", "2027-02")
        manager.ask("gifts", "stock", "stocktake", "begin")
        group = manager.ask("group", "list")["groups"][0]["name"]
        drafts = (one["id"] for one in draft["lines"])
        choosable = next(one for one in drafts if manager.ask("gifts", "picks", one)["picks"])
    assert not [one for one in (campaign, merged) if "error" in one], (campaign, merged)
    backup = till.ok(OWNER, "backup", "--to", folder / "kept")["file"]
    (folder / "text.txt").write_text("您好\n", "utf-8")
    line = rows(till.books, "SELECT MIN(id) FROM plan_line WHERE status = 'approved'")[0][0]
    names = {
        **{"line": str(line), "plan": str(draft["plan"]), "draft": str(choosable)},
        **{"group": group, "file": str(folder / "text.txt"), "backup": str(backup)},
    }
    return till, names


def shop_of(till: Till, folder: Path) -> Counted:
    from services import keys, recovery_key

    copied = till.copy(folder)
    counted = Counted(copied.books, copied.home, copied.pins, copied.today)
    counted.recovery = recovery_key.written(keys.new_key())
    return counted


@pytest.mark.parametrize("role", ROLES)
def test_every_command_asks_the_role(
    prepared: tuple[Till, dict[str, str]], role: str, tmp_path: Path
) -> None:
    till, names = prepared
    counted = shop_of(till, tmp_path / "shop")
    words = {**names, "out": str(tmp_path / "out")}
    table = calls(ALLOWED)
    refused = [line for low, line in table if RANK[low] > RANK[role]]
    before = owned(counted)
    wrong = []
    with counted.batch(role) as counter:
        for line in refused:
            answer = counter.ask(*shlex.split(line.format(**words)))
            if not by_role(answer) or answer.get("exit") != 1:
                wrong.append(("was not refused", role, line, answer))
    assert not wrong, wrong
    assert owned(counted) == before, "a refused command changed the books"
    assert not list(tmp_path.glob("out*")), "a refused command left a file"
    with counted.batch(role) as counter:
        for line in (line for low, line in table if RANK[low] <= RANK[role]):
            answer = counter.ask(*shlex.split(line.format(**words)))
            if answer is None or by_role(answer) or answer.get("exit") == 2:
                wrong.append(("should be allowed", role, line, answer))
    assert not wrong, wrong


def owned(till: Till) -> dict[str, Any]:
    """What the shop owns; that somebody was refused stands in the journal."""
    return {name: found for name, found in dump(till.books).items() if not name.startswith("journal")}


@pytest.mark.parametrize(("low", "line"), calls(ALONE))
@pytest.mark.parametrize("role", ROLES)
def test_only_the_owner_puts_other_books_there(
    prepared: tuple[Till, dict[str, str]], role: str, low: str, line: str, tmp_path: Path
) -> None:
    till, names = prepared
    counted = shop_of(till, tmp_path / "shop")
    said = counted.run(role, *shlex.split(line.format(**names, out=tmp_path / "elsewhere" / "shop")))
    assert (said.status == 0) is (RANK[role] >= RANK[low]), said
    assert by_role({"error": said.error}) is (RANK[role] < RANK[low]), said
