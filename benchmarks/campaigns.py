"""A campaign for everybody of a large shop: looked at, released with its lot, sent out, and judged."""

from __future__ import annotations

import statistics
from datetime import timedelta
from functools import partial

from benchmarks import books
from benchmarks.measure import Figure, Sizes, seconds
from models import database
from models.kinds import CampaignKind, Topic
from services.campaigns import drafts, looking, release, results, sending
from services.sms import templates

RELEASE_S = 3
LOOK_S = 3
RESULT_S = 3
MESSAGES_S = 10


def run(sizes: Sizes) -> list[Figure]:
    looks, releases, messages, judged, floors, people = [], [], [], [], [], 0
    for _try in range(max(1, sizes.tries // 2)):
        path = books.copy(sizes.middle, "campaign")
        with books.opened(path, books.OWNER) as shop:
            database.execute("UPDATE customer SET last_contact = NULL")
            templates.add(shop, "活动", Topic.PROMOTION, "{title}您好，{shop}冬装八折。")
            templates.release(shop, "活动")
            first = shop.today()
            draft = drafts.Draft(
                "八折", CampaignKind.PROMOTION, first, first + timedelta(days=6), template="活动"
            )
            made = drafts.new(shop, draft)
            floors.append(seconds(_floor))
            looks.append(seconds(partial(looking.look, shop, draft, made.id)))
            releases.append(seconds(partial(release.release, shop, made.id)))
            people = int(database.value_of("SELECT COUNT(*) FROM campaign_member"))
            judged.append(seconds(partial(results.result, shop, made.id)))
            messages.append(seconds(partial(sending.prepare, shop, made.id)))
        books.remove(path)
    many, floor = f"{sizes.middle:,} customers", statistics.median(floors)
    note = f"{people:,} in the lot; writing as many bare rows takes {floor:.2f} s"
    return [
        Figure(f"campaign looked at before its release, {many}", statistics.median(looks), "s", LOOK_S),
        Figure(f"campaign released, {many}", statistics.median(releases), "s", RELEASE_S, note=note),
        Figure(f"its batches of messages made, {many}", statistics.median(messages), "s", MESSAGES_S),
        Figure(f"its result, {many}", statistics.median(judged), "s", RESULT_S),
    ]


def _floor() -> None:
    """As many rows with a unique pair and a text, and nothing else."""
    text = "【熟客】王女士您好，冬装八折。拒收请回复R"
    with database.database.atomic():
        database.execute("CREATE TABLE floor (a INTEGER, b INTEGER, c TEXT, UNIQUE (a, b))")
        rows = [(1, row[0], text) for row in database.rows("SELECT id FROM customer")]
        database.execute_many("INSERT INTO floor VALUES (?, ?, ?)", rows)
        database.execute("DROP TABLE floor")
