"""The recovery sheet: the key in letters for people and as a code for a phone or a scanner, on one page to be locked away."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from services import formats, keys, recovery_key
from services.printing.breaking import break_lines
from services.printing.geometry import A4, MM, Box
from services.printing.paper import Paper
from services.words import _

_LEFT, _WIDTH = 22.0, 166.0
_SQUARE = 52.0
_A_LINE = 4
"""Groups in a printed line."""


def draw(key: bytes, shop_name: str, day: date) -> Paper:
    """One A4 page."""
    paper = Paper(A4, _("账册恢复单"), shop_name, day)
    paper.text(_LEFT, 32, _("账册恢复单"), 24)
    paper.text(_LEFT, 41, shop_name, 13)
    facts = _("钥匙编号 {id}　打印日期 {day}").format(id=keys.id_of(key), day=formats.day(day, year=True))
    paper.text(_LEFT, 48, facts, 10.5)
    y = _words(
        paper,
        56,
        [
            _("有了下面的恢复密钥，不用口令也能打开这家店加密的账册和备份。谁拿到这张纸，谁就能打开。"),
            _("请把它锁在店外的安全处（例如保险柜），不要拍照，不要和电脑、U 盘放在一起。"),
            _("口令忘了、这张纸也丢了：谁也打不开账册，我们也不能。"),
        ],
    )
    y = _groups(paper, key, y + 6)
    _square(paper, key, y + 6)
    _words(
        paper,
        y + 6 + _SQUARE + 10,
        [
            _(
                "怎么用：打开账册时，在问口令的地方逐组输入（大小写、空格都不要紧；没有字母 I、L、O、U），或用扫码枪扫方形码。"
            ),
            _("每组最后一个字符是校验，抄错了程序会说出是第几组。"),
        ],
    )
    paper.line(_LEFT, 262, _LEFT + _WIDTH, 262)
    paper.text(
        _LEFT,
        270,
        _("保管人：________________　　存放在：________________________　　日期：______________"),
        10.5,
    )
    paper.next_page()
    return paper


def save(key: bytes, shop_name: str, day: date, target: Path | str) -> None:
    """Writes the PDF. Raises Unavailable."""
    draw(key, shop_name, day).save(target)


def _words(paper: Paper, top: float, sentences: list[str]) -> float:
    for sentence in sentences:
        for line in break_lines(sentence, 11, _WIDTH * MM):
            paper.text(_LEFT, top, line, 11)
            top += 6
        top += 1.5
    return top


def _groups(paper: Paper, key: bytes, top: float) -> float:
    """Four groups a line, each under its number."""
    groups = recovery_key.groups(key)
    lines = -(-len(groups) // _A_LINE)
    height, wide = 14.0, _WIDTH / _A_LINE
    paper.rect(Box(_LEFT, top, _WIDTH, lines * height + 4))
    for place, group in enumerate(groups):
        x = _LEFT + wide * (place % _A_LINE + 0.5)
        y = top + 5.5 + height * (place // _A_LINE)
        paper.centred(x, y, str(place + 1), 7)
        paper.centred(x, y + 7, group, 17, 3.0)
    return top + lines * height + 4


def _square(paper: Paper, key: bytes, top: float) -> None:
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData("".join(recovery_key.groups(key)))
    code.make()
    number = code.getModuleCount()
    step = _SQUARE / (number + 8)
    paper.canvas.setFillGray(0)
    for row in range(number):
        for column in range(number):
            if code.isDark(row, column):
                left = _LEFT + (column + 4) * step
                paper.rect(Box(left, top + (row + 4) * step, step, step), stroke=0, fill=1)
