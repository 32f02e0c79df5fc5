"""检查: the owner's proofs of a month: reconciliation, signals, sample, and purchases beside the gifts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QToolButton, QVBoxLayout, QWidget

from services.rights import Right, may
from services.rules.gift_checks import month_before
from services.words import _
from ui import theme
from ui.context import Context
from ui.gifts.occasions import month_words
from ui.widgets.card import label
from ui.widgets.empty import EmptyState

if TYPE_CHECKING:
    from ui.gifts.checks_effect import EffectView
    from ui.gifts.checks_reconcile import ReconcileView
    from ui.gifts.checks_sample import SampleView
    from ui.gifts.checks_signals import SignalsView


class ChecksPage(QWidget):
    """For manager and owner. Its four views are made when the page is first looked at."""

    reconcile: ReconcileView
    signals: SignalsView
    sample: SampleView
    effect: EffectView

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.month = ""
        self.before = _arrow("‹", _("前一个月"), "Ctrl+PgUp")
        self.after = _arrow("›", _("后一个月"), "Ctrl+PgDown")
        self.title = label("", "heading")
        self.bar = QTabBar()
        self.bar.setAccessibleName(_("检查的内容"))
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        for number, (words, tip) in enumerate(
            (
                (_("对账"), _("计划、批准、发放、签收和库存对不对得上")),
                (_("信号"), _("值得看一眼的发放和库存")),
                (_("抽查"), _("程序抽出的礼品，打电话问客户收到没有")),
                (_("投入产出"), _("礼品的成本，和收礼客户之后买的")),
            ),
            1,
        ):
            self.bar.setTabToolTip(self.bar.addTab(words), f"{tip}  Ctrl+{number}")
        self.stack = QStackedWidget()
        self.denied = EmptyState()
        self.denied.tell(_("检查由店长和店主来做"), _("请有权限的人登录后再看。"))
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        for widget in (self.before, self.title, self.after):
            top.addWidget(widget)
        top.addSpacing(theme.px(12))
        top.addWidget(self.bar)
        top.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        column.addWidget(self.denied, 1)
        self.before.clicked.connect(lambda: self.show_month(_beside(self.month, -1)))
        self.after.clicked.connect(lambda: self.show_month(_beside(self.month, 1)))
        self.bar.currentChanged.connect(self._choose_view)
        self._add_keys()

    def _add_keys(self) -> None:
        for number in range(self.bar.count()):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self.bar.setCurrentIndex, number))

    def _build(self) -> None:
        from ui.gifts.checks_effect import EffectView
        from ui.gifts.checks_reconcile import ReconcileView
        from ui.gifts.checks_sample import SampleView
        from ui.gifts.checks_signals import SignalsView

        self.reconcile, self.signals = ReconcileView(self.context), SignalsView(self.context)
        self.sample, self.effect = SampleView(self.context), EffectView(self.context)
        for view in (self.reconcile, self.signals, self.sample, self.effect):
            self.stack.addWidget(view)

    def reload(self) -> None:
        """The page came to the front, or the books changed."""
        able = may(self.context.shop, Right.CHECK_LINES)
        for widget in (self.before, self.after, self.title, self.bar, self.stack):
            widget.setVisible(able)
        self.denied.setVisible(not able)
        if not able:
            return
        if not self.stack.count():
            self._build()
        self.show_month(self.month or month_before(self.context.today()))

    def show_month(self, month: str) -> None:
        self.month = month
        self.title.setText(month_words(month))
        self.after.setEnabled(month < f"{self.context.today():%Y-%m}")
        self._show_view(self.bar.currentIndex())

    def _show_view(self, number: int) -> None:
        if not self.stack.count():
            return
        self.stack.setCurrentIndex(number)
        view = self.stack.currentWidget()
        assert view is not None
        view.show_month(self.month)  # type: ignore[attr-defined]

    def _choose_view(self, number: int) -> None:
        self._show_view(number)
        if self.stack.count():
            self.stack.currentWidget().setFocus()


def _arrow(sign: str, words: str, key: str) -> QToolButton:
    button = QToolButton()
    button.setText(sign)
    button.setAccessibleName(words)
    button.setToolTip(f"{words}  {key}")
    button.setShortcut(QKeySequence(key))
    return button


def _beside(month: str, by: int) -> str:
    year, place = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + by, 12)
    return f"{year}-{place + 1:02d}"
