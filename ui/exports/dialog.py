"""Writing a table out: which one, where to; what leaves the shop is said before it does."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from models.kinds import Role
from services.errors import Refused, ShopError
from services.rights import Right, may
from services.words import N_, _
from ui import dialogs
from ui.context import Context
from ui.dialogs import Box
from ui.exports import permission
from ui.widgets.card import label
from ui.widgets.choices import big_choices
from ui.widgets.key_button import KeyButton

KINDS = (
    ("customers", N_("客户资料"), N_("在册和流失的客户，一行一位")),
    ("purchases", N_("消费记录"), N_("每件商品一行，退货为负数")),
    ("contacts", N_("联络记录"), N_("计划的和做过的联络")),
    ("gifts", N_("礼品台账"), N_("各月礼品计划的明细和状态")),
    ("vouchers", N_("礼金券"), N_("券号、面值、状态和有效期；店长看不到完整的券号")),
)


class Export(Box):
    """One choice and one button."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("导出"), 560)
        self.context = context
        owner = context.shop.role is Role.OWNER
        words = (
            _("店主导出的表格里有完整的电话和地址。出售客户资料是犯罪；每次导出都记在操作记录里。")
            if owner
            else _(
                "店长导出时电话只显示前三后四位，最多 {n} 行；完整的资料由店主导出。每次导出都有记录。"
            ).format(n=context.shop.policy.safety.manager_export_rows)
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        self.kinds = big_choices(self, KINDS, self.body)
        self.trouble = label("", "bad", wrap=True)
        self.trouble.hide()
        self.body.addWidget(self.trouble)
        self.add_button(_("取消"), self.reject)
        self.go = KeyButton(_("存到…"), "F8", "primary", _("选择文件夹和文件名，.xlsx 或 .csv"))
        self.go.clicked.connect(self._save)
        self.buttons.addWidget(self.go)
        self.go.setFocus()

    def _save(self) -> None:
        button = self.kinds.checkedButton()
        kind, name = str(button.property("code")), button.accessibleName()
        suggested = f"{name}-{self.context.today().isoformat()}.xlsx"
        given = permission.ask(self.context, self, name)
        if given is None:
            return
        path = dialogs.ask_path(
            self, _("导出到"), save=True, suggested=suggested, kinds="Excel (*.xlsx);;CSV (*.csv)"
        )
        if not path:
            return
        target = path if path.lower().endswith((".xlsx", ".csv")) else path + ".xlsx"
        shop = self.context.shop

        def job(progress: Any) -> Any:
            from services import exports

            return exports.export(shop, kind, target, progress, reason=given.reason, pin=given.pin)

        dialogs.work(
            self.context, self, _("正在导出{name}…").format(name=name), job, self._done, on_error=self._no
        )

    def _done(self, done: Any) -> None:
        self.context.say(_("已导出 {n} 行到 {file}").format(n=f"{done.rows:,}", file=done.file))
        self.accept()

    def _no(self, error: Exception) -> None:
        if not isinstance(error, ShopError):
            self.context.show_error(error)
            return
        self.trouble.setText(str(error))
        self.trouble.show()


def open_dialog(context: Context, parent: QWidget) -> None:
    """From the menu. Somebody without the right is told so at once."""
    if not may(context.shop, Right.EXPORT):
        context.say(str(Refused(N_("导出资料要店长或店主登录后操作。"))), tone="bad")
        return
    box = Export(context, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.exec()
