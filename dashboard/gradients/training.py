"""How a network's gradients changed while it was trained."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import appearance, charts
from dashboard.gradients.flow import judged_words, over_training
from dashboard.inspection.opening import ask_layer
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.cells import CELLS
from rnnviz.models.subject import Subject
from rnnviz.runs.run import Run
from rnnviz.runs.verdicts.clipped import said_of_clipping

_LENGTH = (
    "; and how long the gradient of all weights was at every iteration, before it was clipped and "
    "after."
)


def training(subject: Subject) -> None:
    """Norms by lag at every snapshot, what is read off them, and every gradient's norm."""
    run = run_of(subject)
    if not run.description.numbered:
        st.caption(
            "There is one snapshot, whose iteration nobody knows: how its gradients changed while "
            "it was trained cannot be seen."
        )
        return
    layer = ask_layer(subject, "layer")
    recorded = run.description.imported is None
    st.caption(
        "How strongly losses depend on the state so many characters before them, from the "
        "first snapshot on, snapshot by snapshot, "
        f"{judged_words(subject)}{_LENGTH if recorded else '.'} In a "
        "network that comes to remember longer, the colour at lag 0 fades further up from left to "
        "right. A column that is stronger all along is of larger gradients, and one that grows "
        "stronger upwards of exploding ones: by itself neither is memory."
    )
    name, norms, theme = run.description.name, run.gradient_norms_by_lag(), appearance.theme()
    surfaces = [
        partial(plots.lag_surface, norms, path=path, layer=layer, theme=theme)
        for path in ("h", *"c" * CELLS[subject.model.cell].has_cell_state)
    ]
    if len(surfaces) == 2:
        charts.show_pair((surfaces[0], "surface h"), (surfaces[1], "surface c"), of=name)
    else:
        charts.show(surfaces[0], key="surface h", of=name)
    if recorded:
        _lengths(run)
    over_training(subject, layer, last=True)


def _lengths(run: Run) -> None:
    """How long every gradient was, before clipping and after, and the first that leapt."""
    draw = partial(
        plots.total_gradient_norm,
        run.history,
        run.training_config.clip_norm,
        after=True,
        theme=appearance.theme(),
    )
    charts.show(draw, key="before and after", of=run.description.name)
    st.caption("Of how long a network remembers, this picture says nothing; the others here do.")
    for sentence in said_of_clipping(run):
        st.markdown(appearance.plain(sentence))
