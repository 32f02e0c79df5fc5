"""What the buttons of the safety strip do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.errors import ShopError

if TYPE_CHECKING:
    from ui.main_window import MainWindow


def mend(window: MainWindow, way: str) -> None:
    """`reserve`, `again`, `restore` or `move`."""
    if way == "restore":
        window.do("backup")
    elif way == "move":
        from ui.settings import encryption

        encryption.move(window)
    elif way in ("again", "reserve"):
        _again(window, free_first=way == "reserve")


def _again(window: MainWindow, *, free_first: bool) -> None:
    from services import ballast
    from ui import app

    url = window.context.url
    if free_first:
        try:
            ballast.give_up(url)
        except ShopError as error:
            window.context.show_error(error)
            return
    app.reopen(window, url)
