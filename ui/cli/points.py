"""`points CARD_NO` and `points adjust|redeem|undo|price|list`: the points ledger and what points buy."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from services import formats
from services.words import _
from ui.cli.frame import Answer, Usage

_ACTS = "CARD_NO|adjust|redeem|undo|price|list"
_CALLS = (
    "CARD_NO | adjust CARD_NO N --reason TEXT | redeem CARD_NO --gift NAME|--voucher POINTS | undo ID |"
    " price GIFT POINTS | list"
)


def add(commands: Any) -> None:
    parser = commands.add_parser("points", help=_("一位客户的积分；调整，兑换礼品或礼金券，给礼品定兑换积分"))
    parser.add_argument("act", metavar=_ACTS, help=_("卡号，或要做的事"))
    parser.add_argument("rest", nargs="*", metavar="…", help=_CALLS)
    parser.add_argument("--reason", default="", metavar="TEXT", help=_("调整的原因"))
    parser.add_argument("--gift", default="", metavar="NAME", help=_("兑换的礼品"))
    parser.add_argument("--voucher", type=int, default=0, metavar="POINTS", help=_("用几分兑换礼金券"))
    parser.add_argument("--key", default="", metavar="KEY", help=_("这一次自己的编号：重复执行只兑换一次"))
    parser.set_defaults(run=_points, writes=False)


def _points(shop: Any, args: argparse.Namespace) -> Answer:
    acts: dict[str, tuple[int, Callable[[Any, argparse.Namespace], Answer]]] = {
        "adjust": (2, _adjust),
        "redeem": (1, _redeem),
        "undo": (1, _undo),
        "price": (2, _price),
        "list": (0, _list),
    }
    count, run = acts.get(args.act, (0, _show))
    if len(args.rest) != count:
        raise Usage(_("用法：points {acts}").format(acts=_CALLS))
    if run not in (_show, _list):
        _may_write(shop)
    return run(shop, args)


def _may_write(shop: Any) -> None:
    from services.clock import FixedClock
    from services.shop import must_write

    must_write(shop, dated=isinstance(shop.clock, FixedClock))


def _show(shop: Any, args: argparse.Namespace) -> Answer:
    from services import points, points_expiry, rewards
    from services.customers import by_card

    customer = by_card(args.act)
    earned, balance = points.totals_of(shop, customer)
    soon = points_expiry.notice(shop, customer)
    rows = points.ledger(customer, 100)
    data = {
        "card_no": args.act,
        "points_earned": earned,
        "points_balance": balance,
        "points_owed": points.owed_by(customer),
        "expiring": {"points": soon.points, "by": soon.by.isoformat()} if soon else None,
        "entries": [
            {
                "day": row.day.isoformat(),
                "kind": row.kind.value,
                "points": row.points,
                "balance": row.balance,
                "reason": row.reason,
                "ticket": row.ticket_id,
            }
            for row in rows
        ],
        "redemptions": [_as_json(one) for one in rewards.history(customer)],
    }
    lines = [_("累计积分 {earned}，可用 {balance}。").format(earned=earned, balance=balance)]
    if soon:
        lines.append(_("{n} 分将在 {day} 以前过期。").format(n=soon.points, day=formats.short_day(soon.by)))
    lines += [f"{row.day}  {row.points:+d}  {row.balance}  {row.reason}".rstrip() for row in rows[:20]]
    return Answer(data, "\n".join(lines))


def _as_json(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "day": one.day.isoformat(),
        "points": one.points,
        "what": one.what,
        "value": formats.yuan(one.value),
        "undone": one.undone,
    }


def _adjust(shop: Any, args: argparse.Namespace) -> Answer:
    from services import points
    from services.customers import by_card

    card, amount = args.rest
    try:
        number = int(amount)
    except ValueError:
        raise Usage(_("“{text}”不是积分：要写成 5 或 -3。").format(text=amount)) from None
    balance = points.adjust(shop, by_card(card), number, args.reason)
    return Answer(
        {"card_no": card, "points": number, "points_balance": balance},
        _("{card} 的可用积分现在是 {n}。").format(card=card, n=balance),
    )


def _redeem(shop: Any, args: argparse.Namespace) -> Answer:
    from services import rewards, stock
    from services.customers import by_card

    if bool(args.gift) == bool(args.voucher):
        raise Usage(_("写明兑换什么：--gift 礼品名，或 --voucher 积分。"))
    customer, key = by_card(args.rest[0]), args.key or None
    if args.gift:
        done = rewards.redeem_gift(shop, customer, stock.by_name(shop, args.gift).id, key=key)
    else:
        done = rewards.redeem_voucher(shop, customer, args.voucher, key=key)
    text = _("已用 {n} 分兑换 {what}，还有 {left} 分。").format(
        n=done.points, what=done.what, left=done.balance
    )
    return Answer({**_as_json(done), "points_balance": done.balance, "repeated": done.repeated}, text)


def _undo(shop: Any, args: argparse.Namespace) -> Answer:
    from services import rewards

    if not args.rest[0].isdigit():
        raise Usage(_("“{text}”不是兑换的编号。").format(text=args.rest[0]))
    done = rewards.undo(shop, int(args.rest[0]))
    text = _("已撤销兑换，可用积分 {n}。").format(n=done.balance)
    return Answer({**_as_json(done), "points_balance": done.balance}, text)


def _price(shop: Any, args: argparse.Namespace) -> Answer:
    from services import rewards, stock

    name, amount = args.rest
    if not amount.isdigit():
        raise Usage(_("“{text}”不是积分：要写成 5 或 0。").format(text=amount))
    gift = stock.by_name(shop, name)
    before = rewards.set_price(shop, gift.id, int(amount))
    text = _("{name} 现在 {n} 分一件。") if int(amount) else _("{name} 不再用积分兑换。")
    data = {"gift": gift.name, "points": int(amount), "before": before}
    return Answer(data, text.format(name=gift.name, n=amount))


def _list(shop: Any, _args: argparse.Namespace) -> Answer:
    from services import rewards

    found = rewards.rewards(shop)
    data = [
        {"gift": one.name, "class": one.gift_class, "points": one.points, "available": one.available}
        for one in found
    ]
    lines = [
        _("{name}  {n} 分  可领 {left} 件").format(name=one.name, n=one.points, left=one.available)
        for one in found
    ]
    rate = shop.policy.vouchers
    lines.append(
        _("礼金券：{n} 分换 {money}").format(
            n=rate.points_step, money=formats.money(rate.points_step * rate.fen_per_point)
        )
    )
    return Answer(
        {"rewards": data, "voucher_step": rate.points_step, "voucher_fen_per_point": rate.fen_per_point},
        "\n".join(lines),
    )
