"""The log of unfinished business beside the books (`-wal`): is it whole, and is it theirs? (spec 09, 20 and 21)

SQLite reads a log up to the first frame that does not add up and says nothing: after one flipped bit, a cut or a swapped
file the last acts would be missing. So before the books are opened it is compared with what else is known: the index
beside it (`-shm`), which says how far the log went; the frames behind the end; and the journal in the file itself.
Nothing is changed here.
"""

from __future__ import annotations

import shutil
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import apsw

from models import cipher, database
from services import backup_files as files
from services.clock import Clock, SystemClock
from services.errors import NotOpened, Unavailable
from services.words import N_

MISSING, DAMAGED, FOREIGN = "log_missing", "log_damaged", "log_foreign"
_HEADER, _FRAME = 32, 24
_MAGIC = (0x377F0682, 0x377F0683)
_INDEX = struct.Struct("=3I2BH8I")
_BACKFILLED = 96
"""Where the index says how many frames are in the file already."""
_OLDER = 1_000_000
"""A log counts its generations: an index of so many fewer is merely old (it is not flushed at a power cut)."""


_SENTENCES = {
    MISSING: N_(
        "账册 {file} 旁边的日志（-wal）不见了，里面有最后登记的内容。没有打开，也没有改动任何文件。"
        "请把它放回原处；找不到的话，恢复备份，或不带最后这些内容打开。"
    ),
    DAMAGED: N_(
        "账册 {file} 的日志（-wal）有损坏，最后登记的内容读不全。没有打开，也没有改动任何文件。"
        "请恢复备份，或不带读不出的内容打开。"
    ),
    FOREIGN: N_(
        "账册 {file} 旁边的日志（-wal）不是这个账册的。没有打开，也没有改动任何文件。"
        "请把原来的放回去，或不带日志打开。"
    ),
}


class LogProblem(NotOpened):
    """`kind`: MISSING, DAMAGED or FOREIGN. The three files lie untouched."""

    def __init__(self, kind: str, path: Path) -> None:
        super().__init__(kind, _SENTENCES[kind], file=path)
        self.path = path


@dataclass(frozen=True)
class _Index:
    """The head of `-shm`: how many frames the log had for those who worked with it."""

    change: int
    frames: int
    salts: bytes
    in_file: int


def check(path: Path) -> None:
    """Raises LogProblem. Looks twice before it says so: another program may be writing at this moment."""
    if not _log(path).exists() and not _shm(path).exists():
        return
    if database.is_open_here(path):
        return  # this process looked before; and closing `-shm` now would drop its locks
    raw = _first(_shm(path), -1)
    kind = _look(path, _index(raw))
    if not kind:
        return
    time.sleep(0.1)
    if _look(path, _index(raw)) == kind:
        if raw and not _growing(path, _index(raw), -1):
            # Looking made SQLite write the index anew: the next start must see what this one saw.
            with suppress(OSError):
                _shm(path).write_bytes(raw)
        raise LogProblem(kind, path)


def _log(path: Path) -> Path:
    return Path(f"{path}-wal")


def _shm(path: Path) -> Path:
    return Path(f"{path}-shm")


def _look(path: Path, known: _Index | None) -> str:
    if not _log(path).exists():
        return MISSING if known and known.frames > known.in_file else ""
    head = _first(_log(path), _HEADER)
    if len(head) == _HEADER and any(head) and not _sound(head):
        return DAMAGED
    whole = len(head) == _HEADER and any(head)
    if known and known.frames > known.in_file:
        if not whole:
            return DAMAGED
        if known.salts != head[16:24]:
            newer = (int.from_bytes(head[16:20], "big") - int.from_bytes(known.salts[:4], "big")) % 2**32
            if not 0 < newer < _OLDER:
                return FOREIGN
            known = None
    if not whole:
        return ""
    try:
        return _read(path, head, known)
    except (apsw.NotADBError, apsw.CorruptError):
        # The file may be fine without this log: a foreign one, of other pages or another key.
        return "" if _end_of_file(path) is None else FOREIGN
    except apsw.Error:
        return ""  # locked or not readable: said by those who open it


def _read(path: Path, head: bytes, known: _Index | None) -> str:
    alone = _end_of_file(path)
    connection = cipher.opened(path, apsw.SQLITE_OPEN_READONLY)
    try:
        connection.set_busy_timeout(10_000)
        connection.execute("PRAGMA application_id").fetchall()
        valid = int(str(connection.execute("PRAGMA wal_checkpoint = NOOP").fetchall()[0][1]))
        short = known is not None and known.salts == head[16:24] and known.frames > valid
        if short or _acts_behind(_log(path), head, valid):
            return "" if _growing(path, known, valid) else DAMAGED
        if valid and alone is not None:
            now = connection.execute("SELECT hash FROM journal_entry WHERE id = ?", (alone[0],)).fetchall()
            # A power cut while the log was being written back leaves torn pages in the file: then the log mends them.
            if [alone[1]] != [row[0] for row in now] and _sound_alone(path):
                return FOREIGN
        fresh = _index(_first(_shm(path), _BACKFILLED + 4))
        just_taken_up = valid and fresh is not None and fresh.change == 0
        # After a crash that is worth a second.
        if just_taken_up and connection.execute("PRAGMA quick_check(1)").fetchall()[0][0] != "ok":
            return FOREIGN if _sound_alone(path) else ""
    finally:
        connection.close()
    return ""


