"""The gift ledger: propose, submit, approve, issue, check (seeds/002 四, 五; spec 03)."""

from __future__ import annotations

from services.gifts.choose import alternatives, choose_gift, choose_gifts, limits_of, parts_of, replace
from services.gifts.decide import approve, cancel, return_, submit, unapprove, unreturn
from services.gifts.issue import (
    check,
    collection_code,
    daily_limit,
    issue,
    issue_many,
    to_stock_again,
    uncollected,
    undo_issue,
)
from services.gifts.proposal import propose
from services.gifts.purchase import GiftDue, purchase_gift, purchase_gift_choices, purchase_gifts_due
from services.gifts.queries import (
    history_of,
    line,
    line_ids,
    lines,
    lines_by_id,
    month_of,
    plan_id_of,
    plan_view,
    waiting_for,
    year_overview,
)
from services.gifts.rows import ClassTotal, Done, LineRow, OccasionRow, Plan, PlanView, ShortageRow
from services.gifts.shortage import shortage
from services.gifts.wording import handover_words, occasion_words, signed_words

__all__ = [
    "ClassTotal",
    "Done",
    "GiftDue",
    "LineRow",
    "OccasionRow",
    "Plan",
    "PlanView",
    "ShortageRow",
    "alternatives",
    "approve",
    "cancel",
    "check",
    "choose_gift",
    "choose_gifts",
    "collection_code",
    "daily_limit",
    "handover_words",
    "history_of",
    "issue",
    "issue_many",
    "limits_of",
    "line",
    "line_ids",
    "lines",
    "lines_by_id",
    "month_of",
    "occasion_words",
    "parts_of",
    "plan_id_of",
    "plan_view",
    "propose",
    "purchase_gift",
    "purchase_gift_choices",
    "purchase_gifts_due",
    "replace",
    "return_",
    "shortage",
    "signed_words",
    "submit",
    "to_stock_again",
    "unapprove",
    "uncollected",
    "undo_issue",
    "unreturn",
    "waiting_for",
    "year_overview",
]
