"""The pages of the first start. Each says one thing and has one loud button."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from services import words
from services.errors import Refused, ShopError
from services.words import _
from ui import theme
from ui.form import Form, PhoneField, TextField
from ui.sign_in import role_words
from ui.widgets.card import Card, capital, label

Do = Callable[[], Any]


class Page(QWidget):
    """Heading, a sentence, content, and at the bottom the way back and the way on."""

    form: Form | None = None

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.px(12))
        self.column.addWidget(label(capital(title), "title", wrap=True))
        if text:
            self.column.addWidget(label(text, "muted", wrap=True))
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.px(12))
        self.column.addLayout(self.body)
        self.column.addStretch()
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.column.addWidget(self.note)
        self.buttons = QHBoxLayout()
        self.column.addLayout(self.buttons)
        self.go: QPushButton | None = None

    def ways(self, back: Do | None, go: Do, words_on: str) -> None:
        if back is not None:
            self.buttons.addWidget(button(_("上一步"), back))
        self.buttons.addStretch()
        self.go = button(words_on, go, "primary")
        self.go.setMinimumWidth(theme.px(120))
        self.buttons.addWidget(self.go)

    def begin(self) -> None:
        """The cursor goes where the typing starts."""
        if self.form is not None:
            self.form.fields[0].input.setFocus()
        elif self.go is not None:
            self.go.setFocus()

    def wait(self, sentence: str) -> None:
        self.setEnabled(False)
        self.note.setText(sentence)
        theme.kind(self.note, "muted")
        self.note.show()

    def ready(self) -> None:
        self.setEnabled(True)
        self.note.hide()

    def show_error(self, error: ShopError) -> bool:
        """Beside its field, or above the buttons."""
        if self.form is not None and self.form.show_error(error):
            return True
        self.note.setText(str(error))
        theme.kind(self.note, "error")
        self.note.show()
        return True


def button(text: str, do: Do, look: str = "") -> QPushButton:
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.setAccessibleName(text)
    if look:
        theme.kind(made, look)
    made.clicked.connect(lambda: do())
    return made


class Choice(QPushButton):
    """A big button with a picture, a line and a quieter line."""

    def __init__(self, picture: str, title: str, text: str, do: Do, *, loud: bool = False) -> None:
        super().__init__()
        if loud:
            self.setProperty("tone", "accent")
        self.setAutoDefault(True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        theme.kind(self, "big")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(10))
        row.setSpacing(theme.px(16))
        sign = QLabel()
        sign.setPixmap(theme.pixmap(picture, "accent_text", 28))
        row.addWidget(sign)
        column = QVBoxLayout()
        column.setSpacing(theme.px(2))
        head, line = label(title, "section"), label(text, "muted", wrap=True)
        for part in (sign, head, line):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column.addWidget(head)
        column.addWidget(line)
        row.addLayout(column, 1)
        self.clicked.connect(lambda: do())

    def sizeHint(self) -> QSize:
        return QSize(theme.px(480), max(theme.px(68), self.layout().heightForWidth(theme.px(560))))


class Welcome(Page):
    """The language first, then what to do."""

    def __init__(self, *, speak: Callable[[str], Any], new: Do, demo: Do, other: Do, leave: Do) -> None:
        super().__init__(_("欢迎使用熟客"), _("熟客帮服装店照顾老顾客：谁是谁，该送什么，该给谁打电话。"))
        row = QHBoxLayout()
        for code, text in (("zh", "简体中文"), ("en", "English")):
            chip = button(text, partial(speak, code), "chip")
            chip.setCheckable(True)
            chip.setChecked(words.language() == code)
            row.addWidget(chip)
        row.addStretch()
        self.body.addLayout(row)
        self.body.addSpacing(theme.px(8))
        self.first = Choice(
            "shop", _("开一家新店"), _("填店名和店主，两分钟就好；旧的 Excel 表可以直接读进来。"), new
        )
        self.body.addWidget(self.first)
        self.body.addWidget(
            Choice("spark", _("先看看演示店"), _("八百位虚构的顾客，随便试，不会影响真的账册。"), demo)
        )
        self.body.addWidget(
            Choice("folder", _("打开已有的账册"), _("从另一台电脑或备份带来的账册文件。"), other)
        )
        self.buttons.addWidget(button(_("退出"), leave, "flat"))
        self.buttons.addStretch()

    def begin(self) -> None:
        self.first.setFocus()


class ShopPage(Page):
    """The shop's name, and the sender's address on envelopes."""

    def __init__(self, facts: dict[str, Any], *, back: Do, go: Callable[[dict[str, Any]], Any]) -> None:
        super().__init__(_("您的店"), _("地址和邮编会作为寄件人印在信封和标签上，以后可以改。"))
        self._go = go
        self.form = Form(
            [
                TextField("shop_name", _("店名"), required=True, length=60),
                TextField(
                    "address", _("地址"), length=120, hint=_("写到门牌号，例如：遂宁市船山区和平路 1 号")
                ),
                TextField("postcode", _("邮编"), code=True, length=10),
                PhoneField("phone", _("电话")),
            ]
        )
        self.form.load(facts)
        self.form.submitted.connect(self._on)
        self.body.addWidget(self.form)
        self.ways(back, self._on, _("下一步"))

    def _on(self) -> None:
        assert self.form is not None
        try:
            values = self.form.values()
            code = values["postcode"]
            if code and not (code.isdigit() and len(code) == 6):
                raise Refused("邮编是 6 位数字。", field="postcode")
        except ShopError as error:
            self.form.show_error(error)
            return
        self._go(values)


class OwnerPage(Page):
    """The owner, and a PIN worth having."""

    def __init__(self, facts: dict[str, Any], *, back: Do, go: Callable[[dict[str, Any]], Any]) -> None:
        super().__init__(_("店主"), _("店主批准礼品、管理员工、恢复备份。店长和店员以后在菜单里添加。"))
        self._go = go
        self.form = Form(
            [
                TextField("owner_name", _("店主的姓名"), required=True, length=40),
                TextField(
                    "pin",
                    _("密码"),
                    code=True,
                    secret=True,
                    required=True,
                    length=64,
                    hint=_("至少 8 个字符，字母数字都行；不要连号、重复、生日或电话。"),
                ),
                TextField("again", _("再输一次"), code=True, secret=True, required=True, length=64),
            ]
        )
        self.form.load({"owner_name": facts["owner_name"], "pin": "", "again": ""})
        self.form.submitted.connect(self._on)
        self.body.addWidget(self.form)
        card = Card(tone="warn")
        card.body.addWidget(
            label(
                _("请把密码记在安全的地方。密码没有后门：忘了店主的密码，谁也不能替您打开店主的功能。"),
                wrap=True,
            )
        )
        self.body.addWidget(card)
        self.ways(back, self._on, _("建账册"))

    def _on(self) -> None:
        assert self.form is not None
        try:
            values = self.form.values()
            if values["pin"] != values["again"]:
                raise Refused("两次输入的密码不一样。", field="again")
        except ShopError as error:
            self.form.show_error(error)
            return
        self._go(values)


class OldBooks(Page):
    """The books are there: read in what the shop has, or begin with an empty page."""

    def __init__(self, shop: str, *, read_in: Do, empty: Do) -> None:
        super().__init__(
            _("{shop} 开张了").format(shop=shop), _("账册已经建好。现在把旧的顾客表和消费表读进来吗？")
        )
        self.first = Choice(
            "import",
            _("读进旧表格"),
            _("Excel 或 CSV 都行；列名自动对上，先看结果，确认了才写进账册。"),
            read_in,
            loud=True,
        )
        self.body.addWidget(self.first)
        self.body.addWidget(Choice("note", _("从空白开始"), _("以后随时可以从菜单里导入。"), empty))

    def begin(self) -> None:
        self.first.setFocus()


class DemoPage(Page):
    """The demo shop is being made; Stop leaves nothing behind."""

    def __init__(self, *, stop: Do) -> None:
        super().__init__(_("正在准备演示店…"), _("虚构的顾客、消费和礼品，大约需要几秒钟。"))
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("进度"))
        self.count = label("", "muted")
        self.body.addWidget(self.bar)
        self.body.addWidget(self.count)
        self.buttons.addStretch()
        self.go = button(_("停止"), stop)
        self.buttons.addWidget(self.go)

    def tell(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.count.setText(f"{done:,} / {total:,}" if total else f"{done:,}")


class DemoPeople(Page):
    """Who can sign in to the demo shop, with their PINs to note down."""

    def __init__(self, figures: Any, *, go: Do) -> None:
        text = _("{n} 位顾客、{m} 条消费，都是虚构的。用下面任何一个人登录，职务不同，能做的事也不同。")
        super().__init__(
            _("演示店准备好了"), text.format(n=f"{figures.customers:,}", m=f"{figures.purchases:,}")
        )
        card = Card()
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(24))
        grid.setVerticalSpacing(theme.px(8))
        for column, head in enumerate((_("姓名"), _("职务"), _("密码"))):
            grid.addWidget(label(head, "muted"), 0, column)
        for row, user in enumerate(figures.users, 1):
            grid.addWidget(label(user.name, "section"), row, 0)
            grid.addWidget(label(role_words(user.role)), row, 1)
            grid.addWidget(label(user.pin, selectable=True), row, 2)
        grid.setColumnStretch(3, 1)
        card.body.addLayout(grid)
        self.body.addWidget(card)
        self.ways(None, go, _("开始"))
