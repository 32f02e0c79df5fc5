"""run.py: what it says where it cannot do a thing itself, and that it does nothing twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import run

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Debian's packages")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have been run; all of them work."""
    made: list[list[str]] = []

    def note(command: list[str], **_more: object) -> subprocess.CompletedProcess[str]:
        made.append([str(word) for word in command])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", note)
    monkeypatch.setattr(subprocess, "call", lambda command, **more: note(command, **more).returncode)
    return made


@pytest.fixture
def own_venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a `.venv` that seems to work."""
    monkeypatch.setattr(run, "VENV", tmp_path)
    monkeypatch.setattr(run, "STAMP", tmp_path / "stamp.txt")
    monkeypatch.setattr(run, "_works", lambda: True)
    return tmp_path


def test_missing_libraries_are_one_line_to_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.os, "geteuid", lambda: 1000)
    with pytest.raises(run.Stop) as said:
        run.need_libraries({"libno-such.so.1": "libno-such1", "libnone.so.2": "libnone2"}, wished={})
    lines = str(said.value).splitlines()
    assert "    sudo apt install libno-such1 libnone2" in lines


def test_root_on_debian_has_them_installed(
    monkeypatch: pytest.MonkeyPatch, calls: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run.os, "geteuid", lambda: 0)
    monkeypatch.setattr(run.shutil, "which", lambda name: f"/usr/bin/{name}")
    run.need_libraries({"libno-such.so.1": "libno-such1"}, wished={"libprint.so.1": "libprint1"})
    assert [call[:2] for call in calls] == [["apt-get", "install"]]
    assert calls[0][-2:] == ["libno-such1", "libprint1"]
    assert "libno-such1" in capsys.readouterr().err


def test_libraries_that_are_there_are_left_alone(calls: list[list[str]]) -> None:
    run.need_libraries({"libc.so.6": "libc6"}, wished={"libno-such.so.1": "libno-such1"})
    assert calls == []


def test_without_venv_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(run.os, "geteuid", lambda: 1000)
    with pytest.raises(run.Stop, match="sudo apt install python3"):
        run._make_venv()


def test_what_is_installed_is_not_installed_again(own_venv: Path, calls: list[list[str]]) -> None:
    run.set_up(run.RUNTIME)
    run.set_up(run.RUNTIME)
    assert len(calls) == 1 and "--require-hashes" in calls[0]


def test_the_larger_set_holds_the_smaller(own_venv: Path, calls: list[list[str]]) -> None:
    run.set_up(run.DEVELOPMENT)
    run.set_up(run.RUNTIME)
    run.set_up(run.DEVELOPMENT)
    assert len(calls) == 1


def test_changed_requirements_are_installed(
    own_venv: Path, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run.set_up(run.RUNTIME)
    monkeypatch.setattr(run, "_stamp", lambda name: f"{name} other")
    run.set_up(run.RUNTIME)
    assert len(calls) == 2


def test_a_failed_installation_says_so_and_leaves_no_stamp(
    own_venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_more: subprocess.CompletedProcess(command, 1, "", "no network")
    )
    with pytest.raises(run.Stop, match="no network"):
        run.set_up(run.RUNTIME)
    assert not run.STAMP.exists()


@pytest.mark.parametrize(
    ("variables", "display"),
    [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "wayland-0"}, True)],
)
def test_a_display_is_told_by_the_environment(
    variables: dict[str, str], display: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert run.has_display() is display


def test_help_needs_no_set_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--help"]) == 0
    assert "python3 run.py test" in capsys.readouterr().out
