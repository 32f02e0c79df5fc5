"""短信网关 in the window: set up and tried, a batch sent in the background, the unknown decided by a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip(
    "smpp.pdu", reason="the provider of the tests is installed with requirements-dev.txt only"
)

from models import database
from models.kinds import BatchState
from services.sms import account as accounts
from services.sms import batches, sending
from services.sms.account import Account
from services.sms.pace import Pace
from services.words import use_language
from tests.services.test_sms_sending import FAST, at
from tests.sms_provider import Provider
from tests.ui.test_sms_dialog import a_message_due, a_text
from ui import dialogs
from ui.contacts.sms_dialog import SmsDialog
from ui.contacts.sms_sender import Sender
from ui.contacts.sms_unknown import UnknownBox
from ui.settings.sms_gateway import GatewayPage


@pytest.fixture
def provider() -> Any:
    with Provider() as made:
        yield made


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: Any) -> Any:
    """Nothing waits long, and a box that nobody expects fails the test instead of waiting for a person."""
    shown: list[Any] = []
    monkeypatch.setattr(dialogs, "tell", lambda *words, **how: shown.append(words))
    monkeypatch.setattr(dialogs, "report_bug", lambda *words: shown.append(words))
    pace = replace(FAST, per_second=1000, answer=0.3, report=0.5)
    monkeypatch.setattr(Pace, "of", staticmethod(lambda account, policy: pace))
    monkeypatch.setattr(dialogs, "ask", lambda *words, **how: True)
    yield
    assert shown == []


def set_up(owner: Any, provider: Provider) -> None:
    accounts.keep(owner, Account("127.0.0.1", provider.port, False, "shuke", "geheim", "10690000"))


def a_reviewed_batch(manager: Any, people: int = 3) -> int:
    for number in range(1, people + 1):
        a_message_due(number)
    a_text(manager)
    return batches.review(manager, batches.make_due(manager).id).id


def opened(context: Any, qtbot: Any) -> SmsDialog:
    box = SmsDialog(context)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.batch() is not None)
    return box


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_batch_is_sent_while_the_window_stays_alive(
    language: str, owner: Any, manager: Any, provider: Provider, make_context: Any, qtbot: Any
) -> None:
    set_up(owner, provider)
    a_reviewed_batch(manager)
    use_language(language)
    context = make_context(at(manager, "10:00"))
    said: list[Any] = []
    context.said.connect(said.append)
    box = opened(context, qtbot)
    assert box.go.isEnabled() and box.again.isVisible(), "sending first, the file beside it"
    box.go.click()
    assert Sender.of(context).batch_id == 1
    qtbot.waitUntil(lambda: not Sender.of(context).busy, timeout=20_000)
    qtbot.waitUntil(lambda: box.batch().state is BatchState.CLOSED, timeout=20_000)
    assert len(provider.submitted) == 3 and not box.taking_back.isVisible()
    assert any("3" in one.text for one in said)


def test_a_sending_is_paused_and_goes_on_when_asked(
    owner: Any, manager: Any, provider: Provider, make_context: Any, qtbot: Any
) -> None:
    set_up(owner, provider)
    a_reviewed_batch(manager, 9)
    context = make_context(at(manager, "10:00"))
    box = opened(context, qtbot)
    sender = Sender.of(context)
    usual = provider.on_submit
    held: list[Any] = []

    def hold(link: Any, pdu: Any, one: Any) -> None:
        held.append((link, pdu, one))
        sender_stop.set()

    import threading

    sender_stop = threading.Event()
    provider.on_submit = hold
    box.go.click()
    qtbot.waitUntil(sender_stop.is_set, timeout=20_000)
    assert "F8" in box.go.text() and box.go.isEnabled()
    box.go.click()
    qtbot.waitUntil(lambda: not sender.busy, timeout=20_000)
    qtbot.waitUntil(
        lambda: box.batch().state is BatchState.SENDING and box.asking.isVisible(), timeout=20_000
    )
    provider.on_submit = usual
    if box.batch().queued:
        qtbot.waitUntil(lambda: box.go.isEnabled())
        box.go.click()
        qtbot.waitUntil(lambda: not sender.busy and box.batch().queued == 0, timeout=20_000)
    numbers = provider.numbers()
    assert len(numbers) == len(set(numbers)), "nobody got two"


def test_what_is_unknown_is_decided_by_a_person_and_undone(
    owner: Any, manager: Any, provider: Provider, make_context: Any, qtbot: Any
) -> None:
    set_up(owner, provider)
    shop = at(manager, "10:00")
    batch = a_reviewed_batch(shop, 2)
    provider.on_submit = lambda link, pdu, one: None
    sending.send(shop, batch, pace=replace(FAST, answer=0.05, report=0.05))
    context = make_context(shop)
    box = opened(context, qtbot)
    qtbot.waitUntil(lambda: box.asking.isVisible())
    assert "2" in box.asking.text()
    decide = UnknownBox(context, batch, box)
    qtbot.addWidget(decide)
    decide.show()
    qtbot.waitUntil(lambda: len(decide.rows) == 2)
    decide.table.select_ids([decide.rows[0].id])
    decide.sent.click()
    qtbot.waitUntil(lambda: len(decide.rows) == 1)
    context.undo_last()
    qtbot.waitUntil(
        lambda: database.value_of("SELECT COUNT(*) FROM sms_message WHERE state = 'unknown'") == 2
    )
    decide._load()
    qtbot.waitUntil(lambda: len(decide.rows) == 2)
    decide.table.select_ids([])
    decide.leave.click()
    qtbot.waitUntil(lambda: not decide.isVisible())
    assert database.value_of("SELECT state FROM sms_batch") == "closed"


def test_without_a_gateway_everything_is_as_before(manager: Any, make_context: Any, qtbot: Any) -> None:
    a_reviewed_batch(manager)
    box = opened(make_context(manager), qtbot)
    assert not box.again.isVisible() and not box.fetching.isVisible() and not box.asking.isVisible()
    assert "导出" in box.go.text()


def test_a_provider_that_says_no_is_quoted_in_the_dialog(
    owner: Any, manager: Any, provider: Provider, make_context: Any, qtbot: Any
) -> None:
    set_up(owner, provider)
    a_reviewed_batch(manager)
    provider.password = "other"
    box = opened(make_context(at(manager, "10:00")), qtbot)
    box.go.click()
    qtbot.waitUntil(lambda: "密码不对" in box.note.text(), timeout=20_000)
    assert box.batch().state is BatchState.REVIEWED


def test_the_clerk_sees_a_sending_and_may_only_fetch(
    owner: Any, manager: Any, clerk: Any, provider: Provider, make_context: Any, qtbot: Any
) -> None:
    set_up(owner, provider)
    shop = at(manager, "10:00")
    batch = a_reviewed_batch(shop, 1)
    provider.on_submit = lambda link, pdu, one: link.ok(pdu, "m1")
    sending.send(shop, batch, pace=replace(FAST, report=0.05))
    provider.on_bind = lambda link: link.report("8613800000001", "m1")
    box = opened(make_context(replace(clerk, clock=shop.clock)), qtbot)
    qtbot.waitUntil(lambda: box.fetching.isVisible())
    assert not box.go.isVisible() and box.fetching.isEnabled()
    box.fetching.click()
    qtbot.waitUntil(lambda: box.batch().state is BatchState.CLOSED, timeout=20_000)


# ---- the owner's page


def filled(page: GatewayPage, **values: Any) -> None:
    for name, value in values.items():
        page.form.field(name).show_value(value)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_account_is_tried_and_kept(
    language: str, owner: Any, provider: Provider, make_context: Any, qtbot: Any
) -> None:
    use_language(language)
    page = GatewayPage(make_context(owner))
    qtbot.addWidget(page)
    page.show()
    assert not page.testing.isEnabled() and not page.removing.isEnabled()
    filled(
        page,
        host="127.0.0.1",
        port=provider.port,
        tls=False,
        system_id="shuke",
        password="falsch",
        per_second=0,
    )
    page.trying.click()
    qtbot.waitUntil(lambda: page.answer.property("kind") == "error", timeout=20_000)
    filled(page, password="geheim")
    page.trying.click()
    qtbot.waitUntil(lambda: page.answer.property("kind") == "good", timeout=20_000)
    page.keep()
    qtbot.waitUntil(lambda: not page.isVisible())
    kept = accounts.read(owner)
    assert kept is not None and (kept.password, kept.tls) == ("geheim", False)


def test_a_wrong_field_says_what_is_wrong(owner: Any, make_context: Any, qtbot: Any) -> None:
    page = GatewayPage(make_context(owner))
    qtbot.addWidget(page)
    page.show()
    filled(page, host="smpp.example.com", port=2775, system_id="a", password="viel zu lang")
    page.keep()
    qtbot.waitUntil(lambda: "8" in page.form.field("password").note.text())
    assert accounts.read(owner) is None


def test_only_the_owner_sets_it_up(
    owner: Any, manager: Any, provider: Provider, make_context: Any, qtbot: Any
) -> None:
    set_up(owner, provider)
    page = GatewayPage(make_context(manager))
    qtbot.addWidget(page)
    page.show()
    assert "店主" in page.answer.text()
    assert not page.save.isEnabled() and not page.form.field("host").input.isEnabled()
    assert page.form.field("password").value() == "", "not even as dots"


def test_a_test_message_goes_to_the_shops_own_phone(
    owner: Any, provider: Provider, make_context: Any, qtbot: Any, monkeypatch: Any
) -> None:
    set_up(owner, provider)
    monkeypatch.setattr(dialogs, "ask_text", lambda *words, **how: "13900000009")
    page = GatewayPage(make_context(at(owner, "10:00")))
    qtbot.addWidget(page)
    page.show()
    page.testing.click()
    qtbot.waitUntil(lambda: "请看手机" in page.answer.text(), timeout=20_000)
    assert provider.numbers() == ["8613900000009"]
    page.removing.click()
    qtbot.waitUntil(lambda: not page.isVisible())
    assert accounts.read(owner) is None


def test_the_morning_says_what_waits_and_sends_nothing_by_itself(
    owner: Any, manager: Any, provider: Provider, make_context: Any, qtbot: Any
) -> None:
    set_up(owner, provider)
    shop = at(manager, "10:00")
    batch = a_reviewed_batch(shop, 4)

    def soon_enough(_done: int, _total: int) -> None:
        from services.progress import Cancelled

        if provider.submitted:
            raise Cancelled

    sending.send(shop, batch, pace=replace(FAST, per_second=1), progress=soon_enough)
    sent = len(provider.submitted)
    assert 0 < sent < 4
    context = make_context(shop)
    said: list[Any] = []
    context.said.connect(said.append)
    sender = Sender.of(context)
    sender._look()
    qtbot.waitUntil(lambda: not sender.busy and bool(said), timeout=20_000)
    assert "继续发送" in said[-1].text and said[-1].tone == "warn"
    sender._look()
    qtbot.waitUntil(lambda: not sender.busy, timeout=20_000)
    assert len(said) == 1, "said once"
    assert len(provider.submitted) == sent


def test_nobody_goes_to_a_provider_before_there_is_one(manager: Any, make_context: Any) -> None:
    sender = Sender.of(make_context(manager))
    sender._look()
    assert not sender.busy


@pytest.mark.parametrize("language", ["zh", "en"])
def test_replies_are_shown_and_lead_to_their_customer(
    language: str, owner: Any, manager: Any, provider: Provider, make_context: Any, qtbot: Any
) -> None:
    from services.sms import replies
    from services.sms.gateway import Reply

    set_up(owner, provider)
    a_reviewed_batch(manager, 1)
    use_language(language)
    for number, text in (("13800000001", "好的"), ("13999999999", "R")):
        replies.take(manager, Reply(1, number, text))
    context = make_context(manager)
    wanted: list[int] = []
    context.customer_wanted.connect(wanted.append)
    box = opened(context, qtbot)
    qtbot.waitUntil(lambda: box.answered.isVisible())
    from ui.contacts.sms_replies import RepliesBox

    page = RepliesBox(context, box)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.table.current_row() is not None)
    assert page.table.current_row().refused and not page.show_customer.isEnabled(), "a stranger has no page"
    page.table.select_id(1)
    qtbot.waitUntil(page.show_customer.isEnabled)
    page.show_customer.click()
    assert len(wanted) == 1 and not page.isVisible()
