"""What the menu's lines do: each opens its dialog, imported only now."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from services.words import _

if TYPE_CHECKING:
    from ui.main_window import MainWindow

PLACES = {
    "import": ("ui.imports.dialog", "open_dialog"),
    "export": ("ui.exports.dialog", "open_dialog"),
    "print": ("ui.printing.dialog", "open_dialog"),
    "staff": ("ui.settings.people", "open_dialog"),
    "policy": ("ui.settings.policy", "open_dialog"),
    "backup": ("ui.settings.backup", "open_dialog"),
    "settings": ("ui.settings.preferences", "open_dialog"),
    "pin": ("ui.settings.people", "change_my_pin"),
    "books": ("ui.settings.books", "open_dialog"),
    "help": ("ui.settings.about", "open_manual"),
    "about": ("ui.settings.about", "open_dialog"),
}
"""Module and function of each action. The function gets the context and the window as its parent."""


def run(window: MainWindow, name: str) -> None:
    """Does the action called `name`."""
    if name == "quit":
        window.close()
    elif name == "lock":
        window.lock()
    elif name == "switch":
        window.ask_who(may_return=window.at_work)
    elif name in PLACES:
        module, function = PLACES[name]
        try:
            found = importlib.import_module(module)
        except ModuleNotFoundError as missing:
            if not module.startswith(str(missing.name)):
                raise
            window.context.say(_("这个功能在这一版里还没有。"), tone="info")
            return
        getattr(found, function)(window.context, window)
