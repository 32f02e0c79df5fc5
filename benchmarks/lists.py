"""The list of a million customers: frames while scrolling, filters of three conditions, ended filters, memory."""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import books
from benchmarks.measure import Figure, Sizes, child, percentile, seconds

FRAME_MS = 50
FILTER_S = 1.0
STOP_MS = 100
MEMORY_MIB = 150
_CODE = "import runpy, sys; sys.argv = ['lists_child', *sys.argv[1:]]; runpy.run_module('benchmarks.lists_child', run_name='__main__')"


def run(sizes: Sizes) -> list[Figure]:
    path = books.copy(sizes.large, "lists")
    try:
        return [*_frames(path, sizes.large), *_filters(path, sizes)]
    finally:
        books.remove(path)


def _frames(path: Path, customers: int) -> list[Figure]:
    answer: dict[str, Any] = json.loads(child(_CODE, str(path), QT_QPA_PLATFORM="offscreen").splitlines()[-1])
    figures = []
    for how, words in (
        ("wheel", "by the wheel"),
        ("pages", "page by page"),
        ("drag", "dragging the scroll bar"),
    ):
        frames = [value * 1000 for value in answer[how]]
        note = f"median {percentile(frames, 50):.1f}, p99 {percentile(frames, 99):.1f}, {len(frames)} frames"
        name = f"list of {customers:,}: longest frame {words}"
        figures.append(Figure(name, max(frames), "ms", FRAME_MS, note=note))
    stages = (
        ("with the list open", MEMORY_MIB),
        ("after scrolling", MEMORY_MIB),
        ("after filtering too", None),
    )
    for (words, limit), value in zip(stages, answer["memory"], strict=True):
        figures.append(Figure(f"list of {customers:,}: memory {words}", value, "MiB", limit))
    stalls = [value * 1000 for value in answer["stalls"]]
    name = f"list of {customers:,}: longest stall of the window while a filter is applied"
    figures.append(Figure(name, max(stalls), "ms", FRAME_MS, note=f"{len(stalls)} turns of the event loop"))
    return figures


def _filters(path: Path, sizes: Sizes) -> list[Figure]:
    from services import customer_list
    from services.progress import Cancelled

    figures = []
    with books.opened(path) as shop:
        for name, wanted in filters().items():
            found = len(customer_list.ids(shop, wanted))
            taken = sorted(seconds(partial(customer_list.ids, shop, wanted)) for _try in range(sizes.tries))
            words = f"filter, {sizes.large:,}: {name}"
            figures.append(Figure(words, taken[len(taken) // 2], "s", FILTER_S, note=f"{found:,} found"))

        stopped = time.perf_counter() + 0.1

        def stop(_done: int, _total: int) -> None:
            if time.perf_counter() > stopped:
                raise Cancelled

        late = 0.0
        try:
            customer_list.ids(shop, slow(), progress=stop)
        except Cancelled:
            late = time.perf_counter() - stopped
        figures.append(
            Figure(f"filter, {sizes.large:,}: until a newer one ends it", late * 1000, "ms", STOP_MS)
        )
    return figures


def filters() -> dict[str, Any]:
    """Three conditions each: what a shop asks."""
    from services.rules.filters import Condition, Filter
    from services.rules.spans import Span

    half, quarter, year = (Span.parse(text) for text in ("6 months", "3 months", "1 year"))
    return {
        "A and B, birthday in 30 days, half a year away": Filter((
            Condition("grade", values=("A", "B")), Condition("birthday", "ahead", high=30),
            Condition("last_visit", "within", span=half, negated=True))),
        "spent 1,000, size M or L, likes green": Filter((
            Condition("spent", low=100_000), Condition("size", values=("M", "L")),
            Condition("colours", values=("绿",)))),
        "birthday in November, consent by SMS, has an address": Filter((
            Condition("birthday", "month", values=("11",)), Condition("consent", values=("sms",)),
            Condition("has_address"))),
        "spent 500 in three months, A, birthday known": Filter((
            Condition("spent_lately", low=50_000, span=quarter), Condition("grade", values=("A",)),
            Condition("missing", values=("birthday",), negated=True))),
        "registered within a year, women, points": Filter((
            Condition("registered", "within", span=year), Condition("sex", values=("female",)),
            Condition("points", low=1))),
    }  # fmt: skip


def slow() -> Any:
    """A filter that takes its time: what is only told by everybody's purchases."""
    from services.rules.filters import Condition, Filter

    return Filter((Condition("special_price_only"),))
