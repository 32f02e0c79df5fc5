"""What was printed, when, by whom: go on after a jam from a piece, or print some pieces once more."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from services import formats
from services.gifts.wording import occasion_words
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.printing import findings
from ui.printing.page_view import fit
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.printing.jobs import ItemRow, JobRow

_JOBS = 100
"""Jobs shown, the newest first."""


class History(Box):
    """Left the jobs, right the pieces of the one under the cursor."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("打印记录"), 900)
        self.context = context
        self.jobs: list[JobRow] = []
        self.items: list[ItemRow] = []
        self.table = LazyTable(context, "print_jobs", _("打印任务"), _job_columns(), multiple=False)
        self.table.set_empty(_("还没有打印过"), _("印过的贺卡、信封和标签都记在这里。"))
        self.pieces = LazyTable(context, "print_items", _("这个任务的每一份"), _item_columns())
        self.table.current_changed.connect(lambda _id: self._read_items())
        self.pieces.selection_changed.connect(lambda _n: self._tell())
        self.table.opened.connect(lambda _id: self.go_on())
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        row.addWidget(self.table, 6)
        row.addWidget(self.pieces, 5)
        self.body.addLayout(row, 1)
        self.layout().setStretchFactor(self.body, 1)
        self.rest = KeyButton("", "Ctrl+R", "primary", _("从选中的那一份接着印；没选就从第一份没印的开始"))
        self.again = KeyButton("", "Ctrl+D", "", _("把选中的几份再印一次，标签和信封上写“副本”"))
        self.rest.clicked.connect(self.go_on)
        self.again.clicked.connect(self.once_more)
        self.add_button(_("关闭"), self.reject)
        self.buttons.addWidget(self.again)
        self.buttons.addWidget(self.rest)
        fit(self, 1100, 560)
        self._tell()
        self.reload()
        self.table.setFocus()

    def reload(self) -> None:
        shop = self.context.shop

        def job(_progress: Any) -> list[JobRow]:
            from services.printing import jobs

            return jobs.recent(shop, _JOBS)

        self.context.read(job, self._show)

    def _show(self, found: list[JobRow]) -> None:
        current = self.table.current_id()
        self.jobs = found
        self.table.show_rows(found)
        if not (current and self.table.select_id(current)):
            self.table.select_first()
        self._read_items()

    def _job(self) -> JobRow | None:
        chosen = self.table.current_id()
        return next((job for job in self.jobs if job.id == chosen), None)

    def _read_items(self) -> None:
        shop, chosen = self.context.shop, self._job()
        if chosen is None:
            self._show_items([])
            return
        number = chosen.id

        def job(_progress: Any) -> list[ItemRow]:
            from services.printing import jobs

            return jobs.items(shop, number)

        self.context.read(job, self._show_items)

    def _show_items(self, found: list[ItemRow]) -> None:
        self.items = found
        self.pieces.show_rows(found, [item.position for item in found])
        self._tell()

    def _begin(self) -> int:
        """The piece to go on from: the selected one, else the first that is not printed."""
        chosen = list(self.pieces.selected_ids())
        job = self._job()
        if chosen:
            return int(min(chosen))
        return job.printed + 1 if job is not None and job.printed < job.pieces else 1

    def _tell(self) -> None:
        job, chosen = self._job(), list(self.pieces.selected_ids())
        known = job is not None and findings.can_be_resumed(job)
        self.rest.tell(_("从第 {n} 份接着印").format(n=self._begin()))
        self.rest.setEnabled(known)
        self.again.tell(_("重印选中的 {n} 份").format(n=len(chosen)))
        self.again.setEnabled(known and bool(chosen))

    def go_on(self) -> None:
        """From a piece of the job on, in the same job."""
        from services.printing.jobs import Wanted

        job = self._job()
        if job is not None and self.rest.isEnabled():
            self._print(Wanted(job.kind, job.layout, job_id=job.id, from_item=self._begin()))

    def once_more(self) -> None:
        """The selected pieces as a job of their own."""
        from services.printing.jobs import Wanted

        job = self._job()
        if job is not None and self.again.isEnabled():
            only = tuple(sorted(int(one) for one in self.pieces.selected_ids()))
            self._print(Wanted(job.kind, job.layout, job_id=job.id, only=only))

    def _print(self, wanted: Any) -> None:
        from ui.printing import dialog

        dialog.open_dialog(self.context, self, wanted.kind, fixed=wanted)
        self.reload()


def _job_columns() -> list[Column]:
    return [
        Column("id", N_("任务"), width=60, align="right", sort=False),
        Column("kind", N_("打印什么"), width=120, text=lambda row: findings.kind_words(row.kind), sort=False),
        Column("at", N_("时间"), width=130, text=_moment, tone=_muted, sort=False),
        Column("user", N_("打印人"), width=80, sort=False),
        Column("printed", N_("印了"), width=80, text=_count, tone=_short, align="right", sort=False),
        Column("file", N_("文件"), width=100, stretch=True, tone=_muted, sort=False),
    ]


def _item_columns() -> list[Column]:
    return [
        Column("position", N_("序"), width=50, align="right", sort=False),
        Column("name", N_("姓名"), width=100, bold=True, sort=False, hint=lambda row: row.card_no),
        Column(
            "occasion", N_("赠送事宜"), width=90, text=lambda row: occasion_words(row.occasion), sort=False
        ),
        Column("day", N_("日子"), width=110, text=lambda row: formats.day(row.day), tone=_muted, sort=False),
        Column("printed", N_("情况"), width=100, stretch=True, text=_state, tone=_tone, sort=False),
    ]


def _moment(row: JobRow) -> str:
    at = datetime.fromisoformat(row.at).replace(tzinfo=timezone.utc).astimezone()
    return f"{formats.short_day(at.date())} {at:%H:%M}"


def _muted(_row: Any) -> str:
    return "muted"


def _count(row: JobRow) -> str:
    return f"{row.printed} / {row.pieces}"


def _short(row: JobRow) -> str | None:
    return "warn" if row.printed < row.pieces else None


def _state(row: ItemRow) -> str:
    if row.posted_on is not None:
        return _("{day} 已寄出").format(day=formats.short_day(row.posted_on))
    return _("已印") if row.printed else _("未印")


def _tone(row: ItemRow) -> str:
    return "good" if row.posted_on else "muted" if row.printed else "warn"


def open_dialog(context: Context, parent: QWidget | None = None) -> None:
    """Opens the record of prints."""
    History(context, parent).exec()
