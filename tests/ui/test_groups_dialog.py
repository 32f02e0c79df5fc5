"""销售组: even distribution and hand-over from the window."""

from __future__ import annotations

from typing import Any

import pytest

from models import database
from models.kinds import Role
from services import staff
from services.words import use_language
from tests.conftest import CLERK_PIN
from tests.services.merge_books import a_person
from ui import dialogs
from ui.settings.groups import Groups, HandOverBox


@pytest.mark.parametrize("language", ["zh", "en"])
def test_groups_are_evened_and_customers_handed_over(
    language: str, manager: Any, owner: Any, make_context: Any, qtbot: Any, monkeypatch: Any
) -> None:
    staff.add_user(owner, "小李", Role.CLERK, CLERK_PIN, group_id=2)
    for number in range(4):
        a_person(manager, [], [], name=f"客户{number}")
    database.execute(
        "UPDATE customer SET group_id = 1, clerk_id = (SELECT id FROM staff_user WHERE name = '小王')"
    )
    use_language(language)
    monkeypatch.setattr(dialogs, "ask", lambda *_a, **_k: True)
    context = make_context(manager)
    box = Groups(context)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.go.isEnabled())
    hand = HandOverBox(context, "小王", ["店长", "小李"], box)
    qtbot.addWidget(hand)
    hand.show()
    assert not hand.go.isEnabled()
    hand.boxes[1].setChecked(True)
    qtbot.waitUntil(lambda: hand.go.isEnabled())
    hand.go.click()
    qtbot.waitUntil(lambda: database.value_of("SELECT COUNT(*) FROM customer WHERE group_id = 2") == 4)
    box._load()
    qtbot.waitUntil(lambda: box.go.isEnabled())
    box.go.click()
    qtbot.waitUntil(lambda: database.value_of("SELECT COUNT(*) FROM customer WHERE group_id = 2") == 2)
    qtbot.waitUntil(lambda: box.seen is not None and box.seen.moved == 0)


def test_a_clerk_looks_and_cannot_act(clerk: Any, make_context: Any, qtbot: Any) -> None:
    box = Groups(make_context(clerk))
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: len(box.people.model.ids) == 3)
    assert not box.go.isVisible() and not box.hand.isVisible()
