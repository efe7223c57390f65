"""The matrix of gradients, linked to the text: a loss, the characters it reaches, one cell."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from dashboard import appearance, cache, charts
from dashboard.components.polling import part
from dashboard.gradients.asking import PATHS, ask_number, ask_path
from dashboard.gradients.clicked import UNBOUNDED, clicked_text
from rnnviz import plots
from rnnviz.models.subject import Subject
from rnnviz.notation import counted, share_words, significant
from rnnviz.plots.text_heatmap.shown import REACHED, dependence_payload
from rnnviz.records import Floats, GradientFlow
from rnnviz.text.marks import mark

_BACK = 10


def show_matrix(subject: Subject, flow: GradientFlow, layer: int) -> None:
    """Every loss by every state before it."""
    if not _is_finite(flow, layer):
        st.info(UNBOUNDED)
        return
    h, c = (
        (
            partial(plots.matrix, flow, path=path, layer=layer, theme=appearance.theme()),
            f"matrix {path}",
        )
        for path in PATHS
    )
    if flow.c is None:
        charts.show(*h, of=subject.words)
    else:
        charts.show_pair(h, c, of=subject.words)
    st.caption(
        "A network that remembers longer is coloured further from the diagonal, down and to the "
        "left."
    )


def show_one_loss(
    subject: Subject, flow: GradientFlow, passage: tuple[str, int], layer: int
) -> None:
    """One loss in the text, and one cell of its row."""
    if _is_finite(flow, layer):
        _one_loss(subject, flow, passage, layer)


@part
def _one_loss(subject: Subject, flow: GradientFlow, passage: tuple[str, int], layer: int) -> None:
    """A row of the matrix behind the text, and what is read off around one cell of it."""
    (text, start), losses = passage, flow.h.matrix.shape[1]
    st.subheader("One loss in the text", anchor=False)
    st.caption(
        "Click a character: behind those before it stands how strongly the loss of predicting it "
        "depends on the state after each; those that it reaches are underlined. In a network that "
        "remembers longer, colour and line reach further to the left."
    )
    path = ask_path(subject)
    matrix = _matrix(flow, path, layer)
    draw = partial(
        dependence_payload,
        cache.trace(subject, text),
        matrix,
        subject.alphabet.vocabulary,
        start,
        name=f"|d l / d {path}|",
    )
    key = f"losses of {subject.origin.run}, path {path}"
    loss = clicked_text(draw, len(text), key=key, first=1) - 1
    where = f"In this network, {subject.origin.at}, "
    st.markdown(appearance.plain(where + _row_words(text, matrix, loss)))
    given = ask_number(
        "state",
        "State at timestep",
        losses,
        max(1, losses - _BACK),
        "Of the row of the loss clicked; a state after it is not one that it depends on.",
    )
    at = given - 1 if given - 1 <= loss else max(0, loss - _BACK)
    figure = partial(plots.matrix_readouts, flow, path, layer, loss, at, theme=appearance.theme())
    charts.show(figure, key="matrix read-outs", of=subject.words)
    st.caption(
        "In a network that remembers longer, the row falls later to the left, the column later to "
        "the right, and the diagonal of a large lag lies higher."
    )
    if at != given - 1:
        st.caption(
            f"Timestep {given:,} comes after this loss, which does not depend on it: shown is "
            f"{at + 1:,}."
        )
    st.markdown(appearance.plain(where + _cell_words(text, matrix, loss, at)))


def _is_finite(flow: GradientFlow, layer: int) -> bool:
    return all(bool(np.isfinite(_matrix(flow, path, layer)).all()) for path in PATHS)


def _matrix(flow: GradientFlow, path: str, layer: int) -> Floats:
    found = flow.c if path == "c" and flow.c is not None else flow.h
    matrix: Floats = found.matrix[layer]
    return matrix


def _row_words(text: str, matrix: Floats, loss: int) -> str:
    """How far one loss reaches."""
    row, came = matrix[loss, : loss + 1], mark(text[loss + 1])
    if not row.any():
        return f"the loss of predicting “{came}” (timestep {loss + 1:,}) reaches no state."
    reached = int((row >= REACHED * row.max()).sum())
    furthest = loss - int((row >= REACHED * row.max()).argmax())
    return (
        f"the loss of predicting “{came}” (timestep {loss + 1:,}) reaches "
        f"{counted(reached, 'state')} of the {loss + 1:,} before it with 1 % or more of its "
        f"largest gradient, the furthest at lag {furthest:,}."
    )


def _cell_words(text: str, matrix: Floats, loss: int, state_at: int) -> str:
    """What one cell holds, beside what the same loss has right there."""
    value, own = float(matrix[loss, state_at]), float(matrix[loss, loss])
    share = (
        f", {share_words(value / own)} of what it has at lag 0"
        if own > 0 and state_at < loss
        else ""
    )
    return (
        f"the loss at timestep {loss + 1:,} depends on the state after “{mark(text[state_at])}” "
        f"at timestep {state_at + 1:,} with a gradient of norm {significant(value)}{share}."
    )
