"""The list's filters: SQL finds whom a plain look at every record finds; kept by name; said in words."""

from __future__ import annotations

import random
from datetime import date, timedelta
from types import SimpleNamespace as Record

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import database
from models.kinds import Calendar, Channel, Sex
from services import calendar as almanac
from services import customer_list
from services.clock import FixedClock
from services.errors import NotAllowed, Refused
from services.filters import saved, usual
from services.filters.words import describe, names, sentence
from services.policy import load
from services.rules import birthdays, filters, grading
from services.rules.birthdays import Birthday
from services.rules.filters import FIELDS, Condition, Filter, Kind
from services.rules.spans import Span
from services.words import use_language

TODAYS = (date(2026, 11, 22), date(2026, 12, 28), date(2028, 2, 29), date(2025, 8, 1))
"""An ordinary day, the year's end, a leap day, a day in a lunar leap month."""
PEOPLE = 120


class Crowd(tuple):
    """The shop and its people; short when a failing example is shown."""

    def __new__(cls, shop, people):
        return super().__new__(cls, (shop, people))

    def __repr__(self) -> str:
        return f"Crowd({self[0].today()})"


def random_people(today: date) -> list[Record]:
    """Made-up records with every field here and there empty, and what hangs on them."""
    dice = random.Random(today.toordinal())

    def some(*values):
        return dice.choice(values)

    def day(most=800):
        return some(None, today - timedelta(days=dice.randrange(most)))

    people = []
    for number in range(1, PEOPLE + 1):
        birthday = None
        if dice.random() < 0.85:
            kind = some(Calendar.SOLAR, Calendar.LUNAR)
            leap = kind is Calendar.LUNAR and dice.random() < 0.15
            birthday = Birthday(kind, 6 if leap else dice.randrange(1, 13), dice.randrange(1, 29), leap)
            if dice.random() < 0.1:
                birthday = some(Birthday(Calendar.SOLAR, 2, 29), Birthday(Calendar.LUNAR, 12, 30))
        registered = today - timedelta(days=dice.randrange(800))
        tickets = [(today - timedelta(days=dice.randrange(400)), dice.randrange(-5, 60) * 1000)
                   for _n in range(some(0, 0, 1, 2, 5))]  # fmt: skip
        people.append(
            Record(
                id=number, state=some("active", "active", "active", "lost", "merged"), grade=some("A", "B", "C"),
                base_grade=some("A", "B", "C"), sex=some(*(one.value for one in Sex)), birthday=birthday,
                group=some(None, 1, 2), clerk=some(None, 1, 3), registered=registered, last_visit=day(),
                last_purchase=max((one for one, _paid in tickets), default=None), last_contact=day(), paid=sum(paid for _day, paid in tickets), tickets=tickets,
                points=dice.randrange(-5, 90), points_earned=dice.randrange(90), special=dice.random() < 0.1,
                height=some(None, 150, 160, 170), waist=some(None, 60, 70), size=some("", "M", "xl", "42"),
                colours=some("", "墨绿、黑", "Red 100%", "绿"), styles=some("", "大衣"), looks=some("", "通勤_风"),
                hobbies=some("", "爬山"), note=some("", "儿子上大学", "VIP!"), told=some((), ("女儿学琴",), ("爱安静", "VIP")),
                address=some("", "  ", "和平路1号"), postcode=some("", "629000"),
                channel=some("", "phone", "sms"), first_source=some("", "朋友介绍"), referred=some(None, 1),
                doubtful=dice.random() < 0.2, phones=some((), (f"138{number:08d}",)),
                given=frozenset(dice.sample(["phone", "sms", "post"], some(0, 1, 2))),
                refused=frozenset(dice.sample(["phone", "sms", "post"], some(0, 0, 1))),
                items=tuple((some("A1", "XF2", "a1"), dice.random() < 0.5) for _n in range(some(0, 1, 2))),
                waiting=dice.random() < 0.2, erase=dice.random() < 0.1, name=some("王小丽", "单芳", "Ann_a"),
            )
        )  # fmt: skip
    return people


