"""Two records of one person made one, with everything of both; and taken apart again exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models import database
from models.kinds import CustomerState, Grade
from services import grades, journal, merge_folds, merge_rows, pinyin, referrals, returns, search_index
from services.customer_fields import FIELD_WORDS, snapshot
from services.errors import Refused
from services.merge_rows import BIRTH, COLUMNS, Record
from services.rights import Right, require
from services.rules import customer_data as data
from services.rules import grading
from services.rules import merging as rules
from services.shop import Shop

FIELDS = tuple(name for name in FIELD_WORDS if name != "phones")
"""Fields with a choice; telephone numbers of both are kept."""


@dataclass(frozen=True)
class FieldRow:
    """One field of both records."""

    field: str
    keep: Any
    other: Any
    choice: str
    """keep, other or both: what is proposed"""
    may_join: bool


@dataclass(frozen=True)
class Preview:
    """What a merge would do."""

    keep_id: int
    other_id: int
    versions: tuple[int, int]
    fields: tuple[FieldRow, ...]
    """Only those in which the records differ"""
    moves: dict[str, int]
    """Table → rows that would move"""
    grade: str
    """The merged record's grade: A, B, C or lost"""
    points_balance: int
    tickets: int
    paid_total: int
    double_gifts: int
    """Gift occasions that both records have a line for: to be looked at by a person"""


@dataclass(frozen=True)
class Merged:
    kept_id: int
    other_id: int
    other_card: str
    """The card number of the merged-away record now: the two may have changed cards"""
    grade: str
    moved: dict[str, int]


def preview(shop: Shop, keep_id: int, other_id: int) -> Preview:
    """Both records field by field, and what would move. Changes nothing. Raises Refused."""
    require(shop, Right.MERGE)
    keep, other = _two(keep_id, other_id)
    ours, version = snapshot(keep_id, FIELDS)
    theirs, other_version = snapshot(other_id, FIELDS)
    fields = tuple(
        FieldRow(
            name,
            ours[name],
            theirs[name],
            rules.default(name, ours[name], theirs[name]),
            name in rules.JOINED and not (rules.is_empty(ours[name]) or rules.is_empty(theirs[name])),
        )
        for name in FIELDS
        if ours[name] != theirs[name]
    )
    moves = merge_rows.rows_of(keep_id, other_id)
    sums = rules.totals(keep, other)
    return Preview(
        keep_id,
        other_id,
        (version, other_version),
        fields,
        {name: len(rows) for name, rows in moves.items() if rows},
        _grade_together(shop, keep, other, sums),
        sums["points_balance"],
        sums["tickets"],
        sums["paid_total"],
        merge_rows.double_gifts(keep_id, other_id),
    )


def merge(
    shop: Shop,
    keep_id: int,
    other_id: int,
    choices: Mapping[str, str] | None = None,
    versions: tuple[int, int] | None = None,
) -> Merged:
    """Moves everything of `other_id` to `keep_id`. Raises Refused.

    `choices`: field → keep, other or both; what is not named goes as proposed. `versions` of the preview: refused
    where somebody changed one of the records meanwhile.
    """
    require(shop, Right.MERGE)
    with database.database.atomic():
        merge_rows.hold(keep_id, other_id)
        keep, other = _two(keep_id, other_id)
        if versions is not None and versions != (keep["version"], other["version"]):
            raise Refused("这两位客户的资料刚刚有人改过。请重新看一下再合并。")
        moved = merge_rows.rows_of(keep_id, other_id)
        newest_change = database.value_of("SELECT COALESCE(MAX(id), 0) FROM grade_change")
        values = _chosen(keep_id, other_id, keep, other, dict(choices or {}))
        merge_rows.move(moved, keep_id, other_id)
        _write_both(keep_id, other_id, values, keep, other)
        verdict = grades.regrade_one(shop, keep_id)
        merge_folds.settle(moved, keep_id, other_id, shop.today())
        search_index.refresh_many([keep_id, other_id])
        changes = database.rows(
            "SELECT id FROM grade_change WHERE customer_id = ? AND id > ?", (keep_id, newest_change)
        )
        moved["grade_change"] = [row[0] for row in changes]
        number = database.insert(
            "customer_merge",
            kept_id=keep_id,
            other_id=other_id,
            day=shop.today(),
            user_id=shop.who,
            before=json.dumps({"kept": keep, "other": other}, ensure_ascii=False),
            after=json.dumps(merge_rows.record(keep_id), ensure_ascii=False),
            moved=json.dumps(moved, ensure_ascii=False),
            undone=0,
            created_at=database.moment_value(shop.clock.now()),
        )
        beside = ("grade_change", *merge_folds.EXTRAS)
        counts = {name: len(rows) for name, rows in moved.items() if rows and name not in beside}
        body = {"kept": keep["card_no"], "other": other["card_no"], "merge": number, "moved": counts}
        journal.note(shop, "customer.merged", "customer", other_id, customer_id=keep_id, body=body)
    card = keep["card_no"] if values["card_no"] != keep["card_no"] else other["card_no"]
    return Merged(keep_id, other_id, card, _shown(verdict.grade.value, verdict.state), counts)


