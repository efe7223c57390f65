"""The pages there are: the only list of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import state

TRAIN, INSPECT, LEARN = "", "Inspect", "Learn"
# Where it is kept which view of Find units is chosen, for pages that lead to one.
FIND_VIEW = "view of find units"
_ASKED = "page asked for"


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        name: of its file in `app_pages/`, and its address.
        title: what a person reads.
        icon: beside it, one of Material's.
        section: under which it stands.
        keeps: what its address keeps of what is chosen on it, see `state.linked`.
        of_one: whether it shows the run that is looked at, which is chosen beside it.
    """

    name: str
    title: str
    icon: str
    section: str
    keeps: tuple[str, ...] = ()
    of_one: bool = True

    @property
    def path(self) -> str:
        """Its file, from the dashboard's folder."""
        return f"app_pages/{self.name}.py"


_PASSAGE = ("text", "from", "length", "own")
_POINTED = ("at", "selection", "top")
_FOLLOWED = ("outer", "before", "after", "set", "place")
_HELD = ("units", "held", "value")
_WRITTEN = ("prompt", "temperature", "seed")
# On Learn pages: whose numbers are shown, and of them which.
_TAKEN_APART = ("state", "timestep", "path", "window")
_OWN = ("numbers", "word", "unit", "timestep")
_GATES = ("w_h", "w_r", "w_z", "w_n", "w_i", "w_f", "w_g", "w_o")
_TRUNCATED = ("network", "text", "window", "follow")
_UNIT = ("phi", "w_hh", "w_xh", "b", "h_0", "timesteps", "inputs", "own", "seed")
_CLIPPED = ("norm", "direction", "clip_norm")
_UNITS = (*_PASSAGE, "signal", "layer", "unit", "order", "scale", *_POINTED, "colour")

PAGES = (
    Page("train", "Train", "model_training", TRAIN),
    Page(
        "runs",
        "Runs",
        "table_rows",
        TRAIN,
        ("filter", "sort", "down", "columns"),
        of_one=False,
    ),
    Page(
        "compare",
        "Compare",
        "compare_arrows",
        TRAIN,
        (
            *("runs", "together", "along", "at", "path", "measured"),
            *("first", "second", "judged", *_WRITTEN),
        ),
        of_one=False,
    ),
    Page(
        "find_units",
        "Find units",
        "manage_search",
        INSPECT,
        ("view", "property", "pattern", "strongest", *_UNITS, *_FOLLOWED, *_HELD, *_WRITTEN),
    ),
    Page("hidden_units", "Hidden units", "grid_on", INSPECT, (*_UNITS, "truth", "pattern")),
    Page(
        "gradient_flow",
        "Gradient flow",
        "trending_down",
        INSPECT,
        (
            "view",
            "gradient",
            "layer",
            "compared",
            "gate",
            "exponents",
            "character",
            *_PASSAGE,
            *_POINTED,
            "colour",
            "scale",
            *_TAKEN_APART,
            *("factor", "orthogonal", "phi", "bias"),
        ),
    ),
    Page(
        "samples",
        "Samples",
        "edit_note",
        INSPECT,
        ("left", "right", *_WRITTEN, "top-k", "length", "rare", *_POINTED),
    ),
    Page(
        "learn_cell",
        "The recurrent cell",
        "replay",
        LEARN,
        (*_OWN, "cell", "read-out", "y", "wiring", "gate", *_GATES, "x", "w_y", "w_classes"),
    ),
    Page(
        "learn_types",
        "Types of RNN",
        "schema",
        LEARN,
        ("task", "text", "input", "picture", "curve", "seed", "day"),
    ),
    Page(
        "learn_hello",
        "“hello”",
        "waving_hand",
        LEARN,
        (*_OWN, "units", "seed", "trained", "first", "length"),
    ),
    Page(
        "learn_bptt",
        "Backpropagation through time",
        "keyboard_double_arrow_left",
        LEARN,
        (*_OWN, "units", "seed", "loss", "weight", "gate", "mistake", "epsilon", *_TRUNCATED),
    ),
    Page(
        "learn_vanishing",
        "Vanishing and exploding gradients",
        "compress",
        LEARN,
        (
            *(*_UNIT, "matrix", "units", "radius", "which", *_CLIPPED),
            *("trained", "recall-seed", "both", "word", "kept-unit", "keep"),
        ),
    ),
    Page("learn_tanh", "Why tanh?", "show_chart", LEARN, ("z", "w", "h_0", "timesteps", "text")),
)
_BY_NAME = {page.name: page for page in PAGES}
_ROOT = "root"  # what the first page would be called, were it not the default: its name is taken


def navigation() -> tuple[StreamlitPage, Page]:
    """Draw the list; the page to run, and which it is."""
    drawn = {
        page.name: st.Page(
            page.path,
            title=page.title,
            icon=_icon(page),
            url_path=page.name if page != PAGES[0] else _ROOT,
        )
        for page in PAGES
    }
    sections: dict[str, list[StreamlitPage]] = {}
    for page in PAGES:
        sections.setdefault(page.section, []).append(drawn[page.name])
    # The first page is at the root; whoever types its name is led there.
    named = st.Page(_lead_to_first, url_path=PAGES[0].name, visibility="hidden")
    sections[TRAIN].append(named)
    chosen = st.navigation(sections, expanded=True)
    if chosen == named:
        chosen.run()
    return chosen, next(page for page in PAGES if drawn[page.name] == chosen)


def _lead_to_first() -> None:
    st.switch_page(PAGES[0].path, query_params=st.query_params.to_dict())


def link(name: str, label: str, *, forward: bool = False) -> None:
    """A way to another page.

    Args:
        name: of the page.
        label: what it leads to.
        forward: an arrow stands beside it, not the page's own icon.
    """
    page = _BY_NAME[name]
    icon = ":material/arrow_forward:" if forward else _icon(page)
    st.page_link(page.path, label=label, icon=icon)


def go(name: str) -> NoReturn:
    """Show another page instead of this one.

    Out of a part that is drawn by itself this takes two steps: switched at once, Streamlit would
    lose what is chosen in all the rest of the page. The address stays as it is until the other page
    has its own: one without anything would be a step for the browser's back button.
    """
    if state.is_part():
        state.keep(_ASKED, name)
        st.rerun()
    st.switch_page(_BY_NAME[name].path, query_params=st.query_params.to_dict())


def go_to_view(name: str, says: Mapping[str, str]) -> NoReturn:
    """Show a page as a link would open it.

    Args:
        name: of the page.
        says: what its address would say; the rest is as usual.
    """
    state.hand(name, **{each: says.get(each) for each in _BY_NAME[name].keeps})
    go(name)


def go_where_asked() -> None:
    """The second step, out of the whole page."""
    name = state.kept(_ASKED)
    state.keep(_ASKED, None)
    if name is not None:
        go(name)


def _icon(page: Page) -> str:
    return f":material/{page.icon}:"
