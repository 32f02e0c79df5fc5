"""The command line's frame: options, sign-in, answers, exit codes (spec 07, "Command line").

A module of commands exposes `add(commands)`: it makes sub-parsers and gives each a handler with
`parser.set_defaults(run=handler, writes=True)`. A handler takes `(shop, args)` and returns an `Answer`.
"""

from __future__ import annotations

import argparse
import getpass
import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NoReturn, TypeVar

from services import words
from services.errors import Refused, ShopError
from services.words import N_, _

T = TypeVar("T")

DONE, REFUSED, USAGE = 0, 1, 2

COMMON = N_("公共选项写在命令前面：--db 账册、--user 姓名、--today 日期、--json、--lang zh|en。")

COMMANDS: dict[str, str] = {
    "init": "shop",
    "demo": "shop",
    "user": "shop",
    "policy": "shop",
    "daily": "shop",
    "backup": "shop",
    "restore": "shop",
    "check": "shop",
    "audit": "shop",
    "key": "safety",
    "move": "safety",
    "transfer": "transfer",
    "erase": "erasing",
    "grade": "grades",
    "import": "imports",
    "export": "imports",
    "find": "customers",
    "show": "customers",
    "customer": "customers",
    "group": "groups",
    "visit": "counter",
    "buy": "counter",
    "sale": "sales",
    "points": "points",
    "voucher": "vouchers",
    "gifts": "gifts",
    "cards": "printing",
    "labels": "printing",
    "envelopes": "printing",
    "schedule": "contacts",
    "contact": "contacts",
    "sms": "sms",
    "arrivals": "arrivals",
    "texts": "texts",
    "campaign": "campaigns",
    "batch": "batch",
}
"""Which module of this package knows a command: only that one is imported."""


@dataclass(frozen=True)
class Answer:
    """What a command says: `data` for --json (None: it has printed its own), `text` for people, `errors` for stderr (partly refused: exit 1)."""

    data: dict[str, Any] | None
    text: str = ""
    errors: tuple[str, ...] = ()
    exit: int = DONE


@dataclass
class Options:
    """The common options, before the command."""

    db: str = ""
    today: date | None = None
    user: str = ""
    json: bool = False
    lang: str = ""
    theme: str = ""
    command: list[str] = field(default_factory=list)


class Usage(Exception):
    """The words of the call are off: exit status 2."""


_ARGPARSE = {
    "usage: ": N_("用法："),
    "positional arguments": N_("参数"),
    "options": N_("选项"),
    "show this help message and exit": N_("显示这段说明"),
    "the following arguments are required: %s": N_("缺少：%s"),
    "unrecognized arguments: %s": N_("不认识：%s"),
    "argument %(argument_name)s: %(message)s": N_("%(argument_name)s：%(message)s"),
    "invalid choice: %(value)r (choose from %(choices)s)": N_("%(value)r 不在可选之列（%(choices)s）"),
    "invalid %(type)s value: %(value)r": N_("%(value)r 不对"),
    "expected one argument": N_("后面要有一个值"),
    "expected at least one argument": N_("后面至少要有一个值"),
    "not allowed with argument %s": N_("不能和 %s 一起用"),
    "ambiguous option: %(option)s could match %(matches)s": N_("%(option)s 不明确，可能是 %(matches)s"),
    "ignored explicit argument %r": N_("不需要 %r"),
}
"""argparse speaks English; with these it says the same in the chosen language."""


def _of_argparse(text: str) -> str:
    return _(_ARGPARSE[text]) if text in _ARGPARSE else text


argparse._ = _of_argparse  # type: ignore[attr-defined]


class _Commands(argparse._SubParsersAction):
    """Sub-commands whose own --help says what they do, in the words of the list above them."""

    def add_parser(self, name: str, **how: Any) -> Any:
        how.setdefault("description", how.get("help"))
        how.setdefault("allow_abbrev", False)
        return super().add_parser(name, **how)


class Parser(argparse.ArgumentParser):
    """Says what is wrong instead of leaving the process, so that `batch` can go on."""

    def __init__(self, *words: Any, **how: Any) -> None:
        super().__init__(*words, **how)
        self.register("action", "parsers", _Commands)

    def error(self, message: str) -> NoReturn:
        lines = [_("用法不对：{why}").format(why=message), self.format_usage().strip()]
        if any(option in message for option in ("--json", "--db", "--user", "--today", "--lang")):
            lines.append(_(COMMON))
        raise Usage("\n".join(lines))


def common() -> Parser:
    parser = Parser(prog="shuke", add_help=False)
    parser.add_argument("--db", default="", metavar="PATH_OR_URL")
    parser.add_argument("--today", default=None, type=a_day, metavar="YYYY-MM-DD")
    parser.add_argument("--user", default="", metavar="NAME")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lang", choices=words.LANGUAGES, default="")
    parser.add_argument("--theme", choices=("light", "dark"), default="")
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    return parser


def read_options(argv: Sequence[str]) -> Options:
    """The common options and the rest of the call. Raises Usage."""
    found = common().parse_args(list(argv))
    if found.help:
        found.command = ["--help"]
    return Options(found.db, found.today, found.user, found.json, found.lang, found.theme, found.command)


