"""Names in pinyin, and the promise of the search box: whatever part of a name is typed, its tokens are found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from services import pinyin
from services.pinyin_tables import COMPOUND_SURNAMES, SURNAMES, SYLLABLES

CHINESE = "王李张刘陈杨赵黄周吴单曾仇解查盖翟尉迟于小晓丽芳伟娜静敏䶮堃喆玥婷婉吕绿女安昂西仙先刚嗯〇"
names = st.one_of(
    st.text(CHINESE, min_size=1, max_size=6),
    st.builds(str.__add__, st.sampled_from(["欧阳", "单于", "尉迟", "长孙", "万俟"]), st.text(CHINESE, max_size=3)),
    st.text(CHINESE + "abmy L·%_'*😀", min_size=1, max_size=12),
    st.sampled_from(["Mary Lee", "Elizabeth Taylor", "王Mary丽", "阿依古丽·买买提"]),
    st.sampled_from(["Élodie 王", "Anne-Marie O'Neil", "李4"]),
    st.text(CHINESE, min_size=9, max_size=40),
)  # fmt: skip


def found_under(name: str, query: str) -> bool:
    """What the index does: by a token of the query, or by LONG and then the plain truth."""
    tokens = pinyin.search_tokens(name)
    hit = not tokens.isdisjoint(pinyin.query_tokens(query))
    if hit and pinyin.exact(query):
        return True
    return (hit or pinyin.LONG in tokens) and pinyin.matches(name, query)


@pytest.mark.parametrize(
    ("name", "likeliest"),
    [
        ("王晓丽", "wang xiao li"),
        ("单雄信", "shan xiong xin"),
        ("曾小贤", "zeng xiao xian"),
        ("仇英", "qiu ying"),
        ("解缙", "xie jin"),
        ("查良镛", "zha liang yong"),
        ("翟天临", "zhai tian lin"),
        ("任盈盈", "ren ying ying"),
        ("尉迟恭", "yu chi gong"),
        ("万俟卨", "mo qi xie"),
        ("单于晓丽", "chan yu xiao li"),
        ("长孙无忌", "zhang sun wu ji"),
        ("澹台灭明", "tan tai mie ming"),
        ("欧阳修", "ou yang xiu"),
        ("吕布", "lv bu"),
        ("䶮堃喆", "yan kun zhe"),
        ("Mary Lee", "mary lee"),
        ("王Mary", "wang mary"),
        ("", ""),
        ("·", ""),
    ],
)
def test_a_name_sorts_by_its_likeliest_reading(name: str, likeliest: str) -> None:
    assert pinyin.sort_key(name) == likeliest


def test_a_surname_with_two_readings_has_both() -> None:
    assert pinyin.readings("单雄信") == [["shan", "xiong", "xin"], ["dan", "xiong", "xin"]]
    assert ["wei", "chi", "gong"] in pinyin.readings("尉迟恭")
    assert {"sxx", "dxx", "shanxiong", "danxiong"} <= pinyin.search_tokens("单雄信")


def test_the_tokens_of_a_usual_name() -> None:
    assert pinyin.search_tokens("王晓丽") == {
        *("王", "晓", "丽", "王晓", "晓丽", "王晓丽"),
        *("w", "x", "l", "wx", "xl", "wxl"),
        *("wang", "xiao", "li", "wangxiao", "xiaoli", "wangxiaoli"),
    }


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("丽", "王晓丽"),
        ("王晓", "王晓丽"),
        ("王 晓", "王晓丽"),
        ("w", "王晓丽"),
        ("xl", "王晓丽"),
        ("WXL", "王晓丽"),
        ("wangx", "王晓丽"),
        ("wangxiaol", "王晓丽"),
        ("xia", "王晓丽"),
        ("王xl", "王晓丽"),
        ("王xiaol", "王晓丽"),
        ("wang晓", "王晓丽"),
        ("wang", "万刚"),
        ("lvb", "吕布"),
        ("lüb", "吕布"),
        ("danx", "单雄信"),
        ("shanx", "单雄信"),
        ("yuchi", "尉迟恭"),
        ("weich", "尉迟恭"),
        ("mary", "Mary Lee"),
        ("ary", "Mary Lee"),
        ("marylee", "Mary Lee"),
        ("mary l", "Mary Lee"),
        ("ML", "Mary Lee"),
        ("wangma", "王Mary"),
        ("古丽", "阿依古丽·买买提"),
        ("古丽买", "阿依古丽·买买提"),
        ("古丽·买", "阿依古丽·买买提"),
        ("ｗａｎｇ", "王晓丽"),
        ("%", "王%丽"),
        ("';", "王';DROP"),
        ("😀", "王😀"),
    ],
)
def test_a_query_finds_the_name_it_means(query: str, name: str) -> None:
    assert pinyin.matches(name, query)
    assert found_under(name, query)


@pytest.mark.parametrize(
    ("query", "name"),
    [(query, "王晓丽") for query in ("wl", "ang", "李xl", "王xx", "丽王", "wangl", "", " ")],
)
def test_a_query_does_not_find_another_name(query: str, name: str) -> None:
    assert not pinyin.matches(name, query)
    assert not found_under(name, query)


@settings(max_examples=400)
@given(names, st.data())
def test_every_part_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    text = pinyin.normal(name)
    assume(text)
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    assert pinyin.matches(name, part)
    assert found_under(name, part)


@settings(max_examples=400)
@given(names, st.data())
def test_initials_and_pinyin_of_every_reading_find_it(name: str, data: st.DataObject) -> None:
    syllables = data.draw(st.sampled_from(pinyin.readings(name)))
    assume(syllables)
    start = data.draw(st.integers(0, len(syllables) - 1))
    initials = "".join(
        syllable[0] for syllable in syllables[start : data.draw(st.integers(start + 1, len(syllables)))]
    )
    spelled = "".join(syllables[start:])
    spelled = spelled[: data.draw(st.integers(1, len(spelled)))]
    for query in (initials, spelled):
        assert pinyin.matches(name, query), query
        assert found_under(name, query), query


@settings(max_examples=400)
@given(names, st.data())
def test_chinese_and_letters_mixed_find_it(name: str, data: st.DataObject) -> None:
    syllables = data.draw(st.sampled_from(pinyin.readings(name)))
    units = pinyin._units(name)
    assume(units)
    start = data.draw(st.integers(0, len(units) - 1))
    cut = data.draw(st.integers(start, len(units)))
    end = data.draw(st.integers(cut, len(units)))
    assume(all(unit > "\u2e80" for unit in units[start:cut]))
    front = "".join(units[start:cut])
    for query in (
        front + "".join(syllables[cut:end]),
        front + "".join(part[0] for part in syllables[cut:end]),
    ):
        assume(query)
        assert pinyin.matches(name, query), query
        assert found_under(name, query), query


@settings(max_examples=500)
@given(names, st.text("wangxiaoliemrydht王晓丽单M", min_size=1, max_size=10))
@example("丽丽丽丽丽丽丽丽丽", "lilililililililili")
def test_what_is_found_is_what_matches(name: str, query: str) -> None:
    assert found_under(name, query) == pinyin.matches(name, query)


@given(names, names)
def test_an_exact_query_never_finds_a_stranger(name: str, other: str) -> None:
    for query in (other[:4], pinyin.sort_key(other)[:6]):
        if pinyin.exact(query) and not pinyin.search_tokens(name).isdisjoint(pinyin.query_tokens(query)):
            assert pinyin.matches(name, query)


@pytest.mark.parametrize(
    "name", ["王" * 500, "Elizabeth Alexandra Mary Windsor" * 15, "欧阳晓丽芳伟娜静敏娟" * 50]
)
def test_a_name_of_500_characters_has_few_tokens_and_is_still_found(name: str) -> None:
    tokens = pinyin.search_tokens(name)
    assert len(tokens) <= pinyin.MAX_TOKENS and pinyin.LONG in tokens
    assert len(pinyin.sort_key(name)) <= pinyin.MAX_KEY
    assert found_under(name, name[200:230]) and found_under(name, name)


def test_no_name_of_up_to_four_characters_is_long() -> None:
    for name in ("单于曾乐", "尉迟仇单", "王晓丽"):
        assert pinyin.LONG not in pinyin.search_tokens(name)


def test_a_query_never_needs_more_than_its_share_of_tokens() -> None:
    worst = max(
        len(pinyin.query_tokens(first + letter))
        for first in SYLLABLES
        for letter in "abcdefghjklmnopqrstwxyz"
    )
    assert worst < pinyin.MAX_QUERY_TOKENS


def test_every_reading_stands_in_the_table_of_syllables() -> None:
    for ways in (*SURNAMES.values(), *COMPOUND_SURNAMES.values()):
        assert set(ways) <= set(SYLLABLES)
    for code in range(0x4E00, 0xA000):
        reading = pinyin._reading(chr(code))
        assert reading in SYLLABLES or reading == chr(code)
    assert pinyin.readings("嗯〇") == [["嗯", "ling"]]


def test_the_library_is_loaded_late_and_without_phrases() -> None:
    code = (
        "import sys; from services import pinyin; assert 'pypinyin' not in sys.modules;"
        "pinyin.sort_key('王'); import pypinyin.constants as c; assert not c.PHRASES_DICT"
    )
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=root)
