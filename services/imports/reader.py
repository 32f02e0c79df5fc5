"""Opens a workbook or text table of any origin: parsed in a bounded child process, rows streamed back."""

from __future__ import annotations

import contextlib
import hashlib
import json
import queue
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.errors import Refused, Unavailable
from services.imports.text import Cell
from services.progress import Progress, silent
from services.words import N_

_COLUMNS = Path(__file__).resolve().parents[2] / "resources" / "import_columns.toml"
_CHILD = Path(__file__).with_name("child")
_POLL = 0.1
"""Seconds between two looks at Stop while the child is busy."""


@lru_cache(maxsize=1)
def settings() -> dict[str, Any]:
    """The limits and the synonyms of resources/import_columns.toml."""
    with open(_COLUMNS, "rb") as file:
        return tomllib.load(file)


class AskEncoding(Refused):
    """Two encodings make sense: `readings` holds the first lines by each, for a person to choose."""

    def __init__(self, readings: dict[str, list[str]]) -> None:
        super().__init__(
            N_("看不出这个文件是 UTF-8 还是 GBK 编码。请选一种编码再读，或在 Excel 里另存为 .xlsx。"),
            field="encoding",
        )
        self.readings = readings


@dataclass(frozen=True)
class Head:
    """The beginning of one sheet."""

    name: str
    rows: list[list[Cell]]
    height: int
    width: int
    merged: list[list[int]]
    """[first row, last row, column] of cells merged downwards, from 0"""


@dataclass
class Reading:
    """An open file: its sheets' beginnings; `chunks` streams the rows of one. Close it, or use `with`."""

    path: Path
    sha256: str
    heads: list[Head]
    date_1904: bool
    encoding: str
    _child: _Child
    warnings: list[Refused] = field(default_factory=list)

    def chunks(
        self, head: Head, fill: AbstractSet[int], progress: Progress = silent
    ) -> Iterator[list[list[Cell]]]:
        """The rows from the sheet's first on, a list of rows at a time. Raises Refused, Cancelled.

        `fill`: columns (from 0) in which cells merged downwards give their value to every row of the merge.
        """
        merged = [each for each in head.merged if each[2] in fill]
        carried: dict[int, Cell] = {}
        first = 0
        self._child.say({"sheet": head.name})
        while True:
            message = self._child.next(progress)
            if isinstance(message, dict):
                self.warnings.extend(_warning(each) for each in message.get("warnings", ()))
                return
            for number, (top, end, column) in enumerate(merged):
                if top < first + len(message) and end >= first:
                    _fill(message, first, (top, end, column), carried, number)
            first += len(message)
            yield message

    def close(self) -> None:
        self._child.kill()

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()


def open_file(path: Path | str, progress: Progress = silent, *, encoding: str = "") -> Reading:
    """Starts reading. `encoding`: what the person chose for a text file, empty to find it.

    Raises Refused with one clear sentence for every file that cannot be read, AskEncoding, Cancelled.
    """
    path = Path(path)
    limits = settings()["limits"]
    sha256 = _checked(path, limits, progress)
    child = _Child({"path": str(path), "limits": limits, "encoding": encoding, "words": known_words()}, path)
    try:
        message = child.next(progress)
    except BaseException:
        child.kill()
        raise
    heads = [Head(**head) for head in message["heads"]]
    if not any(cell != "" for head in heads for row in head.rows for cell in row):
        child.kill()
        raise Refused(N_("文件 {file} 里没有内容。"), file=path.name)
    return Reading(path, sha256, heads, message["date_1904"], message.get("encoding", ""), child)


def known_words() -> list[str]:
    """Every synonym of a column title: evidence for a text file's encoding and delimiter."""
    found = settings()
    return sorted(
        {word for kind in ("customers", "purchases") for words in found[kind].values() for word in words}
    )


