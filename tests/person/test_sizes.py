"""Letters of 100 to 150 % on a counter's screen, in both languages: no word is cut, nothing leaves the screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QDialog,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTabBar,
    QToolButton,
    QWidget,
)

from models import database
from ui import app as ui_app
from ui import theme
from ui.widgets.fact import Elided, Fact

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(os.environ.get("QT_QPA_PLATFORM") != "xcb", reason="no (virtual) screen"),
]

WIDTH, HEIGHT = 1366, 768
SIZES = (14, 17, 21)


@pytest.fixture(params=["zh", "en"])
def language(request: Any) -> str:
    return str(request.param)


@pytest.fixture(params=SIZES)
def hands(request: Any, qapp: Any, language: str, at_counter: Any) -> Any:
    ui_app.speak(language)
    theme.apply(qapp, "light", request.param)
    return at_counter("店主")


def scrolls(widget: QWidget) -> bool:
    """Inside something that scrolls: it may be larger than what is seen."""
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def cut(window: QWidget) -> list[str]:
    """Labels and buttons with less room than their words need, and whatever leaves its window."""
    found = []
    for widget in window.findChildren(QWidget):
        if widget.window() is not window or not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        if isinstance(widget, QScrollArea) and widget.widget() is not None:
            over = widget.widget().width() - widget.viewport().width()
            if over > 0 and widget.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
                found.append(f"{widget.accessibleName() or 'scroll area'} hides {over} at the right")
        words = told(widget)
        if not words:
            continue
        if missing := lacks(widget):
            found.append(f"{type(widget).__name__} “{words}” {missing}")
        corner = widget.mapTo(window, widget.rect().bottomRight())
        if not scrolls(widget) and (corner.x() > window.width() or corner.y() > window.height()):
            found.append(f"{type(widget).__name__} “{words}” is outside")
    return found


def told(widget: QWidget) -> str:
    if isinstance(widget, QToolButton) and widget.parent().metaObject().className() == "QTabBar":
        return ""
    if isinstance(widget, (QLabel, QAbstractButton)):
        return widget.text()
    if isinstance(widget, QHeaderView) and widget.model() is not None:
        return "header"
    return "tabs" if isinstance(widget, QTabBar) else ""


def lacks(widget: QWidget) -> str:
    """How much room is missing, in words; empty when there is enough."""
    if isinstance(widget, (Elided, Fact)):
        return ""
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            needed, there = widget.heightForWidth(widget.width()), widget.height()
            return f"needs {needed} high, has {there}" if needed > there + 1 else ""
        needed, there = widget.sizeHint().width(), widget.width()
        if needed > there + 1:
            return f"needs {needed}, has {there}"
        tall = widget.fontMetrics().height()
        return f"is {widget.height()} high" if widget.height() + 2 < tall else ""
    if isinstance(widget, QAbstractButton):
        needed, there = widget.sizeHint().width(), widget.width()
        if needed > there + 1:
            return f"needs {needed}, has {there}"
        tall = widget.fontMetrics().height()
        return f"is {widget.height()} high" if widget.height() < tall else ""
    return ""


def page_of(hands: Any) -> Any:
    tab = hands.window.work.show_tab("customers")
    hands.window.context.open_customer(
        int(database.value_of("SELECT id FROM customer WHERE name = '王小丽'"))
    )
    hands.wait(lambda: tab._view is not None and tab.view.page is not None)
    return tab


def test_the_customers_tab(hands: Any) -> None:
    found: dict[str, list[str]] = {}

    def look(place: str) -> None:
        hands.settle()
        if wrong := cut(hands.window):
            found[place] = wrong

    tab = hands.window.work.show_tab("customers")
    look("nobody")
    tab.walk_in()
    look("walk-in")
    tab.walk_in_panel.leave()
    tab.register("13812345678")
    look("register")
    tab.form._blank()
    tab.form.left.emit()
    tab = page_of(hands)
    for number in range(tab.view.lanes.count()):
        tab.view.lanes.setCurrentIndex(number)
        look(f"lane {number}")
    tab.view.start_ticket()
    tab.view.ticket.scan("XF2301")
    tab.view.ticket.lines[0].price.setText("359")
    look("ticket")
    tab.view.ticket.leave()
    tab.visit_line.begin(tab.view.page.id)
    look("visit")
    tab.visit_line.leave()
    tab.list.bar.edit()
    look("filter")
    assert (hands.window.width(), hands.window.height()) == (WIDTH, HEIGHT)
    assert found == {}


def boxes(hands: Any) -> dict[str, Callable[[], QDialog]]:
    from ui.contacts.talk import TalkDialog
    from ui.customers.consent_dialog import ConsentBox
    from ui.customers.duplicates_dialog import Duplicates
    from ui.customers.merges_dialog import Merges
    from ui.customers.return_dialog import ReturnBox
    from ui.settings.groups import Groups
    from ui.vouchers.dialog import Vouchers
    from ui.vouchers.prices_dialog import Prices
    from ui.vouchers.redeem_dialog import Redeem

    tab = page_of(hands)
    context, window, page = hands.window.context, hands.window, tab.view.page
    return {
        "consent": lambda: ConsentBox(window, "王小丽", context.today()),
        "talk": lambda: TalkDialog(context, page.id, page.name, window),
        "return": lambda: ReturnBox(context, page.purchases[0]),
        "duplicates": lambda: Duplicates(context, window),
        "merges": lambda: Merges(context, window),
        "groups": lambda: Groups(context, window),
        "vouchers": lambda: Vouchers(context, window),
        "prices": lambda: Prices(context, window),
        "redeem": lambda: Redeem(context, window, page.id, page.name, page.points_balance),
    }


def test_the_dialogs_of_the_customers(hands: Any, qtbot: Any) -> None:
    found: dict[str, list[str]] = {}
    for name, make in boxes(hands).items():
        box = make()
        qtbot.addWidget(box)
        box.show()
        qtbot.waitExposed(box)
        hands.settle()
        QApplication.processEvents()
        wrong = cut(box)
        if box.frameGeometry().width() > WIDTH or box.frameGeometry().height() > HEIGHT:
            wrong.append(f"{box.width()} × {box.height()} is larger than the screen")
        if wrong:
            found[name] = wrong
        box.close()
    assert found == {}
