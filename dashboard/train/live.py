"""A run as it trains: progress, losses, gradient norms, the newest sample."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Literal

import pandas as pd
import streamlit as st

from dashboard import actions, appearance, state
from dashboard.components.polling import polled
from dashboard.train.run_actions import controls, manage
from dashboard.train.validation import Validation, validation_of, verdict
from dashboard.view import nothing_yet
from rnnviz import plots
from rnnviz.corpora.catalogue import find_corpus
from rnnviz.corpora.corpus import PREFIX
from rnnviz.notation import NOTHING, bits_words, clock
from rnnviz.runs.run import Run
from rnnviz.runs.status import RunStatus
from rnnviz.text.windows import Split, short_window

_PROGRESS_SECONDS = 1.0
_CHART_SECONDS = 3.0
_RECENT = 100
_AXIS = "iteration axis"
_COLOURS: dict[str, Literal["green", "orange", "blue", "gray", "red"]] = {
    "running": "green",
    "paused": "orange",
    "queued": "blue",
    "finished": "blue",
    "stopped": "gray",
    "interrupted": "orange",
    "diverged": "red",
    "failed": "red",
}


def show_run(run: Run) -> None:
    """Everything about a run's training, polled while there is a worker, still afterwards."""
    status = run.status
    _head(run, status)
    polled(_PROGRESS_SECONDS if status.alive else None)(_progress)(run, _doing(status))
    polled(_CHART_SECONDS if status.alive else None)(_charts)(run)


def _doing(status: RunStatus) -> tuple[str, bool]:
    return status.state, status.finishing


