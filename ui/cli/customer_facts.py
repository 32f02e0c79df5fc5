"""`customer day|note|referrer|thanked`: what is known of a customer beside the fields."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from models.kinds import Channel
from services import formats
from services.words import _
from ui.cli.frame import Answer

if TYPE_CHECKING:
    from services.customer_page import CustomerPage

NONE = "none"


def add(acts: Any) -> None:
    """Adds the verbs to `customer`."""
    day = acts.add_parser("day", help=_("要记住的日子：家人生日、纪念日"))
    day.add_argument("card_no", metavar="CARD_NO")
    day.add_argument("label", nargs="?", default="", metavar="LABEL")
    day.add_argument("day", nargs="?", default="", metavar="DAY", help=_("如 5月3日、2018-5-3、农历八月十五"))
    day.add_argument("--remove", type=int, metavar="ID", help=_("删除这个编号的日子"))
    day.set_defaults(run=_day, writes=True)
    note = acts.add_parser("note", help=_("记一条备注"))
    note.add_argument("card_no", metavar="CARD_NO")
    note.add_argument("text", metavar="TEXT")
    note.add_argument("--kind", default="note", metavar="note|family|wish|opinion|tried")
    note.set_defaults(run=_note, writes=True)
    referrer = acts.add_parser("referrer", help=_("谁介绍来的；none 去掉"))
    referrer.add_argument("card_no", metavar="CARD_NO")
    referrer.add_argument("referrer", metavar=f"REFERRER|{NONE}")
    referrer.set_defaults(run=_referrer, writes=True)
    thanked = acts.add_parser("thanked", help=_("已经为介绍来的客户道谢"))
    thanked.add_argument("card_no", metavar="CARD_NO")
    thanked.set_defaults(run=_thanked, writes=True)


def facts_json(page: CustomerPage) -> dict[str, Any]:
    """What `show` says beside the fields: sizes over time, days, notes, who brought whom."""
    last, coming = page.last_contact, page.next_contact
    return {
        "pinyin": page.pinyin,
        "birthday_words": page.birthday_words,
        "hobbies": page.hobbies,
        "shown_likes": list(page.shown_likes),
        "sizes": {
            "way": page.sizes.way.value,
            "steps": [
                {
                    "size": step.size,
                    "first": step.first.isoformat(),
                    "last": step.last.isoformat(),
                    "pieces": step.pieces,
                }
                for step in page.sizes.steps
            ],
            "by_kind": {one.style: one.size for one in page.sizes.styles},
        },
        "days": [
            {"id": row.id, "label": row.label, "words": row.words, "in_days": row.in_days, "turns": row.turns}
            for row in page.days
        ],
        "notes": [
            {"id": row.id, "day": row.day.isoformat(), "kind": row.kind, "text": row.text}
            for row in page.notes[:50]
        ],
        "referrer": page.referrer_card or None,
        "referred": [
            {
                "card_no": one.card_no,
                "name": one.name,
                "thanked_on": one.thanked_on.isoformat() if one.thanked_on else None,
            }
            for one in page.referred
        ],
        "contact": {
            "last": None if last is None else {"day": last.day.isoformat(), "channel": _code(last.channel)},
            "next": None
            if coming is None
            else {
                "day": coming.day.isoformat(),
                "channel": _code(coming.channel),
                "topics": [str(topic) for topic in coming.topics],
            },
        },
        "months": [[first.isoformat()[:7], formats.yuan(paid)] for first, paid in page.months],
    }


def facts_lines(page: CustomerPage) -> list[str]:
    """The same for people."""
    lines = [f"  {row.label}  {row.words}" for row in page.days]
    if page.referrer:
        lines.append("  " + _("{name}介绍").format(name=f"{page.referrer} {page.referrer_card}"))
    if page.referred:
        names = _("、").join(f"{one.name} {one.card_no}" for one in page.referred[:10])
        lines.append("  " + _("介绍了 {n} 位").format(n=len(page.referred)) + "  " + names)
    lines += [f"  {row.day}  {row.text}" for row in page.notes[:5]]
    return lines


def _code(channel: Channel) -> str:
    return channel.value


def _page(shop: Any, card_no: str) -> CustomerPage:
    from services.customer_page import customer_page
    from services.customers import by_card

    return customer_page(shop, by_card(card_no))


def _day(shop: Any, args: argparse.Namespace) -> Answer:
    """Adds a day, removes one, or only lists them."""
    from services import customer_notes
    from services.errors import Refused
    from services.imports.days import birthday

    page = _page(shop, args.card_no)
    if args.remove:
        if args.remove not in {row.id for row in page.days}:
            raise Refused("没有编号为 {number} 的日子。", number=args.remove)
        customer_notes.forget_day(shop, args.remove)
    elif args.label:
        day = birthday(args.day, today=shop.today(), youngest=0)
        if day is None:
            raise Refused("请写是哪一天，例如“农历八月十五”“5月3日”。", field="day")
        customer_notes.remember_day(shop, page.id, args.label, day)
    page = _page(shop, args.card_no)
    lines = [f"{row.id}  {row.label}  {row.words}" for row in page.days]
    return Answer(
        {"card_no": page.card_no, "days": facts_json(page)["days"]},
        "\n".join(lines) or _("还没有要记住的日子"),
    )


def _note(shop: Any, args: argparse.Namespace) -> Answer:
    from services import customer_notes
    from services.customers import by_card

    number = customer_notes.add_note(shop, by_card(args.card_no), args.text, args.kind)
    return Answer({"card_no": args.card_no, "note": number}, _("已记下备注"))


def _referrer(shop: Any, args: argparse.Namespace) -> Answer:
    from services import referrals
    from services.customers import by_card

    wanted = None if args.referrer == NONE else by_card(args.referrer)
    referrals.set_referrer(shop, by_card(args.card_no), wanted)
    page = _page(shop, args.card_no)
    words = _("{name}介绍").format(name=page.referrer) if page.referrer else _("介绍人：还没有问过")
    return Answer({"card_no": page.card_no, "referrer": page.referrer_card or None}, words)


def _thanked(shop: Any, args: argparse.Namespace) -> Answer:
    from services import referrals

    page = _page(shop, args.card_no)
    due = [one for one in page.referred if one.thanked_on is None]
    if due:
        referrals.thank(shop, [one.id for one in due])
    data = {"card_no": page.card_no, "thanked": [one.card_no for one in due]}
    return Answer(data, _("已记下道谢") if due else _("已经道过谢了。"))
