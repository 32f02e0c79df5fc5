"""`gifts`: plan, approval, sheet, issue, catalogue and stock on the command line (spec 07)."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from services import gifts, stock
from services.errors import Refused
from services.formats import money, yuan
from services.gifts import LineRow, ShortageRow
from services.rights import Right, may
from services.rules.gifts import status_words
from services.words import _
from ui.cli import gift_checks, gift_stock
from ui.cli.frame import Answer, a_month

_SHOWN = 40
"""Lines of a plan printed for people; the rest is in --json."""


def add(commands: Any) -> None:
    parser = commands.add_parser("gifts", help=_("礼品：计划、批准、一览表、发放、库存"))
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_plan(verbs)
    _add_line(verbs)
    _add_sheet(verbs)
    gift_stock.add(verbs)
    gift_checks.add(verbs)


def _add_plan(verbs: Any) -> None:
    propose = verbs.add_parser("propose", help=_("提议一个月的礼品计划"))
    propose.add_argument("--month", required=True, type=a_month, metavar="YYYY-MM")
    propose.set_defaults(run=_propose, writes=True)
    for name, handler, words in (
        ("submit", _submit, _("提交计划，等待批准")),
        ("approve", _approve, _("批准计划")),
        ("return", _return, _("退回计划，写明原因")),
    ):
        step = verbs.add_parser(name, help=words)
        step.add_argument("plan", type=int, metavar="PLAN")
        step.add_argument("--line", type=int, action="append", metavar="LINE", help=_("只处理这一条，可重复"))
        if name == "return":
            step.add_argument("--reason", default="")
        step.set_defaults(run=handler, writes=True)
    listing = verbs.add_parser("list", help=_("一个月的明细和缺货"))
    listing.add_argument("--month", required=True, type=a_month, metavar="YYYY-MM")
    listing.set_defaults(run=_list)
    year = verbs.add_parser("year", help=_("全年的赠送事宜、人数和预算"))
    year.add_argument("year", type=int, metavar="YYYY")
    year.set_defaults(run=_year)


def _add_line(verbs: Any) -> None:
    issue = verbs.add_parser("issue", help=_("发放一件已批准的礼品；不写领取码即为纸上签名"))
    issue.add_argument("line", type=int, metavar="LINE")
    issue.add_argument("--code", default=None, metavar="N")
    issue.add_argument("--posted", action="store_true", help=_("已寄出"))
    issue.set_defaults(run=_issue, writes=True)
    for name, handler, words in (
        ("cancel", _cancel, _("取消一条，写明原因")),
        ("undo-issue", _undo_issue, _("撤销发放")),
        ("to-stock", _to_stock, _("无人领取或退回的礼品入库")),
    ):
        step = verbs.add_parser(name, help=words)
        step.add_argument("line", type=int, metavar="LINE")
        step.add_argument("--reason", default="")
        step.set_defaults(run=handler, writes=True)
    for name, handler, words in (
        ("choose", _choose, _("给一条草稿另选礼品；写几件就是合为一份")),
        ("replace", _replace, _("取消已批准的一条，换一件礼品重新报批")),
    ):
        step = verbs.add_parser(name, help=words)
        step.add_argument("line", type=int, metavar="LINE")
        step.add_argument("gift", nargs="+" if name == "choose" else 1, metavar="NAME")
        step.add_argument("--reason", default="")
        step.set_defaults(run=handler, writes=True)
    check = verbs.add_parser("check", help=_("核对已发放的明细"))
    check.add_argument("line", type=int, nargs="+", metavar="LINE")
    check.set_defaults(run=_check, writes=True)
    with_ticket = verbs.add_parser("purchase", help=_("随小票送出一件礼品"))
    with_ticket.add_argument("ticket", type=int, metavar="TICKET")
    with_ticket.add_argument("card_no", metavar="CARD_NO")
    with_ticket.add_argument("gift", metavar="NAME")
    with_ticket.set_defaults(run=_purchase, writes=True)
    verbs.add_parser("uncollected", help=_("过期没有领取的礼品")).set_defaults(run=_uncollected)


def _add_sheet(verbs: Any) -> None:
    sheet = verbs.add_parser("sheet", help=_("礼品赠送情况计划与执行一览表"))
    sheet.add_argument("--month", required=True, type=a_month, metavar="YYYY-MM")
    sheet.add_argument("--out", required=True, type=Path, metavar="FILE.xlsx|.pdf")
    sheet.add_argument("--columns", default="", metavar="gift,cost,…", help=_("加印的栏目"))
    sheet.set_defaults(run=_sheet, writes=False)
    back = verbs.add_parser("read-back", help=_("读回填写好的一览表"))
    back.add_argument("file", type=Path, metavar="FILE.xlsx")
    back.set_defaults(run=_read_back, writes=True)


# --- the plan


def _propose(shop: Any, args: argparse.Namespace) -> Answer:
    plan = gifts.propose(shop, args.month)
    head = _(
        "{month}：新增 {added} 条，更新 {changed} 条，移除 {dropped} 条；共 {lines} 条，预算 {budget}。"
    ).format(
        month=plan.month,
        added=plan.added,
        changed=plan.changed,
        dropped=plan.dropped,
        lines=plan.lines,
        budget=money(plan.budget),
    )
    return _plan_answer(shop, args.month, head)


def _submit(shop: Any, args: argparse.Namespace) -> Answer:
    done = gifts.submit(shop, **_which(shop, args))
    return _step_answer(shop, args, _("已提交 {n} 条。").format(n=done.done), done)


def _approve(shop: Any, args: argparse.Namespace) -> Answer:
    done = gifts.approve(shop, **_which(shop, args))
    words = _("已批准 {n} 条。").format(n=done.done)
    if done.single:
        words += _("其中 {n} 条记为单人审批。").format(n=done.single)
    answer = _step_answer(shop, args, words, done)
    return replace(answer, exit=1 if done.left else 0)


def _return(shop: Any, args: argparse.Namespace) -> Answer:
    done = gifts.return_(shop, **_which(shop, args), reason=args.reason)
    return _step_answer(shop, args, _("已退回 {n} 条。").format(n=done.done), done)


def _which(shop: Any, args: argparse.Namespace) -> dict[str, Any]:
    """The plan, or those of its lines that were named."""
    if _month(shop, args.plan) and args.line:
        strangers = set(args.line) - set(gifts.line_ids(shop, args.plan))
        if strangers:
            raise Refused("计划 {plan} 里没有编号 {id} 的明细。", plan=args.plan, id=min(strangers))
        return {"line_ids": args.line}
    return {"plan_id": args.plan}


def _month(shop: Any, plan: int) -> str:
    month = gifts.month_of(shop, plan)
    if month is None:
        raise Refused("没有编号 {id} 的礼品计划。", id=plan, field="plan")
    return month


def _step_answer(shop: Any, args: argparse.Namespace, words: str, done: gifts.Done) -> Answer:
    answer = _plan_answer(shop, _month(shop, args.plan), words)
    assert answer.data is not None
    data = {**answer.data, "done": done.done, "left": done.left}
    return Answer(data, answer.text, (done.why,) if done.why else ())


def _list(shop: Any, args: argparse.Namespace) -> Answer:
    return _plan_answer(shop, args.month, "")


def _plan_answer(shop: Any, month: str, head: str) -> Answer:
    view = gifts.plan_view(shop, month)
    lines = gifts.lines(shop, view.id) if view.id else []
    short = gifts.shortage(shop, month)
    data = {
        "plan": view.id,
        "month": month,
        "status": view.status.value if view.status else None,
        "budget": yuan(view.budget),
        "lines": [_line_data(shop, line) for line in lines],
        "shortage": [_short_data(row) for row in short],
        "totals": [
            {"class": one.gift_class, "pieces": one.pieces, "cost": yuan(one.cost)} for one in view.totals
        ],
    }
    text = [head] if head else []
    text.append(_("计划 {id} · {month} · {n} 条 · {budget}").format(
        id=view.id or "–", month=month, n=view.lines, budget=money(view.budget)))  # fmt: skip
    text += [_line_text(line) for line in lines[:_SHOWN]]
    if len(lines) > _SHOWN:
        text.append(_("  … 其余 {n} 条用 --json 查看").format(n=len(lines) - _SHOWN))
    if short:
        text.append(_("需要采购："))
        text += [_short_text(row) for row in short]
    return Answer(data, "\n".join(text))


def _line_data(shop: Any, line: LineRow) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": line.id,
        "card_no": line.card_no,
        "name": line.name,
        "grade": line.grade,
        "special": line.special,
        "occasion": line.occasion,
        "gift": line.gift or None,
        "class": line.gift_class or None,
        "cost": yuan(line.cost),
        "due": line.due.isoformat(),
        "part": line.part,
        "handover": line.handover.value,
        "status": line.status.value,
        "reason": line.reason,
        "status_reason": line.status_reason,
        "single_approver": line.single_approver,
    }
    if line.status == "approved" and may(shop, Right.PLAN_GIFTS):
        data["code"] = gifts.collection_code(shop, line)
    if line.issued_on:
        data.update(issued_by=line.issued_by, issued_on=line.issued_on.isoformat(), signed=line.signed)
    return data


def _short_data(row: ShortageRow) -> dict[str, Any]:
    return {
        "occasion": row.occasion,
        "grade": row.grade,
        "need": row.need,
        "gift": row.gift or None,
        "class": row.gift_class or None,
        "quantity": row.quantity,
        "cost": yuan(row.unit_cost),
        "budget": yuan(row.budget),
    }


def _line_text(line: LineRow) -> str:
    gift = line.gift or (_("待店主选定") if line.special else _("缺货"))
    occasion = gifts.occasion_words(line.occasion)
    return (
        f"  {line.id:>5}  {line.due}  {line.card_no}  {line.name}  {line.grade}  {occasion}"
        f"  {gift}  {money(line.cost)}  {status_words(line.status)}"
    )


def _short_text(row: ShortageRow) -> str:
    occasion = gifts.occasion_words(row.occasion)
    return f"  {occasion}  {row.grade}  {row.gift or row.need}  × {row.quantity}  {money(row.budget)}"


def _year(shop: Any, args: argparse.Namespace) -> Answer:
    if not 1901 < args.year < 2100:
        raise Refused("年份“{year}”不对：请写成 2027 这样。", year=args.year, field="year")
    rows = gifts.year_overview(shop, args.year)
    data = [
        {
            "occasion": row.occasion,
            "day": row.day.isoformat(),
            "month": row.month,
            "A": row.a,
            "B": row.b,
            "special": row.special,
            "budget": yuan(row.budget),
            "estimated": row.estimated,
            "status": row.state.value if row.state else None,
        }
        for row in rows
    ]
    text = [
        f"  {row.day}  {gifts.occasion_words(row.occasion)}  A {row.a}  B {row.b}  ★ {row.special}"
        f"  {money(row.budget)}  {status_words(row.state) if row.state else '–'}"
        for row in rows
    ]
    return Answer({"occasions": data}, "\n".join(text))


# --- single lines


def _line_answer(shop: Any, line: LineRow, words: str) -> Answer:
    return Answer({"plan": line.plan_id, "line": _line_data(shop, line)}, words)


def _issue(shop: Any, args: argparse.Namespace) -> Answer:
    line = gifts.issue(shop, args.line, args.code, "posted" if args.posted else "paper")
    words = _("已发放给 {name}：{gift}（{signed}）。").format(
        name=line.name, gift=line.gift, signed=gifts.signed_words(line.signed)
    )
    return _line_answer(shop, line, words)


def _cancel(shop: Any, args: argparse.Namespace) -> Answer:
    gifts.cancel(shop, args.line, args.reason)
    return _line_answer(shop, gifts.line(shop, args.line), _("已取消第 {id} 条。").format(id=args.line))


def _undo_issue(shop: Any, args: argparse.Namespace) -> Answer:
    line = gifts.undo_issue(shop, args.line, args.reason)
    return _line_answer(shop, line, _("已撤销发放：{gift} 回到库存。").format(gift=line.gift))


def _to_stock(shop: Any, args: argparse.Namespace) -> Answer:
    gifts.to_stock_again(shop, args.line, args.reason)
    return _line_answer(
        shop, gifts.line(shop, args.line), _("第 {id} 条的礼品已回到库存。").format(id=args.line)
    )


def _choose(shop: Any, args: argparse.Namespace) -> Answer:
    ids = [stock.by_name(shop, name).id for name in args.gift]
    if len(ids) == 1:
        line = gifts.choose_gift(shop, args.line, ids[0], args.reason)
        return _line_answer(shop, line, _("已选：{gift}。").format(gift=line.gift))
    lines = gifts.choose_gifts(shop, args.line, ids, args.reason)
    data = {"plan": lines[0].plan_id, "lines": [_line_data(shop, line) for line in lines]}
    return Answer(data, _("已选：{gift}。").format(gift=" + ".join(line.gift for line in lines)))


def _replace(shop: Any, args: argparse.Namespace) -> Answer:
    line = gifts.replace(shop, args.line, stock.by_name(shop, args.gift[0]).id, args.reason)
    words = _("原来的一条已取消；新的一条 {id} 是草稿，请提交批准。").format(id=line.id)
    return _line_answer(shop, line, words)


def _check(shop: Any, args: argparse.Namespace) -> Answer:
    done = gifts.check(shop, args.line)
    data = {"done": done.done, "left": done.left}
    return Answer(data, _("已核对 {n} 条。").format(n=done.done))


def _purchase(shop: Any, args: argparse.Namespace) -> Answer:
    from services import customers

    customer_id = customers.by_card(args.card_no)
    gift = stock.by_name(shop, args.gift)
    line = gifts.purchase_gift(shop, args.ticket, customer_id, gift.id)
    return _line_answer(shop, line, _("已随小票送出：{gift}。").format(gift=line.gift))


def _uncollected(shop: Any, args: argparse.Namespace) -> Answer:
    lines = gifts.uncollected(shop)
    text = "\n".join(_line_text(line) for line in lines) or _("没有过期未领的礼品。")
    return Answer({"lines": [_line_data(shop, line) for line in lines]}, text)


# --- the sheet


def _sheet(shop: Any, args: argparse.Namespace) -> Answer:
    from services import gifts_sheet

    extras = tuple(part for part in re.split(r"[,，\s]+", args.columns) if part)
    number = gifts_sheet.write_sheet(shop, args.month, args.out, extras)
    data = {"lines": number, "matched": 0, "unmatched": [], "file": str(args.out)}
    return Answer(data, _("一览表已写入 {file}，{n} 条。").format(file=args.out, n=number))


def _read_back(shop: Any, args: argparse.Namespace) -> Answer:
    from services import gifts_sheet

    found = gifts_sheet.read_back(shop, args.file)
    unmatched = [
        {"row": one.row, "card_no": one.card_no, "name": one.name, "reason": one.reason}
        for one in found.unmatched
    ]
    data = {
        "lines": found.lines,
        "matched": found.matched,
        "blank": found.blank,
        "unmatched": unmatched,
        "to_issue": list(found.to_issue),
    }
    text = _("读到 {n} 行：{matched} 行已登记，{blank} 行未填写，{bad} 行不符。").format(
        n=found.lines, matched=found.matched, blank=found.blank, bad=len(unmatched)
    )
    errors = tuple(
        _("第 {row} 行 {card} {name}：{reason}").format(
            row=o.row, card=o.card_no, name=o.name, reason=o.reason
        )
        for o in found.unmatched
    )
    return Answer(data, text, errors, 1 if errors else 0)
