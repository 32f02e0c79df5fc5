"""Filters of the customer list that the shop keeps by name."""

from __future__ import annotations

from peewee import DateTimeField, ForeignKeyField, TextField

from models.database import Table
from models.staff import User


class SavedFilter(Table):
    """One filter, shared by everybody in the shop."""

    name = TextField(unique=True)
    conditions = TextField()
    """JSON: what services/rules/filters.py writes"""
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    """Who made it."""
    created_at = DateTimeField()
