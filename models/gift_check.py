"""What the shop keeps to prove its gifts: stocktakes, losses that wait for the owner, monthly samples (spec 03, 09 §3.9)."""

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

from models.database import Table
from models.gift import Gift, PlanLine, StockMove
from models.staff import User


class Stocktake(Table):
    """盘点: the whole shelf counted once; one is open at a time."""

    day = DateField()
    counted_by = TextField(default="")
    """Who counted, as they write it: often two people"""
    note = TextField(default="")
    state = TextField(default="open")
    """open, booked, cancelled"""
    live = SmallIntegerField(null=True, default=1, unique=True)
    """1 while it is open, NULL afterwards: keeps `one open stocktake` unique"""
    started_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    started_at = DateTimeField()
    closed_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    closed_at = DateTimeField(null=True)


class StocktakeLine(Table):
    """One gift of a stocktake."""

    stocktake = ForeignKeyField(Stocktake, index=False, on_delete="RESTRICT")
    gift = ForeignKeyField(Gift, index=False, on_delete="RESTRICT")
    book = IntegerField()
    """Pieces by the ledger when the counting of this gift began"""
    counted = IntegerField(null=True)
    """None: not counted yet, and nothing is booked for it"""
    counted_at = DateTimeField(null=True)
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    """Who typed the number"""
    move = ForeignKeyField(StockMove, null=True, index=False, on_delete="RESTRICT")
    """What was booked for it"""

    class Meta:
        indexes = ((("stocktake", "gift"), True),)


class StockClaim(Table):
    """A loss or a count difference above the limit: it moves nothing until the owner says yes."""

    gift = ForeignKeyField(Gift, index=False, on_delete="RESTRICT")
    kind = TextField()
    """broken or counted"""
    quantity = IntegerField()
    """Signed, as the move will be"""
    value = BigIntegerField()
    """fen, without its sign"""
    reason = TextField(default="")
    stocktake = ForeignKeyField(Stocktake, null=True, index=False, on_delete="RESTRICT")
    state = TextField(default="waiting")
    """waiting, confirmed, refused, withdrawn"""
    day = DateField()
    entered_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    entered_at = DateTimeField()
    decided_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    decided_at = DateTimeField(null=True)
    decision = TextField(default="")
    """Why the owner refused it"""
    move = ForeignKeyField(StockMove, null=True, index=False, on_delete="RESTRICT")

    class Meta:
        indexes = ((("state", "gift"), False),)


class GiftSample(Table):
    """抽查: the gifts of one month that are asked about by telephone, drawn once and never again."""

    month = TextField(unique=True)
    """YYYY-MM"""
    seed = TextField()
    """Hex; made from the shop's secret and the journal as it stood at the month's end"""
    anchor = IntegerField()
    """Number of that journal entry"""
    population = IntegerField()
    """Issued gifts of the month among which it was drawn"""
    drawn_on = DateField()
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()


class SampleLine(Table):
    """One gift of a sample, with what the customer said."""

    sample = ForeignKeyField(GiftSample, index=False, on_delete="RESTRICT")
    position = IntegerField()
    line = ForeignKeyField(PlanLine, index=False, on_delete="RESTRICT")
    outcome = TextField(default="")
    """received, wrong, missing, no_answer, declined; empty: not asked yet"""
    note = TextField(default="")
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    recorded_at = DateTimeField(null=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("sample", "position"), True), (("line",), False))
