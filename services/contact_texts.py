"""Words to say or to send, filled from the customer's file; the texts are data (resources/contact_texts.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from models import database
from models.kinds import Channel, Handover, Sex, Topic
from services import formats
from services.contact_words import occasion_words
from services.words import _, language

_FILE = Path(__file__).resolve().parent.parent / "resources" / "contact_texts.toml"
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class File:
    """What the customer's file gives for the words; empty where nothing is known."""

    name: str
    sex: str = "unknown"
    size: str = ""
    likes: str = ""
    item: str = ""
    bought: date | None = None
    gift: str = ""
    handover: str = ""
    card: bool = False
    """A card was posted to them in the last weeks."""

    def about(self, today: date) -> str:
        """What the caller should have before the eyes: `尺码 M · 喜欢 墨绿连衣裙 · 上次买 D-208（11月19日）`."""
        parts = []
        if self.size:
            parts.append(_("尺码 {size}").format(size=self.size))
        if self.likes:
            parts.append(_("喜欢 {likes}").format(likes=self.likes))
        if self.item and self.bought:
            parts.append(
                _("上次买 {item}（{day}）").format(item=self.item, day=_plain_day(self.bought, today))
            )
        return " · ".join(parts)


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """All texts by language."""
    with open(_FILE, "rb") as file:
        return tomllib.load(file)


def suggest(
    topics: Sequence[Topic],
    channel: Channel,
    facts: Sequence[Mapping[str, Any]],
    file: File,
    *,
    shop: str,
    caller: str,
    instead: bool = False,
    tip: str = "",
) -> str:
    """The suggested text. `facts`: the contact's needs; `instead`: the last contacts were all promotion; `tip`: a text
    of the shop's library."""
    known = texts()[language()]
    way = channel.value if channel.value in known["lead"] else Channel.PHONE.value
    values = {"who": salutation(file.name, file.sex), "shop": shop, "caller": caller, "tip": tip}
    values |= _values(file)
    said = _filled(known["lead"][way], values)
    gift_said = False
    for topic in topics:
        for fact in _about(topic, facts):
            own = str(fact.get("text", ""))  # a campaign brings its words, filled when it was released
            said += (
                [own]
                if own
                else _filled(_of_topic(known, topic, way, fact, tip), {**values, **_fact_values(fact)})
            )
        gift_said = gift_said or topic is Topic.GIFT_WAITING
    if instead:
        said += _filled(known["instead_tip" if tip else "instead"].get(way, ()), values)
    said += _filled(known["tail"][way], values)
    return "".join(said) if language() == "zh" else " ".join(said)


def salutation(name: str, sex: str) -> str:
    """王女士, 欧阳先生, or the name itself where the sex is not known; in English `Ms Wang` by pinyin is not guessed."""
    name = name.strip()
    if sex not in (Sex.FEMALE, Sex.MALE):
        return name
    if language() == "en":
        return _("{name}女士").format(name=name) if sex == Sex.FEMALE else _("{name}先生").format(name=name)
    surname = _surname(name)
    return f"{surname}{'女士' if sex == Sex.FEMALE else '先生'}"


def _surname(name: str) -> str:
    if name.isascii() or len(name) > 4:
        return name
    return name[:2] if len(name) > 2 and name[:2] in _COMPOUND else name[:1]


_COMPOUND = frozenset(
    re.findall(
        "..",
        "欧阳上官司马诸葛东方皇甫尉迟公孙慕容令狐司徒司空夏侯端木南宫宇文长孙轩辕独孤百里呼延东郭西门闻人赫连澹台太史公冶宗政濮阳"
        "淳于单于太叔申屠仲孙钟离鲜于闾丘亓官司寇颛孙巫马公西漆雕乐正公良拓跋夹谷宰父谷梁段干东野南门羊舌微生梁丘左丘万俟第五完颜耶律",
    )
)
"""Surnames of two characters."""

_CARD_DAYS = 14
"""A card posted so long ago is still asked about."""


