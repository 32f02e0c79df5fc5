"""`python -m benchmarks.simulation --seeds 50 --years 3`: plays years of small shops and names every broken promise."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

if __name__ == "__main__":
    # As main.py does for books on SQLite: peewee would load the driver otherwise.
    sys.modules.setdefault("psycopg", None)  # type: ignore[arg-type]
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(arguments: list[str]) -> int:
    from tests.services.test_schedule_three_years import play

    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--years", type=float, default=3.0)
    parser.add_argument("--customers", type=int, default=30)
    options = parser.parse_args(arguments)
    broken = 0
    for seed in range(options.first, options.first + options.seeds):
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            owner, manager = _shop(Path(folder))
            try:
                figures = play(owner, manager, Path(folder), seed, options.years, options.customers)
                told = ", ".join(f"{topic} {n:,}" for topic, n in sorted(figures.items()))
            except AssertionError as error:
                broken += 1
                told = str(error)
        print(f"seed {seed}: {time.perf_counter() - began:.0f} s: {told}", flush=True)
    print(f"{options.seeds} seeds, {broken} with a broken promise")
    return 1 if broken else 0


def _shop(folder: Path):  # type: ignore[no-untyped-def]
    """A new shop with its owner and manager signed in."""
    from models.kinds import Role
    from services import staff
    from services.setup import create_shop
    from services.shop import Actor

    pin = "laoban-2680"
    shop = create_shop(str(folder / "shop.db"), "和平路店", "店主", pin)
    staff.add_user(shop, "店长", Role.MANAGER, "730514")
    people = {one.name: Actor(one.id, one.name, one.role, one.group_id) for one in staff.users(shop)}
    return replace(shop, actor=people["店主"]), replace(shop, actor=people["店长"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