def a_day(text: str) -> date:
    """An ISO date on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("“{text}”不是 2026-11-22 这样的日期").format(text=text)) from None


def a_month(text: str) -> str:
    """YYYY-MM on the command line."""
    try:
        date.fromisoformat(text + "-01")
        return text
    except ValueError:
        raise argparse.ArgumentTypeError(_("“{text}”不是 2026-11 这样的月份").format(text=text)) from None


def commands_parser(only: str = "") -> Parser:
    """The parser of `only` one command's module, or of all of them (for --help)."""
    parser = Parser(prog="shuke", description=_("熟客：老顾客维护"), epilog=_(COMMON))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    modules = {COMMANDS[only]} if only in COMMANDS else set(COMMANDS.values())
    for name in sorted(modules):
        importlib.import_module(f"ui.cli.{name}").add(commands)
    return parser


def parse(command: Sequence[str]) -> argparse.Namespace:
    """Parses one command. Raises Usage; prints and raises SystemExit(0) for --help."""
    first = command[0] if command else ""
    if first and not first.startswith("-") and first not in COMMANDS:
        raise Usage(_("没有“{name}”这个命令。用 --help 看全部命令。").format(name=first))
    return commands_parser(first).parse_args(list(command))


def main(argv: Sequence[str]) -> int:
    """Runs one command line without a window. Returns the exit status; no traceback ever reaches the user."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    words.use_language(words.system_language())
    as_json = "--json" in argv
    try:
        options = read_options(argv)
        as_json = options.json
        words.use_language(options.lang or _chosen_language())
        args = parse(options.command)
        return show(run(options, args), as_json)
    except Usage as why:
        return _no(str(why), USAGE, as_json)
    except KeyboardInterrupt:
        return _no(_("已停止，没有保存。"), REFUSED, as_json)
    except BrokenPipeError:
        sys.stdout = None  # type: ignore[assignment]
        return REFUSED
    except Exception as why:
        return _no(sentence(why), REFUSED, as_json)


def _chosen_language() -> str:
    from services import settings

    return settings.load().language or words.system_language()


def run(options: Options, args: argparse.Namespace) -> Answer:
    """Opens the shop, signs in and calls the handler."""
    if getattr(args, "opens_shop", True):
        shop = opened(options)
        _guard_day(shop, options, args)
        answer: Answer = args.run(shop, args)
    else:
        answer = args.run(options, args)
    return noted(answer)


def noted(answer: Answer) -> Answer:
    """The answer, and which files got another name because somebody holds the old one."""
    from services import files

    beside = files.elsewhere()
    if not beside:
        return answer
    data = None if answer.data is None else {**answer.data, "saved_beside": beside}
    return replace(answer, data=data, text="\n".join((answer.text, *beside)))


def _guard_day(shop: Any, options: Options, args: argparse.Namespace) -> None:
    from services.shop import must_write

    if getattr(args, "writes", False):
        must_write(shop, dated=options.today is not None)


def opened(options: Options) -> Any:
    """The shop of `--db`, on the day of `--today`, with `--user` signed in by SHUKE_PIN or a prompt."""
    from services.shop import open_shop
    from services.staff import sign_in

    shop = with_key(lambda: open_shop(books(options), day=options.today))
    if not options.user:
        return shop
    pin = os.environ.get("SHUKE_PIN", "")
    if not pin:
        if not sys.stdin.isatty():
            raise Refused("请在环境变量 SHUKE_PIN 里给出“{name}”的密码。", name=options.user)
        pin = getpass.getpass(_("{name} 的密码：").format(name=options.user))
    return sign_in(shop, options.user, pin)


def with_key(act: Callable[[], T]) -> T:
    """Does `act`; where a person is at the keyboard and a file turns out to be encrypted, asks for its key and goes on.

    Scripts put it into SHUKE_KEY. It is never an option: those can be read by everybody on the PC.
    """
    from services import keys

    while True:
        try:
            return act()
        except keys.KeyNeeded as needed:
            if not sys.stdin.isatty():
                raise
            question = _("{file} 的口令或恢复密钥：").format(file=needed.path.name)
            keys.unlock(needed.path, getpass.getpass(question))


def books(options: Options) -> str:
    """The URL or path of the books: `--db`, else this PC's settings, else the default place."""
    from services import settings

    return options.db or settings.load().books_url or settings.default_books_url()


def show(answer: Answer, as_json: bool) -> int:
    if as_json and answer.data is not None:
        print(json.dumps(answer.data, ensure_ascii=False))
    elif answer.text:
        print(answer.text)
    sys.stdout.flush()
    for line in answer.errors:
        print(line, file=sys.stderr)
    return answer.exit


def _no(text: str, status: int, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"error": text, "exit": status}, ensure_ascii=False), flush=True)
    print(text, file=sys.stderr, flush=True)
    return status


def sentence(error: Exception) -> str:
    """What to tell the person: the shop's sentence, the fault's sentence, or that it is our bug (logged)."""
    from services import faults, log

    known = faults.explain(error)
    if known is not None:
        return str(known)
    place = log.bug(error)
    return _("程序出了意外，这一步没有保存，以前的资料都在。详情已写入 {file}，请发给我们。").format(
        file=place
    )


def reason(error: ShopError) -> str:
    return str(error)


Handler = Callable[[Any, argparse.Namespace], Answer]
