"""What stands on a card: the company's text per occasion, and the shop's own variant of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from services.errors import Refused

FIELDS = ("name", "salutation", "shop", "day")
_FIELD = re.compile(r"\{([^{}]*)\}")
_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "cards"
_FALLBACK = "owner_choice"
_MOST = 600
"""Characters of a card's text: more can't be read on an A6 card."""


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


def occasions() -> tuple[str, ...]:
    """The codes of the occasions that have a card of their own."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@lru_cache(maxsize=64)
def company_text(occasion: str, language: str) -> CardText:
    """The company's text for an occasion; one without a text of its own gets the general greeting."""
    path = _FOLDER / f"{occasion}.toml"
    if not path.is_file():
        path = _FOLDER / f"{_FALLBACK}.toml"
    found = tomllib.loads(path.read_text("utf-8"))
    return CardText(**found["en" if language == "en" else "zh"], design=found["design"])


def shop_text(occasion: str, language: str, folder: Path | None = None) -> CardText:
    """The company's text with what the shop's file of the same name says instead.

    `folder`: where the shop keeps its variants; there `birthday.toml` may hold any of the keys of `CardText`, at
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


def changed(text: CardText, own: Mapping[str, object]) -> CardText:
    """`text` with the shop's words. Raises Refused on an unknown field or far too long a text."""
    new = replace(text, **{key: str(value) for key, value in own.items()})
    for words in (new.title, new.subtitle, new.greeting, new.body, new.closing, new.signature):
        for name in _FIELD.findall(words):
            if name not in FIELDS:
                raise Refused(
                    "贺卡文字里的 {{{name}}} 不认识；可以用的有 {known}。",
                    field="body",
                    name=name,
                    known="、".join("{" + known + "}" for known in FIELDS),
                )
    if len(new.body) > _MOST:
        raise Refused("贺卡正文有 {n} 字，一张卡最多 {most} 字。", field="body", n=len(new.body), most=_MOST)
    return new


def filled(words: str, values: Mapping[str, str]) -> str:
    """`words` with its fields filled in; a field without a value disappears."""
    return _FIELD.sub(lambda found: values.get(found.group(1), ""), words)


def personal(words: str) -> bool:
    """Whether `words` differ from card to card."""
    return any(name in ("name", "salutation", "day") for name in _FIELD.findall(words))


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def long_day(day: date, language: str) -> str:
    """The day as a letter writes it."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"
