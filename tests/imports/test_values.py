"""Values as shops write them, and what each is read as."""

# ruff: noqa: E501 - tables read better in one line a case
from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import Calendar
from services.errors import Refused
from services.imports import values
from services.imports.text import ERROR_CELL
from services.rules.birthdays import Birthday

TODAY = date(2026, 11, 22)
EARLIEST = date(1980, 1, 1)


def the_day(cell: values.Cell, **more: bool) -> date:
    return values.day(cell, today=TODAY, earliest=EARLIEST, **more)


def the_birthday(cell: values.Cell, lunar: bool | None = None, base_1904: bool = False) -> Birthday | None:
    return values.birthday(cell, today=TODAY, youngest=14, lunar=lunar, base_1904=base_1904)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-10-01", "2026.10.1", "2026/10/1", "2026年10月1日", "2026年10月1号", " 2026 - 10 - 01 ".replace(" - ", "-"),
        "２０２６．１０．１", "20261001", 20261001.0, "26-10-1", "26.10.01", "2026-10-01 13:20:05", "2026/10/1 9:05",
        "2026年10月1日 下午 3:05", "2026-10-01T13:20:05", "二〇二六年十月一日", "2026。10。1", "'2026-10-01",
        "2026-10-01 星期四", "2026年10月1日（周四）", date(2026, 10, 1), datetime(2026, 10, 1, 23, 59), 46296.0, 46296,
        46296.75, "46296", "1-Oct-2026", "Oct 1, 2026", "1 October 2026", "2026.10.1.",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(cell: values.Cell) -> None:
    assert the_day(cell) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("2026-02-30", "没有 2026年2月30日"), ("2026.13.1", "没有 2026年13月1日"), ("2025-02-29", "这一天"), ("昨天", "不是日期"),
        ("", "没有日期"), (None, "没有日期"), ("5月3日", "没有年份"), ("2026-11-23", "之后"), ("2028-01-01", "之后"),
        ("1979-12-31", "太早"), (60.0, "60"), (0.0, "不是日期"), (-5.0, "不是日期"), (99999.0, "不是日期"), (1e300, "15"),
        (time(0, 0), "不是日期"), (timedelta(days=1), "不是日期"), (True, "不是日期"), ("03/04/2026", "先月后日"),
        (date(1900, 2, 28), "不可靠"), (ERROR_CELL, "公式"), ("2026-10", "不是日期"), ("１", "不是日期"), ("31 Foo 2026", "不是日期"),
    ],
)  # fmt: skip
def test_an_impossible_day_is_refused_with_the_reason(cell: values.Cell, part: str) -> None:
    with pytest.raises(Refused) as no:
        the_day(cell)
    assert part in str(no.value)


def test_the_serials_around_the_day_that_never_was() -> None:
    early = date(1900, 1, 1)
    assert values.day(59.0, today=TODAY, earliest=early) == date(1900, 2, 28)
    assert values.day(61.0, today=TODAY, earliest=early) == date(1900, 3, 1)
    assert values.day(1.0, today=TODAY, earliest=early) == early
    with pytest.raises(Refused):
        values.day(60.0, today=TODAY, earliest=early)


def test_a_workbook_of_1904_counts_from_1904() -> None:
    assert the_day(46296.0 - 1462, base_1904=True) == date(2026, 10, 1)


def test_western_order_is_taken_only_where_it_is_certain() -> None:
    assert the_day("25/12/2025") == the_day("12/25/2025") == date(2025, 12, 25)
    assert the_day("3/3/2025") == date(2025, 3, 3)


@given(
    st.dates(EARLIEST, TODAY),
    st.sampled_from(["{0}-{1}-{2}", "{0}.{1}.{2}", "{0}年{1}月{2}日", "{0}/{1:02}/{2:02}"]),
)
def test_every_day_comes_back(day: date, pattern: str) -> None:
    assert the_day(pattern.format(day.year, day.month, day.day)) == day
    assert the_day(float((day - date(1899, 12, 30)).days)) == day
    assert the_day(day) == day


S, L = Calendar.SOLAR, Calendar.LUNAR


