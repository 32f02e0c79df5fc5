"""The tab 客户 as a clerk uses it: find, register, sell, visit, edit; by keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from models import database
from models.kinds import Grade
from services import customers, purchases
from services.customers import NewCustomer
from services.purchases import LineIn
from ui.customers.tab import CustomersTab
from ui.customers.words import birthday_as_typed as birthday_words
from ui.customers.words import discount_words


@pytest.fixture
def wang(clerk):
    return customers.register(clerk, NewCustomer("王小丽", "13812345678")).id


@pytest.fixture
def tab(qtbot, make_context, clerk, wang):
    context = make_context(clerk)
    made = CustomersTab(context)
    context.changed.connect(made.reload)
    qtbot.addWidget(made)
    made.resize(1366, 700)
    made.show()
    qtbot.waitUntil(lambda: context.tasks.idle() and len(made.list.table.model.ids) == 1)
    return made


@pytest.fixture
def said(tab):
    heard = []
    tab.context.said.connect(lambda one: heard.append(one.text))
    return heard


def opened(qtbot, tab, customer):
    tab.open_customer(customer)
    qtbot.waitUntil(lambda: tab.view.page is not None and tab.view.page.id == customer)
    qtbot.waitUntil(tab.context.tasks.idle)


def settle(qtbot, tab):
    qtbot.waitUntil(tab.context.tasks.idle)
    QApplication.processEvents()
    qtbot.waitUntil(tab.context.tasks.idle)


def commit(widget, text):
    """Chinese comes through the input method."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def test_the_page_says_who_why_and_what_is_due(qtbot, tab, wang):
    opened(qtbot, tab, wang)
    view = tab.view
    assert view.name.text() == "王小丽" and view.pinyin.words == "WANG XIAO LI"
    assert view.reason.text().startswith("C：")
    assert view.grid.phone.text() == "138****5678"
    assert [due.kind for due in view.page.due] == ["ask", "ask"]


def test_a_ticket_takes_at_most_six_keys_beside_what_is_typed(qtbot, tab, wang, said):
    opened(qtbot, tab, wang)
    keys = 0

    def press(widget, key):
        nonlocal keys
        keys += 1
        qtbot.keyClick(widget, key)

    press(tab.view, Qt.Key.Key_Return)
    line = tab.view.ticket.lines[0]
    qtbot.keyClicks(line.item, "XF2301")
    press(line.item, Qt.Key.Key_Return)
    qtbot.keyClicks(line.size, "m")
    press(line.size, Qt.Key.Key_Return)
    qtbot.keyClicks(line.price, "359")
    assert tab.view.ticket.sum.text() == "应付 ￥359.00"
    assert "积分 +3" in tab.view.ticket.detail.text() and "附送礼品" in tab.view.ticket.detail.text()
    press(line.price, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any("已保存" in text for text in said))
    settle(qtbot, tab)
    assert keys <= 6
    assert database.row("SELECT item_no, size, paid FROM purchase") == ("XF2301", "M", 35_900)
    assert tab.view.ticket.isHidden()
    assert tab.view.page.tickets == 1


def test_enter_pressed_twice_books_once_and_ctrl_z_takes_it_back(qtbot, tab, wang, said):
    opened(qtbot, tab, wang)
    tab.view.start_ticket()
    line = tab.view.ticket.lines[0]
    line.item.setText("A1")
    line.price.setText("100")
    qtbot.keyClick(line.price, Qt.Key.Key_Return)
    qtbot.keyClick(line.price, Qt.Key.Key_Return)
    settle(qtbot, tab)
    assert database.value_of("SELECT COUNT(*) FROM ticket") == 1
    tab.context.undo_last()
    qtbot.waitUntil(lambda: any("已撤销" in text for text in said))
    settle(qtbot, tab)
    assert database.value_of("SELECT tickets FROM customer") == 0


