"""`gifts reconcile|signals|sample|effect`: the owner's checks on the command line (spec 03 §7, 07)."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from services.errors import Refused
from services.formats import money, short_day, yuan
from services.words import _
from ui.cli.frame import Answer, a_day, a_month

_SHOWN = 40
"""Lines printed for people; the rest is in --json."""


def add(verbs: Any) -> None:
    reconcile = _verb(verbs, "reconcile", _reconcile, _("对账：计划、批准、发放、签收、库存"))
    reconcile.add_argument("--gift", default="", metavar="NAME", help=_("只看这种礼品背后的明细"))
    reconcile.add_argument(
        "--which", default="issued", metavar="planned|approved|issued|…", help=_("哪一个数")
    )
    _verb(verbs, "signals", _signals, _("这个月的礼品里值得看一眼的事"))
    sample = verbs.add_parser("sample", help=_("每月抽查和电话单"))
    sample.add_argument("--month", required=True, type=a_month, metavar="YYYY-MM")
    sample.add_argument(
        "--out", type=Path, default=None, metavar="FILE.pdf|.xlsx|.csv", help=_("电话单存到文件")
    )
    sample.set_defaults(run=_sample)
    draw = verbs.add_parser("sample-draw", help=_("抽取上个月的抽查；每月只抽一次，谁也不能挑"))
    draw.add_argument("--month", required=True, type=a_month, metavar="YYYY-MM")
    draw.set_defaults(run=_draw, writes=True)
    note = verbs.add_parser("sample-note", help=_("记下客户的回答"))
    note.add_argument("--month", required=True, type=a_month, metavar="YYYY-MM")
    note.add_argument("number", type=int, metavar="N", help=_("电话单上的序号"))
    note.add_argument("outcome", metavar="received|wrong|missing|no_answer|declined")
    note.add_argument("--note", default="")
    note.set_defaults(run=_note, writes=True)
    effect = verbs.add_parser("effect", help=_("礼品的投入和之后的购买"))
    effect.add_argument("--from", dest="first", required=True, type=a_day, metavar="YYYY-MM-DD")
    effect.add_argument("--to", dest="last", required=True, type=a_day, metavar="YYYY-MM-DD")
    effect.add_argument("--by", choices=("grade", "occasion", "gift"), default="grade")
    effect.add_argument("--days", type=int, default=None, metavar="N", help=_("送礼后算几天，默认按客情标准"))
    effect.add_argument("--out", type=Path, default=None, metavar="FILE.xlsx|.csv")
    effect.set_defaults(run=_effect)


def _verb(verbs: Any, name: str, run: Callable[[Any, argparse.Namespace], Answer], words: str) -> Any:
    parser = verbs.add_parser(name, help=words)
    parser.add_argument("--month", required=True, type=a_month, metavar="YYYY-MM")
    parser.add_argument("--out", type=Path, default=None, metavar="FILE.xlsx|.csv", help=_("同时存成表格"))
    parser.set_defaults(run=run)
    return parser


def _reconcile(shop: Any, args: argparse.Namespace) -> Answer:
    from services.gift_checks import reconciliation

    if args.gift:
        return _behind(shop, args)
    found = reconciliation.reconcile(shop, args.month)
    if args.out:
        reconciliation.save(shop, args.month, args.out)

    def data(row: reconciliation.GiftMonth) -> dict[str, Any]:
        figures = {key: getattr(row, key) for key, _words in reconciliation.COLUMNS}
        sums = {"planned_cost": yuan(row.planned_cost), "issued_cost": yuan(row.issued_cost)}
        return {"gift": row.gift, "class": row.gift_class, **figures, **sums,
                "value": yuan(row.value)}  # fmt: skip

    answer = {"month": args.month, "gifts": [data(row) for row in found.rows], "total": data(found.total)}
    text = [_("{month} 对账：{n} 种礼品").format(month=args.month, n=len(found.rows))]
    for row in (*found.rows, found.total):
        words = _(
            "  {gift}  计划 {planned}  批准 {approved}  发放 {issued}  签收 {signed}  月末 {end}  {value}"
        ).format(
            gift=row.gift or _("合计"),
            planned=row.planned,
            approved=row.approved,
            issued=row.issued,
            signed=row.signed,
            end=row.end,
            value=money(row.value),
        )
        text.append(words + (_("  不符 {n}").format(n=row.off) if row.off else ""))
    return Answer(answer, "\n".join(text))


def _behind(shop: Any, args: argparse.Namespace) -> Answer:
    from services import gifts, stock
    from services.gift_checks import reconciliation

    known = (*reconciliation.WHICH, "off")
    if args.which not in known:
        raise Refused("没有“{which}”这个数；可选 {known}。", which=args.which, known=" ".join(known),
                      field="which")  # fmt: skip
    gift = stock.by_name(shop, args.gift)
    ids = reconciliation.lines_behind(shop, args.month, args.which, gift.id)
    lines = [row for row in gifts.lines_by_id(shop, ids) if row is not None]
    data = [
        {
            "id": row.id,
            "card_no": row.card_no,
            "name": row.name,
            "occasion": row.occasion,
            "status": row.status.value,
            "cost": yuan(row.cost),
            "issued_on": row.issued_on.isoformat() if row.issued_on else None,
            "signed": row.signed,
        }
        for row in lines
    ]
    text = "\n".join(
        f"  {row.id}  {row.card_no}  {row.name}  {gifts.occasion_words(row.occasion)}  {short_day(row.issued_on)}"
        for row in lines[:_SHOWN]
    )
    return Answer({"month": args.month, "gift": gift.name, "which": args.which, "lines": data},
                  text or _("没有明细。"))  # fmt: skip


def _signals(shop: Any, args: argparse.Namespace) -> Answer:
    from services.gift_checks import signals

    found = signals.signals(shop, args.month)
    if args.out:
        signals.save(shop, args.month, args.out)
    data = [
        {"kind": one.kind, "tone": one.tone, "text": one.text, "lines": list(one.lines),
         "moves": list(one.moves)}
        for one in found
    ]  # fmt: skip
    text = "\n".join(
        "  " + _("{name}：{words}").format(name=one.title, words=one.text) for one in found[:_SHOWN]
    )
    return Answer({"month": args.month, "signals": data}, text or _("{month} 没有要看的信号。").format(
        month=args.month))  # fmt: skip


def _sample(shop: Any, args: argparse.Namespace) -> Answer:
    from services.gift_checks import sample

    if args.out:
        sample.write_call_list(shop, args.month, args.out)
    return _sample_answer(sample.sample(shop, args.month))


def _draw(shop: Any, args: argparse.Namespace) -> Answer:
    from services.gift_checks import sample

    return _sample_answer(sample.draw_sample(shop, args.month))


def _note(shop: Any, args: argparse.Namespace) -> Answer:
    from services.gift_checks import sample

    rows = sample.sample(shop, args.month).rows
    row = next((one for one in rows if one.position == args.number), None)
    if row is None:
        raise Refused("{month} 的抽查里没有第 {n} 条。", month=args.month, n=args.number, field="number")
    sample.note_outcome(shop, row.id, args.outcome, args.note)
    return _sample_answer(sample.sample(shop, args.month))


def _sample_answer(found: Any) -> Answer:
    from services.gift_checks.sample import OUTCOMES

    data = {
        "month": found.month,
        "drawn": bool(found.seed),
        "seed": found.seed,
        "anchor": found.anchor,
        "population": found.population,
        "asked": found.asked,
        "rows": [
            {
                "number": row.position,
                "line": row.line_id,
                "card_no": row.card_no,
                "name": row.name,
                "phones": row.masked_phones,
                "gift": row.gift,
                "question": row.question,
                "outcome": row.outcome,
                "note": row.note,
            }
            for row in found.rows
        ],
    }
    if not found.seed:
        words = _("{month} 还没有抽查，发放过 {n} 件。用“gifts sample-draw --month {month}”抽取。")
        return Answer(data, words.format(month=found.month, n=found.population))
    text = [_("{month} 发放 {all} 件，抽查 {n} 件，已问 {asked} 件。").format(
        month=found.month, all=found.population, n=len(found.rows), asked=found.asked)]  # fmt: skip
    text += [
        f"  {row.position}  {row.card_no}  {row.name}  {row.gift}  {_(OUTCOMES[row.outcome]) if row.outcome else ''}"
        for row in found.rows
    ]
    return Answer(data, "\n".join(text))


def _effect(shop: Any, args: argparse.Namespace) -> Answer:
    from services.gift_checks import effect

    first: date = args.first
    found = effect.effect(shop, first, args.last, args.by, args.days)
    if args.out:
        effect.save(shop, first, args.last, args.by, args.out, args.days)

    def fen(value: int | None) -> str | None:
        return None if value is None else yuan(value)

    def data(row: effect.EffectRow) -> dict[str, Any]:
        return {
            **{"key": row.key, "name": row.name, "heads": row.heads, "gifts": row.gifts},
            **{"cost": yuan(row.cost), "cost_per_head": fen(row.cost_per_head), "open": row.open},
            **{"judged": row.judged, "buyers": row.buyers, "tickets": row.tickets, "paid": yuan(row.paid)},
            **{"per_head": fen(row.per_head), "none_heads": row.none_heads, "none_buyers": row.none_buyers},
            **{"none_per_head": fen(row.none_per_head), "difference": fen(row.difference), "weak": row.weak},
        }

    answer = {
        "from": first.isoformat(),
        "to": args.last.isoformat(),
        "by": args.by,
        "days": found.days,
        "rows": [data(row) for row in found.rows],
        "total": data(found.total),
        "words": list(found.words),
    }
    text = [
        _("  {name}  {heads} 人  成本 {cost}  之后 {days} 天每人买 {bought}  没收礼的 {none}").format(
            name=row.name,
            heads=row.heads,
            cost=money(row.cost),
            days=found.days,
            bought="–" if row.per_head is None else money(row.per_head),
            none="–" if row.none_per_head is None else money(row.none_per_head),
        )
        for row in (*found.rows, found.total)
    ]
    return Answer(answer, "\n".join([*text, *found.words]))
