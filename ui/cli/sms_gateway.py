"""`sms send|status|resolve|stop|gateway`: batches through the shop's account with an SMS provider (spec 04, 09 §3.13)."""

from __future__ import annotations

import argparse
import getpass
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.errors import Refused
from services.progress import Cancelled, Progress
from services.words import _
from ui.cli.frame import Answer

_SHOWN = 200
"""Replies, when nobody said how many."""


def add(acts: Any) -> None:
    send = acts.add_parser("send", help=_("通过短信网关发审核过的一批；Ctrl+C 暂停"))
    send.add_argument("batch", type=int, metavar="BATCH")
    send.add_argument("--continue", dest="again", action="store_true", help=_("接着发停在半路的一批"))
    send.set_defaults(run=_send, writes=True)
    status = acts.add_parser("status", help=_("一批发到哪里了，哪些说不清"))
    status.add_argument("batch", type=int, metavar="BATCH")
    status.add_argument("--fetch", action="store_true", help=_("先向服务商收回报和回复"))
    status.set_defaults(run=_status, writes=True)
    resolve = acts.add_parser("resolve", help=_("决定说不清发没发的短信怎么办"))
    resolve.add_argument("batch", type=int, metavar="BATCH")
    ways = resolve.add_mutually_exclusive_group(required=True)
    ways.add_argument("--sent", action="store_true", help=_("算发出了"))
    ways.add_argument("--resend", action="store_true", help=_("再发一次，客户可能收到两条"))
    ways.add_argument("--leave", action="store_true", help=_("不再发，联络留在日程里"))
    resolve.add_argument("--phone", action="append", default=[], metavar="NUMBER", help=_("只管这个号码"))
    resolve.set_defaults(run=_resolve, writes=True)
    stop = acts.add_parser("stop", help=_("一批里还没发的不再发"))
    stop.add_argument("batch", type=int, metavar="BATCH")
    stop.set_defaults(run=_stop, writes=True)
    answers = acts.add_parser("replies", help=_("客户的短信回复，新的在前"))
    answers.add_argument("--limit", type=int, default=_SHOWN, metavar="N")
    answers.set_defaults(run=_replies)
    _add_gateway(acts)


def _add_gateway(acts: Any) -> None:
    parser = acts.add_parser("gateway", help=_("短信网关：服务商给的地址和账号"))
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="ACT")
    verbs.add_parser("show", help=_("现在的设置，不含密码")).set_defaults(run=_show)
    setting = verbs.add_parser("set", help=_("设置；密码从环境变量 SHUKE_SMS_PASSWORD 读，或当场问"))
    setting.add_argument("--host", required=True, metavar="HOST")
    setting.add_argument("--port", type=int, default=2775, metavar="N")
    setting.add_argument("--no-tls", action="store_true", help=_("不加密：只在服务商要求时用"))
    setting.add_argument("--system-id", required=True, metavar="ID")
    setting.add_argument("--sender", default="", metavar="NUMBER", help=_("客户看到的发送号码"))
    setting.add_argument("--country-code", default="86", metavar="N")
    setting.add_argument(
        "--per-second", type=int, default=0, metavar="N", help=_("每秒最多几条；0 按客情标准")
    )
    setting.set_defaults(run=_set, writes=True)
    verbs.add_parser("remove", help=_("不再用网关")).set_defaults(run=_remove, writes=True)
    test = verbs.add_parser("test", help=_("试连接；--phone 再发一条测试短信到本店的手机"))
    test.add_argument("--phone", default="", metavar="NUMBER")
    test.set_defaults(run=_test, writes=True)


@contextmanager
def _pausable() -> Iterator[Progress]:
    """Ctrl+C pauses a sending instead of breaking it off."""
    pressed = threading.Event()

    def progress(_done: int, _total: int) -> None:
        if pressed.is_set():
            raise Cancelled

    if threading.current_thread() is not threading.main_thread():
        yield progress
        return
    before = signal.signal(signal.SIGINT, lambda *_what: pressed.set())
    try:
        yield progress
    finally:
        signal.signal(signal.SIGINT, before)


