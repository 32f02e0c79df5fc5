"""The care policy: every number of the rule book as data with versions (客情标准)."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, get_type_hints

from models.kinds import Grade, Topic
from services.errors import Refused
from services.rules import contact_matrix
from services.rules.contact_matrix import Cell
from services.rules.spans import Span

_SHIPPED = Path(__file__).resolve().parent.parent / "resources" / "policy.toml"


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
        return (_minutes(self.call_to) - _minutes(self.call_from)) // self.minutes_a_call


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


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """The shipped numbers as `{dotted key: value}`."""
    with open(_SHIPPED, "rb") as file:
        return _flat(tomllib.load(file))


def _flat(tree: dict[str, Any], front: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            found.update(_flat(value, f"{front}{name}."))
        else:
            found[front + name] = value
    return found


def load(changes: dict[str, Any] | None = None, version: int = 0) -> Policy:
    """The policy made of the shipped numbers and the shop's changes. Raises Refused where they make no sense."""
    values = {**shipped(), **(changes or {})}
    unknown = sorted(set(values) - set(shipped()))
    if unknown:
        raise Refused("客情标准里没有“{key}”这一项。用“policy show”查看全部项目。", key=unknown[0])
    policy: Policy = _build(Policy, values, "", version=version)
    _check(policy)
    return policy


def _build(kind: type[Any], values: dict[str, Any], front: str, **extra: Any) -> Any:
    hints = get_type_hints(kind)
    arguments: dict[str, Any] = dict(extra)
    for field in dataclasses.fields(kind):
        if field.name in extra:
            continue
        hint, key = hints[field.name], front + field.name
        if dataclasses.is_dataclass(hint) and hint is not Span:
            arguments[field.name] = _build(hint, values, key + ".")  # type: ignore[arg-type]
        else:
            arguments[field.name] = _typed(key, values[key], hint)
    return kind(**arguments)


def _typed(key: str, value: Any, hint: Any) -> Any:
    if hint is Span:
        return Span.parse(str(value))
    if hint is bool and isinstance(value, bool):
        return value
    if hint is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint is str and isinstance(value, str):
        return value
    if hint == tuple[str, ...] and isinstance(value, list | tuple):
        return tuple(str(part) for part in value)
    raise Refused("“{key}”的值“{value}”格式不对，请参照原来的值填写。", key=key, value=value)


def parse_value(key: str, text: str) -> Any:
    """A value typed by a person, in the type that the shipped value of `key` has. Raises Refused."""
    if key not in shipped():
        raise Refused("客情标准里没有“{key}”这一项。用“policy show”查看全部项目。", key=key)
    sample = shipped()[key]
    text = text.strip()
    if isinstance(sample, bool):
        words = {"true": True, "yes": True, "1": True, "是": True, "开": True}
        words |= {"false": False, "no": False, "0": False, "否": False, "关": False}
        if text.lower() not in words:
            raise Refused("“{key}”只能填“是”或“否”。", key=key)
        return words[text.lower()]
    if isinstance(sample, int):
        try:
            return int(text)
        except ValueError:
            raise Refused("“{key}”要填整数，“{value}”不是。", key=key, value=text) from None
    if isinstance(sample, list):
        return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
    return text


def _check(policy: Policy) -> None:
    """Refuses numbers that contradict each other or the rule book's sense."""
    grades = policy.grades
    for name, percent in (("a", grades.a), ("b", grades.b), ("c", grades.c)):
        if not 0 <= percent.discount_percent <= 90:
            raise Refused(
                "{grade} 级的优惠要在 0–90 % 之间。",
                grade=name.upper(),
                field=f"grades.{name}.discount_percent",
            )
    if not grades.a.discount_percent >= grades.b.discount_percent >= grades.c.discount_percent:
        raise Refused("优惠应当 A 级不低于 B 级，B 级不低于 C 级。", field="grades.a.discount_percent")
    if grades.a.points < 1 or grades.b.tickets < 2 or grades.a.more_tickets_than < 1:
        raise Refused("A 级积分与次数至少为 1，B 级至少为 2 张小票。", field="grades.a.points")
    some = date(2024, 2, 29)
    if not grades.lost_without_purchase.before(some) < grades.demote_without_visit.before(some) < some:
        raise Refused("流失期限必须长于降级期限，降级期限必须大于 0。", field="grades.lost_without_purchase")
    if policy.points.fen_per_point < 1:
        raise Refused("每一积分的金额必须大于 0。", field="points.fen_per_point")
    for key, value in values_of(policy).items():
        if isinstance(value, int) and not isinstance(value, bool) and value < 0:
            raise Refused("“{key}”不能是负数。", key=key, field=key)
    contacts = policy.contacts
    for key in _TIMES:
        part, _dot, name = key.partition(".")
        try:
            if not 0 <= _minutes(getattr(getattr(policy, part), name)) < 24 * 60:
                raise ValueError
        except ValueError:
            raise Refused("“{key}”要写成 15:00 这样的时间。", key=key, field=key) from None
    if contacts.minutes_a_call < 1 or contacts.calls_a_day < 1:
        raise Refused("电话时段里至少要排得下一个电话。", field="contacts.call_to")
    _check_bounds(values_of(policy))
    _check_words(policy)


