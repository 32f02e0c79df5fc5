"""What is wrong with a print job, in words, with the customers' names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.kinds import PrintKind
from services import formats
from services.words import _

if TYPE_CHECKING:
    from services.printing.jobs import JobRow, Prepared

SHOWN = 8


def kind_words(kind: PrintKind) -> str:
    return {
        PrintKind.CARD: _("节日与生日贺卡"),
        PrintKind.LABEL: _("地址标签"),
        PrintKind.ENVELOPE: _("信封"),
        PrintKind.GIFT_LABEL: _("礼品标签"),
        PrintKind.SHEET: _("装封清单"),
        PrintKind.SLIP: _("礼金券"),
    }.get(kind, str(kind))


def can_be_resumed(job: JobRow) -> bool:
    """Whether its pieces can be drawn again."""
    known = (PrintKind.CARD, PrintKind.LABEL, PrintKind.ENVELOPE, PrintKind.GIFT_LABEL)
    return job.kind in known or job.layout in ("packing", "voucher")


def paper_key(prepared: Prepared) -> str:
    """Which paper a printer must be fed with; only envelopes are fed in a way of their own."""
    return prepared.layout if prepared.kind == PrintKind.ENVELOPE else ""


def job_words(job: JobRow) -> str:
    """`第 12 号 地址标签 12月1日 周二 起，印了 12/40`."""
    return _("第 {id} 号 {kind} {day} 起，印了 {printed}/{pieces}").format(
        id=job.id,
        kind=kind_words(job.kind),
        day=formats.day(job.first),
        printed=job.printed,
        pieces=job.pieces,
    )


def nobody(prepared: Prepared) -> str:
    """Why there is no page."""
    if prepared.kind == PrintKind.SLIP:
        return _("这些信里没有要随附的礼金券。")
    if prepared.kind == PrintKind.GIFT_LABEL:
        return _("这段日期内没有已批准、待发放的礼品。请换一段日期，或先批准礼品计划。")
    if prepared.missing_addresses:
        return _("这段日期内要寄的客户都没有地址。请先在客户资料里补上地址。")
    return _("这段日期内没有要寄贺卡的客户（A、B 级和特殊客户才寄）。请换一段日期。")


def glyphs(prepared: Prepared, most: int = SHOWN) -> list[str]:
    """Whose name holds characters that the font lacks."""
    found = prepared.missing_glyphs
    if not found:
        return []
    lines = [_("字体里没有下列字，打印时留了空位，请手写补上：")]
    lines += [f"{one.name} {one.card_no}：{one.characters}" for one in found[:most]]
    return lines + _more(len(found), most)


def wrong(prepared: Prepared) -> list[str]:
    """Everything that the person should know before printing."""
    lines = glyphs(prepared)
    if prepared.left_out:
        lines.append(_("不愿收信或未成年，没有打印："))
        lines += [f"{one.name} {one.card_no}" for one in prepared.left_out[:SHOWN]]
        lines += _more(len(prepared.left_out), SHOWN)
    lacking = prepared.missing_addresses
    if lacking:
        words = _("没有地址，寄不出去：") if prepared.kind == PrintKind.CARD else _("没有地址，不打印：")
        lines.append(words)
        lines += [f"{one.name} {one.card_no}" for one in lacking[:SHOWN]] + _more(len(lacking), SHOWN)
    if prepared.cut:
        lines.append(_("文字太长、没有印全的卡号：{cards}").format(cards="、".join(prepared.cut[:SHOWN])))
    if prepared.copies:
        lines.append(_("其中 {n} 份以前印过，标有“副本”。").format(n=prepared.copies))
    return lines


def _more(count: int, shown: int) -> list[str]:
    return [_("… 其余 {n} 位").format(n=count - shown)] if count > shown else []
