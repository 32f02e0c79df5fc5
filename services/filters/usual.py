"""The filters every shop needs, ready when it opens; their numbers are the policy's."""

from __future__ import annotations

from dataclasses import dataclass

from services.rules.filters import Condition, Filter
from services.shop import Shop
from services.words import N_


@dataclass(frozen=True)
class Usual:
    """One shipped filter. `code` is its name on the command line, too."""

    code: str
    words: str
    tip: str
    filter: Filter


def usual(shop: Shop) -> tuple[Usual, ...]:
    """The shipped filters as of today, the most used first. `words` and `tip` are translated when shown."""
    policy, today = shop.policy, shop.today()
    away = policy.grades.demote_without_visit
    soon = policy.grades.early_notice_days
    new = Condition("registered", "within", span=policy.lists.new_within)

    def one(code: str, words: str, tip: str, *conditions: Condition) -> Usual:
        return Usual(code, words, tip, Filter(conditions))

    return (
        one(
            "birthday_month",
            N_("本月生日"),
            N_("公历或农历生日在这个月的客户"),
            Condition("birthday", "month", values=(str(today.month),)),
        ),
        one("gift_waiting", N_("礼品待领"), N_("有批准的礼品等着来领的客户"), Condition("gift_waiting")),
        one(
            "soon",
            N_("将降级/流失"),
            N_("再不来就要降级或流失的客户，最急的在前"),
            Condition("soon", values=("no_visit", "no_purchase"), high=soon),
        ),
        one(
            "birthday_soon",
            N_("快过生日"),
            N_("这几天过生日的客户，跨年也算"),
            Condition("birthday", "ahead", high=policy.lists.birthday_days),
        ),
        one("new", N_("新客"), N_("最近登记的客户"), new),
        one(
            "away",
            N_("很久没来"),
            N_("降级期限内没有来过的老客户"),
            Condition("last_visit", "within", span=away, negated=True),
            Condition("registered", "within", span=away, negated=True),
        ),
        one("once", N_("只买过一次"), N_("买过一次、还没有回头的客户"), Condition("tickets", low=1, high=1)),
        one("prospects", N_("还没买过"), N_("登记了还没有买过的客户"), Condition("tickets", high=0)),
        one(
            "no_birthday", N_("缺生日"), N_("还没问到生日的客户"), Condition("missing", values=("birthday",))
        ),
        one(
            "no_address",
            N_("缺地址"),
            N_("寄贺卡还缺地址或邮编的客户"),
            Condition("missing", values=("address", "postcode")),
        ),
        one("phone_doubtful", N_("电话可疑"), N_("号码打不通、要重新问的客户"), Condition("phone_doubtful")),
        one("special", N_("特殊客户"), N_("店主指定的特殊客户"), Condition("special")),
        one(
            "erase_asked", N_("申请删除资料"), N_("要求删除资料、等店主处理的客户"), Condition("erase_asked")
        ),
    )
