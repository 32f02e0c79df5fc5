"""`visit` and `buy`: the till on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from services import formats
from services.words import _
from ui.cli.frame import Answer, Usage

_START = "item"


class _LinePart(argparse.Action):
    """`--item` begins a line; the options after it belong to that line."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        lines: list[dict[str, Any]] = list(getattr(namespace, "lines", None) or [])
        name = (option_string or "").lstrip("-")
        if name == _START:
            lines.append({})
        elif not lines:
            parser.error(_("先写 --item，再写它的 {option}").format(option=option_string))
        elif name in lines[-1]:
            parser.error(_("{option} 在同一件商品里写了两次").format(option=option_string))
        else:
            lines[-1] = dict(lines[-1])
        lines[-1][name] = True if name == "special" else values
        namespace.lines = lines


def add(commands: Any) -> None:
    visit = commands.add_parser("visit", help=_("登记到店"))
    visit.add_argument("card_no", metavar="CARD_NO")
    visit.add_argument("--note", default="", metavar="TEXT")
    visit.add_argument("--tried", default="", metavar="TEXT", help=_("试穿未买：货号、尺码或一句话"))
    visit.set_defaults(run=_visit, writes=True)
    buy = commands.add_parser("buy", help=_("登记一张小票；每件商品以 --item 开头"))
    buy.add_argument("card_no", metavar="CARD_NO")
    buy.add_argument("--item", action=_LinePart, required=True, metavar="NO")
    buy.add_argument("--price", action=_LinePart, type=a_price, metavar="YUAN")
    buy.add_argument("--special", action=_LinePart, nargs=0)
    buy.add_argument("--size", action=_LinePart, metavar="S")
    buy.add_argument("--qty", action=_LinePart, type=_a_quantity, metavar="N")
    buy.add_argument("--voucher", action="append", default=[], metavar="NO", help=_("礼金券号；可以写几次"))
    buy.add_argument("--key", default="", metavar="KEY", help=_("这一单自己的编号：重复执行只登记一次"))
    buy.add_argument("--day", default=None, type=_a_day, metavar="YYYY-MM-DD", help=_("补登以前的小票"))
    buy.set_defaults(run=_buy, writes=True)


def a_price(text: str) -> int:
    """Yuan as typed, in fen. Raises an argument error for anything but an amount with at most two decimals."""
    try:
        amount = Decimal(text.strip().removeprefix("￥").removeprefix("¥").replace(",", ""))
    except InvalidOperation:
        raise argparse.ArgumentTypeError(_("“{text}”不是金额").format(text=text)) from None
    if (
        not amount.is_finite()
        or abs(amount) >= Decimal(10) ** 12
        or amount != amount.quantize(Decimal("0.01"))
    ):
        raise argparse.ArgumentTypeError(_("“{text}”不是金额：最多两位小数").format(text=text))
    return int(amount * 100)


def _a_quantity(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("“{text}”不是数量").format(text=text)) from None


def _a_day(text: str) -> Any:
    from ui.cli.frame import a_day

    return a_day(text)


def _visit(shop: Any, args: argparse.Namespace) -> Answer:
    from services import visits
    from services.customers import by_card

    done = visits.visit(shop, by_card(args.card_no), args.note, tried=args.tried)
    data = {
        "visit": done.visit_id or None,
        "repeated": done.repeated,
        "grade": done.grade_after,
        "tried": done.tried_id or None,
    }
    text = _("今天已经登记过到店。") if done.repeated else _("已登记到店。")
    if done.tried_id:
        text += _("已记下试过没买：{what}").format(what=args.tried)
    return Answer(data, text)


def _buy(shop: Any, args: argparse.Namespace) -> Answer:
    from services import purchases
    from services.customers import by_card

    lines = []
    for line in args.lines:
        if "price" not in line:
            raise Usage(_("货号 {item} 没有 --price。").format(item=line["item"]))
        special, size = bool(line.get("special")), line.get("size", "")
        lines.append(purchases.LineIn(line["item"], line["price"], line.get("qty", 1), size, special))
    done = purchases.buy(
        shop, by_card(args.card_no), lines, key=args.key or None, day=args.day, vouchers=args.voucher
    )
    data = {
        "ticket": done.ticket_id,
        "to_pay": formats.yuan(done.to_pay),
        "by_vouchers": formats.yuan(done.by_vouchers),
        "points": done.points,
        "gift_due": done.gift_due,
        "grade_before": done.grade_before,
        "grade_after": done.grade_after,
        "came_back": done.came_back,
        "repeated": done.repeated,
    }
    text = _("应付 {money}，积分 {points}。").format(money=formats.money(done.to_pay), points=done.points)
    if done.by_vouchers:
        text += _("礼金券抵 {money}。").format(money=formats.money(done.by_vouchers))
    if done.gift_due:
        text += _("请附送礼品一份。")
    if done.came_back:
        text += _("流失客户回来了。")
    if done.grade_after != done.grade_before:
        text += _("等级 {before} → {after}。").format(before=done.grade_before, after=done.grade_after)
    return Answer(data, text)
