"""The two ways in which the shop says no; anything else is our bug."""

from __future__ import annotations

from services.words import _


class ShopError(Exception):
    """A sentence for people: Chinese source text plus facts, translated when it is shown."""

    def __init__(self, text: str, *, field: str = "", **facts: object) -> None:
        super().__init__(text)
        self.text = text
        self.field = field
        self.facts = facts

    def __str__(self) -> str:
        return _(self.text).format(**self.facts) if self.facts else _(self.text)


class Refused(ShopError):
    """The shop's rules say no. `field` names the input it is about, if one is."""


class NotAllowed(Refused):
    """The actor's role may not do this; the attempt is written to the journal."""


class Unavailable(ShopError):
    """Disk, lock, network or a file of another program's version: nothing was changed, and the text says what to do."""