def test_several_lines_a_star_and_a_wrong_price(qtbot, tab, wang):
    opened(qtbot, tab, wang)
    tab.view.start_ticket()
    ticket = tab.view.ticket
    qtbot.keyClicks(ticket.lines[0].item, "A1")
    qtbot.keyClicks(ticket.lines[0].price, "100*")
    assert ticket.lines[0].special.isChecked() and ticket.lines[0].price.text() == "100"
    qtbot.keyClick(ticket.lines[0].price, Qt.Key.Key_Down)
    assert len(ticket.lines) == 2
    qtbot.keyClicks(ticket.lines[1].item, "A2")
    qtbot.keyClicks(ticket.lines[1].price, "0")
    qtbot.keyClick(ticket.lines[1].price, Qt.Key.Key_Return)
    assert "第2行" in ticket.wrong.text() and not ticket.isHidden()
    assert database.value_of("SELECT COUNT(*) FROM ticket") == 0
    ticket.lines[1].price.setText("50")
    assert ticket.sum.text() == "应付 ￥150.00" and not ticket.wrong.text()
    qtbot.keyClick(ticket.lines[1].price, Qt.Key.Key_Return)
    settle(qtbot, tab)
    assert database.value_of("SELECT COUNT(*) FROM purchase") == 2


def test_enter_while_the_input_method_composes_submits_nothing(qtbot, tab, wang):
    opened(qtbot, tab, wang)
    tab.view.start_ticket()
    line = tab.view.ticket.lines[0]
    line.item.setText("A1")
    line.price.setText("100")
    line.price.setFocus()
    QApplication.sendEvent(line.price, QInputMethodEvent("yi", []))
    qtbot.keyClick(line.price, Qt.Key.Key_Return)
    settle(qtbot, tab)
    assert database.value_of("SELECT COUNT(*) FROM ticket") == 0


def test_an_unfinished_ticket_is_not_lost_by_moving_on(qtbot, tab, clerk, wang, said):
    other = customers.register(clerk, NewCustomer("李四")).id
    tab.reload()
    qtbot.waitUntil(lambda: len(tab.list.table.model.ids) == 2)
    opened(qtbot, tab, wang)
    tab.view.start_ticket()
    tab.view.ticket.lines[0].item.setText("A1")
    tab.list.table.select_id(other)
    settle(qtbot, tab)
    assert tab.view.page.id == wang and any("还没有登记" in text for text in said)
    qtbot.keyClick(tab.view.ticket.lines[0].item, Qt.Key.Key_Escape)
    assert tab.view.ticket.isHidden()


def test_a_visit_is_one_key_with_undo(qtbot, tab, wang, said):
    opened(qtbot, tab, wang)
    tab.view.visit.click()
    qtbot.waitUntil(lambda: any("到店" in text for text in said))
    assert database.value_of("SELECT COUNT(*) FROM visit WHERE undone = 0") == 1
    settle(qtbot, tab)
    tab.context.undo_last()
    settle(qtbot, tab)
    assert database.value_of("SELECT COUNT(*) FROM visit WHERE undone = 0") == 0


def test_a_second_visit_of_the_day_leaves_the_last_undo_alone(qtbot, tab, wang, said):
    opened(qtbot, tab, wang)
    tab.view.visit.click()
    qtbot.waitUntil(lambda: any("已登记" in text for text in said))
    settle(qtbot, tab)
    tab.view.visit.click()
    qtbot.waitUntil(lambda: any("已经登记过" in text for text in said))
    settle(qtbot, tab)
    tab.context.undo_last()
    qtbot.waitUntil(lambda: database.value_of("SELECT COUNT(*) FROM visit WHERE undone = 0") == 0)


