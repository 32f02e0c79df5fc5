"""The one printed font: registered once, measured, and asked which characters it lacks."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.errors import Unavailable

NAME = "LXGWWenKai"
_FILES = (
    Path(__file__).resolve().parents[2] / "resources" / "fonts" / "LXGWWenKai-Regular.ttf",
    Path("/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"),
)
GAP = "＿"
"""Printed where the font has no glyph: room to write the character by hand."""

_once = threading.Lock()
_font: Any = None


def font() -> Any:
    """The registered reportlab font. The first call takes 80 ms. Raises Unavailable when the file is missing."""
    global _font
    with _once:
        if _font is None:
            from reportlab.pdfbase import pdfmetrics
            from reportlab.pdfbase.ttfonts import TTFError, TTFont

            found = next((path for path in _FILES if path.is_file()), None)
            if found is None:
                raise Unavailable("程序缺少打印字体 {file}。请重新安装熟客。", file=_FILES[0].name)
            try:
                loaded = TTFont(NAME, str(found))
            except (TTFError, OSError) as why:
                raise Unavailable("打印字体 {file} 已损坏。请重新安装熟客。", file=found.name) from why
            pdfmetrics.registerFont(loaded)
            _mend_text_of_rare_characters()
            _font = loaded
    return _font


_LONG_CODE = re.compile(r"<(\w\w)> <([0-9A-F]{5,6})>")


def _mend_text_of_rare_characters() -> None:
    """Characters above U+FFFF: reportlab writes their code raw where PDF wants UTF-16, so that 𬎆 copies as another."""
    from reportlab.pdfbase import ttfonts

    plain = ttfonts.makeToUnicodeCMap

    def mended(name: str, subset: list[int]) -> str:
        def pair(found: re.Match[str]) -> str:
            return f"<{found[1]}> <{chr(int(found[2], 16)).encode('utf-16-be').hex().upper()}>"

        return _LONG_CODE.sub(pair, plain(name, subset))

    ttfonts.makeToUnicodeCMap = mended


def _invisible(char: str) -> bool:
    """Variation selectors, joiners, direction marks and control characters: they have no shape of their own."""
    code = ord(char)
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return True
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@lru_cache(maxsize=20_000)
def printable(text: str) -> str:
    """`text` composed (NFC), on one line, without characters that have no shape."""
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text.replace("\t", " ").replace("\n", " "))
    return "".join(char for char in text if not _invisible(char))


def missing_glyphs(text: str) -> str:
    """The characters of `text` that would print as a box, each once, in order; empty when all is well."""
    known = font().face.charToGlyph
    return "".join(dict.fromkeys(char for char in printable(text) if ord(char) not in known))


def with_gaps(text: str) -> str:
    """`text` ready to print: a character without a glyph leaves a gap to be filled in by hand."""
    known = font().face.charToGlyph
    text = printable(text)
    if all(ord(char) in known for char in text):
        return text
    return "".join(char if ord(char) in known else GAP for char in text)


def width(text: str, size: float) -> float:
    """Width of `text` in points at `size` points."""
    widths = font().face.charWidths
    default = font().face.defaultWidth
    return sum(widths.get(ord(char), default) for char in text) * size / 1000
