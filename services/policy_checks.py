"""What a policy must not say: times out of order, numbers that stop the shop, words that miss their fields."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

from models.kinds import Grade, Topic
from services.errors import Refused
from services.policy_sections import ContactPolicy, CustomerPolicy, GiftPolicy, Policy, minutes, values_of
from services.rules import contact_matrix


def check(policy: Policy) -> None:
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
            if not 0 <= minutes(getattr(getattr(policy, part), name)) < 24 * 60:
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
