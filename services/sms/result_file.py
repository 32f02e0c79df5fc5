"""The platform's result file, read line by line: a number, what came of it, and why not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.errors import Refused
from services.progress import Progress, silent
from services.words import N_, _

_WORDS = Path(__file__).resolve().parents[2] / "resources" / "sms_platform.toml"
_HEAD_ROWS = 20
"""The titles stand in one of the first lines."""
_NOT_DIGITS = re.compile(r"[\s\-+()（）]")


@dataclass(frozen=True)
class Outcome:
    """What the platform says about one number."""

    row: int
    """As people count the rows of the file."""
    number: str
    sent: bool | None
    """None: the platform does not know yet."""
    reason: str = ""
    wrong_number: bool = False


@dataclass(frozen=True)
class Unread:
    """A line that could not be understood."""

    row: int
    value: str
    reason: str


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The platforms' titles and states of resources/sms_platform.toml."""
    with open(_WORDS, "rb") as file:
        return tomllib.load(file)


def read(path: Path | str, progress: Progress = silent) -> tuple[list[Outcome], list[Unread]]:
    """The outcomes of a .xlsx, .xls or .csv. Raises Refused where there is no column of numbers or of states."""
    from services.imports import reader
    from services.imports.text import plain

    with reader.open_file(path, progress) as reading:
        head = next(one for one in reading.heads if any(cell != "" for row in one.rows for cell in row))
        rows = [
            [_text(plain, cell) for cell in row]
            for chunk in reading.chunks(head, set(), progress)
            for row in chunk
        ]
    return _outcomes(rows, Path(path).name)


def _text(plain: Any, cell: Any) -> str:
    try:
        return str(plain(cell))
    except Refused:
        return ""


def _outcomes(rows: Sequence[Sequence[str]], name: str) -> tuple[list[Outcome], list[Unread]]:
    place, titles = _titles(rows)
    if "number" not in titles or "state" not in titles:
        raise Refused(
            "文件 {file} 里找不到手机号和状态两列。请让第一行写着“手机号”“状态”，再读一次。", file=name
        )
    found: list[Outcome] = []
    unread: list[Unread] = []
    for number, row in enumerate(rows[place + 1 :], place + 2):
        if not any(row):
            continue
        one = _outcome(number, *(_cell(row, titles.get(key)) for key in ("number", "state", "reason")))
        (found if isinstance(one, Outcome) else unread).append(one)  # type: ignore[arg-type]
    return found, unread


def _titles(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The row of titles and the columns they name."""
    known = {word: key for key, listed in words()["titles"].items() for word in listed}
    for place, row in enumerate(rows[:_HEAD_ROWS]):
        found: dict[str, int] = {}
        for column, text in enumerate(row):
            key = known.get(_flat(text))
            if key:
                found.setdefault(key, column)
        if "number" in found and "state" in found:
            return place, found
    return -1, {}


def _cell(row: Sequence[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""


def _outcome(row: int, number: str, state: str, reason: str) -> Outcome | Unread:
    digits = _digits(number)
    if not digits:
        return Unread(row, number, _("没有手机号"))
    judged = judge(state)
    if judged == "sent":
        return Outcome(row, digits, True)
    if judged == "waiting":
        return Outcome(row, digits, None, state)
    if judged == "failed":
        said = "：".join(dict.fromkeys(part for part in (state, reason) if part))
        return Outcome(row, digits, False, said[:200], is_wrong_number(said))
    return Unread(row, state, _("看不懂这个状态"))


def _digits(text: str) -> str:
    """Digits only, without the country's code."""
    digits = _NOT_DIGITS.sub("", text)
    if not digits.isdigit():
        return ""
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def judge(state: str) -> str:
    """`sent`, `failed`, `waiting`, or empty for a word nobody knows. A failure named anywhere in it is a failure."""
    flat, known = _flat(state), words()["states"]
    if not flat:
        return ""
    for kind in ("sent", "failed", "waiting"):
        if flat in known[kind]:
            return kind
    if any(word in flat for word in known["failed"]):
        return "failed"
    if any(word in flat for word in known["waiting"]):
        return "waiting"
    return "sent" if any(word in flat for word in known["sent"] if not word.isascii()) else ""


def is_wrong_number(reason: str) -> bool:
    """Whether the reason says that the number itself is wrong."""
    return any(word in reason.lower() for word in words()["numbers"]["wrong"])


def _flat(text: str) -> str:
    return re.sub(r"\s", "", text).lower()


NOT_OURS = N_("这个号码不在这一批里")
"""The line of a number that the batch does not know."""
