"""`arrivals`: new goods, the customers they suit, and what is done with them (spec 04)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from services.words import _
from ui.cli.counter import a_price
from ui.cli.frame import Answer


def add(commands: Any) -> None:
    parser = commands.add_parser("arrivals", help=_("新货找人：登记到货，找出适合的客户，排进日程"))
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    new = acts.add_parser("add", help=_("登记一个到货的货号"))
    new.add_argument("item", metavar="ITEM", help=_("货号"))
    new.add_argument("--kind", default="", help=_("款式，如 连衣裙"))
    new.add_argument("--look", default="", help=_("风格，如 通勤"))
    new.add_argument("--colours", default="", help=_("颜色，几种用、分开"))
    new.add_argument("--sizes", default="", help=_("尺码，几种用、分开"))
    new.add_argument("--price", type=a_price, default=0, metavar="YUAN", help=_("价格（元）"))
    new.set_defaults(run=_add, writes=True)
    acts.add_parser("list", help=_("最近的到货")).set_defaults(run=_list)
    gone = acts.add_parser("remove", help=_("去掉一条登记错的到货"))
    gone.add_argument("id", type=int, metavar="ID")
    gone.set_defaults(run=_remove, writes=True)
    for name, run, words, writes in (
        ("customers", _customers, _("适合的客户，写明原因；不写编号就是今天的到货"), False),
        ("schedule", _schedule, _("把适合的客户排进联络日程"), True),
    ):
        one = acts.add_parser(name, help=words)
        one.add_argument("ids", type=int, nargs="*", metavar="ID")
        one.add_argument("--limit", type=int, default=0, metavar="N", help=_("最多几位"))
        one.add_argument("--keep-tired", action="store_true", help=_("最近几次都是促销的客户也要"))
        if name == "customers":
            one.add_argument(
                "--out", type=Path, default=None, metavar="FILE.xlsx|.csv|.pdf", help=_("另存为名单")
            )
        one.set_defaults(run=run, writes=writes)


def _add(shop: Any, args: argparse.Namespace) -> Answer:
    from services import arrivals

    made = arrivals.add(
        shop,
        args.item,
        kind=args.kind,
        look=args.look,
        colours=args.colours,
        sizes=args.sizes,
        price=args.price,
    )
    return Answer({"arrival": _arrival(made)}, _line(made))


def _list(shop: Any, _args: argparse.Namespace) -> Answer:
    from services import arrivals

    found = arrivals.recent(shop)
    text = "\n".join(_line(one) for one in found)
    return Answer({"arrivals": [_arrival(one) for one in found]}, text or _("最近没有登记到货。"))


def _remove(shop: Any, args: argparse.Namespace) -> Answer:
    from services import arrivals

    gone = arrivals.remove(shop, args.id)
    return Answer({"removed": gone.id}, _("已去掉 {item}。").format(item=gone.item_no))


def _customers(shop: Any, args: argparse.Namespace) -> Answer:
    from services import arrivals, arrivals_find, arrivals_plan
    from services import arrivals_words as words
    from services.files import replacing

    found = arrivals_find.find(shop, args.ids, most=args.limit, keep_tired=args.keep_tired)
    lines = [words.found_words(found)]
    for place, one in enumerate(found.rows, 1):
        lines.append(
            f"{place:>3}  {one.card_no}  {one.name}  {one.grade.value}  {words.way(one)}  "
            f"{words.goods(one.goods)}：{words.reasons(one)}"
        )
    if args.out is not None:
        if args.out.suffix.lower() == ".pdf":
            from services import arrivals_list_pdf

            goods = [one.goods for one in arrivals.some(shop, args.ids)]
            with replacing(args.out) as temporary:
                temporary.write_bytes(arrivals_list_pdf.paper(shop, found.rows, goods))
        else:
            arrivals_plan.export(shop, str(args.out), found.rows)
        lines.append(_("已存为 {file}").format(file=args.out.name))
    data = {
        "customers": [_suited(shop, one) for one in found.rows],
        "suited": found.suited,
        "left": {why.value: n for why, n in found.left.items()},
    }
    return Answer(data, "\n".join(lines))


def _schedule(shop: Any, args: argparse.Namespace) -> Answer:
    from services import arrivals_find, arrivals_plan
    from services import arrivals_words as words

    found = arrivals_find.find(shop, args.ids, most=args.limit, keep_tired=args.keep_tired)
    done = arrivals_plan.plan(shop, found.rows)
    data = {
        **{"contacts": list(done.ids), "calls": done.calls, "messages": done.messages, "others": done.others},
        "last_day": done.last_day.isoformat() if done.last_day else None,
    }
    return Answer(data, words.planned_words(done))


def _suited(shop: Any, one: Any) -> dict[str, Any]:
    from services import arrivals_words as words

    return {
        "card_no": one.card_no,
        "name": one.name,
        "grade": one.grade.value,
        "phone": one.phone,
        "channel": one.channel.value,
        "points": one.points,
        "items": [item.item_no for item in one.goods],
        "reasons": words.reason_list(one),
        "text": words.whole_text(shop, one),
        "last_contact": one.last_contact.isoformat() if one.last_contact else None,
    }


def _arrival(one: Any) -> dict[str, Any]:
    from services import formats

    return {
        "id": one.id,
        "day": one.came_on.isoformat(),
        "item": one.item_no,
        "kind": one.kind,
        "look": one.look,
        "colours": one.colours,
        "sizes": one.sizes,
        "price": formats.yuan(one.price) if one.price else None,
    }


def _line(one: Any) -> str:
    from services import formats

    price = formats.money(one.price) if one.price else ""
    parts = (one.item_no, one.kind, one.look, one.colours, one.sizes, price)
    return f"{one.id:>4}  {formats.day(one.came_on)}  " + "  ".join(part for part in parts if part)
