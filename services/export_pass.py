"""Whether a table of customers may leave the shop, and what goes with it: PIN, reason, number, footer, watermark (09 §3.10)."""

from __future__ import annotations

import hashlib
import hmac
import random
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import database
from models.kinds import Role
from services import again, journal
from services.errors import Refused
from services.rights import Right, require
from services.rules import customer_data as data
from services.shop import Shop
from services.words import N_, _

_MOST_MARKS = 3
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "丽敏静秀娟艳芳霞玲桂英红梅兰燕云华萍莉蓉"


@dataclass(frozen=True)
class Pass:
    """One export that may go out."""

    number: str
    """Drawn for this file: stands in its footer and in the journal"""
    full: bool
    """Whole numbers, addresses and sizes: the owner's only"""
    reason: str
    footer: str
    marks: tuple[tuple[str, str, str], ...]
    """Card number, name and telephone of people who do not exist; empty unless the owner gave numbers for it"""

    def body(self, rows: int, target: Path | str, sha256: str, **facts: Any) -> dict[str, Any]:
        """What the journal keeps of it."""
        kept = {
            "number": self.number,
            "rows": rows,
            "file": Path(target).name,
            "sha256": sha256,
            "full": int(self.full),
            "reason": self.reason,
            "watermarks": [card for card, _name, _phone in self.marks],
            **facts,
        }
        return {key: value for key, value in kept.items() if value not in ("", [], None)}


def permit(shop: Shop, total: int, *, reason: str = "", pin: str = "", marked: bool = False) -> Pass:
    """The owner: with a reason and the PIN once more, everything. A manager: so many rows, telephones masked.

    `marked`: rows of customers with telephones, among which watermarks go. Raises NotAllowed, Refused; too large a
    manager's export is kept in the journal as a refused attempt.
    """
    require(shop, Right.EXPORT)
    assert shop.actor is not None
    full = shop.role is Role.OWNER
    words = data.short(reason, "reason")
    if full:
        if not words:
            raise Refused(N_("请写明为什么导出：原因记在操作记录里。"), field="reason")
        if shop.policy.privacy.pin_for_export:
            again.prove(shop, pin, Right.EXPORT)
    elif total > (most := shop.policy.safety.manager_export_rows):
        journal.refused(shop, "export_too_large")
        raise Refused(N_("共有 {n} 行，店长一次最多导出 {most} 行。请店主登录后导出。"), n=total, most=most)
    number = secrets.token_hex(3).upper()
    footer = _("熟客 导出 {day} {who} 编号 {number}").format(
        day=shop.today().isoformat(), who=shop.actor.name, number=number
    )
    marks = _marks(shop, number) if full and marked else ()
    return Pass(number, full, words, footer, marks)


def copied(shop: Shop, table: str, rows: int) -> None:
    """Rows of a table went to the clipboard. The window has hidden and counted them by role."""
    require(shop, Right.SEE)
    with database.database.atomic():
        journal.note(shop, "list.copied", "table", body={"table": table, "rows": rows})


def _marks(shop: Shop, number: str) -> tuple[tuple[str, str, str], ...]:
    """One to three people who do not exist, with the owner's own numbers: a call there tells which file leaked."""
    phones = [one for one in shop.policy.privacy.watermark_phones if one.strip()]
    chance = random.Random(_keyed(number))
    found = []
    for phone in phones[:_MOST_MARKS]:
        name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2))))
        middle = "".join(chance.choice("0123456789") for _digit in range(4))
        found.append((f"K{middle}{_check(middle)}", name, phone))
    return tuple(found)


def _keyed(text: str) -> str:
    key = str(database.value_of("SELECT secret FROM shop_info WHERE id = 1") or "")
    return hmac.new(key.encode(), f"watermark:{text}".encode(), hashlib.sha256).hexdigest()


def _check(middle: str) -> str:
    return f"{int(_keyed(middle)[:8], 16) % 10_000:04d}"


def is_mark(card_no: str, phones: Sequence[str], own: Sequence[str]) -> bool:
    """Whether a row of a sheet is one of our watermarks: then it is nobody, and not read in."""
    return (
        len(card_no) == 9
        and card_no[:1] == "K"
        and card_no[1:].isdigit()
        and bool(set(phones) & set(own))
        and card_no[5:] == _check(card_no[1:5])
    )


def mixed(
    rows: Iterator[Sequence[Any]], marks: Sequence[Sequence[Any]], total: int, number: str
) -> Iterator[Any]:
    """The rows with the watermarks among them, at places that the file's number says."""
    chance = random.Random(_keyed(f"places:{number}"))
    places = sorted(chance.randrange(max(total, 1)) for _mark in marks)
    waiting = list(zip(places, marks, strict=True))
    for place, row in enumerate(rows):
        while waiting and waiting[0][0] <= place:
            yield waiting.pop(0)[1]
        yield row
    for _place, mark in waiting:
        yield mark
