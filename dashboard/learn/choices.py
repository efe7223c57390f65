"""What is chosen on a Learn page: every choice stands in the page's address.

Each is asked for here, under the name that it has in the address, of which `navigation.py` has the
list, and with the usual value, which the address leaves out:

    kind = choices.one_of("curve", "Curve", list(CURVES), "waves", widget=st.selectbox)
    seed = choices.number("seed", "Seed", 0, 99, 0, widget=st.number_input, width=120)
    word = choices.text("word", "Word", "hello", 8)

What depends on something else, as a timestep does on how many there are, says `of` what: for each
there is another choice. All else is what the widget takes. A browser may still say what was chosen
before and cannot be any more: then the usual is taken, or the nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from dashboard import state
from dashboard.address import Among, Form, Number, Whole, Words

T = TypeVar("T")
N = TypeVar("N", int, float)
Widget = Callable[..., Any]

_SEGMENTS: Widget = partial(st.segmented_control, required=True)


def one_of(
    name: str,
    label: str,
    options: Sequence[T],
    usual: T,
    *,
    widget: Widget = _SEGMENTS,
    named: Callable[[T], str] | None = None,
    of: object = "",
    **looks: Any,
) -> T:
    """One of several; `named` says what each is called in the address, by default its words."""
    form = Among(options) if named is None else Among(options, named)
    asked: T = widget(label, options, **_keeps(name, form, usual, of), **looks)
    return asked if asked in options else usual


def number(
    name: str,
    label: str,
    least: N,
    most: N,
    usual: N,
    step: N = 1,
    *,
    widget: Widget = st.slider,
    of: object = "",
    **looks: Any,
) -> N:
    """A number from the least to the most; a whole one where the usual is."""
    form: Form[Any] = Number(least, most, step)
    if isinstance(usual, int):
        form = Whole(int(least), int(most), int(step))
    asked: N | None = widget(
        label, least, most, step=step, **_keeps(name, form, usual, of), **looks
    )
    return usual if asked is None else min(max(asked, least), most)


def text(
    name: str,
    label: str,
    usual: str,
    most: int,
    *,
    widget: Widget = st.text_input,
    of: object = "",
    **looks: Any,
) -> str:
    """A few words, of so many characters at most."""
    kept = _keeps(name, Words(most), usual, of)
    typed: str | None = widget(label, max_chars=most, **kept, **looks)
    return (typed or "").replace("\r\n", "\n")[:most]


def _keeps(name: str, form: Form[Any], usual: object, of: object) -> dict[str, str]:
    """What lets a widget keep its value, for the session and in the address."""
    key = state.linked(name, form, usual, key=state.key_of(name, of))
    return {"key": key, "persist_state": "session"}
