"""Greeting cards: what stands on them, where, and how heavy the file is."""

from __future__ import annotations

from datetime import date

import pytest

from services.errors import Refused
from services.printing import setups, texts
from services.printing.cards import LAYOUTS, Card, draw
from services.progress import Cancelled
from tests.printing import measure

NAMES = ("王小丽", "欧阳建国", "单芳", "䶮𬎆", "阿依古丽·买买提")
DAY = date(2026, 12, 3)
OCCASIONS = ("birthday", "may_day", "national_day", "spring_festival", "mid_autumn")


def some(count: int, occasion: str = "birthday", language: str = "zh", **changes: object) -> list[Card]:
    text = texts.changed(texts.company_text(occasion, language), changes)
    return [
        Card(f"K{i:03}", NAMES[i % 5], ("女士", "先生")[i % 2], occasion, DAY, text) for i in range(count)
    ]


def pdf_of(cards: list[Card], layout: str = "A6", **more: object) -> bytes:
    return draw(cards, layout, shop_name="和平路店", **more).paper.bytes()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("layout", "size", "pages"),
    [("A6", (105, 148), 5), ("A5fold", (210, 148), 10), ("2up", (210, 297), 6), ("4up", (210, 297), 2)],
)
def test_each_layout_has_its_paper_and_its_pages(layout: str, size: tuple[float, float], pages: int) -> None:
    pdf = pdf_of(some(5), layout)
    assert measure.page_mm(pdf) == pytest.approx(size, abs=0.05)
    assert measure.pages(pdf) == pages


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("occasion", OCCASIONS)
def test_every_card_bears_its_name_and_its_words(layout: str, occasion: str) -> None:
    pdf = pdf_of(some(5, occasion), layout)
    words = measure.flat("".join(measure.text(pdf, page) for page in range(measure.pages(pdf))))
    text = texts.company_text(occasion, "zh")
    body = measure.flat(texts.filled(text.body, {"shop": "和平路店"}))
    for i, name in enumerate(NAMES):
        assert words.count(f"尊敬的{name}{('女士', '先生')[i % 2]}：") == 1
    assert words.count(body) == 5
    assert words.count("2026年12月3日") == 5 and "和平路店敬贺" in words


def test_the_words_stand_where_they_should_to_half_a_millimetre() -> None:
    for layout, places in {
        "A6": [(12.0, 82.0)],
        "4up": [(12.0, 82.25), (117.0, 82.25), (12.0, 230.75), (117.0, 230.75)],
    }.items():
        pdf = pdf_of(some(4), layout)
        pages = [(0, place) for place in places] if layout == "4up" else [(0, places[0])]
        found = measure.boxes(pdf, "尊敬的")
        assert len(found) == len(pages)
        for (left, _top, _right, bottom), (_page, (x, base)) in zip(
            sorted(found, key=_order), pages, strict=True
        ):
            assert left == pytest.approx(x, abs=0.9)  # the side bearing of 尊
            assert bottom == pytest.approx(base + 0.4, abs=0.5)


def _order(box: tuple[float, float, float, float]) -> tuple[int, float]:
    return round(box[1] / 50), box[0]


def test_cut_marks_stand_on_the_cuts() -> None:
    pdf = pdf_of(some(4), "4up")
    assert measure.ink(pdf, 104.8, 0.5, 0.4, 4) > 0.1
    assert measure.ink(pdf, 104.8, 292, 0.4, 4) > 0.1
    assert measure.ink(pdf, 0.5, 148.3, 4, 0.4) > 0.1
    assert measure.ink(pdf, 103, 0.5, 1.5, 4) == 0


def test_fold_marks_stand_in_the_middle_of_the_outside_only() -> None:
    pdf = pdf_of(some(1), "A5fold")
    assert measure.ink(pdf, 104.8, 0.5, 0.4, 5, page=0) > 0.05
    assert measure.ink(pdf, 104.8, 0.5, 0.4, 5, page=1) == 0


def test_nothing_is_printed_where_printers_cannot_reach() -> None:
    pdf = pdf_of(some(1), "A6")
    for left, top, width, height in (
        (0, 0, 105, 4.5),
        (0, 143.5, 105, 4.5),
        (0, 0, 4.5, 148),
        (100.5, 0, 4.5, 148),
    ):
        assert measure.ink(pdf, left, top, width, height) == 0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_font_is_embedded(layout: str) -> None:
    used = measure.fonts(pdf_of(some(2), layout))
    assert used and all(used.values()) and all("LXGW" in name for name in used)


def test_the_same_job_gives_the_same_bytes() -> None:
    assert pdf_of(some(3), "4up", day=DAY) == pdf_of(some(3), "4up", day=DAY)


def test_printers_are_told_not_to_scale() -> None:
    catalog = measure.catalog(pdf_of(some(1), "2up"))
    assert "/PrintScaling /None" in catalog and "DuplexFlipLongEdge" in catalog


def test_a_thousand_cards_are_a_small_file() -> None:
    pdf = pdf_of([Card(f"K{i}", f"王{chr(0x4E00 + i % 900)}", "女士", "birthday", DAY,
                       texts.company_text("birthday", "zh")) for i in range(1000)])  # fmt: skip
    assert len(pdf) < 2_000_000


def test_a_name_of_500_characters_is_cut_and_reported() -> None:
    text = texts.company_text("birthday", "zh")
    drawn = draw([Card("K1", "王" * 500, "女士", "birthday", DAY, text)], shop_name="店")
    assert drawn.cut == ("K1",)


