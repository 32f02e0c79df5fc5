"""新货找人: what came in at the left, at the right whom it suits and why, with the words to say."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from services.arrivals_words import found_words, planned_words, text, whole_text
from services.errors import ShopError
from services.rights import Right, may
from services.words import _
from ui import theme
from ui.contacts import arrivals_columns
from ui.contacts import arrivals_jobs as jobs
from ui.context import Context
from ui.form import Form, MoneyField, TextField
from ui.lazy_table import LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.arrivals import Arrival
    from services.arrivals_find import Found
    from services.arrivals_plan import Planned
    from services.arrivals_rows import Suited

TEXT_MAX = 300


class ArrivalsPage(QWidget):
    """Write down what came in; the customers appear by themselves, the best first."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.found: Found | None = None
        self.templates: list[str] = []
        self.texts: dict[int, str] = {}
        """Words as somebody mended them, by customer"""
        self._shown_id = 0
        self._wanted: list[int] = []
        self._build_goods()
        self._build_people()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.item)
        self._show_person()

    # ---- building

    def _build_goods(self) -> None:
        self.form = Form(
            [
                TextField(
                    "item_no",
                    _("货号"),
                    code=True,
                    required=True,
                    length=40,
                    tip=_("可以扫吊牌；登记过的会自己填好"),
                ),
                TextField("kind", _("款式"), tip=_("如 连衣裙、大衣：客户资料里“喜欢的款式”也这样写")),
                TextField("colours", _("颜色"), tip=_("几种用、分开")),
                TextField("sizes", _("尺码"), code=True, tip=_("几种用、分开，如 S、M、L")),
                TextField("look", _("风格"), tip=_("如 通勤、简约")),
                MoneyField("price", _("价格"), tip=_("元")),
            ]
        )
        self.item = self.form.field("item_no").input
        self.item.setProperty("takes_scan", True)
        self.add = KeyButton(_("登记新货"), "F6", "", _("记下这个货号，马上找适合的客户"), "plus")
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.goods = LazyTable(self.context, "arrivals", _("最近的到货"), arrivals_columns.goods())
        self.goods.set_empty(_("还没有登记到货"), _("在上面扫吊牌或填货号，写上款式、颜色、尺码，按 F6。"))
        self.gone = KeyButton(_("去掉这条"), "Del", "flat", _("登记错的到货，可以撤销"))

    def _build_people(self) -> None:
        self.words = label("", "muted", wrap=True)
        self.tired = QCheckBox(_("最近几次都是促销的客户也列出"))
        self.tired.setToolTip(_("平时不列出：连着几次都在推销，客户会烦"))
        self.people = LazyTable(self.context, "arrival_people", _("适合的客户"), arrivals_columns.people())
        self.said = QPlainTextEdit()
        self.said.setAccessibleName(_("可以这样说"))
        self.said.setToolTip(_("只改中间的话，称呼和结尾会自己加上"))
        self.said.setFixedHeight(theme.px(58))
        self.whole = label("", "caption", wrap=True, selectable=True)
        self.plan = KeyButton(_("排进日程"), "F8", "primary", _("选中的（没有选就是全部）排进联络日程"))
        self.message = KeyButton(_("成批发短信…"), "S", "", _("选一个已发布的新货模板，准备一批短信"))
        self.printing = KeyButton(_("打印名单…"), "L", "", _("带原因的名单，可以勾"), "printer")
        self.save = KeyButton(_("存成表格…"), "Ctrl+S", "flat", _("号码打码的名单，.xlsx 或 .csv"))
        self.page = KeyButton(_("客户页"), "O", "flat", _("打开这位客户的资料"), "user")

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(label(_("到了什么货"), "section"))
        column.addWidget(self.form)
        row = QHBoxLayout()
        row.addWidget(self.gone)
        row.addStretch()
        row.addWidget(self.add)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.goods, 1)
        right = QWidget()
        side = QVBoxLayout(right)
        side.setContentsMargins(theme.px(8), 0, 0, 0)
        side.setSpacing(theme.px(8))
        head = QHBoxLayout()
        head.addWidget(label(_("适合谁"), "section"))
        head.addStretch()
        head.addWidget(self.tired)
        side.addLayout(head)
        side.addWidget(self.words)
        side.addWidget(self.people, 1)
        side.addWidget(self.said)
        side.addWidget(self.whole)
        acts = QHBoxLayout()
        acts.setSpacing(theme.px(8))
        for button in (self.page, self.save):
            acts.addWidget(button)
        acts.addStretch()
        for button in (self.printing, self.message, self.plan):
            acts.addWidget(button)
        side.addLayout(acts)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 7)
        split.setSizes([theme.px(390), theme.px(920)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def _connect(self) -> None:
        self.form.submitted.connect(self._add)
        self.add.clicked.connect(self._add)
        self.gone.clicked.connect(self._remove)
        if hasattr(self.item, "entered"):
            self.item.entered.connect(self._fill)
        self.goods.selection_changed.connect(lambda _n: self._find())
        self.tired.toggled.connect(lambda _on: self._find())
        self.people.current_changed.connect(lambda _id: self._show_person())
        self.people.opened.connect(self.context.open_customer)
        self.page.clicked.connect(self._open)
        self.said.textChanged.connect(self._keep_text)
        self.plan.clicked.connect(self._plan)
        self.message.clicked.connect(self._choose_template)
        self.printing.clicked.connect(self._print)
        self.save.clicked.connect(self._save)

    # ---- goods

    def reload(self) -> None:
        """What came in lately; the customers of the chosen goods after it."""
        self.context.read(partial(jobs.load, self.context.shop), self._show_goods)

    def _show_goods(self, found: jobs.Shown) -> None:
        self.templates = found.templates
        self.message.setVisible(may(self.context.shop, Right.SCHEDULE))
        self.goods.show_rows(found.arrivals)
        if found.arrivals and not self.goods.selected_count():
            self.goods.select_first()
        self._find()

    def _fill(self) -> None:
        """Enter behind a number: what is known of it fills the form."""
        number = self.form.field("item_no").value()
        if number:
            self.context.read(partial(jobs.last, self.context.shop, number), self._filled)

    def _filled(self, known: Arrival | None) -> None:
        if known is None or any(self.form.field(name).input.text() for name in ("kind", "colours", "sizes")):
            return
        for name in ("kind", "colours", "sizes", "look"):
            self.form.field(name).show_value(getattr(known, name))
        if known.price:
            self.form.field("price").show_value(known.price)

    def _add(self) -> None:
        self.note.hide()
        try:
            values = self.form.values()
        except ShopError:
            return
        values["price"] = values["price"] or 0
        shop = self.context.shop
        self.context.write(
            partial(jobs.add, shop, values),
            self._added,
            said=lambda one: _("已登记 {item}。").format(item=one.item_no),
            undo=lambda one: self._take_back(one.id, True),
            on_error=self._failed,
        )

    def _added(self, one: Arrival) -> None:
        self.form.load({})
        self.goods.view.clearSelection()
        self._wanted = [one.id]
        self.item.setFocus()

    def _remove(self) -> None:
        one = self.goods.current_row()
        if one is not None:
            self._take_back(one.id, True)

    def _take_back(self, arrival_id: int, removed: bool) -> None:
        self.context.write(
            partial(jobs.remove, self.context.shop, arrival_id, removed),
            said=lambda one: (_("已去掉 {item}。") if removed else _("已恢复 {item}。")).format(
                item=one.item_no
            ),
            undo=lambda _one: self._take_back(arrival_id, not removed),
        )

    # ---- customers

    def _find(self) -> None:
        ids = [*self._wanted] or [int(one) for one in self.goods.selected_ids()]
        self._wanted = []
        if not ids:
            self._show_found(None)
            return
        self.words.setText(_("正在找…"))
        self.context.read(
            partial(jobs.find, self.context.shop, ids, self.tired.isChecked()),
            self._show_found,
            on_error=self._no,
        )

    def _show_found(self, found: Found | None) -> None:
        self.found = found
        self.words.setText(found_words(found) if found else _("在左边登记或选中到货，这里列出适合的客户。"))
        self.people.set_empty(
            _("没有合适的客户") if found else _("还没有选到货"),
            _("原因写在上面；可以多写颜色、尺码、风格再找。") if found else "",
        )
        self.people.show_rows(list(found.rows) if found else [])
        if found and found.rows:
            self.people.select_first()
        self._show_person()

    def _show_person(self) -> None:
        one: Suited | None = self.people.current_row()
        self._shown_id = 0
        self.said.setPlainText(self.texts.get(one.id) or text(one) if one else "")
        self._shown_id = one.id if one else 0
        self.said.setEnabled(one is not None)
        self._tell_whole()
        some = bool(self.found and self.found.rows)
        for button in (self.plan, self.message, self.printing, self.save, self.page):
            button.setEnabled(some)
        self.printing.setEnabled(some and may(self.context.shop, Right.PRINT))

    def _keep_text(self) -> None:
        if self._shown_id:
            words = " ".join(self.said.toPlainText().split())[:TEXT_MAX]
            one = self.people.current_row()
            if one is not None and words and words != text(one):
                self.texts[self._shown_id] = words
            else:
                self.texts.pop(self._shown_id, None)
            self._tell_whole()

    def _tell_whole(self) -> None:
        one = self.people.current_row()
        self.whole.setText(whole_text(self.context.shop, one, self.texts.get(one.id, "")) if one else "")

    def chosen(self) -> list[Suited]:
        """Those selected, if they are several; else all."""
        if self.found is None:
            return []
        ids = set(self.people.selected_ids())
        rows = [one for one in self.found.rows if one.id in ids]
        return rows if len(rows) > 1 else list(self.found.rows)

    def _open(self) -> None:
        if self.people.current_id():
            self.context.open_customer(self.people.current_id())

    # ---- acts

    def _plan(self) -> None:
        rows, shop = self.chosen(), self.context.shop
        if not rows:
            return
        self.context.write(
            partial(jobs.plan, shop, rows, dict(self.texts)),
            said=planned_words,
            undo=self._unplan,
            on_error=self._no,
        )

    def _unplan(self, done: Planned) -> None:
        self.context.write(partial(jobs.unplan, self.context.shop, done), said=_("已从日程里撤下。"))

    def _choose_template(self) -> None:
        if not self.templates:
            self.context.say(_("还没有发布的“新货到店”短信模板：先在“成批发送”里写一条并发布。"), tone="warn")
            return
        menu = QMenu(self)
        for number, name in enumerate(self.templates, 1):
            menu.addAction(f"&{number}  {name}" if number < 10 else name, partial(self._batch, name))
        menu.setActiveAction(menu.actions()[0])
        menu.popup(self.message.mapToGlobal(self.message.rect().topLeft()))

    def _batch(self, template: str) -> None:
        self.context.write(
            partial(jobs.batch, self.context.shop, self.chosen(), template, self.tired.isChecked()),
            lambda _made: self._open_messages(),
            said=lambda one: _("第 {id} 批：{n} 人，不发 {left} 人。请审核。").format(
                id=one.id, n=one.messages, left=one.left
            ),
            on_error=self._no,
        )

    def _open_messages(self) -> None:
        from ui.contacts.sms_dialog import open_dialog

        open_dialog(self.context, self)

    def _print(self) -> None:
        from ui import dialogs

        rows, shop, title = self.chosen(), self.context.shop, _("新货找人")
        items = list(dict.fromkeys(item for one in rows for item in one.goods))

        def show(pdf: bytes) -> None:
            from ui.printing import preview

            name = f"{title}-{self.context.today()}.pdf"
            preview.show(self.context, self, pdf, title, file_name=name, save=lambda path: _keep(path, pdf))

        dialogs.work(
            *(
                self.context,
                self,
                _("正在排{title}…").format(title=title),
                partial(jobs.paper, shop, rows, items),
            ),
            show,
            on_error=self._no,
        )

    def _save(self) -> None:
        path = self.context.ask_path(
            _("导出到"),
            save=True,
            suggested=_("新货找人") + f"-{self.context.today()}.xlsx",
            kinds="Excel (*.xlsx);;CSV (*.csv)",
        )
        if path:
            self.context.write(
                partial(jobs.export, self.context.shop, path, self.chosen(), dict(self.texts)),
                said=lambda n: _("{n} 位客户的名单已存好。").format(n=n),
                on_error=self._no,
            )

    # ---- saying no

    def _failed(self, error: Exception) -> None:
        if isinstance(error, ShopError):
            if not self.form.show_error(error):  # type: ignore[arg-type]
                self.note.setText(str(error))
                self.note.show()
            return
        self.context.show_error(error)

    def _no(self, error: Exception) -> None:
        if isinstance(error, ShopError):
            self.words.setText(str(error))
            return
        self.context.show_error(error)


def _keep(path: Any, pdf: bytes) -> None:
    from services.files import replacing

    with replacing(path) as temporary:
        temporary.write_bytes(pdf)


def open_page(_context: Context, window: Any) -> None:
    """Brings the page to the front, from the menu."""
    tab = window.work.show_tab("contacts")
    if tab is not None:
        tab.show_list("arrivals")
