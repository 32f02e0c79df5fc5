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
    "books.encrypted": N_("加密了账册"),
    "books.rekeyed": N_("换了账册的钥匙"),
    "books.decrypted": N_("去掉了账册的加密"),
    "books.passphrase": N_("换了账册的口令"),
    "backups.wiped": N_("清除了旧备份"),
    "customer.registered": N_("登记客户"),
    "customer.unregistered": N_("撤销客户登记"),
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
    "customer.erased": N_("删除个人资料"),
    "customer.erased_again": N_("恢复后再次删除个人资料"),
    "customer.erase_certificate": N_("出具删除证明"),
    "customer.erase_declined": N_("不删除要求删除的资料"),
    "customer.erase_asked_again": N_("恢复删除申请"),
    "customer.data_given": N_("给出个人资料"),
    "retention.kept": N_("留下流失客户的资料"),
    "backups.removed": N_("删除旧备份"),
    "list.copied": N_("复制表格"),
    "print.chain_head": N_("打印印记"),
    "customer.merged": N_("合并客户"),
    "customer.unmerged": N_("撤销合并"),
    "customer.not_same": N_("不是同一位客户"),
    "customer.not_same_undone": N_("撤销“不是同一位客户”"),
    "filter.saved": N_("保存筛选"),
    "filter.renamed": N_("筛选改名"),
    "filter.deleted": N_("删除筛选"),
    "list.placed": N_("批量换组"),
    "list.assigned": N_("批量指定负责店员"),
    "list.put_back": N_("撤销批量换组"),
    "list.noted": N_("批量写备注"),
    "list.notes_removed": N_("撤销批量备注"),
    "list.special": N_("批量指定特殊客户"),
    "list.erase_asked": N_("申请删除资料"),
    "list.erase_withdrawn": N_("撤回删除申请"),
    "export.list": N_("导出所见名单"),
    "print.call_list": N_("打印电话单"),
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
    "points.redeeming_undone": N_("撤销兑换积分"),
    "points.expired": N_("积分过期"),
    "points.price_set": N_("定兑换积分"),
    "voucher.issued": N_("发行礼金券"),
    "voucher.voided": N_("作废礼金券"),
    "voucher.revived": N_("撤销作废礼金券"),
    "voucher.expired": N_("礼金券过期"),
    "line.return_undone": N_("撤销退货"),
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
    "gift.to_stock_undone": N_("撤销退回库存"),
    "gift.uncollected_reminded": N_("逾期未领，安排提醒"),
    "gift.uncollected_returned": N_("逾期未领，自动回库"),
    "gift.packed": N_("礼品装好"),
    "gift.unpacked": N_("撤销装好"),
    "gift.received": N_("登记礼品签收"),
    "gift.receipt_undone": N_("撤销礼品签收"),
    "gift.slip_printed": N_("打印签收单"),
    "gift.packing_printed": N_("打印装礼清单"),
    "gift.sheet_refused": N_("导出一览表不符的行"),
    "gift.checked": N_("核对发放"),
    "gift.sheet_written": N_("导出一览表"),
    "gift.sheet_read": N_("读回一览表"),
    "stock.gift_added": N_("新增礼品"),
    "stock.gift_changed": N_("修改礼品"),
    "stock.received": N_("礼品入库"),
    "stock.counted": N_("礼品盘点"),
    "stock.broken": N_("礼品损耗"),
    "stock.claimed": N_("损耗待店主确认"),
    "stock.claim_confirmed": N_("确认损耗或差额"),
    "stock.claim_refused": N_("不认损耗或差额"),
    "stock.claim_withdrawn": N_("撤回损耗或差额"),
    "stock.claim_laid_again": N_("重新交损耗或差额"),
    "stock.taken_back": N_("撤销库存流水"),
    "stock.stocktake_begun": N_("开始盘点"),
    "stock.stocktake_closed": N_("盘点入账"),
    "stock.stocktake_cancelled": N_("盘点作废"),
    "stock.stocktake_undone": N_("撤销盘点入账"),
    "gifts.sample_drawn": N_("抽取抽查"),
    "gifts.sample_noted": N_("记录抽查结果"),
    "gifts.sample_listed": N_("打印抽查电话单"),
    "schedule.generated": N_("排联络日程"),
    "contact.planned": N_("添加联络"),
    "contact.noted": N_("补记联络"),
    "contact.recorded": N_("记录联络结果"),
    "contact.undone": N_("撤销联络结果"),
    "contact.checked": N_("检查联络"),
    "contact.unchecked": N_("取消联络检查"),
    "phone.confirmed": N_("核实号码"),
    "phone.doubted": N_("撤销核实号码"),
    "contact.papers": N_("打印检核表或沟通进度表"),
    "export.contact_results": N_("导出联络成效"),
    "contacts.calendar": N_("导出日历"),
    "print.started": N_("打印"),
    "print.ended": N_("打印完成"),
    "print.posted": N_("已寄出"),
    "print.card_text": N_("修改贺卡文字"),
    "print.envelope": N_("修改信封位置"),
    "print.label_sheet": N_("修改标签纸"),
    "import.customers": N_("导入客户"),
    "import.purchases": N_("导入消费"),
    "export.customers": N_("导出客户"),
    "export.purchases": N_("导出消费"),
    "sms.template_added": N_("添加短信模板"),
    "sms.template_changed": N_("修改短信模板"),
    "sms.template_released": N_("发布短信模板"),
    "sms.template_withdrawn": N_("收回短信模板"),
    "sms.template_retired": N_("停用短信模板"),
    "sms.template_restored": N_("重新启用短信模板"),
    "sms.batch_made": N_("准备一批短信"),
    "sms.batch_reviewed": N_("审核一批短信"),
    "sms.batch_unreviewed": N_("撤销审核短信"),
    "sms.messages_dropped": N_("从一批短信里去掉客户"),
    "sms.batch_cancelled": N_("取消一批短信"),
    "sms.confirmed": N_("确认短信结果"),
    "sms.confirm_undone": N_("撤销确认短信"),
    "sms.gateway_set": N_("设置短信网关"),
    "sms.gateway_removed": N_("去掉短信网关"),
    "sms.gateway_tested": N_("发测试短信"),
    "sms.sending_begun": N_("开始发一批短信"),
    "sms.sending_resumed": N_("接着发一批短信"),
    "sms.sending_ended": N_("一批短信发完或停下"),
    "sms.sending_given_up": N_("一批短信剩下的不发"),
    "sms.resolved": N_("决定说不清的短信"),
    "sms.replied": N_("收到短信回复"),
    "sms.refused": N_("短信回复退订"),
    "export.sms": N_("导出短信文件"),
    "campaign.made": N_("新建活动"),
    "campaign.changed": N_("修改活动"),
    "campaign.released": N_("发布活动"),
    "campaign.prepared": N_("准备活动的短信"),
    "campaign.closed": N_("结束活动"),
    "campaign.cancelled": N_("取消活动"),
    "campaign.reopened": N_("恢复活动"),
    "campaign.answered": N_("记下活动的回复"),
    "campaign.came": N_("活动签到"),
    "campaign.answer_undone": N_("撤销活动的回复或签到"),
    "campaign.cost": N_("记下活动的花费"),
    "campaign.cost_struck": N_("划掉活动的花费"),
    "export.campaign_result": N_("导出活动成效"),
    "export.contacts": N_("导出联络"),
    "export.gifts": N_("导出礼品"),
    "export.count_sheet": N_("导出盘点表"),
    "export.stock_card": N_("导出库存流水"),
    "export.stock_value": N_("导出库存值"),
    "export.reorder": N_("导出采购清单"),
    "export.reconciliation": N_("导出对账"),
    "export.signals": N_("导出信号"),
    "export.call_list": N_("导出抽查电话单"),
    "export.effect": N_("导出投入产出"),
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
    "rows": N_("行数"),
    "filter": N_("筛选"),
    "number": N_("编号"),
    "mark": N_("删除编号"),
    "bodies": N_("删去内容的记录"),
    "mentions": N_("别处提到"),
    "card_no": N_("卡号"),
    "phones": N_("电话"),
    "columns": N_("栏目"),
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


def body_lines(body: dict[str, Any]) -> list[str]:
    """What stands in an entry, a line a field; what was changed as `栏目：改前 → 改后`."""
    before, after = body.get("before"), body.get("after")
    lines = []
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            old, new = _plain(before.get(key)), _plain(after.get(key))
            lines.append(_("{field}：{old} → {new}").format(field=_field(key), old=old, new=new))
    for key, value in body.items():
        if value in (None, "", [], {}) or (key in ("before", "after") and isinstance(value, dict) and lines):
            continue
        lines.append(_("{field}：{value}").format(field=_field(key), value=_plain(value)))
    return lines


def _field(key: str) -> str:
    from services.customer_fields import FIELD_WORDS

    words = _KEYS.get(key) or FIELD_WORDS.get(key)
    return _(words) if words else key


def _plain(value: Any) -> str:
    if value in (None, "", [], {}):
        return _("（空）")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
