"""The words on the cards: by occasion and grade, with fields, seen at once on the card of a real customer."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from models.kinds import Occasion
from services.errors import Refused
from services.gifts.wording import occasion_words
from services.rights import Right, may
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.form import ChoiceField, Field, Form, LongField, TextField
from ui.printing.editor import Editor
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.printing.sample import Sample
    from services.printing.texts import CardText

_WAIT = 250
_DESIGNS = (
    ("birthday", N_("牡丹金环")),
    ("may_day", N_("初夏麦田")),
    ("national_day", N_("青绿山河")),
    ("spring_festival", N_("红梅圆月")),
    ("neutral", N_("银杏")),
)
_GRADES = (("", N_("所有客户")), ("A", N_("A 级")), ("B", N_("B 级")))
_LANGUAGES = (("zh", N_("中文卡")), ("en", N_("英文卡")))


class TextEditor(Editor):
    """Left the words, right the card of somebody who gets it next."""

    def __init__(self, context: Context, parent: QWidget | None = None, occasion: str = "") -> None:
        super().__init__(context, parent, _("贺卡文字"), _WAIT)
        self._task: Task | None = None
        self._saved: CardText | None = None
        self._lay_out(self._build_side(occasion or Occasion.BIRTHDAY.value), 5, 4, (1120, 680))
        self._build_buttons()
        self._load()
        self.form.field("body").input.setFocus()

    def _build_side(self, occasion: str) -> QWidget:
        from services.printing import texts
        from services.words import language

        known = [(code, occasion_words(code)) for code in texts.occasions()]
        self.occasion = ChoiceField("occasion", _("赠送事宜"), known)
        self.grade = ChoiceField("grade", _("给谁"), [(code, _(words)) for code, words in _GRADES])
        self.language = ChoiceField("language", _("语言"), [(code, _(words)) for code, words in _LANGUAGES])
        self.which = Form([self.occasion, self.grade, self.language], columns=3)
        self.occasion.show_value(occasion)
        self.language.show_value(language())
        for choice in (self.occasion, self.grade, self.language):
            choice.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.combo.setMinimumContentsLength(6)
            choice.edited.connect(self._load)
        self.form = Form(self._fields())
        self.form.field("body").text.setMaximumHeight(theme.px(112))  # type: ignore[attr-defined]
        self.form.edited.connect(self._wait.start)
        self.person = TextField(
            "person", _("预览客户"), tip=_("卡号、姓名或手机尾号；空着用下一位要寄的"), length=40
        )
        self.who = Form([self.person])
        self.person.edited.connect(self._wait.start)
        self.who.submitted.connect(self.draw)
        self.source = label("", "muted", wrap=True)
        self.room = label("", "muted", wrap=True)
        self.wrong = label("", "warn", wrap=True, selectable=True)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        for widget in (self.which, self.source, self.form, self.room, self.who, self.wrong):
            column.addWidget(widget)
        column.addStretch()
        return side

    def _fields(self) -> list[Field]:
        words = _("可用：{fields}").format(
            fields=_(
                "{name} 姓名、{salutation} 先生/女士、{shop} 店名、{day} 日子、{age} 年龄、{label} 纪念日"
            )
        )
        tip = _("不知道年龄或纪念日的客户，写到它的那句话整句不印")
        return [
            TextField("title", _("大字"), length=60, required=True),
            TextField("subtitle", _("小字"), length=60),
            TextField("seal", _("印章"), length=4, tip=_("一到四个字，可以空着")),
            TextField("greeting", _("称呼"), length=60),
            LongField("body", _("正文"), hint=words, tip=tip, required=True),
            TextField("closing", _("落款"), length=60),
            TextField("signature", _("签名栏"), length=60, tip=_("后面留一条线，请店员亲手签名")),
            ChoiceField("design", _("图案"), [(code, _(words)) for code, words in _DESIGNS]),
        ]

    def _build_buttons(self) -> None:
        self.reset = KeyButton(_("恢复公司文字"), "Ctrl+R", "", _("不用本店自己写的，换回公司的文字"))
        self.reset.clicked.connect(lambda: self._keep(None))
        self.buttons.insertWidget(0, self.reset)
        self._add_save(_("以后的贺卡都这样写"), self._save)

    # ---- showing

    def key(self) -> tuple[str, str, str]:
        """Occasion, language, grade."""
        return str(self.occasion.value()), str(self.language.value()), str(self.grade.value() or "")

    def _load(self) -> None:
        from services.printing import texts

        occasion, language, grade = self.key()
        book = texts.Book(language)
        found = book.text(occasion, grade)
        self._saved = found
        self.form.load(asdict(found))
        own = book.has_own(occasion, grade)
        if own:
            words = _("这是本店自己写的文字。")
        elif grade and book.has_own(occasion):
            words = _("这一级还没有另写，用的是本店给所有客户写的。")
        else:
            words = _("这是公司的文字；改了保存，就成为本店自己的。")
        self.source.setText(words)
        allowed = may(self.context.shop, Right.PRINT_SETUP)
        self.reset.setEnabled(allowed and own)
        self.save.setEnabled(allowed)
        self.draw()

    def text(self) -> CardText | None:
        """What is typed; None when something is wrong, which then stands beside its field."""
        from services.printing import texts

        occasion, language, _grade = self.key()
        try:
            found = self.form.values()
            known = {one.name for one in fields(texts.CardText)}
            return texts.changed(texts.company_text(occasion, language), {k: found[k] or "" for k in known})
        except Refused as error:
            self.form.show_error(error)
            return None

    def draw(self) -> None:
        """The card of the chosen customer, in the background."""
        self._wait.stop()
        if self._task is not None:
            self._task.drop()
            self._task = None
        text = self.text()
        if text is None:
            return
        shop, (occasion, language, grade) = self.context.shop, self.key()
        person = str(self.person.value() or "")

        def job(_progress: Any) -> Sample:
            from services.printing import sample

            return sample.draw(shop, text, occasion, language, grade, person)

        self._task = self.context.read(job, self._show)

    def _show(self, found: Sample) -> None:
        self._task = None
        self.view.show_pdf(found.pdf)
        self.person.tell_wrong("" if found.found else _("没有找到这位客户，用别人的名字代替。"))
        room = found.room
        if room.cut:
            words = _("正文太长，卡上放不下，后面的会被截去。请删短一些。")
        else:
            words = _("正文 {n} 行，{size} 磅；字缩小一些还能再写 {left} 行。")
            words = words.format(n=room.lines, size=f"{room.size:g}", left=room.spare)
        self.room.setText(words)
        theme.kind(self.room, "warn" if room.cut else "muted")
        lacking = _("字体里没有这些字，会空着：{characters}").format(characters=found.missing)
        self.wrong.setText(lacking if found.missing else "")

    # ---- keeping

    def _save(self) -> None:
        text = self.text()
        if text is not None:
            self._keep(text)

    def _keep(self, text: CardText | None) -> None:
        """Writes the words down; None: the company's."""
        from services.printing import texts

        shop, (occasion, language, grade) = self.context.shop, self.key()
        said = _("贺卡文字已保存。") if text else _("已换回公司的文字。")
        self._write(lambda: texts.save(shop, occasion, language, grade, text), said, _("已换回原来的文字。"))

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.drop()
        super().done(result)


def open_dialog(context: Context, parent: QWidget | None = None, occasion: str = "") -> None:
    """Opens the editor with the text of an occasion."""
    TextEditor(context, parent, occasion).exec()
