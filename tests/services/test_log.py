"""The log says where, never who."""

from __future__ import annotations

from pathlib import Path

import pytest

from services import log


def mistake() -> Exception:
    try:
        raise ValueError("张伟 13800138000")
    except ValueError as error:
        return error


def test_a_mistake_is_logged_with_its_place_and_without_values() -> None:
    path = log.bug(mistake())
    text = path.read_text("utf-8")
    assert "ValueError" in text and "test_log.py" in text
    assert "张伟" not in text and "13800138000" not in text


def test_a_large_log_begins_anew_and_keeps_one_older_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LARGEST", 10)
    path = log.bug(mistake())
    log.bug(mistake())
    assert path.with_suffix(".old.log").exists()


def test_no_place_for_a_log_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SHUKE_HOME", str(tmp_path / "file" / "under"))
    log.bug(mistake())
