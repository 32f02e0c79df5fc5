"""The window's start: language, theme, one window per file, the books, then sign-in. Imports late what is needed late."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLibraryInfo, QLocale, QLockFile, QObject, QTimer, QTranslator
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from services import settings as pc_settings
from services import words
from services.errors import ShopError
from services.words import _
from ui import theme
from ui.cli.frame import Options, Usage, read_options

if TYPE_CHECKING:
    from services.shop import Shop
    from ui.main_window import MainWindow

_translators: list[QTranslator] = []
_kept: dict[str, Any] = {}
"""What must live as long as the program: the window, the lock, the server."""


def main(arguments: Sequence[str]) -> int:
    """Opens the window. Returns the exit status: 0 done, 1 the books could not be opened, 2 wrong usage."""
    try:
        options = read_options(arguments)
    except Usage as error:
        print(error, file=sys.stderr)
        return 2
    app = make_app(options)
    url = options.db or pc_settings.load().books_url or pc_settings.default_books_url()
    if not _alone(url):
        return 0
    if not start(options, url):
        return 0
    status = app.exec()
    failed = bool(_kept.pop("failed", False))
    _let_go()
    return 1 if failed else status


def make_app(options: Options) -> QApplication:
    """QApplication with our language, theme and fonts."""
    _help_fcitx()
    settings = pc_settings.load()
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        app = existing
    else:
        app = QApplication(theme.ARGUMENTS)
        app.setProperty("fusion", True)
    app.setApplicationName("shuke")
    app.setDesktopFileName("shuke")
    app.setQuitOnLastWindowClosed(False)
    speak(options.lang or settings.language or words.system_language())
    theme.apply(app, options.theme or settings.theme, settings.font_size)
    sys.excepthook = _crashed
    return app


def speak(code: str) -> None:
    """Our words and Qt's own (保存, 取消) in this language from now on."""
    words.use_language(code)
    app = QApplication.instance()
    for translator in _translators:
        app.removeTranslator(translator)
    _translators.clear()
    chinese = words.language() == "zh"
    country = QLocale.Country.China if chinese else QLocale.Country.UnitedKingdom
    QLocale.setDefault(QLocale(QLocale.Language.Chinese if chinese else QLocale.Language.English, country))
    if chinese:
        translator = QTranslator(app)
        place = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load("qtbase_zh_CN", place):
            app.installTranslator(translator)
            _translators.append(translator)


def start(options: Options, url: str) -> bool:
    """Shows the window, which opens the books after its first paint; or the wizard when there are none.

    False: the person gave up in the wizard.
    """
    if not pc_settings.has_books(url) and (options.db or not pc_settings.load().books_url):
        return _first_start(options, url)
    show(None, options, url=url)
    return True


def _trouble(window: MainWindow, options: Options, error: ShopError) -> None:
    """The books did not open: says why, and goes on as the person chooses."""
    from ui.first_start import trouble

    url = window.context.url
    window.context.close()
    window.retire()
    answer = trouble.ask_about(error, url)
    if answer == "again":
        begun = start(options, url)
    elif answer == "new":
        begun = _first_start(options, _free_place())
    else:
        begun = bool(answer) and start(Options(), answer)
    if not begun:
        _kept["failed"] = True
        QApplication.quit()


def _open(url: str, options: Options) -> Shop:
    from services.shop import open_shop

    return open_shop(url, day=options.today)


def _first_start(options: Options, url: str) -> bool:
    from ui.context import Context
    from ui.first_start.wizard import Wizard

    wizard = Wizard(url, Context(None, pc_settings.load()))
    if not wizard.exec():
        return False
    settings = pc_settings.load()
    if wizard.books_url and wizard.books_url != settings.books_url and not options.db:
        wizard.context.change_settings(books_url=wizard.books_url)
    wizard.context.close()
    shop = wizard.shop
    if shop is None:
        return start(options, wizard.books_url or url)
    window = show(shop, options, at_work=wizard.signed_in)
    if wizard.then_import:
        QTimer.singleShot(0, lambda: window.do("import"))
    return True


def show(
    shop: Shop | None, options: Options | None = None, *, url: str = "", at_work: bool = False
) -> MainWindow:
    """Shows the main window: on the sign-in page, or at work for the owner who just set the shop up.

    Without a shop, the books behind `url` are opened after the first paint.
    """
    from ui.context import Context
    from ui.main_window import MainWindow

    options = options or Options()
    settings = pc_settings.load()
    if options.user:
        settings = settings.changed(last_user=options.user)
    context = Context(shop, settings, url=url, opener=lambda: _open(url, options))
    window = MainWindow(context)
    _keep(window)
    window.painted.connect(lambda: _after_first_paint(window, options))
    window.show()
    if at_work:
        window.begin_work()
        window.day.begin()
    return window


