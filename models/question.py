"""What a customer did not want to say when asked: not asked again for a while (seeds/001, 渐入法)."""

from __future__ import annotations

from peewee import DateField, ForeignKeyField, TextField

from models.customer import Customer
from models.database import FlagField, Table
from models.staff import User


class QuestionSkip(Table):
    """One question put off on one day; the newest of a field counts."""

    customer = ForeignKeyField(Customer, on_delete="CASCADE")
    field = TextField()
    """A code of `services.rules.questions`."""
    day = DateField()
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    undone = FlagField(default=False)
