"""Guards behind the guards: what holds when two counters pass the first look at the same moment (spec 09, 54)."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from models import database
from services.errors import Refused
from services.shop import open_shop
from services.staff import sign_in
from tests.faults.acts import CLERK, TODAY, Yard


def test_two_who_both_saw_the_gift_waiting_hand_it_out_once(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date

    issue = importlib.import_module("services.gifts.issue")  # the package itself calls its function so
    here = yard.fresh("approved")
    try:
        shop: Any = open_shop(str(here / "shop.db"), day=date.fromisoformat(TODAY))
        shop = sign_in(shop, CLERK, yard.pins[CLERK])
        monkeypatch.setattr(issue, "_before_issue", lambda *_line: None)
        line = int(yard.facts["line"])
        issue.issue(shop, line)
        with pytest.raises(Refused, match="已于"):
            issue.issue(shop, line)
        sql = "SELECT COUNT(*), SUM(quantity) FROM stock_move WHERE line_id = ?"
        assert database.rows(sql, (line,)) == [(1, -1)]
    finally:
        database.close()
