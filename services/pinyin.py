"""Names in pinyin: readings, the sort key, and the tokens by which the search box finds a customer.

A name is indexed by exact tokens: every run of its characters, of its initials and of its whole syllables. A typed
query becomes a few tokens to look up (an unfinished last syllable is completed), so a search is plain index work.
`matches` is the plain truth behind both; only queries that are not `exact`, and names found under LONG, need it.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate, islice, product

from services.pinyin_tables import COMPOUND_SURNAMES, SURNAMES, SYLLABLES

MAX_RUN = 8
"""Longest run of characters, initials or syllables that is indexed as one token."""
MAX_TOKENS = 120
"""Most tokens of one name."""
MAX_QUERY_TOKENS = 60
MAX_KEY = 200
LONG = "…"
"""The token of names too long to be indexed in full: look it up too, and ask `matches` of what it finds."""

_PLAIN_MOST = 4
"""So long a name never has more tokens than MAX_TOKENS, however many readings its surname has."""
_CUTS = [
    [slice(start, end) for start in range(length) for end in range(start + 1, length + 1)]
    for length in range(_PLAIN_MOST + 1)
]
_LONG_CUTS = [[cut for cut in cuts if cut.stop - cut.start > 1] for cuts in _CUTS]

_FOLDED = str.maketrans({**dict.fromkeys("·•・‧∙⋅", " "), "ü": "v"})
_PLAIN_CHINESE = re.compile(r"[\u4e00-\u9fff]{1,8}")
"""Most names: nothing to normalise, every character a unit."""
_CHINESE = re.compile(r"[\u2e80-\U0010ffff]+")
"""What may have a reading; Chinese for all that matters here."""
_LATIN = re.compile("[a-z]")
_SYLLABLES = frozenset(SYLLABLES)
_LONGEST = max(map(len, SYLLABLES))


def normal(text: str) -> str:
    """Text as it is indexed and looked up: one form per character, lower case, no spaces, no middle dots, ü as v."""
    return "".join(_words(text))


def readings(name: str) -> list[list[str]]:
    """The name in syllables, ü as v: the likeliest reading first, then the others its surname can have.

    A word in Latin letters or digits is one syllable; a character without a reading stands for itself.
    """
    return _readings(_units(name))


def sort_key(name: str) -> str:
    """Pinyin, lower case, syllables parted by a space: sorts alike on every database."""
    if _PLAIN_CHINESE.fullmatch(name):
        front = _surname_readings(name[0], name[:2])[0]
        return " ".join(front) + name[len(front) :].translate(_KEYS)
    return " ".join(readings(name)[0])[:MAX_KEY]


def search_tokens(name: str) -> set[str]:
    """All tokens under which a name is found: at most MAX_TOKENS; LONG among them where those were too few."""
    if plain := plain_words(name):
        return set(plain[0])
    units = _units(name)
    tokens = set(_runs("".join(units)))
    for syllables in _readings(units):
        tokens.update(_runs([syllable[0] for syllable in syllables]), _runs(syllables))
        if not _SYLLABLES.issuperset(syllables):
            tokens.update(_unfinished_runs(syllables))
    if len(units) <= MAX_RUN and len(tokens) <= MAX_TOKENS:
        return tokens
    return {*sorted(tokens, key=lambda token: (len(token), token))[: MAX_TOKENS - 1], LONG}


def plain_words(name: str) -> tuple[list[str], list[str]] | None:
    """The tokens of a name of a few Chinese characters, as most names are, and those that mean the whole name.

    Some may stand twice. None for any other name: `search_tokens` and `whole_words` tell those.
    """
    if len(name) > _PLAIN_MOST or not _PLAIN_CHINESE.fullmatch(name):
        return None
    cuts = _CUTS[len(name)]
    words, whole = [name[cut] for cut in cuts], [name]
    for syllables in _readings(list(name)):
        if not _SYLLABLES.issuperset(syllables):
            return None
        initials = "".join([syllable[0] for syllable in syllables])
        whole += [initials, "".join(syllables)]
        words += [initials[cut] for cut in cuts]
        words += syllables
        words += ["".join(syllables[cut]) for cut in _LONG_CUTS[len(name)]]
    return words, whole


def whole_words(name: str) -> set[str]:
    """The tokens that mean the whole name: itself, its initials, its pinyin."""
    found = {normal(name)}
    for syllables in readings(name):
        found.add("".join(syllables))
        found.add("".join([syllable[0] for syllable in syllables if syllable]))
    found.discard("")
    return found


def query_tokens(text: str) -> list[str]:
    """What to look up for a typed query, the text itself first; at most MAX_QUERY_TOKENS; empty for an empty query.

    Together with LONG they find every name that `matches`; where the query is not `exact`, others too.
    """
    query = normal(text)
    if not query:
        return []
    tokens = {query[:MAX_RUN]: None}
    if _is_mixed(query):
        tokens |= dict.fromkeys(initials[:MAX_RUN] for initials in _spellings(query, initials=True))
        for spelled in _spellings(query):
            tokens |= {spelled: None} | dict.fromkeys(_completions(spelled))
        if len(tokens) > MAX_QUERY_TOKENS:
            return [max(_CHINESE.findall(query), key=len)[:MAX_RUN]]
    elif not _CHINESE.search(query):
        tokens = {query: None} | dict.fromkeys(_completions(query)) | tokens
    return list(islice(tokens, MAX_QUERY_TOKENS))


def exact(text: str) -> bool:
    """Whether whatever is found under `query_tokens(text)` surely matches, so that `matches` need not be asked."""
    query = normal(text)
    return len(query) <= MAX_RUN and not _is_mixed(query)


def matches(name: str, text: str) -> bool:
    """Whether a query means this name: by characters, initials, or pinyin with an unfinished last syllable.

    Chinese and Latin letters may be mixed: `王xl` and `王xiaol` both mean 王晓丽.
    """
    query = normal(text)
    units = _units(name)
    if not query or query in "".join(units):
        return bool(query)
    mixed = _is_mixed(query)
    for syllables in _readings(units):
        if query in "".join([syllable[0] for syllable in syllables]):
            return True
        for start in range(len(units)):
            if "".join(syllables[start:]).startswith(query):
                return True
            if mixed and _runs_along(query, units[start:], syllables[start:]):
                return True
    return False


def _words(text: str) -> list[str]:
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return text.lower().translate(_FOLDED).split()


def _units(name: str) -> list[str]:
    """Chinese characters one by one, words of other letters and digits whole, anything else character by character."""
    if _PLAIN_CHINESE.fullmatch(name):
        return list(name)
    units: list[str] = []
    for word in _words(name):
        open_word = False
        for char in word:
            whole = char.isalnum() and not _CHINESE.match(char)
            if whole and open_word:
                units[-1] += char
            else:
                units.append(char)
            open_word = whole
    return units


@cache
def _reading(unit: str) -> str:
    """One unit in pinyin; by single characters, without the library's phrases (which cost 200 ms and 35 MB)."""
    if not _CHINESE.fullmatch(unit):
        return unit
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, lazy_pinyin

    syllable: str = lazy_pinyin(unit, style=Style.NORMAL)[0]
    return syllable if syllable in _SYLLABLES else unit


