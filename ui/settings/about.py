"""What this program is; the manual."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from services import log, words
from services.settings import file_of
from services.words import _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.widgets.card import label


def open_dialog(context: Context, parent: QWidget) -> None:
    """Name, where the books are, licences, and all keys on one page."""
    about(context, parent).exec()


def about(context: Context, parent: QWidget | None) -> Box:
    box = Box(parent, _("关于熟客"), 520)
    place = file_of(context.shop.url)
    lines = [
        _("熟客帮一家服装店照顾老顾客：档案、等级、礼品、联络、贺卡。"),
        _("账册：{place}").format(place=place or _("数据库服务器")),
        _("日志：{place}").format(place=log.file()),
        _("字体：霞鹜文楷（SIL 开放字体许可证）。"),
    ]
    for line in lines:
        box.body.addWidget(label(line, wrap=True, selectable=True))
    box.body.addWidget(label(_("常用的键"), "section"))
    keys = [
        ("F2 F3 F4", _("客户、礼品台账、联络日程")),
        ("F9 / Ctrl+K", _("查找顾客")),
        ("F12", _("换人工作")),
        ("Ctrl+L", _("锁定")),
        ("Ctrl+Z", _("撤销刚才那一步")),
        ("F10", _("菜单")),
    ]
    for key, meaning in keys:
        box.body.addWidget(label(f"{key}    {meaning}", "muted"))
    box.add_button(_("关闭"), box.accept, "primary").setFocus()
    return box


def open_manual(context: Context, parent: QWidget) -> None:
    """The manual in the language in use, with the system's own viewer; else where it lies."""
    file = manual_file()
    if file is None:
        context.say(_("没有找到手册。它在程序文件夹的 docs 里。"), tone="warn")
        return
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))):
        context.say(_("手册在 {file}").format(file=file), tone="info")


def manual_file() -> Path | None:
    folder = theme.RESOURCES.parent / "docs"
    names = ("manual.html", "manual.md", "README.md", "index.md")
    tongue = words.language()
    candidates = [folder / tongue / name for name in names]
    candidates += [folder / f"manual.{tongue}.{ending}" for ending in ("html", "md")]
    candidates += [folder / f"manual-{tongue}.{ending}" for ending in ("html", "md")]
    return next((path for path in candidates if path.exists()), None)
