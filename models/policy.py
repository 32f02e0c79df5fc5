"""The care policy in force since a day, word for word."""

from __future__ import annotations

from peewee import DateField, DateTimeField, ForeignKeyField, TextField

from models.database import Table
from models.staff import User


class PolicyVersion(Table):
    """Only what differs from the shipped numbers, as JSON of dotted keys; versions only grow."""

    since = DateField()
    changes = TextField()
    reason = TextField(default="")
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()
