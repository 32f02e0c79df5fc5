"""Drawing a job before it is printed: nothing is written down, and what is wrong is known before paper is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from models import database
from models.kinds import PrintKind, Role
from services import settings
from services.errors import NotAllowed, Refused
from services.gifts.wording import occasion_words
from services.printing import cards as card_press
from services.printing import envelopes as envelope_press
from services.printing import fonts, label_sheets, ledger, recipients, texts
from services.printing import labels as label_press
from services.printing.recipients import MissingGlyphs, Recipient
from services.printing.rows import Prepared
from services.progress import Progress, silent
from services.rights import Right, require
from services.shop import Shop
from services.words import N_, _, language

_WORDS = {
    PrintKind.CARD: N_("节日与生日贺卡"),
    PrintKind.LABEL: N_("地址标签"),
    PrintKind.ENVELOPE: N_("信封"),
    PrintKind.GIFT_LABEL: N_("礼品标签"),
}


def prepare_cards(
    shop: Shop,
    first: date,
    last: date,
    occasion: str | None = None,
    layout: str = "A6",
    *,
    progress: Progress = silent,
) -> Prepared:
    """Draws the cards of everyone whose occasion falls in the span. Writes nothing. Raises Refused, Cancelled."""
    require(shop, Right.PRINT)
    if layout not in card_press.LAYOUTS:
        raise Refused("没有 {layout} 这种贺卡版式；可选 {known}。", field="layout", layout=layout,
                      known="、".join(card_press.LAYOUTS))  # fmt: skip
    found = recipients.in_span(shop, first, last, occasion)
    job = Prepared(PrintKind.CARD, layout, first, last, occasion or "", tuple(found), b"", 0)
    return _drawn(shop, job, progress)


def prepare_labels(
    shop: Shop,
    first: date,
    last: date,
    occasion: str | None = None,
    layout: str = "3x8",
    *,
    start: int = 1,
    progress: Progress = silent,
) -> Prepared:
    """Draws the address labels that belong to the cards of the span. Writes nothing. Raises Refused, Cancelled.

    Who has no address gets no label and is listed. A label that was printed before says 副本.
    """
    require(shop, Right.PRINT)
    label_sheets.sheet(layout)
    job = _to_addresses(shop, PrintKind.LABEL, layout, first, last, occasion)
    return _drawn(shop, replace(job, start=start), progress)


def prepare_envelopes(
    shop: Shop,
    first: date,
    last: date,
    occasion: str | None = None,
    layout: str = "DL",
    *,
    boxes: bool = True,
    progress: Progress = silent,
) -> Prepared:
    """Draws the envelopes of the cards of the span. Writes nothing. Raises Refused, Cancelled.

    `boxes`: blank envelopes, the six red boxes are drawn too. Who has no address gets none and is listed.
    """
    require(shop, Right.PRINT)
    envelope_press.size(layout)
    job = _to_addresses(shop, PrintKind.ENVELOPE, layout, first, last, occasion)
    return _drawn(shop, replace(job, boxes=boxes), progress)


def prepare_gift_labels(
    shop: Shop,
    first: date,
    last: date,
    occasion: str | None = None,
    layout: str = "3x7",
    *,
    start: int = 1,
    progress: Progress = silent,
) -> Prepared:
    """Draws a label for every approved gift of the span that waits to be handed out. Writes nothing. Raises Refused."""
    require(shop, Right.PRINT)
    label_sheets.sheet(layout)
    found = tuple(recipients.with_gifts(shop, first, last, occasion))
    job = Prepared(PrintKind.GIFT_LABEL, layout, first, last, occasion or "", found, b"", 0, start=start)
    return _drawn(shop, job, progress)


def _to_addresses(
    shop: Shop, kind: PrintKind, layout: str, first: date, last: date, occasion: str | None
) -> Prepared:
    """A job for those with an address; the others are listed."""
    found = recipients.in_span(shop, first, last, occasion)
    with_address = tuple(one for one in found if one.address.strip())
    lacking = tuple(one for one in found if not one.address.strip())
    return Prepared(
        kind, layout, first, last, occasion or "", with_address, b"", 0, missing_addresses=lacking
    )


def prepare_rest(
    shop: Shop, job_id: int, from_item: int | None = None, *, start: int = 1, progress: Progress = silent
) -> Prepared:
    """Draws what a recorded job still lacks: from piece `from_item` (1 = the first), else from the first unprinted.

    Raises Refused when the job is unknown or finished.
    """
    require(shop, Right.PRINT)
    row = ledger.job_of(shop, job_id)
    begin = row.printed + 1 if from_item is None else from_item
    if not 1 <= begin <= row.pieces:
        raise Refused("第 {id} 号打印任务共 {n} 份，已全部印完；要重印请指定从第几份开始。", field="from_item",
                      id=job_id, n=row.pieces)  # fmt: skip
    sql = "SELECT customer_id, occasion, day FROM print_item WHERE job_id = ? ORDER BY position"
    items = [(r[0], r[1], database.as_day(r[2])) for r in database.rows(sql, (job_id,))]
    first, last = row.first or date.min, row.last or date.min
    pieces = tuple(recipients.of_items(shop, items, gifts=row.kind == PrintKind.GIFT_LABEL))
    job = Prepared(row.kind, row.layout, first, last, row.occasion, pieces, b"", 0, start=start, from_item=begin, job_id=job_id)  # fmt: skip
    return _drawn(shop, job, progress)


def _drawn(shop: Shop, job: Prepared, progress: Progress) -> Prepared:
    """Fills in the PDF and what is wrong with it. A job without pieces stays without pages."""
    if job.kind not in _WORDS:
        raise Refused("这种打印任务不能续印，请重新打印。")
    pieces = job.recipients[job.from_item - 1 :]
    is_card = job.kind == PrintKind.CARD
    posted = job.kind in (PrintKind.LABEL, PrintKind.ENVELOPE)
    lacking = _shop_glyphs(shop, pieces, is_card) + recipients.missing_glyphs(pieces, addresses=posted)
    job = replace(job, missing_glyphs=lacking)
    if not pieces:
        return job
    if posted:
        _within_quota(shop, job, len(pieces))
    if is_card:
        drawn = _drawn_cards(shop, job, pieces, progress)
        job = replace(job, missing_addresses=tuple(one for one in pieces if not one.address.strip()))
    else:
        before = _printed_before(job)
        copies = [(one.customer_id, one.occasion, one.day) in before for one in pieces]
        draw = _drawn_addresses if posted else _drawn_gifts
        drawn = draw(shop, job, list(zip(pieces, copies, strict=True)), progress)
        job = replace(job, copies=sum(copies))
    return replace(job, pdf=drawn.paper.bytes(), pages=drawn.paper.pages, cut=drawn.cut)


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


def _drawn_cards(
    shop: Shop, job: Prepared, pieces: Sequence[Recipient], progress: Progress
) -> card_press.Drawn:
    words = card_texts({one.occasion for one in pieces})
    made = [_card(one, words[one.occasion]) for one in pieces]
    return card_press.draw(made, job.layout, shop_name=shop.info.name, title=_title(job), language=language(),
                           day=shop.today(), progress=progress)  # fmt: skip


def _drawn_addresses(
    shop: Shop, job: Prepared, pieces: Sequence[tuple[Recipient, bool]], progress: Progress
) -> card_press.Drawn:
    made = [_label(one, copy) for one, copy in pieces]
    if job.kind == PrintKind.ENVELOPE:
        sender = envelope_press.Sender(shop.info.name, shop.info.address, shop.info.postcode)
        return envelope_press.draw(made, job.layout, sender=sender, boxes=job.boxes, title=_title(job),
                                   day=shop.today(), progress=progress)  # fmt: skip
    return label_press.draw_addresses(made, label_sheets.sheet(job.layout), start=job.start, title=_title(job),
                                      day=shop.today(), progress=progress)  # fmt: skip


def _drawn_gifts(
    shop: Shop, job: Prepared, pieces: Sequence[tuple[Recipient, bool]], progress: Progress
) -> card_press.Drawn:
    designs = {one.occasion: texts.company_text(one.occasion, language()).design for one, _copy in pieces}
    made = [
        label_press.GiftLabel(one.card_no, one.name, one.salutation, occasion_words(one.occasion), one.gift,
                              shop.info.name, designs[one.occasion], copy)
        for one, copy in pieces
    ]  # fmt: skip
    return label_press.draw_gifts(made, label_sheets.sheet(job.layout), start=job.start, title=_title(job),
                                  day=shop.today(), progress=progress)  # fmt: skip


def card_texts(occasions: set[str]) -> dict[str, texts.CardText]:
    """The words of each occasion, the shop's own where it has some. Raises Refused when a file of the shop is wrong."""
    folder = settings.data_folder() / "cards"
    return {occasion: texts.shop_text(occasion, language(), folder) for occasion in occasions}


