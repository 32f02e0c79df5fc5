"""Who was erased under the privacy law: no name and no number, only what a restored backup is recognised by (spec 08)."""

from __future__ import annotations

from peewee import DateField, ForeignKeyField, IntegerField, TextField

from models.database import FlagField, Table
from models.staff import User


class ErasedPerson(Table):
    """A tombstone. `record` is no foreign key: an older backup may not have had the person yet."""

    mark = TextField(unique=True)
    """Random; what the record is called now: 已删除 #mark"""
    record = IntegerField(index=True)
    """The record's number"""
    day = DateField()
    marks = TextField()
    """Keyed hashes of what the person was known by, parted by blanks: `phone:…`, `name:…`, `card:…`, `past:…`"""
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    act = IntegerField(null=True)
    """The journal's number of the erase"""
    scrubbed = FlagField(default=False)
    """Whether the file was written anew since, so that nothing is left in its free pages"""
