"""What happens to an approved gift on its way to the customer: packed, carried, received, reminded of, brought back."""

from __future__ import annotations

from peewee import DateField, ForeignKeyField, SmallIntegerField, TextField

from models.database import Table
from models.gift import PlanLine
from models.staff import User


class GiftParcel(Table):
    """At most one for each line of a plan; made when the first of these things happens."""

    line = ForeignKeyField(PlanLine, unique=True, backref="parcels", on_delete="CASCADE")
    packed_on = DateField(null=True)
    packed_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT", backref="packed")
    carrier = TextField(default="")
    """Who carries it: the post, a courier firm"""
    tracking = TextField(default="")
    courier = TextField(default="")
    """Who of the shop brought it to the door"""
    received_by = TextField(default="")
    """To whom it was handed, in words"""
    received_on = DateField(null=True)
    noted_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT", backref="receipts_noted")
    wrong_codes = SmallIntegerField(default=0)
    """Wrong collection codes on the day `wrong_on`"""
    wrong_on = DateField(null=True)
    reminded_on = DateField(null=True)
    """When it counted as uncollected, and the reminder was planned"""
    returned_on = DateField(null=True)
    """When it went back to stock"""
    returned_from = TextField(default="")
    """The line's state before that: approved or issued"""
