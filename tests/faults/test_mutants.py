"""The table of mutants fits the code: at least twenty, each with its place and with tests that exist."""

from __future__ import annotations

from tests.faults.mutants import MUTANTS, ROOT, missing


def test_every_mutant_still_finds_its_place_in_the_code() -> None:
    assert missing() == []


def test_there_are_twenty_and_more_each_with_a_name_of_its_own() -> None:
    assert len({one.name for one in MUTANTS}) == len(MUTANTS) >= 20


def test_the_tests_that_must_notice_exist() -> None:
    for one in MUTANTS:
        for test in one.tests:
            file, _colons, name = test.partition("::")
            text = (ROOT / file).read_text("utf-8")
            assert not name or f"def {name}(" in text, test
