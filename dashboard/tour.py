"""A short tour through the example: six views, each with a sentence, there and back by keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import streamlit as st

from dashboard import appearance, cache, example, keys, navigation, state
from dashboard.example import TOUR
from dashboard.looking import Turned
from rnnviz.runs.paths import EXAMPLE

_CAME_FROM = "run before the tour"


@dataclass(frozen=True, slots=True)
class Stop:
    """One view of the example.

    Attributes:
        page: its name.
        words: what is seen there, and where on the page.
        says: what is chosen on it, as its address would say it.
        iteration: of the snapshot; None is the best.
    """

    page: str
    words: str
    says: Mapping[str, str] = field(default_factory=dict)
    iteration: int | None = None

    def told(self, **known: int) -> Stop:
        """The same with the numbers of the example in the places that name them."""
        says = {name: value.format(**known) for name, value in self.says.items()}
        return replace(self, words=self.words.format(**known), says=says)


_STOPS = (
    Stop(
        "hidden_units",
        "Behind every character stands the value of unit {unit} after the network has read it: "
        "blue below zero, red above. Its colour changes little by little along each line and "
        "starts anew on the next: the unit counts.",
        {"unit": "{unit}"},
    ),
    Stop(
        "hidden_units",
        "The same unit before training, at iteration 0: its colour follows single characters, and "
        "no longer the line. The count was learned.",
        {"unit": "{unit}"},
        0,
    ),
    Stop(
        "find_units",
        "Nobody need look through all {units} units: each is held against properties of the text "
        "here, and beside the best stands what the network before training, the characters alone "
        "and chance reach.",
    ),
    Stop(
        "find_units",
        "Is the count used? Unit {unit} is held at its mean here, so that it counts no more: amber "
        "characters are less expected than before, above all where lines end. Further down the "
        "network writes with it held.",
        {"view": "hold-units", "units": "{unit}"},
    ),
    Stop(
        "gradient_flow",
        "How it could learn that: training corrects a state by losses that come later. The curves "
        "say how much of that gradient is left so many characters back, before training and at "
        "iteration {best:,}.",
    ),
    Stop(
        "samples",
        "What the network writes before training and after, with the same random numbers: only "
        "the weights differ. Next, train one on a text of your own.",
        {"left": "0", "right": "{best}"},
    ),
)


def stops() -> tuple[Stop, ...]:
    """All of them, in order."""
    run, unit = cache.open_run(EXAMPLE.id), example.counting_place().unit
    known = {"unit": unit, "units": run.model_config.hidden_size, "best": run.best_iteration}
    return tuple(stop.told(**known) for stop in _STOPS)


def offer() -> None:
    """Offer the tour and the list of keys, below all else in the sidebar."""
    with st.sidebar, st.container(horizontal=True):
        if EXAMPLE.json.is_file():
            st.button("Tour", icon=":material/tour:", on_click=example.ask_tour)
        if st.button("Keys", icon=":material/keyboard:", key="keys", help="Or press ?"):
            keys.show()


def show(page: str) -> None:
    """Draw the stop that the visitor has come to, above the page that it shows; none, nothing.

    Args:
        page: that is drawn.
    """
    at: int | None = state.kept(TOUR)
    if at is None:
        return
    every = stops()
    if at == 0:
        state.keep(_CAME_FROM, state.looking().run)
        _go(1, every)
    stop = every[at - 1]
    with st.container(border=True, key="tour"):
        words = stop.words if page == stop.page else "The tour waits on another page."
        st.markdown(f"**Stop {at} of {len(every)}.** {appearance.plain(words)}")
        with st.container(horizontal=True, vertical_alignment="center"):
            _ask_where(at, every, page == stop.page)


def _ask_where(at: int, every: tuple[Stop, ...], is_there: bool) -> None:
    """Buttons that lead on, and out."""
    if st.button("Back", icon=":material/arrow_back:", key="tour-back", disabled=at == 1):
        _go(at - 1, every)
    on, train = at + is_there, "Train on a text of your own"
    if on > len(every):
        if st.button(train, icon=":material/add:", key="tour-train", type="primary"):
            state.keep(TOUR, None)
            example.set_up_run()
    elif st.button(
        "Next" if is_there else "Go on",
        icon=":material/arrow_forward:",
        key="tour-next",
        type="primary",
    ):
        _go(on, every)
    if st.button("End the tour", key="tour-end", type="tertiary"):
        _end()


def _go(at: int, every: tuple[Stop, ...]) -> None:
    stop = every[at - 1]
    state.keep(TOUR, at)
    state.open_run(EXAMPLE.id)
    state.tell(Turned(stop.iteration))
    navigation.go_to_view(stop.page, stop.says)


def _end() -> None:
    """What was looked at before is looked at again."""
    state.keep(TOUR, None)
    if before := state.kept(_CAME_FROM):
        state.open_run(before)
    st.rerun()
