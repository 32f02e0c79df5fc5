"""`sms`: texts, batches, the platform's file, and what came of it (spec 04, 07)."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from models.kinds import SmsState, Topic
from services.rules.sms import SmsSkip
from services.words import _
from ui.cli.frame import Answer

_SHOWN = 40
"""Lines for people; --json has them all."""


def add(commands: Any) -> None:
    from ui.cli import sms_gateway

    parser = commands.add_parser("sms", help=_("短信：模板、成批准备、导出给平台、确认结果"))
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    _add_templates(acts)
    batch = acts.add_parser("batch", help=_("把到期的短信准备成一批"))
    batch.add_argument("--template", default="", metavar="NAME", help=_("都用这个模板；不写就按事由"))
    batch.add_argument("--filter", default="", metavar="NAME", help=_("发给这个筛选里的客户"))
    batch.add_argument("--at", default="", metavar="HH:MM", help=_("几点发送"))
    batch.add_argument("--keep-tired", action="store_true", help=_("最近几次都是促销的客户也发"))
    batch.set_defaults(run=_batch, writes=True)
    for name, run, words in (
        ("review", _review, _("店长看过收件人和内容，可以导出")),
        ("cancel", _cancel, _("取消没有导出的一批")),
        ("undo", _undo, _("撤销今天的确认")),
    ):
        one = acts.add_parser(name, help=words)
        one.add_argument("batch", type=int, metavar="BATCH")
        one.set_defaults(run=run, writes=True)
    export = acts.add_parser("export", help=_("写成平台能读的文件"))
    export.add_argument("batch", type=int, metavar="BATCH")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx|.csv")
    export.add_argument(
        "--layout", choices=("rows", "grouped"), default="", help=_("一行一个号码，或一行一段内容")
    )
    export.set_defaults(run=_export, writes=True)
    confirm = acts.add_parser("confirm", help=_("确认这一批的结果"))
    confirm.add_argument("batch", type=int, metavar="BATCH")
    how = confirm.add_mutually_exclusive_group(required=True)
    how.add_argument("--all", action="store_true", help=_("全部发出了"))
    how.add_argument("--none", action="store_true", help=_("没有上传，一条也没发"))
    how.add_argument("--result", type=Path, metavar="FILE", help=_("平台的结果文件：手机号和状态"))
    confirm.set_defaults(run=_confirm, writes=True)
    listed = acts.add_parser("list", help=_("各批短信；写上编号就列出每一条"))
    listed.add_argument("batch", type=int, nargs="?", default=0, metavar="BATCH")
    listed.set_defaults(run=_list)
    sms_gateway.add(acts)


def _add_templates(acts: Any) -> None:
    parser = acts.add_parser("template", help=_("短信模板"))
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="ACT")
    verbs.add_parser("list", help=_("全部模板")).set_defaults(run=_templates)
    verbs.add_parser("starters", help=_("放入程序带的入门模板，发布以后才用")).set_defaults(
        run=_starters, writes=True
    )
    for name, run, words in (
        ("add", _add_template, _("新模板，发布以后才能用")),
        ("change", _change_template, _("写新的一版")),
    ):
        one = verbs.add_parser(name, help=words)
        one.add_argument("name", metavar="NAME")
        first = name == "add"
        if first:
            one.add_argument("--topic", type=Topic, choices=list(Topic), required=True)
        one.add_argument("--text", default="" if first else None, metavar="TEXT", help=_("公司的内容"))
        one.add_argument("--shop", default="" if first else None, metavar="TEXT", help=_("本店改写的内容"))
        one.set_defaults(run=run, writes=True)
    for name, words in (
        ("release", _("店长发布最新一版")),
        ("withdraw", _("收回最新一版的发布")),
        ("retire", _("停用")),
        ("restore", _("重新启用")),
    ):
        one = verbs.add_parser(name, help=words)
        one.add_argument("name", metavar="NAME")
        one.set_defaults(run=_settle_template, writes=True)


# ---- texts


def _templates(shop: Any, _args: argparse.Namespace) -> Answer:
    from services.sms import templates

    found = templates.templates(shop)
    data = [_template(shop, one) for one in found]
    text = "\n".join(_template_line(shop, one) for one in found)
    return Answer({"templates": data}, text or _("还没有短信模板。用“sms template add”写第一条。"))


def _starters(shop: Any, _args: argparse.Namespace) -> Answer:
    from services.sms import templates

    made = templates.starters(shop)
    words = _("放入了 {n} 条入门模板，请看过再发布。").format(n=len(made))
    return Answer({"templates": [_template(shop, one) for one in made]}, words)


def _add_template(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import templates

    return _one(shop, templates.add(shop, args.name, args.topic, args.text, args.shop))


def _change_template(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import templates

    return _one(shop, templates.change(shop, args.name, company=args.text, variant=args.shop))


def _settle_template(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import templates

    if args.verb in ("retire", "restore"):
        return _one(shop, templates.retire(shop, args.name, args.verb == "retire"))
    return _one(shop, (templates.release if args.verb == "release" else templates.withdraw)(shop, args.name))


def _one(shop: Any, template: Any) -> Answer:
    from services.sms import templates
    from services.sms.words import warning_words

    seen = templates.preview(shop, template.body, template.topic)
    lines = [_template_line(shop, template), "  " + seen.text]
    lines += ["  " + warning_words(code) for code in seen.warnings]
    return Answer(_template(shop, template), "\n".join(lines))


def _template(shop: Any, one: Any) -> dict[str, Any]:
    from services.sms import templates

    seen = templates.preview(shop, one.body, one.topic)
    return {
        "name": one.name,
        "topic": one.topic.value,
        "version": one.number,
        "company": one.company,
        "shop": one.variant,
        "released": one.released,
        "released_by": one.released_by,
        "retired": one.retired,
        "sample": seen.text,
        "characters": seen.length.characters,
        "parts": seen.length.parts,
        "warnings": list(seen.warnings),
    }


def _template_line(shop: Any, one: Any) -> str:
    from services.contact_words import topic_words
    from services.sms import templates
    from services.sms.words import length_words

    state = _("已发布") if one.released else _("待发布")
    if one.retired:
        state = _("已停用")
    length = length_words(templates.preview(shop, one.body, one.topic).length)
    return f"{one.name}  {topic_words(one.topic)}  {_('第 {n} 版').format(n=one.number)}  {state}  {length}"


# ---- batches


def _batch(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import batches

    if args.filter:
        return _whole(
            shop,
            batches.make_for_filter(shop, args.filter, args.template, args.at, keep_tired=args.keep_tired),
        )
    return _whole(shop, batches.make_due(shop, args.template, args.at))


def _review(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import batches

    return _short(batches.review(shop, args.batch))


def _cancel(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import batches

    return _short(batches.cancel(shop, args.batch))


def _undo(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import confirming

    return _short(confirming.undo(shop, args.batch))


def _export(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import handing_over
    from services.sms.words import counted, exported_words

    layout = handing_over.Layout(args.layout) if args.layout else None
    done = handing_over.export(shop, args.batch, args.out, layout)
    lines = [exported_words(done)]
    if done.dropped:
        why = Counter({SmsSkip(code): n for code, n in done.dropped.items()})
        lines.append(_("临发前去掉：{why}。").format(why=counted(why)))
    data = {
        **_data(done.batch),
        **{"file": done.file, "sha256": done.sha256, "rows": done.numbers, "texts": done.texts},
        **{"dropped": done.dropped, "again": done.again, "refused_since": done.left_since},
    }
    return Answer(data, "\n".join(lines))


def _confirm(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import confirming
    from services.sms.words import confirmed_words

    settle = confirming.all_sent if args.all else confirming.none_sent
    done = confirming.by_file(shop, args.batch, args.result) if args.result else settle(shop, args.batch)
    data = {
        **_data(done.batch),
        **{"delivered": done.delivered, "failed": done.failed, "to_verify": done.to_verify},
        **{"waiting": done.waiting, "file_removed": done.file_removed},
        "errors": [{"row": one.row, "value": one.value, "reason": one.reason} for one in done.unread],
    }
    errors = tuple(
        _("第 {row} 行“{value}”：{reason}").format(row=one.row, value=one.value, reason=one.reason)
        for one in done.unread
    )
    return Answer(data, confirmed_words(done), errors, 1 if errors else 0)


def _list(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import reading

    if args.batch:
        return _whole(shop, reading.batch(shop, args.batch))
    found = reading.batches(shop)
    text = "\n".join(_batch_line(one) for one in found)
    return Answer({"batches": [_data(one) for one in found]}, text or _("还没有成批的短信。"))


def _short(one: Any) -> Answer:
    return Answer(_data(one), _batch_line(one))


def _whole(shop: Any, one: Any) -> Answer:
    """A batch with every line of it."""
    from services.sms import reading
    from services.sms.words import counted, reason_words, state_words

    lines = reading.messages(shop, one.id)
    data = {
        **_data(one),
        "messages": [
            {
                **{"card_no": line.card_no, "name": line.name, "phone": line.number, "text": line.text},
                **{"topics": [topic.value for topic in line.topics], "parts": line.parts, "key": line.key},
                **{"state": line.state.value if line.state else "", "reason": line.reason},
            }
            for line in lines
            if line.state
        ],
        "left_out": [
            {"card_no": line.card_no, "name": line.name, "reason": line.reason, "detail": line.detail}
            for line in lines
            if line.state is None
        ],
    }
    why = Counter(SmsSkip(line.reason) for line in lines if line.state is None)
    text = [_batch_line(one), *([_("不发：{why}").format(why=counted(why))] if why else [])]
    for line in lines[:_SHOWN]:
        reason = reason_words(line.reason, line.detail) if line.reason else ""
        parts = [line.card_no, line.name, line.number, state_words(line.state), reason or line.text]
        text.append("  " + "  ".join(part for part in parts if part))
    if len(lines) > _SHOWN:
        text.append(_("  … 其余 {n} 项用 --json 查看").format(n=len(lines) - _SHOWN))
    return Answer(data, "\n".join(text))


def _data(one: Any) -> dict[str, Any]:
    return {
        "batch": one.id,
        "day": one.day.isoformat(),
        "send_at": one.send_at,
        "state": one.state.value,
        "source": one.source,
        "recipients": one.messages,
        "parts": one.parts,
        "left": one.left,
        "by_state": {
            SmsState.QUEUED.value: one.queued,
            SmsState.HANDED_OVER.value: one.waiting,
            SmsState.UNKNOWN.value: one.unknown,
            SmsState.DELIVERED.value: one.delivered,
            SmsState.FAILED.value: one.failed,
            SmsState.DROPPED.value: one.dropped,
        },
        "refused_since": one.refused_since,
    }


def _batch_line(one: Any) -> str:
    from services.sms.words import batch_line

    return batch_line(one)
