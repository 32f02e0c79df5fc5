"""The child process that opens a stranger's file: within limits of memory and time, and alone with what it breaks.

Its folder is run, nothing of the shop is imported. The request comes as JSON in the first argument; answers go to
stdout as one JSON document a line: `heads`, then after a sheet's name on stdin its rows in chunks, then `end`; or
`error` with a code, for which the parent has the sentence.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

if __name__ == "__main__":
    sys.path[0] = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3))

from services.imports.child.common import Bad
from services.imports.child.kinds import kind_of
from services.imports.child.text_table import Csv
from services.imports.child.workbook import Workbook


def main() -> None:
    request = json.loads(sys.argv[1])
    gc.disable()  # rows only come and go: there are no cycles among them
    _limit(request["limits"])
    out = sys.stdout.buffer
    try:
        with open(request["path"], "rb") as file:
            start = file.read(4096)
        kind = kind_of(start, request["path"])
        book = Csv(request) if kind == "text" else Workbook(request, kind, _refuse)
        _send(out, {"heads": list(book.heads()), **book.facts})
        line = sys.stdin.buffer.readline()
        if line:
            for chunk in book.chunks(json.loads(line)["sheet"]):
                _send(out, chunk)
            _send(out, {"end": True, "warnings": book.warnings})
    except Bad as why:
        _send(out, why.facts)
    except MemoryError:
        _send(out, {"error": "memory"})
    except OSError as why:
        _send(out, {"error": "unreadable", "why": why.strerror or type(why).__name__})
    except Exception as why:
        _send(out, {"error": "damaged", "why": type(why).__name__})


def _refuse(why: Bad) -> None:
    """Nothing waits for a reader that unpacks what must not be unpacked."""
    _send(sys.stdout.buffer, why.facts)
    os._exit(0)


def _limit(limits: dict[str, int]) -> None:
    with contextlib.suppress(
        ImportError, ValueError, OSError
    ):  # Windows has no such limits: the parent keeps time
        import resource

        memory = limits["memory_mb"] << 20
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 5))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send(out: Any, message: Any) -> None:
    text = json.dumps(message, default=_plain, ensure_ascii=False)
    out.write(text.encode("utf-8", "surrogatepass") + b"\n")
    out.flush()


def _plain(value: Any) -> Any:
    """Days and times as small objects: only they cost more than the C encoder."""
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"h": value.isoformat()}
    if isinstance(value, timedelta):
        return {"s": value.total_seconds()}
    return str(value)


if __name__ == "__main__":
    main()
