"""The charts of a run as it trains: its losses, and its gradient norms."""

from __future__ import annotations

import math
from contextlib import suppress
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import appearance, charts, state
from rnnviz import plots
from rnnviz.corpora.catalogue import find_corpus
from rnnviz.corpora.corpus import PREFIX
from rnnviz.notation import counted
from rnnviz.runs.moment import Moment
from rnnviz.runs.run import Run
from rnnviz.runs.seen import baseline_as_seen, seen_of, table_as_seen
from rnnviz.text.windows import (
    FINAL_VALIDATION_CHARACTERS,
    VALIDATION_CHARACTERS,
    Split,
    judged_of,
    short_window,
)
from rnnviz.training.spikes import spike_from

_AXIS = "iteration axis"
_SCALES = {"logarithmic": "early iterations wide", "linear": "all iterations alike"}


def losses(now: Moment) -> Moment:
    """Loss by iteration; the moment that is shown, an earlier one where the charts are held."""
    with st.container():
        now = _shown(now)
    history, snapshots = (table_as_seen(now, table) for table in (now.history, now.snapshots))
    final, judged = _final(now)
    figure = partial(
        plots.loss,
        history,
        snapshots,
        log_iterations=_is_logarithmic(),
        validation_loss=final,
        judged_on=judged,
        dropout=now.model_config.dropout,
        held_out=Split.held_out_of(now.description.text_characters) > 0,
        baselines=_baselines(now),
        untrained=_untrained(now, snapshots),
        highest=spike_from(_guessing(now)),
        theme=appearance.theme(),
    )
    charts.show(figure, key="loss")
    if sentence := _short_windows(now, len(history)):
        st.caption(sentence)
    return now


def gradient_norms(now: Moment) -> None:
    """How large the gradients are, by iteration and within a window."""
    history = now.history
    ends = history["iteration"].iloc[[0, -1]].tolist() if len(history) else []
    norms, theme = now.gradient_norms(ends), appearance.theme()
    clip, log = now.training_config.clip_norm, _is_logarithmic()
    total = partial(plots.total_gradient_norm, history, clip, log_iterations=log, theme=theme)
    by_timestep = partial(plots.gradient_norms_by_timestep, norms, theme=theme)
    charts.show_pair((total, "total gradient norm"), (by_timestep, "gradient norm by timestep"))
    st.caption(
        "Timestep k counts the characters of a window, from 1; the first iteration is compared "
        "with the newest."
    )


def _final(now: Moment) -> tuple[float | None, int | None]:
    """The best snapshot's loss after training, and on how many characters, where those are more."""
    characters, final = now.description.text_characters, now.status.validation_loss
    judged = judged_of(characters, FINAL_VALIDATION_CHARACTERS)
    if final is None or judged == judged_of(characters, VALIDATION_CHARACTERS):
        return None, None
    return seen_of(now).loss(final), judged


def _untrained(run: Run, snapshots: pd.DataFrame) -> float:
    """The loss before any learning; where nothing is held out, about that of guessing."""
    first = snapshots.loc[snapshots["iteration"] == 0, "validation_loss_nats"].dropna()
    return float(first.iloc[0]) if len(first) else _guessing(run)


def _guessing(run: Run) -> float:
    return float(seen_of(run).loss(math.log(len(run.vocabulary))))


def _is_logarithmic() -> bool:
    return bool(state.value_of(_AXIS) == "logarithmic")


def _short_windows(run: Run, iterations: int) -> str:
    """Why the training loss may stand apart at regular distances; "" where nothing makes it."""
    training, characters = run.training_config, run.description.text_characters
    learned = characters - Split.held_out_of(characters)
    found = short_window(learned, training.batch_size, training.sequence_length)
    if found is None or not 1 < found[0] <= iterations:
        return ""
    few = counted(found[1], "character")
    return (
        f"Every {found[0]:,} iterations one comes to the end of the text and reads only {few} at "
        f"each place, not {training.sequence_length:,}: its training loss is a mean over those "
        "few, and can stand apart from the others."
    )


def _shown(now: Moment) -> Moment:
    """The run as it stands, or stood when the charts were held.

    The same figure again keeps the part a visitor has zoomed into.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            "Axis of iterations",
            list(_SCALES),
            default="logarithmic",
            required=True,
            key=_AXIS,
            persist_state="session",
            format_func=lambda scale: f"{scale.capitalize()}: {_SCALES[scale]}",
            label_visibility="collapsed",
        )
        hold = now.status.alive and st.toggle(
            "Hold the charts",
            key="hold the charts",
            help="They grow as the run trains; held, they keep still while you zoom into them.",
        )
    name = f"held of {now.id}"
    held: Moment = (state.kept(name) if hold else None) or now
    state.keep(name, held if hold else None)
    if hold:
        st.caption(f"The charts are held at iteration {len(held.history):,}.")
    return held


def _baselines(run: Run) -> dict[str, float]:
    """What to compare the loss with, in nats: the best n-gram, and the true generator's."""
    found = {}
    if (baseline := baseline_as_seen(run)) is not None:
        found[f"number to beat ({baseline.name})"] = baseline.loss
    if run.has_truth:
        with suppress(ValueError):
            floor = find_corpus(run.description.text_name.removeprefix(PREFIX)).floor
            found |= {} if floor is None else {"lowest possible": floor}
    return found