def _head(run: Run, status: RunStatus) -> None:
    """What the run is doing and what can be done with it.

    Not polled, because a click on what is being drawn again can be lost.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        ending = " · counting and validating" if status.finishing else ""
        st.badge(appearance.plain(status.state) + ending, color=_COLOURS.get(status.state, "gray"))
        if run.folder.is_read_only:
            st.badge(
                "read only",
                icon=":material/lock:",
                color="gray",
                help="Its files may not be written from here: it can be looked at, no more.",
            )
        st.caption(_network(run))
        controls(run, status)
        manage(run)


def _progress(run: Run, drawn: tuple[str, bool]) -> None:
    status = run.status
    if drawn != _doing(status):
        st.rerun()  # the whole page, once: what can be done has changed
    history = run.recent_history(_RECENT)
    _bar(run, status, history)
    _say(run, status)
    snapshots = run.snapshots
    validation = validation_of(run, status, snapshots)
    _numbers(status, history, validation)
    if validation is not None:
        for paragraph in filter(None, (verdict(run, validation), validation.words)):
            st.caption(appearance.plain(paragraph))
    _newest_sample(status, snapshots)


def _network(run: Run) -> str:
    model, training = run.model_config, run.training_config
    layers = f" × {model.num_layers} layers" if model.num_layers > 1 else ""
    dropout = f", dropout {model.dropout:g}" if model.dropout else ""
    return (
        f"{model.kind} with {model.hidden_size:,} units{layers}, windows of "
        f"{training.sequence_length:,} timesteps, {training.batch_size:,} streams{dropout}"
    )


def _bar(run: Run, status: RunStatus, history: pd.DataFrame) -> None:
    if status.state in ("running", "paused"):
        left = _seconds_left(run, status, history)
        words = f"{status.fraction:.0%} · {clock(left)} left"
        st.progress(min(1.0, status.fraction), text=words)
    elif status.state in ("queued", "created"):
        st.progress(0.0, text=appearance.plain(status.message or "waiting for a worker"))


def _say(run: Run, status: RunStatus) -> None:
    at = f"at iteration {status.iteration:,}"
    if status.state == "diverged":
        appearance.complain(f"training diverged. {status.message}")
    elif status.state == "interrupted":
        st.warning(
            f"The worker ended {at} without a word: a crash, a restart, or it was killed. What was "
            f"recorded is kept; {_goes_on(run, 'from the last point it can')}.",
            icon=":material/warning:",
        )
    elif status.state == "stopped":
        st.info(f"Stopped {at}; {_goes_on(run, 'from there')}.", icon=":material/info:")
    elif status.state == "failed":
        appearance.complain(f"the worker failed: {status.message}")
    if run.alphabet.hangul == "jamo":
        st.caption(
            "The network reads jamo: a character is one letter of a syllable, and losses per jamo "
            "cannot be compared with losses per syllable."
        )
    for notice in run.notices:
        st.caption(appearance.plain(notice))


def _goes_on(run: Run, whence: str) -> str:
    if not actions.may_change(run.folder):
        return "nothing goes on with it here"
    return f"Resume goes on {whence}"


def _numbers(status: RunStatus, history: pd.DataFrame, validation: Validation | None) -> None:
    rate = plots.characters_per_second(history)
    if not status.alive and len(history):
        rate = float(history["characters"].iloc[-1] / history["seconds"].iloc[-1])
    cells = {
        "Iteration": f"{status.iteration:,}",
        "Characters per second": NOTHING if math.isnan(rate) else f"{rate:,.0f}",
    }
    if len(history):
        cells[f"Training loss, last {len(history)}"] = bits_words(history["loss_nats"].mean())
    if validation is not None:
        cells["Validation loss, best snapshot"] = bits_words(validation.loss)
    with st.grid(len(cells), min_column_width=150):
        for label, value in cells.items():
            st.metric(label, value)


def _newest_sample(status: RunStatus, snapshots: pd.DataFrame) -> None:
    if snapshots.empty:
        with st.container(border=True):
            st.caption(appearance.plain(nothing_yet(status)))
        return
    newest = snapshots.iloc[-1]
    st.caption(f"Newest sample, iteration {newest['iteration']:,}")
    st.code(appearance.seen(newest["sample"]), language=None, wrap_lines=True, height=170)


def _charts(run: Run) -> None:
    history, snapshots, baselines = _shown(run)
    first = history["iteration"].iloc[[0, -1]].tolist() if len(history) else []
    norms = run.gradient_norms(first)
    log, theme = state.value_of(_AXIS) == "logarithmic", appearance.theme()
    losses = plots.loss(
        history,
        snapshots,
        log_iterations=log,
        validation_loss=run.status.validation_loss,
        dropout=run.model_config.dropout,
        baselines=baselines,
        theme=theme,
    )
    appearance.chart(losses, key="loss")
    if sentence := _short_windows(run, len(history)):
        st.caption(sentence)
    left, right = appearance.pair()
    with left:
        clip = run.training_config.clip_norm
        total = plots.total_gradient_norm(history, clip, log_iterations=log, theme=theme)
        appearance.chart(total, key="total gradient norm")
    with right:
        by_timestep = plots.gradient_norms_by_timestep(norms, theme=theme)
        appearance.chart(by_timestep, key="gradient norm by timestep")


def _short_windows(run: Run, iterations: int) -> str:
    """Why the training loss may stand apart at regular distances; "" where nothing makes it."""
    training, characters = run.training_config, run.description.text_characters
    learned = characters - Split.held_out_of(characters)
    found = short_window(learned, training.batch_size, training.sequence_length)
    if found is None or not 1 < found[0] <= iterations:
        return ""
    return (
        f"Every {found[0]:,} iterations the text is read to its end, where a window has "
        f"{found[1]:,} timesteps: the loss is a mean over fewer characters, each with more weight "
        "in the update, and can stand apart from the others."
    )


def _shown(run: Run) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, float]]:
    """History, snapshots and baselines as they are now, or were when the charts were held.

    The same figure again keeps the part a visitor has zoomed into.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            "Iteration axis",
            ["logarithmic", "linear"],
            default="logarithmic",
            required=True,
            key=_AXIS,
            persist_state="session",
            label_visibility="collapsed",
        )
        hold = run.status.alive and st.toggle(
            "Hold the charts",
            key="hold the charts",
            help="They grow as the run trains; held, they keep still while you zoom into them.",
        )
    name = f"held of {run.id}"
    held = state.kept(name) if hold else None
    if held is None:
        held = run.history, run.snapshots, _baselines(run)
    state.keep(name, held if hold else None)
    if hold:
        st.caption(f"The charts are held at iteration {len(held[0]):,}.")
    return held


def _baselines(run: Run) -> dict[str, float]:
    """What to compare the loss with, in nats: the best n-gram, and the true generator's."""
    found = {}
    if (baseline := run.baseline) is not None:
        found[f"number to beat ({baseline.name})"] = baseline.loss
    # A floor counts syllables; a network that reads jamo has other, smaller losses.
    if run.has_truth and run.alphabet.hangul == "syllables":
        with suppress(ValueError):
            floor = find_corpus(run.description.text_name.removeprefix(PREFIX)).floor
            found |= {} if floor is None else {"lowest possible": floor}
    return found


def _seconds_left(run: Run, status: RunStatus, history: pd.DataFrame) -> float:
    if run.training_config.seconds is not None:
        return run.training_config.seconds * (1 - status.fraction)
    if history.empty or status.fraction == 0:
        return math.nan
    spent = float(history["seconds"].iloc[-1])
    return spent * (1 - status.fraction) / status.fraction
