"""The owner's signature: asked for the PIN, and for a reason beyond the budget; with its undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from services import gifts
from services.errors import Refused
from services.gifts import Signed
from services.words import _
from ui import dialogs
from ui.context import Context
from ui.gifts.approval_marks import Marks

if TYPE_CHECKING:
    from services.progress import Progress


def sign(context: Context, parent: QWidget, marks: Marks, done: Callable[[], None]) -> None:
    """Makes the marks count, all or none; `done` once they do."""
    pin = ""
    if context.shop.policy.safety.pin_for_approval:
        yes, no = marks.counts()
        words = _("批准 {yes} 条，退回 {no} 条。请输入您的密码，等于在一览表上签字。").format(yes=yes, no=no)
        pin = dialogs.ask_text(parent, _("签字"), words, _("签字"), secret=True) or ""
        if not pin:
            return
    _sign(context, parent, marks, done, pin)


def _sign(
    context: Context, parent: QWidget, marks: Marks, done: Callable[[], None], pin: str, over_budget: str = ""
) -> None:
    shop, yes, no, seen = context.shop, sorted(marks.yes), marks.no, marks.seen

    def job(_progress: Progress) -> Signed:
        return gifts.sign(shop, yes, no, pin, over_budget=over_budget, seen=seen)

    def failed(error: Exception) -> None:
        if isinstance(error, Refused) and error.field == "over_budget":
            reason = dialogs.ask_text(parent, _("超出预算限额"), str(error), _("照批"))
            if reason:
                _sign(context, parent, marks, done, pin, reason)
            return
        context.show_error(error)

    def unsign(signed: Signed) -> None:
        context.write(lambda _progress: gifts.unsign(shop, signed), said=_("已收回签字，重新等待批准。"))

    context.write(job, lambda _signed: done(), said=_signed_words, undo=unsign, on_error=failed)


def _signed_words(signed: Signed) -> str:
    parts = []
    if signed.approved.done:
        parts.append(_("已批准 {n} 条。").format(n=signed.approved.done))
    if signed.approved.single:
        parts.append(_("其中 {n} 条记为单人审批。").format(n=signed.approved.single))
    if signed.returned.done:
        parts.append(_("已退回 {n} 条。").format(n=signed.returned.done))
    return "".join(parts) + signed.approved.why
