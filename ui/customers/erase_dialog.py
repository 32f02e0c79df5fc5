"""删除个人资料: what goes and what stays, said before; reason, card number and PIN; there is no way back, and it says so."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from services import formats
from services.errors import Refused, ShopError
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import Form, TextField
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.erasing import Erased, Preview
    from services.progress import Progress
    from services.shop import Shop

_SHOWN = 4
"""Mentions elsewhere that are shown; the rest is counted."""
WORDS = {
    "phone": N_("电话 {n} 个"),
    "remembered_day": N_("家人生日和纪念日 {n} 个"),
    "note": N_("备注 {n} 条"),
    "contact": N_("联络记录 {n} 条的内容"),
    "sms_message": N_("短信 {n} 条的号码和内容"),
    "journal_body": N_("操作记录 {n} 条的内容"),
    "consent": N_("同意书 {n} 条的文字"),
    "purchase": N_("消费 {n} 行的尺码和说明"),
}


class EraseDialog(Box):
    """For one customer; only the owner gets here."""

    erased = Signal()

    def __init__(self, context: Context, customer_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("删除个人资料"), 760)
        self.context = context
        self.customer_id = customer_id
        self.seen: Preview | None = None
        self.done_: Erased | None = None
        self.who = label("", "heading", wrap=True)
        self.body.addWidget(self.who)
        self.body.addWidget(
            label(_("删除以后不能恢复，也不能撤销：请先给客户一份资料，再删除。"), "error", wrap=True)
        )
        columns = QHBoxLayout()
        columns.setSpacing(theme.px(24))
        self.goes, self.stays = label("", wrap=True), label("", wrap=True)
        for head, words in ((_("会删除"), self.goes), (_("会留下"), self.stays)):
            side = QVBoxLayout()
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            side.addWidget(label(head, "muted"))
            side.addWidget(words, 1)
            columns.addLayout(side, 1)
        self.body.addLayout(columns)
        self.elsewhere = label("", "muted", wrap=True)
        self.elsewhere.hide()
        self.body.addWidget(self.elsewhere)
        self.mentions = QCheckBox(_("别处提到的名字和号码也换成“〔已删除〕”"))
        self.mentions.setChecked(True)
        self.mentions.setAccessibleName(self.mentions.text())
        self.mentions.setToolTip(_("别的客户的备注、名单和短信文字里；去掉勾就不动它们"))
        self.backups = QCheckBox(_("另做一份新备份，旧备份马上删掉"))
        self.backups.setAccessibleName(self.backups.text())
        self.backups.setToolTip(_("旧备份里还有这位客户；删掉以后也就不能恢复到从前的某一天"))
        for box in (self.mentions, self.backups):
            box.hide()
            self.body.addWidget(box)
        self.form = Form(
            [
                TextField("reason", _("为什么删除"), required=True, length=100, hint=_("例如“本人要求”")),
                TextField("typed", _("照抄卡号"), code=True, required=True, length=40),
                TextField("pin", _("您的密码"), secret=True, required=True, length=64),
            ]
        )
        self.form.submitted.connect(self._erase)
        self.form.edited.connect(self._enable)
        self.body.addWidget(self.form)
        self.trouble = label("", "error", wrap=True)
        self.trouble.hide()
        self.body.addWidget(self.trouble)
        self._buttons()
        self._enable()
        context.read(partial(_preview, context.shop, customer_id), self._show, on_error=self._failed)

    def _buttons(self) -> None:
        self.copy = KeyButton(
            _("资料另存一份…"), "F7", "", _("应本人要求给出全部资料：PDF、表格或 JSON"), "export"
        )
        self.copy.clicked.connect(partial(save_data, self.context, self.customer_id, self))
        self.buttons.insertWidget(0, self.copy)
        self.paper = KeyButton(
            _("存删除证明…"), "F8", "primary", _("给客户的 PDF：删除了什么、留下什么"), "printer"
        )
        self.paper.clicked.connect(self._certificate)
        self.paper.hide()
        self.buttons.addWidget(self.paper)
        self.leave = self.add_button(_("不删除"), self.reject)
        self.go = self.add_button(_("永久删除"), self._erase, "danger")
        self.go.setToolTip(_("照抄卡号、写明原因、输入密码以后才能按"))

    def _show(self, seen: Preview) -> None:
        self.seen = seen
        self.who.setText(_("{name}（{card_no}）").format(name=seen.name, card_no=seen.card_no))
        goes = [_("姓名、生日、地址、尺码、喜好和备注")]
        goes += [_(words).format(n=seen.goes[table]) for table, words in WORDS.items() if table in seen.goes]
        if seen.records > 1:
            goes.append(_("合并进来的 {n} 份资料").format(n=seen.records - 1))
        if seen.open_gifts:
            goes.append(_("还没发的礼品 {n} 件会取消").format(n=seen.open_gifts))
        self.goes.setText("\n".join(goes))
        stays = [
            _("小票 {n} 张，共 {paid}").format(n=seen.tickets, paid=formats.money(seen.paid)),
            _("发过的礼品 {n} 件").format(n=seen.gifts),
            _("可用积分 {n}，礼金券 {vouchers} 张").format(n=seen.points, vouchers=seen.vouchers),
            _("都挂在一个随机编号下，合计一分不变"),
            _("打印过的纸、导出过的文件不在账册里，请另外收回"),
        ]
        if seen.backups:
            stays.append(
                _("{n} 份备份里还有，最迟到 {day} 自动清除").format(
                    n=seen.backups, day=seen.backups_until.isoformat()
                )
            )
        self.stays.setText("\n".join(stays))
        if seen.mentions:
            shown = [f"“{text}”" for _table, text in seen.mentions[:_SHOWN]]
            more = len(seen.mentions) - len(shown)
            words = _("别处提到 {n} 次：{texts}").format(n=len(seen.mentions), texts=_("、").join(shown))
            self.elsewhere.setText(words + (_("，还有 {n} 处").format(n=more) if more else ""))
            self.elsewhere.show()
            self.mentions.show()
        self.backups.setVisible(bool(seen.backups))
        self.form.fields[0].input.setFocus()
        self._enable()
        QTimer.singleShot(0, self, self.fit)

    def _enable(self) -> None:
        typed = [str(field.value()).strip() for field in self.form.fields]
        same = self.seen is not None and typed[1].upper() == self.seen.card_no.upper()
        self.go.setEnabled(self.done_ is None and same and all(typed))

    def _erase(self) -> None:
        if not self.go.isEnabled():
            return
        values = self.form.values()
        self.trouble.hide()
        job = partial(
            _erase,
            self.context.shop,
            self.customer_id,
            values,
            self.mentions.isChecked(),
            self.backups.isChecked() and not self.backups.isHidden(),
        )
        dialogs.work(self.context, self, _("正在删除个人资料…"), job, self._erased, on_error=self._failed)

    def _erased(self, done: Erased) -> None:
        self.done_ = done
        self.context.say(_("已删除，现在叫 #{mark}。这一步不能撤销。").format(mark=done.marks[0]))
        self.who.setText(_("已删除 #{mark}").format(mark=done.marks[0]))
        for part in (self.form, self.mentions, self.backups, self.elsewhere, self.copy, self.go):
            part.hide()
        if done.warning:
            self.trouble.setText(done.warning)
            self.trouble.show()
        self.leave.setText(_("关闭"))
        self.leave.setAccessibleName(_("关闭"))
        self.paper.show()
        self.paper.setFocus()
        self.erased.emit()

    def reject(self) -> None:
        if self.done_ is not None:
            self.accept()
        else:
            super().reject()

    def _certificate(self) -> None:
        done = self.done_
        if done is None:
            return
        suggested = _("删除证明") + f"-{done.marks[0]}.pdf"
        path = dialogs.ask_path(self, _("存为 PDF"), save=True, suggested=suggested, kinds="PDF (*.pdf)")
        if path:
            target = path if path.lower().endswith(".pdf") else path + ".pdf"
            self.context.write(
                partial(_paper, self.context.shop, done, target),
                said=_("删除证明已存为 {file}").format(file=target),
                on_error=self._failed,
            )

    def _failed(self, error: Exception) -> None:
        if isinstance(error, ShopError):
            field = {"card_no": "typed"}.get(error.field, error.field)
            if isinstance(error, Refused) and field in ("reason", "typed", "pin"):
                self.form.field(field).tell_wrong(str(error))
                self.form.field(field).input.setFocus()
                return
            self.trouble.setText(str(error))
            self.trouble.show()
        else:
            self.context.show_error(error)


def _preview(shop: Shop, customer_id: int, _progress: Progress) -> Preview:
    from services import erasing

    return erasing.preview(shop, customer_id)


def _erase(
    shop: Shop, customer_id: int, values: dict[str, Any], mentions: bool, backups: bool, _progress: Progress
) -> Erased:
    from services import erasing

    return erasing.erase(
        shop,
        customer_id,
        values["reason"],
        typed=values["typed"],
        pin=values["pin"],
        mentions=mentions,
        remove_backups=backups,
    )


def _paper(shop: Shop, done: Erased, target: str, _progress: Progress) -> None:
    from services.erasing.certificate import certificate

    certificate(shop, done, target)


def save_data(context: Context, customer_id: int, parent: QWidget | None, _on: bool = False) -> None:
    """Asks for a file and writes all that is held of a customer into it."""
    kinds = "PDF (*.pdf);;Excel (*.xlsx);;JSON (*.json)"
    path = dialogs.ask_path(
        parent, _("资料另存一份"), save=True, suggested=_("个人资料") + ".pdf", kinds=kinds
    )
    if not path:
        return
    target = path if path.lower().endswith((".pdf", ".xlsx", ".json")) else path + ".pdf"
    context.write(
        partial(_data, context.shop, customer_id, target),
        said=lambda found: _("{name} 的全部资料已存为 {file}。").format(name=found.name, file=target),
    )


def _data(shop: Shop, customer_id: int, target: str, _progress: Progress) -> Any:
    from services import data_report

    return data_report.write(shop, customer_id, target)


def open_dialog(context: Context, customer_id: int, parent: QWidget | None = None) -> EraseDialog:
    """Shows the dialog for one customer."""
    box = EraseDialog(context, customer_id, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box
