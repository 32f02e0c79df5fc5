"""客户整理 and 操作记录 in the window."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models import database
from services.policy import shipped
from services.words import use_language
from ui.context import Context
from ui.settings.journal_words import ACTS, act_words, body_words

SERVICES = Path(__file__).resolve().parents[2] / "services"
_ACT = re.compile(
    r'"((?:gift|customer|contact|contacts|ticket|visit|line|stock|print|user|policy|grades)\.[a-z_]+)"'
)


def test_every_act_of_the_journal_has_words() -> None:
    used = {act for path in SERVICES.rglob("*.py") for act in _ACT.findall(path.read_text("utf-8"))}
    # "customer.erase" is how several acts begin.
    assert used - set(shipped()) - set(ACTS) == {"policy.toml", "customer.erase"}


def test_an_unknown_act_stays_its_code() -> None:
    assert act_words("future.act") == "future.act"
    assert body_words({"reason": "x", "empty": ""}) == "原因 x"


@pytest.fixture
def context(manager, qtbot, tmp_path):
    from services.settings import Settings

    demo_shop = manager
    database.execute("UPDATE shop_info SET trial = 1")
    context = Context(demo_shop, Settings())
    yield context
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_grading_dialog_previews_applies_and_undoes(context, qtbot, language: str) -> None:
    from ui.grading.dialog import Grading

    use_language(language)
    database.execute(
        "INSERT INTO customer (card_no, name, sort_key, sex, state, grade, base_grade, grade_rule, hand_reason, special,"
        " special_reason, birth_leap, size, colours, styles, looks, postcode, address, preferred_channel,"
        " preferred_time, first_source, hobbies, note, old_grade, registered_on, data_source, phone_doubtful,"
        " points_earned, points_balance, tickets, paid_total, last_visit, last_purchase, version) VALUES"
        " ('K1', '王芳', 'wangfang', 'female', 'active', 'C', 'C', 'bought', '', 0, '', 0, '', '', '', '', '', '', '',"
        " '', '', '', '', '', '2026-01-01', '', 0, 60, 60, 3, 0, '2026-11-20', '2026-11-20', 1)"
    )
    box = Grading(context)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.go.isEnabled())
    assert len(box.changes.model.ids) == 1
    box.go.click()
    qtbot.waitUntil(lambda: database.value_of("SELECT grade FROM customer") == "A")
    qtbot.waitUntil(lambda: box.back.isEnabled())
    box.back.click()
    qtbot.waitUntil(lambda: database.value_of("SELECT grade FROM customer") == "C")


def test_the_journal_shows_the_newest_entries_and_proves_the_books(context, qtbot) -> None:
    from ui.settings.journal import Journal

    box = Journal(context)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: len(box.table.model.ids) > 0)
    box.prove.click()
    qtbot.waitUntil(lambda: "完好" in box.answer.text())
