"""The owner's signature: everything decided in one sitting, in one transaction, with the PIN (spec 09, 3.9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import database
from services import again, journal
from services.errors import NotAllowed, Refused
from services.gifts.decide import approve, return_, unapprove, unreturn, users_above_clerk
from services.gifts.rows import Done
from services.rights import Right, require
from services.shop import Shop
from services.words import N_


@dataclass(frozen=True)
class Signed:
    """What the signature did."""

    approved: Done
    returned: Done
    yes: tuple[int, ...]
    no: tuple[int, ...]


def sign(
    shop: Shop,
    yes: Sequence[int],
    no: Mapping[int, str],
    pin: str = "",
    *,
    over_budget: str = "",
    seen: Mapping[int, int] | None = None,
) -> Signed:
    """Approves the lines `yes` and returns the lines `no` with their reasons: all or nothing.

    The policy may ask for the owner's `pin` once more. `over_budget`: why, where a budget of the policy is passed.
    `seen`: the versions of the lines as the owner looked at them. Refused where one of them has changed since, for a
    wrong PIN (counted like at signing in), lines that the owner handed in, and whatever the two verbs refuse.
    """
    require(shop, Right.APPROVE)
    if not yes and not no:
        raise Refused("请先在表里逐条批准（A）或退回（R），再签字。", field="line")
    _not_own(shop, yes)
    if shop.policy.safety.pin_for_approval:
        again.prove(shop, pin, Right.APPROVE, N_("批准要再输入一次密码。"))
    reasons: dict[str, list[int]] = defaultdict(list)
    for number, why in no.items():
        reasons[why].append(number)
    with database.database.atomic():
        _as_seen(seen or {})
        approved = approve(shop, line_ids=list(yes), reason=over_budget) if yes else Done(0)
        returned = sum(return_(shop, line_ids=ids, reason=why).done for why, ids in reasons.items())
    return Signed(approved, Done(returned), tuple(yes), tuple(no))


def unsign(shop: Shop, signed: Signed) -> None:
    """Takes the whole signature back, before anything was issued: all lines wait again."""
    require(shop, Right.APPROVE)
    with database.database.atomic():
        if signed.approved.done:
            unapprove(shop, signed.yes)
        if signed.returned.done:
            unreturn(shop, signed.no)


def _as_seen(seen: Mapping[int, int]) -> None:
    """Nobody signs for what they did not see: a line that was changed since it was marked stops the signature."""
    numbers, changed = list(seen), 0
    for at in range(0, len(numbers), 5_000):
        part = numbers[at : at + 5_000]
        sql = f"SELECT id, version FROM plan_line WHERE id IN ({database.marks(part)})"
        changed += sum(1 for number, version in database.rows(sql, part) if version != seen[number])
    if changed:
        raise Refused("有 {n} 条在您标记以后改过，什么都没有签。请看过新的再签字。", n=changed, field="line")


def _not_own(shop: Shop, yes: Sequence[int]) -> None:
    """Four eyes, said before the PIN is asked; `approve` would only leave such lines out."""
    if users_above_clerk() == 1:
        return
    for at in range(0, len(yes), 5_000):
        part = list(yes[at : at + 5_000])
        sql = f"SELECT COUNT(*) FROM plan_line WHERE submitted_by_id = ? AND id IN ({database.marks(part)})"
        own = int(database.value_of(sql, (shop.who, *part)))
        if own:
            journal.refused(shop, "approve_own_submission")
            raise NotAllowed(
                "这里有 {n} 条是您自己提交的，不能自己批准：请另一位店主批准，或请店长重新提交。", n=own
            )
