"""What the till says: the sum's details while a ticket is typed, and the sentence once it is booked."""

from __future__ import annotations

from collections.abc import Callable

from services import formats
from services.purchases import Preview, TicketResult
from services.words import _
from ui.customers.words import discount_words


def detail(shown: Preview) -> str:
    """`8折，省 ￥20.00 · 礼金券抵 ￥100.00 · 积分 +3 · 附送礼品一份`"""
    parts = []
    if shown.saved:
        words = _("{discount}，省 {money}")
        parts.append(
            words.format(discount=discount_words(shown.percent_off), money=formats.money(shown.saved))
        )
    elif shown.percent_off:
        parts.append(_("特价不再打折"))
    if shown.by_vouchers:
        parts.append(_("礼金券抵 {money}").format(money=formats.money(shown.by_vouchers)))
    parts.append(_("积分 +{n}").format(n=shown.points))
    if shown.gift_due:
        parts.append(_("附送礼品一份"))
    return " · ".join(parts)


def said(name: str) -> Callable[[TicketResult], str]:
    """Makes the sentence of a booked ticket."""

    def words(result: TicketResult) -> str:
        text = _("已保存 {name} 的消费 {money}，积分 +{points}").format(
            name=name, money=formats.money(result.to_pay), points=result.points
        )
        if result.by_vouchers:
            text += _("；礼金券抵 {money}").format(money=formats.money(result.by_vouchers))
        if result.came_back:
            text += _("；流失客户回来了")
        if result.grade_after != result.grade_before:
            text += _("；现在是 {grade} 级").format(grade=result.grade_after)
        if result.gift_due:
            text += _("；请附送礼品")
        return text

    return words
