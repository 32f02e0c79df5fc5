"""What travels up from printing: a prepared job, its result, a recorded job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.kinds import PrintKind
from services.printing import label_sheets
from services.printing.recipients import MissingGlyphs, Recipient

_PIECES_A_PAGE = {"A6": 1, "A5fold": 1, "2up": 2, "4up": 4}


_TWO_SIDED = ("A5fold", "2up")


@dataclass(frozen=True)
class Prepared:
    """A drawn job that nobody has printed yet. What is wrong with it is known before any paper is used."""

    kind: PrintKind
    layout: str
    first: date
    last: date
    occasion: str
    recipients: tuple[Recipient, ...]
    """of the whole job, in the order of printing"""
    pdf: bytes
    pages: int
    missing_glyphs: tuple[MissingGlyphs, ...] = ()
    missing_addresses: tuple[Recipient, ...] = ()
    """Cards: printed, but can't be posted. Labels: left out."""
    cut: tuple[str, ...] = ()
    """Card numbers whose text had to be cut short."""
    copies: int = 0
    """Labels that were printed before: they say 副本."""
    start: int = 1
    """The label of the first sheet to begin with."""
    from_item: int = 1
    """The piece of the job that the PDF begins with."""
    job_id: int = 0
    """The job that is being resumed."""
    boxes: bool = True
    """Envelopes: blank ones, whose postcode boxes are drawn."""

    @property
    def count(self) -> int:
        """Pieces in this PDF."""
        return len(self.recipients) - self.from_item + 1

    def done_after(self, pages: int) -> int:
        """How many pieces of the job are finished when so many pages of this PDF are."""
        if pages >= self.pages:
            return len(self.recipients)
        if self.kind == PrintKind.ENVELOPE:
            done = pages
        elif self.kind in (PrintKind.LABEL, PrintKind.GIFT_LABEL):
            done = max(0, pages * label_sheets.sheet(self.layout).per_page - (self.start - 1))
        else:
            done = pages // (2 if self.layout in _TWO_SIDED else 1) * _PIECES_A_PAGE[self.layout]
        return self.from_item - 1 + min(done, self.count)


@dataclass(frozen=True)
class PrintResult:
    """What was printed or saved."""

    count: int
    pages: int
    missing_glyphs: tuple[MissingGlyphs, ...]
    missing_addresses: tuple[Recipient, ...]
    job_id: int
    file: str = ""
    cut: tuple[str, ...] = ()
    copies: int = 0


@dataclass(frozen=True)
class JobRow:
    """A recorded job."""

    id: int
    kind: PrintKind
    layout: str
    first: date | None
    last: date | None
    occasion: str
    pieces: int
    printed: int
    file: str
    user: str
    at: str
