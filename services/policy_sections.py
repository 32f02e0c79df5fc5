"""The parts of the care policy: what each number is called, and of what kind it is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from models.kinds import Grade, Topic
from services.rules import contact_matrix
from services.rules.contact_matrix import Cell
from services.rules.spans import Span


def minutes(clock: str) -> int:
    """Minutes since midnight of `15:30`."""
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


@dataclass(frozen=True)
class GradeA:
    points: int
    more_tickets_than: int
    within: Span
    discount_percent: int


@dataclass(frozen=True)
class GradeB:
    tickets: int
    discount_percent: int


@dataclass(frozen=True)
class GradeC:
    discount_percent: int


@dataclass(frozen=True)
class GradePolicy:
    """seeds/002 三, 五"""

    demote_without_visit: Span
    lost_without_purchase: Span
    early_notice_days: int
    a: GradeA
    b: GradeB
    c: GradeC

    def discount_percent(self, grade: str) -> int:
        standards: dict[str, GradeA | GradeB | GradeC] = {"A": self.a, "B": self.b, "C": self.c}
        return standards[str(grade)].discount_percent


@dataclass(frozen=True)
class PointsPolicy:
    fen_per_point: int
    special_price_percent: int
    a_percent: int
    b_percent: int
    c_percent: int
    valid_months: int
    """0: points never expire"""
    expiry_notice_days: int


@dataclass(frozen=True)
class VoucherPolicy:
    """seeds/002 五; money in fen"""

    valid_for: Span
    minimum_percent: int
    on_special_price: bool
    most_a_ticket: int
    max_value_fen: int
    max_batch: int
    restored_days: int
    fen_per_point: int
    points_step: int


@dataclass(frozen=True)
class BirthdayPolicy:
    leap_month_kept_in_ordinary: bool
    lunar_30_on_29: bool
    feb_29_on_28: bool


@dataclass(frozen=True)
class CustomerPolicy:
    height_min_cm: int
    height_max_cm: int
    waist_min_cm: int
    waist_max_cm: int
    max_amount_fen: int
    max_quantity: int
    questions: tuple[str, ...]
    questions_at_once: int
    ask_again_days: int
    verify_after: Span


@dataclass(frozen=True)
class GiftPolicy:
    """seeds/002 四, 五; costs in fen"""

    festivals: tuple[str, ...]
    a_festival_cost_max_fen: int
    a_birthday_cost_min_fen: int
    b_festival_voucher_fen: int
    b_festival_class: str
    b_birthday_cost_min_fen: int
    a_festival_handover: str
    a_birthday_handover: str
    b_festival_handover: str
    b_birthday_handover: str
    c_gift_with_purchase: bool
    c_purchase_cost_max_fen: int
    not_again_within: Span
    birthday_budget_max_fen: int
    max_parts: int
    liked_may_cost_more_percent: int
    under_ceiling: str
    season_days: tuple[str, ...]
    season_lead_days: int
    a_season_cost_max_fen: int
    b_season_cost_max_fen: int
    season_handover: str
    remembered_days: bool
    a_remembered_cost_max_fen: int
    b_remembered_cost_max_fen: int
    remembered_handover: str
    month_budget_fen: int
    year_budget_fen: int
    festival_budget_fen: int
    birthdays_budget_fen: int
    season_budget_fen: int
    remembered_budget_fen: int
    uncollected_days: int
    back_to_stock_days: int
    code_tries: int
    packing: tuple[str, ...]
    clerk_purchase_gifts_a_day: int
    manager_purchase_gifts_a_day: int
    clerk_purchase_cost_a_day_fen: int
    manager_purchase_cost_a_day_fen: int
    issuer_may_be_submitter_below_fen: int


@dataclass(frozen=True)
class PostingPolicy:
    lead_days: int
    skip_sundays_and_holidays: bool


@dataclass(frozen=True)
class MatrixPolicy:
    """seeds/002 六: topic by grade, as words of `services.rules.contact_matrix`"""

    follow_up_a: str
    follow_up_b: str
    follow_up_c: str
    birthday_a: str
    birthday_b: str
    birthday_c: str
    festival_a: str
    festival_b: str
    festival_c: str
    new_arrivals_a: str
    new_arrivals_b: str
    new_arrivals_c: str
    promotion_a: str
    promotion_b: str
    promotion_c: str
    company_news_a: str
    company_news_b: str
    company_news_c: str
    personal_a: str
    personal_b: str
    personal_c: str
    brand_sms_a: str
    brand_sms_b: str
    brand_sms_c: str
    early_notice_a: str
    early_notice_b: str
    early_notice_c: str
    win_back_a: str
    win_back_b: str
    win_back_c: str
    gift_waiting_a: str
    gift_waiting_b: str
    gift_waiting_c: str


@dataclass(frozen=True)
class ContactPolicy:
    """seeds/002 六; times are `HH:MM` of the shop's day"""

    call_from: str
    call_to: str
    minutes_a_call: int
    follow_up_days: int
    a_every_days: int
    b_every_days: int
    brand_sms_every_days: int
    spacing_days: int
    tries: int
    c_phone_only_with_gift: bool
    a_post: bool
    greeting_expires_days: int
    catch_up_days: int
    quiet_from: str
    quiet_to: str
    promotion_run: int
    consent_first: bool
    remembered_days: bool
    matrix: MatrixPolicy

    def cell(self, topic: Topic, grade: Grade) -> Cell:
        """What the matrix says for this topic and grade."""
        return contact_matrix.read(getattr(self.matrix, contact_matrix.name(topic, grade)))

    @property
    def calls_a_day(self) -> int:
        """How many calls fit the manager's hour."""
        return (minutes(self.call_to) - minutes(self.call_from)) // self.minutes_a_call


