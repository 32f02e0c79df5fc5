"""The numbers of the care policy in the shop's words, and how each value is read and typed."""

from __future__ import annotations

import re
from typing import Any

from services import formats
from services.matrix_words import cell_title, cell_words
from services.policy import parse_value
from services.rules import contact_matrix
from services.rules.spans import Span
from services.words import N_, _
from ui.form import fen

GROUPS = {
    "grades": N_("等级"),
    "points": N_("积分"),
    "vouchers": N_("礼金券"),
    "birthdays": N_("生日"),
    "customers": N_("客户资料"),
    "gifts": N_("礼品"),
    "posting": N_("邮寄"),
    "contacts": N_("联络"),
    "safety": N_("安全与备份"),
    "sms": N_("短信"),
    "gift_checks": N_("礼品检查"),
    "privacy": N_("个人资料"),
    "lists": N_("名单筛选"),
    "campaigns": N_("活动"),
    "insight": N_("分析"),
    "texts": N_("文案库"),
    "arrivals": N_("新货找人"),
}

WORDS = {
    "privacy.erase_lost_after": N_("流失多久以后，请店主决定是否删除资料"),
    "privacy.ask_again_after": N_("决定保留以后，过多久再问"),
    "privacy.pin_for_export": N_("导出完整资料时再输一次密码"),
    "privacy.clerk_copy_rows": N_("店员一次最多复制表格几行"),
    "privacy.watermark_phones": N_("导出水印用的店主自己的号码（留空就不加）"),
    "lists.new_within": N_("“新客”指登记了多久以内"),
    "lists.birthday_days": N_("“快过生日”指几天以内"),
    "lists.special_most": N_("一次最多指定几位特殊客户"),
    "lists.erase_most": N_("一次最多申请删除几位客户的资料"),
    "grades.demote_without_visit": N_("多久没有光顾，降一级"),
    "grades.lost_without_purchase": N_("多久没有购买，列入流失名录"),
    "grades.early_notice_days": N_("提前几天提示将要降级或流失"),
    "grades.a.points": N_("A 级：累计积分达到"),
    "grades.a.more_tickets_than": N_("A 级：购买次数超过"),
    "grades.a.within": N_("A 级：购买次数算最近多久"),
    "grades.a.discount_percent": N_("A 级：优惠（减去百分之几）"),
    "grades.b.tickets": N_("B 级：购买次数达到"),
    "grades.b.discount_percent": N_("B 级：优惠（减去百分之几）"),
    "grades.c.discount_percent": N_("C 级：优惠（减去百分之几）"),
    "points.fen_per_point": N_("每消费多少元积 1 分"),
    "points.special_price_percent": N_("特价商品的积分，百分之"),
    "points.a_percent": N_("A 级的积分，百分之"),
    "points.b_percent": N_("B 级的积分，百分之"),
    "points.c_percent": N_("C 级的积分，百分之"),
    "points.valid_months": N_("积分几个月没用就过期（0 为不过期）"),
    "points.expiry_notice_days": N_("积分过期前几天提示"),
    "vouchers.valid_for": N_("礼金券的有效期"),
    "vouchers.minimum_percent": N_("最低消费是面值的百分之几"),
    "vouchers.on_special_price": N_("特价商品也能用礼金券"),
    "vouchers.most_a_ticket": N_("一张小票最多用几张礼金券"),
    "vouchers.max_value_fen": N_("礼金券面值最多"),
    "vouchers.max_batch": N_("一次最多发行几张礼金券"),
    "vouchers.restored_days": N_("退货退回的礼金券至少还能用几天"),
    "vouchers.fen_per_point": N_("1 分换礼金券多少元"),
    "vouchers.points_step": N_("积分换礼金券要是几的倍数"),
    "birthdays.leap_month_kept_in_ordinary": N_("闰月生日在没有闰月的年份过平月"),
    "birthdays.lunar_30_on_29": N_("农历三十的生日在小月过二十九"),
    "birthdays.feb_29_on_28": N_("2 月 29 日的生日在平年过 28 日"),
    "customers.height_min_cm": N_("身高最少（厘米）"),
    "customers.height_max_cm": N_("身高最多（厘米）"),
    "customers.waist_min_cm": N_("腰围最少（厘米）"),
    "customers.waist_max_cm": N_("腰围最多（厘米）"),
    "customers.max_amount_fen": N_("一行金额最多（防手误）"),
    "customers.max_quantity": N_("一行件数最多（防手误）"),
    "customers.questions": N_("还不知道的，按什么次序问（代码）"),
    "customers.questions_at_once": N_("一次到店最多问几个问题"),
    "customers.ask_again_days": N_("客户不想说的，几天内不再问"),
    "customers.verify_after": N_("资料多久核对一次"),
    "gifts.festivals": N_("送礼的节日（代码）"),
    "gifts.a_festival_cost_max_fen": N_("A 级节日礼品：成本不超过"),
    "gifts.a_birthday_cost_min_fen": N_("A 级生日礼品：成本不低于"),
    "gifts.b_festival_voucher_fen": N_("B 级节日：礼金券面额"),
    "gifts.b_festival_class": N_("B 级节日：随寄的礼品类别"),
    "gifts.b_birthday_cost_min_fen": N_("B 级生日礼品：成本不低于"),
    "gifts.a_festival_handover": N_("A 级节日礼品的送达方式（代码）"),
    "gifts.a_birthday_handover": N_("A 级生日礼品的送达方式（代码）"),
    "gifts.b_festival_handover": N_("B 级节日礼品的送达方式（代码）"),
    "gifts.b_birthday_handover": N_("B 级生日礼品的送达方式（代码）"),
    "gifts.c_gift_with_purchase": N_("C 级购买正价商品送一份礼品"),
    "gifts.c_purchase_cost_max_fen": N_("C 级购买礼品：成本不超过"),
    "gifts.not_again_within": N_("多久之内不送同样的礼品"),
    "gifts.birthday_budget_max_fen": N_("生日礼品：每人最多"),
    "gifts.liked_may_cost_more_percent": N_("投其所好的礼品最多贵百分之几"),
    "gifts.max_parts": N_("一份礼品最多由几件凑成"),
    "gifts.under_ceiling": N_("只有上限时怎么挑（finest 最好的，cheapest 最省的）"),
    "gifts.season_days": N_("换季的日子（月-日，空着就不送）"),
    "gifts.season_lead_days": N_("换季礼品提前几天送"),
    "gifts.a_season_cost_max_fen": N_("A 级换季礼品：成本不超过"),
    "gifts.b_season_cost_max_fen": N_("B 级换季礼品：成本不超过"),
    "gifts.season_handover": N_("换季礼品的送达方式（代码）"),
    "gifts.remembered_days": N_("客户的纪念日也送礼品"),
    "gifts.a_remembered_cost_max_fen": N_("A 级纪念日礼品：成本不超过"),
    "gifts.b_remembered_cost_max_fen": N_("B 级纪念日礼品：成本不超过"),
    "gifts.remembered_handover": N_("纪念日礼品的送达方式（代码）"),
    "gifts.month_budget_fen": N_("礼品预算限额：每月（0 为不限）"),
    "gifts.year_budget_fen": N_("礼品预算限额：每年"),
    "gifts.festival_budget_fen": N_("礼品预算限额：每个节日"),
    "gifts.birthdays_budget_fen": N_("礼品预算限额：每月的生日"),
    "gifts.season_budget_fen": N_("礼品预算限额：每次换季"),
    "gifts.remembered_budget_fen": N_("礼品预算限额：每月的纪念日"),
    "gifts.uncollected_days": N_("多少天没有领取就提醒"),
    "gifts.back_to_stock_days": N_("提醒后再过多少天自动回库（0 为不自动）"),
    "gifts.code_tries": N_("一天输错几次领取码就只能签名领取"),
    "gifts.packing": N_("包装礼品时逐项核对"),
    "gifts.clerk_purchase_gifts_a_day": N_("店员每天可发购买礼品（份）"),
    "gifts.manager_purchase_gifts_a_day": N_("店长每天可发购买礼品（份）"),
    "gifts.clerk_purchase_cost_a_day_fen": N_("店员每天可发购买礼品（成本）"),
    "gifts.manager_purchase_cost_a_day_fen": N_("店长每天可发购买礼品（成本）"),
    "gifts.issuer_may_be_submitter_below_fen": N_("低于多少元，提交的人可以自己发放"),
    "posting.lead_days": N_("贺卡提前几天寄出"),
    "posting.skip_sundays_and_holidays": N_("寄出日避开周日和节假日"),
    "contacts.call_from": N_("打电话从几点"),
    "contacts.call_to": N_("打电话到几点"),
    "contacts.minutes_a_call": N_("一个电话按几分钟安排"),
    "contacts.follow_up_days": N_("购买后几天回访"),
    "contacts.a_every_days": N_("A 级：每隔几天联络一次"),
    "contacts.b_every_days": N_("B 级：每隔几天联络一次"),
    "contacts.brand_sms_every_days": N_("品牌短信：每隔几天"),
    "contacts.spacing_days": N_("两次日常联络至少隔几天"),
    "contacts.tries": N_("没接通最多试几次"),
    "contacts.c_phone_only_with_gift": N_("C 级只在有礼品时打电话"),
    "contacts.a_post": N_("邮寄资料只寄 A 级"),
    "contacts.greeting_expires_days": N_("祝福过几天就不用再说"),
    "contacts.catch_up_days": N_("停业后最多补几天的联络"),
    "contacts.quiet_from": N_("不打扰：从几点"),
    "contacts.quiet_to": N_("不打扰：到几点"),
    "contacts.promotion_run": N_("连续几次都是促销就提醒"),
    "contacts.consent_first": N_("新客户先同意，才联络"),
    "contacts.remembered_days": N_("家人生日等纪念日也祝福"),
    "safety.lock_after_minutes": N_("多少分钟没人操作就锁定"),
    "safety.pin_for_approval": N_("批准礼品时再输一次密码"),
    "safety.pin_tries": N_("密码最多错几次"),
    "safety.pin_lock_minutes_max": N_("密码错太多，最长锁定（分钟）"),
    "safety.clerk_reveals_a_day": N_("店员每天可查看完整电话（次）"),
    "safety.manager_export_rows": N_("店长一次可导出（行）"),
    "safety.clerk_find_limit": N_("店员查找最多显示（位）"),
    "safety.labels_without_manager": N_("不用店长可打印的标签（张）"),
    "safety.backups_daily": N_("保留每日备份（份）"),
    "safety.backups_weekly": N_("保留每周备份（份）"),
    "safety.backups_monthly": N_("保留每月备份（份）"),
    "safety.second_place_warn_days": N_("第二个位置几天连不上就提醒"),
    "safety.backup_minutes": N_("有改动时每隔几分钟备份一次"),
    "safety.backup_mass_rows": N_("一次改动多于几行就先备份"),
    "safety.drill_days": N_("几天做一次恢复演练"),
    "sms.signature": N_("短信开头的签名（{shop} 是店名）"),
    "sms.opt_out": N_("短信结尾的退订提示"),
    "sms.one_part": N_("一条短信最多几个字"),
    "sms.part": N_("长短信每条几个字"),
    "sms.most_parts": N_("一位客户最多几条"),
    "sms.send_at": N_("平时几点发短信"),
    "sms.never_before": N_("短信最早几点（运营商规定）"),
    "sms.never_after": N_("短信最晚几点（运营商规定）"),
    "sms.warn_words": N_("平台不收的词（写了就提醒）"),
    "sms.per_second": N_("短信网关每秒最多几条"),
    "sms.window": N_("短信网关最多几条同时等回应"),
    "sms.answer_seconds": N_("短信网关几秒没有回应就算不清楚"),
    "sms.enquire_seconds": N_("短信网关静默几秒就探一探"),
    "sms.report_seconds": N_("发完以后等回报几秒"),
    "sms.report_days": N_("几天没有回报就来问人"),
    "sms.connect_tries": N_("短信网关最多连几次"),
    "sms.collect_minutes": N_("每隔几分钟收一次回报和回复"),
    "sms.tests_a_day": N_("一天最多几条测试短信"),
    "texts.not_again_days": N_("同一段文案几天内不对同一位客户再说"),
    "texts.around_days": N_("讲某个日子的文案，前后几天能用"),
    "texts.longest": N_("一段文案最多几个字"),
    "arrivals.look_back": N_("看最近多久的购买"),
    "arrivals.bought_like_days": N_("几天内刚买过同类的不再推荐"),
    "arrivals.most": N_("一次最多列出几位"),
    "arrivals.least": N_("至少几分才推荐"),
    "arrivals.size": N_("买过到货的尺码：每件几分"),
    "arrivals.size_most": N_("买过到货的尺码：最多算几件"),
    "arrivals.size_on_file": N_("资料上的尺码到货：几分"),
    "arrivals.kind": N_("买过同类：每件几分"),
    "arrivals.kind_most": N_("买过同类：最多算几件"),
    "arrivals.kind_liked": N_("喜欢这种款式：几分"),
    "arrivals.colour_liked": N_("喜欢这种颜色：几分"),
    "arrivals.look_liked": N_("喜欢这种风格：几分"),
    "arrivals.price_near": N_("价位相近：几分"),
    "arrivals.price_band_percent": N_("价位相近：相差不超过百分之几"),
    "arrivals.wished": N_("说过想要：几分"),
    "arrivals.tried": N_("试过没买：几分"),
    "gift_checks.loss_confirm_above_fen": N_("一人一个月的损耗和盘点差额，超过多少元要店主确认"),
    "gift_checks.reorder_to_percent": N_("补货补到补货线的百分之几"),
    "gift_checks.same_phone_days": N_("同一电话几天内领两次就提示"),
    "gift_checks.purchase_gifts_percent": N_("随购礼品超过旁人的百分之几就提示"),
    "gift_checks.purchase_gifts_at_least": N_("随购礼品一个月少于几份不提示"),
    "gift_checks.small_losses": N_("一人一个月几笔小额损耗就提示"),
    "gift_checks.opens": N_("营业从几点：更早的发放会提示"),
    "gift_checks.closes": N_("营业到几点：更晚的发放会提示"),
    "gift_checks.sample_percent": N_("每月抽查已发礼品的百分之几"),
    "gift_checks.sample_at_least": N_("每月至少抽查几份"),
    "gift_checks.effect_days": N_("送礼后几天内的购买列在旁边"),
    "gift_checks.few_people": N_("少于几人的平均数只作参考"),
    "campaigns.control_percent": N_("活动留出百分之几的人不联络，用来对照"),
    "campaigns.control_at_least": N_("对照组至少几人（人够的时候）"),
    "campaigns.control_most_percent": N_("对照组最多百分之几"),
    "campaigns.result_days": N_("活动开始后几天内的购买算成效"),
    "campaigns.owner_above_fen": N_("活动预算超过多少元由店主发布"),
    "campaigns.few_buyers": N_("一边少于几人购买，不比金额"),
    "campaigns.worthwhile_points": N_("相差几个百分点才值得分辨"),
    "campaigns.draws": N_("金额的范围重抽几次来算"),
    "insight.contact_effect_days": N_("联络后几天内的购买算有效"),
    "insight.contact_effect_people": N_("联络成效：少于几人不下结论"),
}
_MATRIX = "contacts.matrix."
WORDS |= {_MATRIX + name: N_("联络标准表") for name in contact_matrix.names()}


