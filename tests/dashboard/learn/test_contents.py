"""Every Learn page lists its sections, and ends in a sentence that can be repeated."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.contents import anchor_of
from rnnviz.runs.run import Run
from tests.dashboard.conftest import Open

PAGES = {
    "learn_cell": "The module used the same 12 numbers at all 5 timesteps",
    "learn_types": "“Next character” is one to one",
    "learn_bptt": "The network uses the same weights at 4 timesteps",
    "learn_hello": "is by chance, with memory and without: train it above first.",
    "learn_vanishing": "leave 8 % of it, 24 factors of 1.1 make it 9.8 times as large",
    "learn_tanh": r"leaves no more than ${9.54 \times 10^{-7}}$ of a gradient",
}


def contents(app: AppTest) -> dict[str, str]:
    """The list of sections: what each is called, by its anchor."""
    (listed,) = (said.value for said in app.markdown if said.value.startswith("On this page: "))
    found = re.findall(r"\[((?:[^\]\\]|\\.)*)\]\(#([\w-]+)\)", listed)
    return {anchor: re.sub(r"\\(.)", r"\1", title) for title, anchor in found}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_lists_its_sections_and_ends_in_one_sentence(page: str, open_app: Open) -> None:
    app = open_app(page)
    assert not app.exception
    listed = contents(app)
    assert list(listed) == [heading.anchor for heading in app.subheader]
    assert list(listed) == [anchor_of(title) for title in listed.values()]
    assert list(listed.values())[-2:] == ["Try it", "In one sentence"]
    assert len(listed) >= 3
    last = app.main.markdown[-1].value
    assert PAGES[page] in last.replace("\\(", "(").replace("\N{NO-BREAK SPACE}", " ")
    assert last.endswith(".")


def test_the_sentence_has_the_numbers_of_the_moment(finished_run: Run, open_app: Open) -> None:
    app = open_app("learn_hello", run=finished_run.id)
    next(button for button in app.button if button.label == "Until learned").click().run()
    assert re.search(
        r"after \d+ iterations this one has 4 with memory, and [0-3] without\.",
        app.main.markdown[-1].value,
    )


@pytest.mark.parametrize("page", ["learn_cell", "learn_hello", "learn_bptt"])
def test_in_a_window_of_900_pixels_every_drawing_is_seen_whole(page: str, open_app: Open) -> None:
    """Beside the sidebar, two margins and a scroll bar; the terms of a gradient are too many."""
    place = 900 - 320 - 2 * 16 - 15
    bodies = "".join(element.proto.body for element in open_app(page).main.get("html"))
    smallest = [int(pixels) for pixels in re.findall(r"min-width:(\d+)px", bodies)]
    assert len(smallest) >= 3
    assert max(smallest[:1] if page == "learn_bptt" else smallest) <= place
