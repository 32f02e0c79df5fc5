"""`gifts issue|cancel|choose …`: single lines of a plan on the command line."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from services import gifts, stock
from services.errors import Refused
from services.formats import money, yuan
from services.gifts import LineRow
from services.rights import Right, may
from services.rules.gifts import status_words
from services.words import _
from ui.cli.frame import Answer, a_day


def add(verbs: Any) -> None:
    issue = verbs.add_parser("issue", help=_("发放一件已批准的礼品；不写领取码即为纸上签名"))
    issue.add_argument("line", type=int, metavar="LINE")
    issue.add_argument("--code", default=None, metavar="N")
    issue.add_argument("--posted", action="store_true", help=_("已寄出"))
    issue.set_defaults(run=_issue, writes=True)
    for name, handler, words in (
        ("cancel", _cancel, _("取消一条，写明原因")),
        ("undo-issue", _undo_issue, _("撤销发放")),
        ("to-stock", _to_stock, _("无人领取或退回的礼品入库")),
    ):
        step = verbs.add_parser(name, help=words)
        step.add_argument("line", type=int, metavar="LINE")
        step.add_argument("--reason", default="")
        step.set_defaults(run=handler, writes=True)
    for name, handler, words in (
        ("choose", _choose, _("给一条草稿另选礼品；写几件就是合为一份")),
        ("replace", _replace, _("取消已批准的一条，换一件礼品重新报批")),
    ):
        step = verbs.add_parser(name, help=words)
        step.add_argument("line", type=int, metavar="LINE")
        step.add_argument("gift", nargs="+" if name == "choose" else 1, metavar="NAME")
        step.add_argument("--reason", default="")
        step.set_defaults(run=handler, writes=True)
    best = verbs.add_parser("picks", help=_("一条草稿的其他好方案；写编号就换成那一个"))
    best.add_argument("line", type=int, metavar="LINE")
    best.add_argument("take", type=int, nargs="?", default=None, metavar="N")
    best.set_defaults(run=_picks, writes=True)
    extra = verbs.add_parser("extra", help=_("店主给特殊客户酌情加礼品，写明原因"))
    extra.add_argument("card_no", metavar="CARD_NO")
    extra.add_argument("gift", nargs="+", metavar="NAME")
    extra.add_argument("--day", required=True, type=a_day, metavar="YYYY-MM-DD")
    extra.add_argument("--reason", default="")
    extra.set_defaults(run=_extra, writes=True)
    check = verbs.add_parser("check", help=_("核对已发放的明细"))
    check.add_argument("line", type=int, nargs="+", metavar="LINE")
    check.set_defaults(run=_check, writes=True)
    with_ticket = verbs.add_parser("purchase", help=_("随小票送出一件礼品"))
    with_ticket.add_argument("ticket", type=int, metavar="TICKET")
    with_ticket.add_argument("card_no", metavar="CARD_NO")
    with_ticket.add_argument("gift", metavar="NAME")
    with_ticket.set_defaults(run=_purchase, writes=True)
    verbs.add_parser("uncollected", help=_("过期没有领取的礼品")).set_defaults(run=_uncollected)


def line_data(shop: Any, line: LineRow) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": line.id,
        "card_no": line.card_no,
        "name": line.name,
        "grade": line.grade,
        "special": line.special,
        "occasion": line.occasion,
        "gift": line.gift or None,
        "class": line.gift_class or None,
        "cost": yuan(line.cost),
        "due": line.due.isoformat(),
        "part": line.part,
        "handover": line.handover.value,
        "status": line.status.value,
        "reason": line.reason,
        "status_reason": line.status_reason,
        "single_approver": line.single_approver,
    }
    if line.status == "approved" and may(shop, Right.PLAN_GIFTS):
        data["code"] = gifts.collection_code(shop, line)
    if line.issued_on:
        data.update(issued_by=line.issued_by, issued_on=line.issued_on.isoformat(), signed=line.signed)
    return data


def line_text(line: LineRow) -> str:
    gift = line.gift or (_("待店主选定") if line.special else _("缺货"))
    occasion = gifts.occasion_words(line.occasion)
    return (
        f"  {line.id:>5}  {line.due}  {line.card_no}  {line.name}  {line.grade}  {occasion}"
        f"  {gift}  {money(line.cost)}  {status_words(line.status)}"
    )


def _line_answer(shop: Any, line: LineRow, words: str) -> Answer:
    return Answer({"plan": line.plan_id, "line": line_data(shop, line)}, words)


def _issue(shop: Any, args: argparse.Namespace) -> Answer:
    line = gifts.issue(shop, args.line, args.code, "posted" if args.posted else "paper")
    words = _("已发放给 {name}：{gift}（{signed}）。").format(
        name=line.name, gift=line.gift, signed=gifts.signed_words(line.signed)
    )
    return _line_answer(shop, line, words)


def _cancel(shop: Any, args: argparse.Namespace) -> Answer:
    gifts.cancel(shop, args.line, args.reason)
    return _line_answer(shop, gifts.line(shop, args.line), _("已取消第 {id} 条。").format(id=args.line))


def _undo_issue(shop: Any, args: argparse.Namespace) -> Answer:
    line = gifts.undo_issue(shop, args.line, args.reason)
    return _line_answer(shop, line, _("已撤销发放：{gift} 回到库存。").format(gift=line.gift))


def _to_stock(shop: Any, args: argparse.Namespace) -> Answer:
    gifts.to_stock_again(shop, args.line, args.reason)
    return _line_answer(
        shop, gifts.line(shop, args.line), _("第 {id} 条的礼品已回到库存。").format(id=args.line)
    )


def _choose(shop: Any, args: argparse.Namespace) -> Answer:
    ids = [stock.by_name(shop, name).id for name in args.gift]
    if len(ids) == 1:
        line = gifts.choose_gift(shop, args.line, ids[0], args.reason)
        return _line_answer(shop, line, _("已选：{gift}。").format(gift=line.gift))
    lines = gifts.choose_gifts(shop, args.line, ids, args.reason)
    data = {"plan": lines[0].plan_id, "lines": [line_data(shop, line) for line in lines]}
    return Answer(data, _("已选：{gift}。").format(gift=" + ".join(line.gift for line in lines)))


def _replace(shop: Any, args: argparse.Namespace) -> Answer:
    line = gifts.replace(shop, args.line, stock.by_name(shop, args.gift[0]).id, args.reason)
    words = _("原来的一条已取消；新的一条 {id} 是草稿，请提交批准。").format(id=line.id)
    return _line_answer(shop, line, words)


def _check(shop: Any, args: argparse.Namespace) -> Answer:
    done = gifts.check(shop, args.line)
    data = {"done": done.done, "left": done.left}
    return Answer(data, _("已核对 {n} 条。").format(n=done.done))


def _purchase(shop: Any, args: argparse.Namespace) -> Answer:
    from services import customers

    customer_id = customers.by_card(args.card_no)
    gift = stock.by_name(shop, args.gift)
    line = gifts.purchase_gift(shop, args.ticket, customer_id, gift.id)
    return _line_answer(shop, line, _("已随小票送出：{gift}。").format(gift=line.gift))


def _uncollected(shop: Any, args: argparse.Namespace) -> Answer:
    lines = gifts.uncollected(shop)
    text = "\n".join(line_text(line) for line in lines) or _("没有过期未领的礼品。")
    return Answer({"lines": [line_data(shop, line) for line in lines]}, text)


def _picks(shop: Any, args: argparse.Namespace) -> Answer:
    found = gifts.picks(shop, args.line, most=9)
    if args.take is not None:
        if not 1 <= args.take <= len(found):
            raise Refused("没有第 {n} 个方案，现在有 {m} 个。", n=args.take, m=len(found), field="take")
        lines = gifts.pick(shop, args.line, found[args.take - 1].gift_ids)
        data = {"plan": lines[0].plan_id, "lines": [line_data(shop, line) for line in lines]}
        return Answer(data, _("已选：{gift}。").format(gift=" + ".join(line.gift for line in lines)))
    rows = [{"gifts": list(one.names), "cost": yuan(one.total), "liked": one.liked} for one in found]
    text = [f"  {n}  {one.words}  {money(one.total)}" for n, one in enumerate(found, 1)]
    return Answer({"picks": rows}, "\n".join(text) or _("没有别的方案。"))


def _extra(shop: Any, args: argparse.Namespace) -> Answer:
    from services import customers

    day: date = args.day
    ids = [stock.by_name(shop, name).id for name in args.gift]
    lines = gifts.give_extra(shop, customers.by_card(args.card_no), day, ids, args.reason)
    data = {"plan": lines[0].plan_id, "lines": [line_data(shop, line) for line in lines]}
    return Answer(data, _("已给 {name} 加了一份，请店长提交。").format(name=lines[0].name))
