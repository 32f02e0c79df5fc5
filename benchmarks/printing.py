"""Cards and labels beside a bare canvas that draws the same strings in the same font on every page.

The floor draws on each page everything that stands there: also the words which the program keeps in a form, drawn once
and shown many times. That is what the same cards cost without the form, and the honest measure of the same strings.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from io import BytesIO
from random import Random
from typing import Any

from benchmarks.measure import MIB, Figure, Sizes, child, in_turns
from services import demo_people
from services.printing import cards, fonts, label_sheets, labels, texts
from services.progress import Progress, silent

DAY = date(2026, 12, 8)
Call = tuple[str, tuple[Any, ...], dict[str, Any]]


MANY = 10
"""Times the usual number of pieces for the job whose memory is watched and which is stopped half-way."""


def run(sizes: Sizes) -> list[Figure]:
    fonts.font()
    sheet = label_sheets.sheet("3x8")
    share = sizes.pieces / 1000
    people = some(sizes.pieces)
    made_cards, many_cards = cards_of(people), cards_of(some(sizes.pieces * MANY))
    made_labels = [
        labels.AddressLabel(card, name, "女士", code, address) for card, name, code, address in people
    ]
    return [
        *_figures("cards A6", lambda: _draw(made_cards), 2, 2 * share, sizes),
        *_figures(
            "labels 3x8", lambda: labels.draw_addresses(made_labels, sheet, day=DAY), 3, 0.5 * share, sizes
        ),
        *_many(many_cards),
    ]


def cards_of(people: list[tuple[str, str, str, str]]) -> list[cards.Card]:
    """A card each, the issue's four occasions in turns."""
    return [
        cards.Card(card, name, "女士", occasion, DAY, texts.company_text(occasion, "zh"))
        for (card, name, _code, _address), occasion in zip(people, _occasions(len(people)), strict=True)
    ]


def _draw(made: list[cards.Card], progress: Progress = silent) -> Any:
    return cards.draw(made, "A6", shop_name="熟客演示店", day=DAY, progress=progress)


def _many(made: list[cards.Card]) -> list[Figure]:
    """The large job: beside its floor, its memory, and how soon Stop is heard, while drawing and while writing out."""
    began = time.perf_counter()
    pdf = _draw(made).paper.bytes()
    mine = time.perf_counter() - began
    pages = strings_of(lambda: _draw(made))
    began = time.perf_counter()
    _plain(pages, (105 * 72 / 25.4, 148 * 72 / 25.4))
    floor = time.perf_counter() - began
    longest = max(_longest_silence(made, False), _longest_silence(made, True))
    name = f"{len(made):,} cards A6"
    return [
        Figure(
            f"{name}, beside a bare canvas", mine / floor, "×", 2, note=f"{mine:.2f} s against {floor:.2f} s"
        ),
        Figure(f"{name}, size of the file", len(pdf) / MIB, "MiB"),
        Figure(f"{name}, Stop is heard within", longest, "s", 0.5),
        Figure(f"{name}, memory of the process", _memory(len(made)), "MiB", 150),
    ]


def _longest_silence(made: list[cards.Card], writing: bool) -> float:
    """The longest time between two questions whether to stop."""
    last = [time.perf_counter()]
    longest = 0.0

    def asked(_done: int, _total: int) -> None:
        nonlocal longest
        now = time.perf_counter()
        longest = max(longest, now - last[0])
        last[0] = now

    paper = _draw(made, silent if writing else asked).paper
    if writing:
        last[0] = time.perf_counter()
        paper.bytes(asked)
        asked(0, 0)
    return longest


def _memory(pieces: int) -> float:
    """Peak memory of a process of its own that draws the job, in MiB."""
    code = (
        "import sys\nfrom benchmarks import measure, printing as b\n"
        "pdf = b._draw(b.cards_of(b.some(int(sys.argv[1])))).paper.bytes()\nprint(measure.memory()[1])"
    )
    return float(child(code, str(pieces)))


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
    """Every string that a job shows, page by page, with its place and font; those of a form on each page it is shown on."""
    from reportlab.pdfgen.canvas import Canvas

    pages: list[list[Call]] = [[]]
    forms: dict[str, list[Call]] = {}
    within: list[str] = []
    names = ("setFont", "drawString", "drawCentredString", "drawRightString")
    originals = {
        name: getattr(Canvas, name) for name in (*names, "showPage", "beginForm", "endForm", "doForm")
    }
    depth = 0

    def noting(name: str) -> Callable[..., Any]:
        def call(canvas: Any, *args: Any, **more: Any) -> Any:
            nonlocal depth
            if not depth:
                (forms[within[-1]] if within else pages[-1]).append((name, args, more))
            depth += 1
            try:
                return originals[name](canvas, *args, **more)
            finally:
                depth -= 1

        return call

    def show_page(canvas: Any) -> Any:
        if not within:
            pages.append([])
        return originals["showPage"](canvas)

    def begin(canvas: Any, name: str, *args: Any, **more: Any) -> Any:
        done = originals["beginForm"](canvas, name, *args, **more)
        within.append(name)
        forms[name] = []
        return done

    def end(canvas: Any, **more: Any) -> Any:
        done = originals["endForm"](canvas, **more)
        within.pop()
        return done

    def show(canvas: Any, name: str) -> Any:
        (forms[within[-1]] if within else pages[-1]).extend(forms.get(name, ()))
        return originals["doForm"](canvas, name)

    watched = {"showPage": show_page, "beginForm": begin, "endForm": end, "doForm": show}
    try:
        for name in originals:
            setattr(Canvas, name, watched.get(name) or noting(name))
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