def _readings(units: list[str]) -> list[list[str]]:
    if not units:
        return [[]]
    plain = [_reading(unit) for unit in units]
    fronts = _surname_readings(units[0], "".join(units[:2]))
    return [[*front, *plain[len(front) :]] for front in fronts]


def _surname_readings(first: str, two: str) -> tuple[tuple[str, ...], ...]:
    """The ways to read the surname, without repeats, the likeliest first."""
    return _compound_readings(two) if two in COMPOUND_SURNAMES else _single_readings(first)


@lru_cache(maxsize=4096)
def _single_readings(first: str) -> tuple[tuple[str, ...], ...]:
    found: dict[tuple[str, ...], None] = {(syllable,): None for syllable in SURNAMES.get(first, ())}
    found[(_reading(first),)] = None
    return tuple(found)


@cache
def _compound_readings(two: str) -> tuple[tuple[str, ...], ...]:
    second = _reading(two[1])
    singly = {(*front, second): None for front in _single_readings(two[0])}
    return tuple({COMPOUND_SURNAMES[two]: None} | singly)


class _Keys(dict[int, str]):
    """Character -> a space and its reading, for `str.translate`, which is ten times quicker than asking one by one."""

    def __missing__(self, code: int) -> str:
        found = self[code] = " " + _reading(chr(code))
        return found


