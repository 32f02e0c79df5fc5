"""短信网关: the shop's account with an SMS provider, tried out before it is used. The owner's page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from services import formats
from services.errors import ShopError
from services.rights import Right, may
from services.words import _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import FlagField, Form, NumberField, TextField
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.sms.account import Account
    from ui.main_window import MainWindow


class GatewayPage(Box):
    """Address, account, sender; a connection and a test message say whether it is right."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("短信网关"), 800)
        from services.sms import account as accounts

        self.context = context
        self.may = may(context.shop, Right.POLICY)
        self.kept = accounts.read(context.shop)
        words = _(
            "和短信服务商签了合同，按他们给的资料填（SMPP 3.4 协议）。设好以后，审核过的短信在这里直接发出；"
            "不用网关就不填，照常导出文件。"
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        self.form = Form(self._fields(context), columns=2)
        shown = self.kept or accounts.Account()
        self.form.load(shown if self.may else replace(shown, password=""))
        self.form.submitted.connect(self.keep)
        self.form.edited.connect(self._forget_answer)
        self.body.addWidget(self.form)
        safe = (
            _("密码由 Windows 加密，只有这个 Windows 账号能用；不进账册、备份和导出。")
            if accounts.protected()
            else _("密码存在这台电脑上只有本账号能读的文件里，没有加密；不进账册、备份和导出。")
        )
        self.body.addWidget(label(safe, "caption", wrap=True))
        self.answer = label("", "muted", wrap=True)
        self.answer.hide()
        self.body.addWidget(self.answer)
        self._build_buttons()
        if not self.may:
            self._say(_("由店主设置。"), "muted")

    def _fields(self, context: Context) -> list[Any]:
        return [
            TextField("host", _("服务器地址"), code=True, length=200),
            NumberField("port", _("端口"), hint=_("常用 2775；加密的多为 3550")),
            FlagField("tls", _("加密连接（TLS）")),
            TextField("system_id", _("账号"), code=True, length=40, hint=_("服务商叫它 system id")),
            TextField(
                "password", _("网关密码"), code=True, secret=True, length=40, hint=_("最多 8 个字母和数字")
            ),
            TextField("sender", _("发送号码"), code=True, length=40, hint=_("客户看到的号码，也往这里回复")),
            TextField(
                "country_code",
                _("国家代码"),
                code=True,
                length=6,
                hint=_("加在号码前面；中国是 86，服务商不要就空着"),
            ),
            NumberField(
                "per_second",
                _("每秒几条"),
                hint=_("合同里写的速度；0 按客情标准（{n}）").format(n=context.shop.policy.sms.per_second),
            ),
        ]

    def _build_buttons(self) -> None:
        self.trying = KeyButton(_("试连接"), "F5", "", _("用填好的资料登录一次，不发短信"))
        self.testing = KeyButton(_("测试短信…"), "F6", "", _("发一条到本店自己的手机，一天只能几条"))
        self.removing = KeyButton(_("不再用网关"), "", "danger", _("去掉地址和密码，以后导出文件"))
        for place, (button, do) in enumerate(
            ((self.removing, self._remove), (self.trying, self._try), (self.testing, self._test))
        ):
            button.clicked.connect(lambda _on=False, do=do: do())
            self.buttons.insertWidget(place, button)
        self.add_button(_("取消"), self.reject)
        self.save = self.add_button(_("保存"), self.keep, "primary")
        self._enable()

    def _enable(self, busy: bool = False) -> None:
        ready = self.may and not busy
        for field in self.form.fields:
            self.form.set_enabled(field.name, ready)
        for button in (self.trying, self.save):
            button.setEnabled(ready)
        for button in (self.testing, self.removing):
            button.setEnabled(ready and self.kept is not None)

    def account(self) -> Account | None:
        """What is typed; None where a field is wrong, which then says so."""
        from services.sms.account import Account

        try:
            values = self.form.values()
        except ShopError:
            return None
        values["port"] = values["port"] or 0
        values["per_second"] = values["per_second"] or 0
        return Account(**values)

    # ---- acts

    def keep(self) -> None:
        """Keeps it; a refusal stands beside the field it is about."""
        typed = self.account()
        if typed is None or not self.may:
            return

        def job(_progress: Progress) -> Any:
            from services.sms import account as accounts

            return accounts.keep(self.context.shop, typed)

        self._enable(busy=True)
        self.context.write(job, self._kept, said=_("短信网关已保存。"), on_error=self._failed)

    def _kept(self, _account: Any) -> None:
        self.accept()

    def _try(self) -> None:
        typed = self.account()
        if typed is None:
            return

        def job(_progress: Progress) -> str:
            from services.sms import trying_out

            return trying_out.connection(self.context.shop, typed)

        self._ask_provider(job)

    def _test(self) -> None:
        shop = self.context.shop
        number = dialogs.ask_text(
            self,
            _("测试短信"),
            _("发到本店的哪个手机？一天最多 {n} 条。").format(n=shop.policy.sms.tests_a_day),
            _("发送"),
        )
        if not number:
            return

        def job(_progress: Progress) -> str:
            from services.sms import trying_out

            return trying_out.message(shop, number)

        self._ask_provider(job, _("正在发到 {number}…").format(number=formats.masked(number)))

    def _ask_provider(self, job: Any, words: str = "") -> None:
        self._enable(busy=True)
        self._say(words or _("正在连接…"), "muted")
        self.context.read(job, self._told, on_error=self._failed)

    def _told(self, words: str) -> None:
        self._enable()
        self._say(words, "good")

    def _remove(self) -> None:
        words = _("地址和密码从这台电脑去掉。已经交给服务商的短信不受影响，但收不到回报了。")
        if not dialogs.ask(self, _("不再用短信网关？"), words, _("去掉"), danger=True):
            return

        def job(_progress: Progress) -> None:
            from services.sms import account as accounts

            accounts.forget(self.context.shop)

        self.context.write(job, self._kept, said=_("短信网关已去掉。"), on_error=self._failed)

    # ---- words

    def _failed(self, error: Exception) -> None:
        self._enable()
        if not isinstance(error, ShopError):
            self.context.show_error(error)
            return
        if not self.form.show_error(error):
            self._say(str(error), "error")
        else:
            self.answer.hide()

    def _say(self, words: str, look: str) -> None:
        self.answer.setText(words)
        theme.kind(self.answer, look)
        self.answer.show()

    def _forget_answer(self) -> None:
        """An answer about what was typed before says nothing about what is typed now."""
        if self.may:
            self.answer.hide()


def open_dialog(context: Context, parent: MainWindow) -> None:
    """Shows the account; only the owner changes it."""
    GatewayPage(context, parent).exec()