def write(person: Record) -> None:
    """One record into the books, past the counter: only what filters read matters."""
    b = person.birthday
    database.insert(
        "customer", id=person.id, card_no=f"K{person.id:05d}", name=person.name, sort_key="", sex=person.sex,
        state=person.state, grade=person.grade, base_grade=person.base_grade, grade_rule="bought", hand_reason="",
        special=int(person.special), special_reason="", birth_calendar=b and b.calendar.value, birth_month=b and b.month,
        birth_day=b and b.day, birth_leap=int(bool(b and b.leap)), height_cm=person.height, waist_cm=person.waist,
        size=person.size, colours=person.colours, styles=person.styles, looks=person.looks, postcode=person.postcode,
        address=person.address, preferred_channel=person.channel, preferred_time="", first_source=person.first_source,
        referred_by_id=person.referred, hobbies=person.hobbies, note=person.note, old_grade="", group_id=person.group,
        clerk_id=person.clerk, registered_on=person.registered, data_source="", phone_doubtful=int(person.doubtful),
        points_earned=person.points_earned, points_balance=person.points, tickets=len(person.tickets),
        paid_total=person.paid, last_purchase=person.last_purchase, last_visit=person.last_visit,
        last_contact=person.last_contact, version=1,
    )  # fmt: skip
    at = FixedClock(date(2026, 11, 22)).now()
    ticket = None
    for day, paid in person.tickets:
        ticket = database.insert("ticket", customer_id=person.id, day=day, number="", paid=paid, points=0, grade="",
                                 gift_due=0, counts=1, created_at=at)  # fmt: skip
    for item, special in person.items if ticket else ():
        database.insert("purchase", ticket_id=ticket, customer_id=person.id, day=person.registered, item_no=item, size="",
                        quantity=1, list_price=1, paid=1, special_price=int(special), note="")  # fmt: skip
    for number in person.phones:
        database.insert(
            "phone",
            customer_id=person.id,
            number=number,
            reversed=number[::-1],
            **{'"foreign"': 0},
            position=0,
        )
    for channel in person.given | person.refused:
        database.insert(
            "consent", customer_id=person.id, channel=channel, given=1, day=person.registered, way=""
        )
    for channel in person.refused:
        database.insert(
            "consent", customer_id=person.id, channel=channel, given=0, day=person.registered, way=""
        )
        database.execute("INSERT INTO opt_out (customer_id, channel) VALUES (?, ?)", (person.id, channel))
    for text in person.told:
        database.insert(
            "note", customer_id=person.id, day=person.registered, kind="note", text=text, created_at=at
        )
    if person.waiting:
        database.insert("plan_line", plan_id=1, customer_id=person.id, occasion="birthday", due=person.registered, part=1,
                        cost=0, grade="A", special=0, handover="collect", status="approved", reason="", status_reason="",
                        single_approver=0, code="", signed="", executor="", manager_signed="", customer_signed="", pc="",
                        live=1, version=1)  # fmt: skip
    if person.erase:
        database.insert(
            "erase_request",
            customer_id=person.id,
            day=person.registered,
            reason="x",
            withdrawn=0,
            created_at=at,
        )


