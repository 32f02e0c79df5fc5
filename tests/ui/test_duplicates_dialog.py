"""重复客户: a pair is compared, merged, undone, dismissed."""

from __future__ import annotations

from typing import Any

import pytest

from models import database
from services import duplicates, merging
from services.words import use_language
from tests.services.merge_books import a_person
from ui import dialogs
from ui.customers import duplicates_dialog
from ui.customers.duplicates_dialog import Duplicates
from ui.customers.merges_dialog import Merges

PHONE = "13800000001"


def states() -> list[str]:
    return [row[0] for row in database.rows("SELECT state FROM customer ORDER BY id")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_pair_is_compared_merged_and_undone(
    language: str, manager: Any, make_context: Any, qtbot: Any
) -> None:
    a_person(manager, [PHONE], [("buy", 9)], size="M", note="喜欢安静")
    a_person(manager, [PHONE], [("buy", 3)], size="L", note="怕热", name="张晓芳")
    use_language(language)
    context = make_context(manager)
    box = Duplicates(context)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.go.isEnabled())
    assert set(box.chosen) >= {"name", "size", "note"}
    box.chosen["size"].setCurrentIndex(1)
    box.go.click()
    qtbot.waitUntil(lambda: states() == ["active", "merged"] and not box.pairs)
    assert database.row("SELECT size, note FROM customer WHERE id = 1") == ("L", "喜欢安静；怕热")
    context.undo_last()
    qtbot.waitUntil(lambda: states() == ["active", "active"] and bool(box.pairs))
    assert database.value_of("SELECT size FROM customer WHERE id = 1") == "M"
    qtbot.waitUntil(lambda: box.differ.isEnabled())
    box.differ.click()
    qtbot.waitUntil(lambda: not box.pairs)
    context.undo_last()
    qtbot.waitUntil(lambda: len(box.pairs) == 1)
    assert len(duplicates.pairs(manager)) == 1


def test_a_clerk_is_told_who_may(clerk: Any, make_context: Any, qtbot: Any) -> None:
    box = Duplicates(make_context(clerk))
    qtbot.addWidget(box)
    box.show()
    assert not box.go.isEnabled() and "店长" in box.figures.text()


def test_the_command_line_merges_and_says_how_to_undo(
    books: str, manager: Any, monkeypatch: Any, capsys: Any
) -> None:
    from tests.conftest import MANAGER_PIN
    from ui.cli import frame

    database.execute("UPDATE shop_info SET trial = 1")
    first = a_person(manager, [PHONE], [("buy", 9)])
    a_person(manager, [PHONE], [("buy", 3)], name="张晓芳")
    cards = [row[0] for row in database.rows("SELECT card_no FROM customer ORDER BY id")]
    monkeypatch.setenv("SHUKE_PIN", MANAGER_PIN)

    def said(*words: str) -> dict[str, Any]:
        import json

        status = frame.main(["--db", books, "--today", "2026-11-22", "--user", "店长", "--json", *words])
        assert status == 0, capsys.readouterr().err
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    assert said("customer", "duplicates")["pairs"][0]["other"] == cards[1]
    assert said("customer", "merge", *cards, "--dry-run")["tickets"] == 2
    assert states() == ["active", "active"]
    done = said("customer", "merge", *cards, "--choose", "card_no=other")
    assert done["unmerge"] == cards[0] and said("show", cards[0])["tickets"] == 2
    assert said("customer", "unmerge", done["unmerge"])["undone"] is True
    assert states() == ["active", "active"]
    assert database.value_of("SELECT card_no FROM customer WHERE id = ?", (first,)) == cards[0]
    assert said("group", "allocate")["applied"] is False
    assert [group["name"] for group in said("group", "list")["groups"]] == ["销售一组", "销售二组"]


