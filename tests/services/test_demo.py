"""The demo shop: the same from one seed, true to every ledger, and never inside a real shop."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest

from models import database
from models.kinds import Calendar, Role
from services import (
    checking,
    demo,
    demo_people,
    demo_sales,
    find,
    gifts,
    grade_history,
    grades,
    search_index,
    staff,
)
from services.clock import FixedClock
from services.errors import Refused
from services.policy import load
from services.progress import Cancelled
from services.rules import birthdays, customer_data
from services.shop import Shop, open_shop

TODAY = date(2026, 11, 22)
CUSTOMERS = 300


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, demo.DemoFigures]:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    figures = demo.create(str(path), CUSTOMERS, 3, 1, clock=FixedClock(TODAY))
    database.close()
    return path, figures


@pytest.fixture
def demo_shop(demo_file: tuple[Path, demo.DemoFigures], tmp_path: Path) -> Iterator[Shop]:
    """A copy of its own for each test."""
    copied = shutil.copyfile(demo_file[0], tmp_path / "demo.db")
    yield open_shop(str(copied), FixedClock(TODAY))
    database.close()


def test_its_figures_are_those_of_the_books(
    demo_shop: Shop, demo_file: tuple[Path, demo.DemoFigures]
) -> None:
    figures = demo_file[1]
    assert figures.customers == CUSTOMERS == database.value_of("SELECT COUNT(*) FROM customer")
    assert figures.purchases == database.value_of("SELECT COUNT(*) FROM purchase") > 5 * CUSTOMERS
    assert figures.tickets == database.value_of("SELECT COUNT(*) FROM ticket")


def test_it_passes_every_check_of_the_shop(demo_shop: Shop) -> None:
    assert checking.check(demo_shop).problems == ()
    assert search_index.problems() == []


def test_its_totals_are_the_sums_of_its_ledgers(demo_shop: Shop) -> None:
    wrong = database.rows(
        "SELECT c.id FROM customer c WHERE c.last_purchase IS NOT (SELECT MAX(day) FROM ticket t"
        " WHERE t.customer_id = c.id) OR c.first_purchase IS NOT (SELECT MIN(day) FROM ticket t"
        " WHERE t.customer_id = c.id) OR c.last_visit < c.last_purchase OR c.last_contact < c.last_visit"
        " OR c.registered_on > c.first_purchase OR c.last_contact > ?",
        (TODAY.isoformat(),),
    )
    assert wrong == []
    outside = "SELECT COUNT(*) FROM {table} WHERE day > ?"
    for table in (
        "ticket",
        "purchase",
        "visit",
        "point_entry",
        "consent",
        "note",
        "stock_move",
        "grade_change",
    ):
        assert database.value_of(outside.format(table=table), (TODAY.isoformat(),)) == 0


def test_its_grades_are_those_of_the_rules(demo_shop: Shop) -> None:
    figures = grades.preview(demo_shop)
    assert figures.changes == ()
    counts = (figures.a, figures.b, figures.c, figures.lost)
    assert sum(counts) == CUSTOMERS and min(counts) >= CUSTOMERS // 20
    assert database.value_of("SELECT COUNT(*) FROM grade_run") >= 10
    assert database.value_of("SELECT COUNT(*) FROM grade_change WHERE rule = 'no_visit'") > 0


def test_the_movement_of_each_month_adds_up(demo_shop: Shop) -> None:
    for month in (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)):
        for row in grade_history.movement(demo_shop, month):
            moved = row.up + row.down + row.returned - row.lost
            assert row.opening + row.added + moved == row.closing


def test_its_staff_can_sign_in_with_the_pins_that_were_told(
    demo_shop: Shop, demo_file: tuple[Path, demo.DemoFigures]
) -> None:
    users = demo_file[1].users
    assert [(user.name, user.role) for user in users] == [
        ("店主", Role.OWNER),
        ("店长", Role.MANAGER),
        ("店员", Role.CLERK),
        ("小王", Role.CLERK),
        ("小李", Role.CLERK),
    ]
    for user in users:
        assert staff.sign_in(demo_shop, user.name, user.pin).role is user.role
    groups = {row.group for row in staff.users(demo_shop) if row.role is Role.CLERK}
    assert len(groups) == 2 and "" not in groups
    assert all(group.customers > CUSTOMERS // 5 for group in staff.groups(demo_shop))


def test_rare_and_polyphonic_names_are_found(
    demo_shop: Shop, demo_file: tuple[Path, demo.DemoFigures]
) -> None:
    owner = staff.sign_in(demo_shop, "店主", demo_file[1].users[0].pin)
    for typed, name in (("䶮", "陈䶮"), ("shanyu", "单雨桐"), ("yuchim", "尉迟敏"), ("mary", "Mary Lee")):
        assert name in [row.name for row in find.find(owner, typed)]


def test_every_field_would_pass_the_customer_form(demo_shop: Shop) -> None:
    bounds = load().customers
    for name, height, waist, postcode in database.rows(
        "SELECT name, height_cm, waist_cm, postcode FROM customer"
    ):
        assert customer_data.name(name) == name
        assert customer_data.height(height, bounds) == height
        assert customer_data.waist(waist, bounds) == waist
        assert customer_data.postcode(postcode) == postcode
    numbers = [number for (number,) in database.rows("SELECT number FROM phone")]
    assert all(customer_data.phone(number) == number for number in numbers)
    born = "SELECT birth_calendar, birth_month, birth_day, birth_leap, birth_year FROM customer"
    for kind, month, day, leap, year in database.rows(born + " WHERE birth_calendar IS NOT NULL"):
        birthdays.check(birthdays.Birthday(Calendar(kind), month, day, bool(leap), year), TODAY)


def test_the_same_seed_makes_the_same_shop(tmp_path: Path) -> None:
    seen = []
    for number, seed in enumerate((7, 7, 8)):
        demo.create(str(tmp_path / f"{number}.db"), 60, 2, seed, clock=FixedClock(TODAY))
        tables = (
            "customer",
            "phone",
            "ticket",
            "purchase",
            "point_entry",
            "visit",
            "consent",
            "contact",
            "stock_move",
        )
        ignored = "created_at", "done_at"
        seen.append([])
        for table in tables:
            names = [row[1] for row in database.rows(f"PRAGMA table_info({table})") if row[1] not in ignored]
            seen[-1].append(
                database.rows(
                    f"SELECT {', '.join(names)} FROM {table} ORDER BY 1, 2, 3".replace("foreign", '"foreign"')
                )
            )
        database.close()
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


@pytest.mark.parametrize(("customers", "years"), [(-1, 3), (demo.MOST_CUSTOMERS + 1, 3), (10, 0), (10, 21)])
def test_senseless_numbers_are_refused_before_anything_is_made(
    tmp_path: Path, customers: int, years: int
) -> None:
    with pytest.raises(Refused):
        demo.create(str(tmp_path / "demo.db"), customers, years)
    assert list(tmp_path.iterdir()) == []


def test_a_demo_shop_may_be_empty_or_tiny(tmp_path: Path) -> None:
    for number in (0, 1, 2):
        figures = demo.create(str(tmp_path / f"{number}.db"), number, 1, clock=FixedClock(TODAY))
        assert figures.customers == number
        assert checking.check(open_shop(str(tmp_path / f"{number}.db"), FixedClock(TODAY))).ok
        database.close()


def test_a_real_shop_takes_no_demo_data(owner: Shop) -> None:
    with pytest.raises(Refused, match="正式账册"):
        demo.fill(owner, 10)
    assert database.value_of("SELECT COUNT(*) FROM customer") == 0


def test_a_shop_with_customers_takes_no_demo_data(
    demo_shop: Shop, demo_file: tuple[Path, demo.DemoFigures]
) -> None:
    owner = staff.sign_in(demo_shop, "店主", demo_file[1].users[0].pin)
    with pytest.raises(Refused, match="已经有客户"):
        demo.fill(owner, 10)


def test_stopping_half_way_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        demo.create(str(tmp_path / "demo.db"), 20, 1, clock=FixedClock(TODAY), progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_phones_are_all_different_and_given_to_no_carrier() -> None:
    numbers = {demo_people.phone(number, 1) for number in range(50_000)}
    assert len(numbers) == 50_000
    assert {number[:3] for number in numbers} == {"154", "161", "163", "164", "168", "169"}


def test_busy_days_sell_more_and_every_picked_day_lies_in_its_span() -> None:
    rng = Random(3)
    season = demo_sales.Season.of(TODAY, 1, rng)
    last = len(season.days) - 1
    assert season.days[last] == TODAY
    picked = [season.days[season.pick(rng, 0, last)] for _n in range(20_000)]
    by_month = [sum(day.month == month for day in picked) for month in range(1, 13)]
    assert by_month[9] > by_month[6] * 1.4
    for start, end in ((0, 0), (last, last), (5, 9)):
        assert all(start <= season.pick(rng, start, end) <= end for _n in range(200))


def test_gifts_of_two_months_went_through_three_hands(demo_shop: Shop) -> None:
    sql = (
        "SELECT p.month, l.status, s.role, d.role, i.role, COUNT(*) FROM plan_line l JOIN gift_plan p ON p.id = l.plan_id"
        " LEFT JOIN staff_user s ON s.id = l.submitted_by_id LEFT JOIN staff_user d ON d.id = l.decided_by_id"
        " LEFT JOIN staff_user i ON i.id = l.issued_by_id GROUP BY 1, 2, 3, 4, 5"
    )
    found = {(row[0], row[1]): row[2:5] for row in database.rows(sql)}
    assert found["2026-10", "checked"] == ("manager", "owner", "clerk")
    assert found["2026-11", "issued"] == ("manager", "owner", "clerk")
    assert found["2026-11", "approved"] == ("manager", "owner", None)
    assert {month for month, _status in found} == {"2026-10", "2026-11"}


def test_enough_is_on_the_shelf_for_the_next_month(
    demo_shop: Shop, demo_file: tuple[Path, demo.DemoFigures]
) -> None:
    manager = staff.sign_in(demo_shop, "店长", demo_file[1].users[1].pin)
    plan = gifts.propose(manager, "2026-12")
    assert plan.lines > 5 and plan.short <= 1
