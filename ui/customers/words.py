"""How customers are spoken of on screen: discounts, sizes, states."""

from __future__ import annotations

from models.kinds import Calendar, LineStatus, PointKind, Sex
from services.rules import birthdays
from services.rules.birthdays import Birthday
from services.rules.customer_data import chi
from services.words import N_, _, language

GRADE_WORDS = {"A": N_("A 级"), "B": N_("B 级"), "C": N_("C 级"), "lost": N_("流失")}
SEX_WORDS = {Sex.FEMALE: N_("女"), Sex.MALE: N_("男"), Sex.UNKNOWN: N_("不详")}
LINE_WORDS = {
    LineStatus.DRAFT: N_("草拟"),
    LineStatus.SUBMITTED: N_("待批准"),
    LineStatus.APPROVED: N_("待领"),
    LineStatus.RETURNED: N_("已退回"),
    LineStatus.ISSUED: N_("已发放"),
    LineStatus.CHECKED: N_("已核对"),
    LineStatus.CANCELLED: N_("已取消"),
}
NOTE_WORDS = {
    "note": N_("说的话"),
    "family": N_("家里事"),
    "wish": N_("想要的"),
    "opinion": N_("意见"),
    "tried": N_("试穿未买"),
}
POINT_WORDS = {
    PointKind.EARNED: N_("消费得分"),
    PointKind.RETURNED: N_("退回"),
    PointKind.REDEEMED: N_("兑换"),
    PointKind.ADJUSTED: N_("调整"),
    PointKind.EXPIRED: N_("过期"),
    PointKind.OWED: N_("退货所欠"),
}


def grade_words(grade: str) -> str:
    """A, B, C or lost, in words."""
    return _(GRADE_WORDS.get(grade, "")) or grade


def discount_words(percent: int) -> str:
    """`8折`, `8.5折`; in English `20% off`. Empty without a discount."""
    if not percent:
        return ""
    if language() == "zh":
        return f"{(100 - percent) / 10:g}折"
    return f"{percent}% off"


def waist_words(cm: int | None) -> str:
    """`70cm（2尺1）`."""
    if not cm:
        return ""
    if language() == "zh":
        return f"{cm}cm（{chi(cm)}）"
    return f"{cm} cm"


def birthday_as_typed(birthday: Birthday | None) -> str:
    """The birthday as it can be typed again: `农历八月十五`, `1990-5-3`, `5月3日`."""
    if birthday is None:
        return ""
    if language() == "en" and birthday.calendar is Calendar.LUNAR:
        front = f"{birthday.year}-" if birthday.year else ""
        return f"lunar {front}{'闰' if birthday.leap else ''}{birthday.month}-{birthday.day}"
    return birthdays.describe(birthday, 2000).split(" = ")[0].split("（")[0].split(" (")[0]
