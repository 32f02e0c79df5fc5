"""Every verb of the services that window or command line can set going × role, called past both (spec 09 §3.9, 52)."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from models import database
from models.kinds import Occasion, Role
from services.errors import NotAllowed
from services.shop import Shop
from tests.conftest import TODAY
from tests.faults.call_graph import read
from tests.faults.test_every_act_asks import acts

LOWEST = {
    Role.CLERK: """
        allocation: members
        arrivals: add last recent remove some
        arrivals_find: find
        arrivals_list_pdf: paper
        arrivals_plan: export plan unplan
        call_list: write
        campaigns.answers: answer attend attendance put_back
        campaigns.costs: costs
        campaigns.reading: campaign campaigns member_ids members
        campaigns.segment: of_filter
        campaigns.sending: batches_of
        consents: record settle undo undo_all
        contact_lists: counts days find
        contact_notes: opt_out plan record reveal_phone talk
        contact_papers: draw gather write
        contact_rows: history rows
        contact_views: loads mend_number question_for reached_and_next to_verify undo_mend
            verify_count
        contacts: done done_many undo undo_many
        customer_list: count ids
        customer_notes: add_note change_day change_note forget_day remember_day remove_note
        customer_page: customer_page
        customers: change on_file register
        export_pass: copied
        filters.saved: by_name delete rename restore save saved
        filters.words: names
        find: find
        gift_checks.stock_files: draw_count_sheet save_purchase_list
        gifts.budget: budget
        gifts.choose: options
        gifts.collection: received uncollected under_way_ids undo_received
        gifts.extra: special_customers
        gifts.issue: issue issue_many undo_issue
        gifts.packing: pack pack_days pdf printed to_pack unpack write
        gifts.parcels: parcels
        gifts.picks: picks
        gifts.purchase: purchase_gift purchase_gift_choices
        gifts.queries: line line_ids lines lines_by_id plan_view waiting_ids
        gifts.rounds: approval approval_rows waiting_months
        gifts.shortage: shortage
        gifts.slips: pdf printed write
        gifts.year: month_days year_overview
        gifts_sheet: sheet_of write_sheet
        grade_lists: lost_ids lost_rows named
        hand_over: burden
        icalendar: write
        mailing: posting_bench
        matrix_preview: preview
        points: totals_of
        printing.bench: desk tick untick
        printing.enclosures: number_vouchers
        printing.jobs: make save
        printing.ledger: items printed recent record
        printing.prepare: prepare
        printing.sample: draw
        purchases: buy preview
        questions: answer not_now undo_answer undo_not_now
        referrals: set_referrer thank undo_referrer undo_thanks
        returns: preview_return return_line undo_return
        rewards: redeem_gift redeem_voucher rewards undo
        schedule: generate
        selection: note take_notes_back
        sms.batches: make_due
        sms.collecting: collect look
        sms.reading: batch batches messages
        sms.replies: recent
        sms.resolving: unknown
        sms.templates: add change in_use starters templates
        stock.catalogue: catalogue
        stock.ledger: card
        stock.reorder: reorder_list
        stock.stocktake: open_stocktake stocktake
        stock.valuation: valuation
        text_library: add add_starters change retire texts
        text_library_files: read
        ticket_undo: undo
        unregister: unregister
        unregistered: month_figures skip today_count undo
        visits: undo visit
        vouchers.lists: by_number history ids rows usable_by
    """,
    Role.MANAGER: """
        allocation: add_group apply close_group movers place_member preview rename_group
            reopen_group
        allocation_log: acts undo
        campaigns.costs: add strike
        campaigns.drafts: again change new
        campaigns.ending: cancel close reopen
        campaigns.looking: look
        campaigns.release: release
        campaigns.results: last_of result save
        campaigns.sending: export
        chain_head: write
        contact_notes: check check_many
        contact_results: of_topic results save
        customers: grade_by_hand
        data_report: write
        duplicates: dismiss pair_of pairs sides undismiss
        exports: export
        gift_checks.effect: effect save
        gift_checks.reconciliation: lines_behind reconcile save
        gift_checks.sample: draw_call_list draw_sample note_outcome sample write_call_list
        gift_checks.signals: save signals
        gift_checks.stock_files: count_sheet save_card save_reorder save_valuation
        gifts.choose: choose_gift choose_gifts replace
        gifts.collection: to_stock_again undo_to_stock
        gifts.decide: cancel reopen
        gifts.issue: check
        gifts.picks: pick
        gifts.proposal: propose
        gifts.submit: submit withdraw
        gifts_readback: book preview write_refused
        grades: apply undo
        hand_over: apply preview
        hand_over_list: draw sheet_of sheet_of_act write
        imports.run: apply plan
        list_export: export
        merge_list: merges
        merge_words: compare
        merging: merge merge_all preview undo_all undo_merge
        points: adjust
        printing.envelopes: save
        printing.label_sheets: save
        printing.setups: back
        printing.texts: save
        rewards: set_price
        selection: ask_erase assign place put_back withdraw_erase
        sms.batches: cancel make_for make_for_filter review tired_of unreview
        sms.confirming: all_sent by_file none_sent undo
        sms.handing_over: export
        sms.resolving: resolve stop
        sms.sending: send
        sms.templates: release retire withdraw
        stock.acts: count receive take_back take_back_all write_off
        stock.catalogue: add_gift change_gift
        stock.claims: lay_again waiting_claims withdraw
        stock.stocktake: begin_stocktake cancel_stocktake close_stocktake enter_counts recount
            undo_stocktake
        trail: head_of people read
        vouchers.issue: issue
        vouchers.state: revive void
    """,
    Role.OWNER: """
        backup_restore: lost_by restore
        customers: name_special
        encryption: decrypt encrypt set_passphrase wipe_other_backups
        erasing.acts: erase erase_all preview
        erasing.certificate: certificate
        gifts.decide: approve return_
        gifts.extra: give_extra
        gifts.sign: sign unsign
        gifts.sitting: keep_marks
        policies: set_value set_values
        restore_view: compare
        retention: candidates decline keep undo_decline
        selection: name_special
        sms.account: forget keep
        sms.trying_out: connection message
        staff: add_user disable_user
        stock.claims: confirm refuse
        moving: move
        transfer.moving: move
    """,
}
"""The lowest role that may, from spec 09 §3.9 and the duties of spec 01: clerk < manager < owner; nobody may nothing."""

OTHERWISE = {
    "rights.require": "the question itself",
    "staff.sign_in": "nobody is signed in before it",
    "staff.change_pin": "one's own by everybody, others' by the owner: tested below",
    "again.prove": "asks for the PIN of a right that is given to it",
    "backup.begin": "the program's own copies need nobody, other folders a manager: tested below",
    "backup.snapshot": "as backup.begin",
    "daily.back_up": "the program's own day",
    "daily.open_day": "the program's own day",
    "schedule.daily": "the program's own day",
}

ON_RECORD = {
    "gift_checks.stock_files.save_card",
    *(f"gifts.choose.{one}" for one in ("choose_gift", "choose_gifts", "options", "replace")),
}
"""These look their record up before they ask: refused for it when there is none. The command line's matrix has one."""

