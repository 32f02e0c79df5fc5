"""What the editors of prints share: left what is typed, right how it prints; kept as a version, with undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from services.errors import Refused
from services.words import _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import Form
from ui.printing.page_view import PageView, fit
from ui.widgets.card import scrolled
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.printing.setups import Saved


class Editor(Box):
    """A subclass gives `form`, builds the left side, and draws."""

    form: Form

    def __init__(self, context: Context, parent: QWidget | None, title: str, wait: int) -> None:
        """`wait`: milliseconds after the last key before it is drawn anew."""
        super().__init__(parent, title, 900)
        self.context = context
        self._wait = QTimer(self, singleShot=True, interval=wait)
        self._wait.timeout.connect(self.draw)
        self.view = PageView()

    def draw(self) -> None:
        raise NotImplementedError

    def _load(self) -> None:
        raise NotImplementedError

    def _lay_out(self, side: QWidget, left: int, right: int, size: tuple[int, int]) -> None:
        """The two halves as `left` to `right`; `size` in px, cut to the screen."""
        area = scrolled(side)
        area.setMinimumWidth(theme.px(480))
        columns = QHBoxLayout()
        columns.setSpacing(theme.px(16))
        columns.addWidget(area, left)
        columns.addWidget(self.view, right)
        self.body.addLayout(columns, 1)
        self.layout().setStretchFactor(self.body, 1)
        fit(self, *size)

    def _add_save(self, tip: str, save: Callable[[], None]) -> None:
        """Close, and the button that keeps what is typed, as the last two."""
        self.add_button(_("关闭"), self.reject)
        self.save = KeyButton(_("保存"), "Ctrl+S", "primary", tip)
        self.save.clicked.connect(save)
        self.buttons.addWidget(self.save)

    def _write(self, job: Callable[[], Saved], said: str, undone: str) -> None:
        """Keeps it with an undo that puts the former version back; what is wrong stands beside its field."""
        from services.printing import setups

        shop = self.context.shop

        def undo(saved: Saved) -> None:
            self.context.write(lambda _progress: setups.back(shop, saved), said=undone)

        self.context.write(
            lambda _progress: job(),
            lambda _saved: self._load(),
            said=said,
            undo=undo,
            on_error=self._failed,
        )

    def _failed(self, error: Exception) -> None:
        if not (isinstance(error, Refused) and self.form.show_error(error)):
            self.context.show_error(error)

    def done(self, result: int) -> None:
        self._wait.stop()
        self.view.close_pdf()
        super().done(result)
