"""Memory runs out in the middle of an act: it is refused in a sentence, and the books are as before or after it (29)."""

from __future__ import annotations

import hashlib
import random
import time
from pathlib import Path
from typing import Any

import pytest

from services import pins
from services.errors import Refused
from services.faults import explain
from services.imports import reader
from tests.faults import injecting
from tests.faults.acts import ACTS, Yard
from tests.faults.bombs import workbook
from tests.faults.conftest import times
from tests.faults.inspecting import Tally
from tests.faults.killing import judged

MOST = 72
"""MiB above what the loaded program has: enough for each of these acts on a small shop."""


def test_memory_that_runs_out_in_the_middle_costs_nothing(yard: Yard) -> None:
    tally, chance = Tally("memory"), random.Random(29)
    for act in ACTS:
        yard.expected(act)
        for mebibytes in sorted(chance.sample(range(1, MOST), min(times(4), MOST - 1))):
            here = yard.fresh(act.stage)
            args = yard.args(here, act.user, *act.words)
            child = yard.nursery.run(args, yard.pins[act.user], home=here, memory=mebibytes)
            tally.tries += 1
            tally.count("refused" if child.status else "done")
            wrong = injecting.unclear(child.status or 0, child.said, child.error)
            wrong += judged(yard, act, here, child)
            tally.wrong += [f"{one} ({act.name} with {mebibytes} MiB more)" for one in wrong]
    assert tally.wrong == [], f"{tally}\n" + "\n".join(tally.wrong[:10])
    assert min(tally.notes.get(one, 0) for one in ("refused", "done")) > tally.tries // 10, tally


def test_a_pin_that_cannot_be_hashed_is_not_a_wrong_one(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = pins.hashed("730514")

    def starved(*_args: Any, **_how: Any) -> bytes:
        raise ValueError("[digital envelope routines] malloc failure")

    monkeypatch.setattr(hashlib, "scrypt", starved)
    with pytest.raises(MemoryError):
        pins.matches("730514", stored)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(12, "Cannot allocate memory"),
        ImportError("x.so: failed to map segment from shared object"),
        RuntimeError("can't start new thread"),
        type("NoMemError", (Exception,), {})("out of memory"),
    ],
)
def test_memory_that_ran_out_is_told_as_that(error: Exception) -> None:
    assert "内存不足" in str(explain(error))
    outer = RuntimeError("something else")
    outer.__cause__ = error
    assert "内存不足" in str(explain(outer))
    assert explain(RuntimeError("something else")) is None


def test_a_sheet_that_cannot_be_taken_in_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two minutes of waiting for a line that nobody was left to fetch, before."""
    real = reader._Child._put
    failed: list[bytes] = []

    def put(child: Any, line: bytes) -> None:
        if not failed:
            failed.append(line)
            raise MemoryError
        real(child, line)

    monkeypatch.setattr(reader._Child, "_put", put)
    began = time.monotonic()
    with pytest.raises(Refused, match="太大"):
        reader.open_file(workbook(tmp_path / "表.xlsx"))
    assert failed and time.monotonic() - began < 20
