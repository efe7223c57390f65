"""What Gradient flow shows: norms by lag, along a text, and over training."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Literal

import numpy as np
import streamlit as st

from dashboard import appearance, cache, charts, state
from dashboard.address import Among, Several
from dashboard.gradients.asking import ask_text
from dashboard.gradients.itemised import show_itemised
from dashboard.gradients.matrix import show_matrix, show_one_loss
from dashboard.inspection.opening import ask_layer
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.gradients.passage_words import passage_words, whole_words
from rnnviz.analysis.gradients.reach import Reach, by_loss, read_curve, read_mean
from rnnviz.analysis.gradients.reach_change import change
from rnnviz.analysis.gradients.reach_words import factor, falls, gates_words
from rnnviz.cells import CELLS
from rnnviz.models.subject import Subject
from rnnviz.records import Array, Floats, GradientFlow
from rnnviz.runs.run import Run
from rnnviz.text.reading import TextError

BY_LAG, LAST, WINDOW, MATRIX = "By lag", "Last loss", "Window", "Matrix"
ABREAST, ITEMISED = "All three", "Itemised"
_MOST_TIMESTEPS, _MOST_ITEMISED = 1000, 500
# What the pictures, which bear their definitions, do not say themselves.
_BESIDE = {
    BY_LAG: "How strongly a loss depends on the state so many characters before it, on average "
    "over losses {judged}. That distance is the lag: lag 0 is the state from which the character "
    "is predicted, lag 10 the one ten characters earlier. The gradient norm is the size of the "
    "gradient: how much the loss changes at most for a small change of that state. The upright "
    "axis is logarithmic: equal steps are equal factors. In a network that remembers longer the "
    "curve, seen from its own height at lag 0, falls later; one that rises is of exploding "
    "gradients, which by itself is no memory.",
    LAST: "One loss, the last of the passage, and every state before it. A curve that falls to the "
    "left, further and further back, is a vanishing gradient; one that rises to the left an "
    "exploding one; in a network that remembers longer it falls later. The upright axis is "
    "logarithmic: equal steps are equal factors.",
    WINDOW: "Every loss at or after a timestep sends a gradient back to it; here they are added up "
    "before the norm, which is the size of the sum, is taken. In a network that remembers "
    "longer, losses further to the right of a timestep add to it too; but how large losses are "
    "moves the curve as well: of memory “By lag” says more. The upright axis is logarithmic.",
    ABREAST: "The window gradient (A), the gradient of the last loss (B) and that by lag (C), of "
    "one passage, beside each other on one scale.",
    MATRIX: "A row is the gradient of one loss, a diagonal one lag. Colours are logarithmic: equal "
    "steps are equal factors.",
    ITEMISED: "The window gradient at one timestep is a sum: every loss from there on adds a part. "
    "Parts that point the same way agree; parts that point against each other cancel.",
}


def gradients(subject: Subject) -> None:
    """Ask which gradient and which layer, and show them: by lag and over training, or of a text."""
    with st.container(horizontal=True):
        which = str(
            st.segmented_control(
                "Which gradient",
                list(_BESIDE),
                required=True,
                key=state.linked("gradient", Among(list(_BESIDE)), BY_LAG, key="which gradient"),
                persist_state="session",
                label_visibility="collapsed",
            )
        )
        layer = ask_layer(subject, "layer", labelled=False)
    beside = _BESIDE[which].format(judged=judged_words(subject))
    st.caption(beside + " Timesteps are counted from 1." * (which != BY_LAG))
    if which == BY_LAG:
        by_lag(subject, layer)
        over_training(subject, layer)
    else:
        along_the_text(subject, which, layer)


def by_lag(subject: Subject, layer: int) -> None:
    """The stored norms by lag of the snapshots chosen, and what is read off them."""
    run, iteration = run_of(subject), subject.origin.iteration
    found = cache.reaches(run, layer)
    own = {path: reach for (at, path), reach in found.items() if at == iteration}
    _say(_where(subject, layer), own, judged_words(subject))
    by_gates = _by_gates(subject, layer)
    others = _ask_others(run, iteration)
    norms = run.gradient_norms_by_lag([iteration, *others])
    shown = {(at, path): found[at, path] for at, path in found if at in (iteration, *others)}
    figure = partial(
        plots.by_lag,
        norms,
        shown,
        layer=layer,
        sequence_length=run.window,
        bound=_bound(subject, layer),
        bound_iteration=iteration,
        numbered=subject.origin.numbered,
        by_gates=by_gates,
        theme=appearance.theme(),
    )
    charts.show(figure, key="by lag", of=subject.name)
    if by_gates is not None and "h" in own:
        st.markdown(gates_words(by_gates, own["h"].curve))
    st.download_button(
        "Download the norms (CSV)",
        norms.to_csv(index=False).encode(),
        file_name="gradient-norms-by-lag.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _ask_others(run: Run, iteration: int) -> list[int]:
    """Which snapshots are compared with the one looked at."""
    known = run.snapshots["iteration"].tolist()
    usual = [other for other in known[:1] if other != iteration]
    return st.multiselect(
        "Compare with iterations",
        [other for other in known if other != iteration],
        key=state.linked("compared", Several(known), usual, key=f"compared with {run.id}"),
        persist_state="session",
        format_func="{:,}".format,
        max_selections=plots.MAX_CURVES - 1,
        help="The snapshot chosen on the left is always shown.",
    )


def along_the_text(subject: Subject, which: str, layer: int) -> None:
    """Definitions A and B, and the matrix, over a passage, each above what it says."""
    most = _MOST_ITEMISED if which == ITEMISED else _MOST_TIMESTEPS
    passage = ask_text(subject, most + 1, min(most, _window(subject)) + 1)
    if passage is None:
        return
    try:
        flow = cache.gradients(subject, passage[0])
    except TextError as error:
        appearance.complain(error)
        return
    if which == ITEMISED:
        show_itemised(subject, passage[0], layer)
    elif which == ABREAST:
        _show_abreast(subject, flow, layer)
    elif which == MATRIX:
        show_matrix(subject, flow, layer)
        _say_of_passage(subject, flow, which, layer)
        show_one_loss(subject, flow, passage, layer)
    else:
        name: Literal["last_loss", "window"] = "last_loss" if which == LAST else "window"
        paths = partial(plots.paths, flow.h, flow.c, name, text=passage[0], layer=layer)
        charts.show(partial(paths, theme=appearance.theme()), key=name, of=subject.words)
        _say_of_passage(subject, flow, which, layer)


def _say_of_passage(subject: Subject, flow: GradientFlow, which: str, layer: int) -> None:
    """What is read off a passage."""
    where = f"{_where(subject, layer)}, on this passage"
    if which == WINDOW:
        with st.container(border=True):
            st.markdown(whole_words(where, flow.h.window[layer]))
        return
    own = {path: _reach(norms, which) for path, norms in _matrices(flow, layer).items()}
    _say(where, own, after=_beside_by_lag(subject, which, layer))


def over_training(subject: Subject, layer: int, *, last: bool = False) -> None:
    """What is read off the curves by lag, and total gradient norm, by iteration; it in words.

    Args:
        subject: the network.
        layer: which.
        last: whether the words end at the last snapshot; else at the one looked at.
    """
    run = run_of(subject)
    if not run.description.numbered:  # of one snapshot there is nothing by iteration
        return
    figure = partial(
        plots.over_training, cache.reaches(run, layer), run.history, theme=appearance.theme()
    )
    charts.show(figure, key="over training", of=subject.name)
    st.caption(
        "In a network that learns to remember longer, the curves of the upper two pictures rise: a "
        "gradient lasts for more characters, and more of it is left at the last. Where more than 1 "
        "is left it has grown on its way: such gradients explode, which by itself is "
        "no memory."
    )
    found = cache.reaches(run, layer)
    until = max((at for at, _ in found), default=0) if last else subject.origin.iteration
    if said := change(found, until):
        st.subheader("What this says", anchor=False)
        said[-1] += f" The losses are those {judged_words(subject)}."
        st.markdown("\n\n".join(map(appearance.plain, said)))


def judged_words(subject: Subject) -> str:
    """Of which part of its text the losses by lag are."""
    return run_of(subject).description.judged_words


def _beside_by_lag(subject: Subject, which: str, layer: int) -> str:
    """Why what a passage gives is not what By lag gives, and which to quote; "" without the latter.

    Both are shown on one page, and their intervals need not meet.
    """
    found = cache.reaches(run_of(subject), layer)
    mean = found.get((subject.origin.iteration, "h"))
    if mean is None or not mean.norm > 0:
        return ""
    return passage_words(which == LAST, mean.losses, judged_words(subject))


def _say(where: str, own: Mapping[str, Reach], of: str = "", after: str = "") -> None:
    """What the curves say in a sentence, on what it stands, and whether a factor says it too."""
    if not own:
        return
    with st.container(border=True):
        appearance.readings(where, own, of)
        names = {path: f"Path {path}: " * (len(own) > 1) for path in own}
        said = [names[path] + factor(reach) for path, reach in own.items() if reach.norm > 0]
        if said:
            st.caption(appearance.plain(" ".join(said)))
        if after:
            st.caption(appearance.plain(after))


def _where(subject: Subject, layer: int) -> str:
    layers = f", in layer {layer}" * (subject.model.num_layers > 1)
    return f"In this network, {subject.origin.at}{layers}"


def _matrices(flow: GradientFlow, layer: int) -> dict[str, Floats]:
    paths = {"h": flow.h, "c": flow.c}
    return {name: path.matrix[layer] for name, path in paths.items() if path is not None}


def _reach(matrix: Floats, which: str) -> Reach:
    """Read off the last loss, or off the mean over all losses of the passage."""
    if which == LAST:
        return read_mean(matrix[-1, ::-1], np.ones(len(matrix), np.int64))
    return read_curve(*by_loss(matrix))


def _show_abreast(subject: Subject, flow: GradientFlow, layer: int) -> None:
    """A, B and C on one scale, and what each of them is and says."""
    figure = partial(plots.definitions_abreast, flow, layer, theme=appearance.theme())
    charts.show(figure, key="abreast", of=subject.words)
    where = f"{_where(subject, layer)}, on this passage"
    matrix = flow.h.matrix[layer]
    whole = whole_words(where, flow.h.window[layer])
    st.markdown(f"**A, all losses together:** the gradient that training uses. {whole}")
    for name, which in (("B, the last loss", LAST), ("C, by lag, on average", MATRIX)):
        said = falls(_reach(matrix, which))
        st.markdown(
            f"**{name}:** on its way back through h, the gradient {appearance.plain(said)}."
        )
    st.caption(
        "B and C fall because a loss depends less on what lies further back; in a network that "
        "remembers longer they fall later. A is another thing: fewer losses are added up further "
        "to the right, the last one alone at the last timestep, and where a loss is near zero it "
        f"adds little.{_read_to(_reach(matrix, MATRIX), len(matrix))}"
    )


def _read_to(by_lag: Reach, losses: int) -> str:
    """Why C is read less far than it is drawn.

    Example:
        >>> _read_to(read_curve(*by_loss(np.tri(4))), 4)
        ' C is drawn to lag 3 and read to lag 2: further back reach fewer than half of the losses.'
    """
    last = by_lag.edge.lag
    if last >= losses - 1 or not by_lag.finite:
        return ""
    return (
        f" C is drawn to lag {losses - 1:,} and read to lag {last:,}: further back reach fewer "
        "than half of the losses."
    )


def _bound(subject: Subject, layer: int) -> float | None:
    """The plain RNN's bound per timestep; it holds for the h path of the top layer."""
    model = subject.model
    if CELLS[model.cell].gates or layer != model.num_layers - 1:
        return None
    probe = cache.text_of(run_of(subject))[:2]
    bound = cache.gradients(subject, probe).bound
    return None if bound is None else float(bound[layer])


def _by_gates(subject: Subject, layer: int) -> Array | None:
    """What gates that do not read the state say; it holds for the top layer."""
    model = subject.model
    if CELLS[model.cell].reads_state or layer != model.num_layers - 1:
        return None
    return cache.kept_by_lag(subject, run_of(subject))


def _window(subject: Subject) -> int:
    return min(run_of(subject).training_config.sequence_length, _MOST_TIMESTEPS)
