"""A run as it trains: how it stands, its losses, what it writes, its gradient norms."""

from __future__ import annotations

import math
from typing import Literal

import pandas as pd
import streamlit as st

from dashboard import actions, appearance
from dashboard.components.polling import polled
from dashboard.train import charts, written
from dashboard.train.made_with import made_with
from dashboard.train.run_actions import controls, manage, offer_new_run
from rnnviz import plots
from rnnviz.notation import bits_words, capitalised, clock, loss_words
from rnnviz.runs.headlines import Kind, Verdict
from rnnviz.runs.run import Run
from rnnviz.runs.seen import seen_of
from rnnviz.runs.status import RunStatus
from rnnviz.runs.validation import validation_of
from rnnviz.runs.verdict import verdict_of
from rnnviz.training.course import averaged

_PROGRESS_SECONDS = 1.0
_CHART_SECONDS = 3.0
_LOSS = (
    "A loss is how surprised the network is by the character that comes next, on average: in bits, "
    "−log₂ of the probability it gave to it; in nats, bits times 0.693. Lower is better. The "
    "training loss is measured on the text it learns from, the validation loss on the last tenth "
    "of the text, which it never learns from."
)
_READ_ONLY = "Its files may not be written from here: it can be looked at, no more."
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
_ICONS: dict[Kind, str] = {
    "not begun": ":material/hourglass_empty:",
    "training": ":material/trending_down:",
    "stopped": ":material/stop_circle:",
    "finished": ":material/check_circle:",
    "worse than counting": ":material/warning:",
    "exploded": ":material/error:",
    "memorising": ":material/warning:",
}


def show_run(run: Run) -> None:
    """Everything about a run's training, polled while there is a worker, still afterwards."""
    status = run.status
    quick, slow = (_PROGRESS_SECONDS, _CHART_SECONDS) if status.alive else (None, None)
    _head(run, status)
    polled(quick)(_progress)(run, _doing(status))
    charts.losses(run, slow)
    written.samples(run, slow)
    polled(slow)(_reasons)(run)
    charts.gradient_norms(run, slow)
    made_with(run)


def _doing(status: RunStatus) -> tuple[str, bool]:
    return status.standing, status.finishing


def _head(run: Run, status: RunStatus) -> None:
    """What the run is, what it is doing, and what can be done with it.

    Not polled, because a click on what is being drawn again can be lost.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(appearance.plain(run.description.name), anchor=False, width="content")
        ending = " · counting and validating" if status.finishing else ""
        st.badge(
            appearance.plain(status.standing) + ending,
            icon=":material/lock:" if status.read_only else None,
            color=_COLOURS.get(status.state, "gray"),
            help=_READ_ONLY if status.read_only else None,
        )
        st.space("stretch")
        controls(run, status)
        manage(run, status)
        offer_new_run()
    st.caption(f"{appearance.plain(run.description.text_words)} · {_network(run)}")


def _progress(run: Run, drawn: tuple[str, bool]) -> None:
    snapshots, status = run.snapshots, run.status  # in this order: nothing is newer than it
    if drawn != _doing(status):
        st.rerun()  # the whole page, once: what can be done has changed
    history = run.recent_history(averaged(status.iteration))
    _bar(run, status, history)
    _say(run, status)
    verdict = verdict_of(run, status, snapshots)
    _headline(verdict)
    _numbers(run, status, history, snapshots)


def _headline(verdict: Verdict) -> None:
    """The sentence that stands for the run, and what to be warned of."""
    said = (
        f"**{appearance.plain(verdict.headline)}** {appearance.plain(' '.join(verdict.warnings))}"
    )
    tell = {"exploded": st.error, "memorising": st.warning, "worse than counting": st.warning}
    tell.get(verdict.kind, st.info)(said, icon=_ICONS[verdict.kind])


def _reasons(run: Run) -> None:
    """What the headline rests on."""
    with st.expander("How these losses were measured and compared", icon=":material/help:"):
        for reason in verdict_of(run).measured:
            st.caption(appearance.plain(reason))
        st.caption(_LOSS)
        for notice in run.notices:
            st.caption(appearance.plain(notice))


def _network(run: Run) -> str:
    model, training = run.model_config, run.training_config
    layers = f" × {model.num_layers} layers" if model.num_layers > 1 else ""
    dropout = f", dropout {model.dropout:g}" if model.dropout else ""
    return (
        f"{model.kind} with {model.hidden_size:,} units{layers}, windows of "
        f"{training.sequence_length:,} timesteps, {training.batch_size:,} places of the text read "
        f"side by side{dropout}"
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
    if status.state == "interrupted":
        st.warning(
            f"The worker ended {at} without a word: a crash, a restart, or it was killed. What was "
            f"recorded is kept; {_goes_on(run, 'from the last point it can')}.",
            icon=":material/warning:",
        )
    elif status.elsewhere:
        said = status.message if status.unseen else f"trained {status.elsewhere}."
        st.info(appearance.plain(capitalised(said)), icon=":material/computer:")
    elif status.state == "stopped":
        st.caption(f"Stopped {at}; {_goes_on(run, 'from there')}.")
    elif status.state == "finished" and status.message:
        st.caption(appearance.plain(status.message))
    elif status.state == "failed":
        appearance.complain(f"the worker failed: {status.message}")


def _goes_on(run: Run, whence: str) -> str:
    if not actions.may_change(run.folder):
        return "nothing goes on with it here"
    return f"Resume goes on {whence}"


def _numbers(run: Run, status: RunStatus, history: pd.DataFrame, snapshots: pd.DataFrame) -> None:
    told, rate = seen_of(run).loss, _rate(status, history)
    cells = [("Iteration", f"{status.iteration:,}", "Updates of all weights that were made.")]
    if len(history):
        loss, which = told(history["loss_nats"].mean()), _averaged_over(history)
        cells.append(_loss("Training loss", loss, which))
    judged = told(snapshots["validation_loss_nats"].dropna())
    if (best := validation_of(run, status, snapshots)) is not None:
        cells.append(_loss("Validation, newest", judged.iloc[-1], "of the newest snapshot"))
        cells.append(_loss("Validation, best", best.loss, "of the best snapshot"))
    with st.grid(len(cells), min_column_width=190):
        for label, value, about in cells:
            st.metric(label, value, help=about)
    if not math.isnan(rate):
        read = "are read" if status.alive else "were read, on average"
        st.caption(f"{rate:,.0f} characters a second {read}.")


def _averaged_over(history: pd.DataFrame) -> str:
    first, last = (int(history["iteration"].iloc[end]) for end in (0, -1))
    if first == last:
        return f"of iteration {last:,}"
    return f"mean over iterations {first:,} to {last:,}, the last tenth, 100 at most"


def _loss(name: str, nats: float, which: str) -> tuple[str, str, str]:
    about = f"{capitalised(which)}: {loss_words(nats)}. {_LOSS}"
    return f"{name} (bits/char)", bits_words(nats).removesuffix(" bits"), about


def _rate(status: RunStatus, history: pd.DataFrame) -> float:
    """Characters read in a second of training; after it, on average. NaN before the first."""
    if status.alive or not len(history):
        return plots.characters_per_second(history)
    return float(history["characters"].iloc[-1] / history["seconds"].iloc[-1])


def _seconds_left(run: Run, status: RunStatus, history: pd.DataFrame) -> float:
    if run.training_config.seconds is not None:
        return run.training_config.seconds * (1 - status.fraction)
    if history.empty or status.fraction == 0:
        return math.nan
    spent = float(history["seconds"].iloc[-1])
    return spent * (1 - status.fraction) / status.fraction
