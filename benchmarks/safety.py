"""What safety costs the person at the counter: the wait for a backup, a restore, an erasure, and the checks of a start."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

import apsw

from benchmarks import books
from benchmarks.measure import Figure, Sizes, seconds
from models import cipher, database
from services import backup, backup_drill, erasing, notices
from services.clock import FixedClock
from services.shop import open_shop
from services.staff import sign_in

ENOUGH_WRITES = 20


def run(sizes: Sizes) -> list[Figure]:
    folder = books.WORK / "safety"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    file = folder / "shop.db"
    made = books.copy(sizes.middle, "safety")
    made.rename(file)
    open_shop(str(file), books.CLOCK)  # brought up to date before anything is timed
    database.close()
    try:
        return [*_start(file), *_backup(file), *_restore(file), *_erase(file)]
    finally:
        database.close()
        shutil.rmtree(folder, ignore_errors=True)


def _bare(file: Path) -> None:
    """Opened with the same settings and read once: what any program needs."""
    connection = cipher.opened(file)
    for name, value in database.PRAGMAS:
        connection.execute(f"PRAGMA {name} = {value}")
    list(connection.execute("SELECT name FROM shop_info"))
    connection.close()


def _start(file: Path) -> list[Figure]:
    ours, bare = [], []
    for _number in range(3):
        ours.append(seconds(lambda: open_shop(str(file), books.CLOCK)))
        database.close()
        bare.append(seconds(lambda: _bare(file)))
    added = sorted(ours)[1] - sorted(bare)[1]
    open_shop(str(file), books.CLOCK)
    looked = seconds(lambda: notices.look(str(file)))
    database.close()
    return [
        Figure("what the checks add to a start", added, "s", 2, floor=sorted(bare)[1]),
        Figure("the whole file looked through after a start, beside the work", looked, "s"),
    ]


def _backup(file: Path) -> list[Figure]:
    shop = sign_in(open_shop(str(file), books.CLOCK), books.OWNER, books.PINS[books.OWNER])
    place = file.parent / "floor.db"
    floor = seconds(lambda: _bare_copy(file, place))
    place.unlink()
    waits = []
    proofs = []
    for _number in range(3):
        began = time.perf_counter()
        waiting = backup.begin(shop, "manual")
        waits.append(time.perf_counter() - began)
        proofs.append(seconds(lambda one=waiting: backup.finish(one)))  # type: ignore[misc]
    longest = _longest_write(file, lambda: backup.snapshot(shop, "manual"))
    drill = seconds(lambda: backup_drill.run(shop))
    return [
        Figure("backup: until the person goes on", sorted(waits)[1], "s", 1.5, floor, "beside the bare copy"),
        Figure("backup: the longest wait of a counter that writes meanwhile", longest, "s", 1.5),
        Figure("backup: the proof, beside the work", sorted(proofs)[1], "s"),
        Figure("restore drill, beside the work, once a week", drill, "s"),
    ]


def _bare_copy(file: Path, place: Path) -> None:
    source, target = cipher.opened(file, apsw.SQLITE_OPEN_READONLY), apsw.Connection(str(place))
    with target.backup("main", source, "main") as work:
        work.step(-1)
    target.close()
    source.close()


def _longest_write(file: Path, job: object) -> float:
    """Another counter writes a row every ten milliseconds while `job` runs: its longest commit."""
    over = threading.Event()
    waits: list[float] = []

    def write() -> None:
        connection = cipher.opened(file)
        connection.set_busy_timeout(10_000)
        while not over.is_set() or len(waits) < ENOUGH_WRITES:
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE shop_info SET backed_up_on = backed_up_on WHERE id = 1")
            connection.execute("COMMIT")
            waits.append(time.perf_counter() - began)
            time.sleep(0.01)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert callable(job)
    job()
    over.set()
    writer.join()
    return max(waits)


def _restore(file: Path) -> list[Figure]:
    shop = sign_in(open_shop(str(file), books.CLOCK), books.OWNER, books.PINS[books.OWNER])
    chosen = backup.listed()[0]
    later = FixedClock(books.TODAY, books.CLOCK.now())
    began = time.perf_counter()
    backup.restore(shop, chosen.file)
    open_shop(str(file), later)
    took = time.perf_counter() - began
    database.close()
    return [Figure("restore, with proof and safety copy, until the books are open again", took, "s", 60)]


def _erase(file: Path) -> list[Figure]:
    """Three people, each with all that belongs to them: the whole file is written anew."""
    shop = sign_in(open_shop(str(file), books.CLOCK), books.OWNER, books.PINS[books.OWNER])
    looks, takes = [], []
    pin = books.PINS[books.OWNER]
    people = database.rows("SELECT id, card_no FROM customer WHERE tickets > 0 ORDER BY id LIMIT 3")
    for number, card in people:
        looks.append(seconds(lambda one=number: erasing.preview(shop, one)))  # type: ignore[misc]
        began = time.perf_counter()
        erasing.erase(shop, number, "本人要求", typed=card, pin=pin)
        takes.append(time.perf_counter() - began)
    return [
        Figure("erase: the preview", sorted(looks)[len(looks) // 2], "s"),
        Figure("erase: one person, with the file written anew", sorted(takes)[len(takes) // 2], "s"),
    ]
