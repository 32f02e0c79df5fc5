"""The shop's own library of things to say: fashion notes, care tips, jokes, the season; and who heard which (spec 04)."""

from __future__ import annotations

from peewee import DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from models.contact import Contact
from models.customer import Customer
from models.database import FlagField, Table
from models.sms import SmsBatch
from models.staff import User


class ShopText(Table):
    """One text. It is never deleted, so that nobody hears it again too soon."""

    kind = TextField()
    body = TextField(unique=True)
    gloss = TextField(default="")
    """The same in English, for whoever reads no Chinese; empty: none"""
    seasons = TextField(default="")
    """spring,summer,autumn,winter: when it fits; empty: always"""
    occasion = TextField(default="")
    """A festival's code: only in the days before it; empty: any day"""
    grades = TextField(default="")
    """A,B,C: for whom; empty: for everybody"""
    source = TextField(default="")
    """The code of a text that was shipped; empty: the shop's own"""
    retired = FlagField(default=False)
    version = IntegerField(default=1)
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()


class ShopTextUse(Table):
    """A text was said or sent to a customer: with the contact, or frozen in a batch of messages."""

    text = ForeignKeyField(ShopText, index=False, on_delete="CASCADE")
    customer = ForeignKeyField(Customer, index=False, on_delete="CASCADE")
    day = DateField()
    contact = ForeignKeyField(Contact, null=True, on_delete="CASCADE")
    batch = ForeignKeyField(SmsBatch, null=True, on_delete="CASCADE")

    class Meta:
        indexes = ((("customer", "day"), False), (("text", "day"), False))
