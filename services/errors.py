"""The two ways in which the shop says no; anything else is our bug."""

from __future__ import annotations

import errno

from services.words import N_, _

_SYSTEM = {
    errno.ENOENT: N_("没有这个文件或文件夹"),
    errno.EACCES: N_("没有权限"),
    errno.EPERM: N_("没有权限"),
    errno.EEXIST: N_("已有同名的文件"),
    errno.EISDIR: N_("那是一个文件夹"),
    errno.ENOTDIR: N_("路径中间有一个文件，不是文件夹"),
    errno.ENOSPC: N_("磁盘已满"),
    errno.EFBIG: N_("磁盘已满"),
    errno.EDQUOT: N_("磁盘已满"),
    errno.EROFS: N_("磁盘是只读的"),
    errno.ENAMETOOLONG: N_("文件名太长"),
    errno.EIO: N_("磁盘读写出错"),
    errno.EBUSY: N_("正被另一个程序占用"),
    errno.ENODEV: N_("磁盘没有连上"),
    errno.ENXIO: N_("磁盘没有连上"),
}


def of_system(why: OSError) -> str:
    """What the operating system complains about, without paths and numbers."""
    known = _SYSTEM.get(why.errno or 0)
    return _(known) if known else str(why.strerror or why)


class ShopError(Exception):
    """A sentence for people: Chinese source text plus facts, translated when it is shown."""

    def __init__(self, text: str, *, field: str = "", **facts: object) -> None:
        super().__init__(text)
        self.text = text
        self.field = field
        self.facts = facts

    def __str__(self) -> str:
        if not self.facts:
            return _(self.text)
        return _(self.text).format(
            **{k: of_system(v) if isinstance(v, OSError) else v for k, v in self.facts.items()}
        )


class Refused(ShopError):
    """The shop's rules say no. `field` names the input it is about, if one is."""


class NotAllowed(Refused):
    """The actor's role may not do this; the attempt is written to the journal."""


class Unavailable(ShopError):
    """Disk, lock, network or a file of another program's version: nothing was changed, and the text says what to do."""


class NotOpened(Unavailable):
    """The books were not opened, and nothing was changed. `kind` chooses the screen with its ways out."""

    def __init__(self, kind: str, text: str, **facts: object) -> None:
        super().__init__(text, field="", **facts)
        self.kind = kind
