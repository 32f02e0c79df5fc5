"""The offer to encrypt new books, before the first customer stands in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from services.errors import ShopError
from services.words import _
from ui import apart, dialogs
from ui.first_start.pages import Choice, Do, Page
from ui.widgets.card import label


class EncryptPage(Page):
    """Off unless the owner wants it: a lost key loses the shop."""

    def __init__(self, *, plain: Do, encrypt: Do) -> None:
        super().__init__(
            _("要给账册加密吗？"),
            _(
                "加密以后，电脑丢了、U 盘丢了，别人也读不出顾客的资料。速度几乎不变，以后也可以在菜单里加上或去掉。"
            ),
        )
        self.first = Choice("door", _("先不加密"), _("和普通文件一样；拿到文件的人能读。"), plain)
        self.body.addWidget(self.first)
        self.lock = Choice(
            "lock", _("加密…"), _("定一个口令，打印一张恢复单锁在店外；两样都丢了，谁也打不开。"), encrypt
        )
        self.body.addWidget(self.lock)
        words = _("不管加不加密，都请给电脑账户设密码，离开时锁屏。")
        self.body.addWidget(label(words, "caption", wrap=True))

    def begin(self) -> None:
        self.first.setFocus()


def encrypted(parent: QWidget, shop: Any) -> Any:
    """The same shop on encrypted books; None when the owner changed their mind or it could not be done (said)."""
    from services import encryption
    from services.shop import open_shop
    from ui.settings.key_setup import KeySetup

    setup = KeySetup(shop.info.name, shop.today(), parent)
    if not setup.exec():
        return None

    def job() -> None:
        open_shop(shop.url, shop.clock)
        encryption.encrypt(shop, setup.key, setup.passphrase, remember=setup.remember)

    from services import start

    start.close_books()
    try:
        apart.run(parent, _("正在加密账册…"), job)
    except ShopError as error:
        dialogs.tell(parent, str(error), tone="bad")
        return None
    return replace(open_shop(shop.url, shop.clock), actor=shop.actor)
