"""Both records of a pair in words, for people to compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models import database
from models.kinds import Channel, Sex
from services import formats, merging
from services.contact_notes import CHANNEL_WORDS
from services.customer_fields import FIELD_WORDS
from services.customer_rows import birthday_words
from services.merging import Preview
from services.shop import Shop
from services.words import N_, _

SEX_WORDS = {Sex.FEMALE.value: N_("女"), Sex.MALE.value: N_("男"), Sex.UNKNOWN.value: N_("不详")}
_TABLES = {"group": "staff_group", "clerk": "staff_user", "referred_by": "customer"}


@dataclass(frozen=True)
class FieldWords:
    """One field in words, with what is proposed."""

    field: str
    label: str
    keep: str
    other: str
    choice: str
    may_join: bool


@dataclass(frozen=True)
class Comparison:
    """A pair as the window shows it."""

    preview: Preview
    fields: tuple[FieldWords, ...]
    outcome: str
    """One or two sentences: what the merged record is, what moves, what to look at"""


def compare(shop: Shop, keep_id: int, other_id: int) -> Comparison:
    """The preview of a merge in words. Raises Refused."""
    seen = merging.preview(shop, keep_id, other_id)
    fields = tuple(
        FieldWords(
            row.field,
            _(FIELD_WORDS[row.field]),
            value_words(shop, row.field, row.keep),
            value_words(shop, row.field, row.other),
            row.choice,
            row.may_join,
        )
        for row in seen.fields
    )
    return Comparison(seen, fields, outcome_words(seen))


def value_words(shop: Shop, field: str, value: Any) -> str:
    """One value as people read it; empty for what is not known."""
    if value in (None, ""):
        return ""
    if field == "birthday":
        return birthday_words(shop, value)
    if field == "sex":
        return _(SEX_WORDS[str(value)])
    if field == "preferred_channel":
        return _(CHANNEL_WORDS[Channel(value)])
    if field in _TABLES:
        return str(database.value_of(f"SELECT name FROM {_TABLES[field]} WHERE id = ?", (value,)) or "")
    return str(value)


def outcome_words(seen: Preview) -> str:
    """What comes of it, in sentences."""
    grade = _("流失") if seen.grade == "lost" else seen.grade
    words = _("合并后：{grade}，{tickets} 单共 {paid}，可用积分 {points}。").format(
        grade=grade, tickets=seen.tickets, paid=formats.money(seen.paid_total), points=seen.points_balance
    )
    words += _("电话、消费、积分、礼品、联络和备注都保留。")
    if seen.double_gifts:
        words += _("有 {n} 个事由两边都有礼品，合并后请到礼品计划核对。").format(n=seen.double_gifts)
    return words
