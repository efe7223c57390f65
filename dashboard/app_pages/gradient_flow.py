"""Gradient flow: how far gradients travel back through time, and how that changes in training."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboard import appearance, cache
from dashboard.inspect.opening import View, choose_passage, opening
from rnnviz import plots
from rnnviz.analysis.gradients.decay import half_lives, lag_fits
from rnnviz.text.reading import TextError

_BY_LAG, _LAST, _WINDOW, _MATRIX = "By lag", "Last loss", "Window", "Matrix"
_MEANINGS = {
    _BY_LAG: "How strongly a loss depends on the state so many characters before it, on average "
    "over the losses of the probe text: up to 128, from the beginning of the held-out part, or of "
    "the text where nothing is held out.",
    _LAST: "The gradient of the last loss alone, at every timestep before it: the textbook picture "
    "of vanishing and exploding gradients.",
    _WINDOW: "The gradient training uses, of the sum of all losses: it mixes all lags; where it "
    "falls at the right edge, that is because fewer losses remain.",
    _MATRIX: "Every loss against every state before it: a row is the gradient of one loss, a "
    "diagonal one lag.",
}
_MOST_TIMESTEPS = 1000


def by_lag(view: View, layer: int) -> None:
    """The stored norms by lag of the snapshots chosen."""
    known = view.run.snapshots["iteration"].tolist()
    others = st.multiselect(
        "Compare with iterations",
        [iteration for iteration in known if iteration != view.iteration],
        default=[iteration for iteration in known[:1] if iteration != view.iteration],
        key=f"compared with {view.run.id}",
        persist_state="session",
        format_func="{:,}".format,
        max_selections=plots.MAX_CURVES - 1,
        help="The snapshot chosen on the left is always shown.",
    )
    norms = view.run.gradient_norms_by_lag([view.iteration, *others])
    figure = plots.by_lag(
        norms,
        lag_fits(norms, layer),
        layer=layer,
        sequence_length=view.run.training_config.sequence_length,
        bound=_bound(view, layer),
        bound_iteration=view.iteration,
        theme=appearance.theme(),
    )
    appearance.chart(figure, key="by lag")
    st.download_button(
        "Download the norms (CSV)",
        norms.to_csv(index=False).encode(),
        file_name="gradient-norms-by-lag.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def along_the_text(view: View, which: str, layer: int) -> None:
    """Definitions A and B, and the matrix, over a passage."""
    passage = choose_passage(view, most=_MOST_TIMESTEPS + 1, usual=_window(view) + 1)
    if passage is None:
        st.caption("Type at least two characters.")
        return
    try:
        flow = cache.gradients(view.run, view.iteration, passage[0])
    except TextError as error:
        appearance.complain(error)
        return
    theme = appearance.theme()
    if which == _MATRIX:
        columns = st.columns(1 if flow.c is None else 2)
        for column, path in zip(columns, "hc", strict=False):
            with column:
                appearance.chart(
                    plots.matrix(flow, path=path, layer=layer, theme=theme), key=f"matrix {path}"
                )
        return
    name: Literal["last_loss", "window"] = "last_loss" if which == _LAST else "window"
    text = passage[0]
    figure = plots.paths(flow.h, flow.c, name, text=text, layer=layer, theme=theme)
    appearance.chart(figure, key=name)


def over_training(view: View, layer: int) -> None:
    """Half-life and total gradient norm by iteration."""
    norms = view.run.gradient_norms_by_lag()
    figure = plots.over_training(
        half_lives(norms, layer), view.run.history, theme=appearance.theme()
    )
    appearance.chart(figure, key="over training")


def _bound(view: View, layer: int) -> float | None:
    """The plain RNN's bound per timestep; it holds for the h path of the top layer."""
    model = view.run.model_config
    if model.cell != "rnn" or layer != model.num_layers - 1:
        return None
    run = view.run
    probe = cache.text_of(run.id, run.description.text_sha256, run)[:2]
    bound = cache.gradients(view.run, view.iteration, probe).bound
    return None if bound is None else float(bound[layer])


def _window(view: View) -> int:
    return min(view.run.training_config.sequence_length, _MOST_TIMESTEPS)


def _ask_layer(view: View) -> int:
    layers = view.run.model_config.num_layers
    if layers == 1:
        return 0
    return st.segmented_control(
        "Layer",
        range(layers),
        default=layers - 1,
        required=True,
        format_func=lambda layer: f"layer {layer}" + (" (top)" if layer == layers - 1 else ""),
        key=f"layer of {layers}",
        persist_state="session",
        label_visibility="collapsed",
    )


view = opening(
    "How strongly the loss depends on hidden states further and further back: where gradients "
    "vanish, where they explode, and what truncation cuts off."
)
with st.container(horizontal=True):
    which = st.segmented_control(
        "Which gradient",
        list(_MEANINGS),
        default=_BY_LAG,
        required=True,
        key="which gradient",
        persist_state="session",
        label_visibility="collapsed",
    )
    layer = _ask_layer(view)
st.caption(_MEANINGS[str(which)])
if which == _BY_LAG:
    by_lag(view, layer)
else:
    along_the_text(view, str(which), layer)
over_training(view, layer)
