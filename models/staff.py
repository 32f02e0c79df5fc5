"""Who works in the shop, in which group."""

from __future__ import annotations

from peewee import BigIntegerField, DateTimeField, ForeignKeyField, IntegerField, TextField

from models.database import FlagField, Table


class StaffGroup(Table):
    """销售组: two by default, any number."""

    name = TextField(unique=True)
    active = FlagField(default=True)


class User(Table):
    """A person who signs in with a PIN. Never deleted, only disabled: old records keep the name."""

    name = TextField(unique=True)
    role = TextField()
    group = ForeignKeyField(StaffGroup, null=True, on_delete="RESTRICT")
    pin_hash = TextField()
    phone = TextField(default="")
    active = FlagField(default=True)
    failures = IntegerField(default=0)
    lockouts = IntegerField(default=0)
    locked_until = BigIntegerField(default=0)
    """Seconds since 1970 (UTC) until which no PIN is tried; 0 for not locked."""
    lock_seconds = IntegerField(default=0)
    lock_tick = BigIntegerField(default=0)
    """When the lock began, in seconds since the computer was switched on: the clock may be set, these not."""
    created_at = DateTimeField()

    class Meta:
        table_name = "staff_user"  # "user" is a reserved word of PostgreSQL


class ShopInfo(Table):
    """The shop itself: one row with id 1."""

    name = TextField()
    phone = TextField(default="")
    address = TextField(default="")
    postcode = TextField(default="")
    trial = FlagField(default=False)
    secret = TextField()
    """Random hex; the key of the checksums on approval sheets."""
    last_day = TextField(default="")
    """The highest business day ever recorded (ISO): a clock set back is noticed by it."""
    epoch = IntegerField(default=1)
    """Counts restores; part of the audit trail."""
    anniversary = TextField(default="")
    """MM-DD of the shop's own day, if it celebrates one."""
    backed_up_on = TextField(default="")