def holds(asked: Condition, who: Record, today: date, policy) -> bool:
    """The same condition by plain Python on one record."""
    kind, code = FIELDS[asked.field].kind, asked.field
    if kind is Kind.BIRTHDAY:
        return who.birthday is not None and _kept(asked, who.birthday, today, policy)
    if kind is Kind.DAY:
        value = getattr(who, code)
        if asked.way == "never" or value is None:
            return asked.way == "never" and value is None
        if asked.way == "between":
            return (asked.first or date.min) <= value <= (asked.last or date.max)
        return (value >= asked.span.before(today)) is (asked.way == "within")
    if kind in (Kind.NUMBER, Kind.MONEY, Kind.SPENT):
        value = {
            "spent": who.paid,
            "tickets": len(who.tickets),
            "spent_lately": sum(
                paid for day, paid in who.tickets if asked.span and day >= asked.span.before(today)
            ),
        }.get(code, getattr(who, code, None))
        low = -(10**9) if asked.low is None else asked.low
        return value is not None and low <= value <= (10**9 if asked.high is None else asked.high)
    if kind is Kind.WORDS:
        texts = [who.note, *who.told] if code == "notes" else [getattr(who, code)]
        return any(word.strip().lower() in text.lower() for word in asked.values for text in texts)
    if kind is Kind.SOON:
        return _soon(asked, who, today, policy)
    if kind is Kind.EXACT:
        texts = {item for item, _special in who.items} if code == "item" else {who.size.upper()}
        wanted = {way for value in asked.values for way in (value, value.upper())}
        return bool(texts & wanted) and (code == "size" or bool(who.tickets))
    if kind is Kind.CHOICE:
        return _chosen(asked, who)
    bought = who.items if who.tickets else ()
    return {
        "gift_waiting": who.waiting, "special_price_only": bool(who.tickets) and all(special for _i, special in bought),
        "special": who.special, "phone_doubtful": who.doubtful, "has_address": bool(who.address.strip()),
        "has_postcode": bool(who.postcode), "referred": who.referred is not None, "erase_asked": who.erase,
    }[code]  # fmt: skip


def _kept(asked: Condition, birthday: Birthday, today: date, policy) -> bool:
    """Day by day: is the birthday kept on one of the days meant?"""
    if asked.way == "ahead":
        days = [today + timedelta(days=n) for n in range(asked.high + 1)]
    elif asked.way == "between":
        days = [asked.first + timedelta(days=n) for n in range((asked.last - asked.first).days + 1)]
    else:
        days = [date(today.year, 1, 1) + timedelta(days=n) for n in range(-40, 420)]
        if asked.way == "month":
            days = [day for day in days if day.year == today.year and str(day.month) in asked.values]
        else:
            year = almanac.to_lunar(today).year
            lunar = {day: almanac.to_lunar(day) for day in days}
            days = [day for day in days if lunar[day].year == year and str(lunar[day].month) in asked.values]
    return any(birthdays.in_span(birthday, day, day, policy.birthdays) for day in days)


def _soon(asked: Condition, who: Record, today: date, policy) -> bool:
    if who.state != "active":
        return False
    rules, end = policy.grades, today + timedelta(days=asked.high)
    now, then = grading.bounds(rules, today), grading.bounds(rules, end)
    losing = now.bought_since <= (who.last_purchase or who.registered) < then.bought_since
    if losing:
        return "no_purchase" in asked.values
    down = now.visited_since <= (who.last_visit or who.registered) < then.visited_since
    return "no_visit" in asked.values and who.base_grade != "C" and down


def _chosen(asked: Condition, who: Record) -> bool:
    if asked.field == "missing":
        there = {
            "birthday": who.birthday, "phone": who.phones, "address": who.address.strip(), "postcode": who.postcode,
            "sex": who.sex != "unknown", "height": who.height, "waist": who.waist, "size": who.size,
            "colours": who.colours, "styles": who.styles, "looks": who.looks, "channel": who.channel,
            "first_source": who.first_source, "group": who.group, "clerk": who.clerk,
            "consent": who.given | who.refused,
        }  # fmt: skip
        return any(not there[what] for what in asked.values)
    value = {"consent": who.given - who.refused, "opt_out": who.refused}.get(asked.field)
    if value is None:
        value = {str(getattr(who, asked.field))}
    return bool(set(asked.values) & value)


@pytest.fixture(scope="module", params=TODAYS, ids=str)
def crowd(request, _empty_books, tmp_path_factory):
    """A shop with random customers; the day is one of TODAYS."""
    import shutil

    from services.shop import open_shop
    from services.staff import sign_in
    from tests.conftest import CLERK_PIN, CLOCK_MOMENT

    path = tmp_path_factory.mktemp("crowd") / "shop.db"
    shutil.copyfile(_empty_books, path)
    shop = sign_in(open_shop(str(path), FixedClock(request.param, CLOCK_MOMENT)), "小王", CLERK_PIN)
    people = random_people(request.param)
    with database.database.atomic():
        database.insert("gift_plan", month="2026-11", created_at=CLOCK_MOMENT)
        for person in people:
            write(person)
    yield Crowd(shop, people)
    database.close()