def test_three_records_are_merged_at_once_and_come_back(
    manager: Any, make_context: Any, qtbot: Any, monkeypatch: Any
) -> None:
    for name in ("张小芳", "张晓芳", "张芳"):
        a_person(manager, [PHONE], [("buy", 9)], name=name)
    context = make_context(manager)
    box = Duplicates(context)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.go.isEnabled())
    assert len(box.pairs) == 3 and box.every.isVisible() and "3" in box.every.text()
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "ask", lambda *words, **_k: bool(asked.append(words[2])) or True)
    box.every.click()
    qtbot.waitUntil(lambda: states().count("merged") == 2 and not box.pairs)
    assert all(name in asked[0] for name in ("张小芳", "张晓芳", "张芳"))
    context.undo_last()
    qtbot.waitUntil(lambda: states() == ["active"] * 3 and len(box.pairs) == 3)


def test_two_chosen_customers_are_shown_though_nothing_speaks_for_it(
    manager: Any, make_context: Any, qtbot: Any, monkeypatch: Any
) -> None:
    one, two = a_person(manager, [], [], name="王大妈"), a_person(manager, [], [], name="李四")
    opened: list[Duplicates] = []
    monkeypatch.setattr(Duplicates, "open", lambda box: (opened.append(box), box.show()))
    duplicates_dialog.open_for(make_context(manager), one, two)
    box = opened[0]
    qtbot.addWidget(box)
    qtbot.waitUntil(lambda: box.go.isEnabled())
    assert not box.every.isVisible()
    box.go.click()
    qtbot.waitUntil(lambda: sorted(states()) == ["active", "merged"] and not box.pairs)


def test_a_merge_of_last_week_is_taken_apart_in_the_list(
    manager: Any, make_context: Any, qtbot: Any, monkeypatch: Any
) -> None:
    ids = [a_person(manager, [PHONE], []) for _n in range(3)]
    merging.merge_all(manager, ids[0], ids[1:])
    box = Merges(make_context(manager))
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.apart.isEnabled())
    box.table.select_id(1)
    qtbot.waitUntil(lambda: not box.apart.isEnabled())
    box.table.select_id(2)
    monkeypatch.setattr(dialogs, "ask", lambda *_a, **_k: True)
    for wanted in (["active", "merged", "active"], ["active", "active", "active"]):
        qtbot.waitUntil(lambda: box.apart.isEnabled())
        box.apart.click()
        qtbot.waitUntil(lambda wanted=wanted: states() == wanted)
        box.table.select_id(1)
    qtbot.waitUntil(lambda: not box.apart.isEnabled())


def test_the_command_line_merges_several_and_lists_them(
    books: str, manager: Any, monkeypatch: Any, capsys: Any
) -> None:
    import json

    from tests.conftest import MANAGER_PIN
    from ui.cli import frame

    database.execute("UPDATE shop_info SET trial = 1")
    for _n in range(3):
        a_person(manager, [PHONE], [("buy", 9)])
    cards = [row[0] for row in database.rows("SELECT card_no FROM customer ORDER BY id")]
    monkeypatch.setenv("SHUKE_PIN", MANAGER_PIN)

    def run(*words: str) -> tuple[int, dict[str, Any]]:
        status = frame.main(["--db", books, "--today", "2026-11-22", "--user", "店长", "--json", *words])
        text = capsys.readouterr()
        return status, json.loads(text.out or text.err or "{}")

    assert run("customer", "merge", *cards, "--dry-run")[0] == 1 and states() == ["active"] * 3
    status, done = run("customer", "merge", *cards)
    assert status == 0 and done["unmerge"] == [cards[2], cards[1]]
    listed = run("customer", "merges")[1]["merges"]
    assert [(row["other"], row["by"], row["may_undo"]) for row in listed] == [
        (cards[2], "店长", True),
        (cards[1], "店长", False),
    ]
    for card in done["unmerge"]:
        assert run("customer", "unmerge", card)[0] == 0
    assert states() == ["active"] * 3
