"""The fields of a customer on screen: which input, which hint, in which order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from models.kinds import Channel, Sex
from services.contact_words import channel_words
from services.customer_fields import FIELD_WORDS
from services.words import N_, _
from ui.context import Context
from ui.customers.referrer_field import ReferrerField
from ui.customers.words import SEX_WORDS
from ui.form import ChoiceField, Field, TextField

_TEXTS = {
    "name": {"length": 60},
    "phones": {"code": True, "hint": N_("几个号码用空格隔开；境外号码以 + 开头")},
    "card_no": {"code": True, "length": 32},
    "birthday": {"hint": N_("如 5月3日、1990-5-3、农历八月十五")},
    "size": {"code": True, "length": 20},
    "height_cm": {"code": True, "length": 8},
    "waist_cm": {"length": 8, "hint": N_("厘米，或 2尺1")},
    "colours": {},
    "styles": {},
    "looks": {},
    "postcode": {"code": True, "length": 12},
    "address": {},
    "preferred_time": {"length": 60},
    "preferred_every_days": {"code": True, "length": 4},
    "first_source": {"length": 60},
    "hobbies": {},
    "note": {"length": 2000},
}
ORDER = (
    *("name", "phones", "card_no", "sex", "birthday", "size", "height_cm", "waist_cm"),
    *("colours", "styles", "looks", "hobbies", "first_source", "referred_by", "postcode", "address", "note"),
    *("preferred_channel", "preferred_time", "preferred_every_days", "group", "clerk"),
)


def make(context: Context, name: str) -> Field:
    """The input of one field of `services.customer_fields.FIELDS`."""
    words = _(FIELD_WORDS[name])
    if name == "sex":
        return ChoiceField(name, words, [(sex.value, _(SEX_WORDS[sex])) for sex in Sex])
    if name == "preferred_channel":
        choices = [("", _("不限"))] + [(c.value, channel_words(c)) for c in Channel]
        return ChoiceField(name, words, choices)
    if name in ("group", "clerk"):
        return ChoiceField(name, words, _people(context, name))
    if name == "referred_by":
        return ReferrerField(context, name, words)
    more = dict(_TEXTS[name])
    if "hint" in more:
        more["tip"] = _(str(more.pop("hint")))
    field = TextField(name, words, **more)  # type: ignore[arg-type]
    if more.get("tip"):
        field.line.setPlaceholderText(str(more["tip"]))
    return field


def _people(context: Context, name: str) -> list[tuple[Any, str]]:
    from services import staff

    rows: Sequence[Any] = staff.groups(context.shop) if name == "group" else staff.users(context.shop)
    return [(None, _("（未定）")), *((row.id, row.name) for row in rows)]


def typed(field: Field) -> Any:
    """What stands in a field; an empty line is empty words."""
    value = field.value()
    return "" if value is None and isinstance(field, TextField) else value


def split_numbers(words: str) -> list[str]:
    """Several numbers in one field; spaces inside one number do not part it."""
    parts = [part for part in re.split(r"[,，、;；/]+|\s{2,}|(?<=\d{7}) ", words) if part.strip()]
    return [part.strip() for part in parts]
