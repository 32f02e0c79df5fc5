"""The texts of short messages: the company's words, the shop's variant, kept as versions, released by the manager."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from models import database
from models.kinds import Topic
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.rules import sms as rules
from services.rules.customer_data import short
from services.rules.sms import Length
from services.shop import Shop
from services.words import N_

NAME_MAX = 40
STARTERS = Path(__file__).resolve().parent.parent.parent / "resources" / "sms_templates.toml"

_SAMPLE = {
    "name": N_("王小丽"),
    "title": N_("王女士"),
    "item": "D-208",
    "bought": N_("11月19日"),
    "likes": N_("墨绿连衣裙"),
    "gift": N_("真丝方巾"),
    "festival": N_("元旦"),
    "label": N_("女儿生日"),
    "tip": N_("丝巾不一定系在脖子上，系在包带上，旧包也像换了个新的。"),
}
"""An ordinary customer, to show a text and count it before anybody is chosen."""


@dataclass(frozen=True)
class Template:
    """A text with its newest wording."""

    id: int
    name: str
    topic: Topic
    number: int
    company: str
    variant: str
    released_on: date | None
    released_by: str
    written_by: str
    wording_id: int
    retired: bool = False

    @property
    def body(self) -> str:
        """What goes out: the shop's variant, else the company's words."""
        return self.variant or self.company

    @property
    def released(self) -> bool:
        return self.released_on is not None


@dataclass(frozen=True)
class Preview:
    """A text as an ordinary customer would get it."""

    text: str
    length: Length
    warnings: tuple[str, ...]


_SELECT = (
    "SELECT t.id, t.name, t.topic, w.number, w.company, w.variant, w.released_on, COALESCE(r.name, ''),"
    " COALESCE(u.name, ''), w.id, t.retired FROM sms_template t JOIN sms_text w ON w.template_id = t.id"
    " LEFT JOIN staff_user r ON r.id = w.released_by_id LEFT JOIN staff_user u ON u.id = w.user_id"
)


def templates(shop: Shop, *, retired: bool = False) -> list[Template]:
    """All texts by name, each with its newest wording."""
    require(shop, Right.SEE)
    kept = "" if retired else " AND t.retired = 0"
    found = database.rows(f"{_SELECT} WHERE w.number = t.newest{kept} ORDER BY t.name")
    return [_template(row) for row in found]


def by_name(shop: Shop, name: str) -> Template:
    """The text of that name. Raises Refused."""
    require(shop, Right.SEE)
    found = database.row(f"{_SELECT} WHERE w.number = t.newest AND t.name = ?", (name.strip(),))
    if found is None:
        raise Refused(
            "没有叫“{name}”的短信模板。用“sms template list”查看全部。", name=name, field="template"
        )
    return _template(found)


def history(shop: Shop, template_id: int) -> list[Template]:
    """All wordings of a text, the newest first."""
    require(shop, Right.SEE)
    return [
        _template(row)
        for row in database.rows(f"{_SELECT} WHERE t.id = ? ORDER BY w.number DESC", (template_id,))
    ]


def in_use(shop: Shop) -> list[Template]:
    """The released texts, those released last first: of each the newest released wording."""
    require(shop, Right.SEE)
    found = database.rows(
        f"{_SELECT} WHERE t.retired = 0 AND w.number = (SELECT MAX(o.number) FROM sms_text o"
        " WHERE o.template_id = t.id AND o.released_on IS NOT NULL) ORDER BY w.released_on DESC, w.id DESC"
    )
    return [_template(row) for row in found]


def preview(shop: Shop, body: str, topic: Topic) -> Preview:
    """The whole message for an ordinary customer, with its length and what a platform may refuse. Never raises."""
    from services.words import _

    # The sample speaks the language of the text, as the messages do.
    chinese = rules.is_chinese(body)
    values = {name: text if chinese else _(text) for name, text in _SAMPLE.items()} | {"shop": shop.info.name}
    text = rules.whole(rules.filled(body, values)[0], shop.info.name, shop.policy.sms)
    return Preview(text, rules.length(text, shop.policy.sms), rules.warnings(body, topic, shop.policy.sms))


def add(shop: Shop, name: str, topic: Topic, company: str, variant: str = "") -> Template:
    """A new text; it must be released before it is used. Raises Refused for unknown fields, a taken name, a long text."""
    require(shop, Right.CONTACT)
    words = short(name, "name", NAME_MAX)
    if not words:
        raise Refused("请给模板起个名字。", field="name")
    company, variant = _checked(shop, company, variant, topic)
    now = database.moment_value(shop.clock.now())
    with database.database.atomic():
        if database.row("SELECT 1 FROM sms_template WHERE name = ?", (words,)):
            raise Refused("已有叫“{name}”的短信模板。请换个名字，或修改原来的。", name=words, field="name")
        number = database.insert(
            "sms_template", name=words, topic=topic.value, retired=0, newest=1, created_at=now
        )
        _word(shop, number, 1, company, variant)
        body = {"name": words, "topic": topic.value, "number": 1}
        journal.note(shop, "sms.template_added", "sms_template", number, body=body)
    return by_name(shop, words)


def starters(shop: Shop) -> list[Template]:
    """Lays the shipped messages beside the shop's own, not released: the manager reads each first. Returns the new ones."""
    require(shop, Right.CONTACT)
    with open(STARTERS, "rb") as file:
        shipped = tomllib.load(file)["template"]
    known = {one.name for one in templates(shop, retired=True)}
    return [
        add(shop, one["name"], Topic(one["topic"]), one["text"])
        for one in shipped
        if one["name"] not in known
    ]


