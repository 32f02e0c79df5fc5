"""Erasing a person under the privacy law (spec 08; 09 §3.10)."""

from __future__ import annotations

from services.erasing.acts import (
    Erased,
    Preview,
    carried,
    erase,
    erase_all,
    look_after,
    preview,
    repeat,
    until,
)
from services.erasing.scrub import waiting
from services.erasing.tombstones import Tombstone, standing

__all__ = [
    "Erased",
    "Preview",
    "Tombstone",
    "carried",
    "erase",
    "erase_all",
    "look_after",
    "preview",
    "repeat",
    "standing",
    "until",
    "waiting",
]
