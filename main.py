"""Picks the face of the shop: without a command the window, with one the command line; nothing else."""

from __future__ import annotations

import sys

VALUED = ("--db", "--today", "--user", "--lang", "--theme")
"""Options before the command that take a value (spec 07)."""


def main(arguments: list[str]) -> int:
    """Returns the exit status: 0 done, 1 refused, 2 wrong usage. No traceback ever reaches the user."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        leave_out_unused_drivers(arguments)
        if opens_window(arguments):
            from ui import app

            return app.main(arguments)
        from ui.cli import frame

        return frame.main(arguments)
    except KeyboardInterrupt:
        return 130
    except ImportError as error:
        return _something_missing(error)
    except Exception as error:
        return _our_mistake(error)


def opens_window(arguments: list[str]) -> bool:
    """True when no command (and no help) is among the arguments."""
    value_follows = False
    for word in arguments:
        if value_follows:
            value_follows = False
        elif word in ("-h", "--help", "--json") or not word.startswith("-"):
            return False
        else:
            value_follows = word in VALUED
    return True


def leave_out_unused_drivers(arguments: list[str]) -> None:
    """peewee imports every PostgreSQL driver that it finds (290 ms instead of 80): hide them where none is needed."""
    from services import settings

    named = [after for word, after in zip(arguments, arguments[1:], strict=False) if word == "--db"]
    named += [word.partition("=")[2] for word in arguments if word.startswith("--db=")]
    url = named[-1] if named else settings.load().books_url
    if not url.startswith(("postgres", "psycopg")):
        for driver in ("psycopg", "psycopg2"):
            sys.modules.setdefault(driver, None)  # type: ignore[arg-type]


def _something_missing(error: ImportError) -> int:
    """Started without the set-up, or a library of the system is missing: run.py sees to both."""
    from services import log
    from services.words import _

    log.bug(error)
    text = _(
        "缺少程序需要的组件（{what}）。请用“python3 run.py”启动，它会自动装好（Windows 上是“py run.py”）。"
    )
    print(text.format(what=error.name or error), file=sys.stderr)
    return 1


def _our_mistake(error: Exception) -> int:
    """One sentence, and the rest in the log."""
    from services import log
    from services.faults import explain
    from services.words import _

    sentence = explain(error)
    if sentence is not None:
        print(sentence, file=sys.stderr)
    else:
        where = log.bug(error)
        text = _("程序出了错，已经保存的内容都在；刚才这一步可能没有做成。详情记在 {file}。")
        print(text.format(file=where), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
