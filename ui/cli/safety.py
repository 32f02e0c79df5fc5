"""The file on the disk: `key` (encryption) and `move` (out of a cloud folder or off a share)."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import Any

from services.errors import Refused
from services.words import _
from ui.cli import frame
from ui.cli.frame import Answer, Options


def add(commands: Any) -> None:
    key = commands.add_parser("key", help=_("加密账册：钥匙、口令、恢复单"))
    verbs = key.add_subparsers(dest="verb", required=True, metavar="status|sheet|on|off|…")
    verbs.add_parser("status", help=_("账册有没有加密")).set_defaults(run=_status, opens_shop=False)
    sheet = verbs.add_parser("sheet", help=_("做一把新钥匙，写成恢复单（PDF）；还没有加密"))
    sheet.add_argument("--to", required=True, metavar="FILE.pdf")
    sheet.set_defaults(run=_sheet)
    on = verbs.add_parser("on", help=_("用恢复单上的钥匙加密账册，或换成这把钥匙"))
    on.add_argument("--remember", action="store_true", help=_("这台电脑的这个账户以后不再问口令"))
    on.set_defaults(run=_on, writes=True)
    verbs.add_parser("off", help=_("去掉加密")).set_defaults(run=_off, writes=True)
    verbs.add_parser("passphrase", help=_("换口令，钥匙和恢复单不变")).set_defaults(
        run=_passphrase, writes=True
    )
    verbs.add_parser("remember", help=_("这台电脑的这个账户以后不再问口令")).set_defaults(run=_remember)
    verbs.add_parser("forget", help=_("这台电脑不再记住钥匙")).set_defaults(run=_forget)
    wipe = verbs.add_parser("wipe-backups", help=_("清除没有加密或用旧钥匙的备份"))
    wipe.set_defaults(run=_wipe, writes=True)
    move = commands.add_parser("move", help=_("把账册从云盘或网络共享搬到这台电脑的普通文件夹"))
    move.add_argument("--to", default="", metavar="FILE.db")
    move.set_defaults(run=_move, opens_shop=False)


def _secret(variable: str, question: str) -> str:
    """Out of the environment, where no child process finds it afterwards, or typed; never an option."""
    found = os.environ.pop(variable, "")
    if found:
        return found
    if not sys.stdin.isatty():
        raise Refused("请把它放在环境变量 {name} 里。", name=variable)
    return getpass.getpass(question)


def _passphrase_twice() -> str:
    given = _secret("SHUKE_NEW_PASSPHRASE", _("新口令（至少 10 个字符）："))
    if sys.stdin.isatty() and getpass.getpass(_("再输一次：")) != given:
        raise Refused("两次输入的不一样。", field="passphrase")
    return given


def _facts(url: str) -> dict[str, Any]:
    from services import encryption

    now = encryption.state(url)
    return {
        "encrypted": now.encrypted,
        "key": now.id[:8],
        "passphrase": now.passphrase,
        "remembered": now.remembered,
    }


def _status(options: Options, args: argparse.Namespace) -> Answer:
    data = _facts(frame.books(options))
    if not data["encrypted"]:
        return Answer(data, _("账册没有加密。"))
    text = _("账册已加密，钥匙编号 {id}。").format(id=data["key"].upper())
    return Answer(data, text + (_("这台电脑记住了钥匙。") if data["remembered"] else ""))


def _sheet(shop: Any, args: argparse.Namespace) -> Answer:
    from services import key_sheet, keys
    from services.rights import Right, require

    require(shop, Right.ENCRYPT)
    key = keys.new_key()
    key_sheet.save(key, shop.info.name, shop.today(), Path(args.to))
    text = _("恢复单已写好：{file}。打印后锁好，再用“key on”输入上面的密钥来加密；然后删掉这个文件。")
    return Answer({"file": args.to, "key": keys.id_of(key).lower()}, text.format(file=args.to))


def _on(shop: Any, args: argparse.Namespace) -> Answer:
    from services import encryption, recovery_key
    from services.rights import Right, require

    require(shop, Right.ENCRYPT)  # before secrets are asked for
    key = recovery_key.read(_secret("SHUKE_RECOVERY", _("请照恢复单输入恢复密钥：")))
    left = encryption.encrypt(shop, key, _passphrase_twice(), remember=args.remember)
    return _changed(shop, _("账册已加密。没有口令和恢复单，谁也打不开它。"), left)


def _off(shop: Any, args: argparse.Namespace) -> Answer:
    from services import encryption

    return _changed(shop, _("账册不再加密。"), encryption.decrypt(shop))


def _changed(shop: Any, text: str, left: Path | None) -> Answer:
    from services import encryption

    others = encryption.other_backups()
    data = _facts(shop.url) | {"other_backups": len(others), "left": str(left or "")}
    if others:
        text += _("还有 {n} 份旧备份不是用现在的钥匙加密的：“key wipe-backups”可以清除。").format(
            n=len(others)
        )
    if left is not None:
        text += _("以前的文件 {file} 没有删掉，请手工删除。").format(file=left)
    return Answer(data, text)


def _passphrase(shop: Any, args: argparse.Namespace) -> Answer:
    from services import encryption
    from services.rights import Right, require

    require(shop, Right.ENCRYPT)
    encryption.set_passphrase(shop, _passphrase_twice())
    return Answer(_facts(shop.url), _("口令已换。恢复单照旧有效。"))


def _remember(shop: Any, args: argparse.Namespace) -> Answer:
    from services import key_store, keys
    from services.rights import Right, require
    from services.settings import file_of

    require(shop, Right.ENCRYPT)
    path = file_of(shop.url)
    if path is not None:
        keys.remember(path)
    return Answer(_facts(shop.url), _(keys.REMEMBER_WORDS[key_store.kind()]))


def _forget(shop: Any, args: argparse.Namespace) -> Answer:
    from services import keys
    from services.rights import Right, require
    from services.settings import file_of

    require(shop, Right.ENCRYPT)
    path = file_of(shop.url)
    if path is not None:
        keys.forget(path)
    return Answer(_facts(shop.url), _("这台电脑不再记住钥匙，下次打开要输口令。"))


def _wipe(shop: Any, args: argparse.Namespace) -> Answer:
    from services import encryption

    gone = encryption.wipe_other_backups(shop)
    return Answer({"wiped": gone}, _("已清除 {n} 份旧备份。").format(n=gone))


def _move(options: Options, args: argparse.Namespace) -> Answer:
    from services import moving, place
    from services.settings import file_of
    from services.shop import must_write

    url = frame.books(options)
    path, to = file_of(url), Path(args.to) if args.to else None
    shop = None
    if path is None or not place.on_network(path):  # on a share they cannot be opened, and nobody can sign in
        shop = frame.opened(options)
        must_write(shop, dated=options.today is not None)
    target = frame.with_key(lambda: moving.move(shop, url, to))
    return Answer({"database": str(target)}, _("账册已搬到 {file}。").format(file=target))


def open_as_is(url: str, clock: Any) -> Answer:
    """`restore --as-is`: only where the log is really damaged; whole books need no way out."""
    from services import keys, log_proof
    from services.settings import file_of

    path = file_of(url)
    if path is None or not path.exists():
        raise Refused("没有找到账册。")
    frame.with_key(lambda: keys.need(path))
    try:
        log_proof.check(path)
    except log_proof.LogProblem:
        kept = log_proof.open_as_is(path, clock)
        data = {"ok": True, "problems": [], "damaged": str(kept)}
        return Answer(
            data, _("账册可以打开了，少了读不出的内容。原来的文件都存在 {file}。").format(file=kept)
        )
    raise Refused("账册的日志是好的，不需要这样打开。")
