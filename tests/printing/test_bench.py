"""The print bench: a posting day's letters, what is printed, in what order, ticked and taken back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from models import database
from models.customer import OptOut, RememberedDay
from models.gift import Gift, GiftClass, GiftPlan, PlanLine
from models.kinds import PrintKind
from services import schedule
from services.errors import NotAllowed, Refused
from services.printing import bench, enclosures, jobs, recipients
from services.printing.jobs import Wanted
from tests.printing import making, measure
from tests.printing.test_jobs import DECEMBER, a_customer

MONDAY = date(2026, 11, 23)
BORN = {"birth_month": 11, "birth_day": 27}


@pytest.fixture
def desk_day(manager):
    """Monday: three letters, one with a remembered day beside the birthday, one without an address."""
    shop = manager.at(MONDAY)
    first = a_customer("K1", "王小丽", **BORN)
    a_customer("K2", "单芳", **BORN)
    a_customer("K3", "李芳", **{**BORN, "address": ""})
    RememberedDay.create(customer=first, label="女儿生日", calendar="solar", month=11, day=27)
    schedule.generate(shop)
    return shop


def letters(shop) -> dict[str, bench.Letter]:
    return {one.card_no: one for one in bench.desk(shop).letters}


def test_a_letter_holds_a_card_for_every_occasion(desk_day) -> None:
    found = letters(desk_day)
    assert set(found) == {"K1", "K2", "K3"} and found["K3"].missing == ("address",)
    assert [(one.occasion, one.label) for one in found["K1"].cards] == [
        ("birthday", ""),
        ("remembered_day", "女儿生日"),
    ]


def test_cards_and_envelopes_come_out_in_the_same_order(desk_day, tmp_path: Path) -> None:
    wanted = Wanted(PrintKind.CARD, letters_on=MONDAY)
    assert [one.card_no for one in jobs.prepare(desk_day, wanted).recipients] == ["K1", "K1", "K2", "K3"]
    envelopes = jobs.prepare(desk_day, Wanted(PrintKind.ENVELOPE, letters_on=MONDAY))
    assert [one.card_no for one in envelopes.recipients] == ["K1", "K2"]
    assert [one.card_no for one in envelopes.missing_addresses] == ["K3"]


def test_the_cards_of_remembered_days_have_their_own_words(desk_day, tmp_path: Path) -> None:
    jobs.make(desk_day, Wanted(PrintKind.CARD, letters_on=MONDAY), tmp_path / "c.pdf")
    pdf = (tmp_path / "c.pdf").read_bytes()
    words = [measure.flat(measure.text(pdf, page)) for page in range(4)]
    assert ["谨致祝贺" in one for one in words] == [False, True, False, False]
    assert "女儿生日" in words[1]


def test_remembered_days_are_found_in_a_span_too(clerk) -> None:
    RememberedDay.create(
        customer=a_customer("K1", birth_month=1), label="结婚纪念", calendar="solar", month=12, day=9
    )
    (found,) = recipients.in_span(clerk, *DECEMBER)
    assert (found.occasion, found.label, found.day) == ("remembered_day", "结婚纪念", date(2026, 12, 9))
    assert recipients.in_span(clerk, *DECEMBER, "birthday") == []


def test_what_is_printed_is_seen_on_the_letter(desk_day, tmp_path: Path) -> None:
    one = letters(desk_day)["K2"]
    jobs.make(desk_day, Wanted(PrintKind.CARD, letters=(one.id,), letters_on=MONDAY), tmp_path / "c.pdf")
    found = letters(desk_day)
    assert found["K2"].outs["card"].user == "店长" and "envelope" not in found["K2"].outs
    assert not found["K1"].outs


def test_a_letter_counts_as_printed_when_all_its_cards_are(desk_day) -> None:
    one = letters(desk_day)["K1"]
    number = jobs.record(
        desk_day, jobs.prepare(desk_day, Wanted(PrintKind.CARD, letters=(one.id,), letters_on=MONDAY))
    )
    jobs.printed(desk_day, number, 1)
    assert not letters(desk_day)["K1"].outs
    jobs.printed(desk_day, number, 2)
    assert letters(desk_day)["K1"].outs["card"].job_id == number


def test_after_a_jam_the_rest_comes_out_with_its_labels(desk_day, tmp_path: Path) -> None:
    number = jobs.record(desk_day, jobs.prepare(desk_day, Wanted(PrintKind.CARD, letters_on=MONDAY)))
    jobs.printed(desk_day, number, 1)
    rest = jobs.make(desk_day, Wanted(PrintKind.CARD, job_id=number), tmp_path / "rest.pdf")
    assert (rest.count, rest.job_id) == (3, number)
    assert "女儿生日" in measure.flat(measure.text((tmp_path / "rest.pdf").read_bytes(), 0))


def test_single_pieces_are_printed_once_more_as_a_job_of_their_own(desk_day, tmp_path: Path) -> None:
    first = jobs.make(desk_day, Wanted(PrintKind.ENVELOPE, letters_on=MONDAY), tmp_path / "e.pdf")
    again = jobs.make(
        desk_day, Wanted(PrintKind.ENVELOPE, job_id=first.job_id, only=(2,)), tmp_path / "a.pdf"
    )
    assert (again.count, again.copies) == (1, 1) and again.job_id != first.job_id
    words = measure.flat(measure.text((tmp_path / "a.pdf").read_bytes()))
    assert "单芳女士收" in words and "副本" in words
    with pytest.raises(Refused, match="没有第 9 份"):
        jobs.prepare(desk_day, Wanted(PrintKind.ENVELOPE, job_id=first.job_id, only=(9,)))


def test_ticking_counts_as_a_contact_and_can_be_taken_back(desk_day, tmp_path: Path) -> None:
    found = letters(desk_day)
    jobs.make(desk_day, Wanted(PrintKind.ENVELOPE, letters_on=MONDAY), tmp_path / "e.pdf")
    ticked = bench.tick(desk_day, [found["K1"].id, found["K2"].id])
    assert len(ticked) == 2 and letters(desk_day)["K1"].posted
    assert database.value_of("SELECT COUNT(*) FROM print_item WHERE posted = 1") == 2
    assert (
        str(database.value_of("SELECT last_contact FROM customer WHERE card_no = 'K1'")) == MONDAY.isoformat()
    )
    bench.untick(desk_day, ticked)
    assert not letters(desk_day)["K1"].posted
    assert database.value_of("SELECT COUNT(*) FROM print_item WHERE posted = 1") == 0


def test_a_day_ahead_can_be_printed_but_not_ticked(desk_day) -> None:
    a_customer("K9", "欧阳建国", birth_month=12, birth_day=8)
    desk = bench.desk(desk_day)
    assert desk.after == date(2026, 12, 4) and desk.before is None
    ahead = bench.desk(desk_day, desk.after)
    assert [one.card_no for one in ahead.letters] == ["K9"] and not ahead.letters[0].planned
    assert ahead.before == MONDAY
    assert bench.tick(desk_day, [ahead.letters[0].id]) == []
    assert jobs.prepare(desk_day, Wanted(PrintKind.LABEL, letters_on=desk.after)).count == 1


def test_letters_moved_back_over_a_sunday_say_so(manager) -> None:
    sunday = date(2026, 11, 29)
    a_customer("K1", birth_month=12, birth_day=3)
    shop = manager.at(sunday - timedelta(days=1))
    schedule.generate(shop)
    desk = bench.desk(shop)
    assert [one.moved for one in desk.letters] == [True] and "11月29日" in desk.why


def test_what_goes_by_post_is_named_on_letter_and_packing_list(desk_day, tmp_path: Path) -> None:
    from models.customer import Customer

    moment = desk_day.clock.now().replace(tzinfo=None)
    kind = GiftClass.create(name="画册")
    gift = Gift.create(name="时尚画册", gift_class=kind, cost=500, created_at=moment)
    plan = GiftPlan.create(month="2026-11", created_at=moment)
    PlanLine.create(plan=plan, customer=Customer.get(Customer.card_no == "K2"), occasion="birthday", due=date(2026, 11, 27),
                    gift=gift, part=1, cost=500, grade="A", handover="post", status="approved")  # fmt: skip
    assert letters(desk_day)["K2"].enclosed == ("时尚画册",)
    result = jobs.make(desk_day, Wanted(PrintKind.SHEET, letters_on=MONDAY), tmp_path / "p.pdf")
    words = measure.flat(measure.text((tmp_path / "p.pdf").read_bytes()))
    assert (result.count, result.pages) == (3, 1)
    assert all(
        part in words for part in ("装封清单", "时尚画册", "单芳女士", "生日、女儿生日", "第1页/共1页")
    )


def test_named_customers_get_what_they_were_chosen_for(people_of_all_kinds, tmp_path: Path) -> None:
    shop, ids = people_of_all_kinds
    wanted = Wanted(PrintKind.CARD, customers=tuple(ids), occasion="mid_autumn")
    prepared = jobs.prepare(shop, wanted)
    assert [one.card_no for one in prepared.recipients] == ["K2", "K1"]
    assert [one.card_no for one in prepared.left_out] == ["O1"]
    assert jobs.prepare(shop, Wanted(PrintKind.LABEL, customers=tuple(ids))).count == 2


@pytest.fixture
def people_of_all_kinds(manager):
    """A C customer, an A customer, one who wants no letters, one who was erased: in this order."""
    made = [
        a_customer("K2", "丙级", grade="C"),
        a_customer("K1", "甲级"),
        a_customer("O1", "不要信"),
        a_customer("E1", "已删", state="erased"),
    ]
    OptOut.insert(customer=made[2], channel="post").execute()
    return manager, [one.id for one in made]


@pytest.mark.parametrize(
    ("first", "last", "names"), [(2, 3, "23"), (5, 0, "56"), (1, 1, "1"), (0, 0, "123456")]
)
def test_only_some_pieces_of_a_new_job_are_printed_and_recorded(
    clerk, first: int, last: int, names: str, tmp_path: Path
) -> None:
    for number in range(1, 7):
        a_customer(f"K{number}", f"王小丽{number}")
    span = {"first": DECEMBER[0], "last": DECEMBER[1]}
    result = jobs.make(
        clerk, Wanted(PrintKind.LABEL, **span, from_item=first, to_item=last), tmp_path / "l.pdf"
    )
    assert result.count == len(names) and jobs.job_of(clerk, result.job_id).pieces == len(names)
    words = measure.text((tmp_path / "l.pdf").read_bytes())
    assert all((f"王小丽{number}" in words) == (str(number) in names) for number in range(1, 7))


def test_pieces_that_there_are_not_are_refused(clerk) -> None:
    a_customer("K1")
    with pytest.raises(Refused, match="一共 1 份"):
        jobs.prepare(clerk, Wanted(PrintKind.CARD, "", *DECEMBER, from_item=3))


def test_a_clerk_is_held_to_few_addresses_on_the_bench_too(clerk) -> None:
    most = clerk.policy.safety.labels_without_manager
    ids = [a_customer(f"K{number}").id for number in range(most + 1)]
    with pytest.raises(NotAllowed):
        jobs.prepare(clerk, Wanted(PrintKind.ENVELOPE, customers=tuple(ids)))


def test_making_knows_what_the_pieces_of_a_job_are(clerk, tmp_path: Path) -> None:
    a_customer("K1")
    result = making.labels(clerk, *DECEMBER, out=tmp_path / "l.pdf")
    (item,) = jobs.items(clerk, result.job_id)
    assert (item.position, item.card_no, item.printed, item.posted_on) == (1, "K1", True, None)


def test_vouchers_that_go_along_are_numbered_and_printed(desk_day, tmp_path: Path) -> None:
    from models.customer import Customer

    moment = desk_day.clock.now().replace(tzinfo=None)
    gift = Gift.create(name="百元礼金券", gift_class=GiftClass.create(name="券"), cost=500, face_value=10_000,
                       created_at=moment)  # fmt: skip
    plan = GiftPlan.create(month="2026-11", created_at=moment)
    PlanLine.create(plan=plan, customer=Customer.get(Customer.card_no == "K2"), occasion="birthday", due=date(2026, 11, 27),
                    gift=gift, part=1, cost=500, grade="B", handover="post", status="approved")  # fmt: skip
    (line,) = letters(desk_day)["K2"].vouchers
    slips = Wanted(PrintKind.SLIP, letters_on=MONDAY)
    assert jobs.prepare(desk_day, slips).count == 0
    enclosures.number_vouchers(desk_day, [line])
    enclosures.number_vouchers(desk_day, [line])
    (number,) = (row[0] for row in database.rows("SELECT number FROM voucher"))
    assert letters(desk_day)["K2"].enclosed == (f"百元礼金券 {number}",)
    result = jobs.make(desk_day, slips, tmp_path / "v.pdf")
    pdf = (tmp_path / "v.pdf").read_bytes()
    words = measure.flat(measure.text(pdf))
    assert (
        (result.count, result.pages) == (1, 1)
        and number in words
        and "￥100" in words
        and "单芳女士" in words
    )
    assert all(measure.fonts(pdf).values())
    packed = jobs.prepare(desk_day, Wanted(PrintKind.SHEET, letters_on=MONDAY))
    assert number in measure.flat(measure.text(packed.pdf))
    again = jobs.prepare(desk_day, Wanted(PrintKind.SLIP, job_id=result.job_id, from_item=1))
    assert again.recipients[0].enclosed == number
