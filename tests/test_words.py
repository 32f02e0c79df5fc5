"""Whatever the program says in Chinese it can say in English."""

from __future__ import annotations

import gettext
import importlib.util
import io
import sys
from pathlib import Path

import pytest

pytest.importorskip("babel", reason="Babel is installed with requirements-dev.txt only")
_PLACE = Path(__file__).resolve().parent.parent / ".ci" / "words.py"
_SPEC = importlib.util.spec_from_file_location("shuke_words", _PLACE)
assert _SPEC and _SPEC.loader
words = importlib.util.module_from_spec(_SPEC)
sys.modules["shuke_words"] = words
_SPEC.loader.exec_module(words)


@pytest.fixture(scope="module")
def findings():
    english, found = words.written()
    said = words.spoken()
    words.check(said, english, found)
    found.unmarked.extend(words.unmarked(said))
    return found


def test_every_catalogue_can_be_read(findings) -> None:
    assert findings.unreadable == []


def test_every_text_has_an_english_translation(findings) -> None:
    assert findings.untranslated == []


def test_a_translation_has_the_fields_of_its_text(findings) -> None:
    assert findings.fields == []


def test_no_text_is_translated_in_two_ways(findings) -> None:
    assert findings.conflicting == []


def test_every_chinese_sentence_is_marked_for_translation(findings) -> None:
    assert findings.unmarked == []


def test_the_compiled_catalogue_is_fresh() -> None:
    english, _findings = words.written()
    assert words.is_fresh(english), "run `python3 run.py words`"


def test_texts_are_found_in_calls_of_every_shape(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        """
raise Refused("一" "二 {n}", n=1)
raise errors.Unavailable("三")
print(f"{_('四')}")
say = pgettext("动词", "五"), pgettext("名词", "五")
_(unknown)
print("没有标出的句子。")
""",
        "utf-8",
    )
    for folder in ("models", "services", "ui"):
        (tmp_path / folder).mkdir()
    said = words.spoken(tmp_path)
    assert set(said) == {("", "一二 {n}"), ("", "三"), ("", "四"), ("动词", "五"), ("名词", "五")}
    assert words.unmarked(said, tmp_path) == ["main.py:7  '没有标出的句子。'"]


@pytest.mark.parametrize(
    ("text", "fields"),
    [("共 {n} 位", {"n"}), ("{a}{b:,}", {"a", "b"}), ("没有", set()), ("{{n}}", set()), ("破 {", {"?"})],
)
def test_fields_are_the_names_in_braces(text: str, fields: set[str]) -> None:
    assert words.fields_of(text) == fields


def test_contradicting_and_incomplete_catalogues_are_named(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (tmp_path / "a.po").write_text(head + 'msgid "打开 {file}"\nmsgstr "Open {path}"\n', "utf-8")
    (tmp_path / "b.po").write_text(head + 'msgid "打开 {file}"\nmsgstr "Open {file}"\n', "utf-8")
    english, found = words.written(tmp_path)
    words.check({("", "打开 {file}"): "x.py:1", ("", "关闭"): "x.py:2"}, english, found)
    assert len(found.conflicting) == len(found.fields) == len(found.untranslated) == 1
    assert found.bad


def test_the_compiled_file_gives_back_what_went_in() -> None:
    english = {("", "打开"): "Open", ("动词", "五"): "five"}
    translation = gettext.GNUTranslations(io.BytesIO(words.compiled(english)))
    assert translation.gettext("打开") == "Open"
    assert translation.pgettext("动词", "五") == "five"
    assert words.compiled(english) == words.compiled(english)
