"""Days and birthdays as shops write them: `1990.5.3`, `5月3日`, `农历腊月初八`, Excel serials."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from models.kinds import Calendar
from services.errors import Refused
from services.imports.text import Cell, half_width, plain
from services.rules.birthdays import Birthday
from services.rules.birthdays import check as check_birthday
from services.words import N_

_BASE_1900 = date(1899, 12, 30)
_BASE_1904 = date(1904, 1, 1)
_LAST_SERIAL = 73_415
"""2100-12-31"""
_NO_SUCH_SERIAL = 60
"""Excel's 1900-02-29, a day that never was; openpyxl and calamine read it, and 59, as 28 February."""
_FIRST_RELIABLE = date(1900, 3, 1)

_HOUR = r"(?:[ T]*(?:上午|下午|凌晨|晚上|[AP]M)?\s*\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?(?:Z|[AP]M| [AP]M)?)?"
_YMD = re.compile(rf"(\d{{4}}|\d{{2}})年?[-./年](\d{{1,2}})[-./月](\d{{1,2}})[日号]?{_HOUR}", re.IGNORECASE)
_YMD_HAN = re.compile(rf"(\d{{4}}|\d{{2}})年(\d{{1,2}})月(\d{{1,2}})[日号]?{_HOUR}", re.IGNORECASE)
_COMPACT = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})")
_SHORT = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
_MD = re.compile(r"(\d{1,2})[-./月](\d{1,2})[日号]?")
_DMY = re.compile(r"(\d{1,2})[- ]([a-z]{3,9})\.?,?[- ](\d{4}|\d{2})", re.IGNORECASE)
_MDY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_ENGLISH, 1)}
_WEEKDAY = re.compile(r"[(（]?(?:星期|周)[一二三四五六日天][)）]?")

_LUNAR_WORD = re.compile(r"[(（]?(?:农历|阴历|旧历|老历|古历|lunar)[)）]?[:：]?", re.IGNORECASE)
_SOLAR_WORD = re.compile(r"[(（]?(?:公历|阳历|新历|国历|solar)[)）]?[:：]?", re.IGNORECASE)
_LUNAR_YEAR = re.compile(r"(\d{4}|[〇零○一二三四五六七八九]{4})年")
_LUNAR_HAN = re.compile(r"(闰)?(正|元|冬|腊|十一|十二|[一二三四五六七八九十])月份?(\S{1,3})")
_LUNAR_NUMBER = re.compile(r"(?:(\d{4})[-./年])?(闰)?(\d{1,2})[-./月](\d{1,2})[日号]?")
_HAN = {letter: number for number, letter in enumerate("零一二三四五六七八九十")} | {"〇": 0, "○": 0}
_LUNAR_MONTHS = {"正": 1, "元": 1, "冬": 11, "十一": 11, "腊": 12, "十二": 12}
_LUNAR_SIGN = re.compile(r"[闰正冬腊]|月[初廿卅]")


def _no_day(text: object) -> Refused:
    return Refused(
        N_("“{value}”不是日期。请写成 2026-11-22、2026.11.22 或 2026年11月22日。"), field="day", value=text
    )


def day(cell: Cell, *, today: date, earliest: date, base_1904: bool = False) -> date:
    """A purchase day. Raises Refused: empty, not a date, a day that never was, before `earliest`, after today."""
    found = _solar(cell, base_1904=base_1904, pivot=today)
    if found is None:
        raise Refused(N_("没有日期。请补上日期。"), field="day")
    year, month, number = found
    if year is None:
        raise Refused(N_("日期“{value}”没有年份。请补上年份。"), field="day", value=plain(cell))
    result = _real(year, month, number, "day")
    if result > today:
        raise Refused(
            N_("日期 {day} 在今天（{today}）之后。请核对。"),
            field="day",
            day=result.isoformat(),
            today=today.isoformat(),
        )
    if result < earliest:
        raise Refused(
            N_("日期 {day} 太早（早于 {earliest}）。请核对年份。"),
            field="day",
            day=result.isoformat(),
            earliest=earliest.isoformat(),
        )
    return result


