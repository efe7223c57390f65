"""Whatever is chosen on a Learn page: who opens its address sees the same, element by element."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element, Widget

from rnnviz.runs.run import Run
from tests.dashboard.conftest import Open

OWN = {"numbers": "your-network"}
PAGES: list[tuple[str, dict[str, str]]] = [
    ("learn_cell", {"cell": "lstm"}),
    ("learn_cell", OWN),
    ("learn_hello", {"trained": "5"}),
    ("learn_hello", OWN),
    ("learn_bptt", {}),
    ("learn_bptt", OWN),
    ("learn_vanishing", {"inputs": "random"}),
    ("learn_vanishing", {"inputs": "own", "matrix": "your-network"}),
    ("learn_tanh", {}),
    ("learn_types", {}),
]
STAYS = ("numbers", "cell", "inputs", "matrix", "task", "network")  # decide what else is asked
KINDS = ("slider", "select_slider", "number_input", "button_group", "radio", "selectbox")


def another(widget: Any) -> Any:
    """A value that the widget does not have."""
    value = widget.value
    if widget.type in ("slider", "number_input"):
        step = widget.step or 1
        return round(value + step if value + step <= widget.max else value - step, 6)
    if widget.type == "select_slider":
        return value / 10 if isinstance(value, float) else value - 1
    if widget.type == "selectbox" and isinstance(value, int):
        return value + 1
    options: list[str] = widget.options
    return options[(options.index(widget.format_func(value)) + 1) % len(options)]


def choose(app: AppTest) -> int:
    """Choose another value of every widget; how many there were."""
    found = 0
    for widget in [each for kind in KINDS for each in getattr(app.main, kind)]:
        if not any(f" {name}" in f" {str(widget.key).partition(' ')[2]}" for name in STAYS):
            found += 1
            widget.set_value(another(widget))
    for field in (*app.main.text_input, *app.main.text_area):
        found += 1
        field.set_value("noon" if field.value != "1 0.5 -1" else "2, -1")
    app.run()
    assert not app.exception
    return found


def seen(app: AppTest) -> list[Any]:
    """All that stands on the page, and what is chosen in it."""
    return [
        (each.key, each.value) if isinstance(each, Widget) else each.proto.SerializeToString()
        for each in app.main
        if isinstance(each, Element)
    ]


@pytest.mark.parametrize(("page", "begin"), PAGES)
def test_who_opens_the_address_sees_the_same(
    page: str, begin: dict[str, str], finished_run: Run, open_app: Open
) -> None:
    app = open_app(page, run=finished_run.id, **begin)
    first = seen(app)
    assert choose(app) > 0 and seen(app) != first
    choose(app)
    fresh = open_app(page, **{name: "".join(said) for name, said in app.query_params.items()})
    assert not fresh.warning and seen(fresh) == seen(app)
