"""Named ways to break the safety code, and the tests that must notice: `python -m tests.faults.mutants`.

Each mutant is applied to a copy of the tree; it is killed when its tests fail. `test_mutants.py` sees to it that the old
texts still stand in the code, so that this table cannot rot.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_COPIED = ("main.py", "pyproject.toml", "models", "services", "ui", "tests")
_LINKED = ("resources", "docs", "LICENSE", "CHANGELOG.md", "README.md", "run.py", ".ci", "benchmarks")

BACKUP = "tests/faults/test_backup_rules.py"
POWER = "tests/faults/test_power.py"
KILLS = "tests/faults/test_kills.py"


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    changes: tuple[tuple[str, str], ...]
    """(old text, new text)"""
    tests: tuple[str, ...]
    """These must fail."""


def _one(name: str, file: str, old: str, new: str, *tests: str) -> Mutant:
    return Mutant(name, file, ((old, new),), tests)


MUTANTS = (
    _one("fsync does nothing", "services/backup_files.py", "        os.fsync(stream.fileno())", "        stream.flush()",
         f"{POWER}::test_files_survive_a_power_cut_after_any_call"),
    _one("fsync of a file for people does nothing", "services/files.py",
         "            os.fsync(written.fileno())", "            written.flush()",
         f"{POWER}::test_files_survive_a_power_cut_after_any_call"),
    Mutant("synchronous normal", "models/database.py",
           (('("synchronous", 2)', '("synchronous", 1)'), ('"synchronous": 2', '"synchronous": 1')),
           (f"{POWER}::test_purchases_survive_a_power_cut_after_any_call",)),
    Mutant("log not flushed at all", "models/database.py",
           (('("synchronous", 2)', '("synchronous", 0)'), ('"synchronous": 2', '"synchronous": 0')),
           (f"{POWER}::test_purchases_survive_a_power_cut_after_any_call",)),
    _one("backup without proof", "services/backup_take.py", "        proof.copied(pending, made.sums, made.head)\n", "",
         f"{BACKUP}::test_a_copy_that_was_damaged_on_its_way_is_no_backup"),
    _one("damaged books are backed up", "services/backup_take.py", "    proof.source()\n", "",
         f"{BACKUP}::test_of_damaged_books_no_backup_is_made_and_none_is_thinned_out"),
    _one("thinned out before the proof", "services/backup_times.py",
         '    backup = taking.take(shop.clock, "daily", None, shop.info.name)\n',
         '    rotation.thin_out(shop)\n    backup = taking.take(shop.clock, "daily", None, shop.info.name)\n',
         f"{BACKUP}::test_of_damaged_books_no_backup_is_made_and_none_is_thinned_out"),
    _one("the newest backups may go", "services/backup_rotation.py", "_KEEP_PROVEN = 3", "_KEEP_PROVEN = 0",
         f"{BACKUP}::test_the_newest_three_stay_whatever_the_policy_says"),
    _one("thinned out on a wrong clock", "services/backup_rotation.py",
         "    if last and date.fromisoformat(last) > shop.today():\n        return []\n", "",
         f"{BACKUP}::test_nothing_is_thinned_out_while_the_clock_is_behind_the_books"),
    _one("restore without a safety copy", "services/backup_restore.py",
         'safety = taking.take(shop.clock, "before-restore", None, shop.info.name)', "safety = chosen",
         "tests/services/test_backup.py::test_restore_brings_the_old_state_and_keeps_the_present"),
    _one("restore over another shop", "services/backup_restore.py", "    _same_shop(chosen)\n", "",
         "tests/acceptance/test_damaged_books.py::test_another_shop_and_books_in_use_do_not_take_the_place"),
    _one("restore of a damaged backup", "services/backup_restore.py", "    proof.prove(chosen)\n", "",
         "tests/services/test_backup.py::test_a_damaged_backup_is_not_accepted"),
    _one("role not checked", "services/rights.py", "    if may(shop, right):", "    if shop.actor is not None:",
         "tests/services/test_backup.py::test_only_the_owner_restores",
         "tests/services/test_gifts.py::test_roles_are_kept_and_refusals_stand_in_the_journal"),
    _one("two eyes are enough", "services/gifts/decide.py",
         "(above == 1 or line[0] not in own_ids)", "(above >= 1 or line[0] not in own_ids)",
         "tests/services/test_gifts.py::test_of_a_plan_that_two_submitted_the_owner_approves_the_others_lines_only"),
    _one("phones are not masked", "services/formats.py",
         '    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]', "    return phone",
         "tests/services/test_masks.py"),
    _one("the journal's chain is not followed", "services/journal.py",
         "            if item[12] != previous:", "            if not previous:",
         "tests/faults/test_flips.py::test_tampered_rows_of_the_journal_are_found_and_named"),
    _one("the journal's rows are not hashed again", "services/journal.py",
         "            if hashlib.sha256(canonical(fields)).hexdigest() != item[13]:", "            if not item[13]:",
         "tests/faults/test_flips.py::test_tampered_rows_of_the_journal_are_found_and_named"),
    _one("no quiet hours", "services/rules/sms.py",
         "    if not minutes(policy.sms.never_before) <= at < minutes(policy.sms.never_after):\n        return True\n", "",
         "tests/rules/test_sms.py::test_the_carriers_hours_hold_even_where_the_shop_has_no_quiet_hours"),
    _one("the lock-out is forgotten", "services/lockout.py",
         "                (now + wait, wait, tick, user_id),", "                (0, 0, tick, user_id),",
         "tests/services/test_lockout.py::test_five_tries_then_one_behind_each_growing_wait"),
    _one("written in place", "services/files.py", "            os.replace(temporary, target)\n            break",
         "            import shutil\n\n            shutil.copyfile(temporary, target)\n            break",
         f"{POWER}::test_files_survive_a_power_cut_after_any_call", f"{KILLS}::test_every_act_killed_at_its_writes_and_renames_is_wholly_there_or_not"),
    _one("temporary files stay", "services/files.py", "        temporary.unlink(missing_ok=True)\n\n\ndef _move",
         "        pass\n\n\ndef _move", f"{BACKUP}::test_no_temporary_file_stays_after_a_failed_write"),
    _one("refused meanwhile and sent all the same", "services/sms/last_look.py",
         "    facts = candidates.facts_of(shop, [row[1] for row in found])\n", "    return {}\n",
         "tests/services/test_sms.py::test_who_refuses_between_the_review_and_the_file_is_not_in_it"),
    _one("a gift is handed out twice", "services/gifts/issue.py",
         "WHERE id = ? AND status = 'approved' AND live = 1 AND gift_id IS NOT NULL\"", "WHERE id = ? AND gift_id IS NOT NULL\"",
         "tests/faults/test_guards.py::test_two_who_both_saw_the_gift_waiting_hand_it_out_once"),
    _one("what somebody else wrote is overwritten", "services/customers.py",
         "        if version is not None and version != stands:", "        if version is not None and version < 0:",
         "tests/services/test_customers.py::test_disjoint_changes_are_merged_and_the_same_field_is_told"),
    _one("import in several transactions", "services/imports/run.py",
         "    with bulk.many_objects(), database.database.atomic():", "    with bulk.many_objects():",
         f"{BACKUP}::test_an_import_that_fails_in_its_last_step_leaves_nothing"),
    Mutant("migration in several transactions", "services/upgrade.py",
           (("    with database.database.atomic():\n        names = migrations.run()", "    if True:\n        names = migrations.run()"),),
           ("tests/faults/test_old_books.py::test_a_migration_that_fails_at_the_end_leaves_the_old_books",)),
    _one("the books are moved by anybody", "services/moving.py",
         "    if shop is not None:\n        require(shop, Right.ENCRYPT)\n", "",
         "tests/services/test_moving.py::test_books_that_can_be_opened_are_moved_by_the_owner_alone"),
    _one("moved books say nothing in the journal", "services/moving.py", "        finish(replace(", "        (replace(",
         "tests/services/test_moving.py::test_off_a_network_share_they_are_fetched_with_their_log"),
    _one("the program's own files get a second name", "services/files.py", "            if exact or not", "            if not",
         "tests/faults/test_held_files.py::test_the_programs_own_files_get_no_second_name"),
    _one("no memory is a wrong PIN", "services/pins.py", 'if "malloc" in str(why).lower():', "if False:",
         "tests/faults/test_memory.py::test_a_pin_that_cannot_be_hashed_is_not_a_wrong_one"),
    _one("migration without a backup", "services/start.py", "        backup.before_migration(path, has)\n", "",
         "tests/faults/test_old_books.py"),
    _one("books of a newer program are opened", "services/start.py", "    if has > knows:", "    if has > knows + 999:",
         "tests/acceptance/test_damaged_books.py::test_books_of_a_newer_program_are_refused_with_their_version"),
    _one("stock may fall below nothing", "services/stock/ledger.py", "    if after < 0:\n        name", "    if after < -999_999:\n        name",
         "tests/services/test_stock.py::test_stock_never_falls_below_zero"),
)  # fmt: skip

BY_NAME = {one.name: one for one in MUTANTS}


def missing() -> list[str]:
    """Mutants whose old text does not stand in the code exactly once any more."""
    found = []
    for one in MUTANTS:
        text = (ROOT / one.file).read_text("utf-8")
        found += [f"{one.name}: {old!r} in {one.file}" for old, _new in one.changes if text.count(old) != 1]
    return found


def mutated_tree(place: Path, mutant: Mutant | None) -> Path:
    """A copy of the program with one mutant in it."""
    skip = shutil.ignore_patterns("__pycache__", ".pytest_cache", "*.pyc")
    place.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=skip)
        else:
            shutil.copy(source, place / name)
    for name in _LINKED:
        if (ROOT / name).exists():
            (place / name).symlink_to(ROOT / name)
    if mutant is not None:
        path = place / mutant.file
        text = path.read_text("utf-8")
        for old, new in mutant.changes:
            assert text.count(old) == 1, (mutant.name, old)
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
    return place


def survives(mutant: Mutant | None, tests: tuple[str, ...] = ()) -> tuple[bool, float]:
    """Whether all of the tests pass with the mutant in the tree; and the seconds it took."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="shuke-mutant-") as folder:
        tree = mutated_tree(Path(folder) / "tree", mutant)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            *(tests or mutant.tests if mutant else tests),
        ]
        environment = os.environ | {
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(tree),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=1_200
        )
    return done.returncode == 0, time.monotonic() - began


def main(names: list[str]) -> int:
    """Runs all mutants (or those named) and prints the table. Returns the number of survivors."""
    chosen = [one for one in MUTANTS if not names or one.name in names]
    every = tuple(dict.fromkeys(test for one in chosen for test in one.tests))
    good, took = survives(None, every)
    print(f"without a mutant: {'all pass' if good else 'FAILS ALREADY'} ({took:.0f} s)", flush=True)
    survivors = 0
    for one in chosen:
        alive, took = survives(one)
        survivors += alive
        print(f"{'SURVIVED' if alive else 'killed  '}  {one.name}  ({took:.0f} s)", flush=True)
    print(f"{len(chosen) - survivors} of {len(chosen)} killed")
    return survivors if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
