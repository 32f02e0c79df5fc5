"""What this PC knows of its printers: how far each prints beside the mark, and which was used last."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from services import settings
from services.errors import Refused
from services.files import replacing
from services.printing.feed import SIDES, TURNS, Feed

_FILE = "printers.json"
MOST_MM = 20.0
"""More than this is no feed error but the wrong paper."""


@dataclass(frozen=True)
class Offset:
    """mm by which everything is shifted: to the right and down."""

    x: float = 0.0
    y: float = 0.0


def offset(printer: str) -> Offset:
    """The printer's own offset; none when nothing was kept."""
    x, y = _read()["offsets"].get(printer, (0.0, 0.0))
    return Offset(x, y)


def feed(printer: str, paper: str) -> Feed:
    """How this printer is fed with `paper` (an envelope's format); straight and by its own size when nothing was kept."""
    turn, side = _read()["feeds"].get(printer, {}).get(paper, (0, "own"))
    return Feed(turn, side) if turn in TURNS and side in SIDES else Feed()


def last_used() -> str:
    return str(_read()["last"])


def keep(printer: str, shift: Offset, paper: str = "", way: Feed | None = None) -> None:
    """Remembers the offset, how `paper` is fed, and that this printer was used. Refused for more than MOST_MM, Unavailable."""
    if max(abs(shift.x), abs(shift.y)) > MOST_MM:
        raise Refused(
            "打印机偏移不能超过 {most} 毫米；差得更多，请检查纸张大小。", field="x", most=int(MOST_MM)
        )
    known = _read()
    known["offsets"][printer] = [round(shift.x, 1), round(shift.y, 1)]
    if paper and way is not None:
        known["feeds"].setdefault(printer, {})[paper] = [way.turn, way.side]
    known["last"] = printer
    with replacing(_path(), exact=True) as path:
        path.write_text(json.dumps(known, ensure_ascii=False, indent=1), "utf-8")


def _path() -> Path:
    return settings.config_folder() / _FILE


def _read() -> dict:
    """A missing or damaged file is an empty one: it must never stop a print."""
    empty: dict = {"offsets": {}, "feeds": {}, "last": ""}
    try:
        raw = json.loads(_path().read_text("utf-8"))
        offsets = {str(name): (float(pair[0]), float(pair[1])) for name, pair in raw["offsets"].items()}
        feeds = {
            str(name): {str(paper): (int(way[0]), str(way[1])) for paper, way in ways.items()}
            for name, ways in raw.get("feeds", {}).items()
        }
        return {"offsets": offsets, "feeds": feeds, "last": str(raw.get("last", ""))}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return empty
