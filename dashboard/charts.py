"""Charts, each drawn once for all visitors who see the same.

A page says how a figure is made, `partial(plots.loss, history, ...)`, and does not make it: that is
only done where nobody has shown the same before. The same are figures of the same function, made of
the same numbers, words and colours, whatever objects these stand in; so nothing that a figure
depends on can be forgotten, and a run that is trained on, another snapshot, text or theme is
another figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from hashlib import blake2b
from inspect import isfunction
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.appearance import pair, plain
from rnnviz import plots
from rnnviz.notation import unbroken
from rnnviz.plots.frame import has_legend
from rnnviz.plots.spoken import letters, spoken
from rnnviz.text.control import escaped

# Room above the plot, and under it for the axis and for one row of legend. Where it is too little,
# Plotly makes more, and has to draw the whole figure again.
_TOP, _AXIS, _LEGEND = 20, 53, 29

Draw = partial[plots.Figure]


def show(draw: Draw, key: str, of: str = "") -> None:
    """A figure as wide as its place, between its title and its subtitle as text that wraps.

    So two beside each other stand at one height. Where `of` says of what it is, that joins the
    title.
    """
    _show(draw, key, of, " · ")


def show_pair(left: tuple[Draw, str], right: tuple[Draw, str], of: str = "") -> None:
    """Two figures beside each other, each with its key; of what they are stands under each title.

    A title that is joined by it would break in one and not in the other.
    """
    for place, (draw, key) in zip(pair(), (left, right), strict=True):
        with place:
            _show(draw, key, of, "  \n")


def digest_of(*ingredients: object) -> str:
    """One word for numbers, words and records of them: another as soon as one of them is another.

    Args:
        ingredients: numbers, text, arrays, tables, functions of a module, lists, mappings and
            dataclasses.

    Raises:
        TypeError: there is something else among them, such as a function made within another, which
            may hold more than its name says.

    Example:
        >>> digest_of([1.0, "a"]) == digest_of([1.0, "a"]), digest_of([1.0]) == digest_of([1.5])
        (True, False)
    """
    found = blake2b(digest_size=16)
    for part in ingredients:
        _feed(found.update, part)
    return found.hexdigest()


def _show(draw: Draw, key: str, of: str, before: str) -> None:
    _shown(digest_of(draw, key, of, before), partial(_draw, draw, key, of, before))


# Streamlit plays again what was put on the page: sent figures are kept, one string each.
@st.cache_resource(max_entries=256, show_spinner=False)
def _shown(digest: str, _show: Callable[[], None]) -> None:
    _show()


def _draw(draw: Draw, key: str, of: str, before: str) -> None:
    figure = draw()
    title, _, subtitle = figure.layout.title.text.partition("<br>")
    st.markdown(f"**{title}**" + f"{before}{plain(of)}" * bool(of))
    said = spoken(figure)
    height = figure.layout.height - figure.layout.margin.t + _TOP
    bottom = max(figure.layout.margin.b, _AXIS + _LEGEND * has_legend(figure))
    # A figure that is sent again unchanged keeps what was zoomed into (another one never does).
    figure.update_layout(
        title=None, margin={"t": _TOP, "b": bottom}, height=height, uirevision="the same"
    )
    st.plotly_chart(
        figure,
        theme=None,
        key=key,
        width="stretch",
        config={"displayModeBar": False},
        alt=f"{letters(title)}{f', {escaped(of)}' * bool(of)}. {said}",
    )
    if subtitle:
        words = unbroken(re.sub(r"</?span[^>]*>", "", subtitle).replace("<br>", " "))
        st.caption(words, unsafe_allow_html=True)


def _feed(take: Callable[[bytes], None], value: object) -> None:
    """Give what a value holds, each part behind its kind and its length."""
    match value:
        case np.ndarray() if value.dtype != object:
            take(f"array {value.dtype} {value.shape}:".encode())
            take(np.ascontiguousarray(value).tobytes())
        case None | bool() | int() | float() | complex() | str() | bytes() | np.generic():
            take(f"{value!r};".encode("utf-8", "backslashreplace"))
        case _:
            name, parts = _parts(value)
            take(f"{name} {len(parts)}:".encode())
            for part in parts:
                _feed(take, part)


def _parts(value: Any) -> tuple[str, list[Any]]:
    """The name of what holds several values, and these."""
    name = type(value).__qualname__
    match value:
        case list() | tuple():
            return name, list(value)
        case np.ndarray():
            return name, value.tolist()
        case Mapping():
            return name, [part for item in value.items() for part in item]
        case pd.Series():
            return name, [value.index.to_numpy(), value.to_numpy()]
        case pd.DataFrame():
            return name, [part for item in value.items() for part in item]
        case partial():
            return name, [value.func, value.args, value.keywords]
    if isfunction(value) and "<" not in value.__qualname__:
        return name, [value.__module__, value.__qualname__]
    if is_dataclass(value):
        return name, [getattr(value, field.name) for field in fields(value)]
    raise TypeError(
        f"a chart is made of a {name}; give numbers, text, arrays, tables or records of them."
    )
