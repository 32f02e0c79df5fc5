"""Gifts: what grade x occasion allows, and who may take which step of a line's life (seeds/002 四, 五; spec 03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from models.kinds import Grade, Handover, LineStatus, Occasion
from services.errors import NotAllowed, Refused
from services.formats import money
from services.rules.spans import Span, month_days
from services.words import _

FESTIVALS = frozenset(
    {
        Occasion.MAY_DAY,
        Occasion.NATIONAL_DAY,
        Occasion.SPRING_FESTIVAL,
        Occasion.NEW_YEAR,
        Occasion.LANTERN,
        Occasion.WOMENS_DAY,
        Occasion.DRAGON_BOAT,
        Occasion.QIXI,
        Occasion.MID_AUTUMN,
        Occasion.ANNIVERSARY,
    }
)
"""Occasions that follow the festival's standard."""

CEILING_CHOICES = ("finest", "cheapest")
"""What to take where the standard names a ceiling only (policy `gifts.under_ceiling`)."""

SAME_BIRTHDAY_DAYS = 300
"""Two birthday gifts of one customer closer than this are the same birthday with a corrected date: true ones lie
at least 353 days apart (a lunar year)."""


class GiftPolicy(Protocol):
    """The numbers of the policy that these rules need; costs in fen."""

    @property
    def a_festival_cost_max_fen(self) -> int: ...
    @property
    def a_birthday_cost_min_fen(self) -> int: ...
    @property
    def b_festival_voucher_fen(self) -> int: ...
    @property
    def b_festival_class(self) -> str: ...
    @property
    def b_birthday_cost_min_fen(self) -> int: ...
    @property
    def a_festival_handover(self) -> str: ...
    @property
    def a_birthday_handover(self) -> str: ...
    @property
    def b_festival_handover(self) -> str: ...
    @property
    def b_birthday_handover(self) -> str: ...
    @property
    def c_gift_with_purchase(self) -> bool: ...
    @property
    def c_purchase_cost_max_fen(self) -> int: ...
    @property
    def not_again_within(self) -> Span: ...
    @property
    def birthday_budget_max_fen(self) -> int: ...
    @property
    def max_parts(self) -> int: ...
    @property
    def liked_may_cost_more_percent(self) -> int: ...
    @property
    def under_ceiling(self) -> str: ...
    @property
    def a_season_cost_max_fen(self) -> int: ...
    @property
    def b_season_cost_max_fen(self) -> int: ...
    @property
    def season_handover(self) -> str: ...
    @property
    def a_remembered_cost_max_fen(self) -> int: ...
    @property
    def b_remembered_cost_max_fen(self) -> int: ...
    @property
    def remembered_handover(self) -> str: ...
    @property
    def issuer_may_be_submitter_below_fen(self) -> int: ...


@dataclass(frozen=True, slots=True)
class GiftFacts:
    """A catalogue item as the rules see it; money in fen."""

    id: int
    name: str
    gift_class: str
    cost: int
    face_value: int = 0
    suits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CostLimits:
    """What one customer may get for one occasion; money in fen."""

    handover: Handover
    min_fen: int = 0
    max_fen: int | None = None
    gift_class: str = ""
    voucher_fen: int = 0
    parts: int = 1
    """The most gifts that may be put together."""
    owner_decides: bool = False

    @property
    def fixed(self) -> bool:
        """Whether the rule book itself names the pieces (booklet and voucher)."""
        return bool(self.gift_class or self.voucher_fen)

    def words(self) -> str:
        """For people: `成本不超过 ￥25.00`, `时尚资讯手册一份和 ￥100.00 礼金券一张`."""
        if self.owner_decides:
            return _("由店主酌情决定")
        if self.fixed:
            pieces = [_("“{name}”一份").format(name=self.gift_class)] if self.gift_class else []
            if self.voucher_fen:
                pieces.append(_("{value}礼金券一张").format(value=money(self.voucher_fen)))
            if len(pieces) == 2:
                return _("{one}和{two}").format(one=pieces[0], two=pieces[1])
            return pieces[0]
        if self.min_fen and self.max_fen is not None:
            return _("成本合计{low}至{high}").format(low=money(self.min_fen), high=money(self.max_fen))
        if self.min_fen:
            return _("成本合计不低于{low}").format(low=money(self.min_fen))
        if self.max_fen is not None:
            return _("成本不超过{high}").format(high=money(self.max_fen))
        return _("成本不限")


