"""`customer duplicates|merge|merges|unmerge`: records of one person made one."""

from __future__ import annotations

import argparse
from typing import Any

from services import formats
from services.errors import Refused
from services.words import _
from ui.cli.frame import Answer


def add(acts: Any) -> None:
    """Adds the verbs to `customer`."""
    parser = acts.add_parser("duplicates", help=_("可能重复登记的客户"))
    parser.add_argument("--limit", type=int, default=100, metavar="N")
    parser.set_defaults(run=_duplicates, writes=False)
    parser = acts.add_parser("merge", help=_("把 OTHER 合并到 KEEP，可以几个"))
    parser.add_argument("keep", metavar="KEEP")
    parser.add_argument("other", metavar="OTHER", nargs="+")
    parser.add_argument("--dry-run", action="store_true", help=_("只看会怎样，不合并"))
    parser.add_argument(
        "--choose", action="append", default=[], metavar="FIELD=keep|other|both", help=_("这一栏用哪一边的")
    )
    parser.set_defaults(run=_merge, writes=False)
    parser = acts.add_parser("merges", help=_("合并过的客户"))
    parser.add_argument("--limit", type=int, default=100, metavar="N")
    parser.set_defaults(run=_merges, writes=False)
    parser = acts.add_parser("unmerge", help=_("撤销合并"))
    parser.add_argument("other", metavar="OTHER")
    parser.set_defaults(run=_unmerge, writes=True)


def _duplicates(shop: Any, args: argparse.Namespace) -> Answer:
    from services import duplicates

    found = duplicates.pairs(shop, max(args.limit, 1))
    data = [
        {
            "keep": pair.keep.card_no,
            "other": pair.other.card_no,
            "names": [pair.keep.name, pair.other.name],
            "reasons": [reason.name.lower() for reason in pair.reasons],
            "score": pair.score,
            "together": len(pair.together),
        }
        for pair in found
    ]
    lines = [
        f"{pair.keep.card_no:10} {pair.keep.name}  {pair.other.card_no:10} {pair.other.name}  "
        + _("、").join(_(reason.value) for reason in pair.reasons)
        for pair in found
    ]
    return Answer({"pairs": data}, "\n".join(lines) or _("没有发现重复登记的客户。"))


def _merge(shop: Any, args: argparse.Namespace) -> Answer:
    from services import merging
    from services.clock import FixedClock
    from services.customers import by_card
    from services.shop import must_write

    choices = {}
    for text in args.choose:
        field, sign, side = text.partition("=")
        if not sign:
            raise Refused("--choose 要写成 栏目=keep、other 或 both，例如 size=other。", field="choose")
        choices[field] = side
    if len(args.other) > 1:
        return _merge_all(shop, args, choices)
    args.other = args.other[0]
    keep, other = by_card(args.keep), by_card(args.other)
    if args.dry_run:
        return _shown(args, merging.preview(shop, keep, other))
    must_write(shop, dated=isinstance(shop.clock, FixedClock))
    done = merging.merge(shop, keep, other, choices)
    data = {
        "keep": args.keep,
        "other": args.other,
        "unmerge": done.other_card,
        "grade": done.grade,
        "moved": done.moved,
    }
    text = _("已把 {other} 合并到 {keep}，等级 {grade}。撤销：customer unmerge {card_no}")
    return Answer(
        data, text.format(other=args.other, keep=args.keep, grade=done.grade, card_no=done.other_card)
    )


def _merge_all(shop: Any, args: argparse.Namespace, choices: dict[str, str]) -> Answer:
    """Several at once, each field as proposed: all of them or none."""
    from services import merging
    from services.clock import FixedClock
    from services.customers import by_card
    from services.shop import must_write

    if choices or args.dry_run:
        raise Refused("--choose 和 --dry-run 只用于两份资料：请一个一个地合并。", field="choose")
    must_write(shop, dated=isinstance(shop.clock, FixedClock))
    done = merging.merge_all(shop, by_card(args.keep), [by_card(card) for card in args.other])
    cards = [one.other_card for one in done]
    text = _("已把 {n} 份资料合并到 {keep}，等级 {grade}。撤销时从最后一份开始：customer unmerge {card_no}")
    return Answer(
        {"keep": args.keep, "other": args.other, "unmerge": cards[::-1], "grade": done[-1].grade},
        text.format(n=len(done), keep=args.keep, grade=done[-1].grade, card_no=cards[-1]),
    )


def _merges(shop: Any, args: argparse.Namespace) -> Answer:
    from services import merge_list

    found = merge_list.merges(shop, limit=max(args.limit, 1))
    data = [
        {
            "day": row.day.isoformat(),
            "by": row.by,
            "keep": row.kept_card,
            "other": row.other_card,
            "names": [row.kept, row.other],
            "undone": row.undone,
            "may_undo": row.may_undo,
        }
        for row in found
    ]
    lines = [
        f"{row.day.isoformat()}  {row.kept_card:10} {row.kept}  ← {row.other_card:10} {row.other}  {row.by}"
        + (f"  {_('已拆开')}" if row.undone else "")
        for row in found
    ]
    return Answer({"merges": data}, "\n".join(lines) or _("还没有合并过客户"))


def _shown(args: argparse.Namespace, seen: Any) -> Answer:
    data = {
        "keep": args.keep,
        "other": args.other,
        "grade": seen.grade,
        "points_balance": seen.points_balance,
        "tickets": seen.tickets,
        "paid": formats.yuan(seen.paid_total),
        "double_gifts": seen.double_gifts,
        "moves": seen.moves,
        "fields": {row.field: row.choice for row in seen.fields},
        "dry_run": True,
    }
    text = _("合并后：等级 {grade}，{tickets} 单共 {paid}，可用积分 {points}（预览，未执行）。").format(
        grade=seen.grade,
        tickets=seen.tickets,
        paid=formats.money(seen.paid_total),
        points=seen.points_balance,
    )
    return Answer(data, text)


def _unmerge(shop: Any, args: argparse.Namespace) -> Answer:
    from services import merging

    merging.undo_merge(shop, merging.merged_by_card(args.other))
    return Answer(
        {"other": args.other, "undone": True}, _("已撤销 {other} 的合并。").format(other=args.other)
    )