@dataclass(frozen=True)
class SafetyPolicy:
    lock_after_minutes: int
    pin_for_approval: bool
    pin_tries: int
    pin_lock_minutes_max: int
    clerk_reveals_a_day: int
    manager_export_rows: int
    clerk_find_limit: int
    labels_without_manager: int
    backups_daily: int
    backups_weekly: int
    backups_monthly: int
    second_place_warn_days: int
    backup_minutes: int
    backup_mass_rows: int
    drill_days: int


@dataclass(frozen=True)
class GiftCheckPolicy:
    """The owner's checks of gifts and stock (spec 03 §6, §7); costs in fen, times `HH:MM` of the shop's day"""

    loss_confirm_above_fen: int
    reorder_to_percent: int
    same_phone_days: int
    purchase_gifts_percent: int
    purchase_gifts_at_least: int
    small_losses: int
    opens: str
    closes: str
    sample_percent: int
    sample_at_least: int
    effect_days: int
    few_people: int


@dataclass(frozen=True)
class PrivacyPolicy:
    """spec 08, 09 §3.10"""

    erase_lost_after: Span
    ask_again_after: Span
    pin_for_export: bool
    clerk_copy_rows: int
    watermark_phones: tuple[str, ...]


@dataclass(frozen=True)
class ListsPolicy:
    new_within: Span
    birthday_days: int
    special_most: int
    erase_most: int


@dataclass(frozen=True)
class SmsPolicy:
    signature: str
    opt_out: str
    one_part: int
    part: int
    most_parts: int
    send_at: str
    never_before: str
    never_after: str
    warn_words: tuple[str, ...]
    per_second: int
    window: int
    answer_seconds: int
    enquire_seconds: int
    report_seconds: int
    report_days: int
    connect_tries: int
    collect_minutes: int
    tests_a_day: int


@dataclass(frozen=True)
class CampaignPolicy:
    """Campaigns and the lot that leaves some uncontacted (spec 04, 06); money in fen"""

    control_percent: int
    control_at_least: int
    control_most_percent: int
    result_days: int
    owner_above_fen: int
    few_buyers: int
    worthwhile_points: int
    draws: int


@dataclass(frozen=True)
class TextPolicy:
    """The library of texts."""

    not_again_days: int
    around_days: int
    longest: int


@dataclass(frozen=True)
class ArrivalPolicy:
    """Points for `services.rules.arrivals`; percent of a price for the band"""

    look_back: Span
    bought_like_days: int
    most: int
    least: int
    size: int
    size_most: int
    size_on_file: int
    kind: int
    kind_most: int
    kind_liked: int
    colour_liked: int
    look_liked: int
    price_near: int
    price_band_percent: int
    wished: int
    tried: int


@dataclass(frozen=True)
class InsightPolicy:
    contact_effect_days: int
    contact_effect_people: int


@dataclass(frozen=True)
class Policy:
    grades: GradePolicy
    points: PointsPolicy
    vouchers: VoucherPolicy
    birthdays: BirthdayPolicy
    customers: CustomerPolicy
    gifts: GiftPolicy
    posting: PostingPolicy
    contacts: ContactPolicy
    sms: SmsPolicy
    texts: TextPolicy
    arrivals: ArrivalPolicy
    safety: SafetyPolicy
    gift_checks: GiftCheckPolicy
    privacy: PrivacyPolicy
    lists: ListsPolicy
    campaigns: CampaignPolicy
    insight: InsightPolicy
    version: int = 0
    """Id of the row in the books that it was read from; 0 for the shipped numbers."""


def values_of(policy: Policy) -> dict[str, Any]:
    """`{dotted key: value}` as plain JSON values, in the order of the file."""

    def walk(item: Any, front: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in dataclasses.fields(item):
            if not front and field.name == "version":
                continue
            value = getattr(item, field.name)
            if dataclasses.is_dataclass(value) and not isinstance(value, Span):
                found.update(walk(value, f"{front}{field.name}."))
            else:
                plain = str(value) if isinstance(value, Span) else value
                found[front + field.name] = list(plain) if isinstance(plain, tuple) else plain
        return found

    return walk(policy, "")