def birthday(
    cell: Cell, *, today: date, youngest: int, lunar: bool | None = None, base_1904: bool = False
) -> Birthday | None:
    """A birthday, solar or lunar, with or without its year; None for an empty cell.

    `lunar`: what a column beside it says, None where there is none. Two-digit years are the latest that make the
    person at least `youngest` years old. Raises Refused with the reason.
    """
    if isinstance(cell, str):
        text = half_width(plain(cell))
        if not text:
            return None
        bare = _LUNAR_WORD.sub("", text).strip()
        if bare != text or lunar or (_LUNAR_SIGN.search(text) and not _SOLAR_WORD.search(text)):
            return _checked(_lunar(bare, text), today)
        cell = _SOLAR_WORD.sub("", text).strip()
    elif lunar and cell is not None:
        raise Refused(
            N_("农历生日写成了 Excel 日期，看不出原来的月日。请写成文字，如“农历八月十五”。"),
            field="birthday",
        )
    found = _solar(
        cell, base_1904=base_1904, pivot=today.replace(year=today.year - youngest, day=1), birthday=True
    )
    if found is None:
        return None
    year, month, number = found
    return _checked(Birthday(Calendar.SOLAR, month, number, False, year), today)


def _checked(found: Birthday, today: date) -> Birthday:
    check_birthday(found, today)
    return found


def _real(year: int, month: int, number: int, field: str) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        raise Refused(
            N_("没有 {year}年{month}月{day}日 这一天。请核对日期。"),
            field=field,
            year=year,
            month=month,
            day=number,
        ) from None


Parts = tuple[int | None, int, int]


def _solar(cell: Cell, *, base_1904: bool, pivot: date, birthday: bool = False) -> Parts | None:
    """(year or None, month, day) as written, not yet checked; None for an empty cell."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool | time | timedelta):
        raise _no_day(plain(cell))
    if isinstance(cell, date):
        found = cell.date() if isinstance(cell, datetime) else cell
        if found < _FIRST_RELIABLE:
            raise Refused(
                N_("1900年3月以前的 Excel 日期不可靠（{value}）。请把日期写成文字。"), value=found.isoformat()
            )
        return found.year, found.month, found.day
    if isinstance(cell, int | float):
        return _from_number(cell, base_1904, birthday)
    return _from_text(cell, base_1904, pivot, birthday)


def _from_number(number: float, base_1904: bool, birthday: bool) -> Parts:
    whole = int(number) if abs(number) < 1e9 else 0
    if whole == number and (found := _COMPACT.fullmatch(str(whole))):
        return int(found[1] + found[2]), int(found[3]), int(found[4])
    if birthday and whole == number and 1900 <= whole <= 2100:
        raise Refused(
            N_("生日“{value}”只有年份。请补上月和日，或清空这一格。"), field="birthday", value=whole
        )
    if birthday and 0 < number < 13 and whole != number:
        return (None, *_month_point_day(number))
    if base_1904:
        if not 0 <= whole <= _LAST_SERIAL:
            raise _no_day(plain(number))
        found_day = _BASE_1904 + timedelta(days=whole)
        return found_day.year, found_day.month, found_day.day
    if whole == _NO_SUCH_SERIAL:
        raise Refused(N_("Excel 日期序号 60（1900年2月29日）不存在。请核对日期。"))
    if not 1 <= whole <= _LAST_SERIAL:
        raise _no_day(plain(number))
    found_day = _BASE_1900 + timedelta(days=whole + (1 if whole < _NO_SUCH_SERIAL else 0))
    return found_day.year, found_day.month, found_day.day


def _month_point_day(number: float) -> tuple[int, int]:
    """8.15 kept as a number is 15 August; 5.3 may be the 3rd or the 30th of May, so it is refused."""
    month, _, rest = repr(round(number, 4)).partition(".")
    if len(rest) == 2:
        return int(month), int(rest)
    if len(rest) == 1 and int(rest) > 3:
        return int(month), int(rest)
    if len(rest) == 1:
        raise Refused(
            N_("“{value}”可能是{month}月{small}日，也可能是{month}月{large}日。请写成“{month}月{small}日”。"),
            field="birthday",
            value=number,
            month=month,
            small=int(rest),
            large=int(rest) * 10,
        )
    raise _no_day(number)


def _from_text(cell: str, base_1904: bool, pivot: date, birthday: bool) -> Parts | None:
    text = _WEEKDAY.sub("", half_width(plain(cell))).strip(" '’.,，。")
    if not text:
        return None
    text = _digits_for_han(text.replace("年 ", "年").replace("月 ", "月").replace("。", "."))
    if found := _YMD.fullmatch(text) or _YMD_HAN.fullmatch(text):
        return _year(found[1], pivot), int(found[2]), int(found[3])
    if found := _COMPACT.fullmatch(text):
        return int(found[1] + found[2]), int(found[3]), int(found[4])
    if found := _SHORT.fullmatch(text):
        return _western(found, cell)
    if found := _DMY.fullmatch(text):
        return _year(found[3], pivot), _english_month(found[2], cell), int(found[1])
    if found := _MDY.fullmatch(text):
        return int(found[3]), _english_month(found[1], cell), int(found[2])
    if found := _MD.fullmatch(text):
        return None, int(found[1]), int(found[2])
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _from_number(float(text), base_1904, birthday)
    if birthday and re.fullmatch(r"(19|20)\d{2}年?", text):
        raise Refused(N_("生日“{value}”只有年份。请补上月和日，或清空这一格。"), field="birthday", value=text)
    raise _no_day(plain(cell))


def _western(found: re.Match[str], cell: Cell) -> Parts:
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if first > 12 >= second or first == second:
        return year, second, first
    if second > 12 >= first:
        return year, first, second
    raise Refused(N_("“{value}”看不出先月后日还是先日后月。请写成 年-月-日。"), value=plain(cell))


def _english_month(name: str, cell: Cell) -> int:
    month = _MONTHS.get(name[:3].lower())
    if month is None:
        raise _no_day(plain(cell))
    return month


def _year(text: str, pivot: date) -> int:
    """Two digits stand for the latest such year up to the pivot's."""
    if len(text) == 4:
        return int(text)
    year = pivot.year // 100 * 100 + int(text)
    return year if year <= pivot.year else year - 100


