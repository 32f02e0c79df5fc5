"""`group hand-over|acts|undo`: a leaver's customers given to others, with the list; what was done, and taking it back."""

from __future__ import annotations

import argparse
from typing import Any

from services.errors import Refused
from services.words import _
from ui.cli.frame import Answer


def add(acts: Any) -> None:
    """Adds the verbs to `group`."""
    found = acts.add_parser("hand-over", help=_("把一个人的客户和待办交给几个人"))
    found.add_argument("name", metavar="NAME")
    found.add_argument(
        "--to",
        required=True,
        action="append",
        metavar="A[:N],B",
        help=_("接手的人，可以写几次；“小李:2”是两份，不写就是一份"),
    )
    found.add_argument("--list", default="", metavar="FILE", help=_("把交接清单存为 .pdf 或 .xlsx"))
    found.add_argument("--apply", action="store_true", help=_("执行；不加则只看会有哪些变化"))
    found.set_defaults(run=_hand_over, writes=False)
    found = acts.add_parser("acts", help=_("做过的平均分配和交接"))
    found.add_argument("--limit", type=int, default=50, metavar="N")
    found.set_defaults(run=_acts, writes=False)
    found = acts.add_parser("undo", help=_("撤销一次平均分配或交接"))
    found.add_argument("number", type=int, metavar="ACT")
    found.set_defaults(run=_undo, writes=True)


def names(text: str) -> list[str]:
    """`小李，小赵` → both."""
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return [part.strip() for part in parts if part.strip()]


def _parts(texts: list[str]) -> dict[str, int]:
    """`小李:2,小赵` → 2 and 1."""
    found: dict[str, int] = {}
    for one in (name for text in texts for name in names(text)):
        name, sign, parts = one.replace("：", ":").partition(":")
        if sign and not parts.strip().isdigit():
            raise Refused("“{what}”看不懂：份数写成“小李:2”。", what=one, field="to")
        found[name.strip()] = int(parts) if sign else 1
    return found


def _hand_over(shop: Any, args: argparse.Namespace) -> Answer:
    from services import hand_over, hand_over_list
    from ui.cli import groups

    takers = _parts(args.to)
    if args.apply or args.list:
        groups.may_write(shop)
    if args.list and not args.list.lower().endswith(hand_over_list.KINDS):
        raise Refused("交接清单只能存为 .pdf 或 .xlsx，“{file}”不行。", file=args.list, field="list")
    done = (
        hand_over.apply(shop, args.name, takers) if args.apply else hand_over.preview(shop, args.name, takers)
    )
    listed = hand_over_list.write(shop, hand_over_list.sheet_of(shop, done), args.list) if args.list else 0
    data = {
        "name": done.leaver,
        "customers": done.customers,
        "open_contacts": done.open_contacts,
        "open_gifts": done.open_gifts,
        "applied": args.apply,
        "act": done.act or None,
        "to": [
            {
                "name": one.name,
                "parts": one.weight,
                "customers": groups.mix(one.customers),
                "open_contacts": one.open_contacts,
                "open_gifts": one.open_gifts,
            }
            for one in done.shares
        ],
    }
    head = _("{name} 的 {n} 位客户、{m} 个待联络、{k} 件待发礼品").format(
        name=done.leaver, n=done.customers, m=done.open_contacts, k=done.open_gifts
    )
    lines = [head + (_("，已执行。") if args.apply else _("（预览，未执行）。"))]
    for one in done.shares:
        lines.append(
            f"  {one.name}  {groups.said(one.customers)}  "
            + _("{m} 个待联络，{k} 件待发礼品").format(m=one.open_contacts, k=one.open_gifts)
        )
    if args.list:
        data["list"] = {"file": args.list, "rows": listed}
        lines.append(_("交接清单 {n} 位客户：{file}").format(n=listed, file=args.list))
    if args.apply:
        lines.append(_("撤销：group undo {number}").format(number=done.act))
    return Answer(data, "\n".join(lines))


def _acts(shop: Any, args: argparse.Namespace) -> Answer:
    from services import allocation_log

    found = allocation_log.acts(shop, max(args.limit, 1))
    data = [
        {
            "act": act.id,
            "kind": act.kind.value,
            "day": act.day.isoformat(),
            "by": act.by,
            "leaver": act.leaver,
            "customers": act.customers,
            "contacts": act.contacts,
            "undone": act.undone,
        }
        for act in found
    ]
    lines = []
    for act in found:
        what = _("交接 {name} → {to}").format(name=act.leaver, to=_("、").join(act.figures))
        lines.append(
            f"{act.id:5}  {act.day.isoformat()}  {what if act.leaver else _('平均分配')}  "
            + _("{n} 位客户，{m} 个待联络").format(n=act.customers, m=act.contacts)
            + (f"  {_('已撤销')}" if act.undone else "")
        )
    return Answer({"acts": data}, "\n".join(lines) or _("还没有分配或交接过"))


def _undo(shop: Any, args: argparse.Namespace) -> Answer:
    from services import allocation_log

    back = allocation_log.undo(shop, args.number)
    text = _("{n} 位客户和 {m} 个待联络已回到原处。").format(n=back.customers, m=back.contacts)
    if back.stayed:
        text += _("{n} 位后来又换过，留在现在的地方。").format(n=back.stayed)
    data = {"customers": back.customers, "stayed": back.stayed, "contacts": back.contacts}
    return Answer(data, text)
