"""What is done with the chosen campaign: released, exported, closed, cancelled, copied; each said, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt

from services.errors import ShopError
from services.sms.words import exported_words
from services.words import _
from ui import dialogs
from ui.contacts import campaigns_jobs as jobs

if TYPE_CHECKING:
    from services.campaigns.reading import Campaign
    from ui.contacts.campaigns import CampaignsPage


class CampaignActs(QObject):
    """The acts of the page behind it."""

    def __init__(self, page: CampaignsPage) -> None:
        super().__init__(page)
        self.page = page
        self.context = page.context

    def opened(self) -> None:
        if self.page.edit.isVisible():
            self.edit()
        elif self.page.results.isVisible():
            self.results()

    def edit(self) -> None:
        from ui.contacts.campaigns_editor import open_editor

        if self.page.found:
            open_editor(self.context, self.page, self.page.found.campaign, saved=self.page.select)

    def next(self) -> None:
        step = self.page.step(self.page.found) if self.page.found and self.page.may_plan() else None
        if step:
            step[2]()

    def release(self) -> None:
        """Shows once more whom it reaches; the lot is drawn only once."""
        assert self.page.found is not None
        one, shop = self.page.found.campaign, self.context.shop
        from services.campaigns.drafts import draft_of
        from services.campaigns.words import look_words

        def sure(found: Any) -> None:
            words = "\n".join([*look_words(found), _("发布以后名单、内容和抽签都不再变。")])
            if dialogs.ask(self.page.window(), _("发布“{name}”？").format(name=one.name), words, _("发布")):
                dialogs.work(
                    self.context, self.page.window(), _("正在冻结名单…"), partial(jobs.release, shop, one),
                    self.released, on_error=self.no,
                )  # fmt: skip

        job = partial(jobs.look, shop, draft_of(one), one.id)
        self.context.read(job, sure, on_error=self.no)

    def released(self, one: Campaign) -> None:
        words = _("“{name}”已发布：联络 {n} 位，对照 {control} 位。").format(
            name=one.name, n=f"{one.contacted:,}", control=f"{one.control:,}"
        )
        self.context.say(words, partial(self.undo_release, one))
        self.page.select(one)

    def undo_release(self, one: Campaign) -> None:
        job = partial(jobs.cancel, self.context.shop, one.id, _("发布后撤销"))
        self.act(job, _("“{name}”已取消；可以照样再建一个草稿。").format(name=one.name))

    def export(self) -> None:
        assert self.page.found is not None
        one = self.page.found.campaign
        path = self.context.ask_path(
            _("给短信平台的文件"),
            save=True,
            suggested=f"{one.name}.xlsx",
            kinds="Excel (*.xlsx);;CSV (*.csv)",
        )
        if path:
            job = partial(jobs.export, self.context.shop, one.id, path)
            self.context.write(
                job,
                lambda _done: self.page.reload(),
                said=lambda done: " ".join(exported_words(part) for part in done),
                on_error=self.no,
            )

    def close(self) -> None:
        assert self.page.found is not None
        one = self.page.found.campaign
        job = partial(jobs.close, self.context.shop, one.id)
        self.act(job, _("“{name}”已结束。").format(name=one.name), self.take_back)

    def cancel(self) -> None:
        assert self.page.found is not None
        one = self.page.found.campaign
        reason = dialogs.ask_text(
            self.page.window(), _("取消“{name}”").format(name=one.name), _("为什么取消？"), _("取消活动")
        )
        if reason:
            job = partial(jobs.cancel, self.context.shop, one.id, reason)
            self.act(job, _("“{name}”已取消。").format(name=one.name), self.take_back)

    def take_back(self, one: Campaign) -> None:
        self.act(partial(jobs.reopen, self.context.shop, one.id), _("已恢复“{name}”。").format(name=one.name))

    def reopen(self) -> None:
        assert self.page.found is not None
        self.take_back(self.page.found.campaign)

    def again(self) -> None:
        assert self.page.found is not None
        job = partial(jobs.again, self.context.shop, self.page.found.campaign.id)
        self.act(job, _("已照样建了一个草稿。"))

    def act(self, job: Any, said: str, undo: Callable[[Campaign], None] | None = None) -> None:
        self.context.write(job, self.page.select, said=said, undo=undo, on_error=self.no)

    def results(self) -> None:
        from ui.contacts.campaigns_result import open_result

        if self.page.found:
            open_result(self.context, self.page.found.campaign.id, self.page)

    def costs(self) -> None:
        from ui.contacts.campaigns_costs import CostsBox

        if self.page.found:
            box = CostsBox(self.context, self.page.found.campaign, self.page)
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            box.open()

    def open_customer(self) -> None:
        row = self.page.members.current_row()
        if row is not None:
            self.context.open_customer(row.customer_id)

    def no(self, error: Exception) -> None:
        """What is refused is read before going on: the press of a key stands behind it."""
        if isinstance(error, ShopError):
            dialogs.tell(self.page.window(), str(error), tone="bad")
        else:
            self.context.show_error(error)
