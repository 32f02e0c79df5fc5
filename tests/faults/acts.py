"""The acts that are killed, starved and cut off: each with the books it begins from."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.inspecting import look
from tests.faults.nursery import Child, Nursery, stopped

TODAY = "2026-11-22"
OWNER, MANAGER, CLERK = "店主", "店长", "店员"
CALLS = (
    "openat,write,pwrite64,fsync,fdatasync,ftruncate,?rename,?renameat,?renameat2,?unlink,unlinkat,?link,linkat,"
    "sendfile,copy_file_range"
)
"""System calls that change a disk. A question mark: not every processor has it."""


@dataclass(frozen=True)
class Act:
    """One command, the books it starts from, and what may be there after it was cut off."""

    name: str
    stage: str
    user: str
    words: tuple[str, ...]
    """`{here}` is the folder of the try."""
    parts: bool = False
    """It has several transactions, each whole by itself; doing it again completes it."""
    again: bool = True
    """Doing it again after a cut leads to the same books as doing it once."""
    target: str = ""
    """The file for people that it writes."""


ACTS = (
    Act("buy", "open", CLERK, ("buy", "K00001", "--item", "Q1", "--price", "88", "--key", "till-1")),
    Act("customer", "open", CLERK, ("customer", "add", "王小芳", "--card", "K99999", "--phone", "13912345678"), again=False),
    Act("import customers", "open", MANAGER, ("import", "customers", "{here}/customers.csv"), parts=True),
    Act("import purchases", "open", MANAGER, ("import", "purchases", "{here}/purchases.csv"), parts=True),
    Act("propose", "open", MANAGER, ("gifts", "propose", "--month", "2026-12")),
    Act("submit", "proposed", MANAGER, ("gifts", "submit", "{plan}"), again=False),
    Act("approve", "submitted", OWNER, ("gifts", "approve", "{plan}"), again=False),
    Act("issue", "approved", CLERK, ("gifts", "issue", "{line}"), again=False),
    Act("sms batch", "open", MANAGER, ("sms", "batch"), again=False),
    Act("sms export", "reviewed", MANAGER, ("sms", "export", "{batch}", "--out", "{here}/sms.csv"), target="sms.csv"),
    Act("sms confirm", "exported", MANAGER, ("sms", "confirm", "{batch}", "--all"), again=False),
    Act("daily", "open", MANAGER, ("daily",), parts=True),
    Act("backup", "open", OWNER, ("backup",)),
    Act("restore", "open", OWNER, ("restore", "{here}/old.db"), again=False),
    Act("export", "open", OWNER, ("export", "customers", "--out", "{here}/list.csv"), target="list.csv"),
)  # fmt: skip


@dataclass
class Yard:
    """The prepared books, and the folder in which tries are made."""

    nursery: Nursery
    root: Path
    pins: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    tries: int = 0
    known: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Act → (digest before, digest after)."""

    def args(self, here: Path, user: str, *words: str) -> list[str]:
        facts = self.facts | {"here": str(here)}
        told = [word.format(**facts) if "{" in word else word for word in words]
        return [
            "--db",
            str(here / "shop.db"),
            "--lang",
            "zh",
            "--today",
            TODAY,
            "--user",
            user,
            "--json",
            *told,
        ]

    def run(self, here: Path, user: str, *words: str) -> Child:
        return self.nursery.run(self.args(here, user, *words), self.pins.get(user, ""), home=here)

    def ok(self, here: Path, user: str, *words: str) -> dict:
        child = self.run(here, user, *words)
        assert child.status == 0, (words, child.said, child.error)
        return json.loads(child.said)

    def fresh(self, stage: str) -> Path:
        """A copy of prepared books in a folder of its own."""
        self.tries += 1
        here = self.root / "tries" / str(self.tries % 4)
        shutil.rmtree(here, ignore_errors=True)
        shutil.copytree(self.root / stage, here)
        return here

    def start(self, act: Act, here: Path, *, halt: bool = False) -> Child:
        return self.nursery.start(
            self.args(here, act.user, *act.words), self.pins[act.user], home=here, halt=halt
        )

    def expected(self, act: Act) -> tuple[str, str]:
        """The digests before and after the act, from one run that nobody disturbs."""
        if act.name not in self.known:
            here = self.fresh(act.stage)
            before, wrong = look(here / "shop.db")
            assert not wrong, wrong
            child = self.run(here, act.user, *act.words)
            assert child.status == 0, (act.name, child.said, child.error)
            after, wrong = look(here / "shop.db")
            assert not wrong, wrong
            self.known[act.name] = (before, after)
        return self.known[act.name]

    def opened_after(self, act: Act) -> str:
        """The digest after the act and the day's opening."""
        name = f"{act.name} and daily"
        if name not in self.known:
            here = self.root / "opened-after"
            shutil.rmtree(here, ignore_errors=True)
            shutil.copytree(self.root / act.stage, here)
            self.run(here, act.user, *act.words)
            self.ok(here, act.user, "daily")
            self.known[name] = ("", look(here / "shop.db")[0])
        return self.known[name][1]

    def keep(self, here: Path, stage: str) -> None:
        shutil.rmtree(self.root / stage, ignore_errors=True)
        shutil.copytree(here, self.root / stage)


