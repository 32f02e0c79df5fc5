"""Money to the fen, heights, waists in 市尺 or cm, whole counts."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from services.errors import Refused
from services.imports.text import Cell, half_width, number_text, plain
from services.words import N_

CM_PER_CHI = Decimal("33.33")
"""1 市尺, as shops speak (spec 01)."""

_MARKS = re.compile(r"^(?:¥|￥|rmb|cny)|(?:元整|元正|元|圆|块钱|块|rmb|cny)$", re.IGNORECASE)
_PLAIN_MONEY = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_GROUPED_MONEY = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_NOISE = Decimal("0.000001")
"""Computed cells end in ….20000000000002: below this much of a yuan it is the computer's, not the shop's."""

_CHI = re.compile(r"(\d+(?:\.\d+)?)尺(?:(\d)寸?(?:(\d)分)?)?半?")
_HAN_DIGITS = {digit: str(value) for value, digit in enumerate("零一二三四五六七八九")} | {
    "两": "2",
    "〇": "0",
}
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)(cm|厘米|公分|m|米)?")


def money(cell: Cell, limit_fen: int) -> int:
    """Fen of `￥1,299.00`, `１２９９元`, `-50`, `(50.00)`, 1299.0. Raises Refused: empty, no number, absurd."""
    value = _decimal(cell)
    if abs(value) * 100 > limit_fen:
        raise Refused(
            N_("金额 {value} 太大：一行最多 {limit} 元。请核对是否多打了数字。"),
            field="paid",
            value=plain(cell),
            limit=limit_fen // 100,
        )
    fen = value * 100
    whole = fen.to_integral_value(ROUND_HALF_UP)
    if abs(fen - whole) > _NOISE * 100:
        raise Refused(N_("金额 {value} 有不足一分的零头。请改成两位小数。"), field="paid", value=plain(cell))
    return int(whole)


def _decimal(cell: Cell) -> Decimal:
    if isinstance(cell, bool):
        raise Refused(N_("“{value}”不是金额。"), field="paid", value=plain(cell))
    if isinstance(cell, int | float):
        return Decimal(number_text(cell))
    text = half_width(plain(cell)).replace(" ", "").replace("−", "-").replace("，", ",")
    if not text:
        raise Refused(N_("没有金额。请补上金额。"), field="paid")
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1]
    bare = _MARKS.sub("", text)
    if bare.startswith(("-", "负")):
        negative, bare = not negative, _MARKS.sub("", bare[1:])
    elif bare.startswith("+"):
        bare = bare[1:]
    bare = _MARKS.sub("", bare)
    if _GROUPED_MONEY.fullmatch(bare):
        bare = bare.replace(",", "")
    if not bare.isascii() or not _PLAIN_MONEY.fullmatch(bare) or len(bare) > 24:
        raise Refused(
            N_("“{value}”不是金额。请填数字，如 1299 或 1,299.00。"), field="paid", value=plain(cell)
        )
    try:
        value = Decimal(bare)
    except InvalidOperation:  # pragma: no cover - the pattern lets only numbers through
        raise Refused(N_("“{value}”不是金额。"), field="paid", value=plain(cell)) from None
    return -value if negative else value


def height(cell: Cell, least: int, most: int) -> int | None:
    """Centimetres: `165cm`, `1.65米`, 165. None for an empty cell. Raises Refused outside `least`–`most`."""
    text = _measure_text(cell)
    if not text:
        return None
    found = _MEASURE.fullmatch(text)
    if not found:
        raise Refused(N_("“{value}”不是身高。请填厘米数，如 165。"), field="height_cm", value=plain(cell))
    value = Decimal(found[1])
    if found[2] in ("m", "米") or (found[2] is None and value < 3):
        value *= 100
    return _between(
        value, least, most, N_("身高 {value} 厘米不可能：要在 {least}–{most} 之间。"), "height_cm"
    )


def waist(cell: Cell, least: int, most: int) -> int | None:
    """Centimetres of `84cm`, `2尺1`, `二尺一寸`, 2.1 (市尺); None when empty. Raises Refused outside the bounds."""
    text = "".join(_HAN_DIGITS.get(letter, letter) for letter in _measure_text(cell)).replace("市尺", "尺")
    if not text:
        return None
    sentence = N_("腰围 {value} 厘米不可能：要在 {least}–{most} 之间。")
    if found := _CHI.fullmatch(text):
        chi = Decimal(found[1]) + Decimal(found[2] or 0) / 10 + Decimal(found[3] or 0) / 100
        if text.endswith("半"):
            chi += Decimal("0.5") if not found[2] else Decimal("0.05")
        return _between(chi * CM_PER_CHI, least, most, sentence, "waist_cm")
    found = _MEASURE.fullmatch(text)
    if not found or found[2] in ("m", "米"):
        raise Refused(
            N_("“{value}”不是腰围。请填厘米数或几尺几，如 70 或 2尺1。"), field="waist_cm", value=plain(cell)
        )
    value = Decimal(found[1])
    if found[2] is None and value < 5:
        value *= CM_PER_CHI
    return _between(value, least, most, sentence, "waist_cm")


def _measure_text(cell: Cell) -> str:
    return half_width(plain(cell)).replace(" ", "").lower().replace("ｃｍ", "cm")


def _between(value: Decimal, least: int, most: int, sentence: str, field: str) -> int:
    whole = int(value.to_integral_value(ROUND_HALF_UP))
    if not least <= whole <= most:
        raise Refused(sentence, field=field, value=whole, least=least, most=most)
    return whole


def count(cell: Cell, most: int, *, empty: int | None = None) -> int:
    """A whole number from -`most` to `most`; `empty` for an empty cell, which is refused where that is None."""
    text = half_width(plain(cell)).replace(" ", "").replace(",", "").removesuffix("分").removesuffix("件")
    if not text and empty is not None:
        return empty
    try:
        value = Decimal(text)
        if not value.is_finite() or value != value.to_integral_value():
            raise ValueError
    except (InvalidOperation, ValueError):
        raise Refused(N_("“{value}”不是整数。"), value=plain(cell)) from None
    if abs(value) > most:
        raise Refused(N_("{value} 太大：最多 {most}。"), value=text, most=most)
    return int(value)
