"""Campaigns: announced to a segment, some left uncontacted by lot, with replies, costs and what came of it (spec 04, 06)."""

from __future__ import annotations

from peewee import BigIntegerField, DateField, DateTimeField, ForeignKeyField, SmallIntegerField, TextField

from models.customer import Customer
from models.database import FlagField, Table
from models.sms import SmsBatch, SmsText
from models.staff import User


class Campaign(Table):
    """An announcement of new goods, a promotion, news or an event. Frozen, but for its notes, once it is released."""

    name = TextField()
    kind = TextField()
    channel = TextField()
    first = DateField()
    last = DateField()
    budget = BigIntegerField(default=0)
    """fen"""
    notes = TextField(default="")
    segment = TextField(default="{}")
    """JSON: the conditions of a filter with its name, or the ids of chosen customers"""
    template = TextField(default="")
    """Name of the message's text; the wording that was in use at the release is `wording`."""
    wording = ForeignKeyField(SmsText, null=True, index=False, on_delete="RESTRICT")
    script = TextField(default="")
    """What the caller says or the letter is about."""
    send_at = TextField(default="")
    control_percent = SmallIntegerField()
    state = TextField(default="draft")
    seed = TextField(default="")
    """Of the lot that drew who is left uncontacted; empty until then."""
    anchor = BigIntegerField(default=0)
    """Number of the journal entry that the seed comes from"""
    left_out = TextField(default="{}")
    """JSON: how many of the segment were left out before the lot, by reason"""
    window_days = SmallIntegerField(default=0)
    """Days after the first one whose purchases count; the policy's at the release"""
    made_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    made_at = DateTimeField()
    released_by = ForeignKeyField(
        User, null=True, index=False, on_delete="RESTRICT", backref="campaigns_released"
    )
    released_on = DateField(null=True)
    ended_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT", backref="campaigns_ended")
    ended_on = DateField(null=True)
    reason = TextField(default="")
    """Why it was cancelled."""
    version = SmallIntegerField(default=1)

    class Meta:
        indexes = ((("state", "first"), False),)


class CampaignMember(Table):
    """One customer of a released campaign, contacted or left uncontacted by lot. Never changed: that is what it is for.

    Only an erasure under the privacy law empties number and text.
    """

    campaign = ForeignKeyField(Campaign, index=False, on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, on_delete="RESTRICT")
    grade = TextField()
    """On the day of the lot, which was drawn grade by grade"""
    control = FlagField()
    """Left uncontacted"""
    number = TextField(default="")
    text = TextField(default="")

    class Meta:
        indexes = ((("campaign", "customer"), True),)


class CampaignBatch(Table):
    """The messages of a campaign: one batch, or several where they are many."""

    campaign = ForeignKeyField(Campaign, on_delete="RESTRICT")
    batch = ForeignKeyField(SmsBatch, unique=True, on_delete="CASCADE")


class CampaignAnswer(Table):
    """What a customer said to a campaign, and whether they came to the event."""

    campaign = ForeignKeyField(Campaign, index=False, on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, on_delete="RESTRICT")
    answer = TextField(default="")
    """coming, maybe or no; empty: nothing said"""
    guests = SmallIntegerField(default=0)
    """Whom they bring, beside themselves"""
    note = TextField(default="")
    answered_on = DateField(null=True)
    came_on = DateField(null=True)
    came_guests = SmallIntegerField(default=0)
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    version = SmallIntegerField(default=1)

    class Meta:
        indexes = ((("campaign", "customer"), True),)


class CampaignCost(Table):
    """What was spent on a campaign; struck out, not deleted."""

    campaign = ForeignKeyField(Campaign, on_delete="RESTRICT")
    day = DateField()
    what = TextField()
    amount = BigIntegerField()
    """fen"""
    struck = FlagField(default=False)
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()
