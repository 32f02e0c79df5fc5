"""The shop itself: init, demo, user, policy, daily, backup, restore, check, audit."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import Any

from models.kinds import Role
from services.errors import Refused
from services.words import _
from ui.cli import frame
from ui.cli.frame import Answer, Options

DEMO_OWNER = "店主"
_KINDS = "customers sales gifts contacts out access shop safety"
"""Of `services.trail`, said here so that a call without the trail does not load it."""


def add(commands: Any) -> None:
    _add_making(commands)
    _add_user(commands)
    _add_policy(commands)
    _add_safety(commands)


def _add_making(commands: Any) -> None:
    init = commands.add_parser("init", help=_("新开一家店：建立空账册"))
    init.add_argument("--shop", default=_("我的店"), metavar="NAME")
    init.add_argument("--owner", default=DEMO_OWNER, metavar="NAME")
    init.add_argument("--address", default="")
    init.add_argument("--postcode", default="")
    init.add_argument("--phone", default="")
    init.add_argument("--trial", action="store_true", help=_("试用账册：窗口里有标记，允许用 --today 补记"))
    init.set_defaults(run=_init, opens_shop=False)
    demo = commands.add_parser("demo", help=_("建立演示店铺"))
    demo.add_argument("--customers", type=int, default=800, metavar="N")
    demo.add_argument("--years", type=int, default=3, metavar="Y")
    demo.add_argument("--seed", type=int, default=1, metavar="S")
    demo.set_defaults(run=_demo, opens_shop=False)


def _add_user(commands: Any) -> None:
    user = commands.add_parser("user", help=_("员工账号"))
    verbs = user.add_subparsers(dest="verb", required=True, metavar="add|disable|list")
    new = verbs.add_parser("add", help=_("添加员工；密码放在 SHUKE_NEW_PIN"))
    new.add_argument("name")
    new.add_argument("--role", required=True, choices=[role.value for role in Role])
    new.add_argument("--group", default="")
    new.add_argument("--phone", default="")
    new.set_defaults(run=_user_add, writes=True)
    stop = verbs.add_parser("disable", help=_("停用员工账号"))
    stop.add_argument("name")
    stop.set_defaults(run=_user_disable, writes=True)
    verbs.add_parser("list", help=_("全部员工")).set_defaults(run=_user_list)


def _add_policy(commands: Any) -> None:
    policy = commands.add_parser("policy", help=_("客情标准"))
    verbs = policy.add_subparsers(dest="verb", required=True, metavar="show|set|history")
    verbs.add_parser("show", help=_("全部数值")).set_defaults(run=_policy_show)
    change = verbs.add_parser("set", help=_("修改一个数值"))
    change.add_argument("key")
    change.add_argument("value")
    change.add_argument("--reason", default="")
    change.set_defaults(run=_policy_set, writes=True)
    verbs.add_parser("history", help=_("修改记录")).set_defaults(run=_policy_history)


def _add_safety(commands: Any) -> None:
    daily = commands.add_parser("daily", help=_("每天开店：整理等级、排联络、提醒、备份"))
    daily.add_argument("--confirm-date", action="store_true", help=_("电脑日期确实是对的"))
    daily.set_defaults(run=_daily, writes=True)
    backup = commands.add_parser("backup", help=_("备份并验证"))
    backup.add_argument("--to", default="", metavar="DIR")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help=_("恢复备份；先备份现在的账册"))
    restore.add_argument("file", nargs="?", default="")
    restore.add_argument(
        "--as-is", action="store_true", help=_("日志坏了又没有备份：不带读不出的内容打开，原来的文件都保留")
    )
    restore.set_defaults(run=_restore, opens_shop=False)
    check = commands.add_parser("check", help=_("检查文件、账目和操作记录"))
    check.add_argument("--anchor", default="", metavar="N:HASH", help=_("与纸上的印记核对"))
    check.set_defaults(run=_check)
    audit = commands.add_parser("audit", help=_("操作记录"))
    audit.add_argument("--about", default="", metavar="CARD_NO")
    audit.add_argument("--limit", type=int, default=200)
    audit.add_argument("--who", default="", metavar="NAME", help=_("谁做的；- 是程序自己"))
    audit.add_argument("--act", default="", metavar="CODE")
    audit.add_argument("--kind", default="", metavar="KIND", help=_("一类：{kinds}").format(kinds=_KINDS))
    audit.add_argument("--from", dest="first", type=frame.a_day, default=None, metavar="DATE")
    audit.add_argument("--to", dest="last", type=frame.a_day, default=None, metavar="DATE")
    audit.add_argument("--text", default="", help=_("内容里的字"))
    audit.add_argument("--month", type=frame.a_month, default=None, metavar="YYYY-MM", help=_("这个月的印记"))
    audit.add_argument("--out", default="", metavar="FILE.pdf", help=_("印记存为一页 PDF，放在店外"))
    audit.set_defaults(run=_audit)


def _pin(variable: str, question: str) -> str:
    pin = os.environ.get(variable, "")
    if pin:
        return pin
    if not sys.stdin.isatty():
        raise Refused("请把密码放在环境变量 {name} 里。", name=variable)
    return getpass.getpass(question)


def _clock(options: Options) -> Any:
    from services.clock import FixedClock, SystemClock

    return FixedClock(options.today) if options.today else SystemClock()


def _init(options: Options, args: argparse.Namespace) -> Answer:
    from services.setup import create_shop
    from services.start import schema

    if options.today and not args.trial:
        raise Refused("“--today”只能用来查看；正式账册不能补记到别的日期。请去掉“--today”再做这一步。")
    url = frame.books(options)
    create_shop(
        url,
        args.shop,
        args.owner,
        _pin("SHUKE_PIN", _("给店主定一个密码：")),
        phone=args.phone,
        address=args.address,
        postcode=args.postcode,
        trial=args.trial,
        clock=_clock(options),
    )
    return Answer(
        {"database": url, "schema": schema()},
        _("已建好 {shop} 的账册：{url}").format(shop=args.shop, url=url),
    )


def _demo(options: Options, args: argparse.Namespace) -> Answer:
    from services import demo

    made = demo.create(
        options.db or _demo_place(), args.customers, args.years, args.seed, clock=_clock(options)
    )
    users = [{"name": u.name, "role": str(u.role), "pin": u.pin} for u in made.users]
    lines = [
        _("演示店铺已建好：{n} 位客户，{m} 条消费。").format(n=made.customers, m=made.purchases),
        *(f"  {u['name']}  {u['role']}  {u['pin']}" for u in users),
    ]
    return Answer(
        {"customers": made.customers, "purchases": made.purchases, "users": users}, "\n".join(lines)
    )


def _demo_place() -> str:
    """Beside the shop's own books, never in their place."""
    from services.settings import data_folder

    return str(data_folder() / "demo.db")


