"""The acts of the journal in words, and their contents in one line."""

from __future__ import annotations

import json
from typing import Any

from services.words import N_, _

ACTS = {
    "shop.opened": N_("新开账册"),
    "day.opened": N_("开店"),
    "demo.filled": N_("填入演示资料"),
    "signed_in": N_("登录"),
    "sign_in_failed": N_("密码不对"),
    "locked_out": N_("账号锁定"),
    "refused": N_("越权被拒"),
    "user.added": N_("添加员工"),
    "user.disabled": N_("停用员工"),
    "user.pin_changed": N_("修改密码"),
    "policy.changed": N_("修改客情标准"),
    "restored": N_("恢复备份"),
    "customer.registered": N_("登记客户"),
    "customer.changed": N_("修改客户资料"),
    "customer.consent": N_("联络同意或拒绝"),
    "customer.consent_undone": N_("撤销联络意愿"),
    "customer.verified": N_("核对资料"),
    "customer.verified_undone": N_("撤销核对资料"),
    "question.put_off": N_("客户不想回答"),
    "question.put_off_undone": N_("撤销“不想回答”"),
    "customer.noted": N_("写备注"),
    "customer.note_removed": N_("删除备注"),
    "customer.note_changed": N_("修改备注"),
    "customer.day_added": N_("添加纪念日"),
    "customer.day_changed": N_("修改纪念日"),
    "customer.day_removed": N_("删除纪念日"),
    "referral.thanked": N_("为介绍道谢"),
    "referral.thanks_undone": N_("撤销道谢"),
    "customer.special": N_("指定特殊客户"),
    "customer.graded_by_hand": N_("手工定级"),
    "customer.merged": N_("合并客户"),
    "customer.unmerged": N_("撤销合并"),
    "customer.not_same": N_("不是同一位客户"),
    "customer.not_same_undone": N_("撤销“不是同一位客户”"),
    "group.added": N_("添加销售组"),
    "group.renamed": N_("销售组改名"),
    "group.closed": N_("关闭销售组"),
    "group.reopened": N_("重新打开销售组"),
    "group.member": N_("员工换组"),
    "group.allocated": N_("平均分配客户"),
    "group.handed_over": N_("交接客户"),
    "group.hand_over_listed": N_("打印交接清单"),
    "group.allocation_undone": N_("撤销分配或交接"),
    "phone.revealed": N_("查看完整电话"),
    "ticket.booked": N_("登记消费"),
    "ticket.undone": N_("撤销消费"),
    "line.returned": N_("退货"),
    "visit.noted": N_("登记到店"),
    "visit.undone": N_("撤销到店"),
    "sale.unregistered": N_("未登记的消费"),
    "sale.unregistered_undone": N_("撤销未登记的消费"),
    "points.adjusted": N_("调整积分"),
    "points.redeemed": N_("兑换积分"),
    "grades.applied": N_("客户整理"),
    "grades.undone": N_("撤销客户整理"),
    "gift.proposed": N_("提出礼品计划"),
    "gift.submitted": N_("提交礼品计划"),
    "gift.approved": N_("批准礼品"),
    "gift.returned": N_("退回礼品"),
    "gift.withdrawn": N_("撤回提交"),
    "gift.approval_undone": N_("撤销批准"),
    "gift.return_undone": N_("撤销退回"),
    "gift.cancelled": N_("取消礼品"),
    "gift.chosen": N_("另选礼品"),
    "gift.extra_added": N_("店主酌情加礼品"),
    "gift.replaced": N_("更换礼品"),
    "gift.reopened": N_("重新编辑礼品"),
    "gift.issued": N_("发放礼品"),
    "gift.issue_undone": N_("撤销发放"),
    "gift.purchase_gift": N_("随购赠礼"),
    "gift.to_stock": N_("退回库存"),
    "gift.checked": N_("核对发放"),
    "gift.sheet_written": N_("导出一览表"),
    "gift.sheet_read": N_("读回一览表"),
    "stock.gift_added": N_("新增礼品"),
    "stock.gift_changed": N_("修改礼品"),
    "stock.received": N_("礼品入库"),
    "stock.counted": N_("礼品盘点"),
    "stock.broken": N_("礼品损耗"),
    "schedule.generated": N_("排联络日程"),
    "contact.planned": N_("添加联络"),
    "contact.noted": N_("记录联络结果"),
    "contact.recorded": N_("补记联络"),
    "contact.undone": N_("撤销联络结果"),
    "contact.checked": N_("检查联络"),
    "contact.unchecked": N_("取消联络检查"),
    "contacts.calendar": N_("导出日历"),
    "print.started": N_("打印"),
    "print.ended": N_("打印完成"),
    "print.posted": N_("已寄出"),
    "print.posted_undone": N_("撤销已寄出"),
    "print.card_text": N_("修改贺卡文字"),
    "print.envelope": N_("修改信封位置"),
    "print.label_sheet": N_("修改标签纸"),
    "import.customers": N_("导入客户"),
    "import.purchases": N_("导入消费"),
    "export.customers": N_("导出客户"),
    "export.purchases": N_("导出消费"),
    "export.contacts": N_("导出联络"),
    "export.gifts": N_("导出礼品"),
}

_KEYS = {
    "name": N_("姓名"),
    "role": N_("职务"),
    "reason": N_("原因"),
    "file": N_("文件"),
    "count": N_("数量"),
    "quantity": N_("数量"),
    "paid": N_("金额"),
    "points": N_("积分"),
    "changed": N_("有变化"),
    "before": N_("原来"),
    "after": N_("改为"),
    "month": N_("月份"),
    "gift": N_("礼品"),
    "lost": N_("流失"),
    "day": N_("日期"),
}


def act_words(act: str) -> str:
    """The act in the language of the window; an act of a newer program stays its code."""
    return _(ACTS[act]) if act in ACTS else act


def body_words(body: dict[str, Any]) -> str:
    """What stands in an entry, in one line."""
    parts = []
    for key, value in body.items():
        if value in (None, "", [], {}):
            continue
        words = _(_KEYS[key]) if key in _KEYS else key
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        parts.append(f"{words} {text}")
    return " · ".join(parts)[:300]
