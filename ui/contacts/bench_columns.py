"""The columns of the print bench: a letter a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.kinds import PrintKind
from services import formats
from services.words import N_, _
from ui.lazy_table import Column

if TYPE_CHECKING:
    from services.printing.bench import Letter

_MARKS = ((PrintKind.CARD, N_("卡")), (PrintKind.ENVELOPE, N_("封")), (PrintKind.LABEL, N_("签")))


def columns() -> list[Column]:
    return [
        Column("name", N_("姓名"), width=90, bold=True, sort=False, hint=lambda row: row.card_no),
        Column("occasion", N_("赠送事宜"), width=110, sort=False, hint=lambda row: row.occasion),
        Column("on", N_("日子"), width=110, text=lambda row: formats.day(row.on), tone=_muted, sort=False),
        Column(
            "due",
            N_("应寄出"),
            width=110,
            text=_due,
            tone=lambda row: "warn" if row.overdue and not row.posted else "muted",
            hint=lambda row: _("因周日或节假日提前") if row.moved else "",
            sort=False,
        ),
        Column("postcode", N_("邮编"), width=82, sort=False),
        Column("address", N_("地址"), width=180, stretch=True, sort=False, hint=lambda row: row.address),
        Column("enclosed", N_("随附"), width=132, text=_enclosed, hint=_enclosed, sort=False),
        Column("outs", N_("已印"), width=80, text=_outs, hint=_outs_hint, tone=_muted, sort=False),
        Column("posted", N_("情况"), width=112, text=_state, tone=_tone, sort=False),
    ]


def _muted(_row: Letter) -> str:
    return "muted"


def _due(row: Letter) -> str:
    return formats.day(row.due) + (" ←" if row.moved else "")


def _enclosed(row: Letter) -> str:
    return _("、").join(row.enclosed)


def _outs(row: Letter) -> str:
    return " ".join(_(words) for kind, words in _MARKS if kind.value in row.outs)


def _outs_hint(row: Letter) -> str:
    lines = []
    for kind, words in _MARKS:
        out = row.outs.get(kind.value)
        if out is not None:
            line = _("{what}：{day} {user}，第 {job} 号第 {n} 份")
            lines.append(
                line.format(what=_(words), day=out.day, user=out.user, job=out.job_id, n=out.position)
            )
    return "\n".join(lines)


def _state(row: Letter) -> str:
    if row.posted:
        return _("✓ 已寄出")
    if "address" in row.missing:
        return _("缺地址")
    if "postcode" in row.missing:
        return _("缺邮编")
    return _("待寄")


def _tone(row: Letter) -> str:
    if row.posted:
        return "good"
    return "warn" if row.missing else "muted"
