"""What is known of the customer, at a glance: ten facts, each a press away from where it is changed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from services import contact_rhythm, formats
from services.contact_words import channel_words, topic_words
from services.customer_page import CustomerPage
from services.rules.sizes import SizeTrend, Way
from services.words import N_, _
from ui import theme
from ui.customers.words import waist_words
from ui.widgets.card import label
from ui.widgets.fact import Fact
from ui.widgets.key_button import KeyButton

CELLS = (
    ("size", N_("尺码"), "size"),
    ("trend", N_("变化"), "purchases"),
    ("birthday", N_("生日"), "birthday"),
    ("days", N_("家人"), "days"),
    ("phone", N_("电话"), "phones"),
    ("likes", N_("喜欢"), "colours"),
    ("shown", N_("常买"), "purchases"),
    ("hobbies", N_("爱好"), "hobbies"),
    ("contact", N_("联络"), "contacts"),
    ("care", N_("负责"), "clerk"),
)
"""Name, title, and the field or lane that a press leads to; two columns of five."""
_LANES = {"purchases": N_("打开消费记录"), "days": N_("打开家人与日子"), "contacts": N_("打开联络记录")}
_WAYS = {Way.LARGER: N_("变大"), Way.SMALLER: N_("变小")}


class FactGrid(QWidget):
    """Two columns of facts. Nothing is edited here: a press opens the field, the cursor in it."""

    wanted = Signal(str)
    """A field of the customer, or a lane: purchases, days, contacts."""
    reveal_wanted = Signal()
    """The whole telephone number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(4))
        grid.setVerticalSpacing(theme.px(2))
        self.facts: dict[str, Fact] = {}
        rows = len(CELLS) // 2
        for place, (name, title, target) in enumerate(CELLS):
            words = _(title)
            row, at = place % rows, place // rows * 2
            grid.addWidget(label(words, "muted"), row, at)
            if name == "phone":
                grid.addLayout(self._build_phone(words), row, at + 1)
                continue
            fact = Fact(words, _(_LANES[target]) if target in _LANES else _("点一下修改"))
            fact.clicked.connect(lambda _on=False, target=target: self.wanted.emit(target))
            self.facts[name] = fact
            grid.addWidget(fact, row, at + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def _build_phone(self, words: str) -> QHBoxLayout:
        """The numbers can be marked and copied; they are opened with a trace."""
        self.phone: QLabel = label("", selectable=True)
        self.phone.setAccessibleName(words)
        self.phone.setContentsMargins(theme.px(4), 0, 0, 0)
        self.phone.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.reveal = KeyButton(_("显示号码"), "", "link", _("显示完整号码；每次查看都有记录"))
        self.reveal.clicked.connect(self.reveal_wanted)
        self.edit = QToolButton()
        self.edit.setIcon(theme.icon("edit"))
        self.edit.setAccessibleName(_("改号码"))
        self.edit.setToolTip(_("修改或添加电话号码"))
        self.edit.clicked.connect(lambda: self.wanted.emit("phones"))
        row = QHBoxLayout()
        row.setSpacing(theme.px(4))
        for part in (self.phone, self.reveal, self.edit):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch()
        return row

    # ---- showing

    def show_page(self, page: CustomerPage) -> None:
        """Draws every fact anew."""
        asked = _("还没有问过")
        height = f"{page.height_cm}cm" if page.height_cm else ""
        size = [part for part in (page.size, height, waist_words(page.waist_cm)) if part]
        self.facts["size"].tell(" · ".join(size), asked)
        self.facts["trend"].tell(trend_words(page.sizes), _("还没有消费"), styles_words(page.sizes))
        self.facts["likes"].tell(
            " · ".join(part for part in (page.colours, page.styles, page.looks) if part), asked
        )
        self.facts["shown"].tell(" · ".join(page.shown_likes), _("还没有消费"))
        self.facts["hobbies"].tell(page.hobbies, asked)
        self.facts["birthday"].tell(birthday_line(page), asked)
        self.facts["days"].tell(days_line(page), _("还没有记日子"), _days_tip(page))
        tip = contact_rhythm.words(page.rhythm) if page.rhythm else ""
        self.facts["contact"].tell(contact_line(page), _("还没有联络过"), tip)
        self.facts["care"].tell(care_line(page), _("（未定）"), _brought_tip(page))
        self.show_phones("  ".join(page.phones_shown), page.phone_doubtful)
        self.reveal.setVisible(any("*" in number for number in page.phones_shown))

    def show_phones(self, words: str, doubtful: bool = False) -> None:
        """The numbers, masked or opened."""
        self.phone.setText((words + (_("（待核实）") if doubtful and words else "")) or _("还没有问过"))
        look = "" if words else "muted"
        if self.phone.property("kind") != look:
            theme.kind(self.phone, look)


def trend_words(sizes: SizeTrend) -> str:
    """`M（2025-03）→ L（2026-05） 变大`, `M 没有变过（7 件）`; empty without a size bought."""
    steps = sizes.steps
    if not steps:
        return ""
    if len(steps) == 1:
        return _("{size} 没有变过（{n}件，最近 {month}）").format(
            size=steps[0].size, n=steps[0].pieces, month=f"{steps[0].last:%Y-%m}"
        )
    parts = [_("{size}（{month}）").format(size=step.size, month=f"{step.first:%Y-%m}") for step in steps]
    way = f"  {_(_WAYS[sizes.way])}" if sizes.way in _WAYS else ""
    return " → ".join(parts) + way


def styles_words(sizes: SizeTrend) -> str:
    """The last size of each kind of goods, where they differ: for the tool tip."""
    if not sizes.styles:
        return ""
    parts = [f"{one.style} {one.size}（{formats.short_day(one.day)}）" for one in sizes.styles]
    return _("按货号字头：{parts}").format(parts=_("、").join(parts))


def birthday_line(page: CustomerPage) -> str:
    """Both calendars and in how many days."""
    words = page.birthday_words
    if words and page.birthday_in is not None:
        words += " · " + (_("还有{n}天").format(n=page.birthday_in) if page.birthday_in else _("就是今天"))
    return words


def days_line(page: CustomerPage) -> str:
    """The next day to remember, and how many more there are."""
    if not page.days:
        return ""
    first = page.days[0]
    words = first.label
    if first.in_days is not None:
        left = _("还有{n}天").format(n=first.in_days) if first.in_days else _("就是今天")
        words += f" · {left}"
    if len(page.days) > 1:
        words += _("，另有 {n} 个日子").format(n=len(page.days) - 1)
    return words


def _days_tip(page: CustomerPage) -> str:
    return "\n".join(f"{day.label}  {day.words}" for day in page.days[:12])


def contact_line(page: CustomerPage) -> str:
    """The next contact first: it is what is still to be done; then the last one."""
    parts = []
    if page.next_contact:
        coming = page.next_contact
        topics = _("、").join(topic_words(topic) for topic in coming.topics)
        parts.append(_("下次 {day} {topics}").format(day=formats.day(coming.day), topics=topics))
    if page.last_contact:
        last = page.last_contact
        parts.append(_("上次 {day} {how}").format(day=formats.day(last.day), how=channel_words(last.channel)))
    if page.rhythm is not None and (parts or page.rhythm.days > 0):
        words = _("⚠ 超过周期 {n}/{every} 天") if page.rhythm.over else _("周期 {n}/{every} 天")
        parts.append(words.format(n=page.rhythm.days, every=page.rhythm.every))
    return " · ".join(parts)


def care_line(page: CustomerPage) -> str:
    """Group and clerk, and the ties to other customers."""
    parts = [" ".join(part for part in (page.group, page.clerk) if part)]
    if page.referrer:
        parts.append(_("{name}介绍").format(name=page.referrer))
    if page.referred:
        parts.append(_("介绍了 {n} 位").format(n=len(page.referred)))
    return " · ".join(part for part in parts if part)


def _brought_tip(page: CustomerPage) -> str:
    return _("、").join(one.name for one in page.referred[:20])
