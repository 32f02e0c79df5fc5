"""Backups: what there is, a new one now, and putting one back."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from services import formats
from services.errors import ShopError
from services.rights import Right, may
from services.settings import file_of
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.settings import backup_words
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from ui.main_window import MainWindow


class Backups(Box):
    """Newest first. Restoring keeps the present as a backup first, and says so."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("备份与恢复"), 720)
        self.context = context
        self.chosen: Path | None = None
        self._backups: list[Any] = []
        words = _("每天第一次开店时自动备份，并当场验证。U 盘上再存一份请在“设置”里选文件夹。")
        self.body.addWidget(label(words, "muted", wrap=True))
        columns = [
            Column("day", N_("日期"), 170, text=lambda b: formats.day(b.day, year=True), bold=True),
            Column(
                "taken_at", N_("时间"), 80, text=lambda b: backup_words.local(b.taken_at).strftime("%H:%M")
            ),
            Column("reason", N_("为什么"), 110, text=lambda b: backup_words.reason(b.reason)),
            Column("customers", N_("客户"), 90, align="right", text=lambda b: _sum(b, "customers")),
            Column("tickets", N_("消费单"), 90, align="right", text=lambda b: _sum(b, "tickets")),
            Column(
                "file", N_("文件"), 220, text=lambda b: b.file.name, tone=lambda _b: "muted", stretch=True
            ),
        ]
        self.table = LazyTable(context, "backups", _("备份"), columns, multiple=False)
        self.table.setMinimumHeight(theme.px(280))
        self.table.set_empty(_("还没有备份"), _("按 F6 现在做一份。"))
        self.body.addWidget(self.table)
        self.drill = label("", "muted", wrap=True)
        self.body.addWidget(self.drill)
        row = QHBoxLayout()
        self.now = KeyButton(_("现在备份"), "F6", "primary", _("做一份备份并验证"))
        self.restore = KeyButton(
            _("恢复选中的…"), "F8", "danger", _("用这份备份代替现在的账册；现在的会先备份")
        )
        self.other = KeyButton(_("从文件恢复…"), tip=_("选一个备份文件，例如在 U 盘上"))
        self.now.clicked.connect(self._snapshot)
        self.restore.clicked.connect(self._restore_chosen)
        self.other.clicked.connect(self._restore_file)
        for button in (self.now, self.restore, self.other):
            row.addWidget(button)
        row.addStretch()
        self.body.addLayout(row)
        self.add_button(_("关闭"), self.reject)
        self._load()
        self.table.setFocus()

    def _load(self) -> None:
        self._backups = []
        if file_of(self.context.shop.url) is None:
            self.table.set_empty(
                _("由数据库服务器备份"), _("这个账册在 PostgreSQL 上，请用服务器自己的工具（pg_dump）。")
            )
        else:
            from services import backup, backup_drill

            last = backup_drill.last()
            self.drill.setText(backup_drill.words(self.context.shop))
            theme.kind(self.drill, "good" if last and last.ok else "bad" if last else "warn")
            self._backups = sorted(backup.listed(), key=lambda one: one.taken_at, reverse=True)
        on_file = bool(file_of(self.context.shop.url))
        self.now.setEnabled(on_file and may(self.context.shop, Right.BACKUP))
        allowed = on_file and may(self.context.shop, Right.RESTORE)
        self.restore.setEnabled(allowed and bool(self._backups))
        self.other.setEnabled(allowed)
        self.table.show_ids(array("q", range(1, len(self._backups) + 1)), self._rows)
        self.table.select_first()

    def _rows(self, ids: list[int]) -> list[Any]:
        return [self._backups[number - 1] for number in ids]

    def _snapshot(self) -> None:
        shop = self.context.shop

        def job(_progress: Any) -> Any:
            from services import backup

            return backup.begin(shop, "manual")

        dialogs.work(self.context, self, _("正在备份…"), job, self._copied)

    def _copied(self, waiting: Path) -> None:
        """The copy is made; opening and comparing it takes its time, and nobody needs to wait for that."""
        self.now.setEnabled(False)
        self.context.say(_("已复制，正在验证…"), tone="info")

        def job(_progress: Any) -> Any:
            from services import backup

            return backup.finish(waiting)

        self.context.tasks.read(job, self._taken, self._not_taken)

    def _not_taken(self, error: Exception) -> None:
        self.now.setEnabled(True)
        self.context.show_error(error)

    def _taken(self, taken: Any) -> None:
        self.now.setEnabled(True)
        self.context.say(_("已备份并验证：{file}").format(file=taken.file.name))
        self._load()

    def _restore_chosen(self) -> None:
        chosen = self.table.current_row()
        if chosen is not None:
            self._ask(chosen)

    def _restore_file(self) -> None:
        path = dialogs.ask_path(self, _("选一个备份文件"), kinds=_("备份 (*.db)"))
        if not path:
            return
        from services import backup
        from ui.first_start import unlock

        try:
            if unlock.with_key(self, Path(path)):
                self._ask(backup.read(Path(path)))
        except ShopError as error:
            dialogs.tell(self, str(error), tone="bad")

    def _ask(self, chosen: Any) -> None:
        from ui.restore import wizard

        self.chosen = wizard.ask(self.context, chosen, self)
        if self.chosen is not None:
            self.accept()


def _sum(backup: Any, name: str) -> str:
    """How many the backup holds; unknown in one taken before an upgrade."""
    sums = backup.sums
    number = sums.get(name, sums.get(name.removesuffix("s")))
    return "?" if number is None else f"{number:,}"


def open_dialog(context: Context, parent: MainWindow) -> None:
    box = Backups(context, parent)
    box.exec()
    if box.chosen is not None:
        from ui.restore.wizard import restore

        file = box.chosen
        QTimer.singleShot(0, parent, lambda: restore(parent, file))
