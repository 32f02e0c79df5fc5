"""Drawing a job before it is printed: nothing is written down, and what is wrong is known before paper is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from models import database
from models.kinds import PrintKind, Role
from services.errors import NotAllowed
from services.gifts.wording import occasion_words
from services.printing import cards as card_press
from services.printing import envelopes as envelope_press
from services.printing import fonts, gather, label_sheets, packing, recipients, texts, voucher_slips
from services.printing import labels as label_press
from services.printing.gather import TO_ADDRESSES
from services.printing.geometry import LabelSheet
from services.printing.recipients import MissingGlyphs, Recipient
from services.printing.rows import Prepared, Wanted
from services.progress import Progress, silent
from services.rights import Right, require
from services.shop import Shop
from services.words import N_, _, language

_WORDS = {
    PrintKind.CARD: N_("节日与生日贺卡"),
    PrintKind.LABEL: N_("地址标签"),
    PrintKind.ENVELOPE: N_("信封"),
    PrintKind.GIFT_LABEL: N_("礼品标签"),
    PrintKind.SHEET: N_("装封清单"),
    PrintKind.SLIP: N_("礼金券"),
}
Copied = Sequence[tuple[Recipient, bool]]
"""Pieces, each with whether it was printed before."""


def prepare(shop: Shop, wanted: Wanted, progress: Progress = silent) -> Prepared:
    """Draws what is wanted. Writes nothing; a job without pieces stays without pages. Raises Refused, Cancelled.

    Labels and envelopes: who has no address gets none and is listed, and what was printed before says 副本.
    """
    require(shop, Right.PRINT)
    _check_layout(wanted)
    job = gather.job_of(shop, wanted)
    pieces = job.recipients[job.from_item - 1 :]
    lacking = recipients.missing_glyphs(pieces, addresses=job.kind in TO_ADDRESSES)
    if not pieces:
        return job
    if job.kind in TO_ADDRESSES:
        _within_quota(shop, job, len(pieces))
    if job.kind == PrintKind.CARD:
        book = texts.Book(language())
        lacking = _shop_glyphs(shop, book, pieces) + lacking
        drawn = _cards(shop, job, book, pieces, progress)
        without = tuple(one for one in pieces if not one.address.strip())
        job = replace(job, missing_addresses=without)
    elif job.kind == PrintKind.SHEET:
        drawn = packing.draw(
            pieces, title=_span(job), shop_name=shop.info.name, day=shop.today(), progress=progress
        )
        job = replace(job, per_page=packing.ROWS)
    elif job.kind == PrintKind.SLIP:
        drawn = _vouchers(shop, job, pieces, progress)
        job = replace(job, per_page=voucher_slips.PER_PAGE)
    else:
        before = _printed_before(job)
        copied = [(one, (one.customer_id, one.occasion, one.day) in before) for one in pieces]
        if job.kind == PrintKind.ENVELOPE:
            drawn = _envelopes(shop, job, copied, progress)
        else:
            sheet = label_sheets.sheet(job.layout)
            draw = _labels if job.kind == PrintKind.LABEL else _gifts
            drawn = draw(shop, job, sheet, copied, progress)
            job = replace(job, per_page=sheet.per_page)
        job = replace(job, copies=sum(copy for _one, copy in copied))
    pdf = drawn.paper.bytes(progress)
    return replace(job, pdf=pdf, pages=drawn.paper.pages, cut=drawn.cut, missing_glyphs=lacking)


def _check_layout(wanted: Wanted) -> None:
    """Refuses a layout that there is not, before anybody is looked for."""
    if not wanted.layout:
        return
    if wanted.kind == PrintKind.CARD:
        card_press.check_layout(wanted.layout)
    elif wanted.kind == PrintKind.ENVELOPE:
        envelope_press.size(wanted.layout)
    elif wanted.kind in (PrintKind.LABEL, PrintKind.GIFT_LABEL):
        label_sheets.sheet(wanted.layout)


def _within_quota(shop: Shop, job: Prepared, pieces: int) -> None:
    """A clerk alone prints few addresses a day: a full set of labels is the customer list (spec 09, 60 and 79)."""
    if shop.role is not Role.CLERK:
        return
    sql = (
        "SELECT COALESCE(SUM(pieces), 0) FROM print_job WHERE user_id = ? AND created_at > ? AND id <> ?"
        " AND kind IN ('label', 'envelope')"
    )
    since = database.moment_value(shop.clock.now() - timedelta(days=1))
    before = int(database.value_of(sql, (shop.who, since, job.job_id or 0)))
    most = shop.policy.safety.labels_without_manager
    if before + pieces > most:
        raise NotAllowed(
            "店员一天最多打印 {most} 个地址，这次要打 {n} 个，24 小时内已打 {before} 个。请店长登录后打印，或缩短日期范围。",
            most=most, n=pieces, before=before)  # fmt: skip


def _cards(
    shop: Shop, job: Prepared, book: texts.Book, pieces: Sequence[Recipient], progress: Progress
) -> card_press.Drawn:
    made = [card_of(one, book) for one in pieces]
    return card_press.draw(made, job.layout, shop_name=shop.info.name, title=_title(job), language=language(),
                           day=shop.today(), progress=progress)  # fmt: skip


def card_of(one: Recipient, book: texts.Book) -> card_press.Card:
    """The card of one customer, in the shop's words for that occasion and grade."""
    words = book.text(one.occasion, one.grade)
    return card_press.Card(one.card_no, one.name, one.title, one.occasion, one.day, words, one.label, one.age)


