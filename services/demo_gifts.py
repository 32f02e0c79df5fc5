"""The gift shelf of the demo shop."""

from __future__ import annotations

from datetime import timedelta

from models import database
from models.gift import Gift, GiftClass, StockMove
from models.kinds import StockKind
from services import demo_words as words
from services.demo_books import Bulk
from services.shop import Shop

_USUAL_SIZE = 800
"""Customers of the shop for which the pieces in the word list are meant."""
_RECEIVED_DAYS_AGO = 60


def stock(shop: Shop, customers: int) -> None:
    """Gift classes, gifts and their first delivery, inside the caller's transaction."""
    classes = {name: number for number, name in enumerate(dict.fromkeys(gift[1] for gift in words.GIFTS), 1)}
    gifts = Bulk(
        Gift,
        "id",
        "name",
        "gift_class_id",
        "cost",
        "face_value",
        "supplier",
        "reorder_level",
        "suits",
        "created_at",
    )
    moves = Bulk(StockMove, "gift_id", "kind", "quantity", "day", "reason", "user_id", "created_at")
    kinds = Bulk(GiftClass, "id", "name")
    for name, number in classes.items():
        kinds.add(number, name)
    now = database.moment_value(shop.clock.now())
    day = database.day_value(shop.today() - timedelta(days=_RECEIVED_DAYS_AGO))
    for number, (name, kind, cost, face, supplier, pieces, suits) in enumerate(words.GIFTS, 1):
        received = max(pieces, pieces * customers // _USUAL_SIZE)
        gifts.add(number, name, classes[kind], cost, face, supplier, pieces // 10, suits, now)
        moves.add(number, StockKind.RECEIVED.value, received, day, "开店备货", shop.who, now)
    moves.add(1, StockKind.BROKEN.value, -1, day, "开箱时有划痕", shop.who, now)
    for table in (kinds, gifts, moves):
        table.finish()
