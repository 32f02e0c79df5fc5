"""The search box finds everyone a plain scan would find, the best first."""

import random
import string
from datetime import date

import pytest

from models import database
from services import find, pinyin, search_index
from services.errors import NotAllowed

HAN = "王李张刘陈单曾解仇查区尉迟欧阳小丽芳伟国建红英晓雪静明华玉兰桂秀梅霞"


@pytest.fixture
def crowd(books, owner):
    """Three hundred people written straight into the books."""
    chance = random.Random(7)
    names, today = [], owner.today()
    for number in range(1, 301):
        name = "".join(chance.choice(HAN) for _c in range(chance.randint(1, 4)))
        if number % 40 == 0:
            name = chance.choice(["Mary Lee", "阿依古丽·买买提", "欧阳Anna", "O'Hara", "王" * 12])
        names.append((number, name))
    with database.database.atomic():
        for number, name in names:
            seen = today.replace(year=2020 + number % 7, month=1 + number % 12, day=1 + number % 28)
            state = "lost" if number % 5 == 0 else "active"
            phone = f"1{chance.choice('3578')}{chance.randrange(10**9):09d}"
            add(number, name, f"K{number:05d}", phone, state, min(seen, today))
    return names


def add(number, name, card, phone, state, seen):
    blank = dict.fromkeys(
        ("hand_reason", "special_reason", "size", "colours", "styles", "looks", "postcode", "address")
        + (
            "preferred_channel",
            "preferred_time",
            "first_source",
            "hobbies",
            "note",
            "old_grade",
            "data_source",
        ),
        "",
    )
    zero = dict.fromkeys(
        (
            "special",
            "birth_leap",
            "phone_doubtful",
            "points_earned",
            "points_balance",
            "tickets",
            "paid_total",
        ),
        0,
    )
    database.insert(
        "customer",
        **blank,
        **zero,
        id=number,
        name=name,
        card_no=card,
        state=state,
        sort_key=pinyin.sort_key(name),
        sex="unknown",
        grade="C",
        base_grade="C",
        grade_rule="prospect",
        registered_on=seen,
        last_visit=seen,
        version=1,
    )
    database.execute(
        'INSERT INTO phone (customer_id, number, reversed, "foreign", position) VALUES (?, ?, ?, 0, 0)',
        (number, phone, phone[::-1]),
    )
    place = search_index.place(state, seen)
    search_index.put([search_index.Entry(number, name, [phone], place)])


def everybody():
    return database.rows(
        "SELECT c.id, c.name, c.card_no, c.state, COALESCE(c.last_visit, c.registered_on), p.number"
        " FROM customer c JOIN phone p ON p.customer_id = c.id"
    )


def test_names_are_found_as_a_plain_scan_finds_them(crowd):
    chance = random.Random(11)
    queries = [
        "王",
        "w",
        "wx",
        "wang",
        "oy",
        "ouyang",
        "单",
        "shan",
        "dan",
        "zeng",
        "ceng",
        "lee",
        "买买",
        "王" * 10,
        "王x",
    ]
    for _one in range(200):
        name = chance.choice(crowd)[1]
        start = chance.randrange(len(name))
        queries.append(name[start : start + chance.randint(1, 3)])
        syllables = "".join(chance.choice(pinyin.readings(name)))
        start = chance.randrange(len(syllables))
        queries.append(syllables[start : start + chance.randint(1, 5)])
        queries.append("".join(chance.choice(string.ascii_lowercase) for _c in range(chance.randint(1, 3))))
    for query in queries:
        expected = {number for number, name in crowd if pinyin.matches(name, query)}
        assert set(find.by_name(query, 10_000)) == expected, query


def test_phones_are_found_by_any_three_digits_the_last_ones_first(crowd):
    chance = random.Random(3)
    people = everybody()
    for _one in range(200):
        number = chance.choice(people)[5]
        start = chance.randint(0, 8)
        digits = number[start : start + chance.randint(3, 11)]
        found = [one for one, field in find.look_up(digits, 10_000).items() if field == "phone"]
        cards = {int(digits)} if len(digits) <= 5 else set()
        assert set(found) | cards == {p[0] for p in people if digits in p[5]} | cards
        tails = [one for one in found if next(p[5] for p in people if p[0] == one).endswith(digits)]
        assert found[: len(tails)] == tails


def test_the_digits_meant_are_marked_wherever_they_stand(shop, owner):
    day = owner.today()
    add(1, "王小丽", "K1", "13812345678", "active", day)
    seen = find.find(owner, "2345")[0]
    assert (seen.matched, seen.span) == ("phone", (4, 8))
    assert find.find(owner, "23 456")[0].span == (4, 9)
    assert find.find(owner, "24") == []


def test_a_changed_number_is_found_and_the_old_one_no_more(clerk):
    from services import customers

    one = customers.register(clerk, customers.NewCustomer("王小丽", "13812345678")).id
    customers.change(clerk, one, {"phones": ["13987650001"]})
    assert list(find.look_up("8765")) == [one] and not find.look_up("2345")


