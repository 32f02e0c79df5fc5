"""The command line contract of spec 07: every command, its keys, its exit status, what goes where."""

from __future__ import annotations

import re
from pathlib import Path

from tests.acceptance.till import CLERK, HAN, MANAGER, OWNER, Till, rows

MONEY = re.compile(r"-?\d+\.\d\d")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def card_of(till: Till, where: str) -> str:
    return rows(till.books, f"SELECT card_no FROM customer WHERE {where} ORDER BY id LIMIT 1")[0][0]


def test_init_tells_the_place_and_the_schema_and_never_touches_what_is_there(trial: Till) -> None:
    other = Till(str(Path(trial.books).with_name("other.db")), trial.home, trial.pins)
    made = other.ok("", "init", "--shop", "春熙路店", "--owner", "王姐", env={"SHUKE_PIN": "laoban-2680"})
    assert set(made) >= {"database", "schema"} and isinstance(made["schema"], int)
    before = Path(other.books).read_bytes()
    other.no("", "init", "--shop", "又一家", env={"SHUKE_PIN": "laoban-2680"})
    other.no("", "demo")
    assert Path(other.books).read_bytes() == before


def test_demo_tells_how_many_and_who(_demo: Till, tmp_path: Path) -> None:
    till = Till(str(tmp_path / "d.db"), tmp_path, {})
    made = till.ok("", "demo", "--customers", 40, "--years", 1, "--seed", 3)
    assert made["customers"] == 40
    assert made["purchases"] == rows(till.books, "SELECT COUNT(*) FROM purchase")[0][0]
    roles = {one["name"]: one["role"] for one in made["users"]}
    assert roles[OWNER] == "owner" and roles[MANAGER] == "manager" and roles[CLERK] == "clerk"
    assert all(one["pin"] for one in made["users"])


def test_find_and_show_have_their_keys(reading: Till) -> None:
    with reading.batch(MANAGER) as counter:
        everyone = rows(reading.books, "SELECT card_no, name FROM customer ORDER BY id LIMIT 5")
        for card_no, name in everyone:
            for text in (card_no, name):
                found = counter.ask("find", text)
                assert found["ms"] >= 0
                hit = next(one for one in found["results"] if one["card_no"] == card_no)
                assert set(hit) >= {"card_no", "name", "phones", "grade", "state"}
                assert hit["name"] == name and hit["state"] in ("active", "lost")
        assert len(counter.ask("find", "李", "--limit", 2)["results"]) == 2
        assert counter.ask("find", "没有这个人")["results"] == []
        for state in ("active", "lost"):
            card = card_of(reading, f"state = '{state}'")
            one = counter.ask("show", card)
            keys = "card_no name phones grade base_grade state reason points_earned points_balance due"
            assert set(one) >= set(keys.split())
            assert one["card_no"] == card and one["state"] == state and one["reason"]
            assert one["grade"] in "ABC" and one["base_grade"] in "ABC"
            assert isinstance(one["points_earned"], int) and isinstance(one["points_balance"], int)
            assert isinstance(one["due"], list)


def test_a_ticket_states_number_amount_points_and_gift(demo: Till) -> None:
    a = card_of(demo, "grade = 'A' AND state = 'active'")
    c = card_of(demo, "grade = 'C' AND state = 'active'")
    with demo.batch(CLERK) as counter:
        assert counter.ask("visit", a)["visit"]
        words = ("--item", "T1", "--price", "199.99", "--size", "M", "--qty", 2, "--item", "T2")
        ticket = counter.ask("buy", a, *words, "--price", "500", "--special")
        assert set(ticket) >= {"ticket", "to_pay", "points", "gift_due"}
        # A pays 80 % of what is not special-price, rounded to the fen: 2 x 159.99 + 500.
        assert ticket["to_pay"] in ("819.98", "819.99") and ticket["points"] == 8
        assert ticket["gift_due"] is False
        plain = counter.ask("buy", c, "--item", "T3", "--price", "88")
        assert (plain["to_pay"], plain["points"], plain["gift_due"]) == ("88.00", 0, True)
        special = counter.ask("buy", c, "--item", "T4", "--price", "120", "--special")
        assert (special["to_pay"], special["points"], special["gift_due"]) == ("120.00", 1, False)
        assert counter.ask("show", c)["card_no"] == c


def test_grade_names_every_change_and_applies_once(demo: Till) -> None:
    with demo.batch(MANAGER) as counter:
        first = counter.ask("grade")
        assert set(first) >= {"A", "B", "C", "lost", "changes"}
        applied = counter.ask("grade", "--apply")
        for change in applied["changes"]:
            assert set(change) >= {"card_no", "from", "to", "rule"}
        again = counter.ask("grade", "--apply")
        assert again["changes"] == []
        assert {k: again[k] for k in ("A", "B", "C", "lost")} == {
            k: applied[k] for k in ("A", "B", "C", "lost")
        }
        total = rows(demo.books, "SELECT COUNT(*) FROM customer")[0][0]
        assert sum(again[k] for k in ("A", "B", "C", "lost")) == total


