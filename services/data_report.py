"""A customer's own data as a file, on request (spec 08): all that the books hold of them, as JSON, PDF or xlsx."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models import database
from models.kinds import SmsState
from models.tables import TABLES
from services import formats, journal, merging
from services.customer_fields import FIELD_WORDS
from services.data_classes import CLASSES
from services.errors import Refused
from services.exports import birthday_text
from services.files import replacing
from services.rights import Right, require
from services.sheets import saving
from services.shop import Shop
from services.words import N_, _

ENDINGS = (".json", ".pdf", ".xlsx")
_FEN = frozenset(
    {"paid", "list_price", "voucher", "value", "worth", "minimum", "amount", "paid_total", "cost"}
)
_INTERNAL = frozenset(
    {
        *(
            "id",
            "version",
            "customer_id",
            "user_id",
            "key",
            "row_key",
            "pc",
            "live",
            "reversed",
            "code",
            "act",
        ),
        *("import_run_id", "plan_line_id", "message_id", "wording_id", "before", "after", "moved"),
    }
)
_SKIPPED = frozenset({"journal_body", "customer_merge", "not_same", "allocation_move"})
_ORDER = (
    *("phone", "remembered_day", "consent", "opt_out", "note", "ticket", "purchase", "visit", "point_entry"),
    *(
        "voucher",
        "redemption",
        "plan_line",
        "gift_parcel",
        "contact",
        "sms_message",
        "print_item",
        "grade_change",
    ),
)
TITLES = {
    "phone": N_("电话"),
    "remembered_day": N_("家人生日和纪念日"),
    "consent": N_("同意与拒绝"),
    "opt_out": N_("不要用的联络方式"),
    "note": N_("备注"),
    "ticket": N_("小票"),
    "purchase": N_("消费记录"),
    "visit": N_("到店"),
    "point_entry": N_("积分"),
    "voucher": N_("礼金券"),
    "redemption": N_("兑换"),
    "plan_line": N_("礼品"),
    "gift_parcel": N_("礼品寄送"),
    "contact": N_("联络"),
    "sms_message": N_("短信"),
    "print_item": N_("打印"),
    "grade_change": N_("等级变化"),
}
_COLUMNS = {
    "day": N_("日期"),
    "due": N_("应联络日"),
    "done_on": N_("联络日期"),
    "number": N_("号码"),
    "label": N_("名称"),
    "channel": N_("方式"),
    "given": N_("同意"),
    "way": N_("怎样表示"),
    "kind": N_("种类"),
    "text": N_("内容"),
    "paid": N_("实付金额"),
    "points": N_("积分"),
    "item_no": N_("货号"),
    "size": N_("尺码"),
    "quantity": N_("数量"),
    "list_price": N_("吊牌价"),
    "note": N_("说明"),
    "reason": N_("原因"),
    "value": N_("面值"),
    "worth": N_("可抵"),
    "valid_to": N_("最后一天"),
    "state": N_("状态"),
    "status": N_("状态"),
    "occasion": N_("赠送事宜"),
    "gift_id": N_("礼品"),
    "issued_on": N_("发放日期"),
    "topics": N_("主题"),
    "next_step": N_("下一步"),
    "handed_over_on": N_("交付日期"),
    "from_grade": N_("原等级"),
    "to_grade": N_("当前等级"),
    "received_on": N_("签收日期"),
    "received_by": N_("签收人"),
    "tracking": N_("运单号"),
    "calendar": N_("历法"),
    "month": N_("月"),
    "day_of_month": N_("日"),
    "year": N_("年"),
}
_SHOWN = {
    "phone": ("number",),
    "remembered_day": ("label", "calendar", "year", "month", "day"),
    "consent": ("day", "channel", "given", "way"),
    "opt_out": ("channel",),
    "note": ("day", "kind", "text"),
    "ticket": ("day", "number", "paid", "points"),
    "purchase": ("day", "item_no", "size", "quantity", "list_price", "paid", "note"),
    "visit": ("day", "note"),
    "point_entry": ("day", "kind", "points", "reason"),
    "voucher": ("number", "value", "worth", "valid_to", "state", "reason"),
    "redemption": ("day", "points"),
    "plan_line": ("due", "occasion", "gift_id", "status", "issued_on", "reason"),
    "gift_parcel": ("tracking", "received_by", "received_on"),
    "contact": ("due", "channel", "topics", "state", "done_on", "note", "next_step"),
    "sms_message": ("handed_over_on", "number", "text", "state"),
    "print_item": ("day", "occasion"),
    "grade_change": ("day", "from_grade", "to_grade", "reason"),
}
"""What people read of each table, in the PDF and the workbook; the JSON has every column."""


_STATUS = {
    "draft": N_("草拟"),
    "submitted": N_("待批准"),
    "approved": N_("待领"),
    "returned": N_("已退回"),
    "issued": N_("已发放"),
    "checked": N_("已核对"),
    "cancelled": N_("已取消"),
}
_NOTES = {
    "note": N_("说的话"),
    "family": N_("家里事"),
    "wish": N_("想要的"),
    "opinion": N_("意见"),
    "tried": N_("试穿未买"),
}
_POINTS = {
    "earned": N_("消费得分"),
    "redeemed": N_("兑换"),
    "adjusted": N_("调整"),
    "expired": N_("过期"),
    "owed": N_("退货所欠"),
}


@dataclass(frozen=True)
class DataReport:
    """All that is held of one customer."""

    card_no: str
    name: str
    day: date
    facts: tuple[tuple[str, str], ...]
    """Field in words, value"""
    tables: dict[str, list[dict[str, Any]]]


def gather(shop: Shop, customer_id: int) -> DataReport:
    """Everything about one customer, with records merged into theirs. Raises Refused; needs the right ASK_ERASE."""
    require(shop, Right.ASK_ERASE)
    facts = _facts(customer_id)
    ids = [customer_id, *merging.records_of(customer_id)]
    tables: dict[str, list[dict[str, Any]]] = {}
    names = [table._meta.table_name for table in TABLES]
    for table in sorted(names, key=lambda one: (_place(one), one)):
        classes = CLASSES.get(table)
        if classes is None or not classes.owner or table in _SKIPPED or table == "customer":
            continue
        rows = _rows(table, classes.owner, ids)
        if rows:
            tables[table] = rows
    found = database.row("SELECT card_no, name FROM customer WHERE id = ?", (customer_id,))
    assert found is not None
    return DataReport(found[0], found[1], shop.today(), facts, tables)


def _place(table: str) -> int:
    return _ORDER.index(table) if table in _ORDER else len(_ORDER)


def _facts(customer_id: int) -> tuple[tuple[str, str], ...]:
    names = [
        name for name in FIELD_WORDS if name not in ("phones", "birthday", "referred_by", "group", "clerk")
    ]
    columns = ", ".join(f"c.{name}" for name in names)
    row = database.row(
        f"SELECT {columns}, c.state, c.birth_calendar, c.birth_month, c.birth_day, c.birth_leap, c.birth_year,"
        " COALESCE(g.name, ''), COALESCE(u.name, ''), c.registered_on, c.data_source, c.grade, c.points_balance,"
        " c.tickets, c.paid_total FROM customer c LEFT JOIN staff_group g ON g.id = c.group_id"
        " LEFT JOIN staff_user u ON u.id = c.clerk_id WHERE c.id = ?",
        (customer_id,),
    )
    if row is None or row[len(names)] not in ("active", "lost"):
        raise Refused("没有这位客户，或资料已合并、删除。")
    facts = [(_(FIELD_WORDS[name]), _fact(name, value)) for name, value in zip(names, row, strict=False)]
    rest = row[len(names) + 1 :]
    facts.append((_(FIELD_WORDS["birthday"]), birthday_text(*rest[:5])))
    facts += [
        (_(FIELD_WORDS["group"]), rest[5]),
        (_(FIELD_WORDS["clerk"]), rest[6]),
        (_("登记日期"), str(database.as_day(rest[7]) or "")),
        (_("来源"), rest[8]),
        (_("当前等级"), rest[9]),
        (_("现有积分"), str(rest[10])),
        (_("消费次数"), str(rest[11])),
        (_("消费总额"), formats.money(rest[12])),
    ]
    return tuple((words, value) for words, value in facts if value)


def _fact(name: str, value: Any) -> str:
    if name == "sex":
        return _({"female": N_("女"), "male": N_("男")}.get(value, "")) if value != "unknown" else ""
    return _cell("customer", "channel", value) if name == "preferred_channel" else str(value or "")


def _rows(table: str, owner: str, ids: Sequence[int]) -> list[dict[str, Any]]:
    model = next(one for one in TABLES if one._meta.table_name == table)
    columns = [one.column_name for one in model._meta.sorted_fields if one.column_name not in _INTERNAL]
    names = ", ".join(f'"{one}"' for one in columns)
    params = list(ids) * owner.count("{ids}")
    order = ' ORDER BY "day"' if "day" in columns else ""
    sql = f"SELECT {names} FROM {table} WHERE {owner.format(ids=database.marks(ids))}{order}"
    gifts: dict[int, str] = {}
    if "gift_id" in columns:
        gifts = dict(database.rows("SELECT id, name FROM gift"))
    found = []
    for row in database.rows(sql, params):
        values = dict(zip(columns, row, strict=True))
        for name, value in values.items():
            if name in _FEN and value is not None:
                values[name] = formats.yuan(value)
            elif name == "gift_id":
                values[name] = gifts.get(value, "")
            elif hasattr(value, "isoformat"):
                values[name] = value.isoformat()
        found.append(values)
    return found


def write(shop: Shop, customer_id: int, target: Path | str) -> DataReport:
    """Writes the report; the ending says how: .json, .pdf or .xlsx. The act is kept. Raises Refused, Unavailable."""
    target = Path(target)
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise Refused(
            N_("只能存为 .json、.pdf 或 .xlsx，请改文件名“{file}”的扩展名。"), file=target.name, field="out"
        )
    found = gather(shop, customer_id)
    with database.database.atomic():
        body = {"file": target.name, "rows": sum(map(len, found.tables.values()))}
        journal.note(shop, "customer.data_given", "customer", customer_id, customer_id=customer_id, body=body)
    if ending == ".json":
        with replacing(target) as temporary:
            temporary.write_text(
                json.dumps(as_json(found), ensure_ascii=False, indent=1, default=str), "utf-8"
            )
    elif ending == ".pdf":
        _pdf(shop, found, target)
    else:
        _xlsx(shop, found, target)
    return found


def as_json(found: DataReport) -> dict[str, Any]:
    return {
        "card_no": found.card_no,
        "name": found.name,
        "day": found.day.isoformat(),
        "facts": dict(found.facts),
        **found.tables,
    }


def _shown(table: str, rows: Sequence[dict[str, Any]]) -> tuple[tuple[str, ...], list[list[str]]]:
    columns = _SHOWN[table]
    titles = tuple(
        _(_COLUMNS["day_of_month" if column == "day" and table == "remembered_day" else column])
        for column in columns
    )
    return titles, [[_cell(table, column, row.get(column)) for column in columns] for row in rows]


def _cell(table: str, column: str, value: Any) -> str:
    """A value as people read it."""
    from models.kinds import Channel, ContactState, Topic, VoucherState
    from services.contact_notes import CHANNEL_WORDS
    from services.contact_words import STATE_WORDS, TOPIC_WORDS, occasion_words
    from services.sms.words import state_words
    from services.voucher_words import state_words as voucher_words

    if value in (None, ""):
        return ""
    if column == "given":
        return _("是") if value else _("否")
    text = str(value)
    try:
        if column == "channel":
            return _(CHANNEL_WORDS[Channel(text)])
        if column == "topics":
            return _("、").join(_(TOPIC_WORDS[Topic(one)]) for one in text.split(","))
        if column == "occasion":
            return str(occasion_words(text))
        if column == "state" and table == "contact":
            return _(STATE_WORDS[ContactState(text)])
        if column == "state" and table == "voucher":
            return voucher_words(VoucherState(text))
        if column == "state" and table == "sms_message":
            return state_words(SmsState(text))
        known = {**_STATUS, **_NOTES, **_POINTS, "solar": N_("公历"), "lunar": N_("农历")}
        if column in ("status", "kind", "calendar") and text in known:
            return _(known[text])
    except (ValueError, KeyError):
        return text
    return text


def _why(shop: Shop) -> str:
    return _("应本人要求，列出 {shop} 账册里关于您的全部资料。请核对，有错可以要求更正或删除。").format(
        shop=shop.info.name
    )


def _pdf(shop: Shop, found: DataReport, target: Path) -> None:
    from services.sheets.letter import Grid, Heading, Letter, Paragraph, draw

    parts: list[Any] = [Paragraph(_why(shop)), Grid(found.facts, shares=(1, 3))]
    for table in _ORDER:
        if rows := found.tables.get(table):
            titles, cells = _shown(table, rows)
            parts += [Heading(f"{_(TITLES[table])}（{len(rows)}）"), Grid(cells, titles)]
    facts = (
        _("卡号：{card_no}").format(card_no=found.card_no),
        _("日期：{day}").format(day=found.day.isoformat()),
    )
    small = _("个人资料，请妥善保管")
    draw(Letter(_("您在本店的资料"), facts, parts, shop.info.name, found.day, small)).save(target)


def _xlsx(shop: Shop, found: DataReport, target: Path) -> None:
    from openpyxl import Workbook

    from services.sheets.tables import text_cell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("资料"))
    sheet.append([text_cell(sheet, _why(shop))])
    for words, value in found.facts:
        sheet.append([text_cell(sheet, words), text_cell(sheet, value)])
    for table in _ORDER:
        if rows := found.tables.get(table):
            titles, cells = _shown(table, rows)
            page = book.create_sheet(_(TITLES[table])[:31])
            page.append([text_cell(page, one) for one in titles])
            for row in cells:
                page.append([text_cell(page, one) for one in row])
    with replacing(target) as temporary:
        saving.save(book, temporary)
