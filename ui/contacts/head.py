"""The tab's head: which list, and what is left out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from models.kinds import Channel, ContactState, Topic
from services.contact_lists import Filters
from services.contact_words import channel_words, state_words, topic_words
from services.words import N_, _
from ui import theme
from ui.widgets.flow import Flow
from ui.widgets.key_button import KeyButton

LISTS = (
    ("today", N_("今天")),
    ("overdue", N_("逾期")),
    ("upcoming", N_("以后")),
    ("done", N_("已完成")),
    ("post", N_("寄贺卡")),
    ("week", N_("周")),
    ("month", N_("月")),
    ("results", N_("成效")),
    ("verify", N_("待核实")),
    ("campaigns", N_("活动")),
)
OVER = "over_rhythm"
"""The choice among the topics that shows only customers whose cycle is over."""
STATED = ("today", "overdue", "upcoming", "done", "day")
"""Lists of contacts of several states."""
MANAGERS = ("results",)
"""Lists for those who plan the schedule."""


@dataclass(frozen=True)
class Person:
    """A choice of the filter by clerk or group."""

    id: int
    name: str
    load: str = ""
    """What lies before them today, in words"""


_NAME = Qt.ItemDataRole.UserRole + 1
"""The bare name of a choice."""


def _loaded(person: Person) -> str:
    return f"{person.name}　{person.load}" if person.load else person.name


def _digit(place: int) -> int:
    """The key of a list by its place: 1 to 9, then 0."""
    return (place + 1) % 10


class Ways(QWidget):
    """Calls, messages, cards, visits: one way at a time, or all of them."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = QButtonGroup(self)
        self.chips: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        ways = [("", _("全部"))] + [(way.value, channel_words(way)) for way in _WAYS]
        for value, words in ways:
            chip = theme.kind(QPushButton(words), "chip")
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.setAccessibleName(words)
            chip.setToolTip(_("只看一部分：{what}").format(what=words))
            chip.clicked.connect(lambda _on: self.changed.emit())
            self.group.addButton(chip)
            self.chips[value] = chip
            row.addWidget(chip)
        row.addStretch()
        self.chips[""].setChecked(True)

    def channel(self) -> Channel | None:
        """The way chosen; None for all."""
        chosen = next((value for value, chip in self.chips.items() if chip.isChecked()), "")
        return Channel(chosen) if chosen else None

    def choose(self, channel: Channel | None) -> None:
        self.chips[channel.value if channel else ""].setChecked(True)

    def show_counts(self, counts: Mapping[str, int] | None) -> None:
        """How many of each; None where the list is not the day's."""
        for value, chip in self.chips.items():
            words = channel_words(value) if value else _("全部")
            total = sum(counts.get(way.value, 0) for way in Channel) if counts else 0
            n = total if not value else counts.get(value, 0) if counts else 0
            chip.setText(f"{words} {n}" if counts and n else words)
            chip.setAccessibleName(chip.text())


_WAYS = (Channel.PHONE, Channel.SMS, Channel.POST, Channel.VISIT)


