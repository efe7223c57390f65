"""The sidebar: which run, and which of its snapshots, every page looks at."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from dashboard import cache, state
from rnnviz.runs.folder import runs_folder
from rnnviz.runs.run import Run

ALIVE = ("created", "queued", "running", "paused")
_LOOK_SECONDS = 2.0


def show() -> None:
    """Draw the run picker and the snapshot scrubber."""
    with st.sidebar:
        _pick_run()
        run = chosen_run()
        if run is None:
            return
        snapshots = run.snapshots
        status = run.status
        _pick_snapshot(snapshots, training=status.state in ALIVE)
        if status.state in ALIVE:
            _watch(run, (status.state, len(snapshots)))
        if len(snapshots):
            cache.warm()


def chosen_run() -> Run | None:
    """The run that is looked at; None where there is none, or a new one is being set up."""
    chosen = state.chosen("run")
    return None if chosen in (None, state.NEW_RUN) else cache.open_run(chosen)


def chosen_iteration(snapshots: pd.DataFrame, *, training: bool) -> int | None:
    """The snapshot that is looked at: the one chosen, else the newest while the run trains, else
    the best; None before the first."""
    if snapshots.empty:
        return None
    known = snapshots["iteration"].tolist()
    chosen = state.chosen_number("iteration")
    if chosen in known:
        return chosen
    return int(known[-1] if training else snapshots.loc[snapshots["best"], "iteration"].iloc[0])


def loss_words(bits: float, nats: float) -> str:
    """A loss as it is written on the screen."""
    return f"{bits:.3f} bits/char ({nats:.3f} nats)"


def _pick_run() -> None:
    labels = cache.run_labels(str(runs_folder()))
    if state.chosen("run") is None and labels:
        state.open_run(next(iter(labels)))  # a new visitor finds the newest run
    chosen = state.chosen("run")
    # The browser answers with labels, so a picker with other labels is another widget.
    key = f"run picker {hash(tuple(labels.values()))}"
    state.put(key, chosen if chosen in labels else None)
    st.selectbox(
        "Run",
        list(labels),
        key=key,
        index=None,
        format_func=lambda run_id: labels.get(run_id, run_id),
        placeholder="A new run" if labels else "No run yet",
        on_change=_run_picked,
        args=(key,),
        help="All pages look at this run. Clear it, or press “New run”, to train another.",
    )


def _run_picked(key: str) -> None:
    state.open_run(state.value_of(key) or state.NEW_RUN)


def _pick_snapshot(snapshots: pd.DataFrame, *, training: bool) -> None:
    iteration = chosen_iteration(snapshots, training=training)
    if iteration is None:
        st.caption("The first snapshot comes as soon as the worker has started.")
        return
    options = snapshots["iteration"].tolist()
    if not training:
        state.choose("iteration", iteration)
    if len(options) > 1:
        state.put("snapshot scrubber", iteration)
        st.select_slider(
            "Snapshot at iteration",
            options,
            key="snapshot scrubber",
            format_func="{:,}".format,
            on_change=_snapshot_picked,
            help="The Inspect pages show the network as it was at this iteration.",
        )
    st.caption(_about(snapshots.set_index("iteration").loc[iteration], iteration))
    if training and state.chosen_number("iteration") is not None:
        st.button("Follow the newest", on_click=state.choose, args=("iteration", None))


def _snapshot_picked() -> None:
    state.choose("iteration", state.value_of("snapshot scrubber"))


def _about(snapshot: pd.Series, iteration: int) -> str:
    nats = float(snapshot["validation_loss_nats"])
    loss = "no validation loss (short text)"
    if not math.isnan(nats):
        loss = f"validation loss {loss_words(snapshot['bits_per_char'], nats)}"
    best = ", the best" if snapshot["best"] and not math.isnan(nats) else ""
    return f"Iteration {iteration:,}: {loss}{best}."


def _watch(run: Run, seen: tuple[str, int]) -> None:
    """Draw the whole page again when the run has a new state or a new snapshot."""

    @st.fragment(run_every=_LOOK_SECONDS)
    def look() -> None:
        if (run.status.state, len(run.snapshots)) != seen:
            st.rerun()

    look()
