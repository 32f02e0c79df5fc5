"""Before a restore: both sides beside each other, what will be gone, what the program sees to, and the owner's PIN."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from services import formats
from services.errors import ShopError
from services.rights import Right
from services.words import N_, _
from ui import apart, dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.first_start import unlock
from ui.settings import backup_words
from ui.settings.encryption import pin_again
from ui.widgets.card import Card, label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.restore_view import Comparison, Side
    from ui.main_window import MainWindow

LOST = (
    ("customers", N_("{n} 位客户")),
    ("tickets", N_("{n} 张消费单")),
    ("gifts_issued", N_("{n} 次发礼品")),
    ("contacts", N_("{n} 项联络")),
    ("consents", N_("{n} 项同意记录")),
    ("opt_outs", N_("{n} 项退订")),
)


class RestoreBox(Box):
    """Accepted: `chosen` is to be restored, and the owner's PIN was right."""

    def __init__(self, context: Context, chosen: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("用备份代替现在的账册"), 680)
        self.context = context
        self.chosen = chosen
        self.compared: Comparison | None = None
        self.then, self.now = Card(_("这份备份")), Card(_("现在的账册"))
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        row.addWidget(self.then, 1)
        row.addWidget(self.now, 1)
        self.body.addLayout(row)
        self.state = label(_("正在验证这份备份…"), "muted", wrap=True)
        self.body.addWidget(self.state)
        self.lost = Card(_("恢复以后会少掉"), tone="warn")
        self.lost_words = label("", wrap=True)
        self.lost.body.addWidget(self.lost_words)
        self.lost.hide()
        self.body.addWidget(self.lost)
        self.sees_to = label("", "muted", wrap=True)
        self.sees_to.hide()
        self.body.addWidget(self.sees_to)
        self.older = KeyButton(_("换更早的一份好的"), "F6", tip=_("最近一份通过验证的备份"))
        self.older.clicked.connect(self._older)
        self.older.hide()
        self.buttons.insertWidget(0, self.older)
        self.add_button(_("取消"), self.reject).setFocus()
        self.go = self.add_button(_("恢复…"), self._agree, "danger")
        self.go.setEnabled(False)
        self._compare()

    def _compare(self) -> None:
        from services import restore_view

        shop, chosen = self.context.shop, self.chosen
        self.context.tasks.read(
            lambda _progress: restore_view.compare(shop, chosen), self._show, self._failed
        )

    def _failed(self, error: Exception) -> None:
        path = getattr(error, "path", None)
        if getattr(error, "kind", "") == "key" and isinstance(path, Path):
            if unlock.ask(path, self, backup=True):
                self._compare()
            else:
                self.reject()
            return
        self.reject()
        self.context.show_error(error)

    def _show(self, found: Any) -> None:
        self.compared = found
        when = backup_words.local(found.chosen.taken_at).strftime("%H:%M")
        taken = f"{formats.day(found.chosen.day, year=True)} {when}"
        _fill(self.then, found.then, taken, backup_words.reason(found.chosen.reason))
        _fill(self.now, found.now, formats.day(found.now.day, year=True), "")
        if found.wrong:
            self.state.setText(_("不能用：{why}").format(why=found.wrong))
            theme.kind(self.state, "bad")
            self.older.show()
            self.lost.hide()
            self.sees_to.hide()
            self.go.setEnabled(False)
            return
        self.state.setText(_("已验证：文件完好，结构和总数都对。"))
        theme.kind(self.state, "good")
        self.older.hide()
        lines = [
            _(words).format(n=f"{found.lost.get(name, 0):,}") for name, words in LOST if found.lost.get(name)
        ]
        self.lost_words.setText(
            _("{what}。请对照小票和本子补记。").format(what=_("、").join(lines))
            if lines
            else _("没有：备份以后没有登记过这些内容。")
        )
        self.lost.show()
        self.sees_to.setText("\n".join(sees_to(found)))
        self.sees_to.show()
        self.go.setEnabled(True)

    def _older(self) -> None:
        from services import restore_view

        chosen = self.chosen
        self.older.setEnabled(False)
        self.context.read(
            lambda _progress: restore_view.next_older(chosen, chosen.file.parent), self._take_older
        )

    def _take_older(self, found: Any) -> None:
        self.older.setEnabled(True)
        if found is None:
            self.state.setText(_("没有更早的、通过验证的备份。"))
            return
        self.chosen = found
        self._compare()

    def _agree(self) -> None:
        if pin_again(self.context, self, Right.RESTORE):
            self.accept()


