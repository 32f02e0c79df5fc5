"""`texts`: the shop's library of things to say (spec 04)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from models.kinds import Grade
from services.rules.shop_texts import Season, TextKind
from services.words import _
from ui.cli.frame import Answer


def add(commands: Any) -> None:
    parser = commands.add_parser("texts", help=_("文案库：小贴士、笑话、节气的话"))
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    listed = acts.add_parser("list", help=_("全部文案，最近用过的日子"))
    listed.add_argument("--kind", type=TextKind, choices=list(TextKind), default=None)
    listed.add_argument("--all", action="store_true", help=_("停用的也列出来"))
    listed.set_defaults(run=_list)
    new = acts.add_parser("add", help=_("新写一段"))
    new.add_argument("text", metavar="TEXT")
    new.add_argument("--kind", type=TextKind, choices=list(TextKind), default=TextKind.FASHION)
    new.add_argument("--english", default="", metavar="TEXT", help=_("英文"))
    new.add_argument("--season", type=Season, choices=list(Season), action="append", default=[])
    new.add_argument("--day", default="", metavar="MM-DD", help=_("讲哪个日子：月-日或节日代码"))
    new.add_argument("--grade", type=Grade, choices=list(Grade), action="append", default=[])
    new.set_defaults(run=_add, writes=True)
    for name, run, words in (
        ("retire", _settle, _("不再使用")),
        ("restore", _settle, _("重新使用")),
    ):
        one = acts.add_parser(name, help=words)
        one.add_argument("ids", type=int, nargs="+", metavar="ID")
        one.set_defaults(run=run, writes=True)
    read = acts.add_parser("import", help=_("读入文件：一行一段的 .txt，或有表头的 .xlsx、.csv"))
    read.add_argument("file", type=Path, metavar="FILE")
    read.add_argument("--kind", type=TextKind, choices=list(TextKind), default=TextKind.FASHION)
    read.set_defaults(run=_import, writes=True)
    acts.add_parser("starters", help=_("放入程序带的入门文案")).set_defaults(run=_starters, writes=True)
    said = acts.add_parser("pick", help=_("今天对这位客户说哪一段"))
    said.add_argument("card_no", metavar="CARD_NO")
    said.set_defaults(run=_pick)


def _list(shop: Any, args: argparse.Namespace) -> Answer:
    from services import text_library

    found = text_library.texts(shop, retired=args.all, kind=args.kind)
    text = "\n".join(_line(one) for one in found)
    return Answer(
        {"texts": [_data(one) for one in found]},
        text or _("文案库还是空的。用“texts starters”放入入门文案。"),
    )


def _add(shop: Any, args: argparse.Namespace) -> Answer:
    from services import text_library

    made = text_library.add(
        *(shop, args.kind, args.text),
        gloss=args.english,
        seasons=args.season,
        day=args.day,
        grades=args.grade,
    )
    return Answer({"text": _data(made)}, _line(made))


def _settle(shop: Any, args: argparse.Namespace) -> Answer:
    from services import text_library

    done = text_library.retire(shop, args.ids, args.act == "retire")
    words = _("停用了 {n} 段。") if args.act == "retire" else _("重新启用了 {n} 段。")
    return Answer({"changed": done}, words.format(n=len(done)))


def _import(shop: Any, args: argparse.Namespace) -> Answer:
    from services import text_library_files

    read = text_library_files.read(shop, args.file, args.kind)
    errors = tuple(
        _("第 {row} 行：{reason}").format(row=row, reason=reason) for row, _text, reason in read.refused
    )
    data = {
        **{
            "read": read.read,
            "added": len(read.added),
            "unchanged": read.unchanged,
            "refused": len(read.refused),
        },
        "errors": [{"row": row, "value": text, "reason": reason} for row, text, reason in read.refused],
    }
    return Answer(data, read.words(), errors, 1 if read.refused else 0)


def _starters(shop: Any, _args: argparse.Namespace) -> Answer:
    from services import text_library

    made = text_library.add_starters(shop)
    return Answer({"added": made}, _("放入了 {n} 段入门文案。").format(n=made))


def _pick(shop: Any, args: argparse.Namespace) -> Answer:
    from models.kinds import Topic
    from services import customers, text_library_use
    from services.errors import Refused
    from services.rights import Right, require

    require(shop, Right.CONTACT)
    found = text_library_use.picks(shop, {customers.by_card(args.card_no): Topic.PERSONAL})
    if not found:
        raise Refused("适合这位客户的文案都说过了，或文案库是空的。")
    (text,) = found.values()
    return Answer(
        {"text": {"id": text.id, "text": text.body, "english": text.gloss}}, f"{text.id:>4}  {text.shown}"
    )


def _data(one: Any) -> dict[str, Any]:
    return {
        **{"id": one.id, "kind": one.kind.value, "text": one.body, "english": one.gloss, "day": one.day},
        "seasons": [season.value for season in one.seasons],
        "grades": [grade.value for grade in one.grades],
        "retired": one.retired,
        "last_used": one.last_used.isoformat() if one.last_used else None,
        "used": one.used,
    }


def _line(one: Any) -> str:
    from services import formats, text_library

    when = text_library.when_words(one)
    used = _("最近 {day}").format(day=formats.short_day(one.last_used)) if one.last_used else ""
    state = _("已停用") if one.retired else ""
    parts = (text_library.kind_words(one.kind), one.shown, when, used, state)
    return f"{one.id:>4}  " + "  ".join(part for part in parts if part)
