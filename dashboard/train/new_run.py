"""A new run: its text and settings are asked for, and it is started."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import actions, appearance, server, state
from dashboard.train import texts
from dashboard.train.bringing import bring_network
from dashboard.train.longer import begins_with, forget_beginning
from dashboard.train.matched import matched_comparison
from dashboard.train.settings import choose_settings
from dashboard.train.settings_words import Settings
from dashboard.train.text_choice import ChosenText, choose_text
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.models.subject import Subject
from rnnviz.notation import bytes_words, loss_words, unbroken
from rnnviz.runs.documents import RunError
from rnnviz.text.reading import TextError
from rnnviz.text.windows import FINAL_VALIDATION_CHARACTERS, judged_of
from rnnviz.training.memory import check_memory, memory_needed


def new_run() -> None:
    """Ask for a text and settings, and start."""
    if actions.only_shown():
        st.info(actions.ONLY_SHOWN, icon=":material/info:")
        return
    st.caption(
        "Pick a text and press Start: a small recurrent network learns it character by character "
        "in a process of its own, while you watch its loss, its gradients and what it writes."
    )
    with st.container():  # where nothing is said too: what is below it stays the same
        begin = begins_with()
    grid = st.grid(2, min_column_width=400, gap="large")
    left, right = grid.cell(), grid.cell()
    beginning, below, several, brought = (st.container() for _ in range(4))
    with left:
        text = choose_text(beginning)
    with right:
        settings, pressed = _ask_settings(text, begin, below)
    if begin is None and not pressed:
        with brought:
            bring_network()
    if text is None or settings is None:
        return
    if pressed:
        _start(text, *settings, begin)
        return
    server.ready().keep()
    if begin is None:
        with several:
            matched_comparison(text, *settings)
    with left:
        _number_to_beat(text)  # last: it takes a second, and Start need not wait for it


def _ask_settings(
    text: ChosenText | None, begin: Subject | None, below: DeltaGenerator
) -> tuple[Settings | None, bool]:
    """The settings, and whether Start was pressed, which it can be where they fit the machine."""
    network = None if begin is None else begin.model
    settings = choose_settings(below, None if text is None else text.timesteps, network)
    with st.container():
        fits = text is None or settings is None or _fits(text, *settings)
    return settings, st.button(
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        disabled=text is None or settings is None or not fits,
    )


def _start(
    text: ChosenText, model: ModelConfig, training: TrainingConfig, begin: Subject | None
) -> None:
    """Start, and go where the run is watched; or say why not."""
    try:
        run = actions.begin(
            text.text,
            ready=server.ready(),
            name=text.name,
            model=model,
            training=training,
            hangul=text.hangul,
            truth=text.truth,
            encoding=text.how,
            begin=begin,
        )
    except (TextError, RunError, ValueError) as error:
        appearance.complain(error)
        return
    forget_beginning()
    state.open_run(run.id)
    st.rerun()


def _fits(text: ChosenText, model: ModelConfig, training: TrainingConfig) -> bool:
    """Say how much memory training takes; whether the machine has as much."""
    sizes = model, training, text.timesteps, text.vocabulary_size
    st.caption(unbroken(f"It takes about {bytes_words(memory_needed(*sizes))} of memory."))
    try:
        check_memory(*sizes)
    except ValueError as error:
        appearance.complain(error)
        return False
    return True


def _number_to_beat(text: ChosenText) -> None:
    """The loss of the best n-gram model, where it is quickly found."""
    if len(text.text) > texts.QUICKLY_COUNTED:
        return
    baseline = texts.ngram_baseline(text.key, text.hangul, text.text)
    if baseline is not None:
        loss = unbroken(loss_words(baseline.loss))
        judged, unit = judged_of(text.timesteps, FINAL_VALIDATION_CHARACTERS), text.alphabet.unit
        before = {1: "how frequent it is", 2: "the one before"}.get(
            baseline.order, f"the {baseline.order - 1} before, or fewer where those are new"
        )
        st.caption(
            f"The number to beat ({baseline.name}): {loss} on the held-out part ({judged:,} "
            f"{unit}). It is what mere counting of which {unit} follow which reaches: "
            f"each is predicted from {before}."
        )