SPANS = st.sampled_from([Span.parse(text) for text in ("3 days", "2 weeks", "1 month", "6 months", "1 year")])
NUMBERS = st.one_of(st.none(), st.integers(-3, 180))


@st.composite
def conditions(draw) -> Condition:
    """Any condition that can be understood."""
    field = draw(st.sampled_from(list(FIELDS.values())))
    negated = draw(st.booleans())
    low, high = sorted([draw(st.integers(-3, 180)), draw(st.integers(-3, 180))])
    one_end = draw(st.sampled_from([(low, high), (None, high), (low, None)]))
    money = tuple(None if end is None else end * 500 for end in one_end)
    anchor = draw(st.sampled_from(TODAYS)) + timedelta(days=draw(st.integers(-300, 100)))
    later = anchor + timedelta(days=draw(st.integers(0, 90)))
    span = draw(SPANS)
    if field.kind is Kind.FLAG:
        return Condition(field.code, negated=negated)
    if field.kind is Kind.NUMBER:
        return Condition(field.code, low=one_end[0], high=one_end[1], negated=negated)
    if field.kind is Kind.MONEY:
        return Condition(field.code, low=money[0], high=money[1], negated=negated)
    if field.kind is Kind.SPENT:
        return Condition(field.code, low=money[0], high=money[1], span=span, negated=negated)
    if field.kind is Kind.WORDS:
        word = draw(
            st.sampled_from(["绿", "墨绿", "red", "100%", "_", "!", "大学", "vip", "路", "介绍", "n_a", "爬"])
        )
        return Condition(field.code, values=(word,), negated=negated)
    if field.kind is Kind.EXACT:
        return Condition(
            field.code, values=(draw(st.sampled_from(["M", "xl", "42", "A1", "XF2", "a1"])),), negated=negated
        )
    if field.kind is Kind.SOON:
        values = draw(st.sampled_from([("no_visit",), ("no_purchase",), ("no_visit", "no_purchase")]))
        return Condition(field.code, values=values, high=draw(st.integers(1, 200)), negated=negated)
    if field.kind is Kind.DAY:
        way = draw(st.sampled_from(["within", "ago", "between", "never"]))
        if way == "between":
            ends = draw(st.sampled_from([(anchor, later), (None, later), (anchor, None)]))
            return Condition(field.code, way, first=ends[0], last=ends[1], negated=negated)
        return Condition(field.code, way, span=None if way == "never" else span, negated=negated)
    if field.kind is Kind.BIRTHDAY:
        way = draw(st.sampled_from(["ahead", "month", "lunar_month", "between"]))
        if way == "ahead":
            return Condition(field.code, way, high=draw(st.integers(0, 60)), negated=negated)
        if way == "between":
            return Condition(field.code, way, first=anchor, last=later, negated=negated)
        return Condition(field.code, way, values=(str(draw(st.integers(1, 12))),), negated=negated)
    codes = field.choices or ("1", "2", "3")
    values = tuple(draw(st.lists(st.sampled_from(codes), min_size=1, max_size=3, unique=True)))
    return Condition(field.code, values=values, negated=negated)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(conditions(), min_size=1, max_size=3))
def test_sql_finds_exactly_whom_a_plain_look_at_every_record_finds(crowd, asked) -> None:
    shop, people = crowd
    wanted = Filter(tuple(asked))
    states = any(one.field == "state" for one in asked)
    expected = {
        who.id
        for who in people
        if who.state in (("active", "lost") if states else ("active",))
        and all(holds(one, who, shop.today(), shop.policy) is not one.negated for one in asked)
    }
    assert set(customer_list.ids(shop, wanted)) == expected
    assert customer_list.count(shop, wanted) == len(expected)


