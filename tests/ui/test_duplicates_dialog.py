"""重复客户: a pair is compared, merged, undone, dismissed."""

from __future__ import annotations

from typing import Any

import pytest

from models import database
from services import duplicates
from services.words import use_language
from tests.services.merge_books import a_person
from ui.customers.duplicates_dialog import Duplicates

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
