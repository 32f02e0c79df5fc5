"""Erasing on PostgreSQL: the rows, the words elsewhere, the search, and the ledgers afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from models import database
from models.tables import TABLES
from services import customer_notes, customers, erasing, ledgers
from services.checking import check
from services.clock import FixedClock
from services.customers import NewCustomer
from services.data_classes import CLASSES

NAME, PHONE, PIN = "欧阳璟瑄", "13907219843", "laoban-2680"


@pytest.mark.postgres
def test_nothing_of_the_person_is_left_in_any_column(postgres_url: str) -> None:
    from services.setup import create_shop
    from services.shop import Actor
    from services.staff import users

    shop = create_shop(postgres_url, "和平路店", "店主", PIN, clock=FixedClock(date(2026, 11, 22)))
    try:
        user = users(shop)[0]
        owner = replace(shop, actor=Actor(user.id, user.name, user.role, user.group_id))
        one = customers.register(
            owner, NewCustomer(NAME, PHONE, card_no="V100", more={"address": "凤台巷七号三单元"})
        ).id
        other = customers.register(owner, NewCustomer("邻居", "13312345678")).id
        customer_notes.add_note(owner, one, "喜欢真丝")
        customer_notes.add_note(owner, other, f"和{NAME}是同事")
        before = ledgers.sums()
        done = erasing.erase(owner, one, "本人要求", typed="V100", pin=PIN)
        assert done.warning == "" and done.mentions == 1
        assert ledgers.sums() == before and check(owner).ok
        left = []
        for model in TABLES:
            table = model._meta.table_name
            for column in CLASSES[table].open | CLASSES[table].emptied | CLASSES[table].shop:
                sql = f'SELECT COUNT(*) FROM {table} WHERE "{column}"::text LIKE ? OR "{column}"::text LIKE ?'
                if database.value_of(sql, (f"%{NAME}%", f"%{PHONE}%")):
                    left.append(f"{table}.{column}")
        assert not left
        assert not database.value_of("SELECT COUNT(*) FROM search_token WHERE customer_id = ?", (one,))
        with pytest.raises(Exception, match="append-only"), database.database.atomic():
            database.execute("DELETE FROM journal_entry")
    finally:
        database.close()
