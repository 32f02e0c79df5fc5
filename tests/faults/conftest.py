"""One nursery and one set of prepared books for all faults; how many tries a short run makes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.acts import Yard, build, have_strace
from tests.faults.nursery import Nursery

LONG = os.environ.get("SHUKE_FAULTS") == "long"

if not sys.platform.startswith("linux"):
    collect_ignore_glob = ["test_*.py"]


def times(short: int) -> int:
    """Tries of a short run; a long one (SHUKE_FAULTS=long) makes twenty times as many."""
    return short * 20 if LONG else short


@pytest.fixture(scope="session")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    root = tmp_path_factory.mktemp("yard")
    with Nursery(root) as nursery:
        yield build(nursery, Path(root))


@pytest.fixture(scope="session")
def strace() -> None:
    """Skips where system calls cannot be seen."""
    why = have_strace()
    if why:
        pytest.skip(f"needs strace: {why}")
