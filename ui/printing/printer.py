"""To a printer: which one, how far it prints beside the mark, and the pages themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtWidgets import QWidget

from services.errors import Refused, Unavailable
from services.printing import envelopes as envelope_press
from services.printing import printers
from services.printing.feed import TURNS, Feed, Laid, laid
from services.printing.geometry import MM, Size
from services.printing.printers import Offset
from services.progress import Cancelled, Progress, silent
from services.words import _
from ui import dialogs
from ui.dialogs import Box
from ui.form import ChoiceField, Field, Form, TextField
from ui.printing.page_view import as_image
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

DPI = 300
"""Sharp enough for text this small; 600 takes four times as long and 140 MB a page."""
_MM = 25.4


@dataclass(frozen=True)
class Choice:
    """Where to print. `file`: into a PDF instead of a printer (tests)."""

    printer: str
    offset: Offset = Offset()
    feed: Feed = Feed()
    file: str = ""
    both_sides: str = ""
    """`short` or `long`: the edge over which the paper is turned; empty: one side."""


@dataclass(frozen=True)
class Sent:
    """How many pages went out, and whether somebody stopped it."""

    pages: int
    stopped: bool = False


def available() -> list[str]:
    """The names of this PC's printers, the one used last first."""
    from PySide6.QtPrintSupport import QPrinterInfo

    names = list(QPrinterInfo.availablePrinterNames())
    first = printers.last_used() or QPrinterInfo.defaultPrinterName()
    return sorted(names, key=lambda name: (name != first, names.index(name)))


def send(pdf: bytes, choice: Choice, title: str = "", on_page: Callable[[int], None] = lambda _done: None,
         progress: Progress = silent) -> Sent:  # fmt: skip
    """Prints every page; runs in a worker thread. `on_page(n)` after page n, `progress` between pages.

    Stop ends after the page that is being drawn: what went out stays counted. Raises Unavailable.
    """
    from services.printing.preview import Pages

    with Pages(pdf) as pages:
        wide, high = pages.size(0)
        lies = laid(Size(wide / MM, high / MM), choice.feed)
        printer = _printer(choice, lies.paper.points, title)
        painter = QPainter()
        if not painter.begin(printer):
            raise Unavailable(
                "打印机“{printer}”没有应答。请看看它是否开机、有没有纸，然后再打印。", printer=choice.printer
            )
        try:
            for page in range(pages.count):
                if page and not printer.newPage():
                    raise Unavailable("打印机“{printer}”在第 {page} 页停下了。处理好以后可以接着印。",
                                      printer=choice.printer, page=page + 1)  # fmt: skip
                _paint(painter, printer.resolution(), as_image(pages.image(page, DPI)), lies, choice.offset)
                on_page(page + 1)
                try:
                    progress(page + 1, pages.count)
                except Cancelled:
                    return Sent(page + 1, page + 1 < pages.count)
        finally:
            painter.end()
        return Sent(pages.count)


def _printer(choice: Choice, size: tuple[float, float], title: str):  # type: ignore[no-untyped-def]
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

    if choice.file:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(choice.file)
    else:
        printer = QPrinter(QPrinterInfo.printerInfo(choice.printer), QPrinter.PrinterMode.HighResolution)
    wide, high = size
    paper = QPageSize(
        QSizeF(min(wide, high), max(wide, high)),
        QPageSize.Unit.Point,
        "",
        QPageSize.SizeMatchPolicy.FuzzyMatch,
    )
    turned = QPageLayout.Orientation.Landscape if wide > high else QPageLayout.Orientation.Portrait
    printer.setPageLayout(QPageLayout(paper, turned, QMarginsF(0, 0, 0, 0)))
    printer.setFullPage(True)
    if title:
        printer.setDocName(title)
    sides = {
        "short": QPrinter.DuplexMode.DuplexShortSide,
        "long": QPrinter.DuplexMode.DuplexLongSide,
    }.get(choice.both_sides, QPrinter.DuplexMode.DuplexNone)
    printer.setDuplex(sides)
    return printer


def _paint(painter: QPainter, resolution: int, page: QImage, lies: Laid, offset: Offset) -> None:
    """The page turned about the middle of where it lies; the offset shifts the finished picture."""
    dots = resolution / _MM
    box = lies.box
    wide, high = (box.height, box.width) if lies.turn in (90, 270) else (box.width, box.height)
    painter.save()
    painter.translate(
        (offset.x + box.left + box.width / 2) * dots, (offset.y + box.top + box.height / 2) * dots
    )
    painter.rotate(lies.turn)
    painter.drawImage(QRectF(-wide / 2 * dots, -high / 2 * dots, wide * dots, high * dots), page)
    painter.restore()


