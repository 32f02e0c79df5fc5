"""`schedule`: the contact schedule by date; `contact`: what came of a contact (spec 07)."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date
from typing import Any

from models.kinds import Channel, ContactState, Topic
from services import contact_lists, contacts, schedule
from services.contact_lists import ContactRow, Filters, View
from services.contact_words import channel_words, generated_words, state_words, topic_words
from services.contacts import Outcome
from services.errors import Refused
from services.rights import Right, require
from services.words import _
from ui.cli import contact_reports
from ui.cli.frame import Answer, a_day

_SHOWN = 40
"""Lines for people; --json has them all."""
_PAGE = 1_000


def add(commands: Any) -> None:
    _add_schedule(commands)
    _add_contact(commands)


def _add_schedule(commands: Any) -> None:
    parser = commands.add_parser("schedule", help=_("按日期列出联络日程（并按规则补排）"))
    parser.add_argument("--from", dest="first", type=a_day, default=None, metavar="DATE")
    parser.add_argument("--to", dest="last", type=a_day, default=None, metavar="DATE")
    parser.add_argument("--ics", default="", metavar="FILE", help=_("写成日历文件"))
    parser.add_argument("--channel", type=Channel, choices=list(Channel), default=None)
    parser.add_argument("--topic", type=Topic, choices=list(Topic), default=None)
    parser.add_argument("--state", type=ContactState, choices=list(ContactState), default=None)
    parser.add_argument("--view", type=View, default=None, metavar="today|upcoming|overdue|done|all")
    parser.set_defaults(run=_schedule, writes=False)


def _add_contact(commands: Any) -> None:
    parser = commands.add_parser("contact", help=_("登记联络结果"))
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    for name, outcome, help_text in (
        ("done", Outcome.REACHED, _("已联络")),
        ("no-answer", Outcome.NO_ANSWER, _("无人接，次日再打")),
        ("postpone", Outcome.POSTPONED, _("改期")),
        ("wrong-number", Outcome.WRONG_NUMBER, _("号码有误")),
        ("refused", Outcome.REFUSED, _("客户不愿联络")),
    ):
        one = acts.add_parser(name, help=help_text)
        many = name == "done"
        one.add_argument("ids", type=int, nargs="+" if many else 1, metavar="ID")
        one.add_argument("--note", default="")
        if outcome is Outcome.POSTPONED:
            one.add_argument("day", nargs="?", type=a_day, default=None, metavar="DATE")
            one.add_argument("--to", type=a_day, default=None, metavar="DATE")
        if outcome is Outcome.REFUSED:
            one.add_argument("--opt-out", action="store_true", help=_("同时退订电话和短信"))
        one.set_defaults(run=_record, outcome=outcome, writes=True)
    undo = acts.add_parser("undo", help=_("撤销上一次登记"))
    undo.add_argument("ids", type=int, nargs=1, metavar="ID")
    undo.set_defaults(run=_undo, writes=True)
    _add_made(acts)
    contact_reports.add(acts)


def _add_made(acts: Any) -> None:
    for name, run, help_text in (
        ("note", _note, _("记下店里的谈话或来电")),
        ("plan", _plan, _("手工安排一次联络")),
    ):
        one = acts.add_parser(name, help=help_text)
        one.add_argument("card_no", metavar="CARD_NO")
        one.add_argument("--channel", type=Channel, choices=list(Channel), default=Channel.PHONE)
        one.add_argument("--topic", type=Topic, choices=list(Topic), default=Topic.PERSONAL)
        one.add_argument("--note", default="")
        if name == "note":
            one.add_argument("--incoming", action="store_true")
        else:
            one.add_argument("--on", type=a_day, required=True, metavar="DATE")
        one.set_defaults(run=run, writes=True)
    stop = acts.add_parser("opt-out", help=_("客户退订：电话和短信立即停止"))
    stop.add_argument("card_no", metavar="CARD_NO")
    stop.add_argument("--channel", choices=[*(channel.value for channel in Channel), "all"], default="sms")
    stop.set_defaults(run=_opt_out, writes=True)


def _schedule(shop: Any, args: argparse.Namespace) -> Answer:
    """Plans the span where that may be written, else shows what the rules would plan."""
    require(shop, Right.CONTACT)
    first = args.first or (args.last if args.last and args.last < shop.today() else shop.today())
    last = args.last or max(first, shop.today())
    if _may_write(shop):
        made = _generate(shop, first, last)
        return _answer(shop, args, first, last, made)
    with _forgotten():
        made = _generate(shop, first, last)
        return _answer(shop, args, first, last, made)


def _generate(shop: Any, first: date, last: date) -> schedule.Generated:
    """The days up to today by the day's opening (with what was missed), later ones ahead."""
    today = shop.today()
    made = schedule.daily(shop)
    if last > today:
        ahead = schedule.generate(shop, max(first, today), last)
        made = replace(
            ahead,
            from_day=first,
            new=made.new + ahead.new,
            folded=made.folded + ahead.folded,
            moved=made.moved + ahead.moved,
            expired=made.expired + ahead.expired,
            topics=_sum(made.topics, ahead.topics),
            expired_why=_sum(made.expired_why, ahead.expired_why),
            skipped=_sum(made.skipped, ahead.skipped),
        )
    elif last < first:
        schedule.generate(shop, first, last)
    return made


def _sum(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in one | other}


def _may_write(shop: Any) -> bool:
    """`--today` only reads in a real shop (spec 09, 53): then the plan is shown and forgotten."""
    from services.clock import FixedClock
    from services.shop import must_write

    try:
        must_write(shop, dated=isinstance(shop.clock, FixedClock))
    except Refused:
        return False
    return True


