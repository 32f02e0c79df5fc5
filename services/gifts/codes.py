"""The collection code: four digits that the customer says; too many wrong ones and only a signature counts."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from models import database
from services import journal
from services.errors import Refused
from services.gifts import parcels
from services.gifts.rows import LineRow
from services.shop import Shop


def collection_code(shop: Shop, line: LineRow) -> str:
    """The four digits that the customer shows: one code for all parts of an occasion, derived, never typed."""
    secret = str(database.value_of("SELECT secret FROM shop_info WHERE id = 1"))
    message = f"collect:{line.customer_id}:{line.occasion}:{line.due.isoformat()}"
    digest = hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 10_000:04d}"


def typed(code: str) -> str:
    """A code as typed, said or scanned: full-width digits and gaps do not matter."""
    return "".join(char for char in unicodedata.normalize("NFKC", code) if char.isalnum())


def check(shop: Shop, line: LineRow, code: str) -> None:
    """Refuses a wrong code and counts it, and any code once too many were wrong today. Outside a transaction."""
    most = shop.policy.gifts.code_tries
    wrong = _wrong_today(shop, line)
    if wrong >= most:
        raise Refused("这份礼品今天已输错 {n} 次领取码，请核对身份后让客户签名领取。", n=wrong, field="code")
    if hmac.compare_digest(typed(code).encode(), collection_code(shop, line).encode()):
        return
    today = database.day_value(shop.today())
    with database.database.atomic():
        parcels.change(
            [line.id],
            "wrong_codes = CASE WHEN wrong_on = ? THEN wrong_codes + 1 ELSE 1 END, wrong_on = ?",
            (today, today),
        )
        journal.refused(shop, "issue_wrong_code")
    left = most - wrong - 1
    if left > 0:
        raise Refused(
            "领取码不对，今天还可以试 {n} 次。请再核对一次，或请客户签名领取。", n=left, field="code"
        )
    raise Refused("领取码不对，今天不能再试。请核对身份后让客户签名领取。", field="code")


def _wrong_today(shop: Shop, line: LineRow) -> int:
    """Counted over all parts of the occasion: they share one code."""
    sql = (
        "SELECT COALESCE(SUM(p.wrong_codes), 0) FROM gift_parcel p JOIN plan_line l ON l.id = p.line_id"
        " WHERE l.customer_id = ? AND l.occasion = ? AND l.due = ? AND p.wrong_on = ?"
    )
    today = database.day_value(shop.today())
    return int(database.value_of(sql, (line.customer_id, line.occasion, database.day_value(line.due), today)))