def undo_merge(shop: Shop, other_id: int) -> int:
    """Takes a merge apart again; what was booked since stays with the kept record. Returns its id. Raises Refused."""
    require(shop, Right.MERGE)
    with database.database.atomic():
        found = database.row(
            "SELECT id, kept_id, day, before, after, moved FROM customer_merge WHERE other_id = ? AND undone = 0",
            (other_id,),
        )
        if found is None:
            raise Refused("这位客户没有合并过，没有可以撤销的合并。")
        number, keep_id = int(found[0]), int(found[1])
        merge_rows.hold(keep_id, other_id)
        _newest_of(keep_id, number)
        before, after = json.loads(found[3]), json.loads(found[4])
        if not before:
            raise Refused("这次合并的资料已经删除，合并不能再撤销。")
        now = merge_rows.record(keep_id)
        # Books of an older program did not keep every column: what it did not know stays as it is.
        before = {"kept": now | before["kept"], "other": merge_rows.record(other_id) | before["other"]}
        after = now | after
        moved = merge_rows.without_gone(number, json.loads(found[5]))
        merge_rows.move_back(moved, keep_id, other_id)
        merge_folds.restore(moved)
        merge_rows.pass_on_gone(number, other_id)
        if moved["grade_change"]:
            database.execute_many(
                "UPDATE grade_change SET undone = 1 WHERE id = ?", [(one,) for one in moved["grade_change"]]
            )
        counted = any(now[name] != after[name] for name in merge_rows.TOTALS)
        judged = counted or any(now[name] != after[name] for name in merge_rows.GRADED)
        kept = {name: before["kept"][name] if now[name] == after[name] else now[name] for name in COLUMNS}
        _restore(keep_id, other_id, kept, before["other"])
        if counted:
            for one in (keep_id, other_id):
                returns.recount(one)
        if judged or database.as_day(found[2]) != shop.today():
            for one in (keep_id, other_id):
                grades.regrade_one(shop, one)
        _enough_points(keep_id)
        search_index.refresh_many([keep_id, other_id])
        database.execute("UPDATE customer_merge SET undone = 1 WHERE id = ?", (number,))
        body = {"kept": kept["card_no"], "other": before["other"]["card_no"], "merge": number}
        journal.note(shop, "customer.unmerged", "customer", other_id, customer_id=keep_id, body=body)
    return keep_id


def merge_all(
    shop: Shop, keep_id: int, other_ids: Sequence[int], versions: Mapping[int, int] | None = None
) -> list[Merged]:
    """Several records of one person into one, each field as proposed; all of them or none. Raises Refused.

    `versions`: id → version as the person saw them; refused where one was changed meanwhile.
    """
    require(shop, Right.MERGE)
    others = list(dict.fromkeys(other_ids))
    if not others:
        raise Refused("请选择要并入的客户。")
    with database.database.atomic():
        merge_rows.hold(keep_id, *others)
        for one, seen in (versions or {}).items():
            record = merge_rows.record(one)
            if record["version"] != seen:
                raise Refused("{name}的资料刚刚有人改过。请重新看一下再合并。", name=record["name"])
        return [merge(shop, keep_id, other) for other in others]


def undo_all(shop: Shop, other_ids: Sequence[int]) -> None:
    """The undo of `merge_all`: the last one comes off first. Raises Refused."""
    require(shop, Right.MERGE)
    with database.database.atomic():
        for other in reversed(list(dict.fromkeys(other_ids))):
            undo_merge(shop, other)


def records_of(customer_id: int) -> list[int]:
    """The records that were merged into this one, also by way of others: an erase takes them along."""
    found = [customer_id]
    for one in found:
        found += [
            row[0]
            for row in database.rows("SELECT id FROM customer WHERE merged_into_id = ? ORDER BY id", (one,))
            if row[0] not in found
        ]
    return found[1:]


def forget(customer_ids: Sequence[int]) -> int:
    """Clears what the merges of these customers keep of both records. Returns how many merges.

    For the verb that erases a person, inside its transaction: a merge that is forgotten cannot be taken apart.
    """
    if not customer_ids:
        return 0
    marks = database.marks(customer_ids)
    return database.execute(
        "UPDATE customer_merge SET before = '{}', after = '{}', moved = '{}'"
        f" WHERE (kept_id IN ({marks}) OR other_id IN ({marks})) AND before <> '{{}}'",
        (*customer_ids, *customer_ids),
    )


def merged_by_card(card_no: str) -> int:
    """The id of the merged-away record behind a card number. Raises Refused."""
    typed = data.half_width(data.clean(card_no))
    found = database.value_of(
        "SELECT id FROM customer WHERE card_no IN (?, ?) AND state = 'merged'", (typed, typed.upper())
    )
    if found is None:
        raise Refused("卡号“{card_no}”没有被合并过。", card_no=typed[:40], field="card_no")
    return int(found)


def _two(keep_id: int, other_id: int) -> tuple[Record, Record]:
    if keep_id == other_id:
        raise Refused("请选择两位不同的、还在册的客户。")
    keep, other = merge_rows.record(keep_id), merge_rows.record(other_id)
    for one in (keep, other):
        if one["state"] not in (CustomerState.ACTIVE, CustomerState.LOST):
            raise Refused("{name}的资料已经合并或删除，不能再合并。", name=one["name"])
    return keep, other


