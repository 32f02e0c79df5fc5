"""The trail as it is looked through: by person, kind, customer, day and words; and its head of a month on paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from services import chain_head, customers, journal, trail
from services.checking import check
from services.customers import NewCustomer
from services.errors import NotAllowed, Refused
from services.trail import Search


@pytest.fixture
def person(owner, manager) -> int:
    one = customers.register(owner, NewCustomer("林悦", "13900003333", card_no="V100")).id
    customers.change(manager, one, {"address": "凤台巷七号"})
    return one


def acts(shop, **how) -> list[str]:
    return [entry.act for entry in trail.read(shop, Search(**how))]


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({"about": "V100"}, ["customer.changed", "customer.registered"]),
        ({"about": "V100", "who": "店长"}, ["customer.changed"]),
        ({"kind": "customers"}, ["customer.changed", "customer.registered"]),
        ({"kind": "gifts"}, []),
        ({"act": "customer.registered"}, ["customer.registered"]),
        ({"text": "凤台巷"}, ["customer.changed"]),
        ({"text": "100%"}, []),
        ({"first": date(2026, 11, 23)}, []),
        ({"last": date(2026, 11, 21)}, []),
        ({"kind": "customers", "first": date(2026, 11, 22), "last": date(2026, 11, 22)}, ["customer.changed", "customer.registered"]),
    ],
)  # fmt: skip
def test_the_trail_is_narrowed(owner, person: int, how: dict, found: list[str]) -> None:
    assert acts(owner, **how) == found


def test_the_programs_own_acts_can_be_asked_for(owner, person: int) -> None:
    assert "店长" in trail.people(owner)
    assert all(entry.user == "" for entry in trail.read(owner, Search(who="-")))


@pytest.mark.parametrize("how", [{"about": "NO"}, {"kind": "secrets"}])
def test_what_there_is_not_is_said(owner, how: dict) -> None:
    with pytest.raises(Refused):
        trail.read(owner, Search(**how))


def test_a_clerk_reads_nothing_and_prints_nothing(clerk, tmp_path: Path) -> None:
    for act in (
        lambda: trail.read(clerk),
        lambda: trail.people(clerk),
        lambda: chain_head.write(clerk, "2026-11", tmp_path / "x.pdf"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_head_on_paper_is_the_one_that_check_knows(owner, person: int, tmp_path: Path) -> None:
    number, link = journal.head()
    head = chain_head.write(owner, "2026-11", tmp_path / "h.pdf", lambda act: act)
    assert (head.last, head.hash) == (number, link) and head.anchor == f"{number}:{link[:16]}"
    text = "".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(str(tmp_path / "h.pdf"))
    )
    assert head.anchor in text and link[:8] in text
    assert check(owner, anchor=head.anchor).ok
    assert not check(owner, anchor=f"{number}:{'0' * 16}").ok
    assert journal.entries(limit=1)[0].body["head"] == head.anchor


def test_a_month_without_entries_has_the_head_before_it(owner, person: int) -> None:
    before, after = trail.head_of(owner, "2026-10"), trail.head_of(owner, "2026-12")
    assert (before.last, before.entries, before.hash) == (0, 0, journal.START)
    assert after.last == journal.head()[0] and after.entries == 0