def _send(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import sending
    from services.sms.words import sent_words

    with _pausable() as progress:
        done = sending.send(shop, args.batch, again=args.again, progress=progress)
    data = {
        **_data(shop, done.batch),
        **{
            "halt": done.halt.value if done.halt else "",
            "dropped_late": done.dropped,
            "refused": done.refused,
        },
    }
    words = sent_words(done)
    return Answer(data, words, (words,) if done.halt else (), 1 if done.halt else 0)


def _status(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import collecting, reading
    from services.sms.words import collected_words

    lines: list[str] = []
    more: dict[str, Any] = {}
    if args.fetch:
        got = collecting.collect(shop)
        lines.append(collected_words(got))
        more = {"reports": got.reports, "replies": got.replies, "refused": got.refused}
    else:
        collecting.look(shop)
    one = reading.batch(shop, args.batch)
    return Answer({**_data(shop, one), **more}, "\n".join([*lines, *_lines(shop, one)]))


def _resolve(shop: Any, args: argparse.Namespace) -> Answer:
    from services.rules.sms_gateway import plain_number
    from services.sms import collecting, resolving
    from services.sms.resolving import Way

    collecting.look(shop)
    chosen = None
    if args.phone:
        known = {one.number: one.id for one in resolving.unknown(shop, args.batch)}
        wanted = [plain_number(number) for number in args.phone]
        strange = [number for number in wanted if number not in known]
        if strange:
            raise Refused("第 {id} 批里没有 {number} 说不清的短信。", id=args.batch, number=strange[0])
        chosen = [known[number] for number in wanted]
    way = Way.SENT if args.sent else Way.RESEND if args.resend else Way.LEAVE
    one = resolving.resolve(shop, args.batch, way, chosen)
    return Answer(_data(shop, one), "\n".join(_lines(shop, one)))


def _stop(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import collecting, resolving

    collecting.look(shop)
    one = resolving.stop(shop, args.batch)
    return Answer(_data(shop, one), "\n".join(_lines(shop, one)))


def _replies(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import replies

    found = replies.recent(shop, max(args.limit, 1))
    data = [
        {
            **{"at": one.at.isoformat(), "phone": one.number, "card_no": one.card_no, "name": one.name},
            **{"text": one.text, "refused": one.refused},
        }
        for one in found
    ]
    lines = [
        "  ".join(
            part
            for part in (
                one.at.astimezone().strftime("%Y-%m-%d %H:%M"),
                one.number,
                one.name or _("不在册"),
                _("退订") if one.refused else "",
                one.text,
            )
            if part
        )
        for one in found
    ]
    return Answer({"replies": data}, "\n".join(lines) or _("还没有收到回复。"))


def _lines(shop: Any, one: Any) -> list[str]:
    from services.sms import resolving
    from services.sms.sending import Sent
    from services.sms.words import batch_line, sent_words

    lines = [batch_line(one)]
    if one.through_gateway:
        lines.append(sent_words(Sent(one, None)))
    for asked in resolving.unknown(shop, one.id):
        hint = _("；有一份送达回报对不上号，多半已经发到") if asked.reported else ""
        lines.append(f"  {asked.name}  {asked.number}  {_('说不清发没发')}{hint}")
    return lines


def _data(shop: Any, one: Any) -> dict[str, Any]:
    from services.sms import resolving

    return {
        "batch": one.id,
        "state": one.state.value,
        "way": "gateway" if one.through_gateway else "file",
        "by_state": {
            **{"queued": one.queued, "handed_over": one.waiting, "unknown": one.unknown},
            **{"delivered": one.delivered, "failed": one.failed, "dropped": one.dropped},
        },
        "unknown": [
            {
                **{"phone": asked.number, "name": asked.name, "parts": asked.parts, "taken": asked.taken},
                "reported": asked.reported,
            }
            for asked in resolving.unknown(shop, one.id)
        ],
    }


# ---- the account


def _show(shop: Any, _args: argparse.Namespace) -> Answer:
    from services.rights import Right, require
    from services.sms import account as accounts

    require(shop, Right.SEE)
    found = accounts.read(shop)
    if found is None:
        return Answer({"gateway": None}, _("没有设置短信网关，成批的短信导出为文件。"))
    return Answer({"gateway": _account(found)}, _words(found))


def _set(shop: Any, args: argparse.Namespace) -> Answer:
    from services.sms import account as accounts

    password = os.environ.get("SHUKE_SMS_PASSWORD", "")
    if not password and sys.stdin.isatty():
        password = getpass.getpass(_("短信网关的密码："))
    kept = accounts.keep(
        shop,
        accounts.Account(
            args.host,
            args.port,
            not args.no_tls,
            args.system_id,
            password,
            args.sender,
            args.country_code,
            args.per_second,
        ),
    )
    return Answer({"gateway": _account(kept)}, _words(kept))


def _remove(shop: Any, _args: argparse.Namespace) -> Answer:
    from services.sms import account as accounts

    accounts.forget(shop)
    return Answer({"gateway": None}, _("短信网关已去掉，成批的短信导出为文件。"))


def _test(shop: Any, args: argparse.Namespace) -> Answer:
    from services.rights import Right, require
    from services.sms import account as accounts
    from services.sms import trying_out

    require(shop, Right.POLICY)
    words = (
        trying_out.message(shop, args.phone)
        if args.phone
        else trying_out.connection(shop, accounts.needed(shop))
    )
    return Answer({"said": words}, words)


def _account(one: Any) -> dict[str, Any]:
    return {
        **{"host": one.host, "port": one.port, "tls": one.tls, "system_id": one.system_id},
        **{"has_password": bool(one.password), "sender": one.sender},
        **{"country_code": one.country_code, "per_second": one.per_second},
    }


def _words(one: Any) -> str:
    sealed = _("加密") if one.tls else _("不加密")
    return _("{host}:{port}（{sealed}），账号 {id}，发送号码 {sender}").format(
        host=one.host, port=one.port, sealed=sealed, id=one.system_id, sender=one.sender or "—"
    )
