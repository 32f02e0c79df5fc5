"""What an import did, in figures, and the way to the rows that were not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.imports.tables import refused_table
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.imports.plan import ImportPlan, ImportResult

_SKIPPED = {
    "blank": N_("空行 {n}"),
    "section": N_("小标题 {n}"),
    "header": N_("重复的标题行 {n}"),
    "total": N_("合计行 {n}"),
}


def figures_text(found: ImportPlan | ImportResult, *, planned: bool) -> str:
    """One sentence with all figures; they add up to the rows read."""
    words = (
        _("读到 {read} 行：将新增 {added}，更改 {changed}，不变 {unchanged}，不导入 {refused}")
        if planned
        else _("读到 {read} 行：已新增 {added}，更改 {changed}，不变 {unchanged}，没有导入 {refused}")
    )
    return words.format(**{name: f"{number:,}" for name, number in found.figures().items()})


def skipped_text(found: ImportPlan | ImportResult) -> str:
    """What was no record, and which columns were not used."""
    lines = []
    parts = [
        _(words).format(n=found.skipped[kind]) for kind, words in _SKIPPED.items() if found.skipped.get(kind)
    ]
    if parts:
        lines.append(_("不算记录的行：{parts}。").format(parts=_("、").join(parts)))
    if found.cannot_be_set:
        lines.append(_("文件不能设置的列，已忽略：{names}。").format(names=_("、").join(found.cannot_be_set)))
    others = [one for one in found.ignored if one not in found.cannot_be_set]
    if others:
        lines.append(_("没有用到的列：{names}。").format(names=_("、").join(others)))
    return "\n".join(lines)


class Result(QWidget):
    """The last page of the import window."""

    def __init__(self, context: Context, result: ImportResult, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.result = result
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(label(figures_text(result, planned=False), "number", wrap=True))
        notes = [skipped_text(result), *result.warnings]
        if result.graded:
            notes.append(_("等级已按今天重新整理。"))
        if result.backup:
            notes.append(_("导入前的账册已备份为 {file}。").format(file=result.backup))
        column.addWidget(label("\n".join(note for note in notes if note), "muted", wrap=True))
        if result.errors:
            column.addWidget(label(_("没有导入的行"), "section"))
            table = refused_table(result.errors)
            table.setMinimumHeight(theme.px(240))
            column.addWidget(table)
            row = QHBoxLayout()
            self.save = KeyButton(
                _("把这些行存成表格…"), "F7", tip=_("原来的各列加上行号和原因，改好后可以再导入")
            )
            self.save.clicked.connect(self._save)
            row.addWidget(self.save)
            row.addWidget(label(_("在表格里改好，再导入那个表格即可。"), "muted"))
            row.addStretch()
            column.addLayout(row)
        column.addStretch()

    def _save(self) -> None:
        stem = self.result.file.rsplit(".", 1)[0]
        suggested = str(self.result.parsed.path.with_name(_("{file}-没有导入的行.xlsx").format(file=stem)))
        path = dialogs.ask_path(
            self, _("把没有导入的行存到"), save=True, suggested=suggested, kinds="Excel (*.xlsx)"
        )
        if not path:
            return
        target = path if path.lower().endswith(".xlsx") else path + ".xlsx"
        result = self.result

        def job(progress: Any) -> int:
            from services.imports import refused

            return refused.write(result.parsed, result.errors, target, progress)

        def done(number: int) -> None:
            self.context.say(_("{n} 行已写入 {file}").format(n=number, file=target))

        dialogs.work(self.context, self, _("正在写表格…"), job, done, reads=True)
