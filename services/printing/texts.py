"""The words on cards: the shipped text, the company's, the shop's own, and a variant for a grade; fields are checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from services import settings
from services.errors import Refused
from services.printing import setups
from services.printing.setups import Saved, Setup
from services.shop import Shop

FIELDS = ("name", "salutation", "title", "shop", "day", "age", "label")
"""`title` is another word for `salutation`. `age` and `label` (a remembered day) may be unknown."""
_PERSONAL = frozenset(FIELDS) - {"shop"}
_OPTIONAL = frozenset({"age", "label"})
_FIELD = re.compile(r"\{([^{}]*)\}")
_SENTENCE = re.compile(r".+?(?:[。！？!?\n]+|\.(?=\s|$)|$)\s*", re.S)
_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "cards"
_FALLBACK = "owner_choice"
_MOST = 600
"""Characters of a card's text: more can't be read on an A6 card."""
_LINE = 60
"""Characters of a line such as the title."""
GRADES = ("", "A", "B")
"""Variants: for everyone, and for a grade."""


@dataclass(frozen=True)
class CardText:
    """The words of one card, with `{fields}` still open."""

    title: str
    subtitle: str
    seal: str
    greeting: str
    body: str
    closing: str
    signature: str
    design: str = "neutral"

    def all_words(self) -> str:
        """Everything that is printed, fields taken out: what the font must have."""
        words = (self.title, self.subtitle, self.seal, self.greeting, self.body, self.closing, self.signature)
        return _FIELD.sub("", "".join(words))


def occasions() -> tuple[str, ...]:
    """The codes of the occasions that have a card of their own."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@lru_cache(maxsize=64)
def company_text(occasion: str, language: str) -> CardText:
    """The shipped text for an occasion; one without a text of its own gets the general greeting."""
    path = _FOLDER / f"{occasion}.toml"
    if not path.is_file():
        path = _FOLDER / f"{_FALLBACK}.toml"
    found = tomllib.loads(path.read_text("utf-8"))
    return CardText(**found["en" if language == "en" else "zh"], design=found["design"])


def shop_text(occasion: str, language: str, folder: Path | None = None) -> CardText:
    """The shipped text with what the company's file of the same name says instead.

    `folder`: where head office's files are put; there `birthday.toml` may hold any of the keys of `CardText`, at
    the top or under [zh] and [en]. Raises Refused when the file can't be read or holds unknown fields.
    """
    text = company_text(occasion, language)
    if folder is None or not (path := folder / f"{occasion}.toml").is_file():
        return text
    try:
        found = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as why:
        raise Refused("贺卡文字文件 {file} 读不出来：{why}。", file=path.name, why=why) from why
    own = {**found, **(found.get(language) or {})}
    known = {field.name for field in fields(CardText)}
    return changed(text, {key: value for key, value in own.items() if key in known})


class Book:
    """All the texts of one language as they are now, read once: company's, then the shop's, then the grade's."""

    def __init__(self, language: str, folder: Path | None = None) -> None:
        self.language = language
        self._folder = folder or settings.data_folder() / "cards"
        self._own = setups.current(Setup.CARD_TEXT)
        self._known: dict[tuple[str, str], CardText] = {}

    def text(self, occasion: str, grade: str = "") -> CardText:
        """The words for an occasion, in the grade's variant where there is one."""
        key = (occasion, grade)
        if key not in self._known:
            own = self._own.get(name_of(occasion, self.language, grade)) if grade else None
            own = own or self._own.get(name_of(occasion, self.language))
            base = self.company(occasion)
            self._known[key] = changed(base, own) if own else base
        return self._known[key]

    def company(self, occasion: str) -> CardText:
        """What stands there while the shop has not written its own."""
        return shop_text(occasion, self.language, self._folder)

    def has_own(self, occasion: str, grade: str = "") -> bool:
        """Whether the shop wrote its own for just this variant."""
        return name_of(occasion, self.language, grade) in self._own


def name_of(occasion: str, language: str, grade: str = "") -> str:
    """The name under which a text is kept: `zh/birthday`, `zh/birthday/A`."""
    return "/".join(part for part in (language, occasion, grade) if part)


def save(shop: Shop, occasion: str, language: str, grade: str, text: CardText | None) -> Saved:
    """The shop's own words from now on; None takes the company's back. Undo: `setups.back`. Raises Refused."""
    base = Book(language).company(occasion)
    if text is not None:
        changed(base, asdict(text))
    body = asdict(text) if text is not None and (grade or text != base) else None
    return setups.save(shop, Setup.CARD_TEXT, name_of(occasion, language, grade), body)


def changed(text: CardText, own: Mapping[str, object]) -> CardText:
    """`text` with the shop's words. Raises Refused on an unknown field, a lone bracket or far too long a text."""
    new = replace(text, **{key: str(value) for key, value in own.items()})
    for key, words in asdict(new).items():
        _check_fields(key, str(words))
        if key != "body" and len(str(words)) > _LINE:
            raise Refused("这一行有 {n} 字，最多 {most} 字。", field=key, n=len(str(words)), most=_LINE)
    if len(new.body) > _MOST:
        raise Refused("贺卡正文有 {n} 字，一张卡最多 {most} 字。", field="body", n=len(new.body), most=_MOST)
    return new


def _check_fields(key: str, words: str) -> None:
    known = "、".join("{" + field + "}" for field in FIELDS if field != "title")
    for name in _FIELD.findall(words):
        if name not in FIELDS:
            raise Refused(
                "贺卡文字里的 {{{name}}} 不认识；可以用的有 {known}。", field=key, name=name, known=known
            )
    if set("{}") & set(_FIELD.sub("", words)):
        raise Refused("花括号没有成对。字段写成 {known} 这样。", field=key, known=known)


def filled(words: str, values: Mapping[str, str]) -> str:
    """`words` with its fields filled in. A sentence whose age or remembered day is unknown is left out whole."""
    if "{" not in words:
        return words
    lacking = {name for name in _OPTIONAL if not values.get(name)}
    if lacking & set(_FIELD.findall(words)):
        kept = [part for part in _SENTENCE.findall(words) if not lacking & set(_FIELD.findall(part))]
        words = "".join(kept).strip()
    return _FIELD.sub(lambda found: values.get(found.group(1), ""), words)


def values(
    shop_name: str, *, name: str, salutation: str, day: str, age: int | None, label: str
) -> dict[str, Any]:
    """What the fields stand for on one card."""
    return {
        "name": name, "salutation": salutation, "title": salutation, "shop": shop_name, "day": day,
        "age": str(age) if age else "", "label": label,
    }  # fmt: skip


@lru_cache(maxsize=512)
def personal(words: str) -> bool:
    """Whether `words` differ from card to card."""
    return not _PERSONAL.isdisjoint(_FIELD.findall(words))


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@lru_cache(maxsize=1_024)
def long_day(day: date, language: str) -> str:
    """The day as a letter writes it."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"