def _envelopes(shop: Shop, job: Prepared, pieces: Copied, progress: Progress) -> card_press.Drawn:
    sender = envelope_press.Sender(shop.info.name, shop.info.address, shop.info.postcode)
    made = [_label(one, copy) for one, copy in pieces]
    return envelope_press.draw(made, job.layout, sender=sender, boxes=job.boxes, places=envelope_press.places(job.layout),
                               title=_title(job), day=shop.today(), progress=progress)  # fmt: skip


def _labels(
    shop: Shop, job: Prepared, sheet: LabelSheet, pieces: Copied, progress: Progress
) -> card_press.Drawn:
    made = [_label(one, copy) for one, copy in pieces]
    return label_press.draw_addresses(
        made, sheet, start=job.start, title=_title(job), day=shop.today(), progress=progress
    )


def _gifts(
    shop: Shop, job: Prepared, sheet: LabelSheet, pieces: Copied, progress: Progress
) -> card_press.Drawn:
    designs = {one.occasion: texts.company_text(one.occasion, language()).design for one, _copy in pieces}
    made = [
        label_press.GiftLabel(one.card_no, one.name, one.salutation, occasion_words(one.occasion), one.gift,
                              shop.info.name, designs[one.occasion], copy)
        for one, copy in pieces
    ]  # fmt: skip
    return label_press.draw_gifts(
        made, sheet, start=job.start, title=_title(job), day=shop.today(), progress=progress
    )


def _vouchers(shop: Shop, job: Prepared, pieces: Sequence[Recipient], progress: Progress) -> card_press.Drawn:
    numbers = [one.enclosed for one in pieces]
    sql = f"SELECT number, value, minimum, valid_to FROM voucher WHERE number IN ({database.marks(numbers)})"
    known = {row[0]: row for row in database.rows(sql, numbers)}
    slips = [
        voucher_slips.Slip(
            one.card_no, one.name, one.salutation, row[0], row[1], row[2], database.as_day(row[3]) or one.day
        )
        for one, row in ((one, known[one.enclosed]) for one in pieces)
    ]
    return voucher_slips.draw(
        slips, shop_name=shop.info.name, title=_title(job), day=shop.today(), progress=progress
    )


def _shop_glyphs(shop: Shop, book: texts.Book, pieces: Sequence[Recipient]) -> tuple[MissingGlyphs, ...]:
    """Characters that the shop's own name or text brings along: they would be missing on every card."""
    used = {book.text(one.occasion, one.grade) for one in pieces}
    lacking = fonts.missing_glyphs(
        shop.info.name + "".join(text.all_words() for text in sorted(used, key=str))
    )
    return (MissingGlyphs("", shop.info.name, lacking),) if lacking else ()


def _label(one: Recipient, copy: bool) -> label_press.AddressLabel:
    return label_press.AddressLabel(one.card_no, one.name, one.salutation, one.postcode, one.address, copy)


def _title(job: Prepared) -> str:
    return f"{_(_WORDS[job.kind])} {_span(job)}"


def _span(job: Prepared) -> str:
    first, last = job.first.isoformat(), job.last.isoformat()
    return first if first == last else f"{first} – {last}"


def _printed_before(job: Prepared) -> set[tuple[int, str, date | None]]:
    """The letters of the span whose label has come out of a printer already."""
    days = [one.day for one in job.recipients]
    sql = (
        "SELECT i.customer_id, i.occasion, i.day FROM print_item i JOIN print_job j ON j.id = i.job_id"
        " WHERE j.kind = ? AND i.position <= j.printed AND i.day BETWEEN ? AND ?"
    )
    span = (database.day_value(min(days)), database.day_value(max(days)))
    return {(r[0], r[1], database.as_day(r[2])) for r in database.rows(sql, (job.kind.value, *span))}