_KEYS = _Keys()


def _runs(parts: Sequence[str]) -> list[str]:
    """Every run of up to MAX_RUN parts, put together."""
    return [run for start in range(len(parts)) for run in accumulate(parts[start : start + MAX_RUN])]


def _unfinished_runs(syllables: list[str]) -> list[str]:
    """Runs that hold a word of other letters, with all beginnings of their last part.

    A query can be completed by the table of syllables only, so what that table lacks is indexed letter by letter.
    """
    found = []
    for start in range(len(syllables)):
        run, foreign = "", False
        for syllable in syllables[start : start + MAX_RUN]:
            foreign = foreign or syllable not in _SYLLABLES
            if foreign and run:
                found.extend([run + syllable[:end] for end in range(1, len(syllable))])
            run += syllable
    return found


@lru_cache(maxsize=512)
def _completions(query: str) -> tuple[str, ...]:
    """The query with its last syllable completed, for every way to part it; a first letter alone is an initial."""
    reached = {0}
    for end in range(1, len(query) + 1):
        if any(
            start in reached and query[start:end] in _SYLLABLES
            for start in range(max(0, end - _LONGEST), end)
        ):
            reached.add(end)
    found: dict[str, None] = {}
    for start in sorted(reached, reverse=True):
        rest = query[start:]
        if 0 < len(rest) <= _LONGEST and len(query) > 1:
            found |= {query[:start] + syllable: None for syllable in _starting(rest)}
    return tuple(found)


@lru_cache(maxsize=1024)
def _starting(letters: str) -> tuple[str, ...]:
    return tuple(syllable for syllable in SYLLABLES if syllable.startswith(letters))


def _is_mixed(query: str) -> bool:
    """Whether Chinese characters and Latin letters stand together."""
    return _CHINESE.search(query) is not None and _LATIN.search(query) is not None


def _spellings(query: str, *, initials: bool = False) -> list[str]:
    """A mixed query in Latin letters only, for every reading its characters may have in a name."""
    choices = []
    for char in query:
        ways = dict.fromkeys((_reading(char), *SURNAMES.get(char, ()), *_COMPOUND_WAYS.get(char, ())))
        choices.append(list(dict.fromkeys(way[0] for way in ways) if initials else ways))
    return ["".join(parts) for parts in islice(product(*choices), 16)]


_COMPOUND_WAYS: dict[str, list[str]] = {}
for _surname, _ways in COMPOUND_SURNAMES.items():
    for _char, _way in zip(_surname, _ways, strict=True):
        _COMPOUND_WAYS.setdefault(_char, []).append(_way)


def _runs_along(query: str, units: list[str], syllables: list[str]) -> bool:
    """Whether a mixed query runs along the units: Chinese by itself, Latin by initials only or by syllables only."""
    return any(_follows(query, units, syllables, initials) for initials in (True, False))


def _follows(query: str, units: list[str], syllables: list[str], initials: bool) -> bool:
    for unit, syllable in zip(units, syllables, strict=True):
        if not query:
            return True
        part = unit if query[0] == unit else syllable[0] if initials else syllable
        if not query.startswith(part):
            return not initials and part.startswith(query)
        query = query[len(part) :]
    return not query
