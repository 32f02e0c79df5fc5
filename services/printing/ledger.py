"""What was printed for whom: recorded before the first page, counted as pages come out, ticked when posted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models import database
from models.kinds import PrintKind
from services import journal
from services.errors import Refused
from services.printing.rows import ItemRow, JobRow, Prepared
from services.rights import Right, require
from services.shop import Shop


def record(shop: Shop, job: Prepared, file: str = "") -> int:
    """Writes down for whom this is printed, before the first page. Returns the job's number; a resumed job keeps its own."""
    require(shop, Right.PRINT)
    if not job.count:
        raise Refused("没有要打印的内容。")
    with database.database.atomic():
        number = job.job_id or _new_job(shop, job, file)
        body = {"kind": job.kind.value, "layout": job.layout, "from": job.first, "to": job.last,
                "occasion": job.occasion, "pieces": job.count, "from_item": job.from_item, "file": file}  # fmt: skip
        journal.note(shop, "print.started", "print_job", number, body=body)
    return number


def _new_job(shop: Shop, job: Prepared, file: str) -> int:
    number = database.insert(
        "print_job",
        kind=job.kind.value,
        layout=job.layout,
        from_day=database.day_value(job.first),
        to_day=database.day_value(job.last),
        occasion=job.occasion,
        pieces=len(job.recipients),
        printed=0,
        file_name=Path(file).name,
        user_id=shop.who,
        created_at=database.moment_value(shop.clock.now()),
    )
    database.execute_many(
        "INSERT INTO print_item (job_id, position, customer_id, occasion, day, posted) VALUES (?, ?, ?, ?, ?, 0)",
        [
            (number, position, one.customer_id, one.occasion, database.day_value(one.day))
            for position, one in enumerate(job.recipients, 1)
        ],
    )
    return number


def printed(shop: Shop, job_id: int, pieces: int, *, over: bool = True) -> None:
    """So many pieces of the job have come out. `over`: the printing has ended, well or not; only that is noted."""
    require(shop, Right.PRINT)
    with database.database.atomic():
        database.execute(
            "UPDATE print_job SET printed = ? WHERE id = ? AND printed < ?", (pieces, job_id, pieces)
        )
        if over:
            journal.note(shop, "print.ended", "print_job", job_id, body={"printed": pieces})


def posted(shop: Shop, job_id: int, positions: Sequence[int] | None = None) -> int:
    """Ticks the pieces (1 = the first; None: all that were printed) as taken to the post. Returns how many were new."""
    require(shop, Right.PRINT)
    with database.database.atomic():
        sql = (
            "UPDATE print_item SET posted = 1, posted_on = ? WHERE job_id = ? AND posted = 0"
            " AND position <= (SELECT printed FROM print_job WHERE id = ?)"
        )
        params: list[object] = [database.day_value(shop.today()), job_id, job_id]
        if positions is not None:
            if not positions:
                return 0
            sql += f" AND position IN ({database.marks(positions)})"
            params += list(positions)
        done = database.execute(sql, params)
        if done:
            journal.note(shop, "print.posted", "print_job", job_id, body={"pieces": done})
    return done


_JOB_SQL = (
    "SELECT j.id, j.kind, j.layout, j.from_day, j.to_day, j.occasion, j.pieces, j.printed, j.file_name,"
    " COALESCE(u.name, ''), j.created_at FROM print_job j LEFT JOIN staff_user u ON u.id = j.user_id"
)


def recent(shop: Shop, limit: int = 20) -> list[JobRow]:
    """The newest jobs first."""
    require(shop, Right.PRINT)
    return [_job(row) for row in database.rows(f"{_JOB_SQL} ORDER BY j.id DESC LIMIT ?", (limit,))]


def job_of(shop: Shop, job_id: int) -> JobRow:
    """One job. Raises Refused when there is none of that number."""
    require(shop, Right.PRINT)
    row = database.row(f"{_JOB_SQL} WHERE j.id = ?", (job_id,))
    if row is None:
        raise Refused("没有第 {id} 号打印任务。", field="job", id=job_id)
    return _job(row)


def items(shop: Shop, job_id: int) -> list[ItemRow]:
    """The pieces of a job in their order: whose, whether printed, when posted."""
    row = job_of(shop, job_id)
    found = database.rows(
        "SELECT i.position, i.customer_id, c.card_no, c.name, i.occasion, i.day, i.posted_on FROM print_item i"
        " JOIN customer c ON c.id = i.customer_id WHERE i.job_id = ? ORDER BY i.position",
        (job_id,),
    )
    return [
        ItemRow(
            at,
            who,
            card_no,
            name,
            occasion,
            database.as_day(day),
            at <= row.printed,
            database.as_day(posted_on),
        )
        for at, who, card_no, name, occasion, day, posted_on in found
    ]


def _job(row: Sequence) -> JobRow:
    return JobRow(row[0], PrintKind(row[1]), row[2], database.as_day(row[3]), database.as_day(row[4]), row[5], row[6],
                  row[7], row[8], row[9], str(row[10]))  # fmt: skip
