"""备注与家人: dated notes at the left; days to remember and who brought whom at the right."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from services import customer_notes, formats
from services.customer_notes import NOTE_KINDS, NoteKept
from services.customer_page import CustomerPage
from services.customer_rows import NoteRow
from services.errors import Refused
from services.words import _
from ui import theme
from ui.context import Context
from ui.customers import lane_columns
from ui.customers.days_panel import DaysPanel
from ui.customers.words import NOTE_WORDS, grade_words
from ui.form import day as typed_day
from ui.lazy_table import LazyTable
from ui.widgets.card import label
from ui.widgets.fact import Elided
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line


class NotesLane(QWidget):
    """A line to write in, the notes below it; a note is changed where it was written."""

    field_wanted = Signal(str)
    """The field of the file where this is changed: `referred_by`."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.page: CustomerPage | None = None
        self._editing: NoteRow | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(8), 0, 0)
        row.setSpacing(theme.px(12))
        row.addLayout(self._build_notes(), 1)
        right = QVBoxLayout()
        right.setSpacing(theme.px(4))
        self.days = DaysPanel(context)
        right.addWidget(self.days, 1)
        right.addLayout(self._build_brought())
        row.addLayout(right, 1)

    def _build_notes(self) -> QVBoxLayout:
        self.kind = QComboBox()
        for code in NOTE_KINDS:
            self.kind.addItem(_(NOTE_WORDS[code]), code)
        self.kind.setAccessibleName(_("备注的类别"))
        self.kind.setToolTip(_("这条备注是关于什么的"))
        self.day = Line(_("备注的日期"), code=True)
        self.day.setPlaceholderText(_("今天"))
        self.day.setToolTip(_("什么时候说的；空着就是今天。如 11-20"))
        self.day.setMaximumWidth(theme.px(92))
        self.day.entered.connect(self.save)
        self.note = Line(_("新备注"))
        self.note.setMaxLength(2000)
        self.note.setPlaceholderText(_("记一句：客户说了什么……  Enter 保存"))
        self.note.entered.connect(self.save)
        line = QHBoxLayout()
        line.setSpacing(theme.px(4))
        for part, stretch in ((self.kind, 0), (self.day, 0), (self.note, 1)):
            line.addWidget(part, stretch)
        self.notes = LazyTable(self.context, "notes_of", _("备注"), lane_columns.NOTES, multiple=False)
        self.notes.set_empty(_("还没有备注"), _("说了什么、试了什么没买，记在这里。"))
        self.notes.opened.connect(lambda _id: self.edit())
        _on_delete(self.notes, self.remove)
        self.hint = label(_("Enter 修改 · Del 删除"), "caption")
        column = QVBoxLayout()
        column.setSpacing(theme.px(4))
        column.addLayout(line)
        column.addWidget(self.notes, 1)
        column.addWidget(self.hint)
        return column

    def _build_brought(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        self.referrer = KeyButton(_("介绍人"), "", "link", _("打开介绍人的资料"), "user")
        self.referrer.clicked.connect(self._open_referrer)
        self.thanked = Elided("muted")
        self.brought = KeyButton(_("介绍了 0 位"), "Alt+R", "link", _("看看介绍了谁来"), "users")
        self.brought.clicked.connect(self._list_brought)
        row.addWidget(self.referrer)
        row.addWidget(self.thanked, 1)
        row.addWidget(self.brought)
        return row

    # ---- showing

    def about(self, page: CustomerPage) -> None:
        """Whose notes are written here; the lists follow when they are looked at."""
        self.page = self.days.page = page

    def show_page(self, page: CustomerPage) -> None:
        """Fills both lists; what is being typed stays."""
        self.about(page)
        self.notes.show_rows(page.notes)
        self.hint.setVisible(bool(page.notes))
        self.days.show_page(page)
        thanked = page.referral_thanked_on
        if page.referrer_id:
            self.referrer.tell(_("{name}介绍").format(name=page.referrer), _("打开介绍人的资料"))
            self.thanked.tell(
                _("{day} 已道谢").format(day=formats.short_day(thanked)) if thanked else _("还没有道谢")
            )
        else:
            self.referrer.tell(_("填写介绍人"), _("谁介绍来的：输入卡号、手机尾号、姓名或拼音，有几位时再选"))
            self.thanked.tell("")
        self.brought.setVisible(bool(page.referred))
        self.brought.tell(_("介绍了 {n} 位").format(n=len(page.referred)), _("看看介绍了谁来"))

    def clear(self) -> None:
        """Another customer: nothing half-written is carried over."""
        self._stop_editing()
        self.days.clear()

    # ---- notes

    def save(self) -> None:
        """Enter: the new note, or the one being changed."""
        text = self.note.text().strip()
        if not text or self.page is None:
            self.note.setFocus()
            return
        try:
            day = self._typed_day()
        except Refused as no:
            self.context.show_error(no)
            self.day.setFocus()
            return
        shop, customer, kind = self.context.shop, self.page.id, str(self.kind.currentData())
        if self._editing is None:
            self.context.write(
                lambda _progress: customer_notes.add_note(shop, customer, text, kind, day),
                lambda _id: self._stop_editing(),
                said=_("已记下备注"),
                undo=self._unwrite,
            )
            return
        was = self._editing
        self.context.write(
            lambda _progress: customer_notes.change_note(shop, was.id, text, kind, day, was.text),
            lambda _kept: self._stop_editing(),
            said=_("已修改备注"),
            undo=partial(self._write_back, text),
        )

    def edit(self) -> None:
        """The note under the cursor comes into the line."""
        row: NoteRow | None = self.notes.current_row()
        if row is None:
            return
        self._editing = row
        self.kind.setCurrentIndex(max(self.kind.findData(row.kind), 0))
        self.day.setText(row.day.isoformat())
        self.note.setText(row.text)
        self.note.setPlaceholderText(_("改好按 Enter，不改按 Esc"))
        self.note.setFocus()

    def remove(self) -> None:
        """The note under the cursor; it comes back with Ctrl+Z."""
        row: NoteRow | None = self.notes.current_row()
        if row is None:
            return
        shop = self.context.shop
        self.context.write(
            lambda _progress: customer_notes.remove_note(shop, row.id),
            said=_("已删除备注"),
            undo=self._bring_back,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self._editing is not None or self.note.text()):
            self._stop_editing()
        else:
            super().keyPressEvent(event)

    def _typed_day(self) -> date | None:
        words = self.day.text().strip()
        return typed_day(words, self.context.today(), "day") if words else None

    def _stop_editing(self) -> None:
        self._editing = None
        self.note.clear()
        self.day.clear()
        self.kind.setCurrentIndex(0)
        self.note.setPlaceholderText(_("记一句：客户说了什么……  Enter 保存"))

    def _unwrite(self, note_id: int) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: customer_notes.remove_note(shop, note_id), said=_("已撤销备注"))

    def _write_back(self, text: str, was: NoteKept) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: customer_notes.change_note(shop, was.id, was.text, was.kind, was.day, text),
            said=_("已恢复原来的内容"),
        )

    def _bring_back(self, was: NoteKept | None) -> None:
        shop = self.context.shop
        if was is not None:
            self.context.write(
                lambda _progress: customer_notes.add_note(shop, was.customer_id, was.text, was.kind, was.day),
                said=_("已恢复原来的内容"),
            )

    # ---- who brought whom

    def _open_referrer(self) -> None:
        if self.page is not None and self.page.referrer_id:
            self.context.open_customer(self.page.referrer_id)
        else:
            self.field_wanted.emit("referred_by")

    def _list_brought(self) -> None:
        """A short menu of those whom this customer brought; Enter opens their page."""
        if self.page is None or not self.page.referred:
            return
        menu = QMenu(self)
        for one in self.page.referred[:20]:
            grade = grade_words("lost" if one.state == "lost" else one.grade)
            thanked = _("已道谢") if one.thanked_on else _("还没有道谢")
            action = menu.addAction(
                f"{one.name}  {one.card_no}  {grade}  {formats.money(one.paid_total)}  {thanked}"
            )
            action.triggered.connect(lambda _on=False, one=one: self.context.open_customer(one.id))
        menu.setActiveAction(menu.actions()[0])
        menu.popup(self.brought.mapToGlobal(self.brought.rect().topLeft()))


def _on_delete(table: LazyTable, do: object) -> None:
    """Del inside this list only: elsewhere it deletes letters."""
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_Delete), table)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(do)  # type: ignore[arg-type]
