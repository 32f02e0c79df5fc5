"""How an envelope goes into a printer: turned, and at which side of the feed. Pure geometry in mm."""

from __future__ import annotations

from dataclasses import dataclass

from services.errors import Refused
from services.printing.geometry import A4, Box, Size

TURNS = (0, 90, 180, 270)
SIDES = ("own", "left", "middle", "right")
"""`own`: the printer knows the envelope's size. Else it thinks of A4, and the envelope lies at that side of the feed."""
_SLACK = 0.5


@dataclass(frozen=True)
class Feed:
    """`turn`: degrees clockwise; `side`: one of SIDES."""

    turn: int = 0
    side: str = "own"

    def __post_init__(self) -> None:
        if self.turn not in TURNS or self.side not in SIDES:
            raise Refused("进纸方式不对：转 0、90、180 或 270 度，靠左、居中或靠右。", field="turn")


@dataclass(frozen=True)
class Laid:
    """The paper the printer is told of, and where the turned page lies on it."""

    paper: Size
    box: Box
    turn: int


def laid(face: Size, feed: Feed) -> Laid:
    """Lays a page of size `face` on the paper. Refused when it is wider or longer than A4 and A4 is fed."""
    turned = Size(face.height, face.width) if feed.turn in (90, 270) else face
    if feed.side == "own":
        return Laid(turned, Box(0, 0, turned.width, turned.height), feed.turn)
    if turned.width > A4.width + _SLACK or turned.height > A4.height + _SLACK:
        raise Refused(
            "这样放有 {width}×{height} 毫米，A4 进纸口放不下。请转 90 度，或选“按信封大小”。",
            field="side", width=f"{turned.width:g}", height=f"{turned.height:g}")  # fmt: skip
    left = {"left": 0.0, "middle": (A4.width - turned.width) / 2, "right": A4.width - turned.width}[feed.side]
    return Laid(A4, Box(left, 0, turned.width, turned.height), feed.turn)
