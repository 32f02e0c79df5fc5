"""The undo of a registration, as long as nothing hangs on it: the number, the card and the name are free again."""

from __future__ import annotations

from models import database
from models.kinds import CustomerState
from services import journal, search_index
from services.errors import Refused
from services.rights import Right, require
from services.shop import Shop
from services.words import _

_HANGS = (
    "ticket",
    "visit",
    "note",
    "plan_line",
    "point_entry",
    "remembered_day",
    "print_item",
    "sms_message",
)
"""With any of these the record is no slip of the hand any more."""
_GOES = ("phone", "consent", "opt_out", "asked_question")


def unregister(shop: Shop, customer_id: int) -> None:
    """Takes back a registration of today. Raises Refused where something was done for the customer since.

    The row stays as an erased one, so that the journal's lines never come to be about somebody else.
    """
    require(shop, Right.REGISTER)
    with database.database.atomic():
        found = database.row(
            "SELECT name, card_no, state, registered_on FROM customer WHERE id = ?", (customer_id,)
        )
        if found is None or found[2] != CustomerState.ACTIVE:
            raise Refused("这位客户的登记已经撤销了。")
        if database.as_day(found[3]) != shop.today():
            raise Refused("只能撤销今天的登记。")
        if any(
            database.row(f"SELECT 1 FROM {table} WHERE customer_id = ?", (customer_id,)) for table in _HANGS
        ):
            raise Refused("{name}已经有消费、到店或备注，不能撤销登记；登记重了请用合并。", name=found[0])
        if database.row("SELECT 1 FROM customer WHERE referred_by_id = ?", (customer_id,)):
            raise Refused("{name}已经介绍了别的客户，不能撤销登记；登记重了请用合并。", name=found[0])
        database.execute(
            "UPDATE contact SET state = 'expired', state_reason = 'gone', done_on = ?"
            " WHERE customer_id = ? AND done_on IS NULL",
            (shop.today(), customer_id),
        )
        for table in _GOES:
            database.execute(f"DELETE FROM {table} WHERE customer_id = ?", (customer_id,))
        database.execute(
            "UPDATE customer SET state = ?, name = ?, sort_key = '', card_no = ?, birth_calendar = NULL,"
            " birth_month = NULL, birth_day = NULL, birth_year = NULL, birth_leap = 0, size = '', address = '',"
            " postcode = '', first_source = '', version = version + 1 WHERE id = ?",
            (CustomerState.ERASED.value, _("（撤销的登记）"), f"~{customer_id}", customer_id),
        )
        search_index.refresh(customer_id)
        body = {"name": found[0], "card_no": found[1]}
        journal.note(
            shop, "customer.unregistered", "customer", customer_id, customer_id=customer_id, body=body
        )