@pytest.mark.parametrize(
    ("cell", "want"),
    [
        ("1990.5.3", Birthday(S, 5, 3, False, 1990)),
        ("90-5-3", Birthday(S, 5, 3, False, 1990)),
        ("05-5-3", Birthday(S, 5, 3, False, 2005)),
        ("26-5-3", Birthday(S, 5, 3, False, 1926)),
        ("5月3日", Birthday(S, 5, 3)),
        ("５月３日", Birthday(S, 5, 3)),
        ("五月三日", Birthday(S, 5, 3)),
        ("05.03", Birthday(S, 5, 3)),
        ("5-3", Birthday(S, 5, 3)),
        ("2月29日", Birthday(S, 2, 29)),
        (8.15, Birthday(S, 8, 15)),
        (5.4, Birthday(S, 5, 4)),
        (19900503.0, Birthday(S, 5, 3, False, 1990)),
        (32996.0, Birthday(S, 5, 3, False, 1990)),
        (date(1988, 7, 1), Birthday(S, 7, 1, False, 1988)),
        ("一九九〇年五月三日", Birthday(S, 5, 3, False, 1990)),
        ("公历1990-05-03", Birthday(S, 5, 3, False, 1990)),
        ("农历腊月初八", Birthday(L, 12, 8)),
        ("腊月初八", Birthday(L, 12, 8)),
        ("农历三月十八", Birthday(L, 3, 18)),
        ("阴历三月十八", Birthday(L, 3, 18)),
        ("旧历 三月 十八", Birthday(L, 3, 18)),
        ("三月廿八", Birthday(L, 3, 28)),
        ("农历冬月廿四", Birthday(L, 11, 24)),
        ("农历十一月二十四", Birthday(L, 11, 24)),
        ("农历十二月三十", Birthday(L, 12, 30)),
        ("农历正月初一", Birthday(L, 1, 1)),
        ("农历十月十五", Birthday(L, 10, 15)),
        ("闰四月初一", Birthday(L, 4, 1, True)),
        ("农历闰四月初一", Birthday(L, 4, 1, True)),
        ("8.15(农历)", Birthday(L, 8, 15)),
        ("8.15（农历）", Birthday(L, 8, 15)),
        ("农历8月15日", Birthday(L, 8, 15)),
        ("农历8-15", Birthday(L, 8, 15)),
        ("阴历：八月十五", Birthday(L, 8, 15)),
        ("农历1990年八月十五", Birthday(L, 8, 15, False, 1990)),
        ("农历一九九〇年八月十五", Birthday(L, 8, 15, False, 1990)),
        ("1990年农历八月十五", Birthday(L, 8, 15, False, 1990)),
        ("农历1990.8.15", Birthday(L, 8, 15, False, 1990)),
        ("", None),
        ("　", None),
        (None, None),
    ],
)
def test_a_birthday_is_read_however_it_is_written(cell: values.Cell, want: Birthday | None) -> None:
    assert the_birthday(cell) == want


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("1990-02-30", "2月"), ("1990.2.30", "2月"), ("2月30日", "2月"), ("13月1日", "月份"), ("农历八月三十一", "农历"),
        ("农历十三月初一", "农历"), ("闰正月初一", "闰正月"), ("2026-12-31", "还没有到"), ("1990", "只有年份"), (1990.0, "只有年份"),
        (5.3, "30"), ("属马", "不是日期"), ("农历", "农历"), ("农历2026年闰六月初一", "2026"), (60.0, "60"), ("1850-01-01", "1900"),
    ],
)  # fmt: skip
def test_an_impossible_birthday_is_refused_with_the_reason(cell: values.Cell, part: str) -> None:
    with pytest.raises(Refused) as no:
        the_birthday(cell)
    assert part in str(no.value)


def test_a_column_beside_it_says_that_the_birthday_is_lunar() -> None:
    assert the_birthday("8月15日", lunar=True) == Birthday(L, 8, 15)
    assert the_birthday("八月十五", lunar=True) == Birthday(L, 8, 15)
    assert the_birthday("8月15日", lunar=False) == Birthday(S, 8, 15)
    with pytest.raises(Refused, match="农历生日"):
        the_birthday(date(1990, 8, 15), lunar=True)