def _checked(path: Path, limits: dict[str, int], progress: Progress) -> str:
    """Size and SHA-256. Raises Refused before anything is opened that is too large."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise Refused(N_("{file} 不是文件。请选择一个 .xlsx、.xls、.ods 或 .csv 文件。"), file=path.name)
        if size > limits["file_mb"] << 20:
            raise Refused(
                N_("文件 {file} 有 {size} MB，最大只能读 {most} MB。请分成几个文件。"),
                file=path.name,
                size=size >> 20,
                most=limits["file_mb"],
            )
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
                progress(0, 0)
        return digest.hexdigest()
    except FileNotFoundError:
        raise Refused(N_("找不到文件 {file}。请核对文件名。"), file=path) from None
    except (OSError, ValueError) as why:
        reason = why if isinstance(why, OSError) else type(why).__name__
        raise Unavailable(
            N_("文件 {file} 打不开：{why}。如果它正在 Excel 里打开，请先关闭。"), file=path.name, why=reason
        ) from why


def _fill(
    rows: list[list[Cell]], first: int, area: tuple[int, int, int], carried: dict[int, Cell], number: int
) -> None:
    """Copies a merge's value, which its top cell holds, into the rows below; a merge may reach over chunks."""
    top, end, column = area
    if top >= first:
        carried[number] = rows[top - first][column] if column < len(rows[top - first]) else ""
    for row in rows[max(top + 1 - first, 0) : end + 1 - first]:
        if column < len(row) and row[column] == "":
            row[column] = carried.get(number, "")


