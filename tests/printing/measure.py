"""Finished PDFs measured: where text stands, where lines are drawn, which fonts are inside."""

from __future__ import annotations

import re
import zlib

import pypdfium2
import pypdfium2.raw as raw

MM = 72 / 25.4


def pages(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def page_mm(pdf: bytes, page: int = 0) -> tuple[float, float]:
    with pypdfium2.PdfDocument(pdf) as document:
        wide, high = document.get_page_size(page)
        return wide / MM, high / MM


def text(pdf: bytes, page: int = 0) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page].get_textpage().get_text_bounded()


def flat(words: str) -> str:
    """Without spaces and line breaks."""
    return re.sub(r"\s", "", words)


def boxes(pdf: bytes, wanted: str, page: int = 0) -> list[tuple[float, float, float, float]]:
    """Where `wanted` stands: (left, top, right, bottom) in mm from the page's top left, once for each time."""
    with pypdfium2.PdfDocument(pdf) as document:
        sheet = document[page]
        high = sheet.get_height()
        textpage = sheet.get_textpage()
        found = []
        searcher = textpage.search(wanted, match_case=True)
        while (hit := searcher.get_next()) is not None:
            index, count = hit
            parts = [textpage.get_charbox(i) for i in range(index, index + count)]
            left, bottom = min(p[0] for p in parts), min(p[1] for p in parts)
            right, top = max(p[2] for p in parts), max(p[3] for p in parts)
            found.append((left / MM, (high - top) / MM, right / MM, (high - bottom) / MM))
        return found


def ink(
    pdf: bytes, left: float, top: float, width: float, height: float, page: int = 0, dpi: int = 300
) -> float:
    """The share of dark dots within a rectangle (mm)."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[page].render(scale=dpi / 72, grayscale=True).to_pil()
    k = dpi / 25.4
    part = picture.crop(
        (round(left * k), round(top * k), round((left + width) * k), round((top + height) * k))
    )
    dots = part.histogram()
    return sum(dots[:230]) / max(1, sum(dots))


def fonts(pdf: bytes) -> dict[str, bool]:
    """Base font → embedded, of every font that a page uses."""
    names: dict[str, bool] = {}
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            for piece in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=8):
                font = raw.FPDFTextObj_GetFont(piece)
                size = raw.FPDFFont_GetBaseFontName(font, None, 0)
                import ctypes

                buffer = ctypes.create_string_buffer(size)
                raw.FPDFFont_GetBaseFontName(font, buffer, size)
                names[buffer.value.decode("utf-8", "replace")] = bool(raw.FPDFFont_GetIsEmbedded(font))
    return names


def catalog(pdf: bytes) -> str:
    """All of the file's plain text, with its streams unpacked where they can be."""
    parts = [pdf.decode("latin-1")]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            parts.append(zlib.decompress(stream).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(parts)