@pytest.mark.parametrize(
    ("cell", "want"),
    [
        ("13812345678", ("13812345678",)), (13812345678.0, ("13812345678",)), (13812345678, ("13812345678",)),
        ("1.3812345678E10", ("13812345678",)), ("13812345678.0", ("13812345678",)), ("１３８１２３４５６７８", ("13812345678",)),
        ("138-1234-5678", ("13812345678",)), (" 138 1234 5678", ("13812345678",)), ("'13812345678", ("13812345678",)),
        ("+86 138 1234 5678", ("13812345678",)), ("0086-13812345678", ("13812345678",)), ("8613812345678", ("13812345678",)),
        ("13812345678/13987654321", ("13812345678", "13987654321")), ("13812345678、13987654321", ("13812345678", "13987654321")),
        ("13812345678，13987654321", ("13812345678", "13987654321")), ("13812345678;13987654321", ("13812345678", "13987654321")),
        ("13812345678 13987654321", ("13812345678", "13987654321")), ("138 1234 5678 139 8765 4321", ("13812345678", "13987654321")),
        ("13812345678\n0825-2345678", ("13812345678", "08252345678")), ("13812345678/13812345678", ("13812345678",)),
        ("010-87654321", ("01087654321",)), ("(0825)2345678", ("08252345678",)), ("（028）87654321", ("02887654321",)),
        ("+86 28 87654321", ("02887654321",)), ("手机：13812345678", ("13812345678",)), ("", ()), (None, ()),
    ],
)  # fmt: skip
def test_phones_are_read_however_they_are_written(cell: values.Cell, want: tuple[str, ...]) -> None:
    if want or not cell:
        assert values.phones(cell) == want
        return
    with pytest.raises(Refused):
        values.phones(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "12345",
        "12812345678",
        "1381234567",
        "138123456789",
        "一三八",
        "1.38123E10",
        1.38e17,
        "+81 90 1234 5678",
        ERROR_CELL,
        True,
    ],
)
def test_what_is_not_a_phone_is_refused(cell: values.Cell) -> None:
    with pytest.raises(Refused):
        values.phones(cell)


def test_a_number_from_abroad_needs_its_tick() -> None:
    assert values.phones("+81 90 1234 5678", foreign=True) == ("819012345678",)


LIMIT = 1_000_000_000


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("￥1,299.00", 129900), ("¥1299", 129900), ("1299元", 129900), ("１２９９", 129900), ("￥１，２９９．００", 129900),
        (1299.0, 129900), (1299, 129900), ("1299.5", 129950), ("1299.50", 129950), ("1299.500", 129950), (19.99, 1999),
        ("19.99", 1999), (239.20000000000002, 23920), (0.1 + 0.2, 30), ("-50", -5000), ("-￥50.00", -5000), ("￥-50", -5000),
        ("(50.00)", -5000), ("−50", -5000), (-50.0, -5000), ("0", 0), (0.0, 0), (" 1 299 ", 129900), ("RMB 99", 9900), ("99元整", 9900),
        (".5", 50), ("5.", 500), ("+99", 9900), ("10000000", LIMIT), ("1,299,000", 129900000),
    ],
)  # fmt: skip
def test_money_is_whole_fen(cell: values.Cell, fen: int) -> None:
    assert values.money(cell, LIMIT) == fen


@pytest.mark.parametrize(
    "cell",
    ["", None, "一百", "12,99", "1,2,3", "1e5", "0x10", "NaN", "inf", float("nan"), float("inf"), 1e309, "1e309", 2.0**63, "99.999",
     99.999, "10000000.01", "9223372036854775808", True, "12a", "1.2.3", "--5", "￥", "5%", "9" * 400, "٣٤", "²", ERROR_CELL,
     date(2026, 1, 1)],
)  # fmt: skip
def test_what_is_not_an_amount_is_refused(cell: values.Cell) -> None:
    with pytest.raises(Refused):
        values.money(cell, LIMIT)


@given(st.integers(-LIMIT, LIMIT))
def test_every_amount_comes_back_to_the_fen(fen: int) -> None:
    yuan = Decimal(fen) / 100
    assert values.money(f"{yuan:.2f}", LIMIT) == fen
    assert values.money(f"￥{yuan:,.2f}", LIMIT) == fen
    assert values.money(float(yuan), LIMIT) == fen


@pytest.mark.parametrize(("cell", "cm"), [("165cm", 165), ("165", 165), (165.0, 165), ("1.65m", 165), (1.65, 165), ("１６５ＣＭ", 165), ("", None), ("100", 100), ("230", 230), ("165.4", 165)])  # fmt: skip
def test_heights(cell: values.Cell, cm: int | None) -> None:
    assert values.height(cell, 100, 230) == cm


