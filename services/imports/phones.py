"""Phone numbers as shops write them: mainland mobiles, and landlines with their area code."""

from __future__ import annotations

import re

from services.errors import Refused
from services.imports.text import Cell, half_width, plain
from services.rules import customer_data
from services.words import N_

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_HARD = re.compile(r"[/／、，,;；|\\\n或]+")
_SCIENCE = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
_TAIL = re.compile(r"(?<=\d{7})\.0{1,2}(?!\d)", re.ASCII)
"""What a program that took the number for a quantity wrote behind it: `13800000008.0`."""
_LABEL = re.compile(r"^(?:手机|电话|座机|固话|家|办|本人|mobile|phone|tel)[^\d+(]*", re.IGNORECASE)


def phones(cell: Cell, *, foreign: bool = False) -> tuple[str, ...]:
    """The numbers in a cell, digits only, in their order, each once. Empty for an empty cell.

    `foreign`: the sheet ticks it as a number from abroad. Raises Refused with the part that is none.
    """
    if cell.__class__ is str and _MOBILE.fullmatch(cell):
        return (cell,)
    if cell.__class__ is float and 13e9 <= cell < 20e9 and cell.is_integer():
        return (str(int(cell)),)
    text = half_width(plain(cell)).strip("'’` ")
    if not text:
        return ()
    if _SCIENCE.fullmatch(text):
        text = _from_science(text)
    text = _TAIL.sub("", text)
    found: list[str] = []
    for part in _HARD.split(text):
        if part.strip(" '’"):
            found.extend(_numbers(part.strip(" '’"), foreign))
    return tuple(dict.fromkeys(found))


def _from_science(text: str) -> str:
    """`1.3812345678E10` as text: exact only when every digit is there."""
    mantissa, exponent = text.lower().replace("+", "").split("e")
    whole, _, rest = mantissa.partition(".")
    if len(rest) < int(exponent) - 1:
        raise Refused(
            N_("“{value}”是 Excel 缩写的数字，后几位已经丢了。请把这一列设成文本格式，重新填写电话。"),
            field="phone",
            value=text,
        )
    return whole + rest.ljust(int(exponent), "0")


def _numbers(text: str, foreign: bool) -> list[str]:
    number = _number(text, foreign)
    if number:
        return [number]
    tokens = text.split()
    groups = _grouped(tokens, foreign) if 1 < len(tokens) <= 12 else None
    if groups:
        return groups
    raise Refused(
        N_("“{value}”不是电话：手机是 1 开头的 11 位，座机要带区号；境外号码请在“境外号码”一列填“是”。"),
        field="phone",
        value=text,
    )


def _grouped(tokens: list[str], foreign: bool) -> list[str] | None:
    """Neighbouring pieces put together so that each group is one number: `138 1234 5678 139 …`."""
    if not tokens:
        return []
    for count in range(1, min(5, len(tokens)) + 1):
        number = _number(" ".join(tokens[:count]), foreign)
        if number:
            rest = _grouped(tokens[count:], foreign)
            if rest is not None:
                return [number, *rest]
    return None


def _number(text: str, foreign: bool) -> str:
    """Digits of the one number that `text` is, or empty."""
    try:
        return customer_data.phone(_LABEL.sub("", text), foreign)
    except Refused:
        return ""
