"""Short messages: texts released by the manager, batches frozen before they go out, one state a recipient (spec 04).

A batch goes one of two ways: as a file for a platform, or through a gateway, part by part.
"""

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
    way = TextField(default="file")
    """`file`, or `gateway` once its sending has begun: never both."""

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
    attempt = SmallIntegerField(default=0)
    """How often it was handed to a gateway: a second time only where a person said so."""

    class Meta:
        indexes = (
            (("batch", "customer"), True),
            (("batch", "number"), True),
            (("customer", "state"), False),
            (("state", "batch"), False),
        )


class SmsPart(Table):
    """One part of a message on its way through a gateway; written before anything goes over the wire."""

    message = ForeignKeyField(SmsMessage, index=False, on_delete="CASCADE")
    attempt = SmallIntegerField()
    number = SmallIntegerField()
    state = TextField(default="handed_over")
    provider_id = TextField(default="")
    """What the provider calls it; empty until it answered."""
    reason = TextField(default="")
    settled_on = DateField(null=True)

    class Meta:
        indexes = ((("message", "attempt", "number"), True), (("provider_id",), False))


class SmsReport(Table):
    """A delivery report that came before the provider's answer, or for a message that the books do not know."""

    provider_id = TextField()
    number = TextField()
    reference = IntegerField(null=True)
    """Our own id, where the provider sends it back."""
    state = TextField()
    reason = TextField(default="")
    received_on = DateField()

    class Meta:
        indexes = ((("provider_id",), False), (("number",), False))


class SmsIncoming(Table):
    """What a phone answered, kept once however often the provider brings it."""

    key = TextField(unique=True)
    number = TextField()
    customer = ForeignKeyField(Customer, null=True, on_delete="SET NULL")
    contact = ForeignKeyField(Contact, null=True, index=False, on_delete="SET NULL")
    text = TextField()
    opt_out = FlagField(default=False)
    """It refused further messages."""
    received_on = DateField()
    received_at = DateTimeField()

    class Meta:
        indexes = ((("number", "opt_out"), False),)


class SmsLeftOut(Table):
    """Who was wanted in a batch and is not in it, with the reason."""

    batch = ForeignKeyField(SmsBatch, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, null=True, on_delete="SET NULL")
    reason = TextField()
    detail = TextField(default="")

    class Meta:
        indexes = ((("batch", "customer"), False),)
