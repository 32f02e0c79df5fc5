"""`customer consent` and `customer ask`: what a customer agrees to, and the questions of a visit."""

from __future__ import annotations

import argparse
from typing import Any

from models.kinds import Channel
from services.words import _
from ui.cli.frame import Answer, a_day


def add(acts: Any) -> None:
    channels = [str(channel) for channel in Channel if channel is not Channel.SHOP]
    consent = acts.add_parser("consent", help=_("登记客户同意或不愿意的联络方式"))
    consent.add_argument("card_no", metavar="CARD_NO")
    consent.add_argument("--give", action="append", default=[], choices=channels, metavar="CHANNEL")
    consent.add_argument("--withdraw", action="append", default=[], choices=channels, metavar="CHANNEL")
    consent.add_argument("--way", default="", metavar="TEXT", help=_("怎样说的"))
    consent.add_argument("--day", default=None, type=a_day, metavar="YYYY-MM-DD", help=_("哪一天"))
    consent.set_defaults(run=_consent, writes=True)
    ask = acts.add_parser("ask", help=_("这次该问客户什么；--answer 记下回答，--skip 先不问"))
    ask.add_argument("card_no", metavar="CARD_NO")
    what = ask.add_mutually_exclusive_group()
    what.add_argument("--answer", nargs=2, metavar=("FIELD", "TEXT"))
    what.add_argument("--skip", default="", metavar="FIELD")
    ask.set_defaults(run=_ask, writes=True)


def _consent(shop: Any, args: argparse.Namespace) -> Answer:
    from services import consents
    from services.customer_rows import consents_of
    from services.customers import by_card

    customer = by_card(args.card_no)
    consents.settle(
        shop,
        customer,
        [Channel(code) for code in args.give],
        [Channel(code) for code in args.withdraw],
        args.way,
        args.day,
    )
    rows, barred = consents_of(customer)
    data = {
        "card_no": args.card_no,
        "consents": [
            {"channel": str(row.channel), "given": row.given, "day": row.day.isoformat(), "way": row.way}
            for row in rows
        ],
        "opt_outs": sorted(barred),
    }
    return Answer(data, _("已记下 {card_no} 的联络意愿。").format(card_no=args.card_no))


def _ask(shop: Any, args: argparse.Namespace) -> Answer:
    from services import questions
    from services.customer_page import customer_page
    from services.customers import by_card

    customer = by_card(args.card_no)
    if args.answer:
        questions.answer(shop, customer, *args.answer)
    elif args.skip:
        questions.not_now(shop, customer, args.skip)
    due = [one for one in customer_page(shop, customer).due if one.kind == "ask"]
    data = {"card_no": args.card_no, "questions": [{"field": one.field, "text": one.text} for one in due]}
    return Answer(data, "\n".join(f"{one.field:18} {one.text}" for one in due) or _("现在没有要问的。"))
