"""`gifts`: plan, approval, sheet, issue, catalogue and stock on the command line (spec 07)."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from services import gifts
from services.errors import Refused
from services.formats import money, yuan
from services.gifts import ShortageRow
from services.gifts_readback import Booked, SheetRow, Verdict
from services.rules.gifts import status_words
from services.words import _
from ui.cli import gift_checks, gift_issue, gift_lines, gift_stock
from ui.cli.frame import Answer, a_month
from ui.cli.gift_lines import line_data, line_text

_SHOWN = 40
"""Lines of a plan printed for people; the rest is in --json."""


def add(commands: Any) -> None:
    parser = commands.add_parser("gifts", help=_("礼品：计划、批准、一览表、发放、库存"))
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_plan(verbs)
    gift_lines.add(verbs)
    gift_issue.add(verbs)
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
        if name in ("return", "approve"):
            step.add_argument("--reason", default="")
        step.set_defaults(run=handler, writes=True)
    listing = verbs.add_parser("list", help=_("一个月的明细和缺货"))
    listing.add_argument("--month", required=True, type=a_month, metavar="YYYY-MM")
    listing.set_defaults(run=_list)
    changes = verbs.add_parser("changes", help=_("等待批准的明细与上一次报批的不同"))
    changes.add_argument("--month", required=True, type=a_month, metavar="YYYY-MM")
    changes.set_defaults(run=_changes)
    cost = verbs.add_parser("budget", help=_("一个月的预算和限额"))
    cost.add_argument("--month", required=True, type=a_month, metavar="YYYY-MM")
    cost.set_defaults(run=_budget)
    year = verbs.add_parser("year", help=_("全年的赠送事宜、人数和预算"))
    year.add_argument("year", type=int, metavar="YYYY")
    year.set_defaults(run=_year)


def _add_sheet(verbs: Any) -> None:
    sheet = verbs.add_parser("sheet", help=_("礼品赠送情况计划与执行一览表"))
    sheet.add_argument("--month", required=True, type=a_month, metavar="YYYY-MM")
    sheet.add_argument("--out", required=True, type=Path, metavar="FILE.xlsx|.pdf")
    sheet.add_argument("--columns", default="", metavar="gift,cost,…", help=_("加印的栏目"))
    sheet.set_defaults(run=_sheet, writes=False)
    back = verbs.add_parser("read-back", help=_("读回填写好的一览表"))
    back.add_argument("file", type=Path, metavar="FILE.xlsx")
    back.add_argument("--dry-run", action="store_true", help=_("只逐行说明，什么都不登记"))
    back.add_argument("--issue", action="store_true", help=_("签名齐全的同时登记发放"))
    back.add_argument("--yes", action="store_true", help=_("要确认的行也登记"))
    back.add_argument("--refused", type=Path, metavar="OUT.xlsx", help=_("不符的行另存成工作簿"))
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
    done = gifts.approve(shop, **_which(shop, args), reason=args.reason)
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
        "lines": [line_data(shop, line) for line in lines],
        "shortage": [_short_data(row) for row in short],
        "totals": [
            {"class": one.gift_class, "pieces": one.pieces, "cost": yuan(one.cost)} for one in view.totals
        ],
    }
    text = [head] if head else []
    text.append(_("计划 {id} · {month} · {n} 条 · {budget}").format(
        id=view.id or "–", month=month, n=view.lines, budget=money(view.budget)))  # fmt: skip
    text += [line_text(line) for line in lines[:_SHOWN]]
    if len(lines) > _SHOWN:
        text.append(_("  … 其余 {n} 条用 --json 查看").format(n=len(lines) - _SHOWN))
    if short:
        text.append(_("需要采购："))
        text += [_short_text(row) for row in short]
    return Answer(data, "\n".join(text))


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


def _changes(shop: Any, args: argparse.Namespace) -> Answer:
    found = gifts.approval(shop, args.month)
    rows = [row for row in gifts.approval_rows(shop, found.ids) if row is not None]
    data = {
        "plan": found.plan_id,
        "round": found.round,
        "waiting": found.counts.get("submitted", 0),
        "lines": [
            {
                **line_data(shop, row.line),
                "change": row.change.value if row.change else None,
                "was": {"gift": row.was_gift, "cost": yuan(row.was_cost)} if row.was_gift else None,
            }
            for row in rows
        ],
    }
    marks = {"added": "+", "removed": "-", "changed": "*", "same": "="}
    text = [f"{marks.get(row.change.value, ' ') if row.change else ' '}{line_text(row.line)}" for row in rows]
    return Answer(data, "\n".join(text) or _("没有等待批准的礼品"))


def _budget(shop: Any, args: argparse.Namespace) -> Answer:
    rows = gifts.budget(shop, args.month)
    data = [
        {
            "scope": one.scope,
            "planned": yuan(one.planned),
            "approved": yuan(one.approved),
            "limit": yuan(one.limit) if one.limit else None,
            "over": yuan(one.over),
        }
        for one in rows
    ]
    text = [
        f"  {gifts.scope_words(one.scope, args.month)}  {money(one.planned)}"
        + (f" / {money(one.limit)}" if one.limit else "")
        for one in rows
    ]
    return Answer({"budgets": data}, "\n".join(text))


# --- the sheet


def _sheet(shop: Any, args: argparse.Namespace) -> Answer:
    from services import gifts_sheet

    extras = tuple(part for part in re.split(r"[,，\s]+", args.columns) if part)
    number = gifts_sheet.write_sheet(shop, args.month, args.out, extras)
    data = {"lines": number, "matched": 0, "unmatched": [], "file": str(args.out)}
    return Answer(data, _("一览表已写入 {file}，{n} 条。").format(file=args.out, n=number))


def _read_back(shop: Any, args: argparse.Namespace) -> Answer:
    from services import gifts_readback

    reading = gifts_readback.preview(shop, args.file)
    asked = reading.of(Verdict.QUESTION)
    done = Booked((), ())
    if not args.dry_run:
        yes = {one.row for one in asked} if args.yes else set()
        done = gifts_readback.book(shop, reading, yes, issue=args.issue)
    taken = [*reading.of(Verdict.ACCEPTED, Verdict.KNOWN), *(asked if args.yes else ())]
    refused = [*reading.of(Verdict.REFUSED), *(() if args.yes else asked)]
    refused.sort(key=lambda one: one.row)
    if args.refused and refused:
        gifts_readback.write_refused(shop, reading, args.refused)
    lines = gifts.lines_by_id(shop, [one.line_id for one in taken])
    data = {
        "lines": len(reading.rows),
        "matched": len(taken),
        "blank": len(reading.of(Verdict.BLANK)),
        "missing": reading.missing,
        "unmatched": [_sheet_row(one) for one in refused],
        "to_issue": [line.id for line in lines if line is not None and line.status == "approved"],
        "issued": list(done.issued),
        "rows": [_sheet_row(one) for one in reading.rows],
    }
    text = _("读到 {n} 行：{matched} 行已登记，{blank} 行未填写，{bad} 行不符。").format(
        n=data["lines"], matched=data["matched"], blank=data["blank"], bad=len(refused)
    )
    if args.dry_run:
        text = _("试读：{matched} 行可登记，{blank} 行未填写，{bad} 行不符；什么都没有登记。").format(
            matched=data["matched"], blank=data["blank"], bad=len(refused)
        )
    if done.issued:
        text += _("发放 {n} 件。").format(n=len(done.issued))
    errors = tuple(
        _("第 {row} 行 {card} {name}：{reason}").format(
            row=o.row, card=o.card_no, name=o.name, reason=o.reason
        )
        for o in refused
    )
    return Answer(data, text, errors, 1 if errors else 0)


def _sheet_row(one: SheetRow) -> dict[str, Any]:
    return {
        "row": one.row,
        "line": one.line_id or None,
        "card_no": one.card_no,
        "name": one.name,
        "verdict": one.verdict.value,
        "reason": one.reason,
    }
