"""Pages of the tab that are made when they are first asked for, by the name of their list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ui.context import Context


def _results(context: Context) -> QWidget:
    from ui.contacts.results_view import ResultsView

    return ResultsView(context)


def _verify(context: Context) -> QWidget:
    from ui.contacts.verify_view import VerifyView

    return VerifyView(context)


def _campaigns(context: Context) -> QWidget:
    from ui.contacts.campaigns import CampaignsPage

    return CampaignsPage(context)


def _arrivals(context: Context) -> QWidget:
    from ui.contacts.arrivals import ArrivalsPage

    return ArrivalsPage(context)


LATE: dict[str, Callable[[Context], QWidget]] = {
    "results": _results,
    "verify": _verify,
    "campaigns": _campaigns,
    "arrivals": _arrivals,
}
