"""What travels up from printing: a prepared job, its result, a recorded job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.kinds import PrintKind
from services.printing.recipients import MissingGlyphs, Recipient

_PIECES_A_PAGE = {"A6": 1, "A5fold": 1, "2up": 2, "4up": 4}
_TWO_SIDED = ("A5fold", "2up")


@dataclass(frozen=True)
class Wanted:
    """What is to be printed, for whom: those of a span, named customers, letters of the bench, or a recorded job."""

    kind: PrintKind
    layout: str = ""
    """empty: the usual one of the kind"""
    first: date | None = None
    last: date | None = None
    occasion: str = ""
    customers: tuple[int, ...] = ()
    """Only these customers, in this order, whatever day it is; `occasion` says what for."""
    letters: tuple[int, ...] = ()
    """Letters of the posting bench, by their numbers there, in this order."""
    letters_on: date | None = None
    """The bench's day."""
    job_id: int = 0
    """A recorded job: the rest of it, or `only` some of its pieces."""
    only: tuple[int, ...] = ()
    """Pieces of the recorded job (1 = the first) that are printed once more, as a new job."""
    from_item: int = 0
    """The piece to begin with; 0: the first, or the first unprinted one of a recorded job."""
    to_item: int = 0
    """The piece to end with; 0: the last."""
    start: int = 1
    """The label of the first sheet to begin with."""
    boxes: bool | None = None
    """Envelopes: draw the postcode boxes? None: as the shop set the format up."""


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
    pdf: bytes = b""
    pages: int = 0
    missing_glyphs: tuple[MissingGlyphs, ...] = ()
    missing_addresses: tuple[Recipient, ...] = ()
    """Cards: printed, but can't be posted. Labels: left out."""
    left_out: tuple[Recipient, ...] = ()
    """Named customers who want no letters: left out."""
    cut: tuple[str, ...] = ()
    """Card numbers whose text had to be cut short."""
    copies: int = 0
    """Labels that were printed before: they say 副本."""
    start: int = 1
    from_item: int = 1
    """The piece of the job that the PDF begins with."""
    job_id: int = 0
    """The job that is being resumed."""
    boxes: bool | None = None
    per_page: int = 1
    """Labels of a full sheet."""

    @property
    def count(self) -> int:
        """Pieces in this PDF."""
        return len(self.recipients) - self.from_item + 1

    def done_after(self, pages: int) -> int:
        """How many pieces of the job are finished when so many pages of this PDF are."""
        if pages >= self.pages:
            return len(self.recipients)
        if self.kind == PrintKind.CARD:
            done = pages // (2 if self.layout in _TWO_SIDED else 1) * _PIECES_A_PAGE[self.layout]
        elif self.kind == PrintKind.ENVELOPE:
            done = pages
        else:
            done = max(0, pages * self.per_page - (self.start - 1))
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
    left_out: tuple[Recipient, ...] = ()


@dataclass(frozen=True)
class ItemRow:
    """One piece of a recorded job."""

    position: int
    customer_id: int
    card_no: str
    name: str
    occasion: str
    day: date | None
    printed: bool
    posted_on: date | None


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
