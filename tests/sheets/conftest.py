"""Sheets to print, fill in and read back."""

from __future__ import annotations

from datetime import date

import pytest

from services.sheets.approval import ApprovalSheet, SheetLine

NAMES = ("王小丽", "欧阳建国", "单芳", "=1+1", "赵一钱孙李周吴郑王冯陈褚卫蒋沈韩杨")


def a_sheet(lines: int = 5, extras: tuple[str, ...] = (), **changes: object) -> ApprovalSheet:
    made = tuple(
        SheetLine(
            101 + i,
            f"K{i + 1:03}",
            NAMES[i % len(NAMES)],
            f"生日（12月{i % 28 + 1}日）",
            ("皮具", "咖啡杯")[i % 2],
            gift=("真皮钱夹", "骨瓷杯")[i % 2],
            cost=(12_900, 2_350)[i % 2],
            due=date(2026, 12, i % 28 + 1),
            handover="到店领取",
            status="已批准",
        )
        for i in range(lines)
    )
    facts: dict[str, object] = {
        "plan_id": 7,
        "plan_number": "2026-12",
        "month": "2026年12月",
        "shop_name": "和平路店",
        "lines": made,
        "printed_on": date(2026, 11, 22),
        "extras": extras,
        "chain_head": "ab12" * 16,
    }
    return ApprovalSheet(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.fixture
def key() -> bytes:
    return b"the shop's own secret"
