"""The long run, by hand: `python -m tests.faults.long KIND TRIES [SEED]`, or `all` for everything at its full number.

KIND: till, instants, calls, power, errors, file, log, backup, journal. Figures go into README.md.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults import flipping, injecting, killing, power
from tests.faults.acts import Yard, build
from tests.faults.inspecting import Tally
from tests.faults.nursery import Nursery


def _power(yard: Yard, tally: Tally, tries: int, seed: int) -> None:
    """Four parts purchases, one part each backup, restore and export."""
    power.buying(yard, tally, 300, tries * 4 // 7, seed)
    for act in ("backup", "restore", "export"):
        power.acting(yard, tally, act, tries // 7, seed)


KINDS: dict[str, tuple[Callable[[Yard, Tally, int, int], None], int]] = {
    "till": (killing.of_a_till, 8_000),
    "instants": (killing.at_instants, 1_000),
    "calls": (killing.at_calls, 1_000),
    "power": (_power, 20_000),
    "errors": (injecting.at_calls, 10_000),
    "file": (flipping.of_file, 500),
    "log": (flipping.of_log, 500),
    "backup": (flipping.of_backup, 500),
    "journal": (flipping.tampering, 500),
}
"""What it runs and how often when nothing is said (issue 6)."""


def main(arguments: list[str]) -> int:
    kind = arguments[0] if arguments else "all"
    if kind != "all" and kind not in KINDS:
        print(__doc__)
        return 2
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="shuke-faults-") as folder, Nursery(Path(folder)) as nursery:
        yard = build(nursery, Path(folder))
        for name in KINDS if kind == "all" else (kind,):
            run, usual = KINDS[name]
            tries = int(arguments[1]) if len(arguments) > 1 else usual
            seed = int(arguments[2]) if len(arguments) > 2 else 1
            tally = Tally(name)
            began = time.monotonic()
            run(yard, tally, tries, seed)
            print(f"{tally} in {time.monotonic() - began:.0f} s", flush=True)
            for one in tally.wrong[:20]:
                print(f"  {one}", flush=True)
            wrong += len(tally.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
