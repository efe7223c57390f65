"""Parts of a page that are drawn again by themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import streamlit as st

from dashboard import appearance, state
from dashboard.turns import turns
from rnnviz.runs.documents import RunError


def polled(seconds: float | None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A part of a page that is drawn again by itself; None draws it with the page only.

    A run that was deleted or damaged meanwhile is a sentence in its place.
    """

    def decorate(draw: Callable[..., None]) -> Callable[..., None]:
        @st.fragment(run_every=seconds)
        @wraps(draw)
        def part(*arguments: object) -> None:
            with turns().taken():
                try:
                    draw(*arguments)
                except RunError as error:
                    appearance.complain(error)

        return part

    return decorate


def part(draw: Callable[..., None]) -> Callable[..., None]:
    """A part of a page that is drawn by itself when something is chosen in it.

    Its choices stand in the address, see `state.part`. What is wrong with a run is said there.
    """

    @st.fragment
    @wraps(draw)
    def drawn(*arguments: object) -> None:
        with turns().taken(), state.part(draw.__name__):
            try:
                draw(*arguments)
            except RunError as error:
                appearance.complain(error)

    return drawn
