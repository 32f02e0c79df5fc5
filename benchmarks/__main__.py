"""`python -m benchmarks all --json`: runs the benchmarks named, prints their figures, exits 1 if one is over."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

# As main.py does for books on SQLite: peewee would load the driver otherwise.
sys.modules.setdefault("psycopg", None)  # type: ignore[arg-type]

README = Path(__file__).resolve().parent / "README.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
NAMES = (
    "lookups",
    "regrade",
    "purchase",
    "importing",
    "planning",
    "plans",
    "campaigns",
    "printing",
    "window",
    "page",
    "lists",
    "growth",
    "safety",
)


def main(arguments: list[str]) -> int:
    from benchmarks.measure import QUICK, Sizes, table

    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="+", choices=("all", *NAMES), metavar="NAME", help=", ".join(("all", *NAMES))
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--quick", action="store_true", help="tiny shops: tries the scripts, says nothing about speed"
    )
    parser.add_argument("--write", action="store_true", help="put the figures into benchmarks/README.md")
    options = parser.parse_args(arguments)
    if options.quick and options.write:
        parser.error("figures of --quick say nothing: run without it to write them")
    names = NAMES if "all" in options.names else options.names
    sizes = QUICK if options.quick else Sizes()
    results: dict[str, list[dict[str, Any]]] = {}
    tables: dict[str, str] = {}
    good = True
    for name in names:
        figures = importlib.import_module(f"benchmarks.{name}").run(sizes)
        tables[name] = table(figures)
        results[name] = [figure.as_json() for figure in figures]
        good = good and all(figure.ok for figure in figures)
        if not options.json:
            print(f"\n### {name}\n\n{tables[name]}", flush=True)
        else:
            print(f"{name} done", file=sys.stderr, flush=True)
    if options.json:
        machine = {
            "python": platform.python_version(),
            "system": platform.platform(),
            "cores": os.cpu_count(),
        }
        print(
            json.dumps(
                {"machine": machine, "quick": options.quick, "results": results}, ensure_ascii=False, indent=1
            )
        )
    if options.write:
        write(tables)
    return 0 if good else 1


def write(tables: dict[str, str]) -> None:
    """Replaces the figures in the README by these, and leaves those of benchmarks that did not run."""
    text = README.read_text("utf-8")
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    kept = {}
    for part in old.split("\n### ")[1:]:
        name, _newline, lines = part.partition("\n")
        kept[name] = lines.strip()
    kept |= {name: f"{_machine()}\n\n{lines}" for name, lines in tables.items()}
    parts = [f"### {name}\n\n{kept[name]}\n" for name in NAMES if name in kept]
    README.write_text(before + BEGIN + "\n\n" + "\n".join(parts) + "\n" + END + after, "utf-8")


def _machine() -> str:
    from services.clock import SystemClock

    day = SystemClock().today().isoformat()
    return f"{day}, {platform.system()}, {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
