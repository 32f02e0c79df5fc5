"""The audit trail: who did what to which record, when; a hash chain that only grows."""

from __future__ import annotations

from peewee import DateField, ForeignKeyField, IntegerField, TextField

from models.database import Table


class JournalEntry(Table):
    """One business act. `hash` covers every column before it and the previous hash."""

    at = TextField()
    """UTC, ISO with microseconds"""
    day = DateField()
    """The business day"""
    pc = TextField()
    user_name = TextField()
    role = TextField()
    act = TextField()
    entity = TextField()
    entity_id = IntegerField(null=True)
    customer_id = IntegerField(null=True, index=True)
    body_digest = TextField()
    hash_version = IntegerField(default=1)
    previous = TextField()
    hash = TextField()

    class Meta:
        indexes = ((("act", "day"), False),)


class JournalBody(Table):
    """Before and after as JSON, apart from the chain so that an erase can remove it."""

    entry = ForeignKeyField(JournalEntry, primary_key=True, on_delete="RESTRICT")
    body = TextField()
