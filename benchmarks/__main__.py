"""`python -m benchmarks all --json`: runs the benchmarks named, prints their figures, exits 1 if one is over."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from typing import Any

# As main.py does for books on SQLite: peewee would load the driver otherwise.
sys.modules.setdefault("psycopg", None)  # type: ignore[arg-type]

NAMES = ("lookups", "regrade", "purchase", "importing", "planning", "printing", "window", "growth")


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
    options = parser.parse_args(arguments)
    names = NAMES if "all" in options.names else options.names
    sizes = QUICK if options.quick else Sizes()
    results: dict[str, list[dict[str, Any]]] = {}
    good = True
    for name in names:
        figures = importlib.import_module(f"benchmarks.{name}").run(sizes)
        results[name] = [figure.as_json() for figure in figures]
        good = good and all(figure.ok for figure in figures)
        if not options.json:
            print(f"\n### {name}\n\n{table(figures)}", flush=True)
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
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
