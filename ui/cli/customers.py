"""`find`, `show`, `customer …`: looking people up and keeping the file."""

from __future__ import annotations

import argparse
import time
from typing import Any

from models.kinds import Channel, CustomerState, Grade
from services import formats
from services.words import _
from ui.cli import asking, customer_facts, erasing, merging
from ui.cli.frame import Answer, Usage, a_day


def add(commands: Any) -> None:
    parser = commands.add_parser("find", help=_("查找客户：手机尾号、卡号、姓名、拼音、货号"))
    parser.add_argument("text", metavar="TEXT")
    parser.add_argument("--limit", type=_a_limit, default=50, metavar="N")
    parser.set_defaults(run=_find, writes=False)
    parser = commands.add_parser("show", help=_("查看一位客户"))
    parser.add_argument("card_no", metavar="CARD_NO")
    parser.set_defaults(run=_show, writes=False)
    _add_customer(commands.add_parser("customer", help=_("登记客户、指定特殊客户、手工定级")))


def _add_customer(parser: Any) -> None:
    acts = parser.add_subparsers(
        dest="act",
        required=True,
        metavar="special|grade|add|day|note|referrer|thanked|consent|ask|duplicates|merge|unmerge|data",
        parser_class=type(parser),
    )
    special = acts.add_parser("special", help=_("店主指定特殊客户"))
    special.add_argument("card_no", metavar="CARD_NO")
    special.add_argument("--reason", default="", metavar="TEXT")
    special.add_argument("--off", action="store_true", help=_("取消指定"))
    special.set_defaults(run=_special, writes=True)
    grade = acts.add_parser("grade", help=_("手工定级；auto 恢复按规则定级"))
    grade.add_argument("card_no", metavar="CARD_NO")
    grade.add_argument("grade", choices=("A", "B", "C", "auto"))
    grade.add_argument("--reason", required=True, metavar="TEXT")
    grade.set_defaults(run=_grade, writes=True)
    new = acts.add_parser("add", help=_("登记新客户"))
    new.add_argument("name", metavar="NAME")
    new.add_argument("--phone", default="", metavar="NUMBER")
    new.add_argument("--foreign", action="store_true", help=_("境外号码"))
    new.add_argument("--card", default="", metavar="CARD_NO")
    new.add_argument(
        "--consent", action="append", default=[], choices=[str(c) for c in Channel], metavar="CHANNEL"
    )
    new.add_argument("--no-consent", action="store_true", help=_("问过了，没有同意任何联络"))
    new.add_argument("--way", default="", metavar="TEXT", help=_("以什么方式同意的"))
    new.add_argument("--consent-day", default=None, type=a_day, metavar="YYYY-MM-DD")
    new.set_defaults(run=_register, writes=True)
    asking.add(acts)
    customer_facts.add(acts)
    merging.add(acts)
    erasing.add_data(acts)


