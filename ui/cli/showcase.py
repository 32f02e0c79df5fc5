"""The main job on the demo shop, by the command line alone: sheet, cards, labels and schedule into one folder."""

from __future__ import annotations

import argparse
import calendar
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from services.words import _

HERE = Path(__file__).resolve().parents[2]
OUT = HERE / "out"
"""Ours alone: what lies here is replaced each time."""

OWNER, MANAGER = "owner", "manager"


@dataclass(frozen=True)
class Person:
    """A user of the demo shop, as `demo` printed it."""

    name: str
    pin: str


class Failed(Exception):
    """A command said no; the text is what it wrote for people."""


class Demo:
    """Runs one command after another on the same books."""

    def __init__(self, books: Path, today: str = "") -> None:
        self.books = books
        self.today = ["--today", today] if today else []
        self.people: dict[str, Person] = {}

    def run(self, *command: str, by: str = "") -> dict[str, Any]:
        """The command's JSON. Raises Failed with its sentence."""
        options = ["--db", str(self.books), *self.today, "--json"]
        environment = {**os.environ, "PYTHONUTF8": "1"}
        if by:
            options += ["--user", self.people[by].name]
            environment["SHUKE_PIN"] = self.people[by].pin
        result = subprocess.run(
            [sys.executable, str(HERE / "main.py"), *options, *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        if result.returncode:
            raise Failed(result.stderr.strip() or f"exit {result.returncode}")
        answer = json.loads(result.stdout)
        assert isinstance(answer, dict)
        return answer


def next_month(day: date) -> tuple[date, date]:
    """First and last day of the month after `day`."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def show(out: Path, customers: int, today: str) -> None:
    """Runs the job and prints what each step did. Raises Failed at the first step that did not work."""
    out.mkdir(parents=True, exist_ok=True)
    books = out / "demo.db"
    if books.exists() and out != OUT:
        raise Failed(_("{file} 已经存在，没有改动它。请换一个文件名，或直接打开它。").format(file=books))
    for old in out.glob("demo.db*"):
        old.unlink()
    demo = Demo(books, today)
    made = demo.run("demo", "--customers", str(customers), "--seed", "1")
    demo.people = {user["role"]: Person(user["name"], user["pin"]) for user in made["users"]}
    say("演示店铺", "demo shop", f"{made['customers']} / {made['purchases']}", books)

    graded = demo.run("grade", "--apply", by=MANAGER)
    say("分级", "grades", " ".join(f"{key} {graded[key]}" for key in ("A", "B", "C", "lost")))

    first, last = next_month(date.fromisoformat(today) if today else _today())
    month = f"{first:%Y-%m}"
    plan = demo.run("gifts", "propose", "--month", month, by=MANAGER)
    say("下月礼品计划", "gift plan", f"{month}: {len(plan['lines'])}, −{len(plan['shortage'])}")
    demo.run("gifts", "submit", str(plan["plan"]), by=MANAGER)
    approved = demo.run("gifts", "approve", str(plan["plan"]), by=OWNER)
    count = sum(1 for line in approved["lines"] if line["status"] == "approved")
    say("店主批准", "approved by the owner", str(count))

    span = ("--from", first.isoformat(), "--to", last.isoformat())
    for ending in ("xlsx", "pdf"):
        file = out / f"gifts-{month}.{ending}"
        sheet = demo.run("gifts", "sheet", "--month", month, "--out", str(file), by=MANAGER)
        say("礼品赠送一览表", "approval sheet", str(sheet["lines"]), file)
    for what, chinese, english in (
        ("cards", "贺卡", "greeting cards"),
        ("labels", "地址标签", "address labels"),
    ):
        file = out / f"{what}-{month}.pdf"
        printed = demo.run(what, *span, "--out", str(file), by=MANAGER)
        say(chinese, english, f"{printed['count']} / {printed['pages']} p.", file)
        for lacking in printed["missing_glyphs"]:
            print(f"    ! {lacking['card_no']} {lacking['name']}: {lacking['characters']}")

    file = out / "schedule.ics"
    schedule = demo.run("schedule", "--ics", str(file), by=MANAGER)
    say("联络日程", "contact schedule", str(len(schedule["items"])), file)
    (out / "schedule.json").write_text(json.dumps(schedule, ensure_ascii=False, indent=1), "utf-8")

    sound = demo.run("check", by=OWNER)
    say("账册检查", "check of the books", "ok" if sound["ok"] else "; ".join(sound["problems"]))
    if not sound["ok"]:
        raise Failed("; ".join(sound["problems"]))
    print("\n打开这个演示店铺 / to open this demo shop:")
    print(f"    python3 run.py --db {books}")
    for user in made["users"]:
        print(f"    {user['name']}  PIN {user['pin']}")


def say(chinese: str, english: str, figures: str, file: Path | None = None) -> None:
    print(f"{chinese} / {english}: {figures}" + (f"\n    {file}" if file else ""), flush=True)


def _today() -> date:
    from services.clock import SystemClock

    return SystemClock().today()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="run.py showcase", description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="the folder to write to (default: out/)")
    parser.add_argument("--customers", type=int, default=300)
    parser.add_argument("--today", default="", help="the business day (default: today)")
    options = parser.parse_args(arguments)
    try:
        show(options.out.resolve(), options.customers, options.today)
    except Failed as why:
        print(f"\n没有做完 / stopped: {why}", file=sys.stderr)
        return 1
    except OSError as why:
        print(f"\n不能写到 {options.out} / cannot write there: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
