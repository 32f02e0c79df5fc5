"""A disk rebuilt from what strace saw: what may stand on it when the power goes after any system call.

The model (spec 09, H-POWER): a write is safe after fsync of its file; until then it may be lost, torn at 512 bytes, or
there without those before it. Names change in order (a journalling file system), and are safe after fsync of the folder.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
CALLS = (
    "openat,close,write,pwrite64,fsync,fdatasync,ftruncate,?rename,?renameat,?renameat2,?unlink,unlinkat,"
    "?link,linkat,sendfile,?mkdir,mkdirat"
)
_LINE = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+|\?)", re.S)
_HEX = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


@dataclass
class Inode:
    """One file: what is on the platter for sure, and what was written since."""

    safe: bytearray = field(default_factory=bytearray)
    now: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)
    """(offset, bytes), or (size, None) for a truncation."""

    def write(self, offset: int, what: bytes) -> None:
        _put(self.now, offset, what)
        self.waiting.append((offset, what))

    def cut(self, size: int) -> None:
        _cut(self.now, size)
        self.waiting.append((size, None))

    def sync(self) -> None:
        self.safe[:] = self.now
        self.waiting.clear()

    def after_power_cut(self, chance: random.Random, variant: int) -> bytes:
        """0: nothing unsynced is there. 1: all of it. 2: some writes. 3: a beginning, the last one torn. 4: torn anywhere."""
        if variant == 1 or not self.waiting:
            return bytes(self.now)
        found = bytearray(self.safe)
        if variant == 0:
            return bytes(found)
        some = self.waiting
        if variant == 3:
            some = some[: chance.randrange(len(some)) + 1]
        for number, (offset, what) in enumerate(some):
            if what is None:
                if chance.random() < 0.5:
                    _cut(found, offset)
            elif variant == 2:
                if chance.random() < 0.5:
                    _put(found, offset, what)
            elif variant == 3:
                torn = (
                    what
                    if number < len(some) - 1
                    else what[: SECTOR * chance.randrange(len(what) // SECTOR + 1)]
                )
                _put(found, offset, torn)
            else:
                for start in range(0, len(what), SECTOR):
                    if chance.random() < 0.7:
                        _put(found, offset + start, what[start : start + SECTOR])
        return bytes(found)


def _put(data: bytearray, offset: int, what: bytes) -> None:
    if offset > len(data):
        data.extend(bytes(offset - len(data)))
    data[offset : offset + len(what)] = what


def _cut(data: bytearray, size: int) -> None:
    if size < len(data):
        del data[size:]
    else:
        data.extend(bytes(size - len(data)))


@dataclass
class Disk:
    """Files below `root`, by name; what the traced program printed; and where it stands."""

    root: str
    names: dict[str, Inode] = field(default_factory=dict)
    safe_names: dict[str, Inode] = field(default_factory=dict)
    changes: list[dict[str, Inode]] = field(default_factory=list)
    """The names after each change that no folder's fsync has made safe."""
    handles: dict[int, tuple[str, Inode | None, int]] = field(default_factory=dict)
    printed: bytearray = field(default_factory=bytearray)

    @classmethod
    def of(cls, folder: Path) -> Disk:
        disk = cls(str(folder))
        for path in folder.rglob("*"):
            if path.is_file() and not path.name.endswith("-shm"):
                data = path.read_bytes()
                disk.names[str(path)] = Inode(bytearray(data), bytearray(data))
        disk.safe_names = dict(disk.names)
        return disk

    def states(self, chance: random.Random, variant: int) -> dict[str, bytes]:
        """Files by their path below the root, as one power cut might leave them."""
        at = {0: 0, 1: len(self.changes)}.get(variant, chance.randrange(len(self.changes) + 1))
        if variant == 0 and chance.random() < 0.5:
            at = chance.randrange(len(self.changes) + 1)  # names are written before data, at times
        names = self.changes[at - 1] if at else self.safe_names
        return {
            path[len(self.root) + 1 :]: inode.after_power_cut(chance, variant)
            for path, inode in names.items()
        }

    # ---- what the calls do

    def _named(self) -> None:
        self.changes.append(dict(self.names))

    def call(self, name: str, args: str, result: int) -> bool:
        """Applies one call. Says whether it changed the disk or what was printed."""
        if result < 0:
            return False
        strings = [bytes.fromhex(text.replace("\\x", "")) for text, _more in _HEX.findall(args)]
        handle = int(args.split(",", 1)[0]) if args[:1].isdigit() else -1
        if name == "openat":
            return self._open(_text(strings[0]), args, result)
        if name == "close":
            self.handles.pop(handle, None)
            return False
        if name in ("write", "pwrite64"):
            return self._write(name, handle, strings[0] if strings else b"", args, result)
        if name == "sendfile":
            return self._send(handle, args, result)
        if name in ("fsync", "fdatasync"):
            return self._sync(handle)
        if name == "ftruncate":
            path, inode, _at = self.handles.get(handle, ("", None, 0))
            if inode is not None:
                inode.cut(int(args.rsplit(",", 1)[1]))
            return inode is not None
        paths = [self._path(_text(one)) for one in strings]
        if name.startswith("rename") and paths[0] in self.names:
            self.names[paths[1]] = self.names.pop(paths[0])
        elif name.startswith("link") and paths[0] in self.names:
            self.names[paths[1]] = self.names[paths[0]]
        elif name.startswith("unlink") and paths[0] in self.names:
            del self.names[paths[0]]
        else:
            return False
        self._named()
        return True

    def _path(self, path: str) -> str:
        return path if path.startswith("/") else f"{self.root}/{path}"

    def _open(self, path: str, args: str, result: int) -> bool:
        path = self._path(path)
        changed = False
        if path.startswith(self.root + "/") and not path.endswith("-shm"):
            if path not in self.names and "O_CREAT" in args:
                self.names[path] = Inode()
                self._named()
                changed = True
            inode = self.names.get(path)
            if inode is not None and "O_TRUNC" in args and inode.now:
                inode.cut(0)
            self.handles[result] = (path, inode, 0)
        else:
            self.handles[result] = (path, None, 0)
        return changed

    def _write(self, name: str, handle: int, data: bytes, args: str, result: int) -> bool:
        if handle == 1 and handle not in self.handles:
            self.printed += data[:result]
            return True
        path, inode, at = self.handles.get(handle, ("", None, 0))
        if inode is None:
            return False
        if name == "pwrite64":
            inode.write(int(args.rsplit(",", 1)[1]), data[:result])
        else:
            inode.write(at, data[:result])
            self.handles[handle] = (path, inode, at + result)
        return True

    def _send(self, handle: int, args: str, result: int) -> bool:
        parts = [one.strip() for one in args.split(",")]
        path, inode, at = self.handles.get(handle, ("", None, 0))
        _from, source, _at = self.handles.get(int(parts[1]), ("", None, 0))
        if inode is None or not result:
            return False
        start = int(re.sub(r"\D", "", parts[2].partition("=>")[0]) or 0)
        data = bytes(source.now) if source is not None else Path(_from).read_bytes()
        inode.write(at, data[start : start + result])
        self.handles[handle] = (path, inode, at + result)
        return True

    def _sync(self, handle: int) -> bool:
        path, inode, _at = self.handles.get(handle, ("", None, 0))
        if inode is not None:
            inode.sync()
        elif path.startswith(self.root):
            self.safe_names = dict(self.names)
            self.changes.clear()
        return True


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def events(log: Path, pid: int) -> Iterator[tuple[str, str, int]]:
    """(name, arguments, result) of one process's calls, unfinished lines joined."""
    halves: dict[str, str] = {}
    with open(log, encoding="utf-8", errors="replace") as stream:
        for line in stream:
            who, _space, rest = line.partition(" ")
            rest = rest.lstrip()
            if rest.endswith("<unfinished ...>\n"):
                halves[who] = rest.removesuffix("<unfinished ...>\n").rstrip()
                continue
            if rest.startswith("<... ") and who in halves:
                rest = halves.pop(who) + rest.partition("resumed>")[2]
            found = _LINE.match(f"{who} {rest}")
            if found and found[4] != "?":
                yield found[2], found[3], int(found[4])