def _growing(path: Path, known: _Index | None, valid: int) -> bool:
    """Whether a living program wrote on meanwhile: then the index has moved on, and the log is well."""
    now = _index(_first(_shm(path), _BACKFILLED + 4))
    if now is None or valid not in (now.frames, -1):
        return True
    return known is not None and now.change > known.change


def _first(file: Path, count: int) -> bytes:
    with suppress(OSError), open(file, "rb") as stream:
        return stream.read(count)
    return b""


def _index(raw: bytes) -> _Index | None:
    """None where the index says nothing: not there, half-written, or of another kind of machine."""
    if len(raw) < _BACKFILLED + 4 or raw[:48] != raw[48:96]:
        return None
    fields = _INDEX.unpack(raw[:48])
    change, ready, frames, said = fields[2], fields[3], fields[6], fields[12:14]
    if not ready or _sums(struct.unpack("=10I", raw[:40])) != said:
        return None
    return _Index(change, frames, raw[32:40], struct.unpack_from("=I", raw, _BACKFILLED)[0])


def _sums(words: tuple[int, ...]) -> tuple[int, int]:
    """SQLite's checksum of a log."""
    one = two = 0
    for at in range(0, len(words), 2):
        one = (one + words[at] + two) % 2**32
        two = (two + words[at + 1] + one) % 2**32
    return one, two


def _sound(head: bytes) -> bool:
    magic = int.from_bytes(head[:4], "big")
    if magic not in _MAGIC:
        return False
    words = struct.unpack(">6I" if magic & 1 else "<6I", head[:24])
    return _sums(words) == struct.unpack(">2I", head[24:])


def _acts_behind(log: Path, head: bytes, valid: int) -> bool:
    """Whether two whole acts of this log lie behind its valid end. One may be torn by a power cut before it was
    acknowledged; the next begins only after the one before it lay on the disk.
    """
    size, salts, acts = int.from_bytes(head[8:12], "big"), head[16:24], 0
    with open(log, "rb") as stream:
        place = _HEADER + valid * (_FRAME + size)
        while True:
            stream.seek(place)
            frame = stream.read(_FRAME)
            if len(frame) < _FRAME:
                return acts > 1
            acts += frame[8:16] == salts and frame[4:8] != b"\0\0\0\0"
            place += _FRAME + size


def _without_log(path: Path) -> apsw.Connection:
    """The file as if it had no log."""
    name = "file:" + quote(path.resolve().as_posix()) + "?immutable=1"
    connection = apsw.Connection(name, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    cipher.unlock(connection, cipher.key(cipher.needed(path)))
    return connection


def _end_of_file(path: Path) -> tuple[int, str] | None:
    """The journal's end in the file alone; None where that cannot be told."""
    with suppress(apsw.Error):
        connection = _without_log(path)
        try:
            last = connection.execute(
                "SELECT id, hash FROM journal_entry ORDER BY id DESC LIMIT 1"
            ).fetchall()
            return (int(str(last[0][0])), str(last[0][1])) if last else None
        finally:
            connection.close()
    return None


def _sound_alone(path: Path) -> bool:
    with suppress(apsw.Error):
        connection = _without_log(path)
        try:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchall()[0][0] == "ok")
        finally:
            connection.close()
    return False


def open_as_is(path: Path, clock: Clock | None = None) -> Path:
    """The way out when nobody has the log any more: all three files are kept beside, then the books go on without what
    cannot be read. Returns the kept file. Raises Unavailable with everything as it was.
    """
    kind = _look(path, _index(_first(_shm(path), -1)))
    moment = (clock or SystemClock()).now()
    kept = path.with_name(f"{path.stem}.damaged-{moment:%Y%m%d-%H%M%S}.db")
    try:
        for ending in ("", "-wal", "-shm"):
            beside = Path(f"{path}{ending}")
            if beside.exists():
                shutil.copyfile(beside, f"{kept}{ending}")
                files.flush(Path(f"{kept}{ending}"))
        files.flush_folder(path.resolve().parent)
        if kind == FOREIGN:
            _log(path).unlink(missing_ok=True)
        if kind:
            _shm(path).unlink(missing_ok=True)
        connection = cipher.opened(path)
        try:
            connection.set_busy_timeout(10_000)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            sound = connection.execute("PRAGMA quick_check(1)").fetchall()[0][0] == "ok"
        finally:
            connection.close()
    except (OSError, apsw.Error) as why:
        raise Unavailable("没有办成：{why}。原来的文件都保留在 {file}。", why=why, file=kept) from why
    if not sound:
        raise Unavailable("不带日志，账册也不完整。请恢复备份；原来的文件都保留在 {file}。", file=kept)
    return kept
