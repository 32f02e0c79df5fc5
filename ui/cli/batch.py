"""`batch`: one JSON request a line on stdin, one JSON answer a line after its commit."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
from typing import Any

from services.shop import must_write, with_policy_in_force
from services.words import _
from ui.cli import frame
from ui.cli.frame import Answer

_NOT_HERE = {"batch", "init", "demo", "restore"}


def add(commands: Any) -> None:
    parser = commands.add_parser("batch", help=_("从标准输入逐行执行命令"))
    parser.set_defaults(run=run_batch)


def run_batch(shop: Any, args: argparse.Namespace) -> Answer:
    """Answers every line by itself: a refusal is an answer too, and the batch goes on."""
    parsers: dict[str, frame.Parser] = {}
    dated = type(shop.clock).__name__ == "FixedClock"
    for line in sys.stdin:
        if not line.strip():
            continue
        print(json.dumps(_answer(shop, line, parsers, dated), ensure_ascii=False), flush=True)
    return Answer(None)


def _answer(shop: Any, line: str, parsers: dict[str, frame.Parser], dated: bool) -> dict[str, Any]:
    try:
        args = _parse(line, parsers)
        if getattr(args, "writes", False):
            must_write(shop, dated=dated)
        answer = frame.noted(args.run(with_policy_in_force(shop), args))
    except frame.Usage as why:
        return {"error": str(why), "exit": frame.USAGE}
    except Exception as why:
        return {"error": frame.sentence(why), "exit": frame.REFUSED}
    data = answer.data or {}
    if answer.exit:
        return {**data, "error": "\n".join(answer.errors), "exit": answer.exit}
    return data


def _parse(line: str, parsers: dict[str, frame.Parser]) -> argparse.Namespace:
    try:
        request = json.loads(line)
        command = [str(part) for part in request["args"]]
        first = command[0]
    except (ValueError, TypeError, KeyError, IndexError):
        raise frame.Usage(_('每行要是 {"args": ["命令", …]} 这样的 JSON。')) from None
    if first in _NOT_HERE:
        raise frame.Usage(_("“{name}”不能放在 batch 里，请单独执行。").format(name=first))
    if first not in frame.COMMANDS:
        raise frame.Usage(_("没有“{name}”这个命令。用 --help 看全部命令。").format(name=first))
    if first not in parsers:
        parsers[first] = frame.commands_parser(first)
    try:
        # Help would be printed among the answers.
        with contextlib.redirect_stdout(io.StringIO()):
            return parsers[first].parse_args(command)
    except SystemExit:
        raise frame.Usage(_("--help 不能放在 batch 里。")) from None
