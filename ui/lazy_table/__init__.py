"""LazyModel and LazyTable: all the ids, only the visible rows. A million rows scroll like twenty.

table = LazyTable(context, "customers", _("客户名单"), [
    Column("name", N_("姓名"), width=120),
    Column("grade", N_("等级"), width=64, badge=lambda row: row.grade),
    Column("spent", N_("消费"), width=110, align="right", text=lambda row: formats.money(row.spent)),
])
table.set_empty(_("还没有客户"), _("按 F7 登记第一位，或从菜单导入旧表格。"))
table.show_ids(ids, lambda some: customers.rows(shop, some))     # or table.show_rows(list_of_rows)
table.opened.connect(self._open)                                 # Enter or double click: the row's id
"""

from __future__ import annotations

from ui.lazy_table.column import ROW, Column, Index, alignment
from ui.lazy_table.copying import COPY_LIMIT, copy_text
from ui.lazy_table.model import PAGE, PAGES_KEPT, Fetch, LazyModel
from ui.lazy_table.painting import row_height
from ui.lazy_table.table import LazyTable

__all__ = [
    "COPY_LIMIT",
    "PAGE",
    "PAGES_KEPT",
    "ROW",
    "Column",
    "Fetch",
    "Index",
    "LazyModel",
    "LazyTable",
    "alignment",
    "copy_text",
    "row_height",
]
