"""Is the gateway set up rightly? A connection, and a few messages a day to the shop's own phone."""

from __future__ import annotations

from models import database
from services import formats, journal
from services.errors import Refused
from services.rights import Right, require
from services.rules import sms as rules
from services.rules import sms_gateway
from services.shop import Shop
from services.sms import account as accounts
from services.sms.account import Account
from services.sms.gateway import Accepted, Declined, Gateway, Piece
from services.sms.pace import Opener, Pace
from services.sms.parts import quiet_now
from services.sms.sending import quiet
from services.sms.turn import PATIENCE, turn
from services.sms.words import declined_words
from services.words import N_, _

_TEXT = N_("这是一条测试短信，收到说明短信网关设置好了。")


def connection(shop: Shop, account: Account, opener: Opener | None = None) -> str:
    """Signs in with what is typed, and says how it went. Raises Refused, NoEntry, LinkLost."""
    require(shop, Right.POLICY)
    with turn(shop, PATIENCE):
        _open(shop, accounts.check(account), opener).close()
    return _("连上了，账号和密码都对。")


def message(shop: Shop, number: str, *, opener: Opener | None = None, pace: Pace | None = None) -> str:
    """Sends one test message to a phone of the shop. Raises Refused: no mobile, a customer's, too many today, at night."""
    require(shop, Right.POLICY)
    account = accounts.needed(shop)
    number = sms_gateway.plain_number(number)
    if not rules.mobile([(number, False)]):
        raise Refused("“{number}”不是手机号。测试短信发到本店自己的手机。", number=number, field="number")
    if database.value_of("SELECT 1 FROM phone WHERE number = ?", (number,)):
        raise Refused("{number} 是客户的号码。测试短信只发到本店自己的手机。", number=number, field="number")
    if quiet_now(shop):
        raise quiet(shop)
    policy = shop.policy.sms
    with turn(shop, PATIENCE):
        # Counted before it goes: a crash in between costs one try, never a fourth message.
        with database.database.atomic():
            _count(shop)
            body = {"number": formats.masked(number)}
            journal.note(shop, "sms.gateway_tested", "shop", body=body)
        text = rules.whole(_(_TEXT), shop.info.name, policy)
        texts = sms_gateway.split(text, policy)
        gateway = _open(shop, account, opener)
        try:
            return _sent(gateway, number, texts, pace or Pace.of(account, policy))
        finally:
            gateway.close()


def _open(shop: Shop, account: Account, opener: Opener | None) -> Gateway:
    from services.sms.gateway import connect

    return (opener or connect)(account, shop.policy.sms)


def _count(shop: Shop) -> None:
    most = shop.policy.sms.tests_a_day
    today = database.value_of(
        "SELECT COUNT(*) FROM journal_entry WHERE act = 'sms.gateway_tested' AND day = ?",
        (database.day_value(shop.today()),),
    )
    if int(today or 0) >= most:
        raise Refused("今天已经发过 {n} 条测试短信。明天再试，或问服务商。", n=most)


def _sent(gateway: Gateway, number: str, texts: list[str], pace: Pace) -> str:
    for place, words in enumerate(texts, 1):
        gateway.submit(Piece(place, number, words, place, len(texts), 1))
    open_parts = set(range(1, len(texts) + 1))
    looks = max(1, int(pace.answer / 0.25))
    for _look in range(looks):
        for event in gateway.receive(0.25):
            if isinstance(event, Declined):
                return declined_words(event.why, f"0x{event.status:02X}")
            if isinstance(event, Accepted):
                open_parts.discard(event.id)
        if not open_parts:
            return _("服务商收下了，请看手机。")

    return _("服务商没有回应，不知道发出去没有。请看手机。")
