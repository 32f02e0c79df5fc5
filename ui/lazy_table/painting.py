"""Cells painted by the theme."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from ui import theme
from ui.lazy_table.column import Column, Index, alignment
from ui.widgets.badge import paint_badge


class Painter(QStyledItemDelegate):
    """Paints cells by the theme's tokens: tones, bold names, badges as letters on a soft ground."""

    def __init__(self, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = columns

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        column = self._columns[index.column()]
        # Asked directly: every value that passes through Qt costs more than the rest of the cell.
        model = index.model()
        row = model.row(index.row())
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        box = option.rect
        if selected:
            painter.fillRect(box, theme.colour("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.colour("hover"))
        words = model.words(row, index.column())
        pad = theme.px(8)
        inner = box.adjusted(pad, 0, -pad, 0)
        if words:
            badge = column.badge(row) if column.badge and row is not None else None
            if badge:
                paint_badge(painter, inner, words, badge, option.font, column.align)
            else:
                tone = "muted" if row is None else (column.tone(row) if column.tone else None)
                painter.setPen(theme.tone(tone))
                font = QFont(option.font)
                if column.bold:
                    font.setWeight(QFont.Weight.DemiBold)
                painter.setFont(font)
                fitted = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
                painter.drawText(inner, alignment(column) | Qt.TextFlag.TextSingleLine, fitted)
        painter.setPen(theme.colour("line_soft"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if selected and index.column() == self._first(index) and option.widget and option.widget.hasFocus():
            painter.fillRect(QRect(box.left(), box.top(), theme.px(3), box.height()), theme.colour("accent"))

    def _first(self, index: Index) -> int:
        view = self.parent()
        return view.horizontalHeader().logicalIndex(0) if isinstance(view, QTableView) else 0

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        column = self._columns[index.column()]
        width = QFontMetrics(option.font).horizontalAdvance(index.data() or "") + theme.px(24)
        return QSize(max(width, theme.px(column.width // 2)), row_height())


def row_height() -> int:
    return round(theme.font_size() * 2.3)
