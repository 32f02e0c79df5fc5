"""The paper that a customer gets: what was erased, what stays and why, and until when backups still hold it."""

from __future__ import annotations

from pathlib import Path

from models import database
from services import journal
from services.erasing.acts import Erased
from services.rights import Right, require
from services.sheets.letter import Heading, Letter, Paragraph, draw
from services.shop import Shop
from services.words import _


def certificate(shop: Shop, done: Erased, target: Path | str) -> None:
    """Writes the certificate as a PDF. It names the former card and no name, which nobody here knows any more."""
    require(shop, Right.ERASE)
    assert shop.actor is not None
    facts = [_("店名：{shop}").format(shop=shop.info.name)]
    if done.card_no:
        facts.append(_("原卡号：{card_no}").format(card_no=done.card_no))
    facts += [
        _("删除日期：{day}").format(day=done.day.isoformat()),
        _("删除编号：{marks}").format(marks=_("、").join(f"#{mark}" for mark in done.marks)),
        _("经办人：{who}").format(who=shop.actor.name),
    ]
    paper = draw(
        Letter(
            _("个人资料删除证明"),
            tuple(facts),
            [
                Heading(_("已经删除")),
                Paragraph(
                    _(
                        "姓名、电话、地址、生日、身材尺码、喜好、家人和纪念日、备注、联络的内容、短信的号码和内容、"
                        "同意书上的文字、操作记录里关于本人的内容，以及查找用的索引。删除以后不能恢复。"
                    )
                ),
                Heading(_("依法保留")),
                Paragraph(
                    _(
                        "消费、积分、礼品和库存的数量与金额，用于账目。它们挂在一个随机编号下，"
                        "不再能看出是谁的。"
                    )
                ),
                Heading(_("备份")),
                Paragraph(_backup_words(done)),
                Heading(_("不在账册里的东西")),
                Paragraph(
                    _(
                        "以前打印的纸、导出的表格和发给短信平台的文件不在账册里，由本店另行收回或销毁。"
                        "以后若恢复旧备份，程序会自动再次删除；若导入旧表格，程序会拒绝这一行。"
                    )
                ),
            ],
            shop.info.name,
            shop.today(),
            signatures=(_("店主签字："), _("客户签收："), _("日期：")),
        )
    )
    with database.database.atomic():
        body = {"mark": done.marks[0], "file": Path(target).name, "pages": paper.pages}
        journal.note(shop, "customer.erase_certificate", "erased_person", body=body)
    paper.save(target)


def _backup_words(done: Erased) -> str:
    if database.is_postgres():
        return _("数据库服务器的备份由管理员另行处理，最迟在服务器的备份期满时消失。")
    if not done.kept_backups:
        words = (
            _("删除之前的备份已经一并删除。") if done.removed_backups else _("没有留下含有这些资料的备份。")
        )
        return words
    return _(
        "删除之前的 {n} 份备份里还有这些资料，只用于灾难恢复，最迟到 {day} 自动清除；在那之前恢复备份也会再次删除。"
    ).format(n=done.kept_backups, day=done.backups_until.isoformat())
