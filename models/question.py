"""What a customer was asked and when: not asked again for a while, and never more than a few at a visit (seeds/001, 渐入法)."""

from __future__ import annotations

from peewee import DateField, ForeignKeyField, TextField

from models.customer import Customer
from models.database import FlagField, Table
from models.staff import User


class AskedQuestion(Table):
    """One question put to a customer on one day: answered, or not wanted; the newest of a field counts."""

    customer = ForeignKeyField(Customer, on_delete="CASCADE")
    field = TextField()
    """A code of `services.rules.questions`."""
    day = DateField()
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    undone = FlagField(default=False)
