"""The sidebar: which run, and which of its snapshots, every page looks at."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from dashboard import appearance, cache, example, navigation, reports, server, state
from dashboard.components.polling import polled
from dashboard.looking import NEW_RUN, Chosen, Scrubbed, Turned, picker, scrubber
from dashboard.view import chosen_iteration, chosen_run, nothing_yet
from rnnviz.notation import capitalised, loss_words, shortened, unbroken
from rnnviz.runs.index import Listed
from rnnviz.runs.labels import label
from rnnviz.runs.paths import EXAMPLE
from rnnviz.runs.run import Run
from rnnviz.runs.seen import table_as_seen
from rnnviz.text.control import escaped
from rnnviz.text.windows import Split

_LOOK_SECONDS = 2.0
_CAME = "has come before"


def show(*, inspecting: bool) -> None:
    """Draw the run picker and the snapshot scrubber.

    Args:
        inspecting: whether the page shows the network at the snapshot.
    """
    with st.sidebar:
        _welcome(inspecting)
        _pick_run()
        example.below_picker()
        run = chosen_run()
        if run is None:
            return
        now = cache.moment(run)
        live, snapshots = now.status.alive, now.looked_into
        drawn = chosen_iteration(snapshots, training=live)
        _check_iteration(drawn)
        polled(_LOOK_SECONDS if live else None)(_scrub)(run, live, drawn, inspecting)
        if drawn is not None:
            server.warm()
            reports.offer([run], key="report", iteration=drawn)


def _check_iteration(drawn: int | None) -> None:
    """Say so where the iteration looked at is none that there is a snapshot of."""
    asked = state.looking().iteration
    if asked is None or drawn is None:
        return
    if asked == drawn:
        state.agree_with("iteration")
    else:
        reason = f"of that iteration there is no snapshot: {drawn:,} is shown"
        state.complain_of("iteration", asked, reason)


def run_labels(runs: list[Listed]) -> dict[str, str]:
    """What every run is called, by id.

    All are different, so that a person and the picker can tell them apart.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for run in runs:
        called = label(run)
        if called in taken and run.description is not None and run.error is None:
            called += f" · {run.description.created[16:19]}"
        first, number = called, 1
        while called in taken:
            number += 1
            called = f"{first} ({number})"
        taken.add(called)
        found[run.folder.id] = called
    return found


def _is_own(run: Listed) -> bool:
    """Whether a person made it, not a lesson, and it is whole."""
    return run.error is None and run.description is not None and run.description.lesson is None


def _newest(runs: list[Listed]) -> str | None:
    return next((run.folder.id for run in runs if _is_own(run)), None)


def _welcome(inspecting: bool) -> None:
    """Open the example to a new visitor where there is no run of a person's, and show a unit."""
    is_new = not state.kept(_CAME, False)
    state.keep(_CAME, True)
    if not is_new or state.looking().run is not None or not example.is_offered():
        return
    if _newest(cache.list_runs()) is None:
        state.open_run(EXAMPLE.id)
        if not inspecting:
            navigation.go("hidden_units")


def decide() -> None:
    """Look at a run, the newest at first, on pages that show no one run too."""
    if state.looking().run is None:
        state.open_run(_newest(cache.list_runs()))


def _pick_run() -> None:
    decide()
    runs = cache.list_runs()
    labels = {NEW_RUN: "A new run", **run_labels(runs)}
    if example.is_offered() or example.is_looked_at():
        labels[EXAMPLE.id] = example.LABEL
    shown = state.looking().run or NEW_RUN
    labels.setdefault(shown, f"{escaped(shortened(shown))} · gone")
    now, number = picker(state.looking(), tuple(labels.items()), shown)
    state.look(now)
    key = f"run picker {number}"
    state.put(key, shown)
    # The index is for a browser that answers for a picker it has not drawn yet: with nothing.
    st.selectbox(
        "Run",
        list(labels),
        index=list(labels).index(shown),
        key=key,
        format_func=lambda run_id: labels.get(run_id, run_id),
        on_change=_run_picked,
        args=(number, key),
        help="All pages look at this run.",
    )
    if shown not in (NEW_RUN, EXAMPLE.id):
        whole = (label(run, whole=True) for run in runs if run.folder.id == shown)
        st.caption(appearance.plain(next(whole, labels[shown])))  # in full: the picker is narrow


def _run_picked(number: int, key: str) -> None:
    state.tell(Chosen(number, str(state.value_of(key))))


def _scrub(run: Run, live: bool, drawn: int | None, inspecting: bool) -> None:
    """The scrubber; the whole page is drawn again when what it shows has changed."""
    now = cache.moment(run)
    status, snapshots = now.status, now.looked_into
    iteration = chosen_iteration(snapshots, training=status.alive)
    if live != status.alive or (inspecting and iteration != drawn):
        st.rerun()
    if iteration is None:
        st.caption(appearance.plain(nothing_yet(run)))
        return
    state.show_iteration(None if status.alive else iteration)
    _pick_snapshot(run, table_as_seen(run, snapshots), iteration)
    if live and state.looking().iteration is not None:
        st.button("Follow the newest", on_click=state.tell, args=(Turned(None),))
    state.write_address_of_part()


def _pick_snapshot(run: Run, snapshots: pd.DataFrame, iteration: int) -> None:
    options = snapshots["iteration"].tolist()
    if len(options) > 1:
        now, number = scrubber(state.looking(), run.id, tuple(options), iteration)
        state.look(now)
        key = f"snapshot scrubber {number}"
        state.put(key, iteration)
        st.select_slider(
            "Snapshot at iteration",
            options,
            iteration,
            key=key,
            format_func="{:,}".format,
            on_change=_snapshot_picked,
            args=(number, key, run.id),
            help="The Inspect pages show the network as it was at this iteration.",
        )
    held_out = Split.held_out_of(run.description.text_characters) > 0
    shown = snapshots.set_index("iteration").loc[iteration]
    words, name = run.subject(iteration).origin.words, run.description.loss_name
    st.caption(_about(shown, words, name, held_out))


def _snapshot_picked(number: int, key: str, run_id: str) -> None:
    state.tell(Scrubbed(number, run_id, int(state.value_of(key))))


def _about(snapshot: pd.Series, snapshot_words: str, name: str, held_out: bool) -> str:
    nats = float(snapshot["validation_loss_nats"])
    loss = f"the {name} is no number (exploded)" if held_out else f"no {name} (short text)"
    if not math.isnan(nats):
        loss = f"{name} {loss_words(nats)}"
    best = ", the best" if snapshot["best"] and not math.isnan(nats) else ""
    return unbroken(f"{capitalised(snapshot_words)}: {loss}{best}.")
