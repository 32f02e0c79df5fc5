"""A sending killed at random points, against a whole SMPP server of other hands: nobody gets two, nobody is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("smpp34", reason="the server of the tests is installed with requirements-dev.txt only")

from models import database
from services.sms import account as accounts
from services.sms import collecting, reading, resolving, sending
from services.sms.account import Account
from services.sms.resolving import Way
from tests.services.test_sms_sending import FAST, at, reviewed, states
from tests.sms_smsc import Smsc

SEED = int(os.environ.get("SHUKE_SEED", "66"))
KILLS, PEOPLE = 12, 150
SENDER = Path(__file__).with_name("sms_sender.py")


@pytest.fixture
def ready(owner: Any, manager: Any) -> Any:
    from models.kinds import Topic
    from services.sms import templates

    templates.add(manager, "品牌", Topic.BRAND_SMS, "{title}您好，{shop}到了新款。")
    templates.release(manager, "品牌")
    return at(manager, "10:00")


def test_a_killed_sending_never_sends_twice_and_loses_nobody(ready: Any, owner: Any, books: str) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    with Smsc() as smsc:
        accounts.keep(owner, Account("127.0.0.1", smsc.port, False, "shuke", "geheim", "10690000"))
        batch = reviewed(ready, PEOPLE)
        database.close()
        killed = 0
        for number in range(KILLS):
            killed += run(books, batch, smsc, chance, first=number == 0)
        assert killed == KILLS, "each of them died on its way"
        assert max(Counter(smsc.submitted).values()) == 1, (
            "nobody gets two, however often it was taken up again"
        )
        done = sending.send(ready, batch, again=True, pace=FAST)
        collecting.collect(ready, pace=FAST)
    assert max(Counter(smsc.submitted).values()) == 1
    found = states(batch)
    assert set(found) <= {"delivered", "unknown"} and sum(found.values()) == PEOPLE
    # What the server took it also reported; what it never saw is exactly what a person is asked about.
    taken = {number.removeprefix("86") for number in smsc.submitted}
    asked = {one.number for one in resolving.unknown(ready, batch)}
    assert asked == {f"138{n:08}" for n in range(1, PEOPLE + 1)} - taken
    assert done.batch.queued == 0
    if asked:
        resolving.resolve(ready, batch, Way.LEAVE)
    assert reading.batch(ready, batch).state == "closed"


def run(books: str, batch: int, smsc: Smsc, chance: random.Random, *, first: bool) -> bool:
    """One process, killed when the server has heard of so many; returns whether it was."""
    process = subprocess.Popen(
        [sys.executable, str(SENDER), books, str(batch), "first" if first else "again"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ),
    )  # fmt: skip
    victim = len(smsc.submitted) + chance.randint(1, 4)

    def kill(count: int) -> None:
        if count >= victim:
            process.send_signal(signal.SIGKILL)

    after = chance.random() < 0.6
    smsc.on_answered, smsc.on_submit = (kill, lambda count: None) if after else (lambda count: None, kill)
    _out, err = process.communicate(timeout=120)
    smsc.on_answered = smsc.on_submit = lambda count: None
    assert process.returncode == -signal.SIGKILL, err.decode()
    return True


@pytest.mark.parametrize("window", [1, 10])
def test_the_whole_way_against_a_whole_server(window: int, ready: Any, owner: Any) -> None:
    from services.sms.smpp import Smpp

    with Smsc() as smsc:
        accounts.keep(owner, Account("127.0.0.1", smsc.port, False, "shuke", "geheim", "10690000"))
        batch = reviewed(ready, 40)
        done = sending.send(
            ready,
            batch,
            pace=replace(FAST, report=20.0),
            opener=lambda account, _policy: Smpp.open(account, 20.0, window),
        )
    assert done.halt is None and states(batch) == {"delivered": 40}
    assert set(Counter(smsc.submitted).values()) == {1}
