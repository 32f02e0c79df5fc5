"""`gifts stock stocktake`: the whole shelf counted and booked (spec 03 §7)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from services import stock
from services.errors import Refused
from services.formats import money, short_day, yuan
from services.words import _
from ui.cli.frame import Answer


def add(commands: Any) -> None:
    parser = commands.add_parser("stocktake", help=_("盘点整个货架"))
    steps = parser.add_subparsers(
        dest="step", required=True, metavar="begin|show|sheet|enter|close|cancel|undo"
    )
    steps.add_parser("begin", help=_("开始一次盘点")).set_defaults(run=_begin, writes=True)
    steps.add_parser("show", help=_("正在进行的盘点和差额")).set_defaults(run=_show)
    sheet = steps.add_parser("sheet", help=_("盘点表：打印出来，到货架前填"))
    sheet.add_argument("--out", required=True, type=Path, metavar="FILE.pdf|.xlsx|.csv")
    sheet.add_argument("--book", action="store_true", help=_("印上账面数；不印数得更实在"))
    sheet.set_defaults(run=_sheet)
    enter = steps.add_parser("enter", help=_("填实数：名称=件数，可以写几个"))
    enter.add_argument("counted", nargs="+", metavar="NAME=N")
    enter.set_defaults(run=_enter, writes=True)
    close = steps.add_parser("close", help=_("差额入账"))
    close.add_argument("--by", required=True, metavar="NAME", help=_("谁盘点的"))
    close.add_argument("--note", default="")
    close.set_defaults(run=_close, writes=True)
    cancel = steps.add_parser("cancel", help=_("作废这次盘点，写明原因"))
    cancel.add_argument("--reason", required=True)
    cancel.set_defaults(run=_cancel, writes=True)
    undo = steps.add_parser("undo", help=_("撤销一次盘点的入账"))
    undo.add_argument("stocktake", type=int, metavar="ID")
    undo.add_argument("--reason", default="")
    undo.set_defaults(run=_undo_stocktake, writes=True)


def _begin(shop: Any, _args: argparse.Namespace) -> Answer:
    stock.begin_stocktake(shop)
    return _show(shop, _args)


def _open(shop: Any) -> stock.StocktakeView:
    found = stock.open_stocktake(shop)
    if found is None:
        raise Refused("现在没有盘点。用“gifts stock stocktake begin”开始一次。")
    return found


def _show(shop: Any, _args: argparse.Namespace) -> Answer:
    view = _open(shop)
    data = {
        "stocktake": view.id,
        "day": view.day.isoformat(),
        "lines": [
            {
                "gift": line.gift,
                "class": line.gift_class,
                "book": line.book,
                "counted": line.counted,
                "difference": line.difference,
                "value": yuan(line.value),
                "moved": line.moved,
            }
            for line in view.lines
        ],
    }
    text = [_("盘点 {id} · {day} · {n} 种，已数 {done} 种").format(
        id=view.id, day=short_day(view.day), n=len(view.lines), done=view.counted)]  # fmt: skip
    text += [
        _("  {gift}  账面 {book}  实数 {counted}  相差 {difference}  {value}").format(
            gift=line.gift,
            book=line.book,
            counted=line.counted,
            difference=f"{line.difference:+d}",
            value=money(line.value),
        )
        for line in view.differences
    ]
    return Answer(data, "\n".join(text))


def _sheet(shop: Any, args: argparse.Namespace) -> Answer:
    from services.gift_checks import stock_files

    pages = stock_files.count_sheet(shop, _open(shop).id, args.out, with_book=args.book)
    words = _("盘点表已写入 {file}。").format(file=args.out)
    return Answer({"file": str(args.out), "pages": pages}, words)


def _enter(shop: Any, args: argparse.Namespace) -> Answer:
    view = _open(shop)
    counted: dict[int, int | None] = {}
    for part in args.counted:
        name, _equals, number = part.rpartition("=")
        if not name or not number.strip().isdecimal():
            raise Refused("“{value}”不对：请写成 名称=件数，如 保温杯=12。", value=part, field="counted")
        counted[stock.by_name(shop, name).id] = int(number)
    stock.enter_counts(shop, view.id, counted)
    return _show(shop, args)


def _close(shop: Any, args: argparse.Namespace) -> Answer:
    done = stock.close_stocktake(shop, _open(shop).id, args.by, args.note)
    words = _("盘点 {id} 已入账：数了 {n} 种，少 {short} 件 {lost}，多 {over} 件 {found}。").format(
        id=done.id,
        n=done.counted,
        short=done.short,
        lost=money(done.lost),
        over=done.over,
        found=money(done.found),
    )
    if done.waits:
        words += _("差额超过限额，等店主确认，库存还没有动。")
    data = {
        "stocktake": done.id,
        "counted": done.counted,
        "short": done.short,
        "over": done.over,
        "lost": yuan(done.lost),
        "found": yuan(done.found),
        "waits": done.waits,
    }
    return Answer(data, words)


def _cancel(shop: Any, args: argparse.Namespace) -> Answer:
    view = _open(shop)
    stock.cancel_stocktake(shop, view.id, args.reason)
    return Answer({"stocktake": view.id}, _("盘点 {id} 已作废，库存没有动。").format(id=view.id))


def _undo_stocktake(shop: Any, args: argparse.Namespace) -> Answer:
    stock.undo_stocktake(shop, args.stocktake, args.reason)
    return Answer({"stocktake": args.stocktake}, _("盘点 {id} 的入账已撤销。").format(id=args.stocktake))
