"""The filter by state beside those by topic and person."""

from __future__ import annotations

from typing import Any

from models.kinds import ContactState
from services.contact_lists import Filters
from ui.contacts.head import Head


def test_the_state_is_chosen_like_the_other_filters(qtbot: Any) -> None:
    head = Head()
    qtbot.addWidget(head)
    head.show_list("today")
    with qtbot.waitSignal(head.filters_changed):
        head.state.setCurrentIndex(head.state.findData(ContactState.NO_ANSWER.value))
    assert head.filters() == Filters(state=ContactState.NO_ANSWER) and head.filtered()
    head.clear()
    assert not head.filtered()


def test_a_list_without_states_hides_the_filter_and_forgets_it(qtbot: Any) -> None:
    head = Head()
    qtbot.addWidget(head)
    head.show_list("done")
    head.state.setCurrentIndex(head.state.findData(ContactState.EXPIRED.value))
    head.show_list("week")
    assert head.state.isHidden() and head.filters() == Filters()
    head.show_list("overdue")
    assert not head.state.isHidden()
