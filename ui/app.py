"""The window's start: language, theme, one window per file, the books, then sign-in. Imports late what is needed late."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

# Qt comes last: it looks into the source of every module that is imported after it.
from services import settings as pc_settings  # isort: skip
from services import shop as _shop  # noqa: F401  # isort: skip
from services import staff as _staff  # noqa: F401  # isort: skip
from services import start as _start  # noqa: F401  # isort: skip
from services import words  # isort: skip
from services.errors import ShopError  # isort: skip
from services.words import _  # isort: skip
from ui.cli.frame import Options, Usage, read_options  # isort: skip
from PySide6.QtCore import QLibraryInfo, QLocale, QLockFile, QObject, QTimer, QTranslator  # isort: skip
from PySide6.QtWidgets import QApplication, QWidget  # isort: skip
from ui import theme  # isort: skip

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
        return 1 if _kept.get("failed") else 0
    status = app.exec()
    _let_go()
    return status


def make_app(options: Options) -> QApplication:
    """QApplication with our language, theme and fonts."""
    from services import log

    log.begin()
    _help_fcitx()
    settings = pc_settings.load()
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(theme.ARGUMENTS)
    app.setApplicationName("shuke")
    app.setDesktopFileName("shuke")
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
    """Opens the books and shows the window, or the wizard when there are none. False: the person gave up."""
    from services.start import has_books

    while True:
        if not has_books(url) and (options.db or not pc_settings.load().books_url):
            return _first_start(options, url)
        try:
            shop = _open(url, options)
        except ShopError as error:
            from ui.first_start import trouble

            answer = trouble.ask(str(error))
            if answer == "again":
                continue
            if answer == "new":
                return _first_start(options, pc_settings.default_books_url())
            if answer:
                url = answer
                continue
            _kept["failed"] = True
            return False
        show(shop, options)
        return True


def _open(url: str, options: Options) -> Shop:
    from services.shop import open_shop

    return open_shop(url, day=options.today)


def _first_start(options: Options, url: str) -> bool:
    from ui.first_start.wizard import Wizard

    wizard = Wizard(url, _context(None))
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


def _context(shop: Shop | None) -> Any:
    from ui.context import Context

    return Context(shop, pc_settings.load())


def show(shop: Shop, options: Options | None = None, *, at_work: bool = False) -> MainWindow:
    """Shows the main window: on the sign-in page, or at work for the owner who just set the shop up."""
    from ui.main_window import MainWindow

    context = _context(shop)
    if options and options.user:
        context.settings = context.settings.changed(last_user=options.user)
    window = MainWindow(context)
    _kept.update(window=window, context=context)
    window.show()
    if at_work:
        window.begin_work()
    QTimer.singleShot(0, window, lambda: _after_first_paint(window))
    return window


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
    _kept["window"] = new
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
    from services.start import close_books, has_books

    old = window.context.shop.url
    new = pc_settings.default_books_url()
    number = 2
    while has_books(new):
        new = "sqlite:///" + (pc_settings.data_folder() / f"shop{number}.db").as_posix()
        number += 1
    window.context.close()
    window.hide()
    close_books()
    window.retire()
    if not _first_start(Options(), new) and not start(Options(), old):
        QApplication.quit()


# ---- one window for each file of books


def _alone(url: str) -> bool:
    """Takes the lock of these books. False: they are open on this PC already, and that window comes to the front."""
    from services.start import books_place

    place = books_place(url)
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


def _after_first_paint(window: MainWindow) -> None:
    """What the sign-in page does not need: the work page, the last-resort font, the answer to a second start."""
    theme.load_bundled_font()
    QApplication.setWindowIcon(theme.app_icon())
    assert window.work is not None
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
        if isinstance(thing, QObject):
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
