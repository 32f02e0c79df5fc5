"""Ten programs guess one PIN as fast as they can, each with a clock of its own that it sets as it likes (spec 09 §3.9)."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HOUR = 3_600
PACE = 500
"""Seconds that pass in one: an hour in seven seconds."""
GUESSERS = 10
AT_MOST = 10

GUESSER = """
import random, sys, threading, time
from datetime import date, datetime, timedelta, timezone
books, seed, pace, hour = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
began = 0.0
from services import pins, staff
from services.errors import ShopError
from services.shop import open_shop
chance = random.Random(seed)
looked = 0
real = pins.matches
def matches(pin, stored):
    global looked
    looked += 1
    return False  # what counts is that the PIN was looked at; the hash would only cost time
pins.matches = matches
class Clock:
    def ticks(self):
        return 1_000_000 + int((time.monotonic() - began) * pace)
    def now(self):
        return datetime(2026, 11, 22, tzinfo=timezone.utc) + timedelta(seconds=chance.uniform(-3e8, 3e9))
    def today(self):
        return date(2026, 11, 22)
shop = open_shop(books, Clock())
print("ready", flush=True)
began = float(sys.stdin.readline())
pause = threading.Event()
while (time.monotonic() - began) * pace < hour:
    try:
        staff.sign_in(shop, "店主", f"guess-{looked}")
    except ShopError:
        pass
    pause.wait(0.002)
print(looked)
"""


def test_ten_guessers_with_games_of_the_clock_get_ten_tries_an_hour(books: str) -> None:
    from models import database

    database.close()
    root = str(Path(__file__).resolve().parents[2])
    guessers = [
        subprocess.Popen(
            [sys.executable, "-c", GUESSER, books, str(seed), str(PACE), str(HOUR)],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(GUESSERS)
    ]
    for guesser in guessers:
        assert guesser.stdout and guesser.stdout.readline() == "ready\n"
    began = f"{time.monotonic()}\n"
    for guesser in guessers:
        assert guesser.stdin
        guesser.stdin.write(began)
        guesser.stdin.flush()
    looked = []
    for guesser in guessers:
        out, err = guesser.communicate(timeout=120)
        assert guesser.returncode == 0, err
        looked.append(int(out))
    assert 5 <= sum(looked) <= AT_MOST, looked
