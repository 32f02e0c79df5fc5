"""The frame: what may stand in the repository, what starting costs, and which face opens."""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
REQUIREMENTS = ("requirements.txt", "requirements-postgres.txt", "requirements-dev.txt")

# Put together here, so that this file does not name them itself.
REGISTRY_HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "deb." + "debian.org",
    "proxy." + "golang.org",
    "crates" + ".io",
    "tuna.tsinghua" + ".edu.cn",
    "mirrors." + "aliyun.com",
]


def tracked_files() -> list[Path]:
    if not shutil.which("git") or not (HERE / ".git").exists():
        pytest.skip("not a git clone")
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, check=True)
    return [HERE / name for name in done.stdout.decode().split("\0") if name and (HERE / name).is_file()]


def pyproject() -> dict:
    return tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))


def pins(name: str) -> dict[str, list[str]]:
    """Package -> its pinned lines in that file."""
    found: dict[str, list[str]] = {}
    for line in (HERE / name).read_text("utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)(\[[^]]*])?==", line):
            found.setdefault(match[1].lower(), []).append(line)
    return found


# What stands in the repository


def test_no_file_names_a_package_registry() -> None:
    named = []
    for path in tracked_files():
        if path.suffix in (".ttf", ".png", ".db", ".mo", ".xlsx", ".xls", ".pdf"):
            continue
        text = path.read_text("utf-8", errors="replace").lower()
        named += [f"{path.relative_to(HERE)}: {host}" for host in REGISTRY_HOSTS if host in text]
    assert named == []


