"""`contact results`: what contacts brought, on the command line (spec 06, 07)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from services import formats
from services.contact_results import BY, VERDICT_WORDS, ResultRow, Results, month_span, percent
from services.words import _
from ui.cli.frame import Answer


def add(acts: Any) -> None:
    results = acts.add_parser("results", help=_("联络以后的购买，与没有联络的客户相比"))
    results.add_argument("--month", required=True, metavar="YYYY-MM")
    results.add_argument("--by", choices=tuple(BY), default="topic")
    results.add_argument(
        "--days", type=int, default=None, metavar="N", help=_("联络后算几天，默认按客情标准")
    )
    results.add_argument("--out", type=Path, default=None, metavar="FILE.xlsx|.csv")
    results.set_defaults(run=_results, writes=False)


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
                "没联络的 {none_share}，每人 {none}；{verdict}"
            ).format(
                **{"name": row.name, "heads": row.heads, "judged": row.judged, "buyers": row.buyers},
                **{"share": percent(row.share), "each": each, "none": none},
                none_share=percent(row.none_share),
                verdict=_(VERDICT_WORDS[row.verdict]),
            )
        )
    return [*lines, *found.words]
