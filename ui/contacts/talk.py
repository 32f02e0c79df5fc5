"""Noting a talk that nobody had planned: in the shop, an incoming call; and the day agreed for the next contact."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from models.kinds import Channel, Topic
from services import contacts
from services.contact_words import topic_words
from services.errors import Refused
from services.shop import Shop
from services.words import N_, _
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, DayField, Form, LongField

WAYS = (
    ("shop", N_("到店面谈"), Channel.SHOP, False),
    ("incoming", N_("客户来电"), Channel.PHONE, True),
    ("phone", N_("打出电话"), Channel.PHONE, False),
    ("sms", N_("短信"), Channel.SMS, False),
)
TOPICS = (
    Topic.PERSONAL,
    Topic.FOLLOW_UP,
    Topic.NEW_ARRIVALS,
    Topic.PROMOTION,
    Topic.COMPANY_NEWS,
    Topic.GIFT_WAITING,
)


class TalkDialog(Box):
    """Way, topic, what was said, and perhaps the day agreed on. Enter in the last field saves."""

    def __init__(self, context: Context, customer_id: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("记一次联络：{name}").format(name=name), 460)
        self.context, self.customer_id, self.name = context, customer_id, name
        self.form = Form(
            [
                ChoiceField("way", _("方式"), [(key, _(words)) for key, words, _way, _in in WAYS]),
                ChoiceField("topic", _("事由"), [(topic.value, topic_words(topic)) for topic in TOPICS]),
                LongField("note", _("说了什么")),
                DayField("again", _("约定再联络"), context.today(), hint=_("可以空着；到那天会出现在日程里")),
            ]
        )
        self.form.submitted.connect(self.save)
        self.body.addWidget(self.form)
        self.add_button(_("取消"), self.reject)
        self.add_button(_("记下"), self.save, "primary")

    def save(self) -> None:
        """Checks the day, then writes: the dialog closes at once, the status line says what was noted."""
        try:
            values = self.form.values()
        except Refused as error:
            if not self.form.show_error(error):
                self.context.show_error(error)
            return
        again = values["again"]
        if again is not None and again <= self.context.today():
            self.form.show_error(Refused("约定的日子要在今天以后。", field="again"))
            return
        _key, _words, channel, incoming = next(way for way in WAYS if way[0] == values["way"])
        shop, customer, topic = self.context.shop, self.customer_id, Topic(values["topic"])
        note = values["note"]
        name = self.name
        self.context.write(
            lambda _progress: contacts.talk(shop, customer, channel, topic, note, incoming, again),
            said=lambda _ids: _("{name}：已记下这次联络。").format(name=name),
            undo=lambda ids: self._take_back(shop, ids),
        )
        self.accept()

    def _take_back(self, shop: Shop, ids: list[int]) -> None:
        self.context.write(lambda _progress: contacts.undo_many(shop, ids), said=_("已撤销。"))


def open_dialog(context: Context, customer_id: int, name: str, parent: QWidget | None = None) -> None:
    """Asks for the talk with this customer and notes it."""
    TalkDialog(context, customer_id, name, parent).exec()