@settings(max_examples=100, deadline=None)
@given(asked=st.lists(conditions(), max_size=5))
def test_a_filter_comes_back_from_its_text_as_it_was(asked) -> None:
    wanted = Filter(tuple(asked))
    assert filters.from_json(filters.to_json(wanted)) == wanted


def test_every_order_shows_the_same_people(crowd) -> None:
    shop, people = crowd
    there = sorted(who.id for who in people if who.state == "active")
    for sort in (*customer_list.SORTS, "birthday", "hint"):
        for down in (None, False, True):
            assert sorted(customer_list.ids(shop, sort=sort, descending=down)) == there, sort


def test_the_order_by_birthday_goes_over_the_years_end(crowd) -> None:
    shop, people = crowd
    known = {who.id: who.birthday for who in people}
    days = []
    for one in customer_list.ids(shop, sort="birthday"):
        birthday = known[one]
        days.append(
            500 if birthday is None else birthdays.days_until(birthday, shop.today(), shop.policy.birthdays)
        )
    assert days == sorted(days)


def test_whoever_will_be_hit_first_stands_first(crowd) -> None:
    shop, people = crowd
    known = {who.id: who for who in people}
    wanted = Filter((Condition("soon", values=("no_visit", "no_purchase"), high=200),))
    days = []
    for one in customer_list.ids(shop, wanted):
        who = known[one]
        lost = shop.policy.grades.lost_without_purchase.after(who.last_purchase or who.registered)
        down = shop.policy.grades.demote_without_visit.after(who.last_visit or who.registered)
        coming = [day for day in (lost, down if who.base_grade != "C" else date.min) if day >= shop.today()]
        days.append(min(coming))
    assert days == sorted(days) and days


def test_a_newer_filter_ends_an_older_one(crowd) -> None:
    from services.progress import Cancelled

    shop, _people = crowd

    def stopped(_done: int, _total: int) -> None:
        raise Cancelled

    slow = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n"
    with pytest.raises(Cancelled), database.interruptible(lambda: stopped(0, 0)):
        database.rows(slow)
    assert database.value_of("SELECT 1") == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Condition("grade"), "values"),
        (Condition("grade", values=("D",)), "values"),
        (Condition("height"), "low"),
        (Condition("height", low=170, high=160), "high"),
        (Condition("colours", values=(" ",)), "values"),
        (Condition("last_visit", "within"), "span"),
        (Condition("last_visit", "between"), "first"),
        (Condition("last_visit", "between", first=date(2026, 2, 1), last=date(2026, 1, 1)), "last"),
        (Condition("birthday", "ahead", high=366), "high"),
        (Condition("birthday", "month", values=("13",)), "values"),
        (Condition("birthday", "between", first=date(2026, 1, 1), last=date(2027, 1, 2)), "last"),
        (Condition("soon", values=("no_visit",)), "high"),
        (Condition("shoe_size", values=("38",)), ""),
    ],
)
def test_a_condition_that_asks_nonsense_is_refused(asked, field) -> None:
    with pytest.raises(Refused) as no:
        filters.check_condition(asked)
    assert (no.value.field or "") == field


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '[{"field":"grade","values":[1]}]', '[{"field":"x"}]', '[{"a":1}]']
)
def test_a_kept_filter_that_cannot_be_read_is_refused(text) -> None:
    with pytest.raises(Refused):
        filters.from_json(text)


# kept by name


def test_a_filter_is_kept_for_everybody_renamed_deleted_and_brought_back(clerk, manager) -> None:
    wanted = Filter((Condition("grade", values=("A",)), Condition("birthday", "ahead", high=14)))
    number = saved.save(clerk, " A级近期生日 ", wanted)
    (kept,) = saved.saved(manager)
    assert (kept.name, kept.creator, kept.filter) == ("A级近期生日", "小王", wanted)
    assert saved.rename(clerk, number, "近期生日") == "A级近期生日"
    gone = saved.delete(manager, number)
    assert saved.saved(clerk) == []
    saved.restore(manager, gone)
    assert saved.by_name(clerk, "近期生日") == wanted
    acts = [row[0] for row in database.rows("SELECT act FROM journal_entry ORDER BY id DESC LIMIT 4")]
    assert acts == ["filter.saved", "filter.deleted", "filter.renamed", "filter.saved"]