_HAN_DATE = re.compile(
    r"[〇零○一二三四五六七八九\d]{2,4}年[一二三四五六七八九十廿\d]+月[一二三四五六七八九十廿\d]+[日号]?"
)
_HAN_MONTH_DAY = re.compile(r"[一二三四五六七八九十]+月[一二三四五六七八九十廿]+[日号]")


def _digits_for_han(text: str) -> str:
    """`一九九〇年五月三日` as `1990年5月3日`; other text as it is."""
    if not (_HAN_DATE.fullmatch(text) or _HAN_MONTH_DAY.fullmatch(text)):
        return text
    year, mark, rest = text.rpartition("年")
    year = "".join(str(_HAN[letter]) if letter in _HAN else letter for letter in year)
    parts = re.split(r"([月日号])", rest)
    return (
        year + mark + "".join(str(_small(part)) if part and part not in "月日号" else part for part in parts)
    )


def _small(text: str) -> int:
    """Up to 99: `十五`, `廿三`, `二十`, `15`."""
    if text.isdigit():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, mark, ones = text.rpartition("十")
    front = (_HAN.get(tens, 1) if tens else 1) * 10 if mark else 0
    return front + (_HAN.get(ones, 0) if ones else 0)


def _lunar(text: str, whole: str) -> Birthday:
    """A lunar day in words or figures. Raises Refused."""
    year: int | None = None
    text = text.replace(" ", "").strip("'’.,，。")
    if found := _LUNAR_NUMBER.fullmatch(text):
        year = int(found[1]) if found[1] else None
        return Birthday(Calendar.LUNAR, int(found[3]), int(found[4]), bool(found[2]), year)
    if found := _LUNAR_YEAR.match(text):
        digits = "".join(str(_HAN[letter]) if letter in _HAN else letter for letter in found[1])
        year, text = int(digits), text[found.end() :]
    if found := _LUNAR_NUMBER.fullmatch(text):
        return Birthday(Calendar.LUNAR, int(found[3]), int(found[4]), bool(found[2]), year)
    found = _LUNAR_HAN.fullmatch(text.removesuffix("日").removesuffix("号"))
    number = _lunar_day(found[3]) if found else 0
    if not found or not number:
        raise Refused(
            N_("“{value}”不是农历日期。请写成“农历八月十五”或“农历闰四月初一”。"),
            field="birthday",
            value=whole,
        )
    month = _LUNAR_MONTHS.get(found[2]) or _HAN[found[2]]
    return Birthday(Calendar.LUNAR, month, number, bool(found[1]), year)


def _lunar_day(text: str) -> int:
    """初一 … 三十, 廿一, 二十一; 0 for anything else."""
    if text.startswith("初"):
        return _HAN.get(text[1:], 0)
    if not re.fullmatch(
        r"[一二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅|[一二三四五六七八九]", text
    ):
        return 0
    number = _small(text)
    return number if number <= 30 else 0
