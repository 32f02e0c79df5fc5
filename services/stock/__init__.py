"""The gift catalogue and its stock: a ledger of moves, whose sum is the stock and never falls below zero (spec 03)."""

from __future__ import annotations

from services.stock.acts import Booked, count, receive, take_back, take_back_all, write_off
from services.stock.catalogue import (
    RESERVING,
    GiftItem,
    add_gift,
    by_name,
    catalogue,
    change_gift,
    classes,
    item,
)
from services.stock.claims import Claim, confirm, lay_again, refuse, waiting_claims, withdraw
from services.stock.ledger import CardRow, card, move, reserved_of, stock_of
from services.stock.reorder import ReorderRow, reorder_list
from services.stock.stocktake import (
    Closed,
    CountLine,
    StocktakeView,
    begin_stocktake,
    cancel_stocktake,
    close_stocktake,
    enter_counts,
    open_stocktake,
    recount,
    stocktake,
    stocktakes,
    undo_stocktake,
)
from services.stock.valuation import ValueRow, valuation

__all__ = [
    "RESERVING",
    "Booked",
    "CardRow",
    "Claim",
    "Closed",
    "CountLine",
    "GiftItem",
    "ReorderRow",
    "StocktakeView",
    "ValueRow",
    "add_gift",
    "begin_stocktake",
    "by_name",
    "cancel_stocktake",
    "card",
    "catalogue",
    "change_gift",
    "classes",
    "close_stocktake",
    "confirm",
    "count",
    "enter_counts",
    "item",
    "lay_again",
    "move",
    "open_stocktake",
    "receive",
    "recount",
    "refuse",
    "reorder_list",
    "reserved_of",
    "stock_of",
    "stocktake",
    "stocktakes",
    "take_back",
    "take_back_all",
    "undo_stocktake",
    "valuation",
    "waiting_claims",
    "withdraw",
    "write_off",
]
