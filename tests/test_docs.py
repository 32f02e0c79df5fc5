"""The documents tell the truth: examples run, every command is described, both manuals have the same chapters."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import sqlite3
from pathlib import Path

import pytest

from ui.cli import frame

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MANUALS = (DOCS / "manual.zh.md", DOCS / "manual.en.md")
PAGES = (*MANUALS, ROOT / "README.md")
TODAY = "2026-11-22"
PINS = {
    **{"店主": "shuke-2680", "店长": "730514", "店员": "481926"},
    **{"张姐": "hepinglu-2026", "Zhang": "hepinglu-2026"},
}
"""The demo shop's people, and the owners of the manuals' own shops."""
NEW_PIN = "730514"
OF_THE_STARTER = {"test", "words", "setup", "postgres", "showcase", "help"}
"""Words that run.py itself understands."""
OLD_CUSTOMERS = [["卡号", "姓名", "手机", "生日"], ["H001", "王小丽", "13812345678", "5月3日"]]
OLD_PURCHASES = [["卡号", "日期", "货号", "金额"], ["H001", "2024.10.1", "L26011", "459"]]
OLD_FILES = {"customers": OLD_CUSTOMERS, "purchases": OLD_PURCHASES}


def blocks(page: Path) -> list[list[str]]:
    """The fenced blocks of a page that hold commands, each as its lines."""
    found = re.findall(r"^```\w*\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
    lines = [[line for line in block.splitlines() if "run.py" in line] for block in found]
    return [block for block in lines if block]


def examples(page: Path) -> list[list[str]]:
    """The blocks that run against a shop, without the lines that only run.py understands."""
    kept = [[line for line in block if of_the_shop(line)] for block in blocks(page)]
    return [block for block in kept if block]


def of_the_shop(line: str) -> bool:
    words = words_of(line)[0]
    return bool(words) and words[0] not in OF_THE_STARTER


def words_of(line: str) -> tuple[list[str], str]:
    """The words after `run.py`, and what is piped into it."""
    piped = ""
    if line.startswith("echo "):
        said, _bar, line = line.partition(" | ")
        piped = shlex.split(said)[1] + "\n"
    words = shlex.split(line, comments=True)
    assert words[:2] in (["python3", "run.py"], ["py", "run.py"]), line
    return words[2:], piped


CASES = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(examples(page), 1)
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo shop of the examples' day, made once and copied."""
    from models import database

    path = tmp_path_factory.mktemp("demo") / "shop.db"
    assert frame.main(["--db", str(path), "--today", TODAY, "demo", "--customers", "120"]) == 0
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.mark.parametrize("block", CASES)
def test_the_examples_run(
    block: list[str],
    demo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from models import database

    monkeypatch.setenv("SHUKE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    books = tmp_path / "shop.db"
    made_here = any(" init " in line for line in block)
    if not made_here:
        shutil.copyfile(demo, books)
    try:
        for line in block:
            words, piped = words_of(line)
            if "demo" in words:
                continue
            words = with_real_numbers(words, books, tmp_path)
            user = words[words.index("--user") + 1] if "--user" in words else ""
            monkeypatch.setenv("SHUKE_PIN", PINS.get(user, NEW_PIN) if user else "hepinglu-2026")
            monkeypatch.setenv("SHUKE_NEW_PIN", NEW_PIN if "manager" in words else "481926")
            monkeypatch.setattr("sys.stdin", io.StringIO(piped))
            day = [] if made_here else ["--today", TODAY]
            status = run([*day, *words])
            said = capsys.readouterr()
            assert status == 0, f"{line}\n{said.out}\n{said.err}"
            for answer in filter(None, said.out.splitlines()) if piped else ():
                assert "error" not in json.loads(answer), answer
    finally:
        database.close()


def run(words: list[str]) -> int:
    try:
        return frame.main(words)
    except SystemExit as done:
        return int(done.code or 0)


def with_real_numbers(words: list[str], books: Path, folder: Path) -> list[str]:
    """The manual's numbers and files are examples: those of this shop take their place."""
    words = list(words)
    if "contact" in words and words[words.index("contact") + 1] in ("done", "no-answer", "postpone"):
        words[words.index("contact") + 2] = one(books, "SELECT id FROM contact WHERE state = 'planned'")
    if "gifts" in words and words[words.index("gifts") + 1] in ("issue", "check"):
        wanted = {"issue": "approved", "check": "issued"}[words[words.index("gifts") + 1]]
        words[words.index("gifts") + 2] = one(
            books,
            f"SELECT l.id FROM plan_line l JOIN gift_plan p ON p.id = l.plan_id"
            f" WHERE p.month = '2026-12' AND l.status = '{wanted}'",
        )
    if words[-5:-3] == ["stock", "return"]:
        words[-3] = one(books, "SELECT id FROM plan_line WHERE status = 'issued'")
    if "9900000000000" in words:
        ours = "customer_id IS NULL" if "void" in words else "card_no = 'K00012'"
        sql = f"SELECT number FROM voucher v LEFT JOIN customer c ON c.id = v.customer_id WHERE v.state = 'issued' AND {ours}"
        words[words.index("9900000000000")] = one(books, sql)
    if "import" in words:
        kind, name = words[words.index("import") + 1 :][:2]
        write_workbook(folder / name, OLD_FILES[kind])
    if "restore" in words:
        words[-1] = str(next(folder.glob("*-manual-*.db")))
    return words


def one(books: Path, query: str) -> str:
    connection = sqlite3.connect(books)
    try:
        return str(connection.execute(query + " ORDER BY 1 LIMIT 1").fetchone()[0])
    finally:
        connection.close()


def write_workbook(path: Path, rows: list[list[str]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


@pytest.mark.parametrize("manual", MANUALS, ids=lambda path: path.name)
def test_every_command_is_described(manual: Path) -> None:
    used = [words_of(line)[0] for block in examples(manual) for line in block]
    missing = [name for name in frame.COMMANDS if not any(name in words for words in used)]
    assert missing == []


def test_the_starters_words_are_those_of_its_help() -> None:
    starter = (ROOT / "run.py").read_text("utf-8")
    named = {words_of(line)[0][0] for page in PAGES for block in blocks(page) for line in block
             if words_of(line)[0] and not of_the_shop(line)}  # fmt: skip
    assert [word for word in named if f"run.py {word}" not in starter] == []


@pytest.mark.parametrize(
    "page", [*PAGES, DOCS / "developing.md", ROOT / "CHANGELOG.md"], ids=lambda path: path.name
)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    anchors = {anchor(head) for head in re.findall(r"^#+ (.+)$", text, re.M)}
    for link in links:
        if link.startswith("#"):
            assert link[1:] in anchors, link
        elif not link.startswith("http"):
            assert (page.parent / link.partition("#")[0]).exists(), link


def anchor(head: str) -> str:
    """How a heading is linked to: lower case, no punctuation, hyphens for blanks."""
    return re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-")


def test_both_manuals_have_the_same_chapters() -> None:
    heads = [re.findall(r"^(#{2,3}) ", manual.read_text("utf-8"), re.M) for manual in MANUALS]
    assert heads[0] == heads[1]


def test_both_manuals_show_the_same_pictures_in_their_own_language() -> None:
    shown = [re.findall(r"\(images/([\w-]+)\.(zh|en)", manual.read_text("utf-8")) for manual in MANUALS]
    assert [name for name, _tongue in shown[0]] == [name for name, _tongue in shown[1]]
    assert [{tongue for _name, tongue in some} for some in shown] == [{"zh"}, {"en"}]


def test_the_pictures_are_small_and_all_used() -> None:
    pictures = sorted((DOCS / "images").glob("*.png"))
    sizes = [picture.stat().st_size for picture in pictures]
    assert max(sizes) <= 150_000
    assert sum(sizes) <= 1_500_000
    texts = "".join(page.read_text("utf-8") for page in PAGES)
    assert [picture.name for picture in pictures if picture.name not in texts] == []
