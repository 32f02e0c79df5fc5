"""The customer page: everything on one screen, edited in place, by two people at once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QTabBar,
    QTableView,
)

from models import database
from models.kinds import Calendar, Channel
from services import customer_notes, customers, purchases, referrals
from services.customers import NewCustomer
from services.purchases import LineIn
from services.rules.birthdays import Birthday
from services.rules.sizes import Bought, trend
from ui.customers import conflict_dialog
from ui.customers.conflict_dialog import ClashWords, ConflictDialog, Pick
from ui.customers.fact_grid import styles_words, trend_words
from ui.customers.page_view import PageView


@pytest.fixture
def wang(clerk):
    return customers.register(clerk, NewCustomer("王小丽", "13812345678")).id


@pytest.fixture
def li(clerk):
    return customers.register(clerk, NewCustomer("李四", "13987654321")).id


class Window:
    """One page of one person, with its own tasks: two of them are two windows on the same books."""

    def __init__(self, qtbot, context, customer):
        self.qtbot, self.context, self.customer = qtbot, context, customer
        self.view = PageView(context)
        self.said = []
        context.said.connect(lambda one: self.said.append(one.text))
        context.changed.connect(self.reload)
        qtbot.addWidget(self.view)
        self.view.resize(980, 640)
        self.view.show()
        self.reload()

    def reload(self):
        from services.customer_page import customer_page

        self.view.show_page(customer_page(self.context.shop, self.customer))

    def settle(self):
        for _again in range(3):
            self.qtbot.waitUntil(self.context.tasks.idle)
            QApplication.processEvents()

    def leave(self, name, words):
        """Types into a field and leaves it."""
        self.view.lanes.setCurrentWidget(self.view.facts)
        field = self.view.facts.form.field(name)
        field.line.setText(words)
        field.line.editingFinished.emit()
        self.settle()
        return field

    def undo(self):
        self.context.undo_last()
        self.settle()


@pytest.fixture
def window(qtbot, make_context, clerk, wang):
    return Window(qtbot, make_context(clerk), wang)


@pytest.fixture
def other(qtbot, make_context, manager, wang):
    return Window(qtbot, make_context(manager), wang)


def commit(widget, text):
    """Chinese comes through the input method."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def address(customer):
    return database.value_of("SELECT address FROM customer WHERE id = ?", (customer,))


# ---- one screen


def test_an_empty_customer_says_what_is_not_known(window):
    facts = {name: fact.words for name, fact in window.view.grid.facts.items()}
    assert (
        facts["size"] == "还没有问过" and facts["trend"] == "还没有消费" and facts["days"] == "还没有记日子"
    )
    assert facts["contact"] == "还没有联络过"
    assert window.view.grid.phone.text() == "138****5678"


def test_a_full_customer_shows_it_all_at_a_glance(window, clerk, manager, wang, li):
    from datetime import date

    from models.kinds import Topic
    from services import contacts

    purchases.buy(manager, wang, [LineIn("L1", 10_000, size="M")], day=date(2026, 3, 1))
    purchases.buy(manager, wang, [LineIn("L1", 10_000, size="L")], day=date(2026, 9, 1))
    customers.change(clerk, wang, {"hobbies": "跳舞", "birthday": Birthday(Calendar.LUNAR, 8, 15)})
    customer_notes.remember_day(clerk, wang, "女儿生日", Birthday(Calendar.SOLAR, 11, 25))
    referrals.set_referrer(clerk, li, wang)
    contacts.talk(clerk, wang, Channel.SHOP, Topic.PERSONAL, "聊天", False, date(2026, 12, 3))
    window.reload()
    facts = {name: fact.words for name, fact in window.view.grid.facts.items()}
    assert facts["trend"] == "M（2026-03） → L（2026-09）  变大"
    assert facts["birthday"] == "农历八月十五 = 2027年9月15日 · 还有297天"
    assert facts["days"] == "女儿生日 · 还有3天" and facts["hobbies"] == "跳舞"
    assert facts["contact"].startswith("下次 12月3日") and "上次 11月22日" in facts["contact"]
    assert facts["care"].endswith("介绍了 1 位")


