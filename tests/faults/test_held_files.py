"""Excel or a virus scanner holds the file that is to be written: waited for, then a second name that is told (27)."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services import files
from services.errors import Unavailable
from ui.cli import frame
from ui.context import Context


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """`held(3)`: a list that another program holds for three tries, or for ever; nobody really waits."""
    real = os.replace
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)

    def hold(tries: int = 10**9, name: str = "名单.xlsx") -> Path:
        target = tmp_path / name
        target.write_text("old", "utf-8")
        left = iter(range(tries))

        def replace(source: Any, to: Any) -> None:
            if Path(to) == target and next(left, None) is not None:
                raise PermissionError(13, "The process cannot access the file", str(to))
            real(source, to)

        monkeypatch.setattr(os, "replace", replace)
        return target

    yield hold
    assert sum(waited) <= 2 * 2.6, "seconds, for two files at most"
    files.elsewhere()


def put(target: Path, text: str = "new", **how: Any) -> None:
    with files.replacing(target, **how) as temporary:
        temporary.write_text(text, "utf-8")


def test_a_file_that_is_let_go_in_time_is_replaced(held: Callable[..., Path]) -> None:
    target = held(3)
    put(target)
    assert target.read_text("utf-8") == "new"
    assert files.elsewhere() == [] and len(list(target.parent.iterdir())) == 1


def test_a_file_that_stays_held_is_saved_beside_under_a_free_name(held: Callable[..., Path]) -> None:
    target = held()
    put(target, "first")
    put(target, "second")
    assert target.read_text("utf-8") == "old"
    assert target.with_name("名单(2).xlsx").read_text("utf-8") == "first"
    assert target.with_name("名单(3).xlsx").read_text("utf-8") == "second"
    assert len(list(target.parent.iterdir())) == 3
    told = files.elsewhere()
    assert len(told) == 2 and "“名单.xlsx”" in told[0] and "“名单(2).xlsx”" in told[0]
    assert files.elsewhere() == []


def test_the_programs_own_files_get_no_second_name(held: Callable[..., Path]) -> None:
    target = held(name="settings.json")
    with pytest.raises(Unavailable, match="没有改动"):
        put(target, exact=True)
    assert [one.name for one in target.parent.iterdir()] == ["settings.json"]


def test_a_folder_in_the_way_is_refused(held: Callable[..., Path]) -> None:
    target = held()
    target.unlink()
    target.mkdir()
    with pytest.raises(Unavailable):
        put(target)
    assert files.elsewhere() == []


def test_the_command_line_tells_the_second_name(
    held: Callable[..., Path], owner: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    target = held()

    def command(_shop: Any, _args: Any) -> frame.Answer:
        put(target)
        return frame.Answer({"file": str(target)}, "done")

    answer = frame.noted(command(owner, None))
    frame.show(answer, True)
    frame.show(answer, False)
    first, *rest = capsys.readouterr().out.splitlines()
    assert "名单(2).xlsx" in json.loads(first)["saved_beside"][0]
    assert rest[0] == "done" and "名单(2).xlsx" in rest[1]


def test_the_window_tells_it_in_the_line_that_says_done(held: Callable[..., Path], qtbot: Any) -> None:
    said: list[str] = []
    context = Context(None)
    context.said.connect(lambda each: said.append(each.text))
    put(held())
    context.say("已保存。")
    context.say("别的。")
    context.close()
    assert "名单(2).xlsx" in said[0] and said[1] == "别的。"
