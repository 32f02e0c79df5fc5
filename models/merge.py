"""Two records of one person made one, and pairs that are not the same."""

from __future__ import annotations

from peewee import CompositeKey, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from models.customer import Customer
from models.database import FlagField, Table
from models.staff import User


class CustomerMerge(Table):
    """What one merge moved, so that it can be taken back exactly."""

    kept = ForeignKeyField(Customer, on_delete="RESTRICT", backref="merges")
    other = ForeignKeyField(Customer, on_delete="RESTRICT", backref="merged_by")
    day = DateField()
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    before = TextField()
    """JSON: the columns of both records as they were, `kept` and `other`"""
    after = TextField()
    """JSON: the columns of the kept record right after the merge: what differs later was changed by hand since"""
    moved = TextField()
    """JSON: table → ids of the rows that moved; for phones and plan lines with the position or part they had"""
    undone = FlagField(default=False)
    created_at = DateTimeField()


class NotSame(Table):
    """A pair that was looked at and is two people: not offered again."""

    low = ForeignKeyField(Customer, index=False, on_delete="CASCADE", backref="not_same_as")
    high = ForeignKeyField(Customer, on_delete="CASCADE", backref="also_not_same_as")
    day = DateField()
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")

    class Meta:
        primary_key = CompositeKey("low", "high")
        without_rowid = True


class MergeGone(Table):
    """A row that a merge moved and that was deleted since.

    SQLite gives the number of a deleted row to a new one: taking the merge apart leaves that one alone. Triggers fill
    it; PostgreSQL never uses a number twice and needs none.
    """

    merge = ForeignKeyField(CustomerMerge, backref="gone", index=False, on_delete="CASCADE")
    table_name = TextField()
    row_id = IntegerField()

    class Meta:
        primary_key = CompositeKey("merge", "table_name", "row_id")
        without_rowid = True