class _Child:
    """The process, and a thread that fetches its lines so that Stop is never kept waiting."""

    def __init__(self, request: dict[str, Any], path: Path) -> None:
        self.path = path
        self.limits = request["limits"]
        self.deadline = time.monotonic() + self.limits["seconds"]
        self.lines: queue.Queue[bytes] = queue.Queue(maxsize=8)
        self.stopped = False
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-I", str(_CHILD), json.dumps(request)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as why:
            raise Unavailable(N_("读表程序没有启动：{why}。请重新启动熟客再试。"), why=why) from why
        self.thread = threading.Thread(target=self._fetch, name="read-sheet", daemon=True)
        self.thread.start()

    def _fetch(self) -> None:
        assert self.process.stdout is not None
        last = b""
        try:
            for line in self.process.stdout:
                self._put(line)
        except (OSError, ValueError):
            pass
        except MemoryError:  # whoever waits for the next line must hear of it
            last = b'{"error": "memory"}\n'
        self._put(last)

    def _put(self, line: bytes) -> None:
        while not self.stopped:
            with contextlib.suppress(queue.Full):
                self.lines.put(line, timeout=_POLL)
                return

    def say(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # a dead child is noticed by the next read
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()

    def next(self, progress: Progress) -> Any:
        """The next message. Raises Refused for an error code or a dead child, Cancelled when Stop was pressed."""
        while True:
            try:
                line = self.lines.get(timeout=_POLL)
                break
            except queue.Empty:
                progress(0, 0)
                if time.monotonic() > self.deadline:
                    raise Refused(
                        N_("文件 {file} 读了 {seconds} 秒还没有读完，已停止。请分成几个文件。"),
                        file=self.path.name,
                        seconds=self.limits["seconds"],
                    ) from None
        if not line.endswith(b"\n"):
            raise _sentence({"error": "died"}, self.path)
        try:
            message = json.loads(line, object_hook=_cell)
        except ValueError:
            raise _sentence({"error": "died"}, self.path) from None
        if isinstance(message, dict) and "error" in message:
            raise _sentence(message, self.path)
        return message

    def kill(self) -> None:
        self.stopped = True
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if stream and (stream is not self.process.stdout or not self.thread.is_alive()):
                    stream.close()
        self.thread.join(timeout=5)
        if self.process.stdout and not self.process.stdout.closed:
            self.process.stdout.close()


def _cell(value: dict[str, Any]) -> Any:
    """Days and times come as one-entry objects; everything else as it is."""
    if len(value) == 1:
        ((kind, text),) = value.items()
        if kind == "d":
            return date.fromisoformat(text)
        if kind == "t":
            return datetime.fromisoformat(text)
        if kind == "h":
            return clock_time.fromisoformat(text)
        if kind == "s":
            return timedelta(seconds=text)
    return value


_SENTENCES = {
    "empty": N_("文件 {file} 是空的。"),
    "unreadable": N_("文件 {file} 打不开：{why}。如果它正在 Excel 里打开，请先关闭。"),
    "truncated": N_("文件 {file} 不完整或已损坏，什么也没有导入。请重新复制一份，或在 Excel 里打开后另存。"),
    "damaged": N_("文件 {file} 已损坏，读不出表格，什么也没有导入。请在 Excel 里打开后另存为 .xlsx。"),
    "died": N_("文件 {file} 让读表程序中断了（可能已损坏或过大），什么也没有导入。请在 Excel 里打开后另存为 .xlsx。"),
    "memory": N_("文件 {file} 展开后太大，读不下。请删去空白的行列，或分成几个文件。"),
    "password": N_("文件 {file} 有密码。请在 Excel 里去掉密码后另存。"),
    "web_page": N_("文件 {file} 其实是网页，不是 Excel 表格。请在 Excel 里打开，另存为 .xlsx。"),
    "text_named_workbook": N_("文件 {file} 的扩展名是 {extension}，内容却是文本。请改名为 .csv，或在 Excel 里另存为 .xlsx。"),
    "wrong_name": N_("文件 {file} 的扩展名是 {extension}，内容却是 {real} 格式。请把扩展名改对再读。"),
    "unknown_name": N_("不认识 {extension} 文件。请在 Excel 里另存为 .xlsx 或 .csv。"),
    "not_a_table": N_("文件 {file} 不是表格。请选择 .xlsx、.xls、.ods 或 .csv 文件。"),
    "no_sheet": N_("文件 {file} 里没有工作表。"),
    "unpacked": N_("文件 {file} 解压后超过 {most} MB，不像正常的表格，没有读。请分成几个文件。"),
    "members": N_("文件 {file} 里有 {members} 个部件，最多 {most} 个，不像正常的表格，没有读。"),
    "doctype": N_("文件 {file} 含有不安全的内容（DOCTYPE），没有读。"),
    "formulas": N_("文件 {file} 里没有结果的公式超过 {most} 个。请在 Excel 里打开、重算并保存后再读。"),
    "rows": N_("表格有 {rows} 行，最多 {most} 行。请分成几个文件。"),
    "columns": N_("表格有 {columns} 列，最多 {most} 列。请删去多余的列。"),
    "csv_cell": N_("第 {line} 行有一格超过 {most} 个字，可能是引号没有成对。请核对后再读。"),
    "csv_quotes": N_("第 {line} 行的引号没有成对。请在 Excel 里打开后另存，或改好这一行。"),
    "encoding_wrong": N_("文件 {file} 不能按 {encoding} 编码读。请换一种编码，或在 Excel 里另存为 .xlsx。"),
    "encoding_mixed": N_("文件 {file} 的文字编码不一致，既不是 UTF-8 也不是 GBK。请在 Excel 里另存为 .xlsx。"),
    "binary": N_("文件 {file} 不是文本表格。请在 Excel 里另存为 .xlsx。"),
}  # fmt: skip

_WARNINGS = {
    "cells": N_("工作表“{sheet}”里有 {n} 格没有读到，请核对行数；必要时在 Excel 里打开后另存再读。"),
    "sheets": N_("文件里有 {n} 张工作表，只看了前 {read} 张。"),
}


def _sentence(message: dict[str, Any], path: Path) -> Refused:
    code = message.pop("error")
    if code == "encoding":
        return AskEncoding(message["readings"])
    facts = {key: value for key, value in message.items() if key != "readings"}
    return Refused(_SENTENCES.get(code, _SENTENCES["damaged"]), file=path.name, **facts)


def _warning(message: dict[str, Any]) -> Refused:
    facts = dict(message)
    return Refused(_WARNINGS[facts.pop("warning")], **facts)
