"""The card of a real customer with words that are being written: for the text editor's preview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from models import database
from models.kinds import Occasion
from services.errors import Refused
from services.printing import cards, fonts, recipients, texts
from services.printing.recipients import Recipient
from services.rights import Right, require
from services.shop import Shop
from services.words import _

_AHEAD = 62
"""Days in which somebody is looked for who gets the card next."""


@dataclass(frozen=True)
class Sample:
    """A drawn card and what can be said of its words."""

    pdf: bytes
    name: str
    found: bool
    """Whether the customer asked for is on file; else somebody else's name stands on the card."""
    room: cards.Room
    missing: str
    """Characters that the font lacks."""


def draw(
    shop: Shop, text: texts.CardText, occasion: str, language: str, grade: str = "", person: str = ""
) -> Sample:
    """Draws the A6 card for `person` (card number, name, digits of the phone), else for the next who gets it."""
    require(shop, Right.PRINT)
    one = _named(shop, person, occasion) if person else None
    found = one is not None or not person
    one = one or _next(shop, occasion, grade) or _invented(shop, occasion)
    title = one.title if language == "zh" else {"male": "Mr ", "female": "Ms "}.get(one.sex, "")
    card = cards.Card(one.card_no, one.name, title, occasion, one.day, text, one.label, one.age)
    drawn = cards.draw([card], "A6", shop_name=shop.info.name, language=language, day=shop.today())
    missing = fonts.missing_glyphs(text.all_words() + shop.info.name)
    return Sample(drawn.paper.bytes(), one.name, found, cards.room(card, shop.info.name, language), missing)


def _named(shop: Shop, person: str, occasion: str) -> Recipient | None:
    from services import find

    hits = find.find(shop, person, limit=1)
    if not hits:
        return None
    kept, left_out = recipients.of_customers(shop, [hits[0].id], occasion, _day_of(shop, occasion))
    return next(iter([*kept, *left_out]), None)


def _next(shop: Shop, occasion: str, grade: str) -> Recipient | None:
    """Who gets this card next; else anybody of that grade."""
    first = shop.today()
    try:
        due = recipients.in_span(shop, first, first + timedelta(days=_AHEAD), occasion)
    except Refused:
        due = []  # an occasion that is not posted now can be written all the same
    fitting = [one for one in due if not grade or one.grade == grade]
    if fitting:
        return fitting[0]
    where, params = ("AND grade = ?", (grade,)) if grade else ("", ())
    anybody = database.value_of(
        f"SELECT id FROM customer WHERE state = 'active' {where} ORDER BY id LIMIT 1", params
    )
    if anybody is None:
        return None
    kept, left_out = recipients.of_customers(shop, [int(anybody)], occasion, _day_of(shop, occasion))
    return next(iter([*kept, *left_out]), None)


def _invented(shop: Shop, occasion: str) -> Recipient:
    day = _day_of(shop, occasion)
    return Recipient(
        0, "", _("王小丽"), "female", "", "", occasion, day, label=_("女儿生日"), birth_year=day.year - 36
    )


def _day_of(shop: Shop, occasion: str) -> date:
    """The next day of a festival; today for what has none."""
    from services.gifts.due import festivals_of

    today = shop.today()
    days = [day for day, code in festivals_of(shop, today, today + timedelta(days=366)) if code == occasion]
    return days[0] if days and occasion != Occasion.BIRTHDAY.value else today
