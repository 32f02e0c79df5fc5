"""`gifts send|received|slip|pack|packing|under-way|undo-to-stock`: a gift's way to its customer on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from services import gifts
from services.formats import short_day
from services.gifts import ParcelRow, Way
from services.words import _
from ui.cli.frame import Answer, a_day


def add(verbs: Any) -> None:
    send = verbs.add_parser("send", help=_("寄出或送上门，写明由谁承运"))
    _lines(send)
    send.add_argument("--carrier", default="", help=_("承运"))
    send.add_argument("--tracking", default="", help=_("运单号"))
    send.add_argument("--courier", default="", help=_("送上门的送货人；写了就是送货上门"))
    send.set_defaults(run=_send, writes=True)
    receipt = verbs.add_parser("received", help=_("登记寄出或送上门的礼品由谁签收"))
    _lines(receipt)
    receipt.add_argument("--by", required=True, help=_("签收人"))
    receipt.add_argument("--day", type=a_day, default=None, metavar="YYYY-MM-DD")
    receipt.set_defaults(run=_received, writes=True)
    for name, run, words in (
        ("undo-received", _undo_received, _("撤销签收")),
        ("pack", _pack, _("登记礼品装好")),
        ("unpack", _unpack, _("撤销装好")),
        ("undo-to-stock", _undo_to_stock, _("撤销退回库存")),
    ):
        step = verbs.add_parser(name, help=words)
        _lines(step)
        step.set_defaults(run=run, writes=True)
    slip = verbs.add_parser("slip", help=_("客户签名的小票"))
    _lines(slip)
    slip.add_argument("--out", required=True, type=Path, metavar="FILE.pdf")
    slip.add_argument("--paper", choices=("roll", "a6"), default="roll")
    slip.set_defaults(run=_slip, writes=False)
    packing = verbs.add_parser("packing", help=_("要装的礼品按日子列出；写了文件就存成清单"))
    packing.add_argument("--day", type=a_day, default=None, metavar="YYYY-MM-DD")
    packing.add_argument("--out", type=Path, default=None, metavar="FILE.pdf")
    packing.set_defaults(run=_packing, writes=False)
    verbs.add_parser("under-way", help=_("已寄出或正送上门、还没有登记签收的礼品")).set_defaults(
        run=_under_way
    )


def _lines(parser: Any) -> None:
    parser.add_argument("line", type=int, nargs="+", metavar="LINE")


def _send(shop: Any, args: argparse.Namespace) -> Answer:
    way = Way(args.carrier, args.tracking, args.courier)
    signed = "delivery" if args.courier else "posted"
    done = gifts.issue_many(shop, args.line, signed=signed, way=way)
    return _answer(shop, [one.id for one in done], _("已发放 {n} 件。").format(n=len(done)))


def _received(shop: Any, args: argparse.Namespace) -> Answer:
    number = gifts.received(shop, args.line, args.by, args.day)
    return _answer(shop, args.line, _("已登记 {n} 件签收。").format(n=number))


def _undo_received(shop: Any, args: argparse.Namespace) -> Answer:
    gifts.undo_received(shop, args.line)
    return _answer(shop, args.line, _("已撤销签收。"))


def _pack(shop: Any, args: argparse.Namespace) -> Answer:
    from services.gifts import packing

    done = packing.pack(shop, args.line)
    return _answer(shop, args.line, _("已装好 {n} 件。").format(n=len(done)))


def _unpack(shop: Any, args: argparse.Namespace) -> Answer:
    from services.gifts import packing

    packing.unpack(shop, args.line)
    return _answer(shop, args.line, _("已撤销装好。"))


def _undo_to_stock(shop: Any, args: argparse.Namespace) -> Answer:
    done = gifts.undo_to_stock(shop, args.line)
    words = _("已撤销回库，{name} 的礼品照旧。").format(name=_("、").join(one.name for one in done))
    return _answer(shop, args.line, words)


def _slip(shop: Any, args: argparse.Namespace) -> Answer:
    from services.gifts import slips

    number = slips.write(shop, args.line, args.out, args.paper)
    words = _("签收单 {n} 张已存到 {file}。").format(n=number, file=args.out)
    return Answer({"slips": number, "file": str(args.out)}, words)


def _packing(shop: Any, args: argparse.Namespace) -> Answer:
    from services.gifts import packing

    days = packing.pack_days(shop)
    day = args.day or (days[0].day if days else shop.today())
    if args.out is not None:
        packing.write(shop, day, args.out)
    rows = packing.to_pack(shop, day)
    data = {
        "day": day.isoformat(),
        "days": [{"day": one.day.isoformat(), "gifts": one.pieces, "packed": one.packed} for one in days],
        "lines": [_data(one) for one in rows],
        "file": str(args.out) if args.out else None,
    }
    head = [
        _("{day}：{n} 件，已装 {packed} 件").format(day=short_day(one.day), n=one.pieces, packed=one.packed)
        for one in days
    ]
    return Answer(data, "\n".join([*head, *(_text(one) for one in rows)]) or _("没有要装的礼品"))


def _under_way(shop: Any, args: argparse.Namespace) -> Answer:
    return _answer(shop, gifts.under_way_ids(shop), "")


def _answer(shop: Any, ids: list[int], head: str) -> Answer:
    rows = [row for row in gifts.parcels(shop, ids) if row is not None]
    text = [head] if head else []
    return Answer(
        {"lines": [_data(row) for row in rows]},
        "\n".join([*text, *(_text(row) for row in rows)]) or _("没有在途的礼品"),
    )


def _data(row: ParcelRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "card_no": row.card_no,
        "name": row.name,
        "gift": row.gift,
        "handover": row.handover.value,
        "status": row.status.value,
        "signed": row.signed,
        "packed_on": row.packed_on.isoformat() if row.packed_on else None,
        "carrier": row.carrier,
        "tracking": row.tracking,
        "courier": row.courier,
        "received_by": row.received_by,
        "received_on": row.received_on.isoformat() if row.received_on else None,
    }


def _text(row: ParcelRow) -> str:
    facts = [
        _("已装好") if row.packed_on else "",
        gifts.signed_words(row.signed) if row.signed else "",
        row.way,
        f"{row.received_by} {short_day(row.received_on)}" if row.received_on else "",
    ]
    return f"  {row.id:>5}  {row.card_no}  {row.name}  {row.gift}  " + " ".join(one for one in facts if one)
