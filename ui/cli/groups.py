"""`group …`: groups, even distribution, a leaver's customers, and taking either back."""

from __future__ import annotations

import argparse
from typing import Any

from services.words import _
from ui.cli import hand_over
from ui.cli.frame import Answer


def add(commands: Any) -> None:
    parser = commands.add_parser("group", help=_("销售组：添加、平均分配客户、交接"))
    acts = parser.add_subparsers(
        dest="act",
        required=True,
        metavar="list|add|rename|close|place|allocate|hand-over|acts|undo",
        parser_class=type(parser),
    )
    found = acts.add_parser("list", help=_("各组的人员和客户"))
    found.set_defaults(run=_list, writes=False)
    found = acts.add_parser("add", help=_("添加销售组"))
    found.add_argument("name", metavar="NAME")
    found.set_defaults(run=_add, writes=True)
    found = acts.add_parser("rename", help=_("给销售组改名"))
    found.add_argument("name", metavar="NAME")
    found.add_argument("new", metavar="NEW_NAME")
    found.set_defaults(run=_rename, writes=True)
    found = acts.add_parser("close", help=_("关闭没有组员和客户的销售组"))
    found.add_argument("name", metavar="NAME")
    found.set_defaults(run=_close, writes=True)
    found = acts.add_parser("place", help=_("把员工放进销售组；空着就是不在组里"))
    found.add_argument("user", metavar="USER")
    found.add_argument("group", metavar="GROUP", nargs="?", default="")
    found.set_defaults(run=_place, writes=True)
    found = acts.add_parser("allocate", help=_("按人数和等级把客户平均分到各组"))
    found.add_argument("--to", default="", metavar="G,H", help=_("只分到这些组；没写的组会空出来"))
    found.add_argument("--apply", action="store_true", help=_("执行；不加则只看会有哪些变化"))
    found.set_defaults(run=_allocate, writes=False)
    hand_over.add(acts)


def _list(shop: Any, _args: argparse.Namespace) -> Answer:
    from services import allocation, staff

    people = allocation.members(shop)
    data, lines = [], []
    for group in staff.groups(shop):
        own = [one for one in people if one.group == group.name]
        data.append(
            {
                "name": group.name,
                "customers": group.customers,
                "members": [
                    {"name": one.name, "customers": one.customers, "open_contacts": one.open_contacts}
                    for one in own
                ],
            }
        )
        lines.append(_("{name}：{n} 位客户").format(name=group.name, n=group.customers))
        lines += [
            "  "
            + _("{name} {n} 位客户，{m} 个待联络").format(name=one.name, n=one.customers, m=one.open_contacts)
            for one in own
        ]
    return Answer({"groups": data}, "\n".join(lines) or _("还没有销售组。"))


def _add(shop: Any, args: argparse.Namespace) -> Answer:
    from services import allocation

    number = allocation.add_group(shop, args.name)
    return Answer({"id": number, "name": args.name}, _("已添加销售组“{name}”。").format(name=args.name))


def _group_id(shop: Any, name: str) -> int:
    from services import staff
    from services.errors import Refused

    for group in staff.groups(shop):
        if group.name == name.strip():
            return group.id
    raise Refused("没有叫“{name}”的销售组。", name=name, field="group")


def _rename(shop: Any, args: argparse.Namespace) -> Answer:
    from services import allocation

    allocation.rename_group(shop, _group_id(shop, args.name), args.new)
    return Answer({"name": args.new}, _("已改名为“{name}”。").format(name=args.new))


def _close(shop: Any, args: argparse.Namespace) -> Answer:
    from services import allocation

    allocation.close_group(shop, _group_id(shop, args.name))
    return Answer({"name": args.name}, _("销售组“{name}”已关闭。").format(name=args.name))


def _place(shop: Any, args: argparse.Namespace) -> Answer:
    from services import allocation, staff
    from services.errors import Refused

    user = next((one for one in staff.users(shop) if one.name == args.user.strip()), None)
    if user is None:
        raise Refused("没有叫“{name}”的员工，或账号已停用。", name=args.user, field="user")
    allocation.place_member(shop, user.id, _group_id(shop, args.group) if args.group else None)
    text = _("{name} 现在在“{group}”。") if args.group else _("{name} 现在不在任何销售组。")
    return Answer({"name": user.name, "group": args.group}, text.format(name=user.name, group=args.group))


def may_write(shop: Any) -> None:
    """Refuses where the books may not be written now; for commands that write only when told to."""
    from services.clock import FixedClock
    from services.shop import must_write

    must_write(shop, dated=isinstance(shop.clock, FixedClock))


def _allocate(shop: Any, args: argparse.Namespace) -> Answer:
    from services import allocation

    groups = [_group_id(shop, name) for name in hand_over.names(args.to)] or None
    if args.apply:
        may_write(shop)
    done = allocation.apply(shop, groups) if args.apply else allocation.preview(shop, groups)
    data = {
        "moved": done.moved,
        "applied": args.apply,
        "act": done.act or None,
        "groups": [{"name": one.name, "now": mix(one.now), "then": mix(one.then)} for one in done.groups],
    }
    lines = [
        _("{n} 位客户换组，已执行。").format(n=done.moved)
        if args.apply
        else _("{n} 位客户会换组（预览，未执行）。").format(n=done.moved)
    ]
    lines += [f"  {one.name}  {said(one.now)} → {said(one.then)}" for one in done.groups]
    if args.apply:
        lines.append(_("撤销：group undo {number}").format(number=done.act))
    return Answer(data, "\n".join(lines))


def mix(counts: tuple[int, int, int]) -> dict[str, int]:
    """A, B, C by name, for JSON."""
    return dict(zip("ABC", counts, strict=True))


def said(counts: tuple[int, int, int]) -> str:
    """`A 3 B 12 C 40`."""
    return "A {} B {} C {}".format(*counts)
