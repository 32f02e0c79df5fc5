"""Plain text out of a cell: control characters, half-width digits, names, codes, lists, addresses."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from services.errors import Refused
from services.words import N_

Cell = str | float | int | bool | date | datetime | time | timedelta | None

EXACT_DIGITS = 15
"""A workbook keeps numbers as floats: from the 16th digit on they are already damaged."""

_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}
_REMOVED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff\u2028\u2029]"
)
_BREAKS = re.compile(r"[\t\r\n ]+")
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·"
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])[\s\u3000]+(?=[{_HAN}])")
_ORDINARY_NAME = re.compile("[\u4e00-\u9fff]{1,8}")
_ORDINARY_ADDRESS = re.compile("[\u4e00-\u90ad\u90af-\u9fff][\u4e00-\u90ad\u90af-\u9fff0-9A-Za-z#-]*")
"""Nothing to tidy in it, and without the 邮 of a postcode."""
_SEPARATORS = re.compile(r"[、，,;；/／|\n]+")
_ALL_HAN = re.compile(rf"[{_HAN}]+")
_POSTCODE_FIRST = re.compile(r"^[\(（\[【]?(?:邮编[:：]?)?(\d{6})[\)）\]】]?(?:[\s,，:：、]+|(?=\D))(.*)$")
_POSTCODE_LAST = re.compile(r"^(.*?)[\s,，;；(（]*邮编[:：]?\s*(\d{6})[)）]?$")

ERROR_CELL = "\ue000#"
"""What the reader puts into a cell whose formula has no result, or an error (#N/A)."""


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as the ordinary ones: `１３８－` becomes `138-`."""
    return text.translate(_HALF)


def plain(cell: Cell) -> str:
    """The cell as one line of text: whole numbers without `.0`, no control characters, NFC. Empty for an empty cell."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        text = cell
    elif isinstance(cell, bool):
        return "1" if cell else "0"
    elif isinstance(cell, int | float):
        return number_text(cell)
    elif isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ")
    else:
        text = str(cell)
    if text.startswith(ERROR_CELL):
        raise Refused(
            N_("这一格是没有结果或出错的公式。请在 Excel 里打开重算、保存，或改成数值。"),
            field="value",
        )
    if text.isascii() and text.isprintable():
        return text.strip()
    return _BREAKS.sub(" ", _REMOVED.sub("", unicodedata.normalize("NFC", text))).strip(" \u3000\xa0")


def number_text(number: int | float) -> str:
    """A number as the person typed it. Raises Refused for one that Excel has already rounded."""
    if isinstance(number, float) and (number != number or number in (float("inf"), float("-inf"))):
        raise Refused(N_("“{value}”不是数字。"), value=number)
    if abs(number) >= 10**EXACT_DIGITS:
        raise Refused(
            N_("超过{digits}位的数字已被 Excel 改动，末几位不可信。请把这一列设成文本格式，重新填写。"),
            digits=EXACT_DIGITS,
        )
    if isinstance(number, int) or number.is_integer():
        return str(int(number))
    return repr(number)


def words(cell: Cell, longest: int) -> str:
    """Free text. Raises Refused when it is longer than `longest` characters."""
    text = plain(cell)
    if len(text) > longest:
        raise Refused(N_("文字太长：{length} 个字，最多 {longest} 个。"), length=len(text), longest=longest)
    return text


def name(cell: Cell, longest: int) -> str:
    """A person's name: ` 王 小丽` is 王小丽, `Anna Maria` stays. Raises Refused when empty or without a letter."""
    if isinstance(cell, str) and _ORDINARY_NAME.fullmatch(cell):
        return cell
    text = _BETWEEN_HAN.sub("", " ".join(words(cell, longest).split()))
    if not text:
        raise Refused(N_("没有姓名。请补上姓名。"), field="name")
    if not any(letter.isalnum() or unicodedata.category(letter) in ("So", "Lo") for letter in text):
        raise Refused(N_("“{value}”不是姓名。请填写姓名。"), field="name", value=text)
    return text


def joined(text: str) -> str:
    """A name or text on file as reading in would write it: no blanks between Han characters, single ones elsewhere."""
    return _BETWEEN_HAN.sub("", " ".join(text.split()))


def code(cell: Cell, longest: int) -> str:
    """A card, item or ticket number: no blanks inside, ordinary letters and digits."""
    if isinstance(cell, str) and cell.isascii() and cell.isalnum() and len(cell) <= longest:
        return cell
    text = half_width(plain(cell)).replace(" ", "").lstrip("'’")
    if len(text) > longest:
        raise Refused(N_("文字太长：{length} 个字，最多 {longest} 个。"), length=len(text), longest=longest)
    return text


def items(cell: Cell, longest: int) -> str:
    """`墨绿/米白` or `风衣 裤装` as the shop's own list `墨绿、米白`, each once."""
    text = words(cell, longest)
    parts = [part.strip() for part in _SEPARATORS.split(text)]
    if len(parts) == 1 and all(_ALL_HAN.fullmatch(part) for part in text.split()):
        parts = text.split()
    return "、".join(dict.fromkeys(part for part in parts if part))


def address(cell: Cell, longest: int) -> tuple[str, str]:
    """(postcode, address): `629000 船山区…` and `…（邮编629000）` give their postcode; else it is empty."""
    if isinstance(cell, str) and len(cell) <= longest and _ORDINARY_ADDRESS.fullmatch(cell):
        return "", cell
    text = words(cell, longest)
    front = half_width(text[:12]) + text[12:]
    if found := _POSTCODE_FIRST.match(front):
        return found[1], found[2].strip()
    if found := _POSTCODE_LAST.match(text):
        return found[2], found[1].strip()
    return "", text


def postcode(cell: Cell) -> str:
    """Six digits, or empty. Raises Refused for anything else; a number that lost its leading zeros gets them back."""
    text = code(cell, 32)
    if not text:
        return ""
    if isinstance(cell, int | float) and text.isdigit():
        text = text.zfill(6)
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        raise Refused(N_("“{value}”不是邮政编码：要六位数字。"), field="postcode", value=text)
    return text


_YES = frozenset(
    (
        "是",
        "有",
        "对",
        "√",
        "✓",
        "✔",
        "☑",
        "■",
        "1",
        "y",
        "yes",
        "true",
        "t",
        "特价",
        "特",
        "特卖",
        "打折",
        "促销",
    )
)
_NO = frozenset(
    (
        "否",
        "不",
        "无",
        "没",
        "没有",
        "不是",
        "0",
        "n",
        "no",
        "false",
        "f",
        "正价",
        "原价",
        "正常",
        "□",
        "☐",
        "off",
        "-",
        "—",
    )
) | {""}


def tick(cell: Cell) -> bool:
    """是/√/1/Y/特价 for yes; empty, 否, 0, N for no. Raises Refused for anything else: it is never guessed."""
    if cell is None or cell == "":
        return False
    if isinstance(cell, bool):
        return cell
    text = half_width(plain(cell)).lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Refused(N_("“{value}”看不出是或否。请填“是”或留空。"), value=plain(cell))


_FEMALE = frozenset(("女", "女士", "小姐", "女性", "f", "female", "woman", "ms", "mrs", "miss"))
_MALE = frozenset(("男", "男士", "先生", "男性", "m", "male", "man", "mr"))


def sex(cell: Cell) -> str:
    """`female`, `male`, or empty when the cell does not say."""
    text = half_width(plain(cell)).lower().rstrip(".")
    if text in _FEMALE:
        return "female"
    if text in _MALE:
        return "male"
    if text in ("", "未知", "不详", "保密", "unknown", "-"):
        return ""
    raise Refused(N_("“{value}”不是性别：请填“女”或“男”，或留空。"), field="sex", value=plain(cell))