class PrinterBox(Box):
    """Which printer, and its offset in mm."""

    def __init__(
        self, names: list[str], parent: QWidget | None = None, hint: str = "", paper: str = ""
    ) -> None:
        super().__init__(parent, _("选择打印机"), 460)
        self.names, self.paper = names, paper
        if hint:
            self.body.addWidget(label(hint, "muted", wrap=True))
        self.printer = ChoiceField("printer", _("打印机"), [(name, name) for name in names])
        tip = _("打出来偏左就写正数，偏右写负数")
        fields: list[Field] = [
            self.printer,
            TextField("x", _("向右移（毫米）"), code=True, length=6, tip=tip),
            TextField("y", _("向下移（毫米）"), code=True, length=6, tip=_("打出来偏上就写正数，偏下写负数")),
        ]
        self.form = Form(fields + _feed_fields() if paper else fields)
        self.body.addWidget(self.form)
        words = _("请在打印机设置里选“实际大小”或 100%，不要“适合页面”。")
        self.body.addWidget(label(words, "caption", wrap=True))
        tip = _("印一张带刻度的纸，用尺子量出该移多少")
        self.ruler = KeyButton(_("印校准页"), "F6", tip=tip)
        self.ruler.clicked.connect(self._print_ruler)
        self.buttons.insertWidget(0, self.ruler)
        self.add_button(_("取消"), self.reject)
        self.go = self.add_button(_("送去打印"), self._take, "primary")
        self.form.submitted.connect(self._take)
        self.printer.edited.connect(self._show_offset)
        self.chosen: Choice | None = None
        self._show_offset()
        self.go.setFocus()

    def _show_offset(self) -> None:
        shift = printers.offset(str(self.printer.value() or ""))
        self.form.field("x").show_value(f"{shift.x:g}")
        self.form.field("y").show_value(f"{shift.y:g}")
        if self.paper:
            way = printers.feed(str(self.printer.value() or ""), self.paper)
            self.form.field("turn").show_value(way.turn)
            self.form.field("side").show_value(way.side)

    def _print_ruler(self) -> None:
        """One page, at once: nothing is recorded, nobody is named on it."""
        from services.printing import ruler

        name = str(self.printer.value() or "")
        try:
            if self.paper:
                page = ruler.of_face(envelope_press.size(self.paper))
                way = Feed(self.form.field("turn").value(), self.form.field("side").value())
            else:
                page, way = ruler.draw(), Feed()
            send(page.bytes(), Choice(name, printers.offset(name), way), _("打印机校准页"))
        except Refused as error:
            self.form.show_error(error)
        except Unavailable as error:
            dialogs.tell(self, str(error), tone="bad")

    def _take(self) -> None:
        try:
            values = self.form.values()
            shift = Offset(_millimetres(values["x"], "x"), _millimetres(values["y"], "y"))
            way = Feed(values["turn"], values["side"]) if self.paper else Feed()
            if self.paper:
                laid(envelope_press.size(self.paper), way)
            printers.keep(values["printer"], shift, self.paper, way)
        except Refused as error:
            self.form.show_error(error)
            return
        self.chosen = Choice(values["printer"], shift, way)
        self.accept()


def _feed_fields() -> list[Field]:
    """How an envelope goes in; kept for each printer and format."""
    sides = [("own", _("按信封大小")), ("left", _("按 A4，信封靠左")), ("middle", _("按 A4，信封居中")),
             ("right", _("按 A4，信封靠右"))]  # fmt: skip
    turns = [(turn, _("{n} 度").format(n=turn)) for turn in TURNS]
    return [
        ChoiceField("turn", _("转动"), turns, tip=_("信封头朝哪边进纸；方向不对就换一个")),
        ChoiceField("side", _("进纸"), sides, tip=_("打印机不认信封尺寸时，按 A4 打，信封贴着那一边放")),
    ]


def _millimetres(words: str, field: str) -> float:
    try:
        return float(words.replace("，", ".").replace(",", ".") or 0)
    except ValueError:
        raise Refused("“{value}”不是毫米数，请写成 0.5 或 -1.2。", field=field, value=words) from None


def ask_printer(parent: QWidget | None, hint: str = "", paper: str = "") -> Choice | None:
    """Asks for a printer, and for an envelope (`paper`, its format) how it is fed.

    None when the person changed their mind or this PC has none (then it says so).
    """
    names = available()
    if not names:
        dialogs.tell(parent, _("这台电脑上没有打印机。请先存为 PDF，再拿到有打印机的电脑上打印。"))
        return None
    box = PrinterBox(names, parent, hint, paper)
    box.exec()
    return box.chosen