def _user_add(shop: Any, args: argparse.Namespace) -> Answer:
    from services import staff

    group = None
    if args.group:
        group = next((g.id for g in staff.groups(shop) if g.name == args.group), None)
        if group is None:
            raise Refused("没有叫“{name}”的销售组。", name=args.group, field="group")
    pin = _pin("SHUKE_NEW_PIN", _("给 {name} 定一个密码：").format(name=args.name))
    user = staff.add_user(shop, args.name, Role(args.role), pin, group_id=group, phone=args.phone)
    return Answer(
        {"id": user, "name": args.name, "role": args.role}, _("已添加 {name}。").format(name=args.name)
    )


def _user_disable(shop: Any, args: argparse.Namespace) -> Answer:
    from services import hand_over, staff

    left = hand_over.burden(shop, args.name)
    staff.disable_user(shop, args.name)
    text = _("已停用 {name}。").format(name=args.name)
    if not left.empty:
        text += "\n" + _("还有 {n} 位客户、{m} 个待联络没有交接：group hand-over {name} --to …").format(
            n=left.customers, m=left.open_contacts, name=args.name
        )
    data = {"name": args.name, "active": False, "customers": left.customers}
    return Answer({**data, "open_contacts": left.open_contacts}, text)


def _user_list(shop: Any, args: argparse.Namespace) -> Answer:
    from services import staff
    from services.rights import Right, require

    require(shop, Right.SEE)
    rows = staff.users(shop, active_only=False)
    data = [{"name": u.name, "role": u.role.value, "group": u.group, "active": u.active} for u in rows]
    return Answer({"users": data}, "\n".join(f"{u.name}  {u.role}  {u.group}" for u in rows if u.active))


def _policy_show(shop: Any, args: argparse.Namespace) -> Answer:
    from services.policy import values_of
    from services.rights import Right, require

    require(shop, Right.SEE)
    values = values_of(shop.policy)
    return Answer(
        {"version": shop.policy.version, **values}, "\n".join(f"{k} = {v}" for k, v in values.items())
    )


def _policy_set(shop: Any, args: argparse.Namespace) -> Answer:
    from services import policies
    from services.policy import values_of

    after = policies.set_value(shop, args.key, args.value, args.reason)
    value = values_of(after.policy)[args.key]
    return Answer({"key": args.key, "value": value, "version": after.policy.version}, f"{args.key} = {value}")


def _policy_history(shop: Any, args: argparse.Namespace) -> Answer:
    from services import policies
    from services.rights import Right, require

    require(shop, Right.SEE)
    rows = [
        {
            "version": v.id,
            "since": v.since.isoformat(),
            "changes": v.changes,
            "reason": v.reason,
            "user": v.user,
        }
        for v in policies.versions()
    ]
    text = "\n".join(f"{r['since']}  {r['user']}  {r['changes']}  {r['reason']}" for r in rows)
    return Answer({"versions": rows}, text or _("客情标准还没有改过，用的是出厂数值。"))


