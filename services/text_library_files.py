"""Texts read from a file: one a line (.txt), or a table with a head (.xlsx, .csv): each line ends in one answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import database
from models.kinds import Grade
from services import text_library
from services.errors import Refused, ShopError, Unavailable
from services.rights import Right, require
from services.rules.shop_texts import Season, TextKind
from services.shop import Shop
from services.words import _

LINES_MAX = 2_000
_HEADS = {
    "body": ("内容", "文案", "正文", "text"),
    "kind": ("类别", "分类", "kind"),
    "gloss": ("英文", "english"),
    "seasons": ("季节", "season", "seasons"),
    "day": ("日子", "日期", "day"),
    "grades": ("等级", "客户等级", "grade", "grades"),
}


@dataclass(frozen=True)
class Read:
    """What became of a file."""

    read: int
    added: tuple[int, ...]
    unchanged: int
    refused: tuple[tuple[int, str, str], ...]
    """Line, its text, the reason"""

    def words(self) -> str:
        return _("读了 {read} 行：新增 {added} 段，原来就有 {same} 段，不能用 {refused} 行。").format(
            read=self.read, added=len(self.added), same=self.unchanged, refused=len(self.refused)
        )


def read(shop: Shop, path: Path | str, kind: TextKind = TextKind.FASHION) -> Read:
    """Adds what is new; a text that is there already stays as it is. `kind`: for lines that name none.

    All in one go: a fault of the file leaves nothing behind, a line that makes no sense is named with its reason.
    """
    require(shop, Right.CONTACT)
    rows = list(_rows(Path(path)))
    if not rows:
        raise Refused("文件里没有文案：{file}。", file=Path(path).name)
    if len(rows) > LINES_MAX:
        raise Refused("一次最多读 {most} 行，这个文件有 {n} 行。", most=LINES_MAX, n=len(rows))
    known = {row[0] for row in database.rows("SELECT body FROM shop_text")}
    added: list[int] = []
    refused: list[tuple[int, str, str]] = []
    same = 0
    with database.database.atomic():
        for number, values in rows:
            body = " ".join(values.get("body", "").split())
            if body in known:
                same += 1
                continue
            try:
                made = text_library.add(
                    *(shop, _kind(values.get("kind", ""), kind), body),
                    gloss=values.get("gloss", ""),
                    seasons=_seasons(values.get("seasons", "")),
                    day=values.get("day", ""),
                    grades=_grades(values.get("grades", "")),
                )
            except ShopError as error:
                refused.append((number, body, str(error)))
                continue
            known.add(made.body)
            added.append(made.id)
    return Read(len(rows), tuple(added), same, tuple(refused))


def _kind(text: str, usual: TextKind) -> TextKind:
    word = text.strip().lower()
    if not word:
        return usual
    for one, words in text_library.KINDS.items():
        if word in (one.value, words, _(words).lower()):
            return one
    raise Refused("没有“{kind}”这一类；可以写 {known}。", kind=text.strip(),
                  known=_("、").join(text_library.kind_words(one) for one in TextKind))  # fmt: skip


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    ending = path.suffix.lower()
    if ending == ".txt":
        for number, line in enumerate(_decoded(path).splitlines(), 1):
            if line.strip():
                yield number, {"body": line.strip()}
        return
    if ending == ".csv":
        table: list[Sequence[str]] = list(csv.reader(io.StringIO(_decoded(path))))
    elif ending == ".xlsx":
        table = _workbook(path)
    else:
        raise Refused("只能读 .txt、.xlsx 或 .csv，“{file}”不是。", file=path.name)
    names: dict[int, str] = {}
    for number, row in enumerate(table, 1):
        cells = [str(cell if cell is not None else "").strip() for cell in row]
        if not any(cells):
            continue
        if not names:
            names = {place: name for place, cell in enumerate(cells) if (name := _head(cell))}
            if "body" in names.values():
                continue
            names = {0: "body"}
        yield number, {name: cells[place] for place, name in names.items() if place < len(cells)}


def _head(cell: str) -> str:
    return next((name for name, words in _HEADS.items() if cell.lower() in words), "")


def _decoded(path: Path) -> str:
    raw = _bytes(path)
    for code in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(code)
        except UnicodeDecodeError:
            continue
    raise Refused("看不懂文件“{file}”的文字编码。请另存为 UTF-8 再试。", file=path.name)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as why:
        raise Unavailable("读不了文件 {file}：{why}", file=path.name, why=why) from why


def _workbook(path: Path) -> list[Sequence[Any]]:
    import openpyxl

    raw = io.BytesIO(_bytes(path))
    try:
        book = openpyxl.load_workbook(raw, read_only=True, data_only=True)
        return [
            list(row)
            for row in book.worksheets[0].iter_rows(values_only=True, max_row=LINES_MAX + 2, max_col=12)
        ]
    except Exception as why:
        raise Refused("看不懂表格“{file}”。请用表格软件打开，另存为 .xlsx 再试。", file=path.name) from why


def _seasons(text: str) -> list[Season]:
    """春、秋 or spring, autumn."""
    found = []
    for one, words in text_library.SEASONS.items():
        if words in text or one.value in text.lower() or _(words).lower() in text.lower():
            found.append(one)
    return found


def _grades(text: str) -> list[Grade]:
    return [one for one in Grade if one.value in text.upper()]
