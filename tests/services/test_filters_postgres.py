"""Every condition, order and act of the list on PostgreSQL: the same statements run there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from models import database
from models.kinds import Calendar, Role
from services import customer_list, customers, purchases, selection
from services.clock import FixedClock
from services.customers import NewCustomer
from services.filters import saved, usual
from services.purchases import LineIn
from services.rules.birthdays import Birthday
from services.rules.filters import FIELDS, WAYS, Condition, Filter, Kind
from services.rules.spans import Span
from services.setup import create_shop
from services.shop import Actor
from services.staff import add_user, users
from tests.conftest import CLERK_PIN, CLOCK_MOMENT, OWNER_PIN, TODAY

YEAR = Span.parse("1 year")


def every_condition() -> list[Condition]:
    """One of each field and way."""
    made = []
    for field in FIELDS.values():
        values = field.choices[:2] or ("1", "2")
        for way in WAYS.get(field.kind, ("",)):
            spans = way in ("within", "ago") or field.kind is Kind.SPENT
            between = way == "between"
            made.append(
                Condition(
                    field.code,
                    way,
                    values=values if way not in ("ahead", "between", "within", "ago", "never") else (),
                    low=1 if field.kind in (Kind.NUMBER, Kind.MONEY, Kind.SPENT) else None,
                    high=40 if way == "ahead" or field.kind is Kind.SOON else None,
                    span=YEAR if spans else None,
                    first=date(2026, 1, 1) if between else None,
                    last=date(2026, 12, 31) if between else None,
                )
            )
    return made


@pytest.mark.postgres
def test_the_list_on_postgresql(postgres_url):
    try:
        owner = create_shop(postgres_url, "店", "店主", OWNER_PIN, clock=FixedClock(TODAY, CLOCK_MOMENT))
        add_user(owner, "小王", Role.CLERK, CLERK_PIN, group_id=1)
        user = next(one for one in users(owner) if one.name == "小王")
        clerk = replace(owner, actor=Actor(user.id, user.name, user.role, user.group_id))
        both = [customers.register(clerk, NewCustomer(name, phone)).id
                for name, phone in (("王小丽", "13812345678"), ("单芳", "13900001234"))]  # fmt: skip
        wang, other = both
        customers.change(
            clerk, wang, {"birthday": Birthday(Calendar.LUNAR, 10, 15), "size": "M", "colours": "墨绿"}
        )
        purchases.buy(clerk, wang, [LineIn("A1", 60_000)])
        for asked in every_condition():
            yes = list(customer_list.ids(clerk, Filter((asked,))))
            no = list(customer_list.ids(clerk, Filter((replace(asked, negated=True),))))
            assert asked.field == "state" or sorted(yes + no) == sorted(both), asked
            assert customer_list.count(clerk, Filter((asked,))) == len(yes)
        for one, found in (("size", ("m",)), ("item", ("a1",)), ("colours", ("绿",))):
            assert list(customer_list.ids(clerk, Filter((Condition(one, values=found),)))) == [wang]
        for sort in (*customer_list.SORTS, "birthday", "hint", "soon"):
            for down in (None, True, False):
                assert sorted(customer_list.ids(clerk, sort=sort, descending=down)) == sorted(both)
        for shipped in usual.usual(clerk):
            customer_list.ids(clerk, shipped.filter)
        number = saved.save(clerk, "绿", Filter((Condition("colours", values=("绿",)),)))
        saved.restore(clerk, saved.delete(clerk, number))
        group = database.value_of("SELECT MAX(id) FROM staff_group")
        assert selection.put_back(owner, selection.place(owner, both, group)) == 2
        selection.put_back(owner, selection.assign(owner, both, user.id))
        assert selection.take_notes_back(clerk, selection.note(clerk, both, "店庆")) == 2
        selection.name_special(owner, [other], True, "朋友")
        selection.withdraw_erase(owner, selection.ask_erase(owner, both, "要求"))
    finally:
        database.close()
