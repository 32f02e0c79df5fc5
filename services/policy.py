"""The care policy: every number of the rule book as data with versions (客情标准)."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, get_type_hints

from services import policy_checks
from services.errors import Refused
from services.policy_sections import (
    ArrivalPolicy,
    BirthdayPolicy,
    CampaignPolicy,
    ContactPolicy,
    CustomerPolicy,
    GiftCheckPolicy,
    GiftPolicy,
    GradeA,
    GradeB,
    GradeC,
    GradePolicy,
    InsightPolicy,
    ListsPolicy,
    MatrixPolicy,
    PointsPolicy,
    Policy,
    PostingPolicy,
    PrivacyPolicy,
    SafetyPolicy,
    SmsPolicy,
    TextPolicy,
    VoucherPolicy,
    values_of,
)
from services.rules.spans import Span

_SHIPPED = Path(__file__).resolve().parent.parent / "resources" / "policy.toml"


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """The shipped numbers as `{dotted key: value}`."""
    with open(_SHIPPED, "rb") as file:
        return _flat(tomllib.load(file))


def _flat(tree: dict[str, Any], front: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            found.update(_flat(value, f"{front}{name}."))
        else:
            found[front + name] = value
    return found


def load(changes: dict[str, Any] | None = None, version: int = 0) -> Policy:
    """The policy made of the shipped numbers and the shop's changes. Raises Refused where they make no sense."""
    values = {**shipped(), **(changes or {})}
    unknown = sorted(set(values) - set(shipped()))
    if unknown:
        raise Refused("客情标准里没有“{key}”这一项。用“policy show”查看全部项目。", key=unknown[0])
    policy: Policy = _build(Policy, values, "", version=version)
    policy_checks.check(policy)
    return policy


def _build(kind: type[Any], values: dict[str, Any], front: str, **extra: Any) -> Any:
    hints = get_type_hints(kind)
    arguments: dict[str, Any] = dict(extra)
    for field in dataclasses.fields(kind):
        if field.name in extra:
            continue
        hint, key = hints[field.name], front + field.name
        if dataclasses.is_dataclass(hint) and hint is not Span:
            arguments[field.name] = _build(hint, values, key + ".")  # type: ignore[arg-type]
        else:
            arguments[field.name] = _typed(key, values[key], hint)
    return kind(**arguments)


def _typed(key: str, value: Any, hint: Any) -> Any:
    if hint is Span:
        return Span.parse(str(value))
    if hint is bool and isinstance(value, bool):
        return value
    if hint is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint is str and isinstance(value, str):
        return value
    if hint == tuple[str, ...] and isinstance(value, list | tuple):
        return tuple(str(part) for part in value)
    raise Refused("“{key}”的值“{value}”格式不对，请参照原来的值填写。", key=key, value=value)


def parse_value(key: str, text: str) -> Any:
    """A value typed by a person, in the type that the shipped value of `key` has. Raises Refused."""
    if key not in shipped():
        raise Refused("客情标准里没有“{key}”这一项。用“policy show”查看全部项目。", key=key)
    sample = shipped()[key]
    text = text.strip()
    if isinstance(sample, bool):
        words = {"true": True, "yes": True, "1": True, "是": True, "开": True}
        words |= {"false": False, "no": False, "0": False, "否": False, "关": False}
        if text.lower() not in words:
            raise Refused("“{key}”只能填“是”或“否”。", key=key)
        return words[text.lower()]
    if isinstance(sample, int):
        try:
            return int(text)
        except ValueError:
            raise Refused("“{key}”要填整数，“{value}”不是。", key=key, value=text) from None
    if isinstance(sample, list):
        return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
    return text


def changes_json(changes: dict[str, Any]) -> str:
    return json.dumps(changes, ensure_ascii=False, sort_keys=True)


__all__ = [
    "ArrivalPolicy",
    "BirthdayPolicy",
    "CampaignPolicy",
    "ContactPolicy",
    "CustomerPolicy",
    "GiftCheckPolicy",
    "GiftPolicy",
    "GradeA",
    "GradeB",
    "GradeC",
    "GradePolicy",
    "InsightPolicy",
    "ListsPolicy",
    "MatrixPolicy",
    "PointsPolicy",
    "Policy",
    "PostingPolicy",
    "PrivacyPolicy",
    "SafetyPolicy",
    "SmsPolicy",
    "TextPolicy",
    "VoucherPolicy",
    "changes_json",
    "load",
    "parse_value",
    "shipped",
    "values_of",
]
