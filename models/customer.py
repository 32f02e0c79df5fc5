"""The customer file (seeds/002 二.1) and what hangs on it."""

from __future__ import annotations

from peewee import (
    BigIntegerField,
    CompositeKey,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from models.database import FlagField, Table
from models.staff import StaffGroup, User


class Customer(Table):
    """One person on file. Totals beside the data are kept by the services and proven by `check`."""

    card_no = TextField(unique=True)
    name = TextField()
    sort_key = TextField(default="")
    """Pinyin of the name, lower case: sorts alike on SQLite and PostgreSQL."""
    sex = TextField(default="unknown")
    state = TextField(default="active")
    grade = TextField(default="C")
    base_grade = TextField(default="C")
    grade_rule = TextField(default="prospect")
    hand_grade = TextField(null=True)
    hand_reason = TextField(default="")
    special = FlagField(default=False)
    special_reason = TextField(default="")

    birth_calendar = TextField(null=True)
    birth_month = SmallIntegerField(null=True)
    birth_day = SmallIntegerField(null=True)
    birth_leap = FlagField(default=False)
    birth_year = SmallIntegerField(null=True)

    height_cm = SmallIntegerField(null=True)
    waist_cm = SmallIntegerField(null=True)
    size = TextField(default="")
    """The size last bought, or told."""
    colours = TextField(default="")
    styles = TextField(default="")
    looks = TextField(default="")
    """Likes as the shop writes them, parted by 、"""
    postcode = TextField(default="")
    address = TextField(default="")
    preferred_channel = TextField(default="")
    preferred_time = TextField(default="")
    preferred_every_days = SmallIntegerField(null=True)
    first_source = TextField(default="")
    referred_by = ForeignKeyField("self", null=True, on_delete="SET NULL")
    referral_thanked_on = DateField(null=True)
    """The day the one who brought this customer was thanked; empty: thanks are due."""
    hobbies = TextField(default="")
    note = TextField(default="")
    old_grade = TextField(default="")
    """The grade an imported sheet named; never used by the rules."""

    group = ForeignKeyField(StaffGroup, null=True, on_delete="RESTRICT")
    clerk = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    registered_on = DateField()
    verified_on = DateField(null=True)
    data_source = TextField(default="")
    phone_doubtful = FlagField(default=False)

    points_earned = IntegerField(default=0)
    points_balance = IntegerField(default=0)
    tickets = IntegerField(default=0)
    """Tickets that count: with at least one line not returned."""
    paid_total = BigIntegerField(default=0)
    """fen"""
    first_purchase = DateField(null=True)
    last_purchase = DateField(null=True)
    last_visit = DateField(null=True)
    last_contact = DateField(null=True)
    """Day of the last real contact of any kind: call, message, visit, purchase."""
    lost_on = DateField(null=True)
    merged_into = ForeignKeyField("self", null=True, index=False, on_delete="RESTRICT")
    version = IntegerField(default=1)

    class Meta:
        indexes = (
            (("birth_calendar", "birth_month", "birth_day"), False),
            (("sort_key", "state"), False),
            (("state", "grade"), False),
            (("state", "last_visit"), False),
            (("state", "last_purchase"), False),
            (("phone_doubtful", "state"), False),
        )


class Phone(Table):
    """A customer's number: digits only. `reversed` serves the search by last digits."""

    customer = ForeignKeyField(Customer, backref="phones", index=False, on_delete="CASCADE")
    number = TextField()
    reversed = TextField()
    foreign = FlagField(default=False)
    position = SmallIntegerField(default=0)

    class Meta:
        indexes = (
            (("customer", "number"), True),
            (("number", "customer"), False),
            (("reversed", "customer"), False),
        )


class RememberedDay(Table):
    """A family birthday or another day to remember: label and solar or lunar date."""

    customer = ForeignKeyField(Customer, backref="days", on_delete="CASCADE")
    label = TextField()
    calendar = TextField(default="solar")
    month = SmallIntegerField()
    day = SmallIntegerField()
    leap = FlagField(default=False)
    year = SmallIntegerField(null=True)

    class Meta:
        indexes = ((("calendar", "month", "day"), False),)


class Consent(Table):
    """Consent to be contacted, or its withdrawal: append-only, the newest per purpose and channel counts."""

    customer = ForeignKeyField(Customer, backref="consents", on_delete="CASCADE")
    channel = TextField()
    given = FlagField()
    day = DateField()
    way = TextField(default="")
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")


class OptOut(Table):
    """The channels that must not be used now: refused, or not agreed to yet by somebody new. Lists join it."""

    customer = ForeignKeyField(Customer, index=False, on_delete="CASCADE")
    channel = TextField()

    class Meta:
        primary_key = CompositeKey("customer", "channel")
        without_rowid = True


class Note(Table):
    """What the customer told us, with its day."""

    customer = ForeignKeyField(Customer, backref="notes", on_delete="CASCADE")
    day = DateField()
    kind = TextField(default="note")
    """note, family, wish, opinion, or tried (tried on and not bought)"""
    text = TextField()
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()
