"""The rows about a gift's way to its customer: made when needed, read beside the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from models import database
from models.kinds import Handover
from services.gifts.rows import LineRow, read_lines
from services.rights import Right, require
from services.shop import Shop

_CHUNK = 5_000


@dataclass(frozen=True)
class Way:
    """How a gift travels: a carrier with its tracking number, or who of the shop brings it."""

    carrier: str = ""
    tracking: str = ""
    courier: str = ""


@dataclass(frozen=True)
class ParcelRow(LineRow):
    """A line with what happened to the gift so far."""

    packed_on: date | None = None
    packed_by: str = ""
    carrier: str = ""
    tracking: str = ""
    courier: str = ""
    received_by: str = ""
    received_on: date | None = None
    reminded_on: date | None = None
    returned_on: date | None = None
    postcode: str = ""
    address: str = ""

    @property
    def to_door(self) -> bool:
        """Whether it goes to the customer's address, by post or by hand."""
        return self.handover != Handover.COLLECT

    @property
    def place(self) -> str:
        """Postcode and address, where it goes there; empty where it is collected, or nobody asked for the address."""
        return " ".join(part for part in (self.postcode, self.address) if part) if self.to_door else ""

    @property
    def way(self) -> str:
        """Carrier and number, or who brings it."""
        return " ".join(part for part in (self.carrier, self.tracking, self.courier) if part)


def parcels(shop: Shop, ids: Sequence[int]) -> list[ParcelRow | None]:
    """The lines of these ids with their parcels, in their order; None for one that is gone."""
    require(shop, Right.SEE)
    known: dict[int, ParcelRow] = {}
    for part in chunks(ids):
        marks = database.marks(part)
        sql = (
            "SELECT p.line_id, p.packed_on, COALESCE(u.name, ''), p.carrier, p.tracking, p.courier, p.received_by,"
            " p.received_on, p.reminded_on, p.returned_on FROM gift_parcel p"
            f" LEFT JOIN staff_user u ON u.id = p.packed_by_id WHERE p.line_id IN ({marks})"
        )
        beside = {found[0]: found[1:] for found in database.rows(sql, part)}
        sql = (
            "SELECT l.id, c.postcode, c.address FROM plan_line l JOIN customer c ON c.id = l.customer_id"
            f" WHERE l.handover <> 'collect' AND l.id IN ({marks})"
        )
        places = {found[0]: found[1:] for found in database.rows(sql, part)}
        for line in read_lines(f"WHERE l.id IN ({marks})", part):
            known[line.id] = _joined(line, beside.get(line.id), places.get(line.id, ("", "")))
    return [known.get(number) for number in ids]


def _joined(line: LineRow, more: tuple[Any, ...] | None, place: Sequence[str]) -> ParcelRow:
    base = {one.name: getattr(line, one.name) for one in fields(LineRow)}
    base["postcode"], base["address"] = place
    if more is None:
        return ParcelRow(**base)
    packed, packer, carrier, tracking, courier, received_by, *days = more
    received, reminded, returned = (database.as_day(day) for day in days)
    return ParcelRow(
        **base,
        packed_on=database.as_day(packed),
        packed_by=packer,
        carrier=carrier,
        tracking=tracking,
        courier=courier,
        received_by=received_by,
        received_on=received,
        reminded_on=reminded,
        returned_on=returned,
    )


def change(ids: Sequence[int], what: str, params: Sequence[Any], only: str = "1 = 1") -> int:
    """`SET what` on the parcels of these lines, made where there are none; in the caller's transaction."""
    done = 0
    for part in chunks(ids):
        marks = database.marks(part)
        database.execute(
            "INSERT INTO gift_parcel (line_id, carrier, tracking, courier, received_by, wrong_codes, returned_from)"
            f" SELECT l.id, '', '', '', '', 0, '' FROM plan_line l WHERE l.id IN ({marks})"
            " ON CONFLICT (line_id) DO NOTHING",
            part,
        )
        sql = f"UPDATE gift_parcel SET {what} WHERE line_id IN ({marks}) AND {only}"
        done += database.execute(sql, (*params, *part))
    return done


def chunks(ids: Sequence[int]) -> Iterator[list[int]]:
    for at in range(0, len(ids), _CHUNK):
        yield list(ids[at : at + _CHUNK])
