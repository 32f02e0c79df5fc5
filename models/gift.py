"""Gifts: catalogue, stock ledger, plans and their lines (seeds/002 四, 五)."""

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
from models.purchase import Ticket
from models.staff import User


class GiftClass(Table):
    """礼品类别"""

    name = TextField(unique=True)


class Gift(Table):
    """A catalogue item. Its stock is the sum of its moves, never edited."""

    name = TextField(unique=True)
    gift_class = ForeignKeyField(GiftClass, on_delete="RESTRICT")
    cost = BigIntegerField()
    """fen a piece"""
    face_value = BigIntegerField(default=0)
    """fen; above 0 it is a voucher of that value"""
    points_price = IntegerField(default=0)
    """Points it may be had for; 0: not for points"""
    supplier = TextField(default="")
    reorder_level = IntegerField(default=0)
    suits = TextField(default="")
    """Likes it suits, parted by 、"""
    active = FlagField(default=True)
    created_at = DateTimeField()


class GiftPlan(Table):
    """礼品赠送计划 of one month; further proposals of the month add lines to the same plan."""

    month = TextField(unique=True)
    """YYYY-MM"""
    created_at = DateTimeField()
    created_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    round = IntegerField(default=0)
    """How often it was laid before the owner; see services/gifts/rounds.py"""
    round_on = DateField(null=True)
    """The shop's day on which the present round was opened"""
    round_at = DateTimeField(null=True)
    before_at = DateTimeField(null=True)
    """When the round before the present one was opened"""
    decided = FlagField(default=False)
    """Whether the owner has decided anything in the present round"""


class PlanLine(Table):
    """One customer, one occasion, one gift."""

    plan = ForeignKeyField(GiftPlan, backref="lines", index=False, on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, index=False, on_delete="RESTRICT")
    occasion = TextField()
    due = DateField()
    """The day of the occasion."""
    gift = ForeignKeyField(Gift, null=True, index=False, on_delete="RESTRICT")
    """None while nothing in stock and limits fits: the line stands on the shortage list."""
    part = SmallIntegerField(default=1)
    """Several gifts together reach a floor: 1, 2, … of the same customer, occasion and day."""
    cost = BigIntegerField(default=0)
    grade = TextField()
    special = FlagField(default=False)
    handover = TextField()
    status = TextField(default="draft")
    reason = TextField(default="")
    """Why this gift, in words; for special customers the owner's reason."""
    status_reason = TextField(default="")
    single_approver = FlagField(default=False)
    """单人审批: approved by the one who submitted it, because the shop has nobody else."""
    code = TextField(default="")
    """Collection code"""
    submitted_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    submitted_at = DateTimeField(null=True)
    decided_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    decided_at = DateTimeField(null=True)
    issued_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    issued_at = DateTimeField(null=True)
    issued_on = DateField(null=True)
    signed = TextField(default="")
    """code, paper, sheet, posted: how the customer's receipt is proven"""
    checked_by = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    checked_at = DateTimeField(null=True)
    executor = TextField(default="")
    """执行人 as the executed sheet names them"""
    manager_signed = TextField(default="")
    customer_signed = TextField(default="")
    executed_on = DateField(null=True)
    replaces = ForeignKeyField("self", null=True, index=False, on_delete="RESTRICT")
    ticket = ForeignKeyField(Ticket, null=True, index=False, on_delete="RESTRICT")
    """The ticket a purchase gift belongs to."""
    pc = TextField(default="")
    round = IntegerField(default=0)
    """The plan's round in which it was last handed in; 0: never"""
    first_round = IntegerField(default=0)
    shown_gift = TextField(default="")
    """The gift that the owner saw in it in an earlier round"""
    shown_cost = BigIntegerField(default=0)
    cancelled_at = DateTimeField(null=True)
    live = SmallIntegerField(null=True, default=1)
    """1 while the line counts, NULL once cancelled: keeps `one live line per occasion` unique."""
    version = IntegerField(default=1)

    class Meta:
        indexes = (
            (("customer", "occasion", "due", "part", "live"), True),
            (("plan", "status"), False),
            (("status", "due"), False),
            (("customer", "status"), False),
            (("gift", "customer"), False),
            (("issued_on",), False),
        )


class StockMove(Table):
    """The stock ledger: append-only."""

    gift = ForeignKeyField(Gift, index=False, on_delete="RESTRICT")
    kind = TextField()
    quantity = IntegerField()
    """Signed: received +, issued −, returned +, broken −, counted ±"""
    day = DateField()
    line = ForeignKeyField(PlanLine, null=True, index=False, on_delete="RESTRICT")
    reason = TextField(default="")
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    created_at = DateTimeField()
    unit_cost = BigIntegerField(null=True)
    """fen a piece of what came in; None: at the catalogue's cost"""
    supplier = TextField(default="")
    """Supplier and delivery note of what came in"""
    reverses = ForeignKeyField("self", null=True, unique=True, on_delete="RESTRICT")
    """The move that this one takes back; at most once"""

    class Meta:
        indexes = ((("gift", "day"), False), (("line", "kind"), False))
