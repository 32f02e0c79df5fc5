"""Books that cannot be used as they are: damaged, foreign, newer, locked, read-only, disk full. One sentence, nothing lost."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.acceptance.till import CLERK, HAN, MANAGER, OWNER, Till, dump, rows

BUY = ("buy", "K00001", "--item", "Q1", "--price", "88")


@pytest.fixture(scope="module", autouse=True)
def waiting(
    _demo: Till, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Till, subprocess.Popen[bytes]]]:
    """A sale that waits for books held by another program, while the other tests run: it waits ten seconds."""
    till = _demo.copy(tmp_path_factory.mktemp("held"))
    with contextlib.closing(
        sqlite3.connect(till.books, isolation_level=None, check_same_thread=False)
    ) as holder:
        holder.execute("BEGIN IMMEDIATE")
        process = subprocess.Popen(
            till.command(CLERK, *BUY),
            env=till.environment(CLERK), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=till.home,
        )  # fmt: skip
        yield till, process
        process.kill()
        process.communicate()


def digest(path: Path | str) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()


def refused_untouched(till: Till, *words: str) -> None:
    """Both languages, one sentence each, the file as it was."""
    before = digest(till.books)
    zh = till.no(OWNER, *(words or ("find", "李")))
    en = till.no(OWNER, *(words or ("find", "李")), lang="en")
    assert HAN.search(zh) and not HAN.search(en.replace(till.books, "")), (zh, en)
    for text in (zh, en):
        assert (
            "\n" not in text
            and "sqlite" not in text.lower()
            and "意外" not in text
            and "unexpected" not in text
        ), text
    assert digest(till.books) == before


def test_what_is_no_books_is_refused_and_not_touched(demo: Till, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.commit()
    good = Path(demo.books).read_bytes()
    for name, content in (
        ("empty.db", b""),
        ("one.db", b"x"),
        ("text.db", "这不是账册".encode() * 100),
        ("cut.db", good[: len(good) // 2]),
        ("head-only.db", good[:100]),
        ("scrambled.db", good[:4096] + bytes(len(good) - 4096)),
        ("bad-head.db", b"\0" * 100 + good[100:]),
        ("foreign.db", other.read_bytes()),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        refused_untouched(Till(str(path), demo.home, demo.pins))
        assert sorted(one.name for one in tmp_path.glob(f"{name}*")) in (
            [name],
            [name, f"{name}-shm", f"{name}-wal"],
        )


def test_a_missing_shop_is_not_made_by_asking_for_it(tmp_path: Path) -> None:
    till = Till(str(tmp_path / "none" / "shop.db"), tmp_path, {OWNER: "x" * 9})
    for words in (("find", "李"), ("buy", "K1", "--item", "Q", "--price", "1"), ("check",), ("daily",)):
        assert till.no(OWNER, *words)
    folder = Till(str(tmp_path), tmp_path, {OWNER: "x" * 9})
    assert folder.no(OWNER, "find", "李")
    assert [one.name for one in tmp_path.iterdir()] == []


def test_books_of_a_newer_program_are_refused_with_their_version(demo: Till) -> None:
    with contextlib.closing(sqlite3.connect(demo.books)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(schema_migration)")]
        last = connection.execute("SELECT * FROM schema_migration ORDER BY 1 DESC LIMIT 1").fetchone()
        newer = [99 if isinstance(value, int) else value for value in last]
        newer = ["0099_future" if columns[n] == "name" else value for n, value in enumerate(newer)]
        connection.execute(f"INSERT INTO schema_migration VALUES ({','.join('?' * len(newer))})", newer)
        connection.execute("PRAGMA user_version = 99")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    refused_untouched(demo)
    assert "99" in demo.no(OWNER, "find", "李")


def test_a_damaged_page_is_found_and_named(demo: Till) -> None:
    content = bytearray(Path(demo.books).read_bytes())
    size = int.from_bytes(content[16:18], "big")
    for page in range(8, len(content) // size, 5):
        content[page * size : page * size + 200] = bytes(200)
    Path(demo.books).write_bytes(content)
    for words in (("check",), ("backup",), ("daily",)):
        said = demo.run(OWNER, *words)
        assert said.status == 1 and "意外" not in said.err, said
    copies = list(demo.home.rglob("*.db")) + list(Path(demo.books).parent.rglob("*daily*"))
    assert not [one for one in copies if one.suffix == ".db" and one != Path(demo.books)], (
        "no backup of what is broken"
    )


def test_tampering_with_the_trail_or_a_ledger_is_found(demo: Till) -> None:
    assert demo.ok(OWNER, "check")["ok"] is True
    for number, sql in enumerate(
        (
            "UPDATE journal_entry SET act = 'gift.checked' WHERE id = 5",
            "DELETE FROM journal_entry WHERE id = 7",
            "UPDATE purchase SET paid = paid + 100 WHERE id = 3",
            "UPDATE customer SET points_earned = points_earned + 50 WHERE id = 2",
            "UPDATE stock_move SET quantity = -5000 WHERE id = 1",
        )
    ):
        till = demo.copy(Path(demo.books).parent / f"t{number}")
        with contextlib.closing(sqlite3.connect(till.books)) as connection:
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            assert connection.execute(sql).rowcount == 1, sql
            connection.commit()
        said = till.run(OWNER, "check")
        assert said.status == 1 and said.data["ok"] is False and said.data["problems"], sql


@contextlib.contextmanager
def as_nobody(till: Till) -> Iterator[tuple[str, ...]]:
    """A prefix that runs the program without the rights of root, where the tests run as root."""
    if os.getuid() != 0:
        yield ()
        return
    if not shutil.which("setpriv"):
        pytest.skip("root ignores file modes, and setpriv is not there to step down")
    parents = list(Path(till.books).resolve().parents)
    closed = {one: one.stat().st_mode for one in parents if one.stat().st_mode & 0o005 != 0o005}
    for one in closed:
        one.chmod(closed[one] | 0o755)
    os.chown(till.home, 65534, 65534)
    try:
        if subprocess.run(
            ["setpriv", "--reuid=65534", "--clear-groups", sys.executable, "-c", "import apsw"],
            capture_output=True,
            cwd="/",
        ).returncode:
            pytest.skip("the interpreter cannot be read by others")
        yield ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    finally:
        for one, mode in closed.items():
            one.chmod(mode)


def test_read_only_books_are_refused_in_words(demo: Till) -> None:
    folder, file = Path(demo.books).parent, Path(demo.books)
    before = digest(demo.books)
    with as_nobody(demo) as prefix:
        file.chmod(0o444)
        folder.chmod(0o555)
        try:
            for lang in ("zh", "en"):
                said = demo.run(CLERK, *BUY, prefix=prefix, lang=lang)
                assert said.status == 1 and "\n" not in said.error, said
                assert bool(HAN.search(said.err)) is (lang == "zh") and "意外" not in said.err, said
                assert "unexpected" not in said.err, said
            looked = demo.run(CLERK, "find", "李", prefix=prefix)
            assert looked.status in (0, 1) and "意外" not in looked.err, looked
        finally:
            folder.chmod(0o755)
            file.chmod(0o644)
    assert digest(demo.books) == before
    assert demo.ok(OWNER, "check")["ok"] is True


def small_files() -> None:
    """No file may grow beyond this: the disk is full as far as the program can see."""
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def test_a_full_disk_refuses_the_act_and_loses_nothing(demo: Till, tmp_path: Path) -> None:
    before = rows(demo.books, "SELECT COUNT(*), SUM(paid) FROM purchase")
    said = demo.run(CLERK, *BUY, limit=small_files)
    assert said.status == 1 and "意外" not in said.err, said
    for words in (("export", "customers", "--out", tmp_path / "c.csv"), ("backup", "--to", tmp_path / "b")):
        said = demo.run(OWNER, *map(str, words), limit=small_files)
        assert said.status == 1 and "意外" not in said.err, said
    assert not (tmp_path / "c.csv").exists()
    assert not [one for one in tmp_path.rglob("*") if one.is_file() and one.parent.name == "b"]
    assert rows(demo.books, "SELECT COUNT(*), SUM(paid) FROM purchase") == before
    assert demo.ok(OWNER, "check")["ok"] is True
    assert demo.ok(CLERK, *BUY)["ticket"]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    if (
        os.getuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], capture_output=True
        ).returncode
    ):
        pytest.skip("a small file system can only be mounted by root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_disk_that_fills_up_while_selling_keeps_what_was_acknowledged(demo: Till, tiny_disk: Path) -> None:
    till = demo.copy(tiny_disk)
    filler = tiny_disk / "filler"
    done = []
    with till.batch(CLERK) as counter:
        done.append(counter.ask(*BUY)["ticket"])
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as full:
            while True:
                full.write(b"x" * 4096)
        refused = []
        for _n in range(60):
            answer = counter.ask(*BUY)
            if "ticket" in answer:
                done.append(answer["ticket"])
            else:
                refused.append(answer["error"])
        assert refused and all("磁盘已满" in one for one in refused), refused[:2]
        assert counter.ask("find", "李")["results"]
        fresh = till.run(CLERK, "find", "李")  # another start on the full disk: works, or says why not
        assert fresh.status in (0, 1) and "意外" not in fresh.err, fresh
        filler.unlink()
        done.append(counter.ask(*BUY)["ticket"])
        assert counter.ask("check")["ok"] is True
    assert {one for (one,) in rows(till.books, "SELECT id FROM ticket")} >= set(done)
    assert len(set(done)) == len(done)


def test_restore_brings_back_exactly_the_backup_and_keeps_the_present(demo: Till, tmp_path: Path) -> None:
    made = demo.ok(OWNER, "backup", "--to", tmp_path / "usb")
    before = {k: v for k, v in dump(demo.books).items() if not k.startswith("journal")}
    demo.ok(CLERK, *BUY)
    lost = rows(demo.books, "SELECT COUNT(*) FROM ticket")
    demo.no(MANAGER, "restore", made["file"])
    back = demo.ok(OWNER, "restore", made["file"])
    assert back["ok"] is True and Path(back["safety"]).exists()
    after = {k: v for k, v in dump(demo.books).items() if not k.startswith("journal")}
    for found in (before, after):
        del found["shop_info"]  # a restore begins a new epoch of the trail
    assert after == before
    assert demo.ok(OWNER, "check")["ok"] is True
    demo.ok(OWNER, "restore", back["safety"])
    assert rows(demo.books, "SELECT COUNT(*) FROM ticket") == lost
    for name, content in (("half.db", Path(made["file"]).read_bytes()[:50_000]), ("words.db", b"words")):
        (tmp_path / name).write_bytes(content)
        shutil.copy(Path(made["file"]), tmp_path / f"ok-{name}")
        demo.no(OWNER, "restore", tmp_path / name)
    assert rows(demo.books, "SELECT COUNT(*) FROM ticket") == lost


def test_books_in_use_are_waited_for_and_then_the_sale_is_refused_in_words(
    waiting: tuple[Till, subprocess.Popen[bytes]],
) -> None:
    till, process = waiting
    before = rows(till.books, "SELECT COUNT(*) FROM ticket")
    out, err = (part.decode() for part in process.communicate(timeout=60))
    assert process.returncode == 1 and "占用" in err and "Traceback" not in err, (out, err)
    assert rows(till.books, "SELECT COUNT(*) FROM ticket") == before


def test_books_that_no_longer_open_are_restored_without_signing_in(demo: Till, tmp_path: Path) -> None:
    made = demo.ok(OWNER, "backup")
    content = bytearray(Path(demo.books).read_bytes())
    content[: len(content) // 2] = bytes(len(content) // 2)
    Path(demo.books).write_bytes(content)
    assert demo.no(OWNER, "find", "李")
    back = demo.ok("", "restore", made["file"])
    assert back["ok"] is True and Path(back["damaged"]).read_bytes() == bytes(content)
    assert demo.ok(OWNER, "check")["ok"] is True
    demo.no("", "restore", made["file"])  # whole books need the owner again
    moved = Till(str(tmp_path / "new-pc" / "shop.db"), demo.home, demo.pins, demo.today)
    Path(moved.books).parent.mkdir()
    assert moved.ok("", "restore", made["file"])["ok"] is True
    assert moved.ok(OWNER, "check")["ok"] is True


def test_another_shop_and_books_in_use_do_not_take_the_place(demo: Till, trial: Till, tmp_path: Path) -> None:
    trial.ok(OWNER, "customer", "add", "王芳", "--card", "K1")
    other = trial.ok(OWNER, "backup", "--to", tmp_path / "other")
    before = digest(demo.books)
    assert "另一家店" in demo.no(OWNER, "restore", other["file"])
    made = demo.ok(OWNER, "backup", "--to", tmp_path / "usb")
    with demo.batch(CLERK) as counter:
        first = counter.ask(*BUY)["ticket"]
        assert "打开着" in demo.no(OWNER, "restore", made["file"])
        second = counter.ask(*BUY)["ticket"]
    assert {one for (one,) in rows(demo.books, "SELECT id FROM ticket")} >= {first, second}
    assert before and demo.ok(OWNER, "check")["ok"] is True
    assert demo.ok(OWNER, "restore", made["file"])["ok"] is True
