"""What a campaign brought: both sides of the lot beside each other, a small chart, and what may be said of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from services import formats
from services.campaigns.words import percent, result_words, share_words
from services.rules.campaign_results import Verdict
from services.words import _
from ui import theme
from ui.charts import Bar, BarChart
from ui.contacts import campaigns_jobs as jobs
from ui.context import Context
from ui.dialogs import Box
from ui.gifts.checks_save import save
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.campaigns.results import Result
    from services.progress import Progress

_TONES = {Verdict.MORE: "good", Verdict.LESS: "bad"}


class ResultBox(Box):
    """The figures, then the sentences; the first sentence is the verdict."""

    def __init__(self, context: Context, found: Result, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("“{name}”带来了什么").format(name=found.campaign.name), 720)
        self.context = context
        self.found = found
        words = result_words(found)
        self.verdict = label(words[0], _TONES.get(found.verdict, "warn"), wrap=True)
        self.body.addWidget(self.verdict)
        self.body.addLayout(self._figures())
        if (
            min(found.contacted.heads, found.none.heads) >= found.few
            and found.contacted.hits + found.none.hits
        ):
            self.body.addWidget(self._chart())
        self.words = label("\n".join(words[1:]), wrap=True, selectable=True)
        self.body.addWidget(self.words)
        self.body.addWidget(
            label(
                _("从 {first} 到 {until} 的购买，去掉退货；谁联络、谁不联络是抽签定的。").format(
                    first=formats.day(found.campaign.first), until=formats.day(found.until)
                ),
                "caption",
                wrap=True,
            )
        )
        self.out = KeyButton(_("导出…"), "Ctrl+S", "", _("存成 .xlsx 或 .csv"))
        self.out.clicked.connect(self._save)
        self.buttons.insertWidget(0, self.out)
        self.add_button(_("关闭"), self.accept, "primary").setFocus()

    def _figures(self) -> QGridLayout:
        found = self.found
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(4))
        titles = ("", _("人数"), _("联络到"), _("有回复"), _("来店"), _("购买"), _("购买金额"), _("每人购买"))
        for place, words in enumerate(titles):
            grid.addWidget(label(words, "caption"), 0, place, Qt.AlignmentFlag.AlignRight)
        sides = (
            (_("联络"), found.contacted, str(found.reached), str(found.replied), found.came),
            (_("对照"), found.none, "–", "–", found.none_came),
        )
        for row, (name, side, reached, replied, came) in enumerate(sides, 1):
            each = "–" if side.per_head is None else formats.money(round(side.per_head))
            cells = (
                *(name, f"{side.heads:,}", reached, replied, share_words(came, side.heads, found.few)),
                *(share_words(side.hits, side.heads, found.few), formats.money(sum(side.amounts)), each),
            )
            for place, words in enumerate(cells):
                look = "section" if place == 0 else "number"
                grid.addWidget(label(words, look), row, place, Qt.AlignmentFlag.AlignRight)
        return grid

    def _chart(self) -> BarChart:
        found = self.found
        chart = BarChart(_("购买的人的比例"), 96)
        sides = ((_("联络"), found.contacted, "accent"), (_("对照"), found.none, "muted"))
        chart.show_bars(
            [
                Bar(name, (side.share or 0) * 100, f"{name} {percent(side.share)}", tone)
                for name, side, tone in sides
            ],
            lambda value: f"{value:.1f}%",
        )
        return chart

    def _save(self) -> None:
        shop, number = self.context.shop, self.found.campaign.id

        def write(path: Path, progress: Progress) -> int:
            return jobs.save_result(shop, number, path, progress)

        save(self.context, self, _("活动成效") + f"-{self.found.campaign.name}", write)


def open_result(context: Context, campaign_id: int, parent: QWidget) -> None:
    """Counts in the background, then shows it."""
    from ui import dialogs

    def show(found: Result) -> None:
        box = ResultBox(context, found, parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    job = partial(jobs.result, context.shop, campaign_id)
    dialogs.work(context, parent.window(), _("正在计算活动成效…"), job, show, reads=True)