def test_no_lock_file_records_download_addresses() -> None:
    names = {path.name for path in tracked_files()}
    assert not names & {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"}


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_exact_and_has_hashes(name: str) -> None:
    text = (HERE / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    for line in lines:
        assert re.match(r"[A-Za-z0-9._-]+(\[[^]]*])?==\S+", line), line
        assert "--hash=sha256:" in line, line
        assert "://" not in line and "--index" not in line and "--find-links" not in line, line


def test_the_larger_requirement_files_hold_the_same_versions() -> None:
    def versions(name: str) -> dict[str, set[str]]:
        return {package: {line.split()[0] for line in lines} for package, lines in pins(name).items()}

    small = versions("requirements.txt")
    for name in REQUIREMENTS[1:]:
        large = versions(name)
        assert {package: large[package] for package in small} == small, name


def test_python_311_gets_a_pyside_below_612() -> None:
    for_311 = [line for line in pins("requirements.txt")["pyside6-essentials"] if "< '3.12'" in line]
    (line,) = for_311
    version = re.search(r"==(\d+)\.(\d+)", line)
    assert version and (int(version[1]), int(version[2])) < (6, 12)


def test_every_dependency_has_an_upper_bound_and_a_pin() -> None:
    project = pyproject()["project"]
    wanted = {"requirements.txt": project["dependencies"]}
    wanted["requirements-postgres.txt"] = project["optional-dependencies"]["postgres"]
    wanted["requirements-dev.txt"] = project["optional-dependencies"]["dev"]
    for file, lines in wanted.items():
        pinned = pins(file)
        for line in lines:
            name = re.match(r"[A-Za-z0-9._-]+", line)
            assert name and re.sub(r"[-_.]+", "-", name[0]).lower() in pinned, f"not in {file}: {line}"
            assert "<" in line.split(";")[0], f"no upper bound: {line}"


def test_the_program_imports_only_what_its_requirements_install() -> None:
    """A package that only the tests install would be missing on the shop's PC."""
    installed = importlib.metadata.packages_distributions()
    pinned = set(pins("requirements-postgres.txt"))
    own = {"main", "models", "services", "ui"}
    missing = set()
    for place, name in imported_names("main.py", "models", "services", "ui"):
        if name in own or name in sys.stdlib_module_names:
            continue
        distributions = {d.lower().replace("_", "-") for d in installed.get(name, [])}
        if not distributions & pinned:
            missing.add(f"{place}: {name}")
    assert missing == set()


def imported_names(*tops: str) -> Iterator[tuple[str, str]]:
    """The file and the first part of every absolute import in these parts of the program."""
    for top in tops:
        paths = [HERE / top] if top.endswith(".py") else sorted((HERE / top).rglob("*.py"))
        for path in paths:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module or ""]
                for name in names:
                    yield path.relative_to(HERE).as_posix(), name.split(".")[0]


def test_the_changelog_begins_with_this_version() -> None:
    text = (HERE / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[?(\d+\.\d+\.\d+)", text, re.MULTILINE)
    assert versions and versions[0] == pyproject()["project"]["version"]


def test_the_font_is_unmodified_and_has_its_licence() -> None:
    folder = HERE / "resources/fonts"
    digest = hashlib.sha256((folder / "LXGWWenKai-Regular.ttf").read_bytes()).hexdigest()
    assert digest in (folder / "README.md").read_text("utf-8")
    licence = (folder / "OFL.txt").read_text("utf-8")
    assert "Reserved Font Name" in licence and "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_no_package_marker_stands_under_tests() -> None:
    """`tests/services/__init__.py` would hide the real `services`."""
    assert list((HERE / "tests").rglob("__init__.py")) == []


def test_every_module_says_what_it_is_for() -> None:
    silent = []
    for top in ("main.py", "run.py", "models", "services", "ui", ".ci", "benchmarks"):
        paths = [HERE / top] if top.endswith(".py") else sorted((HERE / top).rglob("*.py"))
        for path in paths:
            tree = ast.parse(path.read_text("utf-8"))
            if tree.body and not ast.get_docstring(tree):
                silent.append(path.relative_to(HERE).as_posix())
    assert silent == []


# run.py


def test_run_py_needs_the_standard_library_only() -> None:
    assert {name for _place, name in imported_names("run.py")} <= set(sys.stdlib_module_names)


def test_ci_calls_the_test_command_of_the_readme() -> None:
    assert "python3 run.py test" in (HERE / ".ci/run").read_text("utf-8")
    readme = (HERE / "README.md").read_text("utf-8")
    assert "python3 run.py test" in readme and "py run.py" in readme


# main.py


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ("", True),
        ("--db shop.db", True),
        ("--db=shop.db --lang en --theme dark", True),
        ("--user 店主 --today 2026-11-22", True),
        ("find 张", False),
        ("--db find find 张", False),
        ("--db shop.db --json find 张", False),
        ("--help", False),
        ("--json", False),
    ],
)
def test_a_command_picks_the_command_line(words: str, window: bool) -> None:
    import main
    import run

    assert main.opens_window(words.split()) is window
    if "--json" not in words:
        assert run.opens_window(words.split()) is window


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(HERE / "main.py"), *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_missing_books_are_one_sentence(tmp_path: Path) -> None:
    done = start("--db", str(tmp_path / "none.db"), "find", "张")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1 and "none.db" in done.stderr
    assert not (tmp_path / "none.db").exists()


def test_an_unknown_command_is_wrong_usage() -> None:
    done = start("frobnicate")
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_our_own_mistake_is_one_sentence_and_a_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import main
    from services.settings import data_folder
    from ui.cli import frame

    def broken(_arguments: object) -> int:
        raise RuntimeError("张伟 13800138000")

    monkeypatch.setattr(frame, "main", broken)
    assert main.main(["find", "x"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.strip().splitlines()) == 1
    log = (data_folder() / "shuke.log").read_text("utf-8")
    assert "RuntimeError" in log and "13800138000" not in log and "张伟" not in log


def test_a_missing_component_names_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import main
    from ui.cli import frame

    def broken(_arguments: object) -> int:
        raise ImportError("libGL.so.1: cannot open shared object file")

    monkeypatch.setattr(frame, "main", broken)
    assert main.main(["find", "x"]) == 1
    assert "run.py" in capsys.readouterr().err


# What starting costs


def modules_after(code: str) -> set[str]:
    """The names in `sys.modules` of a fresh Python after `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*[m for m in sys.modules if sys.modules[m]])"],
        cwd=HERE,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


HEAVY = {"openpyxl", "reportlab", "python_calamine", "pypinyin", "pypdfium2", "psycopg", "PIL"}


def test_the_main_window_loads_no_heavy_library() -> None:
    code = "import main; main.leave_out_unused_drivers([]); import ui.main_window"
    assert modules_after(code) & HEAVY == set()


def test_the_command_line_loads_neither_qt_nor_heavy_libraries() -> None:
    code = "import main; main.leave_out_unused_drivers([]); import ui.cli.frame, ui.cli.customers, ui.cli.counter"
    assert modules_after(code) & (HEAVY | {"PySide6"}) == set()


def test_the_closed_words_cost_no_peewee() -> None:
    assert modules_after("import models.kinds") & {"peewee", "playhouse", "apsw"} == set()


def test_a_postgresql_url_keeps_its_driver() -> None:
    pytest.importorskip("psycopg")
    code = "import main; main.leave_out_unused_drivers(['--db', 'postgresql://x/y', 'check']); import peewee"
    assert "psycopg" in modules_after(code)
