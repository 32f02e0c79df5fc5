"""The ledger's codes in words: occasions, handover, purchase list."""

from __future__ import annotations

from models.kinds import Handover, Occasion
from services.words import _


def occasion_words(occasion: str) -> str:
    """`生日`, `五一` …; an unknown code stays as it is."""
    known = {
        Occasion.MAY_DAY: _("五一"),
        Occasion.NATIONAL_DAY: _("十一"),
        Occasion.SPRING_FESTIVAL: _("春节"),
        Occasion.BIRTHDAY: _("生日"),
        Occasion.PURCHASE: _("购物赠礼"),
        Occasion.SEASON: _("换季"),
        Occasion.OWNER_CHOICE: _("店主酌情"),
        Occasion.REMEMBERED_DAY: _("纪念日"),
        Occasion.NEW_YEAR: _("元旦"),
        Occasion.LANTERN: _("元宵"),
        Occasion.WOMENS_DAY: _("妇女节"),
        Occasion.DRAGON_BOAT: _("端午"),
        Occasion.QIXI: _("七夕"),
        Occasion.MID_AUTUMN: _("中秋"),
        Occasion.ANNIVERSARY: _("店庆"),
    }
    try:
        return known[Occasion(occasion)]
    except ValueError:
        return occasion


def handover_words(handover: str) -> str:
    """`到店领取`, `送货上门`, `邮寄`."""
    return {
        Handover.COLLECT: _("到店领取"),
        Handover.DELIVER: _("送货上门"),
        Handover.POST: _("邮寄"),
    }[Handover(handover)]


def signed_words(signed: str) -> str:
    """How the receipt is proven."""
    return {
        "paper": _("客户签名"),
        "code": _("领取码"),
        "sheet": _("一览表签名"),
        "posted": _("已寄出"),
        "delivery": _("送货上门"),
    }.get(signed, signed)
