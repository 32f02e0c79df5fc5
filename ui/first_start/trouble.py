"""The books could not be opened: what happened, and the ways on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services import formats
from services.errors import ShopError
from services.words import _
from ui import dialogs
from ui.dialogs import Box
from ui.settings import backup_words
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton


class Trouble(Box):
    """Nothing was changed. Try again, put the last backup back, open another file, begin a shop, or leave."""

    def __init__(self, words: str, url: str = "") -> None:
        super().__init__(None, _("账册没有打开"), 520)
        self.answer = ""
        self.url = url
        self.newest = newest_backup(url) if url else None
        self.body.addWidget(label(words, wrap=True, selectable=True))
        again = KeyButton(_("再试一次"), "F5", "" if self.newest else "primary")
        again.clicked.connect(lambda: self._take("again"))
        other = KeyButton(_("打开另一个账册…"), "F6")
        other.clicked.connect(self._other)
        new = KeyButton(_("开一家新店…"), "F7")
        new.clicked.connect(lambda: self._take("new"))
        self.first = again
        if self.newest is not None:
            text = _("恢复最近的备份（{when}）…").format(when=_when(self.newest))
            self.first = KeyButton(text, "F8", "primary", _("损坏的账册会保留在旁边"))
            self.first.clicked.connect(self._restore)
            self.body.addWidget(self.first)
        for button in (again, other, new):
            self.body.addWidget(button)
        self.add_button(_("退出"), self.reject)
        self.first.setFocus()

    def _take(self, answer: str) -> None:
        self.answer = answer
        self.accept()

    def _other(self) -> None:
        path = dialogs.ask_path(self, _("打开另一个账册"), kinds=_("账册 (*.db)"))
        if path:
            self._take(path)

    def _restore(self) -> None:
        from services import recovery

        assert self.newest is not None
        words = _("{when} 之后登记的内容不在备份里。损坏的账册会保留在旁边，以后也许还能救回一些。")
        if not dialogs.ask(
            self, _("恢复最近的备份？"), words.format(when=_when(self.newest)), _("恢复"), danger=True
        ):
            return
        try:
            kept = recovery.put_back(self.url, Path(self.newest.file))
        except ShopError as error:
            dialogs.tell(self, str(error), tone="bad")
            return
        dialogs.tell(self, _("已恢复。损坏的账册存为 {file}。").format(file=kept.name), _("恢复好了"))
        self._take("again")


def newest_backup(url: str) -> Any:
    """The backup to offer: only when the books are damaged, not when they are merely locked or of a newer program."""
    from services import recovery

    try:
        found = recovery.choices(url) if recovery.is_damaged(url) else []
    except (ShopError, OSError):
        return None
    return found[0] if found else None


def _when(backup: Any) -> str:
    time = backup_words.local(backup.taken_at).strftime("%H:%M")
    return f"{formats.day(backup.day)} {time}"


def ask(words: str, url: str = "") -> str:
    """`again`, `new`, the path of other books, or empty: leave."""
    box = Trouble(words, url)
    box.exec()
    return box.answer
