"""What to buy because it falls below its reorder level, whatever the month's plan needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.rights import Right, require
from services.rules.gift_checks import to_buy
from services.shop import Shop
from services.stock.catalogue import catalogue
from services.words import _

if TYPE_CHECKING:
    from services.gifts.rows import ShortageRow


@dataclass(frozen=True)
class ReorderRow:
    """One gift to buy; money in fen."""

    gift_id: int
    gift: str
    gift_class: str
    supplier: str
    available: int
    level: int
    quantity: int
    unit_cost: int

    @property
    def budget(self) -> int:
        return self.quantity * self.unit_cost

    def as_shortage(self) -> ShortageRow:
        """The same as a row of a month's purchase list, without occasion and grade."""
        from services.gifts.rows import ShortageRow

        need = _("低于补货线：可用 {n}，补货线 {level}").format(n=self.available, level=self.level)
        return ShortageRow(
            "", "", need, self.gift_id, self.gift, self.gift_class, self.quantity, self.unit_cost, self.budget
        )


def reorder_list(shop: Shop) -> list[ReorderRow]:
    """Gifts in use below their reorder level, with the pieces that fill them up to the policy's percentage of it."""
    require(shop, Right.SEE)
    percent = shop.policy.gift_checks.reorder_to_percent
    found = []
    for one in catalogue(shop):
        number = to_buy(one.available, one.reorder_level, percent)
        if number:
            found.append(
                ReorderRow(
                    one.id,
                    one.name,
                    one.gift_class,
                    one.supplier,
                    one.available,
                    one.reorder_level,
                    number,
                    one.cost,
                )
            )
    return found
