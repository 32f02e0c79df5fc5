"""`erase CARD_NO …`, `erase --list`: the privacy law's deletion, by the owner alone; `customer data`: one's own data."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from typing import Any

from services import formats
from services.errors import Refused
from services.words import _
from ui.cli.frame import Answer, Usage


def add(commands: Any) -> None:
    parser = commands.add_parser("erase", help=_("按个人信息保护法删除一位客户的资料；不能撤销"))
    parser.add_argument("card_no", metavar="CARD_NO", nargs="?", default="")
    parser.add_argument("--reason", default="", metavar="TEXT", help=_("为什么删除，例如“本人要求”"))
    parser.add_argument("--dry-run", action="store_true", help=_("只看会删除什么、留下什么"))
    parser.add_argument("--keep-mentions", action="store_true", help=_("别人备注里提到的名字不动"))
    parser.add_argument("--remove-backups", action="store_true", help=_("删除后另做备份，并删掉旧备份"))
    parser.add_argument("--certificate", default="", metavar="FILE.pdf", help=_("给客户的删除证明"))
    parser.add_argument("--list", action="store_true", help=_("等店主决定的：要求删除的，和流失多年的"))
    parser.set_defaults(run=_erase, writes=True)


def add_data(acts: Any) -> None:
    """Adds `data` to `customer`."""
    parser = acts.add_parser("data", help=_("一位客户的全部资料，应本人要求给出"))
    parser.add_argument("card_no", metavar="CARD_NO")
    parser.add_argument("--out", required=True, metavar="FILE.json|.pdf|.xlsx")
    parser.set_defaults(run=_data, writes=False)


def pin_again(name: str) -> str:
    """The PIN for an act that wants it once more: `SHUKE_PIN`, or asked for."""
    pin = os.environ.get("SHUKE_PIN", "")
    if pin or not sys.stdin.isatty():
        return pin
    return getpass.getpass(_("{name} 的密码：").format(name=name))


def _erase(shop: Any, args: argparse.Namespace) -> Answer:
    from services import customers, erasing
    from services.rights import Right, require

    require(shop, Right.ERASE)
    if args.list:
        return _waiting(shop)
    if not args.card_no:
        raise Usage(_("缺少：%s") % "CARD_NO")
    number = customers.by_card(args.card_no)
    if args.dry_run:
        return _preview(erasing.preview(shop, number))
    target = args.certificate
    if target and not target.lower().endswith(".pdf"):
        raise Refused("证明只能存为 .pdf，请改文件名“{file}”的扩展名。", file=target)
    done = erasing.erase(
        shop,
        number,
        args.reason,
        typed=erasing.preview(shop, number).card_no,
        pin=pin_again(shop.actor.name),
        mentions=not args.keep_mentions,
        remove_backups=args.remove_backups,
    )
    if target:
        from services.erasing.certificate import certificate

        certificate(shop, done, target)
    data = {
        "card_no": args.card_no,
        "erased": [f"#{mark}" for mark in done.marks],
        "mentions": done.mentions,
        "journal_bodies": done.bodies,
        "backups_kept": done.kept_backups,
        "backups_removed": done.removed_backups,
        "backups_until": done.backups_until.isoformat() if done.kept_backups else None,
        "certificate": target or None,
        "warning": done.warning or None,
    }
    text = _("已删除，现在叫 #{mark}。这一步不能撤销。").format(mark=done.marks[0])
    if done.kept_backups:
        text += "\n" + _("{n} 份备份里还有这些资料，最迟到 {day} 自动清除。").format(
            n=done.kept_backups, day=done.backups_until.isoformat()
        )
    return Answer(data, text, (done.warning,) if done.warning else ())


def _preview(found: Any) -> Answer:
    data = {
        "card_no": found.card_no,
        "name": found.name,
        "records": found.records,
        "goes": found.goes,
        "stays": {
            "tickets": found.tickets,
            "paid": formats.yuan(found.paid),
            "points_balance": found.points,
            "gifts": found.gifts,
            "vouchers": found.vouchers,
            "voucher_worth": formats.yuan(found.voucher_worth),
        },
        "cancelled_gifts": found.open_gifts,
        "mentions": [{"table": table, "text": text} for table, text in found.mentions],
        "backups": found.backups,
        "backups_until": found.backups_until.isoformat(),
    }
    lines = [
        _("{name}（{card_no}）：").format(name=found.name, card_no=found.card_no),
        _("会删除：资料和 {n} 条记录里的内容。").format(n=sum(found.goes.values())),
        _("会留下：{tickets} 张小票共 {paid}，{gifts} 件礼品，数量和金额不变。").format(
            tickets=found.tickets, paid=formats.money(found.paid), gifts=found.gifts
        ),
    ]
    if found.mentions:
        lines.append(_("别处提到 {n} 次，会换成“〔已删除〕”：").format(n=len(found.mentions)))
        lines += [f"  {text}" for _table, text in found.mentions]
    lines.append(_("没有删除任何东西。"))
    return Answer(data, "\n".join(lines))


def _waiting(shop: Any) -> Answer:
    from services import retention

    found = retention.candidates(shop)
    data = [
        {
            "card_no": one.card_no,
            "name": one.name,
            "why": one.why,
            "since": one.since.isoformat() if one.since else None,
            "reason": one.reason,
            "asked_by": one.asked_by,
            "last_purchase": one.last_purchase.isoformat() if one.last_purchase else None,
            "tickets": one.tickets,
            "paid_total": formats.yuan(one.paid_total),
        }
        for one in found
    ]
    lines = [
        f"{one.card_no}  {one.name}  {_('要求删除') if one.why == retention.ASKED else _('流失')} "
        f"{formats.short_day(one.since)}  {one.reason}".rstrip()
        for one in found
    ]
    return Answer({"waiting": data}, "\n".join(lines) or _("没有等店主决定的资料。"))


def _data(shop: Any, args: argparse.Namespace) -> Answer:
    from services import customers, data_report

    found = data_report.write(shop, customers.by_card(args.card_no), args.out)
    rows = sum(map(len, found.tables.values()))
    text = _("{name} 的全部资料已存为 {file}。").format(name=found.name, file=args.out)
    return Answer({"card_no": found.card_no, "file": args.out, "rows": rows}, text)
