"""What a customer answered, or did not want to say: written to the books with an undo, at the counter and in a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services import questions
from services.words import _
from ui.context import Context

if TYPE_CHECKING:
    from services.customer_due import Due
    from services.questions import Answered


class Asking:
    """Writes answers; the page or card tells the question by its `Due`."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def answer(self, due: Due, words: str) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: questions.answer(shop, due.id, due.field, words),
            said=_("已记下：{question} {answer}").format(
                question=questions.words_of(due.field), answer=words
            ),
            undo=self._undo_answer,
        )

    def put_off(self, due: Due) -> None:
        shop = self.context.shop
        days = shop.policy.customers.ask_again_days
        self.context.write(
            lambda _progress: questions.not_now(shop, due.id, due.field),
            said=_("好，{n}天内不再问：{question}").format(n=days, question=questions.words_of(due.field)),
            undo=self._undo_put_off,
        )

    def _undo_answer(self, done: Answered) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: questions.undo_answer(shop, done), said=_("已恢复原来的内容"))

    def _undo_put_off(self, asked_id: int) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: questions.undo_not_now(shop, asked_id), said=_("可以再问了"))
