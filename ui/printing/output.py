"""A prepared job on its way to paper or a file: recorded first, counted page by page, in a worker thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from services import formats
from services.words import N_, _
from ui import dialogs
from ui.context import Context
from ui.printing import findings
from ui.printing import printer as printing
from ui.printing.printer import Choice, Sent

if TYPE_CHECKING:
    from services.printing.jobs import Prepared, PrintResult

TURNED = {"A5fold": "short", "2up": "long"}
"""Over which edge a sheet is turned for its second side."""
HINTS = {
    "A5fold": N_("双面打印，沿短边翻转，再对折。"),
    "2up": N_("双面打印，沿长边翻转，裁成两半后对折。"),
    "4up": N_("打印后沿十字线裁成四张。"),
}
Done = Callable[[int, bool], None]
"""Called with the job's number and whether everything came out."""


def hint(prepared: Prepared) -> str:
    """What to do with the paper."""
    return _(HINTS.get(prepared.layout, ""))


def glyphs_accepted(parent: QWidget, prepared: Prepared) -> bool:
    """Asks once where names can't be printed in full."""
    if not prepared.missing_glyphs:
        return True
    words = "\n".join(findings.glyphs(prepared, 12))
    return dialogs.ask(parent, _("有些字印不出来"), words, _("照样打印"))


def ask_file(context: Context, parent: QWidget, prepared: Prepared, done: Done) -> None:
    """Saves as PDF, once the person has named a file."""
    if not glyphs_accepted(parent, prepared):
        return
    name = f"{findings.kind_words(prepared.kind)} {formats.short_day(prepared.first)}.pdf"
    path = dialogs.ask_path(parent, _("存为 PDF"), save=True, suggested=name, kinds="PDF (*.pdf)")
    if path:
        save(context, parent, prepared, Path(path), done)


def save(context: Context, parent: QWidget, prepared: Prepared, path: Path, done: Done) -> None:
    """Saves the pages, and writes down for whom."""
    path = path if path.suffix.lower() == ".pdf" else path.with_name(path.name + ".pdf")
    shop = context.shop

    def job(progress: Any) -> PrintResult:
        from services.printing import jobs

        return jobs.save(shop, prepared, path, progress)

    def saved(result: PrintResult) -> None:
        context.say(_("已存为 {file}：{n} 份").format(file=Path(result.file).name, n=result.count))
        done(result.job_id, True)

    dialogs.work(context, parent, _("正在存文件…"), job, saved)


def ask_printer(context: Context, parent: QWidget, prepared: Prepared, done: Done) -> None:
    """Prints, once the person has chosen a printer."""
    if not glyphs_accepted(parent, prepared):
        return
    choice = printing.ask_printer(parent, hint(prepared), paper=findings.paper_key(prepared))
    if choice is not None:
        send(context, parent, prepared, choice, done)


def send(context: Context, parent: QWidget, prepared: Prepared, choice: Choice, done: Done) -> None:
    """Writes down for whom, prints page by page, and counts what came out."""

    def sent(found: tuple[Sent, int, int]) -> None:
        out, pieces, number = found
        if out.stopped:
            words = _("停在第 {page} 页，印了 {n} 份。要接着印，请在“任务”里选第 {job} 号。")
            context.say(words.format(page=out.pages, n=pieces, job=number), tone="info")
        else:
            words = _("已送去打印：{n} 份。卡纸了可以在“任务”里选第 {job} 号重印。")
            context.say(words.format(n=pieces, job=number))
        done(number, not out.stopped)

    job = partial(_printed, context.shop, prepared, choice)
    dialogs.work(context, parent, _("正在打印…"), job, sent, reads=True)


def _printed(shop: Any, prepared: Prepared, choice: Choice, progress: Any) -> tuple[Sent, int, int]:
    """In a worker thread: records first, counts each page, closes the job whatever happens."""
    from services.printing import jobs

    number = jobs.record(shop, prepared)
    done = prepared.from_item - 1

    def count(page: int) -> None:
        nonlocal done
        done = prepared.done_after(page)
        jobs.printed(shop, number, done, over=False)

    choice = replace(choice, both_sides=TURNED.get(prepared.layout, ""))
    try:
        sent = printing.send(prepared.pdf, choice, findings.kind_words(prepared.kind), count, progress)
    finally:
        jobs.printed(shop, number, done)
    return sent, done - prepared.from_item + 1, number
