"""Two people changed the same field: what it was, what the other wrote, what I wrote; and which of them stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QWidget

from services.words import _
from ui import theme
from ui.dialogs import Box
from ui.widgets.card import label


class Pick(Enum):
    """What becomes of one field."""

    THEIRS = "theirs"
    """What the other wrote stays; mine is dropped."""
    MINE = "mine"
    """Mine is written over it."""
    KEEP = "keep"
    """Nothing is decided: mine stays in the field, not saved."""


@dataclass(frozen=True)
class ClashWords:
    """One field in words."""

    field: str
    title: str
    was: str
    theirs: str
    mine: str


class ConflictDialog(Box):
    """A line a field; the careful answer is chosen: what is saved stays. Escape decides nothing and loses nothing."""

    def __init__(self, parent: QWidget | None, name: str, clashes: Sequence[ClashWords]) -> None:
        super().__init__(parent, _("{name}：别人刚刚也改了").format(name=name), 620)
        self._groups: dict[str, QButtonGroup] = {}
        text = _("您打开以后，别人也改了同一个栏目。请逐项选用哪一个；拿不准就选“先留着”。")
        self.body.addWidget(label(text, "muted", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(8))
        for place, clash in enumerate(clashes):
            self._add(grid, place * 4, clash)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.add_button(_("先不决定"), self.reject)
        go = self.add_button(_("就这样"), self.accept, "primary")
        go.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """High enough for every line of long words."""
        super().showEvent(event)
        layout = self.layout()
        if layout is not None:
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _add(self, grid: QGridLayout, row: int, clash: ClashWords) -> None:
        group = QButtonGroup(self)
        self._groups[clash.field] = group
        grid.addWidget(label(clash.title, "section"), row, 0)
        grid.addWidget(
            label(_("原来：{words}").format(words=clash.was or _("（空）")), "muted", wrap=True), row, 1
        )
        choices = (
            (Pick.THEIRS, _("用别人的"), clash.theirs),
            (Pick.MINE, _("用我的"), clash.mine),
            (Pick.KEEP, _("先留着"), _("我的留在栏目里，还不保存")),
        )
        for place, (pick, words, value) in enumerate(choices):
            button = QRadioButton(words)
            button.setAccessibleName(f"{clash.title} {words}：{value}")
            button.setToolTip(value)
            button.setChecked(pick is Pick.THEIRS)
            button.setProperty("pick", pick.value)
            group.addButton(button, place)
            grid.addWidget(button, row + 1 + place, 0)
            shown = label(value or _("（空）"), "muted" if pick is Pick.KEEP else "", wrap=True)
            grid.addWidget(shown, row + 1 + place, 1)

    def picks(self) -> dict[str, Pick]:
        """The choice for every field."""
        return {field: Pick(group.checkedButton().property("pick")) for field, group in self._groups.items()}


def ask(parent: QWidget | None, name: str, clashes: Sequence[ClashWords]) -> dict[str, Pick]:
    """Asks field by field. Leaving the dialog keeps everything as it is. Tests replace this function."""
    box = ConflictDialog(parent, name, clashes)
    if box.exec() == ConflictDialog.DialogCode.Accepted:
        return box.picks()
    return dict.fromkeys((clash.field for clash in clashes), Pick.KEEP)