class Head(Flow):
    """Chips for the lists with their counts, quiet boxes for the filters."""

    list_wanted = Signal(str)
    filters_changed = Signal()
    calendar_wanted = Signal()
    papers_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(theme.px(6), parent)
        self.group = QButtonGroup(self)
        self.chips: dict[str, QPushButton] = {}
        for number, (name, words) in enumerate(LISTS):
            chip = theme.kind(QPushButton(_(words)), "chip")
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.setAccessibleName(_(words))
            chip.setToolTip(_("Ctrl+{n} 打开这个列表").format(n=_digit(number)))
            chip.setShortcut(f"Ctrl+{_digit(number)}")
            chip.clicked.connect(lambda _on, name=name: self.list_wanted.emit(name))
            self.group.addButton(chip)
            self.chips[name] = chip
            self.add(chip, theme.px(10) if name in ("post", "week") else 0)
        topics = [("", _("全部事由")), *((t.value, topic_words(t)) for t in Topic)]
        self.topic = self._box(_("事由"), [*topics, (OVER, _("⚠ 超过周期的"))])
        self.who = self._box(_("负责人"), [("", _("全部人员"))])
        self.state = self._box(
            _("状态"), [("", _("全部状态")), *((state.value, state_words(state)) for state in ContactState)]
        )
        for box in (self.topic, self.state, self.who):
            self.add_right(box)
        self.papers = KeyButton(_("检核表"), "L", "flat", _("打印检核表或沟通进度表，或存成文件"), "printer")
        self.papers.clicked.connect(self.papers_wanted)
        self.add_right(self.papers)
        # Stands beside the week and the month that it writes.
        self.calendar = KeyButton(_("日历文件"), "", "flat", _("把这一周写成手机日历能读的文件"), "calendar")
        self.calendar.clicked.connect(self.calendar_wanted)

    def _box(self, accessible: str, choices: Sequence[tuple[str, str]]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(accessible)
        box.setToolTip(_("只看一部分：{what}").format(what=accessible))
        box.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        box.setMinimumContentsLength(4)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setFixedWidth(theme.px(120))
        for value, words in choices:
            box.addItem(words, value)
        box.view().setMinimumWidth(theme.px(150))
        box.currentIndexChanged.connect(lambda _n: self.filters_changed.emit())
        return box

    def show_people(self, groups: Sequence[Person], clerks: Sequence[Person]) -> None:
        """The groups and the people to filter by; the present choice stays."""
        chosen = self.who.currentData()
        self.who.blockSignals(True)
        self.who.clear()
        self.who.addItem(_("全部人员"), "")
        for group in groups:
            self.who.addItem(_loaded(group), f"group:{group.id}")
        for clerk in clerks:
            self.who.addItem(_loaded(clerk), f"clerk:{clerk.id}")
        for place, person in enumerate((*groups, *clerks), 1):
            self.who.setItemData(place, person.name, _NAME)
        view = self.who.view()
        view.setMinimumWidth(max(theme.px(150), view.sizeHintForColumn(0) + theme.px(32)))
        self.who.setCurrentIndex(max(0, self.who.findData(chosen)))
        self.who.blockSignals(False)

    def people(self) -> list[tuple[str, str]]:
        """All that the filter by person offers: value and words."""
        return [
            (str(self.who.itemData(n)), str(self.who.itemData(n, _NAME) or self.who.itemText(n)))
            for n in range(self.who.count())
        ]

    def filters(self) -> Filters:
        kind, _colon, number = str(self.who.currentData() or "").partition(":")
        found = Filters()
        if topic := self.topic.currentData():
            over = topic == OVER
            found = replace(found, topic=None if over else Topic(topic), over_rhythm=over)
        if state := self.state.currentData():
            found = replace(found, state=ContactState(state))
        if kind == "group":
            found = replace(found, group_id=int(number))
        elif kind == "clerk":
            found = replace(found, clerk_id=int(number))
        return found

    def filtered(self) -> bool:
        return self.filters() != Filters()

    def clear(self) -> None:
        """Nothing is left out any more."""
        for box in (self.topic, self.state, self.who):
            box.blockSignals(True)
            box.setCurrentIndex(0)
            box.blockSignals(False)
        self.filters_changed.emit()

    def show_rights(self, plans: bool) -> None:
        """Who does not plan the schedule has no use for what only planners see."""
        for name in MANAGERS:
            self.chips[name].setVisible(plans)

    def show_list(self, name: str) -> None:
        for filters in (self.topic, self.who, self.papers):  # what they filter is another list
            filters.setVisible(name not in ("results", "campaigns", "arrivals"))
        self.state.setVisible(name in STATED)
        if name not in STATED and self.state.currentIndex() > 0:
            # What cannot be seen leaves nothing out.
            self.state.blockSignals(True)
            self.state.setCurrentIndex(0)
            self.state.blockSignals(False)
        if name in self.chips:
            self.chips[name].setChecked(True)
            return
        self.group.setExclusive(False)
        for chip in self.chips.values():
            chip.setChecked(False)
        self.group.setExclusive(True)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """`counts` by the names of the lists; a list without a count shows none."""
        for name, words in LISTS:
            n = counts.get(name, 0)
            chip = self.chips[name]
            chip.setText(f"{_(words)} {n}" if n else _(words))
            chip.setAccessibleName(chip.text())
            chip.setShortcut(f"Ctrl+{_digit(list(self.chips).index(name))}")
