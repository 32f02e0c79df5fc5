"""Sets everything up and starts Shuke: `python3 run.py`, or `python3 run.py test`. Standard library only."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
STAMP = VENV / "shuke-installed.txt"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
NEEDED = (3, 11)

RUNTIME, POSTGRES, DEVELOPMENT = "requirements.txt", "requirements-postgres.txt", "requirements-dev.txt"

QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
"""What Qt needs of the system even without a screen, with the Debian packages: found in an empty Debian 12."""

SCREEN_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
PRINT_LIBRARIES = {"libcups.so.2": "libcups2"}
"""Without it the window works, but finds no printer."""

TEST_PROGRAMS = {"Xvfb": "xvfb", "xauth": "xauth", "strace": "strace"}

USAGE = """\
python3 run.py              打开熟客；没有显示器时，用演示店铺跑一遍主要工作
                            opens Shuke; without a display, runs the main job on the demo shop
python3 run.py test         运行全部检查 / runs all checks (test PATH…: only these tests)
python3 run.py showcase     在演示店铺上跑一遍主要工作 / runs the main job on the demo shop, into out/
python3 run.py words        编译英文词条 / compiles the English catalogue
python3 run.py setup        只做安装 / only sets up
python3 run.py postgres     另装 PostgreSQL 驱动 / also installs the driver for PostgreSQL
python3 run.py COMMAND …    命令行 / the command line, e.g. python3 run.py find 张
On Windows write "py run.py" for "python3 run.py".
"""


class Stop(Exception):
    """The set-up cannot go on; the text says what to do."""


def main(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    first, rest = (arguments[0] if arguments else ""), arguments[1:]
    try:
        if sys.version_info < NEEDED:
            raise Stop(_both("需要 Python 3.11 或更新的版本。", "Python 3.11 or newer is needed."))
        if first in ("-h", "--help", "help"):
            print(USAGE)
            return 0
        if first == "test":
            set_up(DEVELOPMENT)
            ready_for_tests()
            return _run(".ci/check.py", *rest)
        if first == "words":
            set_up(DEVELOPMENT)
            return _run(".ci/words.py", *rest)
        set_up(POSTGRES if first == "postgres" else RUNTIME)
        if first in ("setup", "postgres"):
            say("已装好。", "Everything is installed.")
            return 0
        if first == "showcase":
            return _run("-m", "ui.cli.showcase", *rest)
        if not arguments and not has_display():
            say(
                "没有显示器，改用演示店铺跑一遍主要工作。",
                "No display: running the main job on the demo shop.",
            )
            return _run("-m", "ui.cli.showcase")
        if opens_window(arguments):
            need_libraries({**QT_LIBRARIES, **SCREEN_LIBRARIES}, wished=PRINT_LIBRARIES)
        return _run("main.py", *arguments)
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def say(chinese: str, english: str) -> None:
    print(_both(chinese, english), file=sys.stderr, flush=True)


def _both(chinese: str, english: str) -> str:
    return f"{chinese}\n{english}"


# The private Python ----------------------------------------------------------------------------------


def set_up(requirements: str) -> None:
    """Makes `.venv` and installs what `requirements` names, unless that was done before."""
    if not _works():
        _make_venv()
    wanted = _stamp(requirements)
    done = STAMP.read_text("utf-8").splitlines() if STAMP.exists() else []
    if wanted in done:
        return
    say(
        "正在安装所需的组件（第一次约下载 100 MB）……",
        "Installing the components (the first time about 100 MB) …",
    )
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"]
    command += ["--require-hashes", "-r", str(HERE / requirements)]
    result = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    )
    if result.returncode:
        raise Stop(
            result.stderr.strip()[-2000:]
            + "\n"
            + _both(
                "没有装成。请检查网络和磁盘空间，再运行一次；已装好的部分不会丢。",
                "This did not work. Check the network and the free disk space, and run it again.",
            )
        )
    # The larger files hold all of requirements.txt in the same versions.
    STAMP.write_text("\n".join(sorted({_stamp(RUNTIME), wanted})) + "\n", "utf-8")


def _works() -> bool:
    """Is there a `.venv` whose Python starts, and is it of this Python's version?"""
    if not PYTHON.exists():
        return False
    ask = [str(PYTHON), "-c", "import sys, pip; print(sys.version_info[:2])"]
    try:
        answer = subprocess.run(ask, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError:
        return False
    return answer.stdout.strip() == str(tuple(sys.version_info[:2]))


def _make_venv() -> None:
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        # Debian and Ubuntu take these two modules out of Python.
        if not install([package]):
            raise Stop(
                _both(
                    "缺少 Python 的 venv 模块。请先运行：", "Python's venv module is missing. Run this first:"
                )
                + f"\n\n    sudo apt install {package}\n"
            )
        importlib.invalidate_caches()
    say("正在准备 .venv ……", "Making .venv …")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if made.returncode:
        raise Stop(
            (made.stderr or made.stdout).strip()[-2000:]
            + "\n"
            + _both(f"没能建立 {VENV}。", f"{VENV} could not be made.")
        )


def _stamp(requirements: str) -> str:
    return requirements + " " + hashlib.sha256((HERE / requirements).read_bytes()).hexdigest()


def _run(*arguments: str) -> int:
    """Goes on in the private Python, as this process where the system can do that."""
    # From the program's folder `python -m …` finds its modules; main.py is found from anywhere.
    command = [str(PYTHON), *arguments]
    if arguments[0] == "main.py":
        command[1] = str(HERE / "main.py")
    else:
        os.chdir(HERE)
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 130


# The system ------------------------------------------------------------------------------------------


def has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def opens_window(arguments: list[str]) -> bool:
    """True when no command is named. main.py decides; here it is only about the libraries of the window."""
    skip = False
    for word in arguments:
        if skip:
            skip = False
        elif not word.startswith("-"):
            return False
        else:
            skip = word in ("--db", "--today", "--user", "--lang", "--theme")
    return "--help" not in arguments and "-h" not in arguments


def missing_packages(libraries: dict[str, str]) -> list[str]:
    """The Debian packages of those libraries that this system cannot load. Empty where that is not our business."""
    if not sys.platform.startswith("linux"):
        return []
    missing = []
    for name, package in libraries.items():
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(package)
    return missing


def need_libraries(needed: dict[str, str], wished: dict[str, str]) -> None:
    """Sees to Qt's system libraries: installs them as root, else says in one line how to."""
    missing = missing_packages(needed)
    if missing and not install(missing + missing_packages(wished)):
        raise Stop(
            _both(
                "系统里缺少窗口需要的库。请先运行：",
                "The window needs some system libraries. Run this first:",
            )
            + "\n\n    sudo apt install "
            + " ".join(missing + missing_packages(wished))
            + "\n"
        )


def install(packages: list[str]) -> bool:
    """Installs Debian packages when this is Debian or Ubuntu and we are root. Says whether that worked."""
    if (
        not packages
        or not sys.platform.startswith("linux")
        or os.geteuid() != 0
        or not shutil.which("apt-get")
    ):
        return False
    say(f"正在安装系统软件包：{' '.join(packages)}", f"Installing system packages: {' '.join(packages)}")
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    # Without package lists (a fresh container) the first try fails at once; then fetch them.
    if _quietly(command) == 0:
        return True
    _quietly(["apt-get", "update", "-qq"])
    return _quietly(command) == 0


def _quietly(command: list[str]) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    silence = subprocess.DEVNULL
    return subprocess.call(command, env=environment, stdin=silence, stdout=silence, stderr=silence)


def ready_for_tests() -> None:
    """The libraries of the window, a virtual screen, and PostgreSQL where they can be had."""
    need_libraries(QT_LIBRARIES, wished={})
    missing = missing_packages(SCREEN_LIBRARIES) if sys.platform.startswith("linux") else []
    missing += [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]
    if sys.platform.startswith("linux") and missing and not install(missing):
        line = " ".join(missing)
        say(
            f"缺少几个测试用的程序，要用它们的测试会跳过。可以先运行：sudo apt install {line}",
            f"Some programs of the tests are missing, what needs them is left out. To have them: sudo apt install {line}",
        )
    if sys.platform.startswith("linux") and not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        install(["postgresql"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