def _shop_glyphs(shop: Shop, pieces: Sequence[Recipient], is_card: bool) -> tuple[MissingGlyphs, ...]:
    """Characters that the shop's own name or text brings along: they would be missing on every card."""
    if not is_card or not pieces:
        return ()
    words = "".join(text.title + text.greeting + text.body + text.closing + text.signature
                    for text in card_texts({one.occasion for one in pieces}).values())  # fmt: skip
    lacking = fonts.missing_glyphs(shop.info.name + words)
    return (MissingGlyphs("", shop.info.name, lacking),) if lacking else ()


def _card(one: Recipient, words: texts.CardText) -> card_press.Card:
    return card_press.Card(one.card_no, one.name, one.title, one.occasion, one.day, words)


def _label(one: Recipient, copy: bool) -> label_press.AddressLabel:
    return label_press.AddressLabel(one.card_no, one.name, one.salutation, one.postcode, one.address, copy)


def _title(job: Prepared) -> str:
    return f"{_(_WORDS[job.kind])} {job.first.isoformat()} – {job.last.isoformat()}"


def _printed_before(job: Prepared) -> set[tuple[int, str, date | None]]:
    """The letters of the span whose label has come out of a printer already."""
    days = [one.day for one in job.recipients]
    if not days:
        return set()
    sql = (
        "SELECT i.customer_id, i.occasion, i.day FROM print_item i JOIN print_job j ON j.id = i.job_id"
        " WHERE j.kind = ? AND i.position <= j.printed AND i.day BETWEEN ? AND ?"
    )
    span = (database.day_value(min(days)), database.day_value(max(days)))
    return {(r[0], r[1], database.as_day(r[2])) for r in database.rows(sql, (job.kind.value, *span))}
