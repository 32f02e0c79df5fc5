"""Where things stand on an envelope, in mm: change a number, see it at once, print a test and measure it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from models.kinds import PrintKind
from services.errors import Refused
from services.rights import Right, may
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.form import ChoiceField, Field, FlagField, Form
from ui.printing import printer as printing
from ui.printing.choices import LAYOUTS
from ui.printing.editor import Editor
from ui.printing.millimetres import MillimetreField
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.printing.envelopes import Places

_WAIT = 200
"""Milliseconds after the last key before the envelope is drawn anew."""
_NUMBERS = (
    ("code_left", N_("邮编框 左")),
    ("code_top", N_("邮编框 上")),
    ("code_width", N_("框宽")),
    ("code_height", N_("框高")),
    ("code_pitch", N_("框距")),
    ("code_size", N_("邮编字号（磅）")),
    ("address_left", N_("地址 左")),
    ("address_top", N_("地址 上")),
    ("address_width", N_("地址 宽")),
    ("address_height", N_("地址 高")),
    ("address_size", N_("地址字号（磅）")),
    ("name_left", N_("姓名 左")),
    ("name_base", N_("姓名 基线")),
    ("name_size", N_("姓名字号（磅）")),
    ("sender_right", N_("寄信人 右边")),
    ("sender_base", N_("寄信人 基线")),
    ("sender_size", N_("寄信人字号（磅）")),
    ("sender_code_base", N_("寄信人邮编 基线")),
)


class EnvelopeEditor(Editor):
    """Left the numbers, right the envelope as it will be printed, with rulers along its edges."""

    def __init__(self, context: Context, parent: QWidget | None = None, layout: str = "DL") -> None:
        super().__init__(context, parent, _("信封位置"), _WAIT)
        self.pdf = b""
        self._shown = ""
        self._lay_out(self._build_side(layout), 4, 5, (1160, 660))
        self._build_buttons()
        self._load()
        self.form.field("code_left").input.setFocus()

    def _build_side(self, layout: str) -> QWidget:
        formats = [(code, _(words)) for code, words in LAYOUTS[PrintKind.ENVELOPE]]
        self.format = ChoiceField("layout", _("信封"), formats)
        self.boxes = FlagField("boxes", _("画出邮编框（空白信封；印好框的信封不要画）"))
        self.top = Form([self.format, self.boxes])
        self.format.show_value(layout)
        fields: list[Field] = [MillimetreField(name, _(words)) for name, words in _NUMBERS]
        self.form = Form(fields, columns=2)
        self.format.edited.connect(self._load)
        self.boxes.edited.connect(self._wait.start)
        self.form.edited.connect(self._wait.start)
        self.form.submitted.connect(self.draw)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        words = _(
            "单位毫米，从信封左上角量起。国标图纸上的尺寸没能核对：请印一张试样，压在真信封上比一比，再改这里。"
        )
        column.addWidget(self.top)
        column.addWidget(label(words, "caption", wrap=True))
        column.addWidget(self.form)
        self.warning = label("", "warn", wrap=True)
        column.addWidget(self.warning)
        column.addStretch()
        return side

    def _build_buttons(self) -> None:
        self.test = KeyButton(_("印试样…"), "Ctrl+P", "", _("按现在的数字印一个信封，边上带刻度"), "printer")
        self.shipped = KeyButton(_("恢复出厂"), "Ctrl+R", "", _("换回自带的位置"))
        self.test.clicked.connect(self.print_test)
        self.shipped.clicked.connect(lambda: self._keep(None))
        self.buttons.insertWidget(0, self.test)
        self.buttons.insertWidget(1, self.shipped)
        self._add_save(_("以后这种信封都这样印"), self._save)
        allowed = may(self.context.shop, Right.PRINT_SETUP)
        for button in (self.save, self.shipped):
            button.setEnabled(allowed)

    def _load(self) -> None:
        from services.printing import envelopes

        self._shown = str(self.format.value())
        found = envelopes.places(self._shown)
        self.form.load(asdict(found))
        self.boxes.show_value(found.boxes)
        self.draw()

    def places(self) -> Places | None:
        """What is typed; None when something is wrong, which then stands beside its field."""
        from services.printing import envelopes

        try:
            numbers = {**self.form.values(), "boxes": self.boxes.value()}
            found = envelopes.with_numbers(envelopes.shipped(self._shown), numbers)
            envelopes.check(found)
        except Refused as error:
            self.form.show_error(error)
            return None
        return found

    def draw(self) -> None:
        """The envelope as the numbers say."""
        from services.printing import envelopes

        self._wait.stop()
        found = self.places()
        if found is None:
            return
        info = self.context.shop.info
        sender = envelopes.Sender(info.name, info.address, info.postcode)
        self.pdf = envelopes.proof(found, sender)
        self.view.show_pdf(self.pdf)
        self.warning.setText("\n".join(envelopes.warnings(found)))

    def print_test(self) -> None:
        """One envelope, at once: nothing is recorded, the addressee is invented."""
        self.draw()
        choice = printing.ask_printer(self, _("放一个空信封，或同样大小的纸。"), paper=self._shown)
        if choice is not None:
            pdf = self.pdf

            def job(_progress: Any) -> printing.Sent:
                return printing.send(pdf, choice, _("信封试印"))

            self.context.read(job, lambda _sent: self.context.say(_("试样已送去打印。")))

    def _save(self) -> None:
        found = self.places()
        if found is not None:
            self._keep(found)

    def _keep(self, found: Places | None) -> None:
        """Writes the places down; None: as shipped."""
        from services.printing import envelopes

        shop, layout = self.context.shop, self._shown
        said = _("信封位置已保存。") if found else _("已换回自带的位置。")
        self._write(lambda: envelopes.save(shop, layout, found), said, _("已换回原来的位置。"))


def open_dialog(context: Context, parent: QWidget | None = None, layout: str = "DL") -> None:
    """Opens the editor with a format."""
    EnvelopeEditor(context, parent, layout).exec()
