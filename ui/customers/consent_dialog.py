"""What a customer agrees to: a tick a channel, with the way and the day it was told. Given or withdrawn by one act."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial

from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from models.kinds import Channel
from services import consents, formats
from services.consents import CHANNELS, WAYS, ConsentChange
from services.contact_words import channel_words
from services.customer_page import CustomerPage
from services.errors import Refused
from services.words import _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, DayField, Form
from ui.widgets.card import label


class ConsentBox(Box):
    """Asks; the caller writes. After `accept`, `agreed` and `refused` hold what changed."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        today: date,
        ticked: Collection[Channel] = (),
        known: Mapping[Channel, str] | None = None,
        unasked: bool = False,
    ) -> None:
        """`ticked`: agreed to now; `known`: what is on file in words; `unasked`: nothing was ever said about it."""
        super().__init__(parent, title, 480)
        self.today = today
        self._before = frozenset(ticked)
        self._known = known or {}
        self.agreed: tuple[Channel, ...] = ()
        self.refused: tuple[Channel, ...] = ()
        words = _("勾上客户愿意的；没有勾的，日程、贺卡和短信都不用。服务不因此减少。")
        self.body.addWidget(label(words, "muted", wrap=True))
        self.boxes: dict[Channel, QCheckBox] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setColumnStretch(1, 1)
        for row, channel in enumerate(CHANNELS):
            box = QCheckBox(channel_words(channel))
            box.setAccessibleName(_("同意{channel}联络").format(channel=channel_words(channel)))
            box.setChecked(channel in self._before)
            self.boxes[channel] = box
            grid.addWidget(box, row, 0)
            told = self._known.get(channel, _("还没有问过") if unasked else "")
            grid.addWidget(label(told, "muted"), row, 1)
        self.body.addLayout(grid)
        self.form = Form(
            [
                ChoiceField("way", _("怎样说的"), [(_(way), _(way)) for way in WAYS], edit=True),
                DayField("day", _("哪一天"), today),
            ]
        )
        self.form.load({"way": _(WAYS[0]), "day": today})
        self.form.submitted.connect(self._save)
        self.body.addWidget(self.form)
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.none = self.add_button(_("都不愿意"), self._refuse_all, "flat")
        self.none.setToolTip(_("客户不想再被联络：电话、短信、信和上门都停，马上生效"))
        self.add_button(_("取消"), self.reject)
        self.save = self.add_button(_("记下"), self._save, "primary")
        self.boxes[CHANNELS[0]].setFocus()

    def _refuse_all(self) -> None:
        self._finish((), CHANNELS)

    def _save(self) -> None:
        now = {channel for channel, box in self.boxes.items() if box.isChecked()}
        agreed = tuple(channel for channel in CHANNELS if channel in now - self._before)
        # Whoever named some channels has left the others out: those never spoken of are not to be used either.
        unspoken = set(CHANNELS) - set(self._known) if now else set()
        refused = tuple(channel for channel in CHANNELS if channel in (self._before | unspoken) - now)
        if not agreed and not (self._before - now):
            self._tell(_("还没有改什么：勾上或去掉一种联络方式，或选“都不愿意”。"))
            return
        self._finish(agreed, refused)

    def _finish(self, agreed: tuple[Channel, ...], refused: tuple[Channel, ...]) -> None:
        try:
            values = self.form.values()
            day = values["day"] or self.today
            if day > self.today:
                raise Refused(
                    "日期{day}还没有到：请填客户表示同意或不愿意的那一天。", day=day.isoformat(), field="day"
                )
            if not values["way"]:
                raise Refused("请写明客户是怎样表示的，例如“店内口头”。", field="way")
        except Refused as no:
            self.form.show_error(no)
            return
        self.agreed, self.refused = agreed, refused
        self.way, self.day = str(values["way"]), day
        self.accept()

    def _tell(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.show()


def ask_consent(context: Context, parent: QWidget | None, page: CustomerPage) -> None:
    """The dialog of a customer's page: writes what was told, with undo."""
    known = {row.channel: row for row in page.consents}
    ticked = [one for one in CHANNELS if one in known and known[one].given and one.value not in page.opt_outs]
    words = {
        channel: _("{day} {what}，{way}").format(
            day=formats.short_day(row.day), what=_("同意") if row.given else _("不愿意"), way=row.way
        )
        for channel, row in known.items()
    }
    title = _("联络意愿：{name}").format(name=page.name)
    box = ConsentBox(parent, title, context.today(), ticked, words, unasked=True)
    if box.exec() != Box.DialogCode.Accepted:
        return
    shop = context.shop
    agreed, refused, way, day = box.agreed, box.refused, box.way, box.day
    context.write(
        lambda _progress: consents.settle(shop, page.id, agreed, refused, way, day),
        said=partial(_said, page.name),
        undo=partial(_undo, context),
    )


def _said(name: str, changes: tuple[ConsentChange, ...]) -> str:
    parts = []
    for change in changes:
        ways = _("、").join(channel_words(channel) for channel in change.channels)
        words = _("同意{ways}") if change.given else _("不要{ways}")
        parts.append(words.format(ways=ways))
    return _("已记下 {name}：{what}").format(name=name, what=_("；").join(parts))


def _undo(context: Context, changes: tuple[ConsentChange, ...]) -> None:
    shop = context.shop
    context.write(lambda _progress: consents.undo_all(shop, changes), said=_("已撤销联络意愿"))
