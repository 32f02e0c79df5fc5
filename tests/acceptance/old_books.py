"""Writes workbooks as shops keep them, with the disorder of many hands, and says what a right reading yields.

Every person, number and address is invented.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

END = date(2026, 11, 15)
SURNAMES = [*"王李张刘陈杨赵黄单曾解仇查区", "欧阳", "尉迟"]
GIVEN = "芳娜敏静丽娟艳秀霞平玉桂燕梅婷慧琳璐瑶䶮堃喆犇"
LUNAR_MONTHS = "正二三四五六七八九十冬腊"
LUNAR_DAYS = (
    ["初" + d for d in "一二三四五六七八九十"]
    + ["十" + d for d in "一二三四五六七八九"]
    + ["二十", "廿一", "廿九"]
)
LUNAR_NUMBERS = [*range(1, 21), 21, 29]
AMOUNTS = (99, 159, 199, 259, 399, 599, 1299)


@dataclass
class Person:
    name: str
    phones: list[str]
    birthday: tuple[str, int, int, int | None] | None
    """Calendar, month, day, year if known."""
    tickets: dict[date, int] = field(default_factory=dict)
    """Fen paid a day."""
    lines: int = 0


@dataclass
class Truth:
    people: dict[str, Person] = field(default_factory=dict)
    customer_rows: int = 0
    customers_refused: list[tuple[int, str]] = field(default_factory=list)
    """Row as Excel counts it, and the column it is about."""
    purchase_rows: int = 0
    purchases_refused: list[tuple[int, str]] = field(default_factory=list)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


class Writer:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.truth = Truth()

    def birthday(self) -> tuple[Any, tuple[str, int, int, int | None] | None]:
        """(what stands in the cell, what it means)"""
        r = self.random
        day = date(1960, 1, 1) + timedelta(days=r.randrange(16_000))
        known = ("solar", day.month, day.day, day.year)
        month, number = r.randrange(12), r.randrange(len(LUNAR_DAYS))
        return r.choice(
            [
                (day.isoformat(), known),
                (f"{day.year}.{day.month}.{day.day}", known),
                (full_width(f"{day.year}-{day.month}-{day.day}"), known),
                (datetime(day.year, day.month, day.day), known),
                ((day - date(1899, 12, 30)).days, known),
                (f"{day.month}月{day.day}日", (*known[:3], None)),
                (
                    f"农历{LUNAR_MONTHS[month]}月{LUNAR_DAYS[number]}",
                    ("lunar", month + 1, LUNAR_NUMBERS[number], None),
                ),
                ("", None),
            ]
        )

    def phone(self) -> tuple[Any, list[str]]:
        r = self.random
        one, two = (f"1{r.choice('3589')}{r.randrange(10**9):09d}" for _n in range(2))
        spaced = f" {one[:3]} {one[3:7]} {one[7:]}"
        return r.choice(
            [
                (one, [one]),
                (float(one), [one]),
                (f"{one[:3]}-{one[3:7]}-{one[7:]}", [one]),
                (spaced, [one]),
                (full_width(one), [one]),
                (f"{one}、{two}", [one, two]),
            ]
        )

    def customers(self, count: int) -> list[list[Any]]:
        r, table = self.random, []
        table.append(["和平路店老顾客资料登记表"])
        table.append(["登记人：", "", "", "更新：2026.11"])
        header = ["顾客姓名", "会员卡号", "等级", "生日", "联系电话", "身高(cm)", "腰围", "邮寄地址"]
        table.append(header)
        for number in range(1, count + 1):
            name = r.choice(SURNAMES) + "".join(r.sample(GIVEN, r.choice((1, 2))))
            card = f"HP{number:05d}"
            kept_birthday, birthday = self.birthday()
            kept_phone, phones = self.phone()
            kept_name = name if r.random() > 0.1 else f" {name[0]} {name[1:]}"
            waist = r.choice([70, "70cm", "2尺1", ""])
            row = [kept_name, card, r.choice(["普通", "金卡", ""]), kept_birthday, kept_phone, "165cm", waist]
            table.append([*row, r.choice(["", "629000 船山区和平路9号"])])
            self.truth.people[card] = Person(name, phones, birthday)
            self.truth.customer_rows += 1
            if number == count // 3:
                table += [[], ["二组老顾客"], header]
            if number == count // 2:
                table += [["合计", f"{number}人"]]
        for bad, column in (
            (["", "HP90001", "", "", "13900000001"], "顾客姓名"),
            (["错生日", "HP90002", "", "1990-02-30", "13900000002"], "生日"),
            (["错电话", "HP90003", "", "", "12345"], "联系电话"),
            (["重卡号", "HP00001", "", "", "13900000004"], "会员卡号"),
            (["错身高", "HP90005", "", "", "13900000005", "17"], "身高(cm)"),
        ):
            table.append(bad)
            self.truth.customer_rows += 1
            self.truth.customers_refused.append((len(table), column))
        return table

    def purchases(self) -> list[list[Any]]:
        r = self.random
        table: list[list[Any]] = [["卡号", "购买日期", "货号", "消费金额", "积分", "是否特价"]]
        for card, person in self.truth.people.items():
            for _n in range(min(60, int(r.expovariate(1 / 7)) + 1)):
                day = END - timedelta(days=int(r.betavariate(1, 2.2) * 1000))
                amount = r.choice(AMOUNTS)
                self._line(table, card, person, day, amount)
                if r.random() < 0.03:  # two equal rows are two purchases
                    self._line(table, card, person, day, amount, again=True)
            if int(card[2:]) % 20 == 0:
                table += [["小计", "", "", 1234], []]
        for bad, column in (
            (["HP99999", "2026-10-01", "Q1", 100], "卡号"),
            (["HP00001", "2028-01-01", "Q1", 100], "购买日期"),
            (["HP00002", "2026.2.30", "Q1", 100], "购买日期"),
            (["HP00003", "2026-10-01", "Q1", "一百"], "消费金额"),
            (["HP00004", "2026-10-01", "Q1", 1e15], "消费金额"),
        ):
            table.append(bad)
            self.truth.purchase_rows += 1
            self.truth.purchases_refused.append((len(table), column))
        return table

    def _line(
        self, table: list[list[Any]], card: str, person: Person, day: date, amount: int, again: bool = False
    ) -> None:
        r = self.random
        if again:
            table.append(list(table[-1]))
        else:
            shown = r.choice(
                [day, day.isoformat(), f"{day.year}.{day.month}.{day.day}", f"{day:%Y年%m月%d日}"]
            )
            price = r.choice([amount, float(amount), f"￥{amount:,}.00", full_width(str(amount))])
            table.append([card, shown, f"Q{r.randrange(1000, 9999)}", price, "", r.choice(["", "", "是"])])
        person.tickets[day] = person.tickets.get(day, 0) + amount * 100
        person.lines += 1
        self.truth.purchase_rows += 1


def xlsx(path: Path, table: list[list[Any]], title: str = "登记") -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in table:
        sheet.append(row)
    book.save(path)
    return path


def csv(path: Path, table: list[list[Any]], encoding: str) -> Path:
    import csv as standard
    import io

    text = io.StringIO()
    standard.writer(text).writerows([[_plain(cell) for cell in row] for row in table])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def _plain(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%Y/%m/%d}"
    if isinstance(cell, float):
        return f"{cell:.10E}" if cell > 1e9 else f"{cell:.2f}"
    return str(cell)