def test_only_the_lane_in_front_is_filled(window, clerk, wang):
    purchases.buy(clerk, wang, [LineIn("L1", 10_000)])
    customer_notes.add_note(clerk, wang, "一句话")
    window.reload()
    lanes = window.view.lanes
    assert len(lanes.purchases.model.ids) == 1 and len(lanes.notes.model.ids) == 0
    assert "1" in lanes.tabText(lanes.indexOf(lanes.notes_lane))
    lanes.open_lane(lanes.notes_lane)
    assert len(lanes.notes.model.ids) == 1
    lanes.open_lane(lanes.visits.parentWidget())
    assert [lanes.visits.model.row(0).paid] == [10_000]


def test_pressing_a_fact_leads_to_its_field(window):
    view = window.view
    for name, lane in (
        ("hobbies", view.facts),
        ("days", view.lanes.notes_lane),
        ("trend", view.lanes.purchases),
    ):
        view.grid.facts[name].click()
        assert view.lanes.currentWidget() in (lane, lane.parentWidget())
    view.ask_field("nonsense")


def test_long_words_are_cut_and_whole_in_the_tool_tip(window, clerk, wang):
    customers.change(clerk, wang, {"hobbies": "很长的爱好" * 30})
    window.reload()
    fact = window.view.grid.facts["hobbies"]
    assert fact.text().endswith("…") and "很长的爱好" * 30 in fact.toolTip()


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ((), ""),
        (("M", "M"), "M 没有变过（2件，最近 2026-02）"),
        (("L", "M"), "L（2026-01） → M（2026-02）  变小"),
    ],
)
def test_the_trend_in_words(sizes, words):
    from datetime import date

    assert (
        trend_words(trend(Bought(date(2026, 1 + n, 5), "L1", size) for n, size in enumerate(sizes))) == words
    )


def test_sizes_by_kind_stand_in_the_tool_tip():
    from datetime import date

    found = trend([Bought(date(2026, 1, 5), "L1", "M"), Bought(date(2026, 2, 5), "N1", "29")])
    assert styles_words(found) == "按货号字头：N 29（2026-02-05）、L M（2026-01-05）"


def test_a_talk_is_noted_with_one_key(window, monkeypatch):
    from ui.contacts import talk

    asked = []
    monkeypatch.setattr(
        talk, "open_dialog", lambda _context, number, name, _parent: asked.append((number, name))
    )
    window.view.talk.click()
    window.view.lanes.talk.click()
    assert asked == [(window.customer, "王小丽")] * 2


def test_everything_on_the_page_can_be_read_aloud_and_the_introducer_is_asked_for(window):
    lanes = window.view.lanes
    for lane in (lanes.notes_lane, window.view.facts):
        lanes.setCurrentWidget(lane)
    for widget in window.view.findChildren(QAbstractButton) + window.view.findChildren(QLineEdit):
        if not isinstance(widget.parent(), QComboBox | QTableView | QTabBar | QLineEdit):
            assert QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip(), widget
    lanes.notes_lane.referrer.click()
    assert lanes.currentWidget() is window.view.facts


# ---- two people


def test_two_windows_change_different_fields_and_both_stay(window, other, wang):
    window.leave("address", "明月路1号")
    other.leave("size", "xl")
    assert database.row("SELECT address, size FROM customer WHERE id = ?", (wang,)) == ("明月路1号", "XL")


