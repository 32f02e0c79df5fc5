"""`import` and `export`: sheets into the books and tables out of them."""

from __future__ import annotations

import argparse
from typing import Any

from services.errors import Refused
from services.words import _
from ui.cli.erasing import pin_again
from ui.cli.frame import DONE, REFUSED, Answer, Usage

_SHOWN = 20
"""Refused rows named on the screen; --json and --refused have them all."""


def add(commands: Any) -> None:
    reading = commands.add_parser("import", help=_("导入客户资料或消费记录（.xlsx、.xls、.ods、.csv）"))
    reading.add_argument("kind", choices=("customers", "purchases"))
    reading.add_argument("file", metavar="FILE")
    reading.add_argument("--dry-run", action="store_true", help=_("只看结果，不写入"))
    reading.add_argument("--refused", default="", metavar="OUT.xlsx", help=_("把没有导入的行写到这个文件"))
    reading.add_argument(
        "--points", choices=("computed", "sheet"), default="computed", help=_("积分按规则计算，或照抄表格")
    )
    reading.add_argument("--encoding", default="", metavar="NAME", help=_("文本文件的编码，例如 gb18030"))
    reading.add_argument("--sheet", default=None, metavar="NAME", help=_("读哪一张工作表"))
    reading.add_argument("--header-row", type=_a_row, default=None, metavar="N", help=_("标题在第几行"))
    reading.add_argument(
        "--columns", type=_columns, default=None, metavar="name=A,phone=E", help=_("哪一列是什么")
    )
    reading.set_defaults(run=_import, writes=False)
    writing = commands.add_parser("export", help=_("导出客户、消费、联络或礼品表（.xlsx、.csv）"))
    writing.add_argument("kind", choices=("customers", "purchases", "contacts", "gifts", "vouchers"))
    writing.add_argument("--out", required=True, metavar="FILE.xlsx|.csv")
    writing.add_argument(
        "--filter", default="", metavar="NAME", help=_("只导出这个筛选的客户（名单里“常用”的名字）")
    )
    writing.add_argument("--reason", default="", metavar="TEXT", help=_("为什么导出；记在操作记录里"))
    writing.set_defaults(run=_export, writes=False)


def _a_row(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(_("要从 1 数起的行号"))
    return int(text) - 1


def _columns(text: str) -> dict[int, str]:
    """`name=A,phone=E` as {0: "name", 4: "phone"}."""
    found = {}
    for part in text.split(","):
        name, _sign, letters = part.strip().partition("=")
        letters = letters.strip().upper()
        if not name or not letters.isascii() or not letters.isalpha() or len(letters) > 2:
            raise argparse.ArgumentTypeError(_("要写成 name=A,phone=E 这样"))
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        found[column - 1] = name.strip()
    return found


def _import(shop: Any, args: argparse.Namespace) -> Answer:
    from services.imports import columns, run
    from services.imports.plan import Choice

    if args.columns and (unknown := set(args.columns.values()) - set(columns.fields(args.kind))):
        raise Usage(_("没有“{name}”这个栏目，可用的有：{names}").format(
            name=sorted(unknown)[0], names=" ".join(columns.fields(args.kind))
        ))  # fmt: skip
    if not args.dry_run:
        from services.clock import FixedClock
        from services.shop import must_write

        must_write(shop, dated=isinstance(shop.clock, FixedClock))
    choice = Choice(args.sheet, args.header_row, args.columns, args.encoding, args.points)
    planned = run.plan(shop, args.file, args.kind, choice)
    result: Any = planned if args.dry_run else run.apply(shop, planned)
    data = {
        **result.figures(),
        "errors": [
            {"row": each.row, "column": each.column, "value": each.value, "reason": each.reason}
            for each in result.errors
        ],
        "skipped": dict(result.skipped),
        "ignored": [
            *result.cannot_be_set,
            *(one for one in result.ignored if one not in result.cannot_be_set),
        ],
        "warnings": list(result.warnings),
    }
    if args.refused and result.errors:
        from services.imports import refused

        refused.write(result.parsed, result.errors, args.refused)
        data["refused_file"] = args.refused
    status = REFUSED if result.refused else DONE
    return Answer(data, _text(result, args.dry_run), _lines(result, args.refused), status)


def _text(result: Any, dry_run: bool) -> str:
    text = _("读到 {read} 行：新增 {added}，更改 {changed}，不变 {unchanged}，未导入 {refused}").format(
        **result.figures()
    )
    text += _("（预览，没有写入）。") if dry_run else "。"
    lines = [text]
    skipped = {
        "blank": _("空行 {n}"),
        "section": _("小标题 {n}"),
        "header": _("重复的标题行 {n}"),
        "total": _("合计行 {n}"),
    }
    parts = [skipped[kind].format(n=n) for kind, n in result.skipped.items() if n]
    if parts:
        lines.append(_("不算记录的行：{parts}。").format(parts=_("、").join(parts)))
    if result.cannot_be_set:
        lines.append(
            _("文件不能设置的列，已忽略：{names}。").format(names=_("、").join(result.cannot_be_set))
        )
    others = [one for one in result.ignored if one not in result.cannot_be_set]
    if others:
        lines.append(_("没有用到的列：{names}。").format(names=_("、").join(others)))
    return "\n".join(lines)


def _lines(result: Any, refused: str) -> tuple[str, ...]:
    lines = list(result.warnings)
    for error in result.errors[:_SHOWN]:
        lines.append(
            _("第 {row} 行 {column}：{reason}").format(
                row=error.row, column=error.column, reason=error.reason
            )
        )
    if len(result.errors) > _SHOWN:
        lines.append(
            _("… 还有 {n} 行没有导入，用 --json 或 --refused 查看。").format(n=len(result.errors) - _SHOWN)
        )
    if refused and result.errors:
        lines.append(_("没有导入的行已写入 {file}，改好后可以再导入。").format(file=refused))
    return tuple(lines)


def _export(shop: Any, args: argparse.Namespace) -> Answer:
    from services import exports

    only = None
    if args.filter:
        if args.kind != "customers":
            raise Refused("--filter 只能和 customers 一起用。")
        only = _filtered(shop, args.filter)
    done = exports.export(
        shop,
        args.kind,
        args.out,
        only=only,
        # Scheduled exports have nobody to ask: the journal then says that it came from the command line.
        reason=args.reason or _("命令行导出"),
        pin=pin_again(shop.actor.name) if shop.actor else "",
        filtered=args.filter,
    )
    data = {"rows": done.rows, "file": done.file, "sha256": done.sha256}
    return Answer(data, _("已导出 {n} 行到 {file}。").format(n=done.rows, file=done.file))


def _filtered(shop: Any, name: str) -> Any:
    from services import customer_list
    from services.filters import saved
    from services.rights import Right, require

    require(shop, Right.EXPORT)
    return customer_list.ids(shop, saved.by_name(shop, name))