@pytest.mark.parametrize("cell", ["99", "231", "一米六", "高", -165.0])
def test_impossible_heights(cell: values.Cell) -> None:
    with pytest.raises(Refused):
        values.height(cell, 100, 230)


@pytest.mark.parametrize(
    ("cell", "cm"),
    [("84cm", 84), (84.0, 84), ("2尺1", 70), ("2尺1寸", 70), ("二尺一", 70), ("两尺一寸", 70), ("2尺", 67), ("2尺半", 83), ("2.1尺", 70), (2.1, 70), ("2市尺1", 70), ("2尺1寸5分", 72), ("", None)],
)  # fmt: skip
def test_waists(cell: values.Cell, cm: int | None) -> None:
    assert values.waist(cell, 40, 160) == cm


@pytest.mark.parametrize("cell", ["39", "161", "27寸", "细", "1尺"])
def test_impossible_waists(cell: values.Cell) -> None:
    with pytest.raises(Refused):
        values.waist(cell, 40, 160)


def test_ticks_are_read_and_never_guessed() -> None:
    assert all(values.tick(cell) for cell in ("是", "特价", "√", "1", 1.0, "Y", "y", "Yes", True, "Ｙ"))
    assert not any(values.tick(cell) for cell in ("", None, "否", "0", 0.0, "N", False, "正价"))
    for cell in ("大概", "2", "x"):
        with pytest.raises(Refused):
            values.tick(cell)


def test_names() -> None:
    assert values.name(" 王 小丽", 60) == "王小丽"
    assert values.name("王　小丽", 60) == "王小丽"
    assert values.name(" Anna  Maria ", 60) == "Anna Maria"
    assert values.name("阿迪力 · 买买提", 60) == "阿迪力·买买提"
    assert values.name("𠮷田䶮", 60) == "𠮷田䶮"
    assert values.name('O\'Brien "Bob"; DROP TABLE', 60) == 'O\'Brien "Bob"; DROP TABLE'
    assert values.name("小红🌹", 60) == "小红🌹"
    assert values.name("王\x00小\x07丽", 60) == "王小丽"
    assert values.name("e\u0301va", 60) == "éva"
    for bad in ("", "  ", "\u200b", "---", "王" * 61):
        with pytest.raises(Refused):
            values.name(bad, 60)


def test_lists_addresses_and_postcodes() -> None:
    assert values.items("墨绿/米白", 200) == "墨绿、米白"
    assert values.items("风衣、裤装", 200) == "风衣、裤装"
    assert values.items("黑色 红色，黑色", 200) == "黑色 红色、黑色"
    assert values.items("黑色 红色", 200) == "黑色、红色"
    assert values.items("polo shirt", 200) == "polo shirt"
    assert values.address("629000 船山区和平路1号", 200) == ("629000", "船山区和平路1号")
    assert values.address("６２９０００船山区和平路1号", 200) == ("629000", "船山区和平路1号")
    assert values.address("船山区和平路1号（邮编629000）", 200) == ("629000", "船山区和平路1号")
    assert values.address("和平路123456号", 200) == ("", "和平路123456号")
    assert values.postcode(10000.0) == "010000"
    with pytest.raises(Refused):
        values.postcode("6290")


def test_codes_and_numbers_that_excel_has_damaged() -> None:
    assert values.code(10001.0, 32) == "10001"
    assert values.code("ＨＰ ０００１", 32) == "HP0001"
    assert values.code("00012", 32) == "00012"
    assert values.code(999999999999999.0, 32) == "999999999999999"
    for damaged in (1e15, 1.234567890123457e17):
        with pytest.raises(Refused, match="15"):
            values.code(damaged, 32)


@given(st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.none()))  # fmt: skip
def test_no_cell_whatever_raises_anything_but_a_refusal(cell: values.Cell) -> None:
    for reader in (
        the_day,
        the_birthday,
        values.phones,
        lambda cell: values.money(cell, LIMIT),
        lambda cell: values.height(cell, 100, 230),
        lambda cell: values.waist(cell, 40, 160),
        lambda cell: values.name(cell, 60),
        lambda cell: values.code(cell, 32),
        lambda cell: values.items(cell, 200),
        lambda cell: values.address(cell, 200),
        lambda cell: values.count(cell, 100),
        values.tick,
        values.sex,
        values.postcode,
    ):
        try:
            reader(cell)
        except Refused as no:
            assert str(no)
