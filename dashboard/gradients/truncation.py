"""What truncation leaves of the gradient of this network, and what each timestep adds to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import appearance, cache, charts
from dashboard.components.leading import compare
from dashboard.components.polling import part
from dashboard.gradients import measured
from dashboard.gradients.asking import ask_number, ask_text
from dashboard.inspection.opening import ask_layer
from dashboard.train.windows import offer_windows
from dashboard.view import run_of
from rnnviz import plots
from rnnviz.analysis.gradients.truncation import USUAL_WINDOWS
from rnnviz.analysis.gradients.truncation_words import (
    nearest,
    shares_words,
    truncation_words,
)
from rnnviz.analysis.gradients.weight_names import layer_of, weight_name
from rnnviz.models.subject import Subject
from rnnviz.runs.compared.windows import trained_with_windows, windows_words

if TYPE_CHECKING:
    from rnnviz.analysis.gradients.network_truncation import Truncation

_CHARACTERS, _MOST = 501, 1001


def truncation(subject: Subject) -> None:
    """Truncated gradients beside the full one, by window; their terms; training with others."""
    st.caption(
        "Training reads a text in windows. The state is carried from one to the next, but the "
        "gradient stops at the first character of each: what a loss owes to anything before it is "
        "left out. Here the text is cut into windows of k characters, the gradients of all of them "
        "are added up, and the sum is laid beside that of the uncut text. "
        "Both are exact for this text, but what a window cuts depends on where it begins: from "
        "another character on, or over another text, the numbers differ, and a longer window need "
        "not come out better than a shorter one."
    )
    passage = ask_text(subject, _MOST, _CHARACTERS)
    if passage is None:
        return
    text, own = passage[0], _own_window(subject)
    _by_window(subject, text, own)
    _by_training(subject)
    _by_timestep(subject, text, own)


def _by_window(subject: Subject, text: str, own: int | None) -> None:
    """Cosine and length by window, and what they say."""
    losses = len(text) - 1
    asked = {window for window in (*USUAL_WINDOWS, own or losses) if window <= losses}
    found = measured.truncation(subject, text, sorted(asked | {losses}))
    figure = partial(plots.truncation, found, own, theme=appearance.theme())
    charts.show(figure, key="truncation", of=subject.words)
    st.caption(
        "In a network that remembers longer, the curves come up to 1 further to the right, but for "
        "that of W_hy, the decoder: no gradient goes on back from it, and nothing is cut off."
    )
    where = f"In this network, {subject.origin.at}, over these {losses:,} losses, "
    st.markdown(appearance.plain(f"{where}{truncation_words(found, own)} {_enough(found)}"))


def _enough(found: Truncation) -> str:
    """From which window on little is lost, where that is before the end of the text."""
    enough = nearest(found)
    if enough is None:
        return ""
    if enough < found.timesteps:
        return f"From windows of {enough:,} on, the cosine is 0.99 at least."
    return (
        "Among the windows tried that are shorter than the text, there is none from which on the "
        "cosine stays at 0.99 or above."
    )


def _by_training(subject: Subject) -> None:
    """What truncation cost in loss, where networks like this were trained with other windows."""
    run = run_of(subject)
    groups = trained_with_windows(cache.run_rows(), run.description)
    for place, found in enumerate(groups):
        st.markdown(appearance.plain(f"What it cost in loss. {windows_words(found)}"))
        if st.button("Compare these runs", icon=":material/arrow_forward:", key=f"windows {place}"):
            compare(row.listed.folder.id for rows in found.values() for row in rows)
    if not groups:
        st.caption(
            "What it costs in loss, only training tells: new networks of this kind, on its text, "
            "alike but for the window. How long they train is chosen anew, for all of them: as "
            "many updates or as many characters, since with other windows both are seldom equal."
        )
    offer_windows(run)


@part
def _by_timestep(subject: Subject, text: str, own: int | None) -> None:
    """What each timestep adds to the gradients of a layer, cut at windows that are chosen."""
    losses = len(text) - 1
    st.subheader("What each timestep adds", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        window = ask_number(
            "window",
            "Window (characters)",
            losses,
            min(own or losses, losses),
            "At its first character gradients are cut; that of training at first. As long as the "
            "text, nothing is cut.",
        )
        layer = ask_layer(subject, "layer of weights")
    found = measured.timestep_shares(subject, text, window)
    figure = partial(plots.timestep_shares, found, text, layer, theme=appearance.theme())
    charts.show(figure, key="timestep shares", of=subject.words)
    st.caption(
        "dW stands for the gradient of W. A network that remembers longer has bars where something "
        "must be kept, long before it is used: there longer windows make them larger."
    )
    layers = subject.model.num_layers
    said = [
        shares_words(f"the gradient of {weight_name(name, layers)}", found.share[place])
        for place, name in enumerate(found.parameters)
        if layer_of(name) in (layer, None)
    ]
    where = f"In this network, {subject.origin.at}, with windows of {window:,}: "
    st.markdown(appearance.plain(f"{where}{'; '.join(said)}."))


def _own_window(subject: Subject) -> int | None:
    """That of its training, where that was here."""
    run = run_of(subject)
    return None if run.description.imported else run.training_config.sequence_length
