"""One PDF job: a reportlab canvas measured in mm from the top left, forms drawn once, the same bytes every time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from services.files import replacing
from services.printing import fonts
from services.printing.geometry import MM, Box, Size
from services.progress import Progress, silent

SHORT_EDGE = "DuplexFlipShortEdge"
LONG_EDGE = "DuplexFlipLongEdge"

_EVERY = 500
"""PDF objects written between two reports."""
_saving = threading.Lock()
"""The font file has one reading position: two jobs must not cut their subsets at once."""


class _Watched(dict[str, Any]):
    """The objects of a PDF while they are written out, one after the other, each once.

    Tells how many are written, so that Stop is heard between two; and lets go of a page as soon as it stands in the
    file, where reportlab would hold all of them, resources and all, to the end.
    """

    def __init__(self, objects: dict[str, Any], progress: Progress) -> None:
        super().__init__(objects)
        self._progress = progress
        self._read = 0
        self._last: Any = None

    def __getitem__(self, name: str) -> Any:
        self._let_go()
        self._read += 1
        if self._read % _EVERY == 0:
            self._progress(min(self._read, len(self)), len(self))
        self._last = super().__getitem__(name)
        return self._last

    def _let_go(self) -> None:
        kind = type(self._last).__name__
        if kind == "PDFPage":
            self._last.stream = self._last.Contents = self._last.Resources = self._last.MediaBox = None
        elif kind == "PDFStream":
            self._last.content = ""


class Paper:
    """A PDF being drawn. Coordinates are mm from the top left of the page; text sizes are points."""

    def __init__(
        self, size: Size, title: str, subject: str = "", day: date | None = None, duplex: str = ""
    ) -> None:
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        fonts.font()
        rl_config.useA85 = 0
        self.size = size
        self.pages = 0
        self._out = BytesIO()
        self._forms: set[str] = set()
        self.canvas: Any = Canvas(self._out, pagesize=size.points, pageCompression=1, invariant=1)
        self.canvas.setTitle(title)
        self.canvas.setSubject(subject)
        self.canvas.setAuthor("熟客 Shuke")
        self.canvas.setCreator("熟客 Shuke")
        self.canvas.setViewerPreference("PrintScaling", "None")
        if duplex:
            self.canvas.setViewerPreference("Duplex", duplex)
        if day is not None:
            self._stamp(day)
        self._fresh = True

    def _stamp(self, day: date) -> None:
        """Dates the file with the business day, not the clock: the same job gives the same bytes."""
        stamp = self.canvas._doc._timeStamp
        stamp.YMDhms = (day.year, day.month, day.day, 0, 0, 0)

    def x(self, left: float) -> float:
        return left * MM

    def y(self, top: float) -> float:
        return (self.size.height - top) * MM

    def text(self, left: float, top: float, text: str, size: float) -> None:
        """Draws one line; `top` is its base line."""
        self._use(size)
        self.canvas.drawString(left * MM, (self.size.height - top) * MM, text)

    def right(self, right: float, top: float, text: str, size: float) -> None:
        self._use(size)
        self.canvas.drawRightString(right * MM, (self.size.height - top) * MM, text)

    def centred(self, middle: float, top: float, text: str, size: float, spacing: float = 0.0) -> None:
        """Draws one line centred; `spacing` points go between the characters."""
        self._use(size)
        self.canvas.drawCentredString(
            middle * MM + spacing / 2, (self.size.height - top) * MM, text, charSpace=spacing
        )

    def _use(self, size: float) -> None:
        if self._fresh or self.canvas._fontsize != size or self.canvas._fontname != fonts.NAME:
            self.canvas.setFont(fonts.NAME, size)
            self._fresh = False

    def line(self, left: float, top: float, right: float, bottom: float) -> None:
        self.canvas.line(left * MM, self.y(top), right * MM, self.y(bottom))

    def rect(self, box: Box, *, stroke: int = 1, fill: int = 0, radius: float = 0.0) -> None:
        left, bottom = self.x(box.left), self.y(box.bottom)
        if radius:
            self.canvas.roundRect(
                left, bottom, box.width * MM, box.height * MM, radius * MM, stroke=stroke, fill=fill
            )
        else:
            self.canvas.rect(left, bottom, box.width * MM, box.height * MM, stroke=stroke, fill=fill)

    @contextmanager
    def form(self, name: str, size: Size) -> Iterator[Any]:
        """Draws once what many pages show: inside, the canvas' origin is the form's bottom left, in points."""
        self.canvas.beginForm(name, 0, 0, *size.points)
        self._fresh = True
        try:
            yield self.canvas
        finally:
            self._end_form()
        self._forms.add(name)

    def _end_form(self) -> None:
        """Closes a form with all its resources: reportlab alone forgets transparency and gradients in forms."""
        from reportlab.pdfbase.pdfdoc import PDFResourceDictionary

        resources = PDFResourceDictionary()
        resources.basicFonts()
        resources.allProcs()
        state = self.canvas._extgstate.getState()
        if state is not None:
            resources.ExtGState = state
        resources.setShading(self.canvas._shadingUsed)
        self.canvas.endForm(Resources=resources)
        self.canvas._extgstate = type(
            self.canvas._extgstate
        )()  # else every page lists the forms' transparencies
        self._fresh = True

    def has_form(self, name: str) -> bool:
        return name in self._forms

    def place(self, name: str, left: float = 0.0, bottom: float | None = None) -> None:
        """Shows a form with its bottom left corner at (`left`, `bottom`) mm from the page's top left."""
        x = left * MM
        y = 0.0 if bottom is None else self.y(bottom)
        if not x and not y:
            self.canvas.doForm(name)
            return
        self.canvas.saveState()
        self.canvas.translate(x, y)
        self.canvas.doForm(name)
        self.canvas.restoreState()

    def next_page(self) -> None:
        self.canvas.showPage()
        self.pages += 1
        self._fresh = True

    def bytes(self, progress: Progress = silent) -> bytes:
        """The finished PDF. Writing out thousands of pages takes as long as drawing them: it can be stopped too."""
        document = self.canvas._doc
        document.idToObject = _Watched(document.idToObject, progress)
        with _saving:
            self.canvas.save()
        return self._out.getvalue()

    def save(self, target: Path | str) -> None:
        """Writes the finished PDF beside `target` and moves it into place. Raises Unavailable."""
        data = self.bytes()
        with replacing(target) as temporary:
            temporary.write_bytes(data)