def _chosen(keep_id: int, other_id: int, keep: Record, other: Record, choices: dict[str, str]) -> Record:
    """The columns of the kept record after the merge, without the card number."""
    ours, _version = snapshot(keep_id, FIELDS)
    theirs, _version = snapshot(other_id, FIELDS)
    for name, choice in choices.items():
        allowed = (rules.KEEP, rules.OTHER, *((rules.BOTH,) if name in rules.JOINED else ()))
        if name not in FIELDS or choice not in allowed:
            raise Refused("“{field}”不能这样选。", field=name)
    values: Record = {}
    for name in FIELDS:
        choice = choices.get(name) or rules.default(name, ours[name], theirs[name])
        if choice == rules.BOTH:
            most = data.TEXT_MAX if name == "note" else data.SHORT_MAX
            values[name] = rules.together(name, ours[name], theirs[name], most)
            continue
        chosen = keep if choice == rules.KEEP else other
        for column in BIRTH if name == "birthday" else (merge_rows.PLAIN.get(name, name),):
            values[column] = chosen[column]
    values |= referrals.after_merge(keep, other, values["referred_by_id"])
    values["sort_key"] = pinyin.sort_key(values["name"])
    values |= rules.totals(keep, other)
    if other["special"] and not keep["special"]:
        values |= {"special": 1, "special_reason": other["special_reason"]}
    if other["hand_grade"] and not keep["hand_grade"]:
        values |= {"hand_grade": other["hand_grade"], "hand_reason": other["hand_reason"]}
    return values


def _write_both(keep_id: int, other_id: int, values: Record, keep: Record, other: Record) -> None:
    emptied: Record = dict.fromkeys(rules.SUMS, 0)
    emptied |= {"state": CustomerState.MERGED.value, "merged_into_id": keep_id}
    emptied["referred_by_id"] = other["referred_by_id"] if other["referred_by_id"] != keep_id else None
    if values["card_no"] != keep["card_no"]:
        # The two change cards; no card number may stand twice, not even for a moment.
        merge_rows.write(other_id, {"card_no": f"#{other_id}"})
        emptied["card_no"] = keep["card_no"]
    merge_rows.write(keep_id, values)
    merge_rows.write(other_id, emptied)


def _restore(keep_id: int, other_id: int, kept: Record, other: Record) -> None:
    merge_rows.write(keep_id, {"card_no": f"#{keep_id}"})
    merge_rows.write(other_id, {name: other[name] for name in COLUMNS})
    merge_rows.write(keep_id, kept)


def _newest_of(keep_id: int, number: int) -> None:
    """Merges come apart in the reverse order in which they were made."""
    later = database.row(
        "SELECT c.name, c.card_no FROM customer_merge m JOIN customer c ON c.id = m.other_id"
        " WHERE m.kept_id = ? AND m.undone = 0 AND m.id > ? ORDER BY m.id DESC LIMIT 1",
        (keep_id, number),
    )
    if later:
        raise Refused("请先撤销后来与{name}（{card_no}）的合并。", name=later[0], card_no=later[1])
    kept = database.row("SELECT state, name, card_no FROM customer WHERE id = ?", (keep_id,))
    assert kept is not None
    if kept[0] == CustomerState.MERGED:
        raise Refused("请先撤销{name}（{card_no}）自己的合并。", name=kept[1], card_no=kept[2])
    if kept[0] == CustomerState.ERASED:
        raise Refused("{name}的资料已经删除，合并不能再撤销。", name=kept[1])


def _enough_points(keep_id: int) -> None:
    balance = int(database.value_of("SELECT points_balance FROM customer WHERE id = ?", (keep_id,)) or 0)
    if balance < 0:
        raise Refused("合并以后兑换的积分用到了对方的积分，差{n}分，不能撤销。请先退回兑换。", n=-balance)


def _grade_together(shop: Shop, keep: Record, other: Record, sums: Record) -> str:
    policy, today = shop.policy.grades, shop.today()
    at = grading.bounds(policy, today)
    recent = database.value_of(
        "SELECT COUNT(*) FROM ticket WHERE customer_id IN (?, ?) AND day >= ? AND day <= ? AND counts = 1",
        (keep["id"], other["id"], at.recent_since, today),
    )
    registered = database.as_day(sums["registered_on"])
    assert registered is not None
    facts = grading.Facts(
        sums["points_earned"],
        int(recent),
        sums["tickets"],
        registered,
        database.as_day(sums["last_visit"]),
        database.as_day(sums["last_purchase"]),
        bool(keep["special"] or other["special"]),
        Grade(keep["hand_grade"] or other["hand_grade"])
        if keep["hand_grade"] or other["hand_grade"]
        else None,
    )
    verdict = grading.judge(facts, policy, today, at)
    return _shown(verdict.grade.value, verdict.state)


def _shown(grade: str, state: str) -> str:
    return "lost" if state == CustomerState.LOST else grade