def _daily(shop: Any, args: argparse.Namespace) -> Answer:
    from services import daily

    done = daily.open_day(shop, confirmed=args.confirm_date)
    return Answer(done.as_json(), done.text())


def _backup(shop: Any, args: argparse.Namespace) -> Answer:
    from services import backup

    made = backup.snapshot(shop, "manual", Path(args.to) if args.to else None)
    data = {"ok": True, "problems": [], "file": str(made.file), "sha256": made.sha256, "counts": made.sums}
    return Answer(data, _("备份已写好并验证：{file}").format(file=made.file))


def _restore(options: Options, args: argparse.Namespace) -> Answer:
    """Books that no longer open, or are not there, need no sign-in: nobody could."""
    from services import backup, recovery
    from services.shop import must_write

    url = frame.books(options)
    if args.as_is:
        from ui.cli.safety import open_as_is

        return open_as_is(url, _clock(options))
    if not args.file:
        raise frame.Usage(_("请写上要恢复的备份文件。"))
    frame.with_key(lambda: safety_key(url))
    if recovery.is_damaged(url):
        found: Any = frame.with_key(lambda: backup.read(Path(args.file)))
        kept = recovery.put_back(url, Path(args.file), _clock(options))
        data = {
            "ok": True,
            "problems": [],
            "restored": str(found.file),
            "counts": found.sums,
            "damaged": str(kept) if kept.exists() else "",
        }
        text = _("已恢复 {file}。").format(file=found.file.name)
        if kept.exists():
            text += _("损坏的账册存为 {kept}。").format(kept=kept)
            listed, rows = recovery.salvage(kept)
            data |= {"rescued": str(listed or ""), "rescued_rows": rows}
            if listed:
                text += _("其中 {n} 条较晚的消费还读得出来，列在 {file}，核对后可以导入。").format(
                    n=rows, file=listed
                )
        return Answer(data, text)
    shop = frame.opened(options)
    must_write(shop, dated=options.today is not None)
    chosen: Any = frame.with_key(lambda: backup.read(Path(args.file)))
    lost = backup.lost_by(shop, chosen)
    safety = backup.restore(shop, Path(args.file))
    data = {
        "ok": True,
        "problems": [],
        "restored": str(chosen.file),
        "taken_at": chosen.taken_at,
        "counts": chosen.sums,
        "safety": str(safety.file),
        "lost": lost.counts | {"opt_outs": lost.opt_outs},
    }
    text = _("已恢复 {file}（{when}）。恢复前的账册存为 {safety}").format(
        file=chosen.file.name, when=chosen.taken_at, safety=safety.file
    )
    return Answer(data, text)


def safety_key(url: str) -> None:
    """Whether the present books are damaged can only be seen with their key."""
    from services import keys
    from services.settings import file_of

    path = file_of(url)
    if path is not None and path.exists():
        keys.need(path)


def _check(shop: Any, args: argparse.Namespace) -> Answer:
    from services import place
    from services.checking import check
    from services.settings import file_of

    report = check(shop, anchor=args.anchor)
    path = file_of(shop.url)
    data = {
        "ok": report.ok,
        "problems": list(report.problems),
        "head": report.head,
        "entries": report.entries,
        "warnings": place.warning_codes(path) if path is not None else [],
    }
    text = _("账册完好。操作记录 {n} 条，印记 {head}").format(n=report.entries, head=report.head[:24])
    return Answer(
        data, text if report.ok else "", report.problems, frame.DONE if report.ok else frame.REFUSED
    )


def _head(shop: Any, args: argparse.Namespace) -> Answer:
    from services import chain_head, trail

    if args.out and not args.out.lower().endswith(".pdf"):
        raise Refused("印记只能存为 .pdf，请改文件名“{file}”的扩展名。", file=args.out)
    found = chain_head.write(shop, args.month, args.out) if args.out else trail.head_of(shop, args.month)
    data = {
        "month": found.month,
        "first": found.first,
        "last": found.last,
        "entries": found.entries,
        "hash": found.hash,
        "anchor": found.anchor,
        "acts": dict(found.acts),
        "file": args.out or None,
    }
    text = _("{month}：{n} 条，印记 {anchor}").format(month=found.month, n=found.entries, anchor=found.anchor)
    return Answer(data, text)


def _audit(shop: Any, args: argparse.Namespace) -> Answer:
    from services import trail

    if args.month:
        return _head(shop, args)
    wanted = trail.Search(args.about, args.who, args.act, args.kind, args.first, args.last, args.text)
    rows = trail.read(shop, wanted, limit=args.limit)
    data = [
        {
            "seq": r.seq,
            "at": r.at,
            "day": r.day.isoformat(),
            "user": r.user,
            "role": r.role,
            "act": r.act,
            "entity": r.entity,
            "entity_id": r.entity_id,
            "body": r.body,
        }
        for r in rows
    ]
    text = "\n".join(f"{r.seq}  {r.at[:19]}  {r.user}  {r.act}" for r in rows)
    return Answer({"entries": data}, text or _("没有操作记录。"))
