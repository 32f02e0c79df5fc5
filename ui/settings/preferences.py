"""This PC's settings: language, theme, font size, second backup place, scanner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from services import settings as pc_settings
from services import words
from services.words import _
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, FolderField, Form, TextField
from ui.widgets.card import label

if TYPE_CHECKING:
    from ui.main_window import MainWindow


class Preferences(Box):
    """Nothing here is about the shop: another PC on the same books has its own."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("设置"), 520)
        self.context = context
        self.body.addWidget(label(_("只影响这台电脑，不影响账册里的内容。"), "muted", wrap=True))
        self.form = Form(
            [
                ChoiceField("language", "语言 / Language", [("zh", "简体中文"), ("en", "English")]),
                ChoiceField(
                    "theme", _("外观"), [("light", _("浅色")), ("dark", _("深色")), ("system", _("跟随系统"))]
                ),
                ChoiceField("font_size", _("字号"), [(n, str(n)) for n in pc_settings.FONT_SIZES]),
                FolderField(
                    "backup_folder",
                    _("备份的第二个位置"),
                    hint=_("U 盘或另一块硬盘上的文件夹；每天的备份在那里再存一份。不用就空着。"),
                ),
                TextField("scan_prefix", _("扫码枪前缀"), code=True, length=8),
                TextField(
                    "scan_suffix",
                    _("扫码枪后缀"),
                    code=True,
                    length=8,
                    hint=_("扫码枪自己加在前后的字符；大多数扫码枪没有。"),
                ),
            ]
        )
        settings = context.settings
        self.form.load(settings.changed(language=settings.language or words.language()))
        self.body.addWidget(self.form)
        self.form.submitted.connect(self.keep)
        self.add_button(_("取消"), self.reject)
        self.add_button(_("保存"), self.keep, "primary")

    def keep(self) -> None:
        """Remembers everything; a changed look is shown at once."""
        from services.errors import ShopError

        try:
            values = self.form.values()
        except ShopError:
            return
        folder = values["backup_folder"]
        if folder and not Path(folder).is_dir():
            self.form.field("backup_folder").tell_wrong(_("没有这个文件夹。请插上 U 盘，或另选一个。"))
            return
        before = self.context.settings
        values["language"] = values["language"] or before.language
        self.context.change_settings(**values)
        self.accept()
        after = self.context.settings
        if (after.language, after.theme, after.font_size) != (
            before.language,
            before.theme,
            before.font_size,
        ):
            window = self.parent()
            QTimer.singleShot(0, lambda: _show_look(window))


def _show_look(window: object) -> None:
    from ui import app
    from ui.main_window import MainWindow

    if isinstance(window, MainWindow):
        app.speak(window.context.settings.language or words.language())
        app.rebuild(window)


def open_dialog(context: Context, parent: MainWindow) -> None:
    Preferences(context, parent).exec()