def test_a_body_with_the_name_in_it_is_drawn_for_each_card() -> None:
    pdf = pdf_of(some(5, body="{name}，祝您生日快乐。"), "4up")
    words = measure.flat(measure.text(pdf, 0) + measure.text(pdf, 1))
    assert all(f"{name}，祝您生日快乐。" in words for name in NAMES)


def test_names_never_fill_in_fields() -> None:
    card = Card("K1", "{shop}{name}", "", "birthday", DAY, texts.company_text("birthday", "zh"))
    assert "尊敬的{shop}{name}：" in measure.flat(measure.text(pdf_of([card])))


def test_english_cards_are_english() -> None:
    words = measure.text(pdf_of(some(1, "birthday", "en"), language="en"))
    assert "Dear" in words and "3 December 2026" in words and "生日" not in words


def test_unknown_layouts_and_empty_jobs_are_refused() -> None:
    with pytest.raises(Refused, match="A6"):
        draw(some(1), "A3")
    with pytest.raises(Refused):
        draw([], "A6")


@pytest.mark.parametrize("occasion", texts.occasions())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_shipped_text_can_be_printed(occasion: str, language: str) -> None:
    from services.printing import fonts

    text = texts.company_text(occasion, language)
    drawn = draw([Card("K1", "王小丽", "", occasion, DAY, text)], "4up", shop_name="店", language=language)
    assert not drawn.cut
    assert not fonts.missing_glyphs(text.title + text.body + text.greeting + text.closing)


def test_the_shops_own_text_replaces_the_companys(tmp_path) -> None:
    (tmp_path / "birthday.toml").write_text(
        'body = "{name}，生日快乐！"\n[zh]\ntitle = "福寿安康"\n', "utf-8"
    )
    text = texts.shop_text("birthday", "zh", tmp_path)
    assert (text.title, text.body) == ("福寿安康", "{name}，生日快乐！")
    assert text.greeting == texts.company_text("birthday", "zh").greeting
    assert texts.shop_text("may_day", "zh", tmp_path) == texts.company_text("may_day", "zh")


@pytest.mark.parametrize("own", ['body = "{phone}"', "body = ", 'body = "' + "长" * 700 + '"'])
def test_a_bad_text_of_the_shop_is_refused_in_words(own: str, tmp_path) -> None:
    (tmp_path / "birthday.toml").write_text(own, "utf-8")
    with pytest.raises(Refused):
        texts.shop_text("birthday", "zh", tmp_path)


def test_stop_is_heard_while_the_pages_are_written_out() -> None:
    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    drawn = draw(some(600), shop_name="店")
    with pytest.raises(Cancelled):
        drawn.paper.bytes(stop)


def test_a_watched_file_is_the_same_file() -> None:
    reports: list[int] = []
    watched = draw(some(600), shop_name="店", day=DAY).paper.bytes(lambda done, _total: reports.append(done))
    assert watched == draw(some(600), shop_name="店", day=DAY).paper.bytes() and len(reports) >= 2


@pytest.mark.parametrize(
    ("age", "label", "words"),
    [
        (36, "女儿生日", "小丽您好。三十加6！女儿生日快乐。平安。"),
        (None, "女儿生日", "小丽您好。女儿生日快乐。平安。"),
        (None, "", "小丽您好。平安。"),
    ],
)
def test_a_sentence_whose_age_or_day_is_unknown_is_left_out(age: int | None, label: str, words: str) -> None:
    text = "{name}您好。三十加{age}！{label}快乐。平安。"
    known = texts.values("店", name="小丽", salutation="", day="", age=age and age - 30, label=label)
    assert texts.filled(text, known) == words


@pytest.mark.parametrize("own", [{"body": "{nam}"}, {"title": "{"}, {"closing": "a}b"}, {"title": "长" * 61}])
def test_a_wrong_text_is_refused_beside_its_field(own: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        texts.changed(texts.company_text("birthday", "zh"), own)
    assert refused.value.field == next(iter(own))


def test_a_grade_may_have_words_of_its_own(manager) -> None:
    company = texts.company_text("birthday", "zh")
    texts.save(manager, "birthday", "zh", "A", texts.changed(company, {"body": "给贵宾。"}))
    saved = texts.save(manager, "birthday", "zh", "", texts.changed(company, {"body": "给大家。"}))
    book = texts.Book("zh")
    assert [book.text("birthday", grade).body for grade in ("", "A", "B")] == [
        "给大家。",
        "给贵宾。",
        "给大家。",
    ]
    setups.back(manager, saved)
    assert texts.Book("zh").text("birthday", "B") == company
    kept = setups.history(manager, setups.Setup.CARD_TEXT, "zh/birthday")
    assert [version.body is None for version in kept] == [True, False] and kept[0].user == "店长"


def test_an_english_sentence_is_left_out_alone() -> None:
    known = texts.values("Shop", name="Li", salutation="Ms ", day="", age=None, label="")
    assert texts.filled("On {label}: joy. We are glad. At {age} too!", known) == "We are glad."


def test_a_last_line_of_one_character_is_drawn_in() -> None:
    from services.printing.breaking import fit_block, fit_tidy

    words, sizes = "好" * 21, (12.0, 11.5, 11.0)
    assert [len(line) for line in fit_block(words, sizes, 120, 200).lines] == [10, 10, 1]
    assert [len(line) for line in fit_tidy(words, sizes, 120, 200).lines] == [10, 10, 1]
    assert len(fit_tidy("好" * 11, sizes, 122, 200).lines) == 1
