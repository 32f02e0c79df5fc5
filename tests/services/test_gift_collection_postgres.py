"""A gift's way to its customer, and the sheet's way back, on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from models.kinds import Role
from services import gifts, gifts_readback, gifts_sheet, stock
from services.clock import FixedClock
from services.errors import Refused
from services.gifts import Way, packing, slips
from services.setup import create_shop
from services.shop import Actor
from services.staff import add_user
from tests.conftest import CLERK_PIN, MANAGER_PIN, OWNER_PIN
from tests.services.test_gifts import MAY, a_customer, all_lines
from tests.services.test_gifts_sheet import executed, fill_in


@pytest.mark.postgres
def test_codes_parcels_packing_slips_returns_and_the_sheet(postgres_url: str, tmp_path: Path) -> None:
    owner = create_shop(
        postgres_url, "和平路店", "店主", OWNER_PIN, trial=True, clock=FixedClock(date(2026, 11, 22))
    )
    manager = replace(
        owner, actor=Actor(add_user(owner, "店长", Role.MANAGER, MANAGER_PIN), "店长", Role.MANAGER)
    )
    clerk = replace(owner, actor=Actor(add_user(owner, "小王", Role.CLERK, CLERK_PIN), "小王", Role.CLERK))
    gift = stock.add_gift(manager, "香皂", "小件", 1_200)
    stock.receive(manager, gift, 5)
    for card in ("K0", "K1", "K2"):
        a_customer(card, "A")
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    gifts.approve(owner, plan.id)
    first, second, third = (line.id for line in all_lines(manager))

    day = packing.pack_days(clerk.at(date(2027, 4, 20)))[0]
    assert (day.day, day.pieces, packing.pack(clerk, [first])) == (date(2027, 5, 1), 3, [first])
    with pytest.raises(Refused, match="还可以试 4 次"):
        gifts.issue(clerk, first, code="x")
    gifts.issue(clerk, first, signed="posted", way=Way("顺丰", "SF1"))
    assert gifts.under_way_ids(clerk, "SF") == [first]
    assert gifts.received(clerk, [first], "本人") == 1
    assert slips.pdf(clerk, [first]).startswith(b"%PDF")

    out = tmp_path / "五月.xlsx"
    gifts_sheet.write_sheet(manager, MAY, out)
    fill_in(out, executed("K1"))
    done = gifts_readback.book(manager, gifts_readback.preview(manager, out))
    assert (done.registered, done.issued) == ((second,), (second,))

    assert gifts.look_after_uncollected(manager.at(date(2027, 5, 31))) == gifts.LookedAfter(1, 0)
    assert gifts.look_after_uncollected(manager.at(date(2027, 6, 15))) == gifts.LookedAfter(0, 1)
    assert gifts.line(manager, third).status == "cancelled"
    assert gifts.undo_to_stock(manager, [third])[0].status == "approved"
