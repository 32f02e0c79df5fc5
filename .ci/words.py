"""The English catalogue: gathers what the program says, checks the `.po` files, compiles `shuke.mo`."""

from __future__ import annotations

import ast
import gettext
import io
import re
import string
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).resolve().parent.parent
SPEAKING = ("main.py", "models", "services", "ui")
"""The parts of the program that say something to people."""

MARKS = {"_", "N_", "pgettext", "Refused", "Unavailable", "NotAllowed", "ShopError"}
"""What is called with a text for people. Subclasses of the shop's errors pass theirs on marked with N_."""

SENTENCE = re.compile(r"[\u4e00-\u9fff]{2}.*。")

ENGLISH = HERE / "resources/locale/en"
COMPILED = ENGLISH / "LC_MESSAGES/shuke.mo"

Key = tuple[str, str]
"""Context (mostly empty) and Chinese text."""


@dataclass
class Findings:
    """What is wrong with the catalogue. `unused` alone is no reason to stop."""

    untranslated: list[str] = field(default_factory=list)
    conflicting: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def bad(self) -> bool:
        return bool(self.untranslated or self.conflicting or self.fields or self.unreadable or self.unmarked)

    def lines(self) -> Iterator[str]:
        for title, found in (
            ("not readable", self.unreadable),
            ("without an English translation", self.untranslated),
            ("translated in two ways", self.conflicting),
            ("other {fields} in English", self.fields),
            ("not marked with _() or N_()", self.unmarked),
            ("translated, but said nowhere (not an error)", self.unused),
        ):
            if found:
                yield f"{len(found)} {title}:"
                yield from (f"  {line}" for line in found)


def spoken(root: Path = HERE) -> dict[Key, str]:
    """Every text that the program marks for translation, with the place where it is first said."""
    found: dict[Key, str] = {}
    for place, tree in _modules(root):
        for node in ast.walk(tree):
            key = _marked(node)
            if key and key[1]:
                found.setdefault(key, f"{place}:{node.lineno}")  # type: ignore[attr-defined]
    return found


def unmarked(said: dict[Key, str], root: Path = HERE) -> list[str]:
    """Chinese sentences (they end in a full stop) that nobody marked, so that English readers would get Chinese."""
    texts = {text for _context, text in said}
    found = []
    for place, tree in _modules(root):
        comments = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in comments:
                continue
            if SENTENCE.search(node.value) and node.value not in texts:
                found.append(f"{place}:{node.lineno}  {node.value!r}")
    return found


def _modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for top in SPEAKING:
        paths = sorted((root / top).rglob("*.py")) if (root / top).is_dir() else [root / top]
        for path in paths:
            yield path.relative_to(root).as_posix(), ast.parse(path.read_text("utf-8"))


def _marked(node: ast.AST) -> Key | None:
    """The text of a call such as `_("…")`, `Refused("…")` or `pgettext("context", "…")`."""
    if not isinstance(node, ast.Call):
        return None
    function = node.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    if name not in MARKS:
        return None
    # The syntax tree joins adjacent strings and looks into f-strings, which token-based extraction does not.
    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if name == "pgettext":
        return (texts[0], texts[1]) if len(texts) == 2 else None
    first = node.args[0] if node.args else None
    return ("", texts[0]) if texts and isinstance(first, ast.Constant) else None


def written(folder: Path = ENGLISH) -> tuple[dict[Key, str], Findings]:
    """What the `.po` files of all areas say together, and where they contradict each other."""
    english: dict[Key, str] = {}
    by: dict[Key, str] = {}
    findings = Findings()
    for path in sorted(folder.glob("*.po")):
        try:
            catalog = read_po(io.BytesIO(path.read_bytes()), locale="en", charset="utf-8", abort_invalid=True)
        except Exception as why:  # whatever Babel stumbles over, the file is to be mended
            findings.unreadable.append(f"{path.name}: {why}")
            continue
        for message in catalog:
            if not message.id or not isinstance(message.id, str) or not message.string or message.fuzzy:
                continue
            key = (message.context or "", message.id)
            text = str(message.string)
            if key in english and english[key] != text:
                findings.conflicting.append(
                    f"{message.id!r}: {by[key]} {english[key]!r}, {path.name} {text!r}"
                )
            english.setdefault(key, text)
            by.setdefault(key, path.name)
    return english, findings


def check(said: dict[Key, str], english: dict[Key, str], findings: Findings) -> Findings:
    """Holds what is said against what is translated."""
    for key, place in sorted(said.items(), key=lambda item: item[1]):
        if key not in english:
            findings.untranslated.append(f"{place}  {_named(key)}")
        elif fields_of(key[1]) != fields_of(english[key]):
            findings.fields.append(f"{place}  {_named(key)} -> {english[key]!r}")
    findings.unused.extend(_named(key) for key in sorted(set(english) - set(said)))
    return findings


def fields_of(text: str) -> set[str]:
    """The names in {braces}. A text that `str.format` cannot read has the field "?"."""
    try:
        return {name for _before, name, _spec, _how in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {"?"}


def compiled(english: dict[Key, str]) -> bytes:
    """The `.mo` file of these texts; the same bytes for the same texts."""
    then = datetime(2026, 1, 1, tzinfo=timezone.utc)
    catalog = Catalog(
        locale="en", project="shuke", version="1", charset="utf-8", creation_date=then, revision_date=then
    )
    for (context, text), translation in sorted(english.items()):
        catalog.add(text, translation, context=context or None)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def is_fresh(english: dict[Key, str], path: Path = COMPILED) -> bool:
    """Does the compiled file say just what the `.po` files say?"""
    if not path.exists():
        return not english
    with path.open("rb") as file:
        spoken_by = gettext.GNUTranslations(file)
    there = {text: value for text, value in spoken_by._catalog.items() if text}  # type: ignore[attr-defined]
    return bool(there == {(f"{c}\x04{t}" if c else t): value for (c, t), value in english.items()})


def main(arguments: Iterable[str]) -> int:
    """`--check` changes nothing; otherwise `shuke.mo` is written when it is stale."""
    only_check = "--check" in arguments
    english, findings = written()
    said = spoken()
    check(said, english, findings)
    findings.unmarked.extend(unmarked(said))
    for line in findings.lines():
        print(line)
    fresh = is_fresh(english)
    if not fresh and not only_check:
        COMPILED.parent.mkdir(parents=True, exist_ok=True)
        COMPILED.write_bytes(compiled(english))
        fresh = True
        print(f"compiled {COMPILED.relative_to(HERE).as_posix()}")
    if not fresh:
        print(f"{COMPILED.relative_to(HERE).as_posix()} is stale: run `python3 run.py words`")
    print(f"{len(said)} texts, {len(english)} translated")
    return 1 if findings.bad or not fresh else 0


def _named(key: Key) -> str:
    return f"{key[1]!r}" + (f" ({key[0]})" if key[0] else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
