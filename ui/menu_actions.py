"""The menu: its lines with their keys, and what each opens, imported only when it is chosen."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from services import words
from services.words import N_, _
from ui import theme

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.work_page import WorkPage

Line = tuple[str, str, str, str]
"""Name, words, key, picture."""

GROUPS: tuple[tuple[Line, ...], ...] = (
    (
        ("import", N_("导入旧表格…"), "Ctrl+I", "import"),
        ("export", N_("导出…"), "Ctrl+E", "export"),
        ("print", N_("打印贺卡、标签、信封…"), "Ctrl+P", "printer"),
        ("vouchers", N_("礼金券…"), "Ctrl+Y", "gift"),
        ("arrivals", N_("新货找人…"), "F11", "star"),
        ("texts", N_("文案库…"), "Ctrl+Shift+T", "note"),
        ("grading", N_("客户整理…"), "Ctrl+G", "star"),
        ("duplicates", N_("重复客户…"), "Ctrl+M", "users"),
        ("erasures", N_("要删除的资料…"), "Ctrl+Shift+D", "trash"),
    ),
    (
        ("staff", N_("员工账号…"), "Ctrl+U", "users"),
        ("groups", N_("销售组与交接…"), "Ctrl+T", "users"),
        ("policy", N_("客情标准…"), "Ctrl+J", "table"),
        ("matrix", N_("联络标准表…"), "Ctrl+Shift+J", "table"),
        ("sms_gateway", N_("短信网关…"), "Ctrl+Shift+G", "mail"),
        ("backup", N_("备份与恢复…"), "Ctrl+B", "backup"),
        ("safety", N_("账册文件与加密…"), "Ctrl+Shift+E", "lock"),
        ("journal", N_("操作记录…"), "Ctrl+H", "clock"),
        ("books", N_("打开或新建账册…"), "Ctrl+O", "folder"),
    ),
    (("settings", N_("设置…"), "Ctrl+,", "settings"), ("help", N_("使用手册"), "F1", "help")),
)
PERSON: tuple[Line, ...] = (
    ("switch", N_("换人工作…"), "F12", "user"),
    ("pin", N_("修改我的密码…"), "", "edit"),
    ("lock", N_("锁定"), "Ctrl+L", "lock"),
)
PLACES = {
    "import": ("ui.imports.dialog", "open_dialog"),
    "export": ("ui.exports.dialog", "open_dialog"),
    "print": ("ui.printing.dialog", "open_dialog"),
    "vouchers": ("ui.vouchers.dialog", "open_dialog"),
    "arrivals": ("ui.contacts.arrivals", "open_page"),
    "texts": ("ui.contacts.texts", "open_dialog"),
    "matrix": ("ui.settings.matrix", "open_dialog"),
    "grading": ("ui.grading.dialog", "open_dialog"),
    "duplicates": ("ui.customers.duplicates_dialog", "open_dialog"),
    "erasures": ("ui.customers.erase_list", "open_dialog"),
    "journal": ("ui.settings.journal", "open_dialog"),
    "staff": ("ui.settings.people", "open_dialog"),
    "groups": ("ui.settings.groups", "open_dialog"),
    "policy": ("ui.settings.policy", "open_dialog"),
    "sms_gateway": ("ui.settings.sms_gateway", "open_dialog"),
    "backup": ("ui.settings.backup", "open_dialog"),
    "safety": ("ui.settings.encryption", "open_dialog"),
    "settings": ("ui.settings.preferences", "open_dialog"),
    "pin": ("ui.settings.people", "change_my_pin"),
    "books": ("ui.settings.books", "open_dialog"),
    "help": ("ui.settings.about", "open_manual"),
    "about": ("ui.settings.about", "open_dialog"),
}
"""Module and function of each action. The function gets the context and the window as its parent."""


def build(window: MainWindow, work: WorkPage) -> None:
    """Hangs the menus on the header's two buttons and the keys on the window."""
    menu = QMenu(window)
    for group in GROUPS:
        for line in group:
            menu.addAction(_action(window, *line))
        menu.addSeparator()
    _languages(window, menu)
    menu.addAction(_action(window, "about", N_("关于熟客"), "", "info"))
    menu.addSeparator()
    menu.addAction(_action(window, "quit", N_("退出"), "Ctrl+Q", "close"))
    work.more.setMenu(menu)
    people = QMenu(window)
    for line in PERSON:
        people.addAction(_action(window, *line))
    work.person.setMenu(people)


def _action(window: MainWindow, name: str, text: str, key: str, picture: str) -> QAction:
    action = QAction(theme.icon(picture), _(text), window)
    if key:
        action.setShortcut(QKeySequence(key))
    action.triggered.connect(lambda: window.do(name))
    window.addAction(action)
    window.actions_by_name[name] = action
    return action


def _languages(window: MainWindow, menu: QMenu) -> None:
    """Each language in its own words, so that nobody is lost."""
    tongues = menu.addMenu(theme.icon("note"), "语言 / Language")
    group = QActionGroup(window)
    for code, text in (("zh", "简体中文"), ("en", "English")):
        action = tongues.addAction(text)
        action.setCheckable(True)
        action.setChecked(words.language() == code)
        action.triggered.connect(lambda _on, code=code: window.speak(code))
        group.addAction(action)


def run(window: MainWindow, name: str) -> None:
    """Does the action called `name`."""
    if name == "quit":
        window.close()
    elif name == "lock":
        window.lock()
    elif name == "switch":
        window.ask_who(may_return=window.at_work)
    else:
        module, function = PLACES[name]
        try:
            found = importlib.import_module(module)
        except ModuleNotFoundError as missing:
            if not module.startswith(str(missing.name)):
                raise
            window.context.say(_("这个功能在这一版里还没有。"), tone="info")
            return
        getattr(found, function)(window.context, window)