def group(key: str) -> str:
    """等级, 积分 …"""
    front = key.partition(".")[0]
    return _(GROUPS[front]) if front in GROUPS else front


def title(key: str) -> str:
    """What the number means; a key nobody has described is shown as it is."""
    if key.startswith(_MATRIX):
        return _("联络标准表：{cell}").format(cell=cell_title(key.removeprefix(_MATRIX)))
    return _(WORDS[key]) if key in WORDS else key


def shown(key: str, value: Any) -> str:
    """The value as people read it: money in yuan, spans in words, 是 or 否."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if key.startswith(_MATRIX):
        return cell_words(str(value))
    if key.endswith(("_fen", "fen_per_point")):
        return formats.money(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(value) or _("没有")
    if isinstance(value, str) and re.fullmatch(r"\d+ (day|week|month|year)s?", value):
        return Span.parse(value).words()
    return str(value)


def to_type(key: str, value: Any) -> str:
    """The value as it is typed: money as plain yuan."""
    if key.endswith(("_fen", "fen_per_point")):
        return formats.yuan(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(value)
    return shown(key, value) if isinstance(value, bool) else str(value)


def typed(key: str, text: str) -> Any:
    """The value of what somebody typed. Raises Refused."""
    if key.endswith(("_fen", "fen_per_point")):
        return fen(text, "value")
    short = re.fullmatch(r"\s*(\d+)\s*(个?月|天|日|周|年)\s*", text)
    if short:
        unit = {"月": "months", "天": "days", "日": "days", "周": "weeks", "年": "years"}[short[2][-1]]
        text = f"{short[1]} {unit}"
    return parse_value(key, text)