def test_the_best_come_first(crowd):
    people = {row[0]: row for row in everybody()}
    for query in ("w", "王", "丽", "x", "李"):
        ids = find.by_name(query, 50)

        def key(number, query=query):
            row = people[number]
            place = search_index.place(row[3], database.as_day(row[4]))
            exact = pinyin.normal(query) in pinyin.whole_words(row[1])
            return (place + (search_index.EXACT if exact else 0), number)

        assert ids == sorted(ids, key=key, reverse=True)
        everyone = sorted((n for n, name in crowd if pinyin.matches(name, query)), key=key, reverse=True)
        assert ids == everyone[:50]


def test_the_whole_name_comes_before_a_longer_one(shop, owner):
    day = owner.today()
    add(1, "王小丽", "K1", "13800000001", "active", day)
    add(2, "王小", "K2", "13800000002", "active", day)
    add(3, "王小", "K3", "13800000003", "lost", day)
    assert find.by_name("王小", 10) == [2, 1, 3]
    assert find.by_name("wx", 10) == [2, 1, 3]


def test_card_numbers_item_numbers_and_full_width_digits(crowd, clerk):
    from services import purchases

    assert next(iter(find.look_up("K00007"))) == 7
    assert next(iter(find.look_up("k00007"))) == 7
    assert next(iter(find.look_up("７"))) == 7
    assert list(find.look_up("K0000"))[:3] == [1, 2, 3]
    purchases.buy(clerk, 12, [purchases.LineIn("XF2301", 100)])
    purchases.buy(clerk, 14, [purchases.LineIn("XF2301", 100)])
    assert list(find.look_up("xf2301")) == [14, 12]
    purchases.buy(clerk, 16, [purchases.LineIn("880123", 100)])
    assert 16 in find.look_up("880123")


@pytest.mark.parametrize(
    "text", ["", " ", "%", "'", '"; DROP TABLE customer; --', "…", "\x00", "王" * 500, "😀", "9" * 80]
)
def test_odd_input_finds_nothing_or_something_but_never_fails(crowd, owner, text):
    assert len(find.find(owner, text)) <= 50


def test_clerks_see_masked_phones_and_a_capped_list(crowd, clerk, owner):
    number = everybody()[0][5]
    seen = find.find(clerk, number[-4:])[0]
    assert seen.phones == (f"{number[:3]}****{number[-4:]}",)
    assert seen.span == (7, 11) and seen.matched == "phone"
    assert find.find(owner, number[-4:])[0].phones == (number,)
    assert len(find.find(clerk, "w", limit=500)) <= clerk.policy.safety.clerk_find_limit


def test_nobody_signed_in_finds_nobody(shop):
    with pytest.raises(NotAllowed):
        find.find(shop, "王")


@pytest.mark.parametrize(
    ("name", "typed", "span"),
    [
        ("王小丽", "小丽", (1, 3)),
        ("王小丽", "xl", (1, 3)),
        ("王小丽", "xiaol", (1, 3)),
        ("单芳", "sf", (0, 2)),
        ("Mary Lee", "lee", (5, 8)),
        ("王小丽", "q", (0, 0)),
    ],
)
def test_the_matched_part_is_marked(name, typed, span):
    assert find.name_span(name, typed) == span


def test_a_birthday_soon_and_a_gift_are_said(shop, owner):
    add(1, "王小丽", "K1", "13800000001", "active", owner.today())
    database.execute(
        "UPDATE customer SET birth_calendar = 'solar', birth_month = 11, birth_day = 25 WHERE id = 1"
    )
    assert find.find(owner, "王")[0].hint == "3天后生日"
    assert find.find(owner.at(owner.today().replace(day=25)), "王")[0].hint == "今天生日"
    assert find.find(owner.at(owner.today().replace(day=1)), "王")[0].hint == ""


def test_tokens_follow_names_states_and_rebuilds(clerk):
    from services import customers

    one = customers.register(clerk, customers.NewCustomer("王小丽", "13812345678")).id
    customers.change(clerk, one, {"name": "汪晓莉"})
    assert find.by_name("王小丽", 5) == [] and find.by_name("汪晓莉", 5) == [one]
    assert search_index.rebuild() == 1
    assert search_index.problems() == [] and find.by_name("wxl", 5) == [one]
    database.execute("DELETE FROM search_place")
    assert search_index.problems() == [f"search:missing:{one}", f"search:row:{one}"]


def test_ranks_go_by_state_then_whole_name_then_month():
    place = search_index.place
    assert place("active", date(2000, 1, 1)) > place("lost", date(2026, 11, 22)) + search_index.EXACT
    assert place("active", date(2026, 11, 1)) == place("active", date(2026, 11, 30))
    assert place("active", date(2026, 12, 1)) > place("active", date(2026, 11, 30))
    assert place("lost", None) == 0
