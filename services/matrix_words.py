"""The contact matrix in words: `必做：贺卡，电话、短信`."""

from __future__ import annotations

from models.kinds import Grade, Topic
from services.contact_words import channel_words, topic_words
from services.rules import contact_matrix
from services.rules.contact_matrix import Level
from services.words import N_, _

LEVELS = {Level.MUST: N_("必做"), Level.MAY: N_("可做"), Level.OFF: N_("不联络")}
CARD = N_("贺卡")


def cell_title(name: str) -> str:
    """`follow_up_a` as 售后回访 A 级."""
    topic, _under, grade = name.rpartition("_")
    return f"{topic_words(Topic(topic))} {_('{grade} 级').format(grade=Grade(grade.upper()).value)}"


def cell_words(text: str) -> str:
    """A cell's words; a text that is no cell as it stands."""
    try:
        cell = contact_matrix.read(text)
    except ValueError:
        return text
    level = _(LEVELS[cell.level])
    parts = [_(CARD)] if cell.card else []
    ways = [*parts, *(channel_words(way) for way in cell.ways)]
    return _("{level}：{ways}").format(level=level, ways=_("、").join(ways)) if ways else level


def cell_short(text: str) -> str:
    """The same for a narrow place: what must be done is only named by its ways."""
    cell = contact_matrix.read(text)
    if cell.level is not Level.MUST:
        return cell_words(text)
    return cell_words(text).removeprefix(_("{level}：{ways}").format(level=_(LEVELS[Level.MUST]), ways=""))
