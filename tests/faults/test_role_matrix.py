"""Every command × role, as spec 09 §3.9 says it: the table stands here in words of its own, not in the program's."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.till import CLERK, MANAGER, OWNER, TODAY, Till, dump, rows

NOBODY = ""
ROLES = (NOBODY, CLERK, MANAGER, OWNER)
RANK = {role: number for number, role in enumerate(ROLES)}

ALLOWED = {
    NOBODY: """
        policy show
        policy history
        user list
        check
    """,
    CLERK: """
        arrivals add Q1
        arrivals list
        arrivals remove 1
        arrivals customers
        arrivals schedule
        campaign list
        campaign show 1
        campaign answer 1 K00001 coming
        campaign attend 1 K00001
        schedule
        contact done 1
        contact no-answer 2
        contact postpone 3
        contact wrong-number 4
        contact refused 5
        contact undo 1
        contact note K00001 --note x
        contact plan K00001 --on 2026-12-01
        contact opt-out K00001 --channel sms
        contact sheet check --out {out}.pdf
        visit K00001
        buy K00001 --item Q1 --price 10
        find 李
        show K00001
        customer add 新客 --card K90001
        customer consent K00001 --give sms --way 登记表
        customer ask K00001
        customer day K00001 结婚 05-20
        customer note K00001 喜欢安静
        customer referrer K00001 K00002
        customer thanked K00001
        gifts list --month 2026-12
        gifts changes --month 2026-12
        gifts budget --month 2026-12
        gifts year 2027
        gifts issue {line}
        gifts undo-issue {line} --reason x
        gifts purchase 1 K00001 保温杯
        gifts uncollected
        gifts send {line}
        gifts received {line} --by 本人
        gifts undo-received {line}
        gifts pack {line}
        gifts unpack {line}
        gifts slip {line} --out {out}.pdf
        gifts packing
        gifts under-way
        gifts sheet --month 2026-12 --out {out}.pdf
        gifts stock list
        group list
        points K00001
        points list
        points redeem K00001 --gift 保温杯
        points undo 1
        cards --from 2026-12-01 --to 2026-12-31 --out {out}.pdf
        labels --from 2026-12-01 --to 2026-12-02 --out {out}.pdf
        envelopes --from 2026-12-01 --to 2026-12-31 --out {out}.pdf
        sale skip --reason hurry
        sale undo 1
        sale figures
        daily
        backup
        sms template list
        sms template add 祝福 --topic birthday --text 您好
        sms template change 祝福 --text 您好
        sms batch
        sms list
        sms replies
        sms status 1
        texts list
        texts add 今天降温
        texts retire 1
        texts restore 1
        texts import {file}
        texts starters
        texts pick K00001
        voucher show 1
        voucher list
    """,
    MANAGER: """
        campaign new 新装 --kind news --from 2026-12-01
        campaign look 1
        campaign release 1
        campaign close 1
        campaign reopen 1
        campaign again 1
        campaign cancel 1 --reason x
        campaign export 1 --out {out}.xlsx
        campaign cost 1 --what 海报 --amount 10
        campaign result 1
        contact results --month 2026-11
        customer grade K00001 A --reason x
        customer duplicates
        customer merge K00001 K00002 --dry-run
        customer merges
        customer unmerge K00002
        customer data K00001 --out {out}.json
        gifts propose --month 2026-12
        gifts submit {plan}
        gifts cancel {line} --reason x
        gifts to-stock {line} --reason x
        gifts choose {line} 保温杯
        gifts replace {line} 保温杯 --reason x
        gifts picks {line} 2
        gifts check {line}
        gifts undo-to-stock {line}
        gifts read-back {file} --dry-run
        gifts stock add 新礼品 --class 小礼品 --cost 5
        gifts stock receive 保温杯 --qty 1
        gifts stock count 保温杯 --qty 3
        gifts stock breakage 保温杯 --qty 1 --reason x
        gifts stock return {line} --reason x
        gifts stock undo 1 --reason x
        gifts stock waiting
        gifts stock stocktake begin
        gifts stock stocktake show
        gifts stock stocktake sheet --out {out}.pdf
        gifts stock stocktake enter 保温杯=3
        gifts stock stocktake close --by 店长
        gifts stock stocktake cancel --reason x
        gifts stock stocktake undo 1 --reason x
        gifts stock card 保温杯
        gifts stock value
        gifts stock reorder
        gifts reconcile --month 2026-11
        gifts signals --month 2026-11
        gifts sample --month 2026-11
        gifts sample-draw --month 2026-11
        gifts sample-note 1 received --month 2026-11
        gifts effect --from 2026-01-01 --to 2026-11-01
        grade --apply
        grade --undo
        group add 三组
        group rename 一组 甲组
        group close 二组
        group place 店员 一组
        group allocate
        group hand-over 店员 --to 小王
        group acts
        group undo 1
        import customers {file} --dry-run
        export customers --out {out}.xlsx --filter A --reason x
        points adjust K00001 5 --reason x
        points price 保温杯 5
        audit
        sms template starters
        sms template release 祝福
        sms template withdraw 祝福
        sms template retire 祝福
        sms template restore 祝福
        sms review 1
        sms cancel 1
        sms undo 1
        sms export 1 --out {out}.xlsx
        sms confirm 1 --all
        sms send 1
        sms resolve 1 --leave
        sms stop 1
        sms gateway show
        voucher issue --value 50
        voucher void 1 --reason x
    """,
    OWNER: """
        customer special K00001 --reason x
        gifts approve {plan}
        gifts return {plan} --reason x
        gifts extra K00001 保温杯 --day 2026-12-01 --reason x
        gifts stock confirm 1
        gifts stock refuse 1 --reason x
        erase K00002 --dry-run
        key sheet --to {out}.pdf
        key off
        key remember
        key forget
        key wipe-backups
        key on
        user add 新人 --role clerk
        user disable 小李
        policy set grades.a.points 60
        sms gateway set --host 127.0.0.1 --system-id x
        sms gateway test
        sms gateway remove
        transfer --to {out}.db
    """,
}