def _keep(window: MainWindow) -> None:
    window.closed.connect(QApplication.quit)
    _kept.update(window=window, context=window.context)


def rebuild(window: MainWindow) -> MainWindow:
    """The same window anew, in another language, theme or font size: same place, same person, same tab."""
    from ui.main_window import MainWindow

    at_work, tab = window.at_work, window.work.current_tab()
    settings = window.context.settings
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, settings.theme, settings.font_size)
    new = MainWindow(window.context)
    new.setGeometry(window.geometry())
    new.show()
    if at_work:
        new.begin_work(tab)
    window.retire()
    _keep(new)
    return new


def reopen(window: MainWindow, url: str) -> MainWindow | None:
    """Other books, or restored ones: everything is read anew and somebody signs in."""
    from services.start import close_books

    window.context.close()
    close_books()
    window.retire()
    if not start(Options(), url):
        QApplication.quit()
        return None
    return _kept.get("window")


def change_books(window: MainWindow, url: str) -> None:
    """Opens other books instead, and remembers them for the next start."""
    if not _alone(url):
        return
    window.context.change_settings(books_url=url)
    reopen(window, url)


def another_shop(window: MainWindow) -> None:
    """The wizard again. The open books stay as they are; giving up returns to them."""
    from services.start import close_books

    old = window.context.url
    window.context.close()
    window.retire()
    close_books()
    if not _first_start(Options(), _free_place()) and not start(Options(), old):
        QApplication.quit()


def _free_place() -> str:
    """Where a new shop's file goes: beside those that are there, over none of them."""
    url, number = pc_settings.default_books_url(), 2
    while pc_settings.has_books(url):
        url = "sqlite:///" + (pc_settings.data_folder() / f"shop{number}.db").as_posix()
        number += 1
    return url


# ---- one window for each file of books


def _alone(url: str) -> bool:
    """Takes the lock of these books. False: they are open on this PC already, and that window comes to the front."""
    place = pc_settings.file_of(url)
    if place is None or not place.parent.exists():
        return True
    lock = QLockFile(str(place) + ".lock")
    lock.setStaleLockTime(0)
    if lock.tryLock(100):
        _kept["lock"], _kept["server_name"] = lock, _server_name(str(place))
        return True
    if lock.error() != QLockFile.LockError.LockFailedError:
        return True
    _raise_other(_server_name(str(place)))
    return False


def _server_name(place: str) -> str:
    import hashlib

    return "shuke-" + hashlib.sha256(place.encode()).hexdigest()[:16]


def _raise_other(name: str) -> None:
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(name)
    if socket.waitForConnected(1000):
        socket.write(b"raise")
        socket.waitForBytesWritten(1000)
        socket.disconnectFromServer()
    else:
        print(_("这个账册已经在另一个窗口里打开了。"), file=sys.stderr)


def _after_first_paint(window: MainWindow, options: Options) -> None:
    """What the first paint does not need: the books, the last-resort font, the answer to a second start, the tabs."""
    try:
        window.open_books()
    except ShopError as error:
        _trouble(window, options, error)
        return
    from services import log

    log.begin()
    theme.load_bundled_font()
    QApplication.setWindowIcon(theme.app_icon())
    QTimer.singleShot(0, window, lambda: window.work)
    if "server_name" in _kept and "server" not in _kept:
        from PySide6.QtNetwork import QLocalServer

        QLocalServer.removeServer(_kept["server_name"])
        server = QLocalServer(QApplication.instance())
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(_come_to_front)
        server.listen(_kept["server_name"])
        _kept["server"] = server


def _come_to_front() -> None:
    server = _kept.get("server")
    if server is not None:
        server.nextPendingConnection().close()
    window = _kept.get("window")
    if isinstance(window, QWidget):
        window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()


def _let_go() -> None:
    from services.start import close_books

    close_books()
    for name in ("server", "window"):
        thing = _kept.pop(name, None)
        if isinstance(thing, QObject) and isValid(thing):
            thing.deleteLater()
    lock = _kept.pop("lock", None)
    if lock is not None:
        lock.unlock()


# ---- what Qt and Python do not do by themselves


def _help_fcitx() -> None:
    """The wheels have no fcitx plug-in; fcitx answers on the ibus protocol too (tech-findings 1)."""
    if os.environ.get("QT_IM_MODULE") in ("fcitx", "fcitx5"):
        os.environ["QT_IM_MODULE"] = "ibus"


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An exception in a slot: said in a dialog, once at a time, never a traceback in the person's face."""
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    from services import log

    if _kept.get("crashing"):
        log.bug(error)
        return
    _kept["crashing"] = True
    try:
        context = _kept.get("context")
        if context is not None and isinstance(error, Exception):
            context.show_error(error)
        else:
            from ui import dialogs

            dialogs.report_bug(None, error)
    finally:
        _kept["crashing"] = False
