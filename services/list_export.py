"""The list as it is seen, as a file: the columns shown, in their order, for the customers listed or selected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from models import database
from services import customer_list, export_pass, formats, journal
from services.customer_list import CustomerRow
from services.exports import Exported
from services.progress import Progress, silent
from services.rights import Right, require
from services.sheets import tables
from services.sheets.tables import Fen
from services.shop import Shop
from services.words import N_, _

_CHUNK = 1_000

COLUMNS: dict[str, tuple[str, Callable[[CustomerRow], Any]]] = {
    "name": (N_("姓名"), lambda row: row.name),
    "grade": (N_("等级"), lambda row: _("流失") if row.grade == "lost" else row.grade),
    "tail": (N_("手机"), lambda row: row.phone),
    "hint": (N_("近况"), lambda row: row.hint),
    "card_no": (N_("卡号"), lambda row: row.card_no),
    "birthday": (N_("生日"), lambda row: row.birthday),
    "spent": (N_("累计消费"), lambda row: Fen(row.spent)),
    "tickets": (N_("消费次数"), lambda row: row.tickets),
    "points": (N_("可用积分"), lambda row: row.points),
    "size": (N_("尺码"), lambda row: row.size),
    "visit": (N_("上次到店"), lambda row: row.last_visit),
    "bought": (N_("上次消费"), lambda row: row.last_purchase),
    "contact": (N_("上次联络"), lambda row: row.last_contact),
    "registered": (N_("登记日期"), lambda row: row.registered_on),
    "group": (N_("销售组"), lambda row: row.group),
    "clerk": (N_("负责店员"), lambda row: row.clerk),
}
"""Key of a column of the list → title, and the value of a row."""


def export(
    shop: Shop,
    ids: Sequence[int],
    columns: Sequence[str],
    target: Path | str,
    progress: Progress = silent,
    *,
    reason: str = "",
    pin: str = "",
    filtered: str = "",
) -> Exported:
    """Writes these customers with these columns, .xlsx or .csv. The act is kept with its rows and the file's SHA-256.

    The same bounds as for the whole table (spec 09 §3.9): the owner gets everything, with a reason and the PIN once
    more; a manager masked phones, no sizes and at most `safety.manager_export_rows` rows. `filtered`: what the list
    was narrowed to, in words. Raises Refused, Unavailable, Cancelled.
    """
    require(shop, Right.EXPORT)
    out = export_pass.permit(shop, len(ids), reason=reason, pin=pin, marked="tail" in columns)
    keys = [key for key in columns if key in COLUMNS and (out.full or key != "size")]

    def keep_trail(number: int, sha256: str) -> None:
        body = out.body(number, target, sha256, filter=filtered, columns=keys)
        with database.database.atomic():
            journal.note(shop, "export.list", "customers", body=body)

    rows = _rows(shop, ids, keys, out.full)
    if out.marks:
        rows = export_pass.mixed(rows, [_nobody(mark, keys) for mark in out.marks], len(ids), out.number)
    number, sha256 = tables.write(
        target,
        [_(COLUMNS[key][0]) for key in keys],
        rows,
        name=_("客户名单"),
        footer=out.footer,
        total=len(ids),
        progress=progress,
        written=keep_trail,
    )
    return Exported(number, str(target), sha256)


def _rows(shop: Shop, ids: Sequence[int], keys: Sequence[str], full: bool) -> Iterator[Sequence[Any]]:
    for at in range(0, len(ids), _CHUNK):
        for row in customer_list.rows(shop, list(ids[at : at + _CHUNK])):
            if row is not None:
                yield [_value(row, key, full) for key in keys]


def _nobody(mark: Sequence[str], keys: Sequence[str]) -> Sequence[Any]:
    known = {"card_no": mark[0], "name": mark[1], "tail": mark[2], "grade": "C", "tickets": 0, "points": 0}
    return [known.get(key, "") for key in keys]


def _value(row: CustomerRow, key: str, full: bool) -> Any:
    if key == "tail" and not full:
        return formats.masked(row.phone)
    return COLUMNS[key][1](row)
