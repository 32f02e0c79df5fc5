"""A finished PDF shown before it is printed: pages, zoom, printer, save. For sheets, slips and lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from services.words import _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.printing import printer as printing
from ui.printing.page_view import PageView
from ui.printing.printer import Choice, Sent
from ui.widgets.key_button import KeyButton


class Preview(Box):
    """`save(path)` runs in the write line and writes the file itself, where that must be noted; else the PDF is copied.

    `printed()` runs in the write line once pages went to a printer, where that must be noted.
    """

    def __init__(
        self,
        context: Context,
        pdf: bytes,
        title: str,
        parent: QWidget | None = None,
        *,
        file_name: str = "",
        save: Callable[[Path], Any] | None = None,
        printed: Callable[[], Any] | None = None,
    ) -> None:
        super().__init__(parent, title, 900)
        self.context, self.pdf, self.title = context, pdf, title
        self._file_name, self._save = file_name or f"{title}.pdf", save
        self._note = printed
        self.view = PageView()
        self.view.setMinimumHeight(theme.px(420))
        self.body.addWidget(self.view, 1)
        self.layout().setStretchFactor(self.body, 1)
        self.add_button(_("关闭"), self.reject)
        self.save_button = KeyButton(_("存为 PDF…"), "Ctrl+S", tip=_("存成文件，可以发送或拿到别处打印"))
        self.print_button = KeyButton(_("打印…"), "Ctrl+P", "primary", _("送到打印机"), "printer")
        self.save_button.clicked.connect(self._ask_file)
        self.print_button.clicked.connect(self._ask_printer)
        for button in (self.save_button, self.print_button):
            self.buttons.addWidget(button)
        self.resize(theme.px(980), theme.px(640))
        self.view.show_pdf(pdf)
        self.view.area.setFocus()

    def _ask_file(self) -> None:
        path = dialogs.ask_path(
            self, _("存为 PDF"), save=True, suggested=self._file_name, kinds="PDF (*.pdf)"
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Writes the PDF, whole or not at all."""
        path = path if path.suffix.lower() == ".pdf" else path.with_name(path.name + ".pdf")
        pdf, save = self.pdf, self._save

        def job(_progress: Any) -> Path:
            if save is not None:
                save(path)
            else:
                from services.files import replacing

                with replacing(path) as temporary:
                    temporary.write_bytes(pdf)
            return path

        dialogs.work(self.context, self, _("正在存文件…"), job, self._saved, reads=save is None)

    def _saved(self, path: Path) -> None:
        self.context.say(_("已存为 {file}").format(file=path.name))

    def _ask_printer(self) -> None:
        choice = printing.ask_printer(self)
        if choice is not None:
            self.print_to(choice)

    def print_to(self, choice: Choice) -> None:
        """Sends all pages, with progress and Stop between pages."""
        pdf, title = self.pdf, self.title

        def job(progress: Any) -> Sent:
            return printing.send(pdf, choice, title, progress=progress)

        dialogs.work(self.context, self, _("正在打印…"), job, self._printed, reads=True)

    def _printed(self, sent: Sent) -> None:
        words = _("停在第 {n} 页。") if sent.stopped else _("已送去打印，共 {n} 页。")
        note = self._note
        if note is not None and sent.pages:
            self.context.write(lambda _progress: note(), said=words.format(n=sent.pages))
            return
        self.context.say(words.format(n=sent.pages), tone="info" if sent.stopped else "done")

    def done(self, result: int) -> None:
        self.view.close_pdf()
        super().done(result)


def show(
    context: Context,
    parent: QWidget | None,
    pdf: bytes | Path,
    title: str,
    *,
    file_name: str = "",
    save: Callable[[Path], Any] | None = None,
    printed: Callable[[], Any] | None = None,
) -> None:
    """Opens the preview of a finished PDF."""
    data = pdf if isinstance(pdf, bytes) else Path(pdf).read_bytes()
    Preview(context, data, title, parent, file_name=file_name, save=save, printed=printed).exec()