_TIMES = (
    *("contacts.call_from", "contacts.call_to", "contacts.quiet_from", "contacts.quiet_to"),
    *("gift_checks.opens", "gift_checks.closes"),
    *("sms.send_at", "sms.never_before", "sms.never_after"),
)
_AT_LEAST_ONE = (
    *("campaigns.result_days", "campaigns.few_buyers", "campaigns.worthwhile_points", "campaigns.draws"),
    *("gift_checks.small_losses", "gift_checks.sample_at_least", "gift_checks.effect_days"),
    *("insight.contact_effect_days", "insight.contact_effect_people"),
    *("contacts.a_every_days", "contacts.b_every_days", "contacts.brand_sms_every_days", "contacts.tries"),
    *("gifts.max_parts", "safety.pin_tries", "safety.pin_lock_minutes_max", "safety.lock_after_minutes"),
    *("safety.backups_daily", "customers.max_quantity", "customers.max_amount_fen"),
    *("vouchers.most_a_ticket", "vouchers.max_value_fen", "vouchers.max_batch", "vouchers.restored_days"),
    *("vouchers.fen_per_point", "vouchers.points_step"),
    *("sms.one_part", "sms.part", "sms.most_parts", "sms.per_second", "sms.window", "sms.answer_seconds"),
    *("sms.enquire_seconds", "sms.report_days", "sms.connect_tries", "sms.collect_minutes"),
)
_MOST = 10**12
"""Fen, days, pieces: nothing a shop counts is larger."""


def _check_bounds(values: dict[str, Any]) -> None:
    for key in _AT_LEAST_ONE:
        if values[key] < 1:
            raise Refused("“{key}”至少为 1。", key=key, field=key)
    for key, value in values.items():
        if isinstance(value, int) and value > _MOST:
            raise Refused("“{key}”太大：{value}。", key=key, value=value, field=key)
    for what in ("height", "waist"):
        low, high = f"customers.{what}_min_cm", f"customers.{what}_max_cm"
        if values[low] >= values[high]:
            raise Refused("“{key}”要大于“{low}”。", key=high, low=low, field=high)


def _check_words(policy: Policy) -> None:
    """Codes that mean something: festivals and ways of handing over."""
    from models.kinds import Handover
    from services.rules.gifts import FESTIVALS

    known = {one.value for one in FESTIVALS}
    for code in policy.gifts.festivals:
        if code not in known:
            raise Refused("没有“{code}”这个节日；可选 {known}。", code=code, known=" ".join(sorted(known)),
                          field="gifts.festivals")  # fmt: skip
    _check_sms(policy)
    _check_matrix(policy.contacts)
    _check_seasons(policy.gifts)
    _check_questions(policy.customers)
    ways = [one.value for one in Handover]
    for field in dataclasses.fields(policy.gifts):
        value = getattr(policy.gifts, field.name)
        if field.name.endswith("_handover") and value not in ways:
            raise Refused("“{key}”要是 {known} 之一。", key=f"gifts.{field.name}", known=" ".join(ways),
                          field=f"gifts.{field.name}")  # fmt: skip


def _check_sms(policy: Policy) -> None:
    """Every message says who sends it and how to refuse (spec 09)."""
    if "{shop}" not in policy.sms.signature:
        raise Refused("短信签名里要有店名：请写上 {mark}。", mark="{shop}", field="sms.signature")
    if not policy.sms.opt_out.strip():
        raise Refused("短信结尾要写明怎样退订，例如“拒收请回复R”。", field="sms.opt_out")


def _check_matrix(contacts: ContactPolicy) -> None:
    for topic in Topic:
        for grade in Grade:
            text = getattr(contacts.matrix, contact_matrix.name(topic, grade))
            contact_matrix.check(topic, grade, text, c_phone_only_with_gift=contacts.c_phone_only_with_gift)


def _check_questions(customers: CustomerPolicy) -> None:
    from services.rules.questions import QUESTIONS

    for code in customers.questions:
        if code not in QUESTIONS:
            raise Refused("没有“{code}”这个问题；可选 {known}。", code=code, known=" ".join(QUESTIONS),
                          field="customers.questions")  # fmt: skip


def _check_seasons(gifts: GiftPolicy) -> None:
    """Days `MM-DD` that lie in different months (a month's plan holds one season), and the words of the choice."""
    from services.rules.gifts import CEILING_CHOICES, season_gift_days

    due = season_gift_days(gifts.season_days, gifts.season_lead_days, 2027)
    if len({day.month for day in due}) < len(gifts.season_days):
        raise Refused("换季的礼品一个月最多一次，请把日子隔开一些。", field="gifts.season_days")
    if gifts.under_ceiling not in CEILING_CHOICES:
        raise Refused("“{key}”要是 {known} 之一。", key="gifts.under_ceiling", known=" ".join(CEILING_CHOICES),
                      field="gifts.under_ceiling")  # fmt: skip


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


def changes_json(changes: dict[str, Any]) -> str:
    return json.dumps(changes, ensure_ascii=False, sort_keys=True)
