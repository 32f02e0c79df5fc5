"""准备一批短信: whom it is for, with which text, and when the platform sends it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QWidget

from services.rights import Right, may
from services.words import _
from ui.contacts import sms_jobs
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, Form, TextField
from ui.widgets.card import label

if TYPE_CHECKING:
    from services.sms.reading import Batch


class PrepareDialog(Box):
    """Whom the batch is for, with which text, and when the platform sends it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("准备一批短信"), 480)
        self.context = context
        self.prepared: list[Any] = []
        """Called with the batch that was made."""
        filters, texts = sms_jobs.choices(context.shop)
        sources = [("", _("日程里到期的短信"))]
        if may(context.shop, Right.SCHEDULE):
            sources += [(name, _("筛选“{name}”").format(name=name)) for name in filters]
        self.form = Form(
            [
                ChoiceField("source", _("发给谁"), sources),
                ChoiceField(
                    "template", _("内容"), [("", _("按事由选模板")), *((name, name) for name in texts)]
                ),
                TextField("at", _("几点发送"), code=True, hint=_("不打扰的时段里不能发")),
            ]
        )
        self.form.load({"source": "", "template": "", "at": context.shop.policy.sms.send_at})
        self.form.submitted.connect(self.save)
        self.body.addWidget(self.form)
        self.form.edited.connect(self._count_tired)
        self.tired = QCheckBox()
        self.tired.setChecked(True)
        self.tired.setToolTip(_("连着几次都在推销，客户会烦；不勾就照样发"))
        self.tired.hide()
        self.body.addWidget(self.tired)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        if not texts:
            self._say(_("还没有发布的模板：先按 F4 写一条并发布。"))
        self.add_button(_("取消"), self.reject)
        self.go = self.add_button(_("准备"), self.save, "primary")

    def save(self) -> None:
        """Makes the batch; the dialog stays with the reason where that is refused."""
        values = self.form.values()
        self.go.setEnabled(False)
        self.context.write(
            partial(
                sms_jobs.prepare,
                self.context.shop,
                values["source"],
                values["template"],
                values["at"],
                not self.tired.isHidden() and not self.tired.isChecked(),
            ),
            self._made,
            said=lambda one: _("第 {id} 批：{n} 人，不发 {left} 人。请审核。").format(
                id=one.id, n=one.messages, left=one.left
            ),
            on_error=self._failed,
        )

    def _count_tired(self) -> None:
        """Before a promotion: how many heard nothing else lately, and whether they get it all the same."""
        self.tired.hide()
        source, template = self.form.field("source").value(), self.form.field("template").value()
        if source and template:
            self.context.read(
                partial(sms_jobs.tired, self.context.shop, source, template),
                self._tell_tired,
                on_error=self._failed,
            )

    def _tell_tired(self, n: int) -> None:
        words = _("⚠ 其中 {n} 位最近几次都是促销：这次不发给他们").format(n=n)
        self.tired.setText(words)
        self.tired.setAccessibleName(words)
        self.tired.setVisible(n > 0)

    def _made(self, one: Batch) -> None:
        self.accept()
        for tell in self.prepared:
            tell(one)

    def _failed(self, error: Exception) -> None:
        from services.errors import ShopError

        self.go.setEnabled(True)
        if isinstance(error, ShopError):
            if not self.form.show_error(error):
                self._say(str(error))
            return
        self.context.show_error(error)

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.show()
