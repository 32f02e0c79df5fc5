"""A new key in three steps: the passphrase, the recovery sheet on paper, the key typed back from the paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from services import key_sheet, key_store, keys, recovery_key
from services.errors import Refused, ShopError
from services.words import _
from ui import dialogs, theme
from ui.dialogs import Box
from ui.form import Form, TextField
from ui.widgets.card import Card, label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line


class KeySetup(Box):
    """Accepted: `key`, `passphrase` and `remember` are what the person chose. Nothing is encrypted here."""

    def __init__(self, shop_name: str, day: date, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("给账册加密"), 600)
        self.key = keys.new_key()
        self.passphrase = ""
        self.remember = False
        self._shop_name, self._day = shop_name, day
        self._written = False
        self.step = label("", "muted")
        self.body.addWidget(self.step)
        self.pages = QStackedWidget()
        self.body.addWidget(self.pages)
        for page in (self._ask_passphrase(), self._show_sheet(), self._ask_back()):
            self.pages.addWidget(page)
        # Hints wrap: the tallest page gets the height that it needs at this width, at every size of letters.
        wide = theme.px(600 - 2 * 24)
        heights = [self.pages.widget(n).layout().totalHeightForWidth(wide) for n in range(self.pages.count())]
        self.pages.setMinimumHeight(max(heights) + theme.px(28))
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        self.add_button(_("取消"), self.reject)
        self.back = self.add_button(_("上一步"), self._back)
        self.go = self.add_button(_("下一步"), self._next, "primary")
        self._turn(0)

    # ---- the pages

    def _ask_passphrase(self) -> QWidget:
        page, column = _page()
        card = Card(tone="warn")
        words = _("口令忘了、恢复单也丢了，谁也打不开账册，我们也不能。备份用的是同一把钥匙。")
        card.body.addWidget(label(words, wrap=True))
        column.addWidget(card)
        self.form = Form(
            [
                TextField(
                    "passphrase",
                    _("口令"),
                    code=True,
                    secret=True,
                    required=True,
                    length=200,
                    hint=_("至少 10 个字符；几个不相干的词连在一起最好记，也最难猜。"),
                ),
                TextField("again", _("再输一次口令"), code=True, secret=True, required=True, length=200),
            ]
        )
        self.form.submitted.connect(self._next)
        column.addWidget(self.form)
        self.kept = QCheckBox(_("这台电脑的这个账户打开时不用输口令"))
        self.kept.setAccessibleName(self.kept.text())
        self.kept.setChecked(key_store.kind() == "account")
        column.addWidget(self.kept)
        column.addWidget(label(_(keys.REMEMBER_WORDS[key_store.kind()]), "caption", wrap=True))
        column.addStretch()
        return page

    def _show_sheet(self) -> QWidget:
        page, column = _page()
        words = _("这是恢复密钥。请存成 PDF 打印出来，锁在店外；下一步要照着纸输入一遍，才算数。")
        column.addWidget(label(words, wrap=True))
        card = Card()
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(24))
        grid.setVerticalSpacing(theme.px(8))
        for place, group in enumerate(recovery_key.groups(self.key)):
            grid.addWidget(label(str(place + 1), "caption"), place // 4, place % 4 * 2)
            grid.addWidget(label(group, "section"), place // 4, place % 4 * 2 + 1)
        grid.setColumnStretch(8, 1)
        card.body.addLayout(grid)
        column.addWidget(card)
        self.save = KeyButton(
            _("存成恢复单 PDF…"), "Ctrl+S", tip=_("存好以后打印，再把文件删掉"), icon="printer"
        )
        self.save.clicked.connect(self._save)
        column.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        self.saved = label("", "good", wrap=True)
        column.addWidget(self.saved)
        column.addStretch()
        return page

    def _ask_back(self) -> QWidget:
        page, column = _page()
        column.addWidget(label(_("请照着纸上的恢复单输入恢复密钥，或用扫码枪扫方形码。"), wrap=True))
        self.typed = Line(_("恢复密钥"), code=True)
        self.typed.setMaxLength(200)
        self.typed.entered.connect(self._next)
        column.addWidget(self.typed)
        self.check = label("", "caption", wrap=True)
        column.addWidget(self.check)
        self.typed.textChanged.connect(self._tell_typed)
        column.addStretch()
        return page

    # ---- going on

    def _turn(self, number: int) -> None:
        self.pages.setCurrentIndex(number)
        self.note.hide()
        self.step.setText(_("第 {n} 步，共 3 步").format(n=number + 1))
        self.back.setVisible(number > 0)
        self.go.setText(_("开始加密") if number == 2 else _("下一步"))
        self.go.setAccessibleName(self.go.text())
        if number == 0:
            self.form.field("passphrase").input.setFocus()
        elif number == 1:
            self.save.setFocus()
        else:
            self.typed.setFocus()

    def _back(self) -> None:
        self._turn(max(0, self.pages.currentIndex() - 1))

    def _next(self) -> None:
        number = self.pages.currentIndex()
        try:
            (self._take_passphrase, self._sheet_seen, self._take_back)[number]()
        except ShopError as error:
            if not (number == 0 and self.form.show_error(error)):
                self.note.setText(str(error))
                self.note.show()
            return
        if number == 2:
            self.accept()
        else:
            self._turn(number + 1)

    def _take_passphrase(self) -> None:
        values = self.form.values()
        if values["passphrase"] != values["again"]:
            raise Refused("两次输入的不一样。", field="again")
        keys.check_passphrase(values["passphrase"])
        self.passphrase, self.remember = values["passphrase"], self.kept.isChecked()

    def _sheet_seen(self) -> None:
        if not self._written:
            raise Refused("请先存成恢复单并打印：没有纸上的恢复密钥，忘了口令就再也打不开了。")

    def _take_back(self) -> None:
        if recovery_key.read(self.typed.text()) != self.key:
            raise Refused("这不是刚才那张恢复单上的密钥。请照新的那张输入。", field="recovery")

    def _save(self) -> None:
        suggested = _("恢复单") + f"-{keys.id_of(self.key)}.pdf"
        path = dialogs.ask_path(
            self, _("恢复单存到哪里"), save=True, suggested=suggested, kinds=_("PDF 文件 (*.pdf)")
        )
        if not path:
            return
        try:
            key_sheet.save(self.key, self._shop_name, self._day, Path(path))
        except ShopError as error:
            dialogs.tell(self, str(error), tone="bad")
            return
        self._written = True
        self.saved.setText(_("已存为 {file}。打印后请把这个文件删掉，不要留在电脑上。").format(file=path))
        self.note.hide()
        self.go.setFocus()

    def _tell_typed(self, text: str) -> None:
        """So many groups are there already; the first wrong one is named while typing."""
        signs = sum(1 for sign in text if sign.isalnum())
        self.check.setText(
            _("已输入 {n} 组，共 {all} 组").format(
                n=min(signs // 5, recovery_key.GROUPS), all=recovery_key.GROUPS
            )
        )


def _page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.px(8))
    return page, column


def ask_passphrase(parent: QWidget | None) -> str:
    """Another passphrase, typed twice; empty when the person changed their mind."""
    box = Box(parent, _("换口令"), 480)
    form = Form(
        [
            TextField("passphrase", _("新口令"), code=True, secret=True, required=True, length=200),
            TextField("again", _("再输一次口令"), code=True, secret=True, required=True, length=200),
        ]
    )
    words = _("钥匙和恢复单不变。别处留着的旧口令文件仍能用旧口令打开；要彻底换，请换钥匙。")
    box.body.addWidget(label(words, "muted", wrap=True))
    box.body.addWidget(form)
    found = []

    def keep() -> None:
        try:
            values = form.values()
            if values["passphrase"] != values["again"]:
                raise Refused("两次输入的不一样。", field="again")
            keys.check_passphrase(values["passphrase"])
        except ShopError as error:
            form.show_error(error)
            return
        found.append(values["passphrase"])
        box.accept()

    form.submitted.connect(keep)
    box.add_button(_("取消"), box.reject)
    box.add_button(_("换口令"), keep, "primary")
    form.field("passphrase").input.setFocus()
    box.exec()
    return found[0] if found else ""
