"""检核表 and 沟通进度表: which paper, which time, whose; looked at and printed, or saved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from services import contact_papers
from services.contact_lists import Filters
from services.contact_sheet import TITLES, Length, PaperKind, Sheet, span_of
from services.errors import Refused
from services.words import N_, _
from ui import dialogs
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, DayField, Form

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop

LENGTHS = {Length.DAY: N_("一天"), Length.WEEK: N_("一周"), Length.MONTH: N_("一个月")}


class PapersBox(Box):
    """`whose`: what the filter by person offers, `(value, words)`; `chosen` is the one of the list behind."""

    def __init__(
        self,
        context: Context,
        whose: Sequence[tuple[str, str]],
        chosen: str,
        length: Length,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, _("检核表和进度表"), 460)
        self.context = context
        self.form = Form(
            [
                ChoiceField("kind", _("哪一张"), [(kind.value, _(words)) for kind, words in TITLES.items()]),
                ChoiceField("length", _("多长"), [(one.value, _(words)) for one, words in LENGTHS.items()]),
                DayField("day", _("哪一天（所在的周、月）"), context.today()),
                ChoiceField("whose", _("负责人"), list(whose)),
            ]
        )
        self.form.load(
            {
                **{"kind": PaperKind.CHECK.value, "length": length.value},
                **{"day": context.today(), "whose": chosen},
            }
        )
        self.form.submitted.connect(self.look)
        self.body.addWidget(self.form)
        self.add_button(_("取消"), self.reject)
        self.save_button = self.add_button(_("存文件…"), self.save)
        self.look_button = self.add_button(_("预览和打印"), self.look, "primary")

    def _wanted(self) -> partial[Sheet] | None:
        """The gathering as a job, or None with the mistake shown beside its field."""
        try:
            values = self.form.values()
            if values["day"] is None:
                raise Refused("请写上日期。", field="day")
        except Refused as error:
            self.form.show_error(error)
            return None
        first, last = span_of(Length(values["length"]), values["day"])
        kind, _colon, number = str(values["whose"] or "").partition(":")
        filters = Filters(
            group_id=int(number) if kind == "group" else None,
            clerk_id=int(number) if kind == "clerk" else None,
        )
        return partial(
            contact_papers.gather, self.context.shop, PaperKind(values["kind"]), first, last, filters
        )

    def _title(self) -> str:
        return _(TITLES[PaperKind(self.form.field("kind").value())])

    def look(self) -> None:
        """Draws it off the UI thread and shows it page by page, ready to print."""
        gather = self._wanted()
        if gather is None:
            return
        title, shop = self._title(), self.context.shop

        def show(pdf: bytes) -> None:
            from ui.printing import preview

            self.accept()
            name = f"{title}-{self.context.today()}.pdf"
            preview.show(
                *(self.context, self.parentWidget(), pdf, title),
                file_name=name,
                save=lambda path: contact_papers.write(shop, gather(), path),
            )

        dialogs.work(
            *(self.context, self, _("正在排{title}…").format(title=title), partial(_drawn, shop, gather)),
            show,
            on_error=self._no,
        )

    def save(self) -> None:
        """Asks for a file and writes it as a workbook or PDF."""
        gather = self._wanted()
        if gather is None:
            return
        title = self._title()
        path = self.context.ask_path(
            _("导出到"),
            save=True,
            suggested=f"{title}-{self.context.today()}.xlsx",
            kinds="Excel (*.xlsx);;PDF (*.pdf)",
        )
        if not path:
            return

        def saved(_rows: int) -> None:
            self.accept()
            self.context.say(_("已存为 {file}").format(file=Path(path).name))

        dialogs.work(
            *(
                self.context,
                self,
                _("正在存文件…"),
                partial(_written, self.context.shop, gather, path),
                saved,
            ),
            on_error=self._no,
        )

    def _no(self, error: Exception) -> None:
        """What stands in the way is said in the dialog, which stays."""
        if isinstance(error, Refused) and not self.form.show_error(error):
            error.field = "whose"
            self.form.show_error(error)
        elif not isinstance(error, Refused):
            self.context.show_error(error)


def _drawn(shop: Shop, gather: partial[Sheet], _progress: Progress) -> bytes:
    return contact_papers.draw(shop, gather())


def _written(shop: Shop, gather: partial[Sheet], path: str, _progress: Progress) -> int:
    return contact_papers.write(shop, gather(), path)
