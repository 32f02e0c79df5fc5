"""The next step agreed on in a call: written to the books, with an undo."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from models.kinds import Channel, Topic
from services import contact_views, contacts
from services.contact_words import channel_words, topic_words
from services.errors import Refused
from services.words import _
from ui.contacts.talk import TOPICS
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, DayField, Form

_WAYS = (Channel.PHONE, Channel.SMS, Channel.VISIT, Channel.SHOP)


class NextBox(Box):
    """Reached, and when to talk again: a day, what about, which way. Enter in the last field writes both."""

    def __init__(
        self, context: Context, contact_id: int, name: str, note: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, _("联络上了，约下次：{name}").format(name=name), 460)
        self.context, self.contact_id, self.name, self.note = context, contact_id, name, note
        self.form = Form(
            [
                DayField("day", _("哪一天"), context.today(), hint=_("如 11-25、明天、+3")),
                ChoiceField("topic", _("事由"), [(topic.value, topic_words(topic)) for topic in TOPICS]),
                ChoiceField("channel", _("方式"), [(way.value, channel_words(way)) for way in _WAYS]),
            ]
        )
        self.form.submitted.connect(self.save)
        self.body.addWidget(self.form)
        self.add_button(_("取消"), self.reject)
        self.add_button(_("记下"), self.save, "primary")

    def save(self) -> None:
        """Checks the day here, the rest where it is written; the dialog stays until that is done."""
        try:
            values = self.form.values()
            if values["day"] is None or values["day"] <= self.context.today():
                raise Refused("约定的日子要在今天以后。", field="day")
        except Refused as error:
            self.form.show_error(error)
            return
        shop, number, note, name = self.context.shop, self.contact_id, self.note, self.name
        day, topic, channel = values["day"], Topic(values["topic"]), Channel(values["channel"])
        self.context.write(
            lambda _progress: contact_views.reached_and_next(shop, number, note, day, topic, channel),
            lambda _ids: self.accept(),
            said=_("{name}：已联络，{day}再联络。").format(name=name, day=day.isoformat()),
            undo=self._take_back,
            on_error=self._no,
        )

    def _take_back(self, ids: tuple[int, int]) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: contacts.undo_many(shop, ids), said=_("已撤销，回到待联络。"))

    def _no(self, error: Exception) -> None:
        if not (isinstance(error, Refused) and self.form.show_error(error)):
            self.context.show_error(error)
