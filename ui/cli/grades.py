"""`grade`: everyone's grade as of today."""

from __future__ import annotations

import argparse
from typing import Any

from services import grades
from services.rights import Right, require
from services.rules.grading import RULE_WORDS
from services.words import _
from ui.cli.frame import Answer


def add(commands: Any) -> None:
    parser = commands.add_parser("grade", help=_("按今天整理全部客户的等级"))
    parser.add_argument("--apply", action="store_true", help=_("执行；不加则只看会有哪些变化"))
    parser.add_argument("--undo", action="store_true", help=_("撤销最近一次执行"))
    parser.set_defaults(run=_dispatch, writes=False)


def _dispatch(shop: Any, args: argparse.Namespace) -> Answer:
    if args.apply or args.undo:
        from services.clock import FixedClock
        from services.shop import must_write

        must_write(shop, dated=isinstance(shop.clock, FixedClock))
    if args.undo:
        n = grades.undo(shop)
        return Answer({"undone": n}, _("已撤销，恢复了 {n} 位客户的等级。").format(n=n))
    require(shop, Right.SEE)
    figures = grades.apply(shop) if args.apply else grades.preview(shop)
    changes = [
        {"card_no": c.card_no, "from": c.from_grade, "to": c.to_grade, "rule": c.rule.value}
        for c in figures.changes
    ]
    data = {"A": figures.a, "B": figures.b, "C": figures.c, "lost": figures.lost, "changes": changes}
    return Answer(data, _text(figures, applied=args.apply))


def _text(figures: grades.Figures, *, applied: bool) -> str:
    head = _("A {a} 位，B {b} 位，C {c} 位，流失 {lost} 位；{n} 位有变化").format(
        a=figures.a, b=figures.b, c=figures.c, lost=figures.lost, n=len(figures.changes)
    )
    lines = [head + (_("，已执行。") if applied else _("（预览，未执行）。"))]
    for change in figures.changes[:30]:
        lines.append(
            f"  {change.card_no}  {change.from_grade} → {change.to_grade}  {_(RULE_WORDS[change.rule])}"
        )
    if len(figures.changes) > 30:
        lines.append(_("  … 其余 {n} 位用 --json 查看").format(n=len(figures.changes) - 30))
    return "\n".join(lines)
