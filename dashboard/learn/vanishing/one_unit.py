"""One unit over time, with a slider for every number."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Literal, cast

import numpy as np
import streamlit as st

from dashboard import appearance, charts, state
from dashboard.components.polling import polled
from rnnviz import plots
from rnnviz.lessons.pages.vanishing.scalar_recurrence import (
    INPUTS,
    PHIS,
    Inputs,
    Phi,
    Recurrence,
    example_inputs,
    read_inputs,
    recur,
)
from rnnviz.lessons.pages.vanishing.scalar_sentence import explain
from rnnviz.records import Array

_OWN: Final = "own"
_KEY = "vanishing {}".format
_START: Mapping[str, Any] = MappingProxyType(
    {"phi": "linear", "w_hh": 3.0, "w_xh": 1.0, "b": 0.0, "h_0": 0.0, "length": 30, "x": "impulse"}
)
_EXAMPLES: dict[str, Mapping[str, Any]] = {
    "3ᵗ explodes": _START,
    "0.2ᵗ vanishes": {**_START, "w_hh": 0.2},
    "tanh saturates": {**_START, "phi": "tanh", "x": "random"},
    "tanh at rest": {**_START, "phi": "tanh", "x": "none"},
    "sigmoid": {**_START, "phi": "sigmoid", "x": "random"},
    "relu open": {**_START, "phi": "relu", "w_hh": 1.5},
    "relu closes": {**_START, "phi": "relu", "w_hh": 1.2, "b": -0.5},
}
_SLIDERS = {
    "w_hh": ("$w_{hh}$", 0.2, 3.0, 0.05),
    "w_xh": ("$w_{xh}$", -3.0, 3.0, 0.1),
    "b": ("$b$", -3.0, 3.0, 0.1),
    "h_0": ("$h_0$", -1.0, 1.0, 0.05),
    "length": ("Timesteps", 2, 100, 1),
}
_INPUT_WORDS = {
    "none": "none (all 0)",
    "impulse": "a 1 at t = 1, then 0",
    "constant": "always 1",
    "alternating": "1, −1, 1, −1 …",
    "random": "random (normal)",
    _OWN: "your own numbers",
}


@polled(None)
def one_unit() -> None:
    """Sliders; below them what happens, in a sentence and three panels."""
    for name, value in _START.items():
        if state.value_of(_KEY(name)) is None:
            state.put(_KEY(name), value)
    st.latex(r"h_t = \varphi(\underbrace{w_{xh} x_t + w_{hh} h_{t-1} + b}_{z_t})")
    st.latex(
        r"\frac{\partial h_t}{\partial h_{t-1}} = w_{hh}\, \varphi'(z_t), \qquad "
        r"\frac{\partial h_T}{\partial h_0} = \prod_{t=1}^{T} w_{hh}\, \varphi'(z_t)"
    )
    with st.container(horizontal=True):
        for name, values in _EXAMPLES.items():
            st.button(name, key=_KEY(f"example {name}"), on_click=_set, args=(values,))
    with st.container(horizontal=True):
        unit, inputs = _ask()
    found = recur(unit, inputs)
    st.info(explain(unit, found))
    figure = partial(
        plots.scalar_recurrence,
        found.h,
        found.factor,
        found.log_product,
        found.log_power,
        theme=appearance.theme(),
    )
    charts.show(figure, key="one unit")
    st.caption(
        "Lowest panel: the running product beside the power of $w_{hh}$ alone. A linear unit "
        "follows it exactly: then the two curves are one. Elsewhere the gap is what $\\varphi'$ "
        "makes of it. Both on a log axis; where a product is exactly zero its curve ends."
    )


def _set(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        state.put(_KEY(name), value)


def _ask() -> tuple[Recurrence, Array]:
    asked = st.segmented_control(
        "$\\varphi$", PHIS, required=True, key=_KEY("phi"), persist_state="session"
    )
    phi = cast(Phi, asked)  # there is one: it is put there, and required
    chosen = {
        name: st.slider(
            label, low, high, step=step, key=_KEY(name), persist_state="session", width=150
        )
        for name, (label, low, high, step) in _SLIDERS.items()
    }
    length = int(chosen.pop("length"))
    kind: Inputs | Literal["own"] = st.selectbox(
        "Inputs $x_t$",
        [*INPUTS, _OWN],
        format_func=_INPUT_WORDS.__getitem__,
        key=_KEY("x"),
        persist_state="session",
        width=220,
    )
    unit = Recurrence(phi=phi, **{name: float(value) for name, value in chosen.items()})
    return unit, _inputs(kind, length)


def _inputs(kind: Inputs | Literal["own"], length: int) -> Array:
    if kind == _OWN:
        typed = st.text_input(
            "Numbers, then zeros",
            "1 0.5 -1",
            key=_KEY("own inputs"),
            persist_state="session",
            width=220,
            help="Separated by spaces or commas; timesteps beyond them read 0.",
        )
        try:
            return read_inputs(typed, length)
        except ValueError as error:
            appearance.complain(error)
            return np.zeros(length)
    seed = 0
    if kind == "random":
        seed = st.number_input(
            "Seed", 0, 999, 0, key=_KEY("seed"), persist_state="session", width=120
        )
    return example_inputs(kind, length, int(seed))
