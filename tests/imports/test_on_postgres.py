"""The old workbooks into books on PostgreSQL: the same figures, and the same file twice changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

OLD = Path(__file__).parent / "old_workbooks"


@pytest.mark.postgres
def test_the_old_workbooks_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    from models import database
    from services import exports, ledgers, search_index
    from services.clock import FixedClock
    from services.imports import run
    from services.setup import create_shop
    from services.shop import Actor
    from services.staff import users

    clock = FixedClock(date(2026, 11, 22), datetime(2026, 11, 22, 2, tzinfo=timezone.utc))
    shop = create_shop(postgres_url, "和平路店", "店主", "laoban-2680", clock=clock)
    user = users(shop)[0]
    owner = replace(shop, actor=Actor(user.id, user.name, user.role, user.group_id))

    def read_in(name: str, kind: str) -> tuple[Any, ...]:
        return tuple(run.apply(owner, run.plan(owner, OLD / name, kind)).figures().values())

    try:
        assert read_in("老顾客资料.xlsx", "customers") == (604, 600, 0, 0, 4)
        assert read_in("消费登记.xlsx", "purchases") == (5169, 5165, 0, 0, 4)
        assert read_in("老顾客资料.xlsx", "customers") == (604, 0, 0, 600, 4)
        assert read_in("消费登记.xlsx", "purchases") == (5169, 0, 0, 5165, 4)
        assert not ledgers.proofs() and not search_index.problems()
        for kind, rows in (("customers", 600), ("purchases", 5165)):
            assert (
                exports.export(owner, kind, tmp_path / f"{kind}.csv", reason="对账", pin="laoban-2680").rows
                == rows
            )
            again = run.plan(owner, tmp_path / f"{kind}.csv", kind)
            assert (again.unchanged, again.refused) == (rows, 0)
    finally:
        database.close()
