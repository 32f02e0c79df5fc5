"""Customers given to other groups or people: each act with every move, so that it can be taken back."""

from __future__ import annotations

from peewee import CompositeKey, DateField, DateTimeField, ForeignKeyField, TextField

from models.contact import Contact
from models.customer import Customer
from models.database import FlagField, Table
from models.staff import StaffGroup, User


class Allocation(Table):
    """One even distribution over the groups, or one hand-over (交接) of somebody's customers."""

    kind = TextField()
    """even or hand_over"""
    day = DateField()
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    leaver = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT", backref="handed_over")
    figures = TextField()
    """JSON: who or which group got how many"""
    undone = FlagField(default=False)
    created_at = DateTimeField()


class AllocationMove(Table):
    """One customer that changed group or responsible clerk by the act."""

    allocation = ForeignKeyField(Allocation, backref="moves", index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, on_delete="CASCADE")
    from_group = ForeignKeyField(StaffGroup, null=True, index=False, on_delete="RESTRICT")
    to_group = ForeignKeyField(
        StaffGroup, null=True, index=False, on_delete="RESTRICT", backref="allocated_here"
    )
    from_clerk = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT", backref="allocated_away")
    to_clerk = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT", backref="allocated_here")

    class Meta:
        primary_key = CompositeKey("allocation", "customer")
        without_rowid = True


class AllocationContact(Table):
    """One open contact that changed its caller by the act. A contact deleted since takes its line along."""

    allocation = ForeignKeyField(Allocation, backref="contacts", index=False, on_delete="CASCADE")
    contact = ForeignKeyField(Contact, on_delete="CASCADE", backref="reassigned")
    from_user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT", backref="calls_given")
    to_user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT", backref="calls_taken")

    class Meta:
        primary_key = CompositeKey("allocation", "contact")
        without_rowid = True
