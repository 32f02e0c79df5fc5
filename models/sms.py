"""Short messages: texts released by the manager, batches frozen before they go out, one state a recipient (spec 04)."""

from __future__ import annotations

from peewee import DateField, DateTimeField, ForeignKeyField, IntegerField, SmallIntegerField, TextField

from models.contact import Contact
from models.customer import Customer
from models.database import FlagField, Table
from models.staff import User


class SmsTemplate(Table):
    """A text by its name; its wordings are kept as versions."""

    name = TextField(unique=True)
    topic = TextField()
    retired = FlagField(default=False)
    newest = SmallIntegerField(default=1)
    """Number of the newest wording: who changes an older one is told."""
    created_at = DateTimeField()


class SmsText(Table):
    """One wording: what the company sent, and the shop's own variant. Never changed once it is written."""

    template = ForeignKeyField(SmsTemplate, index=False, on_delete="CASCADE")
    number = SmallIntegerField()
    company = TextField(default="")
    variant = TextField(default="")
    """The shop's own words; empty: the company's as they are."""
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()
    released_on = DateField(null=True)
    released_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT", backref="sms_released")

    class Meta:
        indexes = ((("template", "number"), True),)


class SmsBatch(Table):
    """Messages that go out together, once."""

    day = DateField()
    send_at = TextField()
    """`10:00`: when the platform shall send it."""
    state = TextField(default="draft")
    source = TextField(default="{}")
    """JSON: what the recipients were taken from"""
    made_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    made_at = DateTimeField()
    reviewed_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT", backref="sms_reviewed")
    reviewed_on = DateField(null=True)
    exported_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT", backref="sms_exported")
    exported_on = DateField(null=True)
    exported_at = DateTimeField(null=True)
    layout = TextField(default="")
    file = TextField(default="")
    sha256 = TextField(default="")

    class Meta:
        indexes = ((("state", "day"), False),)


class SmsMessage(Table):
    """One recipient of a batch with the frozen number and text. Whatever carries it knows it by its own key."""

    batch = ForeignKeyField(SmsBatch, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, null=True, on_delete="SET NULL")
    wording = ForeignKeyField(SmsText, index=False, on_delete="RESTRICT")
    topics = TextField()
    number = TextField()
    text = TextField()
    parts = SmallIntegerField()
    key = TextField(unique=True)
    state = TextField(default="queued")
    reason = TextField(default="")
    """Why it was dropped or failed: a code of ours, or the platform's words."""
    handed_over_on = DateField(null=True)
    settled_on = DateField(null=True)
    act = IntegerField(null=True)
    """The journal's number of the confirmation that settled it: what an undo takes back."""
    before = TextField(default="")
    """JSON: what the confirmation changed, as it stood before"""

    class Meta:
        indexes = (
            (("batch", "customer"), True),
            (("batch", "number"), True),
            (("customer", "state"), False),
            (("state", "batch"), False),
        )


class SmsLeftOut(Table):
    """Who was wanted in a batch and is not in it, with the reason."""

    batch = ForeignKeyField(SmsBatch, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, null=True, on_delete="SET NULL")
    reason = TextField()
    detail = TextField(default="")

    class Meta:
        indexes = ((("batch", "customer"), False),)
