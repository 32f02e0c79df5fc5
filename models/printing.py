"""What was printed for whom, so that a jam can be resumed and nothing is posted twice."""

from __future__ import annotations

from peewee import DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from models.customer import Customer
from models.database import FlagField, Table
from models.staff import User


class PrintJob(Table):
    kind = TextField()
    layout = TextField()
    from_day = DateField(null=True)
    to_day = DateField(null=True)
    occasion = TextField(default="")
    pieces = IntegerField()
    printed = IntegerField(default=0)
    file_name = TextField(default="")
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()


class PrintItem(Table):
    job = ForeignKeyField(PrintJob, backref="items", on_delete="RESTRICT")
    position = IntegerField()
    customer = ForeignKeyField(Customer, on_delete="RESTRICT")
    occasion = TextField(default="")
    day = DateField(null=True)
    posted = FlagField(default=False)
    posted_on = DateField(null=True)

    class Meta:
        indexes = ((("job", "position"), True), (("customer", "day"), False))


class PrintSetup(Table):
    """A card's text, an envelope's places or a label sheet as the shop wants it; the newest row of a name counts.

    Rows are only ever added: undo writes the former body once more. An empty body is "as shipped".
    """

    kind = TextField()
    name = TextField()
    body = TextField(default="")
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()

    class Meta:
        indexes = ((("kind", "name"), False),)
