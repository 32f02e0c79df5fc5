"""Cards and labels beside a bare canvas that draws the same strings in the same font."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from io import BytesIO
from random import Random
from typing import Any

from benchmarks.measure import MIB, Figure, Sizes, in_turns
from services import demo_people
from services.printing import cards, fonts, label_sheets, labels, texts

DAY = date(2026, 12, 8)
Call = tuple[str, tuple[Any, ...], dict[str, Any]]


def run(sizes: Sizes) -> list[Figure]:
    fonts.font()
    people = some(sizes.pieces)
    drawn_cards = [
        cards.Card(card, name, "女士", occasion, DAY, texts.company_text(occasion, "zh"))
        for (card, name, _code, _address), occasion in zip(people, _occasions(sizes.pieces), strict=True)
    ]
    drawn_labels = [
        labels.AddressLabel(card, name, "女士", code, address) for card, name, code, address in people
    ]
    sheet = label_sheets.sheet("3x8")
    share = sizes.pieces / 1000
    return [
        *_figures(
            "cards A6",
            lambda: cards.draw(drawn_cards, "A6", shop_name="熟客演示店", day=DAY),
            2,
            2 * share,
            sizes,
        ),
        *_figures(
            "labels 3x8", lambda: labels.draw_addresses(drawn_labels, sheet, day=DAY), 3, 0.5 * share, sizes
        ),
    ]


def some(count: int) -> list[tuple[str, str, str, str]]:
    """Card number, name, postcode and address of invented people."""
    rng = Random(4)
    people = [demo_people.person(rng, number, 4, DAY) for number in range(1, count + 1)]
    return [
        (f"K{n:05}", p.name, p.postcode or "629000", p.address or "船山区和平路1号")
        for n, p in enumerate(people, 1)
    ]


def _occasions(count: int) -> list[str]:
    """The issue's four occasions in turns: a job that mixes them paints every design once."""
    known = ("birthday", "may_day", "national_day", "spring_festival")
    return [known[number % len(known)] for number in range(count)]


def _figures(
    name: str, draw: Callable[[], Any], limit: float, megabytes: float, sizes: Sizes
) -> list[Figure]:
    made: list[bytes] = []

    def ours() -> float:
        began = time.perf_counter()
        made[:] = [draw().paper.bytes()]
        return time.perf_counter() - began

    paper = draw().paper
    pages = strings_of(draw)

    def bare() -> float:
        began = time.perf_counter()
        _plain(pages, paper.size.points)
        return time.perf_counter() - began

    mine, floor, ratio = in_turns(ours, bare, sizes.tries)
    pieces = f"{sizes.pieces:,} {name}"
    return [
        Figure(
            f"{pieces}, beside a bare canvas", ratio, "×", limit, note=f"{mine:.2f} s against {floor:.2f} s"
        ),
        Figure(f"{pieces}, size of the file", len(made[0]) / MIB, "MiB", megabytes),
    ]


def strings_of(draw: Callable[[], Any]) -> list[list[Call]]:
    """Every string that a job draws, page by page, with its place and font."""
    from reportlab.pdfgen.canvas import Canvas

    pages: list[list[Call]] = [[]]
    names = ("setFont", "drawString", "drawCentredString", "drawRightString")
    originals = {name: getattr(Canvas, name) for name in (*names, "showPage")}
    depth = 0

    def noting(name: str) -> Callable[..., Any]:
        def call(canvas: Any, *args: Any, **more: Any) -> Any:
            nonlocal depth
            if not depth:
                pages[-1].append((name, args, more))
            depth += 1
            try:
                return originals[name](canvas, *args, **more)
            finally:
                depth -= 1

        return call

    def show_page(canvas: Any) -> Any:
        pages.append([])
        return originals["showPage"](canvas)

    try:
        for name in names:
            setattr(Canvas, name, noting(name))
        Canvas.showPage = show_page
        draw().paper.bytes()
    finally:
        for name, original in originals.items():
            setattr(Canvas, name, original)
    return [page for page in pages if any(call[0] != "setFont" for call in page)]


def _plain(pages: list[list[Call]], points: tuple[float, float]) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, pagesize=points, pageCompression=1)
    for page in pages:
        for name, args, more in page:
            getattr(canvas, name)(*args, **more)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
