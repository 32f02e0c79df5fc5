"""One line of a ticket while it is typed: item, size, price, special price, pieces."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from services.errors import Refused
from services.purchases import LineIn
from services.words import _, pgettext
from ui import theme
from ui.form import fen
from ui.widgets.line import Line


class LineInput(QObject):
    """The inputs of one line: item, size, price, special price, pieces."""

    edited = Signal()

    def __init__(self, number: int) -> None:
        super().__init__()
        self.item = Line(_("第{n}行 货号").format(n=number), code=True)
        self.item.setPlaceholderText(_("货号，或扫码"))
        self.item.setProperty("takes_scan", True)
        self.item.setMaxLength(40)
        self.item.setMinimumWidth(theme.px(88))
        self.size = Line(_("第{n}行 尺码").format(n=number), code=True)
        self.size.setPlaceholderText(_("尺码"))
        self.size.setMaxLength(20)
        self.size.setMaximumWidth(theme.px(80))
        self.price = Line(_("第{n}行 价格").format(n=number), code=True)
        self.price.setPlaceholderText(pgettext("till", "单价"))
        self.price.setMaxLength(14)
        self.price.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.price.setToolTip(_("吊牌价（元）；特价在后面加 *"))
        self.price.setMaximumWidth(theme.px(96))
        self.special = QCheckBox(_("特价"))
        self.special.setAccessibleName(_("第{n}行 特价").format(n=number))
        self.special.setToolTip(_("特价商品不再打折，也不送礼品。在价格后面加 * 也行。"))
        self.pieces = Line(_("第{n}行 件数").format(n=number), code=True)
        self.pieces.setText("1")
        self.pieces.setMaxLength(4)
        self.pieces.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.pieces.setMaximumWidth(theme.px(48))
        self.paid = QLabel()
        self.paid.setMinimumWidth(theme.px(76))
        self.paid.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for one in (self.item, self.size, self.price, self.pieces):
            one.textChanged.connect(self.edited)
        self.price.textEdited.connect(self._star)
        self.special.toggled.connect(self.edited)

    def widgets(self) -> tuple[QWidget, ...]:
        return self.item, self.size, self.price, self.special, self.pieces, self.paid

    def steps(self) -> tuple[Line, ...]:
        """Where Enter leads, one after the other."""
        return self.item, self.size, self.price

    def _star(self, words: str) -> None:
        if "*" in words:
            self.price.setText(words.replace("*", ""))
            self.special.setChecked(not self.special.isChecked())

    def empty(self) -> bool:
        return not (self.item.text().strip() or self.price.text().strip())

    def unpriced(self) -> bool:
        """The price is still to be typed."""
        return not self.price.text().strip()

    def value(self) -> LineIn:
        """What was typed. Raises Refused with `field`."""
        pieces = self.pieces.text().strip() or "1"
        if not pieces.isdigit():
            raise Refused("“{value}”不是整数。", field="quantity", value=pieces)
        amount = fen(self.price.text() or "-", "price")
        return LineIn(
            self.item.text().strip(), amount, int(pieces), self.size.text().strip(), self.special.isChecked()
        )

    def input_of(self, field: str) -> QWidget:
        return {"price": self.price, "quantity": self.pieces, "size": self.size}.get(field, self.item)
