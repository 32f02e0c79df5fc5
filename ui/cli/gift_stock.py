"""`gifts stock`: catalogue, moves by hand, a gift's card, valuation, what to buy (spec 03, 07)."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path
from typing import Any

from services import stock
from services.errors import Refused
from services.formats import money, short_day, yuan
from services.stock import Booked, GiftItem
from services.words import _
from ui.cli import gift_stocktake
from ui.cli.frame import Answer, a_day


def add(verbs: Any) -> None:
    parser = verbs.add_parser("stock", help=_("礼品目录和库存"))
    commands = parser.add_subparsers(
        dest="stock_verb",
        required=True,
        metavar="add|receive|count|breakage|return|stocktake|card|value|list",
    )
    _add_catalogue(commands)
    _add_moves(commands)
    gift_stocktake.add(commands)
    _add_reading(commands)


def _add_catalogue(commands: Any) -> None:
    new = commands.add_parser("add", help=_("新增礼品"))
    new.add_argument("name", metavar="NAME")
    new.add_argument("--class", dest="gift_class", required=True, metavar="CLASS")
    new.add_argument("--cost", required=True, metavar="YUAN")
    new.add_argument("--face", default=None, metavar="YUAN", help=_("礼金券的面值"))
    new.add_argument("--qty", type=int, default=0, metavar="N", help=_("同时入库的件数"))
    new.add_argument("--supplier", default="")
    new.add_argument("--reorder", type=int, default=0, metavar="N", help=_("补货线"))
    new.add_argument("--suits", default="", help=_("适合的喜好，用、隔开"))
    new.set_defaults(run=_add_gift, writes=True)


def _add_moves(commands: Any) -> None:
    receive = commands.add_parser("receive", help=_("入库"))
    _name_and_pieces(receive)
    receive.add_argument(
        "--cost", default=None, metavar="YUAN", help=_("这一批每件的进价；不写就按目录的成本")
    )
    receive.add_argument("--supplier", default="", help=_("供应商和送货单号"))
    receive.add_argument("--new-cost", action="store_true", help=_("目录里的成本也改成这个进价"))
    receive.set_defaults(run=_receive, writes=True)
    for names, handler, words in (
        (("count",), _count, _("盘点：填实际数到的件数")),
        (("breakage", "break"), _breakage, _("损耗，写明原因")),
    ):
        step = commands.add_parser(names[0], aliases=list(names[1:]), help=words)
        _name_and_pieces(step)
        step.set_defaults(run=handler, writes=True)
    back = commands.add_parser("return", help=_("客户退回的礼品入库：取消那一条，写明原因"))
    back.add_argument("line", type=int, metavar="LINE")
    back.add_argument("--reason", required=True)
    back.set_defaults(run=_return, writes=True)
    undo = commands.add_parser("undo", help=_("撤销一笔手工的流水：当天由本人，之后由店主"))
    undo.add_argument("move", type=int, metavar="MOVE")
    undo.add_argument("--reason", default="")
    undo.set_defaults(run=_undo, writes=True)
    waiting = commands.add_parser("waiting", help=_("等店主确认的损耗和差额"))
    waiting.set_defaults(run=_waiting)
    for name, handler, words in (
        ("confirm", _confirm, _("店主确认损耗或差额")),
        ("refuse", _refuse, _("店主退回损耗或差额，写明原因")),
    ):
        decide = commands.add_parser(name, help=words)
        decide.add_argument("claim", type=int, nargs="+", metavar="ID")
        if name == "refuse":
            decide.add_argument("--reason", required=True)
        decide.set_defaults(run=handler, writes=True)


def _add_reading(commands: Any) -> None:
    card = commands.add_parser("card", help=_("一种礼品的全部流水和结存"))
    card.add_argument("name", metavar="NAME")
    _out(card)
    card.set_defaults(run=_card)
    value = commands.add_parser("value", help=_("某一天的库存值（移动加权平均）"))
    value.add_argument("--on", type=a_day, default=None, metavar="YYYY-MM-DD")
    _out(value)
    value.set_defaults(run=_value)
    buy = commands.add_parser("reorder", help=_("低于补货线、该补货的礼品"))
    _out(buy)
    buy.set_defaults(run=_reorder)
    commands.add_parser("list", help=_("目录和库存")).set_defaults(run=_list)


def _name_and_pieces(step: Any) -> None:
    step.add_argument("name", metavar="NAME")
    step.add_argument("--qty", type=int, required=True, metavar="N")
    step.add_argument("--reason", default="")


def _out(step: Any) -> None:
    step.add_argument("--out", type=Path, default=None, metavar="FILE.xlsx|.csv", help=_("同时存成表格"))


# --- catalogue and moves


def _add_gift(shop: Any, args: argparse.Namespace) -> Answer:
    face = None if args.face is None else fen(args.face, "face")
    gift_id = stock.add_gift(
        shop,
        args.name,
        args.gift_class,
        fen(args.cost, "cost"),
        face_value=face,
        supplier=args.supplier,
        reorder_level=args.reorder,
        suits=args.suits,
    )
    if args.qty:
        stock.receive(shop, gift_id, args.qty)
    item = stock.item(shop, gift_id)
    words = _("已新增 {name}，成本 {cost}，库存 {n}。").format(
        name=item.name, cost=money(item.cost), n=item.stock
    )
    if item.face_value:
        words += _("面值 {value}。").format(value=money(item.face_value))
    return _gifts([item], words)


def fen(text: str, field: str) -> int:
    """Yuan as typed (`25`, `25.50`, `￥25`) in whole fen."""
    found = re.fullmatch(r"[￥¥]?(\d{1,9})(?:\.(\d{1,2}))?(?:元)?", text.strip().replace(",", ""))
    if not found:
        raise Refused("金额“{value}”不对：请写成 25 或 25.50 这样。", value=text, field=field)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _receive(shop: Any, args: argparse.Namespace) -> Answer:
    item = stock.by_name(shop, args.name)
    cost = None if args.cost is None else fen(args.cost, "unit_cost")
    done = stock.receive(
        shop, item.id, args.qty, args.reason, unit_cost=cost, supplier=args.supplier, new_cost=args.new_cost
    )
    words = _("{name} 入库 {n} 件，现有 {stock} 件。").format(name=item.name, n=args.qty, stock=done.stock)
    return _booked(shop, item.id, done, words)


def _count(shop: Any, args: argparse.Namespace) -> Answer:
    item = stock.by_name(shop, args.name)
    done = stock.count(shop, item.id, args.qty, args.reason)
    words = _("{name} 盘点 {n} 件，与账面相差 {difference}。").format(
        name=item.name, n=args.qty, difference=f"{done.difference:+d}"
    )
    return _booked(shop, item.id, done, words)


def _breakage(shop: Any, args: argparse.Namespace) -> Answer:
    item = stock.by_name(shop, args.name)
    done = stock.write_off(shop, item.id, args.qty, args.reason)
    words = _("{name} 损耗 {n} 件，现有 {stock} 件。").format(name=item.name, n=args.qty, stock=done.stock)
    return _booked(shop, item.id, done, words)


def _booked(shop: Any, gift_id: int, done: Booked, words: str) -> Answer:
    if done.waits:
        words += _("超过限额，第 {id} 笔等店主确认，库存还没有动。").format(id=done.claim_id)
    answer = _gifts([stock.item(shop, gift_id)], words)
    more = {"difference": done.difference, "move": done.move_id, "waits": done.waits, "claim": done.claim_id}
    return Answer({**(answer.data or {}), **more}, answer.text)


def _return(shop: Any, args: argparse.Namespace) -> Answer:
    from services import gifts

    line = gifts.line(shop, args.line)
    gifts.to_stock_again(shop, args.line, args.reason)
    words = _("“{gift}”已退回库存，第 {id} 条取消。").format(gift=line.gift, id=args.line)
    if line.gift_id is None:
        return Answer({"gifts": []}, words)
    return _gifts([stock.item(shop, line.gift_id)], words)


def _undo(shop: Any, args: argparse.Namespace) -> Answer:
    done = stock.take_back(shop, args.move, args.reason)
    words = _("第 {id} 笔已撤销，现有 {n} 件。").format(id=args.move, n=done.stock)
    return Answer({"move": done.move_id, "difference": done.difference, "stock": done.stock}, words)


def _waiting(shop: Any, _args: argparse.Namespace) -> Answer:
    found = stock.waiting_claims(shop)
    data = [
        {
            "id": one.id,
            "gift": one.gift,
            "kind": one.kind.value,
            "quantity": one.quantity,
            "value": yuan(one.value),
            "reason": one.reason,
            "day": one.day.isoformat(),
            "by": one.by,
            "stock": one.stock,
        }
        for one in found
    ]
    text = "\n".join(
        _("  {id}  {day}  {gift}  {n}  {value}  {by}  {reason}").format(
            id=one.id,
            day=short_day(one.day),
            gift=one.gift,
            n=f"{one.quantity:+d}",
            value=money(one.value),
            by=one.by,
            reason=one.reason,
        )
        for one in found
    )
    return Answer({"claims": data}, text or _("没有等店主确认的损耗和差额。"))


def _confirm(shop: Any, args: argparse.Namespace) -> Answer:
    done = len(stock.confirm(shop, args.claim))
    return Answer({"confirmed": done}, _("已确认 {n} 笔，库存已改。").format(n=done))


def _refuse(shop: Any, args: argparse.Namespace) -> Answer:
    done = stock.refuse(shop, args.claim, args.reason)
    return Answer({"refused": done}, _("已退回 {n} 笔，库存没有动。").format(n=done))


# --- reading


def _card(shop: Any, args: argparse.Namespace) -> Answer:
    item = stock.by_name(shop, args.name)
    rows = stock.card(shop, item.id)
    if args.out:
        from services.gift_checks import stock_files

        stock_files.save_card(shop, item.id, args.out)
    data = [
        {
            "id": row.id,
            "day": row.day.isoformat(),
            "kind": row.kind.value,
            "quantity": row.quantity,
            "balance": row.balance,
            "unit_cost": None if row.unit_cost is None else yuan(row.unit_cost),
            "supplier": row.supplier,
            "reason": row.reason,
            "user": row.user,
            "customer": row.customer,
            "confirmed_by": row.confirmed_by,
            "reverses": row.reverses,
        }
        for row in rows
    ]
    text = [_("{name}：结存 {n} 件").format(name=item.name, n=item.stock)]
    text += [
        f"  {row.id}  {short_day(row.day)}  {row.quantity:+d}  = {row.balance}  {row.user}  {row.customer or row.reason}"
        for row in rows[:_SHOWN]
    ]
    if len(rows) > _SHOWN:
        text.append(_("  … 其余 {n} 条用 --json 查看").format(n=len(rows) - _SHOWN))
    return Answer({"gift": item.name, "stock": item.stock, "moves": data}, "\n".join(text))


_SHOWN = 40
"""Moves printed for people; the rest is in --json."""


def _value(shop: Any, args: argparse.Namespace) -> Answer:
    day: date = args.on or shop.today()
    rows = stock.valuation(shop, day)
    if args.out:
        from services.gift_checks import stock_files

        stock_files.save_valuation(shop, day, args.out)
    total = sum(row.value for row in rows)
    data = {
        "day": day.isoformat(),
        "value": yuan(total),
        "method": "moving_average",
        "gifts": [
            {
                "name": row.name,
                "class": row.gift_class,
                "quantity": row.quantity,
                "unit": yuan(row.unit),
                "value": yuan(row.value),
            }
            for row in rows
        ],
    }
    text = [_("{day} 的库存值 {value}（移动加权平均）").format(day=short_day(day), value=money(total))]
    text += [f"  {row.name}  {row.quantity} × {money(row.unit)} = {money(row.value)}" for row in rows]
    return Answer(data, "\n".join(text))


def _reorder(shop: Any, args: argparse.Namespace) -> Answer:
    rows = stock.reorder_list(shop)
    if args.out:
        from services.gift_checks import stock_files

        stock_files.save_reorder(shop, args.out)
    data = [
        {
            "gift": row.gift,
            "class": row.gift_class,
            "supplier": row.supplier,
            "available": row.available,
            "reorder_level": row.level,
            "quantity": row.quantity,
            "unit_cost": yuan(row.unit_cost),
            "budget": yuan(row.budget),
        }
        for row in rows
    ]
    text = "\n".join(
        _("  {gift}  可用 {n}，补货线 {level}，该买 {quantity} 件  {budget}").format(
            gift=row.gift, n=row.available, level=row.level, quantity=row.quantity, budget=money(row.budget)
        )
        for row in rows
    )
    return Answer({"reorder": data}, text or _("没有低于补货线的礼品。"))


def _list(shop: Any, _args: argparse.Namespace) -> Answer:
    items = stock.catalogue(shop)
    text = "\n".join(
        _("  {name}  {kind}  {cost}  库存 {stock}  已安排 {reserved}").format(
            name=one.name, kind=one.gift_class, cost=money(one.cost), stock=one.stock, reserved=one.reserved
        )
        for one in items
    )
    return _gifts(items, text or _("礼品目录还是空的。用“gifts stock add”新增。"))


def _gifts(items: list[GiftItem], words: str) -> Answer:
    data = [
        {
            "name": one.name,
            "class": one.gift_class,
            "cost": yuan(one.cost),
            "face_value": yuan(one.face_value),
            "stock": one.stock,
            "reserved": one.reserved,
            "available": one.available,
        }
        for one in items
    ]
    return Answer({"gifts": data}, words)
