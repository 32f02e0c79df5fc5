"""`check`: the file, the ledgers and the chain of the journal, all proven."""

from __future__ import annotations

from dataclasses import dataclass

from models import database
from services import journal, ledgers
from services.erasing import unexplained
from services.errors import Refused
from services.progress import Progress, silent
from services.shop import Shop
from services.words import _

_NAMED = 20
"""So many of one kind of problem are named."""


@dataclass(frozen=True)
class Report:
    ok: bool
    problems: tuple[str, ...]
    head: str
    """Newest journal number and hash, to compare with a printed one."""
    entries: int


def check(shop: Shop, progress: Progress = silent, *, anchor: str = "") -> Report:
    """Everything that can be proven of the open books. `anchor`: `NUMBER:HASH…` from a print, compared too."""
    problems: list[str] = []
    if not database.is_postgres():
        for (text,) in database.rows("PRAGMA integrity_check(20)"):
            if text != "ok":
                problems.append(_("文件损坏：{what}").format(what=text))
        progress(1, 4)
        for row in database.rows("PRAGMA foreign_key_check"):
            problems.append(_("{table} 第 {row} 行指向不存在的记录").format(table=row[0], row=row[1]))
    progress(2, 4)
    problems += [problem.text for problem in ledgers.proofs()]
    progress(3, 4)
    words = {
        "gap": _("操作记录缺了第 {n} 条之前的一段"),
        "chain": _("操作记录第 {n} 条与前一条接不上"),
        "entry": _("操作记录第 {n} 条被改动过"),
        "body": _("操作记录第 {n} 条的内容被改动过"),
    }
    for problem in journal.problems():
        kind, _sep, entry = problem.partition(":")
        problems.append(words[kind].format(n=entry))
    for gone in unexplained.missing()[:_NAMED]:
        problems.append(_("操作记录第 {n} 条的内容不见了，没有哪次删除资料提到它").format(n=gone))
    number, link = journal.head()
    if anchor:
        problems += _against(anchor)
    progress(4, 4)
    return Report(not problems, tuple(problems), f"{number}:{link}", number)


def _against(anchor: str) -> list[str]:
    number, _sep, link = anchor.replace("@", ":").partition(":")
    if not number.isdigit() and link.isdigit():
        number, link = link, number
    if not (
        number.isdecimal() and len(number) < 18 and len(link) >= 8 and set(link) <= set("0123456789abcdef")
    ):
        raise Refused(
            "印记“{anchor}”写得不对：请照纸上抄，如 036f43d0bfbc7837@143。", anchor=anchor, field="anchor"
        )
    found = database.value_of("SELECT hash FROM journal_entry WHERE id = ?", (int(number),))
    if found is None or not str(found).startswith(link):
        return [_("操作记录与纸上的印记 {anchor} 不符：之后的记录可能被删改过").format(anchor=anchor)]
    return []
