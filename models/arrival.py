"""New goods as the shop writes them down when they come in: what the customers they suit are found by (spec 04)."""

from __future__ import annotations

from peewee import BigIntegerField, DateField, DateTimeField, ForeignKeyField, TextField

from models.database import FlagField, Table
from models.staff import User


class Arrival(Table):
    """One item number that came in on one day. It also tells what kind of goods a purchase of that number was."""

    came_on = DateField(index=True)
    item_no = TextField(index=True)
    kind = TextField(default="")
    """款式: dress, coat …"""
    look = TextField(default="")
    """风格: plain, office …"""
    colours = TextField(default="")
    sizes = TextField(default="")
    """Several parted by 、 as likes are."""
    price = BigIntegerField(default=0)
    """fen; 0: not known"""
    user = ForeignKeyField(User, null=True, index=False, on_delete="RESTRICT")
    removed = FlagField(default=False)
    created_at = DateTimeField()
