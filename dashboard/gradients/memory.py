"""How far back a network remembers: which characters mattered, and what forgetting costs."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from dashboard import appearance, cache, charts
from dashboard.components.polling import part
from dashboard.gradients import measured
from dashboard.gradients.asking import ask_text
from dashboard.gradients.clicked import UNBOUNDED, clicked_text
from dashboard.gradients.flow import judged_words
from dashboard.inspection.opening import ask_layer
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.gradients.mattered_words import kept_words, mattered_words
from rnnviz.analysis.gradients.reach import counted_from
from rnnviz.analysis.gradients.reach_words import falls, sentences
from rnnviz.analysis.units.keeping import characters_kept
from rnnviz.cells import CELLS
from rnnviz.models.subject import Subject
from rnnviz.plots.text_heatmap.shown import dependence_payload
from rnnviz.runs.network.memory import memory_words
from rnnviz.storage import StorageError
from rnnviz.text.marks import mark
from rnnviz.text.reading import TextError

_CHARACTERS, _MOST = 200, 501
_GATED = 2_000  # characters of the text over which gates are averaged


def memory(subject: Subject) -> None:
    """Which characters mattered; gradients beside outcome; what each unit's gate keeps."""
    st.subheader("Which characters mattered", anchor=False)
    _which_characters(subject)
    st.subheader("How far back it matters", anchor=False)
    both = st.container()
    if CELLS[subject.model.cell].keeping is not None:
        st.subheader("What gates keep", anchor=False)
        _gates(subject)
    with both:  # last, because it takes seconds when it is first asked for
        _both_ways(subject)


@part
def _which_characters(subject: Subject) -> None:
    """A text on the colours of how one prediction depends on what was read."""
    st.caption(
        "Click a character (or move there with the arrow keys): behind every character before it "
        "stands how strongly its prediction depended on that one. That is the size of the "
        "derivative of log p, the logarithm of the probability that it was given, by x, the input "
        "that stands for the character read, along all directions that lead from one character to "
        "another. Colour far to the left of the click is what a network has that remembers longer."
    )
    passage = ask_text(subject, _MOST, _CHARACTERS)
    if passage is None:
        return
    text, start = passage
    try:
        norm = measured.input_reach(subject, text).norm
    except TextError as error:
        appearance.complain(error)
        return
    if not np.isfinite(norm).all():
        st.info(UNBOUNDED)
        return
    draw = partial(
        dependence_payload, cache.trace(subject, text), norm, subject.alphabet.vocabulary, start
    )
    key = f"what mattered to {subject.origin.run}"
    chosen = clicked_text(draw, len(text), key=key, first=1, height=460)
    read, own = [mark(each) for each in text[:chosen]], norm[chosen - 1, :chosen]
    said = mattered_words("".join(read), mark(text[chosen]), own)
    where = f"In this network, {subject.origin.at}, at position {start + chosen:,}, "
    st.markdown(appearance.plain(where + said))


def _both_ways(subject: Subject) -> None:
    """Dependence by distance above what a reset costs, each in a sentence."""
    run = run_of(subject)
    try:
        reach, reset = measured.memory(run, subject)
    except StorageError as error:
        appearance.complain(error)
        return
    except ValueError as error:
        st.caption(appearance.plain(f"Not to be measured here: {error}"))
        return
    figure = partial(plots.mattered, reach, reset, theme=appearance.theme())
    charts.show(figure, key="mattered", of=subject.words)
    st.caption(
        f"Measured {judged_words(subject)}. Losses here are means over {reset.losses.shape[1]:,} "
        "places alone; that in the sidebar is over other characters, and need not agree. “Halved” "
        "is said here of this dependence; of a gradient by h or c it is said of another curve, "
        "whose lags begin at 0. A network that remembers longer has an upper curve "
        "that falls later, and a loss that goes on falling further to the right."
    )
    where = f"this network, {subject.origin.at},"
    for said in (
        "What gradients say: counted along the axis, where 1 is the character right before the "
        "predicted one, the dependence of a prediction on a character read before it "
        f"{falls(counted_from(reach, 1))}.",
        f"What forgetting costs: {where} {memory_words(reset)}.",
    ):
        st.markdown(appearance.plain(said))


def _gates(subject: Subject) -> None:
    """The path through c beside that through h, and for how long each unit's gate keeps."""
    layer = ask_layer(subject, "layer of gates")
    if CELLS[subject.model.cell].has_cell_state:
        _both_paths(subject, layer)
    _kept(subject, layer)


def _both_paths(subject: Subject, layer: int) -> None:
    """Gradients by lag through c beside those through h, where they were measured."""
    run, iteration = run_of(subject), subject.origin.iteration
    found = cache.reaches(run, layer)
    own = {path: reach for (at, path), reach in found.items() if at == iteration}
    if not own:
        return
    figure = partial(
        plots.by_lag,
        run.gradient_norms_by_lag([iteration]),
        {(iteration, path): reach for path, reach in own.items()},
        layer=layer,
        sequence_length=run.window,
        theme=appearance.theme(),
    )
    charts.show(figure, key="paths by lag", of=subject.words)
    st.caption("In a network that remembers longer both curves fall later.")
    layers = f", in layer {layer}" * (subject.model.num_layers > 1)
    for said in sentences(f"In this network, {subject.origin.at}{layers}", own):
        st.markdown(appearance.plain(said))


def _kept(subject: Subject, layer: int) -> None:
    """For how many characters the gate of each unit keeps what it holds."""
    run, gate = run_of(subject), CELLS[subject.model.cell].keeping
    if gate is None:
        return
    text = run.held_out_text[:_GATED]
    kept = characters_kept(gate.kept(cache.trace(subject, text).gates[gate.symbol][layer]))
    figure = partial(plots.characters_kept, kept, gate.name, run.window, theme=appearance.theme())
    charts.show(figure, key="characters kept", of=subject.words)
    st.caption(
        f"Over {len(text):,} characters {judged_words(subject)}. In a network that remembers "
        "longer some units stand further to the right; a few are enough, so that the median may "
        "be the same. What other units remember for a unit is not counted."
    )
    layers = f"In layer {layer}: " * (subject.model.num_layers > 1)
    st.markdown(appearance.plain(f"{layers}{kept_words(kept, gate.name)}"))
