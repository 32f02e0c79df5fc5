"""The editor of a campaign: what, whom, how and when at the left; whom it reaches and how it reads at the right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.kinds import CampaignKind, Channel
from services import formats
from services.campaigns.drafts import Draft
from services.campaigns.segment import Segment
from services.campaigns.words import KINDS, look_words, result_words
from services.contact_words import channel_words, topic_words
from services.errors import Refused, ShopError
from services.rules.campaigns import CHANNELS
from services.words import _
from ui import theme
from ui.contacts import campaigns_jobs as jobs
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, DayField, Form, LongField, MoneyField, NumberField, TextField
from ui.tasks import Task
from ui.widgets.card import Card, label

if TYPE_CHECKING:
    from services.campaigns.looking import Look
    from services.campaigns.reading import Campaign
    from services.campaigns.results import Result

_WAIT = 400
"""Milliseconds after the last key before the people are counted anew."""


class Editor(Box):
    """A new campaign, or a draft that is changed; `segment`: whom it is for, where that was chosen already."""

    def __init__(
        self,
        context: Context,
        seen: Campaign | None = None,
        segment: Segment | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, _("修改活动") if seen else _("新建活动"), 900)
        self.context = context
        self.seen = seen
        self.segment = segment or (seen.segment if seen else Segment())
        self.saved: list[Any] = []
        """Called with the campaign that was saved."""
        self._looking: Task | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_WAIT)
        self._wait.timeout.connect(self._count)
        filters, texts = jobs.choices(context.shop)
        self.form = Form(self._fields(filters, texts))
        self.form.load(self._values())
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self._lay_out(bool(texts))
        self.form.edited.connect(self._edited)
        self.form.submitted.connect(self.save)
        self._suit()
        self._count()
        self._ask_last()
        self.form.field("kind").edited.connect(self._ask_last)

    # ---- building

    def _fields(self, filters: list[str], texts: list[tuple[str, str]]) -> list[Any]:
        today = self.context.today()
        whom = [("", _("全部有效客户")), *((name, _("筛选“{name}”").format(name=name)) for name in filters)]
        if self.segment != Segment():
            whom.insert(0, (jobs.KEPT, self.segment.words()))
        return [
            TextField("name", _("名称"), length=40, required=True),
            ChoiceField("kind", _("种类"), [(kind.value, _(words)) for kind, words in KINDS.items()]),
            ChoiceField("channel", _("方式"), [(way.value, channel_words(way)) for way in CHANNELS]),
            DayField("first", _("从"), today, required=True),
            DayField("last", _("到"), today, required=True),
            ChoiceField("whom", _("给谁"), whom),
            ChoiceField(
                "template",
                _("短信内容"),
                [("", _("请选模板")), *((name, f"{name}（{topic_words(topic)}）") for name, topic in texts)],
            ),
            TextField("send_at", _("几点发送"), code=True, length=5),
            LongField("script", _("要说的话"), hint=_("开头的问候由程序加上；可以写字段，如 {likes}")),
            MoneyField("budget", _("预算（元）")),
            NumberField(
                "control_percent", _("对照组（%）"), tip=_("抽签留出这些人不联络，事后才知道活动有没有用")
            ),
            TextField("notes", _("备注"), length=500),
        ]

    def _values(self) -> dict[str, Any]:
        policy, today = self.context.shop.policy, self.context.today()
        whom = jobs.KEPT if self.segment != Segment() else ""
        if self.seen is None:
            return {
                **{
                    "name": "",
                    "kind": CampaignKind.PROMOTION.value,
                    "channel": Channel.SMS.value,
                    "first": today,
                    "last": today,
                },
                **{"whom": whom, "template": "", "send_at": policy.sms.send_at, "script": "", "budget": None},
                **{"control_percent": policy.campaigns.control_percent, "notes": ""},
            }
        one = self.seen
        return {
            **{
                "name": one.name,
                "kind": one.kind.value,
                "channel": one.channel.value,
                "first": one.first,
                "last": one.last,
            },
            **{"whom": whom, "template": one.template, "send_at": one.send_at or policy.sms.send_at},
            **{"script": one.script, "budget": one.budget or None, "control_percent": one.control_percent},
            "notes": one.notes,
        }

    def _lay_out(self, texts: bool) -> None:
        self.counts = label("", wrap=True)
        self.counts.setAccessibleName(_("会联络多少人"))
        self.samples = label("", "muted", wrap=True)
        self.samples.setAccessibleName(_("客户会读到的内容"))
        people = Card(_("会联络谁"))
        people.body.addWidget(self.counts)
        reads = Card(_("客户会读到"))
        reads.body.addWidget(self.samples)
        self.before = Card(_("上次的同类活动"))
        self.before.hide()
        self.last = label("", "muted", wrap=True)
        self.before.body.addWidget(self.last)
        self.lately = Card(_("近一个月为同一件事的联络"))
        self.lately.hide()
        self.ways = label("", "muted", wrap=True)
        self.lately.body.addWidget(self.ways)
        right = QVBoxLayout()
        right.setSpacing(theme.px(8))
        right.addWidget(people)
        right.addWidget(reads)
        right.addWidget(self.before)
        right.addWidget(self.lately)
        right.addStretch()
        if not texts:
            right.addWidget(
                label(_("还没有发布的短信模板：先在“成批发送…”里写一条并发布。"), "warn", wrap=True)
            )
        columns = QHBoxLayout()
        columns.setSpacing(theme.px(16))
        columns.addWidget(self.form, 5)
        columns.addLayout(right, 4)
        self.body.addLayout(columns)
        self.body.addWidget(self.note)
        self.add_button(_("取消"), self.reject)
        self.go = self.add_button(_("存为草稿"), self.save, "primary")

    # ---- counting while one types

    def _edited(self) -> None:
        self._suit()
        self._wait.start()

    def _suit(self) -> None:
        """Only the inputs of the chosen way."""
        sms = self.form.field("channel").value() == Channel.SMS
        for name, on in (("template", sms), ("send_at", sms), ("script", not sms)):
            field = self.form.field(name)
            for part in (field.label, field.widget):
                part.setVisible(on)
            field.note.setVisible(on and bool(field.note.text()))

    def _count(self) -> None:
        draft = self._draft(quiet=True)
        if self._looking is not None:
            self._looking.drop()
            self._looking = None
        if draft is None:
            self.counts.setText(_("填好名称和日子，这里会数人。"))
            self.samples.setText("")
            return
        job = partial(jobs.look, self.context.shop, draft, self.seen.id if self.seen else 0)
        self._looking = self.context.read(job, self._show, on_error=self._cannot)

    def _show(self, found: Look) -> None:
        self._looking = None
        self.counts.setText("\n".join(look_words(found)))
        self.samples.setText(
            "\n\n".join(f"{name}：{text}" for name, text in found.samples) or _("现在没有这样的客户。")
        )

    def _ask_last(self) -> None:
        """What the last campaign of this kind brought, and contacts of its topic, beside the plan of the next one."""
        kind = str(self.form.field("kind").value())
        job = partial(jobs.last_result, self.context.shop, kind, self.seen.id if self.seen else 0)
        self.context.read(job, self._show_last)
        self.context.read(partial(jobs.lately, self.context.shop, kind), partial(self._show_lately, kind))

    def _show_lately(self, kind: str, found: tuple[str, ...]) -> None:
        if kind == self.form.field("kind").value():
            self.lately.setVisible(bool(found))
            self.ways.setText("\n".join(found))

    def _show_last(self, found: Result | None) -> None:
        self.before.setVisible(found is not None)
        if found is not None:
            name = _("“{name}”（{day}）").format(
                name=found.campaign.name, day=formats.short_day(found.campaign.first)
            )
            self.last.setText("\n".join([name, *result_words(found)[:3]]))

    def _cannot(self, error: Exception) -> None:
        self._looking = None
        self.samples.setText("")
        if isinstance(error, ShopError):
            self.counts.setText(str(error))
        else:
            self.context.show_error(error)

    # ---- keeping

    def _draft(self, *, quiet: bool = False) -> Draft | None:
        """What is typed; None with the mistake shown beside its field, or with nothing shown."""
        try:
            values = (
                {field.name: field.checked() for field in self.form.fields} if quiet else self.form.values()
            )
            segment = jobs.segment_of(self.context.shop, values["whom"], self.segment)
        except Refused as error:
            if not quiet:
                self._failed(error)
            return None
        sms = values["channel"] == Channel.SMS
        return Draft(
            name=values["name"],
            kind=CampaignKind(values["kind"]),
            first=values["first"],
            last=values["last"],
            channel=Channel(values["channel"]),
            budget=values["budget"] or 0,
            notes=values["notes"],
            segment=segment,
            template=values["template"] if sms else "",
            script="" if sms else values["script"],
            send_at=values["send_at"] if sms else "",
            control_percent=values["control_percent"],
        )

    def save(self) -> None:
        """Keeps the draft; the dialog stays with the reason where that is refused."""
        draft = self._draft()
        if draft is None:
            return
        self.go.setEnabled(False)
        self.context.write(
            partial(jobs.save, self.context.shop, draft, self.seen),
            self._kept,
            said=lambda one: _("“{name}”已存为草稿，看过以后发布。").format(name=one.name),
            on_error=self._failed,
        )

    def _kept(self, one: Campaign) -> None:
        self.accept()
        for tell in self.saved:
            tell(one)

    def _failed(self, error: Exception) -> None:
        self.go.setEnabled(True)
        if not isinstance(error, ShopError):
            self.context.show_error(error)
        elif not self.form.show_error(error):
            self.note.setText(str(error))
            self.note.show()


def open_editor(
    context: Context,
    parent: QWidget | None = None,
    seen: Campaign | None = None,
    segment: Segment | None = None,
    saved: Any = None,
) -> Editor:
    """Shows the editor; `saved` is called with the campaign."""
    box = Editor(context, seen, segment, parent)
    if saved:
        box.saved.append(saved)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box
