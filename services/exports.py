"""Tables out of the shop as .xlsx or .csv: who may, what they see, and the trail of it (spec 07, 08; 09 §3.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import database
from models.kinds import Calendar, CustomerState
from services import export_pass, formats, journal
from services.errors import Refused
from services.progress import Progress, silent
from services.rights import Right, require
from services.sheets import tables
from services.sheets.tables import Fen
from services.shop import Shop
from services.words import N_, _


@dataclass(frozen=True)
class Exported:
    """What was written."""

    rows: int
    file: str
    sha256: str


@dataclass(frozen=True)
class _Table:
    """One kind of export: titles that reading in knows again, the count, and the rows."""

    words: str
    titles: tuple[str, ...]
    count: str
    rows: Callable[[bool], Iterator[Sequence[Any]]]
    """Called with `full`: an owner sees phones and sizes, a manager masked phones and no sizes (09 §3.9)"""


def kinds() -> tuple[str, ...]:
    """What can be exported."""
    return tuple(_TABLES)


def export(
    shop: Shop,
    kind: str,
    target: Path | str,
    progress: Progress = silent,
    only: Sequence[int] | None = None,
    *,
    reason: str = "",
    pin: str = "",
    filtered: str = "",
) -> Exported:
    """Writes one table. The act is kept with its number of rows, the filter and the file's SHA-256.

    The owner gets everything, with a reason and the PIN once more. A manager gets masked phones, no body sizes, and at
    most `safety.manager_export_rows` rows: with more the export is refused, for a customer list leaves the shop by the
    owner's hand only. `only`: these customers, for the table of customers; `filtered`: what chose them, in words.
    """
    require(shop, Right.EXPORT)
    table = _TABLES.get(kind)
    if table is None:
        raise Refused(N_("不能导出“{kind}”：可以导出 {kinds}。"), kind=kind, kinds="、".join(_TABLES))
    total = int(database.value_of(table.count) or 0) if only is None else len(only)
    out = export_pass.permit(shop, total, reason=reason, pin=pin, marked=kind == "customers")

    def keep_trail(number: int, sha256: str) -> None:
        body = out.body(number, target, sha256, filter=filtered)
        with database.database.atomic():
            journal.note(shop, f"export.{kind}", kind, body=body)

    rows = table.rows(out.full) if only is None else _customers(out.full, sorted(only))
    if out.marks:
        rows = export_pass.mixed(rows, [_nobody(shop, mark) for mark in out.marks], total, out.number)
    number, sha256 = tables.write(
        target,
        [_(title) for title in table.titles],
        rows,
        name=_(table.words),
        footer=out.footer,
        total=total,
        progress=progress,
        written=keep_trail,
    )
    return Exported(number, str(target), sha256)


_CUSTOMER_TITLES = (
    *(
        N_("卡号"),
        N_("姓名"),
        N_("性别"),
        N_("生日"),
        N_("电话"),
        N_("境外号码"),
        N_("身高"),
        N_("腰围"),
        N_("尺码"),
    ),
    *(N_("邮编"), N_("地址"), N_("喜欢的颜色"), N_("喜欢的款式"), N_("喜欢的风格"), N_("爱好"), N_("备注")),
    *(
        N_("来源"),
        N_("登记日期"),
        N_("方便联系时间"),
        N_("销售组"),
        N_("责任店员"),
        N_("原等级"),
        N_("当前等级"),
    ),
    *(N_("已得积分"), N_("现有积分"), N_("消费次数"), N_("消费总额"), N_("最近消费"), N_("最近到店")),
)
_CUSTOMERS = (
    "SELECT c.id, c.card_no, c.name, c.sex, c.birth_calendar, c.birth_month, c.birth_day, c.birth_leap, c.birth_year,"
    " c.height_cm, c.waist_cm, c.size, c.postcode, c.address, c.colours, c.styles, c.looks, c.hobbies, c.note,"
    " c.first_source, c.registered_on, c.preferred_time, COALESCE(g.name, ''), COALESCE(u.name, ''), c.old_grade,"
    " c.grade, c.state, c.points_earned, c.points_balance, c.tickets, c.paid_total, c.last_purchase, c.last_visit"
    " FROM customer c LEFT JOIN staff_group g ON g.id = c.group_id LEFT JOIN staff_user u ON u.id = c.clerk_id"
    # The state as an expression: SQLite must walk by id, not by the index on the state.
    " WHERE c.state || '' IN ('active', 'lost') AND c.id > ? ORDER BY c.id LIMIT ?"
)
_SOME = _CUSTOMERS.replace("c.id > ? ORDER BY c.id LIMIT ?", "c.id IN ({marks}) ORDER BY c.id")
_CHUNK = 2_000


def _parts(only: Sequence[int] | None) -> Iterator[list[tuple[Any, ...]]]:
    """Everybody, or these customers, some thousand at a time."""
    if only is not None:
        for at in range(0, len(only), _CHUNK):
            some = only[at : at + _CHUNK]
            yield database.rows(_SOME.format(marks=database.marks(some)), some)
        return
    last = 0
    while part := database.rows(_CUSTOMERS, (last, _CHUNK)):
        yield part
        last = part[-1][0]


def _customers(full: bool, only: Sequence[int] | None = None) -> Iterator[Sequence[Any]]:
    for part in _parts(only):
        numbers, foreign = _phones([row[0] for row in part])
        for row in part:
            shown = numbers.get(row[0], [])
            yield (
                row[1],
                row[2],
                _SEXES.get(row[3], ""),
                birthday_text(*row[4:9]),
                "、".join(shown if full else map(formats.masked, shown)),
                _("是") if row[0] in foreign else "",
                *((row[9], row[10], row[11]) if full else (None, None, "")),
                *row[12:20],
                database.as_day(row[20]),
                *row[21:25],
                _("流失") if row[26] == CustomerState.LOST else row[25],
                *row[27:30],
                Fen(row[30]),
                database.as_day(row[31]),
                database.as_day(row[32]),
            )


def _nobody(shop: Shop, mark: Sequence[str]) -> Sequence[Any]:
    """A watermark as a row among the customers."""
    card, name, phone = mark
    known = {
        N_("卡号"): card,
        N_("姓名"): name,
        N_("性别"): "女",
        N_("电话"): phone,
        N_("登记日期"): shop.today().replace(day=1),
        N_("当前等级"): "C",
        N_("已得积分"): 0,
        N_("现有积分"): 0,
        N_("消费次数"): 0,
        N_("消费总额"): Fen(0),
    }
    return [known.get(title, "") for title in _CUSTOMER_TITLES]


_SEXES = {"female": "女", "male": "男"}


def _phones(ids: Sequence[int]) -> tuple[dict[int, list[str]], set[int]]:
    numbers: dict[int, list[str]] = {}
    foreign: set[int] = set()
    sql = (
        'SELECT customer_id, number, "foreign" FROM phone'
        f" WHERE customer_id IN ({database.marks(ids)}) ORDER BY position, id"
    )
    for customer, number, abroad in database.rows(sql, ids):
        numbers.setdefault(customer, []).append(number)
        if abroad:
            foreign.add(customer)
    return numbers, foreign


def birthday_text(
    calendar: str | None, month: int | None, day: int | None, leap: object, year: int | None
) -> str:
    """A birthday as reading in understands it, whatever the language: `1990-05-03`, `5月3日`, `农历闰4月1日`."""
    if not calendar or not month or not day:
        return ""
    if calendar == Calendar.LUNAR:
        return f"农历{f'{year}年' if year else ''}{'闰' if leap else ''}{month}月{day}日"
    return f"{year:04d}-{month:02d}-{day:02d}" if year else f"{month}月{day}日"


_PURCHASE_TITLES = (
    *(N_("卡号"), N_("姓名"), N_("日期"), N_("小票号"), N_("货号"), N_("尺码"), N_("数量"), N_("吊牌价")),
    *(N_("实付金额"), N_("是否特价"), N_("备注")),
)


def _purchases(full: bool) -> Iterator[Sequence[Any]]:
    sql = (
        "SELECT p.id, c.card_no, c.name, p.day, t.number, p.item_no, p.size, p.quantity, p.list_price, p.paid,"
        " p.special_price, p.note FROM purchase p JOIN ticket t ON t.id = p.ticket_id"
        " JOIN customer c ON c.id = p.customer_id WHERE p.id > ? ORDER BY p.id LIMIT ?"
    )
    last = 0
    while part := database.rows(sql, (last, _CHUNK)):
        for row in part:
            size = row[6] if full else ""
            yield (
                *(
                    row[1],
                    row[2],
                    database.as_day(row[3]),
                    row[4],
                    row[5],
                    size,
                    row[7],
                    Fen(row[8]),
                    Fen(row[9]),
                ),
                *(_("是") if row[10] else "", row[11]),
            )
        last = part[-1][0]


_CONTACT_TITLES = (
    *(N_("卡号"), N_("姓名"), N_("应联络日"), N_("联络方式"), N_("主题"), N_("状态"), N_("联络日期")),
    *(N_("结果"), N_("下一步"), N_("责任店员")),
)


def _contacts(_full: bool) -> Iterator[Sequence[Any]]:
    sql = (
        "SELECT k.id, c.card_no, c.name, k.due, k.channel, k.topics, k.state, k.done_on, k.note, k.next_step,"
        " COALESCE(u.name, '') FROM contact k JOIN customer c ON c.id = k.customer_id"
        " LEFT JOIN staff_user u ON u.id = COALESCE(k.done_by_id, k.assignee_id) WHERE k.id > ? ORDER BY k.id LIMIT ?"
    )
    last = 0
    while part := database.rows(sql, (last, _CHUNK)):
        for row in part:
            yield *row[1:3], database.as_day(row[3]), *row[4:7], database.as_day(row[7]), *row[8:]
        last = part[-1][0]


_GIFT_TITLES = (
    *(
        N_("计划月份"),
        N_("卡号"),
        N_("姓名"),
        N_("等级"),
        N_("赠送事宜"),
        N_("日期"),
        N_("礼品"),
        N_("礼品类别"),
    ),
    *(N_("成本"), N_("赠送方式"), N_("状态"), N_("发放日期"), N_("执行人"), N_("说明")),
)


def _gifts(_full: bool) -> Iterator[Sequence[Any]]:
    sql = (
        "SELECT l.id, p.month, c.card_no, c.name, l.grade, l.occasion, l.due, COALESCE(g.name, ''),"
        " COALESCE(k.name, ''), l.cost, l.handover, l.status, l.issued_on, l.executor, l.reason FROM plan_line l"
        " JOIN gift_plan p ON p.id = l.plan_id JOIN customer c ON c.id = l.customer_id"
        " LEFT JOIN gift g ON g.id = l.gift_id LEFT JOIN gift_class k ON k.id = g.gift_class_id"
        " WHERE l.id > ? ORDER BY l.id LIMIT ?"
    )
    last = 0
    while part := database.rows(sql, (last, _CHUNK)):
        for row in part:
            yield (
                *(*row[1:6], database.as_day(row[6]), *row[7:9], Fen(row[9]), *row[10:12]),
                *(database.as_day(row[12]), *row[13:]),
            )
        last = part[-1][0]


_VOUCHER_TITLES = (
    *(
        N_("券号"),
        N_("面值"),
        N_("可抵"),
        N_("最低消费"),
        N_("状态"),
        N_("从哪天起"),
        N_("最后一天"),
        N_("卡号"),
    ),
    *(N_("姓名"), N_("用途"), N_("原因")),
)


def _vouchers(full: bool) -> Iterator[Sequence[Any]]:
    """A voucher's number is as good as money: a manager's sheet shows its last four digits."""
    from models.kinds import VoucherKind, VoucherState
    from services.voucher_words import kind_words, state_words

    sql = (
        "SELECT v.id, v.number, v.value, v.worth, v.minimum, v.state, v.valid_from, v.valid_to,"
        " COALESCE(c.card_no, ''), COALESCE(c.name, ''), v.kind, v.reason FROM voucher v"
        " LEFT JOIN customer c ON c.id = v.customer_id WHERE v.id > ? ORDER BY v.id LIMIT ?"
    )
    last = 0
    while part := database.rows(sql, (last, _CHUNK)):
        for row in part:
            yield (
                row[1] if full else "*" * (len(row[1]) - 4) + row[1][-4:],
                *(Fen(row[2]), Fen(row[3]), Fen(row[4]), state_words(VoucherState(row[5]))),
                *(database.as_day(row[6]), database.as_day(row[7]), *row[8:10]),
                *(kind_words(VoucherKind(row[10])), row[11]),
            )
        last = part[-1][0]


_TABLES = {
    "customers": _Table(
        N_("客户资料"),
        _CUSTOMER_TITLES,
        "SELECT COUNT(*) FROM customer WHERE state IN ('active', 'lost')",
        _customers,
    ),
    "purchases": _Table(N_("消费记录"), _PURCHASE_TITLES, "SELECT COUNT(*) FROM purchase", _purchases),
    "contacts": _Table(N_("联络记录"), _CONTACT_TITLES, "SELECT COUNT(*) FROM contact", _contacts),
    "gifts": _Table(N_("礼品台账"), _GIFT_TITLES, "SELECT COUNT(*) FROM plan_line", _gifts),
    "vouchers": _Table(N_("礼金券"), _VOUCHER_TITLES, "SELECT COUNT(*) FROM voucher", _vouchers),
}
