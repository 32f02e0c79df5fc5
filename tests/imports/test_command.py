"""`import` and `export` on the command line: the JSON of the contract, exit codes, one sentence and no traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.setup import create_shop
from ui.cli import frame

PIN = "laoban-2680"
ROWS = [["姓名", "卡号", "手机"], ["王小丽", "K1", 13812345678], ["李敏", "K2", 123]]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    from models import database

    monkeypatch.setenv("SHUKE_PIN", PIN)
    books = str(tmp_path / "shop.db")
    create_shop(books, "和平路店", "店主", PIN)
    database.close()

    def run(*args: str, lang: str = "zh", today: str = "") -> tuple[int, Any, str]:
        capsys.readouterr()
        front = ["--db", books, "--user", "店主", "--json", "--lang", lang]
        status = frame.main([*front, *(["--today", today] if today else []), *args])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.out + shown.err
        return status, json.loads(shown.out) if shown.out.strip() else None, shown.err

    yield run
    database.close()


def test_the_contract(call: Any, sheet: Any, tmp_path: Path) -> None:
    path, out = str(sheet(ROWS)), str(tmp_path / "r.xlsx")
    status, data, _err = call("import", "customers", path, "--dry-run")
    assert status == 1 and (
        data["read"],
        data["added"],
        data["changed"],
        data["unchanged"],
        data["refused"],
    ) == (2, 1, 0, 0, 1)
    assert call("find", "王小丽")[1]["results"] == []
    status, data, err = call("import", "customers", path, "--refused", out)
    assert status == 1 and data["added"] == 1 and Path(out).exists() and "第 3 行" in err
    assert set(data["errors"][0]) == {"row", "column", "value", "reason"}
    assert (data["errors"][0]["row"], data["errors"][0]["column"], data["errors"][0]["value"]) == (
        3,
        "手机",
        "123",
    )
    assert call("import", "customers", str(sheet(ROWS[:2])))[:1] == (0,)
    status, data, _err = call("export", "customers", "--out", str(tmp_path / "c.csv"))
    assert status == 0 and data["rows"] == 1 and data["file"].endswith("c.csv")


def test_columns_and_sheet_can_be_named(call: Any, sheet: Any) -> None:
    path = str(sheet([["x"], ["称呼", "号"], ["王小丽", "K1"]]))
    assert call("import", "customers", path)[0] == 1
    status, data, _err = call(
        "import", "customers", path, "--header-row", "2", "--columns", "name=A,card_no=B"
    )
    assert status == 0 and data["added"] == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_bad_files_are_one_sentence_in_the_chosen_language(call: Any, tmp_path: Path, lang: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "b.xlsx").write_bytes(b"")
    (tmp_path / "c.csv").write_bytes("女".encode("gbk"))
    for name in ("a.xlsx", "b.xlsx", "c.csv", "none.xlsx"):
        status, data, err = call("import", "customers", str(tmp_path / name), lang=lang)
        assert status == 1 and len(err.strip().splitlines()) == 1 and data["exit"] == 1, name
        words = err.replace(str(tmp_path), "")
        assert any("\u4e00" <= letter <= "\u9fff" for letter in words) is (lang == "zh"), err


def test_wrong_words_are_wrong_usage(call: Any, sheet: Any, tmp_path: Path) -> None:
    path = str(sheet(ROWS))
    assert call("import", "gifts", path)[0] == 2
    assert call("import", "customers", path, "--columns", "who=A")[0] == 2
    assert call("import", "customers", path, "--columns", "name")[0] == 2
    assert call("export", "customers")[0] == 2
    assert call("export", "customers", "--out", str(tmp_path / "c.pdf"))[0] == 1


def test_an_import_cannot_be_back_dated_in_a_real_shop(call: Any, sheet: Any) -> None:
    path = str(sheet(ROWS))
    assert call("import", "customers", path, today="2026-01-01")[0] == 1
    status, data, err = call("import", "customers", path, "--dry-run", today="2026-01-01")
    assert data is not None and data.get("read") == 2, err
