"""Every change of grade or state, with the rule that caused it."""

from __future__ import annotations

from peewee import DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from models.customer import Customer
from models.database import FlagField, Table
from models.staff import User


class GradeRun(Table):
    """One application of the rules to everyone; can be undone while it is the newest."""

    day = DateField(index=True)
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    changed = IntegerField()
    undone = FlagField(default=False)
    created_at = DateTimeField()


class GradeChange(Table):
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    day = DateField(index=True)
    run = ForeignKeyField(GradeRun, null=True, on_delete="RESTRICT")
    from_grade = TextField()
    to_grade = TextField()
    from_base = TextField(default="")
    to_base = TextField(default="")
    from_state = TextField()
    to_state = TextField()
    from_rule = TextField(default="")
    rule = TextField()
    reason = TextField(default="")
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    undone = FlagField(default=False)

    class Meta:
        indexes = ((("customer", "day"), False),)
