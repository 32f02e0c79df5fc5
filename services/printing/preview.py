"""Pages of a finished PDF as pictures, for the preview and for printers."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.errors import Unavailable

_POINTS = 72
_pdfium = threading.RLock()
"""PDFium can't be used by two threads at once."""


@dataclass(frozen=True)
class PageImage:
    """A page on white: rows of blue, green, red, unused (Qt's RGB32), `stride` bytes a row."""

    width: int
    height: int
    stride: int
    data: bytes


class Pages:
    """An open PDF. Sizes are in points; `close` it, or use `with`."""

    def __init__(self, source: Path | str | bytes) -> None:
        import pypdfium2

        with _pdfium:
            try:
                self._pdf: Any = pypdfium2.PdfDocument(source if isinstance(source, bytes) else str(source))
            except (pypdfium2.PdfiumError, OSError) as why:
                raise Unavailable("打印文件打不开：{why}。请重新生成一次。", why=why) from why
            self.count: int = len(self._pdf)

    def size(self, page: int) -> tuple[float, float]:
        """Width and height of page `page` (from 0) in points."""
        with _pdfium:
            wide, high = self._pdf.get_page_size(page)
            return float(wide), float(high)

    def image(self, page: int, dpi: float) -> PageImage:
        """Page `page` (from 0) drawn at `dpi` on white."""
        with _pdfium:
            bitmap = self._pdf[page].render(scale=dpi / _POINTS, rev_byteorder=False, prefer_bgrx=True,
                                            fill_color=(255, 255, 255, 255))  # fmt: skip
            try:
                return PageImage(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
            finally:
                bitmap.close()

    def text(self, page: int) -> str:
        """The text of page `page` (from 0)."""
        with _pdfium:
            textpage = self._pdf[page].get_textpage()
            try:
                return str(textpage.get_text_bounded())
            finally:
                textpage.close()

    def close(self) -> None:
        with _pdfium:
            self._pdf.close()

    def __enter__(self) -> Pages:
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()


def png(source: Path | str | bytes, page: int = 0, dpi: float = 96) -> bytes:
    """One page as PNG."""
    from io import BytesIO

    from PIL import Image

    with Pages(source) as pages:
        image = pages.image(page, dpi)
    picture = Image.frombuffer("RGB", (image.width, image.height), image.data, "raw", "BGRX", image.stride, 1)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
