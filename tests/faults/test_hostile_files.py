"""Bombs are refused before they go off, and damaged tables never lose a row unsaid (spec 09, faults 37 to 42)."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from services.errors import Refused
from services.imports import reader
from tests.faults import bombs, mutations

MEBIBYTES = 300
SECONDS = 20
"""Three on a quiet machine; `python -m tests.faults.bombs` prints what it took."""
FILES = 10_000 if os.environ.get("SHUKE_FAULTS") == "long" else 1_000


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bombs.workbook(tmp_path_factory.mktemp("bombs") / "good.xlsx")


@pytest.mark.parametrize("kind", bombs.KINDS)
def test_a_bomb_is_refused_in_words_and_takes_little(kind: str, good: Path) -> None:
    path = bombs.KINDS[kind](good.with_name(f"{kind}.xlsx"), good)
    began = time.monotonic()
    with bombs.Watch() as watch, pytest.raises(Refused) as no, reader.open_file(path) as reading:
        for head in reading.heads:
            for _chunk in reading.chunks(head, set()):
                pass
    path.unlink()
    assert time.monotonic() - began < SECONDS
    assert watch.mebibytes < MEBIBYTES
    assert path.name in str(no.value) or "行" in str(no.value) or "展开" in str(no.value)


def test_damaged_tables_are_refused_or_read_whole_or_told(tmp_path: Path) -> None:
    found = mutations.examine_many(FILES, seed=20261122, folder=tmp_path)
    assert sum(found.values()) == FILES
    assert min(found["refused"], found["read"], found["told"]) > FILES // 50, found


def test_a_row_whose_line_break_is_gone_is_told(tmp_path: Path) -> None:
    file = tmp_path / "表.csv"
    file.write_text("姓名,卡号\n王小丽,K1单芳,K2\n李四,K3\n", "utf-8")
    with mutations.without_a_process():
        assert mutations.examine(file) == "told"
