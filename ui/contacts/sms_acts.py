"""What is done with the chosen batch: reviewed, sent or exported, confirmed, cancelled, each with its way back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from models.kinds import BatchState
from services.sms.words import confirmed_words, exported_words
from services.words import _
from ui import dialogs
from ui.contacts import sms_jobs

if TYPE_CHECKING:
    from services.sms.confirming import Confirmed
    from services.sms.handing_over import HandedOver
    from services.sms.reading import Batch
    from ui.contacts.sms_dialog import SmsDialog


class Acts:
    """Behind the buttons of the dialog."""

    def __init__(self, box: SmsDialog) -> None:
        self.box = box

    def next(self) -> None:
        """The primary button: whatever comes next for the batch."""
        one = self.box.batch()
        if one is None or not self.box.may:
            return
        if self.box.outgoing.batch_id == one.id:
            self.box.outgoing.pause()
        elif one.state is BatchState.SENDING or (one.state is BatchState.REVIEWED and self.box.gateway):
            self._send(one)
        elif one.state is BatchState.DRAFT:
            self._act(
                partial(sms_jobs.review, self.box.context.shop, one.id),
                _("第 {id} 批已审核。").format(id=one.id),
                sms_jobs.unreview,
                one.id,
            )
        elif one.state is BatchState.REVIEWED:
            self.export()
        elif one.state is BatchState.EXPORTED:
            self._confirm(partial(sms_jobs.all_sent, self.box.context.shop, one.id), one.id)

    def _send(self, one: Batch) -> None:
        """Asked once more: a message cannot be called back."""
        again = one.state is BatchState.SENDING
        title = _("接着发第 {id} 批？") if again else _("现在发第 {id} 批？")
        words = _("还没发的 {n} 条马上通过短信网关发给客户，发出去就收不回来。").format(n=one.queued)
        if dialogs.ask(self.box, title.format(id=one.id), words, _("继续发送") if again else _("发送")):
            self.box.note.hide()
            self.box.outgoing.send(one.id, again)

    def leave_rest(self) -> None:
        one = self.box.batch()
        if one is None:
            return
        title = _("剩下的 {n} 条不发了？").format(n=one.queued)
        if dialogs.ask(self.box, title, _("联络留在日程里，以后可以另准备一批。"), _("不发了"), danger=True):
            job = partial(sms_jobs.stop, self.box.context.shop, one.id)
            self._act(job, _("第 {id} 批剩下的不发了，联络留在日程里。").format(id=one.id))

    def ask_unknown(self) -> None:
        from ui.contacts.sms_unknown import UnknownBox

        one = self.box.batch()
        if one is None:
            return
        box = UnknownBox(self.box.context, one.id, self.box)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.decided.append(lambda made: self.box.load(made.id))
        box.open()

    def cancel(self) -> None:
        one = self.box.batch()
        if one is not None:
            job = partial(sms_jobs.cancel, self.box.context.shop, one.id)
            self._act(job, _("第 {id} 批已取消，联络留在日程里。").format(id=one.id))

    def undo_confirmation(self) -> None:
        one = self.box.batch()
        if one is not None:
            self.box.note.hide()
            self._take_back(sms_jobs.undo, one.id)

    def none_sent(self) -> None:
        one = self.box.batch()
        if one is not None:
            self._confirm(partial(sms_jobs.none_sent, self.box.context.shop, one.id), one.id)

    def export(self) -> None:
        one = self.box.batch()
        if one is None:
            return
        ending = ".csv" if one.file.endswith(".csv") else ".xlsx"
        kinds = "Excel (*.xlsx);;CSV (*.csv)" if not one.file else f"{ending[1:].upper()} (*{ending})"
        name = _("短信第{id}批").format(id=one.id) + ending
        path = self.box.context.ask_path(_("给短信平台的文件"), save=True, suggested=name, kinds=kinds)
        if not path:
            return

        def said(done: HandedOver) -> str:
            return exported_words(done)

        self.box.note.hide()
        self.box.context.write(
            partial(sms_jobs.export, self.box.context.shop, one.id, path),
            lambda done: self.box.load(one.id),
            said=said,
            on_error=self.failed,
        )

    def read_result(self) -> None:
        one = self.box.batch()
        if one is None:
            return
        kinds = _("表格 (*.xlsx *.xls *.csv *.txt)")
        path = self.box.context.ask_path(_("平台的结果文件"), kinds=kinds)
        if path:
            self._confirm(partial(sms_jobs.by_file, self.box.context.shop, one.id, path), one.id)

    def _confirm(self, job: Any, batch_id: int) -> None:
        self.box.note.hide()
        self.box.context.write(
            job,
            partial(self._confirmed, batch_id),
            said=confirmed_words,
            undo=lambda _done: self._take_back(sms_jobs.undo, batch_id),
            on_error=self.failed,
        )

    def _confirmed(self, batch_id: int, done: Confirmed) -> None:
        if done.unread:
            first = done.unread[0]
            words = _("第 {row} 行“{value}”：{reason}").format(
                row=first.row, value=first.value, reason=first.reason
            )
            self.say_wrong(confirmed_words(done) + words)
        self.box.load(batch_id)

    def _act(self, job: Any, said: str, undo: Any = None, batch_id: int = 0) -> None:
        self.box.note.hide()
        self.box.go.setEnabled(False)
        self.box.context.write(
            job,
            lambda one: self.box.load(one.id),
            said=said,
            undo=(lambda _one: self._take_back(undo, batch_id)) if undo else None,
            on_error=self.failed,
        )

    def _take_back(self, undo: Any, batch_id: int) -> None:
        self.box.context.write(
            partial(undo, self.box.context.shop, batch_id),
            lambda _one: self.box.load(batch_id),
            said=_("已撤销。"),
            on_error=self.failed,
        )

    def failed(self, error: Exception) -> None:
        """Says why not, in the dialog; what nobody foresaw is shown as such."""
        from services.faults import explain

        sentence = explain(error)
        self.box.enable()
        if sentence is None:
            self.box.context.show_error(error)
            return
        self.say_wrong(str(sentence))

    def say_wrong(self, words: str) -> None:
        self.box.note.setText(words)
        self.box.note.show()
