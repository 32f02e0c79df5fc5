"""A PDF on the screen, one page at a time: page n of m, zoom, all by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from services.words import _
from ui import theme
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.printing.preview import PageImage, Pages

ZOOMS = (0.25, 0.35, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
_SCREEN_DPI = 96
_FRAME = 16
"""Pixels that a window's own frame may take on each side."""


def fit(window: QWidget, wide: int, high: int) -> None:
    """Makes a window so large at the chosen font size, and no larger than the screen."""
    room = window.screen().availableGeometry()
    edge = 2 * _FRAME
    window.resize(min(theme.px(wide), room.width() - edge), min(theme.px(high), room.height() - edge))


def as_image(page: PageImage) -> QImage:
    """A drawn page as Qt's own picture, white where nothing is printed."""
    made = QImage(page.data, page.width, page.height, page.stride, QImage.Format.Format_RGB32)
    return made.copy()  # the bytes belong to Python


class PageView(QWidget):
    """Give it a PDF with `show_pdf`; `clear` with words to say why there is none."""

    page_changed = Signal(int)
    """From 0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: Pages | None = None
        self.page = 0
        self.zoom = 0.0
        """0: the whole page fits the window."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setWordWrap(True)
        self.area = QScrollArea()
        self.area.setObjectName("paper")
        self.area.setWidget(self.picture)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.StyledPanel)
        self.area.setAccessibleName(_("打印预览"))
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.installEventFilter(self)
        self.area.viewport().installEventFilter(self)
        layout.addWidget(self.area, 1)
        layout.addLayout(self._build_bar())
        self.clear("")

    def _build_bar(self) -> QBoxLayout:
        bar = self.bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        bar.setSpacing(theme.px(8))
        self.back = KeyButton(_("上一页"), "PgUp", "flat", _("看上一页"))
        self.next = KeyButton(_("下一页"), "PgDown", "flat", _("看下一页"))
        self.count = label("", "muted")
        self.smaller = KeyButton(_("缩小"), "Ctrl+-", "flat", _("缩小预览"))
        self.larger = KeyButton(_("放大"), "Ctrl+=", "flat", _("放大预览"))
        self.whole = KeyButton(_("整页"), "Ctrl+0", "flat", _("看到整页"))
        self.back.clicked.connect(lambda: self.go(self.page - 1))
        self.next.clicked.connect(lambda: self.go(self.page + 1))
        self.smaller.clicked.connect(lambda: self._step(-1))
        self.larger.clicked.connect(lambda: self._step(1))
        self.whole.clicked.connect(lambda: self._set_zoom(0.0))
        self.turn, self.zooms = QHBoxLayout(), QHBoxLayout()
        for row, widgets in (
            (self.turn, (self.back, self.count, self.next)),
            (self.zooms, (self.smaller, self.whole, self.larger)),
        ):
            row.setSpacing(theme.px(8))
            for widget in widgets:
                row.addWidget(widget)
        self.turn.addStretch()
        self.zooms.insertStretch(0)
        bar.addLayout(self.turn)
        bar.addLayout(self.zooms)
        return bar

    @property
    def pages(self) -> int:
        return self._pages.count if self._pages else 0

    def show_pdf(self, pdf: bytes) -> None:
        """Shows the first page. Raises Unavailable when it is no PDF."""
        from services.printing.preview import Pages

        self.close_pdf()
        self._pages = Pages(pdf)
        self.page = 0
        self._draw()

    def clear(self, words: str) -> None:
        """No page: `words` say why, or what to do."""
        self.close_pdf()
        self.picture.setPixmap(QPixmap())
        self.picture.setText(words)
        self._tell()

    def close_pdf(self) -> None:
        if self._pages is not None:
            self._pages.close()
        self._pages = None

    def go(self, page: int) -> None:
        """To page `page` (from 0), if there is one."""
        if 0 <= page < self.pages and page != self.page:
            self.page = page
            self._draw()
            self.area.verticalScrollBar().setValue(0)
            self.page_changed.emit(page)

    def _step(self, by: int) -> None:
        now = self.zoom or self._fitting()
        bigger = [zoom for zoom in ZOOMS if zoom > now * 1.01]
        smaller = [zoom for zoom in ZOOMS if zoom < now * 0.99]
        if by > 0 and bigger:
            self._set_zoom(bigger[0])
        elif by < 0 and smaller:
            self._set_zoom(smaller[-1])

    def _set_zoom(self, zoom: float) -> None:
        self.zoom = zoom
        self._draw()

    def _fitting(self) -> float:
        """The zoom at which the whole page is seen."""
        if self._pages is None:
            return 1.0
        wide, high = self._pages.size(self.page)
        room = self.area.viewport().size()
        edge = theme.px(16)
        scale = _SCREEN_DPI / 72
        return max(0.1, min((room.width() - edge) / (wide * scale), (room.height() - edge) / (high * scale)))

    def _draw(self) -> None:
        if self._pages is None:
            return
        ratio = self.devicePixelRatioF()
        zoom = self.zoom or self._fitting()
        picture = QPixmap.fromImage(as_image(self._pages.image(self.page, _SCREEN_DPI * zoom * ratio)))
        picture.setDevicePixelRatio(ratio)
        self.picture.setPixmap(picture)
        self._tell()

    def _tell(self) -> None:
        shown = self._pages is not None
        words = _("第 {n} 页 / 共 {all} 页").format(n=self.page + 1, all=self.pages) if shown else ""
        self.count.setText(words)
        self.area.setAccessibleDescription(words or self.picture.text())
        for widget in (self.back, self.count, self.next):
            widget.setVisible(self.pages != 1)
        self.back.setEnabled(shown and self.page > 0)
        self.next.setEnabled(shown and self.page + 1 < self.pages)
        for button in (self.smaller, self.larger, self.whole):
            button.setEnabled(shown)

    def _arrange_bar(self) -> None:
        """The zoom keys go below the page keys where both do not fit beside each other."""
        needed = self.turn.sizeHint().width() + self.zooms.sizeHint().width() + theme.px(16)
        ways = QBoxLayout.Direction
        self.bar.setDirection(ways.TopToBottom if needed > self.width() else ways.LeftToRight)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.area.viewport():
            self._arrange_bar()
            if not self.zoom:
                self._draw()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.pages:
            if event.key() == Qt.Key.Key_Home:
                self.go(0)
                return True
            if event.key() == Qt.Key.Key_End:
                self.go(self.pages - 1)
                return True
        return False
