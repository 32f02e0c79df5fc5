"""短信: batches from the schedule, reviewed, written for the platform, and confirmed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from models.kinds import BatchState
from services.rights import Right, may
from services.words import _
from ui import theme
from ui.contacts import sms_columns, sms_jobs
from ui.contacts.sms_acts import Acts
from ui.contacts.sms_sender import Sender
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.sms.reading import Batch, Message


class SmsDialog(Box):
    """Above the batches, below who is in the chosen one; the next step is the primary button."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("短信"), 880)
        self.context = context
        self.may = may(context.shop, Right.SCHEDULE)
        self.resize(
            min(theme.px(1040), self.screen().availableGeometry().width() - theme.px(16)), theme.px(680)
        )
        self.batches: list[Batch] = []
        self.gateway = sms_jobs.has_gateway(context.shop)
        self.outgoing = Sender.of(context)
        self.hint = label("", "muted", wrap=True)
        self.body.addLayout(self._build_top())
        self.table = LazyTable(context, "sms_batches", _("各批短信"), sms_columns.batches(), multiple=False)
        self.table.setMinimumHeight(theme.px(130))
        self.table.set_empty(
            _("还没有成批的短信"), _("先在“模板”里写好内容并发布，再按 F6 把到期的短信准备成一批。")
        )
        self.table.current_changed.connect(lambda _id: self._show_batch())
        self.body.addWidget(self.table, 2)
        self.lines = LazyTable(context, "sms_messages", _("这一批的收件人"), sms_columns.messages())
        self.lines.setMinimumHeight(theme.px(180))
        self.lines.set_empty(_("没有选中的一批"), _("在上面选一批，这里列出谁收到什么，谁不发、为什么。"))
        self.body.addWidget(self.lines, 3)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        self.acts = Acts(self)
        self._build_buttons()
        self.enable()
        self.outgoing.changed.connect(self._follow)
        self.outgoing.ended.connect(self._ended)
        self.load()
        # What a dead sending left behind is cleared up, and shown.
        context.read(partial(sms_jobs.look, context.shop), self._looked, on_error=self.acts.failed)

    def _build_top(self) -> QHBoxLayout:
        self.texts = KeyButton(_("模板…"), "F4", "", _("写短信的内容，看字数和条数，发布"))
        self.new = KeyButton(_("准备一批…"), "F6", "", _("把到期的短信，或一个筛选里的客户，准备成一批"))
        self.texts.clicked.connect(self._templates)
        self.new.clicked.connect(self._prepare)
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self.hint, 1)
        self.answered = KeyButton(_("客户回复…"), "F2", "", _("客户回了什么，谁退订了"))
        self.answered.clicked.connect(self._replies)
        self.answered.setVisible(self.gateway)
        top.addWidget(self.answered)
        top.addWidget(self.texts)
        top.addWidget(self.new)
        return top

    def _build_buttons(self) -> None:
        self.cancelling = KeyButton(_("取消这一批"), "F7", "", _("还没有导出的可以取消，联络留在日程里"))
        self.none = KeyButton(_("一条也没发"), "F7", "", _("文件没有上传：联络回到日程里，可以再准备"))
        self.taking_back = KeyButton(_("撤销确认"), "F7", "", _("今天确认的可以撤销，联络回到原来的样子"))
        self.again = KeyButton(_("再导出"), "F5", "", _("同样的文件再写一次；上传过就不要再传"))
        self.answers = KeyButton(_("读结果文件…"), "F9", "", _("平台的结果文件：手机号和状态，一行一行对上"))
        self.leaving = KeyButton(_("剩下的不发"), "F7", "", _("还没发的不再发，联络留在日程里"))
        self.fetching = KeyButton(_("收回报"), "F9", "", _("向服务商收送达回报和客户的回复"))
        self.asking = KeyButton("", "F3", "danger", _("交出去以后没有回应的，由人决定"))
        self.go = KeyButton("", "F8", "primary")
        acts: tuple[tuple[KeyButton, Callable[[], None]], ...] = (
            (self.cancelling, self.acts.cancel),
            (self.none, self.acts.none_sent),
            (self.taking_back, self.acts.undo_confirmation),
            (self.again, self.acts.export),
            (self.answers, self.acts.read_result),
            (self.leaving, self.acts.leave_rest),
            (self.fetching, self.outgoing.fetch),
            (self.asking, self.acts.ask_unknown),
        )
        for place, (button, do) in enumerate(acts):
            button.clicked.connect(lambda _on=False, do=do: do())
            self.buttons.insertWidget(place, button)
        self.add_button(_("关闭"), self.accept)
        self.go.clicked.connect(self.acts.next)
        self.buttons.addWidget(self.go)

    # ---- showing

    def load(self, wanted: int = 0) -> None:
        self.context.read(
            partial(sms_jobs.batches, self.context.shop),
            partial(self._show, wanted),
            on_error=self.acts.failed,
        )

    def _show(self, wanted: int, found: list[Batch]) -> None:
        self.batches = found
        self.table.show_rows(found)
        if not (wanted and self.table.select_id(wanted)) and not self.table.current_id():
            self.table.select_first()
        self._show_batch()

    def _looked(self, unknown: int) -> None:
        if unknown != sum(one.unknown for one in self.batches):
            self.load()

    def batch(self) -> Batch | None:
        """The one under the cursor."""
        found: Batch | None = self.table.current_row()
        return found

    def _show_batch(self) -> None:
        one = self.batch()
        self.enable()
        if one is None:
            self.lines.show_rows([])
            return
        self.context.read(
            partial(sms_jobs.messages, self.context.shop, one.id),
            partial(self._show_lines, one.id),
            on_error=self.acts.failed,
        )

    def _show_lines(self, batch_id: int, found: list[Message]) -> None:
        one = self.batch()
        if one is not None and one.id == batch_id:
            self.lines.show_rows(found, ids=range(1, len(found) + 1))

    def enable(self) -> None:
        one = self.batch()
        state = one.state if one else None
        sending = one is not None and self.outgoing.batch_id == one.id
        self._enable_next(one, sending)
        self.new.setEnabled(True)
        unsent = state in (BatchState.DRAFT, BatchState.REVIEWED)
        self.cancelling.setVisible(unsent)
        self.cancelling.setEnabled(self.may and not sending)
        by_file = one is not None and not one.through_gateway
        self.taking_back.setVisible(state is BatchState.CLOSED and by_file)
        self.taking_back.setEnabled(self.may)
        for button in (self.none, self.answers):
            button.setVisible(state is BatchState.EXPORTED)
            button.setEnabled(self.may)
        as_file = state is BatchState.REVIEWED and self.gateway
        self.again.setVisible(state is BatchState.EXPORTED or as_file)
        self.again.setEnabled(self.may and not sending)
        if as_file:
            self.again.tell(_("导出文件…"), _("不走网关，写成平台能读的文件"))
        else:
            self.again.tell(_("再导出"), _("同样的文件再写一次；上传过就不要再传"))
        under_way = state is BatchState.SENDING
        self.leaving.setVisible(under_way and one is not None and bool(one.queued))
        self.leaving.setEnabled(self.may and not sending)
        self.fetching.setVisible(under_way and self.gateway)
        self.fetching.setEnabled(not self.outgoing.busy)
        unknown = one.unknown if one else 0
        self.asking.setVisible(unknown > 0 and not sending)
        self.asking.setEnabled(self.may)
        self.asking.tell(_("说不清的 {n} 条…").format(n=unknown), _("交出去以后没有回应的，由人决定"))
        self.hint.setText(self._hint(one))

    def _enable_next(self, one: Batch | None, sending: bool) -> None:
        """The next step of the chosen batch, on the primary button."""
        state = one.state if one else None
        words = {
            BatchState.DRAFT: (_("审核通过"), _("收件人和内容都看过了，可以发出去")),
            BatchState.REVIEWED: (_("导出文件…"), _("写成平台能读的文件，之后收件人不再变")),
            BatchState.EXPORTED: (_("全部已发出"), _("平台都发了：登记为已联络，可以撤销")),
        }
        if self.gateway:
            words[BatchState.REVIEWED] = (_("发送…"), _("现在通过短信网关发出去，可以暂停"))
        if one is not None and one.queued:
            words[BatchState.SENDING] = (_("继续发送…"), _("接着发还没发的"))
        if sending:
            words = {state: (_("暂停"), _("等已交出的有了回应就停下，剩下的留着"))} if state else words
        self.go.setVisible(state in words)
        if state in words:
            self.go.tell(*words[state])
        waiting = sending and self.outgoing.stopping
        elsewhere = self.outgoing.busy and not sending
        through = state is BatchState.SENDING or (state is BatchState.REVIEWED and self.gateway)
        self.go.setEnabled(self.may and not waiting and not (through and elsewhere))

    def _hint(self, one: Batch | None) -> str:
        if one is None:
            return ""
        if self.outgoing.batch_id == one.id:
            words = (
                _("正在等最后的回应，马上停下…")
                if self.outgoing.stopping
                else _("正在发：{done} / {total}。可以关上这个窗口，照常做事。")
            )
            return words.format(done=self.outgoing.done, total=self.outgoing.total)
        if not self.may and one.state is not BatchState.CLOSED:
            return _("审核、发送、导出和确认由店长来做。")
        if one.refused_since:
            return _("{n} 人导出后退订了：请在平台上把他们去掉。").format(n=one.refused_since)
        return {
            BatchState.DRAFT: _("请看过收件人和内容，再按 F8 审核。不发的人排在最后，写着原因。"),
            BatchState.REVIEWED: _("按 F8 通过短信网关发出去，发完自动登记结果。")
            if self.gateway
            else _("按 F8 写成文件，交给短信平台，定在 {time} 发送。").format(time=one.send_at),
            BatchState.EXPORTED: _("平台发完以后，按 F8 全部确认，或按 F9 读平台的结果文件。"),
            BatchState.SENDING: self._sending_hint(one),
        }.get(one.state, "")

    def _sending_hint(self, one: Batch) -> str:
        if one.queued:
            return _("发到一半停下了，还有 {n} 条没发。按 F8 继续，不会自己再发。").format(n=one.queued)
        if one.unknown:
            return _("{n} 条说不清发没发，请按 F3 决定怎么办。").format(n=one.unknown)
        return _("都交给服务商了，{n} 条等回报。按 F9 收回报。").format(n=one.waiting)

    def _follow(self) -> None:
        """The sending in the background moved on."""
        self.enable()

    def _ended(self) -> None:
        if self.outgoing.trouble:
            self.acts.say_wrong(self.outgoing.trouble)
        self.load()

    # ---- the other windows

    def _templates(self) -> None:
        from ui.contacts.sms_templates import TemplatesDialog

        box = TemplatesDialog(self.context, self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _replies(self) -> None:
        from ui.contacts.sms_replies import RepliesBox

        box = RepliesBox(self.context, self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.accepted.connect(self.accept)
        box.open()

    def _prepare(self) -> None:
        from ui.contacts.sms_prepare import PrepareDialog

        box = PrepareDialog(self.context, self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.prepared.append(lambda made: self.load(made.id))
        box.open()


def open_dialog(context: Context, parent: QWidget | None = None) -> None:
    """Shows the batches of short messages."""
    box = SmsDialog(context, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
