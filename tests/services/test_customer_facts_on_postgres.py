"""What is known of a customer, on PostgreSQL: the same statements, the same answers, the same refusals."""

import threading

import pytest

from models import database
from models.kinds import Calendar
from services import customer_notes, customers, merging, purchases, referrals, visits
from services.clock import FixedClock
from services.customer_page import customer_page
from services.customers import Conflict, NewCustomer
from services.errors import Refused
from services.purchases import LineIn
from services.rules.birthdays import Birthday
from services.setup import create_shop
from tests.conftest import CLOCK_MOMENT, OWNER_PIN, TODAY


@pytest.mark.postgres
def test_days_notes_referrals_and_two_editors_on_postgresql(postgres_url):
    try:
        owner = create_shop(postgres_url, "店", "店主", OWNER_PIN, clock=FixedClock(TODAY, CLOCK_MOMENT))
        wang = customers.register(owner, NewCustomer("王小丽", "13812345678")).id
        li = customers.register(owner, NewCustomer("李四", "13987654321")).id
        purchases.buy(owner, wang, [LineIn("L1", 10_000, size="M")])
        visits.visit(owner, li)
        day = customer_notes.remember_day(
            owner, wang, "女儿生日", Birthday(Calendar.SOLAR, 11, 25, year=2018)
        )
        customer_notes.change_day(owner, day, "儿子生日", Birthday(Calendar.LUNAR, 8, 15))
        note = customer_notes.add_note(owner, wang, "一")
        customer_notes.change_note(owner, note, "二", "wish", None, "一")
        referrals.set_referrer(owner, li, wang)
        with pytest.raises(Refused):
            referrals.set_referrer(owner, wang, li)
        assert referrals.thank(owner, [li]) == [li]
        referrals.undo_thanks(owner, [li])
        page = customer_page(owner, wang)
        assert [row.paid for row in page.visits] == [10_000]
        assert [row.paid for row in customer_page(owner, li).visits] == [None]
        assert (page.days[0].label, page.notes[0].kind, page.referred[0].thanked_on) == (
            "儿子生日",
            "wish",
            None,
        )
        assert [due.kind for due in page.due if due.kind == "thanks"] == ["thanks"]
        raised = []

        def other_window():
            try:
                customers.change(owner, wang, {"address": "乙"}, page.version, {"address": ""})
            except Conflict as clash:
                raised.append(clash)
            finally:
                database.close()

        customers.change(owner, wang, {"address": "甲"}, page.version, {"address": ""})
        thread = threading.Thread(target=other_window)
        thread.start()
        thread.join()
        assert raised and customer_page(owner, wang).address == "甲"
        merging.merge(owner, wang, li)
        assert customer_page(owner, wang).referrer_id is None
        merging.undo_merge(owner, li)
        assert customer_page(owner, li).referrer == "王小丽"
    finally:
        database.close()