YEARLY = FESTIVALS | {Occasion.BIRTHDAY, Occasion.SEASON, Occasion.REMEMBERED_DAY}
"""What the plan of a month proposes by itself; purchase gifts and the owner's extra gifts come by hand."""


def limits_for(grade: str, occasion: str, special: bool, policy: GiftPolicy) -> CostLimits | None:
    """The standard of that grade and occasion (seeds/002 五); None when nothing is due."""
    if special and occasion in YEARLY or occasion == Occasion.OWNER_CHOICE:
        return _owners_choice(occasion, policy)
    if occasion == Occasion.BIRTHDAY:
        return _birthday(grade, policy)
    if occasion in FESTIVALS:
        return _festival(grade, policy)
    if occasion == Occasion.SEASON:
        most = {Grade.A: policy.a_season_cost_max_fen, Grade.B: policy.b_season_cost_max_fen}
        return _below(most.get(Grade(grade), 0), policy.season_handover)
    if occasion == Occasion.REMEMBERED_DAY:
        most = {Grade.A: policy.a_remembered_cost_max_fen, Grade.B: policy.b_remembered_cost_max_fen}
        return _below(most.get(Grade(grade), 0), policy.remembered_handover)
    if occasion == Occasion.PURCHASE and policy.c_gift_with_purchase:
        return CostLimits(Handover.COLLECT, max_fen=policy.c_purchase_cost_max_fen)
    return None


def _owners_choice(occasion: str, policy: GiftPolicy) -> CostLimits:
    hand = policy.a_birthday_handover if occasion == Occasion.BIRTHDAY else policy.a_festival_handover
    return CostLimits(Handover(hand), parts=policy.max_parts, owner_decides=True)


def _below(most: int, handover: str) -> CostLimits | None:
    return CostLimits(Handover(handover), max_fen=most) if most else None


def _birthday(grade: str, policy: GiftPolicy) -> CostLimits | None:
    ceiling = policy.birthday_budget_max_fen or None
    if grade == Grade.A:
        low = policy.a_birthday_cost_min_fen
        return CostLimits(Handover(policy.a_birthday_handover), low, ceiling, parts=policy.max_parts)
    if grade == Grade.B:
        return CostLimits(Handover(policy.b_birthday_handover), policy.b_birthday_cost_min_fen, ceiling)
    return None


def _festival(grade: str, policy: GiftPolicy) -> CostLimits | None:
    if grade == Grade.A:
        return CostLimits(Handover(policy.a_festival_handover), max_fen=policy.a_festival_cost_max_fen)
    if grade == Grade.B and (policy.b_festival_class or policy.b_festival_voucher_fen):
        return CostLimits(
            Handover(policy.b_festival_handover),
            gift_class=policy.b_festival_class,
            voucher_fen=policy.b_festival_voucher_fen,
            parts=bool(policy.b_festival_class) + bool(policy.b_festival_voucher_fen),
        )
    return None


def season_gift_days(days: Sequence[str], lead_days: int, year: int) -> list[date]:
    """When the gifts of a year's changes of season (`MM-DD`) are due: so many days before each.

    Refused for a text that is no day of every year.
    """
    found = []
    for text in days:
        month, _dash, day = text.partition("-")
        if not (
            month.isdecimal()
            and day.isdecimal()
            and 1 <= int(month) <= 12
            and 1 <= int(day) <= month_days(year, int(month))
        ):
            raise Refused("换季的日子“{day}”不对：请写成 03-01 这样。", day=text, field="gifts.season_days")
        found.append(date(year, int(month), int(day)) - timedelta(days=lead_days))
    return sorted(found)


def is_booklet(gift: GiftFacts, name: str) -> bool:
    """Whether the gift is what the policy calls by that class."""
    return bool(name) and name in (gift.gift_class, gift.name)


def check_gifts(limits: CostLimits, gifts: Sequence[GiftFacts]) -> None:
    """Says no, with the numbers, where a choice of gifts for one customer and occasion leaves the limits."""
    if not gifts:
        raise Refused("请至少选一件礼品。", field="gift")
    if len({gift.id for gift in gifts}) < len(gifts):
        raise Refused("同一件礼品在一份里只能选一次。", field="gift")
    if limits.owner_decides:
        return
    if len(gifts) > limits.parts:
        raise Refused("一份最多放 {n} 件礼品，选了 {m} 件。", n=limits.parts, m=len(gifts), field="gift")
    if limits.fixed:
        _check_fixed(limits, gifts)
        return
    total = sum(gift.cost for gift in gifts)
    if limits.max_fen is not None and total > limits.max_fen:
        raise Refused(
            "礼品成本 {total}，超过了标准的 {high}。请换一件便宜些的。",
            total=money(total),
            high=money(limits.max_fen),
            field="gift",
        )
    if total < limits.min_fen:
        raise Refused(
            "礼品成本合计 {total}，还没到标准的 {low}。请换一件，或再加一件。",
            total=money(total),
            low=money(limits.min_fen),
            field="gift",
        )


