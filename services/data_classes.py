"""What every column of the books holds of a person, in one place (spec 09 §3.10): it decides what an erase takes away.

Class 1 is open (card number, grade, sums, codes), class 2 personal (name, telephone, address, birthday), class 3
restricted (sizes, family, free words). A test fails for a column that stands in none of the lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class DataClass(IntEnum):
    OPEN = 1
    PERSONAL = 2
    RESTRICTED = 3


@dataclass(frozen=True)
class TableClasses:
    """The columns of one table by what they hold. Whatever is not open is emptied in the rows of an erased person."""

    owner: str = ""
    """The rows of a person, as SQL with `{ids}` for record numbers; empty: no row is about one customer"""
    open: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()
    restricted: frozenset[str] = frozenset()
    text: frozenset[str] = frozenset()
    """Free words, class 3: emptied in a person's rows, and searched for that person in all others"""
    shop: frozenset[str] = frozenset()
    """About staff or the shop itself: not touched by an erase"""
    goes: bool = False
    """A person's rows are deleted, not emptied"""
    number: str = "id"
    """The column that names a row"""

    def class_of(self, column: str) -> DataClass | None:
        """None for a column that nobody has judged."""
        if column in self.open:
            return DataClass.OPEN
        if column in self.personal or column in self.shop:
            return DataClass.PERSONAL
        return DataClass.RESTRICTED if column in self.restricted | self.text else None

    @property
    def emptied(self) -> frozenset[str]:
        return self.personal | self.restricted | self.text


def _of(
    owner: str = "",
    open: str = "",
    personal: str = "",
    restricted: str = "",
    text: str = "",
    shop: str = "",
    *,
    goes: bool = False,
    number: str = "id",
) -> TableClasses:
    return TableClasses(
        owner,
        frozenset(open.split()),
        frozenset(personal.split()),
        frozenset(restricted.split()),
        frozenset(text.split()),
        frozenset(shop.split()),
        goes,
        number,
    )


_OWN = "customer_id IN ({ids})"
_LINE = "line_id IN (SELECT id FROM plan_line WHERE customer_id IN ({ids}))"