def test_registering_shows_who_has_the_phone_and_opens_the_new_page(qtbot, tab):
    tab.register()
    form = tab.form.form
    qtbot.keyClicks(form.field("phone").input, "13812345678")
    qtbot.waitUntil(lambda: tab.form.known.count() == 1)
    assert "王小丽" in tab.form.known.itemAt(0).widget().text()
    form.field("phone").input.setText("13987654321")
    commit(form.field("name").input, "李小红")
    tab.form.submit()
    qtbot.waitUntil(lambda: tab.view.page is not None and tab.view.page.name == "李小红")
    assert tab.right.currentWidget() is tab.view


def test_a_wrong_phone_is_told_beside_its_field(qtbot, tab):
    tab.register()
    form = tab.form.form
    form.field("phone").input.setText("123")
    commit(form.field("name").input, "李小红")
    tab.form.submit()
    settle(qtbot, tab)
    assert "不是内地" in form.field("phone").note.text()
    assert tab.right.currentWidget() is tab.form


def test_a_field_is_saved_when_it_is_left_and_undone(qtbot, tab, wang):
    opened(qtbot, tab, wang)
    tab.view.ask_field("size")
    line = tab.view.facts.form.field("size").line
    line.setText("xl")
    line.editingFinished.emit()
    settle(qtbot, tab)
    assert database.value_of("SELECT size FROM customer WHERE id = ?", (wang,)) == "XL"
    tab.context.undo_last()
    settle(qtbot, tab)
    assert database.value_of("SELECT size FROM customer WHERE id = ?", (wang,)) == ""


def test_a_wrong_birthday_is_told_and_a_lunar_one_shown_in_both_calendars(qtbot, tab, wang):
    opened(qtbot, tab, wang)
    tab.view.ask_field("birthday")
    field = tab.view.facts.form.field("birthday")
    field.line.setText("2月30日")
    field.line.editingFinished.emit()
    settle(qtbot, tab)
    assert field.note.text()
    field.line.setText("农历八月十五")
    field.line.editingFinished.emit()
    qtbot.waitUntil(lambda: "2027年9月15日" in tab.view.grid.facts["birthday"].words)


def test_consent_and_refusal_are_kept(qtbot, tab, wang):
    from models.kinds import Channel

    opened(qtbot, tab, wang)
    tab.view.ask_field("consent")
    box = tab.view.facts.consents[Channel.SMS]
    box.click()
    settle(qtbot, tab)
    assert database.row("SELECT given FROM consent") == (1,)
    box.click()
    settle(qtbot, tab)
    assert database.value_of("SELECT COUNT(*) FROM opt_out WHERE channel = 'sms'") == 1


def test_a_note_is_written_and_taken_back(qtbot, tab, wang):
    opened(qtbot, tab, wang)
    commit(tab.view.lanes.note, "儿子考上大学")
    tab.view.lanes.note.entered.emit()
    qtbot.waitUntil(lambda: tab.view.page is not None and len(tab.view.page.notes) == 1)
    tab.context.undo_last()
    qtbot.waitUntil(lambda: not tab.view.page.notes)


def test_filters_and_the_empty_list_say_what_to_do(qtbot, tab):
    tab.list.grade_chips["A"].click()
    qtbot.waitUntil(lambda: len(tab.list.table.model.ids) == 0)
    assert not tab.list.table.empty.isHidden() and "没有符合" in tab.list.table.empty.title.text()
    tab.list.show_all()
    qtbot.waitUntil(lambda: len(tab.list.table.model.ids) == 1)
    tab.list.quick_chips["birthday_month"].click()
    qtbot.waitUntil(lambda: len(tab.list.table.model.ids) == 0)


def test_a_return_is_asked_and_booked(qtbot, tab, clerk, wang, monkeypatch):
    from ui.customers.return_dialog import ReturnBox

    purchases.buy(clerk, wang, [LineIn("A1", 20_000)])
    opened(qtbot, tab, wang)
    monkeypatch.setattr(ReturnBox, "exec", lambda box: box.DialogCode.Accepted)
    tab.view.lanes.purchases.select_first()
    tab.view.lanes.back.click()
    settle(qtbot, tab)
    assert database.value_of("SELECT tickets FROM customer WHERE id = ?", (wang,)) == 0


