"""Greeting cards as PDF: single A6 cards, cards that fold to A6, several on A4 with cut and fold marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from services.errors import Refused
from services.printing import fonts
from services.printing.art import foil
from services.printing.art.brush import Brush, colour_of
from services.printing.art.lettering import Lettering
from services.printing.breaking import break_lines, fit_line, fit_tidy
from services.printing.designs import DESIGNS, Design, paint
from services.printing.geometry import A4, A5_LANDSCAPE, A6, MM, Size, mm
from services.printing.marks import cut_marks, fold_marks
from services.printing.paper import LONG_EDGE, SHORT_EDGE, Paper
from services.printing.texts import CardText, filled, long_day, personal, values
from services.progress import Progress, silent

LAYOUTS = ("A6", "A5fold", "2up", "4up")
_EDGE = 5.0
"""mm of white around a painting: most printers can't print closer to the edge."""
_SIZES = (13.0, 12.5, 12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
_GREETING = 13.5
READABLE = 9.5
"""Points below which a card's body is small print."""
_LEADING = 1.62
_INDENT = 2.0


@dataclass(frozen=True)
class Card:
    """One card for one person. `salutation`: 先生, 女士 or empty."""

    card_no: str
    name: str
    salutation: str
    occasion: str
    day: date
    text: CardText
    label: str = ""
    """A remembered day in the customer's words."""
    age: int | None = None


@dataclass(frozen=True)
class Drawn:
    """A drawn job: the paper, how many pieces lie on it, and whose text had to be cut short."""

    paper: Paper
    pieces: int
    cut: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Place:
    """Where the words go on a panel, in mm from its top left."""

    left: float
    width: float
    greeting: float
    body: float
    body_end: float
    closing: float
    signature: float


_FLAT = _Place(left=12, width=81, greeting=82, body=92, body_end=120, closing=127, signature=138.5)
_INSIDE = _Place(left=118, width=79, greeting=46, body=57, body_end=104, closing=114, signature=133)


class CardPress:
    """Draws cards onto one paper; what equals from card to card is drawn once and shown many times."""

    def __init__(self, paper: Paper, shop_name: str, language: str) -> None:
        self.paper = paper
        self.shop_name = shop_name
        self.language = language
        self.cut: dict[str, None] = {}
        self._names: dict[tuple[str, CardText], str] = {}

    def flat(self, card: Card, left: float, top: float) -> None:
        """An A6 card on one side, its top left corner at (`left`, `top`)."""
        self._show("flat", A6, card.text, self._draw_flat, left, top)
        self._personal(card, _FLAT, left, top)

    def outside(self, card: Card, left: float, top: float) -> None:
        """The outside of a folding card: its back on the left half, its front on the right."""
        self._show("outside", A5_LANDSCAPE, card.text, self._draw_outside, left, top)

    def inside(self, card: Card, left: float, top: float) -> None:
        """The inside of a folding card: the words on the right half."""
        self._show("inside", A5_LANDSCAPE, card.text, self._draw_inside, left, top)
        self._personal(card, _INSIDE, left, top)

    def _show(
        self,
        kind: str,
        size: Size,
        text: CardText,
        draw: Callable[[CardText, Design], None],
        left: float,
        top: float,
    ) -> None:
        name = self._names.setdefault((kind, text), f"{kind}{len(self._names)}")
        if not self.paper.has_form(name):
            with self.paper.form(name, size):
                draw(text, DESIGNS.get(text.design, DESIGNS["neutral"]))
        self.paper.place(name, left, top + size.height)

    def _painting(
        self, design: Design, text: CardText, left: float, bottom: float, width: float, height: float
    ) -> None:
        canvas = self.paper.canvas
        canvas.saveState()
        canvas.translate(left * MM, bottom * MM)
        clip = canvas.beginPath()
        clip.rect(0, 0, width * MM, height * MM)
        canvas.clipPath(clip, stroke=0, fill=0)
        paint(canvas, design, width, height, Lettering(text.title, text.subtitle, text.seal))
        canvas.restoreState()

    def _sprig(self, design: Design, x: float, y: float, width: float) -> None:
        canvas = self.paper.canvas
        canvas.saveState()
        canvas.scale(MM, MM)
        design.sprig(Brush(canvas), x, y, width)
        canvas.restoreState()

    def _draw_flat(self, text: CardText, design: Design) -> None:
        self._painting(design, text, _EDGE, A6.height - _EDGE - 65, A6.width - 2 * _EDGE, 65)
        self._sides(design)
        self._sprig(design, 24, A6.height - 129, 22)
        self._common(text, design, _FLAT, A6.height)

    def _sides(self, design: Design) -> None:
        """The painting's frame goes on around the words."""
        canvas = self.paper.canvas
        canvas.saveState()
        canvas.scale(MM, MM)
        brush, wide = Brush(canvas), A6.width - 2 * _EDGE
        foil.sides(brush, _EDGE, _EDGE, wide, A6.height - 2 * _EDGE - 65, 0.3, design.accent, 2.6)
        canvas.restoreState()

    def _draw_outside(self, text: CardText, design: Design) -> None:
        self._painting(design, text, 105 + _EDGE, _EDGE, 105 - 2 * _EDGE, 148 - 2 * _EDGE)
        self._sprig(design, 52.5, 40, 26)
        shop = fit_line(self.shop_name, 9.5, 6, 80 * MM)
        canvas = self.paper.canvas
        canvas.setFillColor(colour_of(design.ink))
        canvas.setFont(fonts.NAME, shop.size)
        wide = fonts.width(shop.lines[0], shop.size) + 1.2 * (len(shop.lines[0]) - 1)
        canvas.drawString(52.5 * MM - wide / 2, 27 * MM, shop.lines[0], charSpace=1.2)
        canvas.setStrokeColor(design.accent)
        canvas.setLineWidth(0.5)
        canvas.line(44.5 * MM, 23 * MM, 60.5 * MM, 23 * MM)

    def _draw_inside(self, text: CardText, design: Design) -> None:
        self._sprig(design, 157.5, 148 - 26, 34)
        self._column(text.title, design, 52.5, 74)
        self._common(text, design, _INSIDE, A5_LANDSCAPE.height)

    def _column(self, words: str, design: Design, x: float, y: float) -> None:
        """The title once more, small and quiet, around (x, y) on the left half: the rest is for the clerk's words."""
        canvas = self.paper.canvas
        canvas.setFillColor(design.accent)
        canvas.setStrokeColor(design.accent)
        canvas.setLineWidth(0.5)
        words = fonts.with_gaps(words)
        if words.isascii():
            line = fit_line(words, 11, 7, 70 * MM)
            canvas.setFont(fonts.NAME, line.size)
            canvas.drawCentredString(x * MM, y * MM, line.lines[0])
            high = 4.0
        else:
            canvas.setFont(fonts.NAME, 11)
            high = len(words) * 3.1
            for i, char in enumerate(words):
                canvas.drawCentredString(x * MM, (y + high - 4.9 - i * 6.2) * MM, char)
        for end in (1, -1):
            canvas.line(x * MM, (y + end * (high + 2)) * MM, x * MM, (y + end * (high + 11)) * MM)

    def _common(self, text: CardText, design: Design, place: _Place, high: float) -> None:
        """The words that every card of this text shares: body, shop, and the line for the clerk's own hand."""
        canvas = self.paper.canvas
        canvas.setFillColor(colour_of(design.ink))
        canvas.setFillAlpha(1)
        if not personal(text.body):
            self._body(filled(text.body, {"shop": self.shop_name}), place, 0, high)
        closing = fit_line(filled(text.closing, {"shop": self.shop_name}), 11.5, 7, place.width * MM)
        right = (place.left + place.width) * MM
        canvas.setFont(fonts.NAME, closing.size)
        canvas.drawRightString(right, (high - place.closing) * MM, closing.lines[0])
        y = (high - place.signature) * MM
        label = fit_line(filled(text.signature, {"shop": self.shop_name}), 8.5, 6, 40 * MM)
        canvas.setFont(fonts.NAME, label.size)
        start = place.left * MM
        canvas.drawString(start, y, label.lines[0])
        canvas.setStrokeColor(design.accent)
        canvas.setLineWidth(0.5)
        line = start + fonts.width(label.lines[0], label.size) + 2 * MM
        canvas.line(line, y - 0.6 * MM, line + 32 * MM, y - 0.6 * MM)

    def _body(self, words: str, place: _Place, left: float, high: float) -> bool:
        """Draws the body; `left` shifts it in mm, `high` is the page's height in mm. Returns whether it was cut."""
        wide, room = place.width * MM, (place.body_end - place.body) * MM
        indent = _indent(self.language)
        block = fit_tidy(words, _SIZES, wide, room, _LEADING, indent)
        canvas = self.paper.canvas
        canvas.setFont(fonts.NAME, block.size)
        y = (high - place.body) * MM
        for i, line in enumerate(block.lines):
            x = (left + place.left) * MM + (indent * block.size if i == 0 else 0)
            canvas.drawString(x, y, line)
            y -= block.size * _LEADING
        return block.cut

    def _personal(self, card: Card, place: _Place, left: float, top: float) -> None:
        """What belongs to this one customer."""
        design = DESIGNS.get(card.text.design, DESIGNS["neutral"])
        day = long_day(card.day, self.language)
        known = values(self.shop_name, name=card.name, salutation=card.salutation, day=day, age=card.age,
                       label=card.label)  # fmt: skip
        greeting = fit_line(filled(card.text.greeting, known), _GREETING, 8, place.width * MM)
        self.paper.canvas.setFillColor(colour_of(design.ink))
        self.paper.text(left + place.left, top + place.greeting, greeting.lines[0], greeting.size)
        self.paper.right(left + place.left + place.width, top + place.closing + mm(15), day, 8.5)
        cut = greeting.cut
        if personal(card.text.body):
            cut |= self._body(filled(card.text.body, known), place, left, self.paper.size.height - top)
            self.paper._fresh = True
        if cut:
            self.cut[card.card_no] = None


@dataclass(frozen=True)
class Room:
    """How much of the body's box a text takes: lines, their size, and how many more fit while it can be read well."""

    lines: int
    size: float
    spare: int
    """Further lines at READABLE points."""
    cut: bool


def room(card: Card, shop_name: str, language: str, *, folded: bool = False) -> Room:
    """Measures the body of `card` against its box on a flat (or folded) card."""
    place = _INSIDE if folded else _FLAT
    known = values(shop_name, name=card.name, salutation=card.salutation, day=long_day(card.day, language),
                   age=card.age, label=card.label)  # fmt: skip
    words, wide, high = filled(card.text.body, known), place.width * MM, (place.body_end - place.body) * MM
    block = fit_tidy(words, _SIZES, wide, high, _LEADING, _indent(language))
    most = int((high - READABLE) / (READABLE * _LEADING) + 0.001) + 1
    small = len(break_lines(words, READABLE, wide, _indent(language)))
    return Room(len(block.lines), block.size, max(0, most - small), block.cut)


def _indent(language: str) -> float:
    """ems left free at the beginning of a paragraph."""
    return _INDENT if language != "en" else 0.0


def check_layout(layout: str) -> None:
    """Refuses a layout that there is not."""
    if layout not in LAYOUTS:
        raise Refused("没有 {layout} 这种贺卡版式；可选 {known}。", field="layout", layout=layout,
                      known="、".join(LAYOUTS))  # fmt: skip


def draw(
    cards: Sequence[Card],
    layout: str = "A6",
    *,
    shop_name: str = "",
    title: str = "",
    language: str = "zh",
    day: date | None = None,
    progress: Progress = silent,
) -> Drawn:
    """Draws all cards on one paper. `layout`: one of LAYOUTS. Raises Refused for another one, and for no card."""
    check_layout(layout)
    if not cards:
        raise Refused("没有要打印的贺卡。")
    size = {"A6": A6, "A5fold": A5_LANDSCAPE}.get(layout, A4)
    duplex = {"A5fold": SHORT_EDGE, "2up": LONG_EDGE}.get(layout, "")
    paper = Paper(size, title or "贺卡", day=day, duplex=duplex)
    press = CardPress(paper, shop_name, language)
    {"A6": _single, "A5fold": _folded, "2up": _two, "4up": _four}[layout](press, cards, progress)
    return Drawn(paper, len(cards), tuple(press.cut))


def _single(press: CardPress, cards: Sequence[Card], progress: Progress) -> None:
    for done, card in enumerate(cards, 1):
        press.flat(card, 0, 0)
        press.paper.next_page()
        progress(done, len(cards))


def _folded(press: CardPress, cards: Sequence[Card], progress: Progress) -> None:
    for done, card in enumerate(cards, 1):
        press.outside(card, 0, 0)
        fold_marks(press.paper, (0, 148))
        press.paper.next_page()
        press.inside(card, 0, 0)
        press.paper.next_page()
        progress(done, len(cards))


def _two(press: CardPress, cards: Sequence[Card], progress: Progress) -> None:
    """Two folding cards a sheet, printed on both sides: outsides first, turned over the long edge, insides."""
    for start in range(0, len(cards), 2):
        pair = cards[start : start + 2]
        for side in (press.outside, press.inside):
            for row, card in enumerate(pair):
                side(card, 0, row * 148.5 + 0.25)
            if side == press.outside:
                cut_marks(press.paper, (), (148.5,))
                fold_marks(press.paper, (0, 148.5, 297))
            press.paper.next_page()
        progress(min(start + 2, len(cards)), len(cards))


def _four(press: CardPress, cards: Sequence[Card], progress: Progress) -> None:
    for start in range(0, len(cards), 4):
        for place, card in enumerate(cards[start : start + 4]):
            row, column = divmod(place, 2)
            press.flat(card, column * 105, row * 148.5 + 0.25)
        cut_marks(press.paper, (105,), (148.5,))
        press.paper.next_page()
        progress(min(start + 4, len(cards)), len(cards))
