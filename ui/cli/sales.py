"""`sale skip` and `sale figures`: buyers who were not registered, and the month's registration rate (spec 05)."""

from __future__ import annotations

import argparse
from typing import Any

from models.kinds import SkipReason
from services.words import _
from ui.cli.frame import Answer, a_month


def add(commands: Any) -> None:
    parser = commands.add_parser("sale", help=_("没有登记客户的消费，和登记率"))
    acts = parser.add_subparsers(
        dest="act", required=True, metavar="skip|undo|figures", parser_class=type(parser)
    )
    skip = acts.add_parser("skip", help=_("记一笔没有登记客户的消费"))
    skip.add_argument("--reason", required=True, choices=[str(one) for one in SkipReason], metavar="REASON")
    skip.add_argument("--note", default="", metavar="TEXT", help=_("其他原因，写几个字"))
    skip.add_argument("--count", default=1, type=_a_count, metavar="N")
    skip.set_defaults(run=_skip, writes=True)
    undo = acts.add_parser("undo", help=_("撤销今天记的一笔"))
    undo.add_argument("id", type=_a_count, metavar="ID")
    undo.set_defaults(run=_undo, writes=True)
    figures = acts.add_parser("figures", help=_("一个月的登记率"))
    figures.add_argument("--month", default=None, type=a_month, metavar="YYYY-MM")
    figures.set_defaults(run=_figures, writes=False)


def _a_count(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("“{text}”不是数量").format(text=text)) from None


def _skip(shop: Any, args: argparse.Namespace) -> Answer:
    from services import unregistered

    number = unregistered.skip(shop, args.reason, args.note, args.count)
    data = {"id": number, "reason": args.reason, "count": args.count, "today": unregistered.today_count(shop)}
    text = _("已记下 {n} 笔没有登记的消费：{reason}").format(
        n=args.count, reason=args.note or unregistered.reason_words(args.reason)
    )
    return Answer(data, text)


def _undo(shop: Any, args: argparse.Namespace) -> Answer:
    from services import unregistered

    unregistered.undo(shop, args.id)
    return Answer({"id": args.id, "undone": True}, _("已撤销这笔没有登记的消费"))


def _figures(shop: Any, args: argparse.Namespace) -> Answer:
    from services import unregistered

    found = unregistered.month_figures(shop, args.month or "")
    data = {
        "month": found.month,
        "registered_new": found.registered_new,
        "registered": found.registered,
        "unregistered": found.unregistered,
        "by_reason": dict(found.by_reason),
        "rate_new": found.rate_new,
        "rate_all": found.rate_all,
    }
    lines = [
        _("{month}：新登记的买家 {new} 位，登记过的买家 {all} 位，没有登记的 {missed} 笔").format(
            month=found.month, new=found.registered_new, all=found.registered, missed=found.unregistered
        )
    ]
    for words, rate in ((_("新买家登记率"), found.rate_new), (_("全部买家登记率"), found.rate_all)):
        lines.append(f"{words}  {'–' if rate is None else format(rate, '.1%')}")
    lines += [f"  {unregistered.reason_words(code)}  {n}" for code, n in found.by_reason.items()]
    return Answer(data, "\n".join(lines))
