"""Makes the kept books of every released schema out of the program's own history: `python -m tests.faults.keep_old_books`.

For each schema the last commit that knew no newer one is taken out, and its own `demo` makes a small shop. Books that are
kept already stay as they are: they are what shops have.
"""

from __future__ import annotations

import io
import lzma
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).parent / "old_books"
TODAY = "2026-11-22"


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def scripts(commit: str) -> list[int]:
    names = git("ls-tree", "--name-only", commit, "models/migrations/").decode().split()
    return sorted(int(Path(name).name[:4]) for name in names if Path(name).name[:4].isdigit())


def commits() -> dict[int, list[str]]:
    """Schema → the commits at which it was the newest one, the last first."""
    found: dict[int, list[str]] = {}
    for commit in git("rev-list", "HEAD").decode().split():
        numbers = scripts(commit)
        if not numbers:
            break
        if numbers == list(range(1, numbers[-1] + 1)):
            found.setdefault(numbers[-1], []).append(commit)
    return found


def make(schema: int, tries: list[str]) -> bool:
    for commit in tries[:6]:
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder) / "tree"
            with tarfile.open(fileobj=io.BytesIO(git("archive", commit))) as archive:
                archive.extractall(tree, filter="data")
            books = Path(folder) / "shop.db"
            made = subprocess.run(
                [sys.executable, "main.py", "--db", str(books), "--today", TODAY, "--json", "demo", "--customers", "12",
                 "--years", "1", "--seed", "3"],
                cwd=tree, env=os.environ | {"SHUKE_HOME": folder, "PYTHONPATH": str(tree)}, capture_output=True,
            )  # fmt: skip
            if made.returncode or not books.exists():
                print(f"  {commit[:9]} does not make a shop: {made.stderr.decode()[-200:]}")
                continue
            connection = sqlite3.connect(books)
            got = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.close()
            if got != schema:
                print(f"  {commit[:9]} makes schema {got}")
                continue
            KEPT.mkdir(exist_ok=True)
            (KEPT / f"{schema:04}.db.xz").write_bytes(lzma.compress(books.read_bytes(), preset=9))
            (KEPT / f"{schema:04}.pins").write_bytes(made.stdout)
            print(f"{schema:04} from {commit[:9]}")
            return True
    return False


def main(most: int) -> None:
    for schema, tries in sorted(commits().items()):
        if schema <= most and not (KEPT / f"{schema:04}.db.xz").exists() and not make(schema, tries):
            print(f"{schema:04} could not be made")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9_999)