def test_plan_stock_and_schedule_have_their_keys(demo: Till, tmp_path: Path) -> None:
    with demo.batch(MANAGER) as counter:
        plan = counter.ask("gifts", "propose", "--month", "2026-12")
        assert set(plan) >= {"plan", "status", "lines", "shortage"} and plan["status"] == "draft"
        for line in plan["lines"]:
            assert set(line) >= {"id", "card_no", "occasion", "gift", "class", "cost", "due", "status"}
            assert MONEY.fullmatch(line["cost"]) and DAY.fullmatch(line["due"])
            assert line["status"] == "draft"
        assert counter.ask("gifts", "list", "--month", "2026-12")["lines"] == plan["lines"]
        added = counter.ask("gifts", "stock", "add", "发夹", "--class", "饰品", "--cost", "9.9")
        assert [(g["name"], g["class"], g["cost"], g["stock"]) for g in added["gifts"]] == [
            ("发夹", "饰品", "9.90", 0)
        ]
        assert counter.ask("gifts", "stock", "receive", "发夹", "--qty", 5)["gifts"][0]["stock"] == 5
        assert counter.ask("gifts", "stock", "count", "发夹", "--qty", 4)["gifts"][0]["stock"] == 4
        listed = counter.ask("gifts", "stock", "list")["gifts"]
        assert {"name": "发夹", "class": "饰品", "cost": "9.90", "stock": 4}.items() <= next(
            one.items() for one in listed if one["name"] == "发夹"
        )
        ics = tmp_path / "w.ics"
        made = counter.ask("schedule", "--from", "2026-11-22", "--to", "2026-12-05", "--ics", ics)
        assert made["items"]
        for item in made["items"]:
            keys = "id card_no topics channel due assignee why text state"
            assert set(item) >= set(keys.split())
            assert DAY.fullmatch(item["due"]) and item["topics"] and item["why"]
            assert item["channel"] in ("phone", "sms", "post", "visit", "shop")
            assert item["state"] in ("planned", "done", "no_answer", "postponed", "refused")
        phone = [one for one in made["items"] if one["channel"] == "phone" and one["state"] == "planned"]
        assert counter.ask("contact", "no-answer", phone[0]["id"])["state"] in ("no_answer", "planned")
        assert counter.ask("contact", "done", phone[1]["id"], "--note", "收到了")["state"] == "done"
        later = counter.ask("contact", "postpone", phone[2]["id"], "2026-12-01")
        assert later["again_on"] == "2026-12-01"


def test_cards_labels_and_envelopes_state_count_pages_and_gaps(reading: Till, tmp_path: Path) -> None:
    span = ("--from", "2026-12-01", "--to", "2026-12-31")
    for command, layouts in (
        ("cards", ("A6", "A5fold", "2up", "4up")),
        ("labels", ("3x8", "3x7", "2x7")),
        ("envelopes", ("DL", "B6", "ZL", "C5", "C4")),
    ):
        with reading.batch(MANAGER) as counter:
            for layout in layouts:
                out = tmp_path / f"{command}-{layout}.pdf"
                made = counter.ask(command, *span, "--layout", layout, "--out", out)
                assert set(made) >= {"count", "pages", "missing_glyphs"}, made
                assert made["count"] > 0 and made["pages"] > 0
                assert out.read_bytes().startswith(b"%PDF-")


def test_policy_daily_backup_check_and_audit_have_their_keys(demo: Till, tmp_path: Path) -> None:
    with demo.batch(OWNER) as counter:
        assert counter.ask("policy", "show")["grades.a.points"] == 50
        assert counter.ask("policy", "set", "grades.a.points", "60", "--reason", "试一试")["value"] == 60
        assert counter.ask("policy", "show")["grades.a.points"] == 60
        assert counter.ask("policy", "history")["versions"][0]["user"] == OWNER
        assert "error" in counter.ask("policy", "set", "grades.a.points", "很多")
        assert "error" in counter.ask("policy", "set", "no.such.key", "1")
        first = counter.ask("daily")
        assert "error" not in first
        made = counter.ask("backup", "--to", tmp_path / "usb")
        assert made["ok"] is True and made["problems"] == [] and Path(made["file"]).exists()
        found = counter.ask("check")
        assert found["ok"] is True and found["problems"] == []
        trail = counter.ask("audit")["entries"]
        assert {"policy.changed"} & {one["act"] for one in trail} or trail
        about = counter.ask("audit", "--about", card_of(demo, "state = 'active'"))
        assert isinstance(about["entries"], list)