CLASSES: dict[str, TableClasses] = {
    # ---- the customer's file
    "customer": _of(
        "id IN ({ids})",
        "id state grade base_grade grade_rule hand_grade special group_id clerk_id registered_on verified_on"
        " phone_doubtful points_earned points_balance tickets paid_total first_purchase last_purchase last_visit"
        " last_contact lost_on merged_into_id version referred_by_id referral_thanked_on",
        "card_no name sort_key sex birth_calendar birth_month birth_day birth_leap birth_year postcode address",
        "height_cm waist_cm size",
        "hand_reason special_reason colours styles looks preferred_channel preferred_time preferred_every_days"
        " first_source hobbies note old_grade data_source",
    ),
    "phone": _of(_OWN, "id customer_id foreign position", "number reversed", goes=True),
    "remembered_day": _of(_OWN, "id customer_id", "calendar month day leap year", text="label", goes=True),
    "consent": _of(_OWN, "id customer_id channel given day user_id", text="way"),
    "opt_out": _of(_OWN, "customer_id channel", goes=True),
    "note": _of(_OWN, "id customer_id day kind user_id created_at", text="text", goes=True),
    "asked_question": _of(_OWN, "id customer_id field day user_id undone", goes=True),
    "grade_change": _of(
        _OWN,
        "id customer_id day run_id from_grade to_grade from_base to_base from_state to_state from_rule rule user_id"
        " undone",
        text="reason",
    ),
    "grade_run": _of(open="id day user_id changed undone created_at"),
    "not_same": _of("low_id IN ({ids}) OR high_id IN ({ids})", "low_id high_id day user_id", goes=True),
    "customer_merge": _of(
        "kept_id IN ({ids}) OR other_id IN ({ids})",
        "id kept_id other_id day user_id undone created_at",
        "before after moved",
    ),
    "merge_gone": _of(open="merge_id table_name row_id"),
    "erase_request": _of(_OWN, "id customer_id day user_id withdrawn created_at", text="reason"),
    "erased_person": _of(open="id mark record day marks user_id act scrubbed"),
    # ---- what they bought
    "import_run": _of(open="id kind sha256 day user_id created_at", text="file_name figures"),
    "ticket": _of(
        _OWN,
        "id customer_id day number user_id paid points grade gift_due counts key import_run_id created_at",
    ),
    "purchase": _of(
        _OWN,
        "id ticket_id customer_id day item_no quantity list_price paid voucher special_price returns_id row_key",
        restricted="size",
        text="note",
    ),
    "visit": _of(_OWN, "id customer_id day user_id undone created_at", text="note"),
    "point_entry": _of(_OWN, "id customer_id day kind points ticket_id user_id", text="reason"),
    "unregistered_sale": _of(open="id day reason count user_id undone", text="note"),
    "redemption": _of(_OWN, "id customer_id day points gift_id voucher_id undone key user_id created_at"),
    "voucher": _of(
        _OWN,
        "id number kind occasion value worth minimum on_special customer_id valid_from valid_to state ticket_id"
        " line_id user_id created_at",
        text="reason",
    ),
    "voucher_move": _of(
        "voucher_id IN (SELECT id FROM voucher WHERE customer_id IN ({ids}))",
        "id voucher_id kind amount day ticket_id user_id created_at",
        text="reason",
    ),
    # ---- gifts
    "gift_class": _of(open="id name"),
    "gift": _of(
        open="id name gift_class_id cost face_value points_price reorder_level suits active created_at",
        text="supplier",
    ),
    "gift_plan": _of(open="id month created_at created_by_id round round_on round_at before_at decided"),
    "plan_line": _of(
        _OWN,
        "id plan_id customer_id occasion due gift_id part cost grade special handover status single_approver"
        " submitted_by_id submitted_at decided_by_id decided_at issued_by_id issued_at issued_on signed checked_by_id"
        " checked_at executed_on replaces_id ticket_id pc round first_round shown_gift shown_cost cancelled_at live"
        " version",
        "customer_signed code",
        text="reason status_reason",
        shop="executor manager_signed",
    ),
    "gift_parcel": _of(
        _LINE,
        "id line_id packed_on packed_by_id received_on noted_by_id wrong_codes wrong_on reminded_on returned_on"
        " returned_from carrier",
        "tracking",
        text="received_by courier",
    ),
    "stock_move": _of(
        _LINE,
        "id gift_id kind quantity day line_id user_id created_at unit_cost reverses_id",
        text="reason supplier",
    ),
    "stocktake": _of(
        open="id day state live started_by_id started_at closed_by_id closed_at", text="counted_by note"
    ),
    "stocktake_line": _of(open="id stocktake_id gift_id book counted counted_at user_id move_id"),
    "stock_claim": _of(
        open="id gift_id kind quantity value stocktake_id state day entered_by_id entered_at decided_by_id decided_at"
        " move_id",
        text="reason decision",
    ),
    "gift_sample": _of(open="id month seed anchor population drawn_on user_id created_at"),
    "sample_line": _of(
        _LINE, "id sample_id position line_id outcome user_id recorded_at version", text="note"
    ),
    # ---- contacts, messages, campaigns
    "contact": _of(
        _OWN,
        "id customer_id due original_due channel topics state key importance assignee_id by_hand incoming tries done_on"
        " done_by_id done_at state_reason plan_line_id ticket_id checked_by_id checked_on created_at",
        text="why note next_step",
    ),
    "folded_need": _of(open="id key contact_id"),
    "schedule_day": _of(open="id day policy_version figures created_at"),
    "sms_template": _of(open="id topic retired newest created_at", text="name"),
    "sms_text": _of(
        open="id template_id number user_id created_at released_on released_by_id", text="company variant"
    ),
    "sms_batch": _of(
        open="id day send_at state made_by_id made_at reviewed_by_id reviewed_on exported_by_id exported_on exported_at"
        " layout sha256 way",
        text="source file",
    ),
    "sms_message": _of(
        _OWN,
        "id batch_id customer_id contact_id wording_id topics parts key state handed_over_on settled_on act attempt",
        "number before",
        text="text reason",
    ),
    "sms_left_out": _of(_OWN, "id batch_id customer_id contact_id reason", text="detail"),
    "sms_part": _of(
        "message_id IN (SELECT id FROM sms_message WHERE customer_id IN ({ids}))",
        "id message_id attempt number state provider_id settled_on",
        text="reason",
    ),
    "sms_report": _of(open="id provider_id reference state received_on", text="number reason"),
    "sms_incoming": _of(
        _OWN, "id key customer_id contact_id opt_out received_on received_at", text="number text"
    ),
    "arrival": _of(
        open="id came_on item_no kind look colours sizes price user_id removed created_at",
    ),
    "shop_text": _of(
        open="id kind seasons occasion grades retired version user_id created_at", text="body gloss source"
    ),
    "shop_text_use": _of(_OWN, "id text_id customer_id day contact_id batch_id"),
    "campaign": _of(
        open="id kind channel first last budget template wording_id send_at control_percent state seed anchor left_out"
        " window_days made_by_id made_at released_by_id released_on ended_by_id ended_on version",
        text="name notes segment script reason",
    ),
    "campaign_member": _of(_OWN, "id campaign_id customer_id grade control", "number", text="text"),
    "campaign_batch": _of(open="id campaign_id batch_id"),
    "campaign_answer": _of(
        _OWN,
        "id campaign_id customer_id answer guests answered_on came_on came_guests user_id version",
        text="note",
    ),
    "campaign_cost": _of(open="id campaign_id day amount struck user_id created_at", text="what"),
    # ---- prints, lists
    "print_job": _of(
        open="id kind layout from_day to_day occasion pieces printed user_id created_at", text="file_name"
    ),
    "print_item": _of(_OWN, "id job_id position customer_id occasion day posted posted_on"),
    "print_setup": _of(open="id kind name user_id created_at", text="body"),
    "saved_filter": _of(open="id user_id created_at", text="name conditions"),
    "allocation": _of(open="id kind day user_id leaver_id undone created_at", text="figures"),
    "allocation_move": _of(
        _OWN, "allocation_id customer_id from_group_id to_group_id from_clerk_id to_clerk_id"
    ),
    "allocation_contact": _of(open="allocation_id contact_id from_user_id to_user_id"),
    # ---- the shop and its people
    "shop_info": _of(
        open="id name trial last_day epoch anniversary backed_up_on", shop="phone address postcode secret"
    ),
    "staff_group": _of(open="id name active"),
    "staff_user": _of(
        open="id role group_id active failures lockouts locked_until lock_seconds lock_tick created_at",
        shop="name phone pin_hash",
    ),
    "policy_version": _of(open="id since changes user_id created_at", text="reason"),
    "journal_entry": _of(
        open="id at day pc role act entity entity_id customer_id body_digest hash_version previous hash",
        shop="user_name",
    ),
    "journal_body": _of(
        "entry_id IN (SELECT id FROM journal_entry WHERE customer_id IN ({ids})"
        " OR (entity = 'customer' AND entity_id IN ({ids})))",
        "entry_id",
        text="body",
        goes=True,
        number="entry_id",
    ),
}
"""Every table of `models/tables.py`. A body of the journal that names an erased person goes whole: its digest stays."""
