"""The receipt slip (签收单) of a gift: what the customer signs for, on a till roll or on A6 (spec 03, step 6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from models import database
from models.kinds import VoucherState
from services import formats, journal
from services.errors import Refused
from services.gifts.parcels import ParcelRow, chunks, parcels
from services.gifts.queries import month_of
from services.gifts.wording import handover_words, occasion_words, signed_words
from services.printing.slips import FORMATS, Gift, Slip
from services.rights import Right, require
from services.shop import Shop

_NUMBER = re.compile(r"\s*GL(\d{1,9})\s*", re.IGNORECASE)


def slip_number(line_id: int) -> str:
    """What the bars on the slip say: the line of the gift plan."""
    return f"GL{line_id:06d}"


def line_of_slip(text: str) -> int | None:
    """The line that a slip's number names, as typed or scanned; None for anything else."""
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else None


def slips(shop: Shop, line_ids: Sequence[int]) -> list[Slip]:
    """One slip for each customer and occasion among these lines, in their order. Refused without lines."""
    require(shop, Right.PRINT)
    rows = [row for row in parcels(shop, line_ids) if row is not None and row.gift_id is not None]
    if not rows:
        raise Refused("请先选一件礼品。", field="line")
    phones, vouchers = _phones(rows), _vouchers(rows)
    sets: dict[tuple[int, str, object], list[ParcelRow]] = {}
    for row in rows:
        sets.setdefault((row.customer_id, row.occasion, row.due), []).append(row)
    return [_slip(shop, parts, phones, vouchers) for parts in sets.values()]


def _slip(shop: Shop, parts: list[ParcelRow], phones: dict[int, str], vouchers: dict[int, list[str]]) -> Slip:
    from services.sheets.plan_code import plan_number

    first = parts[0]
    return Slip(
        shop_name=shop.info.name,
        card_no=first.card_no,
        name=first.name,
        phone=formats.masked(phones.get(first.customer_id, "")),
        occasion=occasion_words(first.occasion),
        due=first.due,
        gifts=tuple(Gift(row.gift, tuple(vouchers.get(row.id, ()))) for row in parts),
        plan=f"{plan_number(month_of(shop, first.plan_id) or '')}-{first.id}",
        number=slip_number(first.id),
        handover=handover_words(first.handover),
        to_door=first.to_door,
        place=first.place,
        way=first.way,
        signed=signed_words(first.signed) if first.signed else "",
        clerk=first.issued_by or (shop.actor.name if shop.actor else ""),
        day=first.issued_on or shop.today(),
        received_by=first.received_by,
    )


def pdf(shop: Shop, line_ids: Sequence[int], paper: str = "roll") -> bytes:
    """The slips as a PDF; `paper`: roll (80 mm wide, as high as needed) or a6."""
    from services.printing import slips as drawing

    if paper not in FORMATS:
        raise Refused("签收单只有 {known} 两种纸。", known="、".join(FORMATS), field="paper")
    found = slips(shop, line_ids)
    return drawing.draw(found, paper, day=shop.today()).paper.bytes()


def printed(shop: Shop, line_ids: Sequence[int], paper: str) -> None:
    """Writes to the journal that slips went to a printer or a file."""
    require(shop, Right.PRINT)
    with database.database.atomic():
        body = {"lines": list(line_ids)[:500], "count": len(line_ids), "paper": paper}
        journal.note(shop, "gift.slip_printed", "plan_line", line_ids[0] if line_ids else None, body=body)


def write(shop: Shop, line_ids: Sequence[int], out: Path | str, paper: str = "roll") -> int:
    """Saves the slips as PDF. Returns how many. Raises Refused, Unavailable."""
    from services.files import replacing

    made = pdf(shop, line_ids, paper)
    with replacing(out) as temporary:
        temporary.write_bytes(made)
    printed(shop, line_ids, paper)
    return len(slips(shop, line_ids))


def _phones(rows: Sequence[ParcelRow]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in chunks(sorted({row.customer_id for row in rows})):
        sql = (
            "SELECT customer_id, number FROM phone WHERE customer_id IN"
            f" ({database.marks(part)}) ORDER BY customer_id, position"
        )
        for customer, number in database.rows(sql, part):
            found.setdefault(customer, number)
    return found


def _vouchers(rows: Sequence[ParcelRow]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for part in chunks([row.id for row in rows]):
        sql = (
            "SELECT line_id, number FROM voucher WHERE state <> ? AND line_id IN"
            f" ({database.marks(part)}) ORDER BY id"
        )
        for line, number in database.rows(sql, (VoucherState.VOID.value, *part)):
            found.setdefault(line, []).append(number)
    return found
