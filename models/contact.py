"""Contacts, planned and done (seeds/002 四, 六)."""

from __future__ import annotations

from peewee import DateField, DateTimeField, ForeignKeyField, SmallIntegerField, TextField

from models.customer import Customer
from models.database import FlagField, Table
from models.gift import PlanLine
from models.purchase import Ticket
from models.staff import User


class Contact(Table):
    """One call, message, letter, visit or talk: planned by the rules or made by hand, with what came of it."""

    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    due = DateField()
    original_due = DateField()
    """The day the rules named first; `due` moves when it is postponed."""
    channel = TextField()
    topics = TextField()
    """Topic codes folded into this contact, parted by a comma, the most important first."""
    state = TextField(default="planned")
    why = TextField(default="")
    """JSON: the facts behind each topic; shown as words"""
    key = TextField(null=True, unique=True)
    """What the rules planned, so that generating twice plans once: topic, occasion, day, customer. Needs folded in
    beside it stand in FoldedNeed."""
    importance = SmallIntegerField(default=0)
    assignee = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    by_hand = FlagField(default=False)
    incoming = FlagField(default=False)
    tries = SmallIntegerField(default=0)
    note = TextField(default="")
    next_step = TextField(default="")
    done_on = DateField(null=True, index=True)
    done_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT", backref="contacts_done")
    done_at = DateTimeField(null=True)
    state_reason = TextField(default="")
    plan_line = ForeignKeyField(PlanLine, null=True, index=False, on_delete="RESTRICT")
    ticket = ForeignKeyField(Ticket, null=True, index=False, on_delete="RESTRICT")
    checked_by = ForeignKeyField(
        User, null=True, index=False, on_delete="RESTRICT", backref="contacts_checked"
    )
    checked_on = DateField(null=True)
    created_at = DateTimeField()

    class Meta:
        indexes = (
            (("state", "due"), False),
            (("customer", "due"), False),
            (("due", "channel"), False),
        )


class FoldedNeed(Table):
    """The keys of needs that were folded into another contact: they are planned once, too."""

    key = TextField(unique=True)
    contact = ForeignKeyField(Contact, backref="folded", on_delete="CASCADE")


class ScheduleDay(Table):
    """The days for which the rules have planned: missed days are caught up from the last of them."""

    day = DateField(unique=True)
    policy_version = SmallIntegerField(default=0)
    figures = TextField(default="{}")
    """JSON: how many were new, folded, moved, expired, and who was left out for which reason"""
    created_at = DateTimeField()
