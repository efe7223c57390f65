"""One unit over time, with a slider for every number."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import streamlit as st

from dashboard import appearance, charts, state
from dashboard.address import MOST_CHARACTERS
from dashboard.components.polling import part
from dashboard.learn import choices
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
_START: Mapping[str, Any] = MappingProxyType(
    {
        "phi": "linear",
        "w_hh": 3.0,
        "w_xh": 1.0,
        "b": 0.0,
        "h_0": 0.0,
        "timesteps": 30,
        "inputs": "impulse",
    }
)
_EXAMPLES: dict[str, Mapping[str, Any]] = {
    "3ᵗ explodes": _START,
    "0.2ᵗ vanishes": {**_START, "w_hh": 0.2},
    "tanh saturates": {**_START, "phi": "tanh", "inputs": "random"},
    "tanh at rest": {**_START, "phi": "tanh", "inputs": "none"},
    "sigmoid": {**_START, "phi": "sigmoid", "inputs": "random"},
    "relu open": {**_START, "phi": "relu", "w_hh": 1.5},
    "relu closes": {**_START, "phi": "relu", "w_hh": 1.2, "b": -0.5},
}
_SLIDERS = {
    "w_hh": ("$w_{hh}$", 0.2, 3.0, 0.05),
    "w_xh": ("$w_{xh}$", -3.0, 3.0, 0.1),
    "b": ("$b$", -3.0, 3.0, 0.1),
    "h_0": ("$h_0$", -1.0, 1.0, 0.05),
}
_INPUT_WORDS = {
    "none": "none (all 0)",
    "impulse": "a 1 at t = 1, then 0",
    "constant": "always 1",
    "alternating": "1, −1, 1, −1 …",
    "random": "random (normal)",
    _OWN: "your own numbers",
}


@part
def one_unit() -> None:
    """Sliders; below them what happens, in a sentence and three panels."""
    st.latex(r"h_t = \varphi(\underbrace{w_{xh} x_t + w_{hh} h_{t-1} + b}_{z_t})")
    st.latex(
        r"\frac{\partial h_t}{\partial h_{t-1}} = w_{hh}\, \varphi'(z_t), \qquad "
        r"\frac{\partial h_T}{\partial h_0} = \prod_{t=1}^{T} w_{hh}\, \varphi'(z_t)"
    )
    with st.container(horizontal=True):
        for name, values in _EXAMPLES.items():
            st.button(name, on_click=_set, args=(values,))
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
        state.put(state.key_of(name), value)


def _ask() -> tuple[Recurrence, Array]:
    phi: Phi = choices.one_of("phi", "$\\varphi$", PHIS, _START["phi"])
    chosen = {
        name: choices.number(name, label, low, high, _START[name], step, width=150)
        for name, (label, low, high, step) in _SLIDERS.items()
    }
    length = choices.number("timesteps", "Timesteps", 2, 100, _START["timesteps"], width=150)
    kind: Inputs | Literal["own"] = choices.one_of(
        "inputs",
        "Inputs $x_t$",
        [*INPUTS, _OWN],
        _START["inputs"],
        widget=st.selectbox,
        format_func=_INPUT_WORDS.__getitem__,
        width=220,
    )
    return Recurrence(phi=phi, **chosen), _inputs(kind, length)


def _inputs(kind: Inputs | Literal["own"], length: int) -> Array:
    if kind == _OWN:
        typed = choices.text(
            "own",
            "Numbers, then zeros",
            "1 0.5 -1",
            MOST_CHARACTERS,
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
        seed = choices.number("seed", "Seed", 0, 999, 0, widget=st.number_input, width=120)
    return example_inputs(kind, length, seed)
