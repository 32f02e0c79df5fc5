"""Whatever window and command line can set going asks for a right before it writes (spec 08, 09 §3.9): read from the text."""

from __future__ import annotations

import pytest

from tests.faults.call_graph import Graph, Key, read

WRITES = {("models.database", name) for name in ("execute", "execute_many", "insert")}
ASKS = {("services.rights", "require"), ("services.again", "prove")}

NEEDS_NO_RIGHT: dict[Key, str] = {
    ("services.staff", "sign_in"): "nobody is signed in before it; it counts wrong PINs",
    ("services.daily", "back_up"): "the program's own day: whoever opens the shop, the books are copied",
    ("services.schedule", "daily"): "the program's own day: the rules plan what they would plan anyhow",
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return read("services", "ui")


def takes_shop(graph: Graph, key: Key) -> bool:
    arguments = graph.functions[key].args.args
    return bool(arguments) and arguments[0].arg == "shop"


def acts(graph: Graph) -> dict[Key, set[Key]]:
    """Functions of the services that a widget or command refers to and that write -> what they reach."""
    named = {
        key
        for caller, refers in graph.refers.items()
        if caller[0].startswith("ui.")
        for key in refers
        if key[0].startswith("services.") and takes_shop(graph, key)
    }
    return {key: reached for key in named if (reached := graph.reach(key)) & WRITES}


def test_every_act_of_window_and_command_line_asks_for_a_right(graph: Graph) -> None:
    found = acts(graph)
    assert len(found) > 150, "the text is not understood any more"
    silent = sorted(key for key, reached in found.items() if not reached & ASKS and key not in NEEDS_NO_RIGHT)
    assert not silent, silent


def test_no_widget_and_no_command_writes_by_itself(graph: Graph) -> None:
    writing = sorted(
        caller for caller, refers in graph.refers.items() if caller[0].startswith("ui.") and refers & WRITES
    )
    assert not writing, writing


def test_the_check_notices_a_verb_that_forgets_to_ask(graph: Graph) -> None:
    forgetful = ("services.purchases", "buy")
    assert forgetful in graph.functions and forgetful in acts(graph)
    for key in graph.reach(forgetful):
        graph.refers[key] = graph.refers.get(key, set()) - ASKS
    assert not graph.reach(forgetful) & ASKS
