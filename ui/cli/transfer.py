"""`transfer`: the whole shop onto a database server, or back into a file."""

from __future__ import annotations

import argparse
import os
from typing import Any

from services.words import _
from ui.cli.frame import Answer


def add(commands: Any) -> None:
    transfer = commands.add_parser("transfer", help=_("把整个店搬到数据库服务器上，或搬回这台电脑的文件"))
    transfer.add_argument(
        "--to",
        required=True,
        metavar="PATH_OR_URL",
        help=_("空的数据库 postgresql://用户@服务器/库，或新文件的名字"),
    )
    transfer.set_defaults(run=_transfer, writes=True)


def _transfer(shop: Any, args: argparse.Namespace) -> Answer:
    from dataclasses import replace

    from services import transfer

    to = args.to
    if transfer.on_server(to):
        place = transfer.place_of(to)
        # A password on the command line can be read by everybody on the PC.
        to = replace(place, password=place.password or os.environ.get("SHUKE_DB_PASSWORD", "")).url()
    done = transfer.move(shop, to, os.environ.get("SHUKE_PIN", ""))
    data = {"to": transfer.shown(done.url), "tables": done.tables, "rows": done.rows, "left": done.left}
    text = _("已搬到 {to}：{tables} 张表、{rows} 行，逐表核对过。").format(
        to=transfer.shown(done.url), tables=done.tables, rows=done.rows
    )
    if done.left:
        text += "\n" + _("原来的文件改名为 {file}，不要再用它登记。").format(file=done.left)
    return Answer(data, text)
