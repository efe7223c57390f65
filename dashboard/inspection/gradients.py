"""What Gradient flow shows: norms by lag, along a text, and over training."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboard import appearance, cache, state
from dashboard.address import Several
from dashboard.inspection.passage import choose_passage
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.gradients.decay import half_lives, lag_fits
from rnnviz.cells import CELLS
from rnnviz.models.subject import Subject
from rnnviz.text.reading import TextError

BY_LAG, LAST, WINDOW, MATRIX = "By lag", "Last loss", "Window", "Matrix"
_PATHS: tuple[Literal["h", "c"], ...] = ("h", "c")
_MOST_TIMESTEPS = 1000


def by_lag(subject: Subject, layer: int) -> None:
    """The stored norms by lag of the snapshots chosen."""
    run, iteration = run_of(subject), subject.origin.iteration
    known = run.snapshots["iteration"].tolist()
    offered = [other for other in known if other != iteration]
    usual = [other for other in known[:1] if other != iteration]
    others = st.multiselect(
        "Compare with iterations",
        offered,
        key=state.linked("compared", Several(offered), usual, key=f"compared with {run.id}"),
        persist_state="session",
        format_func="{:,}".format,
        max_selections=plots.MAX_CURVES - 1,
        help="The snapshot chosen on the left is always shown.",
    )
    norms = run.gradient_norms_by_lag([iteration, *others])
    figure = plots.by_lag(
        norms,
        lag_fits(norms, layer),
        layer=layer,
        sequence_length=run.training_config.sequence_length,
        bound=_bound(subject, layer),
        bound_iteration=iteration,
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


def along_the_text(subject: Subject, which: str, layer: int) -> None:
    """Definitions A and B, and the matrix, over a passage."""
    passage = choose_passage(subject, most=_MOST_TIMESTEPS + 1, usual=_window(subject) + 1)
    if passage is None:
        st.caption("Type at least two characters.")
        return
    try:
        flow = cache.gradients(subject, passage[0])
    except TextError as error:
        appearance.complain(error)
        return
    theme = appearance.theme()
    if which == MATRIX:
        columns = st.columns(1 if flow.c is None else 2)
        for column, path in zip(columns, _PATHS, strict=False):
            with column:
                appearance.chart(
                    plots.matrix(flow, path=path, layer=layer, theme=theme), key=f"matrix {path}"
                )
        return
    name: Literal["last_loss", "window"] = "last_loss" if which == LAST else "window"
    text = passage[0]
    figure = plots.paths(flow.h, flow.c, name, text=text, layer=layer, theme=theme)
    appearance.chart(figure, key=name)


def over_training(subject: Subject, layer: int) -> None:
    """Half-life and total gradient norm by iteration."""
    run = run_of(subject)
    norms = run.gradient_norms_by_lag()
    figure = plots.over_training(half_lives(norms, layer), run.history, theme=appearance.theme())
    appearance.chart(figure, key="over training")


def _bound(subject: Subject, layer: int) -> float | None:
    """The plain RNN's bound per timestep; it holds for the h path of the top layer."""
    model = subject.model
    if CELLS[model.cell].gates or layer != model.num_layers - 1:
        return None
    probe = cache.text_of(run_of(subject))[:2]
    bound = cache.gradients(subject, probe).bound
    return None if bound is None else float(bound[layer])


def _window(subject: Subject) -> int:
    return min(run_of(subject).training_config.sequence_length, _MOST_TIMESTEPS)
