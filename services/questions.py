"""One or two questions at a visit (seeds/001 1, 渐入法): which to put now, the answer in one step, "not now"."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from services import customers, journal
from services.customer_fields import numbers_of
from services.customer_notes import on_file_still
from services.customers import Changed
from services.errors import Refused
from services.rights import Right, require
from services.rules import questions as rules
from services.rules.customer_data import clean
from services.rules.questions import VERIFIED
from services.shop import Shop
from services.words import N_, _

YOUNGEST = 10
"""Two-digit years of birth are read as the latest that make the customer at least so old."""

WORDS: dict[str, str] = {
    "phones": N_("手机号码是多少"),
    "consent": N_("可以打电话或发短信联系吗"),
    "birthday": N_("生日是哪天，公历还是农历"),
    "size": N_("平时穿什么尺码"),
    "colours": N_("喜欢什么颜色"),
    "address": N_("寄贺卡的地址"),
    "styles": N_("喜欢什么款式和风格"),
    "height_cm": N_("身高多少"),
    "waist_cm": N_("腰围多少"),
    "preferred_channel": N_("喜欢怎样联络：电话、短信还是信"),
    "preferred_time": N_("什么时候方便接电话"),
    "hobbies": N_("平时有什么爱好"),
    "first_source": N_("从哪里知道我们店的"),
    VERIFIED: N_("手机和地址还是原来的吗"),
}
_FIELDS = tuple(code for code in WORDS if code not in ("consent", VERIFIED))


@dataclass(frozen=True)
class Answered:
    """An answer written to the file: all that the undo needs."""

    customer_id: int
    field: str
    asked_id: int
    changed: Changed | None = None
    verified_before: date | None = None


def words_of(code: str) -> str:
    """The question as it is put."""
    return _(WORDS[code])


def open_for(
    shop: Shop, customer_id: int, known: Collection[str], verified_on: date | None
) -> tuple[str, ...]:
    """The codes of the questions for now. `known`: what the file says already (see `known_of`)."""
    rows = database.rows(
        "SELECT field, MAX(day) FROM asked_question WHERE customer_id = ? AND undone = 0 GROUP BY field",
        (customer_id,),
    )
    asked = {row[0]: day for row in rows if (day := database.as_day(row[1]))}
    return rules.to_ask(known, verified_on, asked, shop.today(), shop.policy.customers)


def known_of(c: dict[str, Any], *, phones: bool, consent: bool, birthday: bool) -> frozenset[str]:
    """What the columns of a customer and what hangs on them answer already."""
    found = {code for code in _FIELDS if c.get(code)}
    if phones and not c["phone_doubtful"]:
        found.add("phones")
    if consent:
        found.add("consent")
    if birthday:
        found.add("birthday")
    if c["height_cm"]:
        found.add("size")
    if c["looks"]:
        found.add("styles")
    return frozenset(found)


def answer(shop: Shop, customer_id: int, code: str, text: str = "") -> Answered:
    """Writes what the customer said to the file. `verified` needs no words. Raises Refused with the field."""
    require(shop, Right.REGISTER)
    if code == VERIFIED:
        return _verify(shop, customer_id)
    if code not in _FIELDS:
        raise Refused("没有“{field}”这个栏目。", field=code)
    words = clean(text)
    if not words:
        raise Refused("请先写下客户的回答；客户不想说，就选“先不问”。", field=code)
    value = _value(shop, customer_id, code, words)
    with database.database.atomic():
        changed = customers.change(shop, customer_id, {code: value})
        asked = _asked(shop, customer_id, code)
    return Answered(customer_id, code, asked, changed)


def undo_answer(shop: Shop, done: Answered) -> None:
    """The former content again, and the question is open again. Raises Refused where somebody changed it since."""
    require(shop, Right.REGISTER)
    with database.database.atomic():
        if done.changed is not None and done.changed.before:
            customers.change(
                shop, done.customer_id, done.changed.before, done.changed.version, done.changed.after
            )
        if done.field == VERIFIED:
            database.execute(
                "UPDATE customer SET verified_on = ?, version = version + 1 WHERE id = ?",
                (done.verified_before, done.customer_id),
            )
            journal.note(
                shop,
                "customer.verified_undone",
                "customer",
                done.customer_id,
                customer_id=done.customer_id,
            )
        database.execute("UPDATE asked_question SET undone = 1 WHERE id = ?", (done.asked_id,))


def not_now(shop: Shop, customer_id: int, code: str) -> int:
    """The customer did not want to say: the question rests for the policy's days. Returns the id for the undo."""
    require(shop, Right.REGISTER)
    if code not in rules.QUESTIONS:
        raise Refused("没有“{field}”这个栏目。", field=code)
    with database.database.atomic():
        on_file_still(customer_id)
        asked = _asked(shop, customer_id, code)
        journal.note(
            shop, "question.put_off", "asked_question", asked, customer_id=customer_id, body={"field": code}
        )
    return asked


def undo_not_now(shop: Shop, asked_id: int) -> None:
    """The question may be put again."""
    require(shop, Right.REGISTER)
    with database.database.atomic():
        found = database.row(
            "SELECT customer_id, field FROM asked_question WHERE id = ? AND undone = 0", (asked_id,)
        )
        if found is None:
            return
        database.execute("UPDATE asked_question SET undone = 1 WHERE id = ?", (asked_id,))
        body = {"field": found[1]}
        journal.note(
            shop, "question.put_off_undone", "asked_question", asked_id, customer_id=found[0], body=body
        )


def _verify(shop: Shop, customer_id: int) -> Answered:
    """What is on file was read to the customer and holds."""
    with database.database.atomic():
        on_file_still(customer_id)
        before = database.as_day(
            database.value_of("SELECT verified_on FROM customer WHERE id = ?", (customer_id,))
        )
        database.execute(
            "UPDATE customer SET verified_on = ?, version = version + 1 WHERE id = ?",
            (shop.today(), customer_id),
        )
        asked = _asked(shop, customer_id, VERIFIED)
        journal.note(shop, "customer.verified", "customer", customer_id, customer_id=customer_id)
    return Answered(customer_id, VERIFIED, asked, verified_before=before)


def _asked(shop: Shop, customer_id: int, code: str) -> int:
    return database.insert(
        "asked_question", customer_id=customer_id, field=code, day=shop.today(), user_id=shop.who, undone=0
    )


def _value(shop: Shop, customer_id: int, code: str, words: str) -> Any:
    if code == "phones":
        foreign = words.startswith("+") and not words.startswith("+86")
        # The number in doubt is the first one; further ones stay.
        return [(words, foreign), *numbers_of(customer_id)[1:]]
    if code == "birthday":
        from services.imports.days import birthday

        try:
            return birthday(words, today=shop.today(), youngest=YOUNGEST)
        except Refused as no:
            no.field = code
            raise
    return words
