"""Printing for the shop: who gets a card, what is kept, what happens after a jam."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from models import database
from models.customer import Customer, OptOut
from services import settings
from services.errors import NotAllowed, Refused
from services.printing import jobs
from tests.printing import making, measure

DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))


def a_customer(card_no: str, name: str = "王小丽", **more: object) -> Customer:
    facts = {
        "sex": "female", "grade": "A", "birth_calendar": "solar", "birth_month": 12, "birth_day": 3,
        "postcode": "629000", "address": "四川省遂宁市船山区滨江路88号", "registered_on": date(2025, 1, 1), **more,
    }  # fmt: skip
    return Customer.create(card_no=card_no, name=name, **facts)


@pytest.fixture
def people(clerk):
    """Six customers with a birthday in December who get a card, and those who get none."""
    for number in range(1, 7):
        a_customer(f"K{number:03}", f"王小丽{number}", grade="AB"[number % 2], birth_day=number * 4)
    a_customer("C001", "丙级客户", grade="C")
    a_customer("L001", "流失客户", state="lost")
    a_customer("E001", "已删客户", state="erased")
    a_customer("M001", "孩子", birth_year=2016)
    a_customer("N001", "十一月生", birth_month=11)
    OptOut.insert(customer=a_customer("O001", "不要信"), channel="post").execute()
    return clerk


def test_a_and_b_get_a_card_and_nobody_else(people, tmp_path: Path) -> None:
    result = making.cards(people, *DECEMBER, out=tmp_path / "c.pdf")
    assert (result.count, result.pages) == (6, 6)
    words = "".join(measure.text((tmp_path / "c.pdf").read_bytes(), page) for page in range(6))
    assert all(f"王小丽{number}女士" in words for number in range(1, 7))
    assert not any(name in words for name in ("丙级", "流失", "已删", "孩子", "十一月", "不要信"))


def test_the_owners_special_customers_get_one_too(clerk, tmp_path: Path) -> None:
    a_customer("S001", "特殊客户", grade="C", special=True)
    assert making.cards(clerk, *DECEMBER, out=tmp_path / "c.pdf").count == 1


@pytest.mark.parametrize(
    ("first", "last", "occasion", "count"),
    [
        (date(2027, 5, 1), date(2027, 5, 1), None, 7),
        (date(2027, 5, 1), date(2027, 5, 1), "may_day", 7),
        (date(2027, 5, 1), date(2027, 5, 1), "birthday", 0),
        (date(2027, 10, 1), date(2027, 10, 1), "national_day", 7),
        (date(2027, 2, 6), date(2027, 2, 6), "spring_festival", 7),
        (date(2027, 2, 5), date(2027, 2, 5), "spring_festival", 0),
        (date(2026, 12, 25), date(2027, 1, 5), None, 0),
    ],
)
def test_festivals_and_spans(
    people, first: date, last: date, occasion: str | None, count: int, tmp_path: Path
) -> None:
    assert making.cards(people, first, last, occasion, out=tmp_path / "c.pdf").count == count


def test_a_lunar_birthday_is_found_on_its_solar_day(clerk, tmp_path: Path) -> None:
    a_customer("K1", birth_calendar="lunar", birth_month=11, birth_day=1)
    day = date(2026, 12, 9)
    assert making.cards(clerk, day, day, out=tmp_path / "c.pdf").count == 1
    assert "2026年12月9日" in measure.text((tmp_path / "c.pdf").read_bytes())


def test_nobody_due_writes_no_file_and_no_job(clerk, tmp_path: Path) -> None:
    result = making.cards(clerk, *DECEMBER, out=tmp_path / "c.pdf")
    assert (result.count, result.pages, result.job_id) == (0, 0, 0)
    assert not (tmp_path / "c.pdf").exists() and not jobs.recent(clerk)


def test_a_missing_character_is_named_with_its_customer_before_printing(clerk) -> None:
    a_customer("K1", "王𬒍")
    a_customer("K2", "李芳", address="𬭭路1号")
    prepared = making.prepare_cards(clerk, *DECEMBER)
    assert [(one.card_no, one.name, one.characters) for one in prepared.missing_glyphs] == [
        ("K1", "王𬒍", "𬒍")
    ]
    found = making.prepare_labels(clerk, *DECEMBER).missing_glyphs
    assert [(one.card_no, one.characters) for one in found] == [("K1", "𬒍"), ("K2", "𬭭")]
    assert not jobs.recent(clerk)


def test_who_has_no_address_gets_no_label_and_is_listed(clerk, tmp_path: Path) -> None:
    a_customer("K1", "单芳", address="  ")
    a_customer("K2", "李芳")
    result = making.labels(clerk, *DECEMBER, out=tmp_path / "l.pdf")
    assert result.count == 1 and [one.card_no for one in result.missing_addresses] == ["K1"]
    assert [one.card_no for one in making.prepare_cards(clerk, *DECEMBER).missing_addresses] == ["K1"]


def test_it_is_kept_what_was_printed_for_whom(people, tmp_path: Path) -> None:
    result = making.labels(people, *DECEMBER, out=tmp_path / "l.pdf")
    (job,) = jobs.recent(people)
    assert (job.id, job.kind, job.pieces, job.printed, job.user) == (result.job_id, "label", 6, 6, "小王")
    sql = "SELECT c.card_no FROM print_item i JOIN customer c ON c.id = i.customer_id ORDER BY i.position"
    assert [row[0] for row in database.rows(sql)] == [f"K00{number}" for number in range(1, 7)]
    acts = [
        row[0]
        for row in database.rows("SELECT act FROM journal_entry WHERE entity = 'print_job' ORDER BY id")
    ]
    assert acts == ["print.started", "print.ended"]


def test_a_jam_is_resumed_with_no_label_twice(people, tmp_path: Path) -> None:
    prepared = making.prepare_labels(people, *DECEMBER)
    number = jobs.record(people, prepared)
    jobs.printed(people, number, 2)
    rest = making.resume(people, number, tmp_path / "rest.pdf")
    assert rest.job_id == number and rest.count == 4 and rest.copies == 0
    words = measure.text((tmp_path / "rest.pdf").read_bytes())
    assert [f"王小丽{n}" in words for n in range(1, 7)] == [False, False, True, True, True, True]
    assert jobs.job_of(people, number).printed == 6
    with pytest.raises(Refused, match="全部印完"):
        making.resume(people, number, tmp_path / "rest.pdf")


def test_a_kill_before_the_file_is_there_leaves_a_job_to_resume(people, tmp_path: Path, monkeypatch) -> None:
    def killed(_target):
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "replacing", killed)
    with pytest.raises(KeyboardInterrupt):
        making.labels(people, *DECEMBER, out=tmp_path / "l.pdf")
    (job,) = jobs.recent(people)
    assert job.printed == 0 and not (tmp_path / "l.pdf").exists()
    monkeypatch.undo()
    assert making.resume(people, job.id, tmp_path / "l.pdf").count == 6


def test_a_label_printed_again_says_so(people, tmp_path: Path) -> None:
    making.labels(people, *DECEMBER, out=tmp_path / "l.pdf")
    again = making.labels(people, *DECEMBER, out=tmp_path / "again.pdf")
    assert again.copies == 6
    assert measure.text((tmp_path / "again.pdf").read_bytes()).count("副本") == 6
    assert "副本" not in measure.text((tmp_path / "l.pdf").read_bytes())


def test_only_printed_pieces_can_be_ticked_as_posted(people) -> None:
    number = jobs.record(people, making.prepare_labels(people, *DECEMBER))
    jobs.printed(people, number, 3)
    assert jobs.posted(people, number) == 3
    assert jobs.posted(people, number) == 0
    assert jobs.posted(people, number, [4]) == 0


@pytest.mark.parametrize(
    ("layout", "done"),
    [("A6", [0, 1, 2, 6]), ("A5fold", [0, 0, 1, 1]), ("2up", [0, 0, 2, 2]), ("4up", [0, 4])],
)
def test_pages_are_counted_as_pieces(people, layout: str, done: list[int]) -> None:
    prepared = making.prepare_cards(people, *DECEMBER, layout=layout)
    pages = range(len(done)) if layout != "A6" else (0, 1, 2, 6)
    assert [prepared.done_after(page) for page in pages] == done
    assert prepared.done_after(prepared.pages) == 6


def test_labels_on_a_half_used_sheet_are_counted_too(people) -> None:
    prepared = making.prepare_labels(people, *DECEMBER, start=22)
    assert prepared.pages == 2 and prepared.done_after(1) == 3


def test_the_shops_own_text_is_printed(people, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(settings, "data_folder", lambda: tmp_path)
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "birthday.toml").write_text('body = "{name}，愿您四季如意。"', "utf-8")
    making.cards(people, *DECEMBER, out=tmp_path / "c.pdf")
    assert "王小丽1，愿您四季如意。" in measure.text((tmp_path / "c.pdf").read_bytes())


@pytest.mark.parametrize(
    "call",
    [
        lambda shop: making.prepare_cards(shop, date(2026, 12, 31), date(2026, 12, 1)),
        lambda shop: making.prepare_cards(shop, date(2026, 1, 1), date(2028, 1, 1)),
        lambda shop: making.prepare_cards(shop, *DECEMBER, occasion="xmas"),
        lambda shop: making.prepare_cards(shop, *DECEMBER, layout="A3"),
        lambda shop: making.prepare_labels(shop, *DECEMBER, layout="9x9"),
        lambda shop: making.prepare_labels(shop, *DECEMBER, start=99),
        lambda shop: making.prepare_rest(shop, 99),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_words(people, call) -> None:
    with pytest.raises(Refused):
        call(people)


def test_nobody_prints_without_signing_in(shop) -> None:
    with pytest.raises(NotAllowed):
        making.prepare_cards(shop, *DECEMBER)


def test_the_number_of_queries_does_not_grow_with_the_customers(manager, monkeypatch) -> None:
    def queries(count: int) -> int:
        for number in range(count):
            a_customer(f"Q{count}-{number}", f"客户{number}")
        calls = []
        real = database.rows
        monkeypatch.setattr(database, "rows", lambda *args: (calls.append(1), real(*args))[1])
        making.prepare_labels(manager, *DECEMBER)
        monkeypatch.undo()
        return len(calls)

    assert queries(3) == queries(60)


@pytest.mark.parametrize("occasion", ["mid_autumn", "purchase", "season"])
def test_an_occasion_without_cards_is_refused_rather_than_empty(people, occasion: str) -> None:
    with pytest.raises(Refused, match="不寄贺卡"):
        making.prepare_cards(people, *DECEMBER, occasion=occasion)


@pytest.fixture
def gifts(people):
    """Two gifts of one customer and one of another, approved; one that is still a draft."""
    from models.gift import Gift, GiftClass, GiftPlan, PlanLine

    moment = people.clock.now().replace(tzinfo=None)
    kind = GiftClass.create(name="皮具")
    plan = GiftPlan.create(month="2026-12", created_at=moment)
    wallet = Gift.create(name="真皮钱夹", gift_class=kind, cost=6000, created_at=moment)
    belt = Gift.create(name="正品皮带", gift_class=kind, cost=7000, created_at=moment)
    first, second, third = (
        Customer.select().where(Customer.card_no.in_(["K001", "K002", "K003"])).order_by(Customer.card_no)
    )

    def line(customer: Customer, gift: Gift, part: int = 1, status: str = "approved") -> None:
        PlanLine.create(plan=plan, customer=customer, occasion="birthday", due=date(2026, 12, 4), gift=gift, part=part,
                        cost=gift.cost, grade="A", handover="collect", status=status)  # fmt: skip

    line(first, wallet)
    line(first, belt, part=2)
    line(second, wallet)
    line(third, wallet, status="draft")
    return people


def test_every_approved_gift_gets_its_label(gifts, tmp_path: Path) -> None:
    result = making.gift_labels(gifts, *DECEMBER, out=tmp_path / "g.pdf")
    words = measure.flat(measure.text((tmp_path / "g.pdf").read_bytes()))
    assert result.count == 3 and words.count("真皮钱夹") == 2 and words.count("正品皮带") == 1
    assert words.count("王小丽1女士") == 2 and "王小丽3" not in words and "生日" in words


def test_gift_labels_are_resumed_with_the_right_gift(gifts, tmp_path: Path) -> None:
    number = jobs.record(gifts, making.prepare_gift_labels(gifts, *DECEMBER))
    jobs.printed(gifts, number, 1)
    making.resume(gifts, number, tmp_path / "rest.pdf")
    words = measure.flat(measure.text((tmp_path / "rest.pdf").read_bytes()))
    assert words.count("真皮钱夹") == 1 and words.count("正品皮带") == 1


@pytest.mark.postgres
def test_jobs_are_kept_on_postgresql_too(postgres_url: str, tmp_path: Path) -> None:
    from services.clock import FixedClock
    from services.setup import create_shop
    from services.shop import open_shop
    from services.staff import sign_in

    clock = FixedClock(date(2026, 11, 22))
    create_shop(postgres_url, "和平路店", "店主", "laoban-2680", trial=True, clock=clock)
    shop = sign_in(open_shop(postgres_url, clock), "店主", "laoban-2680")
    a_customer("K1", "李芳")
    a_customer("K2", "单芳")
    prepared = making.prepare_labels(shop, *DECEMBER)
    number = jobs.record(shop, prepared)
    jobs.printed(shop, number, 1)
    assert making.resume(shop, number, tmp_path / "l.pdf").count == 1
    assert jobs.posted(shop, number) == 2 and jobs.job_of(shop, number).first == DECEMBER[0]
    assert making.labels(shop, *DECEMBER, out=tmp_path / "again.pdf").copies == 2
    database.close()
