"""The books could not be opened: what happened, and the ways on. Each kind of trouble has its own screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services import formats
from services.errors import NotOpened, ShopError
from services.settings import file_of
from services.words import N_, _
from ui import apart, dialogs
from ui.dialogs import Box
from ui.settings import backup_words
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton


@dataclass(frozen=True)
class Screen:
    """The heading of a kind, a word of comfort, and which ways make sense besides trying again and other books."""

    title: str
    more: str = ""
    ways: tuple[str, ...] = ()


_SAFE = N_("您的资料没有改动。")
SCREENS = {
    "missing": Screen(
        N_("没有找到账册"), N_("如果账册在 U 盘或另一块硬盘上，请插好再试一次。"), ("restore", "new")
    ),
    "empty": Screen(
        N_("账册文件是空的"),
        N_("云盘里的文件可能还没有下载到这台电脑：请在云盘程序里选“始终保留在此设备上”，再试一次。"),
        ("restore",),
    ),
    "foreign": Screen(N_("这不是熟客的账册"), _SAFE),
    "newer": Screen(N_("账册需要更新的熟客"), N_("请安装新版本，再打开一次；用旧版本硬开会损坏它。")),
    "network": Screen(
        N_("账册在网络共享上"), N_("可以把它搬到这台电脑；搬好并核对以后，才删掉共享上的。"), ("move",)
    ),
    "damaged": Screen(N_("账册文件有损坏"), N_("损坏的文件会原样留着，以后也许还能救回一些。"), ("restore",)),
    "locked": Screen(
        N_("账册正被别的程序占用"), N_("请关掉正在用它的程序（例如同步、杀毒软件），再试一次。")
    ),
    "cant_open": Screen(N_("账册打不开"), N_("请检查文件和文件夹的权限，或换一个账户登录电脑。")),
    "view_old": Screen(N_("账册要先升级"), _SAFE),
    "unfinished": Screen(N_("账册还没有建好"), "", ("new",)),
    "log_missing": Screen(
        N_("最后登记的内容不见了"), N_("三个文件（.db、-wal、-shm）要放在一起。"), ("restore", "as_is")
    ),
    "log_damaged": Screen(N_("最后登记的内容有损坏"), _SAFE, ("restore", "as_is")),
    "log_foreign": Screen(N_("旁边放着别的账册的日志"), _SAFE, ("restore", "as_is")),
    "key": Screen(N_("账册加了密"), _SAFE, ("key",)),
}
_OTHER = Screen(N_("账册没有打开"), "", ("restore", "new"))


class Trouble(Box):
    """Nothing was changed. The loud button is the way that helps most."""

    def __init__(self, words: str, url: str = "", kind: str = "") -> None:
        screen = SCREENS.get(kind, _OTHER)
        super().__init__(None, _(screen.title), 560)
        self.answer = ""
        self.url = url
        self.kind = kind
        self.newest = newest_backup(url) if url and "restore" in screen.ways else None
        self.body.addWidget(label(words, wrap=True, selectable=True))
        if screen.more:
            self.body.addWidget(label(_(screen.more), "muted", wrap=True))
        self.ways: dict[str, KeyButton] = {}
        if "key" in screen.ways:
            self._way("key", _("输入口令或恢复密钥…"), "F8", self._key)
        if self.newest is not None:
            text = _("恢复最近的备份（{when}）…").format(when=_when(self.newest))
            self._way("restore", text, "F8", self._restore, _("损坏的账册会保留在旁边"))
        if "move" in screen.ways:
            self._way("move", _("替我搬到这台电脑…"), "F8", self._move, _("先复制、核对，再切换"))
        self._way("again", _("再试一次"), "F5", lambda: self._take("again"))
        if "as_is" in screen.ways:
            tip = _("三个文件都先留一份")
            self._way("as_is", _("不带读不出的内容打开…"), "F9", self._as_is, tip)
        self._way("other", _("打开另一个账册…"), "F6", self._other)
        if kind not in ("network", "key", "newer", "log_missing", "log_damaged", "log_foreign"):
            self._way("new", _("开一家新店…"), "F7", lambda: self._take("new"))
        self.add_button(_("退出"), self.reject)
        self.first = next(iter(self.ways.values()))
        self.first.setFocus()

    def _way(self, name: str, words: str, key: str, do: Callable[[], Any], tip: str = "") -> None:
        made = KeyButton(words, key, "" if self.ways else "primary", tip)
        made.clicked.connect(lambda: do())
        self.ways[name] = made
        self.body.addWidget(made)

    def _take(self, answer: str) -> None:
        self.answer = answer
        self.accept()

    def _key(self) -> None:
        from ui.first_start import unlock

        path = file_of(self.url)
        answer = unlock.ask(path, self) if path is not None else ""
        if answer:
            self._take(answer)

    def _other(self) -> None:
        path = dialogs.ask_path(self, _("打开另一个账册"), kinds=_("账册 (*.db)"))
        if path:
            self._take(path)

    def _restore(self) -> None:
        from services import keys, recovery
        from ui.first_start import unlock

        assert self.newest is not None
        file = Path(self.newest.file)
        words = _("{when} 之后登记的内容不在备份里。损坏的账册会保留在旁边，以后也许还能救回一些。")
        if not dialogs.ask(
            self, _("恢复最近的备份？"), words.format(when=_when(self.newest)), _("恢复"), danger=True
        ):
            return
        try:
            if not unlock.with_key(self, file):
                return
            kept = apart.run(self, _("正在恢复…"), lambda: recovery.put_back(self.url, file))
        except keys.KeyNeeded:
            return
        except ShopError as error:
            dialogs.tell(self, str(error), tone="bad")
            return
        dialogs.tell(self, _("已恢复。损坏的账册存为 {file}。").format(file=kept.name), _("恢复好了"))
        self._take("again")

    def _as_is(self) -> None:
        from services import log_proof

        path = file_of(self.url)
        words = _("读不出的最后几笔会不在账册里，请对照小票补记。三个文件都会先留一份。")
        if path is None or not dialogs.ask(self, _("不带读不出的内容打开？"), words, _("打开"), danger=True):
            return
        try:
            kept = apart.run(self, _("正在整理…"), lambda: log_proof.open_as_is(path))
        except ShopError as error:
            dialogs.tell(self, str(error), tone="bad")
            return
        told = _("可以打开了。原来的文件存为 {file}。").format(file=kept.name)
        dialogs.tell(self, told, _("整理好了"))
        self._take("again")

    def _move(self) -> None:
        moved = move(self, self.url)
        if moved:
            self._take(moved)


def move(parent: Any, url: str, shop: Any = None) -> str:
    """Asks, then moves the books to this PC's own folder. Returns their new place, empty when nothing was moved.

    No books may be open. `shop`: who moves them, where they could be opened.
    """
    from services import moving
    from services.shop import open_shop

    def job() -> Path:
        if shop is not None:
            open_shop(shop.url, shop.clock)  # a connection of this thread, to read the rights from
        return moving.move(shop, url, target)

    try:
        target = moving.suggested(url)
        words = _("账册会搬到 {file}：先复制、逐项核对，再切换，最后清除原来的文件。别的电脑要先关掉熟客。")
        if not dialogs.ask(parent, _("替您搬到这台电脑？"), words.format(file=target), _("搬")):
            return ""
        apart.run(parent, _("正在搬账册…"), job)
    except ShopError as error:
        dialogs.tell(parent, str(error), tone="bad")
        return ""
    return "sqlite:///" + target.resolve().as_posix()


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


def ask(words: str, url: str = "", kind: str = "") -> str:
    """`again`, `new`, the path of other books, or empty: leave."""
    box = Trouble(words, url, kind)
    box.exec()
    return box.answer


def ask_about(error: ShopError, url: str) -> str:
    """The screen for this trouble. For encrypted books that is the question for the key itself."""
    kind = error.kind if isinstance(error, NotOpened) else ""
    path = file_of(url)
    if kind == "key" and path is not None:
        from ui.first_start import unlock

        return unlock.ask(path)
    return ask(str(error), url, kind)
