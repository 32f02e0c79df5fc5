"""Before a full table leaves the shop: why, and the owner's PIN once more (spec 09 §3.9). A manager is not asked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from models.kinds import Role
from services.errors import Refused
from services.words import _
from ui.context import Context
from ui.dialogs import Box
from ui.form import Form, TextField
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton


@dataclass(frozen=True)
class Permission:
    """What the export verbs want beside the file."""

    reason: str = ""
    pin: str = ""


class Asking(Box):
    """Two lines: the reason and the PIN."""

    def __init__(self, context: Context, parent: QWidget | None, what: str) -> None:
        super().__init__(parent, _("导出{name}").format(name=what), 520)
        words = _("文件里有完整的电话和地址。出售客户资料是犯罪；谁、为什么、导出了多少行都记在操作记录里。")
        self.body.addWidget(label(words, "muted", wrap=True))
        fields = [TextField("reason", _("为什么导出"), required=True, length=100)]
        if context.shop.policy.privacy.pin_for_export:
            fields.append(TextField("pin", _("您的密码"), secret=True, required=True, length=64))
        self.form = Form(fields)
        self.form.submitted.connect(self._go)
        self.body.addWidget(self.form)
        self.add_button(_("取消"), self.reject)
        self.go = KeyButton(_("继续"), "F8", "primary", _("选择文件夹和文件名，.xlsx 或 .csv"))
        self.go.clicked.connect(self._go)
        self.buttons.addWidget(self.go)
        self.given = Permission()
        self.form.fields[0].input.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self.fit)

    def _go(self) -> None:
        try:
            values = self.form.values()
        except Refused:
            return
        self.given = Permission(values["reason"], values.get("pin", ""))
        self.accept()


def ask(context: Context, parent: QWidget | None, what: str) -> Permission | None:
    """None when the owner changed their mind. Only an owner is asked: what others export is masked."""
    if context.shop.role is not Role.OWNER:
        return Permission()
    box = Asking(context, parent, what)
    return box.given if box.exec() == QDialog.DialogCode.Accepted else None
