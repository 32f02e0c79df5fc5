"""The password of a database server, kept for this account of this PC and never in the settings or on a command line."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from models import database
from services import key_store
from services.transfer.places import place_of


def keep(url: str) -> str:
    """Remembers the password of a server's URL. Returns the URL without it. Raises Unavailable."""
    if not database.is_postgres(url):
        return url
    place = place_of(url)
    bare = replace(place, password="").url()
    if place.password:
        key_store.write(_name(bare), place.password.encode("utf-8"))
    return bare


def filled(url: str) -> str:
    """The URL as the driver needs it; a file's, and one that has its password, as they are."""
    if not database.is_postgres(url) or not (place := place_of(url)).host or place.password:
        return url
    found = key_store.read(_name(place.url()))
    return replace(place, password=found.decode("utf-8")).url() if found else url


def _name(bare: str) -> str:
    return "server-" + hashlib.sha256(bare.encode("utf-8")).hexdigest()[:16]
