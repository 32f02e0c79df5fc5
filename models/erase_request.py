"""Customers who asked that their data be erased: asked for by the manager, decided by the owner (spec 08)."""

from __future__ import annotations

from peewee import DateField, DateTimeField, ForeignKeyField, TextField

from models.customer import Customer
from models.database import FlagField, Table
from models.staff import User


class EraseRequest(Table):
    """One request; `withdrawn` when it was taken back before the owner acted."""

    customer = ForeignKeyField(Customer, on_delete="CASCADE")
    day = DateField()
    reason = TextField()
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    withdrawn = FlagField(default=False)
    created_at = DateTimeField()