def _forgotten() -> Any:
    from services.schedule import forgotten

    return forgotten()


def _answer(shop: Any, args: argparse.Namespace, first: date, last: date, made: schedule.Generated) -> Answer:
    filters = Filters(channel=args.channel, topic=args.topic, state=args.state)
    if args.view in (None, View.ALL, View.DONE):
        filters = replace(filters, first=first, last=last)
    ids = contact_lists.find(shop, args.view or View.ALL, filters)
    if args.view is None and first <= shop.today() <= last:
        # What is overdue stays on top until somebody does it.
        late = contact_lists.find(shop, View.OVERDUE, replace(filters, first=None, last=None))
        ids = [*late, *(number for number in ids if number not in set(late))]
    found = [
        row
        for start in range(0, len(ids), _PAGE)
        for row in contact_lists.rows(shop, ids[start : start + _PAGE])
    ]
    lines = [row for row in found if row is not None]
    if args.view is None and args.state is None:
        lines = [row for row in lines if row.state is not ContactState.EXPIRED]
    data: dict[str, Any] = {
        "items": [_item(row) for row in lines],
        "from": first.isoformat(),
        "to": last.isoformat(),
        "generated": {
            **{"new": made.new, "folded": made.folded, "moved": made.moved, "expired": made.expired},
            **{"topics": made.topics, "expired_why": made.expired_why, "skipped": made.skipped},
        },
    }
    words = generated_words(made) if made.changed else []
    if args.ics:
        from services import icalendar

        data["ics"] = args.ics
        data["events"] = icalendar.write(shop, args.ics, first, last, filters)
        words.append(_("日历文件：{file}").format(file=args.ics))
    return Answer(data, "\n".join([*_lines(lines), *words]))


def _lines(rows: list[ContactRow]) -> list[str]:
    if not rows:
        return [_("这几天没有要联络的客户。")]
    shown = []
    for row in rows[:_SHOWN]:
        topics = _("、").join(topic_words(topic) for topic in row.topics)
        parts = [
            f"{row.id:>6}",
            row.due.isoformat(),
            channel_words(row.channel),
            f"{row.card_no} {row.name} {row.grade}",
        ]
        parts += [row.phone, topics, state_words(row.state), row.assignee]
        shown.append("  ".join(part for part in parts if part))
        shown.append(f"        {row.why.here}")
    if len(rows) > _SHOWN:
        shown.append(_("  … 其余 {n} 项用 --json 查看").format(n=len(rows) - _SHOWN))
    return shown


def _item(row: ContactRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "card_no": row.card_no,
        "name": row.name,
        "phone": row.phone,
        "grade": row.grade.value,
        "topics": [topic.value for topic in row.topics],
        "channel": row.channel.value,
        "due": row.due.isoformat(),
        "original_due": row.original_due.isoformat(),
        "assignee": row.assignee,
        "why": row.why.text(),
        "text": row.text,
        "state": row.state.value,
        "state_reason": row.state_reason,
        "overdue": row.overdue,
        "tries": row.tries,
        "note": row.note,
        "done_on": row.done_on.isoformat() if row.done_on else None,
    }


def _record(shop: Any, args: argparse.Namespace) -> Answer:
    if len(args.ids) > 1:
        ticked = contacts.done_many(shop, args.ids, args.note)
        left = [number for number in args.ids if number not in ticked]
        data: dict[str, Any] = {"done": ticked, "left": left, "items": _items(shop, ticked)}
        errors = (_("{n} 项没有登记：不存在，或已经有结果。").format(n=len(left)),) if left else ()
        return Answer(data, _("已登记 {n} 项。").format(n=len(ticked)), errors, 1 if left else 0)
    until = getattr(args, "to", None) or getattr(args, "day", None)
    found = contacts.done(
        shop, args.ids[0], args.outcome, args.note, until=until, opt_out=getattr(args, "opt_out", False)
    )
    data = {
        "id": found.id,
        "outcome": found.outcome.value,
        "state": found.state.value,
        "again_on": found.again_on.isoformat() if found.again_on else None,
        "stopped": [channel.value for channel in found.stopped],
        "items": _items(shop, [found.id]),
    }
    return Answer(data, found.words())


def _items(shop: Any, ids: list[int]) -> list[dict[str, Any]]:
    return [_item(row) for row in contact_lists.rows(shop, ids) if row is not None]


def _undo(shop: Any, args: argparse.Namespace) -> Answer:
    contacts.undo(shop, args.ids[0])
    return Answer({"id": args.ids[0], "items": _items(shop, args.ids)}, _("已撤销。"))


def _note(shop: Any, args: argparse.Namespace) -> Answer:
    number = contacts.record(shop, _customer(args), args.channel, args.topic, args.note, args.incoming)
    return Answer({"id": number, "items": _items(shop, [number])}, _("已记下。"))


def _plan(shop: Any, args: argparse.Namespace) -> Answer:
    number = contacts.plan(shop, _customer(args), args.on, args.channel, args.topic, args.note)
    return Answer({"id": number, "items": _items(shop, [number])}, _("已安排。"))


def _opt_out(shop: Any, args: argparse.Namespace) -> Answer:
    stopped = contacts.opt_out(shop, _customer(args), args.channel)
    words = _("、").join(channel_words(channel) for channel in stopped)
    return Answer(
        {"stopped": [channel.value for channel in stopped]}, _("已停止：{channels}。").format(channels=words)
    )


def _customer(args: argparse.Namespace) -> int:
    from services.customers import by_card

    return by_card(args.card_no)
