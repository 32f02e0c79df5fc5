"""Old workbooks to import: invented customers and purchases, made once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks import books
from services import demo_people

CUSTOMER_TITLES = ("卡号", "姓名", "手机", "生日", "性别", "地址", "邮编", "尺码", "登记日期", "备注")
PURCHASE_TITLES = ("日期", "卡号", "姓名", "小票号", "货号", "尺码", "数量", "吊牌价", "实付金额", "备注")


def customers(count: int) -> Iterator[tuple[object, ...]]:
    rng = Random(7)
    for number in range(1, count + 1):
        person = demo_people.person(rng, number, 7, books.TODAY)
        born = f"19{rng.randrange(55, 99)}.{rng.randrange(1, 13)}.{rng.randrange(1, 28)}"
        yield (
            f"H{number:07}",
            person.name,
            demo_people.phone(number, 7),
            born,
            "女",
            person.address,
            person.postcode,
            rng.choice("SML"),
            f"202{rng.randrange(0, 6)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 28):02}",
            "",
        )


def purchases(count: int, people: int) -> Iterator[tuple[object, ...]]:
    """Of the customers that `customers(people)` gives."""
    rng = Random(8)
    for number in range(1, count + 1):
        price = rng.randrange(59, 1299)
        day = f"202{rng.randrange(4, 6)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 28):02}"
        card = f"H{rng.randrange(1, people + 1):07}"
        yield (
            day,
            card,
            "",
            f"T{number:07}",
            f"N{rng.randrange(9000)}",
            rng.choice("SML"),
            1,
            price,
            f"￥{price}.00",
            "",
        )


def workbook(kind: str, count: int, people: int = 0) -> Path:
    """An .xlsx with this many rows."""
    path = books.WORK / f"{kind}-{count}.xlsx"
    if not path.exists():
        from openpyxl import Workbook

        books.WORK.mkdir(exist_ok=True)
        book = Workbook(write_only=True)
        sheet = book.create_sheet("老资料")
        titles, rows = _table(kind, count, people)
        sheet.append(titles)
        for row in rows:
            sheet.append(row)
        book.save(path)
    return path


def text_file(kind: str, count: int, people: int = 0) -> Path:
    """The same as .csv: quick to make."""
    path = books.WORK / f"{kind}-{count}.csv"
    if not path.exists():
        books.WORK.mkdir(exist_ok=True)
        titles, rows = _table(kind, count, people)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(titles)
            writer.writerows(rows)
    return path


def _table(kind: str, count: int, people: int) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    if kind == "customers":
        return CUSTOMER_TITLES, customers(count)
    return PURCHASE_TITLES, purchases(count, people)