def build(nursery: Nursery, root: Path, customers: int = 120) -> Yard:
    """A demo shop, walked through a month's acts; the books before each act are kept."""
    yard = Yard(nursery, root)
    here = root / "making"
    here.mkdir(parents=True)
    made = nursery.run(
        ["--db", str(here / "shop.db"), "--today", TODAY, "--json", "demo", "--customers", str(customers),
         "--years", "1", "--seed", "7"],
        home=here,
    )  # fmt: skip
    assert made.status == 0, made.error
    yard.pins = {one["name"]: one["pin"] for one in json.loads(made.said)["users"]}
    yard.ok(here, MANAGER, "schedule")
    for name, topic in (("问候", "personal"), ("品牌", "brand_sms")):
        yard.ok(here, MANAGER, "sms", "template", "add", name, "--topic", topic, "--text", "{{title}}您好")
        yard.ok(here, MANAGER, "sms", "template", "release", name)
    _papers(here)
    old = Path(yard.ok(here, OWNER, "backup", "--to", str(here / "usb"))["file"])
    shutil.move(old, here / "old.db")
    shutil.move(old.with_suffix(".json"), here / "old.json")
    yard.ok(here, CLERK, "buy", "K00002", "--item", "Q7", "--price", "70")
    for words in (("daily",), ("export", "customers", "--out", "{here}/list.csv"), ("export", "customers", "--out", "{here}/x.xlsx")):  # fmt: skip
        scratch = root / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(here, scratch)
        nursery.learn(yard.args(scratch, OWNER, *words), yard.pins[OWNER], home=scratch)
    yard.keep(here, "open")
    batch = yard.ok(here, MANAGER, "sms", "batch")["batch"]
    yard.facts["batch"] = str(batch)
    yard.ok(here, MANAGER, "sms", "review", str(batch))
    yard.keep(here, "reviewed")
    yard.ok(here, MANAGER, "sms", "export", str(batch), "--out", "{here}/sms.csv")
    yard.keep(here, "exported")
    plan = yard.ok(here, MANAGER, "gifts", "propose", "--month", "2026-12")["plan"]
    yard.facts["plan"] = str(plan)
    yard.keep(here, "proposed")
    yard.ok(here, MANAGER, "gifts", "submit", "{plan}")
    yard.keep(here, "submitted")
    done = yard.ok(here, OWNER, "gifts", "approve", "{plan}")
    line = next(one for one in done["lines"] if one["status"] == "approved" and one["gift"])
    yard.facts["line"] = str(line["id"])
    yard.keep(here, "approved")
    return yard


def _papers(here: Path) -> None:
    people = ["卡号,姓名,手机,生日"] + [
        f"N{n:04},李{chr(0x4E00 + n)}芳,139{n:08},1990-05-{n % 28 + 1:02}" for n in range(130)
    ]
    (here / "customers.csv").write_text("\n".join(people) + "\n", "utf-8")
    bought = ["卡号,日期,货号,金额"] + [
        f"K{n % 30 + 1:05},2026-11-{n % 20 + 1:02},Q{n},{100 + n}" for n in range(130)
    ]
    (here / "purchases.csv").write_text("\n".join(bought) + "\n", "utf-8")


# strace ----------------------------------------------------------------------------------------------


def have_strace() -> str:
    """Empty when strace is here and may be used, else the reason."""
    if not shutil.which("strace"):
        return "strace is not installed"
    done = subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, text=True)
    return done.stderr.strip() if done.returncode else ""


def traced(child: Child, *options: str) -> subprocess.Popen[bytes]:
    """Attaches strace to a halted child and lets it go on."""
    stopped(child.pid)
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-p", str(child.pid), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        status = Path(f"/proc/{child.pid}/status").read_text()
        if "TracerPid:\t0" not in status:
            break
        assert tracer.poll() is None, tracer.stderr and tracer.stderr.read()
        time.sleep(0.001)
    child.kill(signal.SIGCONT)
    return tracer


def counted(yard: Yard, act: Act) -> dict[str, int]:
    """How often an undisturbed run of `act` makes each of `CALLS`."""
    here = yard.fresh(act.stage)
    log = yard.root / "count.txt"
    child = yard.start(act, here, halt=True)
    tracer = traced(child, "-o", str(log), "-e", f"trace={CALLS}")
    assert child.wait() == 0, child.error
    tracer.communicate(timeout=30)
    found: dict[str, int] = {}
    for line in log.read_text("utf-8", "replace").splitlines():
        pid, _space, rest = line.partition(" ")
        name = rest.strip().partition("(")[0]
        if pid == str(child.pid) and name.isidentifier():
            found[name] = found.get(name, 0) + 1
    return found


Judge = Callable[[Yard, Act, Path, Child], list[str]]