def test_the_clerk_opens_a_phone_once_and_it_is_counted(qtbot, tab, wang):
    opened(qtbot, tab, wang)
    tab.view.grid.reveal.click()
    qtbot.waitUntil(lambda: tab.view.grid.phone.text() == "13812345678")
    assert database.value_of("SELECT COUNT(*) FROM journal_entry WHERE act = 'phone.revealed'") == 1


@pytest.mark.parametrize(("percent", "words"), [(0, ""), (20, "8折"), (15, "8.5折"), (50, "5折")])
def test_discounts_are_said_as_shops_say_them(percent, words):
    assert discount_words(percent) == words


@pytest.mark.parametrize("code", ["zh", "en"])
def test_a_birthday_can_be_typed_back_as_it_is_shown(owner, code):
    from models.kinds import Calendar
    from services import words
    from services.imports.days import birthday
    from services.rules.birthdays import Birthday

    words.use_language(code)
    for one in (
        Birthday(Calendar.LUNAR, 8, 15),
        Birthday(Calendar.LUNAR, 9, 24, year=1972),
        Birthday(Calendar.LUNAR, 4, 9, leap=True, year=2020),
        Birthday(Calendar.SOLAR, 5, 3),
        Birthday(Calendar.SOLAR, 5, 3, year=1990),
        Birthday(Calendar.LUNAR, 6, 1, leap=True),
        Birthday(Calendar.LUNAR, 12, 30),
    ):
        assert birthday(birthday_words(one), today=owner.today(), youngest=10) == one


def test_only_who_may_sees_the_managers_acts_enabled(qtbot, tab, owner, wang, monkeypatch):
    from ui import dialogs

    opened(qtbot, tab, wang)
    menu = tab.view.more.menu()
    menu.aboutToShow.emit()
    enabled = {action.text().split("…")[0]: action.isEnabled() for action in menu.actions() if action.text()}
    assert [text for text, on in enabled.items() if on] == ["联络意愿", "记一笔未登记客户的消费"], enabled
    assert {"指定为特殊客户", "调整积分", "资料另存一份", "删除个人资料"} < set(enabled)
    tab.context.use_shop(owner)
    menu.aboutToShow.emit()
    assert all(action.isEnabled() for action in menu.actions())
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: "朋友")
    menu.actions()[1].trigger()
    qtbot.waitUntil(lambda: tab.view.page.special)
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: "+5 补登")
    menu.actions()[2].trigger()
    qtbot.waitUntil(lambda: tab.view.page.points_balance == 5)
    settle(qtbot, tab)
    tab.context.undo_last()
    qtbot.waitUntil(lambda: tab.view.page.points_balance == 0)


def test_a_gift_waiting_is_handed_out_with_one_key(qtbot, tab, manager, owner, wang):
    from models.kinds import Calendar
    from services import gifts, stock
    from services.rules.birthdays import Birthday

    customers.grade_by_hand(manager, wang, Grade.B, "常客")
    customers.change(manager, wang, {"birthday": Birthday(Calendar.SOLAR, 11, 25)})
    gift = stock.add_gift(manager, "真皮钱夹", "皮具", 3_000)
    stock.receive(manager, gift if isinstance(gift, int) else gift.id, 2)
    plan = gifts.propose(manager, "2026-11")
    gifts.submit(manager, plan.id)
    gifts.approve(owner, plan.id)
    opened(qtbot, tab, wang)
    due, button = tab.view.due.buttons[0]
    assert due.kind == "gift" and "真皮钱夹" in due.text
    button.click()
    qtbot.waitUntil(lambda: database.value_of("SELECT status FROM plan_line") == "issued")
    settle(qtbot, tab)
    tab.context.undo_last()
    qtbot.waitUntil(lambda: database.value_of("SELECT status FROM plan_line") != "issued")
