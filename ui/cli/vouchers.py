"""`voucher issue|show|void|list`: vouchers on the command line."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from models.kinds import VoucherKind, VoucherState
from services import formats
from services.words import _
from ui.cli.counter import a_price
from ui.cli.frame import Answer, a_day

LISTED = 200
"""Vouchers that `list` shows at most; `export vouchers` writes all."""


def add(commands: Any) -> None:
    parser = commands.add_parser("voucher", help=_("礼金券：发行、查看、作废、名单"))
    acts = parser.add_subparsers(
        dest="act", required=True, metavar="issue|show|void|list", parser_class=type(parser)
    )
    found = acts.add_parser("issue", help=_("发行礼金券；条件不写就按客情标准"))
    found.add_argument("--value", required=True, type=a_price, metavar="YUAN", help=_("面值"))
    found.add_argument("--card", default="", metavar="CARD_NO", help=_("给这位客户；不写就不记名"))
    found.add_argument("--count", type=int, default=1, metavar="N", help=_("张数"))
    found.add_argument("--minimum", type=a_price, default=None, metavar="YUAN", help=_("最低消费"))
    found.add_argument(
        "--from", dest="since", type=a_day, default=None, metavar="DATE", help=_("从哪天起能用")
    )
    found.add_argument("--until", type=a_day, default=None, metavar="DATE", help=_("最后一天"))
    found.add_argument("--on-special", action="store_true", help=_("特价商品也能用"))
    found.add_argument("--kind", choices=[one.value for one in VoucherKind], default="gift")
    found.add_argument("--reason", default="", metavar="TEXT")
    found.set_defaults(run=_issue, writes=True)
    found = acts.add_parser("show", help=_("一张礼金券和它的经过"))
    found.add_argument("number", metavar="NO")
    found.set_defaults(run=_show, writes=False)
    found = acts.add_parser("void", help=_("作废一张礼金券"))
    found.add_argument("number", metavar="NO")
    found.add_argument("--reason", required=True, metavar="TEXT")
    found.set_defaults(run=_void, writes=True)
    found = acts.add_parser("list", help=_("礼金券名单，新的在前"))
    found.add_argument("--state", choices=[one.value for one in VoucherState], default="")
    found.add_argument("--find", default="", metavar="TEXT", help=_("券号、姓名或卡号的一部分"))
    found.set_defaults(run=_list, writes=False)


def _issue(shop: Any, args: argparse.Namespace) -> Answer:
    from services import vouchers
    from services.customers import by_card

    given = {"minimum": args.minimum, "valid_from": args.since, "valid_to": args.until}
    given["on_special"] = True if args.on_special else None
    terms = replace(
        vouchers.terms_for(shop, args.value),
        **{name: value for name, value in given.items() if value is not None},
    )
    numbers = vouchers.issue(
        shop,
        terms,
        kind=VoucherKind(args.kind),
        customer_id=by_card(args.card) if args.card else None,
        count=args.count,
        reason=args.reason,
    )
    data = {
        "numbers": numbers,
        "value": formats.yuan(terms.value),
        "minimum": formats.yuan(terms.minimum),
        "valid_from": terms.valid_from.isoformat(),
        "valid_to": terms.valid_to.isoformat(),
    }
    words = _("已发行 {n} 张 {value} 礼金券，用到 {day}：").format(
        n=len(numbers), value=formats.money(terms.value), day=formats.short_day(terms.valid_to)
    )
    return Answer(data, "\n".join([words, *numbers]))


def as_json(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind.value,
        "value": formats.yuan(row.value),
        "worth": formats.yuan(row.worth),
        "minimum": formats.yuan(row.minimum),
        "on_special": row.on_special,
        "card_no": row.card_no or None,
        "name": row.name,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat(),
        "state": row.state.value,
        "ticket": row.ticket_id,
        "reason": row.reason,
    }


def _line(row: Any) -> str:
    from services.voucher_words import state_words

    who = f"{row.name} {row.card_no}" if row.name else _("不记名")
    return f"{row.number}  {formats.money(row.value)}  {row.valid_to}  {state_words(row.state)}  {who}"


def _show(shop: Any, args: argparse.Namespace) -> Answer:
    from services import vouchers
    from services.voucher_words import move_words

    row = vouchers.by_number(shop, args.number)
    moves = vouchers.history(shop, row.id)
    data = as_json(row)
    data["moves"] = [
        {
            "day": one.day.isoformat(),
            "kind": one.kind.value,
            "amount": formats.yuan(one.amount),
            "ticket": one.ticket_id,
            "reason": one.reason,
            "user": one.user,
        }
        for one in moves
    ]
    lines = [_line(row)]
    lines += [f"  {one.day}  {move_words(one.kind)}  {one.user}  {one.reason}".rstrip() for one in moves]
    return Answer(data, "\n".join(lines))


def _void(shop: Any, args: argparse.Namespace) -> Answer:
    from services import vouchers

    vouchers.void(shop, args.number, args.reason)
    row = vouchers.by_number(shop, args.number)
    return Answer(as_json(row), _("礼金券 {number} 已作废。").format(number=row.number))


def _list(shop: Any, args: argparse.Namespace) -> Answer:
    from services import vouchers

    ids = vouchers.ids(shop, VoucherState(args.state) if args.state else None, args.find)
    rows = [row for row in vouchers.rows(shop, ids[:LISTED]) if row is not None]
    data = {"count": len(ids), "vouchers": [as_json(row) for row in rows]}
    return Answer(data, "\n".join(map(_line, rows)) or _("没有礼金券。"))
