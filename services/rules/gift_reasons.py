"""Why a gift was chosen: kept as facts with the line, spoken in either language when it is shown."""

from __future__ import annotations

import json

from services.formats import money
from services.rules.spans import Span
from services.words import N_, _


def reason_text(**facts: object) -> str:
    """The facts behind a choice as they are kept with the line; `reason_words` speaks them in either language."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def reason_words(text: str) -> str:
    """A kept reason as a sentence; what a person wrote stays as it is."""
    if not text.startswith("{"):
        return text
    try:
        facts = json.loads(text)
    except ValueError:
        return text
    if not isinstance(facts, dict) or "rule" not in facts:
        return text
    return "；".join(_sentences(facts)) if _("；") == "；" else "; ".join(_sentences(facts))


_BEST = {
    "least": N_("合标准的里面花费最少"),
    "finest": N_("合标准的里面最好"),
    "near": N_("比最省的贵得不多"),
    "made": N_("库存紧，别的客户换了一件才腾出来"),
    "share": N_("库存紧，换成这件好让更多客户都有"),
    "save": N_("库存紧，换成这件全计划合起来最省"),
}


def _sentences(facts: dict[str, object]) -> list[str]:
    out = [_rule_sentence(facts)]
    if facts.get("best") in _BEST:
        out.append(_(_BEST[str(facts["best"])]))
    if facts.get("pick"):
        out.append(_("换成了第 {n} 个方案").format(n=facts["pick"]))
    if facts.get("liked"):
        out.append(_("合其喜好：{likes}").format(likes=facts["liked"]))
    if facts.get("span"):
        out.append(_("{span}内没有送过").format(span=Span.parse(facts["span"]).words()))
    if facts.get("short"):
        out.append(_("没有合适的库存，列入采购"))
    return out


def _rule_sentence(facts: dict[str, object]) -> str:
    rule, total = facts["rule"], money(int(str(facts.get("total", 0))))
    if rule == "owner":
        return _("特殊客户，由店主酌情决定")
    if rule == "hand":
        return _("店长选定")
    if rule == "purchase":
        return _("购买商品获赠一份")
    if rule == "class":
        return _("标准：“{name}”一份").format(name=facts.get("name", ""))
    if rule == "voucher":
        return _("标准：{value}礼金券一张").format(value=money(int(str(facts.get("value", 0)))))
    if rule == "min":
        low = money(int(str(facts.get("min", 0))))
        if facts.get("short"):
            return _("标准：成本合计不低于{low}").format(low=low)
        return _("成本合计{total}，不低于{low}").format(total=total, low=low)
    high = money(int(str(facts.get("max", 0))))
    if facts.get("short"):
        return _("标准：成本不超过{high}").format(high=high)
    return _("成本{total}，不超过{high}").format(total=total, high=high)
