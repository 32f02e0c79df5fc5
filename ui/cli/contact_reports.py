"""`contact results|sheet`: what contacts brought, and the papers to work with (spec 04, 06, 07)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from services import formats
from services.contact_lists import Filters
from services.contact_results import BY, VERDICT_WORDS, ResultRow, Results, month_span, percent
from services.errors import Refused
from services.words import _
from ui.cli.frame import Answer, a_day


def add(acts: Any) -> None:
    results = acts.add_parser("results", help=_("联络以后的购买，与没有这样联络的客户相比"))
    results.add_argument("--month", required=True, metavar="YYYY-MM")
    results.add_argument("--by", choices=tuple(BY), default="way")
    results.add_argument(
        "--days", type=int, default=None, metavar="N", help=_("联络后算几天，默认按客情标准")
    )
    results.add_argument("--out", type=Path, default=None, metavar="FILE.xlsx|.csv")
    results.set_defaults(run=_results, writes=False)
    sheet = acts.add_parser("sheet", help=_("检核表或沟通进度表"))
    sheet.add_argument("kind", choices=("check", "progress"))
    sheet.add_argument("--span", choices=("day", "week", "month"), default="week")
    sheet.add_argument("--on", type=a_day, default=None, metavar="DATE", help=_("这一天，或它所在的周、月"))
    whose = sheet.add_mutually_exclusive_group()
    whose.add_argument("--group", default="", metavar="NAME")
    whose.add_argument("--clerk", default="", metavar="NAME")
    sheet.add_argument("--out", type=Path, required=True, metavar="FILE.pdf|.xlsx")
    sheet.set_defaults(run=_sheet, writes=False)


def _sheet(shop: Any, args: argparse.Namespace) -> Answer:
    from services import contact_papers
    from services.contact_sheet import Length, PaperKind, span_of

    first, last = span_of(Length(args.span), args.on or shop.today())
    found = contact_papers.gather(shop, PaperKind(args.kind), first, last, _whose(shop, args))
    rows = contact_papers.write(shop, found, args.out)
    data = {
        **{"file": str(args.out), "kind": args.kind, "from": first.isoformat(), "to": last.isoformat()},
        **{"rows": rows, "points": sum(part.points for part in found.parts)},
        **{
            "done": sum(part.done for part in found.parts),
            "checked": sum(part.checked for part in found.parts),
        },
    }
    return Answer(data, _("{title}：{n} 行，已存为 {file}").format(title=found.title, n=rows, file=args.out))


def _whose(shop: Any, args: argparse.Namespace) -> Filters:
    """The group or the clerk by name; Refused for an unknown one."""
    from services import staff

    if args.group:
        group = next((one for one in staff.groups(shop) if one.name == args.group), None)
        if group is None:
            raise Refused("没有叫“{name}”的销售组。", name=args.group, field="group")
        return Filters(group_id=group.id)
    if args.clerk:
        user = next((one for one in staff.users(shop) if one.name == args.clerk), None)
        if user is None:
            raise Refused("没有叫“{name}”的员工。", name=args.clerk, field="clerk")
        return Filters(clerk_id=user.id)
    return Filters()


def _results(shop: Any, args: argparse.Namespace) -> Answer:
    from services import contact_results

    first, last = month_span(args.month)
    found = contact_results.results(shop, first, last, args.by, args.days)
    data: dict[str, Any] = {
        **{"month": args.month, "by": found.by, "days": found.days, "few": found.few},
        **{
            "rows": [_data(row) for row in found.rows],
            "total": _data(found.total),
            "words": list(found.words),
            "compared_with": found.against,
        },
    }
    if args.out:
        contact_results.save(shop, first, last, args.by, args.out, args.days)
        data["file"] = str(args.out)
    return Answer(data, "\n".join(_lines(found)))


def _data(row: ResultRow) -> dict[str, Any]:
    def yuan(value: int | None) -> str | None:
        return None if value is None else formats.yuan(value)

    return {
        **{"key": row.key, "name": row.name, "contacts": row.contacts, "heads": row.heads, "open": row.open},
        **{
            "judged": row.judged,
            "buyers": row.buyers,
            "tickets": row.tickets,
            "paid": formats.yuan(row.paid),
        },
        **{"per_head": yuan(row.per_head), "not_contacted": row.none_heads},
        **{"not_contacted_per_head": yuan(row.none_per_head), "share": row.share},
        **{"not_contacted_share": row.none_share, "difference": yuan(row.difference)},
        "verdict": row.verdict.value,
    }


def _lines(found: Results) -> list[str]:
    if not found.total.heads:
        return [_("这个月没有联络到客户。")]
    lines = []
    for row in (*found.rows, found.total):
        each = "–" if row.per_head is None else formats.money(row.per_head)
        none = "–" if row.none_per_head is None else formats.money(row.none_per_head)
        lines.append(
            _(
                "{name}：联络 {heads} 人，满期 {judged} 人中 {buyers} 人购买（{share}），每人 {each}；"
                "对比的 {none_share}，每人 {none}；{verdict}"
            ).format(
                **{"name": row.name, "heads": row.heads, "judged": row.judged, "buyers": row.buyers},
                **{"share": percent(row.share), "each": each, "none": none},
                none_share=percent(row.none_share),
                verdict=_(VERDICT_WORDS[row.verdict]),
            )
        )
    return [*lines, found.against, *found.words]