def _a_limit(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(_("要1到1000的整数"))
    return int(text)


def _find(shop: Any, args: argparse.Namespace) -> Answer:
    from services.find import find

    start = time.perf_counter()
    rows = find(shop, args.text, args.limit)
    spent = round((time.perf_counter() - start) * 1000, 3)
    results: list[dict[str, Any]] = [
        {
            "card_no": row.card_no,
            "name": row.name,
            "phones": list(row.phones),
            "grade": row.grade,
            "state": row.state,
            "last_visit": formats.short_day(row.last_visit) or None,
            "hint": row.hint,
            "matched": row.matched,
        }
        for row in rows
    ]
    lines = [
        f"{row.card_no:10} {_shown(row.grade, row.state):4} {row.name}  {' '.join(row.phones)}  {row.hint}".rstrip()
        for row in rows
    ]
    return Answer(
        {"results": results, "ms": spent}, "\n".join(lines) or _("没有找到“{text}”。").format(text=args.text)
    )


def _shown(grade: str, state: str) -> str:
    return _("流失") if state == CustomerState.LOST else grade


def _show(shop: Any, args: argparse.Namespace) -> Answer:
    from services.customer_page import customer_page
    from services.customers import by_card
    from services.rights import Right, require

    require(shop, Right.SEE)
    page = customer_page(shop, by_card(args.card_no))
    birthday = page.birthday
    data = {
        "card_no": page.card_no,
        "name": page.name,
        "phones": list(page.phones_shown),
        "grade": page.grade,
        "base_grade": page.base_grade,
        "state": page.state,
        "rule": page.grade_rule,
        "reason": page.reason,
        "discount_percent": page.percent_off,
        "special": page.special,
        "points_earned": page.points_earned,
        "points_balance": page.points_balance,
        "tickets": page.tickets,
        "paid": formats.yuan(page.paid_total),
        "birthday": None
        if birthday is None
        else {
            "calendar": str(birthday.calendar),
            "month": birthday.month,
            "day": birthday.day,
            "leap": birthday.leap,
            "year": birthday.year,
            "in_days": page.birthday_in,
        },
        "size": page.size,
        "height_cm": page.height_cm,
        "waist_cm": page.waist_cm,
        "colours": page.colours,
        "styles": page.styles,
        "looks": page.looks,
        "address": page.address,
        "postcode": page.postcode,
        "group": page.group,
        "clerk": page.clerk,
        "registered_on": page.registered_on.isoformat(),
        "last_visit": formats.short_day(page.last_visit) or None,
        "last_purchase": formats.short_day(page.last_purchase) or None,
        "last_contact": formats.short_day(page.last_contact.day) if page.last_contact else None,
        "next_contact": formats.short_day(page.next_contact.day) if page.next_contact else None,
        "opt_outs": sorted(page.opt_outs),
        "due": [{"kind": due.kind, "text": due.text, "id": due.id or None} for due in page.due],
        "purchases": [_line(row) for row in page.purchases[:50]],
        **customer_facts.facts_json(page),
    }
    return Answer(data, _text(page))


def _line(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "ticket": row.ticket_id,
        "day": row.day.isoformat(),
        "item": row.item_no,
        "size": row.size,
        "quantity": row.quantity,
        "list_price": formats.yuan(row.list_price),
        "paid": formats.yuan(row.paid),
        "special": row.special,
        "points": row.ticket_points,
    }


def _text(page: Any) -> str:
    head = f"{page.name}  {page.card_no}  {_shown(page.grade, page.state)}"
    if page.percent_off:
        head += "  " + _("优惠 {percent}%").format(percent=page.percent_off)
    lines = [head, "  " + page.reason, "  " + " ".join(page.phones_shown)]
    if page.birthday_words:
        lines.append("  " + _("生日 {words}").format(words=page.birthday_words))
    lines.append(
        "  "
        + _("积分 {earned}，可用 {balance}；{tickets} 单共 {paid}").format(
            earned=page.points_earned,
            balance=page.points_balance,
            tickets=page.tickets,
            paid=formats.money(page.paid_total),
        )
    )
    lines += customer_facts.facts_lines(page)
    lines += [f"  * {due.text}" for due in page.due]
    for row in page.purchases[:10]:
        lines.append(
            f"  {row.day} {row.item_no:12} {row.size:5} x{row.quantity} {formats.money(row.paid):>12}"
        )
    return "\n".join(lines)


def _special(shop: Any, args: argparse.Namespace) -> Answer:
    from services import customers

    grade = customers.name_special(shop, customers.by_card(args.card_no), not args.off, args.reason)
    data = {"card_no": args.card_no, "special": not args.off, "grade": grade}
    text = (
        _("{card_no} 不再是特殊客户，等级 {grade}。")
        if args.off
        else _("{card_no} 已指定为特殊客户，等级 {grade}。")
    )
    return Answer(data, text.format(card_no=args.card_no, grade=grade))


def _grade(shop: Any, args: argparse.Namespace) -> Answer:
    from services import customers

    wanted = None if args.grade == "auto" else Grade(args.grade)
    grade = customers.grade_by_hand(shop, customers.by_card(args.card_no), wanted, args.reason)
    data = {"card_no": args.card_no, "grade": grade, "by_hand": wanted is not None}
    return Answer(data, _("{card_no} 现在是 {grade} 级。").format(card_no=args.card_no, grade=grade))


def _register(shop: Any, args: argparse.Namespace) -> Answer:
    from services import customers

    channels = tuple(Channel(code) for code in args.consent)
    if channels and args.no_consent:
        raise Usage(_("--consent 和 --no-consent 只能写一样。"))
    consent = channels if channels or args.no_consent else None
    new = customers.NewCustomer(
        args.name, args.phone, args.foreign, args.card, consent, args.way, args.consent_day
    )
    done = customers.register(shop, new)
    likely = [{"card_no": one.card_no, "name": one.name, "by_phone": one.by_phone} for one in done.likely]
    text = _("已登记 {name}，卡号 {card_no}。").format(name=args.name, card_no=done.card_no)
    for one in done.likely:
        text += "\n" + _("可能是同一个人：{name} {card_no}").format(name=one.name, card_no=one.card_no)
    return Answer({"card_no": done.card_no, "likely": likely}, text)
