"""活动: the campaigns at the left, at the right the chosen one with its customers, answers and the next step."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from models.kinds import CampaignKind, CampaignState, Channel
from services import formats
from services.campaigns.words import kind_words, left_words, span_words, state_words
from services.contact_words import channel_words
from services.rights import Right, may
from services.words import _
from ui import theme
from ui.contacts import campaigns_columns as columns
from ui.contacts import campaigns_jobs as jobs
from ui.contacts.campaigns_acts import CampaignActs
from ui.contacts.campaigns_answers import AnswerBar
from ui.context import Context
from ui.lazy_table import LazyTable
from ui.widgets.badge import Badge
from ui.widgets.card import label
from ui.widgets.fact import Elided
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.campaigns.reading import Campaign, Member

_LOOKS = {CampaignState.RUNNING: "good", CampaignState.RELEASED: "accent", CampaignState.CANCELLED: "bad"}


class CampaignsPage(QWidget):
    """One list, one campaign; the next thing to do is the primary button."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.found: jobs.Shown | None = None
        self._wanted = 0
        self.table = LazyTable(context, "campaigns", _("活动"), columns.campaigns(), multiple=False)
        self.new = KeyButton(_("新建活动…"), "Insert", "", _("新货、促销、新闻或客户活动"), "plus")
        self.name = Elided("heading")
        self.state = Badge()
        self.facts = label("", "muted", wrap=True)
        self.go = KeyButton("", "F8", "primary")
        self.edit = KeyButton(_("修改…"), "E", "", _("草稿可以改：给谁、说什么、哪几天"))
        self.results = KeyButton(_("成效…"), "R", "", _("联络的和没联络的相比"))
        self.costs = KeyButton(_("花费…"), "M", "", _("记下花在什么上"))
        self.again = KeyButton(_("照样再建"), "G", "flat", _("同样的内容，新的草稿"))
        self.stop = KeyButton(_("取消活动…"), "X", "flat", _("写明原因，没做的不再做"))
        self.back = KeyButton(_("恢复"), "X", "flat", _("撤销结束或取消"))
        self.answers = AnswerBar(context)
        self.acts = CampaignActs(self)
        self.members = LazyTable(context, "campaign_members", _("活动里的客户"), columns.members(self._kind))
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.table)
        self._show(None)

    # ---- building

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        top = QHBoxLayout()
        top.addStretch()
        top.addWidget(self.new)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        right = QWidget()
        side = QVBoxLayout(right)
        side.setContentsMargins(theme.px(8), 0, 0, 0)
        side.setSpacing(theme.px(8))
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.state)
        acts = QHBoxLayout()
        acts.setSpacing(theme.px(8))
        for button in (self.again, self.stop, self.back):
            acts.addWidget(button)
        acts.addStretch()
        for button in (self.costs, self.results, self.edit, self.go):
            acts.addWidget(button)
        side.addLayout(head)
        side.addWidget(self.facts)
        side.addLayout(acts)
        side.addWidget(self.answers)
        side.addWidget(self.members, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 4)
        split.setStretchFactor(1, 5)
        split.setSizes([theme.px(640), theme.px(680)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def _connect(self) -> None:
        self.table.current_changed.connect(lambda _id: self._read())
        self.table.opened.connect(lambda _id: self.acts.opened())
        self.members.current_changed.connect(lambda _id: self._chosen())
        self.members.opened.connect(lambda _id: self.acts.open_customer())
        self.answers.done.connect(self.members.setFocus)
        for button, do in (
            (self.new, self.plan),
            (self.go, self.acts.next),
            (self.edit, self.acts.edit),
            (self.results, self.acts.results),
            (self.costs, self.acts.costs),
            (self.again, self.acts.again),
            (self.stop, self.acts.cancel),
            (self.back, self.acts.reopen),
        ):
            button.clicked.connect(do)

    # ---- showing

    def reload(self) -> None:
        """Reads the list anew; the cursor stays."""
        self.new.setVisible(self.may_plan())
        self.context.read(partial(jobs.campaigns, self.context.shop), self._show_list)

    def _show_list(self, found: list[Campaign]) -> None:
        if self.may_plan():
            self.table.set_empty(
                _("还没有活动"),
                _(
                    "新货到了、要促销、办茶会：先写草稿，看会联络谁，再发布。抽签留出一些人，事后才知道有没有用。"
                ),
                _("新建活动…"),
                self.plan,
            )
        else:
            self.table.set_empty(_("还没有活动"), _("活动由店长新建和发布；客户活动的签到在这里。"))
        self.table.show_rows(found)
        if self._wanted and self.table.select_id(self._wanted):
            self._wanted = 0
        elif found and not self.table.current_id():
            self.table.select_first()
        self._read()

    def _read(self) -> None:
        if number := self.table.current_id():
            self.context.read(partial(jobs.shown, self.context.shop, number), self._show_if_current)
        else:
            self._show(None)

    def _show_if_current(self, found: jobs.Shown) -> None:
        if found.campaign.id == self.table.current_id():
            self._show(found)

    def _show(self, found: jobs.Shown | None) -> None:
        self.found = found
        one = found.campaign if found else None
        self.name.tell(one.name if one else "")
        self.state.tell(
            state_words(one.state) if one else "", _LOOKS.get(one.state, "quiet") if one else "quiet"
        )
        self.facts.setText("\n".join(self._facts(found)) if found else "")
        self.answers.show_campaign(found)
        self._enable(found)
        if one is not None and one.state is CampaignState.DRAFT:
            self.members.set_empty(_("名单在发布时冻结"), _("现在看会联络谁：按 E 修改，右边数着人。"))
        else:
            self.members.set_empty(_("没有选中的活动"), _("在左边选一个，或新建一个。"))
        self.members.show_ids(array("q", found.members if found else []), self._fetch)
        self._chosen()

    def _fetch(self, ids: list[int]) -> list[Member | None]:
        from services.campaigns import reading

        return reading.members(self.context.shop, ids)

    def _facts(self, found: jobs.Shown) -> list[str]:
        one = found.campaign
        lines = [
            _("、").join(
                [kind_words(one.kind), channel_words(one.channel), span_words(one), one.segment.words()]
                + ([_("预算 {budget}").format(budget=formats.money(one.budget))] if one.budget else [])
                + ([_("花费 {cost}").format(cost=formats.money(one.cost))] if one.cost else [])
            )
        ]
        if one.contacted or one.control:
            words = _("联络 {n} 位，对照 {control} 位").format(
                n=f"{one.contacted:,}", control=f"{one.control:,}"
            )
            if one.left:
                words += _("；不在内：{why}").format(why=left_words(one.left))
            lines.append(words)
        if one.reason:
            lines.append(_("取消的原因：{reason}").format(reason=one.reason))
        if one.notes:
            lines.append(one.notes)
        if hint := self._hint(found):
            lines.append(hint)
        return lines

    def _hint(self, found: jobs.Shown) -> str:
        one = found.campaign
        if one.state is CampaignState.DRAFT:
            return _("看过内容和人数，按 F8 发布。") if self.may_plan() else _("店长还没有发布。")
        if not one.released or one.channel is not Channel.SMS:
            return ""
        if one.state is CampaignState.RELEASED:
            return _("短信到 {day} 才能导出。").format(day=formats.day(one.first))
        if found.batches:
            numbers = _("、").join(str(batch.id) for batch in found.batches)
            return _("短信是第 {ids} 批：在“成批发送…”里导出和确认结果。").format(ids=numbers)
        return ""

    def _enable(self, found: jobs.Shown | None) -> None:
        one, plans = (found.campaign if found else None), self.may_plan()
        draft = one is not None and one.state is CampaignState.DRAFT
        ended = one is not None and one.state in (CampaignState.CLOSED, CampaignState.CANCELLED)
        self.edit.setVisible(draft and plans)
        self.again.setVisible(one is not None and plans)
        self.costs.setVisible(one is not None and plans and one.state is not CampaignState.CANCELLED)
        self.stop.setVisible(one is not None and plans and not ended)
        self.back.setVisible(ended and plans)
        self.results.setVisible(one is not None and plans and bool(one.contacted or one.control))
        step = self.step(found) if found and plans else None
        self.go.setVisible(step is not None)
        if step:
            self.go.tell(step[0], step[1])

    def step(self, found: jobs.Shown) -> tuple[str, str, Callable[[], None]] | None:
        """The next thing to do with a campaign."""
        one = found.campaign
        if one.state is CampaignState.DRAFT:
            return _("发布…"), _("冻结名单和内容，抽签留出对照组"), self.acts.release
        if one.state is not CampaignState.RUNNING:
            return None
        going = [batch for batch in found.batches if batch.state.value not in ("closed", "cancelled")]
        if one.channel is Channel.SMS and not found.batches and self.context.today() <= one.last:
            return _("导出短信…"), _("写成短信平台能读的文件"), self.acts.export
        if not going:
            return _("结束活动"), _("没做完的从日程去掉，成效留着"), self.acts.close
        return None

    def may_plan(self) -> bool:
        return may(self.context.shop, Right.SCHEDULE)

    def _kind(self) -> CampaignKind:
        return self.found.campaign.kind if self.found else CampaignKind.PROMOTION

    def _chosen(self) -> None:
        self.answers.show_member(self.members.current_row())

    # ---- from outside

    def select(self, one: Campaign) -> None:
        """Puts the cursor on a campaign, after the list was read anew."""
        self._wanted = one.id
        self.reload()

    def plan(self) -> None:
        """A new campaign."""
        from ui.contacts.campaigns_editor import open_editor

        if self.may_plan():
            open_editor(self.context, self, saved=self.select)
