"""Erasing a person: nothing of them is left in any file, and no sum changes."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from models import database
from models.tables import TABLES
from services import customers, erasing, find, journal, ledgers
from services.checking import check
from services.customers import NewCustomer
from services.data_classes import CLASSES
from services.errors import NotAllowed, Refused
from tests.conftest import MANAGER_PIN, OWNER_PIN

_spec = importlib.util.spec_from_file_location("planting", Path(__file__).with_name("planting.py"))
assert _spec is not None and _spec.loader is not None
planting = importlib.util.module_from_spec(_spec)
import sys  # noqa: E402

sys.modules["planting"] = planting
_spec.loader.exec_module(planting)


def _gone(shop, customer: int, **how):
    card = database.value_of("SELECT card_no FROM customer WHERE id = ?", (customer,))
    return erasing.erase(shop, customer, "本人要求", typed=card, pin=OWNER_PIN, **how)


def test_every_column_of_every_table_is_judged() -> None:
    wrong = []
    for model in TABLES:
        table = model._meta.table_name
        classes = CLASSES.get(table)
        have = {one.column_name for one in model._meta.sorted_fields}
        judged = [
            *(
                classes.open | classes.personal | classes.restricted | classes.text | classes.shop
                if classes
                else ()
            )
        ]
        wrong += [f"{table}.{column}: judge it in services/data_classes.py" for column in have - set(judged)]
        if classes:
            parts = (classes.open, classes.personal, classes.restricted, classes.text, classes.shop)
            twice = [column for column in judged if sum(column in part for part in parts) > 1]
            wrong += [f"{table}.{column} stands twice" for column in twice]
            wrong += [f"{table}.{column} is no column" for column in set(judged) - have]
            if "customer_id" in have and not classes.owner and table != "journal_entry":
                wrong.append(f"{table}: whose rows are they?")
    assert not wrong, "\n".join(sorted(wrong))


def test_no_byte_of_the_person_is_left_in_any_file(owner, books: str, tmp_path: Path) -> None:
    planted = planting.plant(owner)
    place = Path(books).parent
    before = ledgers.sums()
    assert len(planted.markers) > 40
    whole = b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())
    unseen = set(planting.found_in(whole, planted.words))
    assert {planting.NAME, planting.PHONE, planting.ADDRESS} <= unseen
    assert set(planted.markers.values()) <= unseen, "every marker stood in the file before"

    done = _gone(owner, planted.id)

    assert done.warning == ""
    assert ledgers.sums() == before
    left = {}
    for path in place.rglob("*"):
        if path.is_file() and (hits := planting.found_in(path.read_bytes(), planted.words)):
            left[path.name] = hits
    assert not left
    assert Path(f"{books}-wal").stat().st_size == 0 if Path(f"{books}-wal").exists() else True


def test_numbers_of_the_person_are_gone_too(owner) -> None:
    planted = planting.plant(owner)
    _gone(owner, planted.id)
    for column in CLASSES["customer"].emptied - {"card_no", "name", "sex"}:
        value = database.value_of(f"SELECT {column} FROM customer WHERE id = ?", (planted.id,))
        assert value in (None, "", 0), column
    name, card, state = database.row("SELECT name, card_no, state FROM customer WHERE id = ?", (planted.id,))
    assert name.startswith("已删除 #") and card == name[4:] and state == "erased"


def test_the_search_has_no_word_of_the_person(owner) -> None:
    planted = planting.plant(owner)
    with database.database.atomic():
        database.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search_index, 'row')")
    assert any("ouyang" in row[0] for row in database.rows("SELECT term FROM temp.words"))
    _gone(owner, planted.id)
    left = [row[0] for row in database.rows("SELECT term FROM temp.words")]
    assert not [one for one in left if "欧" in one or "ouyang" in one or "983" in one]
    for text in (planting.NAME, planting.PHONE, planting.PHONE[-4:], "ouyang", "oyjx"):
        assert planted.id not in [row.id for row in find.find(owner, text)]


def test_the_books_prove_themselves_afterwards(owner) -> None:
    person = customers.register(owner, NewCustomer(planting.NAME, planting.PHONE)).id
    customers.register(owner, NewCustomer("邻居", "13312345678"))
    guards = database.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    _gone(owner, person)
    assert check(owner).ok, check(owner).problems
    assert database.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name") == guards
    newest = journal.entries(limit=1)[0]
    assert newest.act == "customer.erased" and newest.body["reason"] == "本人要求"


def test_other_peoples_notes_keep_their_words_without_the_name(owner) -> None:
    from services import customer_notes

    person = customers.register(owner, NewCustomer(planting.NAME, planting.PHONE)).id
    other = customers.register(owner, NewCustomer("邻居", "13312345678")).id
    customer_notes.add_note(owner, other, f"和{planting.NAME}是同事，打{planting.PHONE}也行")
    shown = erasing.preview(owner, person)
    assert shown.mentions == (("note", f"和{planting.NAME}是同事，打{planting.PHONE}也行"),)
    assert _gone(owner, person).mentions == 1
    text = database.value_of("SELECT text FROM note WHERE customer_id = ?", (other,))
    assert text == "和〔已删除〕是同事，打〔已删除〕也行"


def test_a_namesake_and_a_shared_telephone_stay(owner) -> None:
    person = customers.register(owner, NewCustomer("王芳", "13900001111")).id
    namesake = customers.register(owner, NewCustomer("王芳", "13900002222")).id
    daughter = customers.register(owner, NewCustomer("小雨", "13900001111")).id
    _gone(owner, person)
    assert database.value_of("SELECT name FROM customer WHERE id = ?", (namesake,)) == "王芳"
    assert database.value_of("SELECT number FROM phone WHERE customer_id = ?", (daughter,)) == "13900001111"
    about = journal.entries(customer_id=daughter)
    assert about and about[-1].body["name"] == "小雨"


@pytest.mark.parametrize("wrong", ["reason", "typed", "pin"])
def test_it_asks_for_reason_card_and_pin(owner, wrong: str) -> None:
    person = customers.register(owner, NewCustomer("林悦", "13900003333", card_no="K777"))
    how = {"reason": "本人要求", "typed": "K777", "pin": OWNER_PIN} | {
        wrong: "错" if wrong != "reason" else " "
    }
    with pytest.raises(Refused) as no:
        erasing.erase(owner, person.id, how["reason"], typed=how["typed"], pin=how["pin"])
    assert no.value.field in ("reason", "card_no", "pin")
    assert database.value_of("SELECT name FROM customer WHERE id = ?", (person.id,)) == "林悦"


def test_only_the_owner_may(manager, clerk) -> None:
    person = customers.register(manager, NewCustomer("林悦", "13900003333")).id
    for who in (manager, clerk):
        with pytest.raises(NotAllowed):
            erasing.erase(who, person, "本人要求", typed="K00001", pin=MANAGER_PIN)
        with pytest.raises(NotAllowed):
            erasing.preview(who, person)
    assert [one.body for one in journal.entries(act="refused")] == [{}] * 4


def test_records_merged_into_the_person_go_along(owner) -> None:
    from services import merging

    keep = customers.register(owner, NewCustomer(planting.NAME, planting.PHONE)).id
    other = customers.register(owner, NewCustomer("欧阳旧名", "13644445555")).id
    merging.merge(owner, keep, other)
    done = _gone(owner, keep)
    assert len(done.marks) == 2
    assert {row[0] for row in database.rows("SELECT state FROM customer")} == {"erased"}
    assert database.row("SELECT before, after, moved FROM customer_merge") == ("{}", "{}", "{}")


def test_a_restored_backup_erases_again(owner, books: str) -> None:
    from services import backup

    person = customers.register(owner, NewCustomer(planting.NAME, planting.PHONE, card_no=planting.CARD)).id
    old = backup.snapshot(owner, "manual")
    done = _gone(owner, person)
    backup.restore(owner, old.file)
    assert database.value_of("SELECT state FROM customer WHERE id = ?", (person,)) == "erased"
    assert (
        database.value_of("SELECT name FROM customer WHERE id = ?", (person,)) == f"已删除 #{done.marks[0]}"
    )
    database.close()
    for path in (Path(books), Path(f"{books}-wal")):
        assert not path.exists() or not planting.found_in(path.read_bytes(), [planting.NAME, planting.PHONE])


def test_books_put_in_place_by_hand_erase_again_at_the_days_opening(owner, books: str) -> None:
    from services import backup

    person = customers.register(owner, NewCustomer(planting.NAME, planting.PHONE)).id
    old = backup.snapshot(owner, "manual").file.read_bytes()
    _gone(owner, person)
    database.close()
    for ending in ("-wal", "-shm"):
        Path(books + ending).unlink(missing_ok=True)
    Path(books).write_bytes(old)
    erasing.look_after(owner)
    assert database.value_of("SELECT state FROM customer WHERE id = ?", (person,)) == "erased"
    database.close()
    assert not planting.found_in(Path(books).read_bytes(), [planting.NAME, planting.PHONE])


def test_the_next_customer_with_the_same_number_of_a_record_is_not_taken_for_the_person(
    owner, books: str
) -> None:
    from services import backup

    empty = backup.snapshot(owner, "manual")
    person = customers.register(owner, NewCustomer(planting.NAME, planting.PHONE)).id
    _gone(owner, person)
    backup.restore(owner, empty.file)
    somebody = customers.register(owner, NewCustomer("沈青", "13777778888")).id
    assert somebody == person
    erasing.look_after(owner)
    assert database.value_of("SELECT name FROM customer WHERE id = ?", (somebody,)) == "沈青"


def test_older_backups_can_go_at_once_and_a_proven_new_one_stays(owner) -> None:
    from services import backup

    person = customers.register(owner, NewCustomer(planting.NAME, planting.PHONE)).id
    backup.snapshot(owner, "manual")
    kept = erasing.preview(owner, person)
    assert (kept.backups, kept.backups_until.isoformat()) == (1, "2027-12-22")
    done = _gone(owner, person, remove_backups=True)
    left = backup.listed()
    assert (done.removed_backups, done.kept_backups, [one.reason for one in left]) == (1, 0, ["after-erase"])
    assert not planting.found_in(left[0].file.read_bytes(), [planting.NAME, planting.PHONE])


def test_what_is_kept_beside_the_backups_names_nobody(owner) -> None:
    from services import backup

    person = customers.register(owner, NewCustomer(planting.NAME, planting.PHONE)).id
    _gone(owner, person)
    kept = backup.folder() / "erased.json"
    assert len(json.loads(kept.read_text("utf-8"))["erased"]) == 1
    assert not planting.found_in(kept.read_bytes(), [planting.NAME, planting.PHONE, planting.CARD])


def test_contents_of_the_trail_that_no_erase_took_are_missed(owner) -> None:
    person = customers.register(owner, NewCustomer(planting.NAME, planting.PHONE)).id
    other = customers.register(owner, NewCustomer("邻居", "13312345678")).id
    _gone(owner, person)
    assert check(owner).ok
    taken = database.value_of(
        "SELECT id FROM journal_entry WHERE customer_id = ? ORDER BY id LIMIT 1", (other,)
    )
    database.execute("DELETE FROM journal_body WHERE entry_id = ?", (taken,))
    assert check(owner).problems == (f"操作记录第 {taken} 条的内容不见了，没有哪次删除资料提到它",)


def test_who_confirms_a_doubtful_date_is_on_record(owner) -> None:
    from datetime import date

    from services import daily

    daily.open_day(owner)
    earlier = owner.at(date(2026, 11, 20))
    with pytest.raises(Refused):
        daily.open_day(earlier)
    daily.open_day(earlier, confirmed=True)
    assert [one.user for one in journal.entries(act="clock.confirmed")] == ["店主"]