def change(
    shop: Shop,
    name: str,
    *,
    company: str | None = None,
    variant: str | None = None,
    number: int | None = None,
) -> Template:
    """A new wording, not released yet; the one released before stays in use until then. None leaves that half.

    `number`: the wording the person saw; refused where somebody wrote a newer one meanwhile.
    """
    require(shop, Right.CONTACT)
    with database.database.atomic():
        seen = by_name(shop, name)
        if number is not None and number != seen.number:
            raise Refused("“{name}”刚刚被别人改过。请看过新的内容再改。", name=seen.name)
        ours, theirs = (
            seen.variant if variant is None else variant,
            seen.company if company is None else company,
        )
        theirs, ours = _checked(shop, theirs, ours, seen.topic)
        if (theirs, ours) == (seen.company, seen.variant):
            return seen
        _word(shop, seen.id, seen.number + 1, theirs, ours)
        database.execute("UPDATE sms_template SET newest = ? WHERE id = ?", (seen.number + 1, seen.id))
        body = {"name": seen.name, "number": seen.number + 1}
        journal.note(shop, "sms.template_changed", "sms_template", seen.id, body=body)
    return by_name(shop, name)


def release(shop: Shop, name: str) -> Template:
    """The manager's yes to the newest wording: from now on it is the one in use."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        seen = by_name(shop, name)
        if seen.released:
            raise Refused("“{name}”的这一版已经发布了。", name=seen.name)
        database.execute(
            "UPDATE sms_text SET released_on = ?, released_by_id = ? WHERE id = ?",
            (shop.today(), shop.who, seen.wording_id),
        )
        body = {"name": seen.name, "number": seen.number}
        journal.note(shop, "sms.template_released", "sms_template", seen.id, body=body)
    return by_name(shop, name)


def withdraw(shop: Shop, name: str) -> Template:
    """Takes the release of the newest wording back: the undo, and the stop of a text that is wrong."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        seen = by_name(shop, name)
        database.execute(
            "UPDATE sms_text SET released_on = NULL, released_by_id = NULL WHERE id = ?", (seen.wording_id,)
        )
        journal.note(
            shop,
            "sms.template_withdrawn",
            "sms_template",
            seen.id,
            body={"name": seen.name, "number": seen.number},
        )
    return by_name(shop, name)


def retire(shop: Shop, name: str, retired: bool = True) -> Template:
    """Puts a text away, or takes it out again: batches of the past keep its words."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        seen = by_name(shop, name)
        database.execute("UPDATE sms_template SET retired = ? WHERE id = ?", (int(retired), seen.id))
        act = "sms.template_retired" if retired else "sms.template_restored"
        journal.note(shop, act, "sms_template", seen.id, body={"name": seen.name})
    return replace(seen, retired=retired)


def _word(shop: Shop, template_id: int, number: int, company: str, variant: str) -> None:
    now = database.moment_value(shop.clock.now())
    database.insert(
        "sms_text",
        **{"template_id": template_id, "number": number, "company": company, "variant": variant},
        **{"user_id": shop.who, "created_at": now},
    )


def _checked(shop: Shop, company: str, variant: str, topic: Topic) -> tuple[str, str]:
    """Both halves as they are kept. The company's words may be empty where the shop writes its own."""
    company = rules.check_body(company, topic) if company.strip() else ""
    variant = rules.check_body(variant, topic) if variant.strip() else ""
    rules.check_body(variant or company, topic)
    parts = preview(shop, variant or company, topic).length.parts
    most = shop.policy.sms.most_parts
    if parts > most:
        raise Refused("这段话要分 {n} 条发，最多 {most} 条。请写短一些。", n=parts, most=most, field="text")
    return company, variant


def _template(row: tuple[object, ...]) -> Template:
    number, name, topic, version, company, variant, released, by, writer, wording, retired = row
    return Template(
        *(int(str(number)), str(name), Topic(str(topic)), int(str(version)), str(company), str(variant)),
        *(database.as_day(released), str(by), str(writer), int(str(wording)), bool(retired)),
    )