@pytest.mark.parametrize(
    ("pick", "stays", "shown"),
    [
        (Pick.THEIRS, "明月路1号", "明月路1号"),
        (Pick.MINE, "和平路2号", "和平路2号"),
        (Pick.KEEP, "明月路1号", "和平路2号"),
    ],
)
def test_two_windows_change_one_field_and_the_second_decides(
    window, other, wang, monkeypatch, pick, stays, shown
):
    asked = []
    monkeypatch.setattr(
        conflict_dialog, "ask", lambda _parent, name, clashes: asked.extend(clashes) or {"address": pick}
    )
    window.leave("address", "明月路1号")
    field = other.leave("address", "和平路2号")
    assert [(one.was, one.theirs, one.mine) for one in asked] == [("", "明月路1号", "和平路2号")]
    assert address(wang) == stays and field.line.text() == shown
    assert ("还没有保存" in field.note.text()) is (pick is Pick.KEEP)
    if pick is Pick.KEEP:
        monkeypatch.setattr(conflict_dialog, "ask", lambda *_a: {"address": Pick.MINE})
        field.line.editingFinished.emit()
        other.settle()
        assert address(wang) == "和平路2号"
        other.undo()
        assert address(wang) == "明月路1号"


def test_what_is_being_typed_is_not_saved_over_a_change_seen_meanwhile(window, other, wang, monkeypatch):
    monkeypatch.setattr(conflict_dialog, "ask", lambda *_a: {"address": Pick.KEEP})
    other.view.lanes.setCurrentWidget(other.view.facts)
    line = other.view.facts.form.field("address").line
    monkeypatch.setattr(line, "hasFocus", lambda: True)
    line.setText("和平路2号")
    window.leave("address", "明月路1号")
    other.reload()
    assert line.text() == "和平路2号"
    line.editingFinished.emit()
    other.settle()
    assert address(wang) == "明月路1号"


def test_a_phone_in_a_conflict_stays_masked_for_a_clerk(window, other, wang, monkeypatch):
    asked = []
    monkeypatch.setattr(
        conflict_dialog,
        "ask",
        lambda _parent, _name, clashes: asked.extend(clashes) or {"phones": Pick.THEIRS},
    )
    other.leave("phones", "13900001111")
    window.leave("phones", "13900002222")
    assert asked[0].theirs == "139****1111" and asked[0].was == "138****5678"


def test_a_clerk_adds_a_number_beside_one_she_sees_masked(window, wang):
    window.leave("phones", "138****5678  0825-2233445")
    numbers = [row[0] for row in database.rows("SELECT number FROM phone ORDER BY position")]
    assert numbers == ["13812345678", "08252233445"]
    window.undo()
    assert database.value_of("SELECT COUNT(*) FROM phone") == 1


def test_the_dialog_offers_theirs_first_and_leaves_nothing_to_chance(qtbot):
    box = ConflictDialog(None, "王小丽", [ClashWords("address", "地址", "", "甲", "乙")])
    qtbot.addWidget(box)
    assert box.picks() == {"address": Pick.THEIRS}
    box._groups["address"].button(1).setChecked(True)
    assert box.picks() == {"address": Pick.MINE}
    assert all(button.accessibleName() for button in box.findChildren(QPushButton))


# ---- notes


def test_a_note_is_changed_where_it_was_written_and_taken_back(window, clerk, wang):
    customer_notes.add_note(clerk, wang, "儿子考大学")
    window.reload()
    lane = window.view.lanes.notes_lane
    window.view.lanes.open_lane(lane)
    lane.edit()
    assert lane.note.text() == "儿子考大学" and lane.day.text() == "2026-11-22"
    lane.note.setText("儿子考上大学")
    lane.kind.setCurrentIndex(lane.kind.findData("family"))
    lane.day.setText("7-1")
    lane.save()
    window.settle()
    assert database.row("SELECT text, kind, day FROM note") == ("儿子考上大学", "family", "2026-07-01")
    assert not lane.note.text()
    window.undo()
    assert database.row("SELECT text, kind, day FROM note") == ("儿子考大学", "note", "2026-11-22")
    lane.notes.select_first()
    lane.remove()
    window.settle()
    assert database.value_of("SELECT COUNT(*) FROM note") == 0
    window.undo()
    assert database.value_of("SELECT text FROM note") == "儿子考大学"


