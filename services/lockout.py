"""Wrong PINs: a few tries, then one behind each of growing waits (spec 09 §3.9).

A try is counted before the PIN is looked at, so ten programs guessing at once get no more than one. A wait is measured
by the seconds since this computer was switched on: setting the clock neither ends it nor makes it last for years. Only
after a restart is the clock believed, and then for no more than the wait itself.
"""

from __future__ import annotations

import hashlib

from models import database
from services import journal, key_waits
from services.errors import Refused
from services.shop import Shop

_FIRST_SECONDS = 60
_FREE = "UPDATE staff_user SET failures = 0, lockouts = 0, locked_until = 0, lock_seconds = 0, lock_tick = 0 WHERE id = ?"


def spend(shop: Shop, user_id: int) -> int:
    """Counts a try. Returns how many are left after it: 0 when the account is locked from now on.

    Raises Refused while it is locked. Never inside another transaction, which could take the counting back.
    """
    assert not database.database.in_transaction()
    if database.viewing():
        return _spend_here(shop, user_id)
    with database.database.atomic():
        # The row is taken first, so that two counters wait for one another.
        database.execute("UPDATE staff_user SET failures = failures + 1 WHERE id = ?", (user_id,))
        # Only now the time is asked: whoever waited here would come with seconds from before another's lock.
        now, tick = int(shop.clock.now().timestamp()), shop.clock.ticks()
        found = database.row(
            "SELECT failures, lockouts, locked_until, lock_seconds, lock_tick FROM staff_user WHERE id = ?",
            (user_id,),
        )
        assert found is not None
        failures, lockouts, until, seconds, since = map(int, found)
        waiting = _waiting(until, seconds, since, now, tick)
        if waiting > 0:
            raise Refused(
                "密码错误次数太多，请 {minutes} 分钟后再试。", minutes=-(-waiting // 60), field="pin"
            )
        safety = shop.policy.safety
        longest = safety.pin_lock_minutes_max * 60
        if lockouts and waiting <= -longest:  # a quiet hour after the last lock: all tries are there again
            failures, lockouts = 1, 0
            database.execute("UPDATE staff_user SET failures = 1, lockouts = 0 WHERE id = ?", (user_id,))
        left = (safety.pin_tries if not lockouts else 1) - failures
        if left <= 0:
            wait = min(_FIRST_SECONDS * 2 ** min(lockouts, 20), longest)
            database.execute(
                "UPDATE staff_user SET failures = 0, lockouts = lockouts + 1, locked_until = ?, lock_seconds = ?,"
                " lock_tick = ? WHERE id = ?",
                (now + wait, wait, tick, user_id),
            )
    return max(left, 0)


def _spend_here(shop: Shop, user_id: int) -> int:
    """Where the books can only be looked at, a lock that stands in them holds, and new tries are counted for this account
    of this PC, with waits that grow as for an encrypted file's key.
    """
    sql = "SELECT locked_until, lock_seconds, lock_tick FROM staff_user WHERE id = ?"
    until, seconds, since = map(int, database.row(sql, (user_id,)) or (0, 0, 0))
    waiting = _waiting(until, seconds, since, int(shop.clock.now().timestamp()), shop.clock.ticks())
    if waiting > 0:
        raise Refused("密码错误次数太多，请 {minutes} 分钟后再试。", minutes=-(-waiting // 60), field="pin")
    key_waits.check(_here(user_id))
    return max(shop.policy.safety.pin_tries - key_waits.failed(_here(user_id)), 0)


def _here(user_id: int) -> str:
    """Names the account of these books and tells nothing of their secret."""
    shop = hashlib.sha256(str(database.value_of("SELECT secret FROM shop_info")).encode()).hexdigest()
    return f"pin-{shop[:16]}-{user_id}"


def _waiting(until: int, seconds: int, since: int, now: int, tick: int) -> int:
    """Seconds that an account stays locked. `since` and `tick` count from the start of the computer."""
    if not seconds:  # locked by a former version, which kept only the clock's word
        return until - now
    if tick >= since:
        return seconds - (tick - since)
    return min(until - now, seconds)


def forgive(user_id: int) -> None:
    """The PIN was right: all is well again."""
    if database.viewing():
        key_waits.clear(_here(user_id))
        return
    database.execute(_FREE, (user_id,))


def tell(shop: Shop, user_id: int, left: int) -> Refused:
    """Writes a wrong PIN to the journal. Returns the sentence."""
    with database.database.atomic():
        journal.note(shop, "sign_in_failed" if left > 0 else "locked_out", "user", user_id)
    if left <= 0:
        return Refused("密码不对。错误次数太多，账号暂时锁定。", field="pin")
    return Refused("密码不对，还可以试 {left} 次。", left=left, field="pin")
