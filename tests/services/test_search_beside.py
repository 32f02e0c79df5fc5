"""The words that a second process makes are those that the search itself would make."""

from services import search_beside
from services.search_words import document

PEOPLE = [
    ("王小丽", ["13812345678"]),
    ("单雄信", []),
    ("Mary Lee", ["13812345678", "08252345678"]),
    ("阿依古丽·买买提", ["13900000000"]),
    ("O'Hara", []),
]


def test_a_second_process_makes_the_same_words(books, monkeypatch):
    monkeypatch.setattr(search_beside, "WORTH", 1)
    monkeypatch.setattr(search_beside.os, "cpu_count", lambda: 2)
    with search_beside.documents(PEOPLE, lambda: None) as words:
        made = [set(line.split(" ")) for line in words]
    assert made == [set(document(name, phones).split(" ")) for name, phones in PEOPLE]


def test_few_customers_and_one_core_start_no_process(books, monkeypatch):
    with search_beside.documents(PEOPLE, lambda: None) as words:
        assert next(iter(words)) is None
    monkeypatch.setattr(search_beside, "WORTH", 1)
    monkeypatch.setattr(search_beside.os, "cpu_count", lambda: 1)
    with search_beside.documents(PEOPLE, lambda: None) as words:
        assert next(iter(words)) is None


def test_a_process_that_dies_leaves_the_words_to_the_caller(books, monkeypatch):
    monkeypatch.setattr(search_beside, "WORTH", 1)
    monkeypatch.setattr(search_beside.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(search_beside.sys, "executable", "/bin/false")
    with search_beside.documents(PEOPLE, lambda: None) as words:
        assert next(iter(words)) is None


def test_a_process_answers_one_batch_after_the_other(books, monkeypatch):
    monkeypatch.setattr(search_beside.os, "cpu_count", lambda: 2)
    with search_beside.maker(5, worth=1) as maker:
        for part in (PEOPLE[:2], PEOPLE[2:]):
            maker.ask(part)
            made = [set(line.split(" ")) for line in maker.answers(len(part))]
            assert made == [set(document(name, phones).split(" ")) for name, phones in part]


def test_many_customers_are_moved_as_few_are(owner, monkeypatch):
    from models import database
    from services import customers, find, search_index

    ids = [customers.register(owner, customers.NewCustomer(name, *phones[:1])).id for name, phones in PEOPLE]
    database.execute("UPDATE customer SET last_visit = '2020-01-01' WHERE id = ?", (ids[0],))
    monkeypatch.setattr(search_index, "_FEW", 1)
    monkeypatch.setattr(search_beside.os, "cpu_count", lambda: 2)
    search_index.refresh_many(ids[:2])
    assert search_index.problems() == []
    assert list(find.look_up("wxl")) == [ids[0]] and list(find.look_up("shan")) == [ids[1]]
