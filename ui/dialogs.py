"""The only message boxes: ask, tell, ask for a reason or a file, work with Stop, report a bug. Dialogs are rare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from services import log
from services.words import _
from ui import theme
from ui.context import Context
from ui.form import Line
from ui.tasks import Job, T
from ui.widgets.card import capital, label

SHOW_PROGRESS_AFTER = 500
"""Milliseconds: shorter work shows nothing (spec 07)."""
TITLE_BAR = 32
"""Pixels that the desktop needs above a dialog."""
LOWEST_LIST = 72
"""Pixels at font size 14 that a list keeps."""


class Box(QDialog):
    """A dialog of ours: heading, content, one row of buttons at the right; Escape is the harmless way out.

    Put content into `body`; add buttons with `add_button`. Enter presses the primary button only when the person
    is on it or in a field of the dialog: a scanner's Enter in a fresh dialog changes nothing (`ui/scanner.py`).
    """

    def __init__(self, parent: QWidget | None, title: str, width: int = 440) -> None:
        super().__init__(parent)
        title = capital(title)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setMinimumWidth(theme.px(width))
        layout = QVBoxLayout(self)
        edge = theme.px(24)
        layout.setContentsMargins(edge, theme.px(16), edge, theme.px(16))
        layout.setSpacing(theme.px(12))
        self.heading = label(title, "heading", wrap=True)
        layout.addWidget(self.heading)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.px(8))
        layout.addLayout(self.body)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(theme.px(8))
        self.buttons.addStretch()
        layout.addSpacing(theme.px(4))
        layout.addLayout(self.buttons)

    def add_button(self, words: str, do: Callable[[], Any], look: str = "") -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.setAccessibleName(words)
        if look:
            theme.kind(button, look)
        button.clicked.connect(lambda: do())
        self.buttons.addWidget(button)
        return button

    def showEvent(self, event: QShowEvent) -> None:
        self._stay_on_screen()
        super().showEvent(event)

    def fit(self) -> None:
        """As high as its texts need at this width: words that came in later, or broke into more lines."""
        self.layout().activate()
        self.resize(self.width(), self.layout().totalHeightForWidth(self.width()))
        self._stay_on_screen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More came in than was there at first."""
        super().resizeEvent(event)
        if self.isVisible() and self.height() > self.screen().availableGeometry().height() - TITLE_BAR:
            QTimer.singleShot(0, self, self._stay_on_screen)

    def _stay_on_screen(self) -> None:
        """Large letters on a small screen: the lists become lower, the buttons stay to be seen."""
        room = self.screen().availableGeometry().size() - QSize(0, TITLE_BAR)
        lowest = theme.px(LOWEST_LIST)
        for _again in range(3):
            over = self.minimumSizeHint().height() - room.height()
            lists = [
                one
                for one in self.findChildren(QWidget)
                if lowest < one.minimumHeight() < one.maximumHeight()
            ]
            if over <= 0 or not lists:
                break
            for one in lists:
                one.setMinimumHeight(max(one.minimumHeight() - -(-over // len(lists)), lowest))
            self.layout().activate()
        self.resize(self.size().boundedTo(room))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            return
        super().keyPressEvent(event)


def close_all() -> None:
    """The window locks itself: no dialog may go on showing what lies behind. Work under way is not stopped."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible() and not isinstance(widget, Working):
            widget.done(QDialog.DialogCode.Rejected)


def ask(
    parent: QWidget | None, title: str, text: str = "", yes: str = "", no: str = "", *, danger: bool = False
) -> bool:
    """A question about something that cannot be undone. The harmless answer has the focus when `danger`."""
    box = Box(parent, title)
    if text:
        box.body.addWidget(label(text, wrap=True))
    back = box.add_button(no or _("取消"), box.reject)
    go = box.add_button(yes or _("确定"), box.accept, "danger" if danger else "primary")
    (back if danger else go).setFocus()
    return box.exec() == QDialog.DialogCode.Accepted


def tell(parent: QWidget | None, text: str, title: str = "", tone: str = "info") -> None:
    """Something that must be read before going on (disk full, file locked): what happened and what to do."""
    box = Box(parent, title or (_("没有办成") if tone == "bad" else _("请看一下")))
    box.body.addWidget(label(text, wrap=True, selectable=True))
    box.add_button(_("知道了"), box.accept, "primary").setFocus()
    box.exec()


def ask_text(
    parent: QWidget | None,
    title: str,
    text: str = "",
    yes: str = "",
    *,
    secret: bool = False,
    required: bool = True,
) -> str | None:
    """One line of words (a reason, a PIN). None when the person changed their mind."""
    box = Box(parent, title)
    if text:
        box.body.addWidget(label(text, "muted", wrap=True))
    line = Line(title, code=secret)
    if secret:
        line.setEchoMode(line.EchoMode.Password)
    box.body.addWidget(line)
    box.add_button(_("取消"), box.reject)
    go = box.add_button(yes or _("确定"), box.accept, "primary")

    def check() -> None:
        go.setEnabled(bool(line.text().strip()) or not required)

    line.textChanged.connect(check)
    line.entered.connect(lambda: box.accept() if go.isEnabled() else None)
    check()
    line.setFocus()
    return line.text().strip() if box.exec() == QDialog.DialogCode.Accepted else None


def ask_path(
    parent: QWidget | None,
    title: str,
    *,
    save: bool = False,
    suggested: str = "",
    kinds: str = "",
    folder: bool = False,
) -> str:
    """The one way to a file or folder; empty when the person changed their mind. Tests replace this function."""
    if folder:
        return QFileDialog.getExistingDirectory(parent, title, suggested)
    if save:
        return QFileDialog.getSaveFileName(parent, title, suggested, kinds)[0]
    return QFileDialog.getOpenFileName(parent, title, suggested, kinds)[0]


class Working(Box):
    """Shows how far long work is, with Stop. Appears only if the work takes longer than half a second."""

    def __init__(self, parent: QWidget | None, title: str, text: str = "") -> None:
        super().__init__(parent, title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        if text:
            self.body.addWidget(label(text, "muted", wrap=True))
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(title)
        self.count = label("", "muted")
        self.body.addWidget(self.bar)
        self.body.addWidget(self.count)
        self.stop_button = self.add_button(_("停止"), self._stop)
        self.on_stop: Callable[[], None] = lambda: None
        self._over = False
        QTimer.singleShot(SHOW_PROGRESS_AFTER, self, self._show_if_slow)

    def _show_if_slow(self) -> None:
        if not self._over:
            self.open()

    def tell(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.count.setText(f"{done:,} / {total:,}" if total else f"{done:,}")

    def over(self) -> None:
        self._over = True
        self.done(0)
        self.deleteLater()

    def reject(self) -> None:
        self._stop()

    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.count.setText(_("正在停止，什么都不会只做一半…"))
        self.on_stop()


def work(
    context: Context,
    parent: QWidget | None,
    title: str,
    job: Job[T],
    on_done: Callable[[T], None] | None = None,
    *,
    text: str = "",
    reads: bool = False,
    on_error: Callable[[Exception], None] | None = None,
    on_stopped: Callable[[], None] | None = None,
) -> Working:
    """Long work with a progress dialog and Stop; stopping leaves nothing half-done and says so."""
    working = Working(parent, title, text)

    def done(answer: T) -> None:
        working.over()
        if on_done:
            on_done(answer)

    def failed(error: Exception) -> None:
        working.over()
        (on_error or context.show_error)(error)

    def stopped() -> None:
        working.over()
        if on_stopped:
            on_stopped()
        else:
            context.say(_("已停止，没有留下任何改动。"), tone="info")

    line = context.tasks.read if reads else context.tasks.write
    task = line(job, done, failed, on_progress=working.tell, on_stopped=stopped)
    working.on_stop = task.stop
    return working


def report_bug(parent: QWidget | None, error: BaseException) -> None:
    """Our mistake, said plainly: nothing saved is lost, and here is what to send. The report goes to the log too."""
    report = log.report(error)
    log.bug(error)
    box = Box(parent, _("程序出了错"), 560)
    words = _(
        "这是程序的毛病，不是您操作的问题。已经保存的内容都在；刚才这一步可能没有做成，请看一下再做一次。"
    )
    box.body.addWidget(label(words, wrap=True))
    box.body.addWidget(label(_("把下面的报告发给维护的人，里面没有客户资料："), "muted", wrap=True))
    text = QPlainTextEdit(report)
    text.setReadOnly(True)
    text.setAccessibleName(_("错误报告"))
    text.setMinimumHeight(theme.px(160))
    box.body.addWidget(text)
    copied = QLabel()
    box.buttons.insertWidget(0, copied)

    def copy() -> None:
        QApplication.clipboard().setText(report)
        copied.setText(_("已复制"))

    box.add_button(_("复制报告"), copy)
    box.add_button(_("关闭"), box.accept, "primary").setFocus()
    box.exec()