def test_export_writes_what_it_counts(demo: Till, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    counts = {
        "customers": "SELECT COUNT(*) FROM customer",
        "purchases": "SELECT COUNT(*) FROM purchase",
    }
    with demo.batch(OWNER) as counter:
        for what in ("customers", "purchases", "contacts", "gifts"):
            for ending in ("xlsx", "csv"):
                out = tmp_path / f"{what}.{ending}"
                made = counter.ask("export", what, "--out", out)
                assert set(made) >= {"rows", "file"} and Path(made["file"]) == out
                if what in counts:
                    assert made["rows"] == rows(demo.books, counts[what])[0][0]
                if ending == "xlsx":
                    assert (load_workbook(out).worksheets[0].max_row or 0) >= made["rows"] + 1


WRONG: list[tuple[tuple[str, ...], int]] = [
    ((), 2),
    (("frobnicate",), 2),
    (("find",), 2),
    (("find", "a", "--limit", "0"), 2),
    (("show", "没有的卡号"), 1),
    (("visit", "没有的卡号"), 1),
    (("buy", "没有的卡号", "--item", "Q", "--price", "1"), 1),
    (("buy", "K00001", "--price", "1", "--item", "Q"), 2),
    (("buy", "K00001", "--item", "Q"), 2),
    (("buy", "K00001", "--item", "Q", "--price", "一百"), 2),
    (("buy", "K00001", "--item", "Q", "--price", "1e309"), 2),
    (("gifts", "propose"), 2),
    (("gifts", "propose", "--month", "2026-13"), 2),
    (("gifts", "approve", "987654"), 1),
    (("gifts", "issue", "987654"), 1),
    (("schedule", "--from", "2026-02-30"), 2),
    (("cards", "--from", "2026-12-31", "--to", "2026-12-01", "--out", "a.pdf"), 1),
    (("cards", "--from", "2026-12-01", "--to", "2026-12-31", "--layout", "A3", "--out", "a.pdf"), 1),
    (("cards", "--from", "2026-12-01", "--to", "2026-12-31"), 2),
    (("contact", "done", "987654"), 1),
    (("contact", "done", "x"), 2),
    (("restore", "没有.db"), 1),
    (("import", "customers", "没有.xlsx"), 1),
    (("import", "gifts", "a.xlsx"), 2),
    (("export", "customers", "--out", "a.docx"), 1),
    (("audit", "--about", "没有的卡号"), 1),
    (("customer", "grade", "K00001", "D", "--reason", "x"), 2),
]


def test_wrong_calls_have_their_status(reading: Till) -> None:
    for words, status in (WRONG[0], WRONG[1], WRONG[2], WRONG[4]):
        said = reading.run(OWNER, *words, lang="en")
        assert said.status == status, said
        assert said.data["exit"] == status and said.data["error"]
    with reading.batch(OWNER) as counter:
        for words, status in WRONG[1:]:
            if words[0] == "restore":
                status = 2  # it closes the books under the batch
            answer = counter.ask(*words)
            assert answer.get("exit") == status and answer["error"], (words, answer)
            assert "意外" not in answer["error"], (words, answer)


def test_the_default_place_is_the_data_folder(tmp_path: Path) -> None:
    import subprocess
    import sys

    from tests.acceptance.till import ROOT

    till = Till("", tmp_path, {OWNER: "laoban-2680"})
    call = [sys.executable, str(ROOT / "main.py"), "--json"]
    for words, user in ((["init", "--shop", "店"], []), (["check"], ["--user", OWNER])):
        done = subprocess.run(
            [*call, *user, *words], env=till.environment(OWNER), capture_output=True, cwd=tmp_path
        )
        assert done.returncode == 0, done
    assert (tmp_path / "shop.db").exists()


def test_a_wrong_missing_or_disabled_pin_is_refused(demo: Till) -> None:
    assert demo.no("", "find", "K")
    assert demo.no("没有这个人", "find", "K", env={"SHUKE_PIN": "730514"})
    assert demo.no(CLERK, "find", "K", env={"SHUKE_PIN": "000000"})
    assert demo.no(CLERK, "find", "K", env={"SHUKE_PIN": ""})
    demo.ok(OWNER, "user", "add", "小赵", "--role", "clerk", env={"SHUKE_NEW_PIN": "582713"})
    demo.ok("小赵", "find", "K", env={"SHUKE_PIN": "582713"})
    for weak in ("123456", "111111", "12345", ""):
        demo.no(OWNER, "user", "add", "小孙", "--role", "clerk", env={"SHUKE_NEW_PIN": weak})
    demo.ok(OWNER, "user", "disable", "小赵")
    demo.no("小赵", "find", "K", env={"SHUKE_PIN": "582713"})
    listed = {one["name"]: one["active"] for one in demo.ok(OWNER, "user", "list")["users"]}
    assert listed["小赵"] is False and listed[CLERK] is True


def test_guessing_a_pin_ends_after_five_tries(demo: Till) -> None:
    for _try in range(5):
        demo.no(CLERK, "find", "K", env={"SHUKE_PIN": "135790"})
    assert demo.no(CLERK, "find", "K"), "even the right PIN has to wait"
    demo.ok(MANAGER, "find", "K")


def test_roles_are_held_on_every_command(demo: Till) -> None:
    refused = {
        CLERK: [
            ("gifts", "propose", "--month", "2026-12"),
            ("gifts", "stock", "receive", "保温杯", "--qty", "1"),
            ("grade", "--apply"),
            ("policy", "set", "grades.a.points", "60"),
            ("customer", "grade", "K00001", "A", "--reason", "x"),
            ("user", "add", "x", "--role", "owner"),
            ("audit",),
        ],
        MANAGER: [
            ("policy", "set", "grades.a.points", "60"),
            ("customer", "special", "K00001", "--reason", "x"),
            ("user", "disable", CLERK),
        ],
    }
    for user, commands in refused.items():
        with demo.batch(user) as counter:
            for words in commands:
                answer = counter.ask(*words)
                assert answer.get("exit") == 1, (user, words, answer)


def test_today_reads_everywhere_but_writes_only_in_trial_and_demo_shops(trial: Till, tmp_path: Path) -> None:
    real = Till(str(tmp_path / "real.db"), trial.home, dict(trial.pins))
    real.ok("", "init", "--shop", "真店", env={"SHUKE_PIN": real.pins[OWNER]})
    real.ok(OWNER, "customer", "add", "王芳", "--card", "K1")
    assert "--today" in real.no(OWNER, "visit", "K1", today="2026-11-21")
    with real.batch(OWNER, today="2026-11-21") as counter:
        for words in (
            ("buy", "K1", "--item", "Q", "--price", "1"),
            ("gifts", "propose", "--month", "2026-12"),
            ("gifts", "stock", "add", "x", "--class", "y", "--cost", "1"),
            ("grade", "--apply"),
            ("grade", "--undo"),
            ("daily",),
            ("customer", "add", "李雪"),
            ("customer", "special", "K1", "--reason", "x"),
            ("contact", "plan", "K1", "--on", "2026-12-01"),
            ("policy", "set", "grades.a.points", "60"),
            ("user", "disable", MANAGER),
        ):
            answer = counter.ask(*words)
            assert answer.get("exit") == 1 and "--today" in answer["error"], (words, answer)
    with real.batch(OWNER, today="2026-11-21") as counter:
        assert counter.ask("visit", "K1")["exit"] == 1
        assert counter.ask("show", "K1")["card_no"] == "K1"
    assert real.ok(OWNER, "show", "K1", today="2026-11-21")["name"] == "王芳"
    assert real.ok(OWNER, "schedule", today="2026-11-21")["items"] == []
    assert rows(real.books, "SELECT COUNT(*) FROM ticket") == [(0,)]
    trial.ok(OWNER, "customer", "add", "王芳", "--card", "K1")
    trial.ok(CLERK, "buy", "K1", "--item", "Q", "--price", "1", today="2026-11-21")


def test_a_batch_goes_on_after_a_refusal_and_ends_well(demo: Till) -> None:
    lines = '{"args":["find","李","--limit","1"]}\nnot json\n{"args":["nonsense"]}\n{"args":["buy"]}\n'
    lines += '{"args":["show","没有"]}\n\n{"args":["--help"]}\n{"args":["find","--help"]}\n{"args":[]}\n[]\n'
    said = demo.run(CLERK, "batch", stdin=lines + '{"args":["find","李","--limit","2"]}\n')
    import json

    answers = [json.loads(line) for line in said.out.splitlines()]
    assert said.status == 0
    assert [one.get("exit") for one in answers] == [None, 2, 2, 2, 1, 2, 2, 2, 2, None]
    assert len(answers[-1]["results"]) == 2


def test_messages_of_a_refusal_go_to_stderr_in_the_chosen_language(reading: Till) -> None:
    for lang in ("zh", "en"):
        for as_json in (True, False):
            said = reading.run(OWNER, "show", "ZZZ", lang=lang, as_json=as_json)
            assert bool(HAN.search(said.err)) is (lang == "zh")
            assert said.out == "" or as_json
