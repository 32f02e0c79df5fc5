"""活动 in the window: planned while people are counted, released, answered by a key, checked in by card, judged."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from models import database
from models.kinds import CampaignKind, CampaignReply, CampaignState, Topic
from services.campaigns import drafts, reading, release
from services.campaigns.segment import Segment
from services.rules.filters import Condition, Filter
from services.sms import templates
from services.words import use_language
from tests.conftest import TODAY
from tests.services.test_campaigns import DAY, a_draft, crowd, later
from tests.ui.test_accessible import nameless
from ui import dialogs
from ui.contacts import campaigns_editor
from ui.contacts.campaigns import CampaignsPage
from ui.contacts.campaigns_costs import CostsBox
from ui.contacts.campaigns_editor import Editor
from ui.contacts.campaigns_result import ResultBox


def settle(qtbot: Any, context: Any) -> None:
    for _again in range(3):
        qtbot.waitUntil(context.tasks.idle, timeout=10_000)
        QApplication.processEvents()


@pytest.fixture
def text(manager: Any) -> None:
    templates.add(manager, "冬季促销", Topic.PROMOTION, "{title}您好，{shop}冬装八折。")
    templates.release(manager, "冬季促销")
    templates.add(manager, "茶会", Topic.COMPANY_NEWS, "{title}，周六茶会。")
    templates.release(manager, "茶会")


def page_of(qtbot: Any, make_context: Any, shop: Any) -> CampaignsPage:
    context = make_context(shop)
    page = CampaignsPage(context)
    context.changed.connect(page.reload)
    qtbot.addWidget(page)
    page.resize(1340, 640)
    page.show()
    page.reload()
    settle(qtbot, context)
    return page


def an_event(manager: Any, days: int = 2) -> int:
    made = drafts.new(
        manager,
        a_draft(name="茶会", kind=CampaignKind.EVENT, template="茶会", last=TODAY + days * DAY),
    )
    return release.release(manager, made.id).id


def test_an_empty_list_says_what_to_do_first(qtbot: Any, make_context: Any, manager: Any, clerk: Any) -> None:
    page = page_of(qtbot, make_context, manager)
    assert page.table.empty.isVisible() and page.table.empty.title.text() == "还没有活动"
    assert page.table.empty.button.isVisible() and page.new.isVisible()
    assert not page.go.isVisible() and not page.answers.isVisible()
    other = page_of(qtbot, make_context, clerk)
    assert not other.table.empty.button.isVisible() and not other.new.isVisible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_editor_counts_while_one_types_and_keeps_a_draft(
    qtbot: Any, make_context: Any, manager: Any, text: None, language: str
) -> None:
    crowd(100)
    use_language(language)
    context = make_context(manager)
    box = Editor(context)
    qtbot.addWidget(box)
    box.show()
    settle(qtbot, context)
    assert box.counts.text() and not box.samples.text()
    box.save()
    assert box.form.field("name").note.text() and box.isVisible()
    values = box._values() | {"name": "冬装八折", "template": "冬季促销"}
    box.form.load(values)
    box._count()
    settle(qtbot, context)
    assert "70" in box.counts.text() and "30" in box.counts.text()
    assert "王女士您好" in box.samples.text()
    made: list[Any] = []
    box.saved.append(made.append)
    box.save()
    settle(qtbot, context)
    assert made[0].state is CampaignState.DRAFT and made[0].name == "冬装八折"
    again = Editor(context, made[0], Segment(Filter((Condition("grade", values=("A",)),))))
    qtbot.addWidget(again)
    again.show()
    settle(qtbot, context)
    assert again.form.values()["whom"] == "\0kept" and "A 10" in again.counts.text()
    again.form.field("channel").combo.setCurrentIndex(1)  # type: ignore[attr-defined]
    assert (
        again.form.field("script").widget.isVisible() and not again.form.field("template").widget.isVisible()
    )
    again.save()
    settle(qtbot, context)
    assert again.isVisible() and again.form.field("script").note.text()


def test_a_draft_is_released_and_the_release_taken_back(
    qtbot: Any, make_context: Any, manager: Any, text: None, monkeypatch: Any
) -> None:
    crowd(60)
    drafts.new(manager, a_draft())
    page = page_of(qtbot, make_context, manager)
    assert page.edit.isVisible() and page.go.accessibleName() == "发布…" and not page.results.isVisible()
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "ask", lambda _p, title, words, *_a, **_k: asked.append(words) or False)
    page.go.click()
    settle(qtbot, page.context)
    assert (
        "会联络 30 位" in asked[0]
        and page.found is not None
        and page.found.campaign.state is CampaignState.DRAFT
    )
    monkeypatch.setattr(dialogs, "ask", lambda *_a, **_k: True)
    page.go.click()
    qtbot.waitUntil(lambda: page.found is not None and page.found.campaign.released, timeout=10_000)
    settle(qtbot, page.context)
    assert len(page.members.model.ids) == 60 and "对照 30 位" in page.facts.text()
    assert page.go.accessibleName() == "导出短信…" and not page.edit.isVisible()
    page.context.undo_last()
    settle(qtbot, page.context)
    assert page.found.campaign.state is CampaignState.CANCELLED and "撤销" in page.facts.text()
    page.back.click()
    settle(qtbot, page.context)
    assert page.found.campaign.state is CampaignState.RUNNING
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: "下雨")
    page.stop.click()
    settle(qtbot, page.context)
    assert "下雨" in page.facts.text()
    page.again.click()
    settle(qtbot, page.context)
    assert [one.state for one in reading.campaigns(manager)].count(CampaignState.DRAFT) == 1


def test_everything_can_be_read_aloud(qtbot: Any, make_context: Any, manager: Any, text: None) -> None:
    crowd(40)
    number = an_event(manager)
    page = page_of(qtbot, make_context, manager)
    boxes = [Editor(page.context), CostsBox(page.context, reading.campaign(manager, number))]
    for box in boxes:
        qtbot.addWidget(box)
    settle(qtbot, page.context)
    assert [nameless(one) for one in (page, *boxes)] == [[], [], []]


def test_a_refusal_is_said(qtbot: Any, make_context: Any, manager: Any, text: None, monkeypatch: Any) -> None:
    crowd(3)
    drafts.new(manager, a_draft(budget=300_000))
    told: list[str] = []
    monkeypatch.setattr(dialogs, "ask", lambda *_a, **_k: True)
    monkeypatch.setattr(dialogs, "tell", lambda _p, words, *_a, **_k: told.append(words))
    page = page_of(qtbot, make_context, manager)
    page.go.click()
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert "店主" in told[0]


def test_messages_are_exported_by_the_owner_and_the_step_is_over(
    qtbot: Any, make_context: Any, owner: Any, manager: Any, text: None, tmp_path: Any
) -> None:
    crowd(40)
    release.release(manager, drafts.new(manager, a_draft()).id)
    page = page_of(qtbot, make_context, owner)
    target = tmp_path / "out.xlsx"
    page.context.ask_path = lambda *_a, **_k: str(target)  # type: ignore[method-assign]
    page.go.click()
    settle(qtbot, page.context)
    assert target.exists() and not page.go.isVisible() and "第 1 批" in page.facts.text()


def test_a_clerk_notes_answers_and_checks_guests_in(
    qtbot: Any, make_context: Any, manager: Any, clerk: Any, text: None
) -> None:
    crowd(40)
    number = an_event(manager)
    page = page_of(qtbot, make_context, clerk)
    assert not page.go.isVisible() and not page.results.isVisible() and not page.stop.isVisible()
    bar = page.answers
    assert bar.isVisible() and bar.card.isVisible() and not bar.keys[CampaignReply.COMING].isEnabled()
    page.members.select_first()
    settle(qtbot, page.context)
    first = page.members.current_row()
    assert "****" in first.number or not first.number
    bar.guests.insert("2")
    bar.keys[CampaignReply.COMING].click()
    settle(qtbot, page.context)
    assert (
        page.members.current_row().answer is CampaignReply.COMING
        and "来 1（连同来的 3 人）" in bar.figures.text()
    )
    assert bar.guests.text() == ""
    bar.card.setFocus()
    bar.card.insert(first.card_no)
    qtbot.keyClick(bar.card, Qt.Key.Key_Return)
    settle(qtbot, page.context)
    assert "到场 1 位" in bar.figures.text() and bar.card.text() == ""
    bar.card.insert("9999")
    bar.attend()
    settle(qtbot, page.context)
    assert bar.wrong.isVisible() and "9999" in bar.wrong.text()
    bar.guests.insert("x")
    bar.attend()
    assert "不是整数" in bar.wrong.text()
    page.context.undo_last()
    settle(qtbot, page.context)
    assert database.value_of("SELECT came_on FROM campaign_answer WHERE campaign_id = ?", (number,)) is None


def test_after_its_days_nobody_checks_in(qtbot: Any, make_context: Any, manager: Any, text: None) -> None:
    crowd(40)
    an_event(manager)
    page = page_of(qtbot, make_context, later(manager, 5))
    assert page.answers.isVisible() and not page.answers.card.isVisible()
    assert page.go.accessibleName() == "结束活动"
    page.go.click()
    settle(qtbot, page.context)
    assert page.found is not None and page.found.campaign.state is CampaignState.CLOSED
    page.context.undo_last()
    settle(qtbot, page.context)
    assert page.found.campaign.state is CampaignState.RUNNING


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_result_speaks_plainly_and_is_saved(
    qtbot: Any, make_context: Any, manager: Any, text: None, language: str, tmp_path: Any
) -> None:
    crowd(100)
    made = release.release(manager, drafts.new(manager, a_draft()).id)
    use_language(language)
    page = page_of(qtbot, make_context, manager)
    page.results.click()
    settle(qtbot, page.context)
    box = page.findChild(ResultBox)
    assert box is not None and box.found.campaign.id == made.id
    verdict = {"zh": "看不出差别", "en": "no difference can be told"}[language]
    assert verdict in box.verdict.text() and "152" in box.words.text()
    target = tmp_path / "r.csv"
    page.context.ask_path = lambda *_a, **_k: str(target)  # type: ignore[method-assign]
    box.out.click()
    settle(qtbot, page.context)
    assert target.exists()


def test_costs_are_entered_and_struck_out(qtbot: Any, make_context: Any, manager: Any, text: None) -> None:
    crowd(40)
    number = an_event(manager)
    context = make_context(manager)
    box = CostsBox(context, reading.campaign(manager, number))
    qtbot.addWidget(box)
    box.show()
    settle(qtbot, context)
    box.form.load({"what": "点心", "amount": None})
    box.add()
    assert box.form.field("amount").note.text() == "请写上金额。"
    box.form.load({"what": "点心", "amount": 12_000})
    box.add()
    settle(qtbot, context)
    assert "120.00" in box.sum.text() and len(box.table.model.ids) == 1
    box.table.select_first()
    box.strike.click()
    settle(qtbot, context)
    assert "￥0.00" in box.sum.text() and not box.strike.isEnabled()
    context.undo_last()
    settle(qtbot, context)
    assert len(box.table.model.ids) == 1


def test_the_tab_opens_the_page_by_its_key(qtbot: Any, at_work: Any, manager: Any, text: None) -> None:
    from ui.contacts.tab import ContactsTab

    crowd(5)
    drafts.new(manager, a_draft())
    window = at_work(manager)
    window.work.show_tab("contacts")
    tab = window.findChild(ContactsTab)
    assert tab.head.chips["campaigns"].shortcut().toString() == "Ctrl+0"
    tab.head.chips["campaigns"].click()
    settle(qtbot, tab.context)
    assert tab.shown == "campaigns" and len(tab.campaigns().table.model.ids) == 1
    assert not tab.head.who.isVisible()
    tab.show_list("today")
    settle(qtbot, tab.context)
    assert tab.pages.currentIndex() == 0


def test_the_customer_list_begins_a_campaign(
    qtbot: Any, at_work: Any, manager: Any, text: None, monkeypatch: Any
) -> None:
    from ui.customers.list_panel import ListPanel

    ids = crowd(6)
    window = at_work(manager)
    panel = window.findChild(ListPanel)
    opened: list[Segment] = []
    monkeypatch.setattr(campaigns_editor, "open_editor", lambda *_a, segment, **_k: opened.append(segment))
    qtbot.waitUntil(lambda: len(panel.table.model.ids) == 6, timeout=10_000)
    panel.menu.fill()
    act = next(one for one in panel.menu.actions() if "做活动" in one.text())
    act.trigger()
    panel.table.select_ids(ids[:2])
    panel.menu.fill()
    next(one for one in panel.menu.actions() if "做活动" in one.text()).trigger()
    assert opened[0] == Segment(panel.filter) and set(opened[1].ids) == set(ids[:2])
