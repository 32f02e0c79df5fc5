"""The print bench and its setups say the same on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import database
from models.customer import RememberedDay
from models.kinds import PrintKind
from services import schedule
from services.clock import FixedClock
from services.printing import bench, enclosures, envelopes, jobs, label_sheets, sample, setups, texts
from services.printing.jobs import Wanted
from services.setup import create_shop
from services.shop import open_shop
from services.staff import sign_in
from tests.printing.test_bench import BORN, MONDAY
from tests.printing.test_jobs import a_customer


@pytest.mark.postgres
def test_the_bench_and_its_setups_are_kept_on_postgresql_too(postgres_url: str, tmp_path: Path) -> None:
    clock = FixedClock(MONDAY)
    create_shop(postgres_url, "和平路店", "店主", "laoban-2680", trial=True, clock=clock)
    shop = sign_in(open_shop(postgres_url, clock), "店主", "laoban-2680")
    first = a_customer("K1", "王小丽", **BORN)
    RememberedDay.create(customer=first, label="女儿生日", calendar="solar", month=11, day=27)
    schedule.generate(shop)
    (letter,) = bench.desk(shop).letters
    assert [one.label for one in letter.cards] == ["", "女儿生日"] and not letter.vouchers
    result = jobs.make(shop, Wanted(PrintKind.ENVELOPE, letters_on=MONDAY), tmp_path / "e.pdf")
    assert jobs.items(shop, result.job_id)[0].printed
    bench.untick(shop, bench.tick(shop, [letter.id]))
    assert "envelope" in bench.desk(shop).letters[0].outs
    assert enclosures.with_vouchers([letter.cover]) == []
    company = texts.company_text("birthday", "zh")
    saved = texts.save(shop, "birthday", "zh", "A", texts.changed(company, {"body": "给贵宾。"}))
    assert sample.draw(shop, company, "birthday", "zh", "A").name == "王小丽"
    setups.back(shop, saved)
    assert texts.Book("zh").text("birthday", "A") == company
    label_sheets.save(
        shop, "四列", {"columns": 2, "rows": 5, "width": 90, "height": 50, "left": 10, "top": 20}
    )
    assert label_sheets.sheet("四列").per_page == 10
    assert envelopes.places("DL") == envelopes.shipped("DL")
    with pytest.raises(Exception, match="append-only"), database.database.atomic():
        database.execute("DELETE FROM print_setup")
    database.close()
