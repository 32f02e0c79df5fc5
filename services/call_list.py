"""The call list: chosen customers on A4 with a box to tick, phones as the role may see them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models import database
from models.kinds import Role
from services import customer_list, formats, journal
from services.customer_list import CustomerRow
from services.errors import Refused
from services.files import replacing
from services.printing import fonts
from services.printing.geometry import MM, Box, Size
from services.printing.paper import Paper
from services.progress import Progress, silent
from services.rights import Right, require
from services.shop import Shop
from services.words import N_, _

A4 = Size(210, 297)
_LEFT, _RIGHT, _TOP, _ROW, _ROWS = 14.0, 196.0, 40.0, 8.5, 28
"""mm, and rows a page."""
_COLUMNS = ((_LEFT + 7, N_("卡号")), (40.0, N_("姓名")), (70.0, N_("电话")), (101.0, N_("等级")), (114.0, N_("近况")),
            (148.0, N_("结果")))  # fmt: skip
_TEXT, _SMALL = 10.5, 9.0
"""points"""
_CHUNK = 1_000


@dataclass(frozen=True)
class CallList:
    """What was written."""

    count: int
    pages: int
    file: str


def write(
    shop: Shop, ids: Sequence[int], reason: str, out: Path | str, progress: Progress = silent
) -> CallList:
    """Writes the list as PDF, in the order given. `reason`: why they are called, on top of every page.

    A clerk's list has masked phones; without the owner it has at most `safety.manager_export_rows` lines, for it is a
    customer list on paper. Kept in the journal. Raises Refused, Unavailable, Cancelled.
    """
    require(shop, Right.PRINT)
    most = shop.policy.safety.manager_export_rows
    if not ids:
        raise Refused("没有选中客户。")
    if shop.role is not Role.OWNER and len(ids) > most:
        raise Refused(
            "选了 {n} 位，一次最多打印 {most} 位。请缩小范围，或请店主登录后打印。", n=len(ids), most=most
        )
    paper = Paper(A4, _("电话单"), reason, shop.today())
    pages = -(-len(ids) // _ROWS)
    number = 0
    for at in range(0, len(ids), _CHUNK):
        for row in customer_list.rows(shop, list(ids[at : at + _CHUNK])):
            if row is None:
                continue
            if number % _ROWS == 0:
                if number:
                    paper.next_page()
                _head(paper, shop, reason, number // _ROWS + 1, pages)
            _line(paper, row, _TOP + (number % _ROWS) * _ROW)
            number += 1
        progress(min(at + _CHUNK, len(ids)), len(ids))
    paper.next_page()
    pdf = paper.bytes()
    body = {
        "rows": number,
        "reason": reason,
        "file": Path(out).name,
        "sha256": hashlib.sha256(pdf).hexdigest(),
    }
    with database.database.atomic():
        journal.note(shop, "print.call_list", "customers", body=body)
        with replacing(out) as temporary:
            temporary.write_bytes(pdf)
    return CallList(number, paper.pages, str(out))


def _head(paper: Paper, shop: Shop, reason: str, page: int, pages: int) -> None:
    paper.canvas.setLineWidth(0.4)
    paper.text(_LEFT, 18, _("电话单"), 16)
    paper.right(_RIGHT, 18, f"{shop.info.name}  {formats.day(shop.today(), year=True)}", _SMALL)
    paper.text(_LEFT, 26, _fitted(reason, _RIGHT - _LEFT, _TEXT), _TEXT)
    for left, words in _COLUMNS:
        paper.text(left, _TOP - 4, _(words), _SMALL)
    paper.line(_LEFT, _TOP - 1.5, _RIGHT, _TOP - 1.5)
    who = shop.actor.name if shop.actor else ""
    paper.text(_LEFT, 288, _("内有客户资料，用完请收好或销毁。{who}").format(who=who), _SMALL)
    paper.right(_RIGHT, 288, f"{page} / {pages}", _SMALL)


def _line(paper: Paper, row: CustomerRow, top: float) -> None:
    base = top + 5.2
    paper.rect(Box(_LEFT, top + 2, 3.6, 3.6))
    grade = _("流失") if row.grade == "lost" else row.grade
    cells = (row.card_no, row.name, row.phone, grade, row.hint)
    edges = [left for left, _words in _COLUMNS]
    for left, right, words in zip(edges, edges[1:], cells, strict=False):
        paper.text(left, base, _fitted(words, right - left - 1, _TEXT), _TEXT)
    paper.line(_LEFT, top + _ROW, _RIGHT, top + _ROW)


def _fitted(words: str, width: float, size: float) -> str:
    """Cut to a width in mm; what the font lacks is left open."""
    words = fonts.with_gaps(words)
    while words and fonts.width(words, size) > width * MM:
        words = words[:-1]
    return words