def _check_fixed(limits: CostLimits, gifts: Sequence[GiftFacts]) -> None:
    booklets = [gift for gift in gifts if is_booklet(gift, limits.gift_class)]
    vouchers = [gift for gift in gifts if limits.voucher_fen and gift.face_value == limits.voucher_fen]
    if len(booklets) > 1 or len(vouchers) > 1 or len(booklets) + len(vouchers) < len(gifts):
        raise Refused("这一份的标准是{standard}，不能换成别的。", standard=limits.words(), field="gift")


# --- who may take which step -------------------------------------------------------------------------------------

_FROM = {
    "submit": (LineStatus.DRAFT,),
    "approve": (LineStatus.SUBMITTED,),
    "return": (LineStatus.SUBMITTED,),
    "choose": (LineStatus.DRAFT, LineStatus.RETURNED),
    "cancel": (LineStatus.DRAFT, LineStatus.SUBMITTED, LineStatus.RETURNED, LineStatus.APPROVED),
    "replace": (LineStatus.APPROVED,),
    "issue": (LineStatus.APPROVED,),
    "undo_issue": (LineStatus.ISSUED,),
    "check": (LineStatus.ISSUED,),
}


def statuses_before(step: str) -> tuple[LineStatus, ...]:
    """The states from which a step may be taken."""
    return _FROM[step]


def status_words(status: str) -> str:
    """`草稿`, `待批准` …"""
    return {
        LineStatus.DRAFT: _("草稿"),
        LineStatus.SUBMITTED: _("待批准"),
        LineStatus.APPROVED: _("已批准"),
        LineStatus.RETURNED: _("已退回"),
        LineStatus.ISSUED: _("已发放"),
        LineStatus.CHECKED: _("已核对"),
        LineStatus.CANCELLED: _("已取消"),
    }[LineStatus(status)]


def check_step(step: str, status: str) -> None:
    """Says no where the line's state does not allow the step (an approved line is cancelled and replaced)."""
    if status in _FROM[step]:
        return
    if step == "choose" and status == LineStatus.APPROVED:
        raise Refused("已批准的礼品不能改。请先取消这一条，再另选礼品重新报批。")
    raise Refused(
        "这一条现在是“{now}”，要在“{before}”时才能这样做。",
        now=status_words(status),
        before=_("”或“").join(status_words(one) for one in _FROM[step]),
    )


def approver_alone(approver: int, submitter: int | None, users_above_clerk: int) -> bool:
    """Whether an approval is 单人审批. Nobody approves what they themselves submitted, unless nobody else could."""
    if submitter != approver:
        return False
    if users_above_clerk > 1:
        raise NotAllowed("自己提交的礼品计划不能自己批准，请由另一位店主批准，或请店长重新提交。")
    return True


@dataclass(frozen=True, slots=True)
class Hands:
    """Through whose hands a line went; user ids."""

    submitted_by: int | None
    decided_by: int | None
    cost: int
    """fen, of all parts of the occasion together"""


def check_issuer(issuer: int, hands: Hands, active_users: frozenset[int], policy: GiftPolicy) -> None:
    """Submitter, approver and issuer are three people (spec 09, 3.9), as far as the shop has them.

    The submitter may issue below the policy's value, or when the shop has no third person; the approver only
    when nobody else works here.
    """
    if issuer == hands.decided_by and active_users - {issuer}:
        raise NotAllowed("批准这份礼品的人不能自己发放，请由店员发放。")
    if issuer != hands.submitted_by or issuer == hands.decided_by:
        return
    if hands.cost >= policy.issuer_may_be_submitter_below_fen and active_users - {issuer, hands.decided_by}:
        raise NotAllowed(
            "这份礼品值 {cost}，提交的人不能自己发放（{limit} 以下可以），请由另一位店员发放。",
            cost=money(hands.cost),
            limit=money(policy.issuer_may_be_submitter_below_fen),
        )


def check_checker(checker: int, issued_by: int | None, users_above_clerk: int) -> None:
    """Who handed a gift out does not tick it off, unless nobody else above clerk works here."""
    if checker == issued_by and users_above_clerk > 1:
        raise NotAllowed("自己发放的礼品要由另一位店长或店主核对。")
