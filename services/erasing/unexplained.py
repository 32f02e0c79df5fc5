"""Bodies of the journal that are gone though no erase took them: the chain alone would not tell (spec 09 §3.8)."""

from __future__ import annotations

import hashlib
import json

from models import database

_EMPTY = hashlib.sha256(b"{}").hexdigest()


def missing() -> list[int]:
    """Numbers of entries whose contents were removed, and no entry of an erase names them."""
    gone = {
        row[0]
        for row in database.rows(
            "SELECT e.id FROM journal_entry e LEFT JOIN journal_body b ON b.entry_id = e.id"
            " WHERE b.entry_id IS NULL AND e.body_digest <> ?",
            (_EMPTY,),
        )
    }
    if not gone:
        return []
    acts = (
        "SELECT b.body FROM journal_body b JOIN journal_entry e ON e.id = b.entry_id"
        " WHERE e.act IN ('customer.erased', 'customer.erased_again')"
    )
    for (body,) in database.rows(acts):
        gone -= set(json.loads(body).get("bodies", ()))
    return sorted(gone)
