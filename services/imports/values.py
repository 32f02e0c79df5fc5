"""Every kind of value a sheet may hold, read by one table: field -> how its cells are read."""

from __future__ import annotations

from services.imports.days import birthday, day
from services.imports.numbers import count, height, money, waist
from services.imports.phones import phones
from services.imports.text import (
    Cell,
    address,
    code,
    half_width,
    items,
    name,
    plain,
    postcode,
    sex,
    tick,
    words,
)

__all__ = [
    "Cell",
    "address",
    "birthday",
    "code",
    "count",
    "day",
    "half_width",
    "height",
    "items",
    "money",
    "name",
    "phones",
    "plain",
    "postcode",
    "sex",
    "tick",
    "waist",
    "words",
]