def test_a_clerk_does_not_touch_what_others_kept(clerk, manager) -> None:
    number = saved.save(manager, "店长的", Filter((Condition("special"),)))
    assert not saved.saved(clerk)[0].mine
    with pytest.raises(NotAllowed, match="别人保存的"):
        saved.delete(clerk, number)


def test_names_are_taken_once_and_shipped_names_are_taken(clerk) -> None:
    saved.save(clerk, "周末来", Filter((Condition("special"),)))
    for name in ("周末来", "本月生日", "birthday_month", "  "):
        with pytest.raises(Refused):
            saved.save(clerk, name, Filter((Condition("special"),)))
    with pytest.raises(Refused, match="没有什么可保存"):
        saved.save(clerk, "空的", Filter())


def test_every_shipped_filter_works_and_is_found_by_name_in_both_languages(clerk) -> None:
    for one in usual.usual(clerk):
        customer_list.ids(clerk, one.filter)
        assert saved.by_name(clerk, one.code) == saved.by_name(clerk, one.words) == one.filter
    use_language("en")
    assert saved.by_name(clerk, "Birthdays").of("birthday") is not None
    with pytest.raises(Refused):
        saved.by_name(clerk, "no such thing")


# in words


@pytest.mark.parametrize(
    ("asked", "chinese", "english"),
    [
        (Condition("grade", values=("A", "B")), "等级：A 级、B 级", "Grade: Grade A, Grade B"),
        (Condition("birthday", "ahead", high=7), "生日：7天内", "Birthday: within 7 days"),
        (Condition("birthday", "ahead", high=0), "生日：今天", "Birthday: Today"),
        (Condition("birthday", "month", values=("11",)), "生日：11月", "Birthday: Nov"),
        (Condition("birthday", "lunar_month", values=("8",)), "生日：农历 八月", "Birthday: lunar month 8"),
        (Condition("height", low=150, high=160), "身高（厘米）：150–160", "Height (cm): 150–160"),
        (Condition("spent", low=100_000), "累计消费：￥1,000.00 起", "Spent: from ¥1,000.00"),
        (
            Condition("last_visit", "within", span=Span.parse("6 months"), negated=True),
            "不是：上次到店：最近6个月内",
            "Not: Last visit: within the last 6 months",
        ),
        (Condition("last_purchase", "never"), "上次消费：从来没有", "Last purchase: never"),
        (Condition("colours", values=("墨绿",)), "喜欢的颜色含：墨绿", "Favourite colours with: 墨绿"),
        (Condition("group", values=("1",)), "销售组：一组", "Sales group: 一组"),
        (Condition("soon", values=("no_visit",), high=30), "30天内将降一级", "Within 30 days: down a grade"),
    ],
)
def test_conditions_are_said_in_both_languages(clerk, asked, chinese, english) -> None:
    database.execute("UPDATE staff_group SET name = '一组' WHERE id = 1")
    known = names(clerk)
    assert describe(asked, known) == chinese
    use_language("en")
    assert describe(asked, known) == english


def test_the_whole_filter_is_one_sentence(clerk) -> None:
    wanted = Filter((Condition("special"), Condition("missing", values=("phone", "birthday"))))
    assert sentence(wanted, names(clerk)) == "特殊客户；还缺资料：电话、生日"


def test_every_field_has_words_for_its_choices() -> None:
    from services.filters.words import Names, choices

    for field in FIELDS.values():
        if field.kind in (Kind.CHOICE, Kind.SOON):
            assert all(words for _code, words in choices(field.code, Names()))
    assert load().lists.birthday_days and Channel.PHONE
