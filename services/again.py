"""The PIN once more, for what a borrowed session must not do: export, erase, restore (spec 09 §3.9)."""

from __future__ import annotations

from services import staff
from services.errors import Refused
from services.rights import Right, require
from services.shop import Shop
from services.words import N_


def prove(shop: Shop, pin: str, right: Right, why: str = N_("这一步要再输入一次密码。")) -> None:
    """Whoever is signed in types their PIN again. Raises Refused: `why` without a PIN; a wrong one counts as at signing in."""
    require(shop, right)
    assert shop.actor is not None
    if not pin:
        raise Refused(why, field="pin")
    again = staff.sign_in(shop, shop.actor.name, pin)
    require(again, right)
