"""The gift ledger: propose, submit, approve, issue, check (seeds/002 四, 五; spec 03)."""

from __future__ import annotations

from services.gifts.budget import Budget, budget, scope_words
from services.gifts.choose import (
    Options,
    alternatives,
    choose_gift,
    choose_gifts,
    limits_of,
    options,
    parts_of,
    replace,
)
from services.gifts.codes import collection_code
from services.gifts.collection import (
    LookedAfter,
    look_after_uncollected,
    received,
    to_stock_again,
    uncollected,
    under_way_ids,
    undo_received,
    undo_to_stock,
)
from services.gifts.decide import (
    alone_above_clerk,
    approve,
    cancel,
    reopen,
    return_,
    unapprove,
    unreturn,
)
from services.gifts.extra import give_extra, special_customers
from services.gifts.issue import check, daily_limit, issue, issue_many, undo_issue
from services.gifts.parcels import ParcelRow, Way, parcels
from services.gifts.picks import Pick, pick, picks
from services.gifts.proposal import propose
from services.gifts.purchase import (
    GiftDue,
    Override,
    purchase_gift,
    purchase_gift_choices,
    purchase_gifts_due,
)
from services.gifts.queries import (
    history_of,
    ids_in_state,
    line,
    line_ids,
    lines,
    lines_by_id,
    month_of,
    plan_id_of,
    plan_view,
    waiting_for,
    waiting_ids,
)
from services.gifts.rounds import Approval, ApprovalRow, Change, approval, approval_rows, waiting_months
from services.gifts.rows import ClassTotal, Done, LineRow, OccasionRow, Plan, PlanView, ShortageRow
from services.gifts.shortage import purchase_list, shortage
from services.gifts.sign import Signed, sign, unsign
from services.gifts.sitting import Mark, Sitting, keep_marks, kept_marks
from services.gifts.submit import submit, withdraw
from services.gifts.wording import handover_words, occasion_words, signed_words
from services.gifts.year import month_days, year_overview

__all__ = [
    "Approval",
    "ApprovalRow",
    "Budget",
    "Change",
    "ClassTotal",
    "Done",
    "GiftDue",
    "LineRow",
    "OccasionRow",
    "Options",
    "Mark",
    "Override",
    "Pick",
    "Plan",
    "PlanView",
    "ShortageRow",
    "Signed",
    "Sitting",
    "alone_above_clerk",
    "alternatives",
    "approval",
    "approval_rows",
    "approve",
    "budget",
    "cancel",
    "check",
    "choose_gift",
    "choose_gifts",
    "collection_code",
    "daily_limit",
    "give_extra",
    "handover_words",
    "history_of",
    "ids_in_state",
    "issue",
    "issue_many",
    "keep_marks",
    "kept_marks",
    "limits_of",
    "line",
    "line_ids",
    "lines",
    "lines_by_id",
    "month_days",
    "month_of",
    "occasion_words",
    "options",
    "parts_of",
    "pick",
    "picks",
    "plan_id_of",
    "plan_view",
    "propose",
    "purchase_gift",
    "purchase_gift_choices",
    "purchase_gifts_due",
    "purchase_list",
    "reopen",
    "replace",
    "return_",
    "scope_words",
    "shortage",
    "sign",
    "special_customers",
    "signed_words",
    "submit",
    "to_stock_again",
    "unapprove",
    "uncollected",
    "undo_issue",
    "unreturn",
    "unsign",
    "waiting_for",
    "waiting_ids",
    "waiting_months",
    "withdraw",
    "year_overview",
    "LookedAfter",
    "look_after_uncollected",
    "received",
    "under_way_ids",
    "undo_received",
    "undo_to_stock",
    "ParcelRow",
    "Way",
    "parcels",
]
