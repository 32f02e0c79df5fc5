"""Moving a whole shop between a file on this PC and a database server, proven row by row (spec 08, several counters)."""

from __future__ import annotations

from services.transfer.moving import Moved, move, try_out
from services.transfer.passwords import keep
from services.transfer.places import Place, on_server, place_of, shown

__all__ = ["Moved", "Place", "keep", "move", "on_server", "place_of", "shown", "try_out"]
