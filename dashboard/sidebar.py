"""The sidebar: which run, and which of its snapshots, every page looks at."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from dashboard import appearance, cache, state
from dashboard.components.polling import polled
from dashboard.view import chosen_iteration, chosen_run, nothing_yet
from rnnviz.notation import loss_words
from rnnviz.runs.index import Listed
from rnnviz.runs.run import Run
from rnnviz.runs.seen import table_as_seen
from rnnviz.text.control import escaped

_LOOK_SECONDS = 2.0


def show(*, inspecting: bool) -> None:
    """Draw the run picker and the snapshot scrubber.

    Args:
        inspecting: whether the page shows the network at the snapshot.
    """
    with st.sidebar:
        _pick_run()
        run = chosen_run()
        if run is None:
            return
        live, snapshots = run.status.alive, run.snapshots
        drawn = chosen_iteration(snapshots, training=live)
        polled(_LOOK_SECONDS if live else None)(_scrub)(run, live, drawn, inspecting)
        if drawn is not None:
            cache.warm()


def run_labels(runs: list[Listed]) -> dict[str, str]:
    """The name, cell and state of every run by id.

    All are different, so that a person and the picker can tell them apart.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for run in runs:
        label = _label(run)
        if label in taken and run.description is not None and run.error is None:
            label += f" · {run.description.created[5:19].replace('T', ' ')}"
        first, number = label, 1
        while label in taken:
            number += 1
            label = f"{first} ({number})"
        taken.add(label)
        found[run.folder.id] = label
    return found


def _label(run: Listed) -> str:
    if run.description is None or run.error is not None:
        return f"{run.folder.id} · {run.standing}"
    model = run.description.model
    name, cell = escaped(run.description.name), model.cell.upper()
    return f"{name} · {cell} {model.hidden_size} · {run.standing}"


def _is_own(run: Listed) -> bool:
    """Whether a person made it, not a lesson, and it is whole."""
    return run.error is None and run.description is not None and run.description.lesson is None


def _pick_run() -> None:
    runs = cache.list_runs()
    if state.chosen("run") is None:
        own = (run.folder.id for run in runs if _is_own(run))
        state.open_run(next(own, None))  # a new visitor finds the newest run
    labels = run_labels(runs)
    chosen = state.chosen("run")
    options = [state.NEW_RUN, *labels]
    shown = chosen if chosen in labels else state.NEW_RUN
    # The browser answers with labels, so a picker with other labels is another widget. The index
    # is for a browser that answers for a picker it has not drawn yet: with nothing.
    key = f"run picker {hash(tuple(labels.values()))}"
    state.put(key, shown)
    st.selectbox(
        "Run",
        options,
        index=options.index(shown),
        key=key,
        format_func=lambda run_id: labels.get(run_id, "A new run"),
        on_change=_run_picked,
        args=(key,),
        help="All pages look at this run.",
    )


def _run_picked(key: str) -> None:
    if (picked := state.picked(key)) is not None:
        state.open_run(picked)


def _scrub(run: Run, live: bool, drawn: int | None, inspecting: bool) -> None:
    """The scrubber; the whole page is drawn again when what it shows has changed."""
    status, snapshots = run.status, run.snapshots
    iteration = chosen_iteration(snapshots, training=status.alive)
    if live != status.alive or (inspecting and iteration != drawn):
        st.rerun()
    if iteration is None:
        st.caption(appearance.plain(nothing_yet(status)))
        return
    state.keep("iteration shown", None if status.alive else str(iteration))
    _pick_snapshot(table_as_seen(run, snapshots), iteration)
    if live and state.chosen_number("iteration") is not None:
        st.button("Follow the newest", on_click=state.choose, args=("iteration", None))
    state.write_address_of_part()


def _pick_snapshot(snapshots: pd.DataFrame, iteration: int) -> None:
    options = snapshots["iteration"].tolist()
    if len(options) > 1:
        # As with the runs: a scrubber over other iterations is another widget.
        key = f"snapshot scrubber of {len(options)} up to {options[-1]}"
        state.put(key, iteration)
        st.select_slider(
            "Snapshot at iteration",
            options,
            iteration,
            key=key,
            format_func="{:,}".format,
            on_change=_snapshot_picked,
            args=(key,),
            help="The Inspect pages show the network as it was at this iteration.",
        )
    st.caption(_about(snapshots.set_index("iteration").loc[iteration], iteration))


def _snapshot_picked(key: str) -> None:
    if (picked := state.picked(key)) is not None:
        state.choose("iteration", picked)


def _about(snapshot: pd.Series, iteration: int) -> str:
    nats = float(snapshot["validation_loss_nats"])
    loss = "no validation loss (short text)"
    if not math.isnan(nats):
        loss = f"validation loss {loss_words(nats)}"
    best = ", the best" if snapshot["best"] and not math.isnan(nats) else ""
    return f"Iteration {iteration:,}: {loss}{best}."
