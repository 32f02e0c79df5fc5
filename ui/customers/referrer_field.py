"""介绍人: typed as in the search box — card number, telephone, name, pinyin — and chosen where several fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from services.errors import Refused
from services.words import _
from ui.context import Context
from ui.customers.words import grade_words
from ui.form import TextField

OFFERED = 8


class ReferrerField(TextField):
    """Shows `王小丽 K00012`. What is typed over it is looked up when the field is left."""

    def __init__(self, context: Context, name: str, label: str) -> None:
        super().__init__(name, label, length=60)
        self.context = context
        self.line.setPlaceholderText(_("卡号、手机、姓名、拼音"))
        self.line.setToolTip(_("谁介绍来的：输入卡号、手机尾号、姓名或拼音，有几位时再选"))

    def look_up(self, own: int, chosen: Callable[[int | None], None], failed: Callable[[str], None]) -> None:
        """Asks who is meant: `chosen` gets the id (None for an empty field), `failed` the sentence to show."""
        words = str(self.value())
        if not words:
            chosen(None)
            return
        shop = self.context.shop

        def search(_progress: Any) -> list[Any]:
            from services.customers import by_card
            from services.find import find

            found = [row for row in find(shop, words, OFFERED) if row.id != own]
            try:
                card = by_card(words)
            except Refused:
                return found
            return [row for row in found if row.id == card] or found

        def answer(rows: list[Any]) -> None:
            if not rows:
                failed(_("没有找到“{words}”。换卡号、手机尾号或拼音试试。").format(words=words[:20]))
            elif len(rows) == 1:
                chosen(rows[0].id)
            else:
                failed(_("有 {n} 位，请选一位。").format(n=len(rows)))
                self.offer(rows, chosen)

        self.context.read(search, answer)

    def offer(self, rows: Sequence[Any], chosen: Callable[[int | None], None]) -> None:
        """A short menu below the field. Tests replace it."""
        menu = QMenu(self.input)
        for row in rows:
            grade = grade_words("lost" if str(row.state) == "lost" else str(row.grade))
            phone = row.phones[0] if row.phones else ""
            action = menu.addAction(f"{row.name}  {row.card_no}  {grade}  {phone}".rstrip())
            action.triggered.connect(lambda _on=False, row=row: chosen(row.id))
        menu.setActiveAction(menu.actions()[0])
        menu.popup(self.input.mapToGlobal(QPoint(0, self.input.height())))
