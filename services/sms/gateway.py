"""What every gateway can do, whatever it speaks: hand over a part, ask about one, bring reports and replies.

A gateway never decides anything: the books are written before `submit` is called and before `acknowledge` is, so that
what crosses the wire is always known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from models.kinds import Code, SmsState
from services.errors import Unavailable
from services.words import N_

if TYPE_CHECKING:
    from services.policy import SmsPolicy
    from services.sms.account import Account


class No(Code):
    """Why a provider does not take a part."""

    NUMBER = "number"
    """It is no number."""
    SENDER = "sender"
    """The sender's number does not belong to the account: nothing of the batch would go."""
    TOO_FAST = "too_fast"
    """Taken later: nothing is wrong with the message."""
    TEXT = "text"
    OTHER = "other"


class Halt(Code):
    """Why a sending ends before the batch does."""

    STOPPED = "stopped"
    """A person pressed pause, or cancelled the batch."""
    QUIET = "quiet"
    """The quiet hours began: it goes on in the morning, and only when somebody says so."""
    LINK = "link"
    TOO_FAST = "too_fast"
    SENDER = "sender"
    NO_ENTRY = "no_entry"


@dataclass(frozen=True)
class Piece:
    """One part as it goes out."""

    id: int
    """Our own id of the part."""
    number: str
    text: str
    place: int = 1
    of: int = 1
    group: int = 0
    """What the phone puts the parts together by, 0 to 255."""


@dataclass(frozen=True)
class Accepted:
    """The provider took the part and calls it so."""

    id: int
    provider_id: str


@dataclass(frozen=True)
class Declined:
    """The provider did not take the part: it is certain that it was not sent."""

    id: int
    why: No
    status: int


@dataclass(frozen=True)
class Report:
    """What became of a part."""

    ticket: int
    """For `acknowledge`; 0: an answer to `ask`, which needs none."""
    provider_id: str
    number: str
    reference: int | None
    state: SmsState
    reason: str


@dataclass(frozen=True)
class Reply:
    """What a phone sent to the shop's number."""

    ticket: int
    number: str
    text: str


Event = Accepted | Declined | Report | Reply


class Gateway(Protocol):
    """A connection to a provider that is open and signed in."""

    @property
    def room(self) -> int:
        """How many parts may be handed over before an answer must come."""
        ...

    def submit(self, piece: Piece) -> None:
        """Puts a part on the wire; its answer comes as an event. Raises LinkLost: it may have gone or not."""
        ...

    def ask(self, provider_id: str) -> None:
        """Asks what became of a part; the answer comes as a Report. Raises LinkLost."""
        ...

    def receive(self, seconds: float) -> list[Event]:
        """What came in, waiting at most `seconds` for the first. Raises LinkLost."""
        ...

    def acknowledge(self, event: Report | Reply) -> None:
        """The books know it: the provider may forget it. Raises LinkLost."""
        ...

    def close(self) -> None:
        """Says goodbye. Never raises."""
        ...


class NoEntry(Unavailable):
    """The provider does not let the shop in: another try would end the same way."""


class LinkLost(Unavailable):
    """The connection is gone, or there never was one. Worth another try."""


NOT_SET_UP = N_("还没有设置短信网关。请店主在菜单的“短信网关”里填写服务商给的地址和账号。")


def connect(account: Account, policy: SmsPolicy) -> Gateway:
    """Opens the way to the provider. Raises NoEntry, LinkLost."""
    # Imported here: only a shop with a gateway pays for the library.
    from services.sms.smpp import Smpp

    return Smpp.open(account, policy.answer_seconds, policy.window, policy.enquire_seconds)
