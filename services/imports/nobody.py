"""Rows of a sheet that must not become customers: whom the shop erased, and the watermarks of its own exports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from services import export_pass
from services.erasing import tombstones
from services.errors import Refused
from services.shop import policy_on
from services.words import N_


class Nobody:
    """Made once a file; asked about every row that is nobody on file."""

    def __init__(self) -> None:
        self._erased = tombstones.Erased()
        self._own = policy_on(date.max).privacy.watermark_phones

    def refuse(self, values: Mapping[str, Any]) -> None:
        """Raises Refused where the row is one of these."""
        name, card, phones = values["name"], values.get("card_no", ""), values.get("phones", ())
        day = self._erased.on(name, card, phones)
        if day is not None:
            raise Refused(
                N_("这位客户的资料已在 {day} 按本人的权利删除，不再导入。本人又愿意留资料时，请在柜台登记。"),
                field="name",
                day=day.isoformat(),
            )
        if self._own and export_pass.is_mark(card, phones, self._own):
            raise Refused(N_("这一行是导出时加的水印，不是客户。"), field="card_no")
