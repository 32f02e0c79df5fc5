"""A process that sends a batch, to be killed: `python sms_sender.py BOOKS BATCH first|again`. Prints how it ended."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main(books: str, batch: int, again: bool) -> None:
    from services.clock import FixedClock
    from services.shop import Actor, open_shop
    from services.sms import account, sending
    from services.sms.pace import Pace
    from services.staff import users

    moment = datetime(2026, 11, 22, 10).astimezone()
    shop = open_shop(books, FixedClock(moment.date(), moment))
    who = next(user for user in users(shop) if user.name == "店长")
    shop = replace(shop, actor=Actor(who.id, who.name, who.role, who.group_id))
    usual = Pace.of(account.needed(shop), shop.policy.sms)
    done = sending.send(shop, batch, again=again, pace=replace(usual, per_second=200, report=2.0))
    print(done.batch.state.value, done.batch.queued, done.batch.unknown)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "again")
