"""The monthly head of the journal on one page of paper: kept outside the shop, it proves what the file says later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from models import database
from services import journal, trail
from services.sheets.letter import Grid, Heading, Letter, Paragraph, draw
from services.shop import Shop
from services.words import _

_MOST = 40


def write(shop: Shop, month: str, target: Path | str, words: Callable[[str], str] = str) -> trail.Head:
    """Writes the page as a PDF. `words` says an act in words. The print is an act, too. Raises NotAllowed, Unavailable."""
    found = trail.head_of(shop, month)
    blocks = " ".join(found.hash[at : at + 8] for at in range(0, 64, 8))
    facts = (
        _("店名：{shop}").format(shop=shop.info.name),
        _("月份：{month}").format(month=month),
        _("本月记录：{n} 条，编号 {first} 到 {last}").format(
            n=found.entries, first=found.first, last=found.last
        ),
    )
    shown = [(words(act), str(number)) for act, number in found.acts[:_MOST]]
    paper = draw(
        Letter(
            _("操作记录的印记"),
            facts,
            [
                Heading(_("印记")),
                Grid(
                    [(_("编号"), str(found.last)), (_("完整的印记"), blocks), (_("短印记"), found.anchor)],
                    shares=(1, 4),
                ),
                Paragraph(
                    _(
                        "请把这一页放在店外。以后要核对时，在“操作记录”里按“与纸上核对”，或运行 check --anchor {anchor}："
                        "相符，说明到这一条为止没有人改过、删过或插过记录。印记之后的记录，要靠下一张纸来证明。"
                    ).format(anchor=found.anchor)
                ),
                Heading(_("本月做了什么")),
                Grid(shown, (_("做了什么"), _("次数")), (4, 1)),
            ],
            shop.info.name,
            shop.today(),
            signatures=(_("店主签字："), _("日期：")),
        )
    )
    with database.database.atomic():
        body = {"month": month, "head": found.anchor, "file": Path(target).name}
        journal.note(shop, "print.chain_head", "shop", 1, body=body)
    paper.save(target)
    return found
