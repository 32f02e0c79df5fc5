"""Vouchers in words: states, kinds, moves and conditions."""

from __future__ import annotations

from models.kinds import VoucherKind, VoucherMoveKind, VoucherState
from services import formats
from services.words import N_, _

_STATES = {
    VoucherState.ISSUED: N_("未用"),
    VoucherState.REDEEMED: N_("已用"),
    VoucherState.EXPIRED: N_("已过期"),
    VoucherState.VOID: N_("已作废"),
}
_KINDS = {
    VoucherKind.GIFT: N_("赠券"),
    VoucherKind.BIRTHDAY: N_("生日券"),
    VoucherKind.POINTS: N_("积分兑换"),
    VoucherKind.FIRST_TRY: N_("新品体验"),
    VoucherKind.AMENDS: N_("致歉"),
}
_MOVES = {
    VoucherMoveKind.ISSUED: N_("已发行"),
    VoucherMoveKind.REDEEMED: N_("用掉"),
    VoucherMoveKind.UNDONE: N_("撤销用券"),
    VoucherMoveKind.RESTORED: N_("退货退回"),
    VoucherMoveKind.EXPIRED: N_("过期"),
    VoucherMoveKind.VOIDED: N_("作废"),
    VoucherMoveKind.REVIVED: N_("撤销作废"),
}


def state_words(state: VoucherState) -> str:
    return _(_STATES[state])


def kind_words(kind: VoucherKind) -> str:
    return _(_KINDS[kind])


def move_words(kind: VoucherMoveKind) -> str:
    return _(_MOVES[kind])


def terms_words(minimum: int, on_special: bool) -> str:
    """`满￥100.00可用 · 特价除外`"""
    parts = [_("满{money}可用").format(money=formats.money(minimum)) if minimum else _("没有最低消费")]
    if not on_special:
        parts.append(_("特价除外"))
    return " · ".join(parts)
