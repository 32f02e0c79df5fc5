"""`cards`, `labels`, `envelopes`: what is posted for the occasions of a span, as PDF."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from models.kinds import PrintKind
from services.errors import Refused
from services.printing import jobs
from services.printing.jobs import Wanted
from services.printing.recipients import MissingGlyphs, Recipient
from services.words import _
from ui.cli.frame import Answer, a_day

_LISTED = 20
"""Customers named on the screen; --json names all."""


def add(commands: Any) -> None:
    for name, words, layout, known in (
        (
            "cards",
            _("贺卡：A、B 级和特殊客户，赠送事宜在这段日期内的"),
            "A6",
            _("A6 A5fold 2up 4up（A5fold 和 2up 双面，每面一页）"),
        ),
        ("labels", _("与贺卡对应的地址标签"), "3x8", "3x8 3x7 2x7"),
        ("envelopes", _("与贺卡对应的信封"), "DL", "DL B6 ZL C5 C4"),
    ):
        parser = commands.add_parser(name, help=words, description=words)
        parser.add_argument("--from", dest="first", type=a_day, metavar="DATE", help=_("赠送事宜的第一天"))
        parser.add_argument("--to", dest="last", type=a_day, metavar="DATE", help=_("最后一天"))
        parser.add_argument("--occasion", metavar="CODE", help=_("只要这一种，如 birthday、may_day"))
        parser.add_argument("--layout", metavar="LAYOUT", help=_("版式：{known}").format(known=known))
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.pdf")
        parser.add_argument("--job", type=int, metavar="ID", help=_("续印这个任务剩下的部分"))
        parser.add_argument("--from-item", type=int, metavar="N", help=_("从第几份开始续印"))
        if name == "labels":
            parser.add_argument("--gifts", action="store_true", help=_("礼品标签：已批准、待发放的礼品"))
            parser.add_argument("--start", type=int, default=1, metavar="N", help=_("从标签纸的第几枚开始"))
        if name == "envelopes":
            parser.add_argument("--preprinted", action="store_true", help=_("信封上已印有邮编框，不再画框"))
        parser.set_defaults(run=_HANDLERS[name], writes=True, default_layout=layout)


def _made(kind: PrintKind, shop: Any, args: argparse.Namespace) -> Answer:
    if args.out.suffix.lower() != ".pdf":
        raise Refused("打印文件要以 .pdf 结尾，例如 {name}。", field="out", name=args.out.stem + ".pdf")
    if not args.job and (args.first is None or args.last is None):
        raise Refused("请用 --from 和 --to 给出日期，例如 --from 2026-12-01 --to 2026-12-31。", field="from")
    wanted = Wanted(kind, args.layout or args.default_layout, args.first, args.last, args.occasion or "",
                    job_id=args.job or 0, from_item=args.from_item or 0)  # fmt: skip
    if kind in (PrintKind.LABEL, PrintKind.GIFT_LABEL):
        wanted = replace(wanted, start=args.start)
    if kind == PrintKind.ENVELOPE and args.preprinted:
        wanted = replace(wanted, boxes=False)
    return _answer(jobs.make(shop, wanted, args.out))


def _labels(shop: Any, args: argparse.Namespace) -> Answer:
    return _made(PrintKind.GIFT_LABEL if args.gifts else PrintKind.LABEL, shop, args)


_HANDLERS = {
    "cards": partial(_made, PrintKind.CARD),
    "labels": _labels,
    "envelopes": partial(_made, PrintKind.ENVELOPE),
}


def _answer(done: jobs.PrintResult) -> Answer:
    data = {
        "count": done.count,
        "pages": done.pages,
        "missing_glyphs": [
            {"card_no": one.card_no, "name": one.name, "characters": one.characters}
            for one in done.missing_glyphs
        ],
        "missing_addresses": [{"card_no": one.card_no, "name": one.name} for one in done.missing_addresses],
        "cut": list(done.cut),
        "copies": done.copies,
        "job": done.job_id,
        "file": done.file,
    }
    return Answer(data, _text(done))


def _text(done: jobs.PrintResult) -> str:
    if not done.count:
        lines = [_("这段日期内没有要寄的客户，没有生成文件。")]
    else:
        lines = [_("{n} 份，{pages} 页，已写入 {file}（打印任务 {job}）。").format(
            n=done.count, pages=done.pages, file=done.file, job=done.job_id)]  # fmt: skip
    if done.copies:
        lines.append(_("其中 {n} 份以前印过，标有“副本”。").format(n=done.copies))
    lines += _glyphs(done.missing_glyphs) + _addresses(done.missing_addresses)
    if done.cut:
        lines.append(_("文字太长、没有印全的卡号：{cards}").format(cards="、".join(done.cut[:_LISTED])))
    return "\n".join(lines)


def _glyphs(missing: Sequence[MissingGlyphs]) -> list[str]:
    if not missing:
        return []
    lines = [_("字体里没有下列字，打印时留了空位，请手写补上：")]
    lines += [f"  {one.card_no}  {one.name}  {one.characters}" for one in missing[:_LISTED]]
    return lines + _rest(len(missing))


def _addresses(missing: Sequence[Recipient]) -> list[str]:
    if not missing:
        return []
    lines = [_("下列客户没有邮寄地址：")]
    lines += [f"  {one.card_no}  {one.name}" for one in missing[:_LISTED]]
    return lines + _rest(len(missing))


def _rest(count: int) -> list[str]:
    return [_("  … 其余 {n} 位用 --json 查看").format(n=count - _LISTED)] if count > _LISTED else []