def sees_to(found: Any) -> list[str]:
    """What the program does by itself, before and after."""
    lines = [_("• 现在的账册会先备份，需要时可以再恢复回来。")]
    if found.erased:
        lines.append(_("• 备份以后删除的 {n} 位客户的资料会再删一次。").format(n=found.erased))
    if found.gifts:
        lines.append(_("• 那时已批准的 {n} 件礼品，发放前会提醒先问是不是领过。").format(n=found.gifts))
    if found.messages:
        lines.append(_("• 那时待发的 {n} 批短信先扣住，核对后再发。").format(n=found.messages))
    if found.then is not None and found.now.encrypted and not found.then.encrypted:
        lines.append(_("• 备份没有加密，恢复后照旧用现在的钥匙加密。"))
    if found.then is not None and found.then.encrypted and not found.now.encrypted:
        lines.append(_("• 备份是加密的，恢复后和现在一样不加密。"))
    return lines


def _fill(card: Card, side: Side | None, when: str, why: str) -> None:
    """The facts of one side, one under the other."""
    old = card.findChild(QWidget, "facts")
    if old is not None:
        card.body.removeWidget(old)
        old.hide()
        old.deleteLater()
    facts = QWidget()
    facts.setObjectName("facts")
    grid = QGridLayout(facts)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme.px(12))
    grid.setVerticalSpacing(theme.px(4))
    rows: list[tuple[str, str]] = [(_("日期"), when)]
    if why:
        rows.append((_("为什么"), why))
    if side is not None:
        rows += [
            (_("店名"), side.shop),
            (_("客户"), f"{side.customers:,}"),
            (_("消费单"), f"{side.tickets:,}"),
            (_("消费合计"), formats.money(side.paid)),
            (_("最后一张单"), formats.day(side.last_ticket) if side.last_ticket else "–"),
            (_("有没有加密"), _("是") if side.encrypted else _("否")),
        ]
    for number, (head, value) in enumerate(rows):
        grid.addWidget(label(head, "muted"), number, 0)
        shown = label(value, wrap=True)
        shown.setAlignment(Qt.AlignmentFlag.AlignRight)
        grid.addWidget(shown, number, 1)
    grid.setColumnStretch(1, 1)
    grid.setRowStretch(len(rows), 1)
    card.body.addWidget(facts)
    card.body.setStretchFactor(facts, 1)


def ask(context: Context, chosen: Any, parent: QWidget | None) -> Path | None:
    """The backup's file when the owner agreed, with the PIN; None when nothing shall happen."""
    box = RestoreBox(context, chosen, parent)
    return Path(box.chosen.file) if box.exec() else None


def restore(window: MainWindow, file: Path) -> None:
    """Ends all work on the open books first: no thread may keep the old file open. Then everybody signs in anew."""
    from services import backup, start
    from services.shop import open_shop
    from ui import app

    shop = window.context.shop
    window.hide()
    window.context.close()
    start.close_books()

    def job() -> Any:
        open_shop(shop.url, shop.clock)
        return backup.restore(shop, file)

    try:
        safety = apart.run(None, _("正在恢复…"), job, _("先备份现在的账册，再换上备份。请不要关电脑。"))
        words = _("已恢复。恢复之前的账册存为 {file}。").format(file=safety.file.name)
        tone = "done"
    except ShopError as error:
        words, tone = str(error), "bad"
    start.close_books()
    new = app.reopen(window, shop.url)
    if tone == "bad":
        dialogs.tell(new, words, tone="bad")
    elif new is not None:
        new.sign_in.tell_done(words)
