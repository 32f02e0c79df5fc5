"""Bringing books up to this program: the numbered scripts, and what only the services can fill in afterwards."""

from __future__ import annotations

from models import database, migrations
from services import search_index

_SEARCH = "0002"
"""The script that made the search's index anew, and empty."""


def run() -> list[str]:
    """Applies what is pending, all or nothing. Returns the names applied."""
    with database.database.atomic():
        names = migrations.run()
        if any(name.startswith(_SEARCH) for name in names) and not database.is_postgres():
            search_index.rebuild()
    return names
