"""What may stand in a customer's fields: every check says what is wrong, in which field, and how to mend it."""

from __future__ import annotations

import re
import unicodedata
from typing import Protocol

from services.errors import Refused
from services.words import N_

NAME_MAX = 60
TEXT_MAX = 2_000
SHORT_MAX = 200
CHI_CM_HUNDREDTHS = 3333
"""1 市尺 = 33.33 cm, in hundredths of a centimetre."""

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}[2-9]\d{6,7}")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"[48]00\d{7}")
_PHONE_NOISE = re.compile(r"[\s\-‐-―－_.·()（）/]+")
_CARD = re.compile(r"\w[\w\-./#]{0,31}")
_CHI = re.compile(r"(\d)\s*尺\s*(?:(\d)(\d)?\s*寸?)?(半)?")
_LIKES = re.compile(r"[、,，;；/|\s]+")


class Bounds(Protocol):
    """The policy's bounds for measures."""

    @property
    def height_min_cm(self) -> int: ...
    @property
    def height_max_cm(self) -> int: ...
    @property
    def waist_min_cm(self) -> int: ...
    @property
    def waist_max_cm(self) -> int: ...


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as half-width ones; ideographic spaces as spaces."""
    return "".join(
        chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else " " if char == "　" else char for char in text
    )


def clean(text: object) -> str:
    """Typed text without control characters, marks that turn the writing direction, and spaces at the ends."""
    kept = [
        " " if char in "\t\n\r" else char
        for char in str(text or "")
        if char in "\t\n\r" or unicodedata.category(char) not in ("Cc", "Cs", "Cn") and char not in _TURNING
    ]
    return " ".join("".join(kept).split(" ")).strip()


_TURNING = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b")


def name(text: object) -> str:
    """A customer's name: something, and not an essay. Raises Refused."""
    value = " ".join(clean(text).split())
    if not value:
        raise Refused("姓名是空的：请填写客户姓名。", field="name")
    if len(value) > NAME_MAX:
        raise Refused(
            "姓名有{n}个字，最多{most}个：请只写姓名，其余写进备注。",
            field="name",
            n=len(value),
            most=NAME_MAX,
        )
    return value


def phone(text: object, foreign: bool = False) -> str:
    """A number as digits only. Mainland mobile or landline, unless `foreign`. Raises Refused."""
    raw = half_width(clean(text))
    digits = _PHONE_NOISE.sub("", raw)
    international = digits.startswith(("+", "00"))
    digits = digits.removeprefix("+")
    if international:
        digits = digits.removeprefix("00")
    if not digits.isascii() or not digits.isdigit():
        raise Refused(
            "电话“{value}”里有数字以外的字：请只填号码，说明写进备注。", field="phone", value=raw[:40]
        )
    home = digits.removeprefix("86") if international or len(digits) == 13 else digits
    if (
        international
        and digits.startswith("86")
        and re.fullmatch(r"[1-9]\d{8,}", home)
        and not _MOBILE.fullmatch(home)
    ):
        home = "0" + home
    abroad = international and not digits.startswith("86")
    if not abroad and any(kind.fullmatch(home) for kind in (_MOBILE, _LANDLINE, _LOCAL, _SERVICE)):
        return home
    if not foreign:
        raise Refused(
            "电话“{value}”不是内地的手机或座机号码：手机是1开头的11位，座机请加区号；境外号码请勾选“境外号码”。",
            field="phone",
            value=raw[:40],
        )
    if not 5 <= len(digits) <= 15:
        raise Refused(
            "境外号码“{value}”要有5到15位数字：请连国家区号一起填写。", field="phone", value=raw[:40]
        )
    return digits


def card_no(text: object) -> str:
    """A card number: letters, digits and - _ . / #, at most 32. Raises Refused."""
    value = half_width(clean(text)).replace(" ", "")
    if not _CARD.fullmatch(value):
        raise Refused("卡号“{value}”不能用：请用字母和数字，最多32位。", field="card_no", value=value[:40])
    return value


def height(value: object, bounds: Bounds) -> int | None:
    """Height in whole cm, None when empty. Accepts `165`, `165cm`, `1.65`, `1米65`. Raises Refused."""
    text = half_width(clean(value)).lower().replace("cm", "").replace("厘米", "").replace("公分", "").strip()
    if not text:
        return None
    metres = re.fullmatch(r"([12])\s*(?:[.m米])\s*(\d{1,2})?\s*[m米]?", text)
    if metres:
        number = int(metres[1]) * 100 + int((metres[2] or "0").ljust(2, "0"))
    else:
        number = _whole(text, "height_cm", N_("身高“{value}”不是数字：请填厘米，例如 165。"))
    if not bounds.height_min_cm <= number <= bounds.height_max_cm:
        raise Refused(
            "身高{value}厘米不对：要在{least}到{most}之间。",
            field="height_cm",
            value=number,
            least=bounds.height_min_cm,
            most=bounds.height_max_cm,
        )
    return number


def waist(value: object, bounds: Bounds) -> int | None:
    """Waist in whole cm, None when empty. Accepts cm and 市尺 (`2尺1`, `2尺`, `2尺1寸`, `2尺半`). Raises Refused."""
    text = half_width(clean(value)).lower().replace("cm", "").replace("厘米", "").replace("公分", "").strip()
    if not text:
        return None
    chi = _CHI.fullmatch(text)
    if chi:
        hundredths = int(chi[1]) * 100 + int(chi[2] or 0) * 10 + int(chi[3] or 0) + (50 if chi[4] else 0)
        number = (hundredths * CHI_CM_HUNDREDTHS + 5_000) // 10_000
    else:
        number = _whole(
            text, "waist_cm", N_("腰围“{value}”不是数字：请填厘米（例如 70）或市尺（例如 2尺1）。")
        )
    if not bounds.waist_min_cm <= number <= bounds.waist_max_cm:
        raise Refused(
            "腰围{value}厘米不对：要在{least}到{most}之间。",
            field="waist_cm",
            value=number,
            least=bounds.waist_min_cm,
            most=bounds.waist_max_cm,
        )
    return number


def chi(waist_cm: int) -> str:
    """Waist as shops speak: 70 → `2尺1`, 67 → `2尺`."""
    tenths = (waist_cm * 1_000 + CHI_CM_HUNDREDTHS // 2) // CHI_CM_HUNDREDTHS
    whole, tenth = divmod(tenths, 10)
    return f"{whole}尺{tenth}" if tenth else f"{whole}尺"


def postcode(text: object) -> str:
    """Six digits, or empty. Raises Refused."""
    value = half_width(clean(text)).replace(" ", "")
    if value and not re.fullmatch(r"\d{6}", value):
        raise Refused("邮编“{value}”不对：要6位数字，不知道可以空着。", field="postcode", value=value[:20])
    return value


def likes(text: object) -> str:
    """Several likes as the file keeps them: parted by 、, each once, in the order told."""
    parts = (part.strip() for part in _LIKES.split(half_width(clean(text))))
    return "、".join(dict.fromkeys(part for part in parts if part))[:SHORT_MAX]


def short(text: object, field: str, most: int = SHORT_MAX) -> str:
    """One line of free text. Raises Refused when it is too long."""
    value = clean(text)
    if len(value) > most:
        raise Refused("这一项写了{n}个字，最多{most}个：请写短一些。", field=field, n=len(value), most=most)
    return value


def _whole(text: str, field: str, sentence: str) -> int:
    if not re.fullmatch(r"\d{1,4}(\.\d+)?", text):
        raise Refused(sentence, field=field, value=text[:20])
    return int(float(text) + 0.5)
