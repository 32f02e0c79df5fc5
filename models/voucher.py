"""Vouchers (礼金券) with their moves, and what points were spent on (spec 03, 06)."""

from __future__ import annotations

from peewee import BigIntegerField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from models.customer import Customer
from models.database import FlagField, Table
from models.gift import Gift, PlanLine
from models.purchase import Ticket
from models.staff import User


class Voucher(Table):
    """One voucher with a number of its own. What it is worth now is the sum of its moves."""

    number = TextField(unique=True)
    """13 digits with a check digit: printable as a bar code, known by every scanner."""
    kind = TextField()
    occasion = TextField(default="")
    """The gift occasion that it was given for, if one."""
    value = BigIntegerField()
    """fen, as printed on it"""
    worth = BigIntegerField()
    """fen that it is worth now: all of `value`, the part a return gave back, or nothing"""
    minimum = BigIntegerField(default=0)
    """fen to be paid at least for the goods it may be used for"""
    on_special = FlagField(default=False)
    """Goods at a special price count too."""
    customer = ForeignKeyField(Customer, null=True, index=False, on_delete="RESTRICT")
    """None: to bearer"""
    valid_from = DateField()
    valid_to = DateField()
    """The last day on which it may be used."""
    state = TextField(default="issued")
    reason = TextField(default="")
    """Why it was issued; once void, why."""
    ticket = ForeignKeyField(Ticket, null=True, index=False, on_delete="RESTRICT")
    """The ticket it was last used on."""
    line = ForeignKeyField(PlanLine, null=True, on_delete="RESTRICT")
    """The line of the gift plan that it is the gift of."""
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()

    class Meta:
        indexes = ((("customer", "state"), False), (("state", "valid_to"), False))


class VoucherMove(Table):
    """The vouchers' ledger: append-only."""

    voucher = ForeignKeyField(Voucher, index=False, on_delete="RESTRICT")
    kind = TextField()
    amount = BigIntegerField()
    """fen, signed: what it is worth more or less from now on"""
    day = DateField()
    ticket = ForeignKeyField(Ticket, null=True, on_delete="RESTRICT")
    reason = TextField(default="")
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()

    class Meta:
        indexes = ((("voucher", "kind"), False),)


class Redemption(Table):
    """Points spent on a gift of the catalogue or on a voucher."""

    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    day = DateField()
    points = IntegerField()
    gift = ForeignKeyField(Gift, null=True, index=False, on_delete="RESTRICT")
    voucher = ForeignKeyField(Voucher, null=True, index=False, on_delete="RESTRICT")
    undone = FlagField(default=False)
    key = TextField(null=True, unique=True)
    """The act's own key: pressing Enter twice spends once."""
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()

    class Meta:
        indexes = ((("customer", "day"), False),)
