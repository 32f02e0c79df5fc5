"""Registering in seconds, sales without a customer, visits and questions, as a clerk does them: by keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from models import database
from models.kinds import Channel
from services import customers
from services.customers import NewCustomer
from ui import dialogs
from ui.customers.ask_row import AskRow
from ui.customers.consent_dialog import ConsentBox

PHONE = "13812345678"


@pytest.fixture
def wang(clerk):
    return customers.register(clerk, NewCustomer("王小丽", PHONE)).id


@pytest.fixture
def window(qtbot, at_work, clerk, wang):
    window = at_work(clerk)
    # Keys of a test come as fast as a scanner's.
    window.scanner.rest()
    qtbot.waitUntil(window.context.tasks.idle)
    return window


@pytest.fixture
def tab(qtbot, window):
    tab = window.work.show_tab("customers")
    qtbot.waitUntil(lambda: window.context.tasks.idle() and len(tab.list.table.model.ids) == 1)
    return tab


@pytest.fixture
def said(window):
    heard = []
    window.context.said.connect(lambda one: heard.append(one.text))
    return heard


@pytest.fixture
def keys(qtbot, monkeypatch):
    """Presses keys wherever the focus is and counts them."""

    class Keys:
        pressed = 0

        def press(self, key, held=Qt.KeyboardModifier.NoModifier):
            self.pressed += 1
            qtbot.keyClick(QApplication.focusWidget(), key, held)

        def type(self, text):
            qtbot.keyClicks(QApplication.focusWidget(), text)

        def say(self, text):
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(QApplication.focusWidget(), event)

    return Keys()


def settle(qtbot, tab):
    for _again in range(3):
        qtbot.waitUntil(tab.context.tasks.idle)
        QApplication.processEvents()


def focus(qtbot, widget):
    widget.window().activateWindow()
    widget.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)


def begun(qtbot, tab, phone=""):
    tab.register(phone)
    tab.window().activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    return tab.form


def test_a_customer_is_registered_with_four_keys_beside_phone_and_name(qtbot, tab, keys, said):
    keys.pressed = 1  # Ctrl+N
    panel = begun(qtbot, tab)
    assert QApplication.focusWidget() is panel.form.field("phone").input
    keys.type("139 8765 4321")
    qtbot.waitUntil(lambda: "还没有登记过" in panel.state.text())
    keys.press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is panel.form.field("name").input
    keys.say("李小红")
    keys.press(Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.right.currentWidget() is tab.view and tab.view.page.name == "李小红")
    assert keys.pressed == 4
    assert any("还没有同意联络" in text for text in said)
    barred = {row[0] for row in database.rows("SELECT channel FROM opt_out WHERE customer_id = 2")}
    assert barred == {"phone", "sms", "post", "visit"}
    assert database.value_of("SELECT COUNT(*) FROM consent") == 0


def test_a_registration_is_taken_back_with_ctrl_z(qtbot, tab, said):
    panel = begun(qtbot, tab, "13987654321")
    panel.form.field("name").input.setText("李小红")
    panel.submit()
    qtbot.waitUntil(lambda: tab._view is not None and tab.view.page is not None)
    settle(qtbot, tab)
    tab.context.undo_last()
    qtbot.waitUntil(lambda: any("已撤销 李小红 的登记" in text for text in said))
    settle(qtbot, tab)
    assert tab.right.currentWidget() is tab.nobody or tab.view.page.name == "王小丽"
    assert database.value_of("SELECT COUNT(*) FROM phone WHERE number = '13987654321'") == 0
    assert len(tab.list.table.model.ids) == 1


def test_the_tick_keeps_consent_with_its_way_and_day(qtbot, tab, keys):
    panel = begun(qtbot, tab)
    keys.type("13987654321")
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is panel.form.field("name").input)
    keys.say("李小红")
    keys.press(Qt.Key.Key_Return)
    keys.press(Qt.Key.Key_Space)
    panel.form.field("consent_day").show_value(tab.context.today().replace(day=20))
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.view.page is not None and tab.view.page.name == "李小红")
    rows = database.rows("SELECT channel, given, day, way FROM consent ORDER BY id")
    assert [(row[0], row[1], str(row[2]), row[3]) for row in rows] == [
        (channel, 1, "2026-11-20", "店内口头") for channel in ("phone", "sms", "post")
    ]
    assert [row[0] for row in database.rows("SELECT channel FROM opt_out")] == ["visit"]


def test_a_phone_on_file_is_shown_at_once_and_enter_opens_it(qtbot, tab, wang, keys):
    panel = begun(qtbot, tab)
    keys.type(PHONE)
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.right.currentWidget() is tab.view and tab.view.page.id == wang)
    assert not panel.typed


def test_lost_customers_and_the_same_name_and_birthday_are_told(qtbot, tab, clerk, wang):
    from models.kinds import Calendar
    from services.rules.birthdays import Birthday

    customers.change(clerk, wang, {"birthday": Birthday(Calendar.SOLAR, 5, 3)})
    database.execute("UPDATE customer SET state = 'lost' WHERE id = ?", (wang,))
    panel = begun(qtbot, tab)
    panel.form.field("phone").input.setText("13900000001")
    panel.form.field("name").input.setText("王小丽")
    panel.form.field("birthday").input.setText("5月3日")
    panel._edited()
    qtbot.waitUntil(lambda: len(panel.known_people) == 1)
    words = panel.known.itemAt(0).widget().text()
    assert "姓名和生日相同" in words and "流失" in words
    assert not panel.known_people[0].by_phone


def test_a_scanned_card_goes_to_the_card_number_wherever_the_cursor_is(qtbot, tab, window, keys, wang):
    panel = begun(qtbot, tab)
    keys.type("13987654321")
    window.work.take_scan("VIP-0001")
    assert panel.form.field("card_no").value() == "VIP-0001"
    window.work.take_scan("K00001")
    qtbot.waitUntil(lambda: any(one.by_card for one in panel.known_people))
    assert panel.form.field("phone").value() == "13987654321"


def test_enter_while_the_input_method_composes_registers_nothing(qtbot, tab, keys):
    panel = begun(qtbot, tab, "13987654321")
    name = panel.form.field("name").input
    QApplication.sendEvent(name, QInputMethodEvent("li", []))
    keys.press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is name
    settle(qtbot, tab)
    assert database.value_of("SELECT COUNT(*) FROM customer") == 1


def test_wrong_input_is_told_at_its_field_and_a_foreign_number_needs_its_tick(qtbot, tab):
    panel = begun(qtbot, tab)
    panel.form.field("phone").input.setText("+1 415 555 0100")
    panel.form.field("name").input.setText("Anna")
    panel.submit()
    settle(qtbot, tab)
    assert "境外号码" in panel.form.field("phone").note.text()
    panel.form.field("foreign").show_value(True)
    panel.form.field("birthday").show_value("2月30日")
    panel.submit()
    assert panel.form.field("birthday").note.text()
    panel.form.field("birthday").show_value("")
    panel.submit()
    qtbot.waitUntil(lambda: tab.view.page is not None and tab.view.page.name == "Anna")


def test_what_is_typed_survives_other_customers_and_escape_asks(qtbot, tab, wang, monkeypatch, keys):
    panel = begun(qtbot, tab)
    keys.type("13987654321")
    panel.form.field("name").input.setText("李小红")
    tab.open_customer(wang)
    qtbot.waitUntil(lambda: tab.right.currentWidget() is tab.view)
    tab.register()
    assert panel.form.field("name").value() == "李小红"
    asked = []
    monkeypatch.setattr(dialogs, "ask", lambda *a, **_k: asked.append(a[1]) or False)
    qtbot.keyClick(panel.form.field("name").input, Qt.Key.Key_Escape)
    assert asked and panel.form.field("name").value() == "李小红"
    monkeypatch.setattr(dialogs, "ask", lambda *a, **_k: True)
    qtbot.keyClick(panel.form.field("name").input, Qt.Key.Key_Escape)
    assert not panel.typed and tab.right.currentWidget() is tab.view
    monkeypatch.setattr(dialogs, "ask", lambda *a, **_k: pytest.fail("nothing to lose"))
    tab.register()
    qtbot.keyClick(panel.form.field("name").input, Qt.Key.Key_Escape)


def test_a_phone_nobody_has_is_offered_for_registration_by_the_search(qtbot, tab, window, keys):
    search = window.work.search
    focus(qtbot, search)
    keys.type("13700000000")
    qtbot.waitUntil(lambda: search.popup.isVisible() and search.popup.registers)
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab._form is not None)
    assert tab.form.form.field("phone").value() == "13700000000"
    qtbot.waitUntil(lambda: "还没有登记过" in tab.form.state.text())


def test_a_sale_without_a_customer_is_one_key_with_undo(qtbot, tab, said, keys):
    tab.window().activateWindow()
    tab._till.click()
    panel = tab.walk_in_panel
    qtbot.waitUntil(lambda: QApplication.focusWidget() is panel)
    panel.reasons[next(iter(panel.reasons))].click()
    qtbot.waitUntil(lambda: any("没有登记的消费" in text for text in said))
    settle(qtbot, tab)
    assert database.row("SELECT reason, count, undone FROM unregistered_sale") == ("hurry", 1, 0)
    assert not tab._asking
    tab.context.undo_last()
    qtbot.waitUntil(lambda: database.value_of("SELECT undone FROM unregistered_sale") == 1)


def test_another_reason_is_written_and_a_count_at_closing(qtbot, tab, keys):
    tab.walk_in()
    panel = tab.walk_in_panel
    tab.window().activateWindow()
    buttons = list(panel.reasons.values())
    buttons[3].click()
    keys.press(Qt.Key.Key_Return)
    settle(qtbot, tab)
    assert panel.wrong.text() and database.value_of("SELECT COUNT(*) FROM unregistered_sale") == 0
    panel.words.setText("替别人买")
    panel._skip(next(r for r in panel.reasons if r.value == "other"), panel.words.text())
    qtbot.waitUntil(lambda: not tab._asking)
    tab.walk_in()
    buttons[4].click()
    panel.number.line.setText("7")
    panel.number.line.entered.emit()
    settle(qtbot, tab)
    assert database.rows("SELECT reason, note, count FROM unregistered_sale ORDER BY id") == [
        ("other", "替别人买", 1),
        ("day_count", "", 7),
    ]


def test_a_digit_typed_at_the_till_begins_the_registration_and_then_the_ticket(qtbot, tab, keys):
    tab.walk_in()
    panel = tab.walk_in_panel
    tab.window().activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is panel)
    qtbot.keyClick(panel, Qt.Key.Key_1)
    assert tab.right.currentWidget() is tab.form
    qtbot.waitUntil(lambda: QApplication.focusWidget() is tab.form.form.field("phone").input)
    keys.type("3987654321")
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is tab.form.form.field("name").input)
    keys.say("李小红")
    keys.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    tab.form.save.click()
    qtbot.waitUntil(lambda: tab._view is not None and not tab.view.ticket.isHidden())
    assert tab.view.page.name == "李小红" and database.value_of("SELECT COUNT(*) FROM customer") == 2


def test_a_visit_asks_what_was_tried_on_in_one_line(qtbot, tab, wang, said, keys):
    tab.open_customer(wang)
    qtbot.waitUntil(lambda: tab._view is not None and tab.view.page is not None)
    settle(qtbot, tab)
    tab.view.visit.click()
    settle(qtbot, tab)
    line = tab.visit_line
    assert line.isVisible() and database.value_of("SELECT COUNT(*) FROM visit WHERE undone = 0") == 1
    line.line.setText("A1203 M 码袖子长")
    line.line.entered.emit()
    qtbot.waitUntil(lambda: any("试过没买" in text for text in said))
    settle(qtbot, tab)
    assert not line.isVisible()
    assert database.row("SELECT kind, text FROM note") == ("tried", "A1203 M 码袖子长")
    tab.context.undo_last()
    qtbot.waitUntil(lambda: database.value_of("SELECT COUNT(*) FROM note") == 0)


def test_a_question_is_answered_in_its_place_or_put_off(qtbot, tab, wang, said):
    tab.open_customer(wang)
    qtbot.waitUntil(lambda: tab._view is not None and tab.view.page is not None)
    settle(qtbot, tab)

    def asked():
        return [row for row in tab.view.due.findChildren(AskRow) if not row.isHidden()]

    assert [row.due.field for row in asked()] == ["consent", "birthday"]
    asked()[1].line.setText("农历八月十五")
    asked()[1].line.entered.emit()
    qtbot.waitUntil(lambda: database.value_of("SELECT birth_month FROM customer") == 8)
    settle(qtbot, tab)
    assert [row.due.field for row in asked()] == ["consent"]
    tab.context.undo_last()
    qtbot.waitUntil(lambda: database.value_of("SELECT birth_month FROM customer") is None)
    settle(qtbot, tab)
    asked()[0].skip.click()
    qtbot.waitUntil(lambda: any("天内不再问" in text for text in said))
    settle(qtbot, tab)
    assert [row.due.field for row in asked()] == ["birthday"]
    tab.context.undo_last()
    qtbot.waitUntil(lambda: len(asked()) == 2)


def test_a_half_typed_answer_survives_other_writes(qtbot, tab, wang, clerk):
    tab.open_customer(wang)
    qtbot.waitUntil(lambda: tab._view is not None and tab.view.page is not None)
    settle(qtbot, tab)
    row = next(row for row in tab.view.due.findChildren(AskRow) if row.line is not None)
    row.line.setText("5月")
    tab.context.changed.emit()
    settle(qtbot, tab)
    kept = [one for one in tab.view.due.findChildren(AskRow) if one.line is not None and not one.isHidden()]
    assert [one.line.text() for one in kept] == ["5月"]


def test_consent_is_given_and_withdrawn_on_the_page_with_undo(qtbot, tab, wang, monkeypatch, said):
    def ticks(box):
        box.boxes[Channel.SMS].setChecked(True)
        box._save()
        return box.result()

    tab.open_customer(wang)
    qtbot.waitUntil(lambda: tab._view is not None and tab.view.page is not None)
    settle(qtbot, tab)
    monkeypatch.setattr(ConsentBox, "exec", ticks)
    tab.ask_consent()
    qtbot.waitUntil(lambda: database.value_of("SELECT COUNT(*) FROM consent WHERE given = 1") == 1)
    settle(qtbot, tab)
    tab.context.undo_last()
    qtbot.waitUntil(lambda: database.value_of("SELECT COUNT(*) FROM consent") == 0)
    settle(qtbot, tab)
    monkeypatch.setattr(ConsentBox, "exec", lambda box: box._refuse_all() or box.result())
    tab.ask_consent()
    qtbot.waitUntil(lambda: database.value_of("SELECT COUNT(*) FROM opt_out") == 4)


def test_the_consent_dialog_says_when_nothing_changed_and_when_the_day_is_to_come(qtbot, tab):
    box = ConsentBox(tab, "联络意愿", tab.context.today())
    qtbot.addWidget(box)
    box._save()
    assert box.wrong.text()
    box.boxes[Channel.SMS].setChecked(True)
    box.form.field("day").line.setText("2026-12-01")
    box._save()
    assert "还没有到" in box.form.field("day").note.text() and not box.agreed


@pytest.mark.parametrize("code", ["zh", "en"])
def test_everything_of_the_registration_can_be_read_aloud_and_fits(qtbot, at_work, clerk, code):
    from tests.ui.test_accessible import nameless
    from ui import app

    app.speak(code)
    window = at_work(clerk)
    tab = window.work.show_tab("customers")
    tab.register()
    tab.walk_in()
    assert nameless(tab) == []
    assert (
        tab.form._inside.minimumSizeHint().width() < 980 and tab.walk_in_panel.minimumSizeHint().width() < 980
    )


def test_a_real_burst_into_the_name_fills_the_card_and_presses_nothing(qtbot, tab, window, keys):
    panel = begun(qtbot, tab, "13987654321")
    assert QApplication.focusWidget() is panel.form.field("name").input
    keys.say("李小红")
    window.scanner.watch()
    keys.type("VIP0001")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.form.field("card_no").value() == "VIP0001")
    assert panel.form.field("name").value() == "李小红"
    settle(qtbot, tab)
    assert database.value_of("SELECT COUNT(*) FROM customer") == 1


@pytest.mark.parametrize("size", [14, 17, 20])
def test_the_forms_fit_a_small_screen_with_large_letters(qtbot, qapp, at_work, clerk, size):
    from ui import app, theme

    app.speak("en")
    theme.apply(qapp, "light", size)
    window = at_work(clerk)
    tab = window.work.show_tab("customers")
    tab.register()
    QApplication.processEvents()
    assert tab.form._inside.minimumSizeHint().width() <= tab.right.width()
    tab.walk_in()
    assert tab.walk_in_panel.minimumSizeHint().width() <= tab.right.width()
