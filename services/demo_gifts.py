"""The gift shelf of the demo shop, and the gifts of two months that were proposed, approved and handed out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from models import database
from models.gift import Gift, GiftClass, StockMove
from models.kinds import Handover, LineStatus, Role, StockKind
from services import demo_words as words
from services import gifts, staff
from services import stock as stock_ledger
from services.demo_books import Bulk
from services.rules.spans import add_months
from services.shop import Actor, Shop

_USUAL_SIZE = 800
"""Customers of the shop for which the pieces in the word list are meant."""
_RECEIVED_DAYS_AGO = 60
_WAITING_EACH = 9
"""Every ninth gift of the last weeks still waits for its customer."""


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


def give(shop: Shop) -> None:
    """Last month's and this month's plans through the shop's own verbs: by this month's end some gifts wait."""
    people = {user.role: user for user in reversed(staff.users(shop))}
    if not {Role.CLERK, Role.MANAGER, Role.OWNER} <= set(people):
        return
    hands = {role: Actor(user.id, user.name, user.role, user.group_id) for role, user in people.items()}
    this_month = shop.today().replace(day=1)
    with database.database.atomic():
        for first in (add_months(this_month, -1), this_month):
            _give(shop, first, hands)


def _give(shop: Shop, first: date, hands: dict[Role, Actor]) -> None:
    decided = replace(shop, actor=hands[Role.MANAGER]).at(first)
    plan = gifts.propose(decided, f"{first:%Y-%m}")
    if not plan.lines:
        return
    owner = replace(decided, actor=hands[Role.OWNER])
    shelf = {item.name: item.id for item in stock_ledger.catalogue(shop)}
    for line in gifts.lines(decided, plan.id):
        if line.special and line.gift_id is None:
            gifts.choose_gift(owner, line.id, shelf[words.SPECIAL_GIFT], words.SPECIAL_GIFT_REASON)
    gifts.submit(decided, plan.id)
    gifts.approve(owner, plan.id)
    issued = []
    for number, line in enumerate(gifts.lines(decided, plan.id)):
        waits = number % _WAITING_EACH == 0 and line.handover is Handover.COLLECT
        if line.status is not LineStatus.APPROVED or line.due >= shop.today() or waits:
            continue
        signed = "posted" if line.handover is Handover.POST else "paper"
        gifts.issue(replace(shop, actor=hands[Role.CLERK]).at(line.due), line.id, signed=signed)
        issued.append(line.id)
    if issued and add_months(first, 1) <= shop.today():
        gifts.check(replace(shop, actor=hands[Role.MANAGER]), issued)
