"""`campaign`: planned, released with its lot, sent, answered, closed, and what it brought (spec 04, 06)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from models.kinds import CampaignKind, CampaignReply, Channel
from services import formats
from services.rules.campaigns import CHANNELS
from services.words import _
from ui.cli.counter import a_price
from ui.cli.frame import Answer, a_day

_SHOWN = 40
"""Lines for people; --json has them all."""


def add(commands: Any) -> None:
    parser = commands.add_parser("campaign", help=_("活动：新货、促销、新闻、客户活动，以及成效"))
    acts = parser.add_subparsers(
        dest="act", required=True, metavar="new|look|list|show|release|…", parser_class=type(parser)
    )
    _add_new(acts)
    acts.add_parser("list", help=_("全部活动，新的在前")).set_defaults(run=_list)
    for name, run, words, writes in (
        ("look", _look, _("发布以前：会联络多少人，谁不在内，几段样文"), False),
        ("show", _show, _("一个活动和其中的客户"), False),
        ("release", _release, _("店长发布：冻结名单和内容，抽签留出对照组"), True),
        ("close", _close, _("活动结束，没做完的从日程去掉"), True),
        ("reopen", _reopen, _("撤销结束或取消"), True),
        ("again", _again, _("照样再建一个草稿"), True),
    ):
        one = acts.add_parser(name, help=words)
        one.add_argument("campaign", type=int, metavar="ID")
        one.set_defaults(run=run, writes=writes)
    _add_doings(acts)


def _add_new(acts: Any) -> None:
    new = acts.add_parser("new", help=_("新建草稿"))
    new.add_argument("name", metavar="NAME")
    new.add_argument("--kind", type=CampaignKind, choices=list(CampaignKind), required=True)
    new.add_argument("--from", dest="first", type=a_day, required=True, metavar="DATE", help=_("从哪天"))
    new.add_argument("--to", dest="last", type=a_day, default=None, metavar="DATE", help=_("到哪天"))
    new.add_argument("--channel", type=Channel, choices=list(CHANNELS), default=Channel.SMS)
    who = new.add_mutually_exclusive_group()
    who.add_argument("--filter", default="", metavar="NAME", help=_("发给这个筛选里的客户"))
    who.add_argument(
        "--card", action="append", default=[], metavar="CARD_NO", help=_("选出的客户，可以写几次")
    )
    new.add_argument("--template", default="", metavar="NAME", help=_("短信用的模板"))
    new.add_argument("--script", default="", metavar="TEXT", help=_("电话里说的话，或信的内容"))
    new.add_argument("--budget", type=a_price, default=0, metavar="YUAN", help=_("预算"))
    new.add_argument(
        "--control", type=int, default=None, metavar="PERCENT", help=_("留出百分之几不联络，作对照")
    )
    new.add_argument("--at", default="", metavar="HH:MM", help=_("几点发送"))
    new.add_argument("--notes", default="", metavar="TEXT")
    new.set_defaults(run=_new, writes=True)


def _add_doings(acts: Any) -> None:
    cancel = acts.add_parser("cancel", help=_("取消，写明原因"))
    cancel.add_argument("campaign", type=int, metavar="ID")
    cancel.add_argument("--reason", required=True, metavar="TEXT")
    cancel.set_defaults(run=_cancel, writes=True)
    export = acts.add_parser("export", help=_("活动的短信写成平台能读的文件"))
    export.add_argument("campaign", type=int, metavar="ID")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx|.csv")
    export.add_argument(
        "--layout", choices=("rows", "grouped"), default="", help=_("一行一个号码，或一行一段内容")
    )
    export.set_defaults(run=_export, writes=True)
    answer = acts.add_parser("answer", help=_("记下客户的回复"))
    answer.add_argument("campaign", type=int, metavar="ID")
    answer.add_argument("card_no", metavar="CARD_NO")
    answer.add_argument("answer", type=CampaignReply, choices=list(CampaignReply))
    answer.add_argument("--guests", type=int, default=0, metavar="N", help=_("同来几人"))
    answer.add_argument("--note", default="", metavar="TEXT")
    answer.set_defaults(run=_answer, writes=True)
    attend = acts.add_parser("attend", help=_("客户活动签到"))
    attend.add_argument("campaign", type=int, metavar="ID")
    attend.add_argument("card_no", metavar="CARD_NO")
    attend.add_argument("--guests", type=int, default=0, metavar="N", help=_("同来几人"))
    attend.set_defaults(run=_attend, writes=True)
    cost = acts.add_parser("cost", help=_("记一笔花费"))
    cost.add_argument("campaign", type=int, metavar="ID")
    cost.add_argument("--what", required=True, metavar="TEXT", help=_("花在什么上"))
    cost.add_argument("--amount", type=a_price, required=True, metavar="YUAN")
    cost.set_defaults(run=_cost, writes=True)
    result = acts.add_parser("result", help=_("联络的和没联络的相比，带来了什么"))
    result.add_argument("campaign", type=int, metavar="ID")
    result.add_argument("--out", type=Path, default=None, metavar="FILE.xlsx|.csv")
    result.set_defaults(run=_result, writes=False)


# ---- planning


def _new(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import drafts, segment
    from services.customers import by_card

    who = segment.Segment()
    if args.filter:
        who = segment.of_filter(shop, args.filter)
    elif args.card:
        who = segment.of_ids([by_card(card) for card in args.card])
    draft = drafts.Draft(
        name=args.name,
        kind=args.kind,
        first=args.first,
        last=args.last or args.first,
        channel=args.channel,
        budget=args.budget,
        notes=args.notes,
        segment=who,
        template=args.template,
        script=args.script,
        send_at=args.at,
        control_percent=args.control,
    )
    return _short(drafts.new(shop, draft))


def _look(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import drafts, looking, reading
    from services.campaigns.words import look_words

    seen = reading.campaign(shop, args.campaign)
    found = looking.look(shop, drafts.draft_of(seen), seen.id)
    data = {
        **_data(seen),
        "people": found.people,
        "grades": {grade.value: n for grade, n in found.grades.items()},
        "control_people": found.uncontacted,
        "left": {why.value: n for why, n in found.left.items()},
        "parts": found.parts,
        "promotion_heavy": found.promotion_heavy,
        "samples": [{"name": name, "text": text} for name, text in found.samples],
    }
    lines = [_line(seen), *look_words(found), *(f"  {name}  {text}" for name, text in found.samples)]
    return Answer(data, "\n".join(lines))


def _again(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import drafts

    return _short(drafts.again(shop, args.campaign))


def _list(shop: Any, _args: argparse.Namespace) -> Answer:
    from services.campaigns import reading

    found = reading.campaigns(shop)
    text = "\n".join(_line(one) for one in found)
    return Answer(
        {"campaigns": [_data(one) for one in found]}, text or _("还没有活动。用“campaign new”建第一个。")
    )


def _show(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import answers, reading
    from services.campaigns.words import left_words, reply_words

    seen = reading.campaign(shop, args.campaign)
    ids = reading.member_ids(shop, seen.id)
    members = [
        one for at in range(0, len(ids), 2_000) for one in reading.members(shop, ids[at : at + 2_000]) if one
    ]
    event = answers.attendance(shop, seen.id)
    data = {
        **_data(seen),
        "attendance": {"coming": event.coming, "maybe": event.maybe, "no": event.declined,
                       "expected": event.expected, "came": event.came, "guests": event.came_guests},
        "members": [
            {
                **{"card_no": one.card_no, "name": one.name, "grade": one.grade.value, "control": one.control},
                **{"phone": one.number, "text": one.text, "state": one.state, "reason": one.reason},
                **{"answer": one.answer.value if one.answer else "", "guests": one.guests},
                "came_on": one.came_on.isoformat() if one.came_on else None,
            }
            for one in members
        ],
    }  # fmt: skip
    lines = [_line(seen)]
    if seen.left:
        lines.append(_("不在内 {n} 位：{why}。").format(n=sum(seen.left.values()), why=left_words(seen.left)))
    for one in members[:_SHOWN]:
        said = reply_words(one.answer, seen.kind) if one.answer else ""
        side = _("对照，不联络") if one.control else one.text
        lines.append(
            "  " + "  ".join(part for part in (one.card_no, one.name, one.grade.value, said, side) if part)
        )
    if len(members) > _SHOWN:
        lines.append(_("  … 其余 {n} 项用 --json 查看").format(n=len(members) - _SHOWN))
    return Answer(data, "\n".join(lines))


# ---- release and end


def _release(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import release

    return _short(release.release(shop, args.campaign))


def _close(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import ending

    return _short(ending.close(shop, args.campaign))


def _cancel(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import ending

    return _short(ending.cancel(shop, args.campaign, args.reason))


def _reopen(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import ending

    return _short(ending.reopen(shop, args.campaign))


def _export(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import reading, sending
    from services.sms.handing_over import Layout
    from services.sms.words import exported_words

    done = sending.export(shop, args.campaign, args.out, Layout(args.layout) if args.layout else None)
    data = {
        **_data(reading.campaign(shop, args.campaign)),
        "files": [
            {
                "batch": one.batch.id,
                "file": one.file,
                "sha256": one.sha256,
                "rows": one.numbers,
                "dropped": one.dropped,
            }
            for one in done
        ],
    }
    return Answer(data, "\n".join(exported_words(one) for one in done))


# ---- answers


def _answer(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import answers
    from services.customers import by_card

    customer = by_card(args.card_no)
    return _answered(args, answers.answer(shop, args.campaign, customer, args.answer, args.guests, args.note))


def _attend(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import answers

    return _answered(args, answers.attend(shop, args.campaign, args.card_no, args.guests))


def _answered(args: argparse.Namespace, done: Any) -> Answer:
    now = done.now
    data = {
        **{
            "campaign": done.campaign_id,
            "card_no": args.card_no,
            "invited": done.invited,
            "guests": now.guests,
        },
        **{"answer": now.answer.value if now.answer else "", "came_guests": now.came_guests},
        "came_on": now.came_on.isoformat() if now.came_on else None,
    }
    return Answer(data, _("已记下：{name}").format(name=done.name))


def _cost(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import costs, reading

    number = costs.add(shop, args.campaign, args.what, args.amount)
    spent = reading.campaign(shop, args.campaign).cost
    data = {"campaign": args.campaign, "id": number, "spent": formats.yuan(spent)}
    return Answer(data, _("已记下，一共花费 {cost}。").format(cost=formats.money(spent)))


# ---- the result


def _result(shop: Any, args: argparse.Namespace) -> Answer:
    from services.campaigns import results
    from services.campaigns.words import result_words, share_words

    found = results.result(shop, args.campaign)
    saved = {"rows": results.save(shop, args.campaign, args.out), "file": str(args.out)} if args.out else {}

    def side(one: Any, came: int, tickets: int) -> dict[str, Any]:
        return {"people": one.heads, "came": came, "buyers": one.hits, "tickets": tickets,
                "paid": formats.yuan(sum(one.amounts))}  # fmt: skip

    def gap(one: Any, each: Any) -> dict[str, Any] | None:
        return {"value": each(one.value), "low": each(one.low), "high": each(one.high)} if one else None

    data = {
        **_data(found.campaign),
        **saved,
        "contacted_side": side(found.contacted, found.came, found.tickets),
        "control_side": side(found.none, found.none_came, found.none_tickets),
        **{
            "reached": found.reached,
            "replied": found.replied,
            "verdict": found.verdict.value,
            "over": found.over,
        },
        "share_difference": gap(found.share_gap, lambda value: round(value, 4)),
        "came_difference": gap(found.came_gap, lambda value: round(value, 4)),
        "spending_difference": gap(found.spending_gap, lambda value: formats.yuan(round(value))),
        "people_needed": found.needed,
        "words": result_words(found),
    }
    lines = [_line(found.campaign)]
    for words, one, came in (
        (_("联络"), found.contacted, found.came),
        (_("对照"), found.none, found.none_came),
    ):
        lines.append(
            _("  {side}：来店 {came}，购买 {bought}").format(
                side=words,
                came=share_words(came, one.heads, found.few),
                bought=share_words(one.hits, one.heads, found.few),
            )
        )
    return Answer(data, "\n".join([*lines, *result_words(found)]))


# ---- shapes


def _short(one: Any) -> Answer:
    return Answer(_data(one), _line(one))


def _line(one: Any) -> str:
    from services.campaigns.words import campaign_line

    return campaign_line(one)


def _data(one: Any) -> dict[str, Any]:
    return {
        "campaign": one.id,
        "name": one.name,
        "kind": one.kind.value,
        "topic": one.topic.value,
        "channel": one.channel.value,
        "from": one.first.isoformat(),
        "to": one.last.isoformat(),
        "state": one.state.value,
        "budget": formats.yuan(one.budget),
        "spent": formats.yuan(one.cost),
        "contacted": one.contacted,
        "control": one.control,
        "left_out": {why.value: n for why, n in one.left.items()},
        "answers": one.answers,
        "until": one.until.isoformat(),
        "reason": one.reason,
    }