def files_of(customers: Sequence[int], today: date) -> dict[int, File]:
    """What the words need, for many customers: five queries, however many."""
    if not customers:
        return {}
    marks = database.marks(customers)
    people = database.rows(
        f"SELECT id, name, sex, size, styles, colours, looks FROM customer WHERE id IN ({marks})", customers
    )
    bought: dict[int, tuple[Any, ...]] = {}
    for row in database.rows(
        "SELECT p.customer_id, p.item_no, p.size, p.day FROM purchase p JOIN customer c ON c.id = p.customer_id"
        f" AND p.day = c.last_purchase WHERE p.customer_id IN ({marks}) AND p.quantity > 0 AND p.paid >= 0 ORDER BY p.id",
        customers,
    ):
        bought.setdefault(row[0], row)
    gifts: dict[int, tuple[list[str], str]] = {}
    for customer, gift, handover in database.rows(
        "SELECT l.customer_id, g.name, l.handover FROM plan_line l JOIN gift g ON g.id = l.gift_id"
        f" WHERE l.customer_id IN ({marks}) AND l.status = 'approved' ORDER BY l.due, l.part",
        customers,
    ):
        gifts.setdefault(customer, ([], handover))[0].append(gift)
    posted = {
        row[0]
        for row in database.rows(
            f"SELECT customer_id FROM contact WHERE customer_id IN ({marks}) AND channel = 'post' AND state = 'done'"
            " AND done_on >= ?",
            (*customers, today - timedelta(days=_CARD_DAYS)),
        )
    }
    found = {}
    for number, name, sex, size, styles, colours, looks in people:
        line = bought.get(number, (number, "", "", None))
        names, handover = gifts.get(number, ([], ""))
        found[number] = File(
            *(name, sex, line[2] or size, _likes(colours, styles, looks), line[1], database.as_day(line[3])),
            *(_("、").join(names), handover, number in posted),
        )
    return found


def _likes(*fields: str) -> str:
    """`墨绿的连衣裙`-like: the first of each kind of liking."""
    first = [field.split("、")[0].strip() for field in fields if field.strip()]
    return ("" if language() == "zh" else " ").join(first[:2])


def _values(file: File) -> dict[str, str]:
    delivered = file.handover == Handover.DELIVER
    return {
        "size": file.size,
        "likes": file.likes,
        "item": file.item,
        "bought": _plain_day(file.bought),
        "gift": file.gift,
        "card": _("贺卡") if file.card else "",
        "handover": _("可以送到您家，也可以来店里领取") if delivered else _("请您来店里领取"),
    }


def _plain_day(day: date | None, today: date | None = None) -> str:
    """A day inside a sentence, without its weekday; with the year when it is not that of `today`."""
    year = day is not None and today is not None and day.year != today.year
    return formats.day(day, year=year).split(" 周")[0].split(", ")[0]


def _fact_values(fact: Mapping[str, Any]) -> dict[str, str]:
    values = {}
    if fact.get("label"):
        values["label"] = str(fact["label"])
    if fact.get("occasion"):
        values["festival"] = occasion_words(fact["occasion"])
    if fact.get("bought"):
        values["bought"] = _plain_day(date.fromisoformat(fact["bought"]))
    return values


def _about(topic: Topic, facts: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The facts of one topic; a topic set by hand has none, and still is spoken about."""
    return [
        fact for fact in facts if fact.get("t") == topic.value or topic.value in fact.get("also", ())
    ] or [{}]


def _of_topic(
    known: Mapping[str, Any], topic: Topic, way: str, fact: Mapping[str, Any], tip: str
) -> Sequence[str]:
    """The sentences of a topic; a text of the library takes the place of the first of a general one."""
    sentences = _sentences(known, topic, way, fact)
    if tip and topic in (Topic.PERSONAL, Topic.BRAND_SMS):
        return [known["tip"].get(way) or "{tip}", *sentences[1:]]
    return sentences


def _sentences(known: Mapping[str, Any], topic: Topic, way: str, fact: Mapping[str, Any]) -> Sequence[str]:
    lists = known[topic.value]
    sentences = lists.get(way) or lists.get("phone") or lists.get("sms") or []
    if topic is Topic.BIRTHDAY and way != "post":
        # One's own birthday and a family day are wished in different sentences.
        own = not fact.get("label")
        return [one for one in sentences if ("{label}" in one) != own or not _about_the_day(one, sentences)]
    return sentences


def _about_the_day(sentence: str, sentences: Sequence[str]) -> bool:
    """The first two sentences of a birthday name whose day it is."""
    return sentence in sentences[:2]


def _filled(sentences: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """The sentences with their fields; one with an unknown field is left out."""
    said = []
    for sentence in sentences:
        if all(values.get(name) for name in _FIELD.findall(sentence)):
            said.append(_FIELD.sub(lambda found: values[found[1]], sentence))
    return said
