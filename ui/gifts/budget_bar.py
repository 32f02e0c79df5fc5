"""What the plan would cost against the policy's limits, in one line of words."""

from __future__ import annotations

from collections.abc import Sequence

from services import formats, gifts
from services.gifts import Budget
from services.words import _


def budget_words(budgets: Sequence[Budget], month: str) -> tuple[str, bool]:
    """The line, and whether a limit is passed. Empty where the policy sets no limit."""
    parts, over = [], False
    for one in budgets:
        if not one.limit:
            continue
        words = _("{scope} {cost} / 限额 {limit}").format(
            scope=gifts.scope_words(one.scope, month),
            cost=formats.money(one.planned),
            limit=formats.money(one.limit),
        )
        if one.over:
            over = True
            words += _("，超出 {over}").format(over=formats.money(one.over))
        parts.append(words)
    return (_("预算：") + "   ".join(parts) if parts else ""), over
