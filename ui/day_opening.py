"""The day's opening, in the background after somebody signed in: upkeep, schedule, backup; asked about on odd dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from services.errors import NotAllowed, Refused
from services.progress import Progress
from services.words import _
from ui.context import Context


class DayOpening(QObject):
    """Idempotent: every sign-in may ask for it (spec 08)."""

    opened = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._backing_up = False
        self._told = ""

    def begin(self, *, confirmed: bool = False) -> None:
        """`confirmed`: somebody said that the PC's date is right."""
        if _only_looking():
            return
        shop = self.context.shop

        def job(progress: Progress) -> Any:
            from services import daily

            return daily.open_day(shop, progress, confirmed=confirmed, backs_up=False)

        self.context.tasks.write(job, self._done, self._failed)

    def go_on(self) -> None:
        """Once a minute: a backup when one is due. It is proven beside the work; nobody waits for it."""
        if not self.context.signed_in or self._backing_up or _only_looking():
            return
        shop = self.context.shop

        def job(_progress: Progress) -> Any:
            from services import backup

            return backup.now_and_then(shop)

        self._backing_up = True
        self.context.tasks.read(job, self._rest, self._failed_backup)

    def _rest(self, _made: Any) -> None:
        self._backing_up = False

    def _failed_backup(self, error: Exception) -> None:
        """Said in the status line, once: a dialog every minute would only be clicked away."""
        self._backing_up = False
        words = str(error)
        if words != self._told:
            self._told = words
            self.context.say(words, tone="bad")

    def end(self) -> None:
        """The window closes: a copy of what changed since the last backup. The next start proves it."""
        if not self.context.signed_in or _only_looking():
            return
        shop = self.context.shop

        def job(_progress: Progress) -> None:
            from services import backup

            backup.on_closing(shop)

        self.context.tasks.write(job)

    def _done(self, opened: Any) -> None:
        from ui.contacts.sms_sender import keep_fetching

        keep_fetching(self.context)
        shop = self.context.shop

        def job(_progress: Progress) -> str:
            from services import daily

            return daily.back_up(shop)

        self.context.tasks.read(job, self._backed_up, self._failed_backup)
        warning = self.second_place_warning()
        if warning or opened.reminders:
            self.context.say(warning or " ".join(opened.reminders), tone="warn" if warning else "info")

    def _backed_up(self, _file: str) -> None:
        self.opened.emit()

    def _failed(self, error: Exception) -> None:
        """The PC's date looks wrong: asked about, because upkeep on a wrong day demotes people."""
        if not isinstance(error, Refused) or isinstance(error, NotAllowed):
            self.context.show_error(error)
            return
        from ui import dialogs

        title, yes, no = _("今天的日期对吗？"), _("日期没错，开店"), _("先不整理")
        if dialogs.ask(None, title, str(error), yes, no, danger=True):
            self.begin(confirmed=True)

    def second_place_warning(self) -> str:
        """A forgotten USB stick is no news for the policy's days; after that it is said plainly."""
        settings, shop = self.context.settings, self.context.shop
        if not settings.backup_folder:
            return ""
        today = shop.today()
        if Path(settings.backup_folder).is_dir():
            if settings.second_backup_on != today.isoformat():
                self.context.change_settings(second_backup_on=today.isoformat())
            return ""
        last = settings.second_backup_on
        if last and (today - date.fromisoformat(last)).days < shop.policy.safety.second_place_warn_days:
            return ""
        place = settings.backup_folder
        return _("备份的第二个位置 {place} 连不上。请插上 U 盘，或在“设置”里换一个文件夹。").format(
            place=place
        )


def _only_looking() -> bool:
    """On a full disk or in a read-only place there is no upkeep and no backup: the strip at the top says why."""
    from services import start

    return bool(start.viewing())
