"""Tickets, their lines, visits and points."""

from __future__ import annotations

from peewee import (
    BigIntegerField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from models.customer import Customer
from models.database import FlagField, Table
from models.staff import User


class ImportRun(Table):
    """One file read in: so that the same file read twice changes nothing and every row names its source."""

    kind = TextField()
    file_name = TextField()
    sha256 = TextField(index=True)
    day = DateField()
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    figures = TextField()
    """JSON: read, added, changed, unchanged, refused"""
    created_at = DateTimeField()


class Ticket(Table):
    """小票: purchases of one customer in one visit to the till."""

    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    day = DateField(index=True)
    number = TextField(default="")
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    paid = BigIntegerField()
    """fen, of the lines that were not returned"""
    points = IntegerField(default=0)
    grade = TextField(default="")
    """The customer's grade when it was booked."""
    gift_due = FlagField(default=False)
    counts = FlagField(default=True)
    """False when every line was returned: then it is no purchase occasion."""
    key = TextField(null=True, unique=True)
    """The act's own key: pressing Enter twice books once."""
    import_run = ForeignKeyField(ImportRun, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()

    class Meta:
        indexes = ((("customer", "day"), False),)


class Purchase(Table):
    """消费记录: one line of a ticket."""

    ticket = ForeignKeyField(Ticket, backref="lines", on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    day = DateField()
    item_no = TextField(index=True)
    size = TextField(default="")
    quantity = SmallIntegerField(default=1)
    list_price = BigIntegerField()
    """fen a piece"""
    paid = BigIntegerField()
    """fen for the line, after the grade's discount and without what vouchers paid; negative for a return line"""
    voucher = BigIntegerField(default=0)
    """fen of the line that vouchers paid; negative for a return line"""
    special_price = FlagField(default=False)
    returns = ForeignKeyField("self", null=True, index=False, on_delete="RESTRICT")
    """The sale line this line takes back."""
    note = TextField(default="")
    row_key = TextField(null=True, unique=True)
    """Content and how-manieth occurrence of an imported row."""

    class Meta:
        indexes = ((("customer", "day"), False),)


class Visit(Table):
    """The customer came in without buying. Every ticket is a visit too and is not repeated here."""

    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    day = DateField(index=True)
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    note = TextField(default="")
    undone = FlagField(default=False)
    created_at = DateTimeField()

    class Meta:
        indexes = ((("customer", "day"), False),)


class PointEntry(Table):
    """The points ledger: the only truth; totals on the customer are its sums."""

    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    day = DateField()
    kind = TextField()
    points = IntegerField()
    """Signed change of the balance; earned and returned change the earned total too."""
    ticket = ForeignKeyField(Ticket, null=True, index=False, on_delete="RESTRICT")
    reason = TextField(default="")
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")

    class Meta:
        indexes = ((("customer", "day"), False),)


class UnregisteredSale(Table):
    """A sale without a customer: skipped with a reason, counted for the registration rate."""

    day = DateField(index=True)
    reason = TextField()
    """A `SkipReason`."""
    count = IntegerField(default=1)
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    note = TextField(default="")
    """The reason in words, where it is another one."""
    undone = FlagField(default=False)
