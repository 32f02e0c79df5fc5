"""The tables that a demo shop's customers are written into, and who serves whom."""

from __future__ import annotations

from collections.abc import Sequence

from models import database
from models.contact import Contact
from models.customer import Consent, Customer, Note, OptOut, Phone, RememberedDay
from models.kinds import Role
from models.purchase import PointEntry, Purchase, Ticket, Visit
from services import search_index
from services.demo_books import Bulk


class Tables:
    """Rows gathered for every table, the next free numbers, the groups and their clerks."""

    def __init__(self) -> None:
        self.customers = Bulk(
            Customer,
            *("id", "card_no", "name", "sort_key", "sex", "state", "grade", "base_grade", "grade_rule"),
            *("hand_grade", "hand_reason", "special", "special_reason"),
            *("birth_calendar", "birth_month", "birth_day", "birth_leap", "birth_year"),
            *("height_cm", "waist_cm", "size", "colours", "styles", "looks", "postcode", "address"),
            *("preferred_channel", "preferred_time", "first_source", "hobbies", "group_id", "clerk_id"),
            *("registered_on", "verified_on", "points_earned", "points_balance", "tickets", "paid_total"),
            *("first_purchase", "last_purchase", "last_visit", "last_contact", "lost_on"),
        )
        self.phones = Bulk(Phone, "customer_id", "number", "reversed", "position")
        self.found: list[search_index.Entry] = []
        """For the search."""
        self.tickets = Bulk(
            Ticket,
            *("id", "customer_id", "day", "number", "user_id", "paid", "points", "grade"),
            *("gift_due", "created_at"),
        )
        self.lines = Bulk(
            Purchase,
            *("ticket_id", "customer_id", "day", "item_no", "size", "list_price", "paid", "special_price"),
        )
        self.points = Bulk(
            PointEntry, "customer_id", "day", "kind", "points", "ticket_id", "reason", "user_id"
        )
        self.visits = Bulk(Visit, "customer_id", "day", "user_id", "note", "created_at")
        self.consents = Bulk(Consent, "customer_id", "channel", "given", "day", "way", "user_id")
        self.opt_outs = Bulk(OptOut, "customer_id", "channel")
        self.days = Bulk(RememberedDay, "customer_id", "label", "calendar", "month", "day")
        self.notes = Bulk(Note, "customer_id", "day", "kind", "text", "user_id", "created_at")
        self.contacts = Bulk(
            Contact,
            *("customer_id", "due", "original_due", "channel", "topics", "state", "assignee_id", "note"),
            *("done_on", "done_by_id", "done_at", "ticket_id", "created_at"),
        )
        self.next_ticket = self.tickets.next_id()
        self.next_customer = self.customers.next_id()
        self.groups = [
            row[0] for row in database.rows("SELECT id FROM staff_group WHERE active = 1 ORDER BY id")
        ]
        self.clerks = _clerks(self.groups)

    def server(self, count: int) -> tuple[int | None, int | None]:
        """Group and clerk of the `count`-th customer: groups in turn, and in each its clerks in turn."""
        if not self.groups:
            return None, None
        turn, place = divmod(count, len(self.groups))
        group = self.groups[place]
        clerks = self.clerks[group]
        return group, clerks[turn % len(clerks)] if clerks else None

    @property
    def in_order(self) -> tuple[Bulk, ...]:
        """Parents before children."""
        return (
            *(self.customers, self.phones, self.tickets, self.lines, self.points, self.visits),
            *(self.consents, self.opt_outs, self.days, self.notes, self.contacts),
        )


def _clerks(groups: Sequence[int]) -> dict[int, list[int]]:
    """Who serves the customers of a group: its clerks, else anybody."""
    people = database.rows("SELECT id, group_id, role FROM staff_user WHERE active = 1 ORDER BY id")
    everybody = [row[0] for row in people]
    found = {}
    for group in groups:
        own = [row[0] for row in people if row[1] == group and row[2] == Role.CLERK]
        found[group] = own or everybody
    return found