def test_escape_leaves_a_note_as_it_was_and_a_wrong_day_is_told(window, clerk, wang, qtbot):
    customer_notes.add_note(clerk, wang, "一")
    window.reload()
    lane = window.view.lanes.notes_lane
    window.view.lanes.open_lane(lane)
    lane.edit()
    qtbot.keyClick(lane, Qt.Key.Key_Escape)
    assert lane.note.text() == ""
    lane.note.setText("二")
    lane.day.setText("99-99")
    lane.save()
    assert any("不是日期" in text for text in window.said) and lane.note.text() == "二"


# ---- days to remember


def test_a_day_is_kept_changed_and_removed_with_undo(window):
    panel = window.view.lanes.notes_lane.days
    window.view.lanes.setCurrentWidget(window.view.lanes.notes_lane)
    commit(panel.label, "女儿生日")
    commit(panel.day, "农历八月十五")
    panel.save()
    window.settle()
    assert [(row.label, row.in_days) for row in window.view.page.days] == [("女儿生日", 297)]
    panel.table.select_first()
    panel.edit()
    assert panel.day.text() == "农历八月十五"
    panel.day.setText("2018-11-25")
    panel.save()
    window.settle()
    assert (window.view.page.days[0].in_days, window.view.page.days[0].turns) == (3, 8)
    window.undo()
    assert window.view.page.days[0].in_days == 297
    panel.table.select_first()
    panel.remove()
    window.settle()
    assert window.view.page.days == ()
    window.undo()
    assert window.view.page.days[0].label == "女儿生日"


@pytest.mark.parametrize(("label", "day", "why"), [("开店", "2月30日", "2月"), ("开店", "", "哪一天")])
def test_a_wrong_day_is_told_and_kept_to_be_mended(window, label, day, why):
    panel = window.view.lanes.notes_lane.days
    panel.label.setText(label)
    panel.day.setText(day)
    panel.save()
    window.settle()
    assert any(why in text for text in window.said) and panel.label.text() == label


# ---- who brought whom


def test_the_introducer_is_found_as_in_the_search_box_and_thanked_with_one_key(
    window, make_context, qtbot, wang, li
):
    window.leave("referred_by", "李四")
    assert window.view.page.referrer == "李四"
    assert "李四介绍" in window.view.grid.facts["care"].words
    theirs = Window(qtbot, make_context(window.context.shop), li)
    due, button = next(pair for pair in theirs.view.due.buttons if pair[0].kind == "thanks")
    assert "王小丽" in due.text
    button.click()
    theirs.settle()
    assert not [one for one in theirs.view.page.due if one.kind == "thanks"]
    theirs.undo()
    assert [one for one in theirs.view.page.due if one.kind == "thanks"]
    window.undo()
    assert window.view.page.referrer_id is None


def test_several_that_fit_are_offered_and_nobody_is_told(window, clerk, wang, monkeypatch):
    for number in (1, 2):
        customers.register(clerk, NewCustomer("赵六", f"1390000000{number}"))
    field = window.view.facts.form.field("referred_by")
    offered = []
    monkeypatch.setattr(field, "offer", lambda rows, chosen: (offered.extend(rows), chosen(rows[1].id)))
    window.leave("referred_by", "赵六")
    assert len(offered) == 2 and window.view.page.referrer_id == offered[1].id
    window.leave("referred_by", "谁也不是")
    assert "没有找到" in field.note.text()
    window.leave("referred_by", "")
    assert window.view.page.referrer_id is None


def test_a_circle_is_told_beside_the_field(window, clerk, wang, li):
    referrals.set_referrer(clerk, li, wang)
    window.reload()
    field = window.leave("referred_by", "李四")
    assert "介绍来的" in field.note.text() and window.view.page.referrer_id is None


# ---- consent


def test_consent_is_taken_back_with_undo(window):
    window.view.ask_field("consent")
    window.view.facts.consents[Channel.SMS].click()
    window.settle()
    assert database.value_of("SELECT COUNT(*) FROM consent") == 1
    window.undo()
    assert database.value_of("SELECT COUNT(*) FROM consent") == 0