RANK = {None: 0, Role.CLERK: 1, Role.MANAGER: 2, Role.OWNER: 3}


def table() -> dict[str, Role]:
    found = {}
    for role, text in LOWEST.items():
        for module, verbs in re.findall(r"([\w.]+):((?:\s+\w+(?!\w*[.:\w]*:))+)", text):
            found.update({f"{module}.{verb}": role for verb in verbs.split()})
    return found


@pytest.fixture(scope="module")
def verbs() -> list[str]:
    return sorted(
        f"{module}.{name}".removeprefix("services.") for module, name in acts(read("services", "ui"))
    )


def verb(name: str) -> Callable[..., Any]:
    module, function = name.rsplit(".", 1)
    found: Callable[..., Any] = getattr(importlib.import_module(f"services.{module}"), function)
    return found


def arguments(function: Callable[..., Any], folder: Path) -> dict[str, Any]:
    """Something of the right kind for everything that must be given."""
    needed = [
        one
        for one in list(inspect.signature(function).parameters.values())[1:]
        if one.default is one.empty and one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    ]
    return {one.name: something(one.name, str(one.annotation), folder) for one in needed}


def something(name: str, kind: str, folder: Path) -> Any:
    if name in ("at", "values", "text") and "None" in kind:
        return None
    if "Path" in kind:
        return folder / "nothing.xlsx"
    known: dict[str, Any] = {"int": 1, "str": "x", "date": TODAY}
    named = {"occasion": str(Occasion.BIRTHDAY.value), "language": "zh", "layout": "DL", "grade": ""}
    if kind == "str" and name in named:
        return named[name]
    return [1] if re.search(r"(Sequence|Collection|Iterable)\[int\]", kind) else known.get(kind, MagicMock())


def test_every_verb_has_its_row(verbs: list[str]) -> None:
    known = table().keys() | OTHERWISE.keys()
    assert set(verbs) == known, (set(verbs) - known, known - set(verbs))


def test_every_verb_refuses_the_roles_below_its_own(
    verbs: list[str], shop: Shop, clerk: Shop, manager: Shop, tmp_path: Path
) -> None:
    lowest, wrong, cells = table(), [], 0
    people = {None: shop, Role.CLERK: clerk, Role.MANAGER: manager}
    before = owned()
    for name in (one for one in verbs if one in lowest and one not in ON_RECORD):
        function = verb(name)
        for role, someone in people.items():
            if RANK[role] >= RANK[lowest[name]]:
                continue
            cells += 1
            try:
                function(someone, **arguments(function, tmp_path))
                wrong.append((name, role, "did it"))
            except NotAllowed:
                pass
            except Exception as why:
                wrong.append((name, role, repr(why)))
    assert not wrong, wrong
    assert cells > 450
    assert owned() == before and not list(tmp_path.glob("nothing*"))


def owned() -> dict[str, int]:
    """How many rows each table holds but the journal, which notes the attempts."""
    names = database.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    )
    tables = [name for (name,) in names if not name.startswith(("journal", "sqlite"))]
    return {name: int(database.value_of(f'SELECT COUNT(*) FROM "{name}"')) for name in tables}


def test_others_pins_and_copies_into_a_pocket_are_not_everybodys(
    shop: Shop, clerk: Shop, manager: Shop, tmp_path: Path
) -> None:
    from services import backup, staff

    for someone in (shop, clerk, manager):
        with pytest.raises(NotAllowed):
            staff.change_pin(someone, "店主", "730515")
    for someone in (shop, clerk):
        for copy in (backup.snapshot, backup.begin):
            with pytest.raises(NotAllowed):
                copy(someone, "manual", tmp_path / "stick")
    assert not (tmp_path / "stick").exists()
    assert backup.snapshot(manager, "manual", tmp_path / "stick").file.exists()


def test_a_role_that_was_taken_away_is_gone_in_the_open_session(owner: Shop, manager: Shop) -> None:
    from services import stock

    database.execute("UPDATE staff_user SET role = 'clerk' WHERE name = '店长'")
    with pytest.raises(NotAllowed):
        stock.add_gift(manager, "杯子", "小礼品", 500)
    assert manager.actor
    with pytest.raises(NotAllowed):
        stock.add_gift(replace(owner, actor=replace(manager.actor, role=Role.OWNER)), "杯子", "小礼品", 500)
