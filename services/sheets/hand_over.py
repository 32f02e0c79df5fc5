"""The hand-over list 客户交接清单: what stands on it, whatever the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.errors import Refused
from services.formats import short_day
from services.words import N_, _

TITLE = N_("客户交接清单")
_COLUMNS = (
    ("done", N_("办妥"), 12.0),
    ("card_no", N_("卡号"), 22.0),
    ("name", N_("客户名"), 30.0),
    ("grade", N_("等级"), 13.0),
    ("phone", N_("电话"), 30.0),
    ("last_contact", N_("最近联络"), 24.0),
    ("tasks", N_("待办：联络、礼品、备注"), 93.0),
    ("birthday", N_("下次生日"), 36.0),
    ("served", N_("由前任接待"), 17.0),
)


@dataclass(frozen=True)
class ListLine:
    """One customer, in words."""

    card_no: str
    name: str
    grade: str
    phone: str
    last_contact: date | None
    tasks: str
    birthday: str
    served: int
    """Tickets that the one who leaves wrote: the higher, the more the customer is used to them"""


@dataclass(frozen=True)
class ListPart:
    """What one successor is given."""

    name: str
    group: str
    lines: tuple[ListLine, ...]
    mix: str
    contacts: int
    gifts: int


@dataclass(frozen=True)
class HandOverSheet:
    """The whole list. `planned`: nothing has been handed over yet."""

    leaver: str
    shop_name: str
    day: date
    by: str
    parts: tuple[ListPart, ...]
    planned: bool
    masked: bool
    """Telephone numbers are hidden in part, as in a manager's exports"""
    chain_head: str = ""

    def __post_init__(self) -> None:
        if not self.rows:
            raise Refused("没有要交接的客户，没有可打印的清单。")

    @property
    def rows(self) -> int:
        return sum(len(part.lines) for part in self.parts)


@dataclass(frozen=True)
class Column:
    """One column: its code, heading in the language spoken now, and width in mm; 277 mm in all."""

    code: str
    head: str
    width: float


def columns() -> tuple[Column, ...]:
    return tuple(Column(code, _(head), width) for code, head, width in _COLUMNS)


def title(sheet: HandOverSheet) -> str:
    return _("{title}（预览，尚未交接）").format(title=_(TITLE)) if sheet.planned else _(TITLE)


def facts(sheet: HandOverSheet, part: ListPart) -> tuple[str, ...]:
    """The small print under the title."""
    taker = f"{part.name}（{part.group}）" if part.group else part.name
    found = (
        _("店铺：{shop}").format(shop=sheet.shop_name),
        _("交出：{name}").format(name=sheet.leaver),
        _("接手：{name}").format(name=taker),
        _("{n} 位客户（{mix}）").format(n=len(part.lines), mix=part.mix),
        _("{n} 个待联络，{m} 件礼品待发").format(n=part.contacts, m=part.gifts),
        _("制表日期：{day}").format(day=sheet.day.isoformat()),
    )
    return found


def signatures(sheet: HandOverSheet, part: ListPart) -> tuple[str, ...]:
    """What is written before each line to sign on."""
    return (
        _("交出人（{name}）：").format(name=sheet.leaver),
        _("接手人（{name}）：").format(name=part.name),
        _("店长："),
        _("交接日期："),
    )


def foot_note(sheet: HandOverSheet) -> str:
    """Why a telephone number is not whole; who made the list."""
    made = _("制表：{name}").format(name=sheet.by)
    return f"{made}　{_('电话中间四位不印；完整号码在程序里查看。')}" if sheet.masked else made


def cell(line: ListLine, code: str) -> str:
    """What stands in a cell, as text."""
    if code == "done":
        return ""
    if code == "served":
        return _("{n} 次").format(n=line.served) if line.served else ""
    value = getattr(line, code)
    return short_day(value) if isinstance(value, date) else str(value or "")
